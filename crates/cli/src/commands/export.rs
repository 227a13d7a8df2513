//! `plantgate export ledger DIR`: the record as lines of exact bytes, the erasable values beside it.

use plantgate_domain::base::Why;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::{Args as ClapArgs, Subcommand};
use plantgate_app::App;
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
    let (entries, private) = export(&app, &folder).await?;
    printer.data(&json!({ "entries": entries, "private": private }), || {
        vec![format!("{entries} entries, {private} erasable values")]
    });
    printer.say("private.jsonl holds names and texts of people: treat it as such. Evidence files lie in `blobs`.");
    Ok(Ended::Yes)
}

/// Both files of one snapshot, or none: half of a record must not be taken for one.
async fn export(app: &App, folder: &Path) -> Result<(u64, u64), Stop> {
    let (entries, private) = (folder.join("entries.jsonl"), folder.join("private.jsonl"));
    let mut first = create(&entries)?;
    let mut second = create(&private).inspect_err(|_| gone(&[&entries]))?;
    let written = async {
        let mut tx = app.store().db().unhurried_read().await?;
        let counts = (
            transfer::export_entries(&mut tx, &mut first).await?,
            transfer::export_private(&mut tx, &mut second).await?,
        );
        settled(first, &entries)?;
        settled(second, &private)?;
        Ok(counts)
    };
    written.await.inspect_err(|_: &Stop| gone(&[&entries, &private]))
}

fn settled(mut file: BufWriter<File>, path: &Path) -> Result<(), Stop> {
    let settled = file.flush().and_then(|()| file.get_ref().sync_all());
    settled.map_err(|e| Stop::unwritten("folder", path, &e))
}

fn gone(files: &[&Path]) {
    for file in files {
        let _half = std::fs::remove_file(file);
    }
}

/// Never over an existing file: an export is a record of its own.
fn create(file: &Path) -> Result<BufWriter<File>, Stop> {
    File::create_new(file).map(BufWriter::new).map_err(|e| Stop::unwritten("folder", file, &e))
}
