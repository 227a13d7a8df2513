//! Sheets of codes for gateways that stand alone: whoever keeps the accounts of a site has one printed, and it
//! lies there in a sealed envelope for when the gateway cannot reach the core. Which sheets there are stands in the
//! record; what the codes are is computed and stands nowhere.

use plantgate_domain::{
    base::{Kind, Refusal, SiteId, time::DAY},
    event::expect::{CodesIssued, CodesWithdrawn, SiteEvent},
    expect::{
        codes::{may_issue, may_withdraw},
        site::Site,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    act::Act,
    names,
    power::{KeepAccounts, May, Place},
};

/// Letters of a reason.
const REASON: usize = 1_000;

/// Issues a sheet of codes for a gateway. One that lies there already opens nothing from then on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueCodes {
    pub site: String,
    /// As the list of gateways calls it.
    pub gateway: String,
    pub codes: u32,
    /// Days for which they are good.
    pub days: u32,
    pub reason: String,
}

impl Act for IssueCodes {
    const NAME: &'static str = "issue-codes";
    // Whoever has the sheet lets people in where nobody sees it at once.
    const STEP_UP: bool = true;
    type Power = KeepAccounts;
    type Done = Uuid;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<KeepAccounts>, desk: &mut Desk) -> Result<Uuid, Stop> {
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        may_issue(&self.gateway, self.codes, self.days)?;
        let reason = desk.seal(&names::text(REASON, "reason", &self.reason)?)?;
        let until = desk.now().0.plus_secs(i64::from(self.days).saturating_mul(DAY));
        let sheet = desk.new_id();
        let issued = CodesIssued { sheet, gateway: self.gateway, codes: self.codes, until, reason };
        desk.append(site, SiteEvent::CodesIssued(issued)).await?;
        Ok(sheet)
    }
}

/// Withdraws a sheet of codes: it was seen by somebody, or the gateway is gone. A gateway that is cut off at this
/// moment hears of it when it reaches the core again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawCodes {
    pub site: String,
    /// The id of the sheet.
    pub sheet: String,
    pub reason: String,
}

impl Act for WithdrawCodes {
    const NAME: &'static str = "withdraw-codes";
    // Whatever the clock says: what is in wrong hands is withdrawn now.
    const IN_DOUBT: bool = true;
    type Power = KeepAccounts;
    type Done = Uuid;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<KeepAccounts>, desk: &mut Desk) -> Result<Uuid, Stop> {
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        let site: Site = desk.get(site).await?;
        let unknown = |_| Refusal::new("R-49", "refuse-sheet-unknown");
        let sheet: Uuid = self.sheet.trim().parse().map_err(unknown)?;
        may_withdraw(&site, sheet, desk.now().0)?;
        let reason = desk.seal(&names::text(REASON, "reason", &self.reason)?)?;
        desk.append(site.id, SiteEvent::CodesWithdrawn(CodesWithdrawn { sheet, reason })).await?;
        Ok(sheet)
    }
}
