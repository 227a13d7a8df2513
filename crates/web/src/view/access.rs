//! A decision as people read it: 21 checks with their rule and result, a verdict, and ways that are open.

use plantgate_wire::words::Rich;

use super::Item;

/// Result of one check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CheckState {
    NotPassed,
    Unknown,
    Warning,
    Passed,
    NotJudged,
    NotApplicable,
}
impl CheckState {
    /// Every result, in the order of display.
    pub const ALL: &'static [CheckState] = &[
        CheckState::NotPassed,
        CheckState::Unknown,
        CheckState::Warning,
        CheckState::Passed,
        CheckState::NotJudged,
        CheckState::NotApplicable,
    ];
    /// The word in `data-check`, the sprite and the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            CheckState::NotPassed => "not-passed",
            CheckState::Unknown => "unknown",
            CheckState::Warning => "warning",
            CheckState::Passed => "passed",
            CheckState::NotJudged => "not-judged",
            CheckState::NotApplicable => "not-applicable",
        }
    }
}

/// One check of R-15.
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    /// 1 to 21 as published.
    pub number: u8,
    /// Message `check-…`.
    pub key: String,
    pub state: CheckState,
    pub text: Rich,
    pub rule: String,
}

/// What the checks come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Would go to people for approval.
    ToApproval,
    /// Refused by rule as it stands.
    Refused,
    /// Too little is filled in to tell.
    Incomplete,
}
impl Verdict {
    /// Every verdict.
    pub const ALL: &'static [Verdict] = &[Verdict::ToApproval, Verdict::Refused, Verdict::Incomplete];
    /// The word, `verdict-…` in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::ToApproval => "to-approval",
            Verdict::Refused => "refused",
            Verdict::Incomplete => "incomplete",
        }
    }
}

/// All checks of one request.
#[derive(Clone, PartialEq, Debug)]
pub struct Checks {
    pub verdict: Verdict,
    pub checks: Vec<Check>,
}
impl Checks {
    /// What does not pass first, then by number.
    pub fn sorted(&self) -> Vec<&Check> {
        let mut all: Vec<&Check> = self.checks.iter().collect();
        all.sort_by_key(|c| (c.state, c.number));
        all
    }
    /// How many of each result, those that occur.
    pub fn counts(&self) -> Vec<(CheckState, usize)> {
        let of = |s: CheckState| self.checks.iter().filter(|c| c.state == s).count();
        CheckState::ALL.iter().map(|s| (*s, of(*s))).filter(|(_, n)| *n > 0).collect()
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
        self.sorted().into_iter().filter(|c| matches!(c.state, CheckState::NotPassed | CheckState::Unknown)).collect()
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
