//! A pack on its way to its name. Under that name there is a whole one or none, whatever ends us: a part of one would
//! be handed on and be refused where it is opened.

use std::{
    fs::{self, File},
    io::{Seek, Write},
    path::{Path, PathBuf},
};

use plantgate_domain::base::Why;
use plantgate_store::{Stop, writer};

/// Written in one step while room is made.
const STEP: usize = 64 * 1_024;

/// A file beside the one that is wanted, gone with this value unless it is kept.
pub struct Aside {
    wanted: PathBuf,
    path: PathBuf,
    file: File,
}

impl Drop for Aside {
    fn drop(&mut self) {
        // It has its name by now, or nobody wants it: both are fine.
        let _gone = fs::remove_file(&self.path);
    }
}

impl Aside {
    /// Begins one; never for a name that is taken.
    pub fn begin(wanted: &Path) -> Result<Aside, Stop> {
        free(wanted)?;
        let name = wanted.file_name().unwrap_or_default().to_string_lossy();
        let path = wanted.with_file_name(format!("{name}.{}.unfinished", writer::new_request()?.simple()));
        let mut options = File::options();
        options.write(true).create_new(true);
        // A pack may hold names and texts of people: its maker hands it on, nobody else on this machine reads it.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|e| Stop::unwritten("file", wanted, &e))?;
        Ok(Aside { wanted: wanted.to_owned(), path, file })
    }

    /// Makes sure that so many bytes fit, before anything says that they were written.
    pub fn reserve(&self, bytes: usize) -> Result<(), Stop> {
        let (mut file, zeros) = (&self.file, [0; STEP]);
        let mut left = bytes;
        let made = loop {
            let some = zeros.get(..left.min(STEP)).unwrap_or_default();
            if some.is_empty() {
                break file.sync_all().and_then(|()| file.rewind());
            }
            if let Err(e) = file.write_all(some) {
                break Err(e);
            }
            left -= some.len();
        };
        made.map_err(|e| self.unwritten(&e))
    }

    /// Writes it and gives it its name.
    pub fn keep(self, bytes: &[u8]) -> Result<(), Stop> {
        let mut file = &self.file;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|e| self.unwritten(&e))?;
        free(&self.wanted)?;
        fs::rename(&self.path, &self.wanted).map_err(|e| self.unwritten(&e))
    }

    fn unwritten(&self, e: &std::io::Error) -> Stop {
        Stop::unwritten("file", &self.wanted, e)
    }
}

/// Never over an existing file.
fn free(wanted: &Path) -> Result<(), Stop> {
    if wanted.symlink_metadata().is_err() {
        return Ok(());
    }
    Err(Stop::field("file", Why::of("invalid-file-there").with("file", wanted.display().to_string())))
}
