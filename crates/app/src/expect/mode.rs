//! How strictly checks hold at a site. OT security proposes, the site manager approves; the floor is never up
//! for it.

use plantgate_domain::{
    base::{Instant, Kind, Mode, PersonId, SiteId, Why},
    event::expect::{ModeSet, SiteEvent},
    expect::site::may_set_mode,
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
    /// Who of OT security proposed it.
    pub proposed_by: String,
}

impl Act for ApproveTheMode {
    const NAME: &'static str = "approve-mode";
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
        let now = desk.now().0;
        if self.from.is_some_and(|from| from < now) {
            return Err(Stop::field("from", Why::of("invalid-mode-past")));
        }
        let set = ModeSet {
            checks: self.checks,
            mode: self.mode,
            from: self.from.unwrap_or(now),
            proposed_by: Some(proposer.id),
            approved_by: Some(may.id()?),
        };
        desk.append(site, SiteEvent::ModeSet(set)).await?;
        Ok(site)
    }
}
