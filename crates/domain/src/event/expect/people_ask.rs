//! A provider's contact is asked, by a link in a mail, which of its people still work for it and need access.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words::PeopleSays;
use crate::base::{Day, Instant, PersonId, Private, Text};

/// A contact was asked. The link itself is nowhere: its secret was shown once, here is its hash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleAsked {
    /// Names the ask.
    pub ask: Uuid,
    pub contact: PersonId,
    /// SHA-256 of the link's secret, 64 hexadecimal digits.
    pub secret_sha256: String,
    /// The link opens nothing from here on.
    pub until: Instant,
    /// From here on it is a task of ours that no answer came.
    pub remind_at: Instant,
}

/// What was said of one person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonSaid {
    pub person: PersonId,
    pub says: PeopleSays,
    /// Last day, when they left.
    pub left_on: Option<Day>,
}

/// What was said of some people; a long list comes in parts of one act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleAnswered {
    pub ask: Uuid,
    pub people: Vec<PersonSaid>,
}

/// The contact confirmed the whole list. The link is used up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleConfirmed {
    pub ask: Uuid,
    /// Who is missing on the list, in the contact's words.
    pub missing: Option<Private<Text>>,
}

/// The link was taken back, or what was open in the answers is settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleAskClosed {
    pub ask: Uuid,
}
