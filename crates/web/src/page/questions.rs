//! *Five tier questions*: one page for an engagement at a site, and the round that leads from one to the next.

use askama::Template;
use plantgate_domain::base::{Instant, Tier};

use super::engagement::Change;
use crate::view::{Choice, Form, Item, List, Ui};

/// A question with the answers it takes, in order; words are `question-…` and `qanswer-…`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Question {
    pub name: &'static str,
    pub answers: &'static [&'static str],
}

const YES: &[&str] = &["yes", "no", "unknown"];

/// The five, in the order they are asked.
pub const FIVE: &[Question] = &[
    Question { name: "access", answers: YES },
    Question { name: "change", answers: YES },
    Question { name: "safety", answers: YES },
    Question { name: "product", answers: &["direct", "indirect", "none", "unknown"] },
    Question { name: "network", answers: YES },
];

/// How far the round got.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Answered, told by what is stated, or answered with *don't know*.
    pub done: usize,
    pub all: usize,
    /// Of those, answered with *don't know* where the tier needs to know.
    pub unknown: usize,
}

/// The tier that answers would give, with why.
#[derive(Clone, PartialEq, Debug)]
pub struct WouldBe {
    pub change: Change,
    pub provisional: bool,
    /// Questions that stay open, `question-…`.
    pub open: Vec<&'static str>,
    /// Who may answer them, in words.
    pub who: String,
}

/// The questions about an engagement at a site.
#[derive(Template)]
#[template(path = "page/questions.html")]
pub struct QuestionsPage {
    pub ui: Ui,
    pub reference: String,
    pub name: String,
    pub provider: Item,
    /// Sites to choose from; one when there is nothing to choose.
    pub sites: Vec<Choice>,
    pub progress: Progress,
    /// Fields `site` and the names of the questions.
    pub form: Form,
    /// Who answered last, and when.
    pub last: Option<(String, Instant)>,
    pub may: bool,
    /// `None`: nothing was asked yet.
    pub would: Option<WouldBe>,
    /// What was asked, as it is sent when confirmed.
    pub hidden: Vec<(String, String)>,
    /// The next one that nobody answered.
    pub skip: Option<String>,
}

impl QuestionsPage {
    /// The number that a key carries for an answer.
    pub fn key(&self, at: &usize) -> usize {
        at + 1
    }
    /// All five.
    pub fn five(&self) -> &'static [Question] {
        FIVE
    }
    /// The site the form is about, when it is one.
    pub fn site(&self) -> &str {
        self.sites.iter().find(|s| self.form.has("site", &s.value)).map_or("", |s| s.text.as_str())
    }
}

/// One line of the round.
#[derive(Clone, PartialEq, Debug)]
pub struct Station {
    pub href: String,
    pub provider: Item,
    pub engagement: Item,
    pub name: String,
    pub site: String,
    /// Word of `asked-…`: open, unknown, told.
    pub state: &'static str,
    pub tier: Option<Tier>,
    pub provisional: bool,
}

/// The round: how far it got and what is left.
#[derive(Template)]
#[template(path = "page/round.html")]
pub struct RoundPage {
    pub ui: Ui,
    pub progress: Progress,
    pub list: List,
    pub rows: Vec<Station>,
    pub next: Option<String>,
}
