//! Days as people write them. A day that two readers would read differently is told, never guessed.

use plantgate_domain::base::{Day, Why};

use super::said;
use crate::shown;

/// What a cell says of a day.
pub type Said = Result<Option<Day>, Why>;

/// The day in a cell: `2026-12-31`, `31.12.2026`, `31.12.26`, `31/12/2026`; `n/a` and its relatives say nothing.
pub fn day(cell: &str) -> Said {
    let Some(text) = said(cell) else { return Ok(None) };
    let wrong = || Why::of("invalid-sheet-day").with("given", shown(text));
    // A time behind the day does not move it.
    let date = text.split([' ', 'T']).next().unwrap_or(text);
    let mark = ['-', '.', '/'].into_iter().find(|m| date.contains(*m)).ok_or_else(wrong)?;
    let parts: Vec<i64> = date.split(mark).map(|p| p.trim().parse().map_err(|_| wrong())).collect::<Result<_, _>>()?;
    // A year has four digits or two; what has fewer is something else.
    let lengths: Vec<usize> = date.split(mark).map(|p| p.trim().len()).collect();
    if !lengths.contains(&4) && lengths.last() != Some(&2) {
        return Err(wrong());
    }
    let [a, b, c] = *parts.as_slice() else { return Err(wrong()) };
    let (year, month, day) = match mark {
        _ if a > 31 => (a, b, c),
        '.' => (c, b, a),
        '/' | '-' if a > 12 => (c, b, a),
        '/' | '-' if b > 12 => (c, a, b),
        '/' | '-' if a == b => (c, a, b),
        _ => return Err(Why::of("invalid-sheet-day-either").with("given", shown(text))),
    };
    let year = if (0..100).contains(&year) { year + 2000 } else { year };
    let (year, month, day) = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let (Ok(year), Ok(month), Ok(day)) = (year, month, day) else { return Err(wrong()) };
    if !(1950..=2199).contains(&year) {
        return Err(wrong());
    }
    Day::new(year, month, day).map(Some).ok_or_else(wrong)
}
