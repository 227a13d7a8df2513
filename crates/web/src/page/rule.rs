//! What a rule says, in own words: every `R-…` on a page leads here.

use askama::Template;

use crate::view::Ui;

/// A rule of the house.
#[derive(Template)]
#[template(path = "page/rule.html")]
pub struct RulePage {
    pub ui: Ui,
    /// `R-15`.
    pub rule: String,
    /// Version of the rules in force.
    pub version: u32,
}

impl RulePage {
    /// Rules that have a text of their own.
    pub const KNOWN: &'static [&'static str] = &[
        "R-01", "R-02", "R-03", "R-05", "R-06", "R-07", "R-08", "R-09", "R-13", "R-14", "R-15", "R-16", "R-17", "R-18",
        "R-20", "R-21", "R-19", "R-22", "R-23", "R-24", "R-26", "R-27", "R-30", "R-32", "R-34", "R-35", "R-43", "R-44",
        "R-45", "R-46", "R-48", "R-49",
    ];
}
