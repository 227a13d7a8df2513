//! An engagement: what may be done where, what its tier rests on, what it obliges to, what still holds it shut.

use askama::Template;
use plantgate_domain::base::{Day, Environment, Grade, Level, Tier};
use plantgate_wire::words::Rich;

use crate::view::{Form, Item, Ui};

/// A system in scope.
#[derive(Clone, PartialEq, Debug)]
pub struct InScope {
    pub system: Item,
    pub name: String,
    pub env: Environment,
    pub zone: String,
}

/// A fact a tier or a gate rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    /// Message `fact-…` of its name.
    pub key: String,
    /// `None`: not known, judged as the worse.
    pub holds: Option<bool>,
    /// Who said it, when; or who should.
    pub source: String,
}

/// An obligation with why it is owed.
#[derive(Clone, PartialEq, Debug)]
pub struct Owed {
    pub reference: String,
    pub title: String,
    /// Word of `every-…`: monthly, quarterly, half-yearly, yearly, 18-months, once, at-event.
    pub every: &'static str,
    pub why: Rich,
    pub grade: Grade,
    pub due: Option<Day>,
}

/// A gate of activation.
#[derive(Clone, PartialEq, Debug)]
pub struct Gate {
    /// Message `gate-…`.
    pub key: String,
    /// Word of `checkstate-…`.
    pub state: &'static str,
    pub text: Rich,
    pub rule: String,
}

/// A clause of the contract.
#[derive(Clone, PartialEq, Debug)]
pub struct Clause {
    /// Agreement and number, for instance `MSA-0071 §6.2`.
    pub number: String,
    pub text: String,
    pub testable: bool,
    pub binding: bool,
}

/// The page of an engagement.
#[derive(Template)]
#[template(path = "page/engagement.html")]
pub struct EngagementPage {
    pub ui: Ui,
    pub reference: String,
    pub name: String,
    pub provider: Item,
    pub site: String,
    pub level: Level,
    /// Word of `engagement-…`.
    pub state: &'static str,
    pub from: Day,
    pub until: Day,
    pub tier: Option<Tier>,
    pub provisional: bool,
    pub facts: Vec<Fact>,
    pub next: Rich,
    pub systems: Vec<InScope>,
    pub conduits: Vec<String>,
    pub roles: Vec<&'static str>,
    pub patterns: Vec<&'static str>,
    pub owed: Vec<Owed>,
    pub gates: Vec<Gate>,
    pub clauses: Vec<Clause>,
    pub may_change_tier: bool,
    /// Every gate is open and this person may activate.
    pub may_activate: bool,
}

/// What a changed fact would do, before it is saved.
#[derive(Template)]
#[template(path = "page/tier_change.html")]
pub struct TierChange {
    pub ui: Ui,
    pub reference: String,
    pub name: String,
    /// Fields `fact-…` with yes, no, unknown; `reason`.
    pub form: Form,
    /// Keys of the facts that can be stated.
    pub facts: Vec<String>,
    pub before: Option<Tier>,
    pub after: Option<Tier>,
    pub added: Vec<Owed>,
    pub removed: Vec<Owed>,
    /// What else changes, in words: caps, notice, requests and grants that end.
    pub effects: Vec<Rich>,
    /// A second person must agree.
    pub second: bool,
}
impl TierChange {
    /// Whether nothing would change.
    pub fn same(&self) -> bool {
        self.before == self.after && self.added.is_empty() && self.removed.is_empty()
    }
}
