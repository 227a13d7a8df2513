//! How much an engagement matters at a site. Facts are stated, the tier follows; people may set another one, two
//! of them.

use plantgate_domain::{
    base::{EngagementId, InstanceId, Kind, Pattern, PersonId, SiteId, Tier, Why},
    event::expect::{EngagementEvent, Flag, Gxp, InstanceEvent, TierOverridden},
    expect::{
        engagement::Engagement,
        instance::Instance,
        retier::{Retier, retier, transition},
        site::Site,
        tier::{TierAnswer, TierFacts, tier},
    },
    qualify::person::{Person, second},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{May, OverrideTier, Place, Power, StateTierFacts},
    qualify::derive,
};

/// Computes the tier of an engagement at a site from what stands now; sets it when it changed and is not lower, and
/// brings obligations up to date. `None` where nothing is said of the site. Every act that changes an input calls it.
pub async fn recompute_tier(
    desk: &mut Desk,
    engagement: EngagementId,
    site: SiteId,
) -> Result<Option<TierAnswer>, Stop> {
    let e: Engagement = desk.get(engagement).await?;
    let said = e.tier(site).is_some()
        || e.approved().any(|i| i.site == site)
        || e.contradicted.iter().any(|(at, _)| *at == site);
    if said { compute(desk, &e, site).await.map(Some) } else { Ok(None) }
}

/// Computes it whatever was said before, and brings obligations up to date.
pub(super) async fn compute(desk: &mut Desk, e: &Engagement, site: SiteId) -> Result<TierAnswer, Stop> {
    let rules = desk.rules();
    let zone = desk.get::<Site>(site).await?.facts.zone;
    let answer = answer(desk, e, site, false).await?;
    match retier(e.tier(site), site, &answer, &zone, desk.now(), &rules) {
        Retier::Set(set) => desk.append(e.id, EngagementEvent::TierSet(set)).await?,
        Retier::Stands | Retier::WouldLower(_) => {}
    }
    derive::derive_obligations(desk, e.id, site).await?;
    Ok(answer)
}

/// What the facts give; with `proposed` also from scope that nobody approved yet.
pub async fn answer(
    memory: &mut impl Memory,
    e: &Engagement,
    site: SiteId,
    proposed: bool,
) -> Result<TierAnswer, Stop> {
    let mut instances: Vec<Instance> = Vec::new();
    for scoped in e.scope.iter().filter(|s| s.item.site == site) {
        instances.extend(memory.find::<Instance>(scoped.item.instance).await?);
    }
    let rules = memory.rules();
    Ok(tier(&TierFacts::of(e, site, &instances, proposed), &rules))
}

/// Every engagement that reaches an instance is looked at again.
pub(super) async fn reached(desk: &mut Desk, instance: InstanceId, site: SiteId) -> Result<(), Stop> {
    let engagements: Vec<Engagement> = desk.of("instance", instance).await?;
    for e in engagements {
        recompute_tier(desk, e.id, site).await?;
    }
    Ok(())
}

/// What somebody states of an instance.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceStated {
    pub instance: String,
    /// Empty says that none apply.
    #[serde(default)]
    pub flags: Option<Vec<Flag>>,
    #[serde(default)]
    pub gxp: Option<Gxp>,
}

/// States facts that the tier of an engagement at a site rests on. With nothing new it computes the first tier of a
/// site where nothing is touched.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateTheTierFacts {
    pub engagement: String,
    pub site: String,
    /// Ways in that were agreed; `["none"]`: no access at all.
    #[serde(default)]
    pub patterns: Option<Vec<Pattern>>,
    #[serde(default)]
    pub instances: Vec<InstanceStated>,
}

/// The tier that stands at a site after an act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TierDone {
    pub engagement: EngagementId,
    pub site: SiteId,
    pub tier: Tier,
    pub provisional: bool,
}

impl Act for StateTheTierFacts {
    const NAME: &'static str = "state-tier-facts";
    type Power = StateTierFacts;
    type Done = TierDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<StateTierFacts>, desk: &mut Desk) -> Result<TierDone, Stop> {
        let (engagement, site) = named(desk, &self.engagement, &self.site).await?;
        for stated in &self.instances {
            state(desk, site, stated).await?;
        }
        let mut e: Engagement = desk.get(engagement).await?;
        if let Some(patterns) = self.patterns.filter(|p| e.facts.patterns.as_ref() != Some(p)) {
            e.facts.patterns = Some(patterns);
            desk.append(engagement, EngagementEvent::Revised(e.facts.clone())).await?;
            for other in e.sites().into_iter().filter(|s| *s != site) {
                recompute_tier(desk, engagement, other).await?;
            }
        }
        let e: Engagement = desk.get(engagement).await?;
        compute(desk, &e, site).await?;
        stands(desk, engagement, site).await
    }
}

async fn state(desk: &mut Desk, site: SiteId, stated: &InstanceStated) -> Result<(), Stop> {
    let id: InstanceId = names::resolve(desk, Kind::Instance, &stated.instance, "instances.instance").await?;
    let mut facts = desk.get::<Instance>(id).await?.facts;
    if facts.site != site {
        let why = Why::of("invalid-instance-elsewhere").with("name", &stated.instance);
        return Err(Stop::field("instances.instance", why));
    }
    let before = facts.clone();
    facts.flags = stated.flags.clone().or(facts.flags);
    facts.gxp = stated.gxp.or(facts.gxp);
    if facts != before {
        desk.append(id, InstanceEvent::Revised(facts)).await?;
        reached(desk, id, site).await?;
    }
    Ok(())
}

/// Sets another tier than the facts give, with a second person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideTheTier {
    pub engagement: String,
    pub site: String,
    pub tier: Tier,
    pub reason: String,
    /// The second person.
    pub second: String,
}

impl Act for OverrideTheTier {
    const NAME: &'static str = "override-tier";
    const STEP_UP: bool = true;
    type Power = OverrideTier;
    type Done = TierDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, may: May<OverrideTier>, desk: &mut Desk) -> Result<TierDone, Stop> {
        let (engagement, site) = named(desk, &self.engagement, &self.site).await?;
        let other: PersonId = names::resolve(desk, Kind::Person, &self.second, "second").await?;
        let other: Person = desk.get(other).await?;
        let rules = desk.rules();
        second(may.id()?, &other, OverrideTier::KEY, &[site], desk.now(), &rules)?;
        let e: Engagement = desk.get(engagement).await?;
        let zone = desk.get::<Site>(site).await?.facts.zone;
        let overridden = TierOverridden {
            site,
            tier: self.tier,
            reason: desk.seal(&names::text(2_000, "reason", &self.reason)?)?,
            second: other.id,
            transition_until: e
                .tier(site)
                .and_then(|stands| transition(stands, self.tier, false, &zone, desk.now(), &rules)),
        };
        desk.append(engagement, EngagementEvent::TierOverridden(overridden)).await?;
        derive::derive_obligations(desk, engagement, site).await?;
        stands(desk, engagement, site).await
    }
}

pub(super) async fn named(desk: &mut Desk, engagement: &str, site: &str) -> Result<(EngagementId, SiteId), Stop> {
    let engagement = names::resolve(desk, Kind::Engagement, engagement, "engagement").await?;
    Ok((engagement, names::resolve(desk, Kind::Site, site, "site").await?))
}

pub(super) async fn stands(desk: &mut Desk, engagement: EngagementId, site: SiteId) -> Result<TierDone, Stop> {
    let e: Engagement = desk.get(engagement).await?;
    let at = e.tier(site).ok_or(Stop::NotFound)?;
    Ok(TierDone { engagement, site, tier: at.tier, provisional: at.provisional })
}
