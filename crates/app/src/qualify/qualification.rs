//! The signed answer to *can they meet it?* (R-01): decided, attached to engagements, its conditions met, its lapse
//! explained.

use plantgate_domain::{
    base::{
        Day, EngagementId, Kind, Party, PersonId, ProviderId, QualificationId, SignMeaning, SiteId, Tier, Why, ZoneName,
    },
    event::qualify::{
        Condition, ConditionMet, LapseExplained, Nothing, QualificationAttached, QualificationDecided,
        QualificationEvent, Touches, WithReason,
    },
    expect::{engagement::Engagement, instance::Instance, site::Site},
    qualify::{
        person::Person,
        qualification::Qualification,
        sign::{may_sign, needs_qa},
    },
};
use plantgate_store::{Desk, Stop, desk::Under, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{May, Place, Qualify},
    sign::Wants,
};

/// Something still to be met by a day.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionText {
    /// Names it within the qualification, for instance `as-built-baseline`.
    pub key: String,
    pub text: String,
    pub due: Day,
}

/// Decides a qualification. Older ones of the provider for the same sites are superseded.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideQualification {
    pub provider: String,
    /// Reference such as `Q-0031`; absent: the next of ours.
    #[serde(default)]
    pub reference: Option<String>,
    pub sites: Vec<String>,
    /// How deep was looked: covers engagements of this tier and lower ones.
    pub depth: Tier,
    /// Last day, in the zone of the first site.
    pub valid_until: Day,
    #[serde(default)]
    pub conditions: Vec<ConditionText>,
    /// Who signs besides the caller; QA where product or patient may be touched.
    #[serde(default)]
    pub signed_with: Vec<String>,
}

/// What was decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decided {
    pub id: QualificationId,
    pub reference: String,
    pub superseded: Vec<QualificationId>,
}

impl Act for DecideQualification {
    const NAME: &'static str = "decide-qualification";
    const SIGNS: bool = true;
    type Power = Qualify;
    type Done = Decided;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(names::resolve_all(desk, Kind::Site, &self.sites, "sites").await?))
    }

    async fn signs(&self, _may: &May<Qualify>, _desk: &mut Desk) -> Result<Option<Wants>, Stop> {
        Ok(Some(Wants { meaning: SignMeaning::Qualification, under: Under::Made(Kind::Qualification) }))
    }

    async fn run(self, may: May<Qualify>, desk: &mut Desk) -> Result<Decided, Stop> {
        let provider: ProviderId = names::resolve(desk, Kind::Provider, &self.provider, "provider").await?;
        let sites: Vec<SiteId> = names::resolve_all(desk, Kind::Site, &self.sites, "sites").await?;
        let Some(first) = sites.first().copied() else {
            return Err(Stop::field("sites", Why::of("invalid-qualification-no-site")));
        };
        let zone = desk.get::<Site>(first).await?.facts.zone;
        if zone.end_of(self.valid_until) <= desk.now().0 {
            return Err(Stop::field("valid_until", Why::of("invalid-day-passed")));
        }
        let engagements: Vec<Engagement> = desk.of("provider", provider).await?;
        let decided_by = signers(desk, may.person()?, &self.signed_with, &engagements, &sites).await?;
        let reference = names::fresh_reference(desk, Kind::Qualification, self.reference.as_deref()).await?;
        let facts = QualificationDecided {
            provider,
            reference: reference.clone(),
            sites: sites.clone(),
            depth: self.depth,
            valid_until: self.valid_until,
            zone,
            conditions: conditions(desk, &self.conditions).await?,
            decided_by,
            touches: touched(desk, &engagements, &sites, self.depth).await?,
        };
        let superseded = supersede(desk, provider, &sites).await?;
        let id = QualificationId(desk.new_id());
        desk.append(id, QualificationEvent::Decided(facts)).await?;
        Ok(Decided { id, reference, superseded })
    }
}

async fn signers(
    desk: &mut Desk,
    caller: &Person,
    with: &[String],
    engagements: &[Engagement],
    sites: &[SiteId],
) -> Result<Vec<PersonId>, Stop> {
    let mut people = vec![caller.clone()];
    for id in names::resolve_all::<PersonId>(desk, Kind::Person, with, "signed_with").await? {
        if people.iter().all(|p| p.id != id) {
            people.push(desk.get(id).await?);
        }
    }
    let mut touched = Vec::new();
    for scoped in engagements.iter().flat_map(|e| &e.scope).filter(|s| sites.contains(&s.item.site)) {
        let instance: Instance = desk.get(scoped.item.instance).await?;
        touched.push(instance.gxp());
    }
    let rules = desk.rules();
    may_sign(&people, sites, needs_qa(touched), desk.now(), &rules)?;
    Ok(people.into_iter().map(|p| p.id).collect())
}

async fn conditions(desk: &mut Desk, texts: &[ConditionText]) -> Result<Vec<Condition>, Stop> {
    let mut out: Vec<Condition> = Vec::with_capacity(texts.len());
    for t in texts {
        let key = names::text(60, "conditions.key", &t.key)?;
        if out.iter().any(|c| c.key == key) {
            return Err(Stop::field("conditions.key", Why::of("invalid-key-twice").with("key", key)));
        }
        let text = desk.seal(&names::text(2_000, "conditions.text", &t.text)?)?;
        out.push(Condition { key, text, due: t.due });
    }
    Ok(out)
}

/// Engagements that rest on it: those at its sites that it is deep enough for.
async fn touched(
    desk: &mut Desk,
    engagements: &[Engagement],
    sites: &[SiteId],
    depth: Tier,
) -> Result<Vec<Touches>, Stop> {
    let mut out = Vec::new();
    for e in engagements {
        for at in e.tiers.iter().filter(|t| sites.contains(&t.site) && depth <= t.tier) {
            let zone: ZoneName = desk.get::<Site>(at.site).await?.facts.zone;
            out.push(Touches { engagement: e.id, site: at.site, zone, tier: at.tier });
        }
    }
    Ok(out)
}

async fn supersede(desk: &mut Desk, provider: ProviderId, sites: &[SiteId]) -> Result<Vec<QualificationId>, Stop> {
    let all: Vec<Qualification> = desk.of("provider", provider).await?;
    let over = |q: &&Qualification| {
        q.superseded_at.is_none() && q.withdrawn_at.is_none() && q.facts.sites.iter().all(|s| sites.contains(s))
    };
    let ids: Vec<QualificationId> = all.iter().filter(over).map(|q| q.id).collect();
    for id in &ids {
        desk.append(*id, QualificationEvent::Superseded(Nothing {})).await?;
    }
    Ok(ids)
}

/// An engagement rests on a qualification from now on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachQualification {
    pub qualification: String,
    pub engagement: String,
    pub site: String,
}

impl Act for AttachQualification {
    const NAME: &'static str = "attach-qualification";
    type Power = Qualify;
    type Done = QualificationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<Qualify>, desk: &mut Desk) -> Result<QualificationId, Stop> {
        let q = named(desk, &self.qualification).await?;
        let engagement: EngagementId = names::resolve(desk, Kind::Engagement, &self.engagement, "engagement").await?;
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        let e: Engagement = desk.get(engagement).await?;
        if e.facts.provider != q.facts.provider {
            let why = Why::of("invalid-qualification-others");
            return Err(Stop::field("engagement", why));
        }
        if !q.facts.sites.contains(&site) {
            return Err(Stop::field("site", Why::of("invalid-qualification-site")));
        }
        let at = e.tier(site).ok_or_else(|| Stop::field("site", Why::of("invalid-no-tier")))?;
        let zone = desk.get::<Site>(site).await?.facts.zone;
        let touches = Touches { engagement, site, zone, tier: at.tier };
        if !q.touches.contains(&touches) {
            desk.append(q.id, QualificationEvent::Attached(QualificationAttached { touches })).await?;
        }
        Ok(q.id)
    }
}

/// A condition of a qualification was met.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetCondition {
    pub qualification: String,
    pub key: String,
}

impl Act for MeetCondition {
    const NAME: &'static str = "meet-condition";
    type Power = Qualify;
    type Done = QualificationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(named(desk, &self.qualification).await?.facts.sites))
    }

    async fn run(self, _may: May<Qualify>, desk: &mut Desk) -> Result<QualificationId, Stop> {
        let q = named(desk, &self.qualification).await?;
        let key = self.key.trim().to_owned();
        let Some(condition) = q.conditions.iter().find(|c| c.condition.key == key) else {
            return Err(Stop::field("key", Why::of("invalid-condition-unknown").with("key", key)));
        };
        if condition.met_at.is_none() {
            desk.append(q.id, QualificationEvent::ConditionMet(ConditionMet { key })).await?;
        }
        Ok(q.id)
    }
}

/// Names whose doing a lapse is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplainLapse {
    pub qualification: String,
    pub cause: Party,
    pub reason: String,
}

impl Act for ExplainLapse {
    const NAME: &'static str = "explain-lapse";
    type Power = Qualify;
    type Done = QualificationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(named(desk, &self.qualification).await?.facts.sites))
    }

    async fn run(self, _may: May<Qualify>, desk: &mut Desk) -> Result<QualificationId, Stop> {
        let q = named(desk, &self.qualification).await?;
        let reason = desk.seal(&names::text(2_000, "reason", &self.reason)?)?;
        desk.append(q.id, QualificationEvent::LapseExplained(LapseExplained { cause: self.cause, reason })).await?;
        Ok(q.id)
    }
}

/// Takes a qualification back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawQualification {
    pub qualification: String,
    pub reason: String,
}

impl Act for WithdrawQualification {
    const NAME: &'static str = "withdraw-qualification";
    type Power = Qualify;
    type Done = QualificationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(named(desk, &self.qualification).await?.facts.sites))
    }

    async fn run(self, _may: May<Qualify>, desk: &mut Desk) -> Result<QualificationId, Stop> {
        let q = named(desk, &self.qualification).await?;
        if q.withdrawn_at.is_some() {
            return Ok(q.id);
        }
        let reason = desk.seal(&names::text(2_000, "reason", &self.reason)?)?;
        desk.append(q.id, QualificationEvent::Withdrawn(WithReason { reason })).await?;
        Ok(q.id)
    }
}

async fn named(desk: &mut Desk, name: &str) -> Result<Qualification, Stop> {
    let id: QualificationId = names::resolve(desk, Kind::Qualification, name, "qualification").await?;
    desk.get(id).await
}
