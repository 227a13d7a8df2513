//! The provider's side of the gate: what we owe, my access, upload. Nothing else, and nobody else's.

use askama::Template;
use plantgate_domain::base::{Day, Environment, Instant, Level, Window};
use plantgate_wire::words::Rich;

use super::findings::FindingRow;
use crate::view::{Form, Item, List, Task, Ui};

/// *What we owe*.
#[derive(Template)]
#[template(path = "page/owe.html")]
pub struct Owe {
    pub ui: Ui,
    pub provider: String,
    pub standings: Vec<(Level, String)>,
    /// What brings them back; empty when all is well.
    pub back: Rich,
    pub late: Vec<Task>,
    pub soon: Vec<Task>,
    /// With the owner: nothing to do.
    pub waiting: Vec<Task>,
    /// In the last 90 days.
    pub accepted: u32,
}

/// *Findings* that are shown to them.
#[derive(Template)]
#[template(path = "page/our_findings.html")]
pub struct OurFindings {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<FindingRow>,
}

/// One of them.
#[derive(Template)]
#[template(path = "page/our_finding.html")]
pub struct OurFinding {
    pub ui: Ui,
    pub row: FindingRow,
    pub text: String,
    pub site: String,
    pub found: Instant,
    /// What was agreed.
    pub action: Option<String>,
    /// What they said to it so far.
    pub said: Vec<String>,
    /// Whether it counts in their standing.
    pub counts: bool,
    /// Forms that this person can fill in now.
    pub acts: Vec<Item>,
}

/// One of their people.
#[derive(Clone, PartialEq, Debug)]
pub struct OurPerson {
    pub name: String,
    /// The form that tells about them.
    pub tell: String,
    /// In words.
    pub roles: Vec<String>,
    /// Word of `person-…`.
    pub state: &'static str,
    pub notices: Vec<String>,
}

/// *Our people*.
#[derive(Template)]
#[template(path = "page/our_people.html")]
pub struct OurPeople {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<OurPerson>,
    /// Whether this person may tell who came and left.
    pub may: bool,
}

/// A window of mine.
#[derive(Clone, PartialEq, Debug)]
pub struct MyWindow {
    pub item: Item,
    pub system: String,
    pub system_name: String,
    pub env: Environment,
    pub roles: Vec<&'static str>,
    pub window: Window,
    /// Word of `grant-…`.
    pub state: &'static str,
    pub attendant: Option<String>,
    /// Where to connect, in words.
    pub way: String,
}

/// A request of mine.
#[derive(Clone, PartialEq, Debug)]
pub struct MyRequest {
    pub item: Item,
    pub reference: String,
    pub system: String,
    pub window: Option<Window>,
    /// Word of `request-…`.
    pub state: &'static str,
}

/// *My access*.
#[derive(Template)]
#[template(path = "page/my_access.html")]
pub struct MyAccess {
    pub ui: Ui,
    pub windows: Vec<MyWindow>,
    pub requests: Vec<MyRequest>,
    /// What this person lacks before they may come in, in words.
    pub lacking: Vec<Rich>,
    /// Whether this person asks for access at all: engineers do, contacts do not.
    pub may_request: bool,
}

/// Hand in one item.
#[derive(Template)]
#[template(path = "page/upload.html")]
pub struct Upload {
    pub ui: Ui,
    pub reference: String,
    pub title: String,
    pub asked: Rich,
    pub due: Option<Day>,
    pub late: i64,
    /// When somebody of theirs said that they saw it, and whether this person may say so now.
    pub seen: Option<Instant>,
    pub may_see: bool,
    /// What the file must show, in words, and whether it is a must.
    pub needs: Vec<(Rich, bool)>,
    /// What was handed in before and returned, with why.
    pub returned: Option<Rich>,
    /// Fields `file`, `from`, `until`.
    pub form: Form,
    /// What happens to standing when it is accepted.
    pub means: Rich,
    /// Most bytes, in words.
    pub limit: String,
}
