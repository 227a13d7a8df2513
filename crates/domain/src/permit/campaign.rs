//! Work in repeated shifts: which shifts a span of days comes to in the zone of a site, what of them is within
//! bounds, and who says that one may begin. Approved once; whatever a start is judged by is judged at each start anew.

use super::{
    acts::{Events, Hand},
    beforehand::at_clock,
    grant::Grant,
};
use crate::{
    base::{Arg, Day, HOUR, Instant, Now, Refusal, Say, Why, Window, ZoneName},
    event::{
        permit::{Campaign, GrantEvent, Hours, Repeated, ShiftConfirmed},
        qualify::OwnerRole,
    },
};

/// The most days on which shifts begin: six weeks.
pub const MOST_DAYS: i64 = 42;
/// The most days that are read at all; what lies between is a request that the rule refuses.
pub const READ_DAYS: i64 = 100;
/// How long before its beginning a shift can be confirmed at the earliest, in seconds: whoever says that it may begin
/// says it of the plant as it stands then.
pub const AHEAD: i64 = HOUR;
/// Minutes of a day.
const DAY_MINUTES: u16 = 1_440;

impl Repeated {
    /// Days on which a shift begins.
    pub fn days(&self) -> i64 {
        self.until.days_since(self.from).saturating_add(1)
    }
    /// Whether the shifts end on the day after they begin.
    pub fn overnight(&self) -> bool {
        self.hours.until <= self.hours.from
    }
}

impl Campaign {
    /// From the first beginning to the last end.
    pub fn span(&self) -> Option<Window> {
        let (first, last) = (self.shifts.first()?, self.shifts.last()?);
        Some(Window { from: first.from, until: last.until })
    }
    /// A shift by its number, from one.
    pub fn shift(&self, number: u32) -> Option<Window> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.shifts.get(at).copied()
    }
    /// How many there are.
    pub fn count(&self) -> u32 {
        u32::try_from(self.shifts.len()).unwrap_or(u32::MAX)
    }
    /// Seconds of the longest.
    pub fn longest(&self) -> i64 {
        self.shifts.iter().map(Window::secs).max().unwrap_or_default()
    }
    /// The number of the shift that runs at an instant.
    pub fn number_at(&self, t: Instant) -> Option<u32> {
        self.numbered().find(|(_, w)| w.holds(t)).map(|(n, _)| n)
    }
    /// The shift that runs, else the next one, else the last.
    pub fn around(&self, t: Instant) -> Option<(u32, Window)> {
        self.numbered().find(|(_, w)| t < w.until).or_else(|| self.numbered().last())
    }
    /// Every shift with its number.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, Window)> + '_ {
        (1..).zip(self.shifts.iter().copied())
    }
}

/// Shifts as a question sees them.
#[derive(Clone, PartialEq, Debug)]
pub struct Shifts {
    pub campaign: Campaign,
    /// Numbers of those that the area confirmed.
    pub confirmed: Vec<u32>,
}

impl Shifts {
    /// As somebody asks for them: none is confirmed.
    pub fn asked(campaign: Campaign) -> Shifts {
        Shifts { campaign, confirmed: Vec::new() }
    }
    /// Whether a shift runs that may begin.
    pub fn open(&self, t: Instant) -> bool {
        self.campaign.number_at(t).is_some_and(|n| self.confirmed.contains(&n))
    }
}

/// What was said as shifts: the days in order, not too many to read, and hours that begin before midnight.
pub fn plan(of: Repeated, zone: &ZoneName) -> Result<Campaign, Why> {
    if of.until < of.from {
        return Err(Why::of("invalid-shifts-order"));
    }
    if of.days() > READ_DAYS {
        return Err(Why::of("invalid-shifts-days").with("most", READ_DAYS));
    }
    if of.hours.from.minutes() >= DAY_MINUTES {
        return Err(Why::of("invalid-no-clock").with("given", of.hours.from.to_string()));
    }
    let shifts: Vec<Window> = (0..of.days()).filter_map(|n| shift(of.from.plus_days(n), &of.hours, zone)).collect();
    if shifts.is_empty() { Err(Why::of("invalid-shifts-none")) } else { Ok(Campaign { repeated: of, shifts }) }
}

/// The shift of a day, in the shorter reading of its hours: where a clock is set, it begins with the later and ends
/// with the earlier of two readings and never lasts longer than its hours say. What that leaves out nobody is given by
/// mistake.
fn shift(day: Day, hours: &Hours, zone: &ZoneName) -> Option<Window> {
    let overnight = hours.until <= hours.from;
    let (from, until) = (hours.from.minutes(), hours.until.minutes());
    let minutes = if overnight { until.saturating_add(DAY_MINUTES).saturating_sub(from) } else { until - from };
    let end_day = if overnight { day.plus_days(1) } else { day };
    let from = at_clock(zone, day, from, true)?;
    let ends = [false, true].into_iter().filter_map(|later| at_clock(zone, end_day, until, later));
    let until = ends.filter(|end| from < *end).min()?;
    Some(Window { from, until: until.min(from.plus_secs(i64::from(minutes) * 60)) })
}

/// Somebody of the area says that a shift may begin: shortly before it or while it runs, and for that one alone.
pub fn confirm(grant: &Grant, shift: u32, by: Hand, now: Now) -> Result<Events, Refusal> {
    if !grant.alive(now.0) {
        return Err(Refusal::new("R-16", "refuse-grant-over"));
    }
    let Some(campaign) = &grant.facts.campaign else { return Err(Refusal::new("R-16", "refuse-shift-none")) };
    if !by.ours {
        return Err(Refusal::new("R-13", "refuse-provider-never-decides"));
    }
    if by.person == grant.facts.person {
        return Err(Refusal::new("R-13", "refuse-shift-own"));
    }
    if !matches!(by.role, OwnerRole::ControlEngineer | OwnerRole::ShiftLead) {
        return Err(Refusal::new("R-16", "refuse-shift-area"));
    }
    let Some(window) = campaign.shift(shift) else { return Err(Refusal::new("R-16", "refuse-shift-number")) };
    if window.until <= now.0 {
        return Err(Refusal::new("R-16", "refuse-shift-over"));
    }
    if now.0 < earliest(&window) {
        let say = Say::plain("refuse-shift-early").with("from", Arg::Instant(earliest(&window)));
        return Err(Refusal { rule: "R-16", say });
    }
    if grant.confirmed(shift).is_some() {
        return Err(Refusal::new("R-16", "refuse-shift-confirmed"));
    }
    let confirmed = ShiftConfirmed { shift, by: by.person, role: by.role };
    Ok(vec![(grant.id.0, GrantEvent::ShiftConfirmed(confirmed).into())])
}

/// From when on a shift can be confirmed.
pub fn earliest(shift: &Window) -> Instant {
    shift.from.plus_secs(-AHEAD)
}

/// The shift that somebody of the area can confirm now, with its number.
pub fn to_confirm(grant: &Grant, now: Instant) -> Option<(u32, Window)> {
    let campaign = grant.facts.campaign.as_ref().filter(|_| grant.alive(now))?;
    let open = |(n, w): &(u32, Window)| earliest(w) <= now && now < w.until && grant.confirmed(*n).is_none();
    campaign.numbered().find(open)
}
