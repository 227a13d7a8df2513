//! Work that is approved before anybody asks for it: what, where, when, how long, and on what that yes rests (S5.1b).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::access::Approval;
use crate::{
    base::{Day, Environment, InstanceId, Pattern, PersonId, Purpose, Role, SiteId, Tier, Why, level::words},
    event::expect::ScopeItem,
};

words! {
    /// A day of the week, in the zone of the site.
    Weekday { Mon = "mon", Tue = "tue", Wed = "wed", Thu = "thu", Fri = "fri", Sat = "sat", Sun = "sun" }
}

impl Weekday {
    /// The weekday of a date.
    pub fn of(day: Day) -> Weekday {
        match day.date().weekday().to_monday_one_offset() {
            1 => Weekday::Mon,
            2 => Weekday::Tue,
            3 => Weekday::Wed,
            4 => Weekday::Thu,
            5 => Weekday::Fri,
            6 => Weekday::Sat,
            _ => Weekday::Sun,
        }
    }
}

/// A local time of day to the minute, `06:00`; `24:00` is the end of the day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Clock(u16);

impl Clock {
    /// Minutes since local midnight, up to 1440.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Clock {
    type Err = Why;
    fn from_str(s: &str) -> Result<Self, Why> {
        let wrong = || Why::of("invalid-no-clock").with("given", s);
        let (hours, minutes) = s.trim().split_once(':').ok_or_else(wrong)?;
        let digits = |t: &str| (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(hours) || !digits(minutes) {
            return Err(wrong());
        }
        let hours: u16 = hours.parse().map_err(|_| wrong())?;
        let minutes: u16 = minutes.parse().map_err(|_| wrong())?;
        let all = hours * 60 + minutes;
        if minutes < 60 && all <= 1_440 { Ok(Clock(all)) } else { Err(wrong()) }
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = String::deserialize(d)?;
        s.parse().map_err(|_| D::Error::custom(format_args!("‘{s}’ is not a time of day like 06:00")))
    }
}

/// Hours of a day in the zone of the site; an end before the beginning is on the next day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    pub from: Clock,
    pub until: Clock,
}

/// A pattern of work under one engagement on one system.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beforehand {
    /// From 1, within the engagement.
    pub number: u32,
    pub site: SiteId,
    pub instance: InstanceId,
    pub environment: Environment,
    /// At most these.
    pub roles: Vec<Role>,
    /// What it may be for; those of before purposes were named are for any planned work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<Purpose>,
    pub pattern: Pattern,
    pub attended: bool,
    /// The longest window, in seconds.
    pub longest_secs: i64,
    /// Days on which a window may begin; hours past midnight belong to the day before.
    pub days: Vec<Weekday>,
    pub hours: Hours,
    /// Its last day, in the zone of the site.
    pub until: Day,
    /// The tier that gated when it was given.
    pub tier: Option<Tier>,
    /// What of the approved scope was about the system then.
    pub scope: Vec<ScopeItem>,
    pub rules_version: u32,
}

/// The first yes to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeforehandGiven {
    #[serde(rename = "covered_work")]
    pub work: Beforehand,
    pub approval: Approval,
}

/// One more yes, of another person in another function.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeforehandAgreed {
    pub number: u32,
    pub approval: Approval,
}

/// It is taken back: from now on every request waits for people again. Grants that have not begun end with it, by
/// events of their own; what runs stays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeforehandWithdrawn {
    pub number: u32,
    pub by: PersonId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_read_as_people_write_it_and_as_nothing_else() {
        for (text, minutes) in [("06:00", 360), ("6:05", 365), (" 00:00 ", 0), ("23:59", 1_439), ("24:00", 1_440)] {
            assert_eq!(text.parse::<Clock>().unwrap().minutes(), minutes, "{text}");
        }
        for text in ["", "6", "06:60", "24:01", "25:00", "-1:00", "+6:00", "06:00:00", "six"] {
            assert!(text.parse::<Clock>().is_err(), "{text}");
        }
        assert_eq!("6:05".parse::<Clock>().unwrap().to_string(), "06:05");
        let kept = serde_json::to_string(&"22:30".parse::<Clock>().unwrap()).unwrap();
        assert_eq!(kept, "\"22:30\"");
        assert!(serde_json::from_str::<Clock>("\"24:30\"").is_err());
    }

    #[test]
    fn weekdays_are_those_of_the_calendar() {
        let monday: Day = "2026-11-16".parse().unwrap();
        let week: Vec<Weekday> = (0..7).map(|n| Weekday::of(monday.plus_days(n))).collect();
        assert_eq!(week, Weekday::ALL);
    }
}
