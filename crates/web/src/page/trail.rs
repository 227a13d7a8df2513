//! *Audit-trail review*: the exceptions that nobody has signed yet, the reviews that were signed, and one of these with
//! what it named and whether the record still holds it.

use askama::Template;
use plantgate_domain::base::{Day, Instant};
use plantgate_wire::words::Named;

use super::{history::Moved, packs::Makers, sign::Signature};
use crate::view::{Form, List, Ui};

/// How many exceptions of a kind there are.
#[derive(Clone, PartialEq, Debug)]
pub struct KindRow {
    /// Word of `trail-kind-…`.
    pub kind: &'static str,
    pub count: u64,
    /// Nobody looked at these yet.
    pub open: u64,
    /// Of the open ones, those that this reader may look at.
    pub mine: u64,
}

/// Somebody looked at an exception.
#[derive(Clone, PartialEq, Debug)]
pub struct Seen {
    pub who: String,
    /// How they had signed in.
    pub auth: String,
    pub at: Instant,
    pub note: String,
    pub finding: Option<Named>,
}

/// One exception.
#[derive(Clone, PartialEq, Debug)]
pub struct ExceptionRow {
    pub entry: u64,
    pub at: Instant,
    pub kind: &'static str,
    pub what: String,
    /// Why, in the words of whoever did it.
    pub why: String,
    /// What it changed, from what to what.
    pub moved: Vec<Moved>,
    pub who: String,
    /// How they had proven who they are.
    pub auth: String,
    pub on: Named,
    /// The history that shows it.
    pub history: String,
    /// Hash of the entry.
    pub leaf: String,
    pub looked: Option<Seen>,
    /// The reader's own doing: somebody else looks at it.
    pub own: bool,
}

/// A signed review.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewRow {
    pub from: u64,
    pub last: u64,
    pub root: String,
    pub list: String,
    pub count: u64,
    pub who: String,
    /// How they had signed in.
    pub auth: String,
    pub at: Instant,
    pub entry: u64,
    /// Its signature in words; empty for one from before signatures were asked for.
    pub signature: String,
}

/// The range that waits.
#[derive(Clone, PartialEq, Debug)]
pub struct Waits {
    /// First entry that no review covers.
    pub from: u64,
    /// Size the page was drawn at; what is concluded ends there.
    pub until: u64,
    pub root: String,
    pub list: String,
    /// Exceptions that nobody looked at.
    pub open: u64,
    /// An entry of it that is not what was written once, or none but another tree: nobody signs that.
    pub broken: Option<Broken>,
    /// This reader may sign it now.
    pub signs: bool,
}

/// What is wrong with the record in a range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broken {
    Entry(u64),
    Root,
}

/// The page.
#[derive(Template)]
#[template(path = "page/trail.html")]
pub struct TrailPage {
    pub ui: Ui,
    pub form: Form,
    pub waits: Waits,
    pub due: Option<Day>,
    pub late: i64,
    pub kinds: Vec<KindRow>,
    pub rows: Vec<ExceptionRow>,
    /// Exceptions that the page has no room for.
    pub more: usize,
    /// Numbers of those that it shows, as its form carries them.
    pub shown: String,
    pub makers: Makers,
    /// This reader sees the exceptions.
    pub reads: bool,
    pub list: List,
    pub reviews: Vec<ReviewRow>,
    pub reviewed: List,
}

/// A signed review by itself.
#[derive(Template)]
#[template(path = "page/trail_signed.html")]
pub struct TrailSignedPage {
    pub ui: Ui,
    /// Nothing is ticked here.
    pub form: Form,
    /// Empty for a review that was concluded before signatures were asked for.
    pub signatures: Vec<Signature>,
    pub row: ReviewRow,
    pub note: String,
    pub kinds: Vec<KindRow>,
    pub rows: Vec<ExceptionRow>,
    /// What the record no longer holds of it: a message, with the entry it is about.
    pub gone: Option<(&'static str, Option<u64>)>,
    pub makers: Makers,
    /// This reader sees the exceptions.
    pub reads: bool,
    pub list: List,
}
