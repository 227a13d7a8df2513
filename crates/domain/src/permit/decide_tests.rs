//! The decision as a truth table: every check passing, failing and, where facts can be unknown, unknown; then the laws
//! that hold for all facts and modes.

use proptest::prelude::*;
use uuid::Uuid;

use super::{
    checks::{KEYS, is_floor},
    decide::decide,
    facts::{Facts, Fit, Modes, Paper, PersonState, Question, Running, Yes},
    sample::{self, D0, id, now},
};
use crate::{
    base::{
        Cause, Effect, EngagementId, Held, Hold, HoldId, InstanceId, Instant, Level, Line, Mode, Pattern, PersonId,
        ProviderId, Purpose, Role, Tier, Window,
    },
    event::{
        expect::Known,
        permit::{ApprovalMeaning, Moment, Outcome, SuspensionCause, Verdict},
        qualify::OwnerRole,
    },
};

type Edit = fn(&mut Facts, &mut Question);
use Outcome::{DoesNotApply, NotJudgedHere, NotPassed, Passed, Unknown, Warning};

fn hold(on: Held, effect: Effect, cause: Cause) -> Hold {
    let source = HoldId(id(77)).into();
    Hold { rule: "R-15".into(), effect, cause, on, site: None, from: D0.plus_secs(-60), until: None, source }
}
fn yes(person: u128, role: OwnerRole) -> Yes {
    Yes { person: PersonId(id(person)), role, meaning: ApprovalMeaning::Approval, ours: true }
}
fn approving(q: &mut Question) {
    q.moment = Moment::Approval;
    q.approvals = vec![yes(1, OwnerRole::ControlEngineer)];
}

fn urgent(f: &mut Facts, q: &mut Question, running: Running) {
    f.engagement.running = running;
    (q.purpose, q.window) = (Some(Purpose::Emergency), Window { from: D0, until: D0.plus_secs(60) });
}

/// Check, what is different, what it comes to, and the message.
const CASES: &[(&str, Edit, Outcome, &str)] = &[
    ("named-person", |_, _| (), Passed, "check-person-named"),
    ("named-person", |_, q| q.person = None, NotPassed, "check-person-none"),
    ("named-person", |f, _| f.person.state = PersonState::Left, NotPassed, "check-person-left"),
    ("named-person", |f, _| f.person.of_provider = Known::No, NotPassed, "check-person-other-employer"),
    ("named-person", |f, _| f.person.state = PersonState::Unknown, Unknown, "check-person-unknown"),
    ("named-person", |f, _| f.person.natural = Known::Unknown, Unknown, "check-person-unknown"),
    (
        "named-person",
        |f, q| {
            q.moment = Moment::During;
            f.grant_alive = Known::No;
        },
        NotPassed,
        "check-grant-withdrawn",
    ),
    ("no-hold", |_, _| (), Passed, "check-hold-none"),
    (
        "no-hold",
        |f, _| f.holds.push(hold(Held::Person(PersonId(id(901))), Effect::NoNewAccess, Cause::Security)),
        NotPassed,
        "check-hold-security",
    ),
    (
        "no-hold",
        |f, _| f.holds.push(hold(Held::Instance(InstanceId(id(61))), Effect::AttendedOnly, Cause::Gmp)),
        NotPassed,
        "check-hold-attended-only",
    ),
    (
        "no-hold",
        |f, _| f.holds.push(hold(Held::Person(PersonId(id(902))), Effect::NoNewAccess, Cause::Security)),
        Passed,
        "check-hold-none",
    ),
    ("engagement-active", |_, _| (), Passed, "check-engagement-active-until"),
    ("engagement-active", |f, _| f.engagement.running = Running::Ended, NotPassed, "check-engagement-ended"),
    (
        "engagement-active",
        |f, _| f.engagement.window = Some(Window { from: D0.plus_secs(-9), until: D0.plus_secs(60) }),
        NotPassed,
        "check-engagement-dates",
    ),
    (
        "engagement-active",
        |f, _| f.engagement.running = Running::InUse(D0.plus_secs(9)),
        Warning,
        "check-engagement-in-use",
    ),
    ("engagement-active", |f, _| f.engagement.running = Running::InUse(D0), NotPassed, "check-engagement-in-use-over"),
    ("engagement-active", |f, _| f.engagement.running = Running::Unknown, Unknown, "check-engagement-unknown"),
    (
        "engagement-active",
        |f, q| urgent(f, q, Running::Suspended(SuspensionCause::Blocked)),
        Warning,
        "check-engagement-suspended",
    ),
    (
        "engagement-active",
        |f, q| urgent(f, q, Running::Suspended(SuspensionCause::Request)),
        Warning,
        "check-engagement-suspended",
    ),
    (
        "engagement-active",
        |f, q| urgent(f, q, Running::Suspended(SuspensionCause::Incident)),
        NotPassed,
        "check-engagement-suspended",
    ),
    ("engagement-active", |f, q| urgent(f, q, Running::NotActivated), Warning, "check-engagement-not-activated"),
    ("engagement-active", |f, q| urgent(f, q, Running::InUse(D0)), Warning, "check-engagement-in-use-over"),
    ("engagement-active", |f, q| urgent(f, q, Running::Ended), NotPassed, "check-engagement-ended"),
    (
        "engagement-active",
        |f, q| {
            urgent(f, q, Running::NotActivated);
            f.engagement.provider = ProviderId(id(10));
        },
        NotPassed,
        "check-engagement-other-provider",
    ),
    ("engagement-active", |f, _| f.engagement.window = None, Unknown, "check-engagement-dates-unknown"),
    ("system-in-scope", |_, _| (), Passed, "check-system-inside"),
    ("system-in-scope", |f, _| f.scope.system = Fit::Outside, NotPassed, "check-system-outside"),
    ("system-in-scope", |f, _| f.scope.dates = Fit::Outside, NotPassed, "check-system-dates"),
    ("system-in-scope", |f, _| f.scope.system = Fit::Unknown, Unknown, "check-system-unknown"),
    ("environment-in-scope", |_, _| (), Passed, "check-environment-inside"),
    ("environment-in-scope", |f, _| f.scope.environment = Fit::Outside, NotPassed, "check-environment-outside"),
    ("environment-in-scope", |f, _| f.scope.environment = Fit::Unknown, Unknown, "check-environment-unknown"),
    ("role-in-scope", |_, _| (), Passed, "check-role-inside"),
    ("role-in-scope", |f, _| f.scope.roles = Fit::Outside, NotPassed, "check-role-outside"),
    ("role-in-scope", |f, _| f.scope.roles = Fit::Unknown, Unknown, "check-role-unknown"),
    ("conduits-in-scope", |_, _| (), Passed, "check-conduits-inside"),
    ("conduits-in-scope", |_, q| q.pattern = Pattern::OnSite, DoesNotApply, "check-conduits-on-site"),
    ("conduits-in-scope", |f, _| f.scope.conduits = Fit::Outside, NotPassed, "check-conduits-outside"),
    ("conduits-in-scope", |f, _| f.scope.conduits = Fit::Unknown, Unknown, "check-conduits-unknown"),
    ("standing-allows", |_, _| (), Passed, "check-standing-good"),
    ("standing-allows", |f, _| f.standing = Line::flat(Level::Watch), Warning, "check-standing-watch"),
    (
        "standing-allows",
        |f, _| f.standing = Line::flat(Level::Restricted),
        NotPassed,
        "check-standing-restricted-unattended",
    ),
    (
        "standing-allows",
        |f, q| {
            f.standing = Line::flat(Level::Restricted);
            q.attended = true;
        },
        Warning,
        "check-standing-restricted-attended",
    ),
    (
        "standing-allows",
        |f, q| {
            f.standing = Line::flat(Level::Blocked);
            q.attended = true;
        },
        NotPassed,
        "check-standing-blocked",
    ),
    (
        "standing-allows",
        |f, q| {
            let from = q.window.from;
            f.standing = Line::of(vec![from], |t| if t < from { Level::Good } else { Level::Restricted });
        },
        Warning,
        "check-standing-worsens",
    ),
    ("identity-verified", |_, _| (), Passed, "check-identity-valid"),
    ("identity-verified", |f, _| f.person.identity = Paper::Valid(Some(D0)), NotPassed, "check-identity-expired"),
    ("identity-verified", |f, _| f.person.identity = Paper::Missing, NotPassed, "check-identity-missing"),
    ("identity-verified", |f, _| f.person.identity = Paper::Unknown, Unknown, "check-identity-unknown"),
    ("mfa", |_, _| (), Passed, "check-mfa-both"),
    ("mfa", |f, _| f.path.mfa = Known::No, NotPassed, "check-mfa-path-none"),
    ("mfa", |f, _| f.person.mfa = Known::No, NotPassed, "check-mfa-person-none"),
    ("mfa", |f, _| f.person.mfa = Known::Unknown, Unknown, "check-mfa-unknown"),
    (
        "mfa",
        |f, _| {
            f.path.mfa = Known::No;
            f.compensation.covers_mfa = true;
            f.compensation.set = Paper::Valid(None);
        },
        Passed,
        "check-mfa-compensated",
    ),
    ("mfa", |f, _| f.person.called_back = true, Passed, "check-mfa-both"),
    ("trainings-valid", |_, _| (), Passed, "check-training-valid"),
    ("trainings-valid", |f, _| f.person.papers.push((None, Paper::Missing)), NotPassed, "check-training-missing"),
    (
        "trainings-valid",
        |f, _| f.person.papers.push((None, Paper::Valid(Some(D0)))),
        NotPassed,
        "check-training-expired",
    ),
    ("trainings-valid", |f, _| f.person.papers.push((None, Paper::Unknown)), Unknown, "check-training-unknown"),
    ("trainings-valid", |f, _| f.person.papers_known = false, Unknown, "check-training-unknown"),
    ("purpose-given", |_, _| (), Passed, "check-purpose-stated"),
    ("purpose-given", |_, q| q.purpose = None, NotPassed, "check-purpose-none"),
    ("reference", |_, _| (), Passed, "check-reference-approved"),
    ("reference", |_, q| q.change = None, NotPassed, "check-reference-none"),
    (
        "reference",
        |_, q| {
            q.change = None;
            q.roles = vec![Role::View, Role::Collect];
        },
        DoesNotApply,
        "check-reference-not-needed",
    ),
    ("reference", |_, q| q.window.until = q.window.until.plus_secs(3_601), NotPassed, "check-reference-window"),
    ("reference", |f, _| f.change = None, Unknown, "check-reference-unknown"),
    ("pattern-allowed", |_, _| (), Passed, "check-way-allowed"),
    ("pattern-allowed", |f, _| f.path.zone_allows = Some(vec![Pattern::OnSite]), NotPassed, "check-way-zone-forbids"),
    ("pattern-allowed", |f, _| f.path.agreed = Some(vec![]), NotPassed, "check-way-not-agreed"),
    ("pattern-allowed", |f, _| f.instance.safety = Known::Yes, NotPassed, "check-way-safety-remote"),
    ("pattern-allowed", |f, _| f.path.zone_allows = None, Unknown, "check-way-unknown"),
    ("responsibilities-current", |_, _| (), Passed, "check-responsibilities-attested"),
    (
        "responsibilities-current",
        |f, _| f.responsibilities = Paper::Missing,
        NotPassed,
        "check-responsibilities-missing",
    ),
    ("responsibilities-current", |f, _| f.responsibilities = Paper::Unknown, Unknown, "check-responsibilities-unknown"),
    ("window-agreed", |_, _| (), Passed, "check-window-free"),
    ("window-agreed", |f, q| f.calendar.freezes = vec![q.window], NotPassed, "check-window-freeze"),
    ("window-agreed", |_, q| q.window.until = D0, NotPassed, "check-window-over"),
    ("window-agreed", |_, q| q.moment = Moment::Start, NotPassed, "check-window-not-open"),
    ("window-agreed", |f, _| f.calendar.vouched = false, Unknown, "check-window-calendar-unknown"),
    ("compensation-complete", |_, _| (), DoesNotApply, "check-compensation-no-limitation"),
    ("compensation-complete", |f, _| f.compensation.limited = Known::Yes, NotPassed, "check-compensation-missing"),
    (
        "compensation-complete",
        |f, _| f.compensation.limited = Known::Unknown,
        NotPassed,
        "check-compensation-capability-unknown",
    ),
    (
        "compensation-complete",
        |f, _| (f.compensation.limited, f.compensation.set) = (Known::Yes, Paper::Valid(None)),
        Passed,
        "check-compensation-in-force",
    ),
    (
        "compensation-complete",
        |f, _| (f.compensation.limited, f.compensation.set) = (Known::Yes, Paper::Unknown),
        Unknown,
        "check-compensation-unknown",
    ),
    ("length-within-cap", |_, _| (), Passed, "check-length-within"),
    ("length-within-cap", |_, q| q.window.until = q.window.from.plus_secs(86_401), NotPassed, "check-length-over"),
    (
        "length-within-cap",
        |f, q| {
            f.tier = None;
            q.window.until = q.window.from.plus_secs(8 * 3_600 + 1);
        },
        NotPassed,
        "check-length-over",
    ),
    ("attendant-named", |_, _| (), DoesNotApply, "check-attendant-not-needed"),
    (
        "attendant-named",
        |_, q| (q.attended, q.attendant) = (true, Some(PersonId(id(5)))),
        Passed,
        "check-attendant-known",
    ),
    ("attendant-named", |_, q| q.attended = true, Warning, "check-attendant-to-name"),
    ("attendant-named", |_, q| (q.attended, q.attendant) = (true, q.person), NotPassed, "check-attendant-self"),
    ("attendant-named", |_, q| (q.attended, q.moment) = (true, Moment::Start), Unknown, "check-attendant-none"),
    ("attendant-named", |f, _| f.tier = Some(Tier::T3), Unknown, "check-attendant-needed"),
    ("approver-separate", |_, _| (), NotJudgedHere, "check-at-approval"),
    ("approver-separate", |_, q| approving(q), Passed, "check-approver-other-person"),
    (
        "approver-separate",
        |_, q| {
            approving(q);
            q.approvals[0].person = q.requester;
        },
        NotPassed,
        "check-approver-is-requester",
    ),
    (
        "approver-separate",
        |_, q| {
            approving(q);
            q.approvals[0].ours = false;
        },
        NotPassed,
        "check-approver-of-provider",
    ),
    (
        "approver-separate",
        |_, q| {
            approving(q);
            q.approvals.push(yes(1, OwnerRole::OtSecurity));
        },
        NotPassed,
        "check-approver-twice",
    ),
    ("approvals-enough", |_, _| (), NotJudgedHere, "check-at-approval"),
    ("approvals-enough", |_, q| approving(q), Passed, "check-approvals-complete"),
    (
        "approvals-enough",
        |f, q| {
            approving(q);
            f.tier = Some(Tier::T1);
        },
        NotPassed,
        "check-approvals-missing",
    ),
    (
        "approvals-enough",
        |f, q| {
            approving(q);
            f.instance.validated = Known::Unknown;
            q.approvals.push(yes(2, OwnerRole::SystemOwner));
        },
        NotPassed,
        "check-approvals-missing",
    ),
];

#[test]
fn every_check_passes_fails_and_does_not_know() {
    for (key, edit, result, say) in CASES {
        let (mut f, mut q) = (sample::facts(), sample::question());
        edit(&mut f, &mut q);
        let d = decide(&f, &q, now());
        let check = d.check(key).unwrap();
        assert_eq!((check.result, check.say.id), (*result, *say), "{key}: {say}");
        assert_eq!(check.blocks(), matches!(result, NotPassed | Unknown), "{key}: {say}");
    }
    assert!(KEYS.iter().all(|k| CASES.iter().any(|c| c.0 == *k && c.2 == NotPassed)));
}

#[test]
fn nobody_stands_in_the_way_of_the_sample() {
    assert_eq!(decide(&sample::facts(), &sample::question(), now()).verdict, Verdict::Granted);
}

#[test]
fn modes_decide_only_above_the_floor() {
    let mut f = sample::facts();
    f.responsibilities = Paper::Missing;
    let judged = |f: &Facts| {
        let d = decide(f, &sample::question(), now());
        (d.verdict, d.check("responsibilities-current").unwrap().result, d.would_refuse())
    };
    assert_eq!(judged(&f), (Verdict::NotGranted, NotPassed, true));
    f.modes = Modes::all(Mode::Warn);
    assert_eq!(judged(&f), (Verdict::Granted, Warning, false));
    f.modes = Modes::all(Mode::Observe);
    assert_eq!(judged(&f), (Verdict::Granted, NotPassed, true));
    f.modes = Modes::all(Mode::Off);
    assert_eq!(judged(&f), (Verdict::Granted, NotJudgedHere, false));
    // a plant that only observes still never lets an unnamed person in
    let q = Question { person: None, ..sample::question() };
    assert_eq!(decide(&f, &q, now()).verdict, Verdict::NotGranted);
}

#[test]
fn outside_the_scope_is_refused_with_its_reason_and_test_is_offered() {
    // scenario 12: scope has TEST, PROD is asked
    let mut f = sample::facts();
    f.scope.environment = Fit::Outside;
    f.scope.test_instead = Some(InstanceId(id(62)));
    let d = decide(&f, &sample::question(), now());
    let why: Vec<&str> = d.blocking().map(|c| c.key).collect();
    assert_eq!((d.verdict, why), (Verdict::NotGranted, vec!["environment-in-scope"]));
    assert_eq!(d.test_instead, Some(InstanceId(id(62))));
    assert_eq!(d.check("environment-in-scope").unwrap().helps().unwrap().id, "help-use-test");
}

#[test]
fn a_hold_to_attended_work_offers_attended_work() {
    let mut f = sample::facts();
    f.holds = vec![hold(Held::Provider(ProviderId(id(9))), Effect::AttendedOnly, Cause::Incident)];
    assert_eq!(decide(&f, &sample::question(), now()).verdict, Verdict::AttendedOffered);
    f.holds = vec![hold(Held::Provider(ProviderId(id(9))), Effect::NoNewAccess, Cause::Incident)];
    assert_eq!(decide(&f, &sample::question(), now()).verdict, Verdict::NotGranted);
}

#[test]
fn while_a_session_runs_only_security_facts_are_judged() {
    let mut f = sample::facts();
    let q = Question { moment: Moment::During, ..sample::question() };
    f.standing = Line::flat(Level::Blocked);
    f.responsibilities = Paper::Missing;
    assert!(decide(&f, &q, now()).yes());
    // a GMP status never stops running work, a security hold does
    f.holds = vec![hold(Held::Instance(q.instance), Effect::NoNewAccess, Cause::Gmp)];
    assert!(decide(&f, &q, now()).yes());
    f.holds = vec![hold(Held::Engagement(q.engagement), Effect::NoNewAccess, Cause::Security)];
    assert!(!decide(&f, &q, now()).yes());
}

#[test]
fn a_frozen_decision_is_small_and_comes_back_the_same() {
    let mut f = sample::facts();
    f.standing = Line::flat(Level::Restricted);
    let kept = decide(&f, &sample::question(), now()).freeze(&f);
    let text = serde_json::to_string(&kept).unwrap();
    assert!(text.len() < 12 * 1024, "{} bytes", text.len());
    assert_eq!(serde_json::from_str::<crate::event::permit::Decided>(&text).unwrap(), kept);
}

/// Facts in any mixture of the table's edits, in any modes.
fn any_case() -> impl Strategy<Value = (Facts, Question)> {
    let edits = proptest::collection::vec(0..CASES.len(), 0..5);
    let modes = proptest::collection::vec(0usize..4, 21);
    (edits, modes, any::<bool>()).prop_map(|(edits, modes, emergency)| {
        let (mut f, mut q) = (sample::facts(), sample::question());
        if emergency {
            q.purpose = Some(Purpose::Emergency);
            (q.attended, q.pattern) = (true, Pattern::GatewayAttended);
            q.attendant = Some(PersonId(id(5)));
            q.approvals = vec![yes(1, OwnerRole::ShiftLead)];
        }
        for e in edits {
            CASES[e].1(&mut f, &mut q);
        }
        for (slot, mode) in f.modes.0.iter_mut().zip(modes) {
            *slot = Mode::ALL[mode];
        }
        (f, q)
    })
}

proptest! {
    #[test]
    fn no_mode_and_no_fact_grants_over_a_failed_floor((f, q) in any_case()) {
        let d = decide(&f, &q, now());
        let floor = d.checks.iter().any(|c| is_floor(c.key) && c.would_block());
        prop_assert!(!(floor && d.yes()));
        // Unknown never passes a gate that counts.
        prop_assert!(!d.yes() || !d.checks.iter().any(|c| c.mode == Mode::Enforce && c.result == Unknown));
    }

    #[test]
    fn one_more_hold_never_turns_a_no_into_a_yes((f, q) in any_case(), on in 0usize..5, which in 0usize..6) {
        let before = decide(&f, &q, now());
        let on = [
            Held::Person(PersonId(id(901))), Held::Provider(ProviderId(id(9))), Held::Engagement(EngagementId(id(25))),
            Held::Instance(InstanceId(id(61))), Held::Credential(Uuid::nil()),
        ][on];
        let effect = [Effect::NoNewAccess, Effect::AttendedOnly][which % 2];
        let cause = [Cause::Security, Cause::Gmp, Cause::Incident][which % 3];
        let mut more = f.clone();
        more.holds.push(hold(on, effect, cause));
        let after = decide(&more, &q, now());
        prop_assert!(before.yes() || !after.yes());
    }

    #[test]
    fn what_is_offered_attended_passes_attended((f, q) in any_case()) {
        let d = decide(&f, &q, now());
        let pattern = if q.pattern == Pattern::GatewayUnattended { Pattern::GatewayAttended } else { q.pattern };
        let attended = Question { attended: true, pattern, ..q.clone() };
        if !d.yes() && !q.attended && !q.pattern.attended() {
            prop_assert_eq!(d.attended_would_pass, decide(&f, &attended, now()).yes());
        } else {
            prop_assert!(!d.attended_would_pass);
        }
    }

    #[test]
    fn a_yes_is_never_longer_than_its_cap((mut f, q) in any_case(), secs in -10i64..200_000) {
        f.modes = Modes::all(Mode::Enforce);
        let window = Window { from: q.window.from, until: q.window.from.plus_secs(secs) };
        let q = Question { window, moment: Moment::Request, ..q };
        if decide(&f, &q, now()).yes() {
            prop_assert!(0 < window.secs() && window.secs() <= f.caps.of(f.tier, q.purpose));
            let engagement = f.engagement.window.unwrap_or(Window { from: Instant::MIN, until: Instant::MIN });
            prop_assert!(engagement.covers(&window));
        }
    }
}
