//! Brings what is owed at a site up to date with tier, activities and agreement. Called by every act that
//! changes one of them, and by activation.

use plantgate_domain::{
    base::{EngagementId, Kind, ObligationId, SiteId},
    event::qualify::{ObligationEvent, WithReason},
    expect::{agreement::Agreement, engagement::Engagement, site::Site},
    qualify::{
        derive::{Ask, Planned, plan},
        obligation::Obligation,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};

/// Appends what the plan says; answers how many obligations changed.
pub async fn derive_obligations(desk: &mut Desk, engagement: EngagementId, site: SiteId) -> Result<usize, Stop> {
    let e: Engagement = desk.get(engagement).await?;
    let Some(tier) = e.tier(site) else { return Ok(0) };
    let agreement: Option<Agreement> = match e.facts.agreement {
        Some(id) => desk.find(id).await?,
        None => None,
    };
    let today = desk.get::<Site>(site).await?.facts.zone.day_of(desk.now().0);
    let existing: Vec<Obligation> = desk.of("engagement", engagement).await?;
    let ask = Ask { engagement: &e, site, tier, agreement: agreement.as_ref(), today };
    let steps = plan(&ask, &existing, desk.now(), &desk.rules());
    let count = steps.len();
    for step in steps {
        match step {
            Planned::Derive(mut facts) => {
                facts.reference = desk.next_reference(Kind::Obligation).await?;
                let id = ObligationId(desk.new_id());
                desk.append(id, ObligationEvent::Derived(facts)).await?;
            }
            Planned::Revise(id, facts) => desk.append(id, ObligationEvent::Revised(facts)).await?,
            Planned::End(id) => {
                let reason = desk.seal("Tier and activities no longer ask for it.")?;
                desk.append(id, ObligationEvent::Ended(WithReason { reason })).await?;
            }
        }
    }
    Ok(count)
}
