//! An emergency that took place while a gateway could not ask: its grant is opened afterwards. Nothing was
//! approved; two of ours agreed to the sheet beforehand, and somebody at the site read a code out of its own envelope.

use plantgate_domain::{
    base::{
        EngagementId, Environment, GrantId, HOUR, InstanceId, Instant, Kind, Pattern, PersonId, Purpose, Role, Window,
    },
    event::{
        expect::ForEmergencies,
        permit::{AccessRequested, Approval, ApprovalMeaning, AskedWindow, Moment},
    },
    expect::{
        engagement::Engagement,
        instance::Instance,
        site::{Sheet, Site},
    },
    permit::{access::ask, acts, grant::Grant},
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::permit::facts::facts;

/// Hours of one, whatever rules say: longer is somebody's to renew.
const HOURS: i64 = 2;

/// Whom a code lets in, and for what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Called {
    pub engagement: EngagementId,
    pub instance: InstanceId,
    pub person: PersonId,
    pub roles: Vec<Role>,
    /// How long it lasts, in seconds from when it begins.
    pub secs: u32,
}

/// The yes that a sheet is.
pub(super) fn agreed(sheet: &Sheet, e: &ForEmergencies) -> Approval {
    Approval { person: e.second, role: e.function, at: sheet.issued, meaning: ApprovalMeaning::Emergency }
}

impl Called {
    /// What would have been asked for, from an instant on.
    pub(super) fn asked(
        &self,
        e: &Engagement,
        instance: &Instance,
        (rules_version, from): (u32, Instant),
    ) -> AccessRequested {
        AccessRequested {
            reference: String::new(),
            engagement: e.id,
            provider: e.facts.provider,
            person: self.person,
            requested_by: self.person,
            instance: instance.id,
            site: instance.facts.site,
            zone: instance.facts.zone,
            environment: instance.facts.environment.unwrap_or(Environment::Prod),
            roles: self.roles.clone(),
            purpose: Purpose::Emergency,
            pattern: Pattern::GatewayAttended,
            attended: true,
            conduits: Vec::new(),
            window: AskedWindow::Fixed(Window { from, until: from.plus_secs(self.secs.into()) }),
            campaign: None,
            change: None,
            ticket: None,
            text: None,
            attendant: None,
            repeats: None,
            rules_version,
        }
    }

    /// Opens the grant of an emergency that took place. What is decided now stands with it and refuses nothing: people
    /// look at it afterwards, and from now on the session is judged like every other. Whether it is in doubt: then
    /// nobody's yes stands with the grant, so that nothing new begins under it.
    pub(super) async fn open(
        &self,
        desk: &mut Desk,
        id: GrantId,
        (sheet, doubt): (Option<&Sheet>, bool),
        began: Instant,
    ) -> Result<bool, Stop> {
        if desk.find::<Grant>(id).await?.is_some() {
            return Err(Stop::NotFound);
        }
        let (engagement, instance): (Engagement, Instance) =
            (desk.get(self.engagement).await?, desk.get(self.instance).await?);
        let person: Person = desk.get(self.person).await?;
        if person.provider() != Some(engagement.facts.provider) {
            return Err(Stop::NotFound);
        }
        let now = desk.now();
        let e = sheet.and_then(|sheet| Some((sheet, sheet.emergencies.as_ref()?)));
        // Nothing but what was agreed on; of a sheet that is unknown the gateway's word is all there is.
        let mut roles = self.roles.clone();
        roles.retain(|role| e.is_none_or(|(_, e)| e.roles.contains(role)));
        let mut scope = engagement.approved().filter(|item| item.instance == instance.id);
        let inside = scope.any(|item| self.roles.iter().all(|role| item.roles.contains(role)));
        let doubt = doubt || roles.len() < self.roles.len() || !inside;
        let called = Called { roles, secs: self.secs.min(secs(desk)), ..self.clone() };
        let asked = called.asked(&engagement, &instance, (desk.rules().version, began));
        let f = facts(desk, &ask(&asked, Moment::Request, now, Vec::new()), now).await?;
        let zone = desk.get::<Site>(asked.site).await?.facts.zone;
        let reference = desk.next_reference(Kind::Grant).await?;
        let agreed = e.filter(|_| !doubt).map(|(sheet, e)| agreed(sheet, e));
        let of_sheet = (sheet.and_then(|sheet| sheet.issued_by.person()), e.map(|(_, e)| e.second));
        let opened = acts::emergency_cut_off(&asked, agreed, of_sheet, &f, &reference, &zone, now);
        desk.append(id, opened).await?;
        Ok(doubt)
    }
}

/// How long one lasts.
pub(super) fn secs(memory: &impl Memory) -> u32 {
    let hours = memory.rules().access.purpose_cap_hours.emergency.min(HOURS);
    u32::try_from(hours.saturating_mul(HOUR)).unwrap_or_default()
}
