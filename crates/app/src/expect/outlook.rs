//! What a change of scope or facts would come to, before anybody saves it (S2.5a): the tier at the site with its
//! reasons and the obligations that would come and go, worked out with the rules that saving uses.

use plantgate_domain::{
    base::{EngagementId, InstanceId, Kind, Now, Ref, SiteId, Tier},
    event::{
        expect::{Because, ScopeState, TierSet},
        qualify::ObligationFacts,
    },
    expect::{
        agreement::Agreement,
        engagement::{Engagement, TierAt},
        instance::Instance,
        retier::{Retier, retier},
        site::Site,
        tier::{TierFacts, tier},
    },
    qualify::{
        derive::{Ask, Planned, plan},
        obligation::Obligation,
    },
};
use plantgate_store::{Stop, memory::Memory};
use serde::de::DeserializeOwned;

use crate::act::Effect;

/// What would stand at a site.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outlook {
    pub before: Option<Tier>,
    pub after: Option<Tier>,
    pub provisional: bool,
    /// What the facts say, all of it.
    pub because: Vec<Because>,
    /// The facts would allow this lower tier; lowering is for people.
    pub allows: Option<Tier>,
    pub added: Vec<ObligationFacts>,
    /// As they would be.
    pub altered: Vec<ObligationFacts>,
    pub removed: Vec<Obligation>,
    /// Other engagements whose tier at the site would change.
    pub elsewhere: Vec<(EngagementId, Tier)>,
}

/// Reads it from the effects of a previewed act. With `approving` as if what is proposed for that instance were
/// approved as well.
pub async fn outlook(
    memory: &mut impl Memory,
    effects: &[Effect],
    (of, site): (EngagementId, SiteId),
    approving: Option<InstanceId>,
    now: Now,
) -> Result<Outlook, Stop> {
    let stood: Engagement = memory.get(of).await?;
    let mut e: Engagement = after(effects, of.into())?.unwrap_or_else(|| stood.clone());
    if let Some(instance) = approving {
        approve(&mut e, instance);
    }
    let before = stood.tier(site).cloned();
    let mut out = Outlook { before: before.as_ref().map(|t| t.tier), ..Outlook::default() };
    out.elsewhere = elsewhere(effects, of, site)?;
    if e.tier(site).is_none() && !e.approved().any(|i| i.site == site) {
        return Ok(out);
    }
    let rules = memory.rules();
    let zone = memory.get::<Site>(site).await?.facts.zone;
    let instances = touched(memory, &e, site, effects).await?;
    let answer = tier(&TierFacts::of(&e, site, &instances, false), &rules);
    out.because.clone_from(&answer.because);
    let stands = match retier(before.as_ref(), site, &answer, &zone, now, &rules) {
        Retier::Set(set) => Some(at(set, now)),
        Retier::Stands => before,
        Retier::WouldLower(set) => {
            out.allows = Some(set.tier);
            before
        }
    };
    let Some(stands) = stands else { return Ok(out) };
    (out.after, out.provisional) = (Some(stands.tier), stands.provisional);
    let agreement: Option<Agreement> = match e.facts.agreement {
        Some(id) => memory.find(id).await?,
        None => None,
    };
    let existing: Vec<Obligation> = memory.of("engagement", of).await?;
    let today = zone.day_of(now.0);
    let ask = Ask { engagement: &e, site, tier: &stands, agreement: agreement.as_ref(), today };
    for step in plan(&ask, &existing, now, &rules) {
        match step {
            Planned::Derive(facts) => out.added.push(facts),
            Planned::Revise(id, facts) => match existing.iter().find(|o| o.id == id) {
                Some(o) if o.ended_at.is_none() => {
                    let terms = |f: &ObligationFacts| (f.frequency, f.party, f.mandatory, f.basis.clone());
                    out.altered.extend(Some(facts).filter(|f| terms(f) != terms(&o.facts)));
                }
                _ => out.added.push(facts),
            },
            Planned::End(id) => out.removed.extend(existing.iter().find(|o| o.id == id).cloned()),
        }
    }
    Ok(out)
}

/// What an object would be, if the act touches it.
fn after<T: DeserializeOwned>(effects: &[Effect], on: Ref) -> Result<Option<T>, Stop> {
    let effect = effects.iter().find(|e| e.on == on);
    effect.map(|e| serde_json::from_value(e.after.clone()).map_err(Stop::fault)).transpose()
}

/// What is proposed replaces what was approved for the same instance.
fn approve(e: &mut Engagement, instance: InstanceId) {
    if e.proposed(instance).is_none() {
        return;
    }
    e.scope.retain(|s| s.item.instance != instance || s.state != ScopeState::Approved);
    for s in e.scope.iter_mut().filter(|s| s.item.instance == instance && s.state == ScopeState::Proposed) {
        s.state = ScopeState::Approved;
    }
}

/// The instances in scope as the act would leave them.
async fn touched(
    memory: &mut impl Memory,
    e: &Engagement,
    site: SiteId,
    effects: &[Effect],
) -> Result<Vec<Instance>, Stop> {
    let mut all = Vec::new();
    for s in e.scope.iter().filter(|s| s.item.site == site) {
        match after(effects, s.item.instance.into())? {
            Some(changed) => all.push(changed),
            None => all.extend(memory.find::<Instance>(s.item.instance).await?),
        }
    }
    Ok(all)
}

fn at(set: TierSet, now: Now) -> TierAt {
    TierAt {
        site: set.site,
        tier: set.tier,
        provisional: set.provisional,
        because: set.because,
        rules_version: set.rules_version,
        since: now.0,
        transition_until: set.transition_until,
        overridden_with: None,
    }
}

fn elsewhere(effects: &[Effect], of: EngagementId, site: SiteId) -> Result<Vec<(EngagementId, Tier)>, Stop> {
    let mut all = Vec::new();
    for effect in effects.iter().filter(|e| e.on.kind == Kind::Engagement && e.on.id != of.0) {
        let was: Option<Engagement> = serde_json::from_value(effect.before.clone()).map_err(Stop::fault)?;
        let is: Engagement = serde_json::from_value(effect.after.clone()).map_err(Stop::fault)?;
        let tier = |e: &Engagement| e.tier(site).map(|t| t.tier);
        if let Some(to) = tier(&is).filter(|to| was.as_ref().and_then(tier) != Some(*to)) {
            all.push((is.id, to));
        }
    }
    Ok(all)
}
