//! Which sites something is about. What holds somebody off may be set by one function at one site, because it protects;
//! whoever lifts it opens every site it was about, and needs the power at all of them.

use plantgate_domain::{
    base::{Held, Kind, PersonId, ProviderId, Refusal, SiteId},
    event::qualify::Employer,
    expect::{engagement::Engagement, instance::Instance, site::Site},
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory};

use crate::{
    names,
    power::{self, May, Place, Power},
};

/// Where a person could work: a provider's people where it is engaged, our own where they have a role.
pub async fn of_person(memory: &mut impl Memory, person: &Person) -> Result<Vec<SiteId>, Stop> {
    match person.facts.employer {
        Employer::Provider(provider) => of_provider(memory, provider).await,
        // Where nobody can tell yet, it could be anywhere.
        Employer::Owner if person.roles.is_empty() => everywhere(memory).await,
        Employer::Owner if person.roles.iter().all(|r| r.site.is_some()) => {
            Ok(once(person.roles.iter().filter_map(|r| r.site).collect()))
        }
        Employer::Owner => everywhere(memory).await,
    }
}

/// A person's own affair, or that of whoever has the power at every site where the person could work: who sets
/// somebody's password could come in as them.
pub async fn own(desk: &mut Desk, name: &str) -> Result<Place, Stop> {
    let id: PersonId = names::resolve(desk, Kind::Person, name, "person").await?;
    let person: Person = desk.get(id).await?;
    Ok(Place { own: Some(id), sites: of_person(desk, &person).await?, ..Place::default() })
}

/// Where a provider is engaged; before its first engagement that could be anywhere.
pub async fn of_provider(memory: &mut impl Memory, provider: ProviderId) -> Result<Vec<SiteId>, Stop> {
    let engagements: Vec<Engagement> = memory.of("provider", provider).await?;
    let sites = once(engagements.iter().flat_map(Engagement::sites).collect());
    if sites.is_empty() { everywhere(memory).await } else { Ok(sites) }
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

/// One of ours is held off only by somebody who shares a site with them: whoever holds one site could else empty the
/// others. A provider's people are held off from anywhere, because that only protects.
pub async fn shares<P: Power>(desk: &mut Desk, may: &May<P>, person: &Person) -> Result<(), Stop> {
    if person.provider().is_some() {
        return Ok(());
    }
    let (by, rules) = (may.person()?.clone(), desk.rules());
    let sites = of_person(desk, person).await?;
    let shared = sites.is_empty() || sites.iter().any(|site| power::could(&by, P::KEY, &[*site], &rules));
    if shared { Ok(()) } else { Err(Refusal::new("R-13", "stop-no-power").into()) }
}

/// Every site there is.
pub async fn everywhere(memory: &mut impl Memory) -> Result<Vec<SiteId>, Stop> {
    let sites = memory.every(Kind::Site).await?;
    sites.into_iter().map(|kept| Ok(Site::try_from(kept.thing)?.id)).collect()
}

fn once(mut sites: Vec<SiteId>) -> Vec<SiteId> {
    sites.sort_unstable();
    sites.dedup();
    sites
}
