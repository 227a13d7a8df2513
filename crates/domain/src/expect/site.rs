//! A plant with its zone of time: due dates of everything at a site end in its local day. It also holds how strictly
//! each check applies here.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Instant, Invalid, Kind, Mode, SiteId, Why},
    event::expect::{ModeSet, SiteEvent, SiteFacts},
    rules::Rules,
    thing::{Card, Label, Thing},
};

/// A site as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub id: SiteId,
    pub facts: SiteFacts,
    /// In the order they were approved.
    pub modes: Vec<ModeSet>,
    /// Days for which recordings of sessions that begin now are kept; nothing: as the rules say.
    #[serde(default)]
    pub recording_days: Option<u32>,
}

impl Site {
    /// How strictly a check applies at an instant: the latest `from` wins, of equals the later approved; a check
    /// nobody spoke of has the default of the rules (a new plant observes).
    pub fn mode(&self, check: &str, t: Instant, default: Mode) -> Mode {
        let named = self.modes.iter().filter(|m| m.from <= t && m.checks.iter().any(|c| c == check));
        named.max_by_key(|m| m.from).map_or(default, |m| m.mode)
    }
}

/// modes are set for checks of the list, never for the floor, which always decides.
pub fn may_set_mode(checks: &[String], rules: &Rules) -> Result<(), Invalid> {
    let field = |why: Why| Err(Invalid::field("checks", why));
    if checks.is_empty() {
        return field(Why::of("invalid-checks-none"));
    }
    for key in checks {
        match rules.checks.row(key) {
            None => return field(Why::of("invalid-check-unknown").with("key", key)),
            Some(row) if row.floor => return field(Why::of("invalid-check-floor").with("key", key)),
            Some(_) => {}
        }
    }
    Ok(())
}

impl Thing for Site {
    type Event = SiteEvent;
    const KIND: Kind = Kind::Site;

    fn born(id: Uuid, e: &SiteEvent, _at: At) -> Option<Self> {
        match e {
            SiteEvent::Registered(facts) => {
                Some(Site { id: SiteId(id), facts: facts.clone(), modes: Vec::new(), recording_days: None })
            }
            SiteEvent::Revised(_) | SiteEvent::ModeSet(_) | SiteEvent::RecordingDaysSet(_) => None,
        }
    }

    fn apply(&mut self, e: &SiteEvent, _at: At) {
        match e {
            SiteEvent::Registered(facts) | SiteEvent::Revised(facts) => self.facts = facts.clone(),
            SiteEvent::ModeSet(mode) => self.modes.push(mode.clone()),
            SiteEvent::RecordingDaysSet(set) => self.recording_days = Some(set.days),
        }
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(self.facts.name.clone()),
            sites: vec![self.id],
            ..Card::default()
        }
    }
}
