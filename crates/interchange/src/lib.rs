//! Foreign files in and out: CSV tables, inventories and recordings. Every file is hostile until it is read: size,
//! rows, columns, cells and depth are bounded, formulas are text, and an error names file, line, field, why, and what
//! to do. Nothing here knows a database, an act or a clock.

pub mod accounts;
pub mod cast;
pub mod codes;
pub mod csv;
pub mod inventory;
pub mod krl;
pub mod netbox;
pub mod sealed;
pub mod sheet;

use plantgate_domain::base::{Invalid, Place, Why};

/// What a file may be at most. The floor above takes the numbers from its limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Bytes as they come.
    pub bytes: usize,
    /// Bytes after unpacking, against archives that grow a thousandfold.
    pub unpacked: usize,
    /// Files inside an archive.
    pub parts: usize,
    /// Rows of a table, objects of an inventory.
    pub rows: usize,
    /// Columns of a table.
    pub columns: usize,
    /// Characters in one cell.
    pub cell: usize,
    /// Bytes of text in all cells of a worksheet: one text of a workbook may stand in a million cells.
    pub text: usize,
    /// Nested levels of a structured file.
    pub depth: usize,
}

impl Bounds {
    /// Enough for tests and small files.
    pub const SMALL: Bounds = Bounds {
        bytes: 1024 * 1024,
        unpacked: 8 * 1024 * 1024,
        parts: 200,
        rows: 20_000,
        columns: 64,
        cell: 4_000,
        text: 8 * 1024 * 1024,
        depth: 32,
    };
}

/// One complaint about a file.
fn complaint(file: &str, line: Option<u64>, field: Option<&str>, why: Why) -> Invalid {
    let place = Place { file: Some(file.to_owned()), sheet: None, line, field: field.map(str::to_owned) };
    Invalid { place, why }
}

/// A value of a file as a complaint shows it: short, on one line, without control characters.
fn shown(value: &str) -> String {
    let mut short: String = value.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if value.chars().count() > 60 {
        short.push('…');
    }
    short
}

/// Size as people read it.
fn mib(bytes: usize) -> String {
    if bytes < 1024 * 1024 { format!("{} KiB", bytes / 1024) } else { format!("{} MiB", bytes / (1024 * 1024)) }
}

/// The line where nesting passes the limit; brackets in texts do not count.
fn too_deep(text: &str, depth: usize) -> Option<u64> {
    let (mut open, mut line, mut quoted, mut escaped) = (0_usize, 1_u64, false, false);
    for byte in text.bytes() {
        match byte {
            b'\n' => line += 1,
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => open += 1,
            b']' | b'}' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
        if open > depth {
            return Some(line);
        }
    }
    None
}
