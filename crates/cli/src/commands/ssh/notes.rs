//! Which process of sshd serves which grant: noted when somebody comes, read when a person ends it. A number of a
//! process is used again, so its beginning is noted with it. Whoever is inside cannot take a note away: it lies with
//! the helper's own account, not with theirs.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use plantgate_domain::base::Why;
use plantgate_store::Stop;
use serde::{Deserialize, Serialize};

use super::files;

/// A note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub pid: u32,
    /// When the process began, as the kernel counts.
    began: String,
    pub grant: String,
    serial: u64,
}

/// What was noted, for whoever has to take it back.
#[derive(Debug)]
pub struct Noted {
    file: PathBuf,
    bytes: Vec<u8>,
}

impl Noted {
    /// Takes it back, unless something else was noted of that process since.
    pub fn take_back(self) {
        if std::fs::read(&self.file).is_ok_and(|now| now == self.bytes) {
            let _gone = std::fs::remove_file(&self.file);
        }
    }
}

/// What a look at all notes found.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Found {
    /// Processes of sshd that run, in order.
    pub notes: Vec<Note>,
    /// Processes of sshd that run, with a note that cannot be read: nobody knows whom they serve.
    pub unread: Vec<u32>,
}

fn wrong(folder: &Path) -> Stop {
    Stop::field("--sessions", Why::of("invalid-ssh-sessions").with("folder", folder.display().to_string()))
}

/// Refuses a folder in which others could write notes.
pub fn safe(folder: &Path) -> Result<(), Stop> {
    let meta = std::fs::metadata(folder).map_err(|_| wrong(folder))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if meta.permissions().mode() & 0o022 != 0 {
            return Err(wrong(folder));
        }
    }
    if meta.is_dir() { Ok(()) } else { Err(wrong(folder)) }
}

/// Notes that the process that started this one, which is sshd's of one connection, serves a grant.
pub fn note(folder: &Path, grant: &str, serial: u64) -> Result<Noted, Stop> {
    #[cfg(unix)]
    let pid = Some(std::os::unix::process::parent_id());
    #[cfg(not(unix))]
    let pid: Option<u32> = None;
    note_of(folder, pid.ok_or_else(|| wrong(folder))?, grant, serial)
}

/// Notes whom a process serves. It has to be one of sshd: a script between sshd and this command is gone at once, and
/// then nobody could be ended.
fn note_of(folder: &Path, pid: u32, grant: &str, serial: u64) -> Result<Noted, Stop> {
    safe(folder)?;
    let (name, began) = process(pid).ok_or_else(|| wrong(folder))?;
    if !of_sshd(&name) {
        return Err(Stop::field("--sessions", Why::of("invalid-ssh-parent").with("name", name)));
    }
    // With its beginning in its name: the note of a later process of that number is another file.
    let file = folder.join(format!("{pid}-{began}"));
    let note = Note { pid, began, grant: grant.to_owned(), serial };
    let bytes = serde_json::to_vec(&note).map_err(Stop::fault)?;
    files::put(&file, &bytes).map_err(|_| wrong(folder))?;
    Ok(Noted { file, bytes })
}

/// Every process of sshd that is noted and runs. Notes of those that are gone go.
pub fn running(folder: &Path) -> Result<Found, Stop> {
    safe(folder)?;
    let mut found = Found::default();
    for entry in std::fs::read_dir(folder).map_err(|_| wrong(folder))? {
        let entry = entry.map_err(|_| wrong(folder))?;
        let Some(pid) = entry.file_name().to_str().and_then(number) else { continue };
        let note = match std::fs::read(entry.path()) {
            Ok(bytes) => serde_json::from_slice::<Note>(&bytes).ok(),
            // Taken back meanwhile.
            Err(e) if e.kind() == ErrorKind::NotFound => continue,
            Err(_) => None,
        };
        match note {
            Some(note) if runs(&note) => found.notes.push(note),
            None if process(pid).is_some_and(|(name, _)| of_sshd(&name)) => found.unread.push(pid),
            _ => {
                let _gone = std::fs::remove_file(entry.path());
            }
        }
    }
    found.notes.sort_by_key(|note| note.pid);
    Ok(found)
}

/// Number of the process in the name of a note; files that are being written have other names.
fn number(name: &str) -> Option<u32> {
    let (pid, began) = name.split_once('-').unwrap_or((name, ""));
    began.bytes().all(|b| b.is_ascii_digit()).then(|| pid.parse().ok())?
}

/// Whether the process of a note is that one still, and one of sshd.
fn runs(note: &Note) -> bool {
    process(note.pid).is_some_and(|(name, began)| of_sshd(&name) && began == note.began)
}

/// `sshd`, and `sshd-session` since OpenSSH 9.8.
fn of_sshd(name: &str) -> bool {
    name.starts_with("sshd")
}

/// Name and beginning of a process that is not over (proc(5), `stat`: fields 2, 3 and 22).
fn process(pid: u32) -> Option<(String, String)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold some itself.
    let (head, rest) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    // The next field is the third: its state. One that ended and waits for its parent serves nobody.
    let mut fields = rest.split_whitespace();
    if matches!(fields.next()?, "Z" | "X") {
        return None;
    }
    Some((name, fields.nth(22 - 4)?.to_owned()))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
pub mod tests {
    use std::{
        io::{BufRead, BufReader},
        os::unix::{fs::PermissionsExt, process::CommandExt},
        process::{Child, Command, Stdio},
    };

    use super::*;

    /// A folder of a test's own.
    pub fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("plantgate-{name}-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("notes")).unwrap();
        std::fs::set_permissions(folder.join("notes"), std::fs::Permissions::from_mode(0o755)).unwrap();
        folder
    }

    /// A shell that the kernel calls sshd, and that runs until its input ends or it is ended; `before` comes first.
    pub fn sshd(folder: &Path, before: &str) -> Child {
        let program = folder.join("sshd-session");
        if !program.exists() {
            std::os::unix::fs::symlink("/bin/sh", &program).unwrap();
        }
        let mut command = Command::new(program);
        command.arg0("sh").arg("-c").arg(format!("{before}\necho ready\nread end"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        child
    }

    /// Notes whom a process serves.
    pub fn noted(folder: &Path, child: &Child, grant: &str) -> Noted {
        note_of(&folder.join("notes"), child.id(), grant, 7).unwrap()
    }

    #[test]
    fn whoever_is_started_by_anything_but_sshd_notes_nothing() {
        let folder = folder("parent");
        let notes = folder.join("notes");
        // given a parent that is no sshd: whoever runs this test
        let refused = note(&notes, "GRA-1", 7).unwrap_err();
        assert!(format!("{refused:?}").contains("invalid-ssh-parent"), "{refused:?}");
        assert_eq!(std::fs::read_dir(&notes).unwrap().count(), 0);
        // a folder in which everybody writes is none
        std::fs::set_permissions(&notes, std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(note(&notes, "GRA-1", 7).is_err() && running(&notes).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_note_stands_while_its_process_runs_and_goes_with_it_alone() {
        let folder = folder("notes");
        let notes = folder.join("notes");
        let mut child = sshd(&folder, "");
        // given a note, and one of an earlier process of the same number
        let first = noted(&folder, &child, "GRA-1");
        let earlier = Note { pid: child.id(), began: "1".to_owned(), grant: "GRA-0".to_owned(), serial: 6 };
        std::fs::write(notes.join(format!("{}-1", child.id())), serde_json::to_vec(&earlier).unwrap()).unwrap();
        let grants = || running(&notes).unwrap().notes.into_iter().map(|n| n.grant).collect::<Vec<_>>();
        // then the earlier one goes, and the fresh one stays
        assert_eq!(grants(), ["GRA-1"]);
        assert_eq!(std::fs::read_dir(&notes).unwrap().count(), 1);
        // and whoever takes back what was noted over since takes nothing away
        let second = noted(&folder, &child, "GRA-2");
        first.take_back();
        assert_eq!(grants(), ["GRA-2"]);
        second.take_back();
        assert!(grants().is_empty());
        // and a note that nobody can read is not passed over while its process runs
        let file = notes.join(child.id().to_string());
        std::fs::write(&file, "{").unwrap();
        assert_eq!(running(&notes).unwrap(), Found { notes: Vec::new(), unread: vec![child.id()] });
        // and one that ended serves nobody, before its parent knows and after it
        child.kill().unwrap();
        while process(child.id()).is_some() {
            std::thread::yield_now();
        }
        assert_eq!(running(&notes).unwrap(), Found::default());
        assert!(!file.exists());
        child.wait().unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn names_of_notes_are_numbers() {
        assert_eq!(number("12"), Some(12));
        assert_eq!(number("12-345"), Some(12));
        for other in ["12-345.99.next", "12.99.next", "x-1", "-1", ""] {
            assert_eq!(number(other), None, "{other}");
        }
    }
}
