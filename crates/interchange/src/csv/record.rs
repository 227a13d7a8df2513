//! One row by column names. It gives typed values or a complaint with its place; an empty cell is *not said*, never a
//! default that somebody did not choose.

use std::{collections::BTreeMap, str::FromStr};

use plantgate_domain::base::{Invalid, Why};

use crate::{complaint, shown};

/// A row with its place in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    pub file: String,
    /// Line of the file it begins in, from 1.
    pub line: u64,
    /// Cells that are not empty, by column.
    pub cells: BTreeMap<String, String>,
}

/// A word of the domain, read from its own spelling.
pub trait Word: FromStr<Err = Why> {}
impl<T: FromStr<Err = Why>> Word for T {}

impl Record {
    /// The cell, if something is in it.
    pub fn get(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }
    /// The cell's text, or empty.
    pub fn or_empty(&self, column: &str) -> String {
        self.get(column).unwrap_or_default().to_owned()
    }
    /// The cell, which must not be empty.
    pub fn must(&self, column: &str) -> Result<String, Invalid> {
        self.get(column).map(str::to_owned).ok_or_else(|| self.wrong(column, Why::of("invalid-csv-cell-empty")))
    }
    /// A typed value, if something is in the cell.
    pub fn may<T: Word>(&self, column: &str) -> Result<Option<T>, Invalid> {
        self.get(column).map(|text| self.word(column, text)).transpose()
    }
    /// A typed value, which must be there.
    pub fn must_be<T: Word>(&self, column: &str) -> Result<T, Invalid> {
        let text = self.must(column)?;
        self.word(column, &text)
    }
    /// Values separated by `|` or a comma. `None`: nobody has said; an empty list: somebody wrote `-`, none apply.
    pub fn list<T: Word>(&self, column: &str) -> Result<Option<Vec<T>>, Invalid> {
        let Some(names) = self.names(column) else { return Ok(None) };
        names.iter().map(|name| self.word(column, name)).collect::<Result<_, _>>().map(Some)
    }
    /// Texts separated by `|` or a comma, like [`Record::list`].
    pub fn names(&self, column: &str) -> Option<Vec<String>> {
        let text = self.get(column)?;
        if matches!(text, "-" | "–" | "—") {
            return Some(Vec::new());
        }
        let names = text.split(['|', ',']).map(str::trim).filter(|t| !t.is_empty());
        Some(names.map(str::to_owned).collect())
    }
    /// Yes or no, if something is in the cell.
    pub fn yes(&self, column: &str) -> Result<Option<bool>, Invalid> {
        match self.get(column).map(str::to_lowercase).as_deref() {
            None => Ok(None),
            Some("yes" | "true" | "1") => Ok(Some(true)),
            Some("no" | "false" | "0") => Ok(Some(false)),
            Some(other) => Err(self.wrong(column, Why::of("invalid-csv-yes-no").with("given", shown(other)))),
        }
    }
    /// A complaint about a cell of this row.
    pub fn wrong(&self, column: &str, why: Why) -> Invalid {
        complaint(&self.file, Some(self.line), Some(column), why)
    }

    fn word<T: Word>(&self, column: &str, text: &str) -> Result<T, Invalid> {
        text.parse().map_err(|why: Why| self.wrong(column, why.shown(shown)))
    }
}
