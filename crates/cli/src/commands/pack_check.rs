//! `plantgate verify pack.zip`: checks an audit pack on any machine, without data and without network. It says which
//! key signed, whether that key was yours, and what it did not check.

use std::path::Path;

use plantgate_domain::base::Why;
use plantgate_ledger::pack::{self, Pack, Shape};
use plantgate_store::{
    Stop,
    extract::{self, Refolded},
    witnesses,
};
use serde_json::{Value, json};

use crate::{Ended, printer::Printer};

/// Runs it.
pub fn run(file: &Path, asked: (&[String], &[String], Option<usize>), printer: Printer) -> Result<Ended, Stop> {
    let keys = asked.0.iter().map(|k| super::log_key("--key", k)).collect::<Result<Vec<_>, _>>()?;
    let cosigner = |k: &String| witnesses::cosigner_key(k).map_err(|why| Stop::field("--cosigner", why));
    let cosigners = asked.1.iter().map(cosigner).collect::<Result<Vec<_>, _>>()?;
    let quorum = asked.2.unwrap_or(cosigners.len().min(1));
    let bytes = read(file)?;
    let pack = match pack::check(&bytes, &keys, &cosigners) {
        Ok(pack) => pack,
        Err(fault) => {
            printer.data(&json!({ "verified": false, "fault": fault.to_string() }), || vec![format!("{fault}")]);
            printer.say("Not verified. Nothing in this file can be relied on.");
            return Ok(Ended::No);
        }
    };
    let rows = extract::refold(&pack)?;
    let witnessed = pack.cosigned.len() >= quorum;
    let good = pack.trusted && rows.other.is_empty() && witnessed;
    printer.data(&answer(&pack, &rows, good), || lines(&pack, &rows));
    if !rows.other.is_empty() {
        printer.say("Not verified: claimed rows do not say what their entries say.");
    } else if pack.trusted && !witnessed {
        let many = pack.cosigned.len();
        printer.say(&format!("Not verified: {many} of your cosigners signed this head, you ask for {quorum}."));
    } else if pack.trusted {
        printer.say("Verified with the key you gave.");
    } else {
        printer.say(
            "Not verified: whole in itself, but the key came with the pack. Give the organisation's key with --key.",
        );
    }
    Ok(if good { Ended::Yes } else { Ended::No })
}

fn read(file: &Path) -> Result<Vec<u8>, Stop> {
    let cannot = |e: std::io::Error| {
        let shown = file.display().to_string();
        Stop::field("pack", Why::of("invalid-file-unreadable").with("file", shown).with("said", e.to_string()))
    };
    let size = std::fs::metadata(file).map_err(cannot)?.len();
    if size > pack::container::CONTAINER_MAX as u64 {
        let most = i64::try_from(pack::container::CONTAINER_MAX).unwrap_or(i64::MAX);
        return Err(Stop::field("pack", Why::of("invalid-pack-large").with("most", most)));
    }
    std::fs::read(file).map_err(cannot)
}

/// What was not looked at, so that nobody reads more into the answer than it says.
fn unchecked(pack: &Pack<'_>, rows: &Refolded) -> Vec<String> {
    let mut all = vec![
        "whether the report says what the entries say (it is signed, not derived here)".to_owned(),
        "whether what was recorded is true".to_owned(),
    ];
    let unseen: Vec<&str> =
        pack.manifest.cosigned_by.iter().filter(|n| !pack.cosigned.contains(n)).map(String::as_str).collect();
    if pack.cosigned.is_empty() {
        all.push("cosignatures: none was verified, the record is not externally witnessed to you".to_owned());
    }
    if !unseen.is_empty() {
        all.push(format!("cosignatures of {}: give their keys with --cosigner", unseen.join(", ")));
    }
    if let Some(index) = rows.unknown {
        all.push(format!("{} claimed rows: entry {index} was written by a newer version", pack.claimed));
    }
    if pack.bare > 0 {
        all.push(format!("whether the {} bare leaves hold further entries of the same objects", pack.bare));
    }
    if pack.manifest.shape == Shape::Selection {
        all.push("whether more entries about the same objects exist: a selection cannot show that".to_owned());
    }
    all
}

fn lines(pack: &Pack<'_>, rows: &Refolded) -> Vec<String> {
    let m = &pack.manifest;
    let covers = match m.shape {
        Shape::Selection => "a selection: these entries are in the record".to_owned(),
        Shape::Range => {
            format!("entries {} to {}: nothing between is missing, {} only as leaves", m.from, m.until - 1, pack.bare)
        }
    };
    let mut lines = vec![
        covers,
        format!("log {} at {} entries, root {}", m.origin, m.size, m.root),
        format!("signed by {}", pack.key),
        format!("fingerprint {}", pack::fingerprint(&pack.key)),
        format!("{} entries, {} private values, {} evidence files", pack.entries.len(), pack.private, pack.blobs),
        format!("{} claimed rows folded again, {} differ", rows.same, rows.other.len()),
    ];
    if pack.handed {
        lines.push("the key you gave handed over to this one: both signed it, see keys/".to_owned());
    }
    lines.extend(rows.other.iter().map(|on| format!("row {on} is not what its entries say")));
    lines.extend(pack.cosigned.iter().map(|name| format!("cosigned by {name}")));
    lines.extend(unchecked(pack, rows).into_iter().map(|what| format!("not checked: {what}")));
    lines
}

fn answer(pack: &Pack<'_>, rows: &Refolded, good: bool) -> Value {
    let m = &pack.manifest;
    json!({
        "verified": good, "trusted_key": pack.trusted, "key": pack.key.to_string(),
        "fingerprint": pack::fingerprint(&pack.key), "shape": m.shape, "from": m.from, "until": m.until,
        "origin": m.origin, "size": m.size, "root": m.root.to_string(), "entries": pack.entries.len(),
        "bare": pack.bare, "private": pack.private, "evidence": pack.blobs, "rows_same": rows.same,
        "rows_unfolded": rows.unknown.map_or(0, |_| pack.claimed), "rows_differ": rows.other,
        "cosigned_by": pack.cosigned, "handed_over": pack.handed,
        "not_checked": unchecked(pack, rows),
    })
}
