//! What follows from silence, computed by hand for the stories, and as a law for every other.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    base::{Actor, AgreementId, EngagementId, Level, ProviderId, SiteId, Tier},
    event::qualify::{ClauseRef, Facet, RequestAnswered, RequestGraded, RequestReturned, WithReason},
    qualify::standing::standing,
};

fn t(s: &str) -> Instant {
    s.parse().unwrap()
}
fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
fn at(at: Instant) -> At {
    At { at, by: Actor::Genesis, seq: 0 }
}
fn rules() -> Rules {
    Rules::builtin().unwrap()
}

/// The Q3 user list of story A-25: MSA-0071 §6.2, T2, due 1 October, sent 17 September.
fn list_q3(tier: Tier) -> RequestSent {
    RequestSent {
        reference: "REQ-0311".into(),
        obligation: None,
        key: "user-list".into(),
        engagement: EngagementId(id(25)),
        provider: ProviderId(id(9)),
        site: SiteId(id(1)),
        requirements: vec!["SP.09.02 BR".into(), "SP.09.04 BR".into()],
        facet: Facet::Does,
        period: "2026-Q3".into(),
        due: "2026-10-01".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
        tier,
        mandatory: true,
        party: Party::Provider,
        basis: Basis::Clause(ClauseRef { agreement: AgreementId(id(71)), number: "6.2".into() }),
        earlier_accepted: Some(RequestId(id(2))),
        counts_from: None,
    }
}
fn sent(facts: RequestSent, when: &str) -> Request {
    Request::born(id(3), &RequestEvent::Sent(facts), at(t(when))).unwrap()
}
fn graded(r: &mut Request, grade: Grade, when: Instant) {
    r.apply(&RequestEvent::Answered(RequestAnswered { item: ItemId(id(4)) }), at(when));
    let event = RequestGraded { item: ItemId(id(4)), grade, valid_until: None };
    r.apply(&RequestEvent::Graded(event), at(when));
}
/// Every turn of the standing, as `minute level`.
fn turns(r: &Request) -> Vec<String> {
    let line = standing(&r.emits(&rules()).reasons);
    line.spans().iter().skip(1).map(|s| format!("{} {}", &s.from.to_string()[..16], s.is)).collect()
}

#[test]
fn a25_watch_restricted_good() {
    // given the list of T2, sent in time, and nobody answers
    let mut r = sent(list_q3(Tier::T2), "2026-09-17T07:00:00Z");
    // then the clock alone: Watch at the end of 1 October, Restricted at the end of 15 November, local days
    assert_eq!(turns(&r), ["2026-10-01T22:00 watch", "2026-11-15T23:00 restricted"]);
    let reason = &r.emits(&rules()).reasons[0];
    assert_eq!((reason.key.as_str(), reason.rule.as_str(), reason.counts), ("evidence-expired", "R-22", true));
    assert_eq!(reason.clause.as_ref().unwrap().1, "6.2");
    assert_eq!(r.grade(t("2026-11-16T07:30:00Z")), Grade::Expired);
    assert_eq!(r.due_word(t("2026-11-16T07:30:00Z"), &rules()), "overdue");
    // when it is graded adequate, then Good at that very instant
    graded(&mut r, Grade::Adequate, t("2026-11-16T09:12:00Z"));
    assert_eq!(turns(&r).last().unwrap(), "2026-11-16T09:12 good");
    assert_eq!(r.due_word(t("2026-11-16T09:12:00Z"), &rules()), "accepted");
}

#[test]
fn a04_t1_has_thirty_days() {
    let r = sent(list_q3(Tier::T1), "2026-09-17T07:00:00Z");
    assert_eq!(turns(&r), ["2026-10-01T22:00 watch", "2026-10-31T23:00 restricted"]);
    assert_eq!(turns(&sent(list_q3(Tier::T3), "2026-09-17T07:00:00Z")), ["2026-10-01T22:00 watch"]);
}

#[test]
fn a_late_request_gives_its_notice_first() {
    // sent on 10 November for a due day of 1 October: Watch at once, not before; Restricted after 14 calendar days
    let r = sent(list_q3(Tier::T1), "2026-11-10T07:00:00Z");
    assert_eq!(turns(&r), ["2026-11-10T07:00 watch", "2026-11-24T07:00 restricted"]);
}

#[test]
fn what_is_ours_or_voluntary_never_counts() {
    // G7a and R-41: shown, never weighed
    let ours = RequestSent { party: Party::Owner, basis: Basis::OwnDuty, ..list_q3(Tier::T1) };
    let voluntary = RequestSent { basis: Basis::Voluntary, ..list_q3(Tier::T1) };
    let optional = RequestSent { mandatory: false, ..list_q3(Tier::T1) };
    let both = RequestSent { party: Party::Both, ..list_q3(Tier::T1) };
    for facts in [ours, voluntary, optional, both] {
        let r = sent(facts, "2026-09-17T07:00:00Z");
        assert_eq!(turns(&r), [] as [&str; 0]);
        assert!(!r.emits(&rules()).reasons[0].counts);
        assert_eq!(r.grade(t("2026-11-16T07:30:00Z")), Grade::Expired);
    }
}

#[test]
fn a_transition_starts_no_reason() {
    let facts = RequestSent { counts_from: Some(t("2026-11-24T08:00:00Z")), ..list_q3(Tier::T1) };
    let r = sent(facts, "2026-09-17T07:00:00Z");
    assert_eq!(turns(&r), ["2026-11-24T08:00 watch", "2026-12-24T08:00 restricted"]);
}

#[test]
fn weak_is_watch_but_lifts_no_restriction() {
    // in time but weak: Watch from the grade
    let mut early = sent(list_q3(Tier::T2), "2026-09-17T07:00:00Z");
    graded(&mut early, Grade::Weak, t("2026-09-28T10:00:00Z"));
    assert_eq!(turns(&early), ["2026-09-28T10:00 watch"]);
    graded(&mut early, Grade::Strong, t("2026-10-05T10:00:00Z"));
    assert_eq!(turns(&early), ["2026-09-28T10:00 watch", "2026-10-05T10:00 good"]);
    // graded down later: Watch again
    graded(&mut early, Grade::Weak, t("2026-10-20T10:00:00Z"));
    assert_eq!(turns(&early).last().unwrap(), "2026-10-20T10:00 watch");
    // late and weak: silence is not broken by a worthless file
    let mut late = sent(list_q3(Tier::T2), "2026-09-17T07:00:00Z");
    graded(&mut late, Grade::Weak, t("2026-11-20T10:00:00Z"));
    assert_eq!(turns(&late), ["2026-10-01T22:00 watch", "2026-11-15T23:00 restricted"]);
    assert_eq!(late.emits(&rules()).reasons.len(), 1);
}

#[test]
fn what_lies_with_us_in_time_never_counts() {
    // given the list was delivered on the due day, and we have not looked at it yet
    let mut r = sent(list_q3(Tier::T2), "2026-09-17T07:00:00Z");
    let answer = || RequestEvent::Answered(RequestAnswered { item: ItemId(id(4)) });
    r.apply(&answer(), at(r.due_at()));
    // then the silence is shown and weighs nothing
    assert_eq!(turns(&r), [] as [&str; 0]);
    assert!(!r.emits(&rules()).reasons[0].counts);
    // when we give it back, it is the provider's again, and stays so with what comes after the due day
    let mut back = r.clone();
    let reason = crate::base::Private::sealed(crate::base::Commit(String::new()), crate::base::Slot(id(5)));
    back.apply(&RequestEvent::Returned(RequestReturned { item: ItemId(id(4)), reason }), at(t("2026-10-05T08:00:00Z")));
    let counting = ["2026-10-01T22:00 watch", "2026-11-15T23:00 restricted"];
    assert_eq!(turns(&back), counting);
    back.apply(&answer(), at(t("2026-10-06T08:00:00Z")));
    assert_eq!(turns(&back), counting);
    // a grade that accepts nothing too
    let weak = RequestGraded { item: ItemId(id(4)), grade: Grade::Weak, valid_until: None };
    r.apply(&RequestEvent::Graded(weak), at(t("2026-10-05T08:00:00Z")));
    assert_eq!(turns(&r), counting);
}

#[test]
fn missing_when_never_accepted_and_cancelled_ends_it() {
    let mut r = sent(RequestSent { earlier_accepted: None, ..list_q3(Tier::T2) }, "2026-09-17T07:00:00Z");
    assert_eq!(r.emits(&rules()).reasons[0].key, "evidence-missing");
    assert_eq!(r.grade(t("2026-10-01T21:59:59Z")), Grade::Unknown);
    assert_eq!(r.grade(t("2026-10-01T22:00:00Z")), Grade::Missing);
    let reason = crate::base::Private::sealed(crate::base::Commit(String::new()), crate::base::Slot(id(5)));
    r.apply(&RequestEvent::Cancelled(WithReason { reason }), at(t("2026-10-10T08:00:00Z")));
    assert_eq!(turns(&r), ["2026-10-01T22:00 watch", "2026-10-10T08:00 good"]);
}

/// The rule said once more, without lines: the table of R-23 read at one instant.
fn by_hand(r: &Request, t: Instant) -> Level {
    let due = r.due_at();
    let accepted = |g: &&Graded| g.grade >= Grade::Adequate;
    let at_t: Vec<&Graded> = r.grades.iter().filter(|g| g.at <= t).collect();
    let heard = at_t.iter().any(|g| accepted(g) || g.at <= due);
    if heard {
        let weak = at_t.last().is_some_and(|g| !accepted(g));
        return if weak { Level::Watch } else { Level::Good };
    }
    let grace = match r.facts.tier {
        Tier::T1 => Some(30),
        Tier::T2 => Some(45),
        Tier::T3 => None,
    };
    let notice = r.facts.zone.plus_days(r.sent_at, 14);
    let restricted = grace.map(|days| r.facts.zone.end_of(r.due.plus_days(days)).max(notice));
    match () {
        () if restricted.is_some_and(|from| from <= t) => Level::Restricted,
        () if due.max(r.sent_at) <= t => Level::Watch,
        () => Level::Good,
    }
}

proptest! {
    // line(f).at(t) == rule(f, t), for standing, grade and due state.
    #[test]
    fn the_lines_are_the_rules(
        tier in 0usize..3, sent_hours in -2_000i64..2_000,
        grades in proptest::collection::vec((0i64..4_000, 0usize..3, proptest::option::of(1i64..2_000)), 0..4),
        hours in -3_000i64..6_000,
    ) {
        let base = t("2026-10-01T22:00:00Z");
        let mut r = sent(list_q3(Tier::ALL[tier]), "2026-09-17T07:00:00Z");
        r.sent_at = base.plus_secs(sent_hours * 3_600);
        let mut grades = grades;
        grades.sort_unstable();
        for (after, grade, valid) in grades {
            let when = r.sent_at.plus_secs(after * 3_600);
            let grade = [Grade::Weak, Grade::Adequate, Grade::Strong][grade];
            let valid_until = valid.map(|v| when.plus_secs(v * 3_600));
            r.apply(&RequestEvent::Graded(RequestGraded { item: ItemId(id(4)), grade, valid_until }), at(when));
        }
        let rules = rules();
        let now = base.plus_secs(hours * 3_600);
        prop_assert_eq!(*standing(&r.emits(&rules).reasons).at(now), by_hand(&r, now));
        for (name, line) in r.lines(&rules) {
            let word = if name == "due" { r.due_word(now, &rules) } else { r.grade(now).as_str() };
            prop_assert_eq!(*line.at(now), word);
        }
    }
}
