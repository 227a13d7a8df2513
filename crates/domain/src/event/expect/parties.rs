//! The organisation, its rules and catalogue, the providers and what was agreed with them.

use serde::{Deserialize, Serialize};

use super::words::{ContactKind, ErasureGround, Known, ProviderKind};
use super::{
    import::Withdrawn,
    people_ask::{PeopleAnswered, PeopleAskClosed, PeopleAsked, PeopleConfirmed},
    trail::{TrailLooked, TrailReviewed},
};
use crate::base::{Day, Instant, PersonId, Private, ProviderId, Ref, Slot, Text};

/// What the organisation begins with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationFounded {
    pub name: String,
    /// Demo data may move its clock and shows a banner; real data never may. Fixed for ever.
    pub demo: bool,
    /// Language of the owner's pages, BCP 47.
    pub language: String,
}

/// A new name of the organisation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationRenamed {
    pub name: String,
}

/// While nobody believed the clock, a person named the instant they hold for right.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockNamed {
    /// The instant as the person knows it from elsewhere.
    pub instant: Instant,
    /// What the machine's clock showed; the entry itself bears reckoned time.
    pub shown: Instant,
    pub reason: Private<Text>,
}

/// A second person named it too: the clock is believed from here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockConfirmed {
    /// Who named it first.
    pub first: PersonId,
    pub named: ClockNamed,
}

/// Private values of an object were destroyed: what stays is that it was done, by whom and why. The commitments in the
/// entries are noise from then on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextErased {
    /// Whose values they were.
    pub of: Ref,
    pub slots: Vec<Slot>,
    pub ground: ErasureGround,
    /// The second person who agreed.
    pub second: PersonId,
}

/// What else was wished for in a pack, so that it can be made again with the same bytes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackWish {
    /// Which private values: `nothing`, `names` or `everything`.
    pub disclose: String,
    pub evidence: bool,
    /// Language of its report.
    pub language: String,
}

/// A part of the record left the house as an audit pack: what, how much of it was private, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackMade {
    /// Digest of the whole file.
    pub sha256: String,
    /// Size of the tree its proofs lead to.
    pub size: u64,
    /// `from..until` for a pack that proves nothing is missing; `None` for a selection.
    pub range: Option<(u64, u64)>,
    pub entries: u64,
    /// Private values disclosed in it.
    pub disclosed: u64,
    /// Pieces of evidence in it.
    pub evidence: u64,
    /// What was asked for, as kinds and references.
    pub about: Vec<String>,
    /// For whom and what for.
    pub reason: Private<Text>,
    /// Not known of packs that were made before it was asked for.
    pub wish: Option<PackWish>,
}

/// Who outside vouches for the heads of the record, and how many of them must have vouched for one before it counts as
/// witnessed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CosignersNamed {
    /// Their keys as text (C2SP signed-note, type 4): machines or offices, never people.
    pub keys: Vec<String>,
    /// 0 with no keys: the record is not externally witnessed.
    pub quorum: u32,
    pub reason: Private<Text>,
}

/// This record is an older copy that was restored under a newer head somebody outside had vouched for: from here on it
/// is a log of its own, which says where it parted from the old one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordRestored {
    /// The log it was.
    pub old: OldHead,
    /// Name of the log it is from here on.
    pub origin: String,
    /// Key of that log, as text.
    pub key: String,
    /// The second person who agreed.
    pub second: PersonId,
    pub reason: Private<Text>,
}

/// The log's key handed over to another one: heads behind this entry are signed by that.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRotated {
    /// The new key as text.
    pub key: String,
    /// The statement that both keys signed: whom to, and which head was the last of the old one.
    pub note: String,
    /// The second person who agreed.
    pub second: PersonId,
    pub reason: Private<Text>,
}

/// The last head of a log that others hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OldHead {
    pub origin: String,
    pub size: u64,
    /// In hexadecimal digits.
    pub root: String,
}

/// What happens to the organisation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum OrganisationEvent {
    #[serde(rename = "expect.organisation.founded@1")]
    Founded(OrganisationFounded),
    #[serde(rename = "expect.organisation.renamed@1")]
    Renamed(OrganisationRenamed),
    #[serde(rename = "expect.clock.named@1")]
    ClockNamed(ClockNamed),
    #[serde(rename = "expect.clock.confirmed@1")]
    ClockConfirmed(ClockConfirmed),
    #[serde(rename = "expect.text.erased@1")]
    TextErased(TextErased),
    #[serde(rename = "expect.pack.made@2")]
    PackMade(PackMade),
    #[serde(rename = "expect.trail.looked@1")]
    TrailLooked(TrailLooked),
    #[serde(rename = "expect.trail.reviewed@2")]
    TrailReviewed(TrailReviewed),
    #[serde(rename = "expect.cosigners.named@1")]
    CosignersNamed(CosignersNamed),
    #[serde(rename = "expect.key.rotated@1")]
    KeyRotated(KeyRotated),
    #[serde(rename = "expect.record.restored@1")]
    RecordRestored(RecordRestored),
}

/// One file of a rules version. The text stands in the entry, so that as-of needs nothing else.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesAdopted {
    /// File name such as `standing.toml`.
    pub file: String,
    pub version: u32,
    pub text: String,
}

/// Who stands behind a version: one proposed it, another approved it, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesApproved {
    pub version: u32,
    pub proposed_by: PersonId,
    pub approved_by: PersonId,
    pub reason: Private<Text>,
}

/// What happens to the rules of the house.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum RulebookEvent {
    #[serde(rename = "expect.rules.adopted@1")]
    Adopted(RulesAdopted),
    #[serde(rename = "expect.rules.approved@1")]
    Approved(RulesApproved),
}

/// A catalogue edition that requirements are named by; immutable once used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueAdopted {
    /// Edition such as `IEC 62443-2-4:2023`.
    pub edition: String,
    /// SHA-256 of the catalogue file, 64 hexadecimal digits.
    pub sha256: String,
    /// Number of requirements in it.
    pub count: u32,
}

/// What happens to a catalogue.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum CatalogueEvent {
    #[serde(rename = "expect.catalogue.adopted@1")]
    Adopted(CatalogueAdopted),
}

/// How to reach somebody at a provider.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub kind: ContactKind,
    /// Name, number or address.
    pub how: Private<Text>,
}

/// What is known of a service provider.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderFacts {
    /// Reference such as `P-09`.
    pub reference: String,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub kinds: Vec<ProviderKind>,
    /// BCP 47, the first is the portal's.
    pub languages: Vec<String>,
    pub contacts: Vec<Contact>,
    /// Whether somebody else could do its work.
    pub substitute: Known,
}
impl ProviderFacts {
    /// A provider of which only reference, name and country are known.
    pub fn new(reference: &str, name: &str, country: &str) -> Self {
        ProviderFacts {
            reference: reference.to_owned(),
            name: name.to_owned(),
            country: country.to_owned(),
            kinds: Vec::new(),
            languages: Vec::new(),
            contacts: Vec::new(),
            substitute: Known::Unknown,
        }
    }
}

/// Another spelling of its name, by a person's decision: the next sheet that has it means this provider.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderAlias {
    pub name: String,
}

/// What happens to a provider.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum ProviderEvent {
    #[serde(rename = "expect.provider.registered@1")]
    Registered(ProviderFacts),
    #[serde(rename = "expect.provider.revised@1")]
    Revised(ProviderFacts),
    #[serde(rename = "expect.provider.alias_given@1")]
    AliasGiven(ProviderAlias),
    #[serde(rename = "expect.provider.alias_taken@1")]
    AliasTaken(ProviderAlias),
    #[serde(rename = "expect.provider.withdrawn@1")]
    Withdrawn(Withdrawn),
    #[serde(rename = "expect.people.asked@1")]
    PeopleAsked(PeopleAsked),
    #[serde(rename = "expect.people.answered@1")]
    PeopleAnswered(PeopleAnswered),
    #[serde(rename = "expect.people.confirmed@1")]
    PeopleConfirmed(PeopleConfirmed),
    #[serde(rename = "expect.people.ask_closed@1")]
    PeopleAskClosed(PeopleAskClosed),
}

/// One clause. Its words are human text; what the rule reads stands beside them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Number in the contract, for instance `6.2`.
    pub number: String,
    pub text: Private<Text>,
    /// Requirement ids such as `SP.09.02 BR`.
    pub requirements: Vec<String>,
    /// Keys of obligations it is the basis of, such as `user-list`.
    pub obligations: Vec<String>,
    /// What must come out, in people's words.
    pub output: Option<Private<Text>>,
    /// How it is measured, in people's words.
    pub measure: Option<Private<Text>>,
    /// A person attests that output or measure has criteria.
    pub testable: bool,
    /// An unresolved vague word was found.
    pub vague: bool,
}

/// What was agreed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementFacts {
    pub provider: ProviderId,
    /// Reference such as `MSA-0071`.
    pub reference: String,
    pub name: String,
    pub from: Day,
    /// Last day in force; `None` runs until ended.
    pub until: Option<Day>,
    pub clauses: Vec<Clause>,
}

/// Both sides signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementSigned {
    pub day: Day,
}

/// It ended before its time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementEnded {
    /// Last day in force.
    pub day: Day,
}

/// What happens to an agreement. A revision of what was signed needs a new signature.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum AgreementEvent {
    #[serde(rename = "expect.agreement.drafted@1")]
    Drafted(AgreementFacts),
    #[serde(rename = "expect.agreement.revised@1")]
    Revised(AgreementFacts),
    #[serde(rename = "expect.agreement.signed@1")]
    Signed(AgreementSigned),
    #[serde(rename = "expect.agreement.ended@1")]
    Ended(AgreementEnded),
    #[serde(rename = "expect.agreement.withdrawn@1")]
    Withdrawn(Withdrawn),
}
