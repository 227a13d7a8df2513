//! A finding, and what it lets cross the border: one reason at most, and a hold where the reason table says so
//! (§3.3.1). Unconfirmed, disputed before confirmation, or our own: shown, never counted.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{
        At, Cause, Duty, Effect, Emits, FindingId, Held, Hold, Instant, Kind, Level, Party, PersonId, Reason, Ref,
        Step, Tier, level::words,
    },
    event::review::{ActionPlanned, FindingEvent, FindingKind, FindingProposed, Severity},
    qualify::standing::{Since, Start, steps},
    rules::{Rules, UntilReview},
    thing::{Card, Thing},
};

words! {
    /// How far a finding came (diagram 3.4.8).
    FindingState { Proposed = "proposed", Disputed = "disputed", Confirmed = "confirmed", Dismissed = "dismissed",
                   Closed = "closed" }
}

/// A finding as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    pub id: FindingId,
    pub facts: FindingProposed,
    pub state: FindingState,
    /// Who proposed it; `None` for the watchman.
    pub proposed_by: Option<PersonId>,
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
    pub claimed_by: Option<PersonId>,
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
        [self.verified, self.settled].into_iter().flatten().min()
    }

    /// When the joint review was held, or the finding settled before it.
    fn reviewed(&self) -> Option<Instant> {
        [self.joint_review, self.settled].into_iter().flatten().min()
    }

    /// The one reason this finding is, by the published table; shown even where it does not count.
    fn reason(&self, rules: &Rules) -> Option<Reason> {
        let (key, start, announced) = self.source_of_reason()?;
        let row = rules.standing.row(key)?;
        let tier = self.tier.unwrap_or(Tier::T1);
        let late = self.facts.late_from.zip(self.facts.noticed).map(|(due, came)| came.secs_since(due));
        let zone = &self.facts.zone;
        let since = |start| Since { start, zone, tier, announced_at: announced, late_secs: late };
        let told = self.confirmed.unwrap_or(self.at);
        let dated = match (row.until_review, self.joint_review) {
            // Security: what holds until both sides met, then what the steps say.
            (Some(_), Some(met)) => steps(row, since(Start::At(met.max(told))), rules),
            (Some(_), None) => Vec::new(),
            (None, _) => steps(row, since(start), rules),
        };
        let blocked =
            (row.until_review == Some(UntilReview::Blocked)).then_some(Step { from: told, weight: Level::Blocked });
        let floor = self.reopened.unwrap_or(Instant::MIN);
        let all = blocked.into_iter().chain(dated).map(|s| Step { from: s.from.max(floor), weight: s.weight });
        let mut all: Vec<Step> = all.collect();
        // A review held at once leaves no time for what held until then.
        all.dedup_by(|later, earlier| {
            let same = later.from == earlier.from;
            if same {
                earlier.weight = later.weight;
            }
            same
        });
        let lasts = row.lasts_days.map(|days| zone.plus_days(told, days));
        let over = if row.key == "incident-notice-late" { self.reviewed() } else { self.over() };
        Some(Reason {
            key: row.key.clone(),
            rule: row.rule.clone(),
            engagement: self.facts.engagement?,
            site: self.facts.site,
            class: row.class,
            party: self.party,
            counts: self.counts(),
            steps: all,
            until: [over, lasts].into_iter().flatten().min(),
            announced_at: announced,
            clears: format!("clears-{}", row.clears),
            source: self.id.into(),
            clause: self.facts.clause.as_ref().map(|c| (c.agreement, c.number.clone())),
        })
    }

    /// Row of the table, where its days begin, and when the provider was told. While a security reason holds, the
    /// overdue action of the same finding is a line inside it: `overdue_days`.
    fn source_of_reason(&self) -> Option<(&'static str, Start, Instant)> {
        let told = self.confirmed.unwrap_or(self.at);
        let at = Start::At(told);
        match self.facts.kind {
            FindingKind::UnauthorisedChange => Some(("unauthorised-change", at, told)),
            FindingKind::UnauthorisedAccess => Some(("unauthorised-access", at, told)),
            FindingKind::IncidentNotDisclosed => Some(("incident-not-disclosed", at, told)),
            FindingKind::IncidentNoticeLate => Some(("incident-notice-late", at, told)),
            FindingKind::SharedAccountUnchecked => Some(("shared-account-unchecked", at, told)),
            // Only high ones, and only once an action was agreed: nobody is late for what was never planned.
            FindingKind::General => {
                let high = self.severity >= Severity::High;
                let action = self.action.as_ref().filter(|a| high && a.party == Party::Provider)?;
                Some(("action-overdue", Start::EndOf(action.due), self.planned.unwrap_or(self.at)))
            }
            FindingKind::ProcessDeparture | FindingKind::OwnerDuty => None,
        }
    }

    /// Security kinds hold new access until both sides met.
    fn hold(&self) -> Option<Hold> {
        let from = self.confirmed.filter(|_| self.counts())?;
        let security = matches!(
            self.facts.kind,
            FindingKind::UnauthorisedChange | FindingKind::UnauthorisedAccess | FindingKind::IncidentNotDisclosed
        );
        let on = self.facts.engagement.filter(|_| security)?;
        Some(Hold {
            rule: "R-24".to_owned(),
            effect: Effect::NoNewAccess,
            cause: Cause::Security,
            on: Held::Engagement(on),
            // What happened at one site says nothing about another (R-23: a standing is of an engagement at a site).
            site: Some(self.facts.site),
            from: from.max(self.reopened.unwrap_or(Instant::MIN)),
            until: self.reviewed(),
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

impl Thing for Finding {
    type Event = FindingEvent;
    const KIND: Kind = Kind::Finding;

    fn born(id: Uuid, e: &FindingEvent, at: At) -> Option<Self> {
        let FindingEvent::Proposed(facts) = e else { return None };
        Some(Finding {
            id: FindingId(id),
            state: FindingState::Proposed,
            proposed_by: at.by.person(),
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
            claimed_by: None,
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
            FindingEvent::ActionClaimed(by) => (self.claimed, self.claimed_by) = (Some(at.at), Some(by.by)),
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
                self.claimed_by = None;
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

    fn emits(&self, rules: &Rules) -> Emits {
        Emits {
            reasons: self.reason(rules).into_iter().collect(),
            holds: self.hold().into_iter().collect(),
            duties: self.duty().into_iter().collect(),
            proofs: Vec::new(),
        }
    }
}
