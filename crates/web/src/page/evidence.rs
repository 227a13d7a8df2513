//! *Evidence*: the queue and the desk. The item stands beside its criteria; each grade says what it would do.

use askama::Template;
use plantgate_domain::base::{Day, Grade, Instant};
use plantgate_wire::words::Rich;

use crate::view::{Form, Item, List, Ui};

/// An item that waits for a judgement.
#[derive(Clone, PartialEq, Debug)]
pub struct QueueRow {
    pub item: Item,
    pub title: String,
    pub provider: Item,
    pub requirement: String,
    pub came: Instant,
    pub due: Option<Day>,
    pub late: i64,
    /// What is shown for it until judged.
    pub grade: Grade,
}

/// Items to judge, oldest first.
#[derive(Template)]
#[template(path = "page/evidence_queue.html")]
pub struct Queue {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<QueueRow>,
}

/// One criterion, judged by the machine or left to the reader.
#[derive(Clone, PartialEq, Debug)]
pub struct Criterion {
    /// Message `criterion-…`, also the field's name.
    pub key: String,
    /// Word of `met-…`: met, part, not-met, cannot-judge, ours-missing, not-applicable; `ask`: a person has to say.
    pub met: &'static str,
    pub text: Rich,
    pub needed: bool,
}

/// A grade on offer.
#[derive(Clone, PartialEq, Debug)]
pub struct Offer {
    /// strong, adequate, weak, return.
    pub word: &'static str,
    /// Single key: 1, 2, 3, 4.
    pub key: char,
    /// The rule that caps it; a capped grade is visible and cannot be chosen.
    pub capped: bool,
    /// What choosing it would do, computed by the same rules.
    pub consequence: Rich,
}

/// The item as we can show it.
#[derive(Clone, PartialEq, Debug)]
pub enum Shown {
    /// A table read from a file.
    Table { head: Vec<String>, rows: Vec<Vec<String>> },
    /// Plain text.
    Text(String),
    /// Only the original can be downloaded.
    FileOnly,
}

/// The review page.
#[derive(Template)]
#[template(path = "page/evidence_review.html")]
pub struct Review {
    pub ui: Ui,
    pub reference: String,
    pub title: String,
    pub provider: Item,
    pub requirement: String,
    pub requirement_title: String,
    pub asked: Rich,
    pub came: Instant,
    pub by: String,
    pub now: Grade,
    /// Place in the queue: n of m.
    pub place: (u32, u32),
    pub before: Option<String>,
    pub skip: Option<String>,
    pub file: String,
    pub file_href: String,
    pub hash: String,
    pub shown: Shown,
    /// What our own records say beside it.
    pub ours: Vec<(&'static str, Rich)>,
    pub criteria: Vec<Criterion>,
    pub offers: Vec<Offer>,
    /// Why the best grades are not on offer.
    pub cap: Option<(Rich, String)>,
    /// Fields `grade`, `note`, `met-…`.
    pub form: Form,
}
