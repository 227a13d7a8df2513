//! standing of an engagement at a site is the worst effect among the counted reasons that hold at an instant.
//! Its only input is the border noun `Reason`; whatever a right wing knows arrives as one.

use crate::base::{Level, Line, Reason};

/// The standing over all of time, computed from instants that the reasons already carry. Nothing is flipped by a job.
pub fn standing(reasons: &[Reason]) -> Line<Level> {
    let turns = reasons.iter().flat_map(|r| r.steps.iter().map(|s| s.from).chain(r.until)).collect();
    Line::of(turns, |t| reasons.iter().map(|r| r.weight(t)).max().unwrap_or(Level::Good))
}
