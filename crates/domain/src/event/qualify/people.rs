//! People of both sides: who they are stays private, what they may and have shown does not.

use serde::{Deserialize, Serialize};

use super::{
    token::{ServiceHandedOver, ServiceMade, TokenMade, TokenRevoked},
    words::{KeyKind, NoticeKind, OwnerRole, ProviderRole},
};
use crate::{
    base::{
        Day, EngagementId, Instant, Private, ProviderId, Ref, SignFailure, SignMeaning, SiteId, Text, Tier, ZoneName,
    },
    event::expect::{Known, Withdrawn},
};

/// Nothing more to say; written as an empty object, because every event has data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Whose person somebody is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", content = "id", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Employer {
    Owner,
    Provider(ProviderId),
}

/// What is known of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonFacts {
    pub employer: Employer,
    /// A number of the owner's choice; never made from a name.
    pub reference: Option<String>,
    /// What the person signs in with.
    pub handle: Private<Text>,
    pub name: Private<Text>,
    /// Key for people's order; made from the name, so as private as it.
    pub sort: Private<Text>,
    pub provider_roles: Vec<ProviderRole>,
    pub key_person: bool,
}

/// A role of ours, at one site or at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleAt {
    pub role: OwnerRole,
    /// `None`: at every site.
    pub site: Option<SiteId>,
}

/// Identity was checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityVerified {
    /// Last day it holds, in the zone of the site in question.
    pub until: Day,
}

/// Second factor as stated for the person and for the way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MfaSet {
    pub on_path: Known,
    pub on_person: Known,
}

/// A training or acknowledgement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRecorded {
    /// Key such as `site-rules`.
    pub key: String,
    /// The site it is for; `None` for all.
    pub site: Option<SiteId>,
    /// Last day it holds, in the zone of the site in question.
    pub valid_until: Day,
}

/// Why somebody was suspended or taken back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithReason {
    pub reason: Private<Text>,
}

/// An engagement at a site that something touches, with what dates there need.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Touches {
    pub engagement: EngagementId,
    pub site: SiteId,
    pub zone: ZoneName,
    /// Tier then; frozen.
    pub tier: Tier,
}

/// A provider told us that somebody came, moved or left. Why somebody left is never stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeReceived {
    pub kind: NoticeKind,
    pub effective_at: Instant,
    pub notified_at: Instant,
    /// Whose duty the notice was; only a provider's lateness counts.
    pub party: crate::base::Party,
    pub touches: Vec<Touches>,
}

/// The provider attested its list of people anew; a late notice is cleared by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeCleared {
    pub engagement: EngagementId,
    pub site: SiteId,
}

/// A notice was a mistake: somebody else was meant, or nobody leaves. What ended because of it stays ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeWithdrawn {
    pub kind: NoticeKind,
    /// Names the notice together with its kind.
    pub effective_at: Instant,
    pub reason: Private<Text>,
}

/// A public key of the person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyAdded {
    pub kind: KeyKind,
    /// Fingerprint that names it, for instance `SHA256:…`.
    pub fingerprint: String,
    /// The public half in its own text form.
    pub public: String,
}

/// A key is no longer the person's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRemoved {
    pub fingerprint: String,
}

/// Somebody tried to sign as this person and did not prove to be them. Nothing was signed and nothing else changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureFailed {
    /// Name of the act that was not done.
    pub act: String,
    pub meaning: SignMeaning,
    /// What would have been signed; absent: what the act would have made.
    pub on: Option<Ref>,
    pub why: SignFailure,
}

/// Somebody else ended sign-in sessions of the person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedOut {
    /// Every session, or the one that was chosen.
    pub every: bool,
}

/// The person has new recovery codes, numbered from 1; those before are worth nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryMade {
    /// Keyed, over the digests of all of them in order.
    pub fingerprint: String,
    pub codes: u32,
}

/// The person signed in or proved themselves with a recovery code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryUsed {
    /// Its number.
    pub code: u32,
}

/// The counter of a passkey did not go on: there may be a copy of it (WebAuthn Level 3 §6.1.1). Nobody came in by it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasskeyDoubted {
    pub fingerprint: String,
}

/// What happens to a person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum PersonEvent {
    #[serde(rename = "qualify.person.invited@1")]
    Invited(PersonFacts),
    #[serde(rename = "qualify.person.revised@1")]
    Revised(PersonFacts),
    #[serde(rename = "qualify.person.activated@1")]
    Activated(Nothing),
    #[serde(rename = "qualify.person.suspended@1")]
    Suspended(WithReason),
    #[serde(rename = "qualify.person.resumed@1")]
    Resumed(WithReason),
    #[serde(rename = "qualify.role.given@1")]
    RoleGiven(RoleAt),
    #[serde(rename = "qualify.role.taken@1")]
    RoleTaken(RoleAt),
    #[serde(rename = "qualify.identity.verified@1")]
    IdentityVerified(IdentityVerified),
    #[serde(rename = "qualify.mfa.set@1")]
    MfaSet(MfaSet),
    #[serde(rename = "qualify.training.recorded@1")]
    TrainingRecorded(TrainingRecorded),
    #[serde(rename = "qualify.notice.received@1")]
    NoticeReceived(NoticeReceived),
    #[serde(rename = "qualify.notice.cleared@1")]
    NoticeCleared(NoticeCleared),
    #[serde(rename = "qualify.notice.withdrawn@1")]
    NoticeWithdrawn(NoticeWithdrawn),
    #[serde(rename = "qualify.key.added@1")]
    KeyAdded(KeyAdded),
    #[serde(rename = "qualify.key.removed@1")]
    KeyRemoved(KeyRemoved),
    #[serde(rename = "qualify.passkey.doubted@1")]
    PasskeyDoubted(PasskeyDoubted),
    #[serde(rename = "qualify.signature.failed@1")]
    SignatureFailed(SignatureFailed),
    #[serde(rename = "qualify.sign_in.ended@1")]
    SignedOut(SignedOut),
    #[serde(rename = "qualify.recovery.made@1")]
    RecoveryMade(RecoveryMade),
    #[serde(rename = "qualify.recovery.used@1")]
    RecoveryUsed(RecoveryUsed),
    #[serde(rename = "qualify.token.made@1")]
    TokenMade(TokenMade),
    #[serde(rename = "qualify.token.revoked@1")]
    TokenRevoked(TokenRevoked),
    #[serde(rename = "qualify.service.made@1")]
    ServiceMade(ServiceMade),
    #[serde(rename = "qualify.service.handed_over@1")]
    ServiceHandedOver(ServiceHandedOver),
    #[serde(rename = "qualify.person.withdrawn@1")]
    Withdrawn(Withdrawn),
}
