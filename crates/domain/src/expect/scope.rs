//! R-05, containment: what is touched lies inside the approved scope, in every respect that can be named. A miss says
//! which respect and, where there is one, what would be inside (S1.4d: *PROD is not in scope, TEST is*).

use crate::{
    base::{ConduitId, Environment, InstanceId, Role, SiteId, SystemId, Window, ZoneId, ZoneName},
    event::expect::ScopeItem,
    expect::engagement::Engagement,
};

/// What is known of an instance as far as containment goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    pub instance: InstanceId,
    pub system: SystemId,
    pub site: SiteId,
    pub zone: Option<ZoneId>,
    pub environment: Option<Environment>,
}

/// What somebody wants to touch, how and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted<'a> {
    pub target: Target,
    /// Environment the person named; must be the instance's own.
    pub environment: Option<Environment>,
    pub role: Role,
    /// Conduits on the way; `None`: the way is not known, which passes nothing.
    pub path: Option<&'a [ConduitId]>,
    pub window: Window,
}

/// A respect of containment that was not met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Miss {
    /// No approved item at this site.
    Site,
    /// Items at the site, none in this zone.
    Zone,
    /// Items in the zone, none of this system.
    System,
    /// Items of the system, none of this environment.
    Environment,
    Role,
    /// A conduit on the way that is not in scope.
    Conduit(ConduitId),
    PathUnknown,
    Dates,
}

/// What would be inside instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Help {
    /// Another instance of the same system that is in scope.
    Instance(InstanceId, Option<Environment>),
    /// Roles in scope on it.
    Roles(Vec<Role>),
    /// The window that is covered.
    Window(Window),
}

/// A miss with its help.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outside {
    pub miss: Miss,
    pub help: Option<Help>,
}

/// Every respect that is not met, in order site, zone, system, environment, role, conduit, dates; empty means inside.
/// `known` are the instances the scope names. Of the first four only the first miss is told: the rest follows from it.
pub fn covers(e: &Engagement, wanted: &Wanted<'_>, known: &[Target], zone: &ZoneName) -> Vec<Outside> {
    let Some(item) = e.approved().find(|i| i.instance == wanted.target.instance && i.site == wanted.target.site) else {
        return vec![place_missed(e, wanted, known)];
    };
    let mut out = Vec::new();
    let named = wanted.environment.or(wanted.target.environment);
    // An environment nobody has stated is no environment of the scope.
    if named.is_none() || named != wanted.target.environment {
        let help = Help::Instance(wanted.target.instance, wanted.target.environment);
        out.push(Outside { miss: Miss::Environment, help: Some(help) });
    }
    if !item.roles.contains(&wanted.role) {
        out.push(Outside { miss: Miss::Role, help: Some(Help::Roles(item.roles.clone())) });
    }
    match wanted.path {
        None => out.push(Outside { miss: Miss::PathUnknown, help: None }),
        Some(path) => {
            let strange = path.iter().filter(|c| !item.conduits.contains(c));
            out.extend(strange.map(|c| Outside { miss: Miss::Conduit(*c), help: None }));
        }
    }
    let covered = window(e, item, zone);
    if !covered.covers(&wanted.window) {
        out.push(Outside { miss: Miss::Dates, help: Some(Help::Window(covered)) });
    }
    out
}

/// When an item of the scope is covered: the engagement's days, narrowed by the item's own.
pub fn window(e: &Engagement, item: &ScopeItem, zone: &ZoneName) -> Window {
    let whole = e.window(zone);
    Window {
        from: item.from.map_or(whole.from, |d| zone.start_of(d).max(whole.from)),
        until: item.until.map_or(whole.until, |d| zone.end_of(d).min(whole.until)),
    }
}

fn place_missed(e: &Engagement, wanted: &Wanted<'_>, known: &[Target]) -> Outside {
    let t = wanted.target;
    let scoped: Vec<&Target> = known
        .iter()
        .filter(|k| k.site == t.site && e.approved().any(|i| i.instance == k.instance && i.site == k.site))
        .collect();
    if !e.approved().any(|i| i.site == t.site) {
        return Outside { miss: Miss::Site, help: None };
    }
    // The same system in another environment comes first: it may stand in another zone.
    if let Some(other) = scoped.iter().find(|k| k.system == t.system) {
        let help = Help::Instance(other.instance, other.environment);
        return Outside { miss: Miss::Environment, help: Some(help) };
    }
    let miss = if t.zone.is_some() && scoped.iter().any(|k| k.zone == t.zone) { Miss::System } else { Miss::Zone };
    Outside { miss, help: None }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        base::{Day, Instant, ProviderId},
        event::expect::{EngagementFacts, EngagementKind, ScopeState},
        expect::engagement::Scoped,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }
    fn t(s: &str) -> Instant {
        s.parse().unwrap()
    }
    pub fn target(n: u128, site: u128, zone: u128, environment: Environment) -> Target {
        Target {
            instance: InstanceId(id(n)),
            system: SystemId(id(n / 10)),
            site: SiteId(id(site)),
            zone: Some(ZoneId(id(zone))),
            environment: Some(environment),
        }
    }
    fn day(s: &str) -> Day {
        s.parse().unwrap()
    }
    fn scoped(item: ScopeItem) -> Scoped {
        Scoped { item, state: ScopeState::Approved, proposed_by: crate::base::Actor::Genesis }
    }
    pub fn engagement(instances: &[Target]) -> Engagement {
        let item = |k: &Target| ScopeItem {
            site: k.site,
            instance: k.instance,
            roles: vec![Role::View, Role::Configure],
            conduits: vec![ConduitId(id(1)), ConduitId(id(2))],
            from: None,
            until: None,
        };
        Engagement {
            id: crate::base::EngagementId(id(25)),
            facts: EngagementFacts {
                provider: ProviderId(id(9)),
                agreement: None,
                reference: "E-025".into(),
                name: "BMS care".into(),
                kind: EngagementKind::Service,
                phases: vec![],
                activities: vec![],
                from: day("2025-09-01"),
                until: day("2027-08-31"),
                patterns: None,
                in_use_before_programme_until: None,
                owner: None,
            },
            scope: instances.iter().map(|k| scoped(item(k))).collect(),
            tiers: vec![],
            answers: vec![],
            contradicted: vec![],
            withdrawn: false,
        }
    }
    fn berlin() -> ZoneName {
        "Europe/Berlin".parse().unwrap()
    }
    const PATH: [ConduitId; 1] = [ConduitId(Uuid::from_u128(1))];
    fn wanted(target: Target) -> Wanted<'static> {
        let window = Window { from: t("2026-11-16T13:00:00Z"), until: t("2026-11-16T15:00:00Z") };
        Wanted { target, environment: target.environment, role: Role::Configure, path: Some(&PATH), window }
    }

    #[test]
    fn each_respect_is_named_with_what_would_help() {
        let test = target(11, 1, 5, Environment::Test);
        let prod = target(12, 1, 7, Environment::Prod);
        let e = engagement(&[test]);
        let missed = |w: &Wanted<'_>| covers(&e, w, &[test, prod], &berlin());
        let first = |w: &Wanted<'_>| missed(w).into_iter().next().map(|o| o.miss);
        // inside
        assert_eq!(missed(&wanted(test)), []);
        // S1.4d: scope has TEST only, PROD is asked: refused, TEST offered
        let help = Help::Instance(test.instance, Some(Environment::Test));
        assert_eq!(missed(&wanted(prod)), [Outside { miss: Miss::Environment, help: Some(help) }]);
        // S1.4a: another site
        assert_eq!(first(&wanted(target(31, 2, 5, Environment::Test))), Some(Miss::Site));
        // another zone, another system of the same zone
        assert_eq!(first(&wanted(target(32, 1, 6, Environment::Test))), Some(Miss::Zone));
        assert_eq!(first(&wanted(target(33, 1, 5, Environment::Test))), Some(Miss::System));
        // role
        assert_eq!(first(&Wanted { role: Role::Administer, ..wanted(test) }), Some(Miss::Role));
        // S1.4b: a conduit outside, and an unknown way
        let strange = [ConduitId(id(1)), ConduitId(id(3))];
        assert_eq!(first(&Wanted { path: Some(&strange), ..wanted(test) }), Some(Miss::Conduit(ConduitId(id(3)))));
        assert_eq!(first(&Wanted { path: None, ..wanted(test) }), Some(Miss::PathUnknown));
    }

    #[test]
    fn the_last_day_counts_to_its_end_in_the_sites_zone() {
        let test = target(11, 1, 5, Environment::Test);
        let e = engagement(&[test]);
        let until =
            |s: &str| Wanted { window: Window { from: t("2027-08-31T20:00:00Z"), until: t(s) }, ..wanted(test) };
        assert_eq!(covers(&e, &until("2027-08-31T22:00:00Z"), &[test], &berlin()), []);
        let late = covers(&e, &until("2027-08-31T22:00:01Z"), &[test], &berlin());
        assert_eq!(late[0].miss, Miss::Dates);
    }

    proptest! {
        // Containment: whatever is inside names an approved item, its role and its dates.
        #[test]
        fn inside_means_contained(
            scoped in proptest::collection::vec(10u128..16, 0..4),
            asked in 10u128..16, role in 0usize..6, from in 0i64..800, hours in 1i64..100,
        ) {
            let scope: Vec<Target> = scoped.iter().map(|n| target(*n, n % 2, n % 3, Environment::Prod)).collect();
            let e = engagement(&scope);
            let from = t("2025-08-01T00:00:00Z").plus_secs(from * 86_400);
            let window = Window { from, until: from.plus_secs(hours * 3_600) };
            let ask = target(asked, asked % 2, asked % 3, Environment::Prod);
            let w = Wanted { role: Role::ALL[role], window, ..wanted(ask) };
            if covers(&e, &w, &scope, &berlin()).is_empty() {
                prop_assert!(scoped.contains(&asked));
                prop_assert!([Role::View, Role::Configure].contains(&Role::ALL[role]));
                prop_assert!(e.window(&berlin()).covers(&window));
            }
        }
    }
}
