//! Import: one mechanism for every kind of row. A file becomes rows, a row becomes acts, and all of them run inside one
//! act, so that a file is taken whole or not at all. Its preview is the same act, dropped; the second time it changes
//! nothing, because the acts themselves recognise what stands.

pub mod check;
pub mod file;
pub mod inventory;
pub mod kinds;
mod plan;
pub mod sheet;

use std::collections::BTreeMap;

use plantgate_domain::base::{Invalid, Place as Where, Why};
use plantgate_interchange::csv::Record;
use plantgate_store::{Desk, Stop, keyring::hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use check::{Report, check, run, run_as_seen};
pub use file::{Defaults, Notes, Upload, read};
pub use inventory::{Wanted, read_inventory};
pub use kinds::ImportKind;

use crate::{
    act::Act,
    power::{Import, May, Place},
    registered::Outcome,
};

/// Takes rows of one or several files, in order. Every row's act asks for its own power besides: a file can do nothing
/// that its bearer could not do by hand.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportRows {
    pub parts: Vec<Part>,
    /// The digest of the effects somebody saw ([`Imported::digest`]): where they would be others now, nothing is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

/// Refuses what would come to something else than somebody saw.
fn as_seen(seen: Option<&str>, now: impl FnOnce() -> String) -> Result<(), Stop> {
    match seen {
        Some(seen) if seen != now() => Err(Stop::field("seen", Why::of("invalid-import-moved"))),
        _ => Ok(()),
    }
}

/// Rows of one kind from one file.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub kind: ImportKind,
    /// Name of the file, for complaints.
    pub file: String,
    pub rows: Vec<Row>,
}

/// One row by column names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Line of the file, where a file has lines.
    #[serde(default)]
    pub line: Option<u64>,
    /// What it is in its file, where lines say nothing: `dcim.device 74`.
    #[serde(default)]
    pub source: Option<String>,
    /// Cells that are not empty.
    pub cells: BTreeMap<String, String>,
}

/// What became of one row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RowDone {
    pub file: String,
    pub line: Option<u64>,
    pub source: Option<String>,
    pub outcome: Outcome,
}

/// What became of all rows.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Imported {
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub rows: Vec<RowDone>,
}

impl Imported {
    /// What becomes of each row, as one word to hold another look against.
    pub fn digest(&self) -> String {
        let rows = self.rows.iter().map(|r| format!("{}\t{:?}\t{:?}\t{:?}\n", r.file, r.line, r.source, r.outcome));
        hex(&Sha256::digest(rows.collect::<String>()))
    }
    fn count(&mut self, part: &Part, row: &Row, outcome: Outcome) {
        match outcome {
            Outcome::New => self.new += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Unchanged => self.unchanged += 1,
        }
        self.rows.push(RowDone { file: part.file.clone(), line: row.line, source: row.source.clone(), outcome });
    }
}

impl Act for ImportRows {
    const NAME: &'static str = "import-rows";
    type Power = Import;
    type Done = Imported;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    /// All rows or none: any complaint refuses the act, and it names every row that has one.
    async fn run(self, _may: May<Import>, desk: &mut Desk) -> Result<Imported, Stop> {
        let (mut done, mut wrong) = (Imported::default(), Vec::new());
        for part in &self.parts {
            let mut seen: BTreeMap<String, &Row> = BTreeMap::new();
            for rows in part.rows.chunk_by(|a, b| kinds::gathers(part.kind) && same(part.kind, a, b)) {
                let before = desk.entries();
                match taken(desk, part, rows, &mut seen).await {
                    Ok(outcome) => rows.iter().for_each(|row| done.count(part, row, outcome)),
                    Err((row, stop)) => wrong.extend(complaints(stop, part, row)?),
                }
                // Rows that broke off half way leave traces that the next ones must not be judged by.
                if !wrong.is_empty() && desk.entries() != before {
                    return Err(Stop::Invalid(wrong));
                }
            }
        }
        if !wrong.is_empty() {
            return Err(Stop::Invalid(wrong));
        }
        as_seen(self.seen.as_deref(), || done.digest())?;
        Ok(done)
    }
}

/// What object a row is about.
fn about(kind: ImportKind, row: &Row) -> String {
    let cells = kinds::about(kind).iter().map(|c| row.cells.get(*c).map_or("", String::as_str));
    cells.collect::<Vec<_>>().join("\u{1f}")
}

fn same(kind: ImportKind, a: &Row, b: &Row) -> bool {
    about(kind, a) == about(kind, b)
}

/// Takes the rows about one object. An error comes with the row it is about.
async fn taken<'a>(
    desk: &mut Desk,
    part: &Part,
    rows: &'a [Row],
    seen: &mut BTreeMap<String, &'a Row>,
) -> Result<Outcome, (&'a Row, Stop)> {
    let Some(first) = rows.first() else { return Ok(Outcome::Unchanged) };
    if let Some(other) = seen.insert(about(part.kind, first), first) {
        let field = kinds::about(part.kind).first().copied().unwrap_or_default();
        let source = other.source.as_deref().unwrap_or_default();
        // A line is a name here, not a count: no mark between its thousands.
        let why = other.line.map_or_else(
            || Why::of("invalid-row-same-source").with("source", source),
            |line| Why::of("invalid-row-same").with("line", line.to_string()),
        );
        return Err((first, Stop::field(field, why)));
    }
    let record = |row: &Row| Record { file: part.file.clone(), line: row.line.unwrap_or(0), cells: row.cells.clone() };
    let records: Vec<Record> = rows.iter().map(record).collect();
    let of = |stop: &Stop| match stop {
        Stop::Invalid(all) => {
            let line = all.first().and_then(|i| i.place.line);
            rows.iter().find(|r| line.is_some() && r.line == line).unwrap_or(first)
        }
        _ => first,
    };
    let mut outcome = Outcome::Unchanged;
    for act in kinds::acts(part.kind, &records).map_err(|stop| (of(&stop), stop))? {
        // A row is new when anything it names is new; the rest completes it.
        outcome = match (outcome, act.run(desk).await.map_err(|stop| (first, stop))?) {
            (Outcome::New, _) | (_, Outcome::New) => Outcome::New,
            (Outcome::Changed, _) | (_, Outcome::Changed) => Outcome::Changed,
            (Outcome::Unchanged, Outcome::Unchanged) => Outcome::Unchanged,
        };
    }
    Ok(outcome)
}

/// Complaints with the place of their row. What is nobody's mistake in the file stops the import as what it is.
fn complaints(stop: Stop, part: &Part, row: &Row) -> Result<Vec<Invalid>, Stop> {
    let at = |field: Option<String>| {
        let field = match (&row.source, field) {
            (Some(source), Some(field)) => Some(format!("{source}, {field}")),
            (Some(source), None) => Some(source.clone()),
            (None, field) => field,
        };
        Where { file: Some(part.file.clone()), sheet: None, line: row.line, field }
    };
    match stop {
        Stop::Invalid(all) => Ok(all.into_iter().map(|i| Invalid { place: at(i.place.field), why: i.why }).collect()),
        Stop::Refused(no) => {
            let why = Why::of("invalid-row-refused").with("rule", no.rule).with("say", no.say);
            Ok(vec![Invalid { place: at(None), why }])
        }
        Stop::NotFound => {
            let why = Why::of("invalid-row-names-nothing");
            Ok(vec![Invalid { place: at(None), why }])
        }
        other @ (Stop::Unsigned(_)
        | Stop::Stale(_)
        | Stop::StepUp
        | Stop::Busy
        | Stop::Away(_)
        | Stop::OutcomeUnknown
        | Stop::Fault(_)) => Err(other),
    }
}
