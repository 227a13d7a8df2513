//! Dates of the demo are written as distances from its first morning, so that the set never ages: `D0-46` is a day,
//! `D0-46T08:15Z` an instant, `D0+0T14:00@Europe/Berlin` a local time, `Q(D0-50)` and `H(D0-50)` the quarter and half
//! year of a day, `Y(D0-50)` its year.

use plantgate_domain::base::{Day, Instant, Why, ZoneName};

/// The bytes with every date told. Everything else stays as it is, in whatever encoding it is.
pub fn told(bytes: &[u8], d0: Instant) -> Result<Vec<u8>, Why> {
    let first = ZoneName::utc().day_of(d0);
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 4);
    let mut rest = bytes;
    while let Some((head, tail)) = rest.split_first() {
        match token(rest) {
            Some((kind, length)) => {
                let text = rest.get(..length).map(String::from_utf8_lossy).unwrap_or_default();
                out.extend(date(&text, kind, first)?.into_bytes());
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                out.push(*head);
                rest = tail;
            }
        }
    }
    Ok(out)
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Date,
    Period(char),
}

/// Whether a date begins here, and its length.
fn token(bytes: &[u8]) -> Option<(Kind, usize)> {
    let is = |b: &u8, more: &[u8]| b.is_ascii_alphanumeric() || more.contains(b);
    if let Some((kind @ (b'Q' | b'H' | b'Y' | b'M'), rest)) = bytes.split_first()
        && rest.starts_with(b"(D0")
    {
        let end = bytes.iter().position(|b| *b == b')')?;
        return Some((Kind::Period(char::from(*kind)), end + 1));
    }
    let rest = bytes.strip_prefix(b"D0")?;
    let sign = rest.first().filter(|b| matches!(b, b'+' | b'-'));
    sign?;
    let digits = rest.iter().skip(1).take_while(|b| b.is_ascii_digit()).count();
    let mut length = 3 + digits;
    if bytes.get(length) == Some(&b'T') {
        length += bytes.iter().skip(length).take_while(|b| is(b, b":@/_")).count();
    }
    (digits > 0).then_some((Kind::Date, length))
}

fn date(text: &str, kind: Kind, first: Day) -> Result<String, Why> {
    let wrong = || Why::of("invalid-story-date").with("given", text);
    let inner = match kind {
        Kind::Date => text,
        Kind::Period(_) => text.get(2..text.len().saturating_sub(1)).ok_or_else(wrong)?,
    };
    let rest = inner.strip_prefix("D0").ok_or_else(wrong)?;
    let (days, time) = rest.split_once('T').map_or((rest, None), |(d, t)| (d, Some(t)));
    let day = first.plus_days(days.parse().map_err(|_| wrong())?);
    match (kind, time) {
        (Kind::Date, None) => Ok(day.to_string()),
        (Kind::Period(letter), None) => Ok(period(letter, day)),
        (Kind::Date, Some(time)) => {
            let (clock, zone) = match (time.strip_suffix('Z'), time.split_once('@')) {
                (Some(clock), _) => (clock, ZoneName::utc()),
                (None, Some((clock, zone))) => (clock, zone.parse()?),
                (None, None) => return Err(wrong()),
            };
            Ok(zone.parse_local(&format!("{day}T{clock}"))?.to_string())
        }
        (Kind::Period(_), Some(_)) => Err(wrong()),
    }
}

/// The period a day lies in, as people name it.
fn period(letter: char, day: Day) -> String {
    let (year, month, _) = day.parts();
    match letter {
        'Q' => format!("{year}-Q{}", (month + 2) / 3),
        'H' => format!("{year}-H{}", (month + 5) / 6),
        'M' => format!("{year}-{month:02}"),
        _ => year.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_and_nothing_else_is_touched() {
        let d0 = "2026-11-16T07:30:00Z".parse().unwrap();
        let say = |text: &[u8]| String::from_utf8_lossy(&told(text, d0).unwrap()).into_owned();
        assert_eq!(say(b"due,D0-46;x"), "due,2026-10-01;x");
        assert_eq!(say(b"\"D0-46T22:00Z\""), "\"2026-10-01T22:00:00.000000Z\"");
        assert_eq!(say(b"D0+0T14:00@Europe/Berlin,"), "2026-11-16T13:00:00.000000Z,");
        assert_eq!(say(b"Q(D0-60) H(D0-60) Y(D0-60) M(D0-60)"), "2026-Q3 2026-H2 2026 2026-09");
        assert_eq!(say("D0 FLOOD0-x Müller".as_bytes()), "D0 FLOOD0-x Müller");
        assert_eq!(told(b"M\xFCller D0-1", d0).unwrap(), b"M\xFCller 2026-11-15");
        assert!(told(b"D0-46T25:00Z", d0).unwrap_err().to_string().contains("25:00"));
        assert!(told(b"D0-46T08:00@Mars/Olympus", d0).is_err());
    }
}
