//! CSV as plants really send it: with or without a byte order mark, in UTF-8 or Windows-1252, with comma, semicolon or
//! tab. Columns are found by name. Every complaint of a file comes at once, not only the first one.

mod record;
mod text;
mod write;

use std::collections::BTreeMap;

use plantgate_domain::base::{Invalid, Why};

pub use record::{Record, Word};
pub use text::Encoding;
pub(crate) use text::decode;
pub use write::{cell, write};
pub(crate) use write::{front, plain, quoted};

use crate::{Bounds, complaint, mib, shown};

/// A column a table may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name; case, spaces, `-` and `_` make no difference in a file.
    pub name: &'static str,
    /// Whether the file must have it.
    pub required: bool,
}

impl Column {
    /// A column that must be there.
    pub const fn must(name: &'static str) -> Column {
        Column { name, required: true }
    }
    /// A column that may be there.
    pub const fn may(name: &'static str) -> Column {
        Column { name, required: false }
    }
}

/// A table that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    pub encoding: Encoding,
    pub delimiter: char,
    /// The columns the file has, in its order, by their own names.
    pub columns: Vec<&'static str>,
    pub records: Vec<Record>,
}

/// Complaints beyond these are not told: a file that is wrong everywhere is wrong in one way.
pub(crate) const TOLD: usize = 100;

/// Reads a table. `Err` holds every complaint, at most a hundred.
pub fn read(file: &str, bytes: &[u8], columns: &'static [Column], bounds: &Bounds) -> Result<Table, Vec<Invalid>> {
    if bytes.len() > bounds.bytes {
        let why = Why::of("invalid-csv-large").with("size", mib(bounds.bytes));
        return Err(vec![complaint(file, None, None, why)]);
    }
    let (text, encoding) = text::decode(bytes).map_err(|(line, why)| vec![complaint(file, line, None, why)])?;
    let delimiter = delimiter(&text);
    if let Some(line) = open_quote(&text, delimiter) {
        let why = Why::of("invalid-csv-quote");
        return Err(vec![complaint(file, Some(line), None, why)]);
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = reader.records();
    let head = match rows.next() {
        Some(Ok(head)) => head,
        _ => return Err(vec![complaint(file, None, None, Why::of("invalid-csv-empty"))]),
    };
    let names = header(file, &head, columns, bounds)?;
    let lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut read = Reading { file, names: &names, bounds, lines, records: Vec::new(), wrong: Vec::new() };
    for row in rows {
        match row {
            Ok(row) => read.row(&row),
            Err(e) => {
                read.wrong.push(complaint(file, None, None, Why::of("invalid-csv-broken").with("said", e.to_string())))
            }
        }
        if read.records.len() > bounds.rows {
            let why = Why::of("invalid-csv-rows").with("most", bounds.rows);
            return Err(vec![complaint(file, None, None, why)]);
        }
        if read.wrong.len() >= TOLD {
            break;
        }
    }
    if !read.wrong.is_empty() {
        return Err(read.wrong);
    }
    Ok(Table { encoding, delimiter, columns: names.clone(), records: read.records })
}

struct Reading<'a> {
    file: &'a str,
    names: &'a [&'static str],
    bounds: &'a Bounds,
    lines: Lines<'a>,
    records: Vec<Record>,
    wrong: Vec<Invalid>,
}

impl Reading<'_> {
    fn row(&mut self, row: &csv::StringRecord) {
        let line = self.lines.of(row.position().map_or(0, csv::Position::byte));
        if row.iter().all(|c| c.trim().is_empty()) {
            return;
        }
        if row.len() != self.names.len() {
            let (has, wants) = (row.len(), self.names.len());
            let why = Why::of("invalid-csv-cells").with("has", has).with("wants", wants);
            self.wrong.push(complaint(self.file, Some(line), None, why));
            return;
        }
        let mut cells = BTreeMap::new();
        for (name, cell) in self.names.iter().zip(row.iter()) {
            let cell = write::plain(cell);
            let cell = cell.trim();
            if cell.chars().count() > self.bounds.cell {
                let why = Why::of("invalid-csv-cell-long").with("most", self.bounds.cell);
                self.wrong.push(complaint(self.file, Some(line), Some(name), why));
            } else if let Some(c) = cell.chars().find(|c| c.is_control() && *c != '\n' && *c != '\r' && *c != '\t') {
                let why = Why::of("invalid-csv-cell-control").with("code", format!("U+{:04X}", u32::from(c)));
                self.wrong.push(complaint(self.file, Some(line), Some(name), why));
            } else if !cell.is_empty() {
                cells.insert((*name).to_owned(), cell.replace("\r\n", "\n"));
            }
        }
        self.records.push(Record { file: self.file.to_owned(), line, cells });
    }
}

/// Counts lines as an editor shows them: the reader's own count lags behind at `\r\n` and at empty lines.
pub(crate) struct Lines<'a> {
    pub text: &'a [u8],
    pub at: usize,
    pub line: u64,
}

impl Lines<'_> {
    /// The line in which the row that was found at this byte begins.
    pub fn of(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(c) = self.text.get(self.at).filter(|c| self.at < byte || matches!(c, b'\r' | b'\n')) {
            self.line += u64::from(*c == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// The name without what people vary.
pub(crate) fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Finds the columns. Unknown, doubled, unnamed and missing ones are all told.
fn header(
    file: &str,
    head: &csv::StringRecord,
    columns: &'static [Column],
    bounds: &Bounds,
) -> Result<Vec<&'static str>, Vec<Invalid>> {
    let known = columns.iter().map(|c| c.name).collect::<Vec<_>>().join(", ");
    if head.len() > bounds.columns {
        let why =
            Why::of("invalid-csv-columns").with("has", head.len()).with("most", bounds.columns).with("known", &known);
        return Err(vec![complaint(file, Some(1), None, why)]);
    }
    let (mut names, mut wrong) = (Vec::new(), Vec::new());
    for (number, title) in (1..).zip(head.iter()) {
        let title = title.trim();
        match columns.iter().find(|c| key(c.name) == key(title)) {
            Some(column) if names.contains(&column.name) => {
                let why = Why::of("invalid-csv-column-twice");
                wrong.push(complaint(file, Some(1), Some(column.name), why));
            }
            Some(column) => names.push(column.name),
            None if title.is_empty() => {
                let why = Why::of("invalid-csv-column-unnamed").with("number", number).with("known", &known);
                wrong.push(complaint(file, Some(1), None, why));
            }
            None => {
                let why = Why::of("invalid-csv-column-unknown").with("name", shown(title)).with("known", &known);
                wrong.push(complaint(file, Some(1), Some(&shown(title)), why));
            }
        }
    }
    for column in columns.iter().filter(|c| c.required && !names.contains(&c.name)) {
        let why = Why::of("invalid-csv-column-missing").with("name", column.name);
        wrong.push(complaint(file, Some(1), Some(column.name), why));
    }
    if wrong.is_empty() { Ok(names) } else { Err(wrong) }
}

/// The separator that splits the first line into the most cells, outside quotes.
pub(crate) fn delimiter(text: &str) -> char {
    let mut counts = [(',', 0_usize), (';', 0), ('\t', 0)];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(d, _)| *d == c).for_each(|(_, n)| *n += 1),
            _ => {}
        }
    }
    // Of equals the first; a table of one column has none and any will do.
    let most = counts.iter().map(|(_, n)| *n).max().unwrap_or(0);
    counts.iter().find(|(_, n)| *n == most).map_or(',', |(d, _)| *d)
}

/// The line of a quotation mark that opens a cell and is never closed.
pub(crate) fn open_quote(text: &str, delimiter: char) -> Option<u64> {
    let (mut line, mut opened, mut begins) = (1_u64, None, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        }
        match (opened, c) {
            (Some(_), '"') if chars.peek() == Some(&'"') => {
                chars.next();
            }
            (Some(_), '"') => opened = None,
            (Some(_), _) => {}
            (None, '"') if begins => opened = Some(line),
            (None, _) => {}
        }
        begins = opened.is_none() && (c == delimiter || c == '\n' || c == '\r');
    }
    opened
}
