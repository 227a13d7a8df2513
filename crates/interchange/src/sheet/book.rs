//! A list as a workbook: what people take into their own tables. Every cell is text, so that no reference loses a zero,
//! no date changes its day, and nothing is calculated.

use plantgate_domain::base::Why;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::out;
use crate::shown;

/// Characters a worksheet takes of a title, for the width of its column.
const WIDEST: usize = 60;

/// Writes a workbook with one worksheet: titles in bold that stay in sight and can be filtered by, then the rows.
///
/// # Errors
/// A cell that is longer than a workbook holds (32,767 characters), or a name no worksheet can have.
pub fn book(name: &str, head: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, Why> {
    write(name, head, rows).map_err(|e| Why::of("invalid-export-book").with("said", shown(&e.to_string())))
}

fn write(name: &str, head: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_name(name)?;
    let bold = Format::new().set_bold();
    for (column, title) in (0_u16..).zip(head) {
        page.write_string_with_format(0, column, *title, &bold)?;
    }
    let mut below = 0;
    for (row, cells) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            out::write(page, row, column, cell)?;
        }
        below = row;
    }
    page.set_freeze_panes(1, 0)?;
    if let Some(last) = u16::try_from(head.len()).ok().and_then(|n| n.checked_sub(1)) {
        page.autofilter(0, 0, below, last)?;
    }
    widen(page, head, rows)?;
    book.save_to_buffer()
}

/// Columns as wide as what stands in them, up to a bound; the library's own measuring reads fonts we do not ship.
fn widen(page: &mut Worksheet, head: &[&str], rows: &[Vec<String>]) -> Result<(), XlsxError> {
    for (n, title) in head.iter().enumerate() {
        let cells = rows.iter().filter_map(|row| row.get(n)).map(|c| c.chars().count());
        let widest = cells.chain([title.chars().count() + 3]).max().unwrap_or(0).min(WIDEST);
        let (Ok(column), Ok(width)) = (u16::try_from(n), u16::try_from(widest + 2)) else { break };
        page.set_column_width(column, f64::from(width))?;
    }
    Ok(())
}
