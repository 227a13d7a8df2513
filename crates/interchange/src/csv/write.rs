//! CSV out. A cell that a spreadsheet would run as a formula gets an apostrophe in front; reading takes it off again,
//! so that import and export are each other's reverse.

/// What makes a spreadsheet calculate, and the apostrophe itself, so that nothing is lost on the way back.
const RUNS: &[char] = &['=', '+', '-', '@', '\t', '\r', '\''];

/// A cell as it is written: harmless, before quoting.
pub fn cell(text: &str) -> String {
    // A lone dash is our word for *none apply* and no formula.
    if text.starts_with(RUNS) && text != "-" { format!("'{text}") } else { text.to_owned() }
}

/// A cell as it was meant, after unquoting.
pub(crate) fn plain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(RUNS) => rest,
        _ => text,
    }
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
