//! `plantgate cosign`: heads out to a cosigner on a stick, and its word back. For plants without a network, and for the
//! first time everywhere.

use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use clap::{Args as ClapArgs, Subcommand};
use plantgate_domain::base::Why;
use plantgate_ledger::note::NOTE_MAX;
use plantgate_store::{Stop, witnesses};
use serde_json::json;

use crate::{Ended, data::Data, printer::Printer};

/// Which way.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// Which ways there are.
#[derive(Subcommand, Debug)]
enum What {
    /// Write the newest signed head into FILE, with the proof that it continues what was vouched for last.
    Export {
        /// The file to write; never over an existing one.
        file: PathBuf,
        /// For this cosigner; needed where the record names several.
        #[arg(long, value_name = "NAME")]
        cosigner: Option<String>,
        /// The size it vouched for last, where its own word says another one than is known here.
        #[arg(long, value_name = "SIZE")]
        old: Option<u64>,
    },
    /// Take the cosigner's word out of FILE.
    Import { file: PathBuf },
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let store = app.store();
    match args.what {
        What::Export { file, cosigner, old } => {
            store.checkpoint().await?;
            let mut tx = store.db().read().await?;
            let policy = witnesses::policy(&mut tx, store.keyring()).await?;
            let named = match &cosigner {
                Some(name) => {
                    let unknown = || Stop::field("--cosigner", Why::of("invalid-cosigner-unknown").with("name", name));
                    Some(policy.keys.iter().find(|k| k.name() == name).ok_or_else(unknown)?)
                }
                None => policy.keys.first().filter(|_| policy.keys.len() == 1),
            };
            let old = match (old, named) {
                (Some(old), _) => old,
                (None, Some(key)) => witnesses::last(&mut tx, key).await?,
                (None, None) => 0,
            };
            let request = witnesses::request(&mut tx, old).await?;
            let request = request.ok_or_else(|| Stop::field("file", Why::of("invalid-pack-head")))?;
            write(&file, request.text().as_bytes())?;
            let size = request.size().map_err(Stop::fault)?;
            printer.data(&json!({ "size": size, "old": old }), || {
                vec![format!("{}: the head at {size} entries, continuing {old}", file.display())]
            });
            printer.say("On the cosigner's machine: `plantgate cosigner sign FILE`; then `plantgate cosign import`.");
            Ok(Ended::Yes)
        }
        What::Import { file } => {
            let taken = witnesses::take(store, &read(&file, NOTE_MAX)?).await?;
            printer.data(&json!({ "size": taken.size, "by": taken.by }), || {
                vec![format!("{} entries vouched for by {}", taken.size, taken.by.join(", "))]
            });
            Ok(Ended::Yes)
        }
    }
}

/// A file from a stick, read up to what it may have.
pub fn read(file: &Path, most: usize) -> Result<Vec<u8>, Stop> {
    let cannot = |e: std::io::Error| {
        let shown = file.display().to_string();
        Stop::field("file", Why::of("invalid-file-unreadable").with("file", shown).with("said", e.to_string()))
    };
    let mut bytes = Vec::new();
    File::open(file).map_err(cannot)?.take(most as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}

/// Writes a file, never over an existing one.
pub fn write(file: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let mut made = File::create_new(file).map_err(|e| Stop::unwritten("file", file, &e))?;
    made.write_all(bytes).and_then(|()| made.sync_all()).map_err(|e| {
        let _half = std::fs::remove_file(file);
        Stop::unwritten("file", file, &e)
    })
}
