//! A terminal at an instant: the screen as it stood, ways through time, where a text came up, and all of it as lines.
//! The URL says everything, so that a link to a moment can stand in a finding.

use axum::{http::StatusCode, response::Response};
use plantgate_app::witness::play::{
    Text, apart,
    cast::{
        self, Cast, Most, NoCast,
        find::{Found, search, transcript},
        play::{Played, at, moments},
        screen::{COLUMNS, ROWS, plain},
    },
    patience,
};
use plantgate_domain::base::Instant;

use super::{Looked, address, missing};
use crate::{
    door::{error::Trouble, listing::Asked},
    page::recording::{Lines, Over, Recording, Said, drawn},
    render,
    view::{Item, Ui},
};

/// A second, in microseconds.
const SECOND: u64 = 1_000_000;
/// Hits and marks that are shown.
const HITS: usize = 100;
/// Lines of a transcript that are looked at, and those on a page.
const LINES: usize = 100_000;
const PAGE: usize = 500;

/// What was asked of a recording.
struct Ask {
    at: Option<u64>,
    q: String,
    lines: bool,
    live: bool,
}

/// What came of it.
struct Came {
    cast: Cast,
    played: Played,
    moments: Vec<u64>,
    found: Option<Found>,
    lines: Option<Found>,
}

/// Terminals that are being recorded, and the one that is shown.
type Growing = Option<(Vec<u32>, u32)>;

/// A page of a terminal.
pub async fn show(
    ui: Ui,
    looked: Looked,
    (until, growing): (Instant, Growing),
    text: Text,
    asked: &Asked,
) -> Result<Response, Trouble> {
    let live = growing.is_some();
    let ask = Ask {
        at: asked.get("at").and_then(micros),
        q: asked.get("q").unwrap_or_default().trim().chars().take(200).collect(),
        lines: asked.get("lines").is_some(),
        live,
    };
    let q = ask.q.clone();
    let (cut, more) = (text.cut, text.more);
    let came = match apart(move || work(&text.bytes, &ask)).await? {
        Ok(came) => came,
        // It is what was recorded, and it is no recording of a terminal.
        Err(_) => return Ok(looked.none(ui, "play-unread-all", true)),
    };
    let mut notes = missing(&ui, &looked, cut, more);
    notes.extend(unshown(&ui, &came));
    let over = looked.over(&ui, until, notes);
    let others = growing.map(|(all, number)| others(&ui, all, number, asked)).unwrap_or_default();
    Ok(render::page(StatusCode::OK, &page(ui, &looked, &came, asked, (over, live, q, others))))
}

/// What came of it, as the page has it.
fn page(
    ui: Ui,
    looked: &Looked,
    came: &Came,
    asked: &Asked,
    (over, live, q, others): (Over, bool, String, Vec<Item>),
) -> Recording {
    Recording {
        over,
        live,
        when: came.cast.began.map(|s| Instant::from_micros(0).plus_secs(s.saturating_add(seconds(came.played.at)))),
        time: clock(came.played.at),
        length: clock(came.cast.length()),
        size: ui
            .t("play-screen-size")
            .n("columns", came.played.screen.columns)
            .n("rows", came.played.screen.rows)
            .to_string(),
        screen: drawn(&came.played.screen),
        go: if live { refresh(&ui, looked, asked) } else { ways(&ui, came, asked) },
        marks: came.cast.marks().take(HITS).map(|(at, text)| said(asked, at, text)).collect(),
        path: address(&looked.session.facts.reference, looked.part),
        kept: looked.part.map(|part| ("part".to_owned(), part.to_string())).into_iter().collect(),
        hits: came.found.as_ref().map(|found| lines(asked, found, None)),
        q,
        lines: came.lines.as_ref().map(|all| lines(asked, all, Some(from(asked, all)))),
        transcript: asked.link(&[("lines", Some("0"))]),
        others,
        ui,
    }
}

/// Reads and plays; takes a processor for a while.
fn work(bytes: &[u8], ask: &Ask) -> Result<Came, NoCast> {
    let cast = cast::read(bytes, &Most::STANDARD)?;
    let (moments, may) = (moments(&cast), patience());
    let first = moments.first().copied().unwrap_or(0);
    let instant = if ask.live { u64::MAX } else { ask.at.unwrap_or(first) };
    let played = at(&cast, instant, &may);
    let found = (!ask.q.is_empty() && !ask.live).then(|| search(&cast, &ask.q, HITS, &may));
    let lines = (ask.lines && !ask.live).then(|| transcript(&cast, LINES, &may));
    Ok(Came { cast, played, moments, found, lines })
}

/// What could not be read or shown.
fn unshown(ui: &Ui, came: &Came) -> Vec<String> {
    let mut notes = Vec::new();
    if came.cast.unread > 0 {
        let lines: Vec<String> = came.cast.wrong.iter().take(10).map(|w| w.line.to_string()).collect();
        notes.push(ui.t("play-unread").n("count", came.cast.unread).s("lines", lines.join(", ")).to_string());
    }
    let searched = [came.found.as_ref(), came.lines.as_ref()].into_iter().flatten().any(|f| f.stopped);
    if came.played.stopped || searched || came.cast.more {
        notes.push(ui.t("play-stopped").to_string());
    }
    let wide = |n: u32, most: usize| usize::try_from(n).is_ok_and(|n| n > most);
    if wide(came.cast.columns, COLUMNS) || wide(came.cast.rows, ROWS) {
        notes.push(ui.t("play-wide").n("columns", COLUMNS).n("rows", ROWS).to_string());
    }
    notes
}

/// The ways through time; where there is none, its name stands there all the same.
fn ways(ui: &Ui, came: &Came, asked: &Asked) -> Vec<Item> {
    let (here, end) = (came.played.at, came.cast.length());
    let first = came.moments.first().copied().filter(|m| *m < here);
    let last = came.moments.last().copied().filter(|m| *m > here);
    let go = [
        ("play-first", first),
        ("play-change-before", came.moments.iter().rev().copied().find(|m| *m < here)),
        ("play-back-10", (here > 0).then(|| here.saturating_sub(10 * SECOND))),
        ("play-on-10", (here < end).then(|| here.saturating_add(10 * SECOND).min(end))),
        ("play-change-next", came.moments.iter().copied().find(|m| *m > here)),
        ("play-last", last),
    ];
    let item = |(id, to): (&str, Option<u64>)| Item {
        text: ui.t(id).to_string(),
        href: to.map(|to| asked.link(&[("at", Some(exact(to).as_str()))])),
    };
    go.into_iter().map(item).collect()
}

fn refresh(ui: &Ui, looked: &Looked, asked: &Asked) -> Vec<Item> {
    let end = format!("/access/sessions/{}/end", looked.session.facts.reference);
    vec![Item::link(ui.t("play-refresh").to_string(), asked.link(&[])), Item::link(ui.t("end-title").to_string(), end)]
}

fn others(ui: &Ui, all: Vec<u32>, shown: u32, asked: &Asked) -> Vec<Item> {
    let item = |n: u32| {
        let text = ui.t("play-terminal").n("number", n).to_string();
        Item::link(text, asked.link(&[("terminal", Some(n.to_string().as_str()))]))
    };
    all.into_iter().filter(|n| *n != shown).map(item).collect()
}

fn said(asked: &Asked, at: u64, line: &str) -> Said {
    let line = line.chars().take(2_000).map(plain).collect();
    Said { time: Item::link(clock(at), asked.link(&[("at", Some(exact(at).as_str()))])), line }
}

/// Where a page of lines begins.
fn from(asked: &Asked, all: &Found) -> usize {
    let from = asked.get("lines").and_then(|n| n.parse().ok()).unwrap_or(0);
    if from < all.hits.len() { from } else { 0 }
}

/// Lines with links to their times; all of them, or a page that begins somewhere.
fn lines(asked: &Asked, all: &Found, from: Option<usize>) -> Lines {
    let (start, most) = from.map_or((0, HITS), |from| (from, PAGE));
    let rows: Vec<Said> = all.hits.iter().skip(start).take(most).map(|h| said(asked, h.at, &h.line)).collect();
    let link = |at: usize| asked.link(&[("lines", Some(at.to_string().as_str()))]);
    let end = start + rows.len();
    let before = from.filter(|from| *from > 0).map(|from| link(from.saturating_sub(PAGE)));
    let after = from.filter(|_| end < all.hits.len()).map(|_| link(end));
    Lines { rows, more: all.more, before, after }
}

fn seconds(micros: u64) -> i64 {
    i64::try_from(micros / SECOND).unwrap_or(i64::MAX)
}

/// An instant as people read it: hours, minutes, seconds, tenths.
fn clock(micros: u64) -> String {
    let (tenths, all) = (micros % SECOND / 100_000, micros / SECOND);
    format!("{}:{:02}:{:02}.{tenths}", all / 3_600, all / 60 % 60, all % 60)
}

/// The same in seconds, to the microsecond, as a URL has it.
fn exact(micros: u64) -> String {
    format!("{}.{:06}", micros / SECOND, micros % SECOND)
}

/// What somebody typed as a time: seconds, or minutes and hours before them with colons.
fn micros(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let (last, before) = parts.split_last()?;
    let seconds = last.replace(',', ".").parse::<f64>().ok().filter(|s| (0.0..1e9).contains(s))?;
    if before.len() > 2 {
        return None;
    }
    let mut whole: u64 = 0;
    for part in before {
        whole = whole.checked_mul(60)?.checked_add(part.parse::<u32>().ok()?.into())?;
    }
    let whole = whole.checked_mul(60)?.checked_mul(SECOND)?;
    // In its bounds it is a whole number that fits.
    whole.checked_add((seconds * 1e6).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_typed_in_seconds_or_with_colons() {
        for (text, at) in [
            ("0", Some(0)),
            ("83.5", Some(83_500_000)),
            ("83,5", Some(83_500_000)),
            ("1:23.5", Some(83_500_000)),
            ("0:01:23.5", Some(83_500_000)),
            ("2:00:00", Some(7_200_000_000)),
            ("-1", None),
            ("1:2:3:4", None),
            ("soon", None),
            ("NaN", None),
            ("99999999999:0:0", None),
        ] {
            assert_eq!(micros(text), at, "{text}");
        }
        for at in [0, 1, 83_500_001, 7_200_000_000] {
            assert_eq!(micros(&exact(at)), Some(at));
        }
        assert_eq!(clock(83_560_000), "0:01:23.5");
    }
}
