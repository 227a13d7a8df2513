//! *Evidence*: the queue and the desk. The item stands beside its criteria; each grade says what it would do.

use askama::Template;
use plantgate_domain::base::{Day, Grade, Instant, Level};
use plantgate_wire::words::Rich;

use crate::view::{Choice, Form, Item, List, LogLine, Ui};

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
    pub may_send: bool,
}

/// A request that was sent.
#[derive(Clone, PartialEq, Debug)]
pub struct RequestRow {
    pub item: Item,
    pub title: String,
    pub provider: Item,
    pub engagement: Item,
    pub period: String,
    pub due: Day,
    pub late: i64,
    /// Word of `duestate-…`: not-due, due-soon, overdue, accepted, cancelled.
    pub state: &'static str,
    pub grade: Grade,
    pub counts: bool,
}

/// Requests, the newest first.
#[derive(Template)]
#[template(path = "page/evidence_requests.html")]
pub struct Requests {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<RequestRow>,
    pub may_send: bool,
}

/// The page of a request.
#[derive(Template)]
#[template(path = "page/evidence_request.html")]
pub struct RequestPage {
    pub ui: Ui,
    pub row: RequestRow,
    pub reference: String,
    pub site: String,
    pub requirements: Vec<String>,
    pub sent: Instant,
    pub seen: Option<Instant>,
    /// The clause it rests on, or that it is voluntary or ours.
    pub basis: Rich,
    /// What follows from silence: when, and the standing then.
    pub silence: Vec<(Instant, Level)>,
    pub next: Rich,
    pub items: Vec<(Item, Instant)>,
    pub criteria: Vec<(String, bool)>,
}

/// The form that sends a request.
#[derive(Template)]
#[template(path = "page/evidence_ask.html")]
pub struct AskEvidence {
    pub ui: Ui,
    pub form: Form,
    /// Engagements to choose from, then what one owes.
    pub engagements: Vec<Choice>,
    pub owed: Vec<Choice>,
    pub keys: Vec<Choice>,
    pub sites: Vec<Choice>,
}

/// One criterion, left to the reader; what was said before stands chosen.
#[derive(Clone, PartialEq, Debug)]
pub struct Criterion {
    /// Message `criterion-…`; the fields are `met-…` and `proof-…`.
    pub key: String,
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
    /// Two people put it aside: nobody reads it.
    Aside,
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
    /// Our own records that could confirm a need.
    pub proofs: Vec<Choice>,
    pub criteria: Vec<Criterion>,
    /// Words of `met-…`.
    pub outcomes: Vec<&'static str>,
    pub offers: Vec<Offer>,
    /// Why the best grades are not on offer.
    pub cap: Option<(Rich, String)>,
    /// What was judged before.
    pub log: Vec<LogLine>,
    pub may_judge: bool,
    pub version: u64,
    /// Fields `grade`, `note`, `valid_until`, `met-…`, `proof-…`.
    pub form: Form,
}
impl Review {
    /// Name of a criterion's field.
    pub fn met(&self, key: &str) -> String {
        format!("met-{key}")
    }
    /// Name of the field for our own record.
    pub fn proof(&self, key: &str) -> String {
        format!("proof-{key}")
    }
}
