//! Registers: the list of a kind of object and the page of one, for every kind that has no room of its own.

use askama::Template;

use super::{history::Moved, recording::Recordings, sign::Signature};
use crate::view::{Item, List, Ui};

/// One object in its list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegisterRow {
    pub item: Item,
    pub name: String,
    /// In words; empty when the kind has no states.
    pub state: String,
    pub provider: Option<Item>,
    pub site: String,
    /// What matters of it, in words.
    pub more: String,
    pub at: String,
}

/// The list of a kind.
#[derive(Template)]
#[template(path = "page/register.html")]
pub struct Register {
    pub ui: Ui,
    pub title: String,
    /// What these objects are for.
    pub lead: String,
    /// The kind it lists.
    pub kind: &'static str,
    pub list: List,
    pub rows: Vec<RegisterRow>,
    /// What begins one.
    pub begin: Vec<Item>,
    /// Whether its rows come with a day.
    pub dated: bool,
}

/// Objects that point to this one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Near {
    pub title: String,
    pub items: Vec<(Item, String)>,
    /// More than are shown.
    pub more: bool,
}

/// The page of one object.
#[derive(Template)]
#[template(path = "page/thing.html")]
pub struct ThingPage {
    pub ui: Ui,
    pub kind: String,
    pub reference: String,
    pub name: String,
    pub state: String,
    pub list: Item,
    pub history: String,
    /// Of a site, for whoever keeps its accounts: the sheets of codes that lie there.
    pub codes: Option<String>,
    /// Of a site: everything on one page.
    pub report: Option<String>,
    /// What else is to be said of it now: of a bound account, how it should be; of a session, that its gateway was cut
    /// off.
    pub notes: Vec<String>,
    /// Its own facts first, then each part of it by title.
    pub groups: Vec<(String, Vec<Moved>)>,
    pub signatures: Vec<Signature>,
    pub near: Vec<Near>,
    /// Of a session: what was recorded of it, if anything was.
    pub recordings: Option<Recordings>,
    pub acts: Vec<Item>,
}
