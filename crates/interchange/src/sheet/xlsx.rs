//! A worksheet, cell by cell. The archive is unpacked once into nothing, with a limit, before the reader may see it:
//! its own sizes are claims. Cells come one after the other, so that a lonely cell in the last corner costs nothing,
//! and each is counted before it is kept: a workbook says a text once and names it in a million cells.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{Cursor, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use plantgate_domain::base::{Day, Invalid, Why};

use super::{Budget, Form, How, Line, Merged, Raw, at, letters, unfit};
use crate::{Bounds, complaint, csv::TOLD, mib, shown};

pub(super) fn read(file: &str, bytes: &[u8], how: &How, bounds: &Bounds) -> Result<Raw, Vec<Invalid>> {
    let one = |why| vec![complaint(file, None, None, why)];
    weigh(bytes, bounds).map_err(one)?;
    // The reader is another's code on a stranger's bytes: should it give up, that is the file's fault and told so.
    let read = catch_unwind(AssertUnwindSafe(|| sheet(file, bytes, how, bounds)));
    read.unwrap_or_else(|_| Err(one(Why::of("invalid-sheet-broken").with("said", "-"))))
}

/// Unpacks everything once, counting.
fn weigh(bytes: &[u8], bounds: &Bounds) -> Result<(), Why> {
    let broken = |e: &dyn std::fmt::Display| Why::of("invalid-sheet-broken").with("said", shown(&e.to_string()));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(&e))?;
    if archive.len() > bounds.parts {
        return Err(Why::of("invalid-sheet-parts").with("has", archive.len()).with("most", bounds.parts));
    }
    let mut left = bounds.unpacked as u64;
    for n in 0..archive.len() {
        let part = archive.by_index(n).map_err(|e| broken(&e))?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|e| broken(&e))?;
        left =
            left.checked_sub(read).ok_or_else(|| Why::of("invalid-sheet-bomb").with("size", mib(bounds.unpacked)))?;
    }
    Ok(())
}

fn sheet(file: &str, bytes: &[u8], how: &How, bounds: &Bounds) -> Result<Raw, Vec<Invalid>> {
    let fail = |e: XlsxError| {
        let why = match e {
            XlsxError::Password => Why::of("invalid-sheet-password"),
            other => Why::of("invalid-sheet-broken").with("said", shown(&other.to_string())),
        };
        vec![complaint(file, None, None, why)]
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(fail)?;
    let seen = |s: &&calamine::Sheet| s.visible == SheetVisible::Visible && s.typ == SheetType::WorkSheet;
    let sheets: Vec<String> = book.sheets_metadata().iter().filter(seen).map(|s| s.name.clone()).collect();
    let wanted: Vec<String> = match &how.sheet {
        Some(name) => sheets.iter().filter(|s| *s == name).cloned().collect(),
        None => sheets.clone(),
    };
    for name in wanted {
        let lines = lines(&mut book, file, &name, bounds, &fail)?;
        if lines.is_empty() && how.sheet.is_none() {
            continue;
        }
        let merged = book.merge_cells_by_sheet_name(&name).map_err(fail)?;
        if merged.len() > bounds.rows {
            let why = Why::of("invalid-sheet-merged").with("most", bounds.rows);
            return Err(vec![complaint(file, None, None, why)]);
        }
        let place = |(row, column): (u32, u32)| (u64::from(row) + 1, column as usize);
        let merged: Vec<Merged> = merged.iter().map(|d| Merged { first: place(d.start), last: place(d.end) }).collect();
        if let Some(twice) = overlaps(&merged) {
            let place =
                at(file, Some(&name), twice.first.0, Some(&letters(twice.first.1)), Why::of("invalid-sheet-overlap"));
            return Err(vec![place]);
        }
        return Ok(Raw { form: Form::Xlsx { sheet: name }, sheets, lines, merged });
    }
    let why = match &how.sheet {
        Some(name) => Why::of("invalid-sheet-none").with("name", shown(name)).with("known", sheets.join(", ")),
        None => Why::of("invalid-csv-empty"),
    };
    Err(vec![complaint(file, None, None, why)])
}

fn lines(
    book: &mut Xlsx<Cursor<&[u8]>>,
    file: &str,
    name: &str,
    bounds: &Bounds,
    fail: &impl Fn(XlsxError) -> Vec<Invalid>,
) -> Result<Vec<Line>, Vec<Invalid>> {
    let mut cells = book.worksheet_cells_reader(name).map_err(fail)?;
    let (mut rows, mut wrong): (BTreeMap<u32, Vec<String>>, _) = (BTreeMap::new(), Vec::new());
    let mut budget = Budget::new(bounds);
    while let Some(cell) = cells.next_cell().map_err(fail)? {
        let (row, column) = cell.get_position();
        let text = text(cell.get_value());
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let (line, column) = (u64::from(row) + 1, column as usize);
        if column >= bounds.columns {
            let why = Why::of("invalid-sheet-columns").with("has", column + 1).with("most", bounds.columns);
            return Err(vec![at(file, Some(name), line, Some(&letters(column)), why)]);
        }
        if let Some(why) = unfit(text, bounds) {
            wrong.push(at(file, Some(name), line, Some(&letters(column)), why));
            if wrong.len() >= TOLD {
                break;
            }
            continue;
        }
        budget.spend(text).map_err(|why| vec![at(file, Some(name), line, None, why)])?;
        let cells = rows.entry(row).or_default();
        cells.resize(cells.len().max(column + 1), String::new());
        if let Some(place) = cells.get_mut(column) {
            *place = text.replace("\r\n", "\n");
        }
        if rows.len() > bounds.rows {
            let why = Why::of("invalid-csv-rows").with("most", bounds.rows);
            return Err(vec![at(file, Some(name), line, None, why)]);
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(rows.into_iter().map(|(row, cells)| Line { number: u64::from(row) + 1, cells }).collect())
}

/// The first merge that lies over another one, which no spreadsheet makes: in order of rows, those that reach into the
/// row of the next one are held by their columns.
pub(super) fn overlaps(merged: &[Merged]) -> Option<Merged> {
    let mut all: Vec<&Merged> = merged.iter().collect();
    all.sort_unstable_by_key(|m| (m.first, m.last));
    let mut open: BTreeMap<usize, &Merged> = BTreeMap::new();
    for m in all {
        while let Some((column, left)) = open.range(..=m.last.1).next_back().map(|(column, left)| (*column, *left)) {
            if left.last.0 >= m.first.0 {
                if left.last.1 >= m.first.1 {
                    return Some(*m);
                }
                break;
            }
            open.remove(&column);
        }
        open.insert(m.first.1, m);
    }
    None
}

/// A cell as somebody sees it. What is a date is written as one, whatever its format; a text is not copied.
fn text<'a>(value: &'a DataRef<'a>) -> Cow<'a, str> {
    let text = match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => n.to_string(),
        DataRef::String(text) | DataRef::DurationIso(text) => return Cow::Borrowed(text),
        DataRef::SharedString(text) => return Cow::Borrowed(text),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
            match parts {
                (Ok(y), Ok(m), Ok(d)) if at.is_datetime() => {
                    Day::new(y, m, d).map_or_else(|| at.as_f64().to_string(), |day| day.to_string())
                }
                _ => at.as_f64().to_string(),
            }
        }
        DataRef::DateTimeIso(text) => return Cow::Borrowed(text.split('T').next().unwrap_or_default()),
        DataRef::Error(e) => e.to_string(),
        DataRef::Empty => return Cow::Borrowed(""),
    };
    Cow::Owned(text)
}
