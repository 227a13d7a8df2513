//! What a directory tells of our own people, in one act: who came, what they are called, that they move, that they may
//! come in no more. Whoever comes by it has no role and no way in until people give them; whoever was suspended is let
//! in again by people only. So a directory in wrong hands takes away, a few at a time, and gives nothing.

use plantgate_domain::{
    base::{Instant, Kind, Party, PersonId, Why, auth},
    event::qualify::{Employer, NoticeKind, NoticeReceived, PersonEvent, WithReason},
    qualify::{
        directory::{may_let_go, ours},
        person::{Person, Seat},
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    invite::{Card, facts},
    notice, seat,
};
use crate::{
    act::Act,
    names,
    power::{KeepPeople, May, Place},
    reach,
    registered::Registered,
};

/// What an entry of the directory says now. What is absent stays as it is.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepPerson {
    /// Whom it is about; absent: somebody new.
    #[serde(default)]
    pub person: Option<String>,
    /// Our own number for the person, unique among people and machines.
    #[serde(default)]
    pub reference: Option<String>,
    /// What the person signs in with; somebody new has one.
    #[serde(default)]
    pub handle: Option<String>,
    /// Somebody new has one.
    #[serde(default)]
    pub name: Option<String>,
    /// From now on nothing opens for them; running work goes to its safe end.
    #[serde(default)]
    pub suspended: bool,
    /// When they leave, if they do.
    #[serde(default)]
    pub leaves_at: Option<Instant>,
    /// When they move to other work: what they may is looked at anew.
    #[serde(default)]
    pub moves_at: Option<Instant>,
}

impl KeepPerson {
    fn renames(&self) -> bool {
        self.reference.is_some() || self.handle.is_some() || self.name.is_some()
    }
}

impl Act for KeepPerson {
    const NAME: &'static str = "keep-person";
    type Power = KeepPeople;
    type Done = Registered<PersonId>;

    /// Somebody new, and what only protects: wherever one has the power. What somebody is called: wherever they work.
    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        match &self.person {
            Some(person) if self.renames() => {
                let person = known(desk, person).await?;
                Ok(Place::sites(reach::of_person(desk, &person).await?))
            }
            Some(_) | None => Ok(Place::anywhere()),
        }
    }

    async fn run(self, may: May<KeepPeople>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let stands = match &self.person {
            Some(person) => Some(known(desk, person).await?),
            None => None,
        };
        let before = desk.entries();
        let (id, reference) = self.called(desk, stands.as_ref()).await?;
        let person: Person = desk.get(id).await?;
        self.lets_go(&may, desk, &person).await?;
        self.moves(desk, &person).await?;
        Ok(match stands {
            None => Registered::new(id, reference),
            Some(_) if desk.entries() == before => Registered::unchanged(id, reference),
            Some(_) => Registered::changed(id, reference),
        })
    }
}

/// One of our natural people.
async fn known(desk: &mut Desk, name: &str) -> Result<Person, Stop> {
    let person = seat::natural(desk, name).await?;
    if ours(&person) { Ok(person) } else { Err(Stop::field("person", Why::of("invalid-directory-not-ours"))) }
}

impl KeepPerson {
    /// Invites somebody new, or writes down what somebody is called now.
    async fn called(&self, desk: &mut Desk, stands: Option<&Person>) -> Result<(PersonId, String), Stop> {
        let has = stands.and_then(|p| p.facts.reference.clone());
        let reference = match self.reference.as_deref().map(str::trim).filter(|r| !r.is_empty()) {
            Some(wanted) if has.as_deref() != Some(wanted) => {
                Some(names::fresh_reference(desk, Kind::Person, Some(wanted)).await?)
            }
            Some(_) | None => has,
        };
        if let Some(stands) = stands.filter(|_| !self.renames()) {
            return Ok((stands.id, reference.unwrap_or_default()));
        }
        let (handle, name) = (self.handle(desk, stands).await?, self.name(desk, stands).await?);
        let card = Card {
            employer: Employer::Owner,
            reference: reference.as_deref(),
            handle: &handle,
            name: &name,
            provider_roles: Vec::new(),
            key_person: stands.is_some_and(|p| p.facts.key_person),
        };
        let facts = facts(desk, &card, stands).await?;
        let said = facts.reference.clone().unwrap_or_default();
        match stands {
            None => {
                let id = PersonId(desk.new_id());
                desk.append(id, PersonEvent::Invited(facts)).await?;
                Ok((id, said))
            }
            Some(person) => {
                if person.facts != facts {
                    desk.append(person.id, PersonEvent::Revised(facts)).await?;
                }
                Ok((person.id, said))
            }
        }
    }

    async fn handle(&self, desk: &mut Desk, stands: Option<&Person>) -> Result<String, Stop> {
        match (&self.handle, stands) {
            (Some(handle), _) => Ok(handle.clone()),
            (None, Some(person)) => Ok(desk.open_private(&person.facts.handle).await?.unwrap_or_default()),
            // Which is told as an empty field.
            (None, None) => Ok(String::new()),
        }
    }

    async fn name(&self, desk: &mut Desk, stands: Option<&Person>) -> Result<String, Stop> {
        match (&self.name, stands) {
            (Some(name), _) => Ok(name.clone()),
            (None, Some(person)) => Ok(desk.open_private(&person.facts.name).await?.unwrap_or_default()),
            (None, None) => Ok(String::new()),
        }
    }

    /// Takes the seat, now or at an instant.
    async fn lets_go(&self, may: &May<KeepPeople>, desk: &mut Desk, person: &Person) -> Result<(), Stop> {
        let suspends = self.suspended && person.seat != Seat::Suspended;
        let leaves =
            self.leaves_at.map(|at| noticed(desk, NoticeKind::Leaver, at)).filter(|n| !notice::same(person, n));
        if !suspends && leaves.is_none() {
            return Ok(());
        }
        reach::shares(desk, may, person).await?;
        if auth::token(desk.cause().auth.as_deref()).is_some() {
            let people: Vec<Person> = every(desk).await?;
            may_let_go(person, &people, desk.now().0)?;
        }
        if let Some(leaves) = leaves {
            desk.append(person.id, PersonEvent::NoticeReceived(leaves)).await?;
        }
        if suspends {
            let reason = desk.seal(&names::text(2_000, "reason", REASON)?)?;
            desk.append(person.id, PersonEvent::Suspended(WithReason { reason })).await?;
            desk.forget(person.id, plantgate_store::ops::credential::Gone::Sessions);
        }
        Ok(())
    }

    async fn moves(&self, desk: &mut Desk, person: &Person) -> Result<(), Stop> {
        let Some(at) = self.moves_at else { return Ok(()) };
        let moves = noticed(desk, NoticeKind::Mover, at);
        if !notice::same(person, &moves) {
            desk.append(person.id, PersonEvent::NoticeReceived(moves)).await?;
        }
        Ok(())
    }
}

/// Why somebody was suspended, in a word that reads the same in every language.
const REASON: &str = "SCIM: active = false";

/// A notice about one of ours: nobody outside is late with it, and it touches no engagement.
fn noticed(desk: &Desk, kind: NoticeKind, effective_at: Instant) -> NoticeReceived {
    let notified_at = desk.now().0;
    NoticeReceived { kind, effective_at, notified_at, party: Party::Owner, touches: Vec::new() }
}

async fn every(desk: &mut Desk) -> Result<Vec<Person>, Stop> {
    let all = desk.every(Kind::Person).await?;
    all.into_iter().map(|kept| Ok(Person::try_from(kept.thing)?)).collect()
}
