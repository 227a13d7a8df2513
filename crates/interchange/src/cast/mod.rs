//! Recordings of terminals (asciicast 1, 2 and 3), read strictly: what cannot be read is named by its line and left
//! out, nothing is guessed. Whoever was recorded wrote most of it, so every size is bounded.

pub mod find;
pub mod play;
mod row;
pub mod screen;

use serde_json::Value;

use row::Row;

/// What a recording may be at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Most {
    /// Events that are read.
    pub events: usize,
    /// Complaints that are kept; the others are counted.
    pub wrong: usize,
    /// Whether events are kept, or only counted.
    pub keep: bool,
}

impl Most {
    /// As much as one person can have shown on a day.
    pub const STANDARD: Most = Most { events: 1_000_000, wrong: 100, keep: true };
    /// All of it is looked through, and nothing of it is held.
    pub const COUNTED: Most = Most { events: usize::MAX, wrong: 10, keep: false };
}

/// Bytes of the line that a recording begins with, and of a recording that is one value (version 1): both are held as
/// what they say, which takes many times as much.
const HEAD: usize = 64 << 10;
pub const WHOLE: usize = 8 << 20;
/// Bytes of the line of an event: what it says is held while it is read, some times over.
pub const LINE: usize = 1 << 20;
/// Bytes at the beginning of an event in which its code stands.
const CODE: usize = 64;

/// The latest time a recording may have: ten years, in microseconds.
const LATEST: f64 = 10.0 * 366.0 * 86_400.0 * 1e6;
/// Columns or rows that a recording may name; what is drawn is bounded more tightly ([`screen`]).
const WIDEST: u64 = 65_535;

/// What happened at a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// The terminal showed this.
    Shown(String),
    /// Somebody typed this; nothing of ours records it.
    Typed(String),
    /// The terminal has another size: columns, rows.
    Sized(u32, u32),
    /// A mark with a label.
    Marked(String),
    /// The program ended with this status.
    Left(String),
    /// Of a kind that this reader does not know; its code.
    Other(String),
}

impl What {
    /// The code of the format.
    pub fn code(&self) -> &str {
        match self {
            What::Shown(_) => "o",
            What::Typed(_) => "i",
            What::Sized(..) => "r",
            What::Marked(_) => "m",
            What::Left(_) => "x",
            What::Other(code) => code,
        }
    }
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Microseconds since the beginning.
    pub at: u64,
    pub what: What,
}

/// Why something was not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It is no JSON.
    Json,
    /// It is no list of a time, a code and a text.
    Shape,
    /// The time is none, is before the beginning or too late.
    Time,
    /// The code is no text of one sign.
    Code,
    /// The data is no text, or no size where one belongs.
    Data,
    /// It is no text in UTF-8.
    Text,
    /// It is longer than a line may be ([`LINE`]).
    Long,
}

/// A line that was not read; in version 1 it is the number of the event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wrong {
    pub line: u64,
    pub reason: Reason,
}

/// Why nothing of it was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoCast {
    /// Its beginning is no header of a recording.
    Header,
    /// It is of a version that this reader does not know.
    Version,
    /// The size of its terminal is none.
    Size,
    /// It is no text in UTF-8.
    Text,
    /// It is one value (version 1) and larger than one may be.
    Large,
}

/// A recording.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cast {
    pub version: u64,
    pub columns: u32,
    pub rows: u32,
    /// Seconds since 1970.
    pub began: Option<i64>,
    pub events: Vec<Event>,
    /// Events that were read, kept or not.
    pub count: u64,
    /// Microseconds to the last of them.
    end: u64,
    pub wrong: Vec<Wrong>,
    /// All lines that were not read, kept or not.
    pub unread: u64,
    /// Lines without anything.
    pub blank: u64,
    /// Whether there are more events than were read.
    pub more: bool,
    /// Events in which somebody typed, and where the first of them stands.
    pub typed: u64,
    pub typed_at: Option<u64>,
}

impl Cast {
    /// Microseconds to the last event.
    pub fn length(&self) -> u64 {
        self.events.last().map_or(self.end, |e| e.at)
    }

    /// What somebody marked, and the gateway said.
    pub fn marks(&self) -> impl Iterator<Item = (u64, &str)> {
        self.events.iter().filter_map(|e| match &e.what {
            What::Marked(text) => Some((e.at, text.as_str())),
            _ => None,
        })
    }

    fn wrong(&mut self, line: u64, reason: Reason, most: &Most) {
        self.unread += 1;
        if self.wrong.len() < most.wrong {
            self.wrong.push(Wrong { line, reason });
        }
    }

    fn type_at(&mut self, line: u64) {
        self.typed += 1;
        self.typed_at = self.typed_at.or(Some(line));
    }

    /// Takes an event in, never before the one ahead of it; whether there is room for more.
    fn take(&mut self, line: u64, event: Result<Event, Reason>, most: &Most) -> bool {
        if usize::try_from(self.count).is_ok_and(|n| n >= most.events) {
            self.more = true;
            return false;
        }
        match event {
            Ok(event) => {
                self.end = event.at.max(self.end);
                self.count += 1;
                if matches!(event.what, What::Typed(_)) {
                    self.type_at(line);
                }
                if most.keep {
                    self.events.push(Event { at: self.end, ..event });
                }
            }
            Err(reason) => self.wrong(line, reason, most),
        }
        true
    }
}

/// Reads a recording.
pub fn read(bytes: &[u8], most: &Most) -> Result<Cast, NoCast> {
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let head = if first.len() <= HEAD { serde_json::from_slice::<Value>(first).ok() } else { None };
    match head {
        Some(head) if head.is_object() && version(&head) != Some(1) => lines(&head, bytes, most),
        _ => whole(bytes, most),
    }
}

fn version(head: &Value) -> Option<u64> {
    head.get("version").and_then(Value::as_u64)
}

fn begun(head: &Value, sizes: &Value, names: (&str, &str)) -> Result<Cast, NoCast> {
    let size = |name: &str| {
        let size = sizes.get(name).and_then(Value::as_u64).filter(|n| (1..=WIDEST).contains(n));
        size.and_then(|n| u32::try_from(n).ok()).ok_or(NoCast::Size)
    };
    Ok(Cast {
        version: version(head).ok_or(NoCast::Header)?,
        columns: size(names.0)?,
        rows: size(names.1)?,
        began: head.get("timestamp").and_then(Value::as_i64),
        events: Vec::new(),
        count: 0,
        end: 0,
        wrong: Vec::new(),
        unread: 0,
        blank: 0,
        more: false,
        typed: 0,
        typed_at: None,
    })
}

/// Versions 2 and 3: a header and an event on each line.
fn lines(head: &Value, bytes: &[u8], most: &Most) -> Result<Cast, NoCast> {
    let none = Value::Null;
    let (mut cast, relative) = match version(head) {
        Some(2) => (begun(head, head, ("width", "height"))?, false),
        Some(3) => (begun(head, head.get("term").unwrap_or(&none), ("cols", "rows"))?, true),
        Some(_) => return Err(NoCast::Version),
        None => return Err(NoCast::Header),
    };
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    for (line, bytes) in (1..).zip(bytes.split(|b| *b == b'\n')).skip(1) {
        if bytes.trim_ascii().is_empty() {
            cast.blank += 1;
            continue;
        }
        // Version 3 has lines for people.
        if relative && bytes.starts_with(b"#") {
            continue;
        }
        let since = if relative { cast.end } else { 0 };
        let event = event(bytes, since);
        if event.is_err() && looks_typed(bytes) {
            cast.type_at(line);
        }
        if !cast.take(line, event, most) {
            break;
        }
    }
    Ok(cast)
}

/// Version 1: one value, in which each event has the time since the one before it.
fn whole(bytes: &[u8], most: &Most) -> Result<Cast, NoCast> {
    if !bytes.trim_ascii_start().starts_with(b"{") {
        let text = std::str::from_utf8(bytes).is_ok();
        return Err(if text { NoCast::Header } else { NoCast::Text });
    }
    if bytes.len() > WHOLE {
        return Err(NoCast::Large);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| NoCast::Text)?;
    let head: Value = serde_json::from_str(text).map_err(|_| NoCast::Header)?;
    match version(&head) {
        Some(1) => {}
        Some(_) => return Err(NoCast::Version),
        None => return Err(NoCast::Header),
    }
    let mut cast = begun(&head, &head, ("width", "height"))?;
    let events = head.get("stdout").and_then(Value::as_array).ok_or(NoCast::Header)?;
    for (number, value) in (1..).zip(events) {
        let since = cast.end;
        let event = match value.as_array().map(Vec::as_slice) {
            Some([time, data]) => moment(time.as_f64(), since).and_then(|at| happened(at, "o", data.as_str())),
            _ => Err(Reason::Shape),
        };
        if !cast.take(number, event, most) {
            break;
        }
    }
    Ok(cast)
}

/// Whether a line that cannot be read holds what somebody typed all the same: it stays in the file as it is.
fn looks_typed(line: &[u8]) -> bool {
    let begins = line.get(..CODE).unwrap_or(line);
    begins.windows(3).any(|w| w == b"\"i\"")
}

fn event(line: &[u8], since: u64) -> Result<Event, Reason> {
    if line.len() > LINE {
        return Err(Reason::Long);
    }
    let line = std::str::from_utf8(line).map_err(|_| Reason::Text)?;
    let read = serde_json::from_str::<Row>(line);
    let Row([time, code, data]) = read.map_err(|e| if e.is_data() { Reason::Shape } else { Reason::Json })?;
    let at = moment(time.number(), since)?;
    let code = code.text().filter(|c| c.chars().count() == 1).ok_or(Reason::Code)?;
    happened(at, code, data.text())
}

/// A time of the format, in microseconds since the beginning.
fn moment(time: Option<f64>, since: u64) -> Result<u64, Reason> {
    let micros = time.ok_or(Reason::Time)? * 1e6;
    if !(0.0..=LATEST).contains(&micros) {
        return Err(Reason::Time);
    }
    // In its bounds it is a whole number that fits.
    let at = since.saturating_add(micros.round() as u64);
    if at as f64 <= LATEST { Ok(at) } else { Err(Reason::Time) }
}

fn happened(at: u64, code: &str, data: Option<&str>) -> Result<Event, Reason> {
    let text = data.ok_or(Reason::Data)?;
    let what = match code {
        "o" => What::Shown(text.to_owned()),
        "i" => What::Typed(text.to_owned()),
        "r" => sized(text)?,
        "m" => What::Marked(text.to_owned()),
        "x" => What::Left(text.to_owned()),
        other => What::Other(other.to_owned()),
    };
    Ok(Event { at, what })
}

fn sized(text: &str) -> Result<What, Reason> {
    let size = |n: &str| n.parse::<u32>().ok().filter(|n| (1..=WIDEST).contains(&u64::from(*n)));
    let both = text.split_once('x').and_then(|(columns, rows)| Some((size(columns)?, size(rows)?)));
    both.map(|(columns, rows)| What::Sized(columns, rows)).ok_or(Reason::Data)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cast(text: &str) -> Cast {
        read(text.as_bytes(), &Most::STANDARD).unwrap()
    }

    #[test]
    fn each_version_is_read_in_its_own_times() {
        let one = cast(r#"{"version":1,"width":80,"height":24,"stdout":[[1.5,"a"],[0.25,"b"]]}"#);
        let two =
            cast("{\"version\":2,\"width\":80,\"height\":24,\"timestamp\":7}\n[1.5,\"o\",\"a\"]\n[1.75,\"o\",\"b\"]\n");
        let three = cast(
            "{\"version\":3,\"term\":{\"cols\":80,\"rows\":24}}\n# for people\n[1.5,\"o\",\"a\"]\n\n\
             [0.25,\"o\",\"b\"]\n",
        );
        for c in [&one, &two, &three] {
            let times: Vec<u64> = c.events.iter().map(|e| e.at).collect();
            assert_eq!((times, c.columns, c.rows, c.unread), (vec![1_500_000, 1_750_000], 80, 24, 0));
        }
        assert_eq!((two.began, three.blank), (Some(7), 1));
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line_and_left_out() {
        let text = "{\"version\":2,\"width\":80,\"height\":24}\nlol!\n[1]\n[-1,\"o\",\"a\"]\n[\"1\",\"o\",\"a\"]\n\
                    [1,5,\"a\"]\n[1,\"o\",true]\n[1,\"r\",\"0x9\"]\n[1e300,\"o\",\"a\"]\n[3,\"o\",\"b\"]\n\
                    [2,\"o\",\"c\"]\n[4,\"z\",\"?\"]\n";
        let cast = cast(text);
        let wrong: Vec<_> = cast.wrong.iter().map(|w| (w.line, w.reason)).collect();
        use Reason::{Code, Data, Json, Shape, Time};
        let expected = [(2, Json), (3, Shape), (4, Time), (5, Time), (6, Code), (7, Data), (8, Data), (9, Time)];
        assert_eq!(wrong, expected);
        // what goes back in time is shown when it can have been, and never lost
        let times: Vec<u64> = cast.events.iter().map(|e| e.at).collect();
        assert_eq!(times, [3_000_000, 3_000_000, 4_000_000]);
        assert_eq!(cast.events[2].what, What::Other("z".into()));
    }

    #[test]
    fn what_is_no_recording_says_why() {
        let why = |text: &str| read(text.as_bytes(), &Most::STANDARD).unwrap_err();
        assert_eq!(why(""), NoCast::Header);
        assert_eq!(why("[]"), NoCast::Header);
        assert_eq!(why("{\"version\":4,\"width\":1,\"height\":1}"), NoCast::Version);
        assert_eq!(why("{\"version\":2,\"width\":0,\"height\":1}"), NoCast::Size);
        assert_eq!(why("{\"version\":3,\"width\":80,\"height\":24}"), NoCast::Size);
        assert_eq!(why("{\"version\":2,\"width\":70000,\"height\":1}"), NoCast::Size);
        assert_eq!(read(&[0xff], &Most::STANDARD), Err(NoCast::Text));
    }

    #[test]
    fn events_and_complaints_are_bounded() {
        let most = Most { events: 2, wrong: 1, keep: true };
        let text =
            "{\"version\":2,\"width\":80,\"height\":24}\n!\n!\n[1,\"o\",\"a\"]\n[2,\"o\",\"b\"]\n[3,\"o\",\"c\"]\n";
        let cast = read(text.as_bytes(), &most).unwrap();
        assert_eq!((cast.events.len(), cast.wrong.len(), cast.unread, cast.more), (2, 1, 2, true));
    }

    #[test]
    fn what_is_only_counted_counts_the_same_and_holds_nothing() {
        let text = "{\"version\":3,\"term\":{\"cols\":80,\"rows\":24}}\n[1.5,\"o\",\"a\"]\n!\n[0.25,\"o\",\"b\"]\n";
        let (kept, counted) = (cast(text), read(text.as_bytes(), &Most::COUNTED).unwrap());
        assert_eq!((counted.events.len(), counted.count, counted.length()), (0, 2, 1_750_000));
        assert_eq!((kept.count, kept.length(), kept.wrong), (2, 1_750_000, counted.wrong));
    }

    #[test]
    fn what_somebody_typed_is_counted_and_its_first_place_known() {
        let head = "{\"version\":2,\"width\":80,\"height\":24}\n";
        let typed = format!("{head}[1,\"o\",\"a\"]\n[2,\"i\",\"s\"]\n[3,\"i\",\"t\"]\n");
        for most in [Most::STANDARD, Most::COUNTED] {
            let cast = read(typed.as_bytes(), &most).unwrap();
            assert_eq!((cast.typed, cast.typed_at), (2, Some(3)));
        }
        // in a line that is none, too: the file is kept as it is
        let none = cast(&format!("{head}[\"2\",\"i\",\"secret\"]\n[1,\"o\",\"a\"]\n[3,\"i\",\"cut of\n"));
        assert_eq!((none.unread, none.typed, none.typed_at), (2, 2, Some(2)));
        let long = cast(&format!("{head}[2,\"i\",\"{}\"]\n", "x".repeat(LINE)));
        assert_eq!((long.unread, long.typed), (1, 1));
        let none = cast(&format!("{head}[1,\"o\",\"a\"]\n"));
        assert_eq!((none.typed, none.typed_at), (0, None));
    }

    #[test]
    fn one_bad_byte_costs_its_line_and_a_long_value_no_memory() {
        let mut text = b"{\"version\":2,\"width\":80,\"height\":24}\n[1,\"o\",\"a\"]\n[2,\"o\",\"\xc3".to_vec();
        let read_at = |bytes: &[u8]| {
            let cast = read(bytes, &Most::STANDARD).unwrap();
            (cast.count, cast.wrong.first().map(|w| (w.line, w.reason)))
        };
        assert_eq!(read_at(&text), (1, Some((3, Reason::Text))));
        text.extend_from_slice(b"\xb6\"]\n");
        assert_eq!(read_at(&text), (2, None));
        let zeros = "0,".repeat(100_000);
        for (value, reason) in [
            (format!("[1,\"o\",[{zeros}0]]"), Reason::Data),
            (format!("[{zeros}0]"), Reason::Shape),
            (format!("[1,{{\"a\":[{zeros}0]}},\"x\"]"), Reason::Code),
        ] {
            let text = format!("{{\"version\":2,\"width\":80,\"height\":24}}\n{value}\n");
            assert_eq!(read_at(text.as_bytes()), (0, Some((2, reason))));
        }
        let long = format!("{{\"version\":2,\"width\":80,\"height\":24}}\n[1,\"o\",\"{}\"]\n", "x".repeat(LINE));
        assert_eq!(read_at(long.as_bytes()), (0, Some((2, Reason::Long))));
        let one = format!("{{\"version\":1,\"width\":80,\"height\":24,\"stdout\":[[1,\"{}\"]]}}", "x".repeat(WHOLE));
        assert_eq!(read(one.as_bytes(), &Most::STANDARD), Err(NoCast::Large));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), lines in "(\\PC{0,40}\n){0,6}") {
            let _any = read(&bytes, &Most::STANDARD);
            let begun = format!("{{\"version\":2,\"width\":80,\"height\":24}}\n{lines}");
            let _read = read(begun.as_bytes(), &Most::STANDARD);
        }
    }
}
