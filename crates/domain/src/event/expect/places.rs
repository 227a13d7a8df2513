//! Places and things: site, zone, conduit, system, instance, and how strictly rules hold at a site.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::import::Withdrawn;
use super::measures::{Compensation, CompensationBroken};
use super::words::{ConduitState, Flag, Gxp, Known, SecretKind, SightingSource, SystemKind, Validated, ZoneKind};
use crate::base::{
    AccountId, Day, EngagementId, Environment, Instant, Mode, Pattern, PersonId, Private, Role, SessionId, SiteId,
    SystemId, Text, ZoneId, ZoneName,
};
use crate::event::qualify::OwnerRole;

/// What is known of a site.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteFacts {
    /// Short name such as `BRU`.
    pub reference: String,
    pub name: String,
    pub zone: ZoneName,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// From an instant on, these checks hold this strictly at the site.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModeSet {
    /// Keys of the checks, such as `window-agreed`. The floor checks cannot be named: they always enforce.
    pub checks: Vec<String>,
    pub mode: Mode,
    pub from: Instant,
    /// OT security proposes.
    pub proposed_by: Option<PersonId>,
    /// The site manager approves; a different person.
    pub approved_by: Option<PersonId>,
    /// Why, in the approver's words; entries of the first version had none.
    pub reason: Option<Private<Text>>,
}

/// What happens to a site.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum SiteEvent {
    #[serde(rename = "expect.site.registered@1")]
    Registered(SiteFacts),
    #[serde(rename = "expect.site.revised@1")]
    Revised(SiteFacts),
    #[serde(rename = "expect.mode.set@2")]
    ModeSet(ModeSet),
    #[serde(rename = "expect.recording_days.set@1")]
    RecordingDaysSet(RecordingDaysSet),
    #[serde(rename = "expect.codes.issued@1")]
    CodesIssued(CodesIssued),
    #[serde(rename = "expect.codes.withdrawn@1")]
    CodesWithdrawn(CodesWithdrawn),
    #[serde(rename = "expect.code.used@1")]
    CodeUsed(CodeUsed),
}

/// How long recordings of sessions at a site are kept that begin from now on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingDaysSet {
    pub days: u32,
    /// Who else agreed.
    pub second: PersonId,
    pub reason: Private<Text>,
}

/// A sheet of single-use codes was issued for a gateway that stands alone: they lie at the site in a sealed envelope
/// and open sessions while the gateway cannot reach the core. What they are is computed and never stands here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodesIssued {
    pub sheet: Uuid,
    /// As the list of gateways calls it.
    pub gateway: String,
    /// How many there are, numbered from one.
    pub codes: u32,
    /// None of them opens anything from then on.
    pub until: Instant,
    pub reason: Private<Text>,
    /// What they open where nothing was approved; without it they open what was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergencies: Option<ForEmergencies>,
}

/// Codes for emergencies while a gateway is cut off: who would be called, and for what. Two of ours agreed
/// beforehand; whoever reads a code out says that this is one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForEmergencies {
    /// Its people come in, each by their own key, on its systems.
    pub engagement: EngagementId,
    pub roles: Vec<Role>,
    /// Who agreed, and in which function: somebody who may open an emergency there.
    pub second: PersonId,
    pub function: OwnerRole,
}

/// No code of the sheet opens anything any more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodesWithdrawn {
    pub sheet: Uuid,
    pub reason: Private<Text>,
}

/// A code opened a session while the gateway could not reach the core.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeUsed {
    pub sheet: Uuid,
    /// Which one, from one.
    pub number: u32,
    pub session: SessionId,
}

/// What is known of a zone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneFacts {
    pub site: SiteId,
    /// Reference such as `BZ5`.
    pub reference: String,
    pub name: String,
    pub kind: ZoneKind,
    /// Ways in that are allowed here; `None` means nobody has said, which passes no gate.
    pub patterns: Option<Vec<Pattern>>,
}

/// What happens to a zone.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum ZoneEvent {
    #[serde(rename = "expect.zone.registered@1")]
    Registered(ZoneFacts),
    #[serde(rename = "expect.zone.revised@1")]
    Revised(ZoneFacts),
}

/// What is known of a conduit: it joins two zones of one site.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConduitFacts {
    pub site: SiteId,
    pub a: ZoneId,
    pub b: ZoneId,
    pub state: ConduitState,
    /// Day until which our last review of it stands; past it the finding is ours.
    pub review_due: Option<Day>,
}

/// What happens to a conduit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum ConduitEvent {
    #[serde(rename = "expect.conduit.registered@1")]
    Registered(ConduitFacts),
    #[serde(rename = "expect.conduit.revised@1")]
    Revised(ConduitFacts),
}

/// What is known of a system, over all its environments.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemFacts {
    /// Reference such as `BMS-B61`.
    pub reference: String,
    pub name: String,
    pub kind: SystemKind,
    pub site: SiteId,
    /// System owner: answers for it and co-approves on it.
    pub owner: Option<PersonId>,
    /// Whether a change costs a requalification.
    pub requalification: Known,
    pub support_ends: Option<Day>,
}

/// What happens to a system.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum SystemEvent {
    #[serde(rename = "expect.system.registered@1")]
    Registered(SystemFacts),
    #[serde(rename = "expect.system.revised@1")]
    Revised(SystemFacts),
    #[serde(rename = "expect.system.withdrawn@1")]
    Withdrawn(Withdrawn),
}

/// What an instance can do for security; a *no* is our limit, never a provider's fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    pub named_users: Known,
    pub mfa: Known,
    pub logs: Known,
    pub recording: Known,
    pub file_control: Known,
}
impl Capabilities {
    /// Nobody has said anything yet.
    pub const UNKNOWN: Capabilities = Capabilities {
        named_users: Known::Unknown,
        mfa: Known::Unknown,
        logs: Known::Unknown,
        recording: Known::Unknown,
        file_control: Known::Unknown,
    };
}

/// What is known of an instance: a system in one environment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceFacts {
    pub system: SystemId,
    pub site: SiteId,
    /// `None`: imported without a zone and nobody has said.
    pub zone: Option<ZoneId>,
    pub environment: Option<Environment>,
    /// Reference such as `BMS-B61` or `DCS-B01-T`.
    pub reference: String,
    pub name: String,
    pub validated: Option<Validated>,
    /// `None` when nobody has said; empty when somebody said none apply.
    pub flags: Option<Vec<Flag>>,
    /// Stated impact; without it the validated status stands in (`defaults.md` §2.3).
    pub gxp: Option<Gxp>,
    pub capabilities: Capabilities,
    /// Limits of the instance in people's words.
    pub limitations: Vec<Private<Text>>,
    /// Roles that exist on it; empty means all.
    pub roles: Vec<Role>,
}

/// What a machine saw of an instance. It stands beside what people said and never replaces it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sighting {
    pub source: SightingSource,
    /// What the device was told apart by, such as `mac 00:1A:2B:3C:4D:5E`.
    pub key: String,
    /// Digest of the file that says so.
    pub file: Option<String>,
    /// When it was seen, where the file says so.
    pub seen: Option<Instant>,
    pub name: Option<String>,
    pub mac: Option<String>,
    pub addresses: Vec<String>,
    pub vendor: Option<String>,
    pub product: Option<String>,
    pub serial: Option<String>,
    pub os: Option<String>,
    pub services: Vec<String>,
    /// How many parts a bill of materials has.
    pub parts: Option<u32>,
}

/// What happens to an instance.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum InstanceEvent {
    #[serde(rename = "expect.instance.registered@1")]
    Registered(InstanceFacts),
    #[serde(rename = "expect.instance.revised@1")]
    Revised(InstanceFacts),
    #[serde(rename = "expect.instance.validation_set@1")]
    ValidationSet(ValidationSet),
    #[serde(rename = "expect.compensation.set@1")]
    CompensationSet(Compensation),
    #[serde(rename = "expect.compensation.broken@1")]
    CompensationBroken(CompensationBroken),
    #[serde(rename = "expect.instance.withdrawn@1")]
    Withdrawn(Withdrawn),
    #[serde(rename = "expect.instance.seen@1")]
    Seen(Box<Sighting>),
    #[serde(rename = "expect.instance.endpoint_pinned@1")]
    EndpointPinned(Endpoint),
    #[serde(rename = "expect.instance.endpoint_unpinned@1")]
    EndpointUnpinned(EndpointUnpinned),
    #[serde(rename = "expect.login_secret.put@1")]
    SecretPut(SecretPut),
    #[serde(rename = "expect.login_secret.shown@1")]
    SecretShown(SecretShown),
    #[serde(rename = "expect.login_secret.refused@1")]
    SecretRefused(SecretRefused),
    #[serde(rename = "expect.login_secret.removed@1")]
    SecretRemoved(SecretRemoved),
}

/// Where the gateway reaches it, and by which key it knows it. There is no trust on first use (access.md, *host keys*).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Name or address.
    pub host: String,
    pub port: u16,
    /// Whom the gateway logs in as; its certificates name no other.
    pub login: String,
    /// Kind and public key, as `ssh-keyscan` prints them behind the host.
    pub host_key: String,
    /// Further ports of the same host, to which people's own tools may be led.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forwards: Vec<u16>,
    /// The shared account of the system that this login is: each session has it handed out, and only one person at a
    /// time has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
}

/// The gateway leads there no more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointUnpinned {
    pub host: String,
    pub port: u16,
}

/// What lets the gateway in there was put into the vault, for the endpoint as it is pinned. Nobody who comes in sees
/// it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretPut {
    pub kind: SecretKind,
    /// Of a key its public half, for the system's own list.
    pub public: Option<String>,
    /// The secret, sealed by the keyring of this house.
    pub seal: Private<Text>,
    /// It is the password that lay there before: whoever knew it knows it.
    #[serde(default)]
    pub same: bool,
}

/// Somebody of ours was shown a password of the vault: they know it until it is another one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretShown {
    pub reason: Private<Text>,
}

/// The system did not take what lay in the vault. It is not tried again, because many systems close an account that
/// somebody fails at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretRefused {
    pub session: SessionId,
}

/// It is destroyed, by somebody's word or because the endpoint it was for is another one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretRemoved {}

/// QA moved the validated status.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationSet {
    pub status: Validated,
    /// Deviation or document number.
    pub reference: Option<String>,
}
