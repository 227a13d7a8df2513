//! A plant in a folder of its own, never the customer's data: founded through the public doors, a decision refused in
//! it, its rows folded again, and an entry changed by hand in the file of its database, as somebody with the disk in
//! their hands could.

use std::path::Path;

use plantgate_app::{App, acts, demo, read::Memory};
use plantgate_domain::{base::Kind, permit::access::AccessRequest};
use plantgate_ledger::key::VerifierKey;
use plantgate_store::{
    Clock, Db, Limits, Stop, transfer,
    verify::{self, Damage, Older, Verified},
    witnesses, writer,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::report::Report;
use crate::config::Config;

const FOUNDED: &str = "self-test: a plant is founded, rules are adopted, its rows are the fold of its record";
const RESTRICTED: &str = "self-test: overdue evidence restricts by the clock";
const REFUSED: &str = "self-test: a request for access is refused, and its row says so";
const FOLDED: &str = "self-test: behind the refusal every row is folded again and is the same";
const ENTRY: &str = "self-test: the entry that was changed by hand is named, and no other";
const ROW: &str = "self-test: rows that were changed by hand are named";

/// The type of the entry that is changed.
const ASKED: &str = "permit.access.requested@1";
/// How the request of the self-test is called.
const REFERENCE: &str = "AR-SELFTEST";

/// Runs it and removes the folder.
pub async fn judge(report: &mut Report) -> Result<(), Stop> {
    let folder = std::env::temp_dir().join(format!("plantgate-qualify-{}", writer::new_request()?));
    let outcome = plant(report, &folder).await;
    let left = std::fs::remove_dir_all(&folder);
    report.say("self-test folder", if left.is_ok() { "removed" } else { "could not be removed" });
    outcome
}

async fn plant(report: &mut Report, folder: &Path) -> Result<(), Stop> {
    let now = demo::D0.parse().map_err(Stop::fault)?;
    let clock = Clock::demo(now);
    let app = App::new(Config::default().open(folder, clock.clone(), Older::Left).await?);
    demo::load(&app, &clock, now, demo::FILES).await?;
    let mut tx = app.store().db().read().await?;
    let keys = witnesses::log_keys(&mut tx, app.store().keyring()).await?;
    let first = verify::verify_with(&mut tx, true, &keys).await?;
    drop(tx);
    let mut look = app.store().look().await?;
    let rules = look.every(Kind::Rulebook).await?.len();
    let mut restricted = 0;
    for (engagement, site) in look.not_good().await? {
        let word = look.word(engagement.into(), site.0, "standing").await?;
        restricted += u64::from(word.is_some_and(|(word, _)| word == "restricted"));
    }
    drop(look);
    founded(report, &first, rules);
    report.judge(RESTRICTED, restricted >= 1, format!("{restricted} standings"));
    let request = writer::new_request()?;
    let answer = ask(&app, request).await?;
    refused(report, &answer, row(&app).await?);
    let mut tx = app.store().db().read().await?;
    folded(report, &first, &verify::verify_with(&mut tx, true, &keys).await?);
    let mut entries = Vec::new();
    transfer::export_entries(&mut tx, &mut entries).await?;
    drop(tx);
    app.store().db().close().await;
    // Rows first: behind an entry that cannot be read nothing can be folded. No entry says the state of a request.
    let places = replace(folder, br#""state":"refused""#, br#""state":"granted""#)?;
    rows_named(report, places, &damage(folder, &keys).await?);
    let (seq, places) = change_entry(folder, &entries, request)?;
    entry_named(report, seq, places, &damage(folder, &keys).await?);
    Ok(())
}

/// Asks for access that the standing does not allow: a provider whose evidence is late.
async fn ask(app: &App, request: Uuid) -> Result<Value, Stop> {
    let caller = super::super::caller(app, "P04-02").await?;
    let window = json!({ "from": "2026-11-16T09:00:00Z", "until": "2026-11-16T11:00:00Z" });
    let body = json!({
        "reference": REFERENCE, "engagement": "E-006", "instance": "PLC-B17", "environment": "prod",
        "roles": ["view", "collect"], "purpose": "troubleshoot", "pattern": "gateway-unattended",
        "window": { "is": "fixed", "window": window }, "reason": "self-test of an installation",
    });
    acts::act(app, &caller, request, "request-access", body).await
}

/// The state of that request as its row has it.
async fn row(app: &App) -> Result<Option<&'static str>, Stop> {
    let mut look = app.store().look().await?;
    for kept in look.every(Kind::AccessRequest).await? {
        let request = AccessRequest::try_from(kept.thing)?;
        if request.asked.reference == REFERENCE {
            return Ok(Some(request.state.as_str()));
        }
    }
    Ok(None)
}

/// Opens the files as they are now, without bringing anything up to date.
async fn damage(folder: &Path, keys: &[(u64, VerifierKey)]) -> Result<Vec<Damage>, Stop> {
    let db = Db::open(&folder.join("plant.sqlite").to_string_lossy(), &Limits::standard()).await?;
    let mut tx = db.read().await?;
    let v = verify::verify_with(&mut tx, true, keys).await?;
    drop(tx);
    db.close().await;
    Ok(v.damage)
}

/// Changes one digit in the entry by which access was asked for. Its index, and in how many places it stood.
fn change_entry(folder: &Path, entries: &[u8], request: Uuid) -> Result<(Option<u64>, usize), Stop> {
    let own = |line: &&[u8]| {
        let entry: Value = serde_json::from_slice(line).unwrap_or_default();
        let is = |key: &str, text: &str| entry.get(key).and_then(Value::as_str) == Some(text);
        is("request", &request.to_string()) && is("type", ASKED)
    };
    let lines = || entries.split(|b| *b == b'\n');
    let seq = lines().position(|line| own(&line)).and_then(|n| u64::try_from(n).ok());
    let Some(line) = lines().find(own) else { return Ok((None, 0)) };
    // From its request to its type no other entry has the same bytes, and no column but the body holds them.
    let line = String::from_utf8_lossy(line);
    let from = line.find("\"request\":").unwrap_or_default();
    let until = line.find("\"v\":1").unwrap_or(line.len());
    let needle = line.get(from..until).unwrap_or_default();
    let changed = needle.replacen("\"rules\":1", "\"rules\":9", 1);
    Ok((seq, replace(folder, needle.as_bytes(), changed.as_bytes())?))
}

/// Puts other bytes of the same length wherever these stand in the files of the database; in how many places.
fn replace(folder: &Path, from: &[u8], to: &[u8]) -> Result<usize, Stop> {
    let mut places = 0;
    if from.is_empty() || from.len() != to.len() || from == to {
        return Ok(places);
    }
    for name in ["plant.sqlite", "plant.sqlite-wal"] {
        let file = folder.join(name);
        let Ok(mut bytes) = std::fs::read(&file) else { continue };
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| rest.windows(from.len()).position(|w| w == from)) {
            at += found;
            if let Some(place) = bytes.get_mut(at..at + from.len()) {
                place.copy_from_slice(to);
            }
            places += 1;
        }
        std::fs::write(&file, bytes).map_err(Stop::fault)?;
    }
    Ok(places)
}

fn founded(report: &mut Report, v: &Verified, rules: usize) {
    let is = format!("{} entries, {rules} rulebooks, {} rows compared, {} damaged", v.size, v.rows, v.damage.len());
    report.judge(FOUNDED, v.size > 0 && v.rows > 0 && rules > 0 && v.damage.is_empty(), is);
}

fn refused(report: &mut Report, answer: &Value, row: Option<&str>) {
    let word = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).unwrap_or("nothing").to_owned();
    let (state, verdict) = (word("/done/state"), word("/done/decision/verdict"));
    let met = state == "refused" && !["nothing", "granted"].contains(&verdict.as_str()) && row == Some("refused");
    report.judge(REFUSED, met, format!("{state}, decided {verdict}, row {}", row.unwrap_or("not there")));
}

fn folded(report: &mut Report, before: &Verified, after: &Verified) {
    let more = after.size > before.size && after.rows > before.rows;
    let is = format!(
        "{} entries and {} rows more, {} damaged",
        after.size.saturating_sub(before.size),
        after.rows.saturating_sub(before.rows),
        after.damage.len()
    );
    report.judge(FOLDED, more && after.damage.is_empty(), is);
}

fn entry_named(report: &mut Report, seq: Option<u64>, places: usize, damage: &[Damage]) {
    let named: Vec<u64> = damage
        .iter()
        .filter_map(|d| match d {
            Damage::Body { seq } | Damage::Leaf { seq } | Damage::Entry { seq } => Some(*seq),
            _ => None,
        })
        .collect();
    let met = places > 0 && seq.is_some_and(|seq| named == [seq]);
    let seq = seq.map_or_else(|| "none".to_owned(), |seq| seq.to_string());
    report.judge(ENTRY, met, format!("entry {seq} changed in {places} places, named: {named:?}"));
}

fn rows_named(report: &mut Report, places: usize, damage: &[Damage]) {
    let rows = damage.iter().filter(|d| matches!(d, Damage::Row { .. })).count();
    report.judge(ROW, places > 0 && rows > 0, format!("{places} places changed, {rows} values of rows named"));
}

#[cfg(test)]
mod tests {
    use plantgate_ledger::tree::Hash;

    use super::*;

    fn verified(size: u64, rows: u64, damage: Vec<Damage>) -> Verified {
        Verified { size, root: Hash::EMPTY_ROOT, rows, damage }
    }
    fn unmet(judge: impl FnOnce(&mut Report)) -> Vec<&'static str> {
        let mut report = Report::default();
        judge(&mut report);
        report.unmet()
    }
    fn body(seq: u64) -> Damage {
        Damage::Body { seq }
    }

    #[tokio::test]
    async fn a_scratch_plant_meets_every_line() {
        let mut report = Report::default();
        judge(&mut report).await.unwrap();
        assert!(report.unmet().is_empty(), "{}", report.text());
        for what in [FOUNDED, RESTRICTED, REFUSED, FOLDED, ENTRY, ROW] {
            assert!(report.text().contains(&format!("met | {what} | ")), "{what}: {}", report.text());
        }
        assert!(report.text().contains("self-test folder | removed"));
    }

    #[test]
    fn a_plant_that_is_not_sound_or_has_no_rules_is_not_founded() {
        assert!(unmet(|r| founded(r, &verified(9, 9, vec![]), 1)).is_empty());
        for (v, rules) in [(verified(9, 9, vec![body(1)]), 1), (verified(9, 9, vec![]), 0), (verified(9, 0, vec![]), 1)]
        {
            assert_eq!(unmet(|r| founded(r, &v, rules)), [FOUNDED]);
        }
    }

    #[test]
    fn a_request_that_was_granted_or_whose_row_says_otherwise_is_not_refused() {
        let answer =
            |state: &str, verdict: &str| json!({ "done": { "state": state, "decision": { "verdict": verdict } } });
        let no = answer("refused", "attended-offered");
        assert!(unmet(|r| refused(r, &no, Some("refused"))).is_empty());
        let cases = [
            (answer("granted", "granted"), Some("granted")),
            (answer("refused", "granted"), Some("refused")),
            (json!({}), Some("refused")),
            (no.clone(), Some("granted")),
            (no, None),
        ];
        for (answer, row) in cases {
            assert_eq!(unmet(|r| refused(r, &answer, row)), [REFUSED], "{answer}");
        }
    }

    #[test]
    fn rows_that_differ_or_did_not_grow_are_not_folded() {
        let before = verified(9, 9, vec![]);
        assert!(unmet(|r| folded(r, &before, &verified(11, 12, vec![]))).is_empty());
        let row = Damage::RowBroken { table: "thing" };
        for after in [verified(11, 12, vec![row]), verified(9, 12, vec![]), verified(11, 9, vec![])] {
            assert_eq!(unmet(|r| folded(r, &before, &after)), [FOLDED]);
        }
    }

    #[test]
    fn an_entry_that_is_not_named_or_another_one_beside_it_is_not_enough() {
        assert!(unmet(|r| entry_named(r, Some(7), 1, &[body(7), Damage::Edge { column: "root" }])).is_empty());
        for damage in [vec![], vec![body(8)], vec![body(7), body(8)], vec![Damage::RowBroken { table: "thing" }]] {
            assert_eq!(unmet(|r| entry_named(r, Some(7), 1, &damage)), [ENTRY], "{damage:?}");
        }
        assert_eq!(unmet(|r| entry_named(r, Some(7), 0, &[body(7)])), [ENTRY]);
        assert_eq!(unmet(|r| entry_named(r, None, 1, &[body(7)])), [ENTRY]);
    }

    #[test]
    fn rows_that_nobody_names_are_not_enough() {
        let row = || Damage::Row {
            table: "thing",
            key: String::new(),
            column: "body".to_owned(),
            record: "a".to_owned(),
            found: "b".to_owned(),
        };
        assert!(unmet(|r| rows_named(r, 1, &[row()])).is_empty());
        assert_eq!(unmet(|r| rows_named(r, 1, &[body(7)])), [ROW]);
        assert_eq!(unmet(|r| rows_named(r, 0, &[row()])), [ROW]);
    }
}
