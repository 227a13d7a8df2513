//! The frame of an engagement is drafted and revised: dates, activities, ways in. Tier and obligations follow in the
//! same act, so a preview shows them before anybody saves.

use plantgate_domain::{
    base::{AgreementId, Day, EngagementId, Kind, Pattern, PersonId, ProviderId, Why},
    event::expect::{Activity, EngagementEvent, EngagementFacts, EngagementKind, Phase},
    expect::{agreement::Agreement, engagement::Engagement},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::tier::recompute_tier;
use crate::{
    act::Act,
    names,
    power::{DraftEngagement, May, Place},
    registered::Registered,
};

/// Drafts an engagement, or revises the one with that reference; the same again changes nothing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftTheEngagement {
    /// Reference such as `E-025`; absent: the next of ours.
    #[serde(default)]
    pub reference: Option<String>,
    pub provider: String,
    #[serde(default)]
    pub agreement: Option<String>,
    pub name: String,
    pub kind: EngagementKind,
    #[serde(default)]
    pub phases: Vec<Phase>,
    #[serde(default)]
    pub activities: Vec<Activity>,
    pub from: Day,
    pub until: Day,
    /// Ways in that were agreed; absent: nobody has said; `["none"]`: no access at all.
    #[serde(default)]
    pub patterns: Option<Vec<Pattern>>,
    /// It existed before the programme began and is in use as it is until the end of this day.
    #[serde(default)]
    pub in_use_before_programme_until: Option<Day>,
    /// Our person who answers for it.
    #[serde(default)]
    pub owner: Option<String>,
}

impl Act for DraftTheEngagement {
    const NAME: &'static str = "draft-engagement";
    type Power = DraftEngagement;
    type Done = Registered<EngagementId>;

    /// A new one may be drafted anywhere; one that stands is changed where it works.
    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let stands: Option<Engagement> = match &self.reference {
            Some(reference) => names::named(desk, reference.trim()).await?,
            None => None,
        };
        Ok(stands.map_or_else(Place::anywhere, |e| Place::sites(e.sites())))
    }

    async fn run(self, _may: May<DraftEngagement>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let provider: ProviderId = names::resolve(desk, Kind::Provider, &self.provider, "provider").await?;
        let agreement: Option<AgreementId> =
            names::resolve_maybe(desk, Kind::Agreement, self.agreement.as_deref(), "agreement").await?;
        let owner: Option<PersonId> = names::resolve_maybe(desk, Kind::Person, self.owner.as_deref(), "owner").await?;
        let reference = names::reference(desk, Kind::Engagement, self.reference.as_deref()).await?;
        let facts = EngagementFacts {
            provider,
            agreement,
            reference: reference.clone(),
            name: names::text(200, "name", &self.name)?,
            kind: self.kind,
            phases: self.phases,
            activities: self.activities,
            from: self.from,
            until: self.until,
            patterns: self.patterns,
            in_use_before_programme_until: self.in_use_before_programme_until,
            owner,
        };
        check(desk, &facts).await?;
        let Some(stands) = names::named::<Engagement>(desk, &reference).await? else {
            let id = EngagementId(desk.new_id());
            desk.append(id, EngagementEvent::Drafted(facts)).await?;
            return Ok(Registered::new(id, reference));
        };
        if stands.facts.provider != provider {
            let why = Why::of("invalid-engagement-others").with("reference", reference);
            return Err(Stop::field("reference", why));
        }
        if stands.facts == facts {
            return Ok(Registered::unchanged(stands.id, reference));
        }
        revise(desk, &stands, facts).await?;
        Ok(Registered::changed(stands.id, reference))
    }
}

/// Changes parts of an engagement's frame; what is absent stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviseEngagement {
    pub engagement: String,
    /// Version the form was made from, so that nobody's change is lost.
    #[serde(default)]
    pub version: Option<u64>,
    #[serde(default)]
    pub agreement: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub phases: Option<Vec<Phase>>,
    #[serde(default)]
    pub activities: Option<Vec<Activity>>,
    #[serde(default)]
    pub from: Option<Day>,
    #[serde(default)]
    pub until: Option<Day>,
    #[serde(default)]
    pub patterns: Option<Vec<Pattern>>,
    #[serde(default)]
    pub owner: Option<String>,
}

impl Act for ReviseEngagement {
    const NAME: &'static str = "revise-engagement";
    type Power = DraftEngagement;
    type Done = Registered<EngagementId>;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let id: EngagementId = names::resolve(desk, Kind::Engagement, &self.engagement, "engagement").await?;
        let engagement: Engagement = desk.get(id).await?;
        Ok(Place::sites(engagement.sites()))
    }

    async fn run(self, _may: May<DraftEngagement>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let id: EngagementId = names::resolve(desk, Kind::Engagement, &self.engagement, "engagement").await?;
        let stands: Engagement = desk.seen(id, self.version).await?;
        let mut facts = stands.facts.clone();
        let agreement: Option<AgreementId> =
            names::resolve_maybe(desk, Kind::Agreement, self.agreement.as_deref(), "agreement").await?;
        let owner: Option<PersonId> = names::resolve_maybe(desk, Kind::Person, self.owner.as_deref(), "owner").await?;
        facts.agreement = agreement.or(facts.agreement);
        facts.owner = owner.or(facts.owner);
        if let Some(name) = &self.name {
            facts.name = names::text(200, "name", name)?;
        }
        facts.phases = self.phases.unwrap_or(facts.phases);
        facts.activities = self.activities.unwrap_or(facts.activities);
        facts.from = self.from.unwrap_or(facts.from);
        facts.until = self.until.unwrap_or(facts.until);
        facts.patterns = self.patterns.or(facts.patterns);
        let reference = facts.reference.clone();
        if stands.facts == facts {
            return Ok(Registered::unchanged(id, reference));
        }
        check(desk, &facts).await?;
        revise(desk, &stands, facts).await?;
        Ok(Registered::changed(id, reference))
    }
}

/// What cannot be so.
async fn check(desk: &mut Desk, facts: &EngagementFacts) -> Result<(), Stop> {
    if facts.until < facts.from {
        return Err(Stop::field("until", Why::of("invalid-days-order")));
    }
    if let Some(id) = facts.agreement {
        let agreement: Agreement = desk.get(id).await?;
        if agreement.facts.provider != facts.provider {
            let why = Why::of("invalid-agreement-not-theirs");
            return Err(Stop::field("agreement", why));
        }
    }
    match &facts.patterns {
        Some(p) if p.contains(&Pattern::None) && p.len() > 1 => {
            Err(Stop::field("patterns", Why::of("invalid-pattern-none-and-more")))
        }
        _ => Ok(()),
    }
}

async fn revise(desk: &mut Desk, stands: &Engagement, facts: EngagementFacts) -> Result<(), Stop> {
    desk.append(stands.id, EngagementEvent::Revised(facts)).await?;
    for site in stands.sites() {
        recompute_tier(desk, stands.id, site).await?;
    }
    Ok(())
}
