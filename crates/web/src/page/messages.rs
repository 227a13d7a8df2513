//! *Messages*: what happened that concerns this person, and, for administrators, what could not be delivered.

use askama::Template;
use plantgate_domain::base::Instant;

use crate::view::{Form, List, Ui};

/// One message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageRow {
    pub id: String,
    pub title: String,
    pub href: String,
    pub names: String,
    pub why: String,
    pub at: Instant,
    pub urgent: bool,
    pub unread: bool,
}

/// Messages of one person.
#[derive(Template)]
#[template(path = "page/messages.html")]
pub struct Messages {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<MessageRow>,
    pub unread: u64,
    /// How mail reaches this person, in one sentence.
    pub mail: String,
}

/// Something that could not be delivered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadRow {
    pub id: String,
    /// Word of `lane-…`.
    pub lane: String,
    pub title: String,
    /// To whom.
    pub person: String,
    /// Why not, in words.
    pub said: String,
    pub tries: i64,
    pub made: Instant,
    pub dead: Instant,
    /// Number of the entry that caused it; what the clock caused has none.
    pub entry: Option<u64>,
}

/// What waits and what is dead.
#[derive(Template)]
#[template(path = "page/deliveries.html")]
pub struct Deliveries {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<DeadRow>,
    pub waiting: u64,
    pub oldest: Option<Instant>,
    /// Whether this node has a mail server, in one sentence.
    pub mail: String,
    pub may: bool,
}

/// A feed address that stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedRow {
    pub id: String,
    /// Word of `feed-…`.
    pub kind: String,
    pub made: Instant,
}

/// A person's own feed addresses.
#[derive(Template)]
#[template(path = "page/feeds.html")]
pub struct Feeds {
    pub ui: Ui,
    pub rows: Vec<FeedRow>,
    /// What may be made.
    pub kinds: &'static [&'static str],
    /// The address that was just made, shown this once.
    pub made: Option<String>,
    /// No more may be made.
    pub full: bool,
}

/// A webhook that stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HookRow {
    pub id: String,
    pub url: String,
    pub urgent: bool,
    /// Who added it.
    pub by: String,
    pub made: Instant,
}

/// Webhooks of the plant.
#[derive(Template)]
#[template(path = "page/hooks.html")]
pub struct HooksPage {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<HookRow>,
    /// Fields `url`, `urgent`.
    pub form: Form,
    /// The secret of the one that was just made, shown this once.
    pub secret: Option<String>,
    /// Whether this machine's configuration allows any.
    pub here: bool,
    pub may: bool,
}
