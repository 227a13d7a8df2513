//! Sentences with links in them. A rule says which object it means, the catalogue says the sentence, the caller knows
//! what the reader may see; only here do the three meet.

use std::fmt;

use plantgate_domain::{
    base::{Arg, Ref, Say},
    event::permit::{Given, Said},
};

use super::{Msg, Reader};

/// A part of a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    Text(String),
    /// A reference such as `F-0231`; without `href` the reader may not open it.
    Object {
        text: String,
        href: Option<String>,
    },
}

/// A sentence made of text and objects.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rich(pub Vec<Piece>);

/// How an object is called for this reader, and where it opens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    pub text: String,
    pub href: Option<String>,
}

impl From<&str> for Rich {
    fn from(text: &str) -> Self {
        Rich(vec![Piece::Text(text.to_owned())])
    }
}
impl From<String> for Rich {
    fn from(text: String) -> Self {
        Rich(vec![Piece::Text(text)])
    }
}
impl From<Msg<'_>> for Rich {
    fn from(msg: Msg<'_>) -> Self {
        Rich::from(msg.to_string())
    }
}

impl Rich {
    /// With one more stretch of text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }
    /// With one more object.
    #[must_use]
    pub fn object(mut self, text: impl Into<String>, href: Option<&str>) -> Self {
        self.0.push(Piece::Object { text: text.into(), href: href.map(str::to_owned) });
        self
    }
    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Rich {
    /// The sentence without its links, for titles, exports and spoken text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) | Piece::Object { text, .. } => f.write_str(text),
        })
    }
}

// Private-use characters stand for an object while Fluent builds the sentence around it.
const OPEN: char = '\u{e000}';
const SHUT: char = '\u{e001}';

impl Reader {
    /// What a rule said, in this reader's language; `names` answers for the objects in it.
    pub fn say(&self, say: &Say, names: &dyn Fn(Ref) -> Named) -> Rich {
        let mut msg = self.t(say.id);
        let mut objects: Vec<Named> = Vec::new();
        for (name, arg) in say.args.iter().flatten() {
            msg = match arg {
                Arg::Ref(r) => {
                    objects.push(names(*r));
                    msg.s(name, format!("{OPEN}{}{SHUT}", objects.len() - 1))
                }
                Arg::Int(n) => msg.n(name, *n),
                Arg::Instant(at) if *name == "until" => msg.s(name, self.until(*at)),
                Arg::Instant(at) => msg.s(name, self.moment(*at)),
                Arg::Day(day) => msg.s(name, self.day(*day)),
                Arg::Level(level) => msg.s(name, self.word("standing", level.as_str())),
                Arg::Grade(grade) => msg.s(name, self.word("grade", grade.as_str())),
                Arg::Tier(tier) => msg.s(name, self.word("tier", tier.as_str())),
                Arg::Word(word) => msg.s(name, self.word("word", word)),
            };
        }
        split(&msg.to_string(), &objects)
    }
}

impl Reader {
    /// What a rule said then, in today's words and this reader's language.
    pub fn said(&self, said: &Said, names: &dyn Fn(Ref) -> Named) -> Rich {
        let mut msg = self.t(&said.id);
        let mut objects: Vec<Named> = Vec::new();
        for given in &said.args {
            let name = given.name.as_str();
            msg = match &given.arg {
                Given::Ref(r) => {
                    objects.push(names(*r));
                    msg.s(name, format!("{OPEN}{}{SHUT}", objects.len() - 1))
                }
                Given::Int(n) => msg.n(name, *n),
                Given::Instant(at) if name == "until" => msg.s(name, self.until(*at)),
                Given::Instant(at) => msg.s(name, self.moment(*at)),
                Given::Day(day) => msg.s(name, self.day(*day)),
                Given::Level(level) => msg.s(name, self.word("standing", level.as_str())),
                Given::Grade(grade) => msg.s(name, self.word("grade", grade.as_str())),
                Given::Tier(tier) => msg.s(name, self.word("tier", tier.as_str())),
                Given::Word(word) => msg.s(name, self.word("word", word)),
            };
        }
        split(&msg.to_string(), &objects)
    }
}

fn split(sentence: &str, objects: &[Named]) -> Rich {
    let mut rich = Rich::default();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (number, tail) = after.split_once(SHUT).unwrap_or((after, ""));
        if !before.is_empty() {
            rich = rich.text(before);
        }
        if let Some(object) = number.parse().ok().and_then(|i: usize| objects.get(i)) {
            rich = rich.object(object.text.clone(), object.href.as_deref());
        }
        rest = tail;
    }
    if rest.is_empty() { rich } else { rich.text(rest) }
}
