//! What people do with access, as plain functions: state, facts and time in; events out, or the reason why not. Nothing
//! here saves, asks the clock or makes an id.

use uuid::Uuid;

use super::{
    access::{AccessRequest, ask},
    decide::{Decision, decide},
    facts::{Facts, Question, Yes},
    grant::Grant,
};
use crate::{
    base::{
        AccessRequestId, EndMode, Environment, GrantId, Instant, Now, PersonId, Private, Purpose, Refusal, Role, Say,
        Text, Window, ZoneName,
    },
    event::{
        Event,
        permit::{
            AccessApproved, AccessDenied, AccessEvent, AccessRequested, AccessWithdrawn, Approval, ApprovalMeaning,
            AttendantNamed, Emergency, GrantEvent, GrantExtended, GrantOpened, GrantRevoked, Judged, Moment,
        },
        qualify::OwnerRole,
    },
};

/// Events with the object each changes.
pub type Events = Vec<(Uuid, Event)>;

/// Why an act does not happen.
#[derive(Clone, PartialEq, Debug)]
pub enum No {
    /// The act itself is not allowed.
    Refused(Refusal),
    /// The checks say no; all of them inside.
    Decided(Box<Decision>),
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> No {
        No::Refused(refusal)
    }
}

impl ApprovalMeaning {
    /// What the yes of a function means: the area approves, quality releases, the others agree.
    pub const fn of(role: OwnerRole) -> ApprovalMeaning {
        match role {
            OwnerRole::Qa => ApprovalMeaning::QualityRelease,
            OwnerRole::SystemOwner | OwnerRole::OtSecurity => ApprovalMeaning::CoApproval,
            OwnerRole::ControlEngineer
            | OwnerRole::ShiftLead
            | OwnerRole::SiteManager
            | OwnerRole::Procurement
            | OwnerRole::Administrator
            | OwnerRole::Auditor
            // No rules give a machine an approval (`rules::powers`), so this one is of nobody.
            | OwnerRole::ServiceIdentity => ApprovalMeaning::Approval,
        }
    }
}

/// A person of the house or of a provider, in the function in which they act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hand {
    pub person: PersonId,
    pub role: OwnerRole,
    /// Whether the person is ours; provider persons never approve.
    pub ours: bool,
}

impl Hand {
    fn yes(self, meaning: ApprovalMeaning) -> Yes {
        Yes { person: self.person, role: self.role, meaning, ours: self.ours }
    }
    fn approval(self, meaning: ApprovalMeaning, now: Now) -> Approval {
        Approval { person: self.person, role: self.role, at: now.0, meaning }
    }
}

/// Somebody asks. Always a record: refused by rule, or waiting for people (3.4.6).
pub fn request(id: AccessRequestId, asked: AccessRequested, f: &Facts, now: Now) -> (Decision, Events) {
    let q = ask(&asked, Moment::Request, now, Vec::new());
    let decision = decide(f, &q, now);
    let judged = Judged { decision: decision.freeze(f) };
    let next = if decision.yes() { AccessEvent::Queued(judged) } else { AccessEvent::Refused(judged) };
    (decision, vec![(id.0, AccessEvent::Requested(Box::new(asked)).into()), (id.0, next.into())])
}

/// One person says yes; the last yes opens the grant.
pub fn approve(
    req: &AccessRequest,
    by: Hand,
    meaning: ApprovalMeaning,
    f: &Facts,
    grant: (GrantId, &str),
    now: Now,
) -> Result<Events, No> {
    open(req, now)?;
    let mut q = req.question(Moment::Approval, now);
    q.approvals.push(by.yes(meaning));
    let decision = decide(f, &q, now);
    separate(&decision)?;
    let done = decision.yes();
    if !done && !decision.lacks_only_approvals() {
        return Err(No::Decided(Box::new(decision)));
    }
    let approval = by.approval(meaning, now);
    let decided = decision.freeze(f);
    let yes = AccessApproved { approval: approval.clone(), decision: decided, grant: done.then_some(grant.0) };
    let mut events: Events = vec![(req.id.0, AccessEvent::Approved(yes).into())];
    if done {
        let mut approvals = req.approvals.clone();
        approvals.push(approval);
        let facts = opened(&q, &req.asked, f, grant.1.to_owned(), approvals, Some(req.id));
        // Nobody is inside before the yes: a window that began earlier begins now.
        let window = Window { from: q.window.from.max(now.0), until: q.window.until };
        events.push((grant.0.0, GrantEvent::Opened(Box::new(GrantOpened { window, ..facts })).into()));
    }
    Ok(events)
}

fn open(req: &AccessRequest, now: Now) -> Result<(), Refusal> {
    if req.open(now.0) { Ok(()) } else { Err(Refusal::new("R-16", "refuse-request-not-open")) }
}

/// R-13 is no matter of modes or overrides: say which way it fails, and stop.
fn separate(decision: &Decision) -> Result<(), Refusal> {
    match decision.check("approver-separate") {
        Some(check) if check.would_block() => Err(Refusal { rule: "R-13", say: check.say }),
        Some(_) | None => Ok(()),
    }
}

/// A grant as it opens.
pub(super) fn opened(
    q: &Question,
    asked: &AccessRequested,
    f: &Facts,
    reference: String,
    approvals: Vec<Approval>,
    request: Option<AccessRequestId>,
) -> GrantOpened {
    GrantOpened {
        reference,
        request,
        engagement: asked.engagement,
        provider: asked.provider,
        person: asked.person,
        requested_by: asked.requested_by,
        instance: asked.instance,
        site: asked.site,
        environment: asked.environment,
        roles: asked.roles.clone(),
        purpose: asked.purpose,
        pattern: asked.pattern,
        window: q.window,
        campaign: asked.campaign.clone(),
        end_mode: end_mode(&asked.roles, asked.environment),
        attended: q.attended || q.pattern.attended(),
        attendant: q.attendant,
        change: asked.change,
        ticket: asked.ticket.is_some(),
        approvals,
        beforehand: None,
        emergency: None,
        rules_version: f.rules_version,
    }
}

/// How a session ends unless a person chose otherwise: never abruptly where something may be half done.
pub fn end_mode(roles: &[Role], environment: Environment) -> EndMode {
    let changes = roles.iter().any(|r| r.can_change());
    if changes && environment == Environment::Prod { EndMode::SafeEnd } else { EndMode::Hard }
}

/// One person says no. The first no settles it.
pub fn deny(req: &AccessRequest, by: Hand, note: Option<Private<Text>>, now: Now) -> Result<Events, Refusal> {
    open(req, now)?;
    ours(by)?;
    let no = AccessDenied { person: by.person, role: by.role, note };
    Ok(vec![(req.id.0, AccessEvent::Denied(no).into())])
}

/// Who asked, or would enter, no longer wants it.
pub fn withdraw(req: &AccessRequest, by: PersonId, now: Now) -> Result<Events, Refusal> {
    open(req, now)?;
    if by != req.asked.requested_by && by != req.asked.person {
        return Err(Refusal::new("R-13", "refuse-withdraw-not-yours"));
    }
    Ok(vec![(req.id.0, AccessEvent::Withdrawn(AccessWithdrawn { by }).into())])
}

fn ours(by: Hand) -> Result<(), Refusal> {
    if by.ours { Ok(()) } else { Err(Refusal::new("R-13", "refuse-provider-never-decides")) }
}

fn attendant_ok(attendant: Hand, person: PersonId) -> Result<(), Refusal> {
    if !attendant.ours {
        return Err(Refusal::new("R-20", "refuse-attendant-not-ours"));
    }
    if attendant.person == person {
        return Err(Refusal::new("R-20", "refuse-attendant-self"));
    }
    Ok(())
}

/// Somebody of ours will be beside the person, while the request waits.
pub fn name_attendant(req: &AccessRequest, attendant: Hand, by: Hand, now: Now) -> Result<Events, Refusal> {
    open(req, now)?;
    ours(by)?;
    attendant_ok(attendant, req.asked.person)?;
    let named = AttendantNamed { attendant: attendant.person, by: by.person };
    Ok(vec![(req.id.0, AccessEvent::AttendantNamed(named).into())])
}

/// The same for a grant: a hand-over keeps the continuity.
pub fn hand_over(grant: &Grant, attendant: Hand, by: Hand, now: Now) -> Result<Events, Refusal> {
    alive(grant, now)?;
    ours(by)?;
    attendant_ok(attendant, grant.facts.person)?;
    let named = AttendantNamed { attendant: attendant.person, by: by.person };
    Ok(vec![(grant.id.0, GrantEvent::AttendantNamed(named).into())])
}

fn alive(grant: &Grant, now: Now) -> Result<(), Refusal> {
    if grant.alive(now.0) { Ok(()) } else { Err(Refusal::new("R-16", "refuse-grant-over")) }
}

/// Takes a grant away; with `disconnect` the running session goes too. Reconnecting needs a new approval. One
/// that is over can still be disconnected, once, where people may be inside by its certificates.
pub fn revoke(
    grant: &Grant,
    by: Hand,
    disconnect: bool,
    note: Option<Private<Text>>,
    now: Now,
) -> Result<Events, Refusal> {
    if !(disconnect && grant.lingers(now.0)) {
        alive(grant, now)?;
    }
    ours(by)?;
    Ok(vec![(grant.id.0, GrantEvent::Revoked(GrantRevoked { by: by.person, disconnect, note }).into())])
}

fn resting(grant: &Grant) -> bool {
    grant.pauses.iter().any(|p| p.until.is_none())
}

/// Whether a grant can be suspended: alive, and not suspended yet.
pub fn may_suspend(grant: &Grant, now: Now) -> Result<(), Refusal> {
    alive(grant, now)?;
    if resting(grant) { Err(Refusal::new("R-16", "refuse-grant-resting")) } else { Ok(()) }
}

/// Whether a grant can go on: alive, and suspended. Its window went on running.
pub fn may_resume(grant: &Grant, now: Now) -> Result<(), Refusal> {
    alive(grant, now)?;
    if resting(grant) { Ok(()) } else { Err(Refusal::new("R-16", "refuse-grant-not-resting")) }
}

/// Whether somebody may review an emergency: once, and neither who opened it nor who attended.
pub fn may_review(grant: &Grant, codes: &Codes, by: PersonId) -> Result<(), Refusal> {
    let Some(mark) = &grant.facts.emergency else { return Err(Refusal::new("R-35", "refuse-emergency-not-one")) };
    if grant.reviewed.is_some() {
        return Err(Refusal::new("R-35", "refuse-emergency-reviewed"));
    }
    // Where nobody knows who let them in, nobody knows to be another one.
    if codes.unread {
        return Err(Refusal::new("R-49", "refuse-emergency-review-unread"));
    }
    let agreed = grant.facts.approvals.iter().any(|yes| yes.person == by);
    let sheet = [mark.opened_by, mark.issued_by, mark.agreed_by, grant.attendant].contains(&Some(by));
    if agreed || sheet || codes.own.contains(&by) {
        return Err(Refusal::new("R-13", "refuse-emergency-review-own"));
    }
    Ok(())
}

/// What is known of codes that were read out for sessions of an emergency.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Codes {
    /// Of some session nobody has entered who read its code out.
    pub unread: bool,
    /// Who read one out, or entered who did.
    pub own: Vec<PersonId>,
}

/// More time by a new approval, within the cap of the whole window; an emergency by the shift lead, to 12 hours.
pub fn extend(grant: &Grant, until: Instant, by: Hand, f: &Facts, now: Now) -> Result<Events, No> {
    alive(grant, now)?;
    let emergency = grant.facts.purpose == Purpose::Emergency;
    let whole = Window { from: grant.facts.window.from, until };
    // Each shift is bounded by what was approved; more of them is another yes.
    if grant.facts.campaign.is_some() {
        return Err(Refusal::new("R-16", "refuse-extension-campaign").into());
    }
    if until <= grant.until {
        return Err(Refusal::new("R-16", "refuse-extension-shorter").into());
    }
    if emergency && by.role != OwnerRole::ShiftLead {
        return Err(Refusal::new("R-16", "refuse-extension-shift-lead").into());
    }
    if emergency && whole.secs() > f.caps.emergency_renewed {
        return Err(Refusal::new("R-16", "refuse-extension-too-long").into());
    }
    // An emergency is renewed piece by piece, so each piece is judged; anything else is judged as a whole.
    let judged = if emergency { Window { from: now.0, until } } else { whole };
    let mut q = grant.question(Moment::Approval, judged);
    // More time stands on everybody who gave the first, and on who gives it now; nobody counts twice. An emergency
    // is one confirm again.
    q.approvals.retain(|y| !emergency && y.person != by.person);
    q.approvals.push(by.yes(ApprovalMeaning::Extension));
    let decision = decide(f, &q, now);
    separate(&decision)?;
    let enough = decision.yes() || emergency && decision.lacks_only_approvals();
    if !enough {
        return Err(No::Decided(Box::new(decision)));
    }
    let more = GrantExtended { until, approval: by.approval(ApprovalMeaning::Extension, now) };
    Ok(vec![(grant.id.0, GrantEvent::Extended(more).into())])
}

/// Emergency access by one confirm of a person on shift. The grant opens at once; the review follows.
pub fn emergency(
    asked: &AccessRequested,
    by: Hand,
    f: &Facts,
    grant: (GrantId, &str),
    zone: &ZoneName,
    now: Now,
) -> Result<Events, No> {
    ours(by)?;
    if !matches!(by.role, OwnerRole::ShiftLead | OwnerRole::ControlEngineer | OwnerRole::OtSecurity) {
        return Err(Refusal::new("R-35", "refuse-emergency-role").into());
    }
    if asked.purpose != Purpose::Emergency {
        return Err(Refusal::new("R-35", "refuse-emergency-purpose").into());
    }
    let q = ask(asked, Moment::Request, now, vec![by.yes(ApprovalMeaning::Emergency)]);
    if q.window.from > now.0 {
        return Err(Refusal { rule: "R-35", say: Say::plain("refuse-emergency-later") }.into());
    }
    let decision = decide(f, &q, now);
    separate(&decision)?;
    if !decision.yes() {
        return Err(No::Decided(Box::new(decision)));
    }
    let mark = Emergency {
        opened_by: Some(by.person),
        issued_by: None,
        agreed_by: None,
        review_due: next_business_day(zone, now.0),
        called_back: f.person.called_back,
        recent: f.recent_emergencies,
        decision: decision.freeze(f),
    };
    let approvals = vec![by.approval(ApprovalMeaning::Emergency, now)];
    let facts = opened(&q, asked, f, grant.1.to_owned(), approvals, None);
    let window = Window { from: q.window.from.max(now.0), until: q.window.until };
    let facts = GrantOpened { window, emergency: Some(mark), ..facts };
    Ok(vec![(grant.0.0, GrantEvent::Opened(Box::new(facts)).into())])
}

/// An emergency that a code opened while its gateway was cut off. It is told, not asked: whatever the
/// decision says now stands with it, and the review looks at both. Who agreed to the sheet approved it beforehand;
/// where the sheet is unknown nobody did.
pub fn emergency_cut_off(
    asked: &AccessRequested,
    agreed: Option<Approval>,
    (issued_by, agreed_by): (Option<PersonId>, Option<PersonId>),
    f: &Facts,
    reference: &str,
    zone: &ZoneName,
    now: Now,
) -> GrantEvent {
    let yes = agreed.iter().map(Yes::recorded).collect();
    let q = ask(asked, Moment::Request, now, yes);
    let mark = Emergency {
        opened_by: None,
        issued_by,
        agreed_by,
        review_due: next_business_day(zone, now.0),
        called_back: false,
        recent: f.recent_emergencies,
        decision: decide(f, &q, now).freeze(f),
    };
    let facts = opened(&q, asked, f, reference.to_owned(), agreed.into_iter().collect(), None);
    GrantEvent::Opened(Box::new(GrantOpened { emergency: Some(mark), ..facts }))
}

/// The end of the next Monday-to-Friday day at the site; holidays come with site calendars.
fn next_business_day(zone: &ZoneName, now: Instant) -> Instant {
    let today = zone.day_of(now);
    let weekday = |d: &crate::base::Day| d.date().weekday().to_monday_one_offset() <= 5;
    let next = (1..=3).map(|n| today.plus_days(n)).find(weekday);
    zone.end_of(next.unwrap_or_else(|| today.plus_days(1)))
}
