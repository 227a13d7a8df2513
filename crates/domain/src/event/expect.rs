//! Events of *expect*: what we ask of whom, where.

use serde::{Deserialize, Serialize};

use crate::base::ZoneName;

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

/// What happens to a site.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum SiteEvent {
    #[serde(rename = "expect.site.registered@1")]
    Registered(SiteFacts),
    #[serde(rename = "expect.site.revised@1")]
    Revised(SiteFacts),
}

/// What is known of a service provider.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderFacts {
    /// Reference such as `P-09`.
    pub reference: String,
    pub name: String,
    pub country: String,
}

/// What happens to a provider.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum ProviderEvent {
    #[serde(rename = "expect.provider.registered@1")]
    Registered(ProviderFacts),
    #[serde(rename = "expect.provider.revised@1")]
    Revised(ProviderFacts),
}
