//! Evidence in a folder: files named by their digest, moved into place in one step, the step made durable.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tokio::{fs, io::AsyncReadExt};

use super::{Aside, Stored, on_disk};
use crate::{keyring::hex, stop::Stop};

#[derive(Clone, Debug)]
pub(super) struct Disk {
    root: PathBuf,
}

impl Disk {
    pub(super) async fn open(root: &Path) -> Result<Disk, Stop> {
        fs::create_dir_all(root.join("aside")).await.map_err(on_disk)?;
        Ok(Disk { root: root.to_owned() })
    }

    pub(super) fn aside(&self) -> PathBuf {
        self.root.join("aside")
    }

    fn place_of(&self, sha256: &str) -> PathBuf {
        let (head, _) = sha256.split_at_checked(2).unwrap_or((sha256, ""));
        self.root.join(head).join(sha256)
    }

    /// Moves it into its place: there before or not, afterwards these bytes lie under their digest, and a power cut
    /// does not undo it.
    pub(super) async fn keep(&self, taken: Aside) -> Result<(), Stop> {
        let place = self.place_of(&taken.stored.sha256);
        let folder = place.parent().unwrap_or(&self.root).to_owned();
        fs::create_dir_all(&folder).await.map_err(on_disk)?;
        fs::rename(&taken.file, &place).await.map_err(on_disk)?;
        for folder in [folder.as_path(), &self.root] {
            fs::File::open(folder).await.map_err(on_disk)?.sync_all().await.map_err(on_disk)?;
        }
        Ok(())
    }

    pub(super) async fn size(&self, sha256: &str) -> Result<Option<u64>, Stop> {
        match fs::metadata(self.place_of(sha256)).await {
            Ok(file) => Ok(Some(file.len())),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Stop::fault(e)),
        }
    }

    pub(super) async fn remove(&self, sha256: &str) -> Result<(), Stop> {
        match fs::remove_file(self.place_of(sha256)).await {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(Stop::fault(e)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    pub(super) async fn digest(&self, sha256: &str) -> Result<Option<Stored>, Stop> {
        let mut file = match fs::File::open(self.place_of(sha256)).await {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(Stop::fault)?,
        };
        let (mut sha, mut size, mut buffer) = (Sha256::new(), 0_u64, vec![0; 64 * 1_024]);
        loop {
            let n = file.read(&mut buffer).await.map_err(Stop::fault)?;
            let Some(part) = buffer.get(..n).filter(|p| !p.is_empty()) else { break };
            sha.update(part);
            size += part.len() as u64;
        }
        Ok(Some(Stored { sha256: hex(&sha.finalize()), size }))
    }

    pub(super) async fn read(&self, sha256: &str) -> Result<Option<Vec<u8>>, Stop> {
        match fs::read(self.place_of(sha256)).await {
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            read => read.map(Some).map_err(Stop::fault),
        }
    }

    pub(super) fn place(&self) -> String {
        format!("the folder {}", self.root.display())
    }
}
