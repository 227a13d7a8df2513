//! A file becomes the body of the act: read, columns guessed or remembered, rows by what their columns are. And back:
//! the rows that were left out, as the file they came in.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{Invalid, Why},
    event::expect::SheetField,
};
use plantgate_interchange::sheet::{self as sheets, Form, How, Sheet};
use plantgate_store::{Limits, Stop, memory::Memory};
use sha2::{Digest, Sha256};

use super::{ImportSheet, SheetDefaults, Spelling};
use crate::import::{Row, file::bounds};

/// A sheet that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    pub file: String,
    pub sheet: Sheet,
    pub sha256: String,
    pub shape: String,
}

/// What the columns are, and who says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guessed {
    pub columns: Vec<Option<SheetField>>,
    /// From the last import of a file with these titles, not from their words.
    pub remembered: bool,
}

/// Reads a file; errors name file, worksheet, line and field.
pub fn open(file: &str, bytes: &[u8], how: &How, limits: &Limits) -> Result<Opened, Stop> {
    let sheet = sheets::read(file, bytes, how, &bounds(limits)).map_err(Stop::Invalid)?;
    let shape = shape(&sheet.titles);
    Ok(Opened { file: file.to_owned(), sheet, sha256: hex(&Sha256::digest(bytes)), shape })
}

/// The same beside the threads that answer others: a large workbook takes seconds.
pub async fn open_aside(
    file: String,
    bytes: impl AsRef<[u8]> + Send + 'static,
    how: How,
    limits: Limits,
) -> Result<Opened, Stop> {
    let read = tokio::task::spawn_blocking(move || open(&file, bytes.as_ref(), &how, &limits));
    read.await.map_err(Stop::fault)?
}

/// The digest of titles: case, spaces and our own column of reasons make no difference.
pub fn shape(titles: &[String]) -> String {
    let mut told: Vec<String> = titles.iter().map(|t| t.to_lowercase()).collect();
    while titles.get(told.len().wrapping_sub(1)).is_some_and(|t| t.is_empty() || sheets::is_reason(t)) {
        told.pop();
    }
    hex(&Sha256::digest(told.join("\u{1f}").as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The columns as the last import of this shape had them, else guessed from the titles.
pub async fn guessed(memory: &mut impl Memory, opened: &Opened) -> Result<Guessed, Stop> {
    let titles = &opened.sheet.titles;
    match super::remembered(memory, &opened.shape).await? {
        Some(mut columns) => {
            columns.resize(titles.len(), None);
            Ok(Guessed { columns, remembered: true })
        }
        None => Ok(Guessed { columns: sheets::guess(titles), remembered: false }),
    }
}

impl Opened {
    /// The worksheet, where the file has one.
    pub fn worksheet(&self) -> Option<String> {
        match &self.sheet.form {
            Form::Csv { .. } => None,
            Form::Xlsx { sheet } => Some(sheet.clone()),
        }
    }

    /// The act as a person mapped it. `down`: an empty firm means the firm above.
    pub fn act(
        &self,
        columns: Vec<Option<SheetField>>,
        defaults: SheetDefaults,
        spellings: Vec<Spelling>,
        down: bool,
    ) -> Result<ImportSheet, Stop> {
        let mut taken = Vec::new();
        for (field, title) in columns.iter().zip(&self.sheet.titles).filter_map(|(f, t)| f.map(|f| (f, t))) {
            if taken.contains(&field) {
                let field = plantgate_domain::base::Told::word("sheetfield", field);
                return Err(Stop::field(
                    "columns",
                    Why::of("invalid-sheet-twice").with("title", title).with("field", field),
                ));
            }
            taken.push(field);
        }
        if !taken.contains(&SheetField::Provider) {
            return Err(Stop::field("columns", Why::of("invalid-sheet-provider-column")));
        }
        Ok(ImportSheet {
            file: self.file.clone(),
            sha256: self.sha256.clone(),
            sheet: self.worksheet(),
            shape: self.shape.clone(),
            rows: self.rows(&columns, down),
            columns,
            defaults,
            spellings,
            without_rejected: false,
            seen: None,
        })
    }

    fn rows(&self, columns: &[Option<SheetField>], down: bool) -> Vec<Row> {
        let mut above = String::new();
        let mut rows = Vec::with_capacity(self.sheet.rows.len());
        for line in &self.sheet.rows {
            let mut cells = BTreeMap::new();
            for (n, field) in columns.iter().enumerate().filter_map(|(n, f)| f.map(|f| (n, f))) {
                if !line.cell(n).is_empty() {
                    cells.insert(field.as_str().to_owned(), line.cell(n).to_owned());
                }
            }
            let firm = SheetField::Provider.as_str();
            match cells.get(firm) {
                Some(name) => above.clone_from(name),
                None if down && !above.is_empty() && !cells.is_empty() => {
                    cells.insert(firm.to_owned(), above.clone());
                }
                None => {}
            }
            rows.push(Row { line: Some(line.number), source: None, cells });
        }
        rows
    }
}

/// What is wrong with each line, in the reader's words.
pub type Complaints = BTreeMap<u64, String>;

/// What is said of each line; `words` speaks the reader's language.
pub fn complaints(wrong: &[Invalid], words: &dyn Fn(&Invalid) -> String) -> Complaints {
    let mut by_line = Complaints::new();
    for i in wrong {
        let Some(line) = i.place.line else { continue };
        let said = by_line.entry(line).or_default();
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(&words(i));
    }
    by_line
}

/// The rows that complaints are about, as the same file with one column more, which `title` heads.
pub fn rejected(sheet: &Sheet, title: &str, complaints: &Complaints) -> Result<Vec<u8>, Stop> {
    let why = |line: u64| complaints.get(&line).cloned();
    sheets::rejected(sheet, title, &why).map_err(|why| Stop::field("file", why))
}

/// The same beside the threads that answer others: a large workbook takes seconds.
pub async fn rejected_aside(sheet: Sheet, title: String, complaints: Complaints) -> Result<Vec<u8>, Stop> {
    let written = tokio::task::spawn_blocking(move || rejected(&sheet, &title, &complaints));
    written.await.map_err(Stop::fault)?
}
