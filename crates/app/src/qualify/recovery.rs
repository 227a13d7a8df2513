//! A person's recovery codes in the record: that they were made, and each use. The codes themselves never come here;
//! what makes and checks them is `sign_in::recovery`, which alone does these acts.

use plantgate_domain::{
    base::{Actor, PersonId, Why},
    event::qualify::{KeyKind, PersonEvent, RecoveryMade, RecoveryUsed},
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::credential::not_by_sign_on;
use crate::{
    act::Act,
    power::{ManageUsers, May, Place},
};

/// New codes in place of those before; one's own only, because whoever makes them reads them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct MakeRecoveryCodes {
    pub person: PersonId,
    pub fingerprint: String,
    pub codes: u32,
}

impl Act for MakeRecoveryCodes {
    const NAME: &'static str = "make-recovery-codes";
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = PersonId;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::own(self.person))
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = oneself(desk, self.person).await?;
        if !person.has_key(KeyKind::Password) {
            return Err(Stop::field("recovery", Why::of("invalid-recovery-alone")));
        }
        not_by_sign_on(desk, "recovery")?;
        let made = RecoveryMade { fingerprint: self.fingerprint, codes: self.codes };
        desk.append(person.id, PersonEvent::RecoveryMade(made)).await?;
        Ok(person.id)
    }
}

/// Uses a code up, in the turn: of two that bring the same one at once, one is too late. Done while the clock is
/// doubted too, because it closes something, and whoever has lost their second factor must come in to confirm the
/// clock.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct UseRecoveryCode {
    pub person: PersonId,
    /// The set it belongs to.
    pub fingerprint: String,
    pub code: u32,
}

impl Act for UseRecoveryCode {
    const NAME: &'static str = "use-recovery-code";
    const IN_DOUBT: bool = true;
    type Power = ManageUsers;
    /// How many are left.
    type Done = usize;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::own(self.person))
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<usize, Stop> {
        let person = oneself(desk, self.person).await?;
        let made = person.recovery.filter(|r| r.made.fingerprint == self.fingerprint && r.opens(self.code));
        let left = made.ok_or(Stop::NotFound)?.left() - 1;
        desk.append(person.id, PersonEvent::RecoveryUsed(RecoveryUsed { code: self.code })).await?;
        Ok(left)
    }
}

/// Nobody does either for somebody else, whatever they may.
async fn oneself(desk: &mut Desk, person: PersonId) -> Result<Person, Stop> {
    if desk.cause().actor != Actor::Person(person) {
        return Err(Stop::NotFound);
    }
    desk.get(person).await
}
