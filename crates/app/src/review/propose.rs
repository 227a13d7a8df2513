//! A finding is proposed: by whoever saw something. Until somebody else confirms it, it is shown and never counts.

use plantgate_domain::{
    base::{AgreementId, EngagementId, FindingId, InstanceId, Instant, Kind, Party, ProviderId, Ref, SiteId, Why},
    event::review::{Clause, FindingEvent, FindingKind, FindingProposed, Severity},
    expect::{engagement::Engagement, instance::Instance, site::Site},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{self, May, Place},
};

/// Any object, by kind and name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub kind: Kind,
    pub name: String,
}

impl Named {
    async fn find(&self, desk: &mut Desk, field: &str) -> Result<Ref, Stop> {
        let id: uuid::Uuid = names::resolve(desk, self.kind, &self.name, field).await?;
        Ok(Ref { kind: self.kind, id })
    }
}

/// A contract clause by name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseNamed {
    pub agreement: String,
    pub number: String,
}

/// Proposes a finding.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeFinding {
    pub kind: FindingKind,
    /// Our reference, where one came with an import.
    #[serde(default)]
    pub reference: Option<String>,
    /// Needed when neither instance nor engagement says where.
    #[serde(default)]
    pub site: Option<String>,
    #[serde(default)]
    pub engagement: Option<String>,
    #[serde(default)]
    pub provider: Option<String>,
    #[serde(default)]
    pub instance: Option<String>,
    /// Whose doing it seems; unknown until somebody confirms.
    #[serde(default)]
    pub party: Option<Party>,
    pub severity: Severity,
    /// Requirement id, for instance `SP.06.02`.
    #[serde(default)]
    pub requirement: Option<String>,
    /// What it was found in.
    #[serde(default)]
    pub source: Option<Named>,
    #[serde(default)]
    pub cases: Vec<Named>,
    #[serde(default)]
    pub clause: Option<ClauseNamed>,
    pub text: String,
    /// Whether the provider sees it while it is only proposed.
    #[serde(default)]
    pub shared: bool,
    /// When it happened, if not now.
    #[serde(default)]
    pub occurred: Option<Instant>,
    /// When notice was due, for late notices.
    #[serde(default)]
    pub late_from: Option<Instant>,
    /// When notice came, for late notices.
    #[serde(default)]
    pub noticed: Option<Instant>,
}

/// What was proposed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Proposed {
    pub id: FindingId,
    pub reference: String,
}

/// What it is about, read.
struct About {
    engagement: Option<Engagement>,
    instance: Option<Instance>,
    site: SiteId,
}

impl ProposeFinding {
    async fn about(&self, desk: &mut Desk) -> Result<About, Stop> {
        let id: Option<EngagementId> =
            names::resolve_maybe(desk, Kind::Engagement, self.engagement.as_deref(), "engagement").await?;
        let engagement: Option<Engagement> = match id {
            Some(id) => desk.find(id).await?,
            None => None,
        };
        let id: Option<InstanceId> =
            names::resolve_maybe(desk, Kind::Instance, self.instance.as_deref(), "instance").await?;
        let instance: Option<Instance> = match id {
            Some(id) => desk.find(id).await?,
            None => None,
        };
        let named: Option<SiteId> = names::resolve_maybe(desk, Kind::Site, self.site.as_deref(), "site").await?;
        let sites = engagement.as_ref().map(Engagement::sites).unwrap_or_default();
        let site = match (&instance, named, sites.as_slice()) {
            (Some(i), Some(named), _) if i.facts.site != named => {
                return Err(Stop::field("site", Why::of("invalid-finding-site-other")));
            }
            (Some(i), _, _) => i.facts.site,
            (None, Some(named), _) => named,
            (None, None, [one]) => *one,
            (None, None, _) => return Err(Stop::field("site", Why::of("invalid-finding-site-missing"))),
        };
        Ok(About { engagement, instance, site })
    }

    async fn provider(&self, desk: &mut Desk, about: &About) -> Result<Option<ProviderId>, Stop> {
        let named: Option<ProviderId> =
            names::resolve_maybe(desk, Kind::Provider, self.provider.as_deref(), "provider").await?;
        match (named, about.engagement.as_ref().map(|e| e.facts.provider)) {
            (Some(named), Some(of)) if named != of => {
                Err(Stop::field("provider", Why::of("invalid-finding-provider-other")))
            }
            (named, of) => Ok(named.or(of)),
        }
    }

    async fn clause(&self, desk: &mut Desk) -> Result<Option<Clause>, Stop> {
        let Some(clause) = &self.clause else { return Ok(None) };
        let id: AgreementId = names::resolve(desk, Kind::Agreement, &clause.agreement, "clause.agreement").await?;
        Ok(Some(Clause { agreement: id.into(), number: names::text(40, "clause.number", &clause.number)? }))
    }

    async fn reference(&self, desk: &mut Desk) -> Result<String, Stop> {
        let Some(given) = &self.reference else { return desk.next_reference(Kind::Finding).await };
        let given = names::text(40, "reference", given)?;
        match desk.named(Kind::Finding, &given).await? {
            None => Ok(given),
            Some(_) => Err(Stop::field("reference", Why::of("invalid-finding-taken").with("given", given))),
        }
    }
}

impl Act for ProposeFinding {
    const NAME: &'static str = "propose-finding";
    type Power = power::ProposeFinding;
    type Done = Proposed;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(self.about(desk).await?.site))
    }

    async fn run(self, _may: May<power::ProposeFinding>, desk: &mut Desk) -> Result<Proposed, Stop> {
        let about = self.about(desk).await?;
        let provider = self.provider(desk, &about).await?;
        let now = desk.now().0;
        if self.occurred.is_some_and(|at| at > now) {
            return Err(Stop::field("occurred", Why::of("invalid-occurred-future")));
        }
        let mut cases = Vec::with_capacity(self.cases.len());
        for case in &self.cases {
            cases.push(case.find(desk, "cases").await?);
        }
        let source = match &self.source {
            Some(source) => Some(source.find(desk, "source").await?),
            None => None,
        };
        let reference = self.reference(desk).await?;
        let facts = FindingProposed {
            reference: reference.clone(),
            kind: self.kind,
            source,
            provider,
            engagement: about.engagement.map(|e| e.id),
            instance: about.instance.map(|i| i.id),
            site: about.site,
            zone: desk.get::<Site>(about.site).await?.facts.zone,
            party: self.party.unwrap_or(Party::Unknown),
            severity: self.severity,
            requirement: self.requirement.as_deref().map(|r| names::text(40, "requirement", r)).transpose()?,
            cases,
            clause: self.clause(desk).await?,
            text: desk.seal(&names::text(4_000, "text", &self.text)?)?,
            shared: self.shared && provider.is_some(),
            occurred: self.occurred.unwrap_or(now),
            late_from: self.late_from,
            noticed: self.noticed,
        };
        let id = FindingId(desk.new_id());
        desk.append(id, FindingEvent::Proposed(Box::new(facts))).await?;
        Ok(Proposed { id, reference })
    }
}
