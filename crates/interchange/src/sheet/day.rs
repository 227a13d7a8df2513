//! Days as people write them. A day that two readers would read differently is told, never guessed.

use plantgate_domain::base::{Day, Why};

use super::said;
use crate::shown;

/// What a cell says of a day.
pub type Said = Result<Option<Day>, Why>;

/// Years that a sheet may name. Also why a year of two digits may be certain: `26` is 2026, because 1926 is before the
/// first of them and nobody signs for 2126; `98` may be 1998 or 2098, and then nobody guesses.
const YEARS: std::ops::RangeInclusive<i64> = 1950..=2199;

/// The day in a cell: `2026-12-31`, `31.12.2026`, `31.12.26`, `31/12/2026`; `n/a` and its relatives say nothing.
pub fn day(cell: &str) -> Said {
    let Some(text) = said(cell) else { return Ok(None) };
    let wrong = || Why::of("invalid-sheet-day").with("given", shown(text));
    // A time behind the day does not move it.
    let date = text.split([' ', 'T']).next().unwrap_or(text);
    let mark = ['-', '.', '/'].into_iter().find(|m| date.contains(*m)).ok_or_else(wrong)?;
    let parts: Vec<&str> = date.split(mark).map(str::trim).collect();
    let [first, middle, last] = *parts.as_slice() else { return Err(wrong()) };
    let (a, b, c) = (number(first).ok_or_else(wrong)?, number(middle).ok_or_else(wrong)?, number(last));
    let c = c.ok_or_else(wrong)?;
    let (year, month, day) = match (first.len(), mark, last.len()) {
        (4, _, 1..=2) => (a, b, c),
        (1..=2, '.', 4) => (c, b, a),
        (1..=2, '.', 2) => {
            (century(c).ok_or_else(|| Why::of("invalid-sheet-day-century").with("given", shown(text)))?, b, a)
        }
        (1..=2, _, 4) if a > 12 => (c, b, a),
        (1..=2, _, 4) if b > 12 || a == b => (c, a, b),
        // Either order of day and month, or a year of two digits at either end.
        (1..=2, _, 4 | 2) => return Err(Why::of("invalid-sheet-day-either").with("given", shown(text))),
        _ => return Err(wrong()),
    };
    let (year, month, day) =
        (i16::try_from(year).ok().filter(|_| YEARS.contains(&year)), i8::try_from(month), i8::try_from(day));
    let (Some(year), Ok(month), Ok(day)) = (year, month, day) else { return Err(wrong()) };
    Day::new(year, month, day).map(Some).ok_or_else(wrong)
}

/// Digits and nothing else: a sign is no part of a day.
fn number(part: &str) -> Option<i64> {
    if part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None }
}

/// The year that two digits mean, where only one of this century and the last can be meant.
fn century(two: i64) -> Option<i64> {
    if YEARS.contains(&(1900 + two)) { None } else { Some(2000 + two) }
}
