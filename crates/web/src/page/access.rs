//! *Access*: ask, be answered with every reason, decide. The refusal is a page that offers ways, not an error.

use askama::Template;
use plantgate_domain::{
    base::{Environment, Instant, Tier, Window},
    permit::repeat::OFFERED_DAYS,
};
use plantgate_wire::words::Rich;

use super::sign::Signature;
use crate::view::{Act, Checks, Choice, Form, Item, List, LogLine, Ui};

/// One request in the list.
#[derive(Clone, PartialEq, Debug)]
pub struct RequestRow {
    pub item: Item,
    pub person: String,
    pub provider: Item,
    pub system: String,
    pub env: Environment,
    pub role: &'static str,
    pub purpose: &'static str,
    pub window: Option<Window>,
    /// Word of `request-…`: requested, awaiting-approval, approved, refused, denied, lapsed, withdrawn.
    pub state: &'static str,
    /// Who is asked, or who decided.
    pub with: String,
}

/// Requests.
#[derive(Template)]
#[template(path = "page/requests.html")]
pub struct Requests {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<RequestRow>,
    pub may_request: bool,
}

/// The form with its live checks; without script *Check* renders them again.
#[derive(Template)]
#[template(path = "page/request_form.html")]
pub struct RequestForm {
    pub ui: Ui,
    /// Fields `engagement`, `person`, `system`, `purpose`, `role` (several), `pattern`, `window` (fixed, on-approval,
    /// shifts), `from`, `until`, `length`, `latest`, `shifts_from`, `shifts_until`, `hours_from`, `hours_until`,
    /// `reference`, `note`, `attendant`.
    pub form: Form,
    pub engagements: Vec<Choice>,
    /// Empty when people ask for themselves.
    pub people: Vec<Choice>,
    pub systems: Vec<Choice>,
    pub purposes: Vec<&'static str>,
    pub roles: Vec<&'static str>,
    pub patterns: Vec<&'static str>,
    /// Attendants on shift in the window; empty when none is needed.
    pub attendants: Vec<Choice>,
    /// What was understood, in words: the window with its zone.
    pub understood: Option<String>,
    /// Requests of their own that may be asked for again, where none is.
    pub offers: Vec<Item>,
    /// The request that it repeats.
    pub repeats: Option<Item>,
    /// What is not as it was when that one was asked for.
    pub lost: Vec<Rich>,
    pub checks: Checks,
}

impl RequestForm {
    /// Days for which what was approved is offered again.
    fn offered_days(&self) -> i64 {
        OFFERED_DAYS
    }
}

/// The checks alone, for the script that refreshes them while typing.
#[derive(Template)]
#[template(path = "page/checks_fragment.html")]
pub struct ChecksFragment {
    pub ui: Ui,
    pub checks: Checks,
}

/// What a request says of the one it repeats.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Same {
    pub text: String,
    /// Each thing that differs, with what it was and what it is.
    pub differs: Vec<String>,
    /// The one it repeats, where the reader sees it.
    pub earlier: Option<Item>,
}

/// A button that asks again with everything typed.
#[derive(Clone, PartialEq, Debug)]
pub struct Repeat {
    /// Path it posts to.
    pub action: String,
    /// Hidden fields.
    pub fields: Vec<(String, String)>,
}

/// The page of a request, whatever became of it.
#[derive(Template)]
#[template(path = "page/request.html")]
pub struct RequestPage {
    pub ui: Ui,
    pub reference: String,
    pub system: Item,
    pub system_name: String,
    pub env: Environment,
    /// Word of `request-…`.
    pub state: &'static str,
    pub person: String,
    pub provider: Item,
    pub asked: Instant,
    pub window: Option<Window>,
    /// Repeated shifts in one line.
    pub shifts: Option<String>,
    pub purpose: &'static str,
    pub roles: Vec<&'static str>,
    pub pattern: &'static str,
    pub change: Option<Item>,
    pub note: String,
    /// Who decided and when; `None` while it waits.
    pub decided: Option<(Instant, String)>,
    pub next: Rich,
    /// Why not, in sentences.
    pub ways_shut: Vec<(Rich, Rich, String)>,
    /// Ask with an attendant: the first way that is open.
    pub attended: Option<(String, Repeat)>,
    /// Other ways: remove the cause, emergency.
    pub others: Vec<Act>,
    pub checks: Checks,
    /// Who must still say yes.
    pub approvals: Vec<(String, &'static str)>,
    pub signatures: Vec<Signature>,
    pub grant: Option<Item>,
    pub log: Vec<LogLine>,
    /// By which yes beforehand nobody was asked.
    pub beforehand: Option<Rich>,
    /// The request it repeats, and how it differs.
    pub repeats: Option<Same>,
    /// For its own person: `request-same` or `request-change`, and the form filled as this one was.
    pub repeat: Option<(&'static str, String)>,
    pub may_decide: bool,
    pub may_withdraw: bool,
}
impl RequestPage {
    /// Refused by rule or denied by a person.
    fn shut(&self) -> bool {
        matches!(self.state, "refused" | "denied")
    }
}

/// Approve or deny: the act first shows what it does.
#[derive(Template)]
#[template(path = "page/decide.html")]
pub struct Decide {
    pub ui: Ui,
    pub reference: String,
    pub person: String,
    pub provider: Item,
    pub system: String,
    pub env: Environment,
    pub tier: Option<Tier>,
    pub window: Option<Window>,
    /// Repeated shifts in one line.
    pub shifts: Option<String>,
    pub roles: Vec<&'static str>,
    pub change: Option<Item>,
    /// The request it repeats, and how it differs.
    pub repeats: Option<Same>,
    /// approve or deny.
    pub act: &'static str,
    pub consequences: Vec<Rich>,
    /// Why this person may, or may not.
    pub power: Rich,
    /// Fields `reason`, `attendant`.
    pub form: Form,
    pub attendants: Vec<Choice>,
    pub checks: Checks,
}
