//! Single sign-on in the record: that an account elsewhere was bound to somebody, by themselves alone, and that it was
//! taken away. What proves that the account is theirs is `sign_in::sign_on`, which alone does the binding; nobody, an
//! administrator neither, says of an account whose it is.

use plantgate_domain::{
    base::{PersonId, Why},
    event::qualify::{KeyAdded, KeyKind, KeyRemoved, PersonEvent, SignedOut},
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, ops::credential::Gone};
use serde::{Deserialize, Serialize};

use super::credential::adding;
use crate::{
    act::Act,
    power::{ManageUsers, May, Place},
};

/// Binds an account of an identity provider to who proved that it is theirs: who comes by their link, or who sits at a
/// session of theirs. Of one issuer a person has one account; before another one, the first is taken away.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct BindSignOn {
    pub person: PersonId,
    /// Keyed, over the row that is kept beside the record; before the point, the issuer.
    pub fingerprint: String,
}

impl Act for BindSignOn {
    const NAME: &'static str = "bind-sign-on";
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = ();

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::own(self.person))
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<(), Stop> {
        let person = adding(desk, self.person, "provider").await?;
        let key = KeyAdded { kind: KeyKind::SignOn, fingerprint: self.fingerprint, public: String::new() };
        if person.keys.contains(&key) {
            return Ok(());
        }
        let other = |k: &KeyAdded| k.kind == key.kind && issuer(&k.fingerprint) == issuer(&key.fingerprint);
        if person.keys.iter().any(other) {
            return Err(Stop::field("provider", Why::of("invalid-sign-on-one")));
        }
        desk.append(person.id, PersonEvent::KeyAdded(key)).await
    }
}

/// Takes an account elsewhere away: no session of the person's goes on by it, and what its groups gave goes with it.
/// Where another one is left, whose groups gave them is not known: they go at its next sign-on, or by themselves
/// (`sign_in::sign_on`, `lapse_groups`).
pub(super) async fn unbind(desk: &mut Desk, person: &Person, key: &KeyAdded) -> Result<(), Stop> {
    let gone = KeyRemoved { fingerprint: key.fingerprint.clone() };
    desk.append(person.id, PersonEvent::KeyRemoved(gone)).await?;
    // Where it led goes first: a sign-on on its way holds that row until its session stands, and then that ends too.
    desk.forget(person.id, Gone::SignOn(issuer(&key.fingerprint).to_owned()));
    desk.forget(person.id, Gone::Sessions);
    desk.append(person.id, PersonEvent::SignedOut(SignedOut { every: true })).await?;
    if person.keys.iter().any(|k| k.kind == KeyKind::SignOn && k != key) {
        return Ok(());
    }
    for role in &person.from_groups {
        desk.append(person.id, PersonEvent::RoleTaken(*role)).await?;
    }
    Ok(())
}

/// By what a fingerprint of a binding says whose account it is.
pub(crate) fn issuer(fingerprint: &str) -> &str {
    fingerprint.split_once('.').map_or("", |(issuer, _)| issuer)
}

/// An account that cannot be bound: it may be somebody else's.
pub(crate) fn taken() -> Stop {
    Stop::field("provider", Why::of("invalid-sign-on-taken"))
}
