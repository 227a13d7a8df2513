//! An act as a form: what it asks for, and what it would do before anything is saved.

use askama::Template;

use super::history::Moved;
use crate::view::{Choice, Form, Ui};

/// How a field is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shape {
    /// One line, with objects that help while one types.
    Line {
        kind: &'static str,
        help: Vec<Choice>,
    },
    Text,
    One(Vec<Choice>),
    Many(Vec<Choice>),
    Yes,
    /// Two times, by the names of their fields.
    Window {
        from: String,
        until: String,
    },
}

/// A piece of the form, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    Field {
        name: String,
        label: String,
        /// Empty when the label says it all.
        hint: String,
        must: bool,
        shape: Shape,
    },
    /// A group begins.
    Open {
        legend: String,
    },
    Close,
}

/// An object the act would make or change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Affected {
    pub title: String,
    pub born: bool,
    pub moved: Vec<Moved>,
}

/// The form of an act.
#[derive(Template)]
#[template(path = "page/deed.html")]
pub struct DeedPage {
    pub ui: Ui,
    /// The act's name in the path.
    pub act: &'static str,
    pub title: String,
    /// What follows from it.
    pub means: String,
    pub back: String,
    pub parts: Vec<Part>,
    /// Whether one may look first at what it would do.
    pub previews: bool,
    /// What it would do; `None`: nobody asked yet.
    pub affected: Option<Vec<Affected>>,
    /// What else follows, where the effects do not say it.
    pub notes: Vec<String>,
    pub form: Form,
}
