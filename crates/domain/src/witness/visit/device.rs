//! A laptop or medium somebody brings. Whether it may be connected follows from its last check; one that nobody checked
//! never passes (R-02: connecting it is network access).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, InstanceId, Instant, PersonId, Private, Refusal, Text, level::words},
    event::witness::{CheckResult, DeviceBrought, DeviceChecked, DeviceConnected, DeviceKind},
};

words! {
    /// What a device's checks say about connecting it.
    Admission { Clean = "clean", NotChecked = "not-checked", Refused = "refused", Unchecked = "unchecked" }
}

/// A check with who entered it and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    pub result: CheckResult,
    pub by: PersonId,
    pub reason: Option<Private<Text>>,
    pub at: Instant,
    pub recorded: Instant,
}

/// Where it was connected, and what stood about it then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connected {
    pub instance: InstanceId,
    pub admission: String,
    pub reason: Option<Private<Text>>,
    pub at: Instant,
    pub recorded: Instant,
    pub entered_by: Option<PersonId>,
}

/// A device as its events left it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    pub id: Uuid,
    pub kind: DeviceKind,
    pub label: Private<Text>,
    /// In order; the last one stands.
    pub checks: Vec<Check>,
    pub connected: Vec<Connected>,
}

impl Device {
    pub(super) fn new(e: &DeviceBrought) -> Device {
        Device { id: e.device, kind: e.kind, label: e.label.clone(), checks: Vec::new(), connected: Vec::new() }
    }

    pub(super) fn checked(&mut self, e: &DeviceChecked, at: At) {
        let (result, by, reason) = (e.result, e.by, e.reason.clone());
        self.checks.push(Check { result, by, reason, at: e.at, recorded: at.at });
    }

    pub(super) fn connected(&mut self, e: &DeviceConnected, at: At) {
        self.connected.push(Connected {
            instance: e.instance,
            admission: e.admission.clone(),
            reason: e.reason.clone(),
            at: e.at,
            recorded: at.at,
            entered_by: at.by.person(),
        });
    }

    /// What its last check says.
    pub fn admission(&self) -> Admission {
        match self.checks.last().map(|c| c.result) {
            Some(CheckResult::Clean) => Admission::Clean,
            Some(CheckResult::Refused) => Admission::Refused,
            Some(CheckResult::NotChecked) => Admission::NotChecked,
            None => Admission::Unchecked,
        }
    }

    /// Whether it may be connected. A clean one may; one that was not checked for a reason may only for another reason
    /// that somebody of ours gives; silence and a refusal never pass.
    pub fn may_connect(&self, reasoned: bool) -> Result<(), Refusal> {
        match (self.admission(), reasoned) {
            (Admission::Clean, _) | (Admission::NotChecked, true) => Ok(()),
            (Admission::NotChecked, false) => Err(Refusal::new("R-02", "refuse-device-not-checked")),
            (Admission::Refused, _) => Err(Refusal::new("R-02", "refuse-device-refused")),
            (Admission::Unchecked, _) => Err(Refusal::new("R-02", "refuse-device-unchecked")),
        }
    }
}
