//! criteria become a grade. A reviewer may go lower than what the facts allow, never higher; *return*
//! gives no grade and the due date stands.

use crate::{
    base::{Grade, Refusal},
    event::qualify::{Judged, Outcome, Weighs},
    rules::{Criterion, Rules},
};

/// The best grade the facts allow (`defaults.md` §2.5).
pub fn allowed(judged: &[Judged], rules: &Rules) -> Grade {
    let needs = || judged.iter().filter(|j| j.weighs == Weighs::Need);
    let failed = |j: &Judged| matches!(j.outcome, Outcome::NotMet | Outcome::CannotJudge);
    // A need that failed, or none that was judged at all: nothing was shown.
    if needs().any(failed) || needs().all(|j| j.outcome == Outcome::NotApplicable) {
        return Grade::Weak;
    }
    let whole = judged.iter().all(|j| matches!(j.outcome, Outcome::Met | Outcome::NotApplicable));
    let proven = needs().any(|j| j.outcome == Outcome::Met && j.proof.is_some());
    if whole && proven { Grade::Strong } else { rules.grades.unproven.min(Grade::Adequate) }
}

/// Checks a review before it is recorded: every criterion judged once and as it weighs, the grade one that a reviewer
/// can give and not above what the facts allow. `None` returns the item.
pub fn review(
    criteria: &[Criterion],
    judged: &[Judged],
    grade: Option<Grade>,
    rules: &Rules,
) -> Result<Option<Grade>, Refusal> {
    let Some(grade) = grade else { return Ok(None) };
    let once = |c: &Criterion| judged.iter().filter(|j| j.criterion == c.key && j.weighs == c.weighs).count() == 1;
    if judged.len() != criteria.len() || !criteria.iter().all(once) {
        return Err(Refusal::new("R-22", "review-judge-every-criterion"));
    }
    match grade {
        Grade::Missing | Grade::Expired | Grade::Unknown => Err(Refusal::new("R-22", "review-grade-by-clock-only")),
        Grade::Weak | Grade::Adequate | Grade::Strong if grade > allowed(judged, rules) => {
            Err(Refusal::new("R-22", "review-grade-above-facts"))
        }
        Grade::Weak | Grade::Adequate | Grade::Strong => Ok(Some(grade)),
    }
}

/// Whether a grade accepts a request and clears its reason.
pub fn accepts(grade: Grade, rules: &Rules) -> bool {
    grade >= rules.grades.accepted
}

/// *Says* with a certificate that supports the requirement: weak, unknown or missing become adequate at most; *does* is
/// never touched, and an expired document stays expired.
pub fn with_certificate(says: Grade, supported: bool, rules: &Rules) -> Grade {
    match says {
        Grade::Weak | Grade::Unknown | Grade::Missing if supported => says.max(rules.grades.certificate),
        Grade::Weak | Grade::Unknown | Grade::Missing | Grade::Expired | Grade::Adequate | Grade::Strong => says,
    }
}

/// What is shown: the lower of the two. `None` where a side was never asked.
pub fn shown(says: Option<Grade>, does: Option<Grade>) -> Grade {
    says.into_iter().chain(does).min().unwrap_or(Grade::Unknown)
}

/// What gates: *says* alone until enough service was seen, then the lower of both.
pub fn gating(says: Grade, does: Grade, service_events: u32, months: i64, rules: &Rules) -> Grade {
    if rules.grades.does_gates(service_events, months) { says.min(does) } else { says }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Ref, SessionId};
    use proptest::prelude::*;
    use serde::Deserialize;
    use uuid::Uuid;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Case {
        given: String,
        needs: Vec<Outcome>,
        wants: Vec<Outcome>,
        proof: bool,
        grade: Grade,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Cases {
        case: Vec<Case>,
    }

    fn judged(needs: &[Outcome], wants: &[Outcome], proof: bool) -> Vec<Judged> {
        let source: Ref = SessionId(Uuid::from_u128(1)).into();
        let one = |n: usize, weighs, outcome: &Outcome| Judged {
            criterion: format!("{weighs}-{n}"),
            weighs,
            outcome: *outcome,
            proof: (proof && weighs == Weighs::Need && n == 0).then_some(source),
        };
        let needs = needs.iter().enumerate().map(|(n, o)| one(n, Weighs::Need, o));
        needs.chain(wants.iter().enumerate().map(|(n, o)| one(n, Weighs::Want, o))).collect()
    }

    #[test]
    fn the_truth_table() {
        let rules = Rules::builtin().unwrap();
        let cases: Cases = toml::from_str(include_str!("../../../../rules/cases/grade.toml")).unwrap();
        assert!(cases.case.len() >= 12);
        for c in cases.case {
            assert_eq!(allowed(&judged(&c.needs, &c.wants, c.proof), &rules), c.grade, "{}", c.given);
        }
    }

    #[test]
    fn a_reviewer_goes_lower_never_higher() {
        let rules = Rules::builtin().unwrap();
        let all = judged(&[Outcome::Met], &[], false);
        let criteria = [Criterion { key: "need-0".into(), weighs: Weighs::Need }];
        let review = |judged: &[Judged], grade| review(&criteria, judged, grade, &rules).map_err(|r| r.say.id);
        assert_eq!(review(&all, Some(Grade::Adequate)), Ok(Some(Grade::Adequate)));
        assert_eq!(review(&all, Some(Grade::Weak)), Ok(Some(Grade::Weak)));
        assert_eq!(review(&all, None), Ok(None));
        assert_eq!(review(&[], None), Ok(None));
        assert_eq!(review(&all, Some(Grade::Strong)), Err("review-grade-above-facts"));
        assert_eq!(review(&all, Some(Grade::Missing)), Err("review-grade-by-clock-only"));
        assert_eq!(review(&[], Some(Grade::Weak)), Err("review-judge-every-criterion"));
    }

    #[test]
    fn a_certificate_supports_and_never_proves() {
        use Grade::*;
        let rules = Rules::builtin().unwrap();
        let with = |g| with_certificate(g, true, &rules);
        let cases = [(Missing, Adequate), (Weak, Adequate), (Unknown, Adequate), (Expired, Expired), (Strong, Strong)];
        for (before, after) in cases {
            assert_eq!(with(before), after);
            assert_eq!(with_certificate(before, false, &rules), before);
        }
        // G3: documented strong, no record of practice: not strong
        assert_eq!(shown(Some(Strong), Some(Missing)), Missing);
        assert_eq!(shown(Some(Adequate), Some(Unknown)), Unknown);
        assert_eq!(shown(None, None), Unknown);
        // *does* gates after 5 events or 6 months
        assert_eq!(gating(Adequate, Missing, 4, 5, &rules), Adequate);
        assert_eq!(gating(Adequate, Missing, 5, 0, &rules), Missing);
        assert_eq!(gating(Adequate, Missing, 0, 6, &rules), Missing);
    }

    proptest! {
        // One worse outcome never makes a better grade; no proof never makes strong.
        #[test]
        fn worse_is_never_better(
            needs in proptest::collection::vec(0usize..6, 1..5), wants in proptest::collection::vec(0usize..6, 0..3),
            at in 0usize..5, proof: bool,
        ) {
            let rules = Rules::builtin().unwrap();
            let read = |v: &[usize]| v.iter().map(|i| Outcome::ALL[*i]).collect::<Vec<_>>();
            let (mut n, w) = (read(&needs), read(&wants));
            let before = allowed(&judged(&n, &w, proof), &rules);
            prop_assert!(proof || before <= Grade::Adequate);
            let at = at % n.len();
            n[at] = Outcome::NotMet;
            prop_assert!(allowed(&judged(&n, &w, proof), &rules) <= before);
        }
    }
}
