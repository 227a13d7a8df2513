//! Repeated shifts on pages: read from a form, said in one line, and each one of a grant with who confirmed it.

use plantgate_app::{Stop, permit::ask::WishedShifts};
use plantgate_domain::{
    base::{Day, Instant, Window},
    event::permit::{AccessRequested, Campaign, Clock, Repeated},
    permit::{
        campaign::to_confirm,
        grant::{Confirmed, Grant},
    },
};
use plantgate_wire::words::Rich;

use super::{shown, times};
use crate::{
    door::{fields::Fields, visit::Visit},
    page::grants::{ShiftLine, Shifts},
    view::Form,
};

/// Days and hours that a form asks for until somebody types others: a week of day shifts from tomorrow on.
pub fn suggested(v: &Visit) -> [(&'static str, String); 4] {
    let first = v.ui.r.zone.day_of(v.now()).plus_days(1);
    fields(first, first.plus_days(6), ("06:00".to_owned(), "14:00".to_owned()))
}

/// What a form had typed that came to these shifts; of one that was approved the days begin with tomorrow.
pub fn again(v: &Visit, of: &Repeated, fresh: bool) -> [(&'static str, String); 4] {
    let first = if fresh { v.ui.r.zone.day_of(v.now()).plus_days(1) } else { of.from };
    let last = first.plus_days(of.days().saturating_sub(1));
    fields(first, last, (of.hours.from.to_string(), of.hours.until.to_string()))
}

fn fields(first: Day, last: Day, (from, until): (String, String)) -> [(&'static str, String); 4] {
    [
        ("shifts_from", first.to_string()),
        ("shifts_until", last.to_string()),
        ("hours_from", from),
        ("hours_until", until),
    ]
}

/// The shifts that were typed, or what is wrong with them at its field.
pub fn typed(v: &Visit, typed: &Fields, form: &mut Form) -> Option<WishedShifts> {
    let mut day = |name: &str| {
        let read = times::day(&typed.text(name), &v.ui.r.zone, v.now());
        if read.is_none() {
            let example = v.ui.r.zone.day_of(v.now()).to_string();
            *form = std::mem::take(form).wrong(name, v.ui.t("ask-wrong-day").s("example", example).to_string());
        }
        read
    };
    let (first_day, last_day) = (day("shifts_from"), day("shifts_until"));
    let mut clock = |name: &str| {
        let read = typed.text(name).parse::<Clock>().ok().map(|c| c.to_string());
        if read.is_none() {
            *form = std::mem::take(form).wrong(name, v.ui.t("ask-wrong-clock").to_string());
        }
        read
    };
    let (hours_from, hours_until) = (clock("hours_from"), clock("hours_until"));
    Some(WishedShifts {
        first_day: first_day?,
        last_day: last_day?,
        hours_from: hours_from?,
        hours_until: hours_until?,
    })
}

/// What was typed, as it is said back before anything is sent.
pub fn understood(v: &Visit, of: &WishedShifts) -> String {
    let count = of.last_day.days_since(of.first_day).saturating_add(1);
    line(v, (of.first_day, of.last_day), &format!("{}–{}", of.hours_from, of.hours_until), count)
}

/// The shifts of a request in one line, where it asks for some.
pub fn of_request(v: &Visit, asked: &AccessRequested) -> Option<String> {
    asked.campaign.as_ref().map(|c| said(v, c))
}

/// Shifts in one line: how many, in which hours, from when to when, in which zone.
fn said(v: &Visit, c: &Campaign) -> String {
    let hours = format!("{}–{}", c.repeated.hours.from, c.repeated.hours.until);
    line(v, (c.repeated.from, c.repeated.until), &hours, i64::from(c.count()))
}

fn line(v: &Visit, (from, until): (Day, Day), hours: &str, count: i64) -> String {
    let text = v.ui.t("shifts-when").n("count", count.max(0)).s("hours", hours);
    text.s("from", v.ui.day(from)).s("until", v.ui.day(until)).s("zone", &v.ui.r.zone).to_string()
}

/// Every shift of a grant, and the one that this person can confirm now, where they may.
pub async fn of_grant(v: &mut Visit, g: &Grant, may: bool) -> Result<Shifts, Stop> {
    let Some(campaign) = &g.facts.campaign else { return Ok(Shifts::default()) };
    let now = v.now();
    let mut lines = Vec::with_capacity(campaign.shifts.len());
    for (number, window) in campaign.numbered() {
        let confirmed = g.confirmed(number);
        let by = match confirmed {
            Some(c) => {
                let (name, role) = (shown::called(v, c.by).await?, v.ui.word("power", c.role.as_str()).to_string());
                Some(v.ui.t("grant-shift-by").s("name", name).s("role", role).s("at", v.ui.moment(c.at)).to_string())
            }
            None => None,
        };
        lines.push(ShiftLine { number, window, state: state(window, confirmed, now), by });
    }
    Ok(Shifts { lines, confirm: to_confirm(g, now).filter(|_| may) })
}

fn state(w: Window, confirmed: Option<&Confirmed>, now: Instant) -> &'static str {
    match (confirmed.is_some(), now < w.from, now < w.until) {
        (true, _, false) => "over",
        (false, _, false) => "unconfirmed",
        (true, true, true) => "confirmed",
        (true, false, true) => "open",
        (false, false, true) => "waits",
        (false, true, true) => "comes",
    }
}

/// What comes next under a grant for repeated work.
pub fn next(v: &Visit, g: &Grant) -> Option<Rich> {
    g.facts.campaign.as_ref()?;
    let (now, w) = (v.now(), g.window_at(v.now()));
    match g.word(now) {
        "scheduled" if w.holds(now) => Some(v.ui.t("grant-next-unconfirmed").s("at", v.ui.moment(w.until)).into()),
        "scheduled" => Some(v.ui.t("grant-next-shift").s("at", v.ui.moment(w.from)).into()),
        "active" => Some(v.ui.t("grant-next-shift-open").s("at", v.ui.moment(w.until)).into()),
        _ => None,
    }
}
