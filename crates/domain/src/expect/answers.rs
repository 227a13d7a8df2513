//! Five questions about an engagement at a site, in plain words, for whoever has two minutes (S11.1). What is stated of
//! each system is finer and stands beside them: an answer fills what nobody stated, raises what was stated and never
//! lowers it. *Don't know* leaves the fact unknown, which gates as T1, and asks whoever can know.

use serde::{Deserialize, Serialize};

use super::{
    engagement::Engagement,
    tier::{TierFacts, Touched},
};
use crate::{
    base::{Actor, DAY, Duty, Instant, Party, Role},
    event::expect::{Because, Gxp, Known, ProductEffect, TierAnswered, TierFact},
};

/// What was answered, when and by whom.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    pub said: TierAnswered,
    pub at: Instant,
    pub by: Actor,
}

/// An answer that was *don't know* is asked again by then.
const AGAIN: i64 = 14 * DAY;

impl TierAnswered {
    /// Whether they say that nobody gets in and something is changed all the same.
    pub fn contradict(&self) -> bool {
        self.access == Known::No && self.change == Known::Yes
    }
    /// Answers that were *don't know*, by the name of the question, where the tier needs the answer.
    pub fn unknown(&self) -> Vec<&'static str> {
        if self.access == Known::No {
            return if self.product == ProductEffect::Unknown { vec!["product"] } else { Vec::new() };
        }
        let all = [
            ("access", self.access == Known::Unknown),
            ("change", self.change == Known::Unknown),
            ("safety", self.safety == Known::Unknown),
            ("product", self.product == ProductEffect::Unknown),
            ("network", self.network == Known::Unknown),
        ];
        let needed = |name: &str| name == "access" || self.change != Known::No;
        all.iter().filter(|(name, is)| *is && needed(name)).map(|(name, _)| *name).collect()
    }
    /// What the answers say of a system where nobody stated it.
    pub(super) fn fill(&self, t: &mut Touched, change: Known) {
        if t.roles.is_empty() && change == Known::Yes {
            t.roles = vec![Role::Configure];
        }
        let known = self.safety != Known::Unknown && self.network != Known::Unknown;
        if t.flags.is_none() && known && self.product != ProductEffect::Unknown {
            // That something is reached is a reason of its own, on no system: nobody said which.
            t.flags = Some(Vec::new());
        }
        if t.gxp.is_none() {
            t.gxp = match self.product {
                ProductEffect::Direct | ProductEffect::None => Some(Gxp::None),
                ProductEffect::Indirect => Some(Gxp::Indirect),
                ProductEffect::Unknown => None,
            };
        }
    }
    /// Whether something could be changed, by the answer and by what is stated of systems: the higher of both.
    pub(super) fn changes(&self, touched: &[Touched]) -> Known {
        let can = |t: &Touched| t.roles.iter().any(|r| r.can_change());
        if self.change == Known::Yes || touched.iter().any(can) {
            return Known::Yes;
        }
        let stated = !touched.is_empty() && touched.iter().all(|t| !t.roles.is_empty());
        if self.change == Known::No || stated { Known::No } else { Known::Unknown }
    }
    /// Reasons of T1 that were answered.
    pub(super) fn direct(&self, change: Known) -> Vec<Because> {
        let all = [
            (self.safety == Known::Yes, TierFact::Safety),
            (self.network == Known::Yes, TierFact::CoreNetwork),
            (self.product == ProductEffect::Direct, TierFact::GxpDirect),
        ];
        let told = all.iter().filter(|(is, _)| *is && change == Known::Yes);
        told.map(|(_, fact)| Because { fact: *fact, on: None }).collect()
    }
    /// Facts that were answered with *don't know* and that what is stated of systems does not tell either.
    pub(super) fn open(&self, facts: &TierFacts, change: Known) -> Vec<Because> {
        let nobody = facts.touched.is_empty();
        let flags = self.safety == Known::Unknown || self.network == Known::Unknown;
        let stated = |told: fn(&Touched) -> bool| !nobody && facts.touched.iter().all(told);
        let outside = self.access == Known::No && nobody;
        let may = change != Known::No;
        let all = [
            (!outside && change == Known::Unknown, TierFact::RolesUnknown),
            (!outside && may && flags && !stated(|t| t.flags.is_some()), TierFact::FlagsUnknown),
            (
                (may || outside) && self.product == ProductEffect::Unknown && !stated(|t| t.gxp.is_some()),
                TierFact::GxpUnknown,
            ),
        ];
        all.iter().filter(|(is, _)| *is).map(|(_, fact)| Because { fact: *fact, on: None }).collect()
    }
}

/// What was answered with *don't know* is our duty, for whoever may state it, as long as the tier rests on it.
pub(super) fn duties(e: &Engagement) -> Vec<Duty> {
    let rests = |a: &&Answered| e.tier(a.said.site).is_some_and(|t| t.provisional) && !a.said.unknown().is_empty();
    let duty = |a: &Answered| Duty {
        rule: "R-02".to_owned(),
        party: Party::Owner,
        provider: None,
        site: Some(a.said.site),
        what: e.id.into(),
        due: a.at.plus_secs(AGAIN),
        done: None,
    };
    e.answers.iter().filter(rests).map(duty).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{InstanceId, Pattern, SiteId, Tier},
        event::expect::Flag,
        expect::tier::{TierAnswer, tier},
        rules::Rules,
    };
    use Known::{No, Unknown, Yes};
    use ProductEffect as P;

    fn said(access: Known, change: Known, safety: Known, product: P, network: Known) -> TierAnswered {
        TierAnswered { site: SiteId(Uuid::from_u128(1)), access, change, safety, product, network }
    }
    fn system(roles: &[Role], flags: Option<&[Flag]>, gxp: Option<Gxp>) -> Touched {
        let on = InstanceId(Uuid::from_u128(7)).into();
        Touched { on, roles: roles.to_vec(), flags: flags.map(<[Flag]>::to_vec), gxp }
    }
    fn told(a: &TierAnswer) -> String {
        let facts: Vec<&str> = a.because.iter().map(|b| b.fact.as_str()).collect();
        format!("{}{} {}", a.tier, if a.provisional { "?" } else { "" }, facts.join(" "))
    }
    fn comes(said: Option<TierAnswered>, touched: Vec<Touched>, patterns: Option<Vec<Pattern>>) -> TierAnswer {
        let facts = TierFacts { touched, patterns, said, found: vec![] };
        tier(&facts, &Rules::builtin().unwrap())
    }

    #[test]
    fn five_answers_alone_give_the_tier_of_the_table() {
        let cases = [
            (said(No, No, No, P::None, No), "T3 no-access"),
            (said(Yes, No, Yes, P::None, Yes), "T2 limited-access"),
            (said(Yes, Yes, No, P::None, No), "T2 limited-access"),
            (said(Yes, Yes, No, P::Indirect, No), "T2 indirect-impact"),
            (said(No, No, No, P::Indirect, No), "T2 indirect-impact"),
            (said(Yes, Yes, Yes, P::Unknown, Unknown), "T1 safety"),
            (said(Yes, Yes, No, P::Direct, No), "T1 gxp-direct"),
            (said(Yes, Yes, No, P::None, Yes), "T1 core-network"),
            // nobody knows: provisional, which gates as T1
            (said(Unknown, No, No, P::None, No), "T2? pattern-unknown"),
            (said(Yes, Unknown, No, P::None, No), "T2? limited-access roles-unknown"),
            (said(Yes, Yes, Unknown, P::None, No), "T2? limited-access flags-unknown"),
            (said(Yes, Yes, No, P::Unknown, No), "T2? limited-access gxp-unknown"),
            (said(Yes, Yes, No, P::None, Unknown), "T2? limited-access flags-unknown"),
            (said(No, No, No, P::Unknown, No), "T2? gxp-unknown"),
        ];
        for (said, expected) in cases {
            assert_eq!(told(&comes(Some(said), vec![], None)), expected, "{said:?}");
        }
    }

    #[test]
    fn answers_fill_what_nobody_stated_of_a_system() {
        let bare = || vec![system(&[], None, None)];
        assert_eq!(
            told(&comes(None, bare(), None)),
            "T2? limited-access pattern-unknown roles-unknown flags-unknown gxp-unknown"
        );
        assert_eq!(told(&comes(Some(said(Yes, Yes, No, P::None, No)), bare(), None)), "T2 limited-access");
        assert_eq!(told(&comes(Some(said(Yes, No, Unknown, P::Unknown, No)), bare(), None)), "T2 limited-access");
        assert_eq!(told(&comes(Some(said(Yes, Yes, Yes, P::None, No)), bare(), None)), "T1 safety");
        // and what is stated answers a question for somebody who did not know
        let stated = vec![system(&[Role::Configure], Some(&[]), Some(Gxp::None))];
        let way = Some(vec![Pattern::GatewayAttended]);
        let nothing = said(Unknown, Unknown, Unknown, P::Unknown, Unknown);
        assert_eq!(told(&comes(Some(nothing), stated, way)), "T2 limited-access");
    }

    #[test]
    fn an_answer_never_lowers_what_is_stated() {
        // given facts of every weight, and every answer there is
        let roles: [&[Role]; 3] = [&[], &[Role::View], &[Role::Configure]];
        let flags: [Option<&[Flag]>; 3] = [None, Some(&[]), Some(&[Flag::Safety])];
        let gxps = [None, Some(Gxp::None), Some(Gxp::Indirect), Some(Gxp::Direct)];
        let patterns = [None, Some(vec![Pattern::None]), Some(vec![Pattern::OnSite])];
        let mut tried = 0;
        for r in roles {
            for f in flags {
                for g in gxps {
                    for p in &patterns {
                        let stated = comes(None, vec![system(r, f, g)], p.clone());
                        for a in every() {
                            let with = comes(Some(a), vec![system(r, f, g)], p.clone());
                            // then the tier is as high or higher: only what was unknown became known
                            assert!(with.tier <= stated.tier, "{a:?}: {} after {}", told(&with), told(&stated));
                            assert!(stated.provisional || with.gate() <= stated.gate(), "{a:?}");
                            tried += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(tried, 3 * 3 * 4 * 3 * 324);
    }

    #[test]
    fn dont_know_in_place_of_a_no_never_lowers_the_gate() {
        let known = |k: Known| if k == Unknown { No } else { k };
        for a in every() {
            let product = if a.product == P::Unknown { P::None } else { a.product };
            let sure = said(known(a.access), known(a.change), known(a.safety), product, known(a.network));
            let (unsure, sure) = (comes(Some(a), vec![], None), comes(Some(sure), vec![], None));
            assert!(unsure.gate() <= sure.gate(), "{a:?}: {} against {}", told(&unsure), told(&sure));
            assert_eq!(unsure.provisional && unsure.tier == Tier::T3, false);
        }
    }

    fn every() -> Vec<TierAnswered> {
        let mut all = Vec::new();
        for access in Known::ALL {
            for change in Known::ALL {
                for safety in Known::ALL {
                    for product in P::ALL {
                        all.extend(Known::ALL.iter().map(|n| said(*access, *change, *safety, *product, *n)));
                    }
                }
            }
        }
        all
    }
}
