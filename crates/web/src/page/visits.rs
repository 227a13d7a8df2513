//! *Visits*: who comes, with what, who is beside them, how systems were found and left.

use askama::Template;
use plantgate_domain::base::{Instant, Window};

use crate::view::{Choice, Form, Item, List, Ui};

/// One visit in the list.
#[derive(Clone, PartialEq, Debug)]
pub struct VisitRow {
    pub item: Item,
    pub provider: Item,
    pub site: String,
    /// Word of `visit-…`.
    pub state: &'static str,
    pub arrived: Option<Instant>,
    pub left: Option<Instant>,
    pub planned: Option<Window>,
    /// The arrival was entered late.
    pub late: bool,
    /// Who is called, while they are here: word of `presence-…`.
    pub presence: &'static str,
    pub people: usize,
    pub systems: String,
    /// Of the visit's site.
    pub zone: plantgate_domain::base::ZoneName,
}

/// Visits.
#[derive(Template)]
#[template(path = "page/visits.html")]
pub struct Visits {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<VisitRow>,
    pub may: bool,
    /// A provider's own people read it.
    pub theirs: bool,
}

/// Coming or going, as it was said.
#[derive(Clone, PartialEq, Debug)]
pub struct Said {
    pub at: Instant,
    pub recorded: Instant,
    pub late: bool,
    pub by: String,
    /// It stands; others were corrected.
    pub stands: bool,
}

/// Who comes with them.
#[derive(Clone, PartialEq, Debug)]
pub struct Who {
    pub item: Item,
    /// What is to be known about them.
    pub note: String,
}

/// A device they bring.
#[derive(Clone, PartialEq, Debug)]
pub struct DeviceRow {
    pub n: usize,
    /// Word of `devicekind-…`.
    pub kind: &'static str,
    pub label: String,
    /// Word of `admission-…`.
    pub admission: &'static str,
    /// The decision with its reason, in a sentence.
    pub says: String,
    /// Checks before the last one.
    pub before: Vec<String>,
    pub connected: Vec<String>,
}

/// What was written down about a system.
#[derive(Clone, PartialEq, Debug)]
pub struct StateRow {
    pub said: Said,
    pub text: String,
    pub file: Option<Item>,
}

/// A system of the visit.
#[derive(Clone, PartialEq, Debug)]
pub struct SystemRow {
    pub reference: String,
    pub item: Item,
    pub found: Vec<StateRow>,
    pub left: Vec<StateRow>,
}

/// Who is beside them now.
#[derive(Clone, PartialEq, Debug)]
pub struct Presence {
    /// Word of `presence-…`.
    pub word: &'static str,
    pub says: String,
    pub due: Option<Instant>,
}

/// How its record was closed.
#[derive(Clone, PartialEq, Debug)]
pub struct Closing {
    pub said: Said,
    pub reason: String,
}

/// The page of a visit.
#[derive(Template)]
#[template(path = "page/visit.html")]
pub struct VisitPage {
    pub ui: Ui,
    pub reference: String,
    /// Word of `visit-…`.
    pub state: &'static str,
    pub provider: Item,
    pub site: String,
    pub engagement: Option<Item>,
    pub planned: Option<Window>,
    pub purpose: String,
    pub arrived: Vec<Said>,
    pub left: Vec<Said>,
    pub people: Vec<Who>,
    pub attendant: Option<String>,
    pub deputy: Option<String>,
    pub presence: Option<Presence>,
    pub devices: Vec<DeviceRow>,
    pub systems: Vec<SystemRow>,
    /// What its record lacks, in words.
    pub missing: Vec<String>,
    pub closing: Option<Closing>,
    /// Lines of the logbook that belong to it.
    pub lines: Vec<Item>,
    /// More may be written into it, by this reader.
    pub may: bool,
    pub theirs: bool,
    pub form: Form,
}

/// Writing down a visit: first who comes, then the rest.
#[derive(Template)]
#[template(path = "page/visit_new.html")]
pub struct NewVisit {
    pub ui: Ui,
    pub site: String,
    /// Providers to choose from, while none is chosen.
    pub providers: Vec<Item>,
    /// The chosen one.
    pub provider: Option<Item>,
    pub reference: String,
    pub people: Vec<Choice>,
    pub systems: Vec<Choice>,
    pub engagements: Vec<Choice>,
    pub attendants: Vec<Choice>,
    pub form: Form,
}

/// How a system was found or left, with a file.
#[derive(Template)]
#[template(path = "page/visit_state.html")]
pub struct NewState {
    pub ui: Ui,
    pub visit: String,
    pub systems: Vec<Choice>,
    pub limit: String,
    pub form: Form,
}
