//! What a person has shown: identity, second factor, trainings. Somebody of ours vouches for each.

use plantgate_domain::{
    base::{Day, Kind, PersonId, SiteId},
    event::{
        expect::Known,
        qualify::{IdentityVerified, MfaSet, PersonEvent, TrainingRecorded},
    },
};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

use super::seat;
use crate::{
    act::Act,
    names,
    power::{May, Place, VouchForPerson},
};

/// Identity was checked.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyIdentity {
    pub person: String,
    /// Last day it holds.
    pub until: Day,
}

impl Act for VerifyIdentity {
    const NAME: &'static str = "verify-identity";
    type Power = VouchForPerson;
    type Done = PersonId;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, may: May<VouchForPerson>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::natural(desk, &self.person).await?;
        not_oneself(&may, person.id)?;
        if person.identity_until != Some(self.until) {
            desk.append(person.id, PersonEvent::IdentityVerified(IdentityVerified { until: self.until })).await?;
        }
        Ok(person.id)
    }
}

/// Second factor as stated for the person and for the way in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetMfa {
    pub person: String,
    pub on_path: Known,
    pub on_person: Known,
}

impl Act for SetMfa {
    const NAME: &'static str = "set-mfa";
    type Power = VouchForPerson;
    type Done = PersonId;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<VouchForPerson>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::natural(desk, &self.person).await?;
        let mfa = MfaSet { on_path: self.on_path, on_person: self.on_person };
        if person.mfa != mfa {
            desk.append(person.id, PersonEvent::MfaSet(mfa)).await?;
        }
        Ok(person.id)
    }
}

/// A training or acknowledgement.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordTraining {
    pub person: String,
    /// Key such as `site-rules`.
    pub key: String,
    /// Absent: for every site.
    #[serde(default)]
    pub site: Option<String>,
    /// Last day it holds.
    pub valid_until: Day,
}

impl Act for RecordTraining {
    const NAME: &'static str = "record-training";
    type Power = VouchForPerson;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let site: Option<SiteId> = names::resolve_maybe(desk, Kind::Site, self.site.as_deref(), "site").await?;
        Ok(site.map_or_else(Place::anywhere, Place::site))
    }

    async fn run(self, _may: May<VouchForPerson>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::natural(desk, &self.person).await?;
        let site: Option<SiteId> = names::resolve_maybe(desk, Kind::Site, self.site.as_deref(), "site").await?;
        let key = names::text(60, "key", &self.key)?;
        let training = TrainingRecorded { key, site, valid_until: self.valid_until };
        if !person.trainings.contains(&training) {
            desk.append(person.id, PersonEvent::TrainingRecorded(training)).await?;
        }
        Ok(person.id)
    }
}

/// Nobody vouches for who they are themselves.
fn not_oneself(may: &May<VouchForPerson>, person: PersonId) -> Result<(), Stop> {
    if may.id()? == person {
        return Err(plantgate_domain::base::Refusal::new("R-13", "stop-vouch-for-oneself").into());
    }
    Ok(())
}
