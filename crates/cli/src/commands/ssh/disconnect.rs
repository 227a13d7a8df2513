//! `plantgate ssh-disconnect`: ends at a stock sshd what a person ended at the core. It cuts nobody because a window is
//! over, a hold was set or a grant was taken back without a cut: then nothing new begins, and what runs goes on.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args as ClapArgs;
use plantgate_app::witness::jump::Ends;
use plantgate_domain::base::Why;
use plantgate_store::Stop;
use reqwest::Method;
use serde_json::json;

use super::{
    files,
    line::{Core, Line, No},
    notes, principals, syslog,
};
use crate::{Ended, printer::Printer, words};

/// How long one question waits at the core, and how long for its answer.
const WAIT: u64 = 25;
const PATIENCE: Duration = Duration::from_secs(WAIT + 10);
/// How long it is waited before a core that did not answer is asked again.
const AGAIN: Duration = Duration::from_secs(5);
/// Between two looks for whom a cut grant still serves.
const LOOK: Duration = Duration::from_secs(1);
/// Looks, a second apart, beyond the time for which somebody who comes in may wait for the core.
const MARGIN: u64 = 5;

/// What to listen to.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(flatten)]
    core: Core,
    /// The folder where `ssh-principals` notes which process serves whom.
    #[arg(long, value_name = "FOLDER")]
    sessions: PathBuf,
    /// Where the position in the record is kept, so that nothing is missed while this is away.
    #[arg(long, value_name = "FILE")]
    position: PathBuf,
    /// Seconds for which `ssh-principals` waits for the core: as long it is looked again for whom a person ended.
    #[arg(long, default_value_t = principals::TIMEOUT)]
    timeout: u64,
    /// Do what there is to do now, and end.
    #[arg(long)]
    once: bool,
}

/// A place in the record: how many entries come before it, and the hash of the last of them. A record that was put back
/// and grew again has another one there.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Position {
    from: u64,
    leaf: Option<String>,
}

impl Position {
    /// From here on nothing is missed. A grant that was cut opens never again, so doing it once more ends nobody else.
    const BEGIN: Position = Position { from: 0, leaf: None };

    fn line(&self) -> String {
        format!("{} {}", self.from, self.leaf.as_deref().unwrap_or_default()).trim_end().to_owned()
    }

    fn read(text: &str) -> Option<Position> {
        let mut words = text.split_whitespace();
        let (from, leaf, more) = (words.next()?.parse().ok()?, words.next(), words.next());
        let plain = leaf.is_none_or(|leaf| leaf.bytes().all(|b| b.is_ascii_hexdigit()));
        (plain && more.is_none()).then(|| Position { from, leaf: leaf.map(str::to_owned) })
    }
}

/// Listens until it is told to stop.
pub async fn run(args: Args, printer: Printer) -> Result<Ended, Stop> {
    notes::safe(&args.sessions)?;
    let mut kept = position(&args.position)?;
    files::can_put(&args.position).map_err(|_| {
        let folder = args.position.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.display().to_string();
        Stop::field("--position", Why::of("invalid-ssh-position-folder").with("folder", folder))
    })?;
    let line = args.core.open(PATIENCE, printer.lang)?;
    let mut cuts = Cuts::new(args.sessions, args.timeout.saturating_add(MARGIN), printer);
    let mut at = kept.clone();
    loop {
        let wait = if args.once || cuts.open() { 0 } else { WAIT };
        let asked = ask(&line, at.as_ref(), wait).await;
        let mut done = false;
        match asked {
            Ok(answer) => {
                done = at.as_ref().is_none_or(|at| at.from == answer.next);
                answer.ends.iter().filter(|end| end.cut).for_each(|end| cuts.add(&end.grant));
                at = Some(Position { from: answer.next, leaf: answer.leaf });
            }
            Err(no) => {
                printer.say(no.said());
                if no.is("invalid-ends-from") && at.as_ref().is_some_and(|at| *at != Position::BEGIN) {
                    // Another record, or one that was put back: what was cut since may stand before that position.
                    syslog::say(no.said());
                    at = Some(Position::BEGIN);
                } else if args.once {
                    return Ok(Ended::No);
                } else if !cuts.open() {
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
        cuts.look()?;
        if cuts.open() {
            if args.once && done && cuts.stuck {
                return Ok(Ended::No);
            }
            tokio::time::sleep(LOOK).await;
        } else if kept != at {
            // Only now: whoever dies before it does the same once more, which ends nobody twice.
            put(&args.position, at.as_ref())?;
            kept.clone_from(&at);
        }
        if args.once && done && !cuts.open() {
            return Ok(Ended::Yes);
        }
    }
}

async fn ask(line: &Line, at: Option<&Position>, wait: u64) -> Result<Ends, No> {
    let path = match at {
        Some(Position { from, leaf: Some(leaf) }) => {
            format!("/api/v1/access/ssh/ends?from={from}&leaf={leaf}&wait={wait}")
        }
        Some(Position { from, leaf: None }) => format!("/api/v1/access/ssh/ends?from={from}&wait={wait}"),
        None => "/api/v1/access/ssh/ends".to_owned(),
    };
    let answer = line.ask(Method::GET, &path, None).await?;
    serde_json::from_slice(&answer).map_err(|e| No::Silent(e.to_string()))
}

/// Grants that a person cut, until nobody can be served by them any more: whoever was about to come in when it was cut
/// may appear a little later, and a process may not end at once. Only then the position moves on.
struct Cuts {
    folder: PathBuf,
    /// How often it is looked for each, a second apart.
    looks: u64,
    printer: Printer,
    /// Looks that are left.
    grants: BTreeMap<String, u64>,
    /// Whether a process runs on though it was looked for as often as it should be.
    stuck: bool,
    /// What was said of which process: it is said once.
    said: BTreeSet<(u32, bool)>,
}

impl Cuts {
    fn new(folder: PathBuf, looks: u64, printer: Printer) -> Cuts {
        Cuts { folder, looks, printer, grants: BTreeMap::new(), stuck: false, said: BTreeSet::new() }
    }

    fn add(&mut self, grant: &str) {
        self.grants.insert(grant.to_owned(), self.looks);
    }

    /// Whether there is something to look for.
    fn open(&self) -> bool {
        !self.grants.is_empty()
    }

    /// Ends every process of sshd that serves one of them: the connection goes, and all that hangs on it.
    fn look(&mut self) -> Result<(), Stop> {
        if !self.open() {
            return Ok(());
        }
        let found = notes::running(&self.folder)?;
        for pid in &found.unread {
            self.say(*pid, false, "ssh-note-unread", "");
        }
        let mut serves = BTreeSet::new();
        for note in &found.notes {
            if let Some(left) = self.grants.get(&note.grant).copied() {
                serves.insert(note.grant.as_str());
                let ended = ends(note.pid) && left > 0;
                self.say(note.pid, ended, if ended { "ssh-ended" } else { "ssh-not-ended" }, &note.grant);
            }
        }
        // Of a process whose note cannot be read nobody knows whom it serves.
        let unknown = !found.unread.is_empty();
        self.stuck = false;
        self.grants.retain(|grant, left| {
            let (more, runs) = (*left > 0, unknown || serves.contains(grant.as_str()));
            self.stuck |= !more && runs;
            *left = left.saturating_sub(1);
            more || runs
        });
        if !self.open() {
            self.said.clear();
        }
        Ok(())
    }

    fn say(&mut self, pid: u32, ended: bool, id: &'static str, grant: &str) {
        if !self.said.insert((pid, ended)) {
            return;
        }
        let said = words::reader(self.printer.lang).t(id).s("grant", grant).s("process", pid.to_string()).to_string();
        self.printer.data(&json!({ "grant": grant, "process": pid, "ended": ended }), || vec![said.clone()]);
        syslog::say(&said);
    }
}

/// Asks a process to end; whether it could be asked.
fn ends(pid: u32) -> bool {
    let status = std::process::Command::new("kill").args(["-TERM", &pid.to_string()]).status();
    status.is_ok_and(|s| s.success())
}

/// The position that was kept; none where there is no file yet.
fn position(file: &Path) -> Result<Option<Position>, Stop> {
    let wrong = || Stop::field("--position", Why::of("invalid-ssh-position").with("file", file.display().to_string()));
    match std::fs::read_to_string(file) {
        Ok(text) => Position::read(&text).map(Some).ok_or_else(wrong),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(_) => Err(wrong()),
    }
}

fn put(file: &Path, at: Option<&Position>) -> Result<(), Stop> {
    let Some(at) = at else { return Ok(()) };
    files::put(file, at.line().as_bytes()).map_err(|e| Stop::fault(format!("{}: {e}", file.display())))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use plantgate_wire::words::Lang;

    use super::{
        super::notes::tests::{folder, noted, sshd},
        *,
    };

    fn cuts(folder: &Path, looks: u64) -> Cuts {
        Cuts::new(folder.join("notes"), looks, Printer { json: false, lang: Lang::En })
    }

    #[test]
    fn a_position_is_what_was_kept_or_nothing() {
        let with = |from, leaf: Option<&str>| Some(Position { from, leaf: leaf.map(str::to_owned) });
        assert_eq!(Position::read("17\n"), with(17, None));
        assert_eq!(Position::read("17 0aFF"), with(17, Some("0aFF")));
        for wrong in ["", "x", "17 0a&from=0", "17 0a 1"] {
            assert_eq!(Position::read(wrong), None, "{wrong}");
        }
        for kept in [Position::BEGIN, Position { from: 17, leaf: Some("0a".to_owned()) }] {
            assert_eq!(Position::read(&kept.line()), Some(kept));
        }
    }

    #[test]
    fn whoever_appears_after_a_cut_is_ended_while_it_is_looked_and_nobody_else_is() {
        let folder = folder("late");
        let mut cuts = cuts(&folder, 2);
        let mut other = sshd(&folder, "");
        noted(&folder, &other, "GRA-2");
        // given a cut of a grant that nobody is noted for yet
        cuts.add("GRA-1");
        cuts.look().unwrap();
        assert!(cuts.open() && !cuts.stuck);
        // when somebody is noted for it, they are ended
        let mut late = sshd(&folder, "");
        noted(&folder, &late, "GRA-1");
        cuts.look().unwrap();
        assert!(!late.wait().unwrap().success());
        assert!(cuts.open(), "and it is looked once more");
        cuts.look().unwrap();
        assert!(!cuts.open());
        assert_eq!(other.try_wait().unwrap(), None);
        other.kill().unwrap();
        other.wait().unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_cut_stays_open_while_its_process_runs_or_a_note_cannot_be_read() {
        let folder = folder("stuck");
        let mut cuts = cuts(&folder, 1);
        let mut deaf = sshd(&folder, "trap '' TERM");
        noted(&folder, &deaf, "GRA-1");
        cuts.add("GRA-1");
        for _ in 0..4 {
            cuts.look().unwrap();
            assert!(cuts.open());
        }
        assert!(cuts.stuck && cuts.said.contains(&(deaf.id(), false)), "and it is said");
        // given that nobody can read whom it serves
        let note = std::fs::read_dir(folder.join("notes")).unwrap().next().unwrap().unwrap().path();
        std::fs::write(note, "").unwrap();
        cuts.look().unwrap();
        assert!(cuts.open());
        deaf.kill().unwrap();
        deaf.wait().unwrap();
        cuts.look().unwrap();
        assert!(!cuts.open());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_position_that_cannot_be_written_is_known_before_anything_is_asked() {
        let folder = folder("position");
        assert!(files::can_put(&folder.join("position")).is_ok());
        assert!(files::can_put(&folder.join("missing").join("position")).is_err());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "and nothing is left of the look");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
