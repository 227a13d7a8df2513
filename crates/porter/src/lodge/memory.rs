//! What the lodge remembers between two questions: codes that were right, and files that were brought. Losing it loses
//! nobody's record: a person gives another code, a gateway brings a file again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use plantgate_app::Clock;
use plantgate_domain::base::SessionId;
use plantgate_gateway::{
    authority::Pass,
    remote::{Bounds, says::Who},
};
use uuid::Uuid;

use super::answers::By;

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
    /// How large each is, once it is here whole, and when.
    brought: Mutex<HashMap<Brought, (Option<u64>, i64)>>,
    /// Which folder each name has, and when it was heard of.
    instances: Mutex<HashMap<String, (Uuid, i64)>>,
    /// Which process asked about each session last, of which gateway, and when.
    heard: Mutex<HashMap<SessionId, (String, Who, i64)>>,
    /// What was heard before then is not known here.
    born: i64,
}

/// A place for a part that is on its way; it goes with the way, and stays where the part came.
pub struct Place<'m> {
    memory: &'m Memory,
    of: Brought,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut all = locked(&self.memory.brought);
        if all.get(&self.of).is_some_and(|(size, _)| size.is_none()) {
            all.remove(&self.of);
        }
    }
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
        let (proofs, brought, instances, heard) = Default::default();
        Memory { bounds, proofs, brought, instances, heard, born: now() }
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

    /// Notes that a process asks about a session that runs at it; not where another one did just now.
    pub fn hears(&self, by: By<'_>, session: SessionId) -> bool {
        self.hears_at(by, session, now())
    }

    fn hears_at(&self, By { gateway, who }: By<'_>, session: SessionId, at: i64) -> bool {
        let mut all = locked(&self.heard);
        all.retain(|_, (_, _, last)| within(*last, at, self.bounds.heard));
        if all.get(&session).is_some_and(|(_, other, _)| other.epoch != who.epoch) {
            return false;
        }
        all.insert(session, (gateway.to_owned(), who, at));
        // A name belongs to who has sessions under it: after a start of the core somebody else may have pulsed first.
        let mut names = locked(&self.instances);
        let owner = names.get(gateway).map(|(owner, _)| *owner);
        let works = |owner| all.values().any(|(of, who, _)| of == gateway && who.instance == owner);
        if owner.is_none_or(|owner| !works(owner)) {
            names.insert(gateway.to_owned(), (who.instance, at));
        }
        true
    }

    /// Whether a session runs at another folder, as far as was heard.
    pub fn elsewhere(&self, who: Who, session: SessionId) -> bool {
        self.elsewhere_at(who, session, now())
    }

    fn elsewhere_at(&self, who: Who, session: SessionId, at: i64) -> bool {
        let other =
            |(_, by, last): &(String, Who, i64)| by.instance != who.instance && within(*last, at, self.bounds.heard);
        locked(&self.heard).get(&session).is_some_and(other)
    }

    /// Whether a process may say that a session was lost: its own, or one about which nobody asks any more. Just after
    /// the start nobody had the time to ask.
    pub fn may_lose(&self, who: Who, session: SessionId) -> bool {
        self.may_lose_at(who, session, now())
    }

    fn may_lose_at(&self, who: Who, session: SessionId, at: i64) -> bool {
        match locked(&self.heard).get(&session) {
            Some((_, by, last)) => by.epoch == who.epoch || !within(*last, at, self.bounds.heard),
            None => !within(self.born, at, self.bounds.heard),
        }
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

    /// A place for a part that is about to come: a session has so many, and all of them together so many.
    pub fn place(&self, gateway: &str, session: SessionId, sha256: &str) -> Option<Place<'_>> {
        self.place_at(gateway, session, sha256, now())
    }

    fn place_at(&self, gateway: &str, session: SessionId, sha256: &str, at: i64) -> Option<Place<'_>> {
        let of = (gateway.to_owned(), session, sha256.to_owned());
        let mut all = locked(&self.brought);
        all.retain(|_, (size, brought)| size.is_none() || within(*brought, at, self.bounds.brought));
        let theirs = all.keys().filter(|(_, of, _)| *of == session).count();
        let room = all.len() < self.bounds.waiting && theirs < self.bounds.parts;
        if !room && !all.contains_key(&of) {
            return None;
        }
        all.entry(of.clone()).or_insert((None, at));
        Some(Place { memory: self, of })
    }

    /// Notes a file whose digest was looked at, in its place.
    pub fn brings(&self, gateway: &str, session: SessionId, sha256: &str, size: u64) {
        let of = (gateway.to_owned(), session, sha256.to_owned());
        locked(&self.brought).insert(of, (Some(size), now()));
    }

    /// How large a file is that this gateway brought for this session.
    pub fn brought(&self, gateway: &str, session: SessionId, sha256: &str) -> Option<u64> {
        let (at, all) = (now(), locked(&self.brought));
        let (size, brought) = all.get(&(gateway.to_owned(), session, sha256.to_owned()))?;
        size.filter(|_| within(*brought, at, self.bounds.brought))
    }

    /// The end of a session is in the record: what was brought for it is named there.
    pub fn over(&self, session: SessionId) {
        locked(&self.brought).retain(|(_, of, _), _| *of != session);
        locked(&self.heard).remove(&session);
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
            factor: plantgate_gateway::authority::Factor::App,
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
        let place = memory.place("hall-3", of(1), "aa").unwrap();
        assert_eq!(memory.brought("hall-3", of(1), "aa"), None, "on its way");
        memory.brings("hall-3", of(1), "aa", 7);
        drop(place);
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

    #[test]
    fn a_session_takes_no_more_places_than_it_has_parts_and_what_broke_on_its_way_takes_none() {
        let (memory, of) = (Memory::new(Bounds { parts: 2, ..Bounds::standard() }), |n| SessionId(Uuid::from_u128(n)));
        let (one, two) = (memory.place("hall-3", of(1), "aa").unwrap(), memory.place("hall-3", of(1), "ab").unwrap());
        assert!(memory.place("hall-3", of(1), "ac").is_none() && memory.place("hall-3", of(2), "aa").is_some());
        assert!(memory.place("hall-3", of(1), "aa").is_some(), "the same again");
        memory.brings("hall-3", of(1), "aa", 7);
        drop((one, two));
        let three = memory.place("hall-3", of(1), "ac");
        assert!(three.is_some() && memory.place("hall-3", of(1), "ad").is_none(), "what came keeps its place");
    }

    const fn who(instance: u128, epoch: u128) -> Who {
        Who { instance: Uuid::from_u128(instance), epoch: Uuid::from_u128(epoch) }
    }

    #[test]
    fn nobody_else_ends_a_session_by_loss_about_which_a_process_asks() {
        let mut memory = Memory::new(Bounds { heard: 60, ..Bounds::standard() });
        memory.born = 0;
        let (session, second) = (SessionId(Uuid::from_u128(9)), 1_000_000);
        let by = |who| By { gateway: "hall-3", who };
        // given a core that just began, then nobody says of a session that nobody holds it
        assert!(!memory.may_lose_at(who(1, 1), session, 59 * second));
        assert!(memory.may_lose_at(who(1, 1), session, 60 * second));
        // given a process that asks, then it may, and another one may not: of another machine, or of a copied folder
        assert!(memory.hears_at(by(who(1, 1)), session, 100 * second));
        assert!(memory.may_lose_at(who(1, 1), session, 101 * second));
        for other in [who(2, 2), who(1, 3)] {
            assert!(!memory.may_lose_at(other, session, 159 * second), "{other}");
            // asking, too, takes it from nobody
            assert!(!memory.hears_at(by(other), session, 159 * second), "{other}");
        }
        // and another machine is not even told of it, until nobody asks any more
        assert!(memory.elsewhere_at(who(2, 2), session, 159 * second));
        assert!(!memory.elsewhere_at(who(1, 3), session, 159 * second), "its own folder, after a kill");
        assert!(!memory.elsewhere_at(who(2, 2), session, 160 * second));
        assert!(memory.may_lose_at(who(2, 2), session, 160 * second));
    }

    #[test]
    fn a_name_belongs_to_the_machine_that_has_sessions_under_it_whoever_pulses_first() {
        let memory = Memory::new(Bounds::standard());
        let (of, second) = (|n| SessionId(Uuid::from_u128(n)), 1_000_000);
        let by = |who| By { gateway: "hall-3", who };
        assert!(memory.is_at("hall-3", Uuid::from_u128(2), second));
        // when another machine asks about a session that runs at it, then the name is that one's
        assert!(memory.hears_at(by(who(1, 1)), of(9), 2 * second));
        assert!(memory.is_at("hall-3", Uuid::from_u128(1), 2 * second));
        assert!(!memory.is_at("hall-3", Uuid::from_u128(2), 2 * second));
        // and stays it while it has sessions, whatever else is asked about
        assert!(memory.hears_at(by(who(2, 2)), of(8), 3 * second));
        assert!(!memory.is_at("hall-3", Uuid::from_u128(2), 3 * second));
    }
}
