//! Evidence in a bucket of an S3-compatible store. Objects are put only where none is (`If-None-Match: *`), so that
//! nobody writes over evidence; large ones are put beside in parts and copied into place under the same condition.
//!
//! Every request has an end: whoever waits for a store that is slow, gone or refusing is told so, and nobody else
//! waits.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use futures_util::{StreamExt, TryStreamExt};
use object_store::{
    BackoffConfig, Certificate, ClientOptions, CopyMode, CopyOptions, Error, ObjectStore, ObjectStoreExt, PutMode,
    RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, Checksum, S3CopyIfNotExists},
    path::Path as Name,
};
use plantgate_domain::base::Why;
use sha2::{Digest, Sha256};
use tokio::{fs, io::AsyncReadExt};
use zeroize::Zeroizing;

use super::{Aside, Stored, digest_of, on_disk};
use crate::{
    keyring::hex,
    stop::{Away, Stop},
};

/// Bytes of one part of a large object: small beside a machine's memory, large beside what a request costs. S3 takes
/// parts from 5 MiB on.
const PART: usize = 8 * 1_024 * 1_024;

/// Where a bucket is and how to get in. Says nothing of its secret when it is printed.
#[derive(Clone)]
pub struct BucketAt {
    /// `https://…`; `http://…` for a store on the same machine.
    pub endpoint: String,
    pub bucket: String,
    pub region: String,
    /// Put before every name, so that several organisations may share a bucket.
    pub prefix: String,
    pub key_id: String,
    pub secret: Zeroizing<String>,
    /// Certificates (PEM) that the store's may be signed by, beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// How long one request may take, and how long all tries of it.
    pub patience: Duration,
}

impl fmt::Debug for BucketAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bucket {} at {}", self.bucket, self.endpoint)
    }
}

impl BucketAt {
    /// How long a store may take for one part of a file.
    pub const PATIENCE: Duration = Duration::from_secs(30);
}

/// Chooses the one provider of TLS in the house, ring, for everybody in this process who connects to anything. Whoever
/// chose before chose the same.
pub fn choose_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[derive(Clone)]
pub(super) struct Bucket {
    store: Arc<AmazonS3>,
    prefix: String,
    place: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

impl Bucket {
    pub(super) fn new(at: &BucketAt) -> Result<Bucket, Stop> {
        choose_tls();
        let place = format!("the bucket {} at {}", at.bucket, at.endpoint);
        let bad = |said: String| {
            let why = Why::of("invalid-evidence-store").with("place", place.clone()).with("said", said);
            Stop::field("evidence", why)
        };
        let mut options = ClientOptions::new()
            .with_timeout(at.patience)
            .with_connect_timeout(at.patience.min(Duration::from_secs(5)))
            .with_allow_http(at.endpoint.starts_with("http://"));
        if let Some(file) = &at.ca_file {
            let pem = std::fs::read(file).map_err(|e| bad(e.to_string()))?;
            for one in Certificate::from_pem_bundle(&pem).map_err(|e| bad(e.to_string()))? {
                options = options.with_root_certificate(one);
            }
        }
        let backoff = BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() };
        let store = AmazonS3Builder::new()
            .with_endpoint(&at.endpoint)
            .with_bucket_name(&at.bucket)
            .with_region(&at.region)
            .with_access_key_id(&at.key_id)
            .with_secret_access_key(at.secret.as_str())
            .with_checksum_algorithm(Checksum::SHA256)
            .with_copy_if_not_exists(S3CopyIfNotExists::Multipart)
            .with_client_options(options)
            .with_retry(RetryConfig { backoff, max_retries: 2, retry_timeout: at.patience })
            .build()
            .map_err(|e| bad(e.to_string()))?;
        let prefix = if at.prefix.is_empty() { String::new() } else { format!("{}/", at.prefix) };
        Ok(Bucket { store: Arc::new(store), prefix, place })
    }

    pub(super) fn place(&self) -> String {
        self.place.clone()
    }

    fn name(&self, sha256: &str) -> Name {
        Name::from(format!("{}evidence/{sha256}", self.prefix))
    }

    fn aside(&self) -> Name {
        Name::from(format!("{}aside", self.prefix))
    }

    /// Puts it where nothing is; what is there already stays, and is looked at by whoever asks for its digest.
    pub(super) async fn put(&self, taken: &mut Aside) -> Result<(), Stop> {
        let name = self.name(&taken.stored.sha256);
        if taken.stored.size <= PART as u64 {
            let bytes = fs::read(&taken.file).await.map_err(on_disk)?;
            return there(self.store.put_opts(&name, bytes.into(), PutMode::Create.into()).await.map(|_| ()));
        }
        // Somebody else's is as good: the name is the digest.
        if self.size(&taken.stored.sha256).await? == Some(taken.stored.size) {
            return Ok(());
        }
        let beside = beside(&self.aside(), taken);
        let copied = self.parts(taken, &beside, &name).await;
        // Best effort: what stays is swept.
        let _ = self.store.delete(&beside).await;
        copied
    }

    async fn parts(&self, taken: &Aside, beside: &Name, name: &Name) -> Result<(), Stop> {
        let mut file = fs::File::open(&taken.file).await.map_err(on_disk)?;
        let mut upload = self.store.put_multipart(beside).await.map_err(away)?;
        loop {
            let mut part = Vec::with_capacity(PART);
            let read = (&mut file).take(PART as u64).read_to_end(&mut part).await;
            let put = match read {
                Ok(0) => break,
                Ok(_) => upload.put_part(part.into()).await.map_err(away),
                Err(e) => Err(on_disk(e)),
            };
            if let Err(stop) = put {
                let _ = upload.abort().await;
                return Err(stop);
            }
        }
        upload.complete().await.map_err(away)?;
        let only_new = CopyOptions::new().with_mode(CopyMode::Create);
        there(self.store.copy_opts(beside, name, only_new).await)
    }

    pub(super) async fn size(&self, sha256: &str) -> Result<Option<u64>, Stop> {
        found(self.store.head(&self.name(sha256)).await.map(|meta| meta.size))
    }

    pub(super) async fn digest(&self, sha256: &str) -> Result<Option<Stored>, Stop> {
        let Some(got) = found(self.store.get(&self.name(sha256)).await)? else { return Ok(None) };
        let (mut sha, mut size, mut stream) = (Sha256::new(), 0_u64, got.into_stream());
        while let Some(part) = stream.try_next().await.map_err(away)? {
            sha.update(&part);
            size += part.len() as u64;
        }
        Ok(Some(Stored { sha256: hex(&sha.finalize()), size }))
    }

    pub(super) async fn read(&self, sha256: &str) -> Result<Option<Vec<u8>>, Stop> {
        let Some(got) = found(self.store.get(&self.name(sha256)).await)? else { return Ok(None) };
        got.bytes().await.map(|bytes| Some(bytes.to_vec())).map_err(away)
    }

    pub(super) async fn remove(&self, sha256: &str) -> Result<(), Stop> {
        found(self.store.delete(&self.name(sha256)).await).map(|_| ())
    }

    /// Removes objects that were left beside by processes that ended in the middle. Parts that never became an object
    /// are the bucket's own to clear: its keeper sets a rule for that (see `README.md`).
    pub(super) async fn sweep_aside(&self, secs: u64) -> Result<u64, Stop> {
        let old = i64::try_from(secs).unwrap_or(i64::MAX);
        let now = crate::clock::Wall::now().0;
        let all: Vec<_> = self.store.list(Some(&self.aside())).take(1_000).try_collect().await.map_err(away)?;
        let mut swept = 0;
        for left in all.iter().filter(|o| now.saturating_sub(o.last_modified.timestamp()) > old) {
            found(self.store.delete(&left.location).await)?;
            swept += 1;
        }
        Ok(swept)
    }

    /// Puts a trial piece beside, twice, reads it back and removes it.
    pub(super) async fn try_out(&self, taken: &mut Aside) -> Result<(), Stop> {
        let name = beside(&self.aside(), taken);
        let bytes = fs::read(&taken.file).await.map_err(on_disk)?;
        let put = self.store.put_opts(&name, bytes.clone().into(), PutMode::Create.into()).await;
        put.map_err(away)?;
        let again = self.store.put_opts(&name, b"Another.\n".to_vec().into(), PutMode::Create.into()).await;
        let back = async { self.store.get(&name).await?.bytes().await }.await;
        self.store.delete(&name).await.map_err(away)?;
        // First whether it wrote over the piece: then what comes back is another one for that very reason.
        match again {
            Err(Error::AlreadyExists { .. }) => {}
            Ok(_) => return Err(Away::EvidenceOver.into()),
            Err(e) => return Err(away(e)),
        }
        if digest_of(&back.map_err(away)?) == taken.stored.sha256 { Ok(()) } else { Err(Away::EvidenceOther.into()) }
    }
}

/// A name beside, as random as the file's own.
fn beside(folder: &Name, taken: &Aside) -> Name {
    let file = taken.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    folder.clone().join(file)
}

/// There now, by us or by somebody before us.
fn there(put: Result<(), Error>) -> Result<(), Stop> {
    match put {
        Ok(()) | Err(Error::AlreadyExists { .. }) => Ok(()),
        Err(e) => Err(away(e)),
    }
}

fn found<T>(asked: Result<T, Error>) -> Result<Option<T>, Stop> {
    match asked {
        Ok(it) => Ok(Some(it)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(e) => Err(away(e)),
    }
}

/// Why a store did not do what it was asked; the cause goes to the log.
fn away(error: Error) -> Stop {
    tracing::warn!(cause = %error, "the evidence store");
    match error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } | Error::NotFound { .. } => {
            Away::EvidenceRefuses.into()
        }
        _ => Away::EvidenceSilent.into(),
    }
}
