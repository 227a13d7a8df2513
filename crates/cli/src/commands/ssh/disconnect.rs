//! `plantgate ssh-disconnect`: ends at a stock sshd what a person ended at the core. It cuts nobody because a window is
//! over, a hold was set or a grant was taken back without a cut: then nothing new begins, and what runs goes on.

use std::{
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
    line::{Core, Line},
    notes, syslog,
};
use crate::{Ended, printer::Printer, words};

/// How long one question waits at the core, and how long for its answer.
const WAIT: u64 = 25;
const PATIENCE: Duration = Duration::from_secs(WAIT + 10);
/// How long it is waited before a core that did not answer is asked again.
const AGAIN: Duration = Duration::from_secs(5);

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
    /// Do what there is to do now, and end.
    #[arg(long)]
    once: bool,
}

/// Listens until it is told to stop.
pub async fn run(args: Args, printer: Printer) -> Result<Ended, Stop> {
    notes::safe(&args.sessions)?;
    let line = args.core.open(PATIENCE, printer.lang)?;
    let mut at = position(&args.position)?;
    loop {
        match ask(&line, at, args.once).await {
            Ok(answer) => {
                let done = answer.next == at.unwrap_or(answer.next);
                for end in answer.ends.iter().filter(|end| end.cut) {
                    cut(&args.sessions, &end.grant, printer)?;
                }
                // Only now: whoever dies before it does the same once more, which ends nobody twice.
                put(&args.position, answer.next.to_string().as_bytes())?;
                at = Some(answer.next);
                if args.once && done {
                    return Ok(Ended::Yes);
                }
            }
            Err(said) => {
                printer.say(&said);
                if args.once {
                    return Ok(Ended::No);
                }
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

async fn ask(line: &Line, at: Option<u64>, once: bool) -> Result<Ends, String> {
    let wait = if once { 0 } else { WAIT };
    let path = match at {
        Some(from) => format!("/api/v1/access/ssh/ends?from={from}&wait={wait}"),
        None => "/api/v1/access/ssh/ends".to_owned(),
    };
    let answer = line.ask(Method::GET, &path, None).await.map_err(|no| no.said().to_owned())?;
    serde_json::from_slice(&answer).map_err(|e| e.to_string())
}

/// Ends every process of sshd that serves a grant: the connection goes, and all that hangs on it.
fn cut(folder: &Path, grant: &str, printer: Printer) -> Result<(), Stop> {
    for note in notes::serving(folder, grant)? {
        let pid = note.pid.to_string();
        let status = std::process::Command::new("kill").args(["-TERM", &pid]).status();
        let ended = status.is_ok_and(|s| s.success());
        let id = if ended { "ssh-ended" } else { "ssh-not-ended" };
        let said = words::reader(printer.lang).t(id).s("grant", grant).s("process", &pid).to_string();
        printer.data(&json!({ "grant": grant, "process": note.pid, "ended": ended }), || vec![said.clone()]);
        syslog::say(&said);
    }
    Ok(())
}

/// The position that was kept; none where there is no file yet.
fn position(file: &Path) -> Result<Option<u64>, Stop> {
    let wrong = || Stop::field("--position", Why::of("invalid-ssh-position").with("file", file.display().to_string()));
    match std::fs::read_to_string(file) {
        Ok(text) => text.trim().parse().map(Some).map_err(|_| wrong()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(_) => Err(wrong()),
    }
}

/// Writes a file so that its reader sees the old one or the new one, whole.
pub fn put(file: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let next = file.with_file_name(format!("{name}.{}.next", std::process::id()));
    let wrong = |e: std::io::Error| Stop::fault(format!("{}: {e}", file.display()));
    std::fs::write(&next, bytes).and_then(|()| std::fs::rename(&next, file)).map_err(wrong)
}
