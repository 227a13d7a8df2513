//! R-01 and S2.1a: may we order from this provider? One answer for procurement before the purchase order, with every
//! open step and who owns it.

use crate::{
    base::{Day, Instant, Level, Now, Ref, SiteId, Tier},
    event::qualify::OwnerRole,
    qualify::qualification::Qualification,
    rules::Rules,
};

/// The answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum MayOrder {
    Yes,
    WithConditions,
    No,
}

/// Who takes an open step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepOwner {
    Provider,
    Ours(OwnerRole),
}

/// Something that is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenStep {
    /// Message id `order-step-…`.
    pub key: &'static str,
    pub owner: StepOwner,
    /// By when, where a date stands.
    pub due: Option<Instant>,
    pub on: Option<Ref>,
    /// What the step alone comes to.
    pub weighs: MayOrder,
}

/// What the question is about.
#[derive(Clone, Debug)]
pub struct OrderFacts<'a> {
    /// Every qualification of the provider.
    pub qualifications: &'a [Qualification],
    /// Where it shall work.
    pub sites: &'a [SiteId],
    /// The tier of that work; `None` when no facts are known yet.
    pub tier: Option<Tier>,
    pub provisional: bool,
    /// A raised tier: until then a shallower qualification is a condition, no refusal.
    pub transition_until: Option<Instant>,
    /// Worst standing at these sites.
    pub standing: Level,
}

/// The answer with what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderAnswer {
    pub may: MayOrder,
    pub open: Vec<OpenStep>,
    /// The last day of the qualification that carries a *yes*.
    pub valid_until: Option<Day>,
}

/// May we order? Unknown is never yes.
pub fn may_order(f: &OrderFacts<'_>, now: Now, rules: &Rules) -> OrderAnswer {
    let ours =
        |key, weighs| OpenStep { key, owner: StepOwner::Ours(OwnerRole::OtSecurity), due: None, on: None, weighs };
    let mut open = Vec::new();
    match (f.tier, f.provisional) {
        (None, _) => open.push(ours("order-step-state-tier-facts", MayOrder::No)),
        (Some(_), true) => open.push(ours("order-step-confirm-tier", MayOrder::WithConditions)),
        (Some(_), false) => {}
    }
    let tier = if f.provisional { Tier::T1 } else { f.tier.unwrap_or(Tier::T1) };
    let mut valid_until: Option<Day> = None;
    for site in f.sites {
        match best(f, *site, tier, now, rules) {
            Some(q) => {
                let day = q.facts.valid_until;
                valid_until = Some(valid_until.map_or(day, |v| v.min(day)));
                open.extend(of(q, f, tier, now, rules));
            }
            None => open.push(ours("order-step-qualify", MayOrder::No)),
        }
    }
    if f.sites.is_empty() {
        open.push(ours("order-step-name-sites", MayOrder::No));
    }
    let by_standing = match f.standing {
        Level::Good => None,
        Level::Watch => Some(("order-step-clear-watch", MayOrder::WithConditions)),
        Level::Restricted | Level::Blocked => Some(("order-step-clear-standing", MayOrder::No)),
    };
    open.extend(by_standing.map(|(key, weighs)| OpenStep { owner: StepOwner::Provider, ..ours(key, weighs) }));
    // The same step at two sites is one step.
    let mut once: Vec<OpenStep> = Vec::new();
    for step in open {
        if !once.contains(&step) {
            once.push(step);
        }
    }
    let may = once.iter().map(|s| s.weighs).max().unwrap_or(MayOrder::Yes);
    OrderAnswer { may, open: once, valid_until }
}

/// The qualification that serves best at a site: running before ended, deep before shallow, long before short.
fn best<'a>(f: &OrderFacts<'a>, site: SiteId, tier: Tier, now: Now, rules: &Rules) -> Option<&'a Qualification> {
    let rank = |q: &Qualification| match q.word(now.0, rules) {
        "valid" => 3,
        "conditional" => 2,
        "extended" => 1,
        _ => 0,
    };
    let here = f.qualifications.iter().filter(|q| q.facts.sites.contains(&site));
    let alive = here.filter(|q| !matches!(q.word(now.0, rules), "withdrawn" | "superseded"));
    alive.max_by_key(|q| (q.facts.depth <= tier && rank(q) > 1, rank(q), q.facts.valid_until))
}

/// Open steps of one qualification.
fn of(q: &Qualification, f: &OrderFacts<'_>, tier: Tier, now: Now, rules: &Rules) -> Vec<OpenStep> {
    let step = |key, owner, due, weighs| OpenStep { key, owner, due, on: Some(q.id.into()), weighs };
    let ours = StepOwner::Ours(OwnerRole::OtSecurity);
    let mut open = Vec::new();
    match q.word(now.0, rules) {
        "valid" => {}
        "conditional" => {
            let unmet = q.conditions.iter().filter(|c| c.met_at.is_none_or(|met| now.0 < met));
            open.extend(unmet.map(|c| {
                let due = q.facts.zone.end_of(c.condition.due);
                step("order-step-meet-condition", StepOwner::Provider, Some(due), MayOrder::WithConditions)
            }));
        }
        // Extended or lapsed: existing work may go on, a new order may not.
        "extended" => open.push(step("order-step-requalify", ours, Some(q.extended_until(rules)), MayOrder::No)),
        _ => open.push(step("order-step-requalify", ours, None, MayOrder::No)),
    }
    if q.facts.depth > tier {
        let running = f.transition_until.is_some_and(|until| now.0 < until);
        let weighs = if running { MayOrder::WithConditions } else { MayOrder::No };
        open.push(step("order-step-deepen", ours, f.transition_until, weighs));
    }
    open
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{Actor, At, Commit, EngagementId, Party, PersonId, Private, ProviderId, Slot, ZoneName},
        event::qualify::{Condition, ConditionMet, LapseExplained, QualificationDecided, QualificationEvent, Touches},
        qualify::standing::standing,
        thing::Thing,
    };

    const SITE: SiteId = SiteId(Uuid::from_u128(1));
    fn t(s: &str) -> Instant {
        s.parse().unwrap()
    }
    fn at(s: &str) -> At {
        At { at: t(s), by: Actor::Genesis, seq: 0 }
    }
    fn private() -> Private<crate::base::Text> {
        Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(9)))
    }
    fn decided(depth: Tier, conditions: Vec<Condition>) -> Qualification {
        let zone: ZoneName = "Europe/Berlin".parse().unwrap();
        let on = Touches { engagement: EngagementId(Uuid::from_u128(25)), site: SITE, zone: zone.clone(), tier: depth };
        let facts = QualificationDecided {
            provider: ProviderId(Uuid::from_u128(9)),
            reference: "Q-0031".into(),
            sites: vec![SITE],
            depth,
            valid_until: "2026-08-31".parse().unwrap(),
            zone,
            conditions,
            decided_by: vec![PersonId(Uuid::from_u128(2))],
            touches: vec![on],
        };
        let event = QualificationEvent::Decided(facts);
        Qualification::born(Uuid::from_u128(31), &event, at("2025-08-20T10:00:00Z")).unwrap()
    }
    fn ask(q: &[Qualification], tier: Tier, standing: Level, when: &str) -> (MayOrder, Vec<&'static str>) {
        let transition_until = Some(t("2026-05-01T00:00:00Z"));
        let f = OrderFacts {
            qualifications: q,
            sites: &[SITE],
            tier: Some(tier),
            provisional: false,
            transition_until,
            standing,
        };
        let a = may_order(&f, Now(t(when)), &Rules::builtin().unwrap());
        (a.may, a.open.iter().map(|s| s.key).collect())
    }

    #[test]
    fn yes_with_conditions_no() {
        let q = [decided(Tier::T2, vec![])];
        let when = "2026-04-01T00:00:00Z";
        assert_eq!(ask(&q, Tier::T2, Level::Good, when), (MayOrder::Yes, vec![]));
        assert_eq!(ask(&q, Tier::T3, Level::Good, when).0, MayOrder::Yes);
        // S2.1a: nothing was decided
        assert_eq!(ask(&[], Tier::T1, Level::Good, when), (MayOrder::No, vec!["order-step-qualify"]));
        // a raised tier: a condition during the transition, a refusal after
        let deepen = vec!["order-step-deepen"];
        assert_eq!(ask(&q, Tier::T1, Level::Good, when), (MayOrder::WithConditions, deepen.clone()));
        assert_eq!(ask(&q, Tier::T1, Level::Good, "2026-05-01T00:00:00Z"), (MayOrder::No, deepen));
        //
        assert_eq!(ask(&q, Tier::T2, Level::Restricted, when), (MayOrder::No, vec!["order-step-clear-standing"]));
        assert_eq!(ask(&q, Tier::T2, Level::Watch, when).0, MayOrder::WithConditions);
    }

    #[test]
    fn a_lapse_of_ours_is_extended_and_never_counts() {
        let rules = Rules::builtin().unwrap();
        let mut q = decided(Tier::T2, vec![]);
        let after = t("2026-09-15T00:00:00Z");
        assert_eq!(q.word(t("2026-08-31T21:59:59Z"), &rules), "valid");
        assert_eq!(q.word(t("2026-08-31T22:00:00Z"), &rules), "extended");
        assert_eq!(q.word(t("2026-11-29T23:00:00Z"), &rules), "lapsed");
        assert_eq!(*standing(&q.emits(&rules).reasons).at(t("2027-01-01T00:00:00Z")), Level::Good);
        assert_eq!(ask(&[q.clone()], Tier::T2, Level::Good, "2026-09-15T00:00:00Z").0, MayOrder::No);
        // the cause turns out to be the provider's: Restricted after notice
        let named = LapseExplained { cause: Party::Provider, reason: private() };
        q.apply(&QualificationEvent::LapseExplained(named), at("2026-09-10T08:00:00Z"));
        assert_eq!(q.word(after, &rules), "lapsed");
        let line = standing(&q.emits(&rules).reasons);
        assert_eq!(line.next(Instant::MIN), Some((t("2026-09-24T08:00:00Z"), &Level::Restricted)));
        // the line is the rule
        for (_, line) in q.lines(&rules) {
            for span in line.spans() {
                assert_eq!(q.word(span.from, &rules), span.is);
            }
        }
    }

    #[test]
    fn withdrawing_clears_nothing_and_a_newer_decision_does() {
        use crate::event::qualify::WithReason;
        let rules = Rules::builtin().unwrap();
        let mut q = decided(Tier::T2, vec![]);
        let named = LapseExplained { cause: Party::Provider, reason: private() };
        q.apply(&QualificationEvent::LapseExplained(named), at("2026-09-10T08:00:00Z"));
        let later = t("2026-10-15T00:00:00Z");
        let withdrawn = QualificationEvent::Withdrawn(WithReason { reason: private() });
        q.apply(&withdrawn, at("2026-10-01T08:00:00Z"));
        assert_eq!(*standing(&q.emits(&rules).reasons).at(later), Level::Restricted);
        q.superseded_at = Some(t("2026-10-10T08:00:00Z"));
        assert_eq!(*standing(&q.emits(&rules).reasons).at(later), Level::Good);
    }

    #[test]
    fn a_condition_past_its_date() {
        let rules = Rules::builtin().unwrap();
        let condition = Condition { key: "as-built".into(), text: private(), due: "2026-01-31".parse().unwrap() };
        let mut q = decided(Tier::T1, vec![condition]);
        let turns = |q: &Qualification| {
            let line = standing(&q.emits(&rules).reasons);
            line.spans().iter().skip(1).map(|s| (s.from, s.is)).collect::<Vec<_>>()
        };
        let (watch, restricted) = (t("2026-01-31T23:00:00Z"), t("2026-03-02T23:00:00Z"));
        assert_eq!(turns(&q), [(watch, Level::Watch), (restricted, Level::Restricted)]);
        let asked = ask(&[q.clone()], Tier::T1, Level::Good, "2026-01-01T00:00:00Z");
        assert_eq!(asked, (MayOrder::WithConditions, vec!["order-step-meet-condition"]));
        q.apply(&QualificationEvent::ConditionMet(ConditionMet { key: "as-built".into() }), at("2026-02-10T08:00:00Z"));
        assert_eq!(turns(&q), [(watch, Level::Watch), (t("2026-02-10T08:00:00Z"), Level::Good)]);
        assert_eq!(q.word(t("2026-02-10T08:00:00Z"), &rules), "valid");
    }
}
