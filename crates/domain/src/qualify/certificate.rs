//! A certificate supports and never proves: it lifts *says* to adequate at most, and only where everything it
//! names matches what the provider does for us.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, CertificateId, Instant, Kind, Line},
    event::{
        expect::Known,
        qualify::{CertificateEvent, CertificateFacts},
    },
    rules::Rules,
    thing::{Card, Label, Thing},
};

/// A certificate as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    pub id: CertificateId,
    pub facts: CertificateFacts,
    /// Whether the issuer confirmed it.
    pub verified: Known,
    pub revoked_at: Option<Instant>,
}

impl Certificate {
    /// When it stops, by its last day or by revocation.
    pub fn ends(&self) -> Instant {
        let last = self.facts.zone.end_of(self.facts.valid_until);
        self.revoked_at.map_or(last, |r| r.min(last))
    }
    /// Whether it stands at an instant.
    pub fn valid(&self, t: Instant) -> bool {
        self.facts.zone.start_of(self.facts.from) <= t && t < self.ends()
    }
    fn word(&self, t: Instant) -> &'static str {
        match () {
            () if self.revoked_at.is_some_and(|r| r <= t) => "revoked",
            () if self.facts.zone.end_of(self.facts.valid_until) <= t => "expired",
            () if t < self.facts.zone.start_of(self.facts.from) => "not-yet",
            () => "valid",
        }
    }
}

impl Thing for Certificate {
    type Event = CertificateEvent;
    const KIND: Kind = Kind::Certificate;

    fn born(id: Uuid, e: &CertificateEvent, _at: At) -> Option<Self> {
        match e {
            CertificateEvent::Received(facts) => Some(Certificate {
                id: CertificateId(id),
                facts: facts.clone(),
                verified: Known::Unknown,
                revoked_at: None,
            }),
            CertificateEvent::Revised(_) | CertificateEvent::Verified(_) | CertificateEvent::Revoked(_) => None,
        }
    }

    fn apply(&mut self, e: &CertificateEvent, at: At) {
        match e {
            CertificateEvent::Received(facts) | CertificateEvent::Revised(facts) => {
                self.facts = facts.clone();
                self.verified = Known::Unknown;
            }
            CertificateEvent::Verified(v) => self.verified = v.confirmed,
            CertificateEvent::Revoked(_) => self.revoked_at = Some(at.at),
        }
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(format!("{} {}", self.facts.scheme, self.facts.issuer)),
            sites: self.facts.sites.clone(),
            provider: Some(self.facts.provider),
            shared: true,
            links: vec![("provider", self.facts.provider.into())],
            state: Some(match self.verified {
                Known::Yes => "verified",
                Known::No => "denied",
                Known::Unknown => "not-verified",
            }),
            ..Card::default()
        }
    }

    fn lines(&self, _rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        let zone = &self.facts.zone;
        let mut turns = vec![zone.start_of(self.facts.from), zone.end_of(self.facts.valid_until)];
        turns.extend(self.revoked_at);
        vec![("certificate", Line::of(turns, |t| self.word(t)))]
    }
}
