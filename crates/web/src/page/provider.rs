//! The provider file: where they stand, why, what brings them back, and the tabs behind it.

use askama::Template;
use plantgate_domain::base::{Day, Grade, Instant, Level, Tier};
use plantgate_wire::words::Rich;

use crate::view::{Bar, Counts, Item, List, LogLine, Steps, Tab, Ui, Why};

/// What stands above every tab.
#[derive(Clone, PartialEq, Debug)]
pub struct Head {
    pub reference: String,
    pub name: String,
    /// The site this file is read for.
    pub site: String,
    pub level: Level,
    pub exiting: bool,
    /// Standing at the other sites.
    pub elsewhere: Vec<(Level, String)>,
    pub tier: Option<Tier>,
    /// What the tier rests on, in words.
    pub tier_why: String,
    /// Word of `order-…`: yes, conditions, no.
    pub may_order: &'static str,
    pub qualified: Option<Day>,
    pub contract: Option<Item>,
    pub contract_ends: Option<Day>,
    /// What is needed next and from whom; empty means nothing is waited for.
    pub next: Rich,
    pub tabs: Vec<Tab>,
}

/// Our own open duty; never counts against them.
#[derive(Clone, PartialEq, Debug)]
pub struct OurDuty {
    pub text: Rich,
    pub owner: String,
}

/// What we expect of them, in numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Expected {
    pub binding: u32,
    pub asked: u32,
    pub testable: u32,
    pub read: Option<Day>,
}

/// What we saw in 90 days.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Observed {
    /// `None`: no source tells.
    pub sessions: Option<u32>,
    pub overruns: u32,
    /// Sessions with a change reference, of all.
    pub referenced: Option<u32>,
}

/// One engagement in a list.
#[derive(Clone, PartialEq, Debug)]
pub struct EngagementRow {
    pub item: Item,
    pub name: String,
    pub level: Level,
    pub tier: Option<Tier>,
    pub site: String,
    pub from: Day,
    pub until: Day,
    /// Word of `engagement-…`: draft, active, lapsed, ended.
    pub state: &'static str,
}

/// Tab *Overview*.
#[derive(Template)]
#[template(path = "page/provider.html")]
pub struct Overview {
    pub ui: Ui,
    pub head: Head,
    pub why: Why,
    pub expected: Expected,
    pub shown: Counts,
    pub observed: Observed,
    pub areas: Vec<Bar>,
    pub steps: Steps,
    pub turns: Vec<LogLine>,
    pub ours: Vec<OurDuty>,
    /// Named, active, unused for 90 days.
    pub people: (u32, u32, u32),
    pub contacts: Vec<String>,
    pub engagements: Vec<EngagementRow>,
    /// What the answer to *may we order?* waits for.
    pub order: Vec<OrderStep>,
}

/// An open step before an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderStep {
    pub text: String,
    /// Who takes it.
    pub who: String,
    pub due: Option<Day>,
    /// Alone makes the answer a no.
    pub refuses: bool,
}

/// One person of the provider.
#[derive(Clone, PartialEq, Debug)]
pub struct PersonRow {
    pub name: String,
    pub work: String,
    /// Word of `person-…`: invited, active, suspended, left.
    pub state: &'static str,
    pub identity: Option<Day>,
    pub mfa: bool,
    pub training: Option<Day>,
    pub last_used: Option<Day>,
    pub contact: bool,
}

/// Tab *People*.
#[derive(Template)]
#[template(path = "page/provider_people.html")]
pub struct People {
    pub ui: Ui,
    pub head: Head,
    pub list: List,
    pub rows: Vec<PersonRow>,
    /// Contacts that were asked to confirm the list, newest first.
    pub asks: Vec<super::people_ask::AskRow>,
    pub may_ask: bool,
}

/// Tab *Engagements*.
#[derive(Template)]
#[template(path = "page/provider_engagements.html")]
pub struct Engagements {
    pub ui: Ui,
    pub head: Head,
    pub rows: Vec<EngagementRow>,
}

/// One requirement or obligation with its proof.
#[derive(Clone, PartialEq, Debug)]
pub struct ProofRow {
    /// `SP.09.02` or the obligation's reference.
    pub requirement: String,
    pub title: String,
    /// What they say and do (`None`: never asked), and the lower of both.
    pub says: Option<Grade>,
    pub does: Option<Grade>,
    pub grade: Grade,
    pub item: Option<Item>,
    pub due: Option<Day>,
    pub until: Option<Day>,
    /// Days past due, 0 when not late.
    pub late: i64,
    pub voluntary: bool,
}

/// Tab *Evidence*.
#[derive(Template)]
#[template(path = "page/provider_evidence.html")]
pub struct Evidence {
    pub ui: Ui,
    pub head: Head,
    pub list: List,
    pub rows: Vec<ProofRow>,
}

/// One request, grant or session of the provider.
#[derive(Clone, PartialEq, Debug)]
pub struct EntryRow {
    pub item: Item,
    pub person: String,
    pub system: String,
    pub role: &'static str,
    pub at: Instant,
    /// Word of `request-…` or `grant-…`.
    pub family: &'static str,
    pub state: &'static str,
}

/// Tab *Access*.
#[derive(Template)]
#[template(path = "page/provider_access.html")]
pub struct Access {
    pub ui: Ui,
    pub head: Head,
    pub list: List,
    pub rows: Vec<EntryRow>,
}

/// Tab *History*.
#[derive(Template)]
#[template(path = "page/provider_history.html")]
pub struct History {
    pub ui: Ui,
    pub head: Head,
    pub list: List,
    pub rows: Vec<super::history::Change>,
}
