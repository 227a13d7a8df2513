//! Work in repeated shifts, case by case: what a span of days comes to where clocks are set, what is asked and approved
//! once, and that nothing begins before the area confirmed this very shift.

use super::{
    access::AccessRequest,
    acts::{Events, Hand, No, approve, extend, request, revoke},
    campaign::{AHEAD, MOST_DAYS, READ_DAYS, confirm, plan, to_confirm},
    decide::{Decision, decide},
    facts::{CalendarFacts, Facts, Modes},
    grant::Grant,
    sample::{self, id, now},
};
use crate::{
    base::{
        AccessRequestId, Actor, At, Day, GrantId, HOUR, Instant, Mode, Now, PersonId, Purpose, Role, Tier, Window,
        ZoneName,
    },
    event::{
        Event,
        permit::{
            AccessRequested, ApprovalMeaning, AskedWindow, Campaign, GrantEvent, GrantPause, GrantSuspended, Hours,
            Moment, Outcome, Repeated, ShiftConfirmed, Verdict,
        },
        qualify::OwnerRole,
    },
    rules::Rules,
    thing::Thing,
};

const GRANT: (GrantId, &str) = (GrantId(id(500)), "GRA-1");

fn berlin() -> ZoneName {
    "Europe/Berlin".parse().unwrap()
}
fn t(text: &str) -> Instant {
    text.parse().unwrap()
}
fn repeated(from: &str, until: &str, hours: (&str, &str)) -> Repeated {
    let hours = Hours { from: hours.0.parse().unwrap(), until: hours.1.parse().unwrap() };
    Repeated { from: from.parse().unwrap(), until: until.parse().unwrap(), hours }
}
fn nights() -> Campaign {
    plan(repeated("2026-11-16", "2026-11-20", ("22:00", "06:00")), &berlin()).unwrap()
}
fn asks(campaign: Campaign) -> AccessRequested {
    let window = AskedWindow::Fixed(campaign.span().unwrap());
    let (roles, change) = (vec![Role::View], None);
    AccessRequested { window, campaign: Some(campaign), roles, change, ..sample::asked() }
}
fn hand(person: u128, role: OwnerRole) -> Hand {
    Hand { person: PersonId(id(person)), role, ours: true }
}
fn keller() -> Hand {
    hand(1, OwnerRole::ControlEngineer)
}
fn at(at: Instant) -> At {
    At { at, by: Actor::Genesis, seq: 1 }
}
fn put(grant: &mut Grant, events: &Events, when: Instant) {
    for (_, e) in events {
        if let Event::Grant(e) = e {
            grant.apply(e, at(when));
        }
    }
}

/// Asked by L. Ortega, approved by A. Keller: five nights from Monday the 16th, 22:00 to 06:00 in Berlin.
fn granted() -> Grant {
    let f = sample::facts();
    let (decision, events) = request(AccessRequestId(id(700)), asks(nights()), &f, now());
    assert!(decision.yes(), "{:?}", decision.blocking().map(|c| c.say.id).collect::<Vec<_>>());
    let mut req: Option<AccessRequest> = None;
    for (id, e) in &events {
        let Event::AccessRequest(e) = e else { panic!("{e:?}") };
        match &mut req {
            None => req = AccessRequest::born(*id, e, at(now().0)),
            Some(req) => req.apply(e, at(now().0)),
        }
    }
    let events = approve(&req.unwrap(), keller(), ApprovalMeaning::Approval, &f, GRANT, now()).unwrap();
    let opened = events.iter().find_map(|(id, e)| match e {
        Event::Grant(e) => Grant::born(*id, e, at(now().0)),
        _ => None,
    });
    opened.unwrap()
}

fn start(g: &Grant, f: &Facts, when: Instant) -> Decision {
    let alive = if g.stands(when) { crate::event::expect::Known::Yes } else { crate::event::expect::Known::No };
    let f = Facts { grant_alive: alive, ..f.clone() };
    decide(&f, &g.question(Moment::Start, g.window_at(when)), Now(when))
}
fn says(d: &Decision) -> Vec<&'static str> {
    d.blocking().map(|c| c.say.id).collect()
}
fn no(result: Result<Events, crate::base::Refusal>) -> &'static str {
    result.unwrap_err().say.id
}

#[test]
fn a_span_of_days_comes_to_one_shift_for_each_in_the_zone_of_the_site() {
    let c = nights();
    assert_eq!((c.count(), c.repeated.days(), c.longest()), (5, 5, 8 * HOUR));
    assert_eq!(c.shifts[0], Window { from: t("2026-11-16T21:00:00Z"), until: t("2026-11-17T05:00:00Z") });
    // the last night ends on the morning after the last day
    assert_eq!(c.span(), Some(Window { from: t("2026-11-16T21:00:00Z"), until: t("2026-11-21T05:00:00Z") }));
    // by day; and around the clock, where one ends as the next begins
    let days = plan(repeated("2026-11-16", "2026-11-16", ("06:00", "14:00")), &berlin()).unwrap();
    assert_eq!(days.shifts, [Window { from: t("2026-11-16T05:00:00Z"), until: t("2026-11-16T13:00:00Z") }]);
    let round = plan(repeated("2026-11-16", "2026-11-17", ("06:00", "06:00")), &berlin()).unwrap();
    assert_eq!((round.longest(), round.shifts[0].until), (24 * HOUR, round.shifts[1].from));
    // to midnight
    let late = plan(repeated("2026-11-16", "2026-11-16", ("16:00", "24:00")), &berlin()).unwrap();
    assert_eq!(late.shifts[0].until, t("2026-11-16T23:00:00Z"));
    // which one runs, and which is next
    let inside = |text: &str| (c.number_at(t(text)), c.around(t(text)).unwrap().0);
    assert_eq!(inside("2026-11-16T20:59:59Z"), (None, 1));
    assert_eq!(inside("2026-11-16T21:00:00Z"), (Some(1), 1));
    assert_eq!(inside("2026-11-17T04:59:59Z"), (Some(1), 1));
    assert_eq!(inside("2026-11-17T05:00:00Z"), (None, 2));
    assert_eq!(inside("2026-12-24T00:00:00Z"), (None, 5));
    assert_eq!((c.shift(0), c.shift(6)), (None, None));
}

#[test]
fn days_out_of_order_or_too_many_to_read_are_told_at_once() {
    let why = |r: Repeated| plan(r, &berlin()).unwrap_err().id;
    assert_eq!(why(repeated("2026-11-17", "2026-11-16", ("06:00", "14:00"))), "invalid-shifts-order");
    let first: Day = "2026-11-16".parse().unwrap();
    let many = Repeated { until: first.plus_days(READ_DAYS), ..nights().repeated };
    assert_eq!(why(many), "invalid-shifts-days");
    assert!(plan(Repeated { until: first.plus_days(READ_DAYS - 1), ..nights().repeated }, &berlin()).is_ok());
    assert_eq!(why(repeated("2026-11-16", "2026-11-17", ("24:00", "06:00"))), "invalid-no-clock");
}

#[test]
fn where_a_clock_is_set_a_shift_is_never_longer_than_its_hours() {
    let one = |day: &str, hours| plan(repeated(day, day, hours), &berlin()).map(|c| c.shifts[0]);
    let w = |from: &str, until: &str| Ok(Window { from: t(from), until: t(until) });
    // In autumn 22:00 to 06:00 would be nine hours: it ends when its eight are over, at 05:00.
    assert_eq!(one("2026-10-24", ("22:00", "06:00")), w("2026-10-24T20:00:00Z", "2026-10-25T04:00:00Z"));
    // In spring the same night has seven.
    assert_eq!(one("2027-03-27", ("22:00", "06:00")), w("2027-03-27T21:00:00Z", "2027-03-28T04:00:00Z"));
    // A beginning that comes twice is the later one, an end the earlier one.
    assert_eq!(one("2026-10-25", ("02:30", "10:30")), w("2026-10-25T01:30:00Z", "2026-10-25T09:30:00Z"));
    assert_eq!(one("2026-10-24", ("22:00", "02:30")), w("2026-10-24T20:00:00Z", "2026-10-25T00:30:00Z"));
    // Both come twice: one of the two, whole.
    assert_eq!(one("2026-10-25", ("02:10", "02:50")), w("2026-10-25T01:10:00Z", "2026-10-25T01:50:00Z"));
    // A time that is not there that night.
    assert_eq!(one("2027-03-28", ("02:00", "02:30")), w("2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z"));
    assert_eq!(one("2027-03-28", ("02:30", "03:10")).unwrap_err().id, "invalid-shifts-none");
}

#[test]
fn over_two_years_and_many_zones_shifts_are_in_order_apart_and_never_too_long() {
    let hours = ["00:00", "02:00", "02:30", "03:00", "14:00", "22:00"];
    for zone in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago", "UTC"]
    {
        let zone: ZoneName = zone.parse().unwrap();
        for from in hours {
            for until in hours {
                for first in (0..730).step_by(42) {
                    let day: Day = "2026-01-01".parse().unwrap();
                    let (from_day, until_day) = (day.plus_days(first), day.plus_days(first + MOST_DAYS - 1));
                    let of = Repeated {
                        from: from_day,
                        until: until_day,
                        hours: Hours { from: from.parse().unwrap(), until: until.parse().unwrap() },
                    };
                    let c = plan(of, &zone).unwrap();
                    let minutes = |c: &str| i64::from(c.parse::<crate::event::permit::Clock>().unwrap().minutes());
                    let most = (minutes(until) - minutes(from)).rem_euclid(1_440);
                    let most = if most == 0 { 24 * HOUR } else { most * 60 };
                    let told = format!("{} {from} {until} {from_day}", zone.as_str());
                    assert!(c.shifts.iter().all(|w| 0 < w.secs() && w.secs() <= most), "{told}");
                    assert!(c.shifts.iter().filter(|w| w.secs() < most).count() <= 2, "{told}");
                    assert!(c.shifts.windows(2).all(|w| w[0].until <= w[1].from), "{told}");
                    assert!(c.count() >= 41 && c.span().unwrap().secs() <= MOST_DAYS * 24 * HOUR + HOUR, "{told}");
                    assert!(c.shifts.iter().all(|w| zone.day_of(w.from) >= from_day), "{told}");
                }
            }
        }
    }
}

#[test]
fn the_cap_counts_for_each_shift_and_six_weeks_for_all_of_them() {
    let judge = |of: Repeated, tier: Tier, purpose: Purpose| {
        let asked = AccessRequested { purpose, ..asks(plan(of, &berlin()).unwrap()) };
        let f = Facts { tier: Some(tier), ..sample::facts() };
        let (d, _) = request(AccessRequestId(id(700)), asked, &f, now());
        let check = *d.check("length-within-cap").unwrap();
        (check.result == Outcome::Passed, check.say.id)
    };
    let first: Day = "2026-11-17".parse().unwrap();
    let run =
        |days: i64, hours| Repeated { until: first.plus_days(days - 1), ..repeated("2026-11-17", "2026-11-17", hours) };
    let (day, long) = (("06:00", "14:00"), ("06:00", "14:01"));
    for (of, tier, purpose, want) in [
        (run(42, day), Tier::T1, Purpose::Maintain, "check-shifts-within"),
        (run(43, day), Tier::T1, Purpose::Maintain, "check-shifts-days-over"),
        (run(1, long), Tier::T1, Purpose::Maintain, "check-shifts-over"),
        (run(42, long), Tier::T2, Purpose::Maintain, "check-shifts-within"),
        (run(5, ("06:00", "06:00")), Tier::T2, Purpose::Maintain, "check-shifts-within"),
        // whatever else is so, an emergency is one window
        (run(1, ("06:00", "07:00")), Tier::T1, Purpose::Emergency, "check-shifts-emergency"),
    ] {
        assert_eq!(judge(of, tier, purpose), (want == "check-shifts-within", want), "{of:?}");
    }
    // the night that the clock makes longer does not break the cap of eight hours
    assert!(judge(repeated("2026-10-20", "2026-10-30", ("22:00", "06:00")), Tier::T1, Purpose::Maintain).0);
}

#[test]
fn a_freeze_between_two_shifts_hinders_none_and_one_inside_a_shift_hinders_all() {
    let with = |from: &str, until: &str| {
        let freezes = vec![Window { from: t(from), until: t(until) }];
        let f = Facts { calendar: CalendarFacts { vouched: true, freezes, link: None }, ..sample::facts() };
        request(AccessRequestId(id(700)), asks(nights()), &f, now()).0.verdict
    };
    assert_eq!(with("2026-11-17T05:00:00Z", "2026-11-17T21:00:00Z"), Verdict::Granted);
    assert_eq!(with("2026-11-17T21:00:00Z", "2026-11-17T21:01:00Z"), Verdict::NotGranted);
    // one that was set after the approval stops only the shift it lies in
    let mut g = granted();
    let freezes = vec![Window { from: t("2026-11-17T21:00:00Z"), until: t("2026-11-18T05:00:00Z") }];
    let f = Facts { calendar: CalendarFacts { vouched: true, freezes, link: None }, ..sample::facts() };
    for (shift, when) in [(1, "2026-11-16T21:00:00Z"), (2, "2026-11-17T21:00:00Z")] {
        let when = t(when);
        let events = confirm(&g, shift, keller(), Now(when)).unwrap();
        put(&mut g, &events, when);
        let want: &[&str] = if shift == 1 { &[] } else { &["check-window-freeze"] };
        assert_eq!(says(&start(&g, &f, when)), want, "{shift}");
    }
}

#[test]
fn work_begins_in_a_confirmed_shift_and_at_no_other_time() {
    let (mut g, f) = (granted(), sample::facts());
    let first = nights().shifts[0];
    // before the first shift: which one is next
    let early = start(&g, &f, t("2026-11-16T12:00:00Z"));
    assert_eq!(says(&early), ["check-grant-no-shift", "check-shift-next"]);
    let told = early.check("window-agreed").unwrap();
    assert_eq!(told.say.args[0], Some(("from", crate::base::Arg::Instant(first.from))));
    // in it, but nobody confirmed it: by whom it can be
    let unconfirmed = start(&g, &f, first.from);
    assert_eq!(says(&unconfirmed), ["check-grant-no-shift", "check-shift-unconfirmed"]);
    assert_eq!(unconfirmed.check("window-agreed").unwrap().help, Some("help-shift-confirm"));
    assert_eq!(g.word(first.from), "scheduled");
    // confirmed at ten past: from then on, to its last instant
    let ten_past = first.from.plus_secs(600);
    let events = confirm(&g, 1, keller(), Now(ten_past)).unwrap();
    put(&mut g, &events, ten_past);
    let words = [first.from, ten_past, first.until.plus_secs(-1), first.until].map(|at| g.word(at));
    assert_eq!(words, ["scheduled", "active", "active", "scheduled"]);
    assert!(start(&g, &f, ten_past).yes() && start(&g, &f, first.until.plus_secs(-1)).yes());
    // a second after its end the next one is told
    let after = start(&g, &f, first.until.plus_secs(1));
    assert_eq!(says(&after), ["check-grant-no-shift", "check-shift-next"]);
    // yesterday's word opens nothing today
    let second = nights().shifts[1];
    assert_eq!(says(&start(&g, &f, second.from)), ["check-grant-no-shift", "check-shift-unconfirmed"]);
    // after the last one it is over by the clock alone
    let over = nights().span().unwrap().until;
    assert_eq!((g.word(over.plus_secs(-1)), g.word(over)), ("scheduled", "expired"));
    assert_eq!(says(&start(&g, &f, over)), ["check-grant-withdrawn", "check-window-over"]);
    // whatever the site switched off, nothing begins without the area
    let off = Facts { modes: Modes::all(Mode::Off), ..sample::facts() };
    assert_eq!(says(&start(&g, &off, second.from)), ["check-grant-no-shift"]);
    // its line says at every instant what the rule says
    let (_, line) = g.lines(&Rules::default()).remove(0);
    for hour in -30..140 {
        for secs in [-1, 0, 599, 600] {
            let at = first.from.plus_secs(hour * HOUR + secs);
            assert_eq!(*line.at(at), g.word(at), "{at}");
        }
    }
}

#[test]
fn what_runs_at_the_end_of_a_shift_ends_with_it_whatever_comes_next() {
    let mut g = granted();
    let [first, second, ..] = nights().shifts[..] else { panic!("five") };
    for (shift, w) in [(1, first), (2, second)] {
        let events = confirm(&g, shift, keller(), Now(w.from)).unwrap();
        put(&mut g, &events, w.from);
    }
    let began = first.from.plus_secs(60);
    assert_eq!(g.window_at(began), first);
    assert!(g.goes_on(began, first.until.plus_secs(-1)) && !g.goes_on(began, first.until));
    // the next shift is open, and is not this work's
    assert!(g.usable(second.from) && !g.goes_on(began, second.from));
}

#[test]
fn a_shift_is_confirmed_by_the_area_shortly_before_or_while_it_runs_and_once() {
    let g = granted();
    let w = nights().shifts[0];
    let when = Now(w.from);
    // by whom
    let roles = OwnerRole::ALL.iter().filter(|r| confirm(&g, 1, hand(1, **r), when).is_ok()).copied();
    assert_eq!(roles.collect::<Vec<_>>(), [OwnerRole::ControlEngineer, OwnerRole::ShiftLead]);
    let theirs = Hand { ours: false, ..hand(902, OwnerRole::ShiftLead) };
    assert_eq!(no(confirm(&g, 1, theirs, when)), "refuse-provider-never-decides");
    assert_eq!(no(confirm(&g, 1, hand(901, OwnerRole::ShiftLead), when)), "refuse-shift-own");
    // when
    assert_eq!(no(confirm(&g, 1, keller(), Now(w.from.plus_secs(-AHEAD - 1)))), "refuse-shift-early");
    assert!(confirm(&g, 1, keller(), Now(w.from.plus_secs(-AHEAD))).is_ok());
    assert!(confirm(&g, 1, keller(), Now(w.until.plus_secs(-1))).is_ok());
    assert_eq!(no(confirm(&g, 1, keller(), Now(w.until))), "refuse-shift-over");
    // which one
    assert_eq!(no(confirm(&g, 2, keller(), when)), "refuse-shift-early");
    assert_eq!(
        (no(confirm(&g, 0, keller(), when)), no(confirm(&g, 6, keller(), when))),
        ("refuse-shift-number", "refuse-shift-number")
    );
    assert_eq!(to_confirm(&g, w.from.plus_secs(-AHEAD - 1)), None);
    assert_eq!(to_confirm(&g, w.from.plus_secs(-AHEAD)), Some((1, w)));
    // once; said twice in the record it is still the first one's
    let mut done = granted();
    let events = confirm(&done, 1, keller(), when).unwrap();
    put(&mut done, &events, w.from);
    assert_eq!(no(confirm(&done, 1, hand(2, OwnerRole::ShiftLead), when)), "refuse-shift-confirmed");
    let again = ShiftConfirmed { shift: 1, by: PersonId(id(2)), role: OwnerRole::ShiftLead };
    done.apply(&GrantEvent::ShiftConfirmed(again), at(w.from.plus_secs(5)));
    assert_eq!(
        (done.confirmed.len(), done.confirmed(1).unwrap().by, to_confirm(&done, w.from)),
        (1, PersonId(id(1)), None)
    );
    // one window is no shift, and what is over or taken away has none
    let mut plain = granted();
    plain.facts.campaign = None;
    assert_eq!(no(confirm(&plain, 1, keller(), when)), "refuse-shift-none");
    let mut gone = granted();
    let events = revoke(&gone, keller(), false, None, now()).unwrap();
    put(&mut gone, &events, now().0);
    assert_eq!((no(confirm(&gone, 1, keller(), when)), to_confirm(&gone, w.from)), ("refuse-grant-over", None));
}

#[test]
fn rest_is_rest_in_every_shift_and_nobody_gives_more_time() {
    let (mut g, f) = (granted(), sample::facts());
    let w = nights().shifts[0];
    let events = confirm(&g, 1, keller(), Now(w.from)).unwrap();
    put(&mut g, &events, w.from);
    g.apply(&GrantEvent::Suspended(GrantSuspended { cause: GrantPause::Incident, source: None }), at(w.from));
    assert_eq!(says(&start(&g, &f, w.from)), ["check-grant-withdrawn"]);
    assert!(!g.goes_on(w.from, w.from.plus_secs(1)));
    let more = extend(&g, g.until.plus_secs(HOUR), keller(), &f, Now(w.from));
    let Err(No::Refused(refused)) = more else { panic!("{more:?}") };
    assert_eq!(refused.say.id, "refuse-extension-campaign");
    // a preview asks what a start would come to once the area confirmed it
    let supposed = granted().supposed();
    assert!(start(&supposed, &f, nights().shifts[3].from).yes());
}

#[test]
fn what_has_no_shifts_is_written_as_before() {
    let data = serde_json::to_value(sample::asked()).unwrap();
    assert!(data.get("campaign").is_none());
    let g = granted();
    let (name, data) = Event::from(GrantEvent::Opened(Box::new(g.facts.clone()))).to_wire().unwrap();
    assert_eq!(
        (name.as_str(), data["campaign"]["repeated"]["hours"]["until"].as_str()),
        ("permit.grant.opened@1", Some("06:00"))
    );
    assert!(data.to_string().len() < 4_096);
}
