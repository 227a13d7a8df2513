//! What may be said of a visit. Coming and going are facts: only an impossible time or an impossible order refuses
//! them, never something that is missing.

use super::visit::Visit;
use crate::{
    base::{Instant, Now, PersonId, Refusal},
    event::witness::Missing,
};

const R: &str = "R-20";

fn open(v: &Visit) -> Result<(), Refusal> {
    match () {
        () if v.called_off.is_some() => Err(Refusal::new(R, "refuse-visit-called-off")),
        () if v.closed.is_some() => Err(Refusal::new(R, "refuse-visit-closed")),
        () => Ok(()),
    }
}

/// More is written into a visit until its record is closed, also behind their leaving.
pub fn may_note(v: &Visit, at: Instant, now: Now) -> Result<(), Refusal> {
    open(v)?;
    if at > now.0 { Err(Refusal::new(R, "refuse-visit-time")) } else { Ok(()) }
}

/// They came, not in the future and not behind their leaving. Said again, it corrects what stood.
pub fn may_arrive(v: &Visit, at: Instant, now: Now) -> Result<(), Refusal> {
    may_note(v, at, now)?;
    if v.left_at().is_some_and(|left| left < at) { Err(Refusal::new(R, "refuse-visit-order")) } else { Ok(()) }
}

/// They went: whoever is here may always go, whatever is missing.
pub fn may_leave(v: &Visit, at: Instant, now: Now) -> Result<(), Refusal> {
    may_note(v, at, now)?;
    match v.arrived_at() {
        None => Err(Refusal::new(R, "refuse-visit-not-arrived")),
        Some(arrived) if at < arrived => Err(Refusal::new(R, "refuse-visit-order")),
        Some(_) => Ok(()),
    }
}

/// Somebody of ours is to be beside them; the deputy is another person.
pub fn may_name(v: &Visit, attendant: PersonId, deputy: Option<PersonId>) -> Result<(), Refusal> {
    open(v)?;
    may_be_beside(attendant, deputy)
}

/// Attendant and deputy are two people.
pub fn may_be_beside(attendant: PersonId, deputy: Option<PersonId>) -> Result<(), Refusal> {
    if deputy == Some(attendant) { Err(Refusal::new(R, "refuse-visit-deputy")) } else { Ok(()) }
}

/// A check-in is of now, while they are here.
pub fn may_check_in(v: &Visit, now: Now) -> Result<(), Refusal> {
    open(v)?;
    if v.here(now.0) { Ok(()) } else { Err(Refusal::new(R, "refuse-visit-not-here")) }
}

/// The record is closed behind their leaving. What is missing is named with a reason; it keeps nobody here.
pub fn may_close(v: &Visit) -> Result<Vec<Missing>, Refusal> {
    open(v)?;
    if v.left_at().is_none() {
        return Err(Refusal::new(R, "refuse-visit-still-here"));
    }
    Ok(v.missing())
}

/// Only a visit nobody came for is called off.
pub fn may_call_off(v: &Visit) -> Result<(), Refusal> {
    open(v)?;
    if v.arrived_at().is_some() { Err(Refusal::new(R, "refuse-visit-arrived")) } else { Ok(()) }
}
