//! What the watchman notices of emergencies: a look at the process of a site, or at that of a provider.

use std::collections::BTreeMap;

use super::{task::task_id, watchman::Proposal};
use crate::{
    base::{DAY, Instant, Kind, Party, Ref, SiteId},
    event::review::TaskProposed,
    permit::{
        emergency::{PERIOD, crowded},
        grant::Grant,
    },
};

/// Time for the look, in seconds.
const LOOK: i64 = 14 * DAY;

/// What the watchman proposes of emergencies: a look at the process of a site, and at that of a provider.
/// Nothing is said of what lies longer back than the period, because not all of that is asked for here.
pub fn proposals<'g>(all: impl Iterator<Item = &'g Grant>, now: Instant) -> Vec<Proposal> {
    let mut by: BTreeMap<Ref, Vec<Instant>> = BTreeMap::new();
    for grant in all.filter(|g| g.facts.emergency.is_some()) {
        let at = grant.facts.window.from;
        by.entry(grant.facts.site.into()).or_default().push(at);
        by.entry(grant.facts.provider.into()).or_default().push(at);
    }
    let propose = |(subject, opened): (Ref, Vec<Instant>)| {
        let new = crowded(opened).into_iter().filter(move |at| now.secs_since(*at) < PERIOD);
        new.map(move |at| {
            let due = at.plus_secs(LOOK);
            let site = (subject.kind == Kind::Site).then_some(SiteId(subject.id));
            let fact = TaskProposed { rule: "R-35".into(), subject, due, party: Party::Owner, provider: None, site };
            (task_id(&fact.rule, subject, due), fact)
        })
    };
    by.into_iter().flat_map(propose).collect()
}
