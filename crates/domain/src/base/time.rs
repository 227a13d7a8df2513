//! Time as the rules see it: instants in UTC microseconds, calendar days, and the zone that ties them together. Nobody
//! here asks what time it is; everybody is told (`Now` is made by the writer only).

use std::{fmt, str::FromStr};

use jiff::{Span as Stretch, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::why::Why;

/// A point in time: microseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 UTC with six digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

/// Seconds in the units the rules count with.
pub const HOUR: i64 = 3_600;
/// A day of exactly 24 hours; calendar days go through [`ZoneName`].
pub const DAY: i64 = 24 * HOUR;

impl Instant {
    /// Before everything that can be recorded.
    pub const MIN: Instant = Instant(i64::MIN);
    /// After everything that can be recorded.
    pub const MAX: Instant = Instant(i64::MAX);

    /// From microseconds since the epoch.
    pub const fn from_micros(us: i64) -> Self {
        Instant(us)
    }
    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// This instant moved by whole seconds; saturates at the ends of time.
    #[must_use]
    pub const fn plus_secs(self, secs: i64) -> Self {
        Instant(self.0.saturating_add(secs.saturating_mul(1_000_000)))
    }
    /// Seconds from `earlier` to this instant, rounded down; negative when it lies after.
    pub const fn secs_since(self, earlier: Instant) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(1_000_000)
    }
    fn stamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.stamp().strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
    }
}
impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for Instant {
    type Err = Why;
    fn from_str(s: &str) -> Result<Self, Why> {
        let t: Timestamp = s.parse().map_err(|_| Why::of("invalid-no-instant").with("given", s))?;
        Ok(Instant(t.as_microsecond()))
    }
}
impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = String::deserialize(d)?;
        s.parse().map_err(|_| D::Error::custom(format_args!("‘{s}’ is not an instant like 2026-11-16T07:30:00Z")))
    }
}

/// A legal date without a time: contract ends, due dates. It becomes an instant only through a zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// A day from its parts; `None` when there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Day)
    }
    /// The day `days` later (earlier when negative); saturates at the ends of the calendar.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Day(self.0.saturating_add(Stretch::new().try_days(days).unwrap_or_default()))
    }
    /// The same day of the month `months` later, or the month's last day.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        Day(self.0.saturating_add(Stretch::new().try_months(months).unwrap_or_default()))
    }
    /// Whole days from `earlier` to this day.
    pub fn days_since(self, earlier: Day) -> i64 {
        self.0.since((jiff::Unit::Day, earlier.0)).map_or(0, |s| i64::from(s.get_days()))
    }
    /// Year, month 1–12, day 1–31.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }
    /// The calendar date, for callers that format.
    pub fn date(self) -> Date {
        self.0
    }
}
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for Day {
    type Err = Why;
    fn from_str(s: &str) -> Result<Self, Why> {
        if s.len() != 10 {
            return Err(Why::of("invalid-no-day").with("given", s));
        }
        s.parse().map(Day).map_err(|_| Why::of("invalid-no-day").with("given", s))
    }
}
impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = String::deserialize(d)?;
        s.parse().map_err(|_| D::Error::custom(format_args!("‘{s}’ is not a date like 2026-10-01")))
    }
}

/// An IANA zone name known to the bundled table, such as `Europe/Berlin`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct ZoneName(String);

impl ZoneName {
    /// Coordinated universal time, for objects that belong to no site.
    pub fn utc() -> Self {
        ZoneName("UTC".to_owned())
    }
    /// The name as IANA writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The zone's rules.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.0).unwrap_or(TimeZone::UTC)
    }
    /// The last instant of that local day is the first of the next (`defaults.md` §1, dates to instants).
    pub fn end_of(&self, day: Day) -> Instant {
        self.start_of(day.plus_days(1))
    }
    /// The first instant of that local day; a day that starts inside a gap starts after it.
    pub fn start_of(&self, day: Day) -> Instant {
        let zoned = day.0.to_zoned_datetime(self.zone());
        zoned.map_or(Instant::MAX, |z| Instant(z.timestamp().as_microsecond()))
    }
    /// The local day an instant falls on. The end-of-day instant belongs to the next day.
    pub fn day_of(&self, at: Instant) -> Day {
        Day(self.zone().to_datetime(at.stamp()).date())
    }
    /// The instant `days` calendar days later at the same local clock time.
    pub fn plus_days(&self, at: Instant, days: i64) -> Instant {
        let zoned = at.stamp().to_zoned_datetime(self.zone());
        let step = Stretch::new().try_days(days).unwrap_or_default();
        zoned.checked_add(step).map_or(Instant::MAX, |z| Instant(z.timestamp().as_microsecond()))
    }
    /// Local wall time formatted with `strftime`, for instance `%a %-d %b %Y %H:%M %Z`.
    pub fn format(&self, at: Instant, pattern: &str) -> String {
        at.stamp().to_zoned_datetime(self.zone()).strftime(pattern).to_string()
    }
    /// A local wall time (`2026-11-16T14:00`) as an instant; `Err` says why not.
    pub fn parse_local(&self, text: &str) -> Result<Instant, Why> {
        let civil: jiff::civil::DateTime = text.parse().map_err(|_| Why::of("invalid-no-time").with("given", text))?;
        let zoned = civil
            .to_zoned_datetime(self.zone())
            .map_err(|_| Why::of("invalid-no-such-time").with("given", text).with("zone", &self.0))?;
        Ok(Instant(zoned.timestamp().as_microsecond()))
    }
}
impl FromStr for ZoneName {
    type Err = Why;
    fn from_str(s: &str) -> Result<Self, Why> {
        match TimeZone::get(s) {
            Ok(tz) => Ok(ZoneName(tz.iana_name().unwrap_or(s).to_owned())),
            Err(_) => Err(Why::of("invalid-no-zone").with("given", s)),
        }
    }
}
impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<'de> Deserialize<'de> for ZoneName {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = String::deserialize(d)?;
        s.parse().map_err(|_| D::Error::custom(format_args!("‘{s}’ is not an IANA zone like Europe/Berlin")))
    }
}

/// The present as the writer decided it: `max(wall, last entry)`. A type of its own, so that no rule takes an instant
/// from a form for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Now(pub Instant);

/// A stretch of time, from inclusive, until exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    pub from: Instant,
    pub until: Instant,
}
impl Window {
    /// Whether the instant lies inside.
    pub fn holds(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }
    /// Whether `other` lies wholly inside.
    pub fn covers(&self, other: &Window) -> bool {
        self.from <= other.from && other.until <= self.until
    }
    /// Whether the two share an instant.
    pub fn meets(&self, other: &Window) -> bool {
        self.from < other.until && other.from < self.until
    }
    /// Length in seconds.
    pub fn secs(&self) -> i64 {
        self.until.secs_since(self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_become_instants_as_story_a25_says() {
        // given Brunnfeld's zone and the due date of the Q3 list
        let berlin: ZoneName = "Europe/Berlin".parse().unwrap();
        let due: Day = "2026-10-01".parse().unwrap();
        // then Watch starts at the end of that day in summer time, Restricted 45 days later in winter time
        assert_eq!(berlin.end_of(due).to_string(), "2026-10-01T22:00:00.000000Z");
        assert_eq!(berlin.end_of(due.plus_days(45)).to_string(), "2026-11-15T23:00:00.000000Z");
        assert_eq!("2026-11-16".parse::<Day>().unwrap().days_since(due), 46);
    }

    #[test]
    fn calendar_days_keep_the_clock_across_summer_time() {
        let berlin: ZoneName = "Europe/Berlin".parse().unwrap();
        let at: Instant = "2026-10-24T10:00:00Z".parse().unwrap();
        assert_eq!(berlin.plus_days(at, 1).to_string(), "2026-10-25T11:00:00.000000Z");
    }

    #[test]
    fn bad_times_say_what_was_expected() {
        assert!("31/02/2027".parse::<Day>().unwrap_err().id == "invalid-no-day");
        assert!("Mars/Olympus".parse::<ZoneName>().unwrap_err().id == "invalid-no-zone");
        let berlin: ZoneName = "Europe/Berlin".parse().unwrap();
        assert_eq!(berlin.parse_local("2026-11-16T14:00").unwrap().to_string(), "2026-11-16T13:00:00.000000Z");
    }
}
