//! Grants: who may come in, how long still, and the end of it.

use askama::Template;
use plantgate_domain::base::{Environment, Instant, Window};
use plantgate_wire::words::Rich;

use crate::view::{Choice, Form, Item, List, LogLine, Ui};

/// One grant in the list.
#[derive(Clone, PartialEq, Debug)]
pub struct GrantRow {
    pub item: Item,
    pub person: String,
    pub provider: Item,
    pub system: String,
    pub env: Environment,
    pub role: &'static str,
    pub window: Window,
    /// Word of `grant-…`: scheduled, open, ending, ended, revoked.
    pub state: &'static str,
}

/// Grants.
#[derive(Template)]
#[template(path = "page/grants.html")]
pub struct Grants {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<GrantRow>,
}

/// A session under the grant.
#[derive(Clone, PartialEq, Debug)]
pub struct SessionLine {
    pub item: Item,
    pub from: Instant,
    pub until: Option<Instant>,
    /// What saw it, for instance *gateway GW-B41*, *typed in by A. Keller*.
    pub source: String,
}

/// A shift of a grant for repeated work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShiftLine {
    pub number: u32,
    pub window: Window,
    /// Word of `shiftstate-…`: comes, waits, confirmed, open, over, unconfirmed.
    pub state: &'static str,
    /// Who confirmed it, in which function and when.
    pub by: Option<String>,
}

/// Repeated shifts; none where it was given once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shifts {
    pub lines: Vec<ShiftLine>,
    /// The shift that this reader can confirm now.
    pub confirm: Option<(u32, Window)>,
}

/// The page of a grant.
#[derive(Template)]
#[template(path = "page/grant.html")]
pub struct GrantPage {
    pub ui: Ui,
    pub reference: String,
    pub person: String,
    pub provider: Item,
    pub system: Item,
    pub env: Environment,
    pub roles: Vec<&'static str>,
    pub pattern: &'static str,
    /// Of repeated shifts the one that runs or is next.
    pub window: Window,
    pub shifts: Shifts,
    /// Word of `grant-…`.
    pub state: &'static str,
    /// safe-end or hard.
    pub end_mode: &'static str,
    pub attendant: Option<String>,
    /// A code opened it while its gateway was cut off, and who read it out is on paper.
    pub by_code: bool,
    pub approved: Vec<(String, Instant)>,
    /// By which yes beforehand nobody was asked.
    pub beforehand: Option<Rich>,
    /// Steps before work begins: the measure, and by whom and when it was taken.
    pub steps: Vec<(String, Option<Rich>)>,
    pub request: Item,
    pub change: Option<Item>,
    pub sessions: Vec<SessionLine>,
    pub next: Rich,
    pub log: Vec<LogLine>,
    pub may_revoke: bool,
    /// It is over, and a disconnect still reaches who may be inside by a certificate of it.
    pub may_cut: bool,
    pub may_extend: bool,
    /// An emergency that nobody has reviewed: until when it is due.
    pub review: Option<Instant>,
    /// What it can have been about.
    pub causes: Vec<Choice>,
    /// Who may be beside the person from now on; empty when this reader names nobody.
    pub attendants: Vec<Choice>,
    /// Fields `reason`, `until`, `attendant`, `shift`, `cause`, `finding`.
    pub form: Form,
    /// What revoking does, and what it does not do.
    pub revoke: Vec<Rich>,
    /// Only for its own person, where they may come in by one.
    pub certificates: Option<Certificates>,
}

/// Certificates of its person for a stock sshd.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Certificates {
    /// Their keys, by fingerprint.
    pub keys: Vec<Choice>,
    /// Serial numbers of those that are good, and until when.
    pub good: Vec<(String, Instant)>,
}

impl GrantPage {
    /// Whether its time has come.
    fn running(&self) -> bool {
        matches!(self.state, "open" | "suspended")
    }
    /// A shift runs that nobody of the area confirmed.
    fn unconfirmed(&self) -> bool {
        self.state == "scheduled" && self.window.holds(self.ui.now)
    }
    fn over(&self) -> bool {
        matches!(self.state, "ended" | "revoked")
    }
}
