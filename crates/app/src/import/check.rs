//! What a file would do, row by row, before anybody saves; and doing it, with or without the rows that were rejected.

use plantgate_domain::base::Invalid;
use plantgate_store::Stop;
use uuid::Uuid;

use super::{ImportRows, Imported, Part, Row, about, file, kinds};
use crate::act::{Answer, App, Caller, Effect};

/// What an import would do.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Rows that would be taken.
    pub taken: Imported,
    /// Rows that would not, with file, line, field and why.
    pub rejected: Vec<Invalid>,
    /// Objects that would be new or change.
    pub effects: Vec<Effect>,
    /// The import without the rejected rows.
    pub rest: ImportRows,
}

/// How often rejected rows may bring others down with them before the file is refused as a whole.
const ROUNDS: usize = 12;

/// Previews an import: the same act, dropped. Rejected rows are left out and the rest is previewed again, until it
/// stands; a row that needs a rejected one is rejected with its own reason.
pub async fn check(app: &App, caller: &Caller, import: &ImportRows) -> Result<Report, Stop> {
    let mut rejected: Vec<Invalid> = Vec::new();
    let mut rest = import.clone();
    for _ in 0..ROUNDS {
        match app.preview(caller, rest.clone()).await {
            Ok(previewed) => {
                return Ok(Report { taken: previewed.done, rejected, effects: previewed.effects, rest });
            }
            Err(Stop::Invalid(wrong)) => {
                let before = count(&rest);
                rest.parts.iter_mut().for_each(|part| leave_out(part, &wrong));
                rejected.extend(wrong.clone());
                if count(&rest) == before {
                    return Err(Stop::Invalid(wrong));
                }
            }
            Err(other) => return Err(other),
        }
    }
    Err(Stop::Invalid(rejected))
}

/// Leaves out the rows that complaints are about, and the other rows about the same object with them.
fn leave_out(part: &mut Part, wrong: &[Invalid]) {
    let hit = |row: &&Row| wrong.iter().any(|i| file::is_of(i, part, row));
    let (lines, objects): (Vec<Row>, Vec<String>) =
        part.rows.iter().filter(hit).map(|row| (row.clone(), about(part.kind, row))).unzip();
    let gathers = kinds::gathers(part.kind);
    let out = |row: &Row| lines.contains(row) || (gathers && objects.contains(&about(part.kind, row)));
    part.rows.retain(|row| !out(row));
}

fn count(import: &ImportRows) -> usize {
    import.parts.iter().map(|p| p.rows.len()).sum()
}

/// Imports what somebody looked at: the rows that were rejected then are left out, and if any row would come to
/// something else now, nothing is saved.
pub async fn run_as_seen(
    app: &App,
    caller: &Caller,
    request: Uuid,
    import: &ImportRows,
    seen: Option<String>,
) -> Result<Answer<Imported>, Stop> {
    let rest = check(app, caller, import).await?.rest;
    app.act(caller, request, ImportRows { seen, ..rest }).await
}

/// Imports. With a rejected row nothing is saved, unless the person chose to leave those out.
pub async fn run(
    app: &App,
    caller: &Caller,
    request: Uuid,
    import: ImportRows,
    skip_rejected: bool,
) -> Result<(Answer<Imported>, Vec<Invalid>), Stop> {
    if !skip_rejected {
        return Ok((app.act(caller, request, import).await?, Vec::new()));
    }
    let report = check(app, caller, &import).await?;
    Ok((app.act(caller, request, report.rest).await?, report.rejected))
}
