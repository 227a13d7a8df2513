//! A person takes, loses and gets back their seat.

use plantgate_domain::{
    base::{Kind, PersonId, Why},
    event::qualify::{Nothing, PersonEvent, WithReason},
    qualify::{
        person::{Person, Seat},
        token,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory, ops::credential::Gone};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{ManageUsers, May, Place, SuspendPerson},
    reach,
};

/// Somebody who was invited begins: by themselves through their invitation, or by who manages people.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivatePerson {
    pub person: String,
}

impl Act for ActivatePerson {
    const NAME: &'static str = "activate-person";
    type Power = ManageUsers;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        reach::own(desk, &self.person).await
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = named(desk, &self.person).await?;
        match person.seat {
            Seat::Active => {}
            Seat::Invited => desk.append(person.id, PersonEvent::Activated(Nothing {})).await?,
            Seat::Suspended => {
                return Err(Stop::field("person", Why::of("invalid-person-suspended")));
            }
        }
        Ok(person.id)
    }
}

/// No new access for this person from now on; running work goes to its safe end.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspendPersonNow {
    pub person: String,
    pub reason: String,
}

impl Act for SuspendPersonNow {
    const NAME: &'static str = "suspend-person";
    const IN_DOUBT: bool = true;
    type Power = SuspendPerson;
    type Done = PersonId;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, may: May<SuspendPerson>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = named(desk, &self.person).await?;
        reach::shares(desk, &may, &person).await?;
        if person.seat != Seat::Suspended {
            let reason = desk.seal(&names::text(2_000, "reason", &self.reason)?)?;
            desk.append(person.id, PersonEvent::Suspended(WithReason { reason })).await?;
            // Whoever is let in again signs in again: a browser that somebody else sits at by then opens nothing.
            desk.forget(person.id, Gone::Sessions);
        }
        Ok(person.id)
    }
}

/// A suspended person may work again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumePerson {
    pub person: String,
    pub reason: String,
}

impl Act for ResumePerson {
    const NAME: &'static str = "resume-person";
    const STEP_UP: bool = true;
    type Power = SuspendPerson;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let person = named(desk, &self.person).await?;
        Ok(Place::sites(reach::of_person(desk, &person).await?))
    }

    async fn run(self, _may: May<SuspendPerson>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = named(desk, &self.person).await?;
        if person.seat != Seat::Suspended {
            return Err(Stop::field("person", Why::of("invalid-person-not-suspended")));
        }
        let reason = desk.seal(&names::text(2_000, "reason", &self.reason)?)?;
        desk.append(person.id, PersonEvent::Resumed(WithReason { reason })).await?;
        Ok(person.id)
    }
}

/// The person a name means.
pub(super) async fn named(desk: &mut Desk, name: &str) -> Result<Person, Stop> {
    named_in(desk, name, "person").await
}

/// The same, where the name stands in another field.
pub(super) async fn named_in(desk: &mut Desk, name: &str, field: &str) -> Result<Person, Stop> {
    let id: PersonId = names::resolve(desk, Kind::Person, name, field).await?;
    desk.get(id).await
}

/// The natural person a name means: no machine proves who it is, is trained or is told of as joining and leaving.
pub(super) async fn natural(desk: &mut Desk, name: &str) -> Result<Person, Stop> {
    let person = named(desk, name).await?;
    token::natural(&person)?;
    Ok(person)
}
