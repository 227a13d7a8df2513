//! How strictly checks hold at a site. OT security proposes, the site manager approves; the floor is never up
//! for it.

use plantgate_domain::{
    base::{Day, Instant, Kind, Mode, PersonId, SiteId, Why},
    event::expect::{ModeSet, SiteEvent},
    expect::site::{Site, may_set_mode},
    qualify::person::{Person, second},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{ApproveMode, May, Place},
};

/// What a person needs to propose a mode.
const PROPOSE: &str = "propose-mode";

/// Approves a mode for checks of a site.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveTheMode {
    pub site: String,
    /// Keys of the checks, such as `window-agreed`.
    pub checks: Vec<String>,
    pub mode: Mode,
    /// From when; absent: now.
    #[serde(default)]
    pub from: Option<Instant>,
    /// From the first instant of this day at the site instead; today is now.
    #[serde(default)]
    pub from_day: Option<Day>,
    /// Who of OT security proposed it.
    pub proposed_by: String,
    /// Why, in the approver's words.
    pub reason: String,
}

impl ApproveTheMode {
    /// The instant it begins at a site: never in the past, because what was decided stays decided.
    pub fn begins(&self, site: &Site, now: Instant) -> Result<Instant, Stop> {
        let zone = &site.facts.zone;
        let (field, from) = match (self.from, self.from_day) {
            (Some(_), Some(_)) => return Err(Stop::field("from_day", Why::of("invalid-mode-twice"))),
            (Some(from), None) => ("from", from),
            (None, Some(day)) if day == zone.day_of(now) => return Ok(now),
            (None, Some(day)) => ("from_day", zone.start_of(day)),
            (None, None) => return Ok(now),
        };
        if from < now { Err(Stop::field(field, Why::of("invalid-mode-past"))) } else { Ok(from) }
    }

    /// What would be said of a site, before anybody approved it; `from` is what [`Self::begins`] answered.
    pub fn set(&self, from: Instant) -> ModeSet {
        let (checks, mode) = (self.checks.clone(), self.mode);
        ModeSet { checks, mode, from, proposed_by: None, approved_by: None, reason: None }
    }
}

impl Act for ApproveTheMode {
    const NAME: &'static str = "approve-mode";
    const STEP_UP: bool = true;
    type Power = ApproveMode;
    type Done = SiteId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, may: May<ApproveMode>, desk: &mut Desk) -> Result<SiteId, Stop> {
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        let proposer: PersonId = names::resolve(desk, Kind::Person, &self.proposed_by, "proposed_by").await?;
        let proposer: Person = desk.get(proposer).await?;
        let rules = desk.rules();
        may_set_mode(&self.checks, &rules)?;
        second(may.id()?, &proposer, PROPOSE, &[site], desk.now(), &rules)?;
        let stands: Site = desk.get(site).await?;
        let from = self.begins(&stands, desk.now().0)?;
        let reason = desk.seal(&names::text(desk.limits().text_chars, "reason", &self.reason)?)?;
        let (proposed_by, approved_by) = (Some(proposer.id), Some(may.id()?));
        let set = ModeSet { proposed_by, approved_by, reason: Some(reason), ..self.set(from) };
        desk.append(site, SiteEvent::ModeSet(set)).await?;
        Ok(site)
    }
}
