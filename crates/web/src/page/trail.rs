//! *Audit-trail review*: the exceptions that nobody has signed yet, and the reviews that were signed.

use askama::Template;
use plantgate_domain::base::{Day, Instant};
use plantgate_wire::words::Named;

use crate::view::{Form, List, Ui};

/// How many exceptions of a kind there are.
#[derive(Clone, PartialEq, Debug)]
pub struct KindRow {
    /// Word of `trail-kind-…`.
    pub kind: &'static str,
    pub count: u64,
    /// Nobody looked at these yet.
    pub open: u64,
}

/// One exception.
#[derive(Clone, PartialEq, Debug)]
pub struct ExceptionRow {
    pub entry: u64,
    pub at: Instant,
    pub kind: &'static str,
    pub what: String,
    pub who: String,
    pub on: Named,
    /// The history that shows it.
    pub history: String,
    pub looked: bool,
}

/// A signed review.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewRow {
    pub from: u64,
    pub last: u64,
    pub root: String,
    pub count: u64,
    pub who: String,
    pub at: Instant,
    pub entry: u64,
}

/// The page.
#[derive(Template)]
#[template(path = "page/trail.html")]
pub struct TrailPage {
    pub ui: Ui,
    pub form: Form,
    /// First entry that no review covers.
    pub from: u64,
    /// Size the page was drawn at; what is concluded ends there.
    pub until: u64,
    pub due: Option<Day>,
    pub late: i64,
    pub kinds: Vec<KindRow>,
    pub rows: Vec<ExceptionRow>,
    /// Exceptions that the page has no room for.
    pub more: usize,
    pub open: u64,
    pub may: bool,
    pub list: List,
    pub reviews: Vec<ReviewRow>,
    pub reviewed: List,
}
