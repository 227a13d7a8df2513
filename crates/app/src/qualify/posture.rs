//! What was graded, as provider × functional area: *says*, *does*, and the lower of both. Counts and words, never a
//! score and never a verdict.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{EngagementId, Grade, Kind, Now, Party, ProviderId, SiteId},
    event::qualify::Facet,
    expect::{catalogue::Adopted, engagement::Engagement, provider::Provider, site::Site},
    qualify::{
        certificate::{Certificate, Service, supports},
        grade::with_certificate,
        obligation::Obligation,
        posture::{Cell, GradedRequirement, current, grades as shown, posture as cells},
        request::Request,
    },
    thing::AnyThing,
};
use plantgate_store::{Stop, memory::Memory};

/// Cells by provider and functional area, of one provider or of all.
pub async fn posture(
    memory: &mut impl Memory,
    provider: Option<ProviderId>,
    now: Now,
) -> Result<BTreeMap<(ProviderId, String), Cell>, Stop> {
    match provider {
        Some(id) => Ok(cells(&graded(memory, id, now).await?)),
        None => Ok(cells(&everyones(memory, now).await?)),
    }
}

/// The grade that is shown of each requirement, by provider.
pub async fn grades(memory: &mut impl Memory, now: Now) -> Result<BTreeMap<(ProviderId, String), Grade>, Stop> {
    Ok(shown(&everyones(memory, now).await?))
}

async fn everyones(memory: &mut impl Memory, now: Now) -> Result<Vec<GradedRequirement>, Stop> {
    let mut all = Vec::new();
    for kept in memory.every(Kind::Provider).await? {
        if let Some(id) = kept.thing.card().provider {
            all.extend(graded(memory, id, now).await?);
        }
    }
    Ok(all)
}

/// Every requirement that is owed or was asked, with the grade that stands; a certificate lifts *says* where everything
/// it names matches.
pub async fn graded(memory: &mut impl Memory, provider: ProviderId, now: Now) -> Result<Vec<GradedRequirement>, Stop> {
    let requests: Vec<Request> = memory.of("provider", provider).await?;
    let owed: Vec<Obligation> = memory.of("provider", provider).await?;
    let supported = Supported::load(memory, provider, now).await?;
    let rules = memory.rules();
    let mut out = Vec::new();
    let current = current(&requests, now.0);
    let mut add = |facet, requirements: &[String], grade, at: &(Engagement, Site)| {
        let lifts = supported.lifts(at, requirements, now);
        for id in requirements {
            let grade = match facet {
                Facet::Says => with_certificate(grade, lifts.contains(id), &rules),
                Facet::Does => grade,
            };
            out.push(GradedRequirement { provider, requirement: id.clone(), facet, grade });
        }
    };
    // Duties of ours are no provider's posture.
    for r in current.iter().filter(|r| r.facts.party != Party::Owner) {
        let at = place(memory, r.facts.engagement, r.facts.site).await?;
        add(r.facts.facet, &r.facts.requirements, r.grade(now.0), &at);
    }
    let asked = |o: &Obligation| {
        current.iter().any(|r| {
            (r.facts.engagement, r.facts.site, &r.facts.key) == (o.facts.engagement, o.facts.site, &o.facts.key)
        })
    };
    for o in owed.iter().filter(|o| o.ended_at.is_none() && o.facts.party != Party::Owner && !asked(o)) {
        let at = place(memory, o.facts.engagement, o.facts.site).await?;
        add(o.facts.facet, &o.facts.requirements, Grade::Unknown, &at);
    }
    Ok(out)
}

async fn place(memory: &mut impl Memory, engagement: EngagementId, site: SiteId) -> Result<(Engagement, Site), Stop> {
    Ok((memory.get(engagement).await?, memory.get(site).await?))
}

/// What certificates of a provider are matched against.
struct Supported {
    entity: String,
    edition: String,
    certificates: Vec<Certificate>,
}

impl Supported {
    async fn load(memory: &mut impl Memory, provider: ProviderId, now: Now) -> Result<Supported, Stop> {
        let name = memory.get::<Provider>(provider).await?.facts.name;
        let mut editions: Vec<Adopted> = Vec::new();
        for kept in memory.every(Kind::Catalogue).await? {
            if let AnyThing::Catalogue(c) = kept.thing {
                editions.push(c);
            }
        }
        let pinned = editions.into_iter().filter(|c| c.since <= now.0).max_by_key(|c| c.since);
        let certificates = memory.of("provider", provider).await?;
        Ok(Supported { entity: name, edition: pinned.map(|c| c.facts.edition).unwrap_or_default(), certificates })
    }

    /// Which of these requirements a certificate speaks for at an engagement's site.
    fn lifts(&self, (engagement, site): &(Engagement, Site), requirements: &[String], now: Now) -> Vec<String> {
        let service = Service {
            entity: &self.entity,
            activities: &engagement.facts.activities,
            site: site.id,
            country: &site.facts.country,
            edition: &self.edition,
            requirements,
        };
        self.certificates.iter().flat_map(|c| supports(c, &service, now).requirements).collect()
    }
}
