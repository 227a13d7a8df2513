//! Sheets of codes for gateways that stand alone: whoever keeps the accounts of a site has one printed, and it
//! lies there in a sealed envelope for when the gateway cannot reach the core. Which sheets there are stands in the
//! record; what the codes are is computed and stands nowhere.

use plantgate_domain::{
    base::{EngagementId, Kind, PersonId, Refusal, Role, SessionId, SiteId, Why, time::DAY},
    event::{
        expect::{CodesIssued, CodesWithdrawn, ForEmergencies, SiteEvent},
        witness::{CodeReadOut, SessionEvent},
    },
    expect::{
        codes::{may_call, may_issue, may_withdraw},
        engagement::Engagement,
        site::Site,
    },
    qualify::person::{self, Person},
    witness::cut_off::may_name_reader,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::session::named;
use crate::{
    act::Act,
    names,
    permit::hand::said,
    power::{self, EnterSession, KeepAccounts, May, OpenEmergency, Place, Power},
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
    /// Where nothing was approved: whose people come in then. Without it codes open what was approved.
    #[serde(default)]
    pub engagement: Option<String>,
    /// What they may do then.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Who else agrees to that: somebody who may open an emergency there.
    #[serde(default)]
    pub second: Option<String>,
}

impl IssueCodes {
    /// What the sheet is for where nothing was approved. A sheet for what was approved names none of it.
    async fn emergencies(&self, desk: &mut Desk, me: PersonId, site: SiteId) -> Result<Option<ForEmergencies>, Stop> {
        let named = self.engagement.as_deref().filter(|name| !name.trim().is_empty());
        let second = self.second.as_deref().filter(|name| !name.trim().is_empty());
        let Some(engagement) = named else {
            return match (self.roles.is_empty(), second) {
                (true, None) => Ok(None),
                (false, _) => Err(Stop::field("roles", Why::of("invalid-sheet-approved"))),
                (true, Some(_)) => Err(Stop::field("second", Why::of("invalid-sheet-approved"))),
            };
        };
        let engagement: EngagementId = names::resolve(desk, Kind::Engagement, engagement, "engagement").await?;
        let engagement: Engagement = desk.get(engagement).await?;
        if !engagement.approved().any(|item| item.site == site) {
            return Err(Stop::field("engagement", Why::of("invalid-sheet-elsewhere")));
        }
        if self.roles.is_empty() {
            return Err(Stop::field("roles", Why::of("invalid-sheet-roles")));
        }
        let may = |roles: &[Role]| self.roles.iter().any(|role| roles.contains(role));
        if !engagement.approved().any(|item| item.site == site && may(&item.roles)) {
            return Err(Stop::field("roles", Why::of("invalid-sheet-roles-outside")));
        }
        let second = second.ok_or_else(|| Stop::field("second", Why::of("invalid-second-missing")))?;
        let second: PersonId = names::resolve(desk, Kind::Person, second, "second").await?;
        let second: Person = desk.get(second).await?;
        let (key, now, rules) = (OpenEmergency::KEY, desk.now(), desk.rules());
        person::second(me, &second, key, &[site], now, &rules)?;
        let function = power::functions(&second, key, &[site], &rules).first().copied();
        let function = function.ok_or_else(|| Stop::from(Refusal::new("R-13", "stop-second-has-no-power")))?;
        let site: Site = desk.get(site).await?;
        may_call(&site, &self.gateway, engagement.id, now.0)?;
        let mut roles = self.roles.clone();
        roles.sort_unstable();
        roles.dedup();
        Ok(Some(ForEmergencies { engagement: engagement.id, roles, second: second.id, function }))
    }
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

    async fn run(self, may: May<KeepAccounts>, desk: &mut Desk) -> Result<Uuid, Stop> {
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        may_issue(&self.gateway, self.codes, self.days)?;
        let emergencies = self.emergencies(desk, may.id()?, site).await?;
        let reason = desk.seal(&names::text(REASON, "reason", &self.reason)?)?;
        let until = desk.now().0.plus_secs(i64::from(self.days).saturating_mul(DAY));
        let sheet = desk.new_id();
        let issued = CodesIssued { sheet, gateway: self.gateway, codes: self.codes, until, reason, emergencies };
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

/// Enters who read out the code of a session that began while its gateway was cut off, as it is written on the sheet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameCodeReader {
    pub session: String,
    /// Who of ours read it out; nobody where that cannot be found out, and then the note says why.
    #[serde(default)]
    pub person: Option<String>,
    /// What else is written there: what for, or what was in danger.
    #[serde(default)]
    pub note: Option<String>,
}

impl Act for NameCodeReader {
    const NAME: &'static str = "name-code-reader";
    const IN_DOUBT: bool = true;
    type Power = EnterSession;
    type Done = SessionId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(named(desk, &self.session).await?.facts.site))
    }

    async fn run(self, may: May<EnterSession>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let session = named(desk, &self.session).await?;
        let named = self.person.as_deref().filter(|name| !name.trim().is_empty());
        let person: Option<PersonId> = names::resolve_maybe(desk, Kind::Person, named, "person").await?;
        let reader: Option<Person> = match person {
            Some(person) => Some(desk.get(person).await?),
            None => None,
        };
        let author: Person = desk.get(may.id()?).await?;
        let note = said(desk, "note", self.note.as_ref()).await?;
        may_name_reader(&session, &author, reader.as_ref(), note.is_some())?;
        desk.append(session.id, SessionEvent::CodeReadOut(CodeReadOut { person, note })).await?;
        Ok(session.id)
    }
}
