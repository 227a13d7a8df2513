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

/// The board.
#[derive(Template)]
#[template(path = "page/now.html")]
pub struct Now {
    pub ui: Ui,
    pub not_right: Vec<NotRight>,
    pub inside: Vec<Inside>,
    pub soon: Vec<Soon>,
    /// Sources with when they last spoke; empty: nothing can be known.
    pub sources: Vec<(String, Instant)>,
    /// Zones that no source watches.
    pub blind: Vec<String>,
    /// Next window, for an empty board.
    pub next: String,
    pub may_emergency: bool,
    /// Whether the page reloads itself without script.
    pub reload: bool,
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
