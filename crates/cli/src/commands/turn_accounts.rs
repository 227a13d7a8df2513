//! `plantgate turn-accounts`: what has to be turned is asked of the core, done by a program of whoever runs the VPN or
//! the directory, and said back. It knows no VPN: the program is run as `PROGRAM on NAME` or `PROGRAM off NAME` and
//! ends with 0 when it is so. Where it does not, the core tells people; nothing here decides.

use std::{
    collections::BTreeSet,
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

/// Listens until it is told to stop. What goes off goes before what goes on, and the core is asked again before each
/// that goes on: a list that took minutes to work off lets nobody in whose grant was cut meanwhile.
pub async fn run(args: Args, printer: Printer) -> Result<Ended, Stop> {
    let line = args.core.open(PATIENCE, printer.lang)?;
    let patience = Duration::from_secs(args.timeout.max(1));
    let mut failed: BTreeSet<String> = BTreeSet::new();
    loop {
        let wait = if args.once { 0 } else { WAIT };
        let turns = match ask(&line, wait).await {
            Ok(Turns { turns }) => turns,
            Err(no) => {
                printer.say(no.said());
                syslog::say(no.said());
                if args.once {
                    return Ok(Ended::No);
                }
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        };
        let open = |t: &&Turn| !failed.contains(&t.account);
        let off = turns.iter().filter(|t| !t.on).filter(open);
        let mut work: Vec<&Turn> = off.collect();
        if work.is_empty() {
            work.extend(turns.iter().find(open));
        }
        if work.is_empty() {
            if args.once {
                return Ok(if failed.is_empty() { Ended::Yes } else { Ended::No });
            }
            if !failed.is_empty() {
                failed.clear();
                tokio::time::sleep(AGAIN).await;
            }
            continue;
        }
        for turn in work {
            if !turned(&line, &args.run, turn, patience, printer).await {
                failed.insert(turn.account.clone());
            }
        }
    }
}

async fn ask(line: &Line, wait: u64) -> Result<Turns, No> {
    let answer = line.ask(Method::GET, &format!("/api/v1/access/accounts?wait={wait}"), None).await?;
    serde_json::from_slice(&answer).map_err(|e| No::Silent(e.to_string()))
}

/// Turns one account and says so; whether both were done. That it is on is said before it is: where the word is lost
/// behind the deed, nobody would know that it has to go off again.
async fn turned(line: &Line, program: &Path, turn: &Turn, patience: Duration, printer: Printer) -> bool {
    let told = |id: &str| {
        let r = words::reader(printer.lang);
        let way = r.t(if turn.on { "turn-way-on" } else { "turn-way-off" }).to_string();
        let said = r.t(id).s("account", turn.account.clone()).s("way", way).to_string();
        printer.say(&said);
        said
    };
    // What would be read as an option of the program is no name that anybody should run something with.
    if turn.name.starts_with('-') {
        syslog::say(&told("turn-name"));
        return false;
    }
    if turn.on && !said(line, turn, true, printer).await {
        return false;
    }
    if !ran(program, turn, patience).await {
        syslog::say(&told("turn-failed"));
        // Nobody knows how far it came: off again, so that it is tried from there.
        let back = Turn { on: false, ..turn.clone() };
        if turn.on && ran(program, &back, patience).await {
            said(line, &back, false, printer).await;
        }
        return false;
    }
    if !turn.on && !said(line, turn, false, printer).await {
        return false;
    }
    told("turn-done");
    true
}

/// Says at the core that an account is on or off.
async fn said(line: &Line, turn: &Turn, on: bool, printer: Printer) -> bool {
    let body = json!({ "account": turn.account, "on": on, "cut": turn.cut && !on });
    match line.ask(Method::POST, "/api/v1/acts/confirm-account", Some(&body)).await {
        Ok(_) => true,
        Err(no) => {
            printer.say(no.said());
            syslog::say(no.said());
            false
        }
    }
}

/// Whether the program ended well, in time. No shell reads the name. What it began ends with it: a request that comes
/// through later would turn the account behind everybody's back.
async fn ran(program: &Path, turn: &Turn, patience: Duration) -> bool {
    let way = if turn.on { "on" } else { "off" };
    let mut command = Command::new(program);
    command.arg(way).arg(&turn.name).stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    command.env("PLANTGATE_GRANT", turn.grant.as_deref().unwrap_or_default());
    command.env("PLANTGATE_CUT", if turn.cut { "yes" } else { "no" });
    #[cfg(unix)]
    command.process_group(0);
    let Ok(mut child) = command.spawn() else { return false };
    let group = child.id();
    match tokio::time::timeout(patience, child.wait()).await {
        Ok(ended) => ended.is_ok_and(|status| status.success()),
        Err(_late) => {
            if let Some(group) = group {
                end(group).await;
            }
            false
        }
    }
}

/// Ends a program with everything that it started.
async fn end(group: u32) {
    #[cfg(unix)]
    {
        let _gone = Command::new("kill").args(["-KILL", "--", &format!("-{group}")]).status().await;
    }
    #[cfg(not(unix))]
    let _ = group;
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
             case $2 in bad) exit 3;; slow) (sleep 2; echo late >> {}) & sleep 30;; esac\n",
            said.display(),
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
        // what the slow one had begun does not come through later
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let said = std::fs::read_to_string(&said).unwrap();
        assert!(!said.contains("late"), "{said}");
        let lines: Vec<&str> = said.lines().take(2).collect();
        assert_eq!(lines, ["on|v-ortega; touch x $(id)|GRA-0001|no", "off|b|GRA-0001|yes"]);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
