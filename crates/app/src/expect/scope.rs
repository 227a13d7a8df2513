//! The scope of an engagement: one side proposes what may be touched, another approves. Tier and
//! obligations follow in the same act.

use plantgate_domain::{
    base::{ConduitId, Day, EngagementId, InstanceId, Kind, Role, Told, Why, ZoneId},
    event::expect::{EngagementEvent, ScopeItem, ScopeNamed, ScopeState},
    expect::{engagement::Engagement, instance::Instance},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{conduit, tier::recompute_tier};
use crate::{
    act::Act,
    names,
    power::{ApproveScope, DraftEngagement, May, Place},
    registered::Outcome,
};

/// A conduit by the two zones it joins.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConduitNamed {
    pub a: String,
    pub b: String,
}

/// Proposes that an engagement may touch an instance. Until somebody approves, what was approved before stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeScope {
    pub engagement: String,
    pub instance: String,
    pub roles: Vec<Role>,
    /// Conduits that may be crossed on the way.
    #[serde(default)]
    pub conduits: Vec<ConduitNamed>,
    /// First and last day, when narrower than the engagement.
    #[serde(default)]
    pub from: Option<Day>,
    #[serde(default)]
    pub until: Option<Day>,
}

/// One item of a scope and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ScopeDone {
    pub engagement: EngagementId,
    pub instance: InstanceId,
    pub outcome: Outcome,
}

impl Act for ProposeScope {
    const NAME: &'static str = "propose-scope";
    type Power = DraftEngagement;
    type Done = ScopeDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.instance).await
    }

    async fn run(self, _may: May<DraftEngagement>, desk: &mut Desk) -> Result<ScopeDone, Stop> {
        let (engagement, instance) = named(desk, &self.engagement, &self.instance).await?;
        let item = self.item(desk, &instance).await?;
        let done = |outcome| ScopeDone { engagement: engagement.id, instance: instance.id, outcome };
        let stands = engagement.scope.iter().rfind(|s| s.item.instance == instance.id && s.state != ScopeState::Ended);
        if stands.is_some_and(|s| s.item == item) {
            return Ok(done(Outcome::Unchanged));
        }
        let outcome = if stands.is_some() { Outcome::Changed } else { Outcome::New };
        desk.append(engagement.id, EngagementEvent::ScopeProposed(item)).await?;
        Ok(done(outcome))
    }
}

impl ProposeScope {
    async fn item(self, desk: &mut Desk, instance: &Instance) -> Result<ScopeItem, Stop> {
        let f = &instance.facts;
        if let Some(role) = self.roles.iter().find(|r| !f.roles.is_empty() && !f.roles.contains(r)) {
            return Err(Stop::field(
                "roles",
                Why::of("invalid-role-not-there").with("system", &f.reference).with("role", Told::word("role", role)),
            ));
        }
        if self.until.zip(self.from).is_some_and(|(until, from)| until < from) {
            return Err(Stop::field("until", Why::of("invalid-days-order")));
        }
        let mut conduits: Vec<ConduitId> = Vec::with_capacity(self.conduits.len());
        for named in &self.conduits {
            let a: ZoneId = names::resolve(desk, Kind::Zone, &named.a, "conduits.a").await?;
            let b: ZoneId = names::resolve(desk, Kind::Zone, &named.b, "conduits.b").await?;
            match conduit::between(desk, f.site, a, b).await? {
                Some(conduit) => conduits.push(conduit.id),
                None => {
                    let why = Why::of("invalid-no-conduit").with("a", &named.a).with("b", &named.b);
                    return Err(Stop::field("conduits", why));
                }
            }
        }
        let mut roles = self.roles;
        roles.sort_unstable();
        roles.dedup();
        Ok(ScopeItem { site: f.site, instance: instance.id, roles, conduits, from: self.from, until: self.until })
    }
}

/// Approves what is proposed for an instance. The tier of the site is computed anew.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveTheScope {
    pub engagement: String,
    pub instance: String,
}

impl Act for ApproveTheScope {
    const NAME: &'static str = "approve-scope";
    type Power = ApproveScope;
    type Done = ScopeDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.instance).await
    }

    async fn run(self, may: May<ApproveScope>, desk: &mut Desk) -> Result<ScopeDone, Stop> {
        let (engagement, instance) = named(desk, &self.engagement, &self.instance).await?;
        engagement.may_approve(instance.id, may.id()?)?;
        let approved = ScopeNamed { instance: instance.id };
        desk.append(engagement.id, EngagementEvent::ScopeApproved(approved)).await?;
        recompute_tier(desk, engagement.id, instance.facts.site).await?;
        Ok(ScopeDone { engagement: engagement.id, instance: instance.id, outcome: Outcome::Changed })
    }
}

/// Takes an instance out of the scope.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndScope {
    pub engagement: String,
    pub instance: String,
}

impl Act for EndScope {
    const NAME: &'static str = "end-scope";
    type Power = ApproveScope;
    type Done = ScopeDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.instance).await
    }

    async fn run(self, _may: May<ApproveScope>, desk: &mut Desk) -> Result<ScopeDone, Stop> {
        let (engagement, instance) = named(desk, &self.engagement, &self.instance).await?;
        let alive = |s: &plantgate_domain::expect::engagement::Scoped| {
            s.item.instance == instance.id && s.state != ScopeState::Ended
        };
        if !engagement.scope.iter().any(alive) {
            return Err(Stop::field("instance", Why::of("invalid-scope-not-in")));
        }
        desk.append(engagement.id, EngagementEvent::ScopeEnded(ScopeNamed { instance: instance.id })).await?;
        recompute_tier(desk, engagement.id, instance.facts.site).await?;
        Ok(ScopeDone { engagement: engagement.id, instance: instance.id, outcome: Outcome::Changed })
    }
}

async fn place(desk: &mut Desk, instance: &str) -> Result<Place, Stop> {
    let id: InstanceId = names::resolve(desk, Kind::Instance, instance, "instance").await?;
    let instance: Instance = desk.get(id).await?;
    Ok(Place::site(instance.facts.site))
}

async fn named(desk: &mut Desk, engagement: &str, instance: &str) -> Result<(Engagement, Instance), Stop> {
    let e: EngagementId = names::resolve(desk, Kind::Engagement, engagement, "engagement").await?;
    let i: InstanceId = names::resolve(desk, Kind::Instance, instance, "instance").await?;
    Ok((desk.get(e).await?, desk.get(i).await?))
}
