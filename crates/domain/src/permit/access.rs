//! A request to enter a system, from the question to the last yes or the first no (diagram 3.4.6).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{AccessRequestId, At, GrantId, Instant, Kind, Line, Now, PersonId, Ref, level::words},
    event::{
        permit::{AccessEvent, AccessRequested, Approval, Decided, Moment},
        qualify::OwnerRole,
    },
    permit::{
        campaign::Shifts,
        facts::{Question, Yes},
    },
    rules::Rules,
    thing::{Card, Thing},
};

words! {
    /// How far a request came by what people and rules did; lapsing is the clock's doing and not stored.
    RequestState { Requested = "requested", Refused = "refused", Awaiting = "awaiting-approval",
                   Approved = "approved", Denied = "denied", Withdrawn = "withdrawn" }
}

/// A request as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessRequest {
    pub id: AccessRequestId,
    pub asked: AccessRequested,
    pub state: RequestState,
    /// The latest decision, as it was shown.
    pub decision: Option<Decided>,
    pub approvals: Vec<Approval>,
    pub denied_by: Option<(PersonId, OwnerRole)>,
    pub attendant: Option<PersonId>,
    pub grant: Option<GrantId>,
    /// The work approved beforehand that covered it, by its number within the engagement: nobody was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beforehand: Option<u32>,
    pub at: Instant,
    /// When somebody or a rule settled it.
    pub settled: Option<Instant>,
}

impl AccessRequest {
    /// The word at an instant. A request that nobody settled lapses; it was never refused.
    pub fn word(&self, t: Instant) -> &'static str {
        let waits = matches!(self.state, RequestState::Requested | RequestState::Awaiting);
        if waits && self.asked.window.lapses() <= t { "lapsed" } else { self.state.as_str() }
    }

    /// Whether somebody may still say yes.
    pub fn open(&self, t: Instant) -> bool {
        matches!(self.state, RequestState::Awaiting) && t < self.asked.window.lapses()
    }

    /// The question it puts at a moment, with the approvals it has.
    pub fn question(&self, moment: Moment, now: Now) -> Question {
        let approvals = self.approvals.iter().map(Yes::recorded).collect();
        Question { attendant: self.attendant, ..ask(&self.asked, moment, now, approvals) }
    }

    fn settle(&mut self, state: RequestState, at: At) {
        self.state = state;
        self.settled = Some(at.at);
    }
}

/// The question a request puts.
pub fn ask(asked: &AccessRequested, moment: Moment, now: Now, approvals: Vec<Yes>) -> Question {
    Question {
        moment,
        engagement: asked.engagement,
        provider: asked.provider,
        person: Some(asked.person),
        requester: asked.requested_by,
        credential: None,
        instance: asked.instance,
        site: asked.site,
        environment: asked.environment,
        roles: asked.roles.clone(),
        purpose: Some(asked.purpose),
        pattern: asked.pattern,
        attended: asked.attended,
        attendant: asked.attendant,
        window: asked.window.at(now.0),
        shifts: asked.campaign.clone().map(Shifts::asked),
        change: asked.change,
        ticket: asked.ticket.is_some(),
        approvals,
        grant: None,
    }
}

impl Thing for AccessRequest {
    type Event = AccessEvent;
    const KIND: Kind = Kind::AccessRequest;

    fn born(id: Uuid, e: &AccessEvent, at: At) -> Option<Self> {
        let AccessEvent::Requested(asked) = e else { return None };
        Some(AccessRequest {
            id: AccessRequestId(id),
            asked: (**asked).clone(),
            state: RequestState::Requested,
            decision: None,
            approvals: Vec::new(),
            denied_by: None,
            attendant: asked.attendant,
            grant: None,
            beforehand: None,
            at: at.at,
            settled: None,
        })
    }

    fn apply(&mut self, e: &AccessEvent, at: At) {
        match e {
            AccessEvent::Requested(asked) => self.asked = (**asked).clone(),
            AccessEvent::Refused(judged) => {
                self.decision = Some(judged.decision.clone());
                self.settle(RequestState::Refused, at);
            }
            AccessEvent::Queued(judged) => {
                self.decision = Some(judged.decision.clone());
                self.state = RequestState::Awaiting;
            }
            AccessEvent::AttendantNamed(named) => self.attendant = Some(named.attendant),
            AccessEvent::Approved(yes) => {
                self.approvals.push(yes.approval.clone());
                self.decision = Some(yes.decision.clone());
                if yes.grant.is_some() {
                    self.grant = yes.grant;
                    self.settle(RequestState::Approved, at);
                }
            }
            AccessEvent::Covered(by) => {
                self.approvals.clone_from(&by.approvals);
                self.decision = Some(by.decision.clone());
                self.grant = Some(by.grant);
                self.beforehand = Some(by.beforehand);
                self.settle(RequestState::Approved, at);
            }
            AccessEvent::Denied(no) => {
                self.denied_by = Some((no.person, no.role));
                self.settle(RequestState::Denied, at);
            }
            AccessEvent::Withdrawn(_) => self.settle(RequestState::Withdrawn, at),
        }
    }

    fn card(&self) -> Card {
        let a = &self.asked;
        let mut links: Vec<(&'static str, Ref)> = vec![
            ("engagement", a.engagement.into()),
            ("person", a.person.into()),
            ("instance", a.instance.into()),
            ("requested-by", a.requested_by.into()),
        ];
        links.extend(a.change.map(|c| ("change", c.into())));
        links.extend(a.repeats.map(|r| ("repeats", r.into())));
        links.extend(self.grant.map(|g| ("grant", g.into())));
        links.extend(self.attendant.map(|p| ("attendant", p.into())));
        links.extend(self.approvals.iter().map(|y| ("approver", y.person.into())));
        Card {
            reference: Some(a.reference.clone()),
            sites: vec![a.site],
            provider: Some(a.provider),
            shared: true,
            links,
            at: Some(self.at),
            state: Some(self.state.as_str()),
            ..Card::default()
        }
    }

    fn lines(&self, _rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        vec![("state", Line::of(vec![self.asked.window.lapses()], |t| self.word(t)))]
    }
}
