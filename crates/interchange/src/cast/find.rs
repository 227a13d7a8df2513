//! Words in a recording: when a text came onto the screen, and all that was shown as plain lines. Lines that only
//! passed are found, too: a screen shows the end of a long output, and what matters stood in its middle.

use std::collections::BTreeSet;

use super::{
    Cast,
    play::{Patience, Stage, moments},
    screen::plain,
};

/// Characters of a line that are kept.
const LONG: usize = 2_000;
/// Bytes of all lines together.
const TEXT: usize = 16 << 20;

/// A line in which the text stood, and since when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// Microseconds.
    pub at: u64,
    pub line: String,
}

/// Lines with the time at which each was whole.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// Whether there is more than was asked for.
    pub more: bool,
    /// Whether it took too long to go on.
    pub stopped: bool,
}

/// When a text came onto the screen, in capitals or not. Soft breaks of a line are none.
pub fn search(cast: &Cast, text: &str, most: usize, may: Patience<'_>) -> Found {
    let wanted = text.trim().to_lowercase();
    let mut found = Found::default();
    if wanted.is_empty() {
        return found;
    }
    let fits = |line: &str| line.to_lowercase().contains(&wanted);
    let mut stage = Stage::read(cast, may);
    let (moments, mut next) = (moments(cast), 0);
    let mut before: BTreeSet<String> = BTreeSet::new();
    for (n, event) in cast.events.iter().enumerate() {
        let mut new = Vec::new();
        let going = stage.event(event, &mut |line| new.extend(Some(line).filter(|l| fits(l))));
        // The screen is looked at when it stood: at the last event of each moment.
        let last = cast.events.get(n + 1).is_none_or(|e| e.at > event.at);
        if last && moments.get(next) == Some(&event.at) {
            next += 1;
            let here = joined(&stage).into_iter().filter(|l| fits(l)).collect::<BTreeSet<_>>();
            new.extend(here.difference(&before).cloned());
            new.retain(|line| !before.contains(line));
            before = here;
        } else {
            new.retain(|line| !before.contains(line));
        }
        for line in new {
            let known = found.hits.iter().rev().take_while(|h| h.at == event.at).any(|h| h.line == kept(&line));
            if !known && found.hits.len() >= most {
                found.more = true;
                return found;
            }
            if !known {
                found.hits.push(Hit { at: event.at, line: kept(&line) });
            }
        }
        if !going {
            found.stopped = true;
            break;
        }
    }
    found
}

/// All that was shown, line by line as it left the screen, and what stood there at the end. What programs drew that
/// take the whole screen is not in it: it stands on the screen alone.
pub fn transcript(cast: &Cast, most: usize, may: Patience<'_>) -> Found {
    let mut stage = Stage::read(cast, may);
    let (mut found, mut bytes) = (Found::default(), 0);
    for event in &cast.events {
        let going = stage.event(event, &mut |line| {
            if bytes <= TEXT {
                let line = kept(&line);
                bytes += line.len() + size_of::<Hit>();
                found.hits.push(Hit { at: event.at, line });
            }
        });
        if found.hits.len() > most || bytes > TEXT {
            found.hits.truncate(most);
            found.more = true;
            return found;
        }
        if !going {
            found.stopped = true;
            break;
        }
    }
    let rest = stage.end().into_iter().map(|line| Hit { at: cast.length(), line: kept(&line) });
    found.hits.extend(rest);
    found.more = found.hits.len() > most;
    found.hits.truncate(most);
    found
}

/// A line as it may stand on a page.
fn kept(line: &str) -> String {
    line.chars().take(LONG).map(plain).collect()
}

/// Lines of the screen, soft breaks joined.
fn joined(stage: &Stage<'_>) -> Vec<String> {
    let (mut all, mut pending) = (Vec::new(), String::new());
    for line in stage.terminal.screen().visible_lines() {
        pending.extend(line.chars());
        if !line.is_wrapped() {
            all.push(std::mem::take(&mut pending).trim_end().to_owned());
        }
    }
    all.extend(Some(pending).filter(|p| !p.is_empty()));
    all
}
