//! *Admin*: one flat sheet: what its columns are, what it would do, and what became of it.

use askama::Template;
use plantgate_domain::base::Instant;

use crate::view::{Choice, Form, Ui};

/// A column of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetColumn {
    /// Name of its form field.
    pub name: String,
    pub title: String,
    /// What its first rows hold.
    pub sample: String,
}

/// A spelling that a person decides about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetAsk {
    /// Names of its two form fields: the spelling, and the decision.
    pub name: String,
    pub decision: String,
    pub spelling: String,
    pub rows: usize,
    pub choices: Vec<Choice>,
}

/// What a row would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetRow {
    pub line: u64,
    /// Word of `effect-…`: new, unchanged, rejected.
    pub effect: &'static str,
    pub opens: Vec<String>,
    /// Why it is rejected, or what stays as it is.
    pub said: Vec<String>,
}

/// What the sheet would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetEffects {
    /// Digest of the effects shown: others are not applied.
    pub seen: String,
    /// new, unchanged, rejected.
    pub counts: (usize, usize, usize),
    /// Kinds in words, with how many would be opened.
    pub opened: Vec<(String, usize)>,
    pub rows: Vec<SheetRow>,
    /// Rows beyond those shown.
    pub more: usize,
    /// The rest of a link that reads the file the same way.
    pub query: String,
}

/// Columns, what the sheet does not say, spellings, and the effects.
#[derive(Template)]
#[template(path = "page/sheet.html")]
pub struct SheetPage {
    pub ui: Ui,
    pub sha: String,
    pub file: String,
    pub read_as: String,
    pub remembered: bool,
    pub form: Form,
    pub columns: Vec<SheetColumn>,
    pub fields: Vec<Choice>,
    pub worksheets: Vec<Choice>,
    pub sites: Vec<Choice>,
    pub asks: Vec<SheetAsk>,
    pub effects: Option<SheetEffects>,
    /// What says how the file is read; the form that applies it carries it.
    pub hidden: Vec<(String, String)>,
}

/// An import that was taken.
#[derive(Template)]
#[template(path = "page/import_taken.html")]
pub struct ImportTaken {
    pub ui: Ui,
    pub reference: String,
    pub file: String,
    pub by: String,
    pub at: Instant,
    pub taken: u64,
    pub left_out: u64,
    /// First and last entry, and how many.
    pub entries: (u64, u64),
    pub undone: Option<Instant>,
    /// Until when it can be undone; absent where it cannot.
    pub until: Option<Instant>,
    pub may_undo: bool,
    /// What stands in the way.
    pub blocked: Vec<String>,
}
