//! What a paper says, as typed values, and how they reach the template.

use typst::foundations::{Array, Dict, IntoValue, Value};

use crate::fonts;

/// An instant in UTC, as the calendar writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

impl Moment {
    /// Out of `2026-11-16T07:30:05.000000Z`; parts of a second are left out, since PDF cannot say them.
    #[must_use]
    pub fn of(text: &str) -> Option<Moment> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let mut days = date.split('-');
        let mut clock = time.split('.').next()?.split(':');
        let small = |text: Option<&str>| text?.parse::<u8>().ok();
        let year = days.next()?.parse().ok()?;
        let (month, day) = (small(days.next())?, small(days.next())?);
        let (hour, minute, second) = (small(clock.next())?, small(clock.next())?, small(clock.next())?);
        Some(Moment { year, month, day, hour, minute, second })
    }
}

/// How much room there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// As many pages as it takes; wide ones for tables with many columns.
    AsLongAsNeeded { wide: bool },
    /// One upright page; letters become smaller until it fits.
    OnePage,
}

/// A paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paper {
    /// Language of its words, such as `en`: a screen reader speaks by it.
    pub lang: String,
    pub title: String,
    /// The software that made it.
    pub maker: String,
    /// What tells this paper from every other; never random.
    pub ident: String,
    /// The instant it bears: that of what it tells, not that of its making.
    pub at: Moment,
    /// One line under every page.
    pub foot: String,
    pub size: Size,
    pub parts: Vec<Part>,
}

/// A name with what stands behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    pub name: String,
    pub lines: Vec<String>,
    /// Letters of one width, to be compared sign by sign: keys and digests.
    pub code: bool,
}

/// A piece of a paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    Heading(String),
    Text(String),
    Facts(Vec<Fact>),
    /// Something nobody may overlook.
    Framed {
        title: String,
        text: String,
    },
    /// Columns with the share of the width each has; rows have as many cells.
    Table {
        head: Vec<(String, u8)>,
        rows: Vec<Vec<String>>,
    },
}

/// A paper as PDF.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Printed {
    pub bytes: Vec<u8>,
    pub pages: usize,
}

/// Signs of a line of code that fit the narrower page.
const CODE: usize = 92;
/// The longest word a cell takes without a place to break it.
const WORD: usize = 14;

/// The paper as the template sees it.
pub(crate) fn inputs(paper: &Paper, size: f64, wide: bool) -> Dict {
    let mut of = Dict::new();
    of.insert("lang".into(), text(&paper.lang));
    of.insert("title".into(), title(&paper.title));
    of.insert("maker".into(), text(&paper.maker));
    of.insert("foot".into(), text(&paper.foot));
    of.insert("size".into(), size.into_value());
    of.insert("wide".into(), wide.into_value());
    of.insert("parts".into(), paper.parts.iter().map(part).collect::<Array>().into_value());
    let mut inputs = Dict::new();
    inputs.insert("paper".into(), of.into_value());
    inputs
}

fn part(part: &Part) -> Value {
    let mut of = Dict::new();
    match part {
        Part::Heading(words) => {
            of.insert("is".into(), "heading".into_value());
            of.insert("text".into(), title(words));
        }
        Part::Text(words) => {
            of.insert("is".into(), "text".into_value());
            of.insert("text".into(), text(words));
        }
        Part::Facts(facts) => {
            of.insert("is".into(), "facts".into_value());
            of.insert("rows".into(), facts.iter().map(fact).collect::<Array>().into_value());
        }
        Part::Framed { title: head, text: words } => {
            of.insert("is".into(), "box".into_value());
            of.insert("title".into(), title(head));
            of.insert("text".into(), text(words));
        }
        Part::Table { head, rows } => {
            of.insert("is".into(), "table".into_value());
            let shares = head.iter().map(|(_, share)| i64::from(*share).into_value());
            of.insert("shares".into(), shares.collect::<Array>().into_value());
            let words = head.iter().map(|(word, _)| text(word));
            of.insert("head".into(), words.collect::<Array>().into_value());
            let cells = rows.iter().map(|row| row.iter().map(|c| text(&broken(c))).collect::<Array>().into_value());
            of.insert("rows".into(), cells.collect::<Array>().into_value());
        }
    }
    of.into_value()
}

fn fact(fact: &Fact) -> Value {
    let mut of = Dict::new();
    of.insert("name".into(), text(&fact.name));
    of.insert("code".into(), fact.code.into_value());
    let lines: Array = if fact.code {
        fact.lines.iter().flat_map(|l| cut(l)).map(|l| text(&l)).collect()
    } else {
        fact.lines.iter().map(|l| text(l)).collect()
    };
    of.insert("lines".into(), lines.into_value());
    of.into_value()
}

fn text(words: &str) -> Value {
    fonts::shown(words).into_value()
}

/// A heading: a structure with an empty one is not accessible.
fn title(words: &str) -> Value {
    if words.trim().is_empty() { "–".into_value() } else { text(words) }
}

/// A line of code as lines that fit.
fn cut(line: &str) -> Vec<String> {
    let signs: Vec<char> = line.chars().collect();
    signs.chunks(CODE).map(|some| some.iter().collect()).collect()
}

/// Words with a place to break in every long one, so that none leaves its column.
fn broken(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut run = 0;
    for sign in words.chars() {
        run = if sign.is_whitespace() || sign == '-' { 0 } else { run + 1 };
        out.push(sign);
        if run >= WORD {
            out.push('\u{200b}');
            run = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Moment, broken, cut};

    #[test]
    fn an_instant_is_read_to_the_second() {
        let at = Moment { year: 2026, month: 11, day: 16, hour: 7, minute: 30, second: 5 };
        assert_eq!(Moment::of("2026-11-16T07:30:05.123456Z"), Some(at));
        assert_eq!(["2026-11-16", "2026-11-16T07:30Z", "2026-11-16T07:30:05+01:00"].map(Moment::of), [None; 3]);
    }

    #[test]
    fn a_long_word_breaks_and_a_short_one_does_not() {
        assert_eq!(broken("Verdano Automation"), "Verdano Automation");
        assert_eq!(broken("abcdefghijklmnopqrs"), "abcdefghijklmn\u{200b}opqrs");
        assert_eq!(cut(&"x".repeat(100)).iter().map(String::len).collect::<Vec<_>>(), [92, 8]);
    }
}
