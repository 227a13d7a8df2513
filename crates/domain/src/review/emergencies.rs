//! Where emergencies are too many, and what the watchman asks for then: a look at the process of a site, or at
//! that of a provider.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{task::task_id, watchman::Proposal};
use crate::{
    base::{DAY, Instant, Kind, Party, Ref, SiteId},
    event::review::TaskProposed,
    permit::{
        emergency::{PERIOD, crowded, too_many},
        grant::Grant,
    },
};

/// Time for the look, in seconds.
const LOOK: i64 = 14 * DAY;

/// When emergencies were opened at each site and of each provider.
fn opened<'g>(all: impl Iterator<Item = &'g Grant>) -> BTreeMap<Ref, Vec<Instant>> {
    let mut by: BTreeMap<Ref, Vec<Instant>> = BTreeMap::new();
    for grant in all.filter(|g| g.facts.emergency.is_some()) {
        let at = grant.facts.window.from;
        by.entry(grant.facts.site.into()).or_default().push(at);
        by.entry(grant.facts.provider.into()).or_default().push(at);
    }
    by
}

/// Sites and providers with too many within the period before now, and how many, the most first.
pub fn too_many_at<'g>(all: impl Iterator<Item = &'g Grant>, now: Instant) -> Vec<(Ref, usize)> {
    let within = |at: &&Instant| now.secs_since(**at) < PERIOD;
    let counted = opened(all).into_iter().map(|(on, opened)| (on, opened.iter().filter(within).count()));
    let mut found: Vec<(Ref, usize)> = counted.filter(|(_, many)| too_many(*many)).collect();
    found.sort_by_key(|(on, many)| (Reverse(*many), *on));
    found
}

/// What the watchman proposes of emergencies: a look at the process of a site, and at that of a provider.
/// Nothing is said of what lies longer back than the period, because not all of that is asked for here.
pub fn proposals<'g>(all: impl Iterator<Item = &'g Grant>, now: Instant) -> Vec<Proposal> {
    let propose = |(subject, opened): (Ref, Vec<Instant>)| {
        let new = crowded(opened).into_iter().filter(move |at| now.secs_since(*at) < PERIOD);
        new.map(move |at| {
            let due = at.plus_secs(LOOK);
            let site = (subject.kind == Kind::Site).then_some(SiteId(subject.id));
            let fact = TaskProposed { rule: "R-35".into(), subject, due, party: Party::Owner, provider: None, site };
            (task_id(&fact.rule, subject, due), fact)
        })
    };
    opened(all).into_iter().flat_map(propose).collect()
}
