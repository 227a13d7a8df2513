//! The history of any object: who changed what, when, from what to what, why, and where that stands in the record.

use askama::Template;
use plantgate_domain::base::Instant;
use plantgate_wire::words::Rich;

use super::sign::Signature;
use crate::view::{List, Ui};

/// A field before and after; `None` where it did not exist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// One entry of the record about an object.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    pub at: Instant,
    pub who: String,
    /// What was done, in words.
    pub what: Rich,
    pub why: String,
    pub moved: Vec<Moved>,
    /// The object began here: every field is new, and nothing was there before.
    pub born: bool,
    /// Index of the entry.
    pub entry: u64,
    /// Leaf hash, hex, short.
    pub leaf: String,
    /// Page or file with the proof.
    pub proof: String,
    /// The signature under it.
    pub signed: Option<Signature>,
    /// The form that erases what somebody typed there; empty for who may not, and where no text is.
    pub erase: String,
}

/// The history page.
#[derive(Template)]
#[template(path = "page/history.html")]
pub struct History {
    pub ui: Ui,
    /// Reference and name of the object.
    pub title: String,
    pub href: String,
    pub list: List,
    pub rows: Vec<Change>,
}
