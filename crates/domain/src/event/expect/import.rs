//! A file that somebody kept before us was taken in, and perhaps undone: what it opened is then withdrawn, entry by
//! entry.

use serde::{Deserialize, Serialize};

use super::words::SheetField;
use crate::base::{ImportId, Private, Text};

/// A sheet was taken in. Its own entries stand right before this one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetTaken {
    /// Reference such as `IMP-0001`.
    pub reference: String,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    pub file_name: Private<Text>,
    /// Digest of the titles, so that the next file of this shape is read the same way.
    pub shape: String,
    /// What each column is, as a person said; `None`: not read.
    pub columns: Vec<Option<SheetField>>,
    /// Index of the first entry that it made, and how many.
    pub from: u64,
    pub entries: u64,
    /// Rows that were taken, and rows that were left out.
    pub taken: u64,
    pub left_out: u64,
}

/// Everything it opened was withdrawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetUndone {
    /// How many objects were withdrawn.
    pub withdrawn: u64,
}

/// An object was opened by an import that was undone, and nothing had been built on it. It stays in the record; no
/// list, name or rule knows it any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    pub import: ImportId,
}

/// What happens to an import.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum ImportEvent {
    #[serde(rename = "expect.import.taken@1")]
    Taken(SheetTaken),
    #[serde(rename = "expect.import.undone@1")]
    Undone(SheetUndone),
}
