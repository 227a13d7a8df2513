//! The first act of all: the organisation, its rules and catalogue, its first site and its first person. It runs once,
//! on an empty ledger, before anybody exists who could have a power.

use plantgate_domain::{
    base::{CatalogueId, OrganisationId, PersonId, RulebookId, SiteId, Why},
    event::{
        expect::{
            CatalogueAdopted, CatalogueEvent, OrganisationEvent, OrganisationFounded, RulebookEvent, RulesAdopted,
        },
        qualify::{Employer, Nothing, OwnerRole, PersonEvent, RoleAt},
    },
    expect::catalogue::{BUILTIN as CATALOGUE, Catalogue},
    rules::{self, Rules},
};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::site::{self, RegisterSite};
use crate::{
    act::Act,
    names,
    power::{Found, May, Place},
    qualify::invite,
};

/// Founds the organisation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundOrganisation {
    pub name: String,
    /// Demo data may move its clock; fixed for ever.
    #[serde(default)]
    pub demo: bool,
    /// Language of our pages, BCP 47.
    pub language: String,
    #[serde(default)]
    pub site: Option<RegisterSite>,
    pub person: FirstPerson,
}

/// Who signs in first. Its roles hold at every site.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstPerson {
    #[serde(default)]
    pub reference: Option<String>,
    /// What the person signs in with.
    pub handle: String,
    pub name: String,
    pub roles: Vec<OwnerRole>,
}

/// What was founded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Founded {
    pub organisation: OrganisationId,
    pub site: Option<SiteId>,
    pub person: PersonId,
}

impl Act for FoundOrganisation {
    const NAME: &'static str = "found-organisation";
    type Power = Found;
    type Done = Founded;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<Found>, desk: &mut Desk) -> Result<Founded, Stop> {
        if !self.person.roles.contains(&OwnerRole::Administrator) {
            let why = Why::of("invalid-first-administrator");
            return Err(Stop::field("person.roles", why));
        }
        let organisation = OrganisationId(desk.new_id());
        let founded = OrganisationFounded {
            name: names::text(200, "name", &self.name)?,
            demo: self.demo,
            language: names::text(20, "language", &self.language)?,
        };
        desk.append(organisation, OrganisationEvent::Founded(founded)).await?;
        adopt_rules(desk).await?;
        adopt_catalogue(desk).await?;
        let site = match self.site {
            Some(site) => Some(site::register(desk, site).await?.id),
            None => None,
        };
        let person = first_person(desk, &self.person).await?;
        Ok(Founded { organisation, site, person })
    }
}

async fn adopt_rules(desk: &mut Desk) -> Result<(), Stop> {
    let version = Rules::builtin().map_err(Stop::fault)?.version;
    let book = RulebookId(desk.new_id());
    for (file, text) in rules::BUILTIN {
        let adopted = RulesAdopted { file: file.to_owned(), version, text: text.to_owned() };
        desk.append(book, RulebookEvent::Adopted(adopted)).await?;
    }
    Ok(())
}

async fn adopt_catalogue(desk: &mut Desk) -> Result<(), Stop> {
    let catalogue = Catalogue::parse(CATALOGUE).map_err(Stop::from)?;
    let sha256 = Sha256::digest(CATALOGUE.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let count = u32::try_from(catalogue.requirements.len()).map_err(Stop::fault)?;
    let adopted = CatalogueAdopted { edition: catalogue.edition, sha256, count };
    let id = CatalogueId(desk.new_id());
    desk.append(id, CatalogueEvent::Adopted(adopted)).await
}

async fn first_person(desk: &mut Desk, first: &FirstPerson) -> Result<PersonId, Stop> {
    let card = invite::Card {
        employer: Employer::Owner,
        reference: first.reference.as_deref(),
        handle: &first.handle,
        name: &first.name,
        provider_roles: Vec::new(),
        key_person: false,
    };
    let id = PersonId(desk.new_id());
    let facts = invite::facts(desk, &card, None).await?;
    desk.append(id, PersonEvent::Invited(facts)).await?;
    desk.append(id, PersonEvent::Activated(Nothing {})).await?;
    for role in &first.roles {
        desk.append(id, PersonEvent::RoleGiven(RoleAt { role: *role, site: None })).await?;
    }
    Ok(id)
}
