//! One site on one page: the same rows for the screen, the printer and the paper.

use askama::Template;

use crate::view::{Item, Ui};

/// A table of the report, already cut to what fits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    pub id: &'static str,
    pub title: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Item>>,
    /// How many there are beyond these, as a sentence; or that there are none.
    pub rest: String,
}

/// A number with what it counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Count {
    pub number: u64,
    pub what: String,
}

/// What stands on the page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    pub title: String,
    /// As of when, in which zone.
    pub as_of: String,
    pub counts: Vec<Count>,
    /// How long people wait for a yes, or that there is no figure yet.
    pub approval: String,
    pub blocks: Vec<Block>,
    pub head: String,
    pub limits: String,
}

/// The page.
#[derive(Template)]
#[template(path = "page/site_report.html")]
pub struct SiteReportPage {
    pub ui: Ui,
    pub reference: String,
    pub name: String,
    pub sheet: Sheet,
}
