//! standing of an engagement at a site is the worst effect among the counted reasons that hold at an
//! instant. Its only input is the border noun `Reason`; whatever a right wing knows arrives as one. Here also stands
//! how a row of the published table becomes steps, so that every wing dates its reasons alike. *Exiting* and *Good with
//! compensation* are words beside a standing, not standings.

use crate::{
    base::{Class, Day, Instant, Level, Line, Reason, Step, Tier, ZoneName},
    rules::{ReasonRow, Rules},
};

/// The standing over all of time, computed from instants that the reasons already carry. Nothing is flipped by a job.
pub fn standing(reasons: &[Reason]) -> Line<Level> {
    let turns = reasons.iter().flat_map(|r| r.steps.iter().map(|s| s.from).chain(r.until)).collect();
    Line::of(turns, |t| reasons.iter().map(|r| r.weight(t)).max().unwrap_or(Level::Good))
}

/// Roll-up over engagements and sites: the worst, for display only.
pub fn worst(levels: impl IntoIterator<Item = Level>) -> Level {
    levels.into_iter().max().unwrap_or(Level::Good)
}

/// Where a reason starts to count days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// The end of a local day: due days.
    EndOf(Day),
    /// An instant: a late notice, a grade.
    At(Instant),
}

impl Start {
    /// The instant, in the zone of the site.
    pub fn instant(self, zone: &ZoneName) -> Instant {
        self.later(zone, 0)
    }
    /// So many calendar days later: the end of that later day, or the same clock time.
    pub fn later(self, zone: &ZoneName, days: i64) -> Instant {
        match self {
            Start::EndOf(day) => zone.end_of(day.plus_days(days)),
            Start::At(at) => zone.plus_days(at, days),
        }
    }
}

/// What the steps of a reason depend on.
#[derive(Clone, Copy, Debug)]
pub struct Since<'a> {
    pub start: Start,
    pub zone: &'a ZoneName,
    pub tier: Tier,
    /// When the provider was told.
    pub announced_at: Instant,
    /// How late something came, in seconds; steps with a limit need more than that.
    pub late_secs: Option<i64>,
}

/// The steps of a row of the table. An administrative *Restricted* waits for its notice; security never waits.
pub fn steps(row: &ReasonRow, since: Since<'_>, rules: &Rules) -> Vec<Step> {
    let notice = since.zone.plus_days(since.announced_at, rules.standing.notice_days);
    let dated = row.step.iter().filter_map(|step| {
        let days = step.days.get(since.tier)?;
        if let Some(limit) = step.late_hours
            && since.late_secs.is_none_or(|late| late <= limit * 3_600)
        {
            return None;
        }
        // Nothing weighs before the provider could know of it.
        let table = since.start.later(since.zone, days).max(since.announced_at);
        let waits = row.class == Class::Administrative && step.weight >= Level::Restricted;
        Some(Step { from: if waits { table.max(notice) } else { table }, weight: step.weight })
    });
    dated.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(s: &str) -> Instant {
        s.parse().unwrap()
    }
    fn said(row: &str, since: Since<'_>) -> Vec<(String, Level)> {
        let rules = Rules::builtin().unwrap();
        let steps = steps(rules.standing.row(row).unwrap(), since, &rules);
        steps.iter().map(|s| (s.from.to_string()[..16].to_owned(), s.weight)).collect()
    }

    #[test]
    fn the_notice_delays_only_an_administrative_restriction() {
        let berlin: ZoneName = "Europe/Berlin".parse().unwrap();
        let told = t("2026-11-01T09:00:00Z");
        let due: Day = "2026-09-30".parse().unwrap();
        let since =
            Since { start: Start::EndOf(due), zone: &berlin, tier: Tier::T1, announced_at: told, late_secs: None };
        // T1 + 30 days would be 30 October; told on 1 November: Watch then, Restricted on 15 November, same clock time
        let watch = ("2026-11-01T09:00".to_owned(), Level::Watch);
        assert_eq!(said("evidence-missing", since), [watch.clone(), ("2026-11-15T09:00".into(), Level::Restricted)]);
        // security does not wait
        let at_once = Since { start: Start::At(told), ..since };
        assert_eq!(said("unauthorised-access", at_once), [("2026-11-01T09:00".into(), Level::Restricted)]);
        // T3 never gets there
        assert_eq!(said("evidence-missing", Since { tier: Tier::T3, ..since }), [watch]);
    }

    #[test]
    fn late_means_later_than_the_limit() {
        let utc = ZoneName::utc();
        let told = t("2026-11-01T09:00:00Z");
        let at = |tier, hours: i64, extra| {
            let late = Some(hours * 3_600 + extra);
            let since = Since { start: Start::At(told), zone: &utc, tier, announced_at: told, late_secs: late };
            said("personnel-notice-late", since).into_iter().map(|(_, w)| w).collect::<Vec<_>>()
        };
        assert_eq!(at(Tier::T1, 24, 0), []);
        assert_eq!(at(Tier::T1, 24, 1), [Level::Watch]);
        assert_eq!(at(Tier::T1, 72, 1), [Level::Watch, Level::Restricted]);
        assert_eq!(at(Tier::T2, 240, 0), [Level::Watch]);
    }
}
