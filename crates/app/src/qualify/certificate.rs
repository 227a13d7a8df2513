//! Certificates are recorded and checked with their issuer. They support and never prove.

use plantgate_domain::{
    base::{CertificateId, Day, Kind, ProviderId, SiteId, Why, ZoneName},
    event::{
        expect::{Activity, Known},
        qualify::{CertificateEvent, CertificateFacts, CertificateVerified, Scheme},
    },
    qualify::certificate::Certificate,
};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{KeepCertificates, May, Place},
    registered::{Registered, kept},
};

/// Records a certificate, or revises the one with that reference; a revision has to be verified anew.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordCertificate {
    /// Absent: the next of ours.
    #[serde(default)]
    pub reference: Option<String>,
    pub provider: String,
    pub scheme: Scheme,
    pub issuer: String,
    /// Legal entity it was issued to.
    pub entity: String,
    pub services: Vec<Activity>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Sites of ours that it names.
    #[serde(default)]
    pub sites: Vec<String>,
    /// Edition such as `IEC 62443-2-4:2023`.
    pub edition: String,
    pub requirements: Vec<String>,
    #[serde(default)]
    pub excluded: Vec<String>,
    pub from: Day,
    /// Last day, to its end in `zone`.
    pub valid_until: Day,
    /// Absent: UTC.
    #[serde(default)]
    pub zone: Option<ZoneName>,
    /// Scope as printed.
    pub scope_text: String,
}

impl Act for RecordCertificate {
    const NAME: &'static str = "record-certificate";
    type Power = KeepCertificates;
    type Done = Registered<CertificateId>;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<KeepCertificates>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let reference = names::reference(desk, Kind::Certificate, self.reference.as_deref()).await?;
        let stands: Option<Certificate> = names::named(desk, &reference).await?;
        let facts = self.facts(desk, reference.clone(), stands.as_ref()).await?;
        match stands {
            None => {
                let id = CertificateId(desk.new_id());
                desk.append(id, CertificateEvent::Received(facts)).await?;
                Ok(Registered::new(id, reference))
            }
            Some(stands) if stands.facts == facts => Ok(Registered::unchanged(stands.id, reference)),
            Some(stands) if stands.facts.provider != facts.provider => {
                let why = Why::of("invalid-certificate-others").with("reference", reference);
                Err(Stop::field("reference", why))
            }
            Some(stands) => {
                desk.append(stands.id, CertificateEvent::Revised(facts)).await?;
                Ok(Registered::changed(stands.id, reference))
            }
        }
    }
}

impl RecordCertificate {
    async fn facts(
        self,
        desk: &mut Desk,
        reference: String,
        stands: Option<&Certificate>,
    ) -> Result<CertificateFacts, Stop> {
        let provider: ProviderId = names::resolve(desk, Kind::Provider, &self.provider, "provider").await?;
        let sites: Vec<SiteId> = names::resolve_all(desk, Kind::Site, &self.sites, "sites").await?;
        if self.valid_until < self.from {
            return Err(Stop::field("valid_until", Why::of("invalid-days-order")));
        }
        let countries = self.countries.iter().map(|c| names::country("countries", c)).collect::<Result<_, _>>()?;
        let scope_text = names::text(4_000, "scope_text", &self.scope_text)?;
        Ok(CertificateFacts {
            provider,
            reference,
            scheme: self.scheme,
            issuer: names::text(200, "issuer", &self.issuer)?,
            entity: names::text(200, "entity", &self.entity)?,
            services: self.services,
            countries,
            sites,
            edition: names::text(60, "edition", &self.edition)?,
            requirements: self.requirements,
            excluded: self.excluded,
            from: self.from,
            valid_until: self.valid_until,
            zone: self.zone.unwrap_or_else(ZoneName::utc),
            scope_text: kept(desk, stands.map(|c| &c.facts.scope_text), &scope_text).await?,
        })
    }
}

/// What the issuer said when we asked.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyCertificate {
    pub certificate: String,
    /// Yes: confirmed. No: denied. Unknown: could not be verified.
    pub confirmed: Known,
    pub how: String,
}

impl Act for VerifyCertificate {
    const NAME: &'static str = "verify-certificate";
    type Power = KeepCertificates;
    type Done = CertificateId;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<KeepCertificates>, desk: &mut Desk) -> Result<CertificateId, Stop> {
        let id: CertificateId = names::resolve(desk, Kind::Certificate, &self.certificate, "certificate").await?;
        let how = desk.seal(&names::text(2_000, "how", &self.how)?)?;
        let verified = CertificateVerified { confirmed: self.confirmed, how };
        desk.append(id, CertificateEvent::Verified(verified)).await?;
        Ok(id)
    }
}
