//! `plantgate keys`: the keys that sign this record's heads, and a new one that takes over.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Subcommand};
use plantgate_app::{expect::witnesses::RotateKey, keys_file};
use plantgate_domain::base::Why;
use plantgate_ledger::pack::fingerprint;
use plantgate_store::{Stop, keyring::Keyring, witnesses, writer};
use serde_json::json;

use crate::{Ended, config::Config, data::Data, printer::Printer};

/// Largest file of a keyring.
const FILE_MAX: usize = 1 << 20;

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
    /// The keyring in a file of its own, under a passphrase read from stdin: for a safe, not beside a backup.
    Export { file: PathBuf },
    /// Put such a file into a data directory that has no keyring; the passphrase comes from stdin.
    Import { file: PathBuf },
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
    if let What::Import { file } = args.what {
        return import(&file, data, printer).await;
    }
    let app = data.open().await?;
    let store = app.store();
    match args.what {
        What::Import { .. } => Ok(Ended::No),
        What::Export { file } => {
            let beside = |name: &str| file.parent().is_some_and(|folder| folder.join(name).exists());
            // Together they are everything: whoever finds one must not find the other.
            if beside("manifest.note") || beside("keyring") {
                return Err(Stop::field("file", Why::of("invalid-keys-beside")));
            }
            let text = keys_file::seal(store.keyring(), super::body(None)?.trim_end_matches(['\r', '\n'])).await?;
            super::cosign::write(&file, text.as_bytes())?;
            printer.data(&json!({ "file": file.display().to_string() }), || vec![file.display().to_string()]);
            printer.say("Keep this file where no backup lies, and the passphrase where the file does not.");
            Ok(Ended::Yes)
        }
        What::Show => {
            let keys = witnesses::log_keys(&mut store.db().read().await?, store.keyring()).await?;
            let row = |(from, key): &(u64, witnesses::VerifierKey)| {
                let print = fingerprint(key);
                json!({ "from": from, "key": key.to_string(), "fingerprint": print })
            };
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
            printer.say(
                "Give the new key to whoever checks your packs; cosigners take the file: `plantgate cosigner follow`.",
            );
            Ok(Ended::Yes)
        }
    }
}

async fn import(file: &Path, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let (to, key_file) = Config::read(&data.folder)?.keyring(&data.folder);
    if to.exists() || key_file.exists() {
        return Err(Stop::field("data", Why::of("invalid-keys-there")));
    }
    let text = String::from_utf8_lossy(&super::cosign::read(file, FILE_MAX)?).into_owned();
    let (sealed, key) = keys_file::open(&text, super::body(None)?.trim_end_matches(['\r', '\n'])).await?;
    std::fs::create_dir_all(&data.folder).map_err(Stop::fault)?;
    let placed = Keyring::place(&sealed, &key, &to, &key_file);
    let ring = placed.map_err(|_| Stop::field("file", Why::of("invalid-keys-passphrase")))?;
    printer.data(&json!({ "origin": ring.origin() }), || vec![format!("the keyring of {}", ring.origin())]);
    Ok(Ended::Yes)
}
