//! Playing a recording: the screen at an instant, and the instants at which something changed. What was recorded may
//! have been written to cost as much as possible (a few bytes clear a large screen), so it is played in small pieces,
//! and after each whoever asked says whether it may go on.

use avt::{
    Line, Operation, Terminal,
    observer::{Observation, Observer},
    parser::Function,
};

use super::{
    Cast, Event, What,
    screen::{COLUMNS, ROWS, Screen},
};

/// Asked after every piece whether there may be more: how long somebody waits is for whoever asked to say.
pub type Patience<'p> = &'p dyn Fn() -> bool;

/// For short recordings: to the end.
pub fn always() -> bool {
    true
}

/// Characters of a piece: the dearest of them take a third of a second on the largest screen.
const CHUNK: usize = 1_024;
/// Changes that follow one another within this time are one: 0.3 seconds.
const TOGETHER: u64 = 300_000;
/// The longest that changes are taken as one: 10 seconds.
const LONGEST: u64 = 10_000_000;

/// Bytes of a line that are kept: one may have been written to have no end.
const LINE: usize = 8_192;
/// Lines that are kept of one piece: a few bytes can repeat a sign tens of thousands of times.
const AT_ONCE: usize = 100_000;

/// The screen at an instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Played {
    pub screen: Screen,
    /// The instant that is shown, in microseconds: where it stopped, if it did.
    pub at: u64,
    /// Whether it took too long to go on.
    pub stopped: bool,
}

/// The screen at an instant: with all that was shown until then.
pub fn at(cast: &Cast, instant: u64, may: Patience<'_>) -> Played {
    let mut stage = Stage::new(cast, may);
    let mut shown = instant.min(cast.length());
    for event in cast.events.iter().take_while(|e| e.at <= instant) {
        if !stage.event(event, &mut |_| ()) {
            shown = event.at;
            break;
        }
    }
    Played { screen: stage.screen(), at: shown, stopped: stage.spent }
}

/// The instants at which something on the screen had changed, and stood for a moment.
pub fn moments(cast: &Cast) -> Vec<u64> {
    let mut all: Vec<u64> = Vec::new();
    let mut began = 0;
    let changes = cast.events.iter().filter(|e| matches!(e.what, What::Shown(_) | What::Sized(..)));
    for Event { at, .. } in changes {
        match all.last_mut() {
            Some(last) if at - *last <= TOGETHER && at.saturating_sub(began) <= LONGEST => *last = *at,
            Some(last) if last == at => {}
            _ => {
                began = *at;
                all.push(*at);
            }
        }
    }
    all
}

/// A terminal on which a recording is played.
pub(super) struct Stage<'p> {
    pub terminal: Terminal,
    /// Lines that left the screen, where somebody reads them.
    gone: Option<Gone>,
    may: Patience<'p>,
    /// Whether nobody waits any more.
    pub spent: bool,
}

impl<'p> Stage<'p> {
    pub fn new(cast: &Cast, may: Patience<'p>) -> Stage<'p> {
        let (columns, rows) = bounded(cast.columns, cast.rows);
        Stage { terminal: terminal(columns, rows), gone: None, may, spent: false }
    }

    /// One whose lines are read as they leave the screen.
    pub fn read(cast: &Cast, may: Patience<'p>) -> Stage<'p> {
        Stage { gone: Some(Gone::default()), ..Stage::new(cast, may) }
    }

    /// Plays an event; whole lines that left the screen are handed on. Whether it may go on.
    pub fn event(&mut self, event: &Event, gone: &mut impl FnMut(String)) -> bool {
        match &event.what {
            What::Shown(text) => {
                let mut rest = text.as_str();
                while !rest.is_empty() && self.goes_on() {
                    let cut = rest.char_indices().nth(CHUNK).map_or(rest.len(), |(at, _)| at);
                    let (chunk, next) = rest.split_at_checked(cut).unwrap_or((rest, ""));
                    match &mut self.gone {
                        Some(lines) => self.terminal.feed_with(chunk, lines).into_iter().for_each(&mut *gone),
                        None => self.terminal.feed(chunk),
                    }
                    rest = next;
                }
            }
            What::Sized(columns, rows) if self.goes_on() => {
                let (columns, rows) = bounded(*columns, *rows);
                match &mut self.gone {
                    Some(lines) => self.terminal.resize_with(columns, rows, lines).into_iter().for_each(gone),
                    None => self.terminal.resize(columns, rows),
                }
            }
            What::Sized(..) | What::Typed(_) | What::Marked(_) | What::Left(_) | What::Other(_) => {}
        }
        !self.spent
    }

    fn goes_on(&mut self) -> bool {
        self.spent = self.spent || !(self.may)();
        !self.spent
    }

    pub fn screen(&self) -> Screen {
        Screen::of(&self.terminal)
    }

    /// What is left on the screen, and ends it.
    pub fn end(self) -> Vec<String> {
        let mut lines = self.gone.unwrap_or_default();
        lines.screen(&self.terminal);
        lines.ready
    }
}

/// Lines that left the screen, soft breaks joined.
#[derive(Default)]
struct Gone {
    pending: String,
    ready: Vec<String>,
}

impl Gone {
    fn push(&mut self, line: &Line) {
        if self.pending.len() < LINE {
            self.pending.extend(line.chars());
        }
        if !line.is_wrapped() {
            let whole = std::mem::take(&mut self.pending);
            if self.ready.len() < AT_ONCE {
                self.ready.push(whole.trim_end().to_owned());
            }
        }
    }

    /// What stands on the screen, and above it, without the empty lines at its end.
    fn screen(&mut self, terminal: &Terminal) {
        let before = self.ready.len();
        terminal.primary_screen().all_lines().for_each(|line| self.push(line));
        while self.ready.len() > before && self.ready.last().is_some_and(String::is_empty) {
            self.ready.pop();
        }
    }
}

impl Observer for Gone {
    type Output = Vec<String>;

    fn before(&mut self, context: &mut Observation<'_>, operation: &Operation) {
        // A reset throws away what stands there.
        if matches!(operation, Operation::Function(Function::Ris)) {
            self.screen(context.terminal());
        }
    }

    fn evicted(&mut self, _: &mut Observation<'_>, line: &Line) {
        self.push(line);
    }

    fn end(&mut self, _: &mut Observation<'_>) -> Vec<String> {
        std::mem::take(&mut self.ready)
    }
}

/// A terminal of this size. A size of nothing is the only one that is refused.
#[expect(clippy::expect_used, reason = "at least one column and one row, or the bounds of this house are wrong")]
fn terminal(columns: usize, rows: usize) -> Terminal {
    Terminal::new(columns.max(1), rows.max(1)).expect("a terminal of one cell at least")
}

fn bounded(columns: u32, rows: u32) -> (usize, usize) {
    let within = |n: u32, most: usize| usize::try_from(n).unwrap_or(most).clamp(1, most);
    (within(columns, COLUMNS), within(rows, ROWS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cast::{
        Most,
        find::{search, transcript},
        read,
    };

    /// A recording of 20 columns and 4 rows: times in seconds and what was shown.
    fn cast(events: &[(f64, &str)]) -> Cast {
        let line = |(at, text): &(f64, &str)| format!("[{at},\"o\",{}]\n", serde_json::json!(text));
        let lines: String = events.iter().map(line).collect();
        read(format!("{{\"version\":2,\"width\":20,\"height\":4}}\n{lines}").as_bytes(), &Most::STANDARD).unwrap()
    }

    fn shown(cast: &Cast, instant: u64) -> String {
        at(cast, instant, &always).screen.text()
    }

    #[test]
    fn the_screen_at_an_instant_is_what_was_shown_until_then() {
        let cast = cast(&[(1.0, "one\r\n"), (2.0, "two"), (9.5, "\u{1b}[2J\u{1b}[Hthree")]);
        assert_eq!(shown(&cast, 999_999), "");
        assert_eq!(shown(&cast, 1_000_000), "one");
        assert_eq!(shown(&cast, 9_499_999), "one\ntwo");
        assert_eq!(shown(&cast, u64::MAX), "three");
        assert_eq!(at(&cast, u64::MAX, &always).at, 9_500_000);
    }

    #[test]
    fn changes_that_follow_at_once_are_one_moment_and_idle_time_is_none() {
        let cast = cast(&[(1.0, "a"), (1.2, "b"), (1.4, "c"), (7.0, "d"), (7.0, "e"), (60.0, "f")]);
        assert_eq!(moments(&cast), [1_400_000, 7_000_000, 60_000_000]);
        // what never stands still is cut into moments all the same
        let many: Vec<(f64, &str)> = (0..100).map(|n| (f64::from(n) * 0.25, "x")).collect();
        assert!((3..6).contains(&moments(&super::tests::cast(&many)).len()));
    }

    #[test]
    fn sizes_are_bounded_and_what_costs_too_much_stops_and_says_so() {
        let huge = "{\"version\":2,\"width\":60000,\"height\":60000}\n[1,\"o\",\"a\"]\n[2,\"r\",\"9999x9999\"]\n";
        let huge = read(huge.as_bytes(), &Most::STANDARD).unwrap();
        let played = at(&huge, u64::MAX, &always);
        assert_eq!((played.screen.columns, played.screen.rows, played.stopped), (COLUMNS, ROWS, false));
        // given text that clears a screen as often as it can
        let clears = "\u{1b}[2J".repeat(5_000);
        let cast = cast(&[(1.0, "before"), (2.0, &clears), (3.0, "never shown")]);
        let left = std::cell::Cell::new(3);
        let short = || left.replace(left.get() - 1) > 0;
        let again = |n| left.set(n);
        let played = at(&cast, u64::MAX, &short);
        assert_eq!((played.at, played.stopped), (2_000_000, true));
        again(3);
        assert!(search(&cast, "never", 9, &short).stopped);
        again(3);
        assert!(transcript(&cast, 9, &short).stopped);
        assert!(!at(&cast, u64::MAX, &always).stopped);
    }

    #[test]
    fn a_few_bytes_that_repeat_a_sign_without_end_fill_no_memory() {
        // given a line without an end, and signs that are repeated as often as a terminal lets them be
        let endless = "x\u{1b}[65535b".repeat(40);
        let tall = "{\"version\":2,\"width\":1,\"height\":1}";
        for (head, columns) in [("{\"version\":2,\"width\":500,\"height\":2}", 500), (tall, 1)] {
            let text = format!("{head}\n[1,\"o\",{}]\n", serde_json::json!(endless));
            let cast = read(text.as_bytes(), &Most::STANDARD).unwrap();
            let all = transcript(&cast, 1_000, &always);
            let size: usize = all.hits.iter().map(|h| h.line.len()).sum();
            assert!(size <= 1_000_000, "{columns}: {size}");
        }
    }

    #[test]
    fn a_text_is_found_where_it_came_onto_the_screen_also_when_it_only_passed() {
        let long: String = (1..=50).map(|n| format!("line {n}\r\n")).collect();
        let wide = "the valve stays open for good";
        let cast = cast(&[(1.0, "Login\r\n"), (5.0, &long), (9.0, wide), (12.0, "\u{1b}[2J\u{1b}[HLOGIN again")]);
        let hits = |text: &str| -> Vec<(u64, String)> {
            search(&cast, text, 9, &always).hits.into_iter().map(|h| (h.at, h.line)).collect()
        };
        assert_eq!(hits("login"), [(1_000_000, "Login".into()), (12_000_000, "LOGIN again".into())]);
        assert_eq!(hits("line 17"), [(5_000_000, "line 17".into())]);
        assert_eq!(hits("stays open"), [(9_000_000, wide.into())], "a soft break of a line is none");
        assert_eq!(hits("nothing of the kind"), []);
        assert_eq!(hits("  "), []);
        let some = search(&cast, "line", 3, &always);
        assert_eq!((some.hits.len(), some.more), (3, true));
    }

    #[test]
    fn the_transcript_has_every_line_once_and_in_order() {
        let long: String = (1..=9).map(|n| format!("line {n}\r\n")).collect();
        let cast = cast(&[(1.0, "$ run\r\n"), (2.0, &long), (3.0, "$ \u{1b}[31mexit")]);
        let lines: Vec<String> = transcript(&cast, 99, &always).hits.into_iter().map(|h| h.line).collect();
        let expected: Vec<String> = std::iter::once("$ run".to_owned())
            .chain((1..=9).map(|n| format!("line {n}")))
            .chain(std::iter::once("$ exit".to_owned()))
            .collect();
        assert_eq!(lines, expected);
        assert!(transcript(&cast, 4, &always).more);
    }

    proptest! {
        #[test]
        fn whatever_is_shown_nothing_steers_the_page(
            parts in prop::collection::vec(
                prop_oneof!["\\PC{0,12}", "\u{1b}\\[[0-9;?]{0,6}[@-~]", "[\u{0}-\u{a0}]{0,6}"],
                0..40,
            ),
            columns in 1_u32..30,
            rows in 1_u32..9,
        ) {
            let mut cast = cast(&[]);
            let shown = |text: &String| Event { at: 1, what: What::Shown(text.clone()) };
            cast.events = parts.iter().map(shown).collect();
            cast.events.push(Event { at: 2, what: What::Sized(columns, rows) });
            let text = at(&cast, u64::MAX, &always).screen.text();
            prop_assert!(!text.chars().any(|c| c != '\n' && super::super::screen::plain(c) != c));
            let lines = transcript(&cast, 99, &always);
            prop_assert!(!lines.hits.iter().any(|h| h.line.chars().any(char::is_control)));
            let _found = search(&cast, "a", 9, &always);
        }
    }
}
