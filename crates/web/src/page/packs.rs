//! *Audit packs*: those that were made, the form for a new one with what would be in it, and one that is being made.

use askama::Template;
use plantgate_domain::base::Instant;

use crate::view::{Choice, Form, Ui};

/// A pack that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackLine {
    pub entry: u64,
    pub at: Instant,
    pub who: String,
    pub about: Vec<String>,
    /// Selection or range, at which head.
    pub covers: String,
    pub counts: String,
    pub sha256: String,
    /// Its beginning.
    pub short: String,
    pub reason: String,
}

/// A pack that is being made, or whose making was interrupted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderLine {
    pub href: String,
    pub begun: Instant,
    /// `running` or `interrupted`.
    pub state: &'static str,
    pub step: &'static str,
    /// How far its step is, in words.
    pub count: Option<String>,
}

/// How far a step is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counting {
    pub words: String,
    pub done: u64,
    pub total: u64,
}

/// What is said of a pack whose making was interrupted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interrupted {
    pub begun: Instant,
    /// The step it was at.
    pub step: &'static str,
    /// Its entry, where it was recorded before.
    pub recorded: Option<u64>,
}

/// Whether this person may make packs, and who else can.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Makers {
    pub may: bool,
    pub roles: String,
    pub people: Vec<String>,
}

/// The list.
#[derive(Template)]
#[template(path = "page/packs.html")]
pub struct Packs {
    pub ui: Ui,
    /// What the reader ordered and what is not made yet.
    pub orders: Vec<OrderLine>,
    pub rows: Vec<PackLine>,
    /// How many there are beyond these.
    pub more: usize,
    pub makers: Makers,
}

/// What would be in a pack, and what stays out, each a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outline {
    pub inside: Vec<String>,
    pub outside: Vec<String>,
    /// The form as it was filled, to be sent once more.
    pub filled: Vec<(String, String)>,
}

/// The form for a new one.
#[derive(Template)]
#[template(path = "page/pack_new.html")]
pub struct PackNew {
    pub ui: Ui,
    pub form: Form,
    pub outline: Option<Outline>,
    pub makers: Makers,
    pub providers: Vec<Choice>,
    pub engagements: Vec<Choice>,
    pub sites: Vec<Choice>,
    pub disclose: Vec<Choice>,
    pub languages: Vec<Choice>,
}

/// One that was made.
#[derive(Template)]
#[template(path = "page/pack_made.html")]
pub struct PackMadePage {
    pub ui: Ui,
    pub row: PackLine,
    pub form: Form,
    pub makers: Makers,
    /// Where its file waits for the person who made it.
    pub file: Option<String>,
    /// Whether its entry says enough to make it again.
    pub again: bool,
    pub history: String,
}

/// One that is being made.
#[derive(Template)]
#[template(path = "page/pack_making.html")]
pub struct PackMaking {
    pub ui: Ui,
    pub id: String,
    /// Steps, each with its word and whether it is done or under way.
    pub steps: Vec<(&'static str, &'static str)>,
    pub running: bool,
    /// Whether it is not this server that is at it.
    pub elsewhere: bool,
    /// How far the step under way is.
    pub count: Option<Counting>,
    /// What came in the way.
    pub stopped: Option<String>,
    pub cancelled: bool,
    pub interrupted: Option<Interrupted>,
}
