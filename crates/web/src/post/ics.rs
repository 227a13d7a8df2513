//! A calendar as RFC 5545 writes it: lines of at most 75 octets, ends of lines as CR LF, text with its own escapes.

use plantgate_domain::base::{Day, Instant, ZoneName};

/// When something is: a stretch of time, or a whole day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    From(Instant, Instant),
    On(Day),
}

/// One thing in a calendar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Stays the same for the same thing, so that a calendar moves it and does not double it.
    pub uid: String,
    pub when: When,
    pub title: String,
    pub text: String,
    pub href: String,
}

/// The whole file.
pub fn calendar(name: &str, now: Instant, events: &[Event]) -> String {
    let mut out = String::new();
    for text in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Plantgate//Plantgate//EN", "CALSCALE:GREGORIAN"] {
        line(&mut out, text);
    }
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    for e in events {
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{}", escaped(&e.uid)));
        line(&mut out, &format!("DTSTAMP:{}", stamp(now)));
        match e.when {
            When::From(from, until) => {
                line(&mut out, &format!("DTSTART:{}", stamp(from)));
                line(&mut out, &format!("DTEND:{}", stamp(until)));
            }
            When::On(day) => {
                line(&mut out, &format!("DTSTART;VALUE=DATE:{}", date(day)));
                line(&mut out, &format!("DTEND;VALUE=DATE:{}", date(day.plus_days(1))));
                line(&mut out, "TRANSP:TRANSPARENT");
            }
        }
        line(&mut out, &format!("SUMMARY:{}", escaped(&e.title)));
        if !e.text.is_empty() {
            line(&mut out, &format!("DESCRIPTION:{}", escaped(&e.text)));
        }
        line(&mut out, &format!("URL:{}", e.href.replace(['\r', '\n'], "")));
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn stamp(at: Instant) -> String {
    ZoneName::utc().format(at, "%Y%m%dT%H%M%SZ")
}

fn date(day: Day) -> String {
    day.to_string().replace('-', "")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A line, folded between letters: a continuation begins with a space.
fn line(out: &mut String, text: &str) {
    let mut room = 75;
    for c in text.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = 74;
        }
        out.push(c);
        room -= c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_short_text_is_escaped_and_nothing_begins_a_line_of_its_own() {
        let long = "Prüfung der Lüftungsanlage; Halle 3, Ebene 2\\Nord\nEND:VCALENDAR\r\nATTACH:https://evil.example "
            .repeat(3);
        let event = Event {
            uid: "a@plantgate".to_owned(),
            when: When::On("2026-11-30".parse().unwrap()),
            title: long.clone(),
            text: String::new(),
            href: "https://plantgate.example/x\r\nATTENDEE:y".to_owned(),
        };
        let file = calendar("Brunnfeld, Süd", "2026-11-16T07:30:00Z".parse().unwrap(), &[event]);
        assert!(file.split("\r\n").all(|l| l.len() <= 75 && !l.contains(['\r', '\n'])), "{file}");
        let unfolded = file.replace("\r\n ", "");
        for want in ["DTSTAMP:20261116T073000Z", "DTSTART;VALUE=DATE:20261130", "DTEND;VALUE=DATE:20261201"] {
            assert!(unfolded.lines().any(|l| l == want), "{want}: {file}");
        }
        assert!(
            unfolded.contains("SUMMARY:Prüfung der Lüftungsanlage\\; Halle 3\\, Ebene 2\\\\Nord\\nEND:VCALENDAR\\n")
        );
        assert_eq!(unfolded.lines().filter(|l| l.starts_with("END:VCALENDAR")).count(), 1);
        assert!(!unfolded.lines().any(|l| l.starts_with("ATTACH") || l.starts_with("ATTENDEE")));
        assert!(unfolded.contains("X-WR-CALNAME:Brunnfeld\\, Süd"));
    }
}
