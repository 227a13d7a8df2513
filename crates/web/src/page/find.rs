//! *Find*: what a text may mean, among what the reader may see and may do.

use askama::Template;

use crate::view::{Item, Ui};

/// Something that is called so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// Word of `kind-…`.
    pub kind: &'static str,
    pub item: Item,
    pub name: String,
    /// The words around what was looked for, where it stands in the object and not in its name.
    pub said: String,
}

/// A page to go to, or an act to begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way {
    /// An act, not a page.
    pub acts: bool,
    pub item: Item,
}

/// What was found.
#[derive(Template)]
#[template(path = "page/find.html")]
pub struct Find {
    pub ui: Ui,
    pub q: String,
    pub hits: Vec<Hit>,
    /// Acts and pages called so; all of them when nothing is typed.
    pub ways: Vec<Way>,
    /// There are more than these.
    pub more: bool,
    /// Where was looked, for who found nothing: a message.
    pub none: &'static str,
}
