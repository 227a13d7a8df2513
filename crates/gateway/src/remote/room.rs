//! Room on the disk of a gateway that stands alone. Some of it is kept for ends: a file of which nobody needs a byte,
//! that goes when the disk is full and an end has to lie somewhere. And nothing new begins where there is less beside
//! it than a session needs to be recorded at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Written in one step.
const STEP: usize = 1 << 20;

/// What is kept free in a folder. It is asked by writing: only that knows quotas and what a file system keeps back.
pub struct Room {
    kept: PathBuf,
    tried: PathBuf,
    /// Bytes kept for ends, and bytes that must be there beside them when something begins.
    bytes: (u64, u64),
    /// Two that ask at once would each write half of it.
    turn: Mutex<()>,
}

impl Room {
    /// In a folder, for so many bytes of ends, and as many that must be free beside them.
    pub fn in_folder(folder: &Path, bytes: (u64, u64)) -> Room {
        Room { kept: folder.join("room"), tried: folder.join("room.tried"), bytes, turn: Mutex::default() }
    }

    /// Whether something may begin: the room for ends is whole, and there is enough beside it.
    pub fn is_there(&self) -> io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (ends, beside) = self.bytes;
        if !fs::metadata(&self.kept).is_ok_and(|is| is.len() == ends) {
            fill(&self.kept, ends).and_then(|file| file.sync_all()).inspect_err(|_| self.give())?;
        }
        // It need not reach the disk: where there is no room for it, writing fails.
        let tried = fill(&self.tried, beside).map(drop);
        let _gone = fs::remove_file(&self.tried);
        tried
    }

    /// Gives up what is kept, for an end that has to lie somewhere.
    pub fn give(&self) {
        let _gone = fs::remove_file(&self.kept);
    }
}

/// A file of so many bytes. They are no zeros: some file systems keep none of those.
fn fill(path: &Path, bytes: u64) -> io::Result<File> {
    let mut block = vec![0; STEP];
    getrandom::fill(&mut block).map_err(io::Error::other)?;
    let (mut file, mut left) = (File::create(path)?, bytes);
    while left > 0 {
        let next = usize::try_from(left).unwrap_or(STEP).min(STEP);
        file.write_all(block.get(..next).unwrap_or_default())?;
        left -= next as u64;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_whole_or_made_again_and_what_was_tried_is_gone() {
        let mut name = [0; 8];
        getrandom::fill(&mut name).unwrap();
        let folder = std::env::temp_dir().join(format!("plantgate-room-{:016x}", u64::from_be_bytes(name)));
        fs::create_dir_all(&folder).unwrap();
        let room = Room::in_folder(&folder, (3_000_000, 10));
        room.is_there().unwrap();
        let size = || fs::metadata(folder.join("room")).map(|is| is.len()).ok();
        assert_eq!((size(), fs::read_dir(&folder).unwrap().count()), (Some(3_000_000), 1));
        // one that a kill left half written is no room
        fs::write(folder.join("room"), b"half").unwrap();
        room.is_there().unwrap();
        assert_eq!(size(), Some(3_000_000));
        room.give();
        assert_eq!(size(), None);
        // where nothing can be written there is none
        let nowhere = Room::in_folder(&folder.join("no"), (1, 1));
        assert!(nowhere.is_there().is_err());
        nowhere.give();
        fs::remove_dir_all(&folder).unwrap();
    }
}
