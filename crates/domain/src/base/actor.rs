//! Who did it, and where in the record it stands.

use serde::{Deserialize, Serialize};

use super::{id::PersonId, time::Instant};

/// The author of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", content = "id", rename_all = "kebab-case")]
pub enum Actor {
    /// A person who signed in.
    Person(PersonId),
    /// The organisation's first hour: nobody exists yet.
    Genesis,
    /// Whoever administers the machine, at its terminal: no person of the record, because nobody proved to be one.
    Host,
    /// The watchman, which proposes and never decides.
    Watchman,
    /// An identity provider that the machine's configuration trusts to say who is in which group; the entry's `auth`
    /// names it. It gives and takes roles as the configured mapping says, and does nothing else.
    IdentityProvider,
    /// A gateway of this house, which tells what it saw: sessions and their records. It decides nothing; the entry's
    /// `auth` says how the person had proven who they are.
    Gateway,
    /// The rules of retention, which delete what is due and nothing else.
    Retention,
}

impl Actor {
    /// The person, if it is one.
    pub fn person(self) -> Option<PersonId> {
        match self {
            Actor::Person(id) => Some(id),
            Actor::Genesis
            | Actor::Host
            | Actor::Watchman
            | Actor::IdentityProvider
            | Actor::Gateway
            | Actor::Retention => None,
        }
    }
}

/// The place of an event: when it was recorded, by whom, as which entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct At {
    /// Recording time.
    pub at: Instant,
    pub by: Actor,
    /// Index of the entry in the ledger, from 0.
    pub seq: u64,
}
