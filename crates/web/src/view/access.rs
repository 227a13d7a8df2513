//! A decision as people read it: 21 checks with their rule and result, a verdict, and ways that are open.

use plantgate_domain::event::permit::{Outcome, Verdict};
use plantgate_wire::words::Rich;

use super::Item;

/// Every result in the order of display: what stands in the way first.
pub const IN_ORDER: [Outcome; 6] = [
    Outcome::NotPassed,
    Outcome::Unknown,
    Outcome::Warning,
    Outcome::Passed,
    Outcome::NotJudgedHere,
    Outcome::DoesNotApply,
];

fn rank(state: Outcome) -> usize {
    IN_ORDER.iter().position(|s| *s == state).unwrap_or(IN_ORDER.len())
}

/// One check of R-15.
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    /// 1 to 21 as published.
    pub number: u8,
    /// Key as in the rules; `check-…` is its title.
    pub key: String,
    pub state: Outcome,
    pub text: Rich,
    pub rule: String,
}

/// What the checks come to; `None` when too little is filled in to tell.
pub type Judged = Option<Verdict>;

/// All checks of one request.
#[derive(Clone, PartialEq, Debug)]
pub struct Checks {
    pub verdict: Judged,
    pub checks: Vec<Check>,
    /// Said instead of the verdict where nobody would be asked: by whose yes beforehand.
    pub beforehand: Option<String>,
}
impl Checks {
    /// What does not pass first, then by number.
    pub fn sorted(&self) -> Vec<&Check> {
        let mut all: Vec<&Check> = self.checks.iter().collect();
        all.sort_by_key(|c| (rank(c.state), c.number));
        all
    }
    /// How many of each result, those that occur.
    pub fn counts(&self) -> Vec<(Outcome, usize)> {
        let of = |s: Outcome| self.checks.iter().filter(|c| c.state == s).count();
        IN_ORDER.iter().map(|s| (*s, of(*s))).filter(|(_, n)| *n > 0).collect()
    }
    /// The word of the verdict, `verdict-…` in the catalogue.
    pub fn word(&self) -> &'static str {
        self.verdict.map_or("incomplete", Verdict::as_str)
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.checks.len()
    }
    /// Whether none was judged yet.
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty()
    }
    /// The checks that stand in the way.
    pub fn in_the_way(&self) -> Vec<&Check> {
        self.sorted().into_iter().filter(|c| matches!(c.state, Outcome::NotPassed | Outcome::Unknown)).collect()
    }
}

/// A choice in a select.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    pub value: String,
    pub text: String,
}
impl Choice {
    /// A value with what people read.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Choice { value: value.into(), text: text.into() }
    }
}

/// An act offered on a page: a link, or a form when it posts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// Heading, in words.
    pub title: String,
    pub text: String,
    pub go: Item,
}
