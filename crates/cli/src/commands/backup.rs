//! `plantgate backup FOLDER` and `plantgate restore FOLDER`. The keyring goes its own way: `plantgate keys export`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use plantgate_domain::base::Why;
use plantgate_store::{Db, Limits, Stop, backup, keyring::Keyring, ops, schema};
use serde_json::json;

use crate::{Ended, config::Config, data::Data, printer::Printer};

/// Where to.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// A new folder, best on another disk; names and texts in it are sealed with the keyring, which is not in it.
    folder: PathBuf,
}

/// Where from.
#[derive(ClapArgs, Debug)]
pub struct RestoreArgs {
    /// The folder of a backup.
    folder: PathBuf,
}

/// Makes one, also while `serve` runs.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let inside = |p: &PathBuf| std::path::absolute(p).ok();
    if inside(&args.folder).zip(inside(&data.folder)).is_some_and(|(to, from)| to.starts_with(from)) {
        return Err(Stop::field("folder", Why::of("invalid-backup-inside")));
    }
    let app = data.open().await?;
    let m = backup::make(app.store(), &args.folder).await?;
    let evidence = m.evidence();
    let json = json!({
        "size": m.size, "root": m.root.to_string(), "origin": m.origin, "evidence": evidence, "absent": m.absent,
        "damaged": m.damaged,
    });
    printer.data(&json, || {
        let mut lines = vec![format!("{}: {} entries, {evidence} pieces of evidence", args.folder.display(), m.size)];
        lines.extend(m.absent.iter().map(|sha| format!("the evidence {sha} was not there")));
        lines.extend(m.damaged.iter().map(|sha| format!("the evidence {sha} is damaged where it is stored: left out")));
        lines
    });
    printer.say("Without the keyring nobody can restore it: keep `plantgate keys export FILE` in another place.");
    for left in backup::unfinished(&args.folder) {
        let left = left.display();
        printer
            .say(&format!("{left} is not whole: another backup is writing it, or was ended; remove it if none runs."));
    }
    Ok(if m.absent.is_empty() && m.damaged.is_empty() { Ended::Yes } else { Ended::No })
}

/// Restores one into an empty data directory that has the keyring.
pub async fn restore(args: RestoreArgs, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let config = Config::read(&data.folder)?;
    let (file, key_file) = config.keyring(&data.folder);
    if !file.exists() {
        return Err(Stop::field("data", Why::of("invalid-restore-keyring")));
    }
    let keyring = Keyring::open(&file, &key_file)?;
    // Everything is looked at before anything is touched.
    let checked = backup::check(&args.folder, &keyring)?;
    let db = Db::open(&config.address(&data.folder), &Limits::standard()).await?;
    schema::ensure(&db).await?;
    let blobs = config.blobs(&data.folder).await?;
    backup::restore(&checked, &db, &blobs, &keyring).await?;
    ops::outbox::empty(&db).await?;
    db.close().await;
    let m = &checked.manifest;
    let behind = data.open().await?.store().watermark().behind();
    let words = behind.as_ref().map(|b| super::said(b, printer.lang));
    let json = json!({ "size": m.size, "root": m.root.to_string(), "evidence": m.evidence(), "next": words });
    printer.data(&json, || vec![format!("{} entries, {} pieces of evidence restored", m.size, m.evidence())]);
    words.iter().for_each(|words| printer.say(words));
    printer.say("Messages and mails are not part of a backup: the outbox is empty, and nothing is told a second time.");
    Ok(Ended::Yes)
}
