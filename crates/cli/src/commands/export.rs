//! `plantgate export ledger DIR`: the record as lines of exact bytes, the erasable values beside it.

use plantgate_domain::base::Why;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::{Args as ClapArgs, Subcommand};
use plantgate_store::{Stop, transfer};
use serde_json::json;

use crate::{Ended, data::Data, printer::Printer};

/// What to export.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be exported.
#[derive(Subcommand, Debug)]
enum What {
    /// The ledger, into a new folder: entries.jsonl and private.jsonl.
    Ledger { folder: PathBuf },
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let What::Ledger { folder } = args.what;
    std::fs::create_dir_all(&folder).map_err(|e| {
        Stop::field(
            "folder",
            Why::of("invalid-folder").with("folder", folder.display().to_string()).with("said", e.to_string()),
        )
    })?;
    let app = data.open().await?;
    let mut tx = app.store().db().read().await?;
    let mut out = create(&folder.join("entries.jsonl"))?;
    let entries = transfer::export_entries(&mut tx, &mut out).await?;
    out.flush().map_err(Stop::fault)?;
    let mut out = create(&folder.join("private.jsonl"))?;
    let private = transfer::export_private(&mut tx, &mut out).await?;
    out.flush().map_err(Stop::fault)?;
    printer.data(&json!({ "entries": entries, "private": private }), || {
        vec![format!("{entries} entries, {private} erasable values")]
    });
    printer.say("private.jsonl holds names and texts of people: treat it as such. Evidence files lie in `blobs`.");
    Ok(Ended::Yes)
}

/// Never over an existing file: an export is a record of its own.
fn create(file: &Path) -> Result<BufWriter<File>, Stop> {
    let made = File::create_new(file);
    made.map(BufWriter::new).map_err(|e| {
        Stop::field(
            "folder",
            Why::of("invalid-file-unwritten").with("file", file.display().to_string()).with("said", e.to_string()),
        )
    })
}
