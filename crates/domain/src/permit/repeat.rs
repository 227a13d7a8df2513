//! Asking again for the same (S5.1b): whose request may be repeated and how long it is offered, in what the new one
//! differs, and what was allowed then and is not now. The right way must be the fastest one, so that nobody goes round.

use serde::{Deserialize, Serialize};

use crate::{
    base::{DAY, Instant, PersonId, level::words},
    event::permit::{AccessRequested, AskedWindow, CheckDecided, Decided, Outcome},
    permit::access::{AccessRequest, RequestState},
};

/// Days behind the approval for which a request is offered to be asked again.
pub const OFFERED_DAYS: i64 = 90;

words! {
    /// In what a request differs from the one it repeats. When the work is done and what it refers to differ always,
    /// and are what a person is asked for: they are not named.
    Differs { Person = "person", Engagement = "engagement", System = "system", Environment = "environment",
              Purpose = "purpose", Roles = "roles", WayIn = "way-in", Attended = "attended", Length = "length" }
}

/// Whether it is this person's own: they asked for it, or it is they who would enter.
pub fn own(earlier: &AccessRequest, by: PersonId) -> bool {
    by == earlier.asked.requested_by || by == earlier.asked.person
}

/// Whether it is offered to a person to be asked again: their own, approved, and not too long ago.
pub fn offered(earlier: &AccessRequest, by: PersonId, t: Instant) -> bool {
    let approved = earlier.settled.filter(|_| earlier.state == RequestState::Approved);
    own(earlier, by) && approved.is_some_and(|at| t <= at.plus_secs(OFFERED_DAYS * DAY))
}

/// How long a window is, whether its times are fixed or begin with the approval.
pub fn length(window: &AskedWindow) -> i64 {
    match window {
        AskedWindow::Fixed(w) => w.secs(),
        AskedWindow::OnApproval(w) => w.length_secs,
    }
}

/// In what a request differs from the earlier one, in the order people read it.
pub fn differences(earlier: &AccessRequested, now: &AccessRequested) -> Vec<Differs> {
    let set = |a: &AccessRequested| {
        let mut roles = a.roles.clone();
        roles.sort_unstable();
        roles.dedup();
        roles
    };
    let beside = |a: &AccessRequested| a.attended || a.pattern.attended();
    Differs::ALL
        .iter()
        .copied()
        .filter(|what| match what {
            Differs::Person => earlier.person != now.person,
            Differs::Engagement => earlier.engagement != now.engagement,
            Differs::System => earlier.instance != now.instance,
            Differs::Environment => earlier.environment != now.environment,
            Differs::Purpose => earlier.purpose != now.purpose,
            Differs::Roles => set(earlier) != set(now),
            Differs::WayIn => earlier.pattern != now.pattern,
            // A way in says already that somebody is beside; only what it does not say is a difference of its own.
            Differs::Attended => earlier.pattern == now.pattern && beside(earlier) != beside(now),
            Differs::Length => length(&earlier.window) != length(&now.window),
        })
        .collect()
}

/// Checks that did not stand in the way then and do, or would if the site enforced them, now. When the earlier one has
/// no decision every such check is one.
pub fn fell<'d>(then: Option<&Decided>, now: &'d Decided) -> Vec<&'d CheckDecided> {
    let fails = |c: &CheckDecided| matches!(c.result, Outcome::NotPassed | Outcome::Unknown);
    let failed = |key: &str| then.is_some_and(|d| d.checks.iter().any(|c| c.key == key && fails(c)));
    now.checks.iter().filter(|c| fails(c) && !failed(&c.key)).collect()
}

/// The middle of some lengths in seconds; of two in the middle the mean. `None` of none: unknown is not zero.
pub fn median(mut secs: Vec<i64>) -> Option<i64> {
    secs.sort_unstable();
    let half = secs.len() / 2;
    let upper = *secs.get(half)?;
    if secs.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *secs.get(half.checked_sub(1)?)?;
    // Half of the distance, so that two large numbers cannot run over.
    Some(lower.saturating_add(upper.saturating_sub(lower) / 2))
}

/// Seconds from asking to the last yes; `None` for what was not approved, and for what was approved beforehand: nobody
/// waited for anybody there, and it would hide how long others do.
pub fn waited(r: &AccessRequest) -> Option<i64> {
    let at = r.settled.filter(|_| r.state == RequestState::Approved && r.beforehand.is_none())?;
    Some(at.secs_since(r.at).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{AccessRequestId, At, Environment, Pattern, Purpose, Role, Window},
        event::permit::{AccessApproved, AccessEvent, Approval, ApprovalMeaning, Moment, OnApproval},
        event::qualify::OwnerRole,
        permit::{
            acts::request,
            decide::decide,
            facts::{Facts, Fit},
            sample::{self, D0, id, now},
        },
        thing::Thing,
    };

    const ASKER: PersonId = PersonId(id(901));
    const ENGINEER: PersonId = PersonId(id(1));

    fn asked() -> AccessRequested {
        AccessRequested { requested_by: ENGINEER, roles: vec![Role::View, Role::Configure], ..sample::asked() }
    }

    /// Asked at D0, and approved so many seconds later if at all.
    fn earlier(approved: Option<i64>) -> AccessRequest {
        let at = |t| At { at: t, by: crate::base::Actor::Genesis, seq: 1 };
        let key = AccessRequestId(id(700));
        let mut r = AccessRequest::born(key.0, &AccessEvent::Requested(Box::new(asked())), at(D0)).unwrap();
        if let Some(secs) = approved {
            let decision =
                decide(&sample::facts(), &r.question(Moment::Approval, now()), now()).freeze(&sample::facts());
            let approval = Approval {
                person: PersonId(id(2)),
                role: OwnerRole::ControlEngineer,
                at: D0.plus_secs(secs),
                meaning: ApprovalMeaning::Approval,
            };
            let grant = Some(crate::base::GrantId(id(500)));
            let yes = AccessEvent::Approved(AccessApproved { approval, decision, grant });
            r.apply(&yes, at(D0.plus_secs(secs)));
        }
        r
    }

    #[test]
    fn only_ones_own_approved_request_of_the_last_ninety_days_is_offered() {
        let yes = earlier(Some(1_800));
        let end = D0.plus_secs(1_800 + OFFERED_DAYS * DAY);
        // the person who would enter, and who of ours asked for them
        for who in [ASKER, ENGINEER] {
            assert!(offered(&yes, who, D0.plus_secs(1_800)));
            assert!(offered(&yes, who, end));
            // one second later it is no longer
            assert!(!offered(&yes, who, end.plus_secs(1)));
        }
        // a colleague, a stranger, and who approved it
        for who in [2, 902, 903] {
            assert!(!offered(&yes, PersonId(id(who)), end), "{who}");
        }
        // what nobody approved was never the same as something that was allowed
        assert!(!offered(&earlier(None), ASKER, D0));
    }

    #[test]
    fn each_difference_is_named_and_nothing_else() {
        let base = asked();
        assert_eq!(differences(&base, &base), []);
        // order and doubles of rights are no difference; neither are times and reference
        let w = sample::question().window;
        let later = Window { from: w.from.plus_secs(86_400), until: w.until.plus_secs(86_400) };
        let same = AccessRequested {
            roles: vec![Role::Configure, Role::View, Role::View],
            window: AskedWindow::Fixed(later),
            change: None,
            ticket: Some("T-1".into()),
            ..asked()
        };
        assert_eq!(differences(&base, &same), []);
        let longer = Window { from: w.from, until: w.until.plus_secs(60) };
        let cases = [
            (AccessRequested { person: PersonId(id(902)), ..asked() }, Differs::Person),
            (AccessRequested { engagement: crate::base::EngagementId(id(26)), ..asked() }, Differs::Engagement),
            (AccessRequested { instance: crate::base::InstanceId(id(77)), ..asked() }, Differs::System),
            (AccessRequested { environment: Environment::Test, ..asked() }, Differs::Environment),
            (AccessRequested { purpose: Purpose::Upgrade, ..asked() }, Differs::Purpose),
            (AccessRequested { roles: vec![Role::View, Role::Administer], ..asked() }, Differs::Roles),
            (AccessRequested { pattern: Pattern::GatewayAttended, attended: true, ..asked() }, Differs::WayIn),
            (AccessRequested { attended: true, ..asked() }, Differs::Attended),
            (AccessRequested { window: AskedWindow::Fixed(longer), ..asked() }, Differs::Length),
        ];
        for (changed, what) in cases {
            assert_eq!(differences(&base, &changed), [what], "{what}");
        }
        // the same length counted from the approval is the same length
        let latest_start = w.until;
        let on = AskedWindow::OnApproval(OnApproval { length_secs: w.secs(), latest_start });
        assert_eq!(differences(&base, &AccessRequested { window: on, ..asked() }), []);
    }

    #[test]
    fn what_is_no_longer_allowed_is_named_once_it_fell() {
        // given it passed then, and the right has left the scope since
        let (then, _) = request(AccessRequestId(id(700)), asked(), &sample::facts(), now());
        let then = then.freeze(&sample::facts());
        let mut f: Facts = sample::facts();
        f.scope.roles = Fit::Outside;
        f.scope.outside_role = Some(Role::Configure);
        let (after, _) = request(AccessRequestId(id(701)), asked(), &f, now());
        let after = after.freeze(&f);
        let keys =
            |d: &Decided, n: &Decided| -> Vec<String> { fell(Some(d), n).into_iter().map(|c| c.key.clone()).collect() };
        assert_eq!(keys(&then, &after), ["role-in-scope"]);
        // what failed then already did not fall, and what passes now neither
        assert!(keys(&after, &after).is_empty() && keys(&after, &then).is_empty());
        // without a decision of then everything that fails is said
        assert_eq!(fell(None, &after).len(), 1);
    }

    #[test]
    fn the_middle_of_waiting_times() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![7]), Some(7));
        assert_eq!(median(vec![60, 10]), Some(35));
        assert_eq!(median(vec![900, 60, 120]), Some(120));
        assert_eq!(median(vec![i64::MAX, i64::MAX - 2]), Some(i64::MAX - 1));
        assert_eq!(waited(&earlier(Some(1_800))), Some(1_800));
        assert_eq!(waited(&earlier(None)), None);
    }
}
