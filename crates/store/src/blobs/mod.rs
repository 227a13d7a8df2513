//! Evidence lies under its SHA-256, in a folder or in a bucket of an S3-compatible store: taken aside, hashed, put
//! there once, never changed. The entry that names a blob is written only after the blob is there, whole.
//!
//! Whoever moves from a folder to a bucket leaves what lies in the folder where it is: it is looked for there second.

mod aside;
mod bucket;
mod disk;

use std::path::Path;

use plantgate_domain::base::Why;
use tokio::io::AsyncRead;

pub use aside::Aside;
pub use bucket::{BucketAt, choose_tls};

use crate::{
    keyring::hex,
    stop::{Away, Stop, is_full},
};
use bucket::Bucket;
use disk::Disk;

/// Where the evidence of a data directory lies.
#[derive(Clone, Debug)]
pub struct Blobs {
    disk: Disk,
    bucket: Option<Bucket>,
}

/// A stored blob.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// SHA-256 as 64 hexadecimal digits.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

impl Blobs {
    /// Opens the folder, making it when missing.
    pub async fn open(root: &Path) -> Result<Blobs, Stop> {
        Ok(Blobs { disk: Disk::open(root).await?, bucket: None })
    }

    /// Evidence in a bucket; the folder holds what is on its way, and what was there before. Asks the store nothing:
    /// who does not need evidence goes on while it is away.
    pub async fn in_bucket(root: &Path, at: &BucketAt) -> Result<Blobs, Stop> {
        Ok(Blobs { disk: Disk::open(root).await?, bucket: Some(Bucket::new(at)?) })
    }

    /// Takes what a reader gives, at most `limit` bytes, to the side, hashing while it streams.
    pub async fn aside(&self, from: impl AsyncRead + Unpin, limit: usize) -> Result<Aside, Stop> {
        Aside::take(&self.disk.aside(), from, limit).await
    }

    /// Puts what was taken aside in its place; afterwards it is there, whole. Whoever does notes it first
    /// ([`crate::ops::upload`]), so that nothing lies under a name that no sweep will ever look for.
    pub(crate) async fn keep(&self, mut taken: Aside) -> Result<Stored, Stop> {
        let stored = taken.stored.clone();
        let Some(bucket) = &self.bucket else {
            self.disk.keep(taken).await?;
            return Ok(stored);
        };
        bucket.put(&mut taken).await?;
        // What a store says it keeps, and what it gives back, are two things: only the second is evidence.
        match bucket.digest(&stored.sha256).await? {
            Some(found) if found == stored => Ok(stored),
            found => {
                tracing::error!(sha256 = stored.sha256, ?found, "the evidence store gave back other bytes than it got");
                Err(Away::EvidenceOther.into())
            }
        }
    }

    /// Bytes of a blob that is here; `None` when it is not.
    pub async fn size(&self, sha256: &str) -> Result<Option<u64>, Stop> {
        if !named(sha256) {
            return Ok(None);
        }
        if let Some(bucket) = &self.bucket
            && let Some(size) = bucket.size(sha256).await?
        {
            return Ok(Some(size));
        }
        self.disk.size(sha256).await
    }

    /// The same within a turn, where everybody waits: a bucket is not asked again. It gave back the bytes when the file
    /// was taken, and only the sweep removes any, under the lock of the record.
    pub async fn stands(&self, sha256: &str, taken: u64) -> Result<Option<u64>, Stop> {
        if self.bucket.is_some() { Ok(Some(taken)) } else { self.size(sha256).await }
    }

    /// Removes a blob; only [`crate::ops::upload`] does, under the lock of the record and when no entry names it.
    pub(crate) async fn remove(&self, sha256: &str) -> Result<(), Stop> {
        if !named(sha256) {
            return Err(Stop::NotFound);
        }
        if let Some(bucket) = &self.bucket {
            bucket.remove(sha256).await?;
        }
        self.disk.remove(sha256).await
    }

    /// Removes what was left aside by processes that ended in the middle: files older than `secs`; how many.
    pub(crate) async fn sweep_aside(&self, secs: u64) -> Result<u64, Stop> {
        let here = aside::sweep(&self.disk.aside(), secs).await?;
        match &self.bucket {
            Some(bucket) => Ok(here + bucket.sweep_aside(secs).await?),
            None => Ok(here),
        }
    }

    /// Hashes what lies under a name, as it streams: `None` when nothing does.
    pub async fn digest(&self, sha256: &str) -> Result<Option<Stored>, Stop> {
        if !named(sha256) {
            return Ok(None);
        }
        if let Some(bucket) = &self.bucket
            && let Some(found) = bucket.digest(sha256).await?
        {
            return Ok(Some(found));
        }
        self.disk.digest(sha256).await
    }

    /// Reads a blob back and checks that it is what its name says.
    pub async fn read(&self, sha256: &str) -> Result<Vec<u8>, Stop> {
        if !named(sha256) {
            return Err(Stop::NotFound);
        }
        let found = match &self.bucket {
            Some(bucket) => bucket.read(sha256).await?,
            None => None,
        };
        let found = if found.is_some() { found } else { self.disk.read(sha256).await? };
        let bytes = found.ok_or(Stop::NotFound)?;
        if digest_of(&bytes) != sha256 {
            tracing::error!(sha256, "a blob was changed where it is stored");
            return Err(Away::EvidenceOther.into());
        }
        Ok(bytes)
    }

    /// Writes, reads and removes a trial piece: what a person would try first when evidence cannot be stored.
    pub async fn try_out(&self) -> Result<(), Stop> {
        let text = b"Plantgate tried whether evidence can be stored.\n";
        let mut taken = self.aside(text.as_slice(), text.len()).await?;
        match &self.bucket {
            Some(bucket) => bucket.try_out(&mut taken).await,
            None => Ok(()),
        }
    }

    /// Where it lies, in words without secrets.
    pub fn place(&self) -> String {
        match &self.bucket {
            Some(bucket) => bucket.place(),
            None => self.disk.place(),
        }
    }
}

/// Whether a name can be a blob's: never a path.
fn named(sha256: &str) -> bool {
    sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit())
}

fn digest_of(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(bytes))
}

/// An error of our own disk: full is told apart, because it is the one a person can end.
fn on_disk(error: std::io::Error) -> Stop {
    if is_full(&error) {
        tracing::error!(cause = %error, "the disk for evidence is full");
        Away::EvidenceFull.into()
    } else {
        Stop::fault(error)
    }
}

fn broke() -> Stop {
    Stop::field("file", Why::of("invalid-upload-broke"))
}
