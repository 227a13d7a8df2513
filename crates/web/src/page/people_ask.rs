//! A provider's contact is asked by a mailed link who still works for it: what we see of it, and what the contact sees.

use askama::Template;
use plantgate_domain::base::{Day, Instant};

use crate::view::{Choice, Form, Item, Ui};

/// An ask as a line on the provider's page.
#[derive(Clone, PartialEq, Debug)]
pub struct AskRow {
    pub href: String,
    pub contact: String,
    pub by: String,
    pub at: Instant,
    /// Word of `askstate-…`.
    pub state: &'static str,
    pub until: Instant,
    pub confirmed: Option<Instant>,
}

/// Whom to ask, and for how long the link opens.
#[derive(Template)]
#[template(path = "page/people_ask.html")]
pub struct PeopleAskPage {
    pub ui: Ui,
    pub provider: Item,
    pub reference: String,
    /// Fields `contact`, `days`.
    pub form: Form,
    pub contacts: Vec<Choice>,
    /// A link that is open would be replaced.
    pub replaces: bool,
    /// People the page of the link would list.
    pub listed: usize,
    pub most_days: i64,
}

/// A mail, prepared in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mail {
    /// Language tag.
    pub lang: &'static str,
    pub subject: String,
    pub body: String,
    pub mailto: String,
}

/// The link, shown once, with the mail that takes it there.
#[derive(Template)]
#[template(path = "page/people_ask_made.html")]
pub struct PeopleAskMade {
    pub ui: Ui,
    pub provider: Item,
    pub reference: String,
    pub contact: String,
    pub link: String,
    pub until: Instant,
    pub mails: Vec<Mail>,
    /// The ask's own page.
    pub href: String,
}

/// What was said of one person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SaidOf {
    pub name: String,
    /// Word of `peoplesays-…`.
    pub says: &'static str,
    pub left_on: Option<Day>,
}

/// One ask: who was asked, what came back, how strong a proof it is.
#[derive(Template)]
#[template(path = "page/people_ask_one.html")]
pub struct PeopleAskOne {
    pub ui: Ui,
    pub provider: Item,
    pub reference: String,
    pub ask: AskRow,
    pub remind_at: Instant,
    pub said: Vec<SaidOf>,
    /// Who is missing, in the contact's words; empty when nobody is.
    pub missing: String,
    pub may_close: bool,
    pub may_ask: bool,
    /// Path that closes it.
    pub close: String,
}

/// A person the contact is asked about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    pub id: String,
    pub name: String,
    /// The names of its fields.
    pub says: String,
    pub left_on: String,
}

/// The list, for the contact.
#[derive(Template)]
#[template(path = "page/by_link.html")]
pub struct ByLink {
    pub ui: Ui,
    pub provider: String,
    pub contact: String,
    /// Who asked.
    pub by: String,
    pub until: Instant,
    pub people: Vec<Asked>,
    /// Fields `says-…`, `left_on-…`, `missing`.
    pub form: Form,
}

/// What happened to a link, in words: used, expired, replaced, taken back, unknown.
#[derive(Template)]
#[template(path = "page/by_link_said.html")]
pub struct ByLinkSaid {
    pub ui: Ui,
    /// Word of `linkstate-…`.
    pub what: &'static str,
    pub provider: String,
    /// Whom to ask; empty when nothing is known of the link.
    pub by: String,
    /// When it was answered.
    pub at: Option<Instant>,
    pub said: Vec<SaidOf>,
    pub missing: String,
    /// Seconds to wait after too many links that were none.
    pub wait: i64,
}
