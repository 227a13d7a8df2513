//! One error table for all doors (architecture §8). Every way an act can end without being done is one of these; doors
//! map them to status codes, exit codes and words, and invent no others.

use plantgate_domain::{
    base::{Actor, Instant, Invalid, Kind, Ref, Refusal, SignMeaning, Why},
    event::Unreadable,
    thing::Broken,
};
use thiserror::Error;

/// Why an act was not done, or a question not answered.
#[derive(Clone, Debug, Error)]
pub enum Stop {
    /// The input cannot be used: every place and its reason. Nothing was saved.
    #[error("{}", .0.first().map_or("invalid input", |i| i.why.id))]
    Invalid(Vec<Invalid>),
    /// The rules do not allow it.
    #[error("refused by {}: {}", .0.rule, .0.say.id)]
    Refused(Box<Refused>),
    /// It is done only with a signature, and none came with it. Nothing was saved.
    #[error("{} wants a signature", .0.act)]
    Unsigned(Box<Unsigned>),
    /// Somebody else changed it meanwhile.
    #[error("{} was changed meanwhile", .0.on.kind)]
    Stale(Box<Stale>),
    /// The last proof of who somebody is is too old for this; with a new one it goes on.
    #[error("prove anew who you are")]
    StepUp,
    /// It does not exist, or you may not know that it does.
    #[error("not found")]
    NotFound,
    /// Too much is waiting; try again.
    #[error("busy")]
    Busy,
    /// The database did not say whether it was saved: ask again with the same request id.
    #[error("outcome unknown")]
    OutcomeUnknown,
    /// What we stand on does not work now. Nothing was saved; it goes on by itself when that works again.
    #[error("{}", .0.id())]
    Away(Away),
    /// Our own fault; the log knows it under this reference.
    #[error("fault {0}")]
    Fault(String),
}

/// What a plant's keeper must look after, each with its own words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Away {
    /// The database has no room left.
    DiskFull,
    /// The database does not answer.
    Database,
    /// The folder for evidence has no room left.
    EvidenceFull,
    /// The evidence store does not answer, not in time, or broke off.
    EvidenceSilent,
    /// The evidence store does not let us in, or knows no such bucket.
    EvidenceRefuses,
    /// The evidence store gives other bytes than were put there.
    EvidenceOther,
    /// The evidence store writes over what is there.
    EvidenceOver,
}

impl Away {
    /// All of them, for whoever needs words for each.
    pub const ALL: &'static [Away] = &[
        Away::DiskFull,
        Away::Database,
        Away::EvidenceFull,
        Away::EvidenceSilent,
        Away::EvidenceRefuses,
        Away::EvidenceOther,
        Away::EvidenceOver,
    ];
    /// Id of the sentence.
    pub const fn id(self) -> &'static str {
        match self {
            Away::DiskFull => "away-disk-full",
            Away::Database => "away-database",
            Away::EvidenceFull => "away-evidence-full",
            Away::EvidenceSilent => "away-evidence-silent",
            Away::EvidenceRefuses => "away-evidence-refuses",
            Away::EvidenceOther => "away-evidence-other",
            Away::EvidenceOver => "away-evidence-over",
        }
    }
}

/// A refusal with what explains it.
#[derive(Clone, Debug)]
pub struct Refused {
    pub rule: &'static str,
    pub say: plantgate_domain::base::Say,
    /// All checks, when a decision refused it.
    pub decision: Option<serde_json::Value>,
}

/// What a signature would be under, as the turn found it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsigned {
    /// Name of the act.
    pub act: &'static str,
    pub meaning: SignMeaning,
    /// The kind of object, and which one; none where the act would make it.
    pub kind: Kind,
    pub on: Option<Ref>,
    /// Version that would be signed.
    pub version: u64,
    /// Digest of that version; none where the act would make it.
    pub digest: Option<String>,
}

/// What changed under the reader.
#[derive(Clone, Debug)]
pub struct Stale {
    pub on: Ref,
    pub by: Option<Actor>,
    pub at: Option<Instant>,
    /// The version now; the form carried an older one.
    pub version: u64,
}

impl Stop {
    /// One bad field.
    pub fn field(name: impl Into<String>, why: Why) -> Stop {
        Stop::Invalid(vec![Invalid::field(name, why)])
    }
    /// Our own fault: the cause goes to the log under a reference, never to the person.
    pub fn fault(cause: impl std::fmt::Display) -> Stop {
        let mut bytes = [0_u8; 4];
        let reference = match getrandom::fill(&mut bytes) {
            Ok(()) => format!("X{:08X}", u32::from_be_bytes(bytes)),
            Err(_) => "X00000000".to_owned(),
        };
        tracing::error!(reference, %cause, "fault");
        Stop::Fault(reference)
    }
    /// Whether trying again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Stop::Busy | Stop::OutcomeUnknown | Stop::Away(_))
    }
}

impl From<Invalid> for Stop {
    fn from(i: Invalid) -> Stop {
        Stop::Invalid(vec![i])
    }
}
impl From<Refusal> for Stop {
    fn from(r: Refusal) -> Stop {
        Stop::Refused(Box::new(Refused { rule: r.rule, say: r.say, decision: None }))
    }
}
impl From<Broken> for Stop {
    fn from(b: Broken) -> Stop {
        Stop::fault(b)
    }
}
impl From<Unreadable> for Stop {
    fn from(u: Unreadable) -> Stop {
        Stop::fault(u)
    }
}
impl From<Away> for Stop {
    fn from(away: Away) -> Stop {
        Stop::Away(away)
    }
}
impl From<sqlx::Error> for Stop {
    /// What passes by itself (a lock that was broken, a full pool) is *busy*; a database that is gone or has no room
    /// is told as that: before the commit nothing was saved, and asking again may help. Everything else is our fault.
    fn from(e: sqlx::Error) -> Stop {
        let stop = match &e {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Some(Stop::Busy),
            sqlx::Error::Io(_) => Some(Away::Database.into()),
            sqlx::Error::Database(d) => d.code().and_then(|code| passing(&code)),
            _ => None,
        };
        let Some(stop) = stop else { return Stop::fault(e) };
        tracing::warn!(cause = %e, "the database");
        stop
    }
}

/// What a code of PostgreSQL or SQLite comes to, when it passes by itself. 13 and 53100: no room. 57P..: the server
/// ends or begins. 778 and 4874 of SQLite: writing and growing a file failed, which a full disk does too.
fn passing(code: &str) -> Option<Stop> {
    match code {
        "40P01" | "40001" | "55P03" | "53300" | "5" => Some(Stop::Busy),
        "13" | "53100" | "778" | "4874" => Some(Away::DiskFull.into()),
        "57P01" | "57P02" | "57P03" => Some(Away::Database.into()),
        _ => None,
    }
}
