//! A request for evidence. It is the thing that emits the administrative reasons of evidence: what follows
//! from silence is known, and announced, the moment it is sent.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Day, Duty, Emits, Grade, Instant, ItemId, Kind, Line, Party, Reason, Refusal, RequestId},
    event::qualify::{Basis, RequestEvent, RequestSent},
    qualify::{
        grade::accepts,
        standing::{Since, Start, steps},
    },
    rules::Rules,
    thing::{Card, Label, Thing},
};

/// A grade an item got, and when.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Graded {
    pub item: ItemId,
    pub grade: Grade,
    pub valid_until: Option<Instant>,
    pub at: Instant,
}

/// A request as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub id: RequestId,
    pub facts: RequestSent,
    /// The notice of R-24 runs from here.
    pub sent_at: Instant,
    pub seen_at: Option<Instant>,
    /// The day that stands, after extensions.
    pub due: Day,
    /// Everything delivered, in order, with when.
    pub items: Vec<(ItemId, Instant)>,
    /// In order; the last one stands.
    pub grades: Vec<Graded>,
    pub returned_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
}

impl Request {
    /// Whether silence counts against the provider: mandatory, binding, and the provider's duty.
    pub fn counts(&self) -> bool {
        let binding = match &self.facts.basis {
            Basis::Clause(_) => true,
            Basis::Voluntary | Basis::OwnDuty => false,
        };
        self.facts.mandatory && binding && self.facts.party == Party::Provider
    }
    /// Whether something can still be delivered; an accepted request may be answered better.
    pub fn may_answer(&self) -> Result<(), Refusal> {
        if self.cancelled_at.is_some() { Err(Refusal::new("R-22", "stop-request-cancelled")) } else { Ok(()) }
    }
    /// End of the due day.
    pub fn due_at(&self) -> Instant {
        self.facts.zone.end_of(self.due)
    }
    /// From when silence counts: the end of the due day, or of the transition of a raised tier.
    fn start(&self) -> Start {
        match self.facts.counts_from {
            Some(from) if from > self.due_at() => Start::At(from),
            Some(_) | None => Start::EndOf(self.due),
        }
    }
    /// The grade that stands at an instant: what was given, or what the clock makes of it (`defaults.md` §2.5).
    pub fn grade(&self, t: Instant) -> Grade {
        match self.grades.iter().rev().find(|g| g.at <= t) {
            Some(g) if g.valid_until.is_some_and(|end| end <= t) => Grade::Expired,
            Some(g) => g.grade,
            None if t < self.due_at() => Grade::Unknown,
            None if self.facts.earlier_accepted.is_some() => Grade::Expired,
            None => Grade::Missing,
        }
    }
    /// Whether it lies with us: delivered in time, and not judged since. Our overdue review never counts.
    fn with_us(&self) -> bool {
        let judged = self.grades.last().map(|g| g.at).max(self.returned_at);
        self.items.last().is_some_and(|(_, at)| *at <= self.due_at() && Some(*at) > judged)
    }
    /// Where it stands towards its due day at an instant.
    pub fn due_word(&self, t: Instant, rules: &Rules) -> &'static str {
        let soon = self.facts.zone.plus_days(self.due_at(), -rules.tiers.due_soon_days);
        match self.grades.iter().rev().find(|g| g.at <= t) {
            _ if self.cancelled_at.is_some_and(|at| at <= t) => "cancelled",
            Some(g) if accepts(g.grade, rules) => "accepted",
            Some(_) | None if self.due_at() <= t => "overdue",
            Some(_) | None if soon <= t => "due-soon",
            Some(_) | None => "not-due",
        }
    }
    /// When it was accepted, if the last grade accepts it.
    pub fn accepted_at(&self, rules: &Rules) -> Option<Instant> {
        self.grades.last().filter(|g| accepts(g.grade, rules)).map(|g| g.at)
    }

    /// Silence, then every stretch in which the last grade accepts nothing. Never two at once: one source, one reason.
    fn reasons(&self, rules: &Rules) -> Vec<Reason> {
        let start = self.start().instant(&self.facts.zone);
        // A grade before the start ends silence whatever it is: *weak* is not *missing*. After it only acceptance does,
        // or a worthless file would lift a restriction.
        let heard = self.grades.iter().position(|g| g.at <= start || accepts(g.grade, rules));
        let heard_at = heard.and_then(|i| self.grades.get(i)).map(|g| g.at);
        let key = if self.facts.earlier_accepted.is_some() { "evidence-expired" } else { "evidence-missing" };
        let mut out = Vec::new();
        if heard_at.is_none_or(|at| at > start) {
            let silence = self.reason(key, self.start(), self.sent_at, heard_at, rules);
            out.extend(silence.map(|r| Reason { counts: r.counts && !self.with_us(), ..r }));
        }
        let mut weak: Option<Instant> = None;
        for g in self.grades.iter().skip(heard.unwrap_or(self.grades.len())) {
            if !accepts(g.grade, rules) {
                weak.get_or_insert(g.at);
            } else if let Some(from) = weak.take() {
                out.extend(self.reason("evidence-weak", Start::At(from), from, Some(g.at), rules));
            }
        }
        out.extend(weak.and_then(|from| self.reason("evidence-weak", Start::At(from), from, None, rules)));
        out
    }

    fn reason(
        &self,
        key: &str,
        start: Start,
        announced_at: Instant,
        until: Option<Instant>,
        rules: &Rules,
    ) -> Option<Reason> {
        let f = &self.facts;
        let row = rules.standing.row(key)?;
        let since = Since { start, zone: &f.zone, tier: f.tier, announced_at, late_secs: None };
        let clause = match &f.basis {
            Basis::Clause(c) => Some((c.agreement.into(), c.number.clone())),
            Basis::Voluntary | Basis::OwnDuty => None,
        };
        Some(Reason {
            key: row.key.clone(),
            rule: row.rule.clone(),
            engagement: f.engagement,
            site: f.site,
            class: row.class,
            party: f.party,
            counts: self.counts(),
            steps: steps(row, since, rules),
            until: [until, self.cancelled_at].into_iter().flatten().min(),
            announced_at,
            clears: format!("clears-{}", row.clears),
            source: self.id.into(),
            clause,
        })
    }
}

impl Thing for Request {
    type Event = RequestEvent;
    const KIND: Kind = Kind::Request;

    fn born(id: Uuid, e: &RequestEvent, at: At) -> Option<Self> {
        match e {
            RequestEvent::Sent(facts) => Some(Request {
                id: RequestId(id),
                facts: facts.clone(),
                sent_at: at.at,
                seen_at: None,
                due: facts.due,
                items: Vec::new(),
                grades: Vec::new(),
                returned_at: None,
                cancelled_at: None,
            }),
            RequestEvent::Seen(_)
            | RequestEvent::Answered(_)
            | RequestEvent::Graded(_)
            | RequestEvent::Returned(_)
            | RequestEvent::DueMoved(_)
            | RequestEvent::Cancelled(_) => None,
        }
    }

    fn apply(&mut self, e: &RequestEvent, at: At) {
        match e {
            // Sent once; what was announced is never rewritten.
            RequestEvent::Sent(_) => {}
            RequestEvent::Seen(_) => {
                self.seen_at.get_or_insert(at.at);
            }
            RequestEvent::Answered(a) => self.items.push((a.item, at.at)),
            RequestEvent::Graded(g) => {
                self.returned_at = None;
                self.grades.push(Graded { item: g.item, grade: g.grade, valid_until: g.valid_until, at: at.at });
            }
            RequestEvent::Returned(_) => self.returned_at = Some(at.at),
            RequestEvent::DueMoved(to) => self.due = to.due,
            RequestEvent::Cancelled(_) => {
                self.cancelled_at.get_or_insert(at.at);
            }
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links = vec![("engagement", f.engagement.into()), ("provider", f.provider.into())];
        links.extend(f.obligation.map(|o| ("obligation", o.into())));
        if let Basis::Clause(c) = &f.basis {
            links.push(("agreement", c.agreement.into()));
        }
        let newest = self.items.last().map(|(_, at)| *at);
        let judged = self.grades.last().map(|g| g.at).max(self.returned_at);
        let grade = self.grades.last().map(|g| g.grade.as_str());
        let state = match () {
            () if self.cancelled_at.is_some() => "cancelled",
            () if newest > judged => "answered",
            () if self.returned_at.is_some() => "returned",
            () => grade.unwrap_or(if self.seen_at.is_some() { "seen" } else { "sent" }),
        };
        Card {
            reference: Some(f.reference.clone()),
            label: Label::Clear(format!("{} {}", f.key, f.period)),
            sites: vec![f.site],
            provider: Some(f.provider),
            shared: f.party != Party::Owner,
            links,
            at: Some(self.sent_at),
            state: Some(state),
            hidden: false,
        }
    }

    fn emits(&self, rules: &Rules) -> Emits {
        let f = &self.facts;
        let duty = Duty {
            rule: "R-22".to_owned(),
            party: f.party,
            provider: (f.party != Party::Owner).then_some(f.provider),
            site: Some(f.site),
            what: self.id.into(),
            due: self.due_at(),
            done: self.accepted_at(rules).or(self.cancelled_at),
        };
        Emits { reasons: self.reasons(rules), duties: vec![duty], ..Emits::default() }
    }

    fn lines(&self, rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        let soon = self.facts.zone.plus_days(self.due_at(), -rules.tiers.due_soon_days);
        let mut turns = vec![soon, self.due_at()];
        turns.extend(self.cancelled_at);
        turns.extend(self.grades.iter().flat_map(|g| [Some(g.at), g.valid_until]).flatten());
        vec![
            ("due", Line::of(turns.clone(), |t| self.due_word(t, rules))),
            ("grade", Line::of(turns, |t| self.grade(t).as_str())),
        ]
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
