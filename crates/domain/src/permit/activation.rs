//! Whether an engagement may be worked under: its attested gates, and the instant somebody opened them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{ActivationId, At, EngagementId, Instant, Kind, Line, Pattern, ProviderId, SiteId},
    event::permit::{ActivationEvent, Attestation, Attested, SuspensionCause},
    permit::beforehand::Given,
    rules::Rules,
    thing::{Card, Thing},
};

/// An engagement's permission to be worked under. Its id is the engagement's, so that no list is needed to find it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    pub id: ActivationId,
    pub engagement: EngagementId,
    pub provider: ProviderId,
    pub sites: Vec<SiteId>,
    /// The latest attestation of each kind.
    pub attested: Vec<Attested>,
    /// Agreed ways in.
    pub methods: Vec<Pattern>,
    pub activated: Option<Instant>,
    /// In use before the programme until this instant.
    pub in_use_until: Option<Instant>,
    pub suspended: Option<SuspensionCause>,
    pub ended: Option<Instant>,
    pub opened: Instant,
    /// Work approved before anybody asks for it, those that are over included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beforehand: Vec<Given>,
}

impl Activation {
    /// The attestation of that kind, if it was made and not withdrawn.
    pub fn attestation(&self, kind: Attestation) -> Option<&Attested> {
        self.attested.iter().find(|a| a.kind == kind)
    }

    /// Work approved beforehand, by its number.
    pub fn given(&self, number: u32) -> Option<&Given> {
        self.beforehand.iter().find(|g| g.work.number == number)
    }

    fn take_back(&mut self, at: Instant) {
        self.beforehand.iter_mut().filter(|g| g.withdrawn.is_none()).for_each(|g| g.withdrawn = Some(at));
    }

    fn given_mut(&mut self, number: u32) -> Option<&mut Given> {
        self.beforehand.iter_mut().find(|g| g.work.number == number)
    }

    /// The word at an instant.
    pub fn word(&self, t: Instant) -> &'static str {
        if self.ended.is_some_and(|end| end <= t) {
            return "ended";
        }
        if self.suspended.is_some() {
            return "suspended";
        }
        if self.activated.is_some_and(|from| from <= t) {
            return "active";
        }
        if self.in_use_until.is_some_and(|until| t < until) {
            return "in-use";
        }
        "waiting"
    }
}

impl Thing for Activation {
    type Event = ActivationEvent;
    const KIND: Kind = Kind::Activation;

    fn born(id: Uuid, e: &ActivationEvent, at: At) -> Option<Self> {
        let ActivationEvent::Opened(opened) = e else { return None };
        Some(Activation {
            id: ActivationId(id),
            engagement: opened.engagement,
            provider: opened.provider,
            sites: opened.sites.clone(),
            attested: Vec::new(),
            methods: Vec::new(),
            activated: None,
            in_use_until: None,
            suspended: None,
            ended: None,
            opened: at.at,
            beforehand: Vec::new(),
        })
    }

    fn apply(&mut self, e: &ActivationEvent, at: At) {
        match e {
            ActivationEvent::Opened(opened) => self.sites = opened.sites.clone(),
            ActivationEvent::Attested(fact) => {
                self.attested.retain(|a| a.kind != fact.kind);
                self.attested.push(fact.clone());
                self.attested.sort_by_key(|a| a.kind);
            }
            ActivationEvent::AttestationWithdrawn(gone) => self.attested.retain(|a| a.kind != gone.kind),
            ActivationEvent::MethodAgreed(method) => self.methods = method.patterns.clone(),
            ActivationEvent::Activated(_) => {
                self.activated = Some(at.at);
                self.ended = None;
                self.suspended = None;
            }
            ActivationEvent::KeptInUse(kept) => self.in_use_until = Some(kept.until),
            // What was approved beforehand is not revived with it: people say yes anew.
            ActivationEvent::Suspended(why) => {
                self.suspended = Some(why.cause);
                self.take_back(at.at);
            }
            ActivationEvent::Resumed(_) => self.suspended = None,
            ActivationEvent::Ended(_) => {
                self.ended = Some(at.at);
                self.take_back(at.at);
            }
            ActivationEvent::BeforehandGiven(of) => self.beforehand.push(Given {
                work: of.work.clone(),
                approvals: vec![of.approval.clone()],
                withdrawn: None,
                withdrawn_by: None,
            }),
            ActivationEvent::BeforehandAgreed(yes) => {
                // What was taken back stays so, whoever agrees afterwards.
                if let Some(of) = self.given_mut(yes.number).filter(|of| of.withdrawn.is_none()) {
                    of.approvals.push(yes.approval.clone());
                }
            }
            ActivationEvent::BeforehandWithdrawn(gone) => {
                if let Some(of) = self.given_mut(gone.number).filter(|of| of.withdrawn.is_none()) {
                    of.withdrawn = Some(at.at);
                    of.withdrawn_by = Some(gone.by);
                }
            }
        }
    }

    fn card(&self) -> Card {
        Card {
            sites: self.sites.clone(),
            provider: Some(self.provider),
            shared: true,
            links: vec![("engagement", self.engagement.into())],
            at: Some(self.opened),
            ..Card::default()
        }
    }

    fn lines(&self, _rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        let turns = [self.activated, self.in_use_until, self.ended].into_iter().flatten().collect();
        vec![("state", Line::of(turns, |t| self.word(t)))]
    }
}
