//! What lets the gateway into a system that takes no certificate: a password or a key that lies in the vault of
//! this house and that nobody who comes in ever sees. It is for one endpoint as it is pinned: at another host, login or
//! host key it would be sent to whoever stands there.

use serde::{Deserialize, Serialize};

use crate::{
    base::{Actor, At, Instant, Invalid, PersonId, Private, Refusal, SessionId, Text, Why},
    event::expect::{Endpoint, SecretKind, SecretPut},
    expect::instance::Instance,
};

/// Letters of a password: more than any system of a plant takes.
pub const LETTERS: usize = 128;
/// Seconds for which whoever had a password shown sees it.
pub const SHOWN: i64 = 5 * 60;

/// Seconds from one try that the system refused to the next one, which only an emergency makes.
pub const AGAIN: i64 = 10 * 60;

/// Whether what lies in the vault is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Goes {
    Yes,
    /// The system did not take it before.
    Refused,
    /// It was put there since the session began.
    Since,
}

/// What lies in the vault for an instance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vaulted {
    pub kind: SecretKind,
    pub public: Option<String>,
    pub seal: Private<Text>,
    /// When it was put there, and by whom.
    pub put: (Instant, Actor),
    /// Who was shown it last: they know it.
    pub shown: Option<(Instant, Actor)>,
    /// The session for which the system did not take it.
    pub refused: Option<(Instant, SessionId)>,
}

impl Vaulted {
    pub(super) fn put(e: &SecretPut, before: Option<&Vaulted>, at: At) -> Vaulted {
        // Whoever was shown it knows it still, where it is the same.
        let shown = before.filter(|_| e.same).and_then(|before| before.shown);
        let SecretPut { kind, public, seal, .. } = e.clone();
        Vaulted { kind, public, seal, put: (at.at, at.by), shown, refused: None }
    }

    /// Whether the gateway may try it now, for somebody who comes in or for a session that began then. What the system
    /// did not take is not tried again, because many systems close an account that somebody fails at; an emergency
    /// tries it, seldom, and once for each session. A session goes where the endpoint led when it began: what
    /// was put there since may be for another place, and is never sent to that one.
    pub fn goes(&self, session: Option<(SessionId, Instant)>, emergency: bool, now: Instant) -> Goes {
        let Some((id, began)) = session else {
            return if self.refused.is_none() || emergency { Goes::Yes } else { Goes::Refused };
        };
        match self.refused {
            _ if began < self.put.0 => Goes::Since,
            None => Goes::Yes,
            Some((at, by)) if emergency && by != id && at.plus_secs(AGAIN) <= now => Goes::Yes,
            Some(_) => Goes::Refused,
        }
    }

    /// Whether it is what a session that began then was refused with: what was put there since, nobody tried; and of
    /// one session it is told once.
    pub fn was_tried(&self, session: SessionId, began: Instant) -> bool {
        self.put.0 <= began && self.refused.is_none_or(|(_, by)| by != session)
    }

    /// Whether somebody sees it at an instant: whoever had it shown, for some minutes.
    pub fn shown_to(&self, by: PersonId, t: Instant) -> bool {
        self.shown.is_some_and(|(at, who)| who == Actor::Person(by) && at <= t && t < at.plus_secs(SHOWN))
    }
}

impl Endpoint {
    /// Whether it is the same system behind the same login: what lies in the vault for one is for the other.
    pub fn is_same_way(&self, other: &Endpoint) -> bool {
        let way = |e: &Endpoint| (e.host.to_ascii_lowercase(), e.port, e.login.clone(), e.host_key.clone());
        way(self) == way(other)
    }
}

/// Whether this can be put into the vault: a password for a password, nothing for a key, which is made here.
pub fn may_vault(instance: &Instance, kind: SecretKind, secret: Option<&str>) -> Result<(), Invalid> {
    let field = |field: &str, why: Why| Err(Invalid::field(field, why));
    if instance.endpoint.is_none() {
        return field("instance", Why::of("invalid-vault-endpoint"));
    }
    match (kind, secret) {
        (SecretKind::Key, Some(_)) => field("password", Why::of("invalid-vault-key-given")),
        (SecretKind::Key, None) => Ok(()),
        (SecretKind::Password, None) => field("password", Why::of("invalid-vault-password-none")),
        (SecretKind::Password, Some(text)) if text.chars().count() > LETTERS => {
            field("password", Why::of("invalid-vault-password-long").with("most", LETTERS))
        }
        (SecretKind::Password, Some(text)) if text.chars().any(char::is_control) => {
            field("password", Why::of("invalid-vault-password-control"))
        }
        (SecretKind::Password, Some(_)) => Ok(()),
    }
}

/// Whether a password may be shown to one of ours: when the gateway is gone, or to change it at the system, or in an
/// emergency there. A key is of no use without the gateway, and is shown to nobody.
pub fn may_show(instance: &Instance) -> Result<(), Refusal> {
    match instance.vaulted.as_ref().map(|v| v.kind) {
        None => Err(Refusal::new("R-17", "refuse-vault-none")),
        Some(SecretKind::Key) => Err(Refusal::new("R-17", "refuse-vault-key")),
        Some(SecretKind::Password) => Ok(()),
    }
}

/// Whether there is anything to remove.
pub fn may_remove(instance: &Instance) -> Result<(), Refusal> {
    if instance.vaulted.is_none() { Err(Refusal::new("R-17", "refuse-vault-none")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{Commit, Slot},
        event::expect::{EndpointUnpinned, InstanceEvent, SecretRefused, SecretRemoved, SecretShown},
        expect::instance::tests::instance,
        thing::Thing,
    };

    fn s(secs: i64) -> Instant {
        Instant::from_micros(0).plus_secs(secs)
    }
    fn at(secs: i64, by: u128) -> At {
        At { at: s(secs), by: Actor::Person(person(by)), seq: 1 }
    }
    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }
    fn session(n: u128) -> SessionId {
        SessionId(Uuid::from_u128(n))
    }
    fn sealed() -> Private<Text> {
        Private::sealed(Commit("ab".into()), Slot(Uuid::from_u128(99)))
    }
    fn endpoint() -> Endpoint {
        let (host, login, host_key) = ("plc".to_owned(), "maint".to_owned(), "ssh-ed25519 AAAA".to_owned());
        Endpoint { host, port: 22, login, host_key, forwards: Vec::new(), account: None }
    }
    fn pinned() -> Instance {
        let mut i = instance();
        i.apply(&InstanceEvent::EndpointPinned(endpoint()), at(1, 1));
        i
    }
    fn with(kind: SecretKind) -> Instance {
        let mut i = pinned();
        let put = SecretPut { kind, public: None, seal: sealed(), same: false };
        i.apply(&InstanceEvent::SecretPut(put), at(10, 1));
        i
    }
    fn refused(i: &mut Instance, by: u128) {
        i.apply(&InstanceEvent::SecretRefused(SecretRefused { session: session(by) }), at(20, 1));
    }

    #[test]
    fn a_password_is_put_there_as_the_system_takes_it_and_a_key_is_made_here() {
        let (password, key) = (SecretKind::Password, SecretKind::Key);
        let (most, long) = ("ä".repeat(LETTERS), "a".repeat(LETTERS + 1));
        for (kind, secret, no) in [
            (password, Some("a b%ü "), None),
            (password, Some(most.as_str()), None),
            (password, Some(long.as_str()), Some("invalid-vault-password-long")),
            (password, Some("two\nlines"), Some("invalid-vault-password-control")),
            (password, Some("\u{1b}[2J"), Some("invalid-vault-password-control")),
            (password, None, Some("invalid-vault-password-none")),
            (key, None, None),
            (key, Some("-----BEGIN"), Some("invalid-vault-key-given")),
        ] {
            assert_eq!(may_vault(&pinned(), kind, secret).err().map(|i| i.why.id), no, "{kind:?} {secret:?}");
        }
        // where the gateway leads nowhere there is nothing to put it for
        let no = may_vault(&instance(), key, None).err().map(|i| i.why.id);
        assert_eq!(no, Some("invalid-vault-endpoint"));
    }

    #[test]
    fn it_is_for_one_endpoint_as_it_is_pinned() {
        let same = |change: &dyn Fn(&mut Endpoint)| {
            let mut other = endpoint();
            change(&mut other);
            endpoint().is_same_way(&other)
        };
        assert!(same(&|_| ()) && same(&|e| e.forwards = vec![443]));
        assert!(same(&|e| e.host = "PLC".into()) && !same(&|e| e.host = "plc2".into()) && !same(&|e| e.port = 23));
        assert!(!same(&|e| e.login = "root".into()) && !same(&|e| e.host_key = "ssh-ed25519 BBBB".into()));
        // where the endpoint goes another way, or none, nothing is left of it, whoever forgot to remove it first
        let mut moved = with(SecretKind::Password);
        moved.apply(&InstanceEvent::EndpointPinned(Endpoint { forwards: vec![443], ..endpoint() }), at(11, 1));
        assert!(moved.vaulted.is_some());
        moved.apply(&InstanceEvent::EndpointPinned(Endpoint { host: "plc2".into(), ..endpoint() }), at(12, 1));
        assert_eq!(moved.vaulted, None);
        let mut gone = with(SecretKind::Key);
        gone.apply(&InstanceEvent::EndpointUnpinned(EndpointUnpinned { host: "plc".into(), port: 22 }), at(11, 1));
        assert_eq!(gone.vaulted, None);
    }

    #[test]
    fn what_the_system_did_not_take_is_not_tried_again_until_it_is_put_there_anew() {
        let goes = |i: &Instance, by: Option<(u128, i64)>, emergency, now| {
            let by = by.map(|(by, began)| (session(by), s(began)));
            i.vaulted.as_ref().unwrap().goes(by, emergency, s(now))
        };
        let mut i = with(SecretKind::Password);
        assert_eq!([None, Some((1, 15))].map(|by| goes(&i, by, false, 16)), [Goes::Yes; 2]);
        refused(&mut i, 1);
        // an emergency tries, each of its sessions once, and not before ten minutes are over
        for (by, emergency, now, said) in [
            (None, false, 21, Goes::Refused),
            (Some((2, 15)), false, 5_000, Goes::Refused),
            (None, true, 21, Goes::Yes),
            (Some((2, 15)), true, 619, Goes::Refused),
            (Some((2, 15)), true, 620, Goes::Yes),
            (Some((1, 15)), true, 620, Goes::Refused),
        ] {
            assert_eq!(goes(&i, by, emergency, now), said, "{by:?} {emergency} {now}");
        }
        // of one session it is told once, and nothing of what was put there since it began
        let tried = |i: &Instance, by, began| i.vaulted.as_ref().is_some_and(|v| v.was_tried(session(by), s(began)));
        assert_eq!([tried(&i, 1, 15), tried(&i, 2, 15), tried(&i, 2, 9)], [false, true, false]);
        let put = SecretPut { kind: SecretKind::Password, public: None, seal: sealed(), same: false };
        i.apply(&InstanceEvent::SecretPut(put), at(30, 1));
        // what was put there since a session began may be for another place, and is not sent where that one goes
        assert_eq!([false, true].map(|emergency| goes(&i, Some((2, 15)), emergency, 31)), [Goes::Since; 2]);
        assert_eq!([None, Some((3, 30))].map(|by| goes(&i, by, false, 31)), [Goes::Yes; 2]);
    }

    #[test]
    fn a_password_is_shown_to_who_asked_for_some_minutes_and_a_key_to_nobody() {
        let no = |i: &Instance| may_show(i).err().map(|r| r.say.id);
        assert_eq!(no(&pinned()), Some("refuse-vault-none"));
        assert_eq!(no(&with(SecretKind::Key)), Some("refuse-vault-key"));
        let mut i = with(SecretKind::Password);
        assert_eq!(no(&i), None);
        let sees = |i: &Instance, by, t| i.vaulted.as_ref().is_some_and(|v| v.shown_to(person(by), s(t)));
        assert!(!sees(&i, 2, 100));
        i.apply(&InstanceEvent::SecretShown(SecretShown { reason: sealed() }), at(100, 2));
        assert_eq!([99, 100, 399, 400].map(|t| sees(&i, 2, t)), [false, true, true, false]);
        assert!(!sees(&i, 1, 100), "whoever put it there asks, too");
        // the same put there again is known to them still, and another one is not
        let put = |same| SecretPut { kind: SecretKind::Password, public: None, seal: sealed(), same };
        let knows = |same| {
            let mut i = i.clone();
            i.apply(&InstanceEvent::SecretPut(put(same)), at(105, 1));
            i.vaulted.and_then(|v| v.shown).is_some()
        };
        assert_eq!([knows(true), knows(false)], [true, false]);
        // when it is another one, then nobody knows it by that
        i.apply(&InstanceEvent::SecretRemoved(SecretRemoved {}), at(110, 1));
        assert_eq!(may_remove(&i).err().map(|r| r.say.id), Some("refuse-vault-none"));
        assert_eq!(with(SecretKind::Password).vaulted.and_then(|v| v.shown), None);
    }
}
