//! Everything a verification can name, precisely enough that a person finds it: which entry, tile, row, slot or file.

use plantgate_ledger::verify as log;
use serde::Serialize;
use uuid::Uuid;

/// Something that is not as the record says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Damage {
    /// The stored bytes of an entry are not those that were appended.
    Body { seq: u64 },
    /// The leaf hash beside an entry is another one.
    Leaf { seq: u64 },
    /// The bytes are what was appended, but nothing this release can read.
    Entry { seq: u64 },
    /// Entries `from` up to `until` (not included) are missing.
    Gap { from: u64, until: u64 },
    /// Entries `from` up to `until` (not included) stand behind the end of the log.
    Beyond { from: u64, until: u64 },
    /// A row of the log has a number that no entry has.
    Order { seq: u64 },
    /// The versions of an object do not follow one another: an entry was cut out, or put in.
    Version { seq: u64, expected: u64, found: u64 },
    /// Entries between two signed heads were rewritten together with their leaf hashes.
    Rewritten { from: u64, until: u64 },
    /// A column that entries are found by does not say what the entry says.
    Column { seq: u64, column: &'static str },
    /// A stored tile is wrong, or gone, or stands where none belongs.
    Tile { level: u8, n: u64, missing: bool },
    /// The edge row: the column that does not fit the entries, or `row` when it is gone.
    Edge { column: &'static str },
    /// A signed head is not signed by a key of this log, or is filed under another size.
    Checkpoint { size: u64 },
    /// A key handed over by a statement that is none, or not of the key that signed before.
    Rotation { seq: u64 },
    /// A cosignature does not stand under the signed head of its size.
    Cosignature { size: u64, key: String },
    /// A name or text is not as an entry committed to it.
    Private { seq: u64, slot: Uuid, field: String, fault: Value },
    /// A name or text stands that no entry committed to.
    PrivateAdded { slot: Uuid },
    /// The evidence an entry named is not what lies there now, or nothing lies there.
    Blob { seq: u64, sha256: String, missing: bool },
    /// A row differs: its table, its key in words, the column, what the record says and what the table says.
    Row { table: &'static str, key: String, column: String, record: String, found: String },
    /// A row the record knows is missing.
    RowMissing { table: &'static str, key: String },
    /// A row stands that the record does not know.
    RowAdded { table: &'static str, key: String },
    /// A row holds what its columns cannot hold.
    RowBroken { table: &'static str },
}

/// What is wrong with a private value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Value or salt were changed: under this salt this is not the value committed to.
    Changed,
    /// There is no row of it.
    Missing,
    /// It is erased, and no entry says so.
    Unsaid,
    /// An entry says that it was destroyed, and it is there.
    Back,
    /// It is what was committed to, but sorts as something else.
    Sort,
}

/// Which part of what is stored a damage belongs to: what it means for people depends on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    Record,
    Values,
    Evidence,
    Rows,
}

impl Damage {
    /// What kind of thing is damaged.
    pub fn part(&self) -> Part {
        match self {
            Damage::Body { .. }
            | Damage::Leaf { .. }
            | Damage::Entry { .. }
            | Damage::Gap { .. }
            | Damage::Beyond { .. }
            | Damage::Order { .. }
            | Damage::Version { .. }
            | Damage::Rewritten { .. }
            | Damage::Column { .. }
            | Damage::Tile { .. }
            | Damage::Edge { .. }
            | Damage::Checkpoint { .. }
            | Damage::Rotation { .. }
            | Damage::Cosignature { .. } => Part::Record,
            Damage::Private { .. } | Damage::PrivateAdded { .. } => Part::Values,
            Damage::Blob { .. } => Part::Evidence,
            Damage::Row { .. } | Damage::RowMissing { .. } | Damage::RowAdded { .. } | Damage::RowBroken { .. } => {
                Part::Rows
            }
        }
    }

    /// Whether folding the entries would still say what was recorded.
    pub(super) fn leaves_entries_whole(&self) -> bool {
        match self {
            Damage::Body { .. }
            | Damage::Entry { .. }
            | Damage::Gap { .. }
            | Damage::Beyond { .. }
            | Damage::Order { .. }
            | Damage::Version { .. }
            | Damage::Rewritten { .. } => false,
            // A moved instant hides an entry from the fold.
            Damage::Column { column, .. } => *column != "at",
            Damage::Leaf { .. }
            | Damage::Tile { .. }
            | Damage::Edge { .. }
            | Damage::Checkpoint { .. }
            | Damage::Rotation { .. }
            | Damage::Cosignature { .. }
            | Damage::Private { .. }
            | Damage::PrivateAdded { .. }
            | Damage::Blob { .. }
            | Damage::Row { .. }
            | Damage::RowMissing { .. }
            | Damage::RowAdded { .. }
            | Damage::RowBroken { .. } => true,
        }
    }

    /// What the log found; `has` says whether a tile is stored.
    pub(super) fn of_log(found: log::Damage, has: impl Fn(u8, u64) -> bool) -> Damage {
        match found {
            log::Damage::Body { seq } => Damage::Body { seq },
            log::Damage::Leaf { seq } => Damage::Leaf { seq },
            log::Damage::Entry { seq } => Damage::Entry { seq },
            log::Damage::Missing { from, to } => Damage::Gap { from, until: to },
            log::Damage::Beyond { from, to } => Damage::Beyond { from, until: to },
            log::Damage::Order { seq } => Damage::Order { seq },
            log::Damage::Version { seq, expected, found } => Damage::Version { seq, expected, found },
            log::Damage::Tile { level, n } => Damage::Tile { level, n, missing: !has(level, n) },
            log::Damage::Edge => Damage::Edge { column: "nodes" },
            log::Damage::Checkpoint { size } => Damage::Checkpoint { size },
            log::Damage::Rewritten { from, to } => Damage::Rewritten { from, until: to },
        }
    }
}
