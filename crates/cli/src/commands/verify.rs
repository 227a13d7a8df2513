//! `plantgate verify`: re-hashes every entry, recomputes the root, holds columns, signed heads, names and texts against
//! the entries, hashes every piece of evidence again; with `--rebuild` folds the record anew and names every row that
//! differs.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use plantgate_store::{
    Stop, audit,
    verify::{self, Damage},
    witnesses,
};
use serde_json::json;

use crate::{Ended, data::Data, printer::Printer};

/// What to verify.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// An audit pack; without one, the data directory.
    pack: Option<PathBuf>,
    /// A log key you have by another way than the pack; may be given several times.
    #[arg(long, value_name = "KEY", requires = "pack")]
    key: Vec<String>,
    /// A cosigner's key you have by another way.
    #[arg(long, value_name = "KEY", requires = "pack")]
    cosigner: Vec<String>,
    /// How many of those cosigners must have signed the head; 1 when not said.
    #[arg(long, requires = "cosigner")]
    quorum: Option<usize>,
    /// Fold everything anew and compare every row.
    #[arg(long)]
    rebuild: bool,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    if let Some(file) = &args.pack {
        return super::pack_check::run(file, (&args.key, &args.cosigner, args.quorum), printer);
    }
    let app = data.open().await?;
    let mut tx = app.store().db().read().await?;
    let keys = witnesses::log_keys(&mut tx, app.store().keyring()).await?;
    let mut v = verify::verify_with(&mut tx, args.rebuild, &keys).await?;
    let policy = witnesses::policy(&mut tx, app.store().keyring()).await?;
    let witnessed = witnesses::newest(&mut tx, &policy).await?;
    let behind = app.store().watermark().behind().map(|b| super::said(&b, printer.lang));
    let evidence = audit::evidence(&mut tx, app.store().blobs(), &mut v.damage).await?;
    let words: Vec<String> = v.damage.iter().map(words).collect();
    let json = json!({
        "size": v.size, "root": v.root.to_string(), "rows": v.rows, "evidence": evidence, "rebuilt": args.rebuild,
        "sound": v.damage.is_empty(), "damage": words, "externally_witnessed": witnessed.is_some(),
        "cosigned_size": witnessed.as_ref().map(|w| w.size),
        "cosigned_by": witnessed.as_ref().map(|w| w.by.clone()).unwrap_or_default(), "behind": behind,
    });
    printer.data(&json, || {
        let mut lines = vec![format!("{} entries, root {}", v.size, v.root)];
        if args.rebuild {
            lines.push(format!("{} rows compared with a fold of the record", v.rows));
        }
        lines.push(format!("{evidence} pieces of evidence hashed again"));
        lines.extend(witnessed.iter().map(|w| format!("cosigned at {} entries by {}", w.size, w.by.join(", "))));
        lines.extend(words);
        lines
    });
    if let Some(behind) = behind {
        printer.say(&behind);
        return Ok(Ended::No);
    }
    if v.damage.is_empty() {
        let rows = if args.rebuild { " Every row is what the record says." } else { " Rows were not compared." };
        let outside = match &witnessed {
            Some(w) => format!("Up to entry {} it is the one that {} vouched for.", w.size - 1, w.by.join(", ")),
            None => "It is not externally witnessed.".to_owned(),
        };
        printer.say(&format!("The record is sound.{rows} {outside}"));
        return Ok(Ended::Yes);
    }
    printer.say("The record and what is stored do not agree; each difference is named above.");
    Ok(Ended::No)
}

fn words(d: &Damage) -> String {
    match d {
        Damage::Body { seq } => format!("entry {seq}: its stored bytes were changed"),
        Damage::Root => "the tree over all entries does not have the stored root".to_owned(),
        Damage::Gap { seq } => format!("entry {seq} is missing, or stands behind the end"),
        Damage::Column { seq, column } => format!("entry {seq}: its column {column} does not say what the entry says"),
        Damage::Clock => "the end of the log remembers another time than the last entry".to_owned(),
        Damage::Checkpoint { size } => format!("the signed head of size {size} does not fit the entries"),
        Damage::Cosignature { size, key } => {
            format!("the cosignature of {key} does not stand under the signed head of size {size}")
        }
        Damage::Rotation { seq } => {
            format!("entry {seq}: the log's key did not hand over as it says")
        }
        Damage::Private { seq, slot } => {
            format!("entry {seq}: the name or text in slot {slot} is not the one it committed to")
        }
        Damage::Blob { seq, sha256, missing: true } => format!("entry {seq}: the evidence {sha256} is missing"),
        Damage::Blob { seq, sha256, missing: false } => {
            format!("entry {seq}: the evidence {sha256} was changed on disk")
        }
        Damage::Row { table, key, column, record, found } => {
            format!("table {table}, {key}: {column} is ‘{found}’, the record says ‘{record}’")
        }
        Damage::RowMissing { table, key } => format!("table {table}, {key}: the row is missing"),
        Damage::RowAdded { table, key } => format!("table {table}, {key}: the record knows no such row"),
    }
}
