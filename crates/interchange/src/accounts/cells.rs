//! Cells of a list of accounts: yes and no in many words, days as directories write and count them.

use plantgate_domain::base::Day;

use super::Last;

/// A yes or no in many words; an empty cell does not say.
pub fn enabled(text: &str) -> Option<Option<bool>> {
    match text.to_lowercase().as_str() {
        // Locked by wrong passwords unlocks by itself after a while, so it says nothing of whether one could come in.
        "" | "locked" | "locked out" | "gesperrt" => Some(None),
        "true" | "yes" | "1" | "enabled" | "active" | "ja" | "wahr" | "aktiv" | "aktiviert" => Some(Some(true)),
        "false" | "no" | "0" | "disabled" | "inactive" | "nein" | "falsch" | "inaktiv" | "deaktiviert" => {
            Some(Some(false))
        }
        _ => None,
    }
}

/// The number of a directory that has a bit for *disabled*.
pub fn control(text: &str) -> Option<Option<bool>> {
    if text.is_empty() {
        return Some(None);
    }
    text.parse::<u32>().ok().map(|bits| Some(bits & 2 == 0))
}

/// Whether an account is said to be nobody's alone.
pub fn shared(text: &str) -> bool {
    ["shared", "service", "group", "geteilt", "dienst", "dienstkonto", "gruppe", "gruppenkonto"]
        .contains(&&*text.to_lowercase())
}

/// A day, in the ways directories write one; the time behind it is left alone, days are enough for *dormant*. Whether
/// 11/03 is in March or November nobody can know, so it is no day.
pub fn last(text: &str) -> Option<Last> {
    match text.to_lowercase().as_str() {
        "" | "-" | "–" | "unknown" | "unbekannt" => return Some(Last::Unknown),
        "never" | "nie" | "0" => return Some(Last::Never),
        _ => {}
    }
    let first = text.split([' ', 'T']).next().unwrap_or_default();
    let day = first.parse::<Day>().ok().or_else(|| dotted(first)).or_else(|| counted(text))?;
    // What began to count at its beginning never counted.
    match (day > Day::new(1970, 1, 1)?, day < Day::new(2200, 1, 1)?) {
        (false, _) => Some(Last::Never),
        (true, true) => Some(Last::On(day)),
        (true, false) => None,
    }
}

/// 3.11.2026.
fn dotted(text: &str) -> Option<Day> {
    let mut parts = text.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// A directory counts tenths of microseconds since 1601, a gateway seconds since 1970.
fn counted(text: &str) -> Option<Day> {
    let count: i64 = text.parse().ok()?;
    match count {
        100_000_000..=9_999_999_999 => Day::new(1970, 1, 1).map(|d| d.plus_days(count / 86_400)),
        100_000_000_000_000_000..=200_000_000_000_000_000 => {
            Day::new(1601, 1, 1).map(|d| d.plus_days(count / 864_000_000_000))
        }
        _ => None,
    }
}

/// What nobody sees in a text: control characters, and marks that turn or hide what stands beside them.
pub fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}
