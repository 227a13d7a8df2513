//! Work in repeated shifts, as a turnaround needs it: asked and approved once, and each shift confirmed by the
//! area before anything begins in it.

use serde::{Deserialize, Serialize};

use super::beforehand::Hours;
use crate::{
    base::{Day, PersonId, Window},
    event::qualify::OwnerRole,
};

/// The same hours on each day from the first to the last, in the zone of the site. Hours past midnight belong to the
/// day on which they begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeated {
    pub from: Day,
    pub until: Day,
    pub hours: Hours,
}

/// What was said, and the shifts it came to when it was asked. They are kept as instants: what people approved does not
/// move when a zone's rules do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    pub repeated: Repeated,
    /// In order, numbered from one; none meets another.
    pub shifts: Vec<Window>,
}

/// Somebody of the area says that one shift may begin. It is good for that shift alone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftConfirmed {
    /// Its number, from one.
    pub shift: u32,
    pub by: PersonId,
    pub role: OwnerRole,
}
