//! A site's freezes: windows without planned work. An attested, empty calendar says *no freeze*; none at all says
//! *unknown* (R-43).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, CalendarId, Instant, Kind, SiteId, Window},
    event::permit::{CalendarAttested, CalendarEvent, Freeze},
    thing::{Card, Thing},
};

/// A calendar. Its id is the site's.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    pub id: CalendarId,
    pub site: SiteId,
    pub attested: Option<CalendarAttested>,
    /// In order of their beginning.
    pub freezes: Vec<Freeze>,
}

impl Calendar {
    /// Whether somebody vouches for the list at that instant.
    pub fn vouched(&self, t: Instant) -> bool {
        self.attested.as_ref().is_some_and(|a| a.at <= t && a.valid_until.is_none_or(|end| t < end))
    }
    /// The first freeze that meets a window.
    pub fn freeze_in(&self, window: &Window) -> Option<&Freeze> {
        self.freezes.iter().find(|f| f.window.meets(window))
    }
}

impl Thing for Calendar {
    type Event = CalendarEvent;
    const KIND: Kind = Kind::Calendar;

    fn born(id: Uuid, e: &CalendarEvent, at: At) -> Option<Self> {
        if matches!(e, CalendarEvent::FreezeLifted(_)) {
            return None;
        }
        let mut calendar = Calendar { id: CalendarId(id), site: SiteId(id), attested: None, freezes: Vec::new() };
        calendar.apply(e, at);
        Some(calendar)
    }

    fn apply(&mut self, e: &CalendarEvent, _at: At) {
        match e {
            CalendarEvent::Attested(fact) => self.attested = Some(fact.clone()),
            CalendarEvent::FreezeSet(freeze) => {
                self.freezes.retain(|f| f.freeze != freeze.freeze);
                self.freezes.push(freeze.clone());
                self.freezes.sort_by_key(|f| (f.window.from, f.freeze));
            }
            CalendarEvent::FreezeLifted(gone) => self.freezes.retain(|f| f.freeze != gone.freeze),
        }
    }

    fn card(&self) -> Card {
        Card { sites: vec![self.site], links: vec![("site", self.site.into())], ..Card::default() }
    }
}
