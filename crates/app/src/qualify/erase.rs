//! Private values are destroyed: value and salt go, an entry says that they went, by whom and why, and every page shows
//! that they were erased. Nobody does it alone, because nobody can undo it.

use plantgate_domain::{
    base::{InstanceId, Kind, PersonId, Ref, Refusal, SessionId, SiteId, Slot, Told, Why},
    event::{
        expect::{ErasureGround, OrganisationEvent, TextErased},
        qualify::{KeyRemoved, PersonEvent},
    },
    expect::instance::Instance,
    qualify::person::{self, Person, Seat},
    witness::session::Session,
};
use plantgate_store::{Desk, Stop, memory::Memory, ops::credential::Gone, private::Found};
use serde::{Deserialize, Serialize};

use super::seat;
use crate::{
    act::Act,
    names,
    power::{Erase, May, Place, Power},
    reach,
};

/// Who somebody was is forgotten. Who signed or approved is kept by name until its retention ends, also when the person
/// asks (GDPR article 17(3)(b)); what they sign in with goes at once.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasePerson {
    pub person: String,
    pub ground: ErasureGround,
    /// Another person with this power who agrees.
    pub second: String,
}

/// What was destroyed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Erased {
    /// How many values.
    pub values: u64,
    /// Fields that had to be kept.
    pub kept: Vec<String>,
}

impl Act for ErasePerson {
    const NAME: &'static str = "erase-person";
    const STEP_UP: bool = true;
    type Power = Erase;
    type Done = Erased;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let person = seat::named(desk, &self.person).await?;
        Ok(Place::sites(reach::of_person(desk, &person).await?))
    }

    async fn run(self, may: May<Erase>, desk: &mut Desk) -> Result<Erased, Stop> {
        let person = seat::named(desk, &self.person).await?;
        if person.word(desk.now().0) == "active" {
            let why = Why::of("invalid-erase-active");
            return Err(Stop::field("person", why));
        }
        let acted = person.seat != Seat::Invited;
        let keeps_name = acted && self.ground == ErasureGround::Request;
        let all = desk.slots_of(person.id.into()).await?;
        let (kept, gone): (Vec<Found>, Vec<Found>) = all.into_iter().partition(|f| keeps_name && names_them(&f.field));
        let mut kept: Vec<String> = kept.into_iter().map(|f| f.field).collect();
        kept.sort_unstable();
        kept.dedup();
        let place = self.place(desk).await?;
        let agrees = agrees(desk, &may, &place.sites, &self.second).await?;
        let values = erase(desk, person.id.into(), &gone, self.ground, agrees).await?;
        for key in person.keys {
            desk.append(person.id, PersonEvent::KeyRemoved(KeyRemoved { fingerprint: key.fingerprint })).await?;
        }
        desk.forget(person.id, Gone::Everything);
        Ok(Erased { values, kept })
    }
}

/// The name and the key of its order.
fn names_them(field: &str) -> bool {
    matches!(field, "name" | "sort")
}

/// What somebody wrote in one entry is destroyed: a name in a comment, a text in the wrong place.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EraseText {
    /// Kind of the object whose history shows the text.
    pub kind: Kind,
    /// Its reference or id.
    pub object: String,
    /// Number of the entry in the record.
    pub entry: u64,
    pub ground: ErasureGround,
    /// Another person with this power who agrees.
    pub second: String,
}

impl Act for EraseText {
    const NAME: &'static str = "erase-text";
    const STEP_UP: bool = true;
    type Power = Erase;
    type Done = Erased;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(reach::everywhere(desk).await?))
    }

    async fn run(self, may: May<Erase>, desk: &mut Desk) -> Result<Erased, Stop> {
        if self.kind == Kind::Person {
            return Err(Stop::field("kind", Why::of("invalid-erase-person")));
        }
        let on = names::find(desk, self.kind, &self.object).await?;
        let on = on.ok_or_else(|| {
            Stop::field(
                "object",
                Why::of("invalid-unknown").with("kind", Told::word("kind", self.kind)).with("name", &self.object),
            )
        })?;
        let mut gone = desk.slots_of(on).await?;
        gone.retain(|f| f.seq == self.entry);
        if on.kind == Kind::Session {
            not_held(desk, SessionId(on.id), &gone).await?;
        }
        if on.kind == Kind::Instance {
            not_in_vault(desk, InstanceId(on.id), &gone).await?;
        }
        let place = self.place(desk).await?;
        let agrees = agrees(desk, &may, &place.sites, &self.second).await?;
        let values = erase(desk, on, &gone, self.ground, agrees).await?;
        Ok(Erased { values, kept: Vec::new() })
    }
}

/// The key of a recording that is kept for a reason is kept, too: holds win.
async fn not_held(desk: &mut Desk, session: SessionId, gone: &[Found]) -> Result<(), Stop> {
    let session: Session = desk.get(session).await?;
    let seal = session.seal().map(|seal| seal.slot);
    let held = session.holds(desk.now().0).next().is_some();
    if held && gone.iter().any(|f| Some(f.slot) == seal) {
        return Err(Refusal::new("R-37", "refuse-erase-held").into());
    }
    Ok(())
}

/// What lies in the vault now is destroyed by whoever keeps it, so that everybody reads that it is gone.
async fn not_in_vault(desk: &mut Desk, instance: InstanceId, gone: &[Found]) -> Result<(), Stop> {
    let instance: Instance = desk.get(instance).await?;
    let seal = instance.vaulted.map(|vaulted| vaulted.seal.slot);
    if gone.iter().any(|f| Some(f.slot) == seal) {
        return Err(Refusal::new("R-17", "refuse-erase-vault").into());
    }
    Ok(())
}

/// Who else agrees: somebody who could do it themselves, wherever it counts.
pub(crate) async fn agrees(
    desk: &mut Desk,
    may: &May<Erase>,
    sites: &[SiteId],
    second: &str,
) -> Result<PersonId, Stop> {
    let id: PersonId = names::resolve(desk, Kind::Person, second, "second").await?;
    let other: Person = desk.get(id).await?;
    person::second(may.id()?, &other, Erase::KEY, sites, desk.now(), &desk.rules())?;
    Ok(id)
}

/// Destroys what is not destroyed yet, with the entry that says so.
async fn erase(
    desk: &mut Desk,
    of: Ref,
    found: &[Found],
    ground: ErasureGround,
    second: PersonId,
) -> Result<u64, Stop> {
    let mut slots: Vec<Slot> = found.iter().map(|f| f.slot).collect();
    slots.sort_unstable();
    slots.dedup();
    let mut there = Vec::with_capacity(slots.len());
    for slot in slots {
        if desk.holds(slot).await? {
            there.push(slot);
        }
    }
    if there.is_empty() {
        return Err(Stop::field("object", Why::of("invalid-erase-nothing")));
    }
    let organisation = desk.organisation().await?.ok_or(Stop::NotFound)?.id;
    // An entry is small; many values take several.
    for slots in there.chunks(100) {
        let event = TextErased { of, slots: slots.to_vec(), ground, second };
        desk.append(organisation, OrganisationEvent::TextErased(event)).await?;
    }
    desk.erase(&there);
    Ok(there.len() as u64)
}
