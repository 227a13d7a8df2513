//! Steps before work begins, where measures make up for a limit of the system (R-21, S5.8a): a permit that was read, a
//! second person who is there. Each stands on the grant with who took it and when.

use super::{acts::Hand, campaign::earliest, grant::Grant};
use crate::{
    base::{Instant, Now, Refusal, ZoneName},
    event::expect::Measure,
    expect::{
        instance::{Compensated, Instance},
        measures::Asks,
    },
};

/// Steps of a grant that nobody took yet, in the order of the set; none where no set holds.
pub fn open<'g>(grant: Option<&'g Grant>, instance: &'g Instance, t: Instant) -> impl Iterator<Item = Measure> + 'g {
    let asked = instance.compensation.iter().flat_map(move |c| c.set.measures.iter().map(move |m| (c, *m)));
    let taken = move |c: &Compensated, m: Measure| grant.is_some_and(|g| taken(g, c, m, t));
    asked.filter(move |(c, m)| m.before_start() && !taken(c, *m)).map(|(_, m)| m)
}

/// Whether a step stands. What was said before the set was agreed on says nothing of it, and whoever is beside the
/// person by now is no second one, whoever said so first.
fn taken(g: &Grant, c: &Compensated, measure: Measure, t: Instant) -> bool {
    let Some(step) = g.step(measure, t) else { return false };
    match measure.asks() {
        Asks::Step if step.at < c.agreed => false,
        Asks::Step => measure != Measure::TwoPersons || g.attendant != Some(step.done.by),
        _ => true,
    }
}

/// Whether somebody may say that a step was taken. They say it for themselves: the second person is whoever says so.
pub fn may_take(
    grant: &Grant,
    instance: &Instance,
    measure: Measure,
    by: Hand,
    zone: &ZoneName,
    now: Now,
) -> Result<(), Refusal> {
    let set = instance.compensation.as_ref().filter(|c| c.holds(zone, now.0));
    match (set, measure.asks()) {
        _ if !by.ours => Err(Refusal::new("R-13", "refuse-step-provider")),
        _ if by.person == grant.facts.person => Err(Refusal::new("R-13", "refuse-step-oneself")),
        _ if !grant.alive(now.0) => Err(Refusal::new("R-16", "refuse-step-over")),
        // Whoever says today that they are there says nothing of Friday.
        _ if now.0 < earliest(&grant.window_at(now.0)) => Err(Refusal::new("R-21", "refuse-step-early")),
        (None, _) => Err(Refusal::new("R-21", "refuse-step-no-set")),
        (Some(c), _) if !c.has(measure) || !measure.before_start() => {
            Err(Refusal::new("R-21", "refuse-step-not-asked"))
        }
        (Some(_), Asks::CheckOut) => Err(Refusal::new("R-17", "refuse-step-check-out")),
        (Some(_), _) if measure == Measure::TwoPersons && grant.attendant == Some(by.person) => {
            Err(Refusal::new("R-21", "refuse-step-attendant"))
        }
        (Some(_), _) => Ok(()),
    }
}
