//! *Systems*: the second axis. Who may come in here, by which way, under which limits.

use askama::Template;
use plantgate_domain::base::{Environment, Instant};
use plantgate_wire::words::Rich;

use crate::view::{Item, List, Ui};

/// One instance of a system.
#[derive(Clone, PartialEq, Debug)]
pub struct SystemRow {
    pub item: Item,
    pub name: String,
    /// `None`: nobody said.
    pub env: Option<Environment>,
    pub zone: String,
    pub site: String,
    /// Word of `kind-…` as imported; free text when the catalogue has none.
    pub kind: String,
    pub providers: Vec<Item>,
    /// People inside now; `None`: no source tells.
    pub inside: Option<u32>,
    /// Facts nobody stated yet.
    pub unknown: u32,
}

/// The list.
#[derive(Template)]
#[template(path = "page/systems.html")]
pub struct Systems {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<SystemRow>,
    /// What begins one.
    pub begin: Vec<Item>,
    pub may_import: bool,
    /// Whether this person is offered who could come in.
    pub may_accounts: bool,
}

/// A person who may come in, or is in.
#[derive(Clone, PartialEq, Debug)]
pub struct Visitor {
    pub person: String,
    pub provider: Item,
    pub item: Item,
    pub role: &'static str,
    /// When, in words.
    pub when: String,
    pub inside: bool,
}

/// A fact about the system.
#[derive(Clone, PartialEq, Debug)]
pub struct SystemFact {
    /// Message `fact-…`.
    pub key: String,
    /// `None`: not stated, judged as the worse for new access.
    pub value: Option<String>,
}

/// The page of one instance.
#[derive(Template)]
#[template(path = "page/system.html")]
pub struct SystemPage {
    pub ui: Ui,
    pub reference: String,
    pub name: String,
    /// `None`: nobody said.
    pub env: Option<Environment>,
    pub site: String,
    pub next: Rich,
    pub facts: Vec<SystemFact>,
    pub visitors: Vec<Visitor>,
    pub engagements: Vec<(Item, String)>,
    /// Limitations and their compensation, in words.
    /// What machines saw, the latest of each source.
    pub seen: Vec<SeenRow>,
    pub limits: Vec<Rich>,
    /// The source that would see sessions here; `None` is said.
    pub watched_by: Option<String>,
    /// What may be done to it.
    pub acts: Vec<Item>,
    pub may_request: bool,
}

/// What a machine saw of a system; never what somebody said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenRow {
    /// Word of `sighting-…`.
    pub source: &'static str,
    pub key: String,
    pub seen: Option<Instant>,
    pub recorded: Instant,
    /// Word of `saw-…`, what was seen, and what is said where that differs.
    pub facts: Vec<(&'static str, String, Option<String>)>,
}
