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
use plantgate_wire::words::Reader;
use serde_json::{Value, json};

use crate::{Ended, printer::Printer, words::reader};

/// Runs it.
pub fn run(file: &Path, asked: (&[String], &[String], Option<usize>), printer: Printer) -> Result<Ended, Stop> {
    let keys = asked.0.iter().map(|k| super::log_key("--key", k)).collect::<Result<Vec<_>, _>>()?;
    let cosigner = |k: &String| witnesses::cosigner_key(k).map_err(|why| Stop::field("--cosigner", why));
    let cosigners = asked.1.iter().map(cosigner).collect::<Result<Vec<_>, _>>()?;
    if let Some(twin) = pack::twin(&cosigners) {
        return Err(Stop::field("--cosigner", Why::of("invalid-cosigner-twice").with("name", twin.name())));
    }
    let quorum = asked.2.unwrap_or(cosigners.len().min(1));
    let r = &reader(printer.lang);
    let bytes = read(file)?;
    let pack = match pack::check(&bytes, &keys, &cosigners) {
        Ok(pack) => pack,
        Err(fault) => {
            printer.data(&json!({ "verified": false, "fault": fault.to_string() }), || {
                vec![r.t("verify-pack-fault").s("fault", &fault).to_string()]
            });
            printer.say(&r.t("verify-pack-not").to_string());
            return Ok(Ended::No);
        }
    };
    let rows = extract::refold(&pack)?;
    let witnessed = pack.cosigned.len() >= quorum;
    let good = pack.trusted && rows.other.is_empty() && witnessed;
    printer.data(&answer(&pack, &rows, good, r), || lines(&pack, &rows, r));
    let outcome = match (rows.other.is_empty(), pack.trusted, witnessed) {
        (false, ..) => r.t("verify-pack-rows"),
        (true, true, true) => r.t("verify-pack-yes"),
        (true, true, false) => r.t("verify-pack-quorum").n("many", pack.cosigned.len()).n("quorum", quorum),
        (true, false, _) => r.t("verify-pack-stranger"),
    };
    printer.say(&outcome.to_string());
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
fn unchecked(pack: &Pack<'_>, rows: &Refolded, r: &Reader) -> Vec<String> {
    let mut all = vec![r.t("verify-pack-skip-report"), r.t("verify-pack-skip-readme"), r.t("verify-pack-skip-policy")];
    all.push(r.t(if pack.script() { "verify-pack-script-ours" } else { "verify-pack-script-other" }));
    all.extend([r.t("verify-pack-skip-maker"), r.t("verify-pack-skip-truth")]);
    let unseen: Vec<&str> =
        pack.manifest.cosigned_by.iter().filter(|n| !pack.cosigned.contains(n)).map(String::as_str).collect();
    if pack.cosigned.is_empty() {
        all.push(r.t("verify-pack-skip-witness"));
    }
    if !unseen.is_empty() {
        all.push(r.t("verify-pack-skip-cosigners").s("names", unseen.join(", ")));
    }
    if let Some(index) = rows.unknown {
        all.push(r.t("verify-pack-skip-rows").n("count", pack.claimed).n("seq", index));
    }
    if pack.bare > 0 {
        all.push(r.t("verify-pack-skip-bare").n("count", pack.bare));
    }
    all.extend(pack.unheld.iter().map(|seq| r.t("verify-pack-skip-handover").n("seq", *seq)));
    all.extend(pack.headless.iter().map(|seq| r.t("verify-pack-skip-handover-head").n("seq", *seq)));
    if pack.manifest.shape == Shape::Selection {
        all.push(r.t("verify-pack-skip-selection"));
    }
    all.iter().map(ToString::to_string).collect()
}

fn lines(pack: &Pack<'_>, rows: &Refolded, r: &Reader) -> Vec<String> {
    let m = &pack.manifest;
    let covers = match m.shape {
        Shape::Selection => r.t("verify-pack-selection"),
        Shape::Range => {
            r.t("verify-pack-range").n("from", m.from).n("last", m.until.saturating_sub(1)).n("bare", pack.bare)
        }
    };
    let holds = r.t("verify-pack-holds").n("entries", pack.entries.len()).n("private", pack.private);
    let mut lines = vec![
        covers,
        r.t("verify-pack-log").s("origin", &m.origin).n("size", m.size).s("root", m.root),
        r.t("verify-pack-key").s("key", &pack.key),
        r.t("verify-pack-print").s("print", pack::fingerprint(&pack.key)),
        holds.n("evidence", pack.blobs),
        r.t("verify-pack-folded").n("same", rows.same).n("other", rows.other.len()),
    ];
    lines.extend(pack.handed.then(|| r.t("verify-pack-handed")));
    lines.extend(rows.other.iter().map(|on| r.t("verify-pack-row").s("on", on)));
    lines.extend(pack.cosigned.iter().map(|name| r.t("verify-pack-cosigned").s("name", name)));
    let mut lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let skipped = unchecked(pack, rows, r).into_iter();
    lines.extend(skipped.map(|what| r.t("verify-pack-skipped").s("what", what).to_string()));
    lines
}

fn answer(pack: &Pack<'_>, rows: &Refolded, good: bool, r: &Reader) -> Value {
    let m = &pack.manifest;
    json!({
        "verified": good, "trusted_key": pack.trusted, "key": pack.key.to_string(),
        "fingerprint": pack::fingerprint(&pack.key), "shape": m.shape, "from": m.from, "until": m.until,
        "origin": m.origin, "size": m.size, "root": m.root.to_string(), "entries": pack.entries.len(),
        "bare": pack.bare, "private": pack.private, "evidence": pack.blobs, "rows_same": rows.same,
        "rows_unfolded": rows.unknown.map_or(0, |_| pack.claimed), "rows_differ": rows.other,
        "cosigned_by": pack.cosigned, "handed_over": pack.handed,
        "script_of_this_release": pack.script(), "not_checked": unchecked(pack, rows, r),
    })
}
