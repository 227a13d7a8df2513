//! The parts of an engagement's page that need names: places, scope, what is owed, clauses.

use std::sync::Arc;

use plantgate_app::{Stop, permit::engaged::Engaged, power::could, read::Memory};
use plantgate_domain::{
    base::{Actor, Ref},
    event::{
        expect::{Because, ScopeState, TierFact},
        qualify::ObligationFacts,
    },
    expect::conduit::Conduit,
    qualify::person::Person,
    rules::Rules,
};
use plantgate_wire::words::Rich;

use crate::{
    door::visit::Visit,
    page::engagement::{AtSite, Clause, InScope, Owed},
    view::{Choice, Item},
};

/// An object named for this reader.
pub async fn item(visit: &mut Visit, on: Ref) -> Result<Item, Stop> {
    let me = visit.me();
    let named = visit.names.learn(&mut visit.look, me, on).await?;
    Ok(Item { text: named.text, href: named.href })
}

/// A person as a choice of a form.
pub async fn person(visit: &mut Visit, person: &Person) -> Result<Choice, Stop> {
    let name = item(visit, person.id.into()).await?.text;
    let roles: Vec<String> = person.roles.iter().map(|r| visit.ui.word("power", r.role.as_str()).to_string()).collect();
    Ok(Choice::new(person.id.to_string(), format!("{name}, {}", roles.join(", "))))
}

/// What a tier rests on, in words.
pub async fn because(visit: &mut Visit, all: &[Because]) -> Result<Vec<Rich>, Stop> {
    let mut out = Vec::new();
    for b in all {
        let mut line = Rich::from(visit.ui.word("tier-because", b.fact.as_str()));
        if let Some(on) = b.on {
            let named = item(visit, on).await?;
            line = line.text(": ").object(named.text, named.href.as_deref());
        } else if let Some(answered) = answered(b.fact) {
            line = line.text(format!(" ({})", visit.ui.t(answered)));
        }
        out.push(line);
    }
    Ok(out)
}

/// A fact that rests on a system and is on none comes from the five questions.
const fn answered(fact: TierFact) -> Option<&'static str> {
    match fact {
        TierFact::Safety
        | TierFact::BatchRecord
        | TierFact::RegulatoryData
        | TierFact::CoreNetwork
        | TierFact::GxpDirect => Some("tier-as-answered"),
        TierFact::FlagsUnknown | TierFact::GxpUnknown | TierFact::RolesUnknown => Some("tier-answered-unknown"),
        TierFact::PatternUnknown
        | TierFact::Contradicted
        | TierFact::LimitedAccess
        | TierFact::IndirectImpact
        | TierFact::NoAccess => None,
    }
}

/// Why something is owed: the tier or a reason of its own, and the clause that binds.
pub async fn why(visit: &mut Visit, facts: &ObligationFacts) -> Result<Rich, Stop> {
    let tier = visit.ui.word("tier", facts.why_tier.as_str()).to_string();
    let why = match &facts.beyond {
        Some(reason) => Rich::from(visit.look.open_private(reason).await?.unwrap_or_default()),
        None => Rich::from(visit.ui.t("owed-why-tier").s("tier", tier)),
    };
    Ok(match &facts.basis {
        Some(clause) => {
            let agreement = item(visit, clause.agreement.into()).await?.text;
            why.text(format!("; {agreement} §{}", clause.number))
        }
        None => why.text(format!("; {}", visit.ui.t("owed-no-clause"))),
    })
}

/// Sites with standing and tier.
pub async fn places(visit: &mut Visit, of: &Engaged, rules: &Arc<Rules>) -> Result<Vec<AtSite>, Stop> {
    let mut out = Vec::new();
    for at in &of.places {
        let because = because(visit, at.tier.as_ref().map_or(&[], |t| t.because.as_slice())).await?;
        let tier = at.tier.as_ref();
        out.push(AtSite {
            site: at.site.facts.name.clone(),
            reference: at.site.facts.reference.clone(),
            level: at.standing.level,
            tier: tier.map(|t| t.tier),
            provisional: tier.is_some_and(|t| t.provisional),
            because,
            since: tier.map(|t| t.since),
            transition: tier.and_then(|t| t.transition_until).filter(|until| visit.now() < *until),
            overridden: tier.is_some_and(|t| t.overridden_with.is_some()),
            may_state: could(&visit.who.person, "state-tier-facts", &[at.site.id], rules),
        });
    }
    Ok(out)
}

/// Conduits, each by the zones it joins.
async fn conduits(visit: &mut Visit, ids: &[plantgate_domain::base::ConduitId]) -> Result<Vec<String>, Stop> {
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        let conduit: Conduit = visit.look.get(*id).await?;
        let a = item(visit, conduit.facts.a.into()).await?.text;
        let b = item(visit, conduit.facts.b.into()).await?.text;
        out.push(format!("{a}–{b}"));
    }
    Ok(out)
}

/// The scope, proposals first, what ended last.
pub async fn scope(visit: &mut Visit, of: &Engaged, rules: &Arc<Rules>) -> Result<Vec<InScope>, Stop> {
    let mut out = Vec::new();
    let mut scope: Vec<_> = of.engagement.scope.iter().collect();
    scope.sort_by_key(|s| match s.state {
        ScopeState::Proposed => 0,
        ScopeState::Approved => 1,
        ScopeState::Ended => 2,
    });
    for s in scope {
        let system = item(visit, s.item.instance.into()).await?;
        let instance = of.instances.iter().find(|i| i.id == s.item.instance);
        let zone = match instance.and_then(|i| i.facts.zone) {
            Some(zone) => item(visit, zone.into()).await?.text,
            None => visit.ui.t("engagement-fact-unknown").to_string(),
        };
        let by = match s.proposed_by.person().filter(|_| s.state == ScopeState::Proposed) {
            Some(id) => item(visit, id.into()).await?.text,
            None => String::new(),
        };
        let may = could(&visit.who.person, "approve-scope", &[s.item.site], rules);
        out.push(InScope {
            system,
            name: instance.map(|i| i.facts.name.clone()).unwrap_or_default(),
            env: instance.and_then(|i| i.facts.environment),
            zone,
            site: item(visit, s.item.site.into()).await?.text,
            roles: s.item.roles.iter().map(|r| r.as_str()).collect(),
            conduits: conduits(visit, &s.item.conduits).await?,
            days: (s.item.from, s.item.until),
            state: s.state.as_str(),
            by,
            may_approve: may && s.state == ScopeState::Proposed && s.proposed_by != Actor::Person(visit.me()),
            may_end: may && s.state == ScopeState::Approved,
        });
    }
    Ok(out)
}

/// What is owed, each with why.
pub async fn owed(visit: &mut Visit, of: &Engaged) -> Result<Vec<Owed>, Stop> {
    let mut out = Vec::new();
    for o in &of.owes {
        let facts = &o.obligation.facts;
        let why = why(visit, facts).await?;
        let site = of.places.iter().find(|p| p.site.id == facts.site).map(|p| p.site.facts.name.clone());
        let title = visit.ui.word("obligation", &facts.key).to_string();
        let several = of.places.len() > 1;
        out.push(Owed {
            reference: facts.reference.clone(),
            title: if several { format!("{title}, {}", site.unwrap_or_default()) } else { title },
            every: facts.frequency.as_str(),
            why,
            grade: o.grade,
            due: o.due,
        });
    }
    Ok(out)
}

/// The clauses of the agreement.
pub async fn clauses(visit: &mut Visit, of: &Engaged) -> Result<Vec<Clause>, Stop> {
    let Some(agreement) = &of.agreement else { return Ok(Vec::new()) };
    let today = of.zone.day_of(visit.now());
    let mut out = Vec::new();
    for c in &agreement.facts.clauses {
        out.push(Clause {
            number: format!("{} §{}", agreement.facts.reference, c.number),
            text: visit.look.open_private(&c.text).await?.unwrap_or_default(),
            testable: c.is_testable(),
            binding: agreement.binding(&c.number, today).is_some(),
        });
    }
    Ok(out)
}
