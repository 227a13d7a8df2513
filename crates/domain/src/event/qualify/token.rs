//! Secrets of programs, and the accounts of machines that only hold such secrets. Names somebody typed are private
//! text; what a secret opens, until when and for whom is not.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::{Instant, PersonId, Private, SiteId, Text};

/// A token was made. The secret itself never comes here, not even hashed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenMade {
    /// Names it in entries, lists and the `auth` of what it did.
    pub token: Uuid,
    /// What its maker called it.
    pub name: Private<Text>,
    /// Acts it may do, by name; none: it reads only.
    pub acts: Vec<String>,
    /// Sites it is bound to; none: wherever its holder may.
    pub sites: Vec<SiteId>,
    /// It opens nothing from here on.
    pub until: Instant,
    /// Keyed, over the hash of the secret and whose it is.
    pub fingerprint: String,
}

/// A token was taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRevoked {
    pub token: Uuid,
}

/// An account of a machine was made: no natural person, with one who answers for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceMade {
    pub reference: Option<String>,
    pub name: Private<Text>,
    pub sort: Private<Text>,
    pub owner: PersonId,
}

/// Somebody else answers for a machine's account from now on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceHandedOver {
    pub owner: PersonId,
}
