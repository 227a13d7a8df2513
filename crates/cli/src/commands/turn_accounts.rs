//! `plantgate turn-accounts`: what has to be turned is asked of the core, done by a program of whoever runs the VPN or
//! the directory, and said back. It knows no VPN: the program is run as `PROGRAM on NAME` or `PROGRAM off NAME` and
//! ends with 0 when it is so. Where it does not, the core tells people; nothing here decides.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use clap::Args as ClapArgs;
use plantgate_app::witness::bound::{Turn, Turns};
use plantgate_store::Stop;
use reqwest::Method;
use serde_json::json;
use tokio::process::Command;

use super::ssh::{
    line::{Core, Line, No},
    syslog,
};
use crate::{Ended, printer::Printer, words};

/// How long one question waits at the core, and how long for its answer.
const WAIT: u64 = 25;
const PATIENCE: Duration = Duration::from_secs(WAIT + 10);
/// How long it is waited before a core that did not answer, or a program that failed, is asked again.
const AGAIN: Duration = Duration::from_secs(5);

/// What turns them.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(flatten)]
    core: Core,
    /// Run as `PROGRAM on NAME` and `PROGRAM off NAME`, with PLANTGATE_GRANT and PLANTGATE_CUT in its environment.
    #[arg(long, value_name = "PROGRAM")]
    run: PathBuf,
    /// Seconds that the program may take.
    #[arg(long, default_value_t = 30)]
    timeout: u64,
    /// Do what there is to do now, and end.
    #[arg(long)]
    once: bool,
}

/// Listens until it is told to stop.
pub async fn run(args: Args, printer: Printer) -> Result<Ended, Stop> {
    let line = args.core.open(PATIENCE, printer.lang)?;
    let patience = Duration::from_secs(args.timeout.max(1));
    loop {
        let wait = if args.once { 0 } else { WAIT };
        let whole = match ask(&line, wait).await {
            Ok(turns) => {
                let mut whole = true;
                for turn in &turns.turns {
                    whole &= turned(&line, &args.run, turn, patience, printer).await;
                }
                whole
            }
            Err(no) => {
                printer.say(no.said());
                syslog::say(no.said());
                false
            }
        };
        if args.once {
            return Ok(if whole { Ended::Yes } else { Ended::No });
        }
        if !whole {
            tokio::time::sleep(AGAIN).await;
        }
    }
}

async fn ask(line: &Line, wait: u64) -> Result<Turns, No> {
    let answer = line.ask(Method::GET, &format!("/api/v1/access/accounts?wait={wait}"), None).await?;
    serde_json::from_slice(&answer).map_err(|e| No::Silent(e.to_string()))
}

/// Turns one account and says so; whether both were done.
async fn turned(line: &Line, program: &Path, turn: &Turn, patience: Duration, printer: Printer) -> bool {
    let r = words::reader(printer.lang);
    let way = r.t(if turn.on { "turn-way-on" } else { "turn-way-off" }).to_string();
    let told = |id: &str| {
        let said = r.t(id).s("account", turn.account.clone()).s("way", way.clone()).to_string();
        printer.say(&said);
        said
    };
    // What would be read as an option of the program is no name that anybody should run something with.
    if turn.name.starts_with('-') {
        syslog::say(&told("turn-name"));
        return false;
    }
    if !ran(program, turn, patience).await {
        syslog::say(&told("turn-failed"));
        return false;
    }
    let body = json!({ "account": turn.account, "on": turn.on });
    match line.ask(Method::POST, "/api/v1/acts/confirm-account", Some(&body)).await {
        Ok(_) => {
            told("turn-done");
            true
        }
        Err(no) => {
            printer.say(no.said());
            syslog::say(no.said());
            false
        }
    }
}

/// Whether the program ended well, in time. No shell reads the name.
async fn ran(program: &Path, turn: &Turn, patience: Duration) -> bool {
    let way = if turn.on { "on" } else { "off" };
    let mut command = Command::new(program);
    command.arg(way).arg(&turn.name).stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    command.env("PLANTGATE_GRANT", turn.grant.as_deref().unwrap_or_default());
    command.env("PLANTGATE_CUT", if turn.cut { "yes" } else { "no" });
    let ended = tokio::time::timeout(patience, command.status()).await;
    matches!(ended, Ok(Ok(status)) if status.success())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn turn(name: &str, on: bool) -> Turn {
        Turn { account: "ACC-0001".into(), name: name.into(), on, grant: Some("GRA-0001".into()), cut: !on }
    }

    #[tokio::test]
    async fn the_program_gets_way_and_name_as_they_are_and_must_end_well_in_time() {
        let folder = std::env::temp_dir().join(format!("plantgate-turn-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (program, said) = (folder.join("turn"), folder.join("said"));
        let script = format!(
            "#!/bin/sh\necho \"$1|$2|$PLANTGATE_GRANT|$PLANTGATE_CUT\" >> {}\n\
             case $2 in bad) exit 3;; slow) sleep 30;; esac\n",
            said.display()
        );
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let long = Duration::from_secs(20);
        // a name that a shell would run something of
        assert!(ran(&program, &turn("v-ortega; touch x $(id)", true), long).await);
        assert!(ran(&program, &turn("b", false), long).await);
        assert!(!ran(&program, &turn("bad", true), long).await);
        assert!(!ran(&program, &turn("slow", true), Duration::from_millis(300)).await);
        assert!(!ran(&folder.join("none"), &turn("b", true), long).await);
        let said = std::fs::read_to_string(&said).unwrap();
        let lines: Vec<&str> = said.lines().take(2).collect();
        assert_eq!(lines, ["on|v-ortega; touch x $(id)|GRA-0001|no", "off|b|GRA-0001|yes"]);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
