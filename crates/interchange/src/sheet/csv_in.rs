//! CSV of any shape: the separator is the one that most of the first lines agree on, because titles stand above
//! headers.

use plantgate_domain::base::{Invalid, Why};

use super::{Form, Line, Raw, at, letters, unfit};
use crate::{
    Bounds, complaint,
    csv::{Lines, TOLD, decode, open_quote, plain},
};

/// Lines that the separator is guessed from.
const GUESSED: usize = 20;

pub(super) fn read(file: &str, bytes: &[u8], bounds: &Bounds) -> Result<Raw, Vec<Invalid>> {
    let (text, encoding) = decode(bytes).map_err(|(line, why)| vec![complaint(file, line, None, why)])?;
    let delimiter = delimiter(&text);
    if let Some(line) = open_quote(&text, delimiter) {
        return Err(vec![complaint(file, Some(line), None, Why::of("invalid-csv-quote"))]);
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut counted = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|e| {
            vec![complaint(file, None, None, Why::of("invalid-csv-broken").with("said", e.to_string()))]
        })?;
        let number = counted.of(record.position().map_or(0, csv::Position::byte));
        if record.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        lines.push(line(file, number, &record, bounds, &mut wrong));
        if lines.len() > bounds.rows {
            return Err(vec![complaint(file, None, None, Why::of("invalid-csv-rows").with("most", bounds.rows))]);
        }
        if wrong.len() >= TOLD {
            break;
        }
    }
    if wrong.is_empty() {
        Ok(Raw { form: Form::Csv { encoding, delimiter }, sheets: Vec::new(), lines, merged: Vec::new() })
    } else {
        Err(wrong)
    }
}

fn line(file: &str, number: u64, record: &csv::StringRecord, bounds: &Bounds, wrong: &mut Vec<Invalid>) -> Line {
    let mut cells: Vec<String> = Vec::with_capacity(record.len());
    for (n, cell) in record.iter().enumerate() {
        let cell = plain(cell);
        let cell = cell.trim();
        if let Some(why) = unfit(cell, bounds) {
            wrong.push(at(file, None, number, Some(&letters(n)), why));
        }
        cells.push(cell.replace("\r\n", "\n"));
    }
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    if cells.len() > bounds.columns {
        let why = Why::of("invalid-sheet-columns").with("has", cells.len()).with("most", bounds.columns);
        wrong.push(at(file, None, number, None, why));
    }
    Line { number, cells }
}

/// The separator that occurs in most of the first lines, and of equals the one that occurs most often.
fn delimiter(text: &str) -> char {
    let mut counts = [(';', 0_usize, 0_usize), (',', 0, 0), ('\t', 0, 0)];
    let (mut quoted, mut lines, mut here) = (false, 0, [0_usize; 3]);
    for c in text.chars().chain(['\n']) {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                for ((_, in_lines, all), n) in counts.iter_mut().zip(here) {
                    *in_lines += usize::from(n > 0);
                    *all += n;
                }
                here = [0; 3];
                lines += 1;
                if lines == GUESSED {
                    break;
                }
            }
            _ if quoted => {}
            _ => here.iter_mut().zip(counts).filter(|(_, (d, ..))| *d == c).for_each(|(n, _)| *n += 1),
        }
    }
    let best = counts.iter().map(|(_, lines, all)| (*lines, *all)).max().unwrap_or((0, 0));
    counts.iter().find(|(_, lines, all)| (*lines, *all) == best).map_or(',', |(d, ..)| *d)
}
