//! What an end plans: what lets somebody in goes first, and nothing is cut that was not shown.

use plantgate_domain::{
    base::{Actor, At, Commit, InstanceId, Instant, Private, SessionId, Slot, Window},
    event::{
        permit::{GrantCertified, GrantEvent, GrantOpened},
        witness::{Closing, Seen, SessionClosing, SessionNoticed, SessionStarted},
    },
    permit::{grant::Grant, sample},
    thing::Thing,
};

use super::*;

const SITE: SiteId = SiteId(Uuid::from_u128(1));

fn at(secs: i64) -> Instant {
    Instant::from_micros(0).plus_secs(secs)
}

fn grant(n: u128) -> Grant {
    let window = Window { from: at(100), until: at(200) };
    let facts = GrantOpened { reference: format!("GRA-{n}"), window, ..sample::granted() };
    let opened = GrantEvent::Opened(Box::new(facts));
    Grant::born(Uuid::from_u128(500 + n), &opened, At { at: at(50), by: Actor::Genesis, seq: 1 }).unwrap()
}

/// A session under a grant, held by a gateway or typed in.
fn ending(n: u128, grant: Option<Grant>, gated: bool) -> Ending {
    let facts = SessionStarted {
        reference: format!("SES-{n}"),
        person: None,
        instance: InstanceId(Uuid::from_u128(61)),
        site: SITE,
        provider: None,
        engagement: None,
        grant: grant.as_ref().map(|g| g.id),
        account: None,
        role: None,
        attendant: None,
        seen: Seen::Gateway,
        confirmed_by: None,
        started: at(120),
    };
    let private = || Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(1)));
    let noticed = SessionNoticed {
        notice: 1,
        language: "en".into(),
        key: String::new(),
        from: private(),
        gateway: "gate".into(),
        seal: private(),
        days: None,
    };
    let noticed = gated.then_some(Box::new(noticed));
    let session = Session { id: SessionId(Uuid::from_u128(n)), noticed, ..Session::begun(facts) };
    Ending { session, grant, along: false }
}

fn how(hard: bool, shown: &[&str]) -> How {
    let shown = shown.iter().map(|s| (*s).to_owned()).collect();
    How { scope: Scope::Provider, hard, blindly: false, shown, reason: None }
}

/// The same grant with a certificate: people may be inside by it at a system of its own.
fn certified(n: u128) -> Grant {
    let mut grant = grant(n);
    let of = GrantCertified {
        person: grant.facts.person,
        fingerprint: "SHA256:x".into(),
        serial: 7,
        login: "u".into(),
        until: at(130),
        source: Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(1))),
    };
    grant.apply(&GrantEvent::Certified(of), At { at: at(120), by: Actor::Genesis, seq: 2 });
    grant
}

fn steps(sessions: Vec<Ending>, how: &How, told: &[&str]) -> (Vec<String>, usize, usize) {
    let all = WhatEnds { sessions, grants: vec![grant(9)], ..WhatEnds::default() };
    planned(&all, how, told)
}

fn planned(all: &WhatEnds, how: &How, told: &[&str]) -> (Vec<String>, usize, usize) {
    let Plan { first, then, asked, spared } = plan(all, how, |s| told.contains(&s.facts.reference.as_str()));
    let word = |step: Step| match step {
        Step::Disconnect(name, _) => format!("disconnect {name}"),
        Step::Revoke(name, _) => format!("revoke {name}"),
        Step::Cut(name, ..) => format!("cut {name}"),
        Step::Confirm(name) => format!("confirm {name}"),
        Step::End(name) => format!("end {name}"),
    };
    (first.into_iter().chain(then).map(|(_, step)| word(step)).collect(), asked, spared)
}

#[test]
fn a_safe_end_takes_every_grant_once_and_cuts_nothing() {
    let all = || vec![ending(1, Some(grant(1)), true), ending(2, Some(grant(1)), true), ending(3, None, false)];
    let seen = ["SES-1", "SES-2", "SES-3"];
    let found = steps(all(), &how(false, &seen), &seen);
    assert_eq!(found, (vec!["revoke GRA-9".into(), "revoke GRA-1".into(), "end SES-3".into()], 2, 0));
}

#[test]
fn a_cut_reaches_what_was_shown_and_told_and_nothing_else() {
    let all = || vec![ending(1, Some(grant(1)), true), ending(2, Some(grant(1)), true)];
    let both = ["SES-1", "SES-2"];
    let disconnects = vec!["disconnect GRA-9".to_owned(), "disconnect GRA-1".to_owned()];
    assert_eq!(steps(all(), &how(true, &both), &both), (disconnects.clone(), 0, 0));
    // one came after the page was shown, or nobody can tell what runs in it: its neighbour alone is cut
    let one = vec!["disconnect GRA-9".to_owned(), "revoke GRA-1".to_owned(), "cut SES-1".to_owned()];
    assert_eq!(steps(all(), &how(true, &["SES-1"]), &both), (one.clone(), 0, 1));
    assert_eq!(steps(all(), &how(true, &both), &["SES-1"]), (one, 0, 1));
    // unless somebody says that they cut without knowing
    let blindly = How { blindly: true, ..how(true, &both) };
    assert_eq!(steps(all(), &blindly, &["SES-1"]), (disconnects, 0, 0));
    let unseen = How { blindly: true, ..how(true, &[]) };
    assert_eq!(steps(all(), &unseen, &both).2, 2);
}

#[test]
fn what_certificates_let_in_is_disconnected_only_by_who_says_that_they_cut_without_knowing() {
    // given a grant of certificates without a session, and one under which a gateway holds a session that is told
    let all = WhatEnds {
        sessions: vec![ending(1, Some(certified(1)), true)],
        grants: vec![certified(2), grant(9)],
        ..WhatEnds::default()
    };
    let (hard, seen) = (how(true, &["SES-1"]), ["SES-1"]);
    let softly = ["revoke GRA-2", "disconnect GRA-9", "revoke GRA-1", "cut SES-1"].map(str::to_owned);
    assert_eq!(planned(&all, &hard, &seen), (softly.into(), 0, 2));
    let blindly = How { blindly: true, ..hard };
    let cut = ["disconnect GRA-2", "disconnect GRA-9", "disconnect GRA-1"].map(str::to_owned);
    assert_eq!(planned(&all, &blindly, &seen), (cut.into(), 0, 0));
    // a session that was typed in says nothing of what runs by certificates beside it
    let typed = || vec![ending(1, Some(certified(1)), false)];
    let softly = ["disconnect GRA-9", "revoke GRA-1", "end SES-1"].map(str::to_owned);
    assert_eq!(steps(typed(), &how(true, &["SES-1"]), &[]), (softly.into(), 0, 1));
    assert_eq!(steps(typed(), &blindly, &[]).0[1], "disconnect GRA-1");
    // ticked or not, a safe end cuts nothing
    let safely = How { hard: false, ..blindly };
    assert!(planned(&all, &safely, &seen).0.iter().all(|step| step.starts_with("revoke ")));
}

#[test]
fn a_grant_that_is_over_is_only_disconnected_and_only_with_what_was_shown() {
    let mut under = ending(1, Some(certified(1)), true);
    under.grant = None;
    let lingering = vec![certified(1)];
    let all = WhatEnds { sessions: vec![under], lingering, ..WhatEnds::default() };
    let blindly = How { blindly: true, ..how(true, &["SES-1"]) };
    // its session goes by it, and needs no act of its own
    assert_eq!(planned(&all, &blindly, &[]), (vec!["disconnect GRA-1".into()], 0, 0));
    assert_eq!(planned(&all, &how(true, &["SES-1"]), &["SES-1"]), (vec!["cut SES-1".into()], 0, 1));
    let unseen = How { blindly: true, ..how(true, &[]) };
    assert_eq!(planned(&all, &unseen, &[]), (vec![], 0, 2));
    assert_eq!(planned(&all, &how(false, &["SES-1"]), &[]), (vec![], 1, 0));
}

#[test]
fn the_end_of_what_was_typed_in_is_entered_only_where_it_was_shown() {
    let all = || vec![ending(1, None, false), ending(2, None, false)];
    for hard in [false, true] {
        let (found, _, spared) = steps(all(), &how(hard, &["SES-2"]), &[]);
        assert_eq!((&found[1..], spared), (&["end SES-2".to_owned()][..], 1), "{hard}");
    }
}

#[test]
fn where_a_grant_could_not_be_taken_away_softly_nothing_is_cut_under_it() {
    // given two sessions under a grant of which one was shown: the grant goes softly, and the one is cut
    let all = WhatEnds {
        sessions: vec![ending(1, Some(grant(1)), true), ending(2, Some(grant(1)), true)],
        ..WhatEnds::default()
    };
    let plan = plan(&all, &how(true, &["SES-1"]), |_| true);
    assert_eq!(plan.then.len(), 1, "{:?}", plan.then);
    let cut = &plan.then[0].1;
    // when the grant still stands, then the cut would disconnect it, and so the other session
    assert!(cut.would_cut_under(&[grant(1).id]));
    assert!(!cut.would_cut_under(&[]) && !cut.would_cut_under(&[grant(9).id]));
    assert!(!Step::Cut("SES-3".into(), SITE, None).would_cut_under(&[grant(1).id]));
}

#[test]
fn only_for_one_session_whose_end_was_asked_somebody_says_that_it_is_safe() {
    let closing = |closes: bool| {
        let mut e = ending(1, None, true);
        e.session.closing = closes.then_some(SessionClosing { at: at(150), cause: Closing::Window });
        vec![e]
    };
    let one = How { scope: Scope::Session, ..how(false, &["SES-1"]) };
    assert_eq!(steps(closing(true), &one, &[]).0[1..], ["confirm SES-1"]);
    assert_eq!(steps(closing(false), &one, &[]), (vec!["revoke GRA-9".into()], 1, 0));
    assert_eq!(steps(closing(true), &how(false, &["SES-1"]), &[]), (vec!["revoke GRA-9".into()], 1, 0));
    // cut without its grant it needs an act of its own, and that a reason
    assert_eq!(steps(closing(true), &how(true, &["SES-1"]), &["SES-1"]).0[1..], ["cut SES-1"]);
    assert!(Step::Cut(String::new(), SITE, None).wants_reason());
    assert!(!Step::Disconnect(String::new(), SITE).wants_reason());
}
