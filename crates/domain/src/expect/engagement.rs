//! An engagement: who may do what, where, until when, and how much that matters at each site. Whether it
//! is active is a fact of *permit*.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{
        Actor, At, Emits, EngagementId, InstanceId, Instant, Kind, Line, PersonId, Ref, Refusal, SiteId, Tier, Window,
        ZoneName,
    },
    event::expect::{Because, EngagementEvent, EngagementFacts, ScopeItem, ScopeState},
    expect::answers::{self, Answered},
    rules::Rules,
    thing::{Card, Label, Thing},
};

/// One item of the scope with its state.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoped {
    pub item: ScopeItem,
    pub state: ScopeState,
    pub proposed_by: Actor,
}

/// The tier at one site as it was set, frozen in events.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierAt {
    pub site: SiteId,
    pub tier: Tier,
    pub provisional: bool,
    pub because: Vec<Because>,
    pub rules_version: u32,
    pub since: Instant,
    pub transition_until: Option<Instant>,
    /// The second person, if people set it.
    pub overridden_with: Option<PersonId>,
}

impl TierAt {
    /// The tier that gates new access: provisional gates as T1.
    pub fn gate(&self) -> Tier {
        if self.provisional { Tier::T1 } else { self.tier }
    }
}

/// An engagement as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engagement {
    pub id: EngagementId,
    pub facts: EngagementFacts,
    pub scope: Vec<Scoped>,
    /// One per site, in the order they were first set.
    pub tiers: Vec<TierAt>,
    /// What was answered to the five tier questions last, one per site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answered>,
    /// What was found that contradicts the facts, not yet settled.
    pub contradicted: Vec<(SiteId, Ref)>,
    /// The import that opened it was undone.
    #[serde(default)]
    pub withdrawn: bool,
}

impl Engagement {
    /// From the first instant of its first day to the end of its last, in the target site's zone.
    pub fn window(&self, zone: &ZoneName) -> Window {
        Window { from: zone.start_of(self.facts.from), until: zone.end_of(self.facts.until) }
    }
    /// The tier at a site, if one was set.
    pub fn tier(&self, site: SiteId) -> Option<&TierAt> {
        self.tiers.iter().find(|t| t.site == site)
    }
    /// What was answered to the tier questions at a site.
    pub fn answers(&self, site: SiteId) -> Option<&Answered> {
        self.answers.iter().find(|a| a.said.site == site)
    }
    /// Approved scope.
    pub fn approved(&self) -> impl Iterator<Item = &ScopeItem> {
        self.scope.iter().filter(|s| s.state == ScopeState::Approved).map(|s| &s.item)
    }
    /// Sites of everything that is not ended, each once.
    pub fn sites(&self) -> Vec<SiteId> {
        let mut sites: Vec<SiteId> =
            self.scope.iter().filter(|s| s.state != ScopeState::Ended).map(|s| s.item.site).collect();
        sites.extend(self.tiers.iter().map(|t| t.site));
        sites.sort_unstable();
        sites.dedup();
        sites
    }

    /// What is proposed for an instance.
    pub fn proposed(&self, instance: InstanceId) -> Option<&Scoped> {
        self.scope.iter().find(|s| s.item.instance == instance && s.state == ScopeState::Proposed)
    }
    /// who proposed a scope does not approve it.
    pub fn may_approve(&self, instance: InstanceId, by: PersonId) -> Result<&Scoped, Refusal> {
        let proposed = self.proposed(instance).ok_or(Refusal::new("R-05", "stop-nothing-proposed"))?;
        if proposed.proposed_by == Actor::Person(by) {
            return Err(Refusal::new("R-13", "stop-approve-own-proposal"));
        }
        Ok(proposed)
    }

    fn approve(&mut self, instance: InstanceId) {
        if !self.scope.iter().any(|s| s.item.instance == instance && s.state == ScopeState::Proposed) {
            return;
        }
        // The proposal replaces what was approved for the same instance; before, the old one stood.
        self.scope.retain(|s| s.item.instance != instance || s.state != ScopeState::Approved);
        for s in self.scope.iter_mut().filter(|s| s.item.instance == instance && s.state == ScopeState::Proposed) {
            s.state = ScopeState::Approved;
        }
    }

    /// Drops the proposal for an instance, as if nobody had made it.
    fn take_back(&mut self, instance: InstanceId) {
        self.scope.retain(|s| s.item.instance != instance || s.state != ScopeState::Proposed);
    }

    fn set_tier(&mut self, tier: TierAt) {
        match self.tiers.iter_mut().find(|t| t.site == tier.site) {
            Some(old) => *old = tier,
            None => self.tiers.push(tier),
        }
    }
}

impl Thing for Engagement {
    type Event = EngagementEvent;
    const KIND: Kind = Kind::Engagement;

    fn born(id: Uuid, e: &EngagementEvent, _at: At) -> Option<Self> {
        match e {
            EngagementEvent::Drafted(facts) => Some(Engagement {
                id: EngagementId(id),
                facts: facts.clone(),
                scope: Vec::new(),
                tiers: Vec::new(),
                answers: Vec::new(),
                contradicted: Vec::new(),
                withdrawn: false,
            }),
            EngagementEvent::Revised(_)
            | EngagementEvent::ScopeProposed(_)
            | EngagementEvent::ScopeApproved(_)
            | EngagementEvent::ScopeEnded(_)
            | EngagementEvent::ScopeWithdrawn(_)
            | EngagementEvent::TierAnswered(_)
            | EngagementEvent::TierSet(_)
            | EngagementEvent::TierOverridden(_)
            | EngagementEvent::TierContradicted(_)
            | EngagementEvent::TierReconciled(_)
            | EngagementEvent::Withdrawn(_) => None,
        }
    }

    fn apply(&mut self, e: &EngagementEvent, at: At) {
        match e {
            EngagementEvent::Drafted(facts) | EngagementEvent::Revised(facts) => self.facts = facts.clone(),
            EngagementEvent::ScopeProposed(item) => {
                self.take_back(item.instance);
                let scoped = Scoped { item: item.clone(), state: ScopeState::Proposed, proposed_by: at.by };
                self.scope.push(scoped);
            }
            EngagementEvent::ScopeApproved(named) => self.approve(named.instance),
            EngagementEvent::ScopeEnded(named) => {
                for s in self.scope.iter_mut().filter(|s| s.item.instance == named.instance) {
                    s.state = ScopeState::Ended;
                }
            }
            EngagementEvent::ScopeWithdrawn(named) => self.take_back(named.instance),
            EngagementEvent::TierAnswered(said) => {
                self.answers.retain(|a| a.said.site != said.site);
                self.answers.push(Answered { said: *said, at: at.at, by: at.by });
            }
            EngagementEvent::TierSet(set) => self.set_tier(TierAt {
                site: set.site,
                tier: set.tier,
                provisional: set.provisional,
                because: set.because.clone(),
                rules_version: set.rules_version,
                since: at.at,
                transition_until: set.transition_until,
                overridden_with: None,
            }),
            EngagementEvent::TierOverridden(set) => {
                let because = self.tier(set.site).map(|t| t.because.clone()).unwrap_or_default();
                let rules_version = self.tier(set.site).map_or(0, |t| t.rules_version);
                self.set_tier(TierAt {
                    site: set.site,
                    tier: set.tier,
                    provisional: false,
                    because,
                    rules_version,
                    since: at.at,
                    transition_until: set.transition_until,
                    overridden_with: Some(set.second),
                });
            }
            EngagementEvent::TierContradicted(c) => {
                self.contradicted.push((c.site, c.found));
                if let Some(t) = self.tiers.iter_mut().find(|t| t.site == c.site) {
                    t.provisional = true;
                }
            }
            EngagementEvent::TierReconciled(r) => self.contradicted.retain(|c| *c != (r.site, r.found)),
            EngagementEvent::Withdrawn(_) => self.withdrawn = true,
        }
    }

    fn withdrawn(&self) -> bool {
        self.withdrawn
    }

    fn card(&self) -> Card {
        let mut links = vec![("provider", self.facts.provider.into())];
        links.extend(self.facts.agreement.map(|a| ("agreement", a.into())));
        links.extend(self.facts.owner.map(|p| ("owner", p.into())));
        let proposed = self.scope.iter().filter(|s| s.state == ScopeState::Proposed);
        links.extend(proposed.map(|s| ("proposed", s.item.instance.into())));
        links.extend(self.approved().map(|s| ("instance", s.instance.into())));
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(self.facts.name.clone()),
            sites: self.sites(),
            provider: Some(self.facts.provider),
            shared: true,
            links,
            ..Card::default()
        }
    }

    fn emits(&self, _rules: &Rules) -> Emits {
        Emits { duties: answers::duties(self), ..Emits::default() }
    }

    /// Its highest tier, so that lists can ask for it without opening the object.
    fn lines(&self, _rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        let highest = self.tiers.iter().map(|t| t.tier).min();
        highest.map(|t| ("tier", Line::flat(t.as_str()))).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::ProviderId,
        event::expect::{EngagementKind, ScopeNamed},
    };

    #[test]
    fn taking_a_proposal_back_leaves_what_was_approved_and_what_has_ended() {
        let (id, at) = (Uuid::from_u128, At { seq: 1, at: Instant::MIN, by: Actor::Genesis });
        let facts = EngagementFacts {
            provider: ProviderId(id(9)),
            agreement: None,
            reference: "E-025".into(),
            name: "BMS care".into(),
            kind: EngagementKind::Service,
            phases: vec![],
            activities: vec![],
            from: "2025-09-01".parse().unwrap(),
            until: "2027-08-31".parse().unwrap(),
            patterns: None,
            in_use_before_programme_until: None,
            owner: None,
        };
        let mut e = Engagement::born(id(25), &EngagementEvent::Drafted(facts), at).unwrap();
        let item = |instance| ScopeItem {
            site: SiteId(id(1)),
            instance: InstanceId(id(instance)),
            roles: vec![],
            conduits: vec![],
            from: None,
            until: None,
        };
        let named = |instance| ScopeNamed { instance: InstanceId(id(instance)) };
        // given one system that is approved and proposed anew, and one that was taken out and proposed again
        for event in [
            EngagementEvent::ScopeProposed(item(11)),
            EngagementEvent::ScopeApproved(named(11)),
            EngagementEvent::ScopeProposed(ScopeItem { until: Some("2026-01-01".parse().unwrap()), ..item(11) }),
            EngagementEvent::ScopeProposed(item(12)),
            EngagementEvent::ScopeEnded(named(12)),
            EngagementEvent::ScopeProposed(item(12)),
        ] {
            e.apply(&event, at);
        }
        // when both proposals are taken back
        let before = e.clone();
        e.apply(&EngagementEvent::ScopeWithdrawn(named(11)), at);
        e.apply(&EngagementEvent::ScopeWithdrawn(named(12)), at);
        // then the rest is as it was
        let rest = before.scope.into_iter().filter(|s| s.state != ScopeState::Proposed).collect::<Vec<_>>();
        assert_eq!((rest.len(), &e.scope), (2, &rest));
    }
}
