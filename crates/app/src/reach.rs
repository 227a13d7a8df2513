//! Which sites something is about. What holds somebody off may be set by one function at one site, because it protects;
//! whoever lifts it opens every site it was about, and needs the power at all of them.

use plantgate_domain::{
    base::{Held, Kind, PersonId, ProviderId, SiteId},
    event::qualify::Employer,
    expect::{engagement::Engagement, instance::Instance, site::Site},
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory};

use crate::{names, power::Place};

/// Where a person could work: a provider's people where it is engaged, our own where they have a role.
pub async fn of_person(desk: &mut Desk, person: &Person) -> Result<Vec<SiteId>, Stop> {
    match person.facts.employer {
        Employer::Provider(provider) => of_provider(desk, provider).await,
        Employer::Owner if person.roles.iter().all(|r| r.site.is_some()) => {
            Ok(once(person.roles.iter().filter_map(|r| r.site).collect()))
        }
        Employer::Owner => everywhere(desk).await,
    }
}

/// A person's own affair, or that of whoever has the power at every site where the person could work: who sets
/// somebody's password could come in as them.
pub async fn own(desk: &mut Desk, name: &str) -> Result<Place, Stop> {
    let id: PersonId = names::resolve(desk, Kind::Person, name, "person").await?;
    let person: Person = desk.get(id).await?;
    Ok(Place { own: Some(id), sites: of_person(desk, &person).await?, ..Place::default() })
}

/// Where a provider is engaged.
pub async fn of_provider(desk: &mut Desk, provider: ProviderId) -> Result<Vec<SiteId>, Stop> {
    let engagements: Vec<Engagement> = desk.of("provider", provider).await?;
    Ok(once(engagements.iter().flat_map(Engagement::sites).collect()))
}

/// What a hold keeps people from.
pub async fn of_held(desk: &mut Desk, on: Held) -> Result<Vec<SiteId>, Stop> {
    match on {
        Held::Person(id) => {
            let person: Person = desk.get(id).await?;
            of_person(desk, &person).await
        }
        Held::Provider(id) => of_provider(desk, id).await,
        Held::Engagement(id) => Ok(desk.get::<Engagement>(id).await?.sites()),
        Held::Instance(id) => Ok(vec![desk.get::<Instance>(id).await?.facts.site]),
        Held::Credential(_) => everywhere(desk).await,
    }
}

/// Every site there is.
pub async fn everywhere(desk: &mut Desk) -> Result<Vec<SiteId>, Stop> {
    let sites = desk.every(Kind::Site).await?;
    sites.into_iter().map(|kept| Ok(Site::try_from(kept.thing)?.id)).collect()
}

fn once(mut sites: Vec<SiteId>) -> Vec<SiteId> {
    sites.sort_unstable();
    sites.dedup();
    sites
}
