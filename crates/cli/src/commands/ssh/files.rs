//! Files that others read while they are written: the old one or the new one, whole, even when the power goes.

use std::{
    fs::File,
    io::{Result, Write},
    path::{Path, PathBuf},
};

/// A name beside a file that no other process uses.
fn beside(file: &Path, end: &str) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{name}.{}.{end}", std::process::id()))
}

/// Writes a file so that its reader sees the old one or the new one, whole.
pub fn put(file: &Path, bytes: &[u8]) -> Result<()> {
    let next = beside(file, "next");
    let written = File::create(&next).and_then(|mut f| f.write_all(bytes).and_then(|()| f.sync_all()));
    let moved = written.and_then(|()| std::fs::rename(&next, file));
    if moved.is_err() {
        let _nothing_left = std::fs::remove_file(&next);
    }
    moved
}

/// Whether a file could be put there: tried, because rights alone do not say it (read-only systems, missing folders).
pub fn can_put(file: &Path) -> Result<()> {
    let probe = beside(file, "probe");
    File::create(&probe).and_then(|f| f.sync_all()).and_then(|()| std::fs::remove_file(&probe))
}
