//! The stories of access as people live them, and a grant's end by the clock.

use proptest::prelude::*;

use super::{
    access::AccessRequest,
    activation::Activation,
    acts::{
        Codes, Hand, No, approve, deny, emergency, emergency_cut_off, extend, hand_over, may_review, request, revoke,
    },
    facts::{Facts, Paper},
    gates::{Gates, activate, lift_hold},
    grant::Grant,
    hold::Hold,
    sample::{self, D0, asked, id, now},
};
use crate::{
    base::{
        AccessRequestId, Actor, At, Cause, Class, Commit, Effect, EngagementId, GrantId, Held, Instant, Level, Line,
        Now, Party, Pattern, PersonId, Private, ProviderId, Purpose, Reason, Role, SiteId, Slot, Step,
    },
    event::{
        Event,
        permit::{
            AccessRequested, ActivationEvent, ActivationOpened, Approval, ApprovalMeaning, AskedWindow, Attestation,
            Attested, GrantCertified, GrantEvent, HoldEvent, HoldSet, MethodAgreed, Outcome, Verdict,
        },
        qualify::OwnerRole,
    },
    rules::Rules,
    thing::Thing,
};

fn hand(person: u128, role: OwnerRole) -> Hand {
    Hand { person: PersonId(id(person)), role, ours: true }
}
const KELLER: u128 = 1;
const OKAFOR: u128 = 2;

fn at(now: Now) -> At {
    At { at: now.0, by: Actor::Genesis, seq: 1 }
}
fn fold_request(events: &[(uuid::Uuid, Event)], before: Option<AccessRequest>, now: Now) -> AccessRequest {
    let mut thing = before;
    for (id, e) in events {
        if let Event::AccessRequest(e) = e {
            thing = Some(match thing {
                None => AccessRequest::born(*id, e, at(now)).unwrap(),
                Some(mut t) => {
                    t.apply(e, at(now));
                    t
                }
            });
        }
    }
    thing.unwrap()
}
fn granted(events: &[(uuid::Uuid, Event)], now: Now) -> Option<Grant> {
    events.iter().find_map(|(id, e)| match e {
        Event::Grant(e) => Grant::born(*id, e, at(now)),
        _ => None,
    })
}
fn apply(grant: &mut Grant, events: &[(uuid::Uuid, Event)], now: Now) {
    for (_, e) in events {
        if let Event::Grant(e) = e {
            grant.apply(e, at(now));
        }
    }
}
fn restricted(sources: u128) -> Facts {
    let reason = |n| Reason {
        key: "evidence-missing".into(),
        rule: "R-22".into(),
        engagement: EngagementId(id(25)),
        site: SiteId(id(1)),
        class: Class::Administrative,
        party: Party::Provider,
        counts: true,
        steps: vec![Step { from: D0.plus_secs(-30_600), weight: Level::Restricted }],
        until: None,
        announced_at: D0.plus_secs(-86_400 * 60),
        clears: "clears-graded-adequate".into(),
        source: crate::base::RequestId(id(n)).into(),
        clause: None,
    };
    let reasons: Vec<Reason> = (0..sources).map(reason).collect();
    Facts { standing: crate::qualify::standing::standing(&reasons), reasons, ..sample::facts() }
}
const GRANT: (GrantId, &str) = (GrantId(id(500)), "GRA-1");

#[test]
fn a25_restricted_and_unattended_then_good_and_approved() {
    // given Verdano Restricted by one reason, L. Ortega asks for unattended work
    let f = restricted(1);
    let (d, events) = request(AccessRequestId(id(700)), asked(), &f, now());
    // then not granted, attended work offered, and the record says so
    assert_eq!(d.verdict, Verdict::AttendedOffered);
    let why: Vec<&str> = d.blocking().map(|c| c.say.id).collect();
    assert_eq!(why, ["check-standing-restricted-unattended", "check-attendant-needed"]);
    let refused = fold_request(&events, None, now());
    assert_eq!(refused.word(D0), "refused");
    assert_eq!(refused.decision.as_ref().unwrap().reasons.len(), 1);

    // when the list was accepted and the request is repeated
    let repeat = AccessRequested { repeats: Some(AccessRequestId(id(700))), ..asked() };
    let (d, events) = request(AccessRequestId(id(701)), repeat, &sample::facts(), now());
    assert!(d.yes());
    let mut req = fold_request(&events, None, now());
    assert_eq!(req.word(D0), "awaiting-approval");

    // then she cannot approve it herself, nor anybody of her firm
    let own = Hand { person: PersonId(id(901)), role: OwnerRole::ControlEngineer, ours: true };
    for (by, say) in [
        (own, "check-approver-is-requester"),
        (Hand { ours: false, ..hand(3, own.role) }, "check-approver-of-provider"),
    ] {
        let Err(No::Refused(no)) = approve(&req, by, ApprovalMeaning::Approval, &sample::facts(), GRANT, now()) else {
            panic!("R-13")
        };
        assert_eq!((no.rule, no.say.id), ("R-13", say));
    }
    // and A. Keller can; the grant opens and ends by itself
    let keller = hand(KELLER, OwnerRole::ControlEngineer);
    let events = approve(&req, keller, ApprovalMeaning::Approval, &sample::facts(), GRANT, now()).unwrap();
    req = fold_request(&events, Some(req), now());
    assert_eq!(req.word(D0), "approved");
    let grant = granted(&events, now()).unwrap();
    let w = sample::question().window;
    let words: Vec<&str> = [D0, w.from, w.until].map(|t| grant.word(t)).to_vec();
    assert_eq!(words, ["scheduled", "active", "expired"]);
    // a second yes finds nothing to approve
    assert!(
        approve(&req, hand(OKAFOR, OwnerRole::OtSecurity), ApprovalMeaning::Approval, &sample::facts(), GRANT, now())
            .is_err()
    );
}

#[test]
fn what_happened_reads_back_from_the_wire_and_stays_small() {
    let (_, events) = request(AccessRequestId(id(700)), asked(), &restricted(20), now());
    for (_, e) in events {
        let (name, data) = e.to_wire().unwrap();
        assert!(data.to_string().len() < 12 * 1024, "{name}");
        assert_eq!(Event::from_wire(e.kind(), &name, data.clone()).unwrap(), e);
        // schemas are closed: one more field is no event of ours
        let mut more = data;
        more["more"] = serde_json::Value::Bool(true);
        assert!(Event::from_wire(e.kind(), &name, more).is_err(), "{name}");
    }
}

#[test]
fn a04_two_reasons_are_counted_and_listed() {
    let f = restricted(2);
    let (d, _) = request(AccessRequestId(id(1187)), asked(), &f, now());
    let standing = d.check("standing-allows").unwrap();
    assert!(standing.say.args.contains(&Some(("reasons", crate::base::Arg::Int(2)))));
    assert_eq!(d.freeze(&f).reasons.len(), 2);
    // accepting the list clears one, the other remains
    assert_eq!(request(AccessRequestId(id(1)), asked(), &restricted(1), now()).0.verdict, Verdict::AttendedOffered);
}

#[test]
fn attended_while_restricted_needs_ot_security_too() {
    let f = restricted(1);
    let attended = AccessRequested { attended: true, pattern: Pattern::GatewayAttended, ..asked() };
    let (d, events) = request(AccessRequestId(id(702)), attended, &f, now());
    assert!(d.yes());
    let req = fold_request(&events, None, now());
    let first =
        approve(&req, hand(KELLER, OwnerRole::ControlEngineer), ApprovalMeaning::Approval, &f, GRANT, now()).unwrap();
    assert!(granted(&first, now()).is_none());
    let req = fold_request(&first, Some(req), now());
    let second =
        approve(&req, hand(OKAFOR, OwnerRole::OtSecurity), ApprovalMeaning::CoApproval, &f, GRANT, now()).unwrap();
    assert_eq!(granted(&second, now()).unwrap().facts.approvals.len(), 2);
    // one no settles it instead
    let denied = fold_request(&deny(&req, hand(OKAFOR, OwnerRole::OtSecurity), None, now()).unwrap(), Some(req), now());
    assert_eq!(denied.word(D0), "denied");
}

#[test]
fn a_request_nobody_decided_lapses_by_the_clock() {
    let (_, events) = request(AccessRequestId(id(703)), asked(), &sample::facts(), now());
    let req = fold_request(&events, None, now());
    let end = Now(sample::question().window.until);
    assert_eq!(req.word(end.0), "lapsed");
    let late = approve(
        &req,
        hand(KELLER, OwnerRole::ControlEngineer),
        ApprovalMeaning::Approval,
        &sample::facts(),
        GRANT,
        end,
    );
    assert!(matches!(late, Err(No::Refused(no)) if no.say.id == "refuse-request-not-open"));
}

fn line_down() -> AccessRequested {
    let window = crate::base::Window { from: D0, until: D0.plus_secs(7_200) };
    AccessRequested {
        purpose: Purpose::Emergency,
        pattern: Pattern::GatewayAttended,
        attended: true,
        attendant: Some(PersonId(id(5))),
        window: AskedWindow::Fixed(window),
        change: None,
        ..asked()
    }
}

#[test]
fn an_emergency_overrides_papers_and_never_a_person_attendance_or_a_security_hold() {
    let zone = "Europe/Berlin".parse().unwrap();
    let lead = hand(8, OwnerRole::ShiftLead);
    let open = |a: &AccessRequested, f: &Facts| emergency(a, lead, f, GRANT, &zone, now());
    // given everything an emergency overrides is wrong
    let mut f = restricted(1);
    f.standing = Line::flat(Level::Blocked);
    f.person.papers = vec![(None, Paper::Missing)];
    f.responsibilities = Paper::Missing;
    f.calendar.freezes = vec![crate::base::Window { from: D0, until: Instant::MAX }];
    f.tier = Some(crate::base::Tier::T1);
    let grant = granted(&open(&line_down(), &f).unwrap(), now()).unwrap();
    assert_eq!(grant.word(D0), "active");
    // the review is due at the end of Tuesday, our duty
    let duty = &grant.emits(&Rules::default()).duties[0];
    assert_eq!((duty.party, duty.due.to_string().as_str()), (Party::Owner, "2026-11-17T23:00:00.000000Z"));

    let blocked = |a: &AccessRequested, f: &Facts| match open(a, f) {
        Err(No::Decided(d)) => d.blocking().map(|c| c.key).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    // whatever the modes of the site
    f.modes = super::facts::Modes::all(crate::base::Mode::Off);
    assert_eq!(blocked(&AccessRequested { attendant: None, ..line_down() }, &f), ["attendant-named"]);
    let long = AskedWindow::Fixed(crate::base::Window { from: D0, until: D0.plus_secs(7_201) });
    assert_eq!(blocked(&AccessRequested { window: long, ..line_down() }, &f), ["length-within-cap"]);
    f.instance.safety = crate::event::expect::Known::Yes;
    assert_eq!(blocked(&line_down(), &f), ["pattern-allowed"]);
    f.instance.safety = crate::event::expect::Known::No;
    let hold = |on| crate::base::Hold {
        rule: "R-15".into(),
        effect: Effect::NoNewAccess,
        cause: Cause::Security,
        on,
        site: None,
        from: D0,
        until: None,
        source: GRANT.0.into(),
    };
    f.holds = vec![hold(Held::Engagement(EngagementId(id(25))))];
    assert!(open(&line_down(), &f).is_ok());
    f.holds = vec![hold(Held::Person(PersonId(id(901))))];
    assert_eq!(blocked(&line_down(), &f), ["no-hold"]);
}

#[test]
fn an_emergency_that_a_code_opened_is_told_whatever_is_decided_and_who_agreed_does_not_review_it() {
    let zone = "Europe/Berlin".parse().unwrap();
    let agreed =
        Approval { person: PersonId(id(8)), role: OwnerRole::ShiftLead, at: D0, meaning: ApprovalMeaning::Emergency };
    let asked = AccessRequested { attendant: None, ..line_down() };
    let told = |agreed, f: &Facts| {
        let sheet = (Some(PersonId(id(11))), Some(PersonId(id(8))));
        let event = emergency_cut_off(&asked, agreed, sheet, f, GRANT.1, &zone, now());
        granted(&[(GRANT.0.0, event.into())], now()).unwrap()
    };
    // given a security hold on the person that was put while the line was dead, and nobody known beside them
    let mut f = sample::facts();
    f.holds = vec![crate::base::Hold {
        rule: "R-15".into(),
        effect: Effect::NoNewAccess,
        cause: Cause::Security,
        on: Held::Person(PersonId(id(901))),
        site: None,
        from: D0,
        until: None,
        source: GRANT.0.into(),
    }];
    let grant = told(Some(agreed.clone()), &f);
    let mark = grant.facts.emergency.clone().unwrap();
    // then it stands in the record with the no, opened by nobody who is known, and is to be reviewed
    assert_eq!((mark.opened_by, mark.called_back, grant.attendant), (None, false, None));
    let no: Vec<&str> =
        mark.decision.checks.iter().filter(|c| c.result != Outcome::Passed).map(|c| c.key.as_str()).collect();
    assert!(no.contains(&"no-hold") && no.contains(&"attendant-named"), "{no:?}");
    assert_eq!(grant.emits(&Rules::default()).duties[0].party, Party::Owner);
    let no = |unread, own: &[u128], by| {
        let own = own.iter().map(|n| PersonId(id(*n))).collect();
        may_review(&grant, &Codes { unread, own }, PersonId(id(by))).err().map(|r| r.say.id)
    };
    let own = Some("refuse-emergency-review-own");
    assert_eq!(no(true, &[], 9), Some("refuse-emergency-review-unread"));
    assert_eq!([no(false, &[10], 8), no(false, &[10], 11), no(false, &[10, 9], 9)], [own; 3]);
    assert_eq!(no(false, &[10], 9), None);
    // of a sheet that nobody knows there is no yes, and that is a reason, too
    let unknown = told(None, &sample::facts());
    // who agreed is known all the same, and does not look at it
    assert!(may_review(&unknown, &Codes::default(), PersonId(id(8))).is_err());
    assert_eq!(unknown.facts.approvals, []);
    let checks = unknown.facts.emergency.unwrap().decision.checks;
    assert!(checks.iter().any(|c| c.key == "approver-separate" && c.result == Outcome::NotPassed), "{checks:?}");
}

fn grant() -> Grant {
    let (_, events) = request(AccessRequestId(id(704)), asked(), &sample::facts(), now());
    let req = fold_request(&events, None, now());
    let keller = hand(KELLER, OwnerRole::ControlEngineer);
    granted(&approve(&req, keller, ApprovalMeaning::Approval, &sample::facts(), GRANT, now()).unwrap(), now()).unwrap()
}

#[test]
fn expired_and_revoked_are_different_words_and_neither_comes_back() {
    let w = sample::question().window;
    let mid = Now(w.from.plus_secs(60));
    let lead = hand(8, OwnerRole::ShiftLead);
    let mut g = grant();
    assert!(revoke(&g, Hand { ours: false, ..lead }, true, None, mid).is_err());
    let events = revoke(&g, lead, true, None, mid).unwrap();
    apply(&mut g, &events, mid);
    assert_eq!((g.word(D0), g.word(mid.0), g.word(w.until)), ("scheduled", "revoked", "revoked"));
    assert!(extend(&g, w.until.plus_secs(60), lead, &sample::facts(), mid).is_err());
    // expired by the clock: revoking is no longer possible and would change nothing
    let mut g = grant();
    let late = Now(w.until);
    assert!(revoke(&g, lead, false, None, late).is_err());
    apply(&mut g, &events, late);
    assert_eq!(g.word(late.0), "expired");
    assert!(hand_over(&g, hand(5, lead.role), lead, late).is_err());
}

#[test]
fn who_came_in_by_a_certificate_is_disconnected_after_the_end_once_and_the_end_stays_what_it_was() {
    let w = sample::question().window;
    let (mid, later, late) = (Now(w.from.plus_secs(60)), Now(w.from.plus_secs(90)), Now(w.until.plus_secs(60)));
    let lead = hand(8, OwnerRole::ShiftLead);
    let certified = || {
        let mut g = grant();
        let of = GrantCertified {
            person: g.facts.person,
            fingerprint: "SHA256:x".into(),
            serial: 7,
            login: "u".into(),
            until: w.from.plus_secs(30),
            source: Private::sealed(Commit(String::new()), Slot(id(9))),
        };
        let events = vec![(g.id.0, Event::Grant(GrantEvent::Certified(of)))];
        apply(&mut g, &events, Now(w.from));
        g
    };
    // taken back softly, without a certificate: there is nobody to cut
    let mut g = grant();
    let soft = revoke(&g, lead, false, None, mid).unwrap();
    apply(&mut g, &soft, mid);
    assert_eq!(revoke(&g, lead, true, None, later).unwrap_err().say.id, "refuse-grant-over");
    // with one, even one that is over: once, and only as a disconnect
    let mut g = certified();
    apply(&mut g, &soft, mid);
    assert!(revoke(&g, lead, false, None, later).is_err());
    assert!(revoke(&g, Hand { ours: false, ..lead }, true, None, later).is_err());
    let cut = revoke(&g, lead, true, None, later).unwrap();
    apply(&mut g, &cut, later);
    assert_eq!((g.revoked, g.disconnected, g.word(late.0)), (Some(mid.0), true, "revoked"));
    assert_eq!(revoke(&g, lead, true, None, late).unwrap_err().say.id, "refuse-grant-over");
    // expired stays expired
    let mut g = certified();
    let cut = revoke(&g, lead, true, None, late).unwrap();
    apply(&mut g, &cut, late);
    assert_eq!((g.revoked, g.revoked_by, g.disconnected, g.word(late.0)), (None, None, true, "expired"));
    assert!(revoke(&g, lead, true, None, late).is_err());
}

#[test]
fn more_time_stands_on_as_many_functions_as_the_first() {
    use crate::{base::Tier, event::expect::Known};
    let (keller, okafor) = (hand(KELLER, OwnerRole::ControlEngineer), hand(OKAFOR, OwnerRole::OtSecurity));
    let until = sample::question().window.until.plus_secs(600);
    let lacks = |g: &Grant, by, f: &Facts| match extend(g, until, by, f, now()) {
        Err(No::Decided(d)) => d.blocking().map(|c| c.key).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    // given a grant the area alone could approve, the area alone extends it
    let g = grant();
    assert!(extend(&g, until, keller, &sample::facts(), now()).is_ok());
    // when it became T1, a safety system or Restricted, the area no longer can; OT security beside it can
    let mut attended = g.clone();
    (attended.facts.attended, attended.facts.pattern) = (true, Pattern::GatewayAttended);
    attended.attendant = Some(PersonId(id(5)));
    attended.facts.roles = vec![Role::View];
    let edits: [fn(&mut Facts); 3] = [
        |f| f.tier = Some(Tier::T1),
        |f| f.instance.safety = Known::Yes,
        |f| f.standing = Line::flat(Level::Restricted),
    ];
    for edit in edits {
        let mut f = sample::facts();
        edit(&mut f);
        assert_eq!(lacks(&attended, keller, &f), ["approvals-enough"]);
        assert!(extend(&attended, until, okafor, &f, now()).is_ok());
    }
    // a validated system needs quality too
    let mut f = sample::facts();
    f.instance.validated = Known::Yes;
    assert_eq!(lacks(&attended, okafor, &f), ["approvals-enough"]);
    // and one person is one function
    assert_eq!(lacks(&g, hand(KELLER, OwnerRole::OtSecurity), &sample::facts()), ["approvals-enough"]);
}

proptest! {
    #[test]
    fn expired_stays_expired(extend_at in 0i64..40_000, by in 1i64..40_000, look in 0i64..200_000) {
        let mut g = grant();
        let w = sample::question().window;
        let moment = Now(D0.plus_secs(extend_at));
        let was = g.word(moment.0);
        let more = crate::event::permit::GrantExtended {
            until: w.until.plus_secs(by),
            approval: crate::event::permit::Approval {
                person: PersonId(id(KELLER)), role: OwnerRole::ControlEngineer, at: moment.0,
                meaning: ApprovalMeaning::Extension,
            },
        };
        g.apply(&crate::event::permit::GrantEvent::Extended(more), at(moment));
        if was == "expired" {
            prop_assert_eq!(g.until, w.until);
        }
        // and the line says at every instant what the rule says
        let line = g.lines(&Rules::default()).remove(0).1;
        let t = D0.plus_secs(look);
        prop_assert_eq!(*line.at(t), g.word(t));
        if g.word(t) == "expired" {
            prop_assert_eq!(g.word(t.plus_secs(1)), "expired");
        }
    }
}

#[test]
fn activation_lists_every_gate_that_is_shut() {
    let open = ActivationOpened { engagement: EngagementId(id(25)), provider: ProviderId(id(9)), sites: vec![] };
    let mut a = Activation::born(id(25), &ActivationEvent::Opened(open), at(now())).unwrap();
    let gates = Gates {
        qualification: Paper::Missing,
        scope_items: 0,
        agreement: Paper::Valid(None),
        inside_dates: true,
        rules_version: 1,
    };
    let ids: Vec<&str> = activate(&a, &gates, &[], now()).unwrap_err().iter().map(|r| r.say.id).collect();
    assert_eq!(
        ids,
        [
            "refuse-activation-scope",
            "refuse-qualification-missing",
            "refuse-responsibilities-missing",
            "refuse-exchange-missing",
            "refuse-method-missing",
            "refuse-signature-procurement",
            "refuse-signature-ot-security",
        ]
    );
    for kind in [Attestation::Responsibilities, Attestation::InformationExchange] {
        let fact = Attested { kind, document: "RACI-25".into(), by: None, at: D0, valid_until: None };
        a.apply(&ActivationEvent::Attested(fact), at(now()));
    }
    a.apply(&ActivationEvent::MethodAgreed(MethodAgreed { patterns: vec![Pattern::GatewayAttended] }), at(now()));
    let gates = Gates { qualification: Paper::Valid(None), scope_items: 1, ..gates };
    let by = [hand(10, OwnerRole::Procurement), hand(OKAFOR, OwnerRole::OtSecurity)];
    let event = activate(&a, &gates, &by, now()).unwrap();
    a.apply(&event, at(now()));
    assert_eq!(a.word(D0), "active");
}

#[test]
fn a_hold_is_lifted_only_by_those_who_answer_for_its_cause() {
    let set = HoldSet {
        reference: "HLD-1".into(),
        on: Held::Provider(ProviderId(id(9))),
        effect: Effect::NoNewAccess,
        cause: Cause::Gmp,
        from: D0,
        until: None,
        provider: None,
        site: None,
        note: None,
    };
    let mut hold = Hold::born(id(1), &HoldEvent::Set(set), at(now())).unwrap();
    let no = lift_hold(&hold, hand(OKAFOR, OwnerRole::OtSecurity), None, now()).unwrap_err();
    assert_eq!((no.rule, no.say.id), ("R-46", "refuse-hold-not-yours"));
    let later = Now(D0.plus_secs(60));
    hold.apply(&lift_hold(&hold, hand(4, OwnerRole::Qa), None, later).unwrap(), at(later));
    assert_eq!((hold.word(D0), hold.word(later.0)), ("holding", "lifted"));
    assert!(!hold.emits(&Rules::default()).holds[0].holds(later.0));
}
