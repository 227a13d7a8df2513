//! What a gateway keeps of a session that began while it could not ask, and why one does not begin.

use std::net::IpAddr;

use plantgate_domain::{
    base::{GrantId, SessionId},
    permit::called::Called,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::spool::Waits;

/// A session that began alone, until the core knows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beginning {
    /// Its place in the order of this gateway; the record has it.
    pub sequence: u64,
    /// Seconds since 1970, when it began.
    pub at: i64,
    pub session: SessionId,
    pub grant: GrantId,
    pub fingerprint: String,
    pub language: String,
    pub days: u32,
    pub from: IpAddr,
    pub sheet: Uuid,
    pub number: u32,
    /// The key of the recording, locked under the code: it lies here in no other way.
    pub seal: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<Called>,
}

impl Waits for Beginning {
    fn sequence(&self) -> u64 {
        self.sequence
    }
    fn at(&self) -> i64 {
        self.at
    }
}

/// Why nobody comes in by a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Not {
    /// The window is not open, or the copies are too old.
    Window,
    /// It was used meanwhile.
    Used,
    /// The way to the system is not among what is held.
    Way,
    /// The disk does not take it.
    Disk,
}

impl Not {
    /// The message for whoever is at the door.
    pub fn words(self) -> &'static str {
        match self {
            Not::Window => "gateway-alone-window",
            Not::Used => "gateway-alone-used",
            Not::Way => "gateway-alone-way",
            Not::Disk => "gateway-no-room",
        }
    }
}
