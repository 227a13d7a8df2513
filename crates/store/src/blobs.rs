//! Evidence lies in files named by their SHA-256: written aside, flushed, renamed, never changed. The entry that names
//! a blob is written only after the blob is there.

use plantgate_domain::base::Why;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::{
    fs,
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
};

use crate::{keyring::hex, stop::Stop};

/// The blob folder of a data directory.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: PathBuf,
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
        fs::create_dir_all(root.join("aside")).await.map_err(Stop::fault)?;
        Ok(Blobs { root: root.to_owned() })
    }

    fn place(&self, sha256: &str) -> PathBuf {
        let (head, _) = sha256.split_at_checked(2).unwrap_or((sha256, ""));
        self.root.join(head).join(sha256)
    }

    /// Stores what a reader gives, at most `limit` bytes, hashing while it streams.
    pub async fn store(&self, mut from: impl AsyncRead + Unpin, limit: usize) -> Result<Stored, Stop> {
        let mut name = [0; 12];
        getrandom::fill(&mut name).map_err(Stop::fault)?;
        let aside = self.root.join("aside").join(hex(&name));
        let stored = self.stream(&mut from, &aside, limit).await;
        if stored.is_err() {
            let _ = fs::remove_file(&aside).await;
        }
        stored
    }

    async fn stream(&self, from: &mut (impl AsyncRead + Unpin), aside: &Path, limit: usize) -> Result<Stored, Stop> {
        let mut file = fs::File::create_new(aside).await.map_err(Stop::fault)?;
        let (mut sha, mut size) = (Sha256::new(), 0_usize);
        let mut buffer = vec![0; 64 * 1_024];
        loop {
            let n = from.read(&mut buffer).await.map_err(|_| Stop::field("file", Why::of("invalid-upload-broke")))?;
            let Some(part) = buffer.get(..n).filter(|p| !p.is_empty()) else { break };
            size += part.len();
            if size > limit {
                let why = Why::of("invalid-upload-large").with("mib", limit / 1_048_576);
                return Err(Stop::field("file", why));
            }
            sha.update(part);
            file.write_all(part).await.map_err(Stop::fault)?;
        }
        if size == 0 {
            return Err(Stop::field("file", Why::of("invalid-upload-empty")));
        }
        file.sync_all().await.map_err(Stop::fault)?;
        let sha256 = hex(&sha.finalize());
        let place = self.place(&sha256);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).await.map_err(Stop::fault)?;
        }
        fs::rename(aside, &place).await.map_err(Stop::fault)?;
        Ok(Stored { sha256, size: size as u64 })
    }

    /// Bytes of a blob that is here; `None` when it is not.
    pub async fn size(&self, sha256: &str) -> Result<Option<u64>, Stop> {
        if !named(sha256) {
            return Ok(None);
        }
        match fs::metadata(self.place(sha256)).await {
            Ok(file) => Ok(Some(file.len())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Stop::fault(e)),
        }
    }

    /// Removes a blob; only [`crate::ops::upload`] does, under the lock of the record and when no entry names it.
    pub(crate) async fn remove(&self, sha256: &str) -> Result<(), Stop> {
        if !named(sha256) {
            return Err(Stop::NotFound);
        }
        match fs::remove_file(self.place(sha256)).await {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Stop::fault(e)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Gives what lies under a name part by part.
    pub(crate) async fn each(&self, sha256: &str, mut take: impl FnMut(&[u8]) -> Result<(), Stop>) -> Result<(), Stop> {
        if !named(sha256) {
            return Err(Stop::NotFound);
        }
        let mut file = fs::File::open(self.place(sha256)).await.map_err(Stop::fault)?;
        let mut buffer = vec![0; 64 * 1_024];
        loop {
            let n = file.read(&mut buffer).await.map_err(Stop::fault)?;
            match buffer.get(..n).filter(|p| !p.is_empty()) {
                Some(part) => take(part)?,
                None => return Ok(()),
            }
        }
    }

    /// Hashes what lies under a name, as it streams: `None` when nothing does.
    pub async fn digest(&self, sha256: &str) -> Result<Option<Stored>, Stop> {
        if self.size(sha256).await?.is_none() {
            return Ok(None);
        }
        let mut file = fs::File::open(self.place(sha256)).await.map_err(Stop::fault)?;
        let (mut sha, mut size, mut buffer) = (Sha256::new(), 0_u64, vec![0; 64 * 1_024]);
        loop {
            let n = file.read(&mut buffer).await.map_err(Stop::fault)?;
            let Some(part) = buffer.get(..n).filter(|p| !p.is_empty()) else { break };
            sha.update(part);
            size += part.len() as u64;
        }
        Ok(Some(Stored { sha256: hex(&sha.finalize()), size }))
    }

    /// Reads a blob back and checks that it is what its name says.
    pub async fn read(&self, sha256: &str) -> Result<Vec<u8>, Stop> {
        if !named(sha256) {
            return Err(Stop::NotFound);
        }
        let bytes = fs::read(self.place(sha256)).await.map_err(|_| Stop::NotFound)?;
        if hex(&Sha256::digest(&bytes)) != sha256 {
            return Err(Stop::fault(format!("blob {sha256} was changed on disk")));
        }
        Ok(bytes)
    }
}

/// Whether a name can be a blob's: never a path.
fn named(sha256: &str) -> bool {
    sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit())
}
