//! One file for each command. A command opens what it needs, calls the office, prints.

mod act;
mod ask;
mod backup;
mod cosign;
mod cosigner;
mod decide;
mod demo;
mod doctor;
mod export;
mod gateway;
mod import;
mod keys;
mod pack;
mod pack_check;
mod posture;
mod qualify_install;
mod restored;
mod serve;
mod sheet;
mod sign;
mod ssh;
mod token;
mod turn_accounts;
mod upgrade;
mod upload;
mod user;
mod verify;

use std::{io::Read, path::Path};

use clap::Subcommand;
use plantgate_app::{App, Caller};
use plantgate_domain::base::{Kind, PersonId, Why, auth};
use plantgate_ledger::{VerifierKey, key::Signs};
use plantgate_store::{Stop, watermark::Behind};
use plantgate_wire::words::{Lang, Named};

use crate::{Ended, data::Data, printer::Printer};

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Serve pages and API, tell people what concerns them, send mail where `[mail]` names a server.
    Serve(serve::Args),
    /// Make a demo plant and serve it.
    Demo(demo::Args),
    /// Check the record, and with --rebuild every row against it.
    Verify(verify::Args),
    /// Make an audit pack that proves itself anywhere.
    Pack(pack::Args),
    /// Write a backup into a new folder, also while serving; the keyring goes its own way.
    Backup(backup::Args),
    /// Restore a backup into an empty data directory that has the keyring.
    Restore(backup::RestoreArgs),
    /// Heads out to a cosigner on a stick, and cosignatures back.
    Cosign(cosign::Args),
    /// Be a cosigner: vouch for the heads of logs you were told of. Needs no data of any plant.
    Cosigner(cosigner::Args),
    /// The keys that sign this record's heads, and a new one that takes over.
    Keys(keys::Args),
    /// The keys by which people know the gateway and systems let it in.
    Gateway(gateway::Args),
    /// Ask the core who may log in: sshd's AuthorizedPrincipalsCommand.
    SshPrincipals(ssh::principals::Args),
    /// Fetch the list of revoked certificates for sshd's RevokedKeys.
    SshKrl(ssh::krl::Args),
    /// End at this sshd what a person ended at the core.
    SshDisconnect(ssh::disconnect::Args),
    /// Turn accounts of a VPN or a directory on for work and off behind it, by a program of yours.
    TurnAccounts(turn_accounts::Args),
    /// Say that this record is an older copy that was restored under a newer cosigned head.
    Restored(restored::Args),
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
    /// Tokens of programs and machines: list, make, take back.
    Token(token::Args),
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
            Command::Backup(args) => backup::run(args, data, printer).await,
            Command::Restore(args) => backup::restore(args, data, printer).await,
            Command::Cosign(args) => cosign::run(args, data, printer).await,
            Command::Cosigner(args) => cosigner::run(args, printer).await,
            Command::Keys(args) => keys::run(args, data, printer).await,
            Command::Gateway(args) => gateway::run(args, data, printer).await,
            Command::SshPrincipals(args) => ssh::principals::run(args, printer).await,
            Command::SshKrl(args) => ssh::krl::run(args, printer).await,
            Command::SshDisconnect(args) => ssh::disconnect::run(args, printer).await,
            Command::TurnAccounts(args) => turn_accounts::run(args, printer).await,
            Command::Restored(args) => restored::run(args, data, printer).await,
            Command::Import(args) => import::run(args, data, printer).await,
            Command::Export(args) => export::run(args, data, printer).await,
            Command::Decide(args) => decide::run(args, data, printer).await,
            Command::Posture(args) => posture::run(args, data, printer).await,
            Command::User(args) => user::run(args, data, printer).await,
            Command::Token(args) => token::run(args, data, printer).await,
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
        Some(on) => Ok(Caller::person(PersonId(on.id), auth::COMMAND_LINE)),
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

/// A log's key as somebody typed it.
fn log_key(option: &str, text: &str) -> Result<VerifierKey, Stop> {
    let key: VerifierKey = text.trim().parse().map_err(|e: plantgate_ledger::key::BadKey| {
        Stop::field(option, Why::of("invalid-log-key").with("said", e.to_string()))
    })?;
    if key.signs() == Signs::Text { Ok(key) } else { Err(Stop::field(option, Why::of("invalid-log-kind"))) }
}

/// Why this record is not the one somebody outside vouched for, in words.
fn said(behind: &Behind, lang: Lang) -> String {
    let reader = crate::words::reader(lang);
    let named = |on: plantgate_domain::base::Ref| Named { text: on.kind.as_str().to_owned(), href: None };
    reader.say(&behind.say(), &named).to_string()
}
