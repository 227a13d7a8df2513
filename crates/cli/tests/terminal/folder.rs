//! A data directory that goes away with the test, and the real binary run on it.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// A data directory of its own.
pub struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    pub fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("plantgate-cli-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }
    /// One that stands where the test says, on a disk of its own.
    pub fn on(folder: PathBuf) -> Folder {
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }
    pub fn path(&self) -> &Path {
        &self.0
    }
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }
    pub fn run(&self, words: &[&str], stdin: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_plantgate"))
            .arg("--data")
            .arg(&self.0)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
    /// The same on a machine that stands elsewhere: another zone, another language, another collation.
    pub fn abroad(&self, words: &[&str]) -> (Option<i32>, Value) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plantgate"));
        command.arg("--data").arg(&self.0).arg("--json").args(words);
        for (name, value) in [("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "de_DE.UTF-8")] {
            command.env(name, value);
        }
        let out = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        (out.status.code(), serde_json::from_str(&said).unwrap_or(Value::String(said)))
    }
    pub fn json(&self, words: &[&str], stdin: &str) -> (Option<i32>, Value) {
        let out = self.run(&[&["--json"], words].concat(), stdin);
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        let why = String::from_utf8_lossy(&out.stderr).into_owned();
        (out.status.code(), serde_json::from_str(&said).unwrap_or_else(|_| Value::String(format!("{said}{why}"))))
    }
}
