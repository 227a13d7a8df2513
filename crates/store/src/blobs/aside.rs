//! A file on its way: written beside the evidence while it is hashed, gone when nobody keeps it. What a process that
//! was killed left here is swept away after a day.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use plantgate_domain::base::Why;
use sha2::{Digest, Sha256};
use tokio::{
    fs,
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
};

use super::{Stored, broke, on_disk};
use crate::{keyring::hex, stop::Stop};

/// Read in one step.
const STEP: usize = 64 * 1_024;

/// A whole file, flushed, in the folder of what is on its way; dropping it removes it.
#[derive(Debug)]
pub struct Aside {
    pub(super) file: PathBuf,
    /// What it is.
    pub stored: Stored,
}

impl Drop for Aside {
    fn drop(&mut self) {
        // It was moved into its place, or nobody wants it: both are fine.
        let _ = std::fs::remove_file(&self.file);
    }
}

impl Aside {
    /// What lies there, for whoever looks at it before it is kept.
    pub async fn read(&self) -> Result<Vec<u8>, Stop> {
        fs::read(&self.file).await.map_err(on_disk)
    }

    /// Streams into the folder.
    pub(super) async fn take(folder: &Path, from: impl AsyncRead + Unpin, limit: usize) -> Result<Aside, Stop> {
        let mut name = [0; 12];
        getrandom::fill(&mut name).map_err(Stop::fault)?;
        let none = Stored { sha256: String::new(), size: 0 };
        let mut aside = Aside { file: folder.join(hex(&name)), stored: none };
        aside.stored = stream(from, &aside.file, limit).await?;
        Ok(aside)
    }
}

async fn stream(mut from: impl AsyncRead + Unpin, to: &Path, limit: usize) -> Result<Stored, Stop> {
    let mut file = fs::File::create_new(to).await.map_err(on_disk)?;
    let (mut sha, mut size) = (Sha256::new(), 0_usize);
    let mut buffer = vec![0; STEP];
    loop {
        let n = from.read(&mut buffer).await.map_err(|_| broke())?;
        let Some(part) = buffer.get(..n).filter(|p| !p.is_empty()) else { break };
        size += part.len();
        if size > limit {
            let why = Why::of("invalid-upload-large").with("mib", limit / 1_048_576);
            return Err(Stop::field("file", why));
        }
        sha.update(part);
        file.write_all(part).await.map_err(on_disk)?;
    }
    if size == 0 {
        return Err(Stop::field("file", Why::of("invalid-upload-empty")));
    }
    // The last write runs on behind our back, and only `flush` tells how it ended: without it a disk that filled up
    // with the last bytes would be taken for one that holds them.
    file.flush().await.map_err(on_disk)?;
    file.sync_all().await.map_err(on_disk)?;
    Ok(Stored { sha256: hex(&sha.finalize()), size: size as u64 })
}

/// Removes files older than `secs`; how many.
pub(super) async fn sweep(folder: &Path, secs: u64) -> Result<u64, Stop> {
    let mut swept = 0;
    let mut files = fs::read_dir(folder).await.map_err(Stop::fault)?;
    while let Some(file) = files.next_entry().await.map_err(Stop::fault)? {
        // A file that went away meanwhile, or whose time lies ahead of us, is left alone.
        let written = file.metadata().await.and_then(|m| m.modified()).ok();
        let age = written.and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > Duration::from_secs(secs)) && fs::remove_file(file.path()).await.is_ok() {
            swept += 1;
        }
    }
    Ok(swept)
}
