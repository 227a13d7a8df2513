//! In which function somebody acts. A person may have several roles at a site; what they did is recorded under the one
//! they did it in.

use plantgate_domain::{
    base::SiteId,
    event::qualify::OwnerRole,
    permit::{
        acts::{Hand, No},
        facts::Facts,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory, stop::Refused};

use crate::power::{May, Power, rows};

/// The hand of whoever acts: in the role named, or in the only one that has the power here.
pub fn hand<P: Power>(desk: &Desk, may: &May<P>, site: SiteId, named: Option<OwnerRole>) -> Result<Hand, Stop> {
    let person = may.person()?;
    let ours = person.provider().is_none();
    let rules = desk.rules();
    let mut roles: Vec<OwnerRole> = person.roles.iter().filter(|r| person.has(r.role, site)).map(|r| r.role).collect();
    roles.retain(|role| rows::<P>().iter().any(|key| rules.powers.owner(key, *role)));
    roles.sort_unstable();
    roles.dedup();
    let listed = || roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let role = match (named, roles.as_slice()) {
        (Some(role), roles) if roles.contains(&role) => role,
        (Some(_), _) => return Err(Stop::field("role", format!("You do this here only as one of: {}.", listed()))),
        (None, [one]) => *one,
        (None, _) => return Err(Stop::field("role", format!("Say in which role you do this: {}.", listed()))),
    };
    Ok(Hand { person: person.id, role, ours })
}

/// A *no* of the domain for the doors, with all checks when they decided.
pub fn stop(no: No, facts: &Facts) -> Stop {
    match no {
        No::Refused(refusal) => refusal.into(),
        No::Decided(decision) => {
            let first = decision.blocking().next();
            let (rule, say) =
                first.map_or(("R-15", plantgate_domain::base::Say::plain("stop-decided")), |c| (c.rule, c.say));
            let decision = serde_json::to_value(decision.freeze(facts)).ok();
            Stop::Refused(Box::new(Refused { rule, say, decision }))
        }
    }
}

/// Appends what the domain decided, each event to its object.
pub async fn append(desk: &mut Desk, events: plantgate_domain::permit::acts::Events) -> Result<(), Stop> {
    for (id, event) in events {
        let kind = event.kind();
        desk.append(plantgate_domain::base::Ref { kind, id }, event).await?;
    }
    Ok(())
}
