//! A site's calendar: somebody vouches for the list of freezes, freezes are set and lifted. A calendar nobody vouches
//! for says *unknown*, never *free* (R-43).

use plantgate_domain::{
    base::{CalendarId, Instant, Kind, SiteId, Why, Window},
    event::permit::{CalendarAttested, CalendarEvent, Freeze, FreezeLifted},
    permit::calendar::Calendar,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::hand::said;
use crate::{
    act::Act,
    names,
    power::{KeepCalendar, May, Place},
};

async fn site(desk: &mut Desk, name: &str) -> Result<SiteId, Stop> {
    names::resolve(desk, Kind::Site, name, "site").await
}

/// Vouches that the list of freezes of a site is complete.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestCalendar {
    pub site: String,
    /// Where the list comes from, for instance the production plan's number.
    pub document: String,
    #[serde(default)]
    pub valid_until: Option<Instant>,
}

impl Act for AttestCalendar {
    const NAME: &'static str = "attest-calendar";
    type Power = KeepCalendar;
    type Done = CalendarId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(site(desk, &self.site).await?))
    }

    async fn run(self, may: May<KeepCalendar>, desk: &mut Desk) -> Result<CalendarId, Stop> {
        let site = site(desk, &self.site).await?;
        let at = desk.now().0;
        if self.valid_until.is_some_and(|until| until <= at) {
            return Err(Stop::field("valid_until", Why::of("invalid-instant-passed")));
        }
        let fact = CalendarAttested {
            site,
            document: names::text(200, "document", &self.document)?,
            by: Some(may.id()?),
            at,
            valid_until: self.valid_until,
        };
        desk.append(CalendarId(site.0), CalendarEvent::Attested(fact)).await?;
        Ok(CalendarId(site.0))
    }
}

/// No planned work at a site in a window.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetFreeze {
    pub site: String,
    pub window: Window,
    #[serde(default)]
    pub reason: Option<String>,
}

impl Act for SetFreeze {
    const NAME: &'static str = "set-freeze";
    type Power = KeepCalendar;
    /// The id of the freeze, to lift it by.
    type Done = Uuid;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(site(desk, &self.site).await?))
    }

    async fn run(self, _may: May<KeepCalendar>, desk: &mut Desk) -> Result<Uuid, Stop> {
        let site = site(desk, &self.site).await?;
        if self.window.until <= self.window.from {
            return Err(Stop::field("window", Why::of("invalid-freeze-order")));
        }
        let note = said(desk, "reason", self.reason.as_ref()).await?;
        let freeze = desk.new_id();
        let set = Freeze { site, freeze, window: self.window, note };
        desk.append(CalendarId(site.0), CalendarEvent::FreezeSet(set)).await?;
        Ok(freeze)
    }
}

/// A freeze no longer stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftFreeze {
    pub site: String,
    pub freeze: Uuid,
}

impl Act for LiftFreeze {
    const NAME: &'static str = "lift-freeze";
    type Power = KeepCalendar;
    type Done = CalendarId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(site(desk, &self.site).await?))
    }

    async fn run(self, _may: May<KeepCalendar>, desk: &mut Desk) -> Result<CalendarId, Stop> {
        let id = CalendarId(site(desk, &self.site).await?.0);
        let stands: Option<Calendar> = desk.find(id).await?;
        if !stands.is_some_and(|c| c.freezes.iter().any(|f| f.freeze == self.freeze)) {
            return Err(Stop::field("freeze", Why::of("invalid-freeze-unknown")));
        }
        desk.append(id, CalendarEvent::FreezeLifted(FreezeLifted { freeze: self.freeze })).await?;
        Ok(id)
    }
}
