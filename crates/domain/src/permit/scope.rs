//! Containment: what is asked against what was approved, dimension by dimension, so that a refusal can say which
//! one fails, and whether the test system would do.

use super::facts::{Fit, ScopeFacts};
use crate::base::{ConduitId, Environment, InstanceId, Role, SiteId, SystemId, Window};

/// One approved item of an engagement's scope.
#[derive(Clone, PartialEq, Debug)]
pub struct ScopeItem {
    pub site: SiteId,
    pub system: SystemId,
    pub instance: InstanceId,
    pub environment: Option<Environment>,
    pub roles: Vec<Role>,
    pub conduits: Vec<ConduitId>,
    /// Narrower dates of its own.
    pub window: Option<Window>,
}

/// Where somebody wants to go.
#[derive(Clone, PartialEq, Debug)]
pub struct Target {
    pub site: SiteId,
    pub system: SystemId,
    pub instance: InstanceId,
    /// The environment the request names.
    pub asked: Environment,
    /// The environment the instance has; `None` when nobody has said.
    pub actual: Option<Environment>,
    pub roles: Vec<Role>,
    /// Conduits on the way; `None` when the path is not known.
    pub path: Option<Vec<ConduitId>>,
    pub window: Window,
}

/// The target against the approved items.
pub fn cover(items: &[ScopeItem], to: &Target) -> ScopeFacts {
    let open = |i: &&ScopeItem| i.site == to.site && i.window.is_none_or(|w| w.covers(&to.window));
    let exact = items.iter().filter(open).find(|i| i.instance == to.instance);
    let siblings = || items.iter().filter(open).filter(|i| i.system == to.system && i.instance != to.instance);
    // A sibling in another environment says: right system, wrong environment. In the same one: another system.
    let same_environment = siblings().any(|i| i.environment.is_some() && i.environment == to.actual);
    let twin = siblings().find(|i| i.environment.is_some() && i.environment != to.actual);
    let twin = twin.filter(|_| !same_environment && to.actual.is_some());
    let item = exact.or(twin);
    let outside_role = item.and_then(|i| to.roles.iter().copied().find(|r| !i.roles.contains(r)));
    ScopeFacts {
        system: if item.is_some() { Fit::Inside } else { Fit::Outside },
        environment: match (to.actual, exact) {
            (None, _) => Fit::Unknown,
            (Some(actual), Some(_)) if actual == to.asked => Fit::Inside,
            (Some(_), Some(_) | None) => Fit::Outside,
        },
        roles: match (item, outside_role) {
            (None, _) => Fit::Unknown,
            (Some(_), None) if to.roles.is_empty() => Fit::Unknown,
            (Some(_), None) => Fit::Inside,
            (Some(_), Some(_)) => Fit::Outside,
        },
        outside_role,
        conduits: match (item, &to.path) {
            (Some(i), Some(path)) if path.iter().all(|c| i.conduits.contains(c)) => Fit::Inside,
            (Some(_), Some(_)) => Fit::Outside,
            (None, _) | (_, None) => Fit::Unknown,
        },
        test_instead: siblings()
            .find(|i| matches!(i.environment, Some(Environment::Test | Environment::Dev)))
            .filter(|_| exact.is_none())
            .map(|i| i.instance),
    }
}
