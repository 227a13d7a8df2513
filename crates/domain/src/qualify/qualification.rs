//! The signed answer to *can they meet it?* (R-01). It lapses by the clock; every lapse names its cause, and a lapse
//! that is ours never hurts the provider.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Duty, Emits, Instant, Kind, Line, Party, QualificationId, Reason},
    event::qualify::{Condition, QualificationDecided, QualificationEvent, Touches},
    qualify::standing::{Since, Start, steps},
    rules::Rules,
    thing::{Card, Label, Thing},
};

/// A condition with when it was met.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditioned {
    pub condition: Condition,
    pub met_at: Option<Instant>,
}

/// A named cause of the lapse.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lapse {
    pub cause: Party,
    pub named_at: Instant,
}

/// A qualification as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qualification {
    pub id: QualificationId,
    pub facts: QualificationDecided,
    pub decided_at: Instant,
    pub conditions: Vec<Conditioned>,
    pub touches: Vec<Touches>,
    pub lapse: Option<Lapse>,
    pub withdrawn_at: Option<Instant>,
    /// A newer decision took its place.
    pub superseded_at: Option<Instant>,
}

impl Qualification {
    /// End of its last day.
    pub fn ends(&self) -> Instant {
        self.facts.zone.end_of(self.facts.valid_until)
    }
    /// End of the extension that a lapse of ours gets.
    pub fn extended_until(&self, rules: &Rules) -> Instant {
        self.facts.zone.plus_days(self.ends(), rules.tiers.extended_days)
    }
    /// When a lapse caused by the provider begins: at the end, or when the cause was named after it.
    fn provider_lapse(&self) -> Option<Instant> {
        self.lapse.filter(|l| l.cause == Party::Provider).map(|l| l.named_at.max(self.ends()))
    }
    /// `superseded`, `withdrawn`, `conditional`, `valid`, `extended` (under owner responsibility: existing access goes
    /// on attended, no new order) or `lapsed`, at an instant.
    pub fn word(&self, t: Instant, rules: &Rules) -> &'static str {
        let open = |c: &Conditioned| c.met_at.is_none_or(|met| t < met);
        match () {
            () if self.superseded_at.is_some_and(|at| at <= t) => "superseded",
            () if self.withdrawn_at.is_some_and(|at| at <= t) => "withdrawn",
            () if t < self.ends() && self.conditions.iter().any(open) => "conditional",
            () if t < self.ends() => "valid",
            () if self.provider_lapse().is_some_and(|at| at <= t) => "lapsed",
            () if t < self.extended_until(rules) => "extended",
            () => "lapsed",
        }
    }

    fn reason(
        &self,
        key: &str,
        on: &Touches,
        start: Start,
        told: Instant,
        party: Party,
        rules: &Rules,
    ) -> Option<Reason> {
        let row = rules.standing.row(key)?;
        let since = Since { start, zone: &on.zone, tier: on.tier, announced_at: told, late_secs: None };
        Some(Reason {
            key: row.key.clone(),
            rule: row.rule.clone(),
            engagement: on.engagement,
            site: on.site,
            class: row.class,
            party,
            counts: party == Party::Provider,
            steps: steps(row, since, rules),
            // Only a newer decision clears what this one left; withdrawing it leaves less than before.
            until: self.superseded_at,
            announced_at: told,
            clears: format!("clears-{}", row.clears),
            source: self.id.into(),
            clause: None,
        })
    }

    fn reasons(&self, on: &Touches, rules: &Rules) -> Vec<Reason> {
        let cause = self.lapse.map_or(Party::Unknown, |l| l.cause);
        let lapse = match self.provider_lapse() {
            Some(at) => self.reason("qualification-lapsed", on, Start::At(at), at, cause, rules),
            None => self.reason("qualification-lapsed", on, Start::At(self.ends()), self.ends(), cause, rules),
        };
        let open = self.conditions.iter().filter_map(|c| {
            let start = Start::EndOf(c.condition.due);
            let reason = self.reason("condition-unmet", on, start, self.decided_at, Party::Provider, rules)?;
            let until = [reason.until, c.met_at].into_iter().flatten().min();
            Some(Reason { until, ..reason })
        });
        lapse.into_iter().chain(open).collect()
    }

    fn duties(&self) -> Vec<Duty> {
        let done = [self.superseded_at, self.withdrawn_at].into_iter().flatten().min();
        let duty = |party, due, done| Duty {
            rule: "R-01".to_owned(),
            party,
            provider: (party == Party::Provider).then_some(self.facts.provider),
            site: None,
            what: self.id.into(),
            due,
            done,
        };
        let zone = &self.facts.zone;
        let met =
            self.conditions.iter().map(|c| duty(Party::Provider, zone.end_of(c.condition.due), c.met_at.or(done)));
        // Requalifying in time is ours.
        std::iter::once(duty(Party::Owner, self.ends(), done)).chain(met).collect()
    }
}

impl Thing for Qualification {
    type Event = QualificationEvent;
    const KIND: Kind = Kind::Qualification;

    fn born(id: Uuid, e: &QualificationEvent, at: At) -> Option<Self> {
        match e {
            QualificationEvent::Decided(facts) => Some(Qualification {
                id: QualificationId(id),
                facts: facts.clone(),
                decided_at: at.at,
                conditions: facts
                    .conditions
                    .iter()
                    .map(|c| Conditioned { condition: c.clone(), met_at: None })
                    .collect(),
                touches: facts.touches.clone(),
                lapse: None,
                withdrawn_at: None,
                superseded_at: None,
            }),
            QualificationEvent::Attached(_)
            | QualificationEvent::ConditionMet(_)
            | QualificationEvent::LapseExplained(_)
            | QualificationEvent::Withdrawn(_)
            | QualificationEvent::Superseded(_) => None,
        }
    }

    fn apply(&mut self, e: &QualificationEvent, at: At) {
        match e {
            // What was signed is never edited: a new decision is a new qualification.
            QualificationEvent::Decided(_) => {}
            QualificationEvent::Attached(a) => {
                let same = |t: &Touches| (t.engagement, t.site) == (a.touches.engagement, a.touches.site);
                self.touches.retain(|t| !same(t));
                self.touches.push(a.touches.clone());
            }
            QualificationEvent::ConditionMet(met) => {
                for c in self.conditions.iter_mut().filter(|c| c.condition.key == met.key) {
                    c.met_at.get_or_insert(at.at);
                }
            }
            QualificationEvent::LapseExplained(l) => self.lapse = Some(Lapse { cause: l.cause, named_at: at.at }),
            QualificationEvent::Withdrawn(_) => {
                self.withdrawn_at.get_or_insert(at.at);
            }
            QualificationEvent::Superseded(_) => {
                self.superseded_at.get_or_insert(at.at);
            }
        }
    }

    fn card(&self) -> Card {
        let mut links = vec![("provider", self.facts.provider.into())];
        links.extend(self.touches.iter().map(|t| ("engagement", t.engagement.into())));
        links.extend(self.facts.decided_by.iter().map(|p| ("decided-by", (*p).into())));
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::None,
            sites: self.facts.sites.clone(),
            provider: Some(self.facts.provider),
            shared: true,
            links,
            at: Some(self.decided_at),
            state: Some(match (self.withdrawn_at, self.superseded_at) {
                (Some(_), _) => "withdrawn",
                (None, Some(_)) => "superseded",
                (None, None) => "decided",
            }),
            hidden: false,
        }
    }

    fn emits(&self, rules: &Rules) -> Emits {
        Emits {
            reasons: self.touches.iter().flat_map(|on| self.reasons(on, rules)).collect(),
            duties: self.duties(),
            ..Emits::default()
        }
    }

    fn lines(&self, rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        let mut turns = vec![self.ends(), self.extended_until(rules)];
        turns.extend([self.superseded_at, self.withdrawn_at, self.provider_lapse()].into_iter().flatten());
        turns.extend(self.conditions.iter().filter_map(|c| c.met_at));
        vec![("qualification", Line::of(turns, |t| self.word(t, rules)))]
    }
}
