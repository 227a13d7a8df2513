//! What was recorded of a session: the list on its page, what a screen showed at an instant, the log, and why there is
//! nothing to see. The screen is text: looks are classes, and what they say is said in words elsewhere, too.

use askama::Template;
use plantgate_app::witness::play::cast::screen::Screen;
use plantgate_domain::base::{Instant, ZoneName};

use crate::view::{Form, Item, List, Ui};

/// A part of a recording in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    pub number: u32,
    /// Opens it; only a name where the reader may not.
    pub item: Item,
    pub lines: u64,
    pub gaps: u64,
    pub size: String,
    /// Which machine made it and when it came, in words, where it was brought from elsewhere.
    pub brought: Option<String>,
}

/// What there is of a session.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recordings {
    pub parts: Vec<Part>,
    /// How long they are kept, why longer, or that they are deleted: lines of words.
    pub time: Vec<String>,
    /// Where it is watched while it runs.
    pub live: Option<String>,
    /// Where one is brought from elsewhere.
    pub bring: Option<String>,
}

/// A session with what was recorded of it, in the list.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordingRow {
    pub session: Item,
    pub person: Item,
    pub provider: Item,
    pub system: Item,
    pub site: String,
    pub ended: Option<Instant>,
    /// Of all parts, in words.
    pub size: String,
    /// Days after the end for which it stays.
    pub days: u32,
    /// When they are over.
    pub until: Option<Instant>,
    /// Why it stays longer, in words.
    pub held: Vec<String>,
    pub deleted: Option<Instant>,
    /// Whether it was brought from elsewhere.
    pub brought: bool,
    /// Of the site.
    pub zone: ZoneName,
}

/// Recordings by how long they stay.
#[derive(Template)]
#[template(path = "page/recordings.html")]
pub struct RecordingsList {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<RecordingRow>,
    /// Which are shown: word of `retention-…`.
    pub word: &'static str,
}

/// A recording that another machine made is brought to its session.
#[derive(Template)]
#[template(path = "page/recording_bring.html")]
pub struct Bring {
    pub ui: Ui,
    pub session: Item,
    pub path: String,
    /// Bytes a file may have, in words.
    pub limit: String,
    pub form: Form,
}

/// Before a recording opens: what for?
#[derive(Template)]
#[template(path = "page/recording_ask.html")]
pub struct AskPurpose {
    pub ui: Ui,
    pub session: Item,
    /// What is opened, in words.
    pub title: String,
    /// Fields of the act: `session`, `part`.
    pub kept: Vec<(String, String)>,
    pub form: Form,
}

/// Nothing is shown, and this is why.
#[derive(Template)]
#[template(path = "page/recording_none.html")]
pub struct NoRecording {
    pub ui: Ui,
    pub session: Item,
    pub title: String,
    pub said: String,
    /// Whether it is unknown rather than known to be so.
    pub unknown: bool,
    /// Asks once more.
    pub again: Option<String>,
}

/// What stands over whatever is shown of a recording.
#[derive(Clone, PartialEq, Debug)]
pub struct Over {
    pub session: Item,
    pub title: String,
    /// Until when it is open to this reader.
    pub until: Instant,
    /// What is missing, and what could not be shown.
    pub notes: Vec<String>,
}

/// Text of one look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    pub text: String,
    pub class: String,
}

/// A screen as a page draws it.
pub fn drawn(screen: &Screen) -> Vec<Vec<Run>> {
    let lines = screen.lines.iter();
    lines.map(|line| line.iter().map(|r| Run { text: r.text.clone(), class: r.look.classes() }).collect()).collect()
}

/// A line of a transcript, or one in which a text was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// When, as a link to that instant.
    pub time: Item,
    pub line: String,
}

/// Lines, some of many.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lines {
    pub rows: Vec<Said>,
    /// There are more than were looked for.
    pub more: bool,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A terminal at an instant.
#[derive(Template)]
#[template(path = "page/recording.html")]
pub struct Recording {
    pub ui: Ui,
    pub over: Over,
    /// Whether it is the newest of a session that runs.
    pub live: bool,
    /// When that was.
    pub when: Option<Instant>,
    pub time: String,
    pub length: String,
    pub size: String,
    pub screen: Vec<Vec<Run>>,
    /// Ways through time; without a link where there is none.
    pub go: Vec<Item>,
    pub marks: Vec<Said>,
    /// Where the forms go, and what they keep.
    pub path: String,
    pub kept: Vec<(String, String)>,
    pub q: String,
    pub hits: Option<Lines>,
    /// All lines, where they were asked for; else where they are.
    pub lines: Option<Lines>,
    pub transcript: String,
    /// Other terminals of the session that are being recorded.
    pub others: Vec<Item>,
}

/// One line of the log.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Logged {
    pub at: Option<Instant>,
    pub what: String,
    pub command: String,
    /// Bytes that came out and went in, exit status.
    pub out: String,
    pub into: String,
    pub status: String,
    pub sha256: String,
    /// The first of what came out.
    pub said: String,
}

/// The log of a session.
#[derive(Template)]
#[template(path = "page/recording_log.html")]
pub struct RecordingLog {
    pub ui: Ui,
    pub over: Over,
    pub rows: Vec<Logged>,
    pub first: usize,
    pub last: usize,
    pub total: usize,
    pub before: Option<String>,
    pub after: Option<String>,
}
