//! `plantgate keys`: the keys that sign this record's heads, and a new one that takes over.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use plantgate_app::expect::witnesses::RotateKey;
use plantgate_ledger::pack::fingerprint;
use plantgate_store::{Stop, witnesses, writer};
use serde_json::json;

use crate::{Ended, data::Data, printer::Printer};

/// What about keys.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be done.
#[derive(Subcommand, Debug)]
enum What {
    /// All keys of this record, each with the size from which on it signs.
    Show,
    /// A new key takes over: both keys sign it, and it is an entry.
    Rotate {
        /// Who does it: a person's reference or id.
        #[arg(long = "as", value_name = "PERSON")]
        who: String,
        /// Who agrees: another person with the same power.
        #[arg(long, value_name = "PERSON")]
        second: String,
        #[arg(long)]
        reason: String,
        /// Write the statement of both keys into a file, for cosigners.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let store = app.store();
    match args.what {
        What::Show => {
            let keys = witnesses::log_keys(&mut store.db().read().await?, store.keyring()).await?;
            let row = |(from, key): &(u64, witnesses::VerifierKey)| json!({ "from": from, "key": key.to_string(), "fingerprint": fingerprint(key) });
            printer.data(&keys.iter().map(row).collect::<Vec<_>>(), || {
                keys.iter().map(|(from, key)| format!("from {from}: {key}, fingerprint {}", fingerprint(key))).collect()
            });
            Ok(Ended::Yes)
        }
        What::Rotate { who, second, reason, out } => {
            let caller = super::caller(&app, &who).await?;
            store.checkpoint().await?;
            let mut tx = store.db().read().await?;
            let keys = witnesses::policy(&mut tx, store.keyring()).await?.eras().len();
            let (new, note) = witnesses::handover(&mut tx, store.keyring()).await?;
            drop(tx);
            let key = new.verifier().to_string();
            let said = RotateKey { keys, key: key.clone(), note: note.clone(), second, reason };
            let answer = app.act(&caller, writer::new_request()?, said).await?;
            store.checkpoint().await?;
            if let Some(out) = out {
                super::cosign::write(&out, note.as_bytes())?;
            }
            let print = fingerprint(new.verifier());
            printer.data(&json!({ "entry": answer.entry, "key": key, "fingerprint": print }), || {
                vec![format!("entry {}: from here on {key} signs", answer.entry), format!("fingerprint {print}")]
            });
            printer.say("Give the new key to whoever checks your packs; cosigners take the file by `plantgate cosigner follow`.");
            Ok(Ended::Yes)
        }
    }
}
