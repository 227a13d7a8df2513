//! One file for each command. A command opens what it needs, calls the office, prints.

mod act;
mod decide;
mod demo;
mod doctor;
mod export;
mod import;
mod pack;
mod pack_check;
mod posture;
mod qualify_install;
mod serve;
mod sheet;
mod upgrade;
mod upload;
mod user;
mod verify;

use std::{io::Read, path::Path};

use clap::Subcommand;
use plantgate_app::{App, Caller};
use plantgate_domain::base::{Kind, PersonId, Why};
use plantgate_store::Stop;

use crate::{Ended, data::Data, printer::Printer};

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Serve pages and API.
    Serve(serve::Args),
    /// Make a demo plant and serve it.
    Demo(demo::Args),
    /// Check the record, and with --rebuild every row against it.
    Verify(verify::Args),
    /// Make an audit pack that proves itself anywhere.
    Pack(pack::Args),
    /// Read a file of providers, systems, people … or a whole ledger.
    Import(import::Args),
    /// Write the ledger as lines.
    Export(export::Args),
    /// Would this access be granted, and why?
    Decide(decide::Args),
    /// Provider by functional area: says, does, grade, standing.
    Posture(posture::Args),
    /// First user, passwords.
    User(user::Args),
    /// Do any act by name with a JSON body.
    Act(act::Args),
    /// Put a file of evidence into the store.
    Upload(upload::Args),
    /// What this release, or other rules, would make of the record; changes nothing.
    Upgrade(upgrade::Args),
    /// What is installed here and whether it works on this machine, as a signed report.
    QualifyInstall(qualify_install::Args),
    /// Look at this machine and say what is wrong.
    Doctor(doctor::Args),
}

impl Command {
    /// Runs it.
    pub async fn run(self, data: &Data, printer: Printer) -> Result<Ended, Stop> {
        match self {
            Command::Serve(args) => serve::run(args, data, printer).await,
            Command::Demo(args) => demo::run(args, data, printer).await,
            Command::Verify(args) => verify::run(args, data, printer).await,
            Command::Pack(args) => pack::run(args, data, printer).await,
            Command::Import(args) => import::run(args, data, printer).await,
            Command::Export(args) => export::run(args, data, printer).await,
            Command::Decide(args) => decide::run(args, data, printer).await,
            Command::Posture(args) => posture::run(args, data, printer).await,
            Command::User(args) => user::run(args, data, printer).await,
            Command::Act(args) => act::run(args, data, printer).await,
            Command::Upload(args) => upload::run(args, data, printer).await,
            Command::Upgrade(args) => upgrade::run(args, data, printer).await,
            Command::QualifyInstall(args) => qualify_install::run(args, data, printer).await,
            Command::Doctor(args) => doctor::run(args, data, printer).await,
        }
    }
}

/// Who acts at the terminal: a person by reference or id. Whoever reads the keyring may speak for them; the entry says
/// that it came from the command line.
async fn caller(app: &App, who: &str) -> Result<Caller, Stop> {
    let mut look = app.store().look().await?;
    let found = plantgate_app::names::find(&mut look, Kind::Person, who).await?;
    match found {
        Some(on) => Ok(Caller::person(PersonId(on.id), "command-line")),
        None => Err(Stop::field("--as", Why::of("invalid-cli-person").with("who", who))),
    }
}

/// The JSON body of an act or a question: a file, or stdin.
fn body(file: Option<&Path>) -> Result<String, Stop> {
    let mut text = String::new();
    match file {
        Some(file) => {
            text = std::fs::read_to_string(file).map_err(|e| {
                Stop::field(
                    "--body",
                    Why::of("invalid-file-unreadable")
                        .with("file", file.display().to_string())
                        .with("said", e.to_string()),
                )
            })?;
        }
        None => {
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|e| Stop::field("stdin", Why::of("invalid-stdin").with("said", e.to_string())))?;
        }
    }
    Ok(text)
}
