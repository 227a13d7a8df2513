//! In which function somebody acts. A person may have several roles at a site; what they did is recorded under the one
//! they did it in.

use plantgate_domain::{
    base::{Private, Ref, Say, SiteId, Text, Told, Why},
    event::qualify::OwnerRole,
    permit::{
        acts::{Events, Hand, No},
        facts::Facts,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory, stop::Refused};

use crate::{
    names,
    power::{self, May, Power},
};

/// The hand of whoever acts at a site.
pub fn hand<P: Power>(desk: &Desk, may: &May<P>, site: SiteId, named: Option<OwnerRole>) -> Result<Hand, Stop> {
    let role = role(desk, may, &[site], named)?;
    let person = may.person()?;
    Ok(Hand { person: person.id, role, ours: person.provider().is_none() })
}

/// The role named, or the only one the person has at all of these sites that gives the power.
pub fn role<P: Power>(
    desk: &Desk,
    may: &May<P>,
    sites: &[SiteId],
    named: Option<OwnerRole>,
) -> Result<OwnerRole, Stop> {
    let person = may.person()?;
    let rules = desk.rules();
    let roles = power::functions(person, P::KEY, sites, &rules);
    let listed = || Told::words("power", &roles);
    match (named, roles.as_slice()) {
        (Some(role), roles) if roles.contains(&role) => Ok(role),
        (Some(_), _) => Err(Stop::field("role", Why::of("invalid-hand-role").with("roles", listed()))),
        (None, [one]) => Ok(*one),
        (None, _) => Err(Stop::field("role", Why::of("invalid-hand-role-missing").with("roles", listed()))),
    }
}

/// A *no* of the domain for the doors, with all checks when they decided.
pub fn stop(no: No, facts: &Facts) -> Stop {
    match no {
        No::Refused(refusal) => refusal.into(),
        No::Decided(decision) => {
            let first = decision.blocking().next();
            let (rule, say) = first.map_or(("R-15", Say::plain("stop-decided")), |c| (c.rule, c.say));
            let decision = serde_json::to_value(decision.freeze(facts)).ok();
            Stop::Refused(Box::new(Refused { rule, say, decision }))
        }
    }
}

/// Appends what the domain decided, each event to its object.
pub async fn append(desk: &mut Desk, events: Events) -> Result<(), Stop> {
    for (id, event) in events {
        let kind = event.kind();
        desk.append(Ref { kind, id }, event).await?;
    }
    Ok(())
}

/// What a person wrote, sealed, if they wrote something.
pub async fn said(desk: &mut Desk, field: &str, text: Option<&String>) -> Result<Option<Private<Text>>, Stop> {
    match text.map(|t| t.trim()).filter(|t| !t.is_empty()) {
        Some(text) => Ok(Some(desk.seal(&names::text(4_000, field, text)?)?)),
        None => Ok(None),
    }
}
