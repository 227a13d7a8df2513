//! Why input cannot be used, before any language: a message id of the catalogue and its arguments. Nothing makes one
//! from a sentence, so no door can show words that only one language has.

use std::fmt;

use super::{
    say::Say,
    time::{Day, Instant},
};

/// One argument of a message: what was given, what would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// Shown as it is: what somebody typed, a reference, a key of the rules, a library's own words in quotes.
    Text(String),
    Int(i64),
    Day(Day),
    Instant(Instant),
    /// Words of the domain, translated by the catalogue as `family-…`.
    Words(&'static str, Vec<String>),
    /// What a rule said, as a sentence of its own.
    Say(Say),
}

/// A message: id in the catalogue and named arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Why {
    pub id: &'static str,
    pub args: Vec<(&'static str, Told)>,
}

impl Why {
    /// A message of the catalogue; a test holds every id written here to it.
    pub const fn of(id: &'static str) -> Why {
        Why { id, args: Vec::new() }
    }
    /// With one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, told: impl Into<Told>) -> Why {
        self.args.push((name, told.into()));
        self
    }
    /// With texts as a person is shown them, for instance cut short.
    #[must_use]
    pub fn shown(mut self, how: impl Fn(&str) -> String) -> Why {
        for (_, told) in &mut self.args {
            if let Told::Text(text) = told {
                *text = how(text);
            }
        }
        self
    }
    /// The text of an argument, for tests and for doors that point at what was meant.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|(n, _)| *n == name).and_then(|(_, told)| match told {
            Told::Text(text) => Some(text.as_str()),
            Told::Int(_) | Told::Day(_) | Told::Instant(_) | Told::Words(..) | Told::Say(_) => None,
        })
    }
}

impl Told {
    /// A word of the domain: `Told::word("kind", Kind::Site.as_str())` is said as `kind-site` is.
    pub fn word(family: &'static str, word: impl fmt::Display) -> Told {
        Told::Words(family, vec![word.to_string()])
    }
    /// Several of them.
    pub fn words(family: &'static str, all: impl IntoIterator<Item: fmt::Display>) -> Told {
        Told::Words(family, all.into_iter().map(|word| word.to_string()).collect())
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Told::Text(text) => f.write_str(text),
            Told::Int(n) => n.fmt(f),
            Told::Day(day) => day.fmt(f),
            Told::Instant(at) => at.fmt(f),
            Told::Words(_, all) => f.write_str(&all.join(", ")),
            Told::Say(say) => f.write_str(say.id),
        }
    }
}

/// For logs and tests: the id and what was told, no sentence.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)?;
        for (name, told) in &self.args {
            write!(f, " {name}={told}")?;
        }
        Ok(())
    }
}
impl std::error::Error for Why {}

impl From<&str> for Told {
    fn from(text: &str) -> Told {
        Told::Text(text.to_owned())
    }
}
impl From<&&str> for Told {
    fn from(text: &&str) -> Told {
        Told::Text((*text).to_owned())
    }
}
impl From<&String> for Told {
    fn from(text: &String) -> Told {
        Told::Text(text.clone())
    }
}
impl From<String> for Told {
    fn from(text: String) -> Told {
        Told::Text(text)
    }
}
impl From<Say> for Told {
    fn from(say: Say) -> Told {
        Told::Say(say)
    }
}
impl From<Day> for Told {
    fn from(day: Day) -> Told {
        Told::Day(day)
    }
}
impl From<Instant> for Told {
    fn from(at: Instant) -> Told {
        Told::Instant(at)
    }
}
macro_rules! numbers {
    ($($t:ty),+) => { $(
        impl From<$t> for Told {
            fn from(n: $t) -> Told { Told::Int(i64::try_from(n).unwrap_or(i64::MAX)) }
        }
        impl From<&$t> for Told {
            fn from(n: &$t) -> Told { Told::from(*n) }
        }
    )+ };
}
numbers!(i64, u64, usize, u32, i32, u16, u8);
