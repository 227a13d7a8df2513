//! How often emergencies are opened: more than three within thirty days at a site, or of a provider, ask for a
//! look at the process, because what was meant for the night has become the way in.

use crate::base::{DAY, Instant, ZoneName};

/// The days that R-35 counts, in seconds.
pub const PERIOD: i64 = 30 * DAY;
/// Emergencies within the period that ask nobody anything.
const MOST: usize = 3;

/// Whether so many within the period are too many.
pub fn too_many(within: usize) -> bool {
    within > MOST
}

/// The first instant of each calendar month (of UTC) at which there were more than that within the period: a bad month
/// is one task, and so is the next one.
pub fn crowded(mut opened: Vec<Instant>) -> Vec<Instant> {
    opened.sort_unstable();
    let mut recent: Vec<Instant> = Vec::new();
    let over = |at: &Instant| {
        recent.retain(|t| at.secs_since(*t) < PERIOD);
        recent.push(*at);
        too_many(recent.len())
    };
    let mut all: Vec<Instant> = opened.into_iter().filter(over).collect();
    all.dedup_by_key(|at| month(*at));
    all
}

fn month(at: Instant) -> (i16, i8) {
    let day = ZoneName::utc().day_of(at).date();
    (day.year(), day.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Instant {
        Instant::from_micros(0).plus_secs(n * DAY)
    }

    #[test]
    fn the_fourth_within_thirty_days_counts_and_a_fifth_asks_nobody_again() {
        // Day 0 is 1 January 1970; January ends with day 30.
        let days = |all: &[i64]| crowded(all.iter().copied().map(day).collect());
        assert_eq!(days(&[0, 10, 20]), []);
        assert_eq!(days(&[0, 10, 20, 29]), [day(29)]);
        // thirty days later the first is no longer within them
        assert_eq!(days(&[0, 10, 20, 30]), []);
        assert_eq!(days(&[0, 1, 2, 3, 4, 5]), [day(3)]);
        // in whatever order they are read, and again once it became quiet
        assert_eq!(days(&[3, 2, 1, 0, 100, 101, 102, 103]), [day(3), day(103)]);
        // what goes on is told again each month
        let steady: Vec<i64> = (0..18).map(|n| n * 5).collect();
        assert_eq!(days(&steady), [day(15), day(35), day(60)]);
    }
}
