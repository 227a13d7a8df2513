//! Times as people type them, in the site's zone: `2026-11-16 14:00`, `16.11. 14:00`, `16.11.2026 14:00`, `14:00`; and
//! lengths: `2 h`, `90 min`, `1:30`. What was understood is shown in words before anything is sent.

use plantgate_domain::base::{Day, Instant, ZoneName};

/// A local time, near `now` where the day or the year is left out.
pub fn moment(text: &str, zone: &ZoneName, now: Instant) -> Option<Instant> {
    let text = text.trim().replace('T', " ");
    let mut parts = text.split_whitespace();
    let (day, clock) = match (parts.next(), parts.next(), parts.next()) {
        (Some(clock), None, None) => (zone.format(now, "%Y-%m-%d"), clock),
        (Some(day), Some(clock), None) => (date(day, zone, now)?, clock),
        _ => return None,
    };
    let (hour, minute) = clock.split_once(':')?;
    let minute = minute.get(..2).unwrap_or(minute);
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    zone.parse_local(&format!("{day}T{hour:02}:{minute:02}")).ok()
}

/// A day, in the current year where it is left out.
pub fn day(text: &str, zone: &ZoneName, now: Instant) -> Option<Day> {
    date(text.trim(), zone, now)?.parse().ok()
}

fn date(text: &str, zone: &ZoneName, now: Instant) -> Option<String> {
    if text.len() == 10 && text.as_bytes().get(4) == Some(&b'-') {
        return Some(text.to_owned());
    }
    let parts: Vec<&str> = text.split(['.', '/']).filter(|p| !p.is_empty()).collect();
    let this_year = zone.format(now, "%Y");
    let (day, month, year) = match parts.as_slice() {
        [day, month] => (day, month, this_year.as_str()),
        [day, month, year] => (day, month, *year),
        _ => return None,
    };
    let (day, month): (u8, u8) = (day.parse().ok()?, month.parse().ok()?);
    let year = if year.len() == 2 { format!("20{year}") } else { year.to_owned() };
    Some(format!("{year}-{month:02}-{day:02}"))
}

/// A length in seconds.
pub fn length(text: &str) -> Option<i64> {
    let text = text.trim().to_lowercase();
    if let Some((hours, minutes)) = text.split_once(':') {
        return Some(hours.trim().parse::<i64>().ok()? * 3_600 + minutes.trim().parse::<i64>().ok()? * 60);
    }
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let number: i64 = digits.parse().ok()?;
    match text.get(digits.len()..)?.trim() {
        "" | "h" | "hour" | "hours" | "std" | "stunden" | "stunde" => Some(number.checked_mul(3_600)?),
        "m" | "min" | "minutes" | "minuten" => Some(number.checked_mul(60)?),
        _ => None,
    }
    .filter(|secs| (60..=366 * 86_400).contains(secs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_times_in_their_own_way() {
        let zone: ZoneName = "Europe/Berlin".parse().unwrap();
        let now: Instant = "2026-11-16T07:30:00Z".parse().unwrap();
        let two: Instant = "2026-11-16T13:00:00Z".parse().unwrap();
        for text in ["2026-11-16T14:00", "2026-11-16 14:00", "16.11. 14:00", "16.11.2026 14:00", "16.11.26 14:00"] {
            assert_eq!(moment(text, &zone, now), Some(two), "{text}");
        }
        assert_eq!(moment(" 14:00 ", &zone, now), Some(two));
        for text in ["", "tomorrow", "14", "31.2. 10:00", "2026-11-16 25:00"] {
            assert_eq!(moment(text, &zone, now), None, "{text}");
        }
    }

    #[test]
    fn and_lengths() {
        for (text, secs) in [("2 h", 7_200), ("2h", 7_200), ("90 min", 5_400), ("1:30", 5_400), ("2", 7_200)] {
            assert_eq!(length(text), Some(secs), "{text}");
        }
        assert_eq!(length("long"), None);
        assert_eq!(length("9999999999999999 h"), None);
    }
}
