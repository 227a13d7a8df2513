//! A finding, and what it lets cross the border: one reason at most, and a hold where the reason table says so
//! (§3.3.1). Unconfirmed, disputed before confirmation, or our own: shown, never counted.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{
        At, Cause, Class, DAY, Duty, Effect, Emits, FindingId, HOUR, Held, Hold, Instant, Kind, Level, Party, Reason,
        Ref, Step, Tier, level::words,
    },
    event::review::{ActionPlanned, FindingEvent, FindingKind, FindingProposed, Severity},
    rules::Rules,
    thing::{Card, Thing},
};

words! {
    /// How far a finding came (diagram 3.4.8).
    FindingState { Proposed = "proposed", Disputed = "disputed", Confirmed = "confirmed", Dismissed = "dismissed",
                   Closed = "closed" }
}

/// Days between *overdue* and *Restricted* for the action of a high finding.
const ACTION_GRACE_DAYS: i64 = 5;
/// Days of notice before an administrative reason restricts.
const NOTICE_DAYS: i64 = 14;
/// Lateness of an incident notice beyond which it restricts, in seconds.
const INCIDENT_LATE_SECS: i64 = 72 * HOUR;
/// How long a shared account used without check-out is remembered, in seconds.
const UNCHECKED_SECS: i64 = 90 * DAY;

/// A finding as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    pub id: FindingId,
    pub facts: FindingProposed,
    pub state: FindingState,
    pub party: Party,
    pub severity: Severity,
    /// The tier when it was confirmed.
    pub tier: Option<Tier>,
    pub shared: bool,
    /// The provider objected; after confirmation that is recorded and changes no effect.
    pub objected: Option<Instant>,
    pub confirmed: Option<Instant>,
    pub joint_review: Option<Instant>,
    pub action: Option<ActionPlanned>,
    pub planned: Option<Instant>,
    pub claimed: Option<Instant>,
    pub verified: Option<Instant>,
    /// Dismissed or closed.
    pub settled: Option<Instant>,
    /// It was closed and came back: nothing it does begins before this.
    pub reopened: Option<Instant>,
    pub at: Instant,
}

impl Finding {
    /// Whether it may move a standing: confirmed, and the provider's doing alone.
    pub fn counts(&self) -> bool {
        self.confirmed.is_some() && self.party == Party::Provider
    }

    /// When its action is due: the end of that local day.
    pub fn due(&self) -> Option<Instant> {
        self.action.as_ref().map(|a| a.zone.end_of(a.due))
    }

    /// Whole days its action is overdue at an instant; a line inside its security reason, never a second reason.
    pub fn overdue_days(&self, t: Instant) -> Option<i64> {
        let action = self.action.as_ref()?;
        let due = action.zone.end_of(action.due);
        let open = self.verified.is_none_or(|v| t < v) && due <= t;
        open.then(|| action.zone.day_of(t).days_since(action.due))
    }

    /// When what it does ended: its action verified, or it was dismissed or closed.
    fn over(&self) -> Option<Instant> {
        match (self.verified, self.settled) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The row of the reason table this finding falls under, with class and steps.
    fn row(&self) -> Option<Row> {
        let from = self.confirmed.unwrap_or(self.at);
        let security = |key, first: Option<Level>| {
            let first = first.map(|weight| Step { from, weight });
            let after = self.joint_review.map(|at| Step { from: at.max(from), weight: Level::Restricted });
            Row {
                key,
                rule: "R-23",
                class: Class::Security,
                steps: first.into_iter().chain(after).collect(),
                until: self.over(),
                announced: from,
                clears: "clears-action-verified",
            }
        };
        match self.facts.kind {
            FindingKind::UnauthorisedChange => Some(security("unauthorised-change", None)),
            FindingKind::UnauthorisedAccess => Some(security("unauthorised-access", Some(Level::Blocked))),
            FindingKind::IncidentNotDisclosed => Some(security("incident-not-disclosed", Some(Level::Blocked))),
            FindingKind::IncidentNoticeLate => Some(self.late_notice(from)),
            FindingKind::SharedAccountUnchecked => Some(Row {
                key: "shared-account-unchecked",
                rule: "R-17",
                class: Class::Administrative,
                steps: vec![Step { from, weight: Level::Watch }],
                until: Some(min_some(self.settled, from.plus_secs(UNCHECKED_SECS))),
                announced: from,
                clears: "clears-after-90-days",
            }),
            FindingKind::General => self.overdue_action(),
            FindingKind::ProcessDeparture | FindingKind::OwnerDuty => None,
        }
    }

    fn late_notice(&self, from: Instant) -> Row {
        let mut steps = vec![Step { from, weight: Level::Watch }];
        let late = self.facts.late_from.zip(self.facts.noticed).map_or(0, |(due, came)| came.secs_since(due));
        if late > INCIDENT_LATE_SECS {
            steps.push(Step { from: self.facts.zone.plus_days(from, NOTICE_DAYS), weight: Level::Restricted });
        }
        let until = match (self.joint_review, self.settled) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Row {
            key: "incident-notice-late",
            rule: "R-32",
            class: Class::Administrative,
            steps,
            until,
            announced: from,
            clears: "clears-joint-review",
        }
    }

    /// Only high findings, only once an action was agreed: nobody is late for what was never planned.
    fn overdue_action(&self) -> Option<Row> {
        let action = self.action.as_ref().filter(|a| a.party == Party::Provider && self.severity >= Severity::High)?;
        let announced = self.planned.unwrap_or(self.at);
        let due = action.zone.end_of(action.due);
        let table = action.zone.end_of(action.due.plus_days(ACTION_GRACE_DAYS));
        let restricted = table.max(action.zone.plus_days(announced, NOTICE_DAYS));
        Some(Row {
            key: "action-overdue",
            rule: "R-23",
            class: Class::Administrative,
            steps: vec![
                Step { from: due, weight: Level::Watch },
                Step { from: restricted.max(due), weight: Level::Restricted },
            ],
            until: self.over(),
            announced,
            clears: "clears-action-verified",
        })
    }

    fn reason(&self, row: Row) -> Option<Reason> {
        let floor = self.reopened.unwrap_or(Instant::MIN);
        let steps = row.steps.into_iter().map(|s| Step { from: s.from.max(floor), weight: s.weight }).collect();
        Some(Reason {
            key: row.key.to_owned(),
            rule: row.rule.to_owned(),
            engagement: self.facts.engagement?,
            site: self.facts.site,
            class: row.class,
            party: self.party,
            counts: self.counts(),
            steps,
            until: row.until,
            announced_at: row.announced,
            clears: row.clears.to_owned(),
            source: self.id.into(),
            clause: self.facts.clause.as_ref().map(|c| (c.agreement, c.number.clone())),
        })
    }

    /// Security kinds hold new access until both sides met.
    fn hold(&self) -> Option<Hold> {
        let from = self.confirmed.filter(|_| self.counts())?;
        let security = matches!(
            self.facts.kind,
            FindingKind::UnauthorisedChange | FindingKind::UnauthorisedAccess | FindingKind::IncidentNotDisclosed
        );
        let on = self.facts.engagement.filter(|_| security)?;
        let until = match (self.joint_review, self.settled) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Some(Hold {
            rule: "R-24".to_owned(),
            effect: Effect::NoNewAccess,
            cause: Cause::Security,
            on: Held::Engagement(on),
            from: from.max(self.reopened.unwrap_or(Instant::MIN)),
            until,
            source: self.id.into(),
        })
    }

    fn duty(&self) -> Option<Duty> {
        let action = self.action.as_ref()?;
        Some(Duty {
            rule: "R-23".to_owned(),
            party: action.party,
            provider: self.facts.provider.filter(|_| action.party != Party::Owner),
            site: Some(self.facts.site),
            what: self.id.into(),
            due: self.due()?,
            done: self.over(),
        })
    }
}

/// A row of the reason table as this finding fills it.
struct Row {
    key: &'static str,
    rule: &'static str,
    class: Class,
    steps: Vec<Step>,
    until: Option<Instant>,
    announced: Instant,
    clears: &'static str,
}

fn min_some(a: Option<Instant>, b: Instant) -> Instant {
    a.map_or(b, |a| a.min(b))
}

impl Thing for Finding {
    type Event = FindingEvent;
    const KIND: Kind = Kind::Finding;

    fn born(id: Uuid, e: &FindingEvent, at: At) -> Option<Self> {
        let FindingEvent::Proposed(facts) = e else { return None };
        Some(Finding {
            id: FindingId(id),
            state: FindingState::Proposed,
            party: facts.party,
            severity: facts.severity,
            shared: facts.shared,
            facts: (**facts).clone(),
            tier: None,
            objected: None,
            confirmed: None,
            joint_review: None,
            action: None,
            planned: None,
            claimed: None,
            verified: None,
            settled: None,
            reopened: None,
            at: at.at,
        })
    }

    fn apply(&mut self, e: &FindingEvent, at: At) {
        match e {
            FindingEvent::Proposed(facts) => self.facts = (**facts).clone(),
            FindingEvent::Shared(_) => self.shared = true,
            FindingEvent::Confirmed(yes) => {
                self.state = FindingState::Confirmed;
                (self.party, self.severity, self.tier) = (yes.party, yes.severity, yes.tier);
                // Told is told: a confirmed finding of the provider's is never kept from it.
                self.shared |= yes.party != Party::Owner;
                self.confirmed.get_or_insert(at.at);
            }
            FindingEvent::Dismissed(_) => {
                self.state = FindingState::Dismissed;
                self.settled = Some(at.at);
            }
            FindingEvent::Disputed(_) => {
                self.objected = Some(at.at);
                if self.confirmed.is_none() {
                    self.state = FindingState::Disputed;
                }
            }
            FindingEvent::JointReviewHeld(met) => self.joint_review = Some(met.at),
            FindingEvent::ActionPlanned(action) => {
                self.planned = Some(at.at);
                self.action = Some(action.clone());
            }
            FindingEvent::ActionClaimed(_) => self.claimed = Some(at.at),
            FindingEvent::ActionVerified(_) => self.verified = Some(at.at),
            FindingEvent::Closed(_) => {
                self.state = FindingState::Closed;
                self.settled = Some(at.at);
            }
            FindingEvent::Reopened(_) => {
                let back = if self.confirmed.is_some() { FindingState::Confirmed } else { FindingState::Proposed };
                self.state = back;
                self.reopened = Some(at.at);
                (self.claimed, self.verified, self.settled) = (None, None, None);
            }
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links: Vec<(&'static str, Ref)> = Vec::new();
        links.extend(f.engagement.map(|e| ("engagement", e.into())));
        links.extend(f.instance.map(|i| ("instance", i.into())));
        links.extend(f.source.map(|s| ("source", s)));
        links.extend(f.cases.iter().map(|c| ("case", *c)));
        Card {
            reference: Some(f.reference.clone()),
            sites: vec![f.site],
            provider: f.provider,
            shared: self.shared,
            links,
            at: Some(self.at),
            state: Some(self.state.as_str()),
            ..Card::default()
        }
    }

    fn emits(&self, _rules: &Rules) -> Emits {
        let reason = self.row().filter(|r| !r.steps.is_empty()).and_then(|row| self.reason(row));
        Emits {
            reasons: reason.into_iter().collect(),
            holds: self.hold().into_iter().collect(),
            duties: self.duty().into_iter().collect(),
            proofs: Vec::new(),
        }
    }
}
