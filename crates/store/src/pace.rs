//! How far the clock is believed. The record's time is `max(wall, last entry)`; a clock that jumped ahead would expire
//! everything at once, and after it is set right again the record's time would stand still until the world caught up.
//!
//! Two bounds, because two things can be known. While the process runs, the machine's monotonic clock says how much
//! time really passed: a wall clock that disagrees by more than `clock_jump` is wrong. When the process begins, nobody
//! measured the pause: the last trusted instant that a running node noted (the *pulse*) or the last entry, whichever is
//! later, is all there is, and a pause up to `clock_pause` is a holiday. A quiet plant that keeps running may write
//! nothing for months: it is measured all the time, and its pulse is noted, so it is never locked out.
//!
//! A process that begins beside one that doubts (a command at the terminal, another node) finds the doubt noted in the
//! database with the instant reckoned there. The pause is known then: it allows `clock_jump` and no holiday.
//!
//! While the clock is doubted, time is *reckoned*: the last trusted instant plus what the monotonic clock measured.
//! What protects people or closes something is recorded at reckoned time, everything else waits until two
//! people named the instant.

use std::sync::{Mutex, PoisonError};

use plantgate_domain::base::{Instant, Kind};

use crate::{clock::Clock, db::Tx, limits::Limits, memory::the_one, stop::Stop, stored};

/// A clock nobody believes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Doubt {
    /// What the machine's clock shows.
    pub shown: Instant,
}

/// The record's present, and whether the clock is doubted; then it is reckoned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Present {
    pub now: Instant,
    pub doubt: Option<Doubt>,
}

/// The last instant that was believed, and what the monotonic clock read then.
#[derive(Clone, Copy, Debug)]
struct Believed {
    at: Instant,
    steady_us: i64,
    /// Whether the wall clock was ever believed since this process began.
    measured: bool,
    /// Whether the pause before it began is known, because the clock was doubted all the time.
    doubted: bool,
}

/// What should be noted in the database about the doubt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Note {
    Doubt(Instant),
    Believe,
}

/// Seconds between two notes of a doubt that goes on.
const NOTE_EVERY: i64 = 60;

/// Reads the clock with the memory of what it showed.
#[derive(Debug)]
pub struct Pace {
    clock: Clock,
    jump: i64,
    pause: i64,
    believed: Mutex<Believed>,
    /// The doubt as the database knows it, as far as this process does.
    noted: Mutex<Option<Instant>>,
}

impl Pace {
    /// Begins with the pulse that an earlier process noted, and the doubt that stands.
    pub fn new(clock: Clock, limits: &Limits, pulse: Option<Instant>, doubt: Option<Instant>) -> Pace {
        let at = pulse.max(doubt).unwrap_or(Instant::from_micros(0));
        let believed = Believed { at, steady_us: clock.steady_us(), measured: false, doubted: doubt.is_some() };
        let (believed, noted) = (Mutex::new(believed), Mutex::new(doubt));
        Pace { clock, jump: limits.clock_jump, pause: limits.clock_pause, believed, noted }
    }

    /// What has to be noted after a reading, once. Only the machine's own clock is doubted for others.
    pub fn note(&self, read: Present) -> Option<Note> {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        match (read.doubt, *noted) {
            (Some(_), Some(at)) if (0..NOTE_EVERY).contains(&read.now.secs_since(at)) => None,
            (Some(_), _) => {
                *noted = Some(read.now);
                Some(Note::Doubt(read.now))
            }
            (None, Some(_)) => {
                *noted = None;
                Some(Note::Believe)
            }
            (None, None) => None,
        }
    }

    /// The present over a record that ends at `last`. An empty record has nothing a clock could harm. An instant that
    /// two people confirmed counts like one that was believed.
    fn read(&self, last: Instant, empty: bool, confirmed: Option<Instant>) -> Present {
        let shown = self.clock.now();
        if empty || !self.clock.guarded() {
            return Present { now: shown.max(last), doubt: None };
        }
        let steady_us = self.clock.steady_us();
        let mut believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = steady_us.saturating_sub(believed.steady_us).max(0);
        let reckoned = Instant::from_micros(believed.at.micros().saturating_add(passed)).max(last);
        let bound = if believed.measured || believed.doubted { self.jump } else { self.pause };
        let from = confirmed.map_or(reckoned, |c| c.max(reckoned));
        if shown.secs_since(from) > bound {
            return Present { now: reckoned, doubt: Some(Doubt { shown }) };
        }
        // A clock that was set back is not followed: expired stays expired, whether or not an entry says so. Time does
        // not stand still either: what is measured goes on, and a grant ends when it ends.
        if shown >= believed.at {
            *believed = Believed { at: shown, steady_us, measured: true, doubted: false };
            return Present { now: shown.max(last), doubt: None };
        }
        Present { now: reckoned, doubt: None }
    }

    /// The last instant that was believed, for the pulse; `None` before the first.
    pub fn believed(&self) -> Option<Instant> {
        let believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        (self.clock.guarded() && believed.measured).then_some(believed.at)
    }

    /// The present over the record that this transaction sees. Only a doubted clock costs a look at what two people
    /// confirmed.
    pub async fn present(&self, tx: &mut Tx, last: Instant, empty: bool) -> Result<Present, Stop> {
        let reading = self.read(last, empty, None);
        if reading.doubt.is_none() {
            return Ok(reading);
        }
        let all = stored::every(tx, Kind::Organisation).await?;
        let organisation = the_one(all.into_iter().map(|(_, kept)| kept).collect())?;
        // Demo data may stand at any time; nobody is hurt by its clock.
        if organisation.as_ref().is_some_and(|o| o.facts.demo) {
            return Ok(Present { now: self.clock.now().max(last), doubt: None });
        }
        Ok(self.read(last, empty, organisation.and_then(|o| o.clock.confirmed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn t(secs: i64) -> Instant {
        Instant::from_micros((1_000 * DAY + secs) * 1_000_000)
    }

    fn pace(start: Instant, pulse: Option<Instant>) -> (Clock, Pace) {
        let clock = Clock::watched(start);
        (clock.clone(), Pace::new(clock, &Limits::standard(), pulse, None))
    }

    #[test]
    fn a_quiet_plant_that_runs_is_never_locked_out() {
        // given a plant whose last entry is half a year old, running all the time
        let (clock, pace) = pace(t(0), None);
        assert_eq!(pace.read(t(0), false, None).doubt, None);
        clock.pass(180 * DAY);
        // then it is believed, and after a restart too, because a pulse was noted
        assert_eq!(pace.read(t(0), false, None), Present { now: t(180 * DAY), doubt: None });
        let again = Pace::new(Clock::watched(t(200 * DAY)), &Limits::standard(), pace.believed(), None);
        assert_eq!(again.read(t(0), false, None).doubt, None);
    }

    #[test]
    fn a_jump_is_doubted_and_time_is_reckoned_meanwhile() {
        let (clock, pace) = pace(t(0), None);
        pace.read(t(0), false, None);
        clock.pass(60);
        clock.set(t(10 * 365 * DAY));
        let doubt = Some(Doubt { shown: t(10 * 365 * DAY) });
        assert_eq!(pace.read(t(0), false, None), Present { now: t(60), doubt });
        // when two people confirmed it, then it is believed
        let confirmed = Some(t(10 * 365 * DAY - 3_600));
        assert_eq!(pace.read(t(0), false, confirmed), Present { now: t(10 * 365 * DAY), doubt: None });
    }

    #[test]
    fn a_process_that_begins_beside_a_doubt_doubts_too_and_notes_when_it_is_over() {
        // given a clock that jumped by twenty days while a process ran: alone it would pass for a holiday
        let (clock, running) = pace(t(0), None);
        running.read(t(0), false, None);
        clock.set(t(20 * DAY));
        let doubted = running.read(t(0), false, None);
        assert_eq!(running.note(doubted), Some(Note::Doubt(t(0))));
        assert_eq!(running.note(doubted), None, "said once a minute");
        let beside = Pace::new(Clock::watched(t(20 * DAY)), &Limits::standard(), Some(t(0)), Some(t(0)));
        let read = beside.read(t(0), false, None);
        assert!(read.doubt.is_some());
        // when the clock is right again, then whoever sees it says so
        clock.set(t(30));
        let right = Pace::new(clock.clone(), &Limits::standard(), Some(t(0)), Some(t(0)));
        let read = right.read(t(0), false, None);
        assert_eq!((read.doubt, right.note(read)), (None, Some(Note::Believe)));
        assert_eq!(running.note(running.read(t(0), false, None)), Some(Note::Believe));
    }

    #[test]
    fn a_long_pause_is_doubted_and_a_holiday_is_not() {
        let after = |secs| pace(t(secs), Some(t(0))).1.read(t(-DAY), false, None).doubt.is_some();
        assert!(!after(31 * DAY));
        assert!(after(31 * DAY + 1));
    }

    #[test]
    fn a_clock_set_back_is_not_followed() {
        let (clock, pace) = pace(t(0), None);
        pace.read(t(-DAY), false, None);
        clock.set(t(-3_600));
        assert_eq!(pace.read(t(-DAY), false, None).now, t(0));
        // and time goes on as it is measured: two hours of access end after two hours, whatever the clock shows
        clock.pass(7_200);
        clock.set(t(-3_600));
        assert_eq!(pace.read(t(-DAY), false, None).now, t(7_200));
        // and when it is right again it is believed, however long it was wrong
        clock.pass(40 * DAY);
        clock.set(t(40 * DAY));
        assert_eq!(pace.read(t(-DAY), false, None), Present { now: t(40 * DAY), doubt: None });
    }
}
