//! Checks about the work: 8 standing, 12 purpose, 13 reference, 15 responsibilities, 16 window, 17 compensation,
//! 18 length.

use super::{Case, Found, who::in_time};
use crate::{
    base::{Arg, Instant, Level, Ref, Window},
    event::{expect::Known, permit::Moment},
    permit::{
        campaign::{MOST_DAYS, Shifts},
        facts::Paper,
    },
};

pub(super) fn standing_allows(c: &Case<'_>) -> Found {
    let weighing = c.f.reasons.iter().filter(|r| r.weight(c.now) == c.level && c.level > Level::Good);
    let (mut count, mut worst): (i64, Option<Ref>) = (0, None);
    for reason in weighing {
        count = count.saturating_add(1);
        worst.get_or_insert(reason.source);
    }
    let since = c.f.standing.since(c.now);
    let about = |found: Found| {
        let found = found.with("level", Arg::Level(c.level)).with("reasons", Arg::Int(count));
        since.map_or(found, |at| found.with("since", Arg::Instant(at))).link(worst)
    };
    match (c.level, c.attended) {
        (Level::Good, _) => worsens(c).unwrap_or(Found::passed("check-standing-good")),
        (Level::Watch, _) => about(Found::warning("check-standing-watch").help("help-clear-reasons")),
        (Level::Restricted, true) => about(Found::warning("check-standing-restricted-attended").help("help-ot-agrees")),
        (Level::Restricted, false) => {
            about(Found::failed("check-standing-restricted-unattended").help("help-ask-attended"))
        }
        (Level::Blocked, _) => about(Found::failed("check-standing-blocked").help("help-clear-reasons")),
    }
}

/// Good now, but what is already known says it will not be when the work ends.
fn worsens(c: &Case<'_>) -> Option<Found> {
    let (at, level) = c.f.standing.next(c.now)?;
    let found =
        Found::warning("check-standing-worsens").with("level", Arg::Level(*level)).with("from", Arg::Instant(at));
    (at < c.q.window.until && *level >= Level::Restricted).then_some(found)
}

pub(super) fn purpose_given(c: &Case<'_>) -> Found {
    match c.q.purpose {
        Some(purpose) => Found::passed("check-purpose-stated").with("purpose", Arg::Word(purpose.as_str())),
        None => Found::failed("check-purpose-none").help("help-give-purpose"),
    }
}

pub(super) fn reference(c: &Case<'_>) -> Found {
    if !c.q.can_change() {
        return match (c.q.change, c.q.ticket) {
            (Some(change), _) => Found::passed("check-reference-given").link(Some(change.into())),
            (None, true) => Found::passed("check-reference-given"),
            (None, false) => Found::not_applicable("check-reference-not-needed"),
        };
    }
    let Some(change) = c.q.change else {
        return Found::failed("check-reference-none").help("help-give-change");
    };
    let link = Some(change.into());
    let Some(facts) = c.f.change.as_ref().filter(|f| f.id == change) else {
        return Found::unknown("check-reference-unknown").help("help-change-import").link(link);
    };
    let found = match (facts.approved, facts.targets, facts.window) {
        (Known::No, _, _) => Found::failed("check-reference-not-approved").help("help-change-approve"),
        (_, Known::No, _) => Found::failed("check-reference-other-target").help("help-give-change"),
        (_, _, Some(w)) if !w.covers(&c.q.window) => Found::failed("check-reference-window")
            .with("from", Arg::Instant(w.from))
            .with("until", Arg::Instant(w.until))
            .help("help-ask-inside-change"),
        (Known::Yes, Known::Yes, Some(_)) => Found::passed("check-reference-approved"),
        (Known::Unknown, _, _) | (_, Known::Unknown, _) | (_, _, None) => {
            Found::unknown("check-reference-unknown").help("help-change-import")
        }
    };
    found.link(link)
}

pub(super) fn responsibilities_current(c: &Case<'_>) -> Found {
    let link = Some(c.q.engagement.into());
    let found = match c.f.responsibilities {
        Paper::Valid(until) if until.is_none_or(|u| c.now < u) => in_time(c, until, "check-responsibilities-attested"),
        Paper::Valid(_) => Found::failed("check-responsibilities-expired").help("help-responsibilities-attest"),
        Paper::Missing => Found::failed("check-responsibilities-missing").help("help-responsibilities-attest"),
        Paper::Unknown => Found::unknown("check-responsibilities-unknown").help("help-responsibilities-attest"),
    };
    found.link(link)
}

pub(super) fn window_agreed(c: &Case<'_>) -> Found {
    let w = c.q.window;
    let cal = &c.f.calendar;
    if w.until <= w.from || w.until <= c.now {
        return Found::failed("check-window-over").with("until", Arg::Instant(w.until)).help("help-ask-later");
    }
    if c.q.moment == Moment::Start && c.q.shifts.is_none() && !w.holds(c.now) {
        return Found::failed("check-window-not-open").with("from", Arg::Instant(w.from)).help("help-wait-for-window");
    }
    if let Some(no) = c.q.shifts.as_ref().and_then(|shifts| no_shift(c, shifts)) {
        return no;
    }
    let meets = |freeze: &&Window| meets(c, freeze);
    if let Some(freeze) = cal.freezes.iter().find(meets) {
        return Found::failed("check-window-freeze")
            .with("from", Arg::Instant(freeze.from))
            .with("until", Arg::Instant(freeze.until))
            .help("help-ask-outside-freeze")
            .link(cal.link);
    }
    if cal.vouched {
        Found::passed("check-window-free").link(cal.link)
    } else {
        Found::unknown("check-window-calendar-unknown").help("help-calendar-attest").link(cal.link)
    }
}

/// Why nothing of work in repeated shifts begins now, if so: between two of them, or before the area confirmed one.
fn no_shift(c: &Case<'_>, shifts: &Shifts) -> Option<Found> {
    let w = c.q.window;
    if c.q.moment != Moment::Start || shifts.open(c.now) {
        return None;
    }
    if !w.holds(c.now) {
        let next = Found::failed("check-shift-next").with("from", Arg::Instant(w.from));
        return Some(next.with("until", Arg::Instant(w.until)).help("help-wait-for-shift"));
    }
    let waits = Found::failed("check-shift-unconfirmed").with("from", Arg::Instant(w.from));
    Some(waits.with("until", Arg::Instant(w.until)).help("help-shift-confirm"))
}

/// Whether a freeze lies in the window; of repeated shifts, in one that is to come.
fn meets(c: &Case<'_>, freeze: &Window) -> bool {
    let w = c.q.window;
    let Some(shifts) = &c.q.shifts else { return freeze.meets(&w) };
    shifts.campaign.shifts.iter().any(|s| c.now < s.until && s.meets(&w) && freeze.meets(s))
}

/// A limitation, or a capability nobody stated, without a complete set is not passed; nor is one without the steps and
/// hours of its set.
pub(super) fn compensation_complete(c: &Case<'_>) -> Found {
    let k = &c.f.compensation;
    let found = match (k.limited, k.set) {
        (Known::No, _) => Found::not_applicable("check-compensation-no-limitation"),
        (_, _) if k.broken => Found::failed("check-compensation-broken").help("help-compensation-agree"),
        (_, Paper::Valid(until)) if until.is_none_or(|u| c.now < u) => in_force(c, until),
        (_, Paper::Valid(_)) => Found::failed("check-compensation-expired").help("help-compensation-renew"),
        (Known::Yes, Paper::Missing) => Found::failed("check-compensation-missing").help("help-compensation-agree"),
        (Known::Unknown, Paper::Missing | Paper::Unknown) => {
            Found::failed("check-compensation-capability-unknown").help("help-capability-state")
        }
        (Known::Yes, Paper::Unknown) => Found::unknown("check-compensation-unknown").help("help-compensation-agree"),
    };
    found.link(k.link.or(Some(c.q.instance.into())))
}

/// The set holds; what it asks of this work besides. In an emergency nobody looks for a permit's number or waits for
/// the hour: it is attended anyway, and its review asks.
fn in_force(c: &Case<'_>, until: Option<Instant>) -> Found {
    let k = &c.f.compensation;
    match k.step.filter(|_| c.q.moment == Moment::Start) {
        _ if !k.in_hours => Found::failed("check-compensation-hours").help("help-compensation-hours").yields(),
        Some(step) => Found::failed("check-compensation-step")
            .with("step", Arg::Word(step.as_str()))
            .help("help-compensation-step")
            .yields(),
        None => in_time(c, until, "check-compensation-in-force"),
    }
}

pub(super) fn length_within_cap(c: &Case<'_>) -> Found {
    let cap = c.f.caps.of(c.f.tier, c.q.purpose);
    if let Some(shifts) = &c.q.shifts {
        return shifts_within(c, shifts, cap);
    }
    let secs = c.q.window.secs();
    let within = 0 < secs && secs <= cap;
    let found = if within { Found::passed("check-length-within") } else { Found::failed("check-length-over") };
    let mut found = found.with("length", Arg::Int(secs)).with("cap", Arg::Int(cap));
    found = found.with("tier", Arg::Tier(c.tier()));
    if !within {
        found.help = Some("help-ask-shorter");
    }
    found
}

/// The cap counts for each shift, and six weeks for all of them; an emergency is one window.
fn shifts_within(c: &Case<'_>, shifts: &Shifts, cap: i64) -> Found {
    let (days, secs) = (shifts.campaign.repeated.days(), shifts.campaign.longest());
    if c.q.emergency() {
        return Found::failed("check-shifts-emergency").help("help-ask-one-window");
    }
    if days > MOST_DAYS {
        let over = Found::failed("check-shifts-days-over").with("days", Arg::Int(days));
        return over.with("most", Arg::Int(MOST_DAYS)).help("help-ask-fewer-days");
    }
    let within = 0 < secs && secs <= cap;
    let found = if within { Found::passed("check-shifts-within") } else { Found::failed("check-shifts-over") };
    let mut found = found.with("length", Arg::Int(secs)).with("cap", Arg::Int(cap)).with("tier", Arg::Tier(c.tier()));
    if !within {
        found.help = Some("help-ask-shorter");
    }
    found
}
