//! R-02 over time: what a newly computed tier does to the one that stands. A raise is immediate, with time to meet its
//! obligations; what people decided on the same facts stands; lowering is never done by a computation.

use crate::{
    base::{Instant, Now, SiteId, Tier, ZoneName},
    event::expect::{Because, TierSet},
    expect::{engagement::TierAt, tier::TierAnswer},
    rules::Rules,
};

/// What recomputing comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Retier {
    /// Nothing changes.
    Stands,
    /// It is set now.
    Set(TierSet),
    /// The facts would allow a lower tier: people approve that.
    WouldLower(TierSet),
}

/// Compares the tier that stands at a site with the one the facts give.
pub fn retier(
    stands: Option<&TierAt>,
    site: SiteId,
    answer: &TierAnswer,
    zone: &ZoneName,
    now: Now,
    rules: &Rules,
) -> Retier {
    let mut set = TierSet {
        site,
        tier: answer.tier,
        provisional: answer.provisional,
        because: answer.because.clone(),
        rules_version: rules.version,
        transition_until: None,
    };
    let Some(stands) = stands else { return Retier::Set(set) };
    let same_facts = same(&stands.because, &answer.because);
    let unchanged = (stands.tier, stands.provisional) == (answer.tier, answer.provisional);
    if same_facts && (unchanged || stands.overridden_with.is_some()) {
        return Retier::Stands;
    }
    set.transition_until = transition(stands, answer.tier, answer.provisional, zone, now, rules);
    // A provisional tier was never confirmed, so confirming a lower one lowers nothing.
    if answer.tier > stands.tier && !stands.provisional { Retier::WouldLower(set) } else { Retier::Set(set) }
}

/// Until when new obligations of the tier do not count: a confirmed raise starts a transition, a running one runs on.
pub fn transition(
    stands: &TierAt,
    to: Tier,
    provisional: bool,
    zone: &ZoneName,
    now: Now,
    rules: &Rules,
) -> Option<Instant> {
    let running = stands.transition_until.filter(|until| now.0 < *until);
    let raised = !provisional && (to < stands.tier || stands.provisional);
    let fresh = raised.then(|| zone.plus_days(now.0, rules.tiers.transition_days));
    fresh.max(running)
}

fn same(a: &[Because], b: &[Because]) -> bool {
    a.len() == b.len() && a.iter().all(|x| b.contains(x))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{base::PersonId, event::expect::TierFact};

    const SITE: SiteId = SiteId(Uuid::from_u128(1));
    fn because(fact: TierFact) -> Vec<Because> {
        vec![Because { fact, on: None }]
    }
    fn answer(tier: Tier, provisional: bool, fact: TierFact) -> TierAnswer {
        TierAnswer { tier, provisional, because: because(fact) }
    }
    fn stands(tier: Tier, provisional: bool, fact: TierFact, people: bool) -> TierAt {
        TierAt {
            site: SITE,
            tier,
            provisional,
            because: because(fact),
            rules_version: 1,
            since: Instant::MIN,
            transition_until: None,
            overridden_with: people.then_some(PersonId(Uuid::from_u128(2))),
        }
    }
    /// `stands`, `lower`, or the tier that is set and the minute its transition ends.
    fn said(stands: Option<&TierAt>, answer: &TierAnswer) -> String {
        let now = Now("2026-10-26T08:00:00Z".parse().unwrap());
        let zone: ZoneName = "Europe/Berlin".parse().unwrap();
        match retier(stands, SITE, answer, &zone, now, &Rules::builtin().unwrap()) {
            Retier::Stands => "stands".to_owned(),
            Retier::WouldLower(set) => format!("would lower to {}", set.tier),
            Retier::Set(set) => {
                let until = set.transition_until.map(|t| t.to_string()[..16].to_owned());
                format!("{}{} {}", set.tier, if set.provisional { "?" } else { "" }, until.unwrap_or_default())
            }
        }
    }

    #[test]
    fn a_raise_is_immediate_with_a_transition() {
        use TierFact::{BatchRecord, Contradicted, LimitedAccess, NoAccess, Safety};
        let t1 = answer(Tier::T1, false, Safety);
        let t2 = answer(Tier::T2, false, LimitedAccess);
        // the first tier starts at once
        assert_eq!(said(None, &t2), "T2 ");
        // raised; 30 calendar days in the site's zone
        assert_eq!(said(Some(&stands(Tier::T2, false, LimitedAccess, false)), &t1), "T1 2026-11-25T08:00");
        // the same again changes nothing, other reasons of the same tier do
        assert_eq!(said(Some(&stands(Tier::T1, false, Safety, false)), &t1), "stands");
        assert_eq!(said(Some(&stands(Tier::T1, false, BatchRecord, false)), &t1), "T1 ");
        // lowering is for people
        assert_eq!(said(Some(&stands(Tier::T1, false, Safety, false)), &t2), "would lower to T2");
        // contradicted gives no due dates, so no transition; confirming starts one
        let found = answer(Tier::T2, true, Contradicted);
        assert_eq!(said(Some(&stands(Tier::T3, true, NoAccess, false)), &found), "T2? ");
        assert_eq!(said(Some(&stands(Tier::T2, true, Contradicted, false)), &t2), "T2 2026-11-25T08:00");
        let settled = answer(Tier::T3, false, NoAccess);
        assert!(said(Some(&stands(Tier::T2, true, Contradicted, false)), &settled).starts_with("T3"));
    }

    #[test]
    fn what_people_decided_on_the_same_facts_stands() {
        use TierFact::{GxpDirect, Safety};
        let by_people = stands(Tier::T2, false, GxpDirect, true);
        assert_eq!(said(Some(&by_people), &answer(Tier::T1, false, GxpDirect)), "stands");
        assert_eq!(said(Some(&by_people), &answer(Tier::T1, false, Safety)), "T1 2026-11-25T08:00");
    }
}
