//! What object pages share: why they are as they are, what is waited for, tabs, tasks, history.

use plantgate_domain::base::{Day, Instant, Level};
use plantgate_wire::words::Rich;

/// An object named for a reader: reference or name, and its page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Item {
    pub text: String,
    pub href: Option<String>,
}
impl Item {
    /// A name with its page.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Item { text: text.into(), href: Some(href.into()) }
    }
    /// A name the reader may not open.
    pub fn name(text: impl Into<String>) -> Self {
        Item { text: text.into(), href: None }
    }
}

/// One reason of a standing.
#[derive(Clone, PartialEq, Debug)]
pub struct Reason {
    /// The sentence.
    pub what: Rich,
    /// Under what it was asked, due when, seen when.
    pub meta: Rich,
    pub rule: String,
    pub source: Option<Item>,
}

/// One condition of the way back to Good.
#[derive(Clone, PartialEq, Debug)]
pub struct WayBack {
    pub what: Rich,
    /// Who does it, then who confirms.
    pub who: String,
    pub done: bool,
}

/// Why an object stands where it stands: reasons, what it means now, what brings it back.
#[derive(Clone, PartialEq, Debug)]
pub struct Why {
    pub level: Level,
    pub since: Option<Instant>,
    pub reasons: Vec<Reason>,
    /// Shown beside, never weighed: ours, unconfirmed, voluntary.
    pub beside: Vec<Reason>,
    /// Will weigh when the clock comes to it.
    pub coming: Vec<Reason>,
    /// Reasons that stand beside it and do not count, ours among them.
    pub uncounted: u32,
    pub computed: Instant,
    pub means: Vec<Rich>,
    pub back: Vec<WayBack>,
}
impl Why {
    /// The first five; the rest is said as a number.
    pub fn shown(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().take(5)
    }
    /// How many are not shown.
    pub fn more(&self) -> usize {
        self.reasons.len().saturating_sub(5)
    }
}

/// A tab: a link to its own URL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tab {
    /// Message `tab-…`.
    pub key: &'static str,
    pub href: String,
    pub count: Option<u32>,
}

/// Where a task is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskState {
    NotStarted,
    InProgress,
    Sent,
    InReview,
    Returned,
    Accepted,
}
impl TaskState {
    /// Every state.
    pub const ALL: &'static [TaskState] = &[
        TaskState::NotStarted,
        TaskState::InProgress,
        TaskState::Sent,
        TaskState::InReview,
        TaskState::Returned,
        TaskState::Accepted,
    ];
    /// The word, `task-…` in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            TaskState::NotStarted => "not-started",
            TaskState::InProgress => "in-progress",
            TaskState::Sent => "sent",
            TaskState::InReview => "in-review",
            TaskState::Returned => "returned",
            TaskState::Accepted => "accepted",
        }
    }
    /// Its drawing.
    pub const fn icon(self) -> &'static str {
        match self {
            TaskState::NotStarted => "box",
            TaskState::InProgress => "part",
            TaskState::Sent => "clock",
            TaskState::InReview => "eye",
            TaskState::Returned => "back",
            TaskState::Accepted => "boxok",
        }
    }
}

/// Something a person is asked to do.
#[derive(Clone, PartialEq, Debug)]
pub struct Task {
    pub title: String,
    pub href: String,
    /// Basis, effort, or *voluntary*.
    pub text: Rich,
    pub state: TaskState,
    /// Who saw it when, why it was returned.
    pub note: String,
    pub due: Option<Day>,
    /// Days past due; 0 when not late.
    pub late: i64,
    /// Days until due, when not late.
    pub left: i64,
    /// Message of the act, `act-…`.
    pub act: &'static str,
}

/// One line of a history.
#[derive(Clone, PartialEq, Debug)]
pub struct LogLine {
    pub at: Instant,
    pub text: Rich,
}
