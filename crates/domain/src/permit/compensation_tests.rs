//! Measures that make up for a limit of a system, case by case (R-21, S5.8a-c): what a decision makes of them, and who
//! takes a step.

use uuid::Uuid;

use super::{
    acts::Hand,
    decide::decide,
    facts::{Facts, Modes, Paper, Question},
    gather::{Things, facts},
    grant::Grant,
    sample::{self, D0, id, now},
    steps,
};
use crate::{
    base::{Actor, At, Commit, GrantId, Instant, Mode, Now, Pattern, PersonId, Private, Purpose, Slot, ZoneName},
    event::{
        expect::{Capabilities, Compensation, CompensationBroken, InstanceEvent, InstanceFacts, Known, Measure},
        permit::{GrantEvent, GrantOpened, GrantRevoked, Hours, Moment, Outcome, StepDone, StepUndone},
        qualify::OwnerRole,
    },
    expect::instance::Instance,
    rules::Rules,
    thing::Thing,
};

use Outcome::{NotJudgedHere, NotPassed, Passed, Warning};

/// A system with a limit, and a set in force that makes up for it.
fn measured(f: &mut Facts) {
    (f.compensation.limited, f.compensation.set) = (Known::Yes, Paper::Valid(None));
}

fn judged(edit: impl Fn(&mut Facts, &mut Question)) -> (Outcome, &'static str) {
    let (mut f, mut q) = (sample::facts(), sample::question());
    measured(&mut f);
    edit(&mut f, &mut q);
    let d = decide(&f, &q, now());
    let check = d.check("compensation-complete").unwrap();
    (check.result, check.say.id)
}

#[test]
fn a_set_is_in_force_in_its_hours_with_its_steps_and_while_no_member_is_broken() {
    let step = |f: &mut Facts| f.compensation.step = Some(Measure::PermitNumber);
    assert_eq!(judged(|_, _| ()), (Passed, "check-compensation-in-force"));
    assert_eq!(judged(|f, _| f.compensation.broken = true), (NotPassed, "check-compensation-broken"));
    assert_eq!(judged(|f, _| f.compensation.in_hours = false), (NotPassed, "check-compensation-hours"));
    // a step is asked when work begins, not of whoever asks or agrees
    assert_eq!(judged(|f, _| step(f)), (Passed, "check-compensation-in-force"));
    let begins = |f: &mut Facts, q: &mut Question| {
        step(f);
        q.moment = Moment::Start;
    };
    assert_eq!(judged(begins), (NotPassed, "check-compensation-step"));
    // a set of a system without a limit is asked nothing
    let free = |f: &mut Facts, q: &mut Question| {
        begins(f, q);
        f.compensation.limited = Known::No;
    };
    assert_eq!(judged(free).1, "check-compensation-no-limitation");
}

/// a broken member allows no new session, and nothing new in one that runs; an emergency goes on, and nobody
/// looks for a permit's number in one.
#[test]
fn a_broken_measure_is_asked_of_work_that_runs_too_and_steps_wait_for_nobody_in_an_emergency() {
    let at = |moment, edit: fn(&mut Facts), purpose| {
        judged(|f, q| {
            edit(f);
            (q.moment, q.purpose) = (moment, Some(purpose));
        })
    };
    let broken: fn(&mut Facts) = |f| f.compensation.broken = true;
    let step: fn(&mut Facts) = |f| f.compensation.step = Some(Measure::TwoPersons);
    let late: fn(&mut Facts) = |f| f.compensation.in_hours = false;
    let (work, emergency) = (Purpose::Maintain, Purpose::Emergency);
    // given what runs: papers are frozen, a broken measure is not
    assert_eq!(at(Moment::During, |_| (), work), (NotJudgedHere, "check-frozen-during-session"));
    assert_eq!(at(Moment::During, step, work), (NotJudgedHere, "check-frozen-during-session"));
    assert_eq!(at(Moment::During, broken, work), (NotPassed, "check-compensation-broken"));
    assert_eq!(at(Moment::During, broken, emergency), (NotJudgedHere, "check-frozen-during-session"));
    let off: fn(&mut Facts) = |f| {
        f.compensation.broken = true;
        f.modes = Modes::all(Mode::Off);
    };
    assert_eq!(at(Moment::During, off, work).0, NotJudgedHere);
    // given what begins
    assert_eq!(at(Moment::Start, step, work), (NotPassed, "check-compensation-step"));
    assert_eq!(at(Moment::Start, step, emergency), (Warning, "check-compensation-step"));
    assert_eq!(at(Moment::Start, late, emergency), (Warning, "check-compensation-hours"));
    // a set that is broken is no paper: an emergency does not override it
    assert_eq!(at(Moment::Start, broken, emergency), (NotPassed, "check-compensation-broken"));
}

fn at(secs: i64) -> At {
    At { at: D0.plus_secs(secs), by: Actor::Genesis, seq: 1 }
}
fn private() -> Private<crate::base::Text> {
    Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(3)))
}
fn berlin() -> ZoneName {
    "Europe/Berlin".parse().unwrap()
}

/// A controller without named users, and the measures agreed for it.
fn controller(measures: &[Measure], hours: Option<(&str, &str)>) -> Instance {
    let q = sample::question();
    let capabilities = Capabilities { named_users: Known::No, ..Capabilities::UNKNOWN };
    let facts = InstanceFacts {
        site: q.site,
        environment: Some(q.environment),
        capabilities,
        ..crate::expect::instance::tests::facts()
    };
    let mut i = Instance::born(q.instance.0, &InstanceEvent::Registered(facts), at(-900)).unwrap();
    let clock = |text: &str| text.parse().unwrap();
    let set = Compensation {
        measures: measures.to_vec(),
        hours: hours.map(|(from, until)| Hours { from: clock(from), until: clock(until) }),
        sources: Vec::new(),
        until: "2026-12-31".parse().unwrap(),
        proposed_by: PersonId(id(21)),
        approved_by: PersonId(id(22)),
        reason: private(),
    };
    i.apply(&InstanceEvent::CompensationSet(set), at(-600));
    i
}

/// A grant of the sample on it, open now.
fn grant() -> Grant {
    let window = sample::question().window;
    let opened = GrantOpened { window, ..sample::granted() };
    Grant::born(id(40), &GrantEvent::Opened(Box::new(opened)), at(-300)).unwrap()
}

fn taken(measure: Measure, until: Option<Instant>) -> GrantEvent {
    GrantEvent::StepDone(StepDone { measure, by: PersonId(id(5)), until, said: None })
}

/// What a start at an instant comes to, from the things themselves.
fn starts(i: &Instance, g: &Grant, t: Instant) -> (Outcome, &'static str) {
    let q = g.question(Moment::Start, g.window());
    let things = Things { instance: Some(i.clone()), grant: Some(g.clone()), ..Things::default() };
    let f = facts(things, &q, &Rules::builtin().unwrap(), Now(t));
    let d = decide(&f, &Question { grant: Some(GrantId(id(40))), ..q }, Now(t));
    let check = d.check("compensation-complete").unwrap();
    (check.result, check.say.id)
}

/// S5.8a: given a limit and the set {escort, permit number, check-out}, when the permit number is empty, then the
/// session cannot start.
#[test]
fn work_begins_once_every_step_of_the_set_was_taken_and_lasts() {
    let i = controller(&[Measure::Escort, Measure::PermitNumber, Measure::AccountCheckOut], None);
    let mut g = grant();
    let open = |g: &Grant, t| steps::open(Some(g), &i, t).collect::<Vec<_>>();
    let t = g.window().from.plus_secs(60);
    assert_eq!(open(&g, t), [Measure::PermitNumber, Measure::AccountCheckOut]);
    assert_eq!(starts(&i, &g, t), (NotPassed, "check-compensation-step"));
    g.apply(&taken(Measure::PermitNumber, None), at(-60));
    assert_eq!(starts(&i, &g, t), (NotPassed, "check-compensation-step"));
    g.apply(&taken(Measure::AccountCheckOut, Some(t.plus_secs(600))), at(-50));
    assert_eq!(starts(&i, &g, t), (Passed, "check-compensation-in-force"));
    // when the account's time is over, or it came back, the next start waits again
    assert_eq!(open(&g, t.plus_secs(600)), [Measure::AccountCheckOut]);
    g.apply(&GrantEvent::StepUndone(StepUndone { measure: Measure::AccountCheckOut }), at(-40));
    assert_eq!(open(&g, t), [Measure::AccountCheckOut]);
    // what was said before the set was agreed anew says nothing of it; the account is handed out still
    let mut anew = i.clone();
    anew.apply(&InstanceEvent::CompensationSet(i.compensation.clone().unwrap().set), at(-55));
    g.apply(&taken(Measure::AccountCheckOut, None), at(-58));
    assert_eq!(steps::open(Some(&g), &anew, t).collect::<Vec<_>>(), [Measure::PermitNumber]);
    // steps of one grant are none of another
    assert_eq!(open(&grant(), t), [Measure::PermitNumber, Measure::AccountCheckOut]);
}

#[test]
fn a_set_ends_with_its_day_with_a_broken_member_and_outside_of_its_hours() {
    let g = grant();
    let t = g.window().from.plus_secs(60);
    let mut i = controller(&[Measure::SeparateNetwork], None);
    assert_eq!(starts(&i, &g, t), (Passed, "check-compensation-in-force"));
    let over = berlin().end_of("2026-12-31".parse().unwrap());
    let late = |t| i.compensation.as_ref().unwrap().holds(&berlin(), t);
    assert!(late(over.plus_secs(-1)) && !late(over));
    let gone = CompensationBroken { measure: Measure::SeparateNetwork, reason: None, session: None };
    i.apply(&InstanceEvent::CompensationBroken(gone.clone()), at(-30));
    assert_eq!(starts(&i, &g, t), (NotPassed, "check-compensation-broken"));
    // the first cause stays; a set agreed anew holds again
    let second = CompensationBroken { measure: Measure::Escort, ..gone.clone() };
    i.apply(&InstanceEvent::CompensationBroken(second), at(-20));
    assert_eq!(i.compensation.as_ref().unwrap().broken, Some((at(-30).at, gone)));
    let anew = i.compensation.clone().unwrap().set;
    i.apply(&InstanceEvent::CompensationSet(anew), at(-10));
    assert_eq!(starts(&i, &g, t), (Passed, "check-compensation-in-force"));
    // hours that the window is not in
    let night = controller(&[Measure::Hours], Some(("22:00", "04:00")));
    assert_eq!(starts(&night, &g, t), (NotPassed, "check-compensation-hours"));
    let day = controller(&[Measure::Hours], Some(("00:00", "24:00")));
    assert_eq!(starts(&day, &g, t), (Passed, "check-compensation-in-force"));
}

#[test]
fn a_step_is_taken_by_somebody_of_ours_for_a_grant_that_lasts_and_a_measure_that_asks_for_it() {
    let i = controller(&[Measure::PermitNumber, Measure::TwoPersons, Measure::AccountCheckOut, Measure::Escort], None);
    let mut g = grant();
    g.attendant = Some(PersonId(id(6)));
    let t = Now(g.window().from.plus_secs(60));
    let hand = |person: u128, ours| Hand { person: PersonId(id(person)), role: OwnerRole::ShiftLead, ours };
    let no = |i: &Instance, g: &Grant, measure, by, t| {
        steps::may_take(g, i, measure, by, &berlin(), t).map_err(|no| no.say.id).err()
    };
    let of = |measure, by| no(&i, &g, measure, by, t);
    assert_eq!(of(Measure::PermitNumber, hand(5, true)), None);
    assert_eq!(of(Measure::PermitNumber, hand(6, true)), None, "whoever is beside them may read a permit");
    assert_eq!(of(Measure::TwoPersons, hand(5, true)), None);
    assert_eq!(of(Measure::TwoPersons, hand(6, true)), Some("refuse-step-attendant"), "one person is not two");
    // who said so and is named beside them afterwards is one person, too
    let mut told = g.clone();
    told.apply(&taken(Measure::TwoPersons, None), at(-1));
    assert!(!steps::open(Some(&told), &i, t.0).any(|m| m == Measure::TwoPersons));
    let both = Grant { attendant: Some(PersonId(id(5))), ..told };
    assert!(steps::open(Some(&both), &i, t.0).any(|m| m == Measure::TwoPersons));
    assert_eq!(of(Measure::PermitNumber, hand(5, false)), Some("refuse-step-provider"));
    let own = Hand { person: g.facts.person, ..hand(5, true) };
    assert_eq!(of(Measure::PermitNumber, own), Some("refuse-step-oneself"));
    assert_eq!(of(Measure::AccountCheckOut, hand(5, true)), Some("refuse-step-check-out"));
    assert_eq!(of(Measure::Escort, hand(5, true)), Some("refuse-step-not-asked"));
    assert_eq!(of(Measure::AllowListing, hand(5, true)), Some("refuse-step-not-asked"));
    // an hour before the window at the earliest
    let hour = |secs| Now(g.window().from.plus_secs(secs));
    assert_eq!(no(&i, &g, Measure::PermitNumber, hand(5, true), hour(-3_601)), Some("refuse-step-early"));
    assert_eq!(no(&i, &g, Measure::PermitNumber, hand(5, true), hour(-3_600)), None);
    // over, taken back, or no set in force
    let later = Now(g.until);
    assert_eq!(no(&i, &g, Measure::PermitNumber, hand(5, true), later), Some("refuse-step-over"));
    let mut gone = g.clone();
    gone.apply(&GrantEvent::Revoked(GrantRevoked { by: PersonId(id(5)), disconnect: false, note: None }), at(-1));
    assert_eq!(no(&i, &gone, Measure::PermitNumber, hand(5, true), t), Some("refuse-step-over"));
    let bare = Instance { compensation: None, ..i.clone() };
    assert_eq!(no(&bare, &g, Measure::PermitNumber, hand(5, true), t), Some("refuse-step-no-set"));
}

/// The measures say who must be beside them, and what makes up for a second factor (S5.8b, S5.4a).
#[test]
fn an_escort_and_a_second_factor_are_read_from_the_set() {
    let of = |measures: &[Measure]| {
        let q = sample::question();
        let things = Things { instance: Some(controller(measures, None)), ..Things::default() };
        let k = facts(things, &q, &Rules::builtin().unwrap(), now()).compensation;
        (k.attended, k.covers_mfa, k.limited)
    };
    assert_eq!(of(&[Measure::Escort]), (true, false, Known::Yes));
    assert_eq!(of(&[Measure::SecondFactor]), (false, true, Known::Yes));
    let q = Question { pattern: Pattern::GatewayUnattended, ..sample::question() };
    let mut f = sample::facts();
    measured(&mut f);
    f.compensation.attended = true;
    let check = decide(&f, &q, now());
    assert!(check.attended_would_pass, "the way with somebody beside them is offered");
}
