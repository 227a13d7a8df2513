//! *Logbook*: who was on which system, by which way, from when until when; what a source recorded and what a person
//! told are never mixed up.

use askama::Template;
use plantgate_domain::base::{Instant, ZoneName};

use crate::view::{Choice, Form, Item, List, Ui};

/// One line.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    pub item: Item,
    pub system: Item,
    pub person: String,
    pub provider: Option<Item>,
    pub from: Instant,
    pub until: Option<Instant>,
    pub recorded: Instant,
    pub late: bool,
    /// Word of `pattern-…`, where somebody said it.
    pub way: Option<&'static str>,
    pub attendant: String,
    pub work: String,
    /// Word of `source-…`: recorded or told.
    pub source: &'static str,
    pub by: String,
    /// Word of `second-…`: whether a second person looked.
    pub second: &'static str,
    /// Word of `sessionstate-…`.
    pub state: &'static str,
    /// The line that stands for this one, and the one this stands for.
    pub corrected_by: Option<Item>,
    pub corrects: Option<Item>,
    /// This reader may write one that stands for it.
    pub may_correct: bool,
    /// Of the line's site.
    pub zone: ZoneName,
}

/// The logbook.
#[derive(Template)]
#[template(path = "page/logbook.html")]
pub struct Logbook {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<Line>,
    pub may: bool,
    pub theirs: bool,
}

/// Writing a line.
#[derive(Template)]
#[template(path = "page/logbook_new.html")]
pub struct NewLine {
    pub ui: Ui,
    /// Who is here now, and lines like the last ones: forms with all but the text filled in.
    pub quick: Vec<Item>,
    pub systems: Vec<Choice>,
    pub people: Vec<Choice>,
    pub ways: Vec<Choice>,
    pub attendants: Vec<Choice>,
    /// The line that is to be corrected, as it stands.
    pub corrects: Option<Line>,
    pub form: Form,
}
