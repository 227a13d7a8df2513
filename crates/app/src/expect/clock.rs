//! The clock jumped and nobody believes it: two people name the instant they hold for right, then writing goes
//! on. Their entries bear reckoned time and say beside it what the clock showed, so that a wrong confirmation can be
//! seen for ever. It cannot be taken back: time in the record never runs backwards.

use plantgate_domain::{
    base::{Instant, OrganisationId, Refusal},
    event::expect::{ClockNamed, OrganisationEvent},
    expect::organisation::Nearness,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{self, May, Place},
};

/// Names the instant that is right; the second person who does so confirms the clock.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmClock {
    /// From a watch, a telephone, another machine: not read off this one.
    pub instant: Instant,
    /// What had happened to the clock, or to the machine.
    pub reason: String,
}

/// What it came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Vouching {
    pub instant: Instant,
    /// Whether the clock is believed now, or waits for another person.
    pub confirmed: bool,
}

impl Act for ConfirmClock {
    const NAME: &'static str = "confirm-clock";
    const IN_DOUBT: bool = true;
    type Power = power::ConfirmClock;
    type Done = Vouching;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, may: May<power::ConfirmClock>, desk: &mut Desk) -> Result<Vouching, Stop> {
        let Some(doubt) = desk.doubt() else {
            return Err(Refusal::new("R-39", "refuse-clock-believed").into());
        };
        let limits = desk.limits();
        let how = Nearness { near: limits.clock_near, second: limits.clock_second };
        let reason = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        let named = ClockNamed { instant: self.instant, shown: doubt.shown, reason };
        let organisation = desk.organisation().await?.ok_or(Stop::NotFound)?;
        let event = organisation.clock.vouch(may.id()?, named, how)?;
        let confirmed = matches!(event, OrganisationEvent::ClockConfirmed(_));
        let on: OrganisationId = organisation.id;
        desk.append(on, event).await?;
        Ok(Vouching { instant: self.instant, confirmed })
    }
}
