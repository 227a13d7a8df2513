//! What happens around a visit: who comes, with which devices, who is beside them, how a system was found and left.
//! Times are when it happened; the entry says when it was recorded.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::{
    EngagementId, InstanceId, Instant, PersonId, Private, ProviderId, SiteId, Text, Window, level::words,
};

words! {
    /// What somebody brings that could be connected.
    DeviceKind { Laptop = "laptop", Media = "media", Other = "other" }
}
words! {
    /// What a check of a device came to.
    CheckResult { Clean = "clean", Refused = "refused", NotChecked = "not-checked" }
}
words! {
    /// When a system was looked at: before the work or behind it.
    AsOf { Found = "found", Left = "left" }
}
words! {
    /// What the record of a visit may lack.
    Lack { People = "people", Systems = "systems", Attendant = "attendant", CheckIn = "check-in", Check = "check",
           Found = "found", Left = "left" }
}

/// A visit is planned, or somebody stands at the gate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitAnnounced {
    pub reference: String,
    pub site: SiteId,
    pub provider: ProviderId,
    pub engagement: Option<EngagementId>,
    /// Systems they come for.
    pub instances: Vec<InstanceId>,
    /// When they are expected; `None` for somebody who walked in.
    pub planned: Option<Window>,
    pub attendant: Option<PersonId>,
    /// Who is called when the attendant misses a check-in.
    pub deputy: Option<PersonId>,
    pub purpose: Option<Private<Text>>,
}

/// Somebody comes with them: known to the record, or a name and nothing more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitorNamed {
    pub visitor: Uuid,
    pub person: Option<PersonId>,
    pub name: Option<Private<Text>>,
}

/// They come for more systems than was said first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitSystemsNamed {
    pub instances: Vec<InstanceId>,
}

/// They bring a device.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceBrought {
    pub device: Uuid,
    pub kind: DeviceKind,
    /// Make and number, as it is written on it.
    pub label: Private<Text>,
}

/// Somebody checked a device, or said why nobody did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceChecked {
    pub device: Uuid,
    pub result: CheckResult,
    /// Who did the check; who entered it says the entry.
    pub by: PersonId,
    pub reason: Option<Private<Text>>,
    pub at: Instant,
}

/// A device was let onto a system (R-02: that is network access).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceConnected {
    pub device: Uuid,
    pub instance: InstanceId,
    /// What stood about the device at that moment.
    pub admission: String,
    /// Why it was connected without a clean check.
    pub reason: Option<Private<Text>>,
    pub at: Instant,
}

/// Somebody of ours is to be beside them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitAttendantNamed {
    pub attendant: PersonId,
    pub deputy: Option<PersonId>,
}

/// Somebody of ours is beside them now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitAttended {
    pub attendant: PersonId,
    pub at: Instant,
}

/// A file that belongs to what was written down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotedFile {
    pub sha256: String,
    pub bytes: u64,
    pub media: String,
    pub file_name: Private<Text>,
}

/// How a system was found or left.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateNoted {
    pub of: AsOf,
    pub instance: InstanceId,
    pub text: Private<Text>,
    pub file: Option<NotedFile>,
    pub at: Instant,
}

/// They came, or they went.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitMoved {
    pub at: Instant,
}

/// One thing the record lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    pub what: Lack,
    pub instance: Option<InstanceId>,
    pub device: Option<Uuid>,
}

/// The record of the visit is closed; what it lacks is named.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitClosed {
    pub missing: Vec<Missing>,
    /// Why it is closed without.
    pub reason: Option<Private<Text>>,
}

/// They do not come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitCalledOff {
    pub reason: Option<Private<Text>>,
}

/// What happens to a visit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum VisitEvent {
    #[serde(rename = "witness.visit.announced@1")]
    Announced(VisitAnnounced),
    #[serde(rename = "witness.visit.visitor.named@1")]
    VisitorNamed(VisitorNamed),
    #[serde(rename = "witness.visit.systems.named@1")]
    SystemsNamed(VisitSystemsNamed),
    #[serde(rename = "witness.visit.device.brought@1")]
    DeviceBrought(DeviceBrought),
    #[serde(rename = "witness.visit.device.checked@1")]
    DeviceChecked(DeviceChecked),
    #[serde(rename = "witness.visit.device.connected@1")]
    DeviceConnected(DeviceConnected),
    #[serde(rename = "witness.visit.attendant.named@1")]
    AttendantNamed(VisitAttendantNamed),
    #[serde(rename = "witness.visit.attended@1")]
    Attended(VisitAttended),
    #[serde(rename = "witness.visit.arrived@1")]
    Arrived(VisitMoved),
    #[serde(rename = "witness.visit.state.noted@1")]
    StateNoted(StateNoted),
    #[serde(rename = "witness.visit.left@1")]
    Left(VisitMoved),
    #[serde(rename = "witness.visit.closed@1")]
    Closed(VisitClosed),
    #[serde(rename = "witness.visit.called.off@1")]
    CalledOff(VisitCalledOff),
}
