//! Who reads: a language and the zone of the site. Every time a person sees goes through here, so that none is shown
//! without the zone it means.

use plantgate_domain::base::{Day, Instant, Window, ZoneName};

use super::{Lang, Msg};

/// A reader's language and the site's zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reader {
    pub lang: Lang,
    pub zone: ZoneName,
}

impl Reader {
    /// A message of the catalogue.
    pub fn t<'a>(&self, id: &'a str) -> Msg<'a> {
        Msg::new(self.lang, id)
    }
    /// A domain word of a family: `word("standing", "watch")` is the message `standing-watch`.
    pub fn word(&self, family: &str, word: &str) -> Msg<'static> {
        Msg::new(self.lang, format!("{family}-{word}"))
    }

    /// `Mon 16 Nov 2026 08:30 CET (UTC+1)`: nothing left to guess.
    pub fn instant(&self, at: Instant) -> String {
        self.pattern("time-full", at)
    }
    /// `Mon 16 Nov 08:30 CET`: within the year, for lists.
    pub fn moment(&self, at: Instant) -> String {
        self.pattern("time-moment", at)
    }
    /// An end: what holds to the end of a local day is said with that day, as contracts say it, not with the midnight
    /// after it.
    pub fn until(&self, at: Instant) -> String {
        if self.zone.format(at, "%H:%M:%S") == "00:00:00" {
            return self.day_of(at.plus_secs(-1));
        }
        self.moment(at)
    }
    /// `08:30 CET`.
    pub fn clock(&self, at: Instant) -> String {
        format!("{} {}", self.zone.format(at, "%H:%M"), self.zone_name(at))
    }
    /// `CET (UTC+1)`, as it holds at an instant.
    pub fn zone_at(&self, at: Instant) -> String {
        format!("{} ({})", self.zone_name(at), self.offset(at))
    }
    /// `Thu 1 Oct 2026`.
    pub fn day(&self, day: Day) -> String {
        self.calendar("time-day", day)
    }
    /// `1 Oct`: where the year is said nearby.
    pub fn day_short(&self, day: Day) -> String {
        self.calendar("time-day-short", day)
    }
    /// The local day of an instant, written as [`Reader::day`].
    pub fn day_of(&self, at: Instant) -> String {
        self.day(self.zone.day_of(at))
    }
    /// `Mon 16 Nov 2026 14:00–16:00 CET (UTC+1)`; both ends in full when the days or the offsets differ.
    pub fn window(&self, window: &Window) -> String {
        let Window { from, until } = *window;
        if self.zone.day_of(from) != self.zone.day_of(until) || self.offset(from) != self.offset(until) {
            return format!("{} – {}", self.instant(from), self.instant(until));
        }
        let clocks = format!("{}–{}", self.zone.format(from, "%H:%M"), self.zone.format(until, "%H:%M"));
        self.filled("time-full", from, &clocks).to_string()
    }
    /// `2 h`, `1 h 30 min`, `3 d 4 h`: the two largest units, rounded down.
    pub fn length(&self, secs: i64) -> String {
        super::length(self.lang, secs)
    }
    /// Machine-readable, with the site's offset, for `datetime=`.
    pub fn iso(&self, at: Instant) -> String {
        self.zone.format(at, "%Y-%m-%dT%H:%M:%S%:z")
    }
    /// Local wall time as form fields hold it: `2026-11-16T14:00`.
    pub fn input(&self, at: Instant) -> String {
        self.zone.format(at, "%Y-%m-%dT%H:%M")
    }

    fn pattern(&self, id: &'static str, at: Instant) -> String {
        self.filled(id, at, &self.zone.format(at, "%H:%M")).to_string()
    }
    fn filled(&self, id: &'static str, at: Instant, clock: &str) -> Msg<'static> {
        self.dated(id, self.zone.day_of(at))
            .s("clock", clock)
            .s("zone", self.zone_name(at))
            .s("offset", self.offset(at))
    }
    fn calendar(&self, id: &'static str, day: Day) -> String {
        self.dated(id, day).to_string()
    }
    fn dated(&self, id: &'static str, day: Day) -> Msg<'static> {
        let (year, month, of_month) = day.parts();
        let weekday = day.date().weekday().to_monday_one_offset();
        self.t(id)
            .s("weekday", self.word("weekday", &weekday.to_string()))
            .s("month", self.word("month", &month.to_string()))
            .s("monthnumber", month)
            .s("day", of_month)
            .s("year", year)
    }
    fn zone_name(&self, at: Instant) -> String {
        let abbreviation = self.zone.format(at, "%Z");
        let id = format!("zone-{abbreviation}");
        super::Words::find(self.lang, &id, &fluent_bundle::FluentArgs::new()).unwrap_or(abbreviation)
    }
    fn offset(&self, at: Instant) -> String {
        let raw = self.zone.format(at, "%:z");
        let (sign, digits) = raw.split_at(1.min(raw.len()));
        let mut parts = digits.split(':').map(|p| p.parse::<u8>().unwrap_or(0));
        let (hours, minutes) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        let sign = if sign == "-" { "−" } else { "+" };
        if minutes == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{minutes:02}") }
    }
}
