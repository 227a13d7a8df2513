//! `plantgate act NAME`: any act by name, its JSON body from stdin or a file. What API and pages do, the terminal can.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use plantgate_app::{Act, Caller, acts, expect::found::FoundOrganisation};
use plantgate_domain::base::{Actor, Why};
use plantgate_store::{Stop, writer};
use uuid::Uuid;

use crate::{Ended, data::Data, printer::Printer};

/// Which act.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// Name of the act; without one, all names.
    name: Option<String>,
    /// Who acts: a person's reference or id. Not needed for the first act of all.
    #[arg(long = "as", value_name = "PERSON")]
    who: Option<String>,
    /// File with the JSON body; without it stdin.
    #[arg(long)]
    body: Option<PathBuf>,
    /// Request id; the same one again gives the same answer.
    #[arg(long)]
    request: Option<Uuid>,
    /// Show what it would do and leave no trace.
    #[arg(long)]
    preview: bool,
    /// File with password and code, a line each, for an act that is signed; without it the terminal asks.
    #[arg(long)]
    proof: Option<PathBuf>,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let Some(name) = args.name else {
        printer.data(&acts::NAMES, || acts::NAMES.iter().map(|n| (*n).to_owned()).collect());
        return Ok(Ended::Yes);
    };
    let app = data.open().await?;
    let body = super::body(args.body.as_deref())?;
    let body: serde_json::Value = serde_json::from_str(&body)
        .map_err(|e| Stop::field("body", Why::of("invalid-json").with("said", e.to_string())))?;
    let caller = match &args.who {
        Some(who) => super::caller(&app, who).await?,
        None if name == FoundOrganisation::NAME => {
            data.may_found(&body)?;
            Caller { actor: Actor::Genesis, auth: None, stale: false }
        }
        None => Caller { actor: Actor::Genesis, auth: None, stale: false },
    };
    let answer = if args.preview {
        acts::preview(&app, &caller, &name, body).await?
    } else {
        let request = args.request.map_or_else(writer::new_request, Ok)?;
        match acts::act(&app, &caller, request, &name, body.clone()).await {
            Err(Stop::Unsigned(wanted)) => {
                let typed = super::sign::typed(args.proof.as_deref(), &wanted, printer)?;
                acts::signed(&app, &caller, request, (&name, body), &typed).await?
            }
            answer => answer?,
        }
    };
    let lines = || serde_json::to_string_pretty(&answer).unwrap_or_default().lines().map(str::to_owned).collect();
    printer.data(&answer, lines);
    Ok(Ended::Yes)
}
