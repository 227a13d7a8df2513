//! The one binary: reads the command line, opens the archive, calls one command, maps how it ended to an exit code:
//! 0 yes · 1 broken · 2 no (refused, not verified, not found).

mod alone;
mod commands;
mod config;
mod data;
mod mail;
mod printer;
mod sign_on;
mod words;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use plantgate_domain::base::Instant;
use plantgate_store::Stop;
use plantgate_wire::words::Lang;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{commands::Command, data::Data, printer::Printer};

/// What a provider has shown decides what it may do, and nobody can quietly change the record.
#[derive(Parser, Debug)]
#[command(name = "plantgate", version, about, propagate_version = true)]
struct Line {
    /// Data directory of the organisation.
    #[arg(long, global = true, default_value = "plantgate-data")]
    data: PathBuf,
    /// What the plant's clock shows, like 2026-11-16T07:30:00Z; only on demo data.
    #[arg(long, global = true, value_name = "INSTANT", value_parser = words::parsed::<Instant>)]
    plant_now: Option<Instant>,
    /// Language of words: en or de.
    #[arg(long, global = true, default_value = "en", value_parser = language)]
    lang: Lang,
    /// Answer as one JSON document on stdout.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

fn language(tag: &str) -> Result<Lang, String> {
    Lang::of(tag).ok_or_else(|| format!("‘{tag}’ is no language here; choose en or de"))
}

/// How a command ended when it did not fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ended {
    Yes,
    No,
    /// What was asked could not be looked at.
    Unfinished,
}

/// What goes wrong, and what a gateway that stands alone did: it works where nobody of ours looks at it.
fn listen_to() {
    let (wrong, done) = (LevelFilter::WARN, LevelFilter::INFO);
    let said = Targets::new().with_default(wrong);
    let said = said.with_target("plantgate_porter::lodge", done).with_target("plantgate_gateway::remote", done);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(said);
    tracing_subscriber::registry().with(lines).init();
}

#[tokio::main]
async fn main() -> ExitCode {
    let line = Line::parse();
    let printer = Printer { json: line.json, lang: line.lang };
    listen_to();
    let data = Data { folder: line.data, plant_now: line.plant_now };
    match line.command.run(&data, printer).await {
        Ok(Ended::Yes) => ExitCode::SUCCESS,
        Ok(Ended::No) => ExitCode::from(2),
        Ok(Ended::Unfinished) => ExitCode::from(1),
        Err(stop) => {
            printer.say(&words::of(&stop, line.lang));
            ExitCode::from(match stop {
                Stop::Busy | Stop::Away(_) | Stop::OutcomeUnknown | Stop::Fault(_) => 1,
                Stop::Invalid(_)
                | Stop::Refused(_)
                | Stop::Unsigned(_)
                | Stop::Stale(_)
                | Stop::StepUp
                | Stop::NotFound => 2,
            })
        }
    }
}
