//! *Emergencies*: each with its review, and how many there were of which kind.

use askama::Template;
use plantgate_domain::base::{Instant, ZoneName};

use crate::view::{Item, List, Ui};

/// An emergency in the list.
#[derive(Clone, PartialEq, Debug)]
pub struct EmergencyRow {
    pub grant: Item,
    pub person: String,
    pub provider: Item,
    pub system: Item,
    pub site: String,
    pub opened: Instant,
    pub until: Instant,
    pub reviewed: Option<Instant>,
    /// When the review is due.
    pub due: Option<Instant>,
    /// Word of `emergencycause-…`, once a review says it.
    pub cause: Option<&'static str>,
    /// Of the site.
    pub zone: ZoneName,
}

/// How many there were of one cause, in each period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CauseRow {
    pub text: String,
    pub counts: [usize; 3],
}

/// Emergencies.
#[derive(Template)]
#[template(path = "page/emergencies.html")]
pub struct Emergencies {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<EmergencyRow>,
    pub causes: Vec<CauseRow>,
    /// Sites and providers with too many.
    pub crowded: Vec<Item>,
    /// Days of the periods.
    pub periods: [i64; 3],
}
