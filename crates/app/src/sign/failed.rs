//! A signature that failed is an entry: what was tried, and which part was wrong. It is in no list of acts, because
//! nobody may say it of somebody; only the check of a signature does.

use plantgate_domain::event::qualify::{PersonEvent, SignatureFailed};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    power::{ManageUsers, May, Place},
};

/// Somebody tried to sign as the caller and did not prove to be them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct NoteFailedSignature {
    pub failed: SignatureFailed,
}

impl Act for NoteFailedSignature {
    const NAME: &'static str = "note-failed-signature";
    const IN_DOUBT: bool = true;
    type Power = ManageUsers;
    type Done = ();

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place { own: desk.cause().actor.person(), ..Place::default() })
    }

    async fn run(self, may: May<ManageUsers>, desk: &mut Desk) -> Result<(), Stop> {
        desk.append(may.id()?, PersonEvent::SignatureFailed(self.failed)).await
    }
}
