//! How often emergencies are opened: more than three within thirty days at a site, or of a provider, ask for a
//! look at the process, because what was meant for the night has become the way in.

use std::collections::BTreeMap;

use super::grant::Grant;
use crate::{
    base::{DAY, Instant, Kind, Party, Ref, SiteId},
    event::review::TaskProposed,
    review::{task::task_id, watchman::Proposal},
};

/// The days that R-35 counts, in seconds.
pub const PERIOD: i64 = 30 * DAY;
/// Emergencies within the period that ask nobody anything.
pub const MOST: usize = 3;
/// Time for the look, in seconds.
const LOOK: i64 = 14 * DAY;

/// The instants at which the fourth emergency within the period began. Of a row of them only the one that passes the
/// bound counts: a bad month is one task.
pub fn crowded(mut opened: Vec<Instant>) -> Vec<Instant> {
    opened.sort_unstable();
    let mut recent: Vec<Instant> = Vec::new();
    let passes = |at: &Instant| {
        recent.retain(|t| at.secs_since(*t) < PERIOD);
        recent.push(*at);
        recent.len() == MOST + 1
    };
    opened.into_iter().filter(passes).collect()
}

/// What the watchman proposes of emergencies: a look at the process of a site, and at that of a provider. Nothing
/// is said of what lies longer back than the period, because not all of that is asked for here.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Instant {
        Instant::from_micros(0).plus_secs(n * DAY)
    }

    #[test]
    fn the_fourth_within_thirty_days_counts_and_a_fifth_asks_nobody_again() {
        let days = |all: &[i64]| crowded(all.iter().copied().map(day).collect());
        assert_eq!(days(&[0, 10, 20]), []);
        assert_eq!(days(&[0, 10, 20, 29]), [day(29)]);
        // thirty days later the first is no longer within them
        assert_eq!(days(&[0, 10, 20, 30]), []);
        assert_eq!(days(&[0, 1, 2, 3, 4, 5]), [day(3)]);
        // in whatever order they are read, and again once it became quiet
        assert_eq!(days(&[3, 2, 1, 0, 100, 101, 102, 103]), [day(3), day(103)]);
    }
}
