//! What a rule wants to tell a person, before any language: a message id of the catalogue and its arguments. `Copy`,
//! so that a decision with all its reasons costs no allocation.

use serde::Serialize;

use super::{
    id::Ref,
    level::{Grade, Level, Tier},
    time::{Day, Instant},
};

/// One argument of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "is", content = "value", rename_all = "kebab-case")]
pub enum Arg {
    Instant(Instant),
    Day(Day),
    /// A count, or a length in seconds where the message says so.
    Int(i64),
    /// Shown as the object's reference and name, linked where the reader may see it.
    Ref(Ref),
    Level(Level),
    Grade(Grade),
    Tier(Tier),
    /// A word of the domain, translated by the catalogue as `word-…`.
    Word(&'static str),
}

/// A message: id in the catalogue, up to three named arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Say {
    pub id: &'static str,
    pub args: [Option<(&'static str, Arg)>; 3],
}

impl Say {
    /// A message without arguments.
    pub const fn plain(id: &'static str) -> Self {
        Say { id, args: [None, None, None] }
    }
    /// This message with one more argument; a fourth is dropped.
    #[must_use]
    #[inline]
    pub fn with(mut self, name: &'static str, arg: Arg) -> Self {
        if let Some(free) = self.args.iter_mut().find(|a| a.is_none()) {
            *free = Some((name, arg));
        }
        self
    }
}
