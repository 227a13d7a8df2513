//! The core cannot fail except by refusing. Both refusals name place or rule, reason, and what to do.

use thiserror::Error;

use super::{say::Say, why::Why};

/// Where bad input stands: a form field, a file's line and column, a JSON pointer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    pub file: Option<String>,
    pub sheet: Option<String>,
    /// From 1, as people count.
    pub line: Option<u64>,
    pub field: Option<String>,
}
impl Place {
    /// A named field of a form or body.
    pub fn field(name: impl Into<String>) -> Self {
        Place { field: Some(name.into()), ..Place::default() }
    }
}

/// Input that cannot be understood or used as it is.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{why}")]
pub struct Invalid {
    pub place: Place,
    /// Why, and what would be right, in words of the catalogue.
    pub why: Why,
}
impl Invalid {
    /// A field and why it cannot stand.
    pub fn field(name: impl Into<String>, why: Why) -> Self {
        Invalid { place: Place::field(name), why }
    }
}

/// An act the rules do not allow: the rule, and what to tell the person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Rule id such as `R-13`.
    pub rule: &'static str,
    pub say: Say,
}
impl Refusal {
    /// A refusal with a plain message.
    pub const fn new(rule: &'static str, id: &'static str) -> Self {
        Refusal { rule, say: Say::plain(id) }
    }
}
