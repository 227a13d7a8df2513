//! What a verification found, in words: each damage by name, and at the end what happened, why it matters, what to do
//! next and who can help.

use plantgate_store::{
    audit::{Damage, Mode, Part, Ran, Report, Skipped, Value},
    witnesses::Witnessed,
};
use plantgate_wire::words::Reader;

const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Heads => "heads",
        Mode::Leaves => "leaves",
        Mode::Commitments => "commitments",
        Mode::Blobs => "blobs",
        Mode::Rebuild => "rebuild",
    }
}

/// Everything, a line each: size and root, what ran, what did not, what is damaged.
pub fn lines(report: &Report, r: &Reader) -> Vec<String> {
    let head = r.t("verify-head").n("size", report.size).s("root", report.root).to_string();
    let mut all = vec![head];
    all.extend(report.ran.iter().map(|one| ran(one, r)));
    all.extend(report.not_run.iter().map(|(mode, why)| skipped(*mode, *why, r)));
    all.extend(report.damage.iter().map(|d| r.t("verify-damage").s("what", damage(d, r)).to_string()));
    all
}

fn ran(one: &Ran, r: &Reader) -> String {
    r.word("verify-ran", mode(one.mode)).n("count", one.count).to_string()
}

fn skipped(which: Mode, why: Skipped, r: &Reader) -> String {
    let why = match why {
        Skipped::NotAsked => r.t("verify-not-asked"),
        Skipped::ManyBytes { bytes } => r.t("verify-many-bytes").n("mib", bytes / 1_048_576),
        Skipped::ManyEntries { entries } => r.t("verify-many-entries").n("entries", entries),
        Skipped::EntriesDamaged => r.t("verify-entries-damaged"),
        Skipped::OtherRelease { rows, this } => r.t("verify-other-release").n("rows", rows).n("this", this),
        Skipped::NoKey => r.t("verify-no-key"),
    };
    r.t("verify-not-run").s("mode", mode(which)).s("why", why).to_string()
}

/// One damage by name.
pub fn damage(d: &Damage, r: &Reader) -> String {
    match d {
        Damage::Body { seq } => r.t("damage-body").n("seq", *seq),
        Damage::Leaf { seq } => r.t("damage-leaf").n("seq", *seq),
        Damage::Entry { seq } => r.t("damage-entry").n("seq", *seq),
        Damage::Gap { from, until } => r.t("damage-gap").n("from", *from).n("last", until.saturating_sub(1)),
        Damage::Beyond { from, until } => r.t("damage-beyond").n("from", *from).n("last", until.saturating_sub(1)),
        Damage::Order { seq } => r.t("damage-order").n("seq", *seq),
        Damage::Version { seq, expected, found } => {
            r.t("damage-version").n("seq", *seq).n("expected", *expected).n("found", *found)
        }
        Damage::Rewritten { from, until } => {
            r.t("damage-rewritten").n("from", *from).n("last", until.saturating_sub(1)).n("until", *until)
        }
        Damage::Column { seq, column } => r.t("damage-column").n("seq", *seq).s("column", column),
        Damage::Tile { level, n, missing } => {
            let id = if *missing { "damage-tile-missing" } else { "damage-tile" };
            r.t(id).n("level", u32::from(*level)).n("n", *n)
        }
        Damage::Edge { column } => r.word("damage-edge", column),
        Damage::Checkpoint { size } => r.t("damage-checkpoint").n("size", *size),
        Damage::Rotation { seq } => r.t("damage-rotation").n("seq", *seq),
        Damage::Cosignature { size, key } => r.t("damage-cosignature").n("size", *size).s("key", key),
        Damage::Private { seq, slot, field, fault } => {
            r.word("damage-private", value(*fault)).n("seq", *seq).s("slot", slot).s("field", field)
        }
        Damage::PrivateAdded { slot } => r.t("damage-private-added").s("slot", slot),
        Damage::Blob { seq, sha256, missing } => {
            let id = if *missing { "damage-blob-missing" } else { "damage-blob" };
            r.t(id).n("seq", *seq).s("sha256", sha256)
        }
        Damage::Row { table, key, column, record, found } => {
            let msg = r.t("damage-row").s("table", table).s("key", key).s("column", column);
            msg.s("record", record).s("found", found)
        }
        Damage::RowMissing { table, key } => r.t("damage-row-missing").s("table", table).s("key", key),
        Damage::RowAdded { table, key } => r.t("damage-row-added").s("table", table).s("key", key),
        Damage::RowBroken { table } => r.t("damage-row-broken").s("table", table),
    }
    .to_string()
}

const fn value(fault: Value) -> &'static str {
    match fault {
        Value::Changed => "changed",
        Value::Missing => "missing",
        Value::Unsaid => "unsaid",
        Value::Back => "back",
        Value::Sort => "sort",
    }
}

/// What it comes to.
pub fn conclusion(report: &Report, witnessed: Option<&Witnessed>, r: &Reader) -> String {
    // What nobody outside vouched for is said; what somebody did takes the place of that sentence.
    let limits = match witnessed {
        Some(w) => r.t("verify-witnessed").n("size", w.size).s("names", w.by.join(", ")).to_string(),
        None => r.t("verify-limits").to_string(),
    };
    if report.damage.is_empty() {
        let sound = if report.not_run.is_empty() { r.t("verify-sound") } else { r.t("verify-sound-part") };
        return [sound.n("size", report.size).to_string(), limits].join("\n");
    }
    let parts = [Part::Record, Part::Values, Part::Evidence, Part::Rows];
    let hit = |part: &Part| report.damage.iter().any(|d| d.part() == *part);
    let why = parts.iter().filter(|p| hit(p)).map(|part| match part {
        Part::Record => r.t("verify-why-record").to_string(),
        Part::Values => r.t("verify-why-values").to_string(),
        Part::Evidence => r.t("verify-why-evidence").to_string(),
        Part::Rows => r.t("verify-why-rows").to_string(),
    });
    let mut all = vec![r.t("verify-damaged").n("count", report.damage.len()).to_string()];
    all.extend(why);
    all.push(r.t("verify-next").to_string());
    let rows_only = !hit(&Part::Record) && hit(&Part::Rows);
    all.extend(rows_only.then(|| r.t("verify-next-rows").to_string()));
    all.push(r.t("verify-who").to_string());
    all.push(limits);
    all.join("\n")
}
