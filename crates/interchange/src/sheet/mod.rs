//! One flat sheet as somebody keeps it: titles above, a header of one or two rows, merged cells, any order of columns.
//! CSV and XLSX become the same table. What a column means is guessed here and decided by a person.

mod book;
mod csv_in;
mod day;
mod guess;
mod head;
mod out;
#[cfg(test)]
mod tests;
mod xlsx;

use plantgate_domain::base::{Invalid, Why};

pub use book::book;
pub use day::{Said, day};
pub use guess::{guess, is_reason};
pub use out::rejected;

use crate::{Bounds, complaint, csv::Encoding, mib};

/// What kind of file it is; the rejected rows go back as the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Form {
    Csv { encoding: Encoding, delimiter: char },
    Xlsx { sheet: String },
}

impl Form {
    /// The worksheet, where the file has one.
    fn name(&self) -> Option<&str> {
        match self {
            Form::Csv { .. } => None,
            Form::Xlsx { sheet } => Some(sheet),
        }
    }
}

/// A row that is not empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Line of the file, or row of the worksheet, from 1.
    pub number: u64,
    /// Cells as text, trimmed; a formula is the value it showed.
    pub cells: Vec<String>,
}

impl Line {
    /// A cell; empty where the row is shorter.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Cells that were merged into one, rows from 1 and columns from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Merged {
    pub first: (u64, usize),
    pub last: (u64, usize),
}

/// A sheet that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    pub form: Form,
    /// Worksheets of the file that are not hidden.
    pub sheets: Vec<String>,
    /// Titles and remarks above the header.
    pub above: Vec<Line>,
    /// The header as it stands, one row or two.
    pub head: Vec<Line>,
    /// One title for each column; of two rows both.
    pub titles: Vec<String>,
    pub rows: Vec<Line>,
    pub merged: Vec<Merged>,
}

/// How a person wants it read, where the guess is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct How {
    /// The worksheet; without it the first that is not empty.
    pub sheet: Option<String>,
    /// Line of the header's last row; without it the row that looks most like one.
    pub header: Option<u64>,
}

struct Raw {
    form: Form,
    sheets: Vec<String>,
    lines: Vec<Line>,
    merged: Vec<Merged>,
}

/// Reads a sheet. `Err` holds every complaint, at most a hundred.
pub fn read(file: &str, bytes: &[u8], how: &How, bounds: &Bounds) -> Result<Sheet, Vec<Invalid>> {
    if bytes.len() > bounds.bytes {
        let why = Why::of("invalid-csv-large").with("size", mib(bounds.bytes));
        return Err(vec![complaint(file, None, None, why)]);
    }
    let raw = if bytes.starts_with(b"PK\x03\x04") {
        xlsx::read(file, bytes, how, bounds)?
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(vec![complaint(file, None, None, Why::of("invalid-sheet-old"))]);
    } else {
        csv_in::read(file, bytes, bounds)?
    };
    head::found(file, raw, how, bounds)
}

/// How much text the cells may still hold. It is spent before a text is copied, so that a file cannot take the memory
/// first and be refused afterwards.
struct Budget {
    left: usize,
    most: usize,
}

impl Budget {
    fn new(bounds: &Bounds) -> Budget {
        Budget { left: bounds.text, most: bounds.text }
    }

    fn spend(&mut self, text: &str) -> Result<(), Why> {
        let too_much = || Why::of("invalid-sheet-text").with("size", mib(self.most));
        self.left = self.left.checked_sub(text.len()).ok_or_else(too_much)?;
        Ok(())
    }
}

/// A complaint about a place in a sheet.
fn at(file: &str, sheet: Option<&str>, line: u64, field: Option<&str>, why: Why) -> Invalid {
    let mut wrong = complaint(file, Some(line), field, why);
    wrong.place.sheet = sheet.map(str::to_owned);
    wrong
}

/// Why a cell cannot be taken, if it cannot.
fn unfit(text: &str, bounds: &Bounds) -> Option<Why> {
    if text.len() > bounds.cell && text.chars().nth(bounds.cell).is_some() {
        return Some(Why::of("invalid-csv-cell-long").with("most", bounds.cell));
    }
    let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let code = text.chars().find(control)?;
    Some(Why::of("invalid-csv-cell-control").with("code", format!("U+{:04X}", u32::from(code))))
}

/// The name of a column as spreadsheets show it: A, B, …, AA.
fn letters(column: usize) -> String {
    let mut left = column + 1;
    let mut name = Vec::new();
    while left > 0 {
        left -= 1;
        name.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    name.iter().rev().collect()
}

/// What people write where they have nothing to say.
const NOTHING: &[&str] = &[
    "",
    "-",
    "–",
    "—",
    "?",
    "??",
    "n/a",
    "na",
    "n.a.",
    "n. a.",
    "k.a.",
    "k. a.",
    "ka",
    "keine angabe",
    "tbd",
    "tba",
    "tbc",
    "offen",
    "open",
    "unbekannt",
    "unknown",
    "unbefristet",
    "unlimited",
    "laufend",
    "./.",
    "nicht bekannt",
    "#n/a",
    "#nv",
    "#ref!",
    "#value!",
    "#wert!",
    "#bezug!",
    "#name?",
    "none",
    "keine",
    "keiner",
    "ohne",
    "null",
];

/// What a cell says, if it says anything: *n/a* and its relatives say nothing.
pub fn said(cell: &str) -> Option<&str> {
    let cell = cell.trim();
    let plain = cell.to_lowercase();
    if NOTHING.contains(&plain.as_str()) { None } else { Some(cell) }
}
