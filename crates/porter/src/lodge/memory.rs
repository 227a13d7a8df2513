//! What the lodge remembers between two questions: codes that were right, and files that were brought. Losing it loses
//! nobody's record: a person gives another code, a gateway brings a file again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use plantgate_app::Clock;
use plantgate_domain::base::SessionId;
use plantgate_gateway::{authority::Pass, remote::Bounds};
use uuid::Uuid;

/// A code that was right.
struct Proof {
    gateway: String,
    pass: Pass,
    at: i64,
}

/// A file that was brought, by whom and for which session.
type Brought = (String, SessionId, String);

/// The memory.
pub struct Memory {
    bounds: Bounds,
    proofs: Mutex<HashMap<Uuid, Proof>>,
    brought: Mutex<HashMap<Brought, (u64, i64)>>,
    /// Which folder each name has, and when it was heard of.
    instances: Mutex<HashMap<String, (Uuid, i64)>>,
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Microseconds of a clock that nobody sets.
pub(super) fn now() -> i64 {
    Clock::Machine.steady_us()
}

/// Whether that was less than so many seconds ago.
pub(super) fn within(at: i64, now: i64, secs: u64) -> bool {
    now.saturating_sub(at) < i64::try_from(secs).unwrap_or(i64::MAX).saturating_mul(1_000_000)
}

impl Memory {
    pub fn new(bounds: Bounds) -> Memory {
        Memory { bounds, proofs: Mutex::default(), brought: Mutex::default(), instances: Mutex::default() }
    }

    /// Whether this folder is the one of that name: the first that was heard of, until nothing is heard of it any more.
    pub fn is(&self, gateway: &str, instance: Uuid) -> bool {
        self.is_at(gateway, instance, now())
    }

    fn is_at(&self, gateway: &str, instance: Uuid, at: i64) -> bool {
        let mut all = locked(&self.instances);
        let other = |(known, last): &(Uuid, i64)| *known != instance && within(*last, at, self.bounds.instance);
        if all.get(gateway).is_some_and(other) {
            return false;
        }
        all.insert(gateway.to_owned(), (instance, at));
        true
    }

    /// Notes a right code of somebody at a gateway; nothing where too many wait.
    pub fn proven(&self, gateway: &str, pass: Pass) -> Option<Uuid> {
        self.proven_at(gateway, pass, now())
    }

    fn proven_at(&self, gateway: &str, pass: Pass, at: i64) -> Option<Uuid> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).ok()?;
        let (id, mut all) = (Uuid::from_bytes(bytes), locked(&self.proofs));
        all.retain(|_, proof| within(proof.at, at, self.bounds.proof));
        if all.len() >= self.bounds.waiting {
            return None;
        }
        all.insert(id, Proof { gateway: gateway.to_owned(), pass, at });
        Some(id)
    }

    /// Who gave it, to the gateway at which they did, once and soon.
    pub fn takes(&self, gateway: &str, proof: Uuid) -> Option<Pass> {
        self.takes_at(gateway, proof, now())
    }

    fn takes_at(&self, gateway: &str, proof: Uuid, at: i64) -> Option<Pass> {
        let mut all = locked(&self.proofs);
        if all.get(&proof)?.gateway != gateway {
            return None;
        }
        all.remove(&proof).filter(|proof| within(proof.at, at, self.bounds.proof)).map(|proof| proof.pass)
    }

    /// Notes a file whose digest was looked at; whether there was room.
    pub fn brings(&self, gateway: &str, session: SessionId, sha256: &str, size: u64) -> bool {
        let (at, mut all) = (now(), locked(&self.brought));
        all.retain(|_, (_, brought)| within(*brought, at, self.bounds.brought));
        let room = all.len() < self.bounds.waiting;
        if room {
            all.insert((gateway.to_owned(), session, sha256.to_owned()), (size, at));
        }
        room
    }

    /// How large a file is that this gateway brought for this session.
    pub fn brought(&self, gateway: &str, session: SessionId, sha256: &str) -> Option<u64> {
        let (at, all) = (now(), locked(&self.brought));
        let found = all.get(&(gateway.to_owned(), session, sha256.to_owned()));
        found.filter(|(_, brought)| within(*brought, at, self.bounds.brought)).map(|(size, _)| *size)
    }

    /// The end of a session is in the record: what was brought for it is named there.
    pub fn over(&self, session: SessionId) {
        locked(&self.brought).retain(|(_, of, _), _| *of != session);
    }
}

#[cfg(test)]
mod tests {
    use plantgate_domain::base::{GrantId, PersonId, ZoneName};
    use plantgate_wire::words::{Lang, Reader};

    use super::*;

    fn pass() -> Pass {
        Pass {
            person: PersonId(Uuid::from_u128(1)),
            grant: GrantId(Uuid::from_u128(2)),
            fingerprint: "SHA256:theirs".to_owned(),
            from: "192.0.2.7".parse().unwrap(),
            reader: Reader { lang: Lang::En, zone: ZoneName::utc() },
            notice: String::new(),
            days: 90,
            unable: None,
        }
    }

    #[test]
    fn a_right_code_lets_one_session_begin_at_the_gateway_where_it_was_given_and_soon() {
        let memory = Memory::new(Bounds { proof: 10, waiting: 2, ..Bounds::standard() });
        let one = memory.proven_at("hall-3", pass(), 0).unwrap();
        // another gateway takes it not, and takes it away from nobody
        assert_eq!(memory.takes_at("hall-4", one, 1), None);
        assert_eq!(memory.takes_at("hall-3", one, 1), Some(pass()));
        assert_eq!(memory.takes_at("hall-3", one, 2), None, "once");
        let late = memory.proven_at("hall-3", pass(), 0).unwrap();
        assert_eq!(memory.takes_at("hall-3", late, 10_000_000), None, "soon");
        // and no more wait than there may be, until the oldest are too old
        assert!(memory.proven_at("hall-3", pass(), 0).is_some() && memory.proven_at("hall-3", pass(), 0).is_some());
        assert_eq!(memory.proven_at("hall-3", pass(), 1), None);
        assert!(memory.proven_at("hall-3", pass(), 10_000_001).is_some());
    }

    #[test]
    fn what_was_brought_is_for_one_session_of_one_gateway() {
        let (memory, of) = (Memory::new(Bounds::standard()), |n| SessionId(Uuid::from_u128(n)));
        assert!(memory.brings("hall-3", of(1), "aa", 7));
        assert_eq!(memory.brought("hall-3", of(1), "aa"), Some(7));
        for (gateway, session, sha256) in [("hall-4", of(1), "aa"), ("hall-3", of(2), "aa"), ("hall-3", of(1), "ab")] {
            assert_eq!(memory.brought(gateway, session, sha256), None, "{gateway} {session} {sha256}");
        }
        memory.over(of(1));
        assert_eq!(memory.brought("hall-3", of(1), "aa"), None);
    }

    #[test]
    fn a_name_is_one_machine_until_nothing_is_heard_of_it_any_more() {
        let memory = Memory::new(Bounds { instance: 60, ..Bounds::standard() });
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert!(memory.is_at("hall-3", one, 0) && memory.is_at("hall-4", two, 0));
        assert!(!memory.is_at("hall-3", two, 1) && memory.is_at("hall-3", one, 30_000_000));
        // asking in vain keeps nobody's place
        assert!(!memory.is_at("hall-3", two, 89_999_999));
        assert!(memory.is_at("hall-3", two, 90_000_000) && !memory.is_at("hall-3", one, 90_000_001));
    }
}
