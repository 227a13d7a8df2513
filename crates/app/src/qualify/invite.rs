//! A person of either side is invited, or what is known of them is revised. Names and handles are sealed: entries hold
//! commitments only.

use plantgate_domain::{
    base::{Kind, PersonId, ProviderId, Refusal, SiteId, Why},
    event::qualify::{Employer, OwnerRole, PersonEvent, PersonFacts, ProviderRole, RoleAt},
    qualify::{
        person::{Person, may_give},
        token::natural,
    },
};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{ManageUsers, May, Place},
    reach,
    registered::{Registered, kept},
};

/// A role of ours with the site it holds at, by name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleNamed {
    pub role: OwnerRole,
    /// Absent: at every site.
    #[serde(default)]
    pub site: Option<String>,
}

/// Invites a person, or revises the one with that reference. Roles are added, never taken, by this act.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitePerson {
    /// Our own number for the person; without it every invitation is a new person.
    #[serde(default)]
    pub reference: Option<String>,
    /// What the person signs in with.
    pub handle: String,
    pub name: String,
    /// The provider that employs the person; absent: one of ours.
    #[serde(default)]
    pub provider: Option<String>,
    /// Roles of ours, for our own people only.
    #[serde(default)]
    pub roles: Vec<RoleNamed>,
    /// Roles at the provider, for its people only.
    #[serde(default)]
    pub provider_roles: Vec<ProviderRole>,
    #[serde(default)]
    pub key_person: bool,
}

impl Act for InvitePerson {
    const NAME: &'static str = "invite-person";
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = Registered<PersonId>;

    /// Somebody new may be invited wherever one manages people; who stands already is changed only by whoever could
    /// wherever they work.
    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let stands: Option<Person> = match &self.reference {
            Some(reference) => names::named(desk, reference.trim()).await?,
            None => None,
        };
        match stands {
            Some(person) => Ok(Place::sites(reach::of_person(desk, &person).await?)),
            None => Ok(Place::anywhere()),
        }
    }

    async fn run(self, may: May<ManageUsers>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let provider: Option<ProviderId> =
            names::resolve_maybe(desk, Kind::Provider, self.provider.as_deref(), "provider").await?;
        self.sides_apart(provider)?;
        let stands: Option<Person> = match &self.reference {
            Some(reference) => names::named(desk, reference.trim()).await?,
            None => None,
        };
        if let Some(stands) = &stands {
            natural(stands)?;
        }
        let card = Card {
            employer: provider.map_or(Employer::Owner, Employer::Provider),
            reference: self.reference.as_deref(),
            handle: &self.handle,
            name: &self.name,
            provider_roles: self.provider_roles.clone(),
            key_person: self.key_person,
        };
        let facts = facts(desk, &card, stands.as_ref()).await?;
        let reference = facts.reference.clone().unwrap_or_default();
        let done = match &stands {
            None => {
                let id = PersonId(desk.new_id());
                desk.append(id, PersonEvent::Invited(facts)).await?;
                Registered::new(id, reference)
            }
            Some(person) if person.facts == facts => Registered::unchanged(person.id, reference),
            Some(person) => {
                desk.append(person.id, PersonEvent::Revised(facts)).await?;
                Registered::changed(person.id, reference)
            }
        };
        let has = stands.map(|p| p.roles).unwrap_or_default();
        let given = give(desk, &may, done.id, &has, &self.roles).await?;
        Ok(if given && has_stood(&done) { Registered::changed(done.id, done.reference) } else { done })
    }
}

fn has_stood(done: &Registered<PersonId>) -> bool {
    done.outcome != crate::registered::Outcome::New
}

impl InvitePerson {
    /// Our roles are for our people, a provider's for its own.
    fn sides_apart(&self, provider: Option<ProviderId>) -> Result<(), Stop> {
        match provider {
            Some(_) if !self.roles.is_empty() => Err(Stop::field("roles", Why::of("invalid-role-of-ours"))),
            None if !self.provider_roles.is_empty() => {
                Err(Stop::field("provider_roles", Why::of("invalid-role-of-provider")))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Gives the roles that are missing; says whether there were any.
async fn give(
    desk: &mut Desk,
    may: &May<ManageUsers>,
    to: PersonId,
    has: &[RoleAt],
    roles: &[RoleNamed],
) -> Result<bool, Stop> {
    let mut given = false;
    for named in roles {
        let site: Option<SiteId> = names::resolve_maybe(desk, Kind::Site, named.site.as_deref(), "roles.site").await?;
        let role = RoleAt { role: named.role, site };
        if has.contains(&role) {
            continue;
        }
        may_give(may.person()?, to, role)?;
        // Only a machine's account has the role of machines, and nobody is invited as one.
        if named.role == OwnerRole::ServiceIdentity {
            return Err(Refusal::new("R-13", "stop-role-of-service").into());
        }
        desk.append(to, PersonEvent::RoleGiven(role)).await?;
        given = true;
    }
    Ok(given)
}

/// What an invitation says.
pub struct Card<'a> {
    pub employer: Employer,
    pub reference: Option<&'a str>,
    pub handle: &'a str,
    pub name: &'a str,
    pub provider_roles: Vec<ProviderRole>,
    pub key_person: bool,
}

/// Facts of a person, with what stands kept where it says the same.
pub async fn facts(desk: &mut Desk, card: &Card<'_>, stands: Option<&Person>) -> Result<PersonFacts, Stop> {
    let old = stands.map(|p| &p.facts);
    if old.is_some_and(|f| f.employer != card.employer) {
        let why = Why::of("invalid-person-elsewhere");
        return Err(Stop::field("provider", why));
    }
    let handle = names::text(120, "handle", card.handle)?;
    let name = names::text(120, "name", card.name)?;
    let reference = match card.reference {
        Some(reference) => Some(names::text(40, "reference", reference)?),
        None => None,
    };
    Ok(PersonFacts {
        employer: card.employer,
        reference,
        handle: kept(desk, old.map(|f| &f.handle), &handle).await?,
        name: kept(desk, old.map(|f| &f.name), &name).await?,
        sort: kept(desk, old.map(|f| &f.sort), &name).await?,
        provider_roles: card.provider_roles.clone(),
        key_person: card.key_person,
    })
}
