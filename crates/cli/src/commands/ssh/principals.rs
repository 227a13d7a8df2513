//! `plantgate ssh-principals`: sshd's `AuthorizedPrincipalsCommand`. It asks the core whether the holder of a
//! certificate may log in now, and prints the one name that opens this login at this system. It prints nothing where
//! the core says no, does not answer or does not know us: then sshd lets nobody in.

use std::{path::PathBuf, time::Duration};

use clap::Args as ClapArgs;
use plantgate_app::witness::jump::{Asks, Passes};
use plantgate_domain::base::Why;
use plantgate_store::Stop;
use reqwest::Method;
use serde_json::json;

use super::{
    line::{Core, Line, No},
    notes, syslog,
};
use crate::{Ended, printer::Printer, words};

/// Seconds to wait for the core where nobody says otherwise.
pub const TIMEOUT: u64 = 3;

/// Who comes, as sshd says; see `docs/jump-hosts.md`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(flatten)]
    core: Core,
    /// Reference of the system that this sshd stands for.
    #[arg(long)]
    system: String,
    /// A folder of this command's own account, where it notes which process serves whom: for `ssh-disconnect`.
    #[arg(long, value_name = "FOLDER")]
    sessions: Option<PathBuf>,
    /// Seconds to wait for the core; sshd waits as long, and `ssh-disconnect` has to be told the same.
    #[arg(long, default_value_t = TIMEOUT)]
    timeout: u64,
    /// Whom they want to log in as: %u
    login: String,
    /// Fingerprint of the key: %f
    fingerprint: String,
    /// Id of the certificate: %i
    id: String,
    /// Number of the certificate: %s
    serial: u64,
}

/// Asks, and prints the name or nothing.
pub async fn run(args: Args, printer: Printer) -> Result<Ended, Stop> {
    let (id, login) = (args.id.clone(), args.login.clone());
    match passes(args, printer).await {
        Ok(passes) => {
            printer.data(&json!({ "principal": passes.principal }), || vec![passes.principal.clone()]);
            Ok(Ended::Yes)
        }
        Err(said) => {
            let reader = words::reader(printer.lang);
            let said = reader.t("ssh-not").s("grant", id).s("login", login).s("why", said).to_string();
            printer.say(&said);
            syslog::say(&said);
            Ok(Ended::No)
        }
    }
}

async fn passes(args: Args, printer: Printer) -> Result<Passes, String> {
    let said = |stop: Stop| words::of(&stop, printer.lang);
    let line = args.core.open(Duration::from_secs(args.timeout), printer.lang).map_err(said)?;
    // Before it is asked: a person may end it between the answer and a note, and would find nobody. Who could not be
    // found again could not be ended at once, so they do not come in.
    let note = |folder: &PathBuf| notes::note(folder, &args.id, args.serial);
    let noted = args.sessions.as_ref().map(note).transpose().map_err(said)?;
    let passes = ask(&line, args, printer).await;
    if let (Err(_), Some(noted)) = (&passes, noted) {
        noted.take_back();
    }
    passes
}

async fn ask(line: &Line, args: Args, printer: Printer) -> Result<Passes, String> {
    let Args { login, fingerprint, id: grant, serial, system, .. } = args;
    let asks = Asks { grant, fingerprint, serial, login, system };
    let body = serde_json::to_value(&asks).map_err(|e| e.to_string())?;
    let answer = line.ask(Method::POST, "/api/v1/access/ssh/entries", Some(&body)).await;
    let answer = answer.map_err(|no: No| no.said().to_owned())?;
    let passes: Passes = serde_json::from_slice(&answer).map_err(|e| e.to_string())?;
    // sshd reads lines, and words before a name as options: one word or nothing.
    let word = passes.principal.bytes().all(|b| b.is_ascii_graphic() && b != b'"') && !passes.principal.is_empty();
    if !word || passes.grant != asks.grant {
        return Err(words::of(&Stop::field("principal", Why::of("invalid-ssh-answer")), printer.lang));
    }
    Ok(passes)
}
