//! Work approved before anybody asks for it (S5.1b): what such a yes may be about, whether it still stands, and
//! whether a request fits it entirely. It is judged at each request from the facts of that moment and kept nowhere:
//! whatever it rested on and is not so any more ends its effect. What does not fit waits for people, as everything
//! else does.

use jiff::tz::Disambiguation;
use serde::{Deserialize, Serialize};

use super::{
    access::{AccessRequest, RequestState, ask},
    acts::{self, Events, Hand, opened},
    decide::{Decision, decide},
    facts::{Facts, Question, Yes},
    grant::Grant,
};
use crate::{
    base::{
        AccessRequestId, Arg, DAY, Day, EngagementId, GrantId, Hold, InstanceId, Instant, Now, PersonId, ProviderId,
        Refusal, Role, Say, Window, ZoneName, level::words,
    },
    event::{
        expect::{Known, ScopeItem},
        permit::{
            AccessCovered, AccessEvent, AccessRequested, Approval, ApprovalMeaning, Beforehand, BeforehandAgreed,
            BeforehandWithdrawn, GrantEvent, GrantOpened, Hours, Moment, Outcome, Weekday,
        },
    },
    expect::engagement::Engagement,
};

/// The longest that work is approved beforehand, in days: as long as work in repeated shifts is.
pub const MOST_DAYS: i64 = 42;
/// How long before its window a request is covered at the most, in seconds: what lies further ahead waits for people,
/// so that an old yes opens no window of a later month.
pub const AHEAD: i64 = 3 * DAY;
/// Seconds within which entries are of one turn: each has an instant of its own.
const TURN: i64 = 1;
/// Patterns of one engagement that stand or wait at the same time.
pub const MOST_STANDING: usize = 20;

words! {
    /// Why work approved beforehand does not cover a request, or has no effect at all any more.
    Misfit { Withdrawn = "withdrawn", Over = "over", Rules = "rules", Tier = "tier", Scope = "scope",
             People = "people", Purpose = "purpose", Revoked = "revoked", Never = "never", System = "system",
             Rights = "rights", Campaign = "campaign", WayIn = "way-in", Attendance = "attendance", Length = "length",
             Hours = "hours", Lapsed = "lapsed", Early = "early", Open = "open", Hold = "hold", Checks = "checks" }
}

/// A pattern with everybody who said yes to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    #[serde(rename = "covered_work")]
    pub work: Beforehand,
    pub approvals: Vec<Approval>,
    pub withdrawn: Option<Instant>,
    pub withdrawn_by: Option<PersonId>,
}

impl Given {
    /// The last instant at which a window under it may end, exclusive of the next day.
    pub fn ends(&self, zone: &ZoneName) -> Instant {
        zone.end_of(self.work.until)
    }

    /// Whether nobody took it back and its last day is not over.
    pub fn alive(&self, zone: &ZoneName, t: Instant) -> bool {
        self.withdrawn.is_none() && t < self.ends(zone)
    }

    fn last_yes(&self) -> Option<Instant> {
        self.approvals.iter().map(|y| y.at).max()
    }

    fn yes(&self) -> Vec<Yes> {
        self.approvals.iter().map(Yes::recorded).collect()
    }

    /// The question whether enough functions agreed, for a page: about the pattern itself, by nobody yet.
    pub fn question(&self, engagement: EngagementId, provider: ProviderId, now: Now) -> Question {
        let w = &self.work;
        let nobody = self.approvals.first().map_or(PersonId(uuid::Uuid::nil()), |a| a.person);
        Question {
            moment: Moment::Approval,
            engagement,
            provider,
            person: None,
            requester: nobody,
            credential: None,
            instance: w.instance,
            site: w.site,
            environment: w.environment,
            roles: w.roles.clone(),
            purpose: None,
            pattern: w.pattern,
            attended: w.attended,
            attendant: None,
            window: Window { from: now.0, until: now.0.plus_secs(w.longest_secs) },
            shifts: None,
            change: None,
            ticket: false,
            approvals: self.yes(),
            grant: None,
        }
    }
}

/// What stands around it, read at the moment it is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// What of the approved scope is about the system now.
    pub scope: &'a [ScopeItem],
    /// Whether approvals on the system are signed.
    pub signed: bool,
    /// The site's.
    pub zone: &'a ZoneName,
    /// When somebody last said no to access of the engagement to the system ([`refused`]).
    pub refused: Option<Instant>,
    /// Whether the person has a covered grant there already ([`has_one`]).
    pub has_one: bool,
    /// Everybody who said yes is active still, in the function in which they did.
    pub approvers_stand: bool,
}

/// What of the approved scope is about a system.
pub fn scope_of(e: &Engagement, instance: InstanceId) -> Vec<ScopeItem> {
    e.approved().filter(|s| s.instance == instance).cloned().collect()
}

/// When people last said no to access to a system, among the grants and requests of an engagement: a grant was taken
/// away or rested, or a request was denied. A cut takes back what was approved beforehand by itself; and where somebody
/// took one pattern back, what was given on it and had not begun went with it, in the same turn and by the same hand
/// ([`withdraw`]): that says nothing of the other patterns. Whatever is taken later was taken by itself.
pub fn refused(
    grants: &[Grant],
    requests: &[AccessRequest],
    patterns: &[Given],
    instance: InstanceId,
) -> Option<Instant> {
    let on_it = grants.iter().filter(|g| g.facts.instance == instance);
    let went = |g: &&Grant| {
        let unbegun = g.revoked.filter(|at| *at < g.facts.window.from);
        let turn =
            |p: &Given| unbegun.zip(p.withdrawn).is_some_and(|(at, back)| (0..TURN).contains(&at.secs_since(back)));
        patterns.iter().any(|p| given_on(p, g) && p.withdrawn_by.is_some() && p.withdrawn_by == g.revoked_by && turn(p))
    };
    let taken = on_it.clone().filter(|g| !went(g)).filter_map(|g| g.revoked);
    let rested = on_it.flat_map(|g| g.pauses.iter().map(|p| p.from));
    let asked = requests.iter().filter(|r| r.asked.instance == instance && r.state == RequestState::Denied);
    taken.chain(rested).chain(asked.filter_map(|r| r.settled)).max()
}

/// Whether somebody has a covered grant for the system that is not over: one after the other, so that nobody fills the
/// weeks to come at once.
pub fn has_one(grants: &[Grant], asked: &AccessRequested, t: Instant) -> bool {
    let theirs = |g: &&Grant| g.facts.person == asked.person && g.facts.instance == asked.instance;
    grants.iter().filter(theirs).any(|g| g.facts.beforehand.is_some() && g.alive(t))
}

/// Whether work on the system is never approved beforehand: writing to what is or may be a safety system, and
/// where a yes is signed.
pub fn never(f: &Facts, signed: bool, can_change: bool) -> Option<Refusal> {
    let safety = can_change && f.instance.safety != Known::No;
    match (safety, signed || f.instance.validated != Known::No) {
        (true, _) => Some(Refusal::new("R-35", "refuse-beforehand-safety")),
        (_, true) => Some(Refusal::new("R-38", "refuse-beforehand-signed")),
        (false, false) => None,
    }
}

/// Why it has no effect on any request now, if so.
pub fn outdated(g: &Given, a: &Around<'_>, f: &Facts, now: Now) -> Option<Misfit> {
    let w = &g.work;
    let can_change = w.roles.iter().any(|r| r.can_change());
    let all = [
        (g.withdrawn.is_some(), Misfit::Withdrawn),
        (!g.alive(a.zone, now.0), Misfit::Over),
        (f.rules_version != w.rules_version, Misfit::Rules),
        (f.tier != w.tier, Misfit::Tier),
        (a.scope != w.scope, Misfit::Scope),
        (!a.approvers_stand || g.approvals.is_empty(), Misfit::People),
        // Whoever was cut, rested or denied comes back by a new yes alone, never by one that was given before.
        (a.refused.is_some_and(|at| g.last_yes() <= Some(at)), Misfit::Revoked),
        (never(f, a.signed, can_change).is_some(), Misfit::Never),
    ];
    all.into_iter().find(|(is, _)| *is).map(|(_, why)| why)
}

/// Whether a request is covered: the decision with the approvals that were given beforehand, or the first thing that
/// does not fit. `f` are the facts of the request at `now`.
pub fn covers(
    g: &Given,
    a: &Around<'_>,
    asked: &AccessRequested,
    f: &Facts,
    now: Now,
) -> Result<Box<Decision>, Misfit> {
    if let Some(why) = outdated(g, a, f, now) {
        return Err(why);
    }
    let q = ask(asked, Moment::Approval, now, g.yes());
    fits(g, a.zone, &q)?;
    // A request that lapses before it could be answered is no more open to this yes than to a person's.
    if asked.window.lapses() <= now.0 {
        return Err(Misfit::Lapsed);
    }
    if q.window.from.secs_since(now.0) > AHEAD {
        return Err(Misfit::Early);
    }
    if a.has_one {
        return Err(Misfit::Open);
    }
    let held = |h: &Hold| q.is_under(h) && (h.holds(now.0) || h.from < q.window.until && now.0 < h.from);
    if f.holds.iter().any(held) {
        return Err(Misfit::Hold);
    }
    let decision = decide(f, &q, now);
    if decision.yes() && decision.checks.iter().all(|c| passes(c.result, c.say.id)) {
        Ok(Box::new(decision))
    } else {
        Err(Misfit::Checks)
    }
}

/// A check passes in full, or there is nothing to judge. What is merely warned or observed is for people. One warning
/// is none: that an attendant has to be named still, since no session begins before somebody is.
fn passes(result: Outcome, say: &str) -> bool {
    match result {
        Outcome::Passed | Outcome::DoesNotApply => true,
        Outcome::Warning => say == "check-attendant-to-name",
        Outcome::NotPassed | Outcome::Unknown | Outcome::NotJudgedHere => false,
    }
}

fn fits(g: &Given, zone: &ZoneName, q: &Question) -> Result<(), Misfit> {
    let w = &g.work;
    let beside = q.attended || q.pattern.attended();
    let all = [
        (!q.emergency(), Misfit::Never),
        // Six weeks of shifts are looked at by people, however short each one is.
        (q.shifts.is_none(), Misfit::Campaign),
        (w.purposes.is_empty() || q.purpose.is_some_and(|p| w.purposes.contains(&p)), Misfit::Purpose),
        (q.instance == w.instance && q.site == w.site && q.environment == w.environment, Misfit::System),
        (!q.roles.is_empty() && q.roles.iter().all(|r| w.roles.contains(r)), Misfit::Rights),
        (q.pattern == w.pattern, Misfit::WayIn),
        (beside == (w.attended || w.pattern.attended()), Misfit::Attendance),
        (0 < q.window.secs() && q.window.secs() <= w.longest_secs, Misfit::Length),
        (q.window.until <= g.ends(zone), Misfit::Over),
        (in_hours(&w.hours, &w.days, zone, &q.window), Misfit::Hours),
    ];
    all.into_iter().find(|(fits, _)| !fits).map_or(Ok(()), |(_, why)| Err(why))
}

/// Whether a window lies wholly in the hours of one of the days. Hours past midnight belong to the day they began on.
/// Where a clock is set and a local time comes twice or never, the shorter reading counts: what it leaves out waits
/// for people.
pub fn in_hours(hours: &Hours, days: &[Weekday], zone: &ZoneName, window: &Window) -> bool {
    let first = zone.day_of(window.from);
    // The day it begins on, and the night that began the day before.
    [first, first.plus_days(-1)].into_iter().any(|day| {
        let end_day = if hours.until <= hours.from { day.plus_days(1) } else { day };
        let open = at_clock(zone, day, hours.from.minutes(), true);
        let shut = at_clock(zone, end_day, hours.until.minutes(), false);
        let inside = |(open, shut): (Instant, Instant)| Window { from: open, until: shut }.covers(window);
        days.contains(&Weekday::of(day)) && open.zip(shut).is_some_and(inside)
    })
}

/// A local time as an instant: where it comes twice or never, the later one or the earlier one.
pub(super) fn at_clock(zone: &ZoneName, day: Day, minutes: u16, later: bool) -> Option<Instant> {
    if minutes >= 1_440 {
        return Some(zone.end_of(day));
    }
    let (hour, minute) = (i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?);
    let how = if later { Disambiguation::Later } else { Disambiguation::Earlier };
    let local = day.date().at(hour, minute, 0, 0);
    let zoned = zone.zone().into_ambiguous_zoned_datetime(local).disambiguate(how).ok()?;
    Some(Instant::from_micros(zoned.timestamp().as_microsecond()))
}

/// Opens the grant of a request that is covered, by the approvals given beforehand.
pub fn cover(
    id: AccessRequestId,
    asked: &AccessRequested,
    (g, decision): (&Given, &Decision),
    f: &Facts,
    grant: (GrantId, &str),
    now: Now,
) -> Events {
    let q = ask(asked, Moment::Approval, now, g.yes());
    let number = g.work.number;
    let covered = AccessCovered {
        beforehand: number,
        approvals: g.approvals.clone(),
        decision: decision.freeze(f),
        grant: grant.0,
    };
    let facts = opened(&q, asked, f, grant.1.to_owned(), g.approvals.clone(), Some(id));
    let window = Window { from: q.window.from.max(now.0), until: q.window.until };
    let facts = GrantOpened { window, beforehand: Some(number), ..facts };
    vec![(id.0, AccessEvent::Covered(covered).into()), (grant.0.0, GrantEvent::Opened(Box::new(facts)).into())]
}

/// The yes of somebody to a pattern.
fn approval(by: Hand, now: Now) -> Approval {
    Approval { person: by.person, role: by.role, at: now.0, meaning: ApprovalMeaning::of(by.role) }
}

fn ours(by: Hand) -> Result<(), Refusal> {
    if by.ours { Ok(()) } else { Err(Refusal::new("R-13", "refuse-provider-never-decides")) }
}

/// The first yes: whether the work may be approved beforehand at all, and by whom.
pub fn give(work: &Beforehand, by: Hand, a: &Around<'_>, f: &Facts, now: Now) -> Result<Approval, Refusal> {
    ours(by)?;
    let can_change = work.roles.iter().any(|r| r.can_change());
    if let Some(no) = never(f, a.signed, can_change) {
        return Err(no);
    }
    let inside = |r: &Role| work.scope.iter().any(|s| s.roles.contains(r));
    if work.scope.is_empty() || !work.roles.iter().all(inside) {
        return Err(Refusal::new("R-05", "refuse-beforehand-scope"));
    }
    if work.longest_secs > f.caps.of(f.tier, None) {
        return Err(Refusal::new("R-16", "refuse-beforehand-length"));
    }
    let today = a.zone.day_of(now.0);
    if work.until < today || work.until > today.plus_days(MOST_DAYS) {
        let say = Say::plain("refuse-beforehand-days").with("most", Arg::Int(MOST_DAYS));
        return Err(Refusal { rule: "R-16", say });
    }
    Ok(approval(by, now))
}

/// One more yes: of another person, in a function that has not said it, while it stands.
pub fn agree(g: &Given, by: Hand, a: &Around<'_>, f: &Facts, now: Now) -> Result<BeforehandAgreed, Refusal> {
    ours(by)?;
    if outdated(g, a, f, now).is_some() {
        return Err(Refusal::new("R-16", "refuse-beforehand-over"));
    }
    if g.approvals.iter().any(|y| y.person == by.person) {
        return Err(Refusal::new("R-13", "refuse-beforehand-twice"));
    }
    if g.approvals.iter().any(|y| y.role == by.role) {
        return Err(Refusal::new("R-13", "refuse-beforehand-function"));
    }
    Ok(BeforehandAgreed { number: g.work.number, approval: approval(by, now) })
}

/// Takes it back: whoever could have given it. What was granted under it and has not begun goes with it, by the same
/// hand, because nothing begins on a yes that is gone. What has begun stays: it ends with its window, or by an act that
/// says what happens to the work that runs. `under` are the grants of the engagement.
pub fn withdraw(
    g: &Given,
    by: Hand,
    under: &[Grant],
    zone: &ZoneName,
    now: Now,
) -> Result<(BeforehandWithdrawn, Events), Refusal> {
    ours(by)?;
    if !g.alive(zone, now.0) {
        return Err(Refusal::new("R-16", "refuse-beforehand-over"));
    }
    let mut revoked = Events::new();
    for grant in under.iter().filter(|grant| waits(g, grant, now)) {
        revoked.extend(acts::revoke(grant, by, false, None, now)?);
    }
    Ok((BeforehandWithdrawn { number: g.work.number, by: by.person }, revoked))
}

fn given_on(g: &Given, grant: &Grant) -> bool {
    grant.facts.beforehand == Some(g.work.number) && grant.facts.instance == g.work.instance
}

/// Whether a grant was given under a pattern and nobody could begin under it yet.
pub fn waits(g: &Given, grant: &Grant, now: Now) -> bool {
    given_on(g, grant) && grant.alive(now.0) && now.0 < grant.facts.window.from
}
