//! The rows that were left out, as the file they came in: same kind, letters, separator, worksheet and header, with one
//! more column that says why.

use plantgate_domain::base::Why;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{Form, Line, Merged, Sheet, guess::is_reason};
use crate::{
    csv::{self, Encoding},
    shown,
};

/// Writes them. `title` heads the column of reasons; `why` gives the reason of a line, if it was left out.
pub fn rejected(sheet: &Sheet, title: &str, why: &dyn Fn(u64) -> Option<String>) -> Result<Vec<u8>, Why> {
    // A file that came back has the column already: it is written anew, not added again.
    let column = sheet.titles.iter().position(|t| is_reason(t)).unwrap_or_else(|| width(sheet));
    let mut lines: Vec<Line> = sheet.above.clone();
    lines.extend(sheet.head.iter().cloned());
    if let Some(last) = lines.last_mut() {
        put(last, column, title);
    }
    for row in &sheet.rows {
        if let Some(reason) = why(row.number) {
            let mut row = row.clone();
            put(&mut row, column, &reason);
            lines.push(row);
        }
    }
    match &sheet.form {
        Form::Csv { encoding, delimiter } => Ok(text(&lines, column + 1, *encoding, *delimiter)),
        Form::Xlsx { sheet: name } => workbook(&lines, sheet, name)
            .map_err(|e| Why::of("invalid-sheet-not-written").with("said", shown(&e.to_string()))),
    }
}

fn width(sheet: &Sheet) -> usize {
    let rows = sheet.head.iter().chain(&sheet.rows).map(|l| l.cells.len());
    rows.chain([sheet.titles.len()]).max().unwrap_or(0)
}

fn put(line: &mut Line, column: usize, text: &str) {
    line.cells.resize(line.cells.len().max(column + 1), String::new());
    if let Some(cell) = line.cells.get_mut(column) {
        text.clone_into(cell);
    }
}

fn text(lines: &[Line], width: usize, encoding: Encoding, delimiter: char) -> Vec<u8> {
    let mut out = String::new();
    for line in lines {
        for column in 0..width {
            if column > 0 {
                out.push(delimiter);
            }
            csv::quoted(&mut out, &csv::cell(line.cell(column)), delimiter);
        }
        out.push_str("\r\n");
    }
    encoding.encode(&out)
}

fn workbook(lines: &[Line], sheet: &Sheet, name: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_name(name)?;
    // Rows follow each other without gaps; the ones above and of the header keep their places among themselves.
    for (row, line) in (0_u32..).zip(lines) {
        for (column, cell) in (0_u16..).zip(&line.cells) {
            write(page, row, column, cell)?;
        }
    }
    let heads = sheet.above.iter().chain(&sheet.head);
    let places: Vec<(u64, u32)> = heads.map(|l| l.number).zip(0_u32..).collect();
    for m in &sheet.merged {
        merge(page, m, &places, lines);
    }
    book.save_to_buffer()
}

/// Text is text: what a spreadsheet would calculate is marked as meant.
pub(super) fn write(page: &mut Worksheet, row: u32, column: u16, cell: &str) -> Result<(), XlsxError> {
    if cell.is_empty() {
        return Ok(());
    }
    if csv::cell(cell) == cell {
        page.write_string(row, column, cell)?;
    } else {
        page.write_string_with_format(row, column, cell, &Format::new().set_quote_prefix())?;
    }
    Ok(())
}

/// Merged cells of titles and header stay merged; below the header each row says for itself what it says. A hostile
/// file merges what is merged: then the second one is left as cells.
fn merge(page: &mut Worksheet, m: &Merged, places: &[(u64, u32)], lines: &[Line]) {
    let place = |number: u64| places.iter().find(|(n, _)| *n == number).map(|(_, row)| *row);
    let (Some(first), Some(last)) = (place(m.first.0), place(m.last.0)) else { return };
    let (Ok(left), Ok(right)) = (u16::try_from(m.first.1), u16::try_from(m.last.1)) else { return };
    if (first, left) == (last, right) {
        return;
    }
    let text = lines.get(first as usize).map(|l| l.cell(m.first.1)).unwrap_or_default();
    let _ = page.merge_range(first, left, last, right, text, &Format::new());
}
