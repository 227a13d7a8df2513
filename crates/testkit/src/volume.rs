//! A small disk that a test fills and empties: a file system in memory with a bound, where this user may mount one.

use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use crate::world::request;

/// Gone with this value.
pub struct Volume {
    folder: PathBuf,
}

impl Drop for Volume {
    fn drop(&mut self) {
        // Whoever still holds a file of it keeps that file until he ends.
        let _ = Command::new("umount").arg("--lazy").arg(&self.folder).status();
        let _ = std::fs::remove_dir(&self.folder);
    }
}

impl Volume {
    /// One of so many KiB; `None` where nobody lets us mount one, which is said aloud: nothing is skipped silently.
    pub fn small(kib: u64) -> Option<Volume> {
        let folder = std::env::temp_dir().join(format!("plantgate-volume-{}", request().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        let size = format!("size={kib}k,mode=0755");
        let mount = ["-t", "tmpfs", "-o", &size, "tmpfs"];
        if Command::new("mount").args(mount).arg(&folder).output().is_ok_and(|o| o.status.success()) {
            return Some(Volume { folder });
        }
        let _ = std::fs::remove_dir(&folder);
        crate::left_out::left_out(
            "no volume can be mounted here (that takes root): what needs one of its own is not tested",
        );
        None
    }
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.folder
    }
    /// Writes until nothing fits any more, but for so many bytes.
    pub fn fill(&self, but: usize) {
        let mut file = OpenOptions::new().create(true).append(true).open(self.filler()).unwrap();
        let page = [7; 4_096];
        while file.write_all(&page).is_ok() {}
        let full = file.metadata().unwrap().len();
        file.set_len(full.saturating_sub(but as u64)).unwrap();
    }
    /// Gives the room back.
    pub fn free(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }
}
