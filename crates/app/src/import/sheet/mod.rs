//! One flat sheet becomes providers, people, systems, contracts and scope, in one act. It opens what is not there yet
//! and never revises what stands: the same sheet again, or a corrected one, changes nothing for what is in, and undoing
//! it is closing what it opened. Two spellings of one firm are shown; a person decides, and the decision stays as an
//! alias.

mod exec;
mod file;
mod firms;
mod plan;
mod reach;
mod row;
mod stands;
mod undo;

use std::collections::HashMap;

use plantgate_domain::{
    base::{Actor, Day, ImportId, Invalid, Kind, Slot},
    event::expect::SheetField,
    expect::import::Import,
};
use plantgate_store::{Desk, Stop, look::Look, memory::Memory};
use serde::{Deserialize, Serialize};

pub use file::{Complaints, Guessed, Opened, complaints, guessed, open, open_aside, rejected, rejected_aside, shape};
pub use firms::Ask;
pub use plan::{Plan, RowPlan};
pub use plantgate_interchange::sheet::{Form as SheetForm, How};
pub use undo::{UndoDone, UndoImport};

use super::{Row, as_seen};
use crate::{
    act::{Act, App, Caller},
    power::{Import as ImportPower, May, Place},
};

/// Takes the rows of a sheet as somebody mapped it. All rows or none, unless rejected ones are left out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSheet {
    /// Name of the file, for complaints and for the record.
    pub file: String,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// The worksheet, where the file has several.
    #[serde(default)]
    pub sheet: Option<String>,
    /// Digest of the titles; the columns are remembered under it.
    pub shape: String,
    /// What each column is; `null`: not read.
    pub columns: Vec<Option<SheetField>>,
    /// Rows by the words of `columns`; cells that are not empty.
    pub rows: Vec<Row>,
    #[serde(default)]
    pub defaults: SheetDefaults,
    /// What a person decided about spellings that are likely of one firm.
    #[serde(default)]
    pub spellings: Vec<Spelling>,
    /// Leave rejected rows out instead of refusing the file.
    #[serde(default)]
    pub without_rejected: bool,
    /// The digest of the effects somebody saw ([`Plan::digest`]): where they would be others now, nothing is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

/// What the sheet does not say and a person does, for all of its rows.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetDefaults {
    /// Site of systems whose row names none.
    #[serde(default)]
    pub site: Option<String>,
    /// Country of firms whose row names none, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: Option<String>,
    /// First day of what begins nowhere.
    #[serde(default)]
    pub from: Option<Day>,
    /// Last day of access that ends nowhere.
    #[serde(default)]
    pub until: Option<Day>,
}

/// A decision about one spelling.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spelling {
    /// As the sheet writes it.
    pub name: String,
    /// The same firm as: a provider's reference or name, or another name of the sheet; absent: a firm of its own.
    #[serde(default)]
    pub is: Option<String>,
}

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taken {
    New,
    Unchanged,
    Rejected,
}

/// What the act came to. No name stands here: receipts are kept.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SheetDone {
    /// Absent where nothing was new.
    pub import: Option<ImportId>,
    pub reference: Option<String>,
    pub new: usize,
    pub unchanged: usize,
    pub rejected: usize,
    /// How many of each kind were opened.
    pub opened: Vec<(Kind, usize)>,
}

impl Act for ImportSheet {
    const NAME: &'static str = "import-sheet";
    type Power = ImportPower;
    type Done = SheetDone;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<ImportPower>, desk: &mut Desk) -> Result<SheetDone, Stop> {
        let limits = *desk.limits();
        let actor = desk.cause().actor;
        let reader = reader(desk, actor).await?;
        let plan = plan::plan(desk, &self, &limits, reader).await?;
        if !plan.rejected.is_empty() && !self.without_rejected {
            return Err(Stop::Invalid(plan.rejected));
        }
        as_seen(self.seen.as_deref(), || plan.digest())?;
        exec::open(desk, &self, &plan).await
    }
}

/// A memory that can open many private values at once: the writer's desk and a reader's snapshot.
pub(super) trait Opens: Memory {
    /// The values; what was erased is not among them.
    fn texts(&mut self, slots: &[Slot]) -> impl Future<Output = Result<HashMap<Slot, String>, Stop>> + Send;
}

impl Opens for Desk {
    async fn texts(&mut self, slots: &[Slot]) -> Result<HashMap<Slot, String>, Stop> {
        self.open_slots(slots).await
    }
}

impl Opens for Look {
    async fn texts(&mut self, slots: &[Slot]) -> Result<HashMap<Slot, String>, Stop> {
        self.open_slots(slots).await
    }
}

/// What a sheet would do: the plan in words, and what the act itself came to when it was done and dropped.
#[derive(Clone, PartialEq, Debug)]
pub struct SheetReport {
    pub plan: Plan,
    pub done: SheetDone,
    /// Entries it would write.
    pub entries: u64,
}

/// Previews: the very act runs in the writer's turn, without the rows that cannot be taken, and is dropped. Which rows
/// and why is told from a snapshot beside it.
pub async fn check(app: &App, caller: &Caller, sheet: &ImportSheet) -> Result<SheetReport, Stop> {
    let wish = ImportSheet { without_rejected: true, ..sheet.clone() };
    let previewed = app.preview(caller, wish).await?;
    let mut look = app.store().look().await?;
    let reader = reader(&mut look, caller.actor).await?;
    let plan = plan::plan(&mut look, sheet, app.store().limits(), reader).await?;
    Ok(SheetReport { plan, done: previewed.done, entries: previewed.entries })
}

/// Whose sites a plan may speak of.
async fn reader(memory: &mut impl Memory, actor: Actor) -> Result<Option<stands::Reader>, Stop> {
    match actor.person() {
        Some(id) => memory.find(id).await,
        None => Ok(None),
    }
}

/// The columns that the last import of files of this shape was read by.
pub async fn remembered(memory: &mut impl Memory, shape: &str) -> Result<Option<Vec<Option<SheetField>>>, Stop> {
    let mut last: Option<Import> = None;
    for kept in memory.every(Kind::Import).await? {
        let import = Import::try_from(kept.thing)?;
        if import.facts.shape == shape && last.as_ref().is_none_or(|l| l.at < import.at) {
            last = Some(import);
        }
    }
    Ok(last.map(|import| import.facts.columns))
}

/// A complaint about a row.
fn wrong(sheet: &ImportSheet, line: u64, field: Option<SheetField>, why: plantgate_domain::base::Why) -> Invalid {
    let place = plantgate_domain::base::Place {
        file: Some(sheet.file.clone()),
        sheet: sheet.sheet.clone(),
        line: Some(line),
        field: field.map(|f| f.as_str().to_owned()),
    };
    Invalid { place, why }
}
