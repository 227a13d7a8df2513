//! how much an engagement matters at a site, from facts, first match wins (`defaults.md` §2.3). Unknown never
//! makes a tier lower: it makes it provisional, which gates new access as T1 and starts no due dates.

use crate::{
    base::{Pattern, Ref, Role, SiteId, Tier},
    event::expect::{Because, Flag, Gxp, Known, ProductEffect, ScopeState, TierAnswered, TierFact},
    expect::{engagement::Engagement, instance::Instance},
    rules::Rules,
};

/// One system in the scope, as far as the tier goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Touched {
    pub on: Ref,
    /// Roles on it; empty: nobody has said.
    pub roles: Vec<Role>,
    pub flags: Option<Vec<Flag>>,
    pub gxp: Option<Gxp>,
}

/// Everything a tier rests on, for one engagement at one site.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TierFacts {
    pub touched: Vec<Touched>,
    /// Agreed ways in; `None`: nobody has said.
    pub patterns: Option<Vec<Pattern>>,
    /// The five questions, answered; `None`: nobody was asked.
    pub said: Option<TierAnswered>,
    /// Accounts, paths and sessions that were found and not settled.
    pub found: Vec<Ref>,
}

/// The answer with its reasons; every reason of the tier is told, not only the first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TierAnswer {
    pub tier: Tier,
    pub provisional: bool,
    pub because: Vec<Because>,
}

impl TierAnswer {
    /// The tier that gates new access.
    pub fn gate(&self) -> Tier {
        if self.provisional { Tier::T1 } else { self.tier }
    }
}

impl TierFacts {
    /// The facts of an engagement at a site from its approved scope; with `proposed` also from what is only proposed,
    /// to show before anybody approves what it would come to (S2.5a).
    pub fn of(e: &Engagement, site: SiteId, instances: &[Instance], proposed: bool) -> TierFacts {
        let in_scope = |s: &ScopeState| match s {
            ScopeState::Approved => true,
            ScopeState::Proposed => proposed,
            ScopeState::Ended => false,
        };
        let alive = e.scope.iter().filter(|s| s.item.site == site && in_scope(&s.state));
        let touched = alive.map(|s| {
            let instance = instances.iter().find(|i| i.id == s.item.instance);
            Touched {
                on: s.item.instance.into(),
                roles: s.item.roles.clone(),
                flags: instance.and_then(|i| i.facts.flags.clone()),
                gxp: instance.and_then(Instance::gxp),
            }
        });
        TierFacts {
            touched: touched.collect(),
            patterns: e.facts.patterns.clone(),
            said: e.answers(site).map(|a| a.said),
            found: e.contradicted.iter().filter(|(at, _)| *at == site).map(|(_, found)| *found).collect(),
        }
    }
}

/// The tier of an engagement at a site.
pub fn tier(facts: &TierFacts, rules: &Rules) -> TierAnswer {
    let (filled, change) = filled(facts);
    let said = facts.said.as_ref();
    let mut direct: Vec<Because> = filled.iter().flat_map(direct).collect();
    direct.extend(said.map(|said| said.direct(change)).unwrap_or_default());
    if !direct.is_empty() {
        return TierAnswer { tier: Tier::T1, provisional: false, because: direct };
    }
    let open = unknown(facts, &filled, change);
    let agreed = facts.patterns.as_ref().is_some_and(|p| p.iter().any(|p| *p != Pattern::None));
    let has_way = agreed || said.is_some_and(|said| said.access == Known::Yes);
    let found: Vec<Because> =
        facts.found.iter().map(|f| Because { fact: TierFact::Contradicted, on: Some(*f) }).collect();
    let impact = indirect(facts);
    if has_way || !facts.touched.is_empty() || !found.is_empty() || !impact.is_empty() {
        let few = facts.touched.len() <= rules.tiers.limited_systems;
        let fact = if few && impact.is_empty() { TierFact::LimitedAccess } else { TierFact::IndirectImpact };
        let mut because = if impact.is_empty() { vec![Because { fact, on: None }] } else { impact };
        // Something was found where nothing was agreed: what was found is the reason, nothing else is known.
        let contradicts = !has_way && !found.is_empty();
        if contradicts {
            because.clear();
        }
        let provisional = !open.is_empty() || contradicts;
        because.extend(open);
        because.extend(found);
        return TierAnswer { tier: Tier::T2, provisional, because };
    }
    if !open.is_empty() {
        return TierAnswer { tier: Tier::T2, provisional: true, because: open };
    }
    TierAnswer { tier: Tier::T3, provisional: false, because: vec![Because { fact: TierFact::NoAccess, on: None }] }
}

/// Systems with what the answers say where nobody stated it, and whether something could be changed at all.
fn filled(facts: &TierFacts) -> (Vec<Touched>, Known) {
    let mut touched = facts.touched.clone();
    let Some(said) = &facts.said else { return (touched, Known::Unknown) };
    let change = said.changes(&facts.touched);
    touched.iter_mut().for_each(|t| said.fill(t, change));
    (touched, change)
}

/// Systems with indirect impact, stated or answered. What was answered counts without a way in too: T3 is for neither.
fn indirect(facts: &TierFacts) -> Vec<Because> {
    let stated = facts.touched.iter().filter(|t| t.gxp == Some(Gxp::Indirect)).map(|t| Some(t.on));
    let said = facts.said.filter(|said| matches!(said.product, ProductEffect::Direct | ProductEffect::Indirect));
    let said = said.map(|_| None);
    stated.chain(said).map(|on| Because { fact: TierFact::IndirectImpact, on }).collect()
}

/// T1: a role that can change something that matters.
fn direct(t: &Touched) -> Vec<Because> {
    if !t.roles.iter().any(|r| r.can_change()) {
        return Vec::new();
    }
    let flags = t.flags.iter().flatten().filter_map(|flag| match flag {
        Flag::Safety => Some(TierFact::Safety),
        Flag::BatchRecord => Some(TierFact::BatchRecord),
        Flag::RegulatoryData => Some(TierFact::RegulatoryData),
        Flag::CoreNetwork => Some(TierFact::CoreNetwork),
        Flag::Legacy | Flag::HighAvailability => None,
    });
    let gxp = (t.gxp == Some(Gxp::Direct)).then_some(TierFact::GxpDirect);
    flags.chain(gxp).map(|fact| Because { fact, on: Some(t.on) }).collect()
}

/// Facts the tier needs and nobody has stated. Flags and impact matter only where something can be changed.
fn unknown(facts: &TierFacts, filled: &[Touched], change: Known) -> Vec<Because> {
    let mut open = Vec::new();
    if facts.patterns.is_none() && facts.said.is_none_or(|said| said.access == Known::Unknown) {
        open.push(Because { fact: TierFact::PatternUnknown, on: None });
    }
    open.extend(facts.said.iter().flat_map(|said| said.open(facts, change)));
    for t in filled {
        let unsaid = t.roles.is_empty() && change != Known::No;
        let may_change = unsaid || t.roles.iter().any(|r| r.can_change());
        let missing = [
            (unsaid, TierFact::RolesUnknown),
            (may_change && t.flags.is_none(), TierFact::FlagsUnknown),
            (may_change && t.gxp.is_none(), TierFact::GxpUnknown),
        ];
        open.extend(missing.iter().filter(|(is, _)| *is).map(|(_, fact)| Because { fact: *fact, on: Some(t.on) }));
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{AccountId, InstanceId};
    use uuid::Uuid;

    fn on(n: u128) -> Ref {
        InstanceId(Uuid::from_u128(n)).into()
    }
    fn touched(n: u128, roles: &[Role], flags: &[Flag], gxp: Gxp) -> Touched {
        Touched { on: on(n), roles: roles.to_vec(), flags: Some(flags.to_vec()), gxp: Some(gxp) }
    }
    fn facts(touched: Vec<Touched>, patterns: &[Pattern]) -> TierFacts {
        TierFacts { touched, patterns: Some(patterns.to_vec()), ..TierFacts::default() }
    }
    fn answer(f: &TierFacts) -> (Tier, bool, Vec<TierFact>) {
        let a = tier(f, &Rules::builtin().unwrap());
        (a.tier, a.provisional, a.because.iter().map(|b| b.fact).collect())
    }
    const GATEWAY: [Pattern; 1] = [Pattern::GatewayUnattended];
    const CHANGE: [Role; 2] = [Role::View, Role::Configure];

    #[test]
    fn what_can_be_changed_makes_t1() {
        use TierFact as F;
        let cases = [
            (Flag::Safety, Gxp::None, vec![F::Safety]),
            (Flag::BatchRecord, Gxp::Direct, vec![F::BatchRecord, F::GxpDirect]),
            (Flag::RegulatoryData, Gxp::None, vec![F::RegulatoryData]),
            (Flag::CoreNetwork, Gxp::None, vec![F::CoreNetwork]),
            (Flag::Legacy, Gxp::Direct, vec![F::GxpDirect]),
        ];
        for (flag, gxp, because) in cases {
            let f = facts(vec![touched(1, &CHANGE, &[flag], gxp)], &GATEWAY);
            assert_eq!(answer(&f), (Tier::T1, false, because));
            // on site with a laptop is access as well
            assert_eq!(answer(&TierFacts { patterns: Some(vec![Pattern::OnSiteOwnLaptop]), ..f }).0, Tier::T1);
            // who only looks cannot change it
            let looks = facts(vec![touched(1, &[Role::View, Role::Collect], &[flag], gxp)], &GATEWAY);
            assert_eq!(answer(&looks).0, Tier::T2);
        }
    }

    #[test]
    fn the_rest_of_the_table() {
        use TierFact as F;
        // Verdano on BMS-B61, not GxP, no flags: limited access
        let bms = facts(vec![touched(1, &CHANGE, &[], Gxp::None)], &GATEWAY);
        assert_eq!(answer(&bms), (Tier::T2, false, vec![F::LimitedAccess]));
        let many = (1..=6).map(|n| touched(n, &CHANGE, &[], Gxp::None)).collect();
        assert_eq!(answer(&facts(many, &GATEWAY)), (Tier::T2, false, vec![F::IndirectImpact]));
        let indirect = facts(vec![touched(1, &CHANGE, &[], Gxp::Indirect)], &GATEWAY);
        assert_eq!(answer(&indirect), (Tier::T2, false, vec![F::IndirectImpact]));
        // no access, nothing found
        let none = facts(vec![], &[Pattern::None]);
        assert_eq!(answer(&none), (Tier::T3, false, vec![F::NoAccess]));
        // an account was found where nothing was agreed: provisional T2, gates as T1
        let account: Ref = AccountId(Uuid::from_u128(7)).into();
        let found = TierFacts { found: vec![account], ..none };
        assert_eq!(answer(&found), (Tier::T2, true, vec![F::Contradicted]));
        assert_eq!(tier(&found, &Rules::builtin().unwrap()).gate(), Tier::T1);
        // nobody has said how they come in
        assert_eq!(answer(&TierFacts::default()), (Tier::T2, true, vec![F::PatternUnknown]));
    }

    #[test]
    fn unknown_is_provisional_and_only_where_it_is_needed() {
        use TierFact as F;
        let unknown = Touched { on: on(1), roles: CHANGE.to_vec(), flags: None, gxp: None };
        let f = facts(vec![unknown.clone()], &GATEWAY);
        assert_eq!(answer(&f), (Tier::T2, true, vec![F::LimitedAccess, F::FlagsUnknown, F::GxpUnknown]));
        let looks = facts(vec![Touched { roles: vec![Role::View], ..unknown.clone() }], &GATEWAY);
        assert_eq!(answer(&looks), (Tier::T2, false, vec![F::LimitedAccess]));
        // one known direct fact settles it, whatever else is unknown
        let known = facts(vec![unknown, touched(2, &CHANGE, &[Flag::Safety], Gxp::None)], &GATEWAY);
        assert_eq!(answer(&known), (Tier::T1, false, vec![F::Safety]));
    }
}
