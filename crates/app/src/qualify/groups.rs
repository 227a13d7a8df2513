//! Roles follow the groups that an identity provider says somebody is in. Only a sign-on does these acts
//! (`sign_in::sign_on`): no door knows their names, so nobody gives themselves a role by them.

use plantgate_domain::{
    base::{Actor, PersonId},
    event::qualify::{Employer, KeyKind, PersonEvent, RoleAt},
    qualify::{
        groups::{Followed, follow, lapsing},
        person::Person,
        token::natural,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    power::{ManageUsers, May, Place},
};

/// Takes the roles that a group gave and no group asks for any more. Done while the clock is doubted too, because it
/// closes something.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct TakeByGroups {
    pub person: PersonId,
    /// Of the account by which the groups were told; it must still be theirs.
    pub account: String,
    /// Roles that the groups ask for now.
    pub asked: Vec<RoleAt>,
}

impl Act for TakeByGroups {
    const NAME: &'static str = "take-roles-by-groups";
    const IN_DOUBT: bool = true;
    type Power = ManageUsers;
    /// How many roles it was.
    type Done = usize;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::own(self.person))
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<usize, Stop> {
        let Followed { taken, .. } = followed(desk, self.person, (&self.account, &self.asked)).await?;
        for role in &taken {
            desk.append(self.person, PersonEvent::RoleTaken(*role)).await?;
        }
        Ok(taken.len())
    }
}

/// Takes the roles that a group gave and that protect nobody (`lapsing`), because no identity provider has spoken of
/// the person for long. Not done while the clock is doubted: that it is long ago is what nobody knows then.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct LapseGroups {
    pub person: PersonId,
}

impl Act for LapseGroups {
    const NAME: &'static str = "lapse-roles-of-groups";
    type Power = ManageUsers;
    /// How many roles it was.
    type Done = usize;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::own(self.person))
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<usize, Stop> {
        if desk.cause().actor != Actor::IdentityProvider {
            return Err(Stop::NotFound);
        }
        let person: Person = desk.get(self.person).await?;
        let roles = lapsing(&person, &desk.rules());
        for role in &roles {
            desk.append(self.person, PersonEvent::RoleTaken(*role)).await?;
        }
        Ok(roles.len())
    }
}

/// Gives the roles that the groups ask for and the person does not have.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct GiveByGroups {
    pub person: PersonId,
    /// Of the account by which the groups were told; it must still be theirs.
    pub account: String,
    /// Roles that the groups ask for now.
    pub asked: Vec<RoleAt>,
}

impl Act for GiveByGroups {
    const NAME: &'static str = "give-roles-by-groups";
    type Power = ManageUsers;
    /// How many roles it was.
    type Done = usize;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::own(self.person))
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<usize, Stop> {
        let Followed { given, .. } = followed(desk, self.person, (&self.account, &self.asked)).await?;
        for role in &given {
            desk.append(self.person, PersonEvent::RoleGiven(*role)).await?;
        }
        Ok(given.len())
    }
}

/// What follows for one of our own people with a seat, asked in the turn: who was suspended meanwhile gets nothing.
async fn followed(desk: &mut Desk, id: PersonId, told: (&str, &[RoleAt])) -> Result<Followed, Stop> {
    let (account, asked) = told;
    if desk.cause().actor != Actor::IdentityProvider {
        return Err(Stop::NotFound);
    }
    let person: Person = desk.get(id).await?;
    natural(&person)?;
    let bound = person.keys.iter().any(|k| k.kind == KeyKind::SignOn && k.fingerprint == account);
    if person.facts.employer != Employer::Owner || !person.seated(desk.now().0) || !bound {
        return Err(Stop::NotFound);
    }
    Ok(follow(&person, asked))
}
