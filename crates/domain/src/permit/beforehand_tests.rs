//! Work approved beforehand, case by case: what fits, and everything that must not. The hostile half is the longer one.

use super::{
    access::AccessRequest,
    acts::{Hand, request},
    beforehand::{AHEAD, Around, Given, MOST_DAYS, Misfit, agree, cover, covers, give, in_hours, outdated, withdraw},
    facts::{CalendarFacts, Facts, Fit, Modes, Paper, PersonState},
    grant::Grant,
    sample::{self, D0, asked, id, now},
};
use crate::{
    base::{
        AccessRequestId, Actor, At, Cause, Day, Effect, Environment, GrantId, Held, Hold, HoldId, InstanceId, Instant,
        Level, Line, Mode, Now, Pattern, PersonId, Purpose, Role, SiteId, Tier, Window, ZoneName,
    },
    event::{
        Event,
        expect::{Known, ScopeItem},
        permit::{
            AccessRequested, ActivationEvent, ActivationOpened, Approval, ApprovalMeaning, AskedWindow, Beforehand,
            BeforehandAgreed, BeforehandGiven, BeforehandWithdrawn, Campaign, Hours, OnApproval, Repeated, Weekday,
        },
        qualify::OwnerRole,
    },
    permit::activation::Activation,
    thing::Thing,
};

pub(super) const KELLER: PersonId = PersonId(id(1));
pub(super) const OKAFOR: PersonId = PersonId(id(2));
const ORTEGA: PersonId = PersonId(id(901));

pub(super) fn berlin() -> ZoneName {
    "Europe/Berlin".parse().unwrap()
}
fn at(text: &str) -> Instant {
    text.parse().unwrap()
}
fn hours(from: &str, until: &str) -> Hours {
    Hours { from: from.parse().unwrap(), until: until.parse().unwrap() }
}
pub(super) fn hand(person: PersonId, role: OwnerRole) -> Hand {
    Hand { person, role, ours: true }
}
fn yes(person: PersonId, role: OwnerRole) -> Approval {
    Approval { person, role, at: D0.plus_secs(-86_400), meaning: ApprovalMeaning::of(role) }
}
fn scope() -> Vec<ScopeItem> {
    let q = sample::question();
    let roles = vec![Role::View, Role::Configure];
    vec![ScopeItem { site: q.site, instance: q.instance, roles, conduits: vec![], from: None, until: None }]
}

/// View and configure on BMS-B61 through the gateway, unattended, two hours at most, weekdays from 06:00 to 18:00.
pub(super) fn work() -> Beforehand {
    let q = sample::question();
    Beforehand {
        number: 1,
        site: q.site,
        instance: q.instance,
        environment: Environment::Prod,
        roles: vec![Role::View, Role::Configure],
        purposes: vec![Purpose::Maintain, Purpose::Upgrade],
        pattern: Pattern::GatewayUnattended,
        attended: false,
        longest_secs: 7_200,
        days: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
        hours: hours("06:00", "18:00"),
        until: "2026-12-31".parse().unwrap(),
        tier: Some(Tier::T2),
        scope: scope(),
        rules_version: 1,
    }
}
pub(super) fn given(work: Beforehand) -> Given {
    let approvals = vec![yes(KELLER, OwnerRole::ControlEngineer)];
    Given { work, approvals, withdrawn: None, withdrawn_by: None }
}

/// The window of the sample, as the only shift of a campaign.
fn one_shift() -> Campaign {
    let day: Day = "2026-11-16".parse().unwrap();
    let of = Repeated { from: day, until: day, hours: hours("14:00", "16:00") };
    Campaign { repeated: of, shifts: vec![sample::question().window] }
}

/// What comes of a request, with the scope as it is, where nothing is signed and everybody who said yes still stands.
fn judged(g: &Given, asked: &AccessRequested, f: &Facts) -> Result<(), Misfit> {
    let (zone, scope) = (berlin(), scope());
    let a = Around { scope: &scope, signed: false, zone: &zone, refused: None, has_one: false, approvers_stand: true };
    covers(g, &a, asked, f, now()).map(|_| ())
}

#[test]
fn what_fits_entirely_is_granted_and_says_by_whose_yes() {
    let (g, f, zone, scope) = (given(work()), sample::facts(), berlin(), scope());
    let a = Around { scope: &scope, signed: false, zone: &zone, refused: None, has_one: false, approvers_stand: true };
    let decision = covers(&g, &a, &asked(), &f, now()).unwrap();
    let key = AccessRequestId(id(700));
    let (_, mut events) = request(key, asked(), &f, now());
    events.extend(cover(key, &asked(), (&g, &decision), &f, (GrantId(id(500)), "GRA-1"), now()));
    // the request is approved, nobody was asked, and both say by which number and whom
    let at = At { at: D0, by: Actor::Genesis, seq: 1 };
    let (mut req, mut grant): (Option<AccessRequest>, Option<Grant>) = (None, None);
    for (id, e) in &events {
        let (name, data) = e.to_wire().unwrap();
        assert_eq!(Event::from_wire(e.kind(), &name, data).unwrap(), *e);
        match e {
            Event::AccessRequest(e) => match &mut req {
                None => req = AccessRequest::born(*id, e, at),
                Some(req) => req.apply(e, at),
            },
            Event::Grant(e) => grant = Grant::born(*id, e, at),
            other => panic!("{other:?}"),
        }
    }
    let (req, grant) = (req.unwrap(), grant.unwrap());
    assert_eq!((req.word(D0), req.beforehand, req.grant), ("approved", Some(1), Some(grant.id)));
    assert_eq!((grant.facts.beforehand, grant.facts.request), (Some(1), Some(key)));
    assert_eq!(grant.facts.approvals, g.approvals);
    assert_eq!(grant.word(D0), "scheduled");
}

#[test]
fn whatever_does_not_fit_waits_for_people() {
    let w = sample::question().window;
    let f = sample::facts();
    let fixed = |from, until| AskedWindow::Fixed(Window { from, until });
    let cases = [
        // one minute too long, one minute too early, one too late, and a Saturday
        (AccessRequested { window: fixed(w.from, w.until.plus_secs(60)), ..asked() }, Misfit::Length),
        (
            AccessRequested { window: fixed(at("2026-11-17T04:59:00Z"), at("2026-11-17T05:30:00Z")), ..asked() },
            Misfit::Hours,
        ),
        (
            AccessRequested { window: fixed(at("2026-11-16T16:00:00Z"), at("2026-11-16T17:01:00Z")), ..asked() },
            Misfit::Hours,
        ),
        (
            AccessRequested { window: fixed(at("2026-11-21T08:00:00Z"), at("2026-11-21T09:00:00Z")), ..asked() },
            Misfit::Hours,
        ),
        // a window that ends behind its last day
        (
            AccessRequested { window: fixed(at("2027-01-01T08:00:00Z"), at("2027-01-01T09:00:00Z")), ..asked() },
            Misfit::Over,
        ),
        (AccessRequested { roles: vec![Role::Configure, Role::Operate], ..asked() }, Misfit::Rights),
        (AccessRequested { roles: vec![], ..asked() }, Misfit::Rights),
        (AccessRequested { pattern: Pattern::OnSite, ..asked() }, Misfit::WayIn),
        (AccessRequested { attended: true, ..asked() }, Misfit::Attendance),
        (AccessRequested { instance: InstanceId(id(62)), ..asked() }, Misfit::System),
        (AccessRequested { site: SiteId(id(2)), ..asked() }, Misfit::System),
        (AccessRequested { environment: Environment::Test, ..asked() }, Misfit::System),
        (AccessRequested { purpose: Purpose::Emergency, ..asked() }, Misfit::Never),
        (AccessRequested { purpose: Purpose::Troubleshoot, ..asked() }, Misfit::Purpose),
        // shifts, and were it a single one that would fit
        (AccessRequested { campaign: Some(one_shift()), ..asked() }, Misfit::Campaign),
        // a request that lapsed before anybody could answer it
        (
            AccessRequested {
                window: AskedWindow::OnApproval(OnApproval { length_secs: 3_600, latest_start: D0 }),
                ..asked()
            },
            Misfit::Lapsed,
        ),
        // who said yes beforehand asks for it, or would enter
        (AccessRequested { requested_by: KELLER, ..asked() }, Misfit::Checks),
        (AccessRequested { person: KELLER, ..asked() }, Misfit::Checks),
    ];
    for (asked, why) in cases {
        assert_eq!(judged(&given(work()), &asked, &f), Err(why), "{asked:?}");
    }
}

#[test]
fn every_check_must_pass_in_full_at_that_moment() {
    let base = sample::facts;
    assert_eq!(judged(&given(work()), &asked(), &base()), Ok(()));
    let soon = Paper::Valid(Some(sample::question().window.until.plus_secs(-60)));
    let mut person = base().person;
    person.state = PersonState::Suspended;
    let mut training = base().person;
    training.papers = vec![(None, soon)];
    let mut narrowed = base().scope;
    narrowed.roles = Fit::Outside;
    let freeze = CalendarFacts { vouched: true, freezes: vec![sample::question().window], link: None };
    let unvouched = CalendarFacts { vouched: false, ..base().calendar };
    let cases = [
        ("watch", Facts { standing: Line::flat(Level::Watch), ..base() }),
        ("restricted", Facts { standing: Line::flat(Level::Restricted), ..base() }),
        ("blocked", Facts { standing: Line::flat(Level::Blocked), ..base() }),
        ("left", Facts { person, ..base() }),
        ("training ends inside the window", Facts { person: training, ..base() }),
        ("right out of scope", Facts { scope: narrowed, ..base() }),
        ("freeze", Facts { calendar: freeze, ..base() }),
        ("nobody vouches for the calendar", Facts { calendar: unvouched, ..base() }),
        ("no change", Facts { change: None, ..base() }),
        ("extended under our responsibility", {
            let mut e = base().engagement;
            e.extended_by_owner = true;
            Facts { engagement: e, ..base() }
        }),
    ];
    for (name, f) in cases {
        assert_eq!(judged(&given(work()), &asked(), &f), Err(Misfit::Checks), "{name}");
    }
    // a site that only observes or warns lets people in by people: what would have failed does not pass in full
    for mode in [Mode::Observe, Mode::Warn, Mode::Off] {
        let f = Facts { modes: Modes::all(mode), change: None, ..base() };
        assert_eq!(judged(&given(work()), &asked(), &f), Err(Misfit::Checks), "{mode:?}");
    }
    // attended work is covered before an attendant is named: no session begins without one
    let attended = Beforehand { pattern: Pattern::GatewayAttended, attended: true, ..work() };
    let wish = AccessRequested { pattern: Pattern::GatewayAttended, attended: true, ..asked() };
    assert_eq!(judged(&given(attended), &wish, &base()), Ok(()));
    // attended or not, Restricted is never covered
    let restricted = Facts { standing: Line::flat(Level::Restricted), ..base() };
    let attended = Beforehand { pattern: Pattern::GatewayAttended, attended: true, ..work() };
    assert_eq!(judged(&given(attended), &wish, &restricted), Err(Misfit::Checks));
}

#[test]
fn what_it_rested_on_ends_its_effect_at_once() {
    let (g, zone, s) = (given(work()), berlin(), scope());
    let a = Around { scope: &s, signed: false, zone: &zone, refused: None, has_one: false, approvers_stand: true };
    let f = sample::facts();
    assert_eq!(outdated(&g, &a, &f, now()), None);
    // other rules, another tier, also a lower one and an unknown one
    assert_eq!(outdated(&g, &a, &Facts { rules_version: 2, ..sample::facts() }, now()), Some(Misfit::Rules));
    for tier in [Some(Tier::T1), Some(Tier::T3), None] {
        assert_eq!(outdated(&g, &a, &Facts { tier, ..sample::facts() }, now()), Some(Misfit::Tier));
    }
    // a scope that is smaller, larger or gone
    let mut larger = scope();
    larger[0].roles.push(Role::Administer);
    let mut smaller = scope();
    smaller[0].roles.pop();
    for changed in [larger, smaller, vec![]] {
        let around = Around { scope: &changed, ..a };
        assert_eq!(outdated(&g, &around, &f, now()), Some(Misfit::Scope));
    }
    // somebody who said yes has left, or lost the function
    assert_eq!(outdated(&g, &Around { approvers_stand: false, ..a }, &f, now()), Some(Misfit::People));
    // somebody was cut since: they come back by a new yes alone; what was cut before the yes is no matter
    let yes = D0.plus_secs(-86_400);
    for (cut, why) in [(yes, Some(Misfit::Revoked)), (D0, Some(Misfit::Revoked)), (yes.plus_secs(-1), None)] {
        assert_eq!(outdated(&g, &Around { refused: Some(cut), ..a }, &f, now()), why);
    }
    // one after the other, and not weeks ahead
    let busy = Around { has_one: true, ..a };
    assert_eq!(covers(&g, &busy, &asked(), &f, now()).map(|_| ()), Err(Misfit::Open));
    let early = Now(sample::question().window.from.plus_secs(-AHEAD - 1));
    assert_eq!(covers(&g, &a, &asked(), &f, early).map(|_| ()), Err(Misfit::Early));
    // the system is qualified now, or a safety system, or nobody knows
    assert_eq!(outdated(&g, &Around { signed: true, ..a }, &f, now()), Some(Misfit::Never));
    for unsure in [Known::Yes, Known::Unknown] {
        let mut instance = sample::facts().instance;
        instance.safety = unsure;
        assert_eq!(outdated(&g, &a, &Facts { instance, ..sample::facts() }, now()), Some(Misfit::Never));
        let mut instance = sample::facts().instance;
        instance.validated = unsure;
        assert_eq!(outdated(&g, &a, &Facts { instance, ..sample::facts() }, now()), Some(Misfit::Never));
    }
    // looking at a safety system changes nothing there
    let mut instance = sample::facts().instance;
    instance.safety = Known::Yes;
    let looks = given(Beforehand { roles: vec![Role::View], ..work() });
    assert_eq!(outdated(&looks, &a, &Facts { instance, ..sample::facts() }, now()), None);
    // its last day is over at midnight of the site
    let end = at("2026-12-31T23:00:00Z");
    assert_eq!(outdated(&g, &a, &f, Now(end.plus_secs(-1))), None);
    assert_eq!(outdated(&g, &a, &f, Now(end)), Some(Misfit::Over));
}

#[test]
fn a_hold_that_is_or_begins_inside_the_window_ends_it() {
    let q = sample::question();
    let hold = |from: Instant, until: Option<Instant>, effect| Hold {
        rule: "R-44".into(),
        effect,
        cause: Cause::Security,
        on: Held::Engagement(q.engagement),
        site: None,
        from,
        until,
        source: HoldId(id(40)).into(),
    };
    let judged_with = |h: Hold| judged(&given(work()), &asked(), &Facts { holds: vec![h], ..sample::facts() });
    for effect in [Effect::NoNewAccess, Effect::AttendedOnly] {
        assert_eq!(judged_with(hold(D0.plus_secs(-60), None, effect)), Err(Misfit::Hold));
        assert_eq!(judged_with(hold(q.window.from.plus_secs(60), None, effect)), Err(Misfit::Hold));
        // one that is over, or of somebody else, is none
        assert_eq!(judged_with(hold(D0.plus_secs(-60), Some(D0), effect)), Ok(()));
        let other = Hold { on: Held::Person(PersonId(id(999))), ..hold(D0, None, effect) };
        assert_eq!(judged_with(other), Ok(()));
    }
}

#[test]
fn t1_needs_both_functions_and_one_person_is_not_two() {
    let t1 = || Facts { tier: Some(Tier::T1), ..sample::facts() };
    let mut g = given(Beforehand { tier: Some(Tier::T1), ..work() });
    let (zone, s) = (berlin(), scope());
    let a = Around { scope: &s, signed: false, zone: &zone, refused: None, has_one: false, approvers_stand: true };
    let decided = |g: &Given| covers(g, &a, &asked(), &t1(), now()).map(|_| ());
    // one function is not enough for T1: attended or not, people are asked
    assert_eq!(decided(&g), Err(Misfit::Checks));
    // the same person again, the same function again, and somebody of a provider
    for (by, say) in [
        (hand(KELLER, OwnerRole::OtSecurity), "refuse-beforehand-twice"),
        (hand(PersonId(id(3)), OwnerRole::ControlEngineer), "refuse-beforehand-function"),
        (Hand { ours: false, ..hand(ORTEGA, OwnerRole::OtSecurity) }, "refuse-provider-never-decides"),
    ] {
        assert_eq!(agree(&g, by, &a, &t1(), now()).unwrap_err().say.id, say);
    }
    let second = agree(&g, hand(OKAFOR, OwnerRole::OtSecurity), &a, &t1(), now()).unwrap();
    g.approvals.push(second.approval);
    // T1 asks for somebody beside it where the rules say so; then only attended work passes in full
    let attended = t1().caps.asks_attendance(Tier::T1);
    assert_eq!(decided(&g), if attended { Err(Misfit::Checks) } else { Ok(()) });
    let beside = Beforehand { pattern: Pattern::GatewayAttended, attended: true, ..g.work.clone() };
    let wish = AccessRequested { pattern: Pattern::GatewayAttended, attended: true, ..asked() };
    let both = Given { work: beside.clone(), ..g.clone() };
    assert!(covers(&both, &a, &wish, &t1(), now()).is_ok());
    let one = Given { work: beside, approvals: vec![yes(KELLER, OwnerRole::ControlEngineer)], ..g.clone() };
    assert_eq!(covers(&one, &a, &wish, &t1(), now()).map(|_| ()), Err(Misfit::Checks));
    // one that rested on other rules is agreed to by nobody
    let newer = Facts { rules_version: 2, ..t1() };
    let no = agree(&one, hand(OKAFOR, OwnerRole::OtSecurity), &a, &newer, now()).unwrap_err();
    assert_eq!(no.say.id, "refuse-beforehand-over");
}

#[test]
fn it_is_given_only_inside_its_bounds() {
    let (zone, s) = (berlin(), scope());
    let a = Around { scope: &s, signed: false, zone: &zone, refused: None, has_one: false, approvers_stand: true };
    let keller = hand(KELLER, OwnerRole::ControlEngineer);
    let today: Day = "2026-11-16".parse().unwrap();
    let to = |days| Beforehand { until: today.plus_days(days), ..work() };
    assert!(give(&to(0), keller, &a, &sample::facts(), now()).is_ok());
    assert!(give(&to(MOST_DAYS), keller, &a, &sample::facts(), now()).is_ok());
    let cap = sample::facts().caps.of(Some(Tier::T2), None);
    let mut safety = sample::facts();
    safety.instance.safety = Known::Yes;
    let cases = [
        (to(MOST_DAYS + 1), sample::facts(), "refuse-beforehand-days"),
        (to(-1), sample::facts(), "refuse-beforehand-days"),
        (Beforehand { roles: vec![Role::Administer], ..work() }, sample::facts(), "refuse-beforehand-scope"),
        (Beforehand { scope: vec![], ..work() }, sample::facts(), "refuse-beforehand-scope"),
        (Beforehand { longest_secs: cap + 60, ..work() }, sample::facts(), "refuse-beforehand-length"),
        (work(), safety, "refuse-beforehand-safety"),
    ];
    for (work, f, say) in cases {
        assert_eq!(give(&work, keller, &a, &f, now()).unwrap_err().say.id, say);
    }
    let signed = Around { signed: true, ..a };
    assert_eq!(give(&work(), keller, &signed, &sample::facts(), now()).unwrap_err().rule, "R-38");
    let theirs = Hand { ours: false, ..keller };
    assert_eq!(give(&work(), theirs, &a, &sample::facts(), now()).unwrap_err().rule, "R-13");
}

#[test]
fn taking_it_back_ends_it_for_good_and_no_later_yes_revives_it() {
    let at = |secs: i64| At { at: D0.plus_secs(secs), by: Actor::Genesis, seq: 1 };
    let q = sample::question();
    let opened = ActivationOpened { engagement: q.engagement, provider: q.provider, sites: vec![q.site] };
    let mut a = Activation::born(q.engagement.0, &ActivationEvent::Opened(opened), at(0)).unwrap();
    let first = yes(KELLER, OwnerRole::ControlEngineer);
    a.apply(&ActivationEvent::BeforehandGiven(BeforehandGiven { work: work(), approval: first.clone() }), at(1));
    let gone = withdraw(a.given(1).unwrap(), hand(OKAFOR, OwnerRole::OtSecurity), &[], &berlin(), now()).unwrap();
    assert_eq!(gone, (BeforehandWithdrawn { number: 1, by: OKAFOR }, vec![]));
    let (gone, _) = gone;
    a.apply(&ActivationEvent::BeforehandWithdrawn(gone), at(2));
    let late = BeforehandAgreed { number: 1, approval: yes(OKAFOR, OwnerRole::OtSecurity) };
    a.apply(&ActivationEvent::BeforehandAgreed(late), at(3));
    let g = a.given(1).unwrap();
    assert_eq!((g.withdrawn, g.withdrawn_by, g.approvals.len()), (Some(D0.plus_secs(2)), Some(OKAFOR), 1));
    assert_eq!(judged(g, &asked(), &sample::facts()), Err(Misfit::Withdrawn));
    // twice is once
    let no = withdraw(g, hand(KELLER, OwnerRole::ControlEngineer), &[], &berlin(), now()).unwrap_err();
    assert_eq!(no.say.id, "refuse-beforehand-over");
    // an activation of before this was written reads as it did
    let mut old = serde_json::to_value(&a).unwrap();
    old.as_object_mut().unwrap().remove("beforehand");
    assert!(serde_json::from_value::<Activation>(old).unwrap().beforehand.is_empty());
}

#[test]
fn a_pattern_of_before_purposes_is_for_any_planned_work() {
    let old = given(Beforehand { purposes: vec![], ..work() });
    for purpose in Purpose::ALL.iter().copied() {
        let wish = AccessRequested { purpose, ..asked() };
        let want = if purpose == Purpose::Emergency { Err(Misfit::Never) } else { Ok(()) };
        assert_eq!(judged(&old, &wish, &sample::facts()), want, "{purpose}");
        let named = [Purpose::Maintain, Purpose::Upgrade].contains(&purpose);
        assert_eq!(judged(&given(work()), &wish, &sample::facts()).is_ok(), named, "{purpose}");
    }
    // and is read and written as it was
    let kept = serde_json::to_value(&old.work).unwrap();
    assert!(kept.get("purposes").is_none());
    assert_eq!(serde_json::from_value::<Beforehand>(kept).unwrap(), old.work);
}

#[test]
fn hours_are_those_of_the_clock_on_the_wall() {
    use Weekday::{Fri, Mon, Sat, Sun};
    let zone = berlin();
    let inside = |h: &Hours, days: &[Weekday], from: &str, until: &str| {
        in_hours(h, days, &zone, &Window { from: at(from), until: at(until) })
    };
    let day = hours("06:00", "18:00");
    // Monday 06:00 to 18:00 CET to the second, and not a second more
    assert!(inside(&day, &[Mon], "2026-11-16T05:00:00Z", "2026-11-16T17:00:00Z"));
    assert!(!inside(&day, &[Mon], "2026-11-16T04:59:59Z", "2026-11-16T17:00:00Z"));
    assert!(!inside(&day, &[Mon], "2026-11-16T05:00:00Z", "2026-11-16T17:00:01Z"));
    assert!(!inside(&day, &[Fri], "2026-11-16T05:00:00Z", "2026-11-16T06:00:00Z"));
    // over a night and a day it is not wholly in either
    assert!(!inside(&day, &[Mon, Weekday::Tue], "2026-11-16T16:00:00Z", "2026-11-17T06:00:00Z"));
    // a night belongs to the day it began on: Friday's runs into Saturday, Saturday has none
    let night = hours("22:00", "06:00");
    assert!(inside(&night, &[Fri], "2026-11-20T21:00:00Z", "2026-11-21T05:00:00Z"));
    assert!(inside(&night, &[Fri], "2026-11-21T02:00:00Z", "2026-11-21T03:00:00Z"));
    assert!(!inside(&night, &[Sat], "2026-11-21T02:00:00Z", "2026-11-21T03:00:00Z"));
    assert!(!inside(&night, &[Fri], "2026-11-20T20:59:00Z", "2026-11-20T22:00:00Z"));
    // the whole day
    let all = hours("00:00", "24:00");
    assert!(inside(&all, &[Mon], "2026-11-15T23:00:00Z", "2026-11-16T23:00:00Z"));
    assert!(!inside(&all, &[Mon], "2026-11-15T22:59:59Z", "2026-11-16T01:00:00Z"));
    // the night in which clocks go back: Saturday 24 October, 22:00 to 06:00 is nine hours long
    assert!(inside(&night, &[Sat], "2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z"));
    assert!(!inside(&night, &[Sat], "2026-10-24T20:00:00Z", "2026-10-25T05:01:00Z"));
    // 02:30 comes twice that night; an end there is the first one, a beginning there is the second
    let ends = hours("22:00", "02:30");
    assert!(inside(&ends, &[Sat], "2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z"));
    assert!(!inside(&ends, &[Sat], "2026-10-24T22:00:00Z", "2026-10-25T00:31:00Z"));
    assert!(!inside(&ends, &[Sat], "2026-10-24T22:00:00Z", "2026-10-25T01:30:00Z"));
    let begins = hours("02:30", "06:00");
    assert!(!inside(&begins, &[Sun], "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z"));
    assert!(inside(&begins, &[Sun], "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"));
    // the night in which clocks go forward: 02:30 never comes; what lies in the doubt waits for people
    assert!(inside(&night, &[Sat], "2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z"));
    assert!(!inside(&night, &[Sat], "2026-03-28T21:00:00Z", "2026-03-29T04:01:00Z"));
    assert!(inside(&ends, &[Sat], "2026-03-28T22:00:00Z", "2026-03-29T00:30:00Z"));
    assert!(!inside(&ends, &[Sat], "2026-03-28T22:00:00Z", "2026-03-29T01:00:00Z"));
    assert!(!inside(&begins, &[Sun], "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"));
    assert!(inside(&begins, &[Sun], "2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z"));
}
