//! CSV out. A cell that a spreadsheet would run as a formula gets an apostrophe in front of it; reading takes it off
//! again, so that import and export are each other's reverse. A spreadsheet that splits at another separator than ours
//! does not see our quotes either, so a formula behind any separator within a cell gets one too.

use std::borrow::Cow;

/// What makes a spreadsheet calculate at the beginning of a cell, and the apostrophe itself, so that nothing is lost on
/// the way back.
const RUNS: &[char] = &['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', '\''];
/// What makes it calculate behind a separator.
const STARTS: &[char] = &['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// At any of these another reader may begin a cell.
const PARTS: &[char] = &[',', ';', '\t', '\n', '\r'];
/// What a reader passes over at the beginning of one.
const BLANKS: &[char] = &[' ', '\u{A0}', '"'];

/// A cell as it is written: harmless, before quoting.
pub fn cell(text: &str) -> String {
    // A lone dash is our word for *none apply* and no formula.
    let front = if text.starts_with(RUNS) && text != "-" { "'" } else { "" };
    inner(text, |out, mark| {
        out.push('\'');
        out.push_str(mark);
    })
    .map_or_else(|| format!("{front}{text}"), |inner| format!("{front}{inner}"))
}

/// A cell as it was meant, after unquoting.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let front = front(text);
    let meant = inner(front, |out, marks| out.push_str(marks.strip_prefix('\'').unwrap_or(marks)));
    meant.map_or(Cow::Borrowed(front), Cow::Owned)
}

/// The same for a cell of somebody else's file: only what stands in front of it.
pub(crate) fn front(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(RUNS)).unwrap_or(text)
}

/// A text whose apostrophes before a formula behind a separator went through a change; `None` where there is none.
fn inner(text: &str, change: impl Fn(&mut String, &str)) -> Option<String> {
    if !text.contains(PARTS) || !text.contains(STARTS) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut rest = text;
    while let Some(at) = rest.find(PARTS) {
        let (before, behind) = rest.split_at(at);
        let mark = behind.len() - behind.trim_start_matches(|c| PARTS.contains(&c) || BLANKS.contains(&c)).len();
        let (parted, behind) = behind.split_at(mark);
        out.push_str(before);
        out.push_str(parted);
        let quotes = behind.len() - behind.trim_start_matches('\'').len();
        let (quotes, behind) = behind.split_at(quotes);
        if behind.starts_with(STARTS) {
            change(&mut out, quotes)
        } else {
            out.push_str(quotes)
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

/// Writes a table with a byte order mark, which spreadsheets need to see UTF-8.
pub fn write(head: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut out = String::from("\u{FEFF}");
    line(&mut out, head.iter().map(|h| (*h).to_owned()));
    for row in rows {
        line(&mut out, row.iter().map(|c| cell(c)));
    }
    out.into_bytes()
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (n, cell) in cells.enumerate() {
        if n > 0 {
            out.push(',');
        }
        quoted(out, &cell, ',');
    }
    out.push_str("\r\n");
}

/// A cell between separators; quoted wherever any reader could take a part of it for a separator.
pub(crate) fn quoted(out: &mut String, cell: &str, delimiter: char) {
    if cell.contains([',', ';', '"', '\n', '\r', '\t', delimiter]) {
        out.push('"');
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(cell);
    }
}
