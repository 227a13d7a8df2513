//! The report of an installation: one line for each thing, said or judged. What is judged can come out either way.

use serde_json::{Value, json};

use crate::printer::one_line;

/// First line of every report.
pub const TITLE: &str = "plantgate installation qualification 1";

/// One line of the report.
struct Found {
    what: &'static str,
    is: String,
    /// `None`: said, not judged.
    met: Option<bool>,
}

#[derive(Default)]
pub struct Report(Vec<Found>);

impl Report {
    pub fn say(&mut self, what: &'static str, is: impl Into<String>) {
        self.0.push(Found { what, is: one_line(&is.into()).into_owned(), met: None });
    }
    pub fn judge(&mut self, what: &'static str, met: bool, is: impl Into<String>) {
        self.0.push(Found { what, is: one_line(&is.into()).into_owned(), met: Some(met) });
    }
    pub fn met(&self) -> bool {
        self.0.iter().all(|f| f.met != Some(false))
    }
    pub fn lines(&self) -> Vec<Value> {
        self.0.iter().map(|f| json!({ "what": f.what, "is": f.is, "met": f.met })).collect()
    }
    pub fn text(&self) -> String {
        let word = |f: &Found| match f.met {
            None => "said",
            Some(true) => "met",
            Some(false) => "NOT MET",
        };
        let lines = self.0.iter().map(|f| format!("{} | {} | {}\n", word(f), f.what, f.is));
        let result = if self.met() { "every judged line is met" } else { "not every judged line is met" };
        format!("{TITLE}\n{}result | {result}\n", lines.collect::<String>())
    }
}

#[cfg(test)]
impl Report {
    /// What is judged and not met.
    pub fn unmet(&self) -> Vec<&'static str> {
        self.0.iter().filter(|f| f.met == Some(false)).map(|f| f.what).collect()
    }
}
