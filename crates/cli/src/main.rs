//! The one binary: reads the command line, opens the archive, calls one command, maps how it ended to an exit code:
//! 0 yes · 1 broken · 2 no (refused, not verified, not found).

mod commands;
mod config;
mod printer;
mod words;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use plantgate_store::Stop;

use crate::{commands::Command, printer::Printer};

/// What a provider has shown decides what it may do, and nobody can quietly change the record.
#[derive(Parser, Debug)]
#[command(name = "plantgate", version, about, propagate_version = true)]
struct Line {
    /// Data directory of the organisation.
    #[arg(long, global = true, default_value = "plantgate-data")]
    data: PathBuf,
    /// Answer as one JSON document on stdout.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// How a command ended when it did not fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ended {
    Yes,
    No,
}

#[tokio::main]
async fn main() -> ExitCode {
    let line = Line::parse();
    let printer = Printer { json: line.json };
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .init();
    match line.command.run(&line.data, printer).await {
        Ok(Ended::Yes) => ExitCode::SUCCESS,
        Ok(Ended::No) => ExitCode::from(2),
        Err(stop) => {
            printer.say(&words::of(&stop));
            ExitCode::from(match stop {
                Stop::Busy | Stop::OutcomeUnknown | Stop::Fault(_) => 1,
                Stop::Invalid(_) | Stop::Refused(_) | Stop::Stale(_) | Stop::NotFound => 2,
            })
        }
    }
}
