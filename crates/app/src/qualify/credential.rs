//! A person's credentials. The record keeps a fingerprint and, where there is one, the public half; the secret itself
//! never comes here.

use plantgate_domain::{
    base::{Actor, Kind, PersonId, Refusal, Why, auth},
    event::qualify::{KeyAdded, KeyKind, KeyRemoved, PersonEvent, SignedOut},
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory, ops::credential::Gone};
use serde::{Deserialize, Serialize};

use super::{seat, sign_on, ssh};
use crate::{
    act::Act,
    names,
    power::{ManageUsers, May, Place},
    reach,
};

/// Adds a credential. A person has one password: a new one replaces it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetCredential {
    pub person: String,
    pub kind: KeyKind,
    /// Names it, for instance `SHA256:…`.
    pub fingerprint: String,
    /// Public half in its own text form; empty for a password.
    #[serde(default)]
    pub public: String,
}

/// How somebody proved who they are who came by the link in.
pub const INVITATION: &str = auth::INVITATION;

impl Act for SetCredential {
    const NAME: &'static str = "set-credential";
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        reach::own(desk, &self.person).await
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::natural(desk, &self.person).await?;
        // A link in is used up by the first credential, in this turn: of two that come at once one is too late.
        if by_link(desk) && person.has_way_in() {
            return Err(Stop::NotFound);
        }
        let fingerprint = names::text(200, "fingerprint", &self.fingerprint)?;
        // What stands in an entry stands for ever: nothing that somebody typed goes through, no comment of a key.
        if !fingerprint.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Stop::field("fingerprint", Why::of("invalid-fingerprint")));
        }
        let public = public(self.kind, &self.public, &fingerprint)?;
        if self.kind == KeyKind::Ssh {
            one_person(desk, person.id, &fingerprint).await?;
        }
        let key = KeyAdded { kind: self.kind, fingerprint, public };
        if person.keys.contains(&key) {
            return Ok(person.id);
        }
        if key.kind == KeyKind::Password {
            not_by_sign_on(desk, "password")?;
        }
        let passwords = person.keys.iter().filter(|old| key.kind == KeyKind::Password && old.kind == key.kind);
        for old in passwords {
            let gone = KeyRemoved { fingerprint: old.fingerprint.clone() };
            desk.append(person.id, PersonEvent::KeyRemoved(gone)).await?;
        }
        desk.append(person.id, PersonEvent::KeyAdded(key)).await?;
        Ok(person.id)
    }
}

/// Whoever rules an identity provider comes in as anybody it vouches for. So nothing that signs, and no further way in
/// (password, passkey, recovery codes, token, other account), is added by who has proven themselves to one of those
/// alone.
pub(super) fn not_by_sign_on(desk: &Desk, field: &str) -> Result<(), Stop> {
    match auth::sign_on(desk.cause().auth.as_deref()) {
        Some(_) => Err(Stop::field(field, Why::of("invalid-key-by-sign-on"))),
        None => Ok(()),
    }
}

/// The person who adds a way in to themselves: by their link, which the first one uses up, or with a seat, at a session
/// that did not begin elsewhere alone. `field` is what a form says the reason at.
pub(super) async fn adding(desk: &mut Desk, id: PersonId, field: &str) -> Result<Person, Stop> {
    let person: Person = desk.get(id).await?;
    if desk.cause().actor != Actor::Person(person.id) || person.service.is_some() {
        return Err(Stop::NotFound);
    }
    if by_link(desk) {
        // In this turn: of two that come at once one is too late. Who comes by their link has no seat yet at times;
        // whether they may begin is asked when they sign in.
        return if person.has_way_in() { Err(Stop::NotFound) } else { Ok(person) };
    }
    if !person.seated(desk.now().0) {
        return Err(Refusal::new("R-27", "stop-no-seat").into());
    }
    not_by_sign_on(desk, field)?;
    Ok(person)
}

/// Whether somebody comes by the link in.
pub(super) fn by_link(desk: &Desk) -> bool {
    desk.cause().auth.as_deref() == Some(INVITATION)
}

/// One key is one person: a gateway knows people by nothing else.
async fn one_person(desk: &mut Desk, id: PersonId, fingerprint: &str) -> Result<(), Stop> {
    for kept in desk.every(Kind::Person).await? {
        let other = Person::try_from(kept.thing)?;
        if other.id != id && other.holds_ssh(fingerprint) {
            return Err(Stop::field("public", Why::of("invalid-ssh-key-taken")));
        }
    }
    Ok(())
}

/// The public half as the record keeps it: kind and key, bare.
fn public(kind: KeyKind, given: &str, fingerprint: &str) -> Result<String, Stop> {
    let wrong = |why| Err(Stop::field("public", why));
    match (kind, given.trim()) {
        (KeyKind::Password, "") => Ok(String::new()),
        (KeyKind::Password, _) => wrong(Why::of("invalid-public-of-password")),
        (KeyKind::Ssh, "") => wrong(Why::of("invalid-public-missing")),
        (KeyKind::Ssh, line) => match ssh::read(line) {
            Ok(key) if key.fingerprint == fingerprint => Ok(key.public),
            _ => wrong(Why::of("invalid-ssh-key")),
        },
        // Its device answers a challenge of this house; a key that somebody types proves nothing.
        (KeyKind::Passkey, _) => wrong(Why::of("invalid-passkey")),
        // The account proves itself at its identity provider; a subject that somebody types proves nothing.
        (KeyKind::SignOn, _) => wrong(Why::of("invalid-sign-on-by-hand")),
    }
}

/// Takes a credential away.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveCredential {
    pub person: String,
    pub fingerprint: String,
}

impl Act for RemoveCredential {
    const NAME: &'static str = "remove-credential";
    const IN_DOUBT: bool = true;
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        reach::own(desk, &self.person).await
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::named(desk, &self.person).await?;
        let fingerprint = self.fingerprint.trim().to_owned();
        let Some(key) = person.keys.iter().find(|k| k.fingerprint == fingerprint) else {
            return Err(Stop::field("fingerprint", Why::of("invalid-credential-unknown")));
        };
        let own = desk.cause().actor == Actor::Person(person.id);
        if own && person.only_way_in(&fingerprint) {
            return Err(Stop::field("fingerprint", Why::of("key-remove-own")));
        }
        if key.kind == KeyKind::SignOn {
            sign_on::unbind(desk, &person, key).await?;
            return Ok(person.id);
        }
        desk.forget(person.id, Gone::Passkey(fingerprint.clone()));
        // What somebody else takes away may be in wrong hands, and so may what was begun by it.
        let ends = key.kind == KeyKind::Passkey && !own;
        desk.append(person.id, PersonEvent::KeyRemoved(KeyRemoved { fingerprint })).await?;
        if ends {
            desk.forget(person.id, Gone::Sessions);
            desk.append(person.id, PersonEvent::SignedOut(SignedOut { every: true })).await?;
        }
        Ok(person.id)
    }
}

/// Ends sign-in sessions of a person: every one, or the one of that name. They may sign in again; who must not is
/// suspended. It stands in the record, because it is done to somebody; one's own sessions one ends like signing out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndSignIns {
    pub person: String,
    #[serde(default)]
    pub session: Option<String>,
}

impl Act for EndSignIns {
    const NAME: &'static str = "end-sign-ins";
    const IN_DOUBT: bool = true;
    type Power = ManageUsers;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        reach::own(desk, &self.person).await
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::named(desk, &self.person).await?;
        let gone = match self.session {
            Some(name) if desk.signed_in(person.id, &name).await? => Gone::Session(name),
            Some(_) => return Err(Stop::field("session", Why::of("invalid-session-ended"))),
            None => Gone::Sessions,
        };
        let every = gone == Gone::Sessions;
        desk.forget(person.id, gone);
        desk.append(person.id, PersonEvent::SignedOut(SignedOut { every })).await?;
        Ok(person.id)
    }
}
