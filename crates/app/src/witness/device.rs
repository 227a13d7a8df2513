//! Laptops and media of a visit: brought, checked, let onto a system. One that nobody checked is refused with what
//! to do; one that was not checked for a reason is connected only with another reason, and the record shows both.

use plantgate_domain::{
    base::{InstanceId, Instant, Kind, VisitId, Why},
    event::witness::{CheckResult, DeviceBrought, DeviceChecked, DeviceConnected, DeviceKind, VisitEvent},
    witness::{
        visit::{Device, Visit},
        visit_acts as rule,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::visit::{at_the_visit, beside, named};
use crate::{
    act::Act,
    names,
    permit::hand::said,
    power::{EnterSession, May},
};

/// Most devices of one visit.
const MOST: usize = 60;

/// They bring a laptop, a medium or another device.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BringDevice {
    pub visit: String,
    pub kind: DeviceKind,
    /// Make and number, as it is written on it.
    pub label: String,
    /// What its check came to, where somebody checked it at once.
    #[serde(default)]
    pub result: Option<CheckResult>,
    /// What was found, or why nobody checked it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A device of a visit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Brought {
    pub visit: VisitId,
    pub device: Uuid,
    /// What its checks say about connecting it.
    pub admission: String,
}

impl Act for BringDevice {
    at_the_visit!("bring-device", Brought);

    async fn run(self, may: May<EnterSession>, desk: &mut Desk) -> Result<Brought, Stop> {
        let visit = named(desk, &self.visit).await?;
        let now = desk.now();
        rule::may_note(&visit, now.0, now)?;
        if visit.devices.len() >= MOST {
            return Err(Stop::field("label", Why::of("invalid-visit-many").with("most", MOST)));
        }
        let label = desk.seal(&names::text(120, "label", &self.label)?)?;
        let device = desk.new_id();
        let new = DeviceBrought { device, kind: self.kind, label };
        desk.append(visit.id, VisitEvent::DeviceBrought(new)).await?;
        if let Some(result) = self.result {
            let reason = reasoned(desk, result, self.reason.as_ref()).await?;
            let check = DeviceChecked { device, result, by: may.id()?, reason, at: now.0 };
            desk.append(visit.id, VisitEvent::DeviceChecked(check)).await?;
        }
        answer(desk, visit.id, device).await
    }
}

/// What was found or why nobody checked; only a clean device needs no words.
async fn reasoned(
    desk: &mut Desk,
    result: CheckResult,
    text: Option<&String>,
) -> Result<Option<plantgate_domain::base::Private<plantgate_domain::base::Text>>, Stop> {
    let reason = said(desk, "reason", text).await?;
    if result != CheckResult::Clean && reason.is_none() {
        return Err(Stop::field("reason", Why::of("invalid-device-reason")));
    }
    Ok(reason)
}

async fn answer(desk: &mut Desk, visit: VisitId, device: Uuid) -> Result<Brought, Stop> {
    let stands: Visit = desk.get(visit).await?;
    let admission = stands.device(device).map(|d| d.admission().as_str().to_owned()).unwrap_or_default();
    Ok(Brought { visit, device, admission })
}

/// A device by its id, or by its number on the page of the visit.
fn device<'v>(visit: &'v Visit, name: &str) -> Result<&'v Device, Stop> {
    let numbered = name.trim().parse::<usize>().ok().and_then(|n| visit.devices.get(n.checked_sub(1)?));
    let found = numbered.or_else(|| name.trim().parse().ok().and_then(|id| visit.device(id)));
    found.ok_or_else(|| Stop::field("device", Why::of("invalid-device-unknown").with("name", name.trim())))
}

/// Says what the check of a device came to.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckDevice {
    pub visit: String,
    /// Its id, or its number on the page of the visit.
    pub device: String,
    pub result: CheckResult,
    /// Who of ours checked it; absent: whoever says so.
    #[serde(default)]
    pub checked_by: Option<String>,
    /// What was found, or why nobody checked it.
    #[serde(default)]
    pub reason: Option<String>,
    /// When, if not now.
    #[serde(default)]
    pub at: Option<Instant>,
}

impl Act for CheckDevice {
    at_the_visit!("check-device", Brought);

    async fn run(self, may: May<EnterSession>, desk: &mut Desk) -> Result<Brought, Stop> {
        let visit = named(desk, &self.visit).await?;
        let at = self.at.unwrap_or(desk.now().0);
        rule::may_note(&visit, at, desk.now())?;
        let id = device(&visit, &self.device)?.id;
        let by = match beside(desk, self.checked_by.as_deref(), "checked_by").await? {
            Some(person) => person,
            None => may.id()?,
        };
        let reason = reasoned(desk, self.result, self.reason.as_ref()).await?;
        let check = DeviceChecked { device: id, result: self.result, by, reason, at };
        desk.append(visit.id, VisitEvent::DeviceChecked(check)).await?;
        answer(desk, visit.id, id).await
    }
}

/// Lets a device onto a system.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectDevice {
    pub visit: String,
    pub device: String,
    pub instance: String,
    /// Why a device that was not checked is connected all the same.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Act for ConnectDevice {
    at_the_visit!("connect-device", Brought);

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<Brought, Stop> {
        let visit = named(desk, &self.visit).await?;
        let now = desk.now();
        rule::may_note(&visit, now.0, now)?;
        let on: InstanceId = names::resolve(desk, Kind::Instance, &self.instance, "instance").await?;
        if !visit.facts.instances.contains(&on) {
            return Err(Stop::field("instance", Why::of("invalid-visit-other-system")));
        }
        let brought = device(&visit, &self.device)?;
        let reason = said(desk, "reason", self.reason.as_ref()).await?;
        brought.may_connect(reason.is_some())?;
        let (id, admission) = (brought.id, brought.admission().as_str().to_owned());
        let event = DeviceConnected { device: id, instance: on, admission, reason, at: now.0 };
        desk.append(visit.id, VisitEvent::DeviceConnected(event)).await?;
        answer(desk, visit.id, id).await
    }
}
