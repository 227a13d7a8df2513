//! Roles of ours are given and taken. Who manages people gives nothing to themselves.

use plantgate_domain::{
    base::{Kind, PersonId, SiteId, Told, Why},
    event::qualify::{Employer, OwnerRole, PersonEvent, RoleAt},
    qualify::{
        person::{Person, Seat, may_give, may_take},
        token::fits,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::seat;
use crate::{
    act::Act,
    names,
    power::{ManageUsers, May, Place},
    reach,
};

/// Gives a role.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiveRole {
    pub person: String,
    pub role: OwnerRole,
    /// Absent: at every site.
    #[serde(default)]
    pub site: Option<String>,
}

impl Act for GiveRole {
    const NAME: &'static str = "give-role";
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        at(desk, self.site.as_deref()).await
    }

    async fn run(self, may: May<ManageUsers>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::named(desk, &self.person).await?;
        if person.facts.employer != Employer::Owner {
            return Err(Stop::field("person", Why::of("invalid-role-to-provider")));
        }
        let site: Option<SiteId> = names::resolve_maybe(desk, Kind::Site, self.site.as_deref(), "site").await?;
        let role = RoleAt { role: self.role, site };
        may_give(may.person()?, person.id, role)?;
        fits(&person, role.role)?;
        // What a group gave becomes theirs who give it now, and goes with no group any more.
        if !person.roles.contains(&role) || person.from_groups.contains(&role) {
            desk.append(person.id, PersonEvent::RoleGiven(role)).await?;
        }
        Ok(person.id)
    }
}

/// Takes a role.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeRole {
    pub person: String,
    pub role: OwnerRole,
    /// The site it was given for; absent: the role at every site.
    #[serde(default)]
    pub site: Option<String>,
}

impl Act for TakeRole {
    const NAME: &'static str = "take-role";
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        at(desk, self.site.as_deref()).await
    }

    async fn run(self, may: May<ManageUsers>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::named(desk, &self.person).await?;
        let site: Option<SiteId> = names::resolve_maybe(desk, Kind::Site, self.site.as_deref(), "site").await?;
        let role = RoleAt { role: self.role, site };
        may_take(may.person()?, role)?;
        if role == ALL_OF_IT && holders(desk, role).await? == 1 && person.roles.contains(&role) {
            let why = Why::of("invalid-last-administrator");
            return Err(Stop::field("role", why));
        }
        if !person.roles.contains(&role) {
            return Err(Stop::field(
                "role",
                Why::of("invalid-role-not-held").with("role", Told::word("power", role.role)),
            ));
        }
        desk.append(person.id, PersonEvent::RoleTaken(role)).await?;
        Ok(person.id)
    }
}

/// Who manages every site; without one nobody could give such a role again.
const ALL_OF_IT: RoleAt = RoleAt { role: OwnerRole::Administrator, site: None };

/// How many people with a seat have a role exactly there.
async fn holders(desk: &mut Desk, role: RoleAt) -> Result<usize, Stop> {
    let mut n = 0;
    for kept in desk.every(Kind::Person).await? {
        let person = Person::try_from(kept.thing)?;
        n += usize::from(person.seat == Seat::Active && person.roles.contains(&role));
    }
    Ok(n)
}

/// A role at every site is a matter of every site there is.
pub(super) async fn at(desk: &mut Desk, site: Option<&str>) -> Result<Place, Stop> {
    let site: Option<SiteId> = names::resolve_maybe(desk, Kind::Site, site, "site").await?;
    Ok(match site {
        Some(site) => Place::site(site),
        None => Place::sites(reach::everywhere(desk).await?),
    })
}
