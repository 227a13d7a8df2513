//! A grant: one person, one system, one window, ended by the clock or by a person, never silently reopened.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, DAY, Duty, Emits, GrantId, Instant, Kind, Line, Party, PersonId, Ref, Window},
    event::{
        expect::Measure,
        permit::{Campaign, EmergencyCause, GrantCertified, GrantEvent, GrantOpened, GrantPause, Moment, StepDone},
        qualify::OwnerRole,
    },
    permit::{
        campaign::{self, Shifts},
        emergency,
        facts::{Question, Yes},
    },
    rules::Rules,
    thing::{Card, Thing},
};

/// A stretch in which the grant rested.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    pub cause: GrantPause,
    pub from: Instant,
    pub until: Option<Instant>,
}

/// A shift that somebody of the area confirmed, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    pub shift: u32,
    pub by: PersonId,
    pub role: OwnerRole,
    pub at: Instant,
}

/// A grant as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub id: GrantId,
    pub facts: GrantOpened,
    /// End of the window, extensions included.
    pub until: Instant,
    pub extensions: Vec<Instant>,
    pub attendant: Option<PersonId>,
    pub pauses: Vec<Pause>,
    pub revoked: Option<Instant>,
    pub revoked_by: Option<PersonId>,
    /// Somebody cut what runs under it: with the revocation, or later where a certificate may have outlived it.
    pub disconnected: bool,
    pub reviewed: Option<Instant>,
    /// What an emergency was about, as its review says.
    pub cause: Option<EmergencyCause>,
    /// The record is complete; says nothing about whether it expired or was revoked.
    pub closed: Option<Instant>,
    /// Certificates of its person: those that were listed when the last one was made, and that one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Certified>,
    /// Steps that measures ask for before work begins, each the last time it was taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// Shifts that may begin, where it was given in repeated ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed: Vec<Confirmed>,
    pub at: Instant,
}

/// A step that was taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub done: StepDone,
    pub at: Instant,
}

/// Seconds for which a certificate is listed behind its end: clocks of systems may be behind ours, and one whose clock
/// is would let somebody in by it still. An hour covers a clock that counts another season's time.
pub const LISTED: i64 = 3_600;

/// A certificate for a key of its person, with when it was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certified {
    pub of: GrantCertified,
    pub from: Instant,
}

impl Certified {
    /// Whether something may begin by it at an instant.
    pub fn good(&self, t: Instant) -> bool {
        self.from <= t && t < self.of.until
    }

    /// Whether some system may take it for good still, so that a list of revoked ones has to know it.
    pub fn listed(&self, t: Instant) -> bool {
        self.from <= t && t < self.listed_until()
    }

    fn listed_until(&self) -> Instant {
        self.of.until.plus_secs(LISTED)
    }
}

/// The line that says when certificates of a grant are listed, and its word then: lists of revoked ones ask for it.
pub const CERTIFIED: (&str, &str) = ("ssh-certificate", "listed");

/// The line that says when a shift can be confirmed and is not, and its word then: who is told asks for it.
pub const TO_CONFIRM: (&str, &str) = ("shift", "to-confirm");

/// The lines that tell emergencies, and those that R-35 counts still; their word.
pub const EMERGENCY: &str = "emergency";
/// See [`EMERGENCY`].
pub const RECENT_EMERGENCY: &str = "emergency-recent";
/// Word of both.
pub const YES: &str = "yes";
/// Seconds for which an emergency is recent: whether one of the last period was the first of its month to be too many
/// says the rest of that month, and the period before it.
const RECENT: i64 = 3 * emergency::PERIOD + 2 * DAY;

impl Grant {
    /// The window as it stands, extensions included.
    pub fn window(&self) -> Window {
        Window { from: self.facts.window.from, until: self.until }
    }

    /// The word at an instant. *Expired* is nobody's act and stays; *revoked* is somebody's, before the end.
    pub fn word(&self, t: Instant) -> &'static str {
        if let Some(revoked) = self.revoked
            && revoked <= t
        {
            return "revoked";
        }
        if self.until <= t {
            return "expired";
        }
        if self.pauses.iter().any(|p| p.from <= t && p.until.is_none_or(|end| t < end)) {
            return "suspended";
        }
        if t < self.facts.window.from || !self.shift_open(t) { "scheduled" } else { "active" }
    }

    /// The window in which work lies at an instant: of repeated shifts the one that runs, else the next one, else the
    /// last. Work that began ends with the window in which it began, so it asks with that instant.
    pub fn window_at(&self, t: Instant) -> Window {
        let whole = self.window();
        let shift = self.facts.campaign.as_ref().and_then(|c| c.around(t));
        // A shift that began before the last yes begins with it.
        shift.map_or(whole, |(_, w)| Window { from: w.from.max(whole.from), ..w })
    }

    /// Who confirmed a shift, if somebody did.
    pub fn confirmed(&self, shift: u32) -> Option<&Confirmed> {
        self.confirmed.iter().find(|c| c.shift == shift)
    }

    /// Whether a shift runs that somebody of the area confirmed; always where it was not given in shifts.
    fn shift_open(&self, t: Instant) -> bool {
        let Some(campaign) = &self.facts.campaign else { return true };
        campaign.number_at(t).and_then(|n| self.confirmed(n)).is_some_and(|c| c.at <= t)
    }

    /// Neither over nor at rest: only a shift may be missing.
    pub fn stands(&self, t: Instant) -> bool {
        matches!(self.word(t), "scheduled" | "active")
    }

    /// Whether work that began at an instant may go on now: inside the window in which it began.
    pub fn goes_on(&self, began: Instant, t: Instant) -> bool {
        self.usable(t) && t < self.window_at(began).until
    }

    /// The grant as if the area confirmed every shift, for whoever asks what a later start would come to.
    #[must_use]
    pub fn supposed(mut self) -> Grant {
        let (by, role, at) = (self.facts.person, OwnerRole::ShiftLead, self.facts.window.from);
        let many = self.facts.campaign.as_ref().map_or(0, Campaign::count);
        self.confirmed = (1..=many).map(|shift| Confirmed { shift, by, role, at }).collect();
        self
    }

    /// Whether new work may begin under it.
    pub fn usable(&self, t: Instant) -> bool {
        self.word(t) == "active"
    }

    /// The question it puts when a session starts or runs, or when it is extended.
    pub fn question(&self, moment: Moment, window: Window) -> Question {
        let f = &self.facts;
        Question {
            moment,
            engagement: f.engagement,
            provider: f.provider,
            person: Some(f.person),
            requester: f.requested_by,
            credential: None,
            instance: f.instance,
            site: f.site,
            environment: f.environment,
            roles: f.roles.clone(),
            purpose: Some(f.purpose),
            pattern: f.pattern,
            attended: f.attended,
            attendant: self.attendant,
            window,
            shifts: f
                .campaign
                .clone()
                .map(|campaign| Shifts { campaign, confirmed: self.confirmed.iter().map(|c| c.shift).collect() }),
            change: f.change,
            ticket: f.ticket,
            approvals: f.approvals.iter().map(Yes::recorded).collect(),
            grant: Some(self.id),
        }
    }

    /// The step that was taken for a measure and is good at an instant.
    pub fn step(&self, measure: Measure, t: Instant) -> Option<&Step> {
        let good = |s: &&Step| s.at <= t && s.done.until.is_none_or(|until| t < until);
        self.steps.iter().find(|s| s.done.measure == measure).filter(good)
    }

    /// Whether it ever had a certificate: what runs by one at a system of its own is in no session of ours.
    pub fn certified(&self) -> bool {
        // A new one puts out those that are over, so the last one always stays.
        !self.certificates.is_empty()
    }

    /// Whether a disconnect still has somebody to cut although the grant is over: its certificates may have let people
    /// in who are still there, and nobody disconnected it.
    pub fn lingers(&self, t: Instant) -> bool {
        !self.alive(t) && self.certified() && !self.disconnected
    }

    /// Neither expired nor revoked.
    pub fn alive(&self, t: Instant) -> bool {
        t < self.until && self.revoked.is_none_or(|r| t < r)
    }
}

impl Thing for Grant {
    type Event = GrantEvent;
    const KIND: Kind = Kind::Grant;

    fn born(id: Uuid, e: &GrantEvent, at: At) -> Option<Self> {
        let GrantEvent::Opened(facts) = e else { return None };
        Some(Grant {
            id: GrantId(id),
            until: facts.window.until,
            attendant: facts.attendant,
            facts: (**facts).clone(),
            extensions: Vec::new(),
            pauses: Vec::new(),
            revoked: None,
            revoked_by: None,
            disconnected: false,
            reviewed: None,
            cause: None,
            closed: None,
            certificates: Vec::new(),
            steps: Vec::new(),
            confirmed: Vec::new(),
            at: at.at,
        })
    }

    fn apply(&mut self, e: &GrantEvent, at: At) {
        match e {
            // A grant is opened once; nothing in a later event can widen what was approved.
            GrantEvent::Opened(_) => {}
            GrantEvent::AttendantNamed(named) => self.attendant = Some(named.attendant),
            // A shift is confirmed once, and one that is over by nobody.
            GrantEvent::ShiftConfirmed(of) => {
                let shift = self.facts.campaign.as_ref().and_then(|c| c.shift(of.shift));
                if self.alive(at.at) && self.confirmed(of.shift).is_none() && shift.is_some_and(|w| at.at < w.until) {
                    self.confirmed.push(Confirmed { shift: of.shift, by: of.by, role: of.role, at: at.at });
                }
            }
            GrantEvent::Suspended(why) => {
                if !self.pauses.iter().any(|p| p.until.is_none()) {
                    self.pauses.push(Pause { cause: why.cause, from: at.at, until: None });
                }
            }
            GrantEvent::Resumed(_) => {
                self.pauses.iter_mut().filter(|p| p.until.is_none()).for_each(|p| p.until = Some(at.at));
            }
            // Expired stays expired, revoked stays revoked: an extension that comes too late means nothing.
            GrantEvent::Extended(more) => {
                if self.alive(at.at) && more.until > self.until {
                    self.extensions.push(at.at);
                    self.until = more.until;
                }
            }
            GrantEvent::Revoked(by) => {
                if self.alive(at.at) {
                    self.revoked = Some(at.at);
                    self.revoked_by = Some(by.by);
                }
                // Said after its end it still cuts what runs under it; how, when and by whom it ended stays.
                self.disconnected |= by.disconnect;
            }
            GrantEvent::Reviewed(said) => (self.reviewed, self.cause) = (Some(at.at), said.cause),
            GrantEvent::Closed(_) => self.closed = Some(at.at),
            GrantEvent::Certified(of) => {
                self.certificates.retain(|c| c.listed(at.at));
                self.certificates.push(Certified { of: of.clone(), from: at.at });
            }
            GrantEvent::StepDone(done) => {
                self.steps.retain(|s| s.done.measure != done.measure);
                self.steps.push(Step { done: done.clone(), at: at.at });
            }
            GrantEvent::StepUndone(gone) => self.steps.retain(|s| s.done.measure != gone.measure),
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links: Vec<(&'static str, Ref)> =
            vec![("engagement", f.engagement.into()), ("person", f.person.into()), ("instance", f.instance.into())];
        links.extend(f.request.map(|r| ("request", r.into())));
        links.extend(f.change.map(|c| ("change", c.into())));
        links.extend(self.attendant.map(|p| ("attendant", p.into())));
        links.extend(f.approvals.iter().map(|a| ("approver", a.person.into())));
        Card {
            reference: Some(f.reference.clone()),
            sites: vec![f.site],
            provider: Some(f.provider),
            shared: true,
            links,
            at: Some(f.window.from),
            state: self.closed.map(|_| "closed"),
            ..Card::default()
        }
    }

    fn emits(&self, _rules: &Rules) -> Emits {
        // The review of an emergency is our duty; a late one never counts against the provider.
        let review = self.facts.emergency.as_ref().map(|mark| Duty {
            rule: "R-35".to_owned(),
            party: Party::Owner,
            provider: None,
            site: Some(self.facts.site),
            what: self.id.into(),
            due: mark.review_due,
            done: self.reviewed,
        });
        Emits { duties: review.into_iter().collect(), ..Emits::default() }
    }

    fn lines(&self, _rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        let mut turns: Vec<Instant> = vec![self.facts.window.from, self.until];
        turns.extend(self.revoked);
        let shift = |c: &Confirmed| self.facts.campaign.as_ref().and_then(|of| of.shift(c.shift)).map(|w| (c.at, w));
        turns.extend(self.confirmed.iter().filter_map(shift).flat_map(|(at, w)| [at.max(w.from), w.until]));
        turns.extend(self.pauses.iter().flat_map(|p| [Some(p.from), p.until]).flatten());
        let mut lines = vec![("state", Line::of(turns, |t| self.word(t)))];
        if self.facts.emergency.is_some() {
            lines.push((EMERGENCY, Line::of(Vec::new(), |_| YES)));
            let until = self.facts.window.from.plus_secs(RECENT);
            lines.push((RECENT_EMERGENCY, Line::of(vec![until], |t| if t < until { YES } else { "no" })));
        }
        if let Some(of) = &self.facts.campaign {
            let turns =
                of.numbered().flat_map(|(_, w)| [campaign::earliest(&w), w.until]).chain(self.revoked).collect();
            let word = |t| if campaign::to_confirm(self, t).is_some() { TO_CONFIRM.1 } else { "none" };
            lines.push((TO_CONFIRM.0, Line::of(turns, word)));
        }
        if !self.certificates.is_empty() {
            let turns = self.certificates.iter().flat_map(|c| [c.from, c.listed_until()]).collect();
            let word = |t| if self.certificates.iter().any(|c| c.listed(t)) { CERTIFIED.1 } else { "none" };
            lines.push((CERTIFIED.0, Line::of(turns, word)));
        }
        lines
    }
}
