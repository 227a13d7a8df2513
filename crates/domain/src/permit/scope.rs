//! From containment (`expect::scope`, R-05) to the facts a decision reads: which respect fails, and whether the test
//! system would do (S1.4d).

use super::facts::{Fit, ScopeFacts};
use crate::{
    base::{ConduitId, Environment, Role, Window, ZoneName},
    expect::{
        engagement::Engagement,
        scope::{Help, Miss, Outside, Target, Wanted, covers},
    },
};

/// Where somebody wants to go.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked<'a> {
    pub target: Target,
    /// The environment the request names.
    pub environment: Environment,
    pub roles: &'a [Role],
    /// Conduits on the way; `None` when the way is not known.
    pub path: Option<&'a [ConduitId]>,
    pub window: Window,
}

/// The scope facts of a question. `known` are the instances the scope names; `zone` is the target site's zone of time.
pub fn scope_facts(e: &Engagement, to: &Asked<'_>, known: &[Target], zone: &ZoneName) -> ScopeFacts {
    let misses = |role| {
        let environment = Some(to.environment);
        covers(e, &Wanted { target: to.target, environment, role, path: to.path, window: to.window }, known, zone)
    };
    // Place, way and dates are the same for every role; one of them stands for all.
    let first = misses(to.roles.first().copied().unwrap_or(Role::View));
    let missed = |is: fn(&Miss) -> bool| first.iter().any(|o| is(&o.miss));
    let instead = first.iter().find_map(|o| elsewhere(o, to));
    let outside = missed(|m| matches!(m, Miss::Site | Miss::Zone | Miss::System));
    // Without an item there is nothing to compare roles and way with.
    let placed = !outside && instead.is_none();
    let outside_role = if placed { to.roles.iter().copied().find(|r| role_missed(&misses(*r))) } else { None };
    let when = |fits: bool| if fits { Fit::Inside } else { Fit::Outside };
    ScopeFacts {
        system: when(!outside),
        dates: when(!missed(|m| matches!(m, Miss::Dates))),
        environment: match to.target.environment {
            None => Fit::Unknown,
            Some(_) if outside => Fit::Unknown,
            Some(_) => when(!missed(|m| matches!(m, Miss::Environment))),
        },
        roles: if placed && !to.roles.is_empty() { when(outside_role.is_none()) } else { Fit::Unknown },
        outside_role,
        conduits: match to.path {
            Some(_) if placed => when(!missed(|m| matches!(m, Miss::Conduit(_)))),
            Some(_) | None => Fit::Unknown,
        },
        test_instead: instead.and_then(|(id, environment)| {
            matches!(environment, Some(Environment::Test | Environment::Dev)).then_some(id)
        }),
    }
}

fn role_missed(misses: &[Outside]) -> bool {
    misses.iter().any(|o| o.miss == Miss::Role)
}

/// Another instance of the same system that is in scope.
fn elsewhere(o: &Outside, to: &Asked<'_>) -> Option<(crate::base::InstanceId, Option<Environment>)> {
    match &o.help {
        Some(Help::Instance(id, environment)) if *id != to.target.instance => Some((*id, *environment)),
        Some(Help::Instance(..) | Help::Roles(_) | Help::Window(_)) | None => None,
    }
}
