//! A delivered file as a page can show it: rows of a table, plain text, or nothing but its name. Never as the browser
//! would run it.

/// What can be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shown {
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
        /// Rows of the file, also those that are not shown.
        all: usize,
    },
    Text(String),
    FileOnly,
}

/// Rows and characters that a page shows; the rest is in the file.
const ROWS: usize = 200;
const CHARS: usize = 20_000;

/// The largest file that is shown; a larger one is downloaded. A file of commas becomes thirty times its size as cells.
pub const SHOWN_BYTES: usize = 1_024 * 1_024;

/// Reads a file of a media type.
pub fn shown(media: &str, bytes: &[u8]) -> Shown {
    if bytes.len() > SHOWN_BYTES {
        return Shown::FileOnly;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return Shown::FileOnly };
    let text = text.trim_start_matches('\u{feff}');
    match media {
        "text/csv" => table(text),
        "text/plain" | "application/json" => Shown::Text(text.chars().take(CHARS).collect()),
        _ => Shown::FileOnly,
    }
}

fn table(text: &str) -> Shown {
    let first = text.lines().next().unwrap_or_default();
    let mark = [';', '\t', ','].into_iter().max_by_key(|c| first.matches(*c).count()).unwrap_or(',');
    let mut rows = cells(text, mark).into_iter().filter(|row| row.iter().any(|c| !c.is_empty()));
    let Some(head) = rows.next() else { return Shown::FileOnly };
    let all: Vec<Vec<String>> = rows.collect();
    Shown::Table { head, all: all.len(), rows: all.into_iter().take(ROWS).collect() }
}

fn cells(text: &str, mark: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c if c == mark && !quoted => row.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_with_its_own_mark() {
        let Shown::Table { head, rows, all } = shown("text/csv", b"\xef\xbb\xbfA;B\r\n1;\"x;\n\"\"y\"\r\n\r\n") else {
            panic!("no table");
        };
        assert_eq!((head, rows, all), (vec!["A".into(), "B".into()], vec![vec!["1".into(), "x;\n\"y".into()]], 1));
        assert_eq!(shown("text/html", b"<b>"), Shown::FileOnly);
        assert_eq!(shown("text/plain", b"\xff"), Shown::FileOnly);
    }
}
