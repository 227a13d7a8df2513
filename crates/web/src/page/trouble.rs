//! When something does not work: what happened, why, what you can do, who can help, under which reference. One page for
//! the one error table of all doors.

use askama::Template;
use plantgate_domain::base::Instant;
use plantgate_wire::words::Rich;

use crate::view::{Item, Ui};

/// A field that somebody else changed meanwhile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Differs {
    pub field: String,
    /// As it is now.
    pub now: String,
    /// As it was sent, kept for this person.
    pub yours: String,
}

/// The rows of the error table.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// Input that cannot be used: where it stands and why.
    Invalid {
        place: String,
        why: String,
    },
    /// An act the rules do not allow.
    Refused {
        rule: String,
        why: Rich,
    },
    /// Somebody else was faster.
    Stale {
        by: String,
        at: Instant,
        diff: Vec<Differs>,
    },
    /// A proof that is too old, where there is no form to go on with.
    StepUp,
    NotFound,
    /// Too much to do at the moment.
    Busy {
        retry_secs: i64,
    },
    /// What the house stands on does not work now; which part, in a sentence.
    Away {
        why: String,
    },
    /// It is not known whether the act took place.
    OutcomeUnknown {
        request: String,
    },
    /// A fault of ours.
    Fault {
        reference: String,
    },
}

impl Kind {
    /// The word, `trouble-…` in the catalogue.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Kind::Invalid { .. } => "invalid",
            Kind::Refused { .. } => "refused",
            Kind::Stale { .. } => "stale",
            Kind::StepUp => "stepup",
            Kind::NotFound => "notfound",
            Kind::Busy { .. } => "busy",
            Kind::Away { .. } => "away",
            Kind::OutcomeUnknown { .. } => "unknown",
            Kind::Fault { .. } => "fault",
        }
    }
    /// Message ids of the sentences that every kind has.
    pub fn title(&self) -> String {
        format!("{}-title", self.as_str())
    }
    /// What the person can do.
    pub fn todo(&self) -> String {
        format!("{}-do", self.as_str())
    }
}

/// The page of a trouble.
#[derive(Template)]
#[template(path = "page/trouble.html")]
pub struct Trouble {
    pub ui: Ui,
    pub kind: Kind,
    /// Where to go on: back to the form, to the list, to check what happened.
    pub go: Item,
}
