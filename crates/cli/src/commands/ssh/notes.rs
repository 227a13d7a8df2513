//! Which process of sshd serves which grant: noted when somebody passes, read when a person ends it. A number of a
//! process is used again, so its beginning is noted with it. Whoever is inside cannot take a note away: it lies with
//! the helper's own account, not with theirs.

use std::path::Path;

use plantgate_domain::base::Why;
use plantgate_store::Stop;
use serde::{Deserialize, Serialize};

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
pub fn note(folder: &Path, grant: &str, serial: u64) -> Result<(), Stop> {
    safe(folder)?;
    #[cfg(unix)]
    let pid = Some(std::os::unix::process::parent_id());
    #[cfg(not(unix))]
    let pid: Option<u32> = None;
    let found = pid.and_then(|pid| Some((pid, process(pid)?)));
    let (pid, (_, began)) = found.ok_or_else(|| wrong(folder))?;
    let note = Note { pid, began, grant: grant.to_owned(), serial };
    let text = serde_json::to_vec(&note).map_err(Stop::fault)?;
    std::fs::write(folder.join(pid.to_string()), text).map_err(|_| wrong(folder))
}

/// Processes of sshd that serve a grant and run. Notes of those that are gone go.
pub fn serving(folder: &Path, grant: &str) -> Result<Vec<Note>, Stop> {
    safe(folder)?;
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|_| wrong(folder))?.flatten() {
        let read = std::fs::read(entry.path()).ok();
        let Some(note) = read.and_then(|bytes| serde_json::from_slice::<Note>(&bytes).ok()) else { continue };
        if !runs(&note) {
            let _gone = std::fs::remove_file(entry.path());
        } else if note.grant == grant {
            found.push(note);
        }
    }
    found.sort_by_key(|note| note.pid);
    Ok(found)
}

/// Whether the process of a note is that one still, and one of sshd.
fn runs(note: &Note) -> bool {
    process(note.pid).is_some_and(|(name, began)| name.starts_with("sshd") && began == note.began)
}

/// Name and beginning of a process (proc(5), `stat`: fields 2 and 22).
fn process(pid: u32) -> Option<(String, String)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold some itself.
    let (head, rest) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    // The next field is the third.
    Some((name, rest.split_whitespace().nth(22 - 3)?.to_owned()))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_note_of_another_program_or_of_an_earlier_process_of_that_number_ends_nobody() {
        let folder = std::env::temp_dir().join(format!("plantgate-notes-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        // given a note of a process that is no sshd: the one that runs this test
        note(&folder, "GRA-1", 7).unwrap();
        assert_eq!(serving(&folder, "GRA-1").unwrap(), []);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "and the note is gone");
        // this very process began once, and its note would be another's after that
        let (name, began) = process(std::process::id()).unwrap();
        assert!(!name.is_empty() && began.parse::<u64>().is_ok(), "{name} {began}");
        // a folder in which everybody writes is none
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(note(&folder, "GRA-1", 7).is_err() && serving(&folder, "GRA-1").is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
