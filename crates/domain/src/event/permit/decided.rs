//! A decision as an entry keeps it: owned, closed and small (< 12 KiB), so that what a person saw stays what it was
//! even when a later rule would say otherwise.

use serde::{Deserialize, Serialize};

use crate::base::{Arg, Class, Day, Grade, InstanceId, Instant, Level, Mode, Ref, Say, Tier, level::words};

words! {
    /// What one check came to (`defaults.md` §2.1).
    Outcome { Passed = "passed", Warning = "warning", NotPassed = "not-passed", Unknown = "unknown",
              DoesNotApply = "does-not-apply", NotJudgedHere = "not-judged-here" }
}
words! {
    /// What all checks come to.
    Verdict { Granted = "granted", AttendedOffered = "attended-offered", NotGranted = "not-granted" }
}
words! {
    /// When a decision is made; administrative facts are not judged while a session runs.
    Moment { Request = "request", Approval = "approval", Start = "start", During = "during" }
}

/// One argument of a message, kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", content = "value", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Given {
    Instant(Instant),
    Day(Day),
    Int(i64),
    Ref(Ref),
    Level(Level),
    Grade(Grade),
    Tier(Tier),
    Word(String),
}

impl From<Arg> for Given {
    fn from(arg: Arg) -> Given {
        match arg {
            Arg::Instant(v) => Given::Instant(v),
            Arg::Day(v) => Given::Day(v),
            Arg::Int(v) => Given::Int(v),
            Arg::Ref(v) => Given::Ref(v),
            Arg::Level(v) => Given::Level(v),
            Arg::Grade(v) => Given::Grade(v),
            Arg::Tier(v) => Given::Tier(v),
            Arg::Word(v) => Given::Word(v.to_owned()),
        }
    }
}

/// A named argument, kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub name: String,
    pub arg: Given,
}

/// A message, kept: words come from today's catalogue, facts from then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub id: String,
    pub args: Vec<Named>,
}

impl From<Say> for Said {
    fn from(say: Say) -> Said {
        let args = say.args.into_iter().flatten();
        Said {
            id: say.id.to_owned(),
            args: args.map(|(name, arg)| Named { name: name.to_owned(), arg: arg.into() }).collect(),
        }
    }
}

/// One check, kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckDecided {
    pub no: u8,
    pub key: String,
    pub rule: String,
    pub class: Class,
    pub result: Outcome,
    pub mode: Mode,
    pub say: Said,
    pub help: Option<Said>,
    pub link: Option<Ref>,
}

/// A reason that weighed on the standing at that instant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonDecided {
    pub key: String,
    pub rule: String,
    pub weight: Level,
    pub since: Instant,
    pub source: Ref,
}

/// A decision, kept. Reproducible by `decide --as-of` from size, instant and rules version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    pub verdict: Verdict,
    pub moment: Moment,
    pub standing: Level,
    pub reasons: Vec<ReasonDecided>,
    /// Reasons beyond the ones listed, to keep the entry small.
    pub more_reasons: u32,
    pub checks: Vec<CheckDecided>,
    /// The same work attended would pass.
    pub attended_would_pass: bool,
    /// A test or development instance of the same system that is in scope.
    pub test_instead: Option<InstanceId>,
    pub log_size: u64,
    pub instant: Instant,
    pub rules_version: u32,
}
