//! A certificate supports and never proves: it lifts *says* to adequate at most, and only where everything it
//! names matches what the provider does for us.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, CertificateId, Instant, Kind, Line, Now, SiteId},
    event::{
        expect::{Activity, Known},
        qualify::{CertificateEvent, CertificateFacts, Scheme},
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

/// What a provider does for us, as far as a certificate can match it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Service<'a> {
    /// Legal name of the provider.
    pub entity: &'a str,
    pub activities: &'a [Activity],
    pub site: SiteId,
    /// Country of the site, ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// Edition our catalogue pins.
    pub edition: &'a str,
    /// Requirement ids in question.
    pub requirements: &'a [String],
}

/// Why a certificate does not speak to a service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mismatch {
    /// About a product or another subject: it does not show how a service is delivered (G7b).
    Scheme,
    /// The issuer did not confirm it, or was not asked.
    NotVerified,
    /// Not yet, no longer, or revoked.
    NotValid,
    Entity,
    Edition,
    Place,
    /// An activity of ours that it leaves out.
    Activity(Activity),
}

/// What a certificate comes to for a service.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Support {
    /// Requirements whose *says* it may lift; empty as soon as anything mismatches.
    pub requirements: Vec<String>,
    pub mismatches: Vec<Mismatch>,
    /// Requirements in question that it does not cover or leaves out.
    pub uncovered: Vec<String>,
}

/// a certificate supports only where scheme, issuer's word, time, entity, edition, place and every activity of
/// ours match.
pub fn supports(c: &Certificate, s: &Service<'_>, now: Now) -> Support {
    let f = &c.facts;
    let placed = f.sites.contains(&s.site) || f.countries.iter().any(|x| x == s.country);
    let checks = [
        (f.scheme == Scheme::Services, Mismatch::Scheme),
        (c.verified == Known::Yes, Mismatch::NotVerified),
        (c.valid(now.0), Mismatch::NotValid),
        (f.entity == s.entity, Mismatch::Entity),
        (f.edition == s.edition, Mismatch::Edition),
        (placed, Mismatch::Place),
    ];
    let mut mismatches: Vec<Mismatch> = checks.into_iter().filter(|(ok, _)| !ok).map(|(_, m)| m).collect();
    mismatches.extend(s.activities.iter().filter(|a| !f.services.contains(a)).map(|a| Mismatch::Activity(*a)));
    let covered = |id: &&String| f.requirements.contains(id) && !f.excluded.contains(id);
    let requirements =
        if mismatches.is_empty() { s.requirements.iter().filter(covered).cloned().collect() } else { Vec::new() };
    let uncovered = s.requirements.iter().filter(|id| !covered(id)).cloned().collect();
    Support { requirements, mismatches, uncovered }
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::base::{Commit, Private, ProviderId, Slot, ZoneName};

    fn certificate(scheme: Scheme) -> Certificate {
        let facts = CertificateFacts {
            provider: ProviderId(Uuid::from_u128(1)),
            reference: "CRT-0004".into(),
            scheme,
            issuer: "Norvale Cert".into(),
            entity: "Kestrel Process Automation GmbH".into(),
            services: vec![Activity::Integration],
            countries: vec!["DE".into(), "FR".into()],
            sites: vec![],
            edition: "IEC 62443-2-4:2023".into(),
            requirements: vec!["SP.07.02 BR".into(), "SP.09.02 BR".into()],
            excluded: vec!["SP.09.02 BR".into()],
            from: "2025-01-01".parse().unwrap(),
            valid_until: "2027-12-31".parse().unwrap(),
            zone: ZoneName::utc(),
            scope_text: Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(2))),
        };
        Certificate { id: CertificateId(Uuid::from_u128(4)), facts, verified: Known::Yes, revoked_at: None }
    }
    fn ask(c: &Certificate, country: &str, activities: &[Activity], at: &str) -> Support {
        let requirements = ["SP.07.02 BR".to_owned(), "SP.09.02 BR".to_owned()];
        let service = Service {
            entity: "Kestrel Process Automation GmbH",
            activities,
            site: SiteId(Uuid::from_u128(3)),
            country,
            edition: "IEC 62443-2-4:2023",
            requirements: &requirements,
        };
        supports(c, &service, Now(at.parse().unwrap()))
    }

    #[test]
    fn it_supports_only_where_everything_matches() {
        let c = certificate(Scheme::Services);
        let now = "2026-11-16T07:30:00Z";
        let inside = ask(&c, "DE", &[Activity::Integration], now);
        assert_eq!(inside.requirements, ["SP.07.02 BR"]);
        assert_eq!((inside.mismatches.len(), inside.uncovered), (0, vec!["SP.09.02 BR".to_owned()]));
        // "integration, EMEA" for maintenance in the US
        let outside = ask(&c, "US", &[Activity::Maintenance], now);
        assert_eq!(outside.mismatches, [Mismatch::Place, Mismatch::Activity(Activity::Maintenance)]);
        assert_eq!(outside.requirements, [] as [String; 0]);
        // expiry and revocation take effect by the clock
        assert_eq!(ask(&c, "DE", &[Activity::Integration], "2028-01-01T00:00:00Z").mismatches, [Mismatch::NotValid]);
        // G7b: a certificate of a product shows nothing about a service
        let product = ask(&certificate(Scheme::Product), "DE", &[Activity::Integration], now);
        assert_eq!((product.requirements.len(), product.mismatches), (0, vec![Mismatch::Scheme]));
    }
}
