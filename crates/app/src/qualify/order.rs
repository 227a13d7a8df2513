//! May we order from this provider? (R-01, S2.1a) Procurement asks before the purchase order; every open step comes
//! with who takes it.

use plantgate_domain::{
    base::{Instant, Now, ProviderId, SiteId, Tier},
    expect::engagement::Engagement,
    qualify::{
        order::{OrderAnswer, OrderFacts, may_order as judge},
        qualification::Qualification,
        standing::worst,
    },
};
use plantgate_store::{Stop, memory::Memory};

use super::standing::standing_of;
use crate::expect::tier::answer;

/// The answer with what was asked about.
#[derive(Clone, PartialEq, Debug)]
pub struct MayOrder {
    pub answer: OrderAnswer,
    /// Where it shall work, by its engagements.
    pub sites: Vec<SiteId>,
    /// The highest tier of that work, also of scope that is only proposed; `None`: no facts are known.
    pub tier: Option<Tier>,
    pub provisional: bool,
}

/// May we order from this provider now?
pub async fn may_order(memory: &mut impl Memory, provider: ProviderId, now: Now) -> Result<MayOrder, Stop> {
    let engagements: Vec<Engagement> = memory.of("provider", provider).await?;
    let qualifications: Vec<Qualification> = memory.of("provider", provider).await?;
    let mut sites: Vec<SiteId> = Vec::new();
    let mut found: Vec<Found> = Vec::new();
    let mut levels = Vec::new();
    for e in &engagements {
        for site in e.sites() {
            found.push(work(memory, e, site).await?);
            levels.push(standing_of(memory, e.id, site, now).await?.level);
            sites.push(site);
        }
    }
    sites.sort_unstable();
    sites.dedup();
    let tier = found.iter().map(|f| f.tier).min();
    let provisional = found.iter().any(|f| f.provisional);
    let facts = OrderFacts {
        qualifications: &qualifications,
        sites: &sites,
        tier,
        provisional,
        transition_until: found.iter().filter_map(|f| f.transition_until).max(),
        standing: worst(levels),
    };
    let rules = memory.rules();
    let answer = judge(&facts, now, &rules);
    Ok(MayOrder { answer, sites, tier, provisional })
}

/// Tier of the work at one site.
struct Found {
    tier: Tier,
    provisional: bool,
    transition_until: Option<Instant>,
}

/// The tier that stands, or where more is proposed the higher one it would come to.
async fn work(memory: &mut impl Memory, e: &Engagement, site: SiteId) -> Result<Found, Stop> {
    let proposed = answer(memory, e, site, true).await?;
    Ok(match e.tier(site) {
        Some(at) if at.tier <= proposed.tier => {
            Found { tier: at.tier, provisional: at.provisional, transition_until: at.transition_until }
        }
        Some(_) | None => Found { tier: proposed.tier, provisional: proposed.provisional, transition_until: None },
    })
}
