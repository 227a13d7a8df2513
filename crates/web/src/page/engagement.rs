//! An engagement: what may be done where, what its tier rests on, what it obliges to, what still holds it shut.

use askama::Template;
use plantgate_domain::base::{Day, Environment, Grade, Instant, Level, Tier};
use plantgate_wire::words::Rich;

use crate::view::{Choice, Form, Item, Ui};

/// A system in scope.
#[derive(Clone, PartialEq, Debug)]
pub struct InScope {
    pub system: Item,
    pub name: String,
    /// `None`: nobody said which environment it is.
    pub env: Option<Environment>,
    pub zone: String,
    pub site: String,
    pub roles: Vec<&'static str>,
    pub conduits: Vec<String>,
    /// First and last day where narrower than the engagement.
    pub days: (Option<Day>, Option<Day>),
    /// Word of `scope-…`: proposed, approved, ended.
    pub state: &'static str,
    /// Who proposed it.
    pub by: String,
    pub may_approve: bool,
    pub may_end: bool,
}

/// One site: standing, tier and what the tier rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct AtSite {
    pub site: String,
    /// As forms name it.
    pub reference: String,
    pub level: Level,
    pub tier: Option<Tier>,
    pub provisional: bool,
    /// Facts, in the words of the rules.
    pub because: Vec<Rich>,
    pub since: Option<Instant>,
    /// New obligations do not count before this.
    pub transition: Option<Instant>,
    /// People set another tier than the facts give.
    pub overridden: bool,
    pub may_state: bool,
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

/// Work that is approved before anybody asks.
#[derive(Clone, PartialEq, Debug)]
pub struct Beforehand {
    pub number: u32,
    pub system: Item,
    /// Rights, way in and longest window.
    pub what: String,
    /// Days, hours with their zone, and the last day.
    pub when: String,
    /// Word of `beforehand-…`: stands, waits, or why it has no effect.
    pub state: &'static str,
    /// Whose yes is missing.
    pub waits: Rich,
    pub by: Vec<String>,
    pub may_agree: bool,
    pub may_withdraw: bool,
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

/// What this person may do here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct May {
    pub attest: bool,
    pub activate: bool,
    pub keep: bool,
    pub propose: bool,
    pub send: bool,
    /// Approve work beforehand.
    pub approve: bool,
}

/// The page of an engagement.
#[derive(Template)]
#[template(path = "page/engagement.html")]
pub struct EngagementPage {
    pub ui: Ui,
    pub reference: String,
    pub version: u64,
    pub name: String,
    pub provider: Item,
    pub agreement: Option<Item>,
    pub owner: Option<String>,
    /// Word of `activation-…`: waiting, in-use, active, suspended, ended.
    pub state: &'static str,
    pub from: Day,
    pub until: Day,
    /// It goes on as it ran before the programme until this instant.
    pub in_use: Option<Instant>,
    /// Words of `engkind-…`, `phase-…`, `activity-…`.
    pub kind: &'static str,
    pub phases: Vec<&'static str>,
    pub activities: Vec<&'static str>,
    pub places: Vec<AtSite>,
    pub next: Rich,
    pub scope: Vec<InScope>,
    /// Ways in; `None`: nobody said.
    pub patterns: Option<Vec<&'static str>>,
    pub methods: Vec<&'static str>,
    pub owed: Vec<Owed>,
    pub gates: Vec<Gate>,
    pub clauses: Vec<Clause>,
    pub beforehand: Vec<Beforehand>,
    pub may: May,
    /// People who could sign as the second.
    pub seconds: Vec<Choice>,
    /// Words of `attest-…` and `pattern-…` that forms offer.
    pub attestations: Vec<Choice>,
    pub ways: Vec<&'static str>,
    /// Fields `kind`, `document`, `day`; `pattern`; `second`; `until`.
    pub form: Form,
}

impl EngagementPage {
    /// Whether a gate is still shut.
    pub fn shut(&self) -> bool {
        self.gates.iter().any(|g| g.state != "passed")
    }
}

/// An obligation that would come or go.
#[derive(Clone, PartialEq, Debug)]
pub struct Duty {
    pub title: String,
    /// Word of `every-…`.
    pub every: &'static str,
    pub why: Rich,
}

/// What would stand at a site, before anything is saved.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    pub site: String,
    pub before: Option<Tier>,
    pub after: Option<Tier>,
    /// Facts, in the words of the rules.
    pub because: Vec<Rich>,
    pub added: Vec<Duty>,
    pub removed: Vec<Duty>,
    /// What else there is to know, in words.
    pub effects: Vec<Rich>,
}

impl Change {
    /// Whether nothing would change.
    pub fn same(&self) -> bool {
        self.before == self.after && self.added.is_empty() && self.removed.is_empty()
    }
}

/// A system whose facts can be stated.
#[derive(Clone, PartialEq, Debug)]
pub struct Stated {
    pub system: Item,
    pub name: String,
    /// The names of its fields: `flags-…`, `gxp-…`.
    pub flags: String,
    pub gxp: String,
}

/// Facts a tier rests on, stated; what they would do is shown before they are saved.
#[derive(Template)]
#[template(path = "page/tier_change.html")]
pub struct TierChange {
    pub ui: Ui,
    pub reference: String,
    pub name: String,
    pub site: String,
    pub site_reference: String,
    /// Fields `patterns`, and by system `flags-…`, `gxp-…`.
    pub form: Form,
    /// Words of `pattern-…`, `flag-…`, `gxp-…`.
    pub patterns: Vec<&'static str>,
    pub flags: Vec<&'static str>,
    pub gxps: Vec<&'static str>,
    pub systems: Vec<Stated>,
    /// `None`: nothing was asked yet.
    pub change: Option<Change>,
    /// What was asked, as it is sent when confirmed.
    pub hidden: Vec<(String, String)>,
}

/// The scope, changed: an item proposed, approved or ended.
#[derive(Template)]
#[template(path = "page/scope.html")]
pub struct ScopeChange {
    pub ui: Ui,
    pub reference: String,
    pub name: String,
    /// Word of `scopechange-…` and end of the path that is posted to: propose, approve, end.
    pub deed: &'static str,
    /// The system it is about, once it is known.
    pub system: Option<Item>,
    /// Fields `instance`, `roles`, `conduits`, `from`, `until`.
    pub form: Form,
    pub roles: Vec<&'static str>,
    pub conduits: Vec<Choice>,
    pub change: Option<Change>,
    /// What was asked, as it is sent when confirmed.
    pub hidden: Vec<(String, String)>,
}
