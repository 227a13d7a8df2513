//! *Now*: who from outside is inside. A table before it is a picture; what nobody can see is said.

use askama::Template;
use plantgate_domain::base::{Environment, Instant};
use plantgate_wire::words::Rich;

use crate::view::{Choice, Form, Item, Ui};

/// A running session.
#[derive(Clone, PartialEq, Debug)]
pub struct Inside {
    pub item: Item,
    pub person: String,
    pub provider: Item,
    pub system: Item,
    pub system_name: String,
    pub env: Environment,
    pub role: &'static str,
    pub since: Instant,
    /// End of the window.
    pub until: Instant,
    pub reason: Option<Item>,
    /// `None` when none is needed.
    pub attendant: Option<String>,
    /// What saw it.
    pub source: String,
    pub emergency: bool,
    pub may_end: bool,
    /// How it stands: nobody is beside them, nothing new begins, nothing can be determined. Nothing where all is well.
    pub states: Vec<String>,
    /// Word of the family `record`: what is recorded of it.
    pub record: &'static str,
}

/// Something not right.
#[derive(Clone, PartialEq, Debug)]
pub struct NotRight {
    pub title: String,
    pub text: Rich,
    pub rule: String,
    pub go: Item,
}

/// A window that opens soon.
#[derive(Clone, PartialEq, Debug)]
pub struct Soon {
    pub item: Item,
    pub person: String,
    pub provider: Item,
    pub system: Item,
    pub env: Environment,
    pub role: &'static str,
    pub from: Instant,
    pub until: Instant,
}

/// The numbers on top. Each counts what the page shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Running, and nothing holds them.
    pub connected: usize,
    /// They want somebody beside them, and nobody is.
    pub held: usize,
    /// Windows that begin within two hours.
    pub soon: usize,
    /// Windows that are open for longer than a day.
    pub standing: usize,
}

/// A piece of a lane: its kind by pattern, its place in percent of the lane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// `window`, `gone` (taken away or over), `session`, `held`, `beyond` (outside the window).
    pub kind: &'static str,
    pub x: String,
    pub width: String,
}

/// One lane: a window with the sessions under it, or a session without one.
#[derive(Clone, PartialEq, Debug)]
pub struct Lane {
    pub system: Item,
    pub system_name: String,
    pub env: Environment,
    /// The picture in words.
    pub label: String,
    pub pieces: Vec<Piece>,
    pub item: Item,
    pub person: String,
    pub provider: Item,
    pub role: &'static str,
    /// The change, where one is named.
    pub reason: Option<Item>,
    /// What is left, or when it begins.
    pub left: String,
    pub window: String,
    /// Attendant, recording, and what is not well.
    pub states: Vec<String>,
    /// Where its session is ended.
    pub end: Option<String>,
}

/// The lanes with their axis.
#[derive(Clone, PartialEq, Debug)]
pub struct Lanes {
    /// Lines of the axis: place in percent, and the hour at some of them.
    pub hours: Vec<(String, String)>,
    pub now: String,
    pub clock: String,
    /// The whole stretch in words.
    pub stretch: String,
    pub rows: Vec<Lane>,
}

/// A way to look at the board: word of a family, where it is, whether it is this one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    pub word: &'static str,
    pub href: String,
    pub chosen: bool,
}

/// The board.
#[derive(Template)]
#[template(path = "page/now.html")]
pub struct Now {
    pub ui: Ui,
    pub not_right: Vec<NotRight>,
    pub inside: Vec<Inside>,
    pub soon: Vec<Soon>,
    pub tally: Tally,
    /// Nothing where the table is looked at.
    pub lanes: Option<Lanes>,
    /// Table or lanes.
    pub views: Vec<Look>,
    /// How much time the lanes show.
    pub spans: Vec<Look>,
    /// For a screen in a control room.
    pub wall: bool,
    /// Persons are named.
    pub names: bool,
    /// More than the board shows.
    pub more: bool,
    /// Sources with when they last spoke; empty: nothing can be known.
    pub sources: Vec<(String, Instant)>,
    /// Zones that no source watches.
    pub blind: Vec<String>,
    /// Next window, for an empty board.
    pub next: String,
    pub may_emergency: bool,
    /// Where changes are told, and the mark of what this page shows.
    pub events: String,
    pub mark: String,
    /// The same board, for the reload without script.
    pub here: String,
}

/// Emergency access: one confirm.
#[derive(Template)]
#[template(path = "page/emergency.html")]
pub struct Emergency {
    pub ui: Ui,
    /// Fields `system`, `person`, `attendant`, `minutes`, `called-back`.
    pub form: Form,
    pub systems: Vec<Choice>,
    /// Recently here first.
    pub people: Vec<Choice>,
    /// Who of ours is beside the person; the reader first.
    pub attendants: Vec<Choice>,
    pub consequences: Vec<Rich>,
}
