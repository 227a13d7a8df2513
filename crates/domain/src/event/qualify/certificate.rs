//! Certificates: supporting evidence, never a guarantee.

use serde::{Deserialize, Serialize};

use super::{people::WithReason, words::Scheme};
use crate::{
    base::{Day, Private, ProviderId, SiteId, Text, ZoneName},
    event::expect::{Activity, Known},
};

/// What a certificate says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateFacts {
    pub provider: ProviderId,
    pub reference: String,
    pub scheme: Scheme,
    pub issuer: String,
    /// Legal entity it was issued to.
    pub entity: String,
    /// Services it covers.
    pub services: Vec<Activity>,
    /// Countries it covers, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// Sites of ours that it names.
    pub sites: Vec<SiteId>,
    /// Edition such as `IEC 62443-2-4:2023`.
    pub edition: String,
    /// Requirement ids it covers.
    pub requirements: Vec<String>,
    /// Requirement ids it leaves out.
    pub excluded: Vec<String>,
    pub from: Day,
    /// Last day, to its end in `zone`.
    pub valid_until: Day,
    pub zone: ZoneName,
    /// Scope as printed.
    pub scope_text: Private<Text>,
}

/// We asked the issuer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateVerified {
    /// Yes: confirmed. No: denied. Unknown: could not be verified.
    pub confirmed: Known,
    pub how: Private<Text>,
}

/// What happens to a certificate.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum CertificateEvent {
    #[serde(rename = "qualify.certificate.received@1")]
    Received(CertificateFacts),
    #[serde(rename = "qualify.certificate.revised@1")]
    Revised(CertificateFacts),
    #[serde(rename = "qualify.certificate.verified@1")]
    Verified(CertificateVerified),
    #[serde(rename = "qualify.certificate.revoked@1")]
    Revoked(WithReason),
}
