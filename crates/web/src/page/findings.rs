//! *Findings*: against a provider or ourselves; who confirmed it, who owes the action, who verified it.

use askama::Template;
use plantgate_domain::base::{Day, Instant};
use plantgate_wire::words::Rich;

use crate::view::{Choice, Form, Item, List, LogLine, Ui};

/// One finding in the list.
#[derive(Clone, PartialEq, Debug)]
pub struct FindingRow {
    pub item: Item,
    pub title: String,
    /// Word of `party-…`.
    pub party: &'static str,
    pub provider: Option<Item>,
    /// Word of `severity-…`.
    pub severity: &'static str,
    /// Word of `finding-…`: proposed, disputed, confirmed, answered, dismissed, closed.
    pub state: &'static str,
    pub due: Option<Day>,
    pub late: i64,
}

/// Findings.
#[derive(Template)]
#[template(path = "page/findings.html")]
pub struct Findings {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<FindingRow>,
    pub may_raise: bool,
}

/// The page of a finding.
#[derive(Template)]
#[template(path = "page/finding.html")]
pub struct FindingPage {
    pub ui: Ui,
    pub reference: String,
    pub title: String,
    pub text: String,
    pub party: &'static str,
    pub provider: Option<Item>,
    pub engagement: Option<Item>,
    pub site: String,
    pub severity: &'static str,
    pub state: &'static str,
    pub found: Instant,
    pub by: String,
    pub action: String,
    pub due: Option<Day>,
    pub late: i64,
    pub answer: Option<(String, Instant, String)>,
    /// What it touches: standing, sessions, systems.
    pub effect: Rich,
    pub next: Rich,
    pub log: Vec<LogLine>,
    /// confirm, dismiss, verify, return: what this person may do now.
    pub acts: Vec<FindingAct>,
    /// What confirming and planning ask for.
    pub parties: Vec<Choice>,
    pub severities: Vec<Choice>,
    /// Fields `reason`, `party`, `severity`, `due`.
    pub form: Form,
}

/// An act on a finding with what it does.
#[derive(Clone, PartialEq, Debug)]
pub struct FindingAct {
    /// Path after `/findings/F-…/` and word of `finding-act-…`.
    pub word: &'static str,
    pub consequence: Rich,
    pub main: bool,
}

impl FindingPage {
    /// Whether a step is open.
    pub fn open(&self, word: &str) -> bool {
        self.acts.iter().any(|a| a.word == word)
    }
}

/// The form that proposes a finding.
#[derive(Template)]
#[template(path = "page/finding_new.html")]
pub struct RaiseFinding {
    pub ui: Ui,
    /// Fields `kind`, `severity`, `engagement`, `instance`, `site`, `provider`, `text`, `shared`.
    pub form: Form,
    pub kinds: Vec<Choice>,
    pub severities: Vec<Choice>,
}
