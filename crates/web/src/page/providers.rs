//! *Providers*: the list that is the picture. Worst standing first, proof by functional area as bars or as numbers.

use askama::Template;
use plantgate_domain::base::{Day, Level, Tier};
use plantgate_wire::words::Rich;

use crate::view::{Bar, List, Ui};

/// One provider.
#[derive(Clone, PartialEq, Debug)]
pub struct ProviderRow {
    pub reference: String,
    pub name: String,
    pub href: String,
    pub tier: Option<Tier>,
    /// The tier rests on facts that nobody confirmed.
    pub provisional: bool,
    /// Standing and the sites that have it, worst first.
    pub standings: Vec<(Level, String)>,
    pub exiting: bool,
    pub qualified: Option<Day>,
    /// First reason; empty when there is none.
    pub reason: Rich,
    pub next: String,
    /// Twelve areas in order.
    pub areas: Vec<Bar>,
}

/// The heat map or its twin in numbers.
#[derive(Template)]
#[template(path = "page/providers.html")]
pub struct Providers {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<ProviderRow>,
    /// `?as=numbers`.
    pub numbers: bool,
    /// Area and title of the twelve columns.
    pub areas: Vec<(String, String)>,
    pub may_add: bool,
}
impl Providers {
    /// `01` of `SP.01`.
    fn number<'a>(&self, area: &'a str) -> &'a str {
        area.rsplit('.').next().unwrap_or_default()
    }
}
