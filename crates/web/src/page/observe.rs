//! *Observe before enforce*: what checks would have refused, and whom a stricter one would touch before anybody says
//! it.

use askama::Template;
use plantgate_domain::base::{Instant, Window};
use plantgate_wire::words::Rich;

use crate::view::{Item, List, Ui};

/// A check at a site with how many requests it would have refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WouldCount {
    /// Key of the check, `check-…`.
    pub key: String,
    pub rule: String,
    pub site: String,
    /// Word of `mode-…`: how it holds there now.
    pub mode: &'static str,
    pub would: u64,
    pub of: u64,
    /// The requests behind the number.
    pub href: String,
}

/// A request that would have been refused.
#[derive(Clone, PartialEq, Debug)]
pub struct WouldRow {
    pub seq: u64,
    pub item: Item,
    pub at: Instant,
    pub site: String,
    pub provider: Item,
    pub person: Item,
    pub system: String,
    /// Word of `request-…`.
    pub state: &'static str,
    /// Key, rule and the mode that let it pass.
    pub checks: Vec<(String, String, &'static str)>,
}

/// What would have been refused in the last 30 days.
#[derive(Template)]
#[template(path = "page/would_refuse.html")]
pub struct WouldRefuse {
    pub ui: Ui,
    pub since: Instant,
    pub counts: Vec<WouldCount>,
    pub list: List,
    pub rows: Vec<WouldRow>,
    /// Only the newest decisions were looked at, so many.
    pub cut: Option<usize>,
}

/// Something open that a change of mode would touch.
#[derive(Clone, PartialEq, Debug)]
pub struct TouchedRow {
    pub item: Item,
    /// Word of `kind-…`: access-request or grant.
    pub kind: &'static str,
    pub provider: Item,
    pub person: Item,
    pub window: Window,
    /// Its window begins only after the change.
    pub coming: bool,
    /// Word of `turn-…`.
    pub turn: &'static str,
    pub why: Vec<Rich>,
}

/// How many there are of each, said before the rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TouchedCounts {
    pub providers: usize,
    pub people: usize,
    pub requests: usize,
    pub grants: usize,
    pub coming: usize,
    /// Judged and not touched.
    pub judged: u64,
    pub running: u64,
}

/// Whom a mode would touch, before it is approved.
#[derive(Template)]
#[template(path = "page/modes_look.html")]
pub struct ModesLook {
    pub ui: Ui,
    pub site: String,
    pub site_name: String,
    pub mode: &'static str,
    pub from: Instant,
    /// Keys of the checks.
    pub checks: Vec<String>,
    pub counts: TouchedCounts,
    pub rows: Vec<TouchedRow>,
    /// More is open than was judged.
    pub cut: bool,
    /// Providers whose requests of the last 30 days these checks would have refused, with how many and where they are.
    pub past: Vec<(Item, u64)>,
    pub past_href: String,
    /// What the form carries: the form as it was filled in.
    pub hidden: Vec<(String, String)>,
}
