//! Passkeys in the record: that one was added, by its owner alone, and that its counter did not go on. What makes and
//! checks them is `sign_in::passkey`, which alone does these acts; taking one away is `RemoveCredential`.

use plantgate_domain::{
    base::{PersonId, Why},
    event::qualify::{KeyAdded, KeyKind, PasskeyDoubted, PersonEvent},
};
use plantgate_store::{Desk, Stop, ops::credential::Gone};
use serde::{Deserialize, Serialize};

use super::credential::{adding, by_link};
use crate::{
    act::Act,
    power::{ManageUsers, May, Place},
};

/// A new passkey beside those that are there, or the first way in by the link of an invitation; one's own only, because
/// whoever makes it comes in by it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct AddPasskey {
    pub person: PersonId,
    /// Keyed, over the row that is kept beside the record.
    pub fingerprint: String,
}

impl Act for AddPasskey {
    const NAME: &'static str = "add-passkey";
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = PersonId;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::own(self.person))
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = adding(desk, self.person, "passkey").await?;
        let most = desk.limits().passkeys;
        if person.keys.iter().filter(|k| k.kind == KeyKind::Passkey).count() >= most {
            return Err(Stop::field("name", Why::of("invalid-passkeys-many").with("most", most)));
        }
        // Whoever comes back by a link leaves nothing open behind: a session of the lost device least of all.
        if by_link(desk) {
            desk.forget(person.id, Gone::Sessions);
        }
        let key = KeyAdded { kind: KeyKind::Passkey, fingerprint: self.fingerprint, public: String::new() };
        desk.append(person.id, PersonEvent::KeyAdded(key)).await?;
        Ok(person.id)
    }
}

/// The counter of the caller's passkey did not go on. Nobody may say it of somebody; only the check of an answer does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct NotePasskeyDoubted {
    pub doubted: PasskeyDoubted,
}

impl Act for NotePasskeyDoubted {
    const NAME: &'static str = "note-passkey-doubted";
    const IN_DOUBT: bool = true;
    type Power = ManageUsers;
    type Done = ();

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place { own: desk.cause().actor.person(), ..Place::default() })
    }

    async fn run(self, may: May<ManageUsers>, desk: &mut Desk) -> Result<(), Stop> {
        desk.append(may.id()?, PersonEvent::PasskeyDoubted(self.doubted)).await
    }
}
