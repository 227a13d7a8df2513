//! A small file that is whole on the disk or not there, also when the machine loses its power in the middle.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// Puts these bytes into a file, in place of what was there; they lie on the disk when this comes back. It blocks.
pub fn put(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let aside = file.with_extension("next");
    let mut to = File::create(&aside)?;
    to.write_all(bytes)?;
    to.sync_all()?;
    fs::rename(&aside, file)?;
    file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
