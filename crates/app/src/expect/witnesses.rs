//! Who outside vouches for the record: a decision of the house like any other, so an entry. And the word that ends a
//! restoration: this record is an older copy, it goes on as a log of its own and says where it left the old one.

use plantgate_domain::{
    base::{Kind, OrganisationId, PersonId, Why},
    event::expect::{CosignersNamed, KeyRotated, OldHead, OrganisationEvent, RecordRestored},
    qualify::person::{self, Person},
};
use plantgate_store::{Desk, Stop, memory::Memory, witnesses};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{self, May, Place, Power},
    reach,
};

/// Most cosigners a record names: a note holds 64 signature lines, and nobody asks more than a few.
pub const COSIGNERS_MAX: usize = 16;

/// Names the cosigners, all of them anew; none takes them away.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameCosigners {
    /// Their keys as text.
    pub keys: Vec<String>,
    /// How many of them must have vouched for a head before it counts as witnessed.
    pub quorum: u32,
    pub reason: String,
}

/// What the record says from here on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Named {
    /// Names of the cosigners.
    pub cosigners: Vec<String>,
    pub quorum: u32,
}

impl Act for NameCosigners {
    const NAME: &'static str = "name-cosigners";
    const STEP_UP: bool = true;
    type Power = power::NameCosigners;
    type Done = Named;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(reach::everywhere(desk).await?))
    }

    async fn run(self, _may: May<power::NameCosigners>, desk: &mut Desk) -> Result<Named, Stop> {
        if self.keys.len() > COSIGNERS_MAX {
            let most = i64::try_from(COSIGNERS_MAX).unwrap_or(i64::MAX);
            return Err(Stop::field("keys", Why::of("invalid-cosigner-many").with("most", most)));
        }
        let mut keys = Vec::new();
        for text in &self.keys {
            let key = witnesses::cosigner_key(text).map_err(|why| Stop::field("keys", why))?;
            // One key under two names would be one cosigner who counts twice; two of one name nobody tells apart.
            if keys.iter().any(|k: &witnesses::VerifierKey| k.public() == key.public() || k.name() == key.name()) {
                return Err(Stop::field("keys", Why::of("invalid-cosigner-twice").with("name", key.name())));
            }
            keys.push(key);
        }
        let many = u32::try_from(keys.len()).unwrap_or(u32::MAX);
        if self.quorum > many || (self.quorum == 0 && many > 0) {
            return Err(Stop::field("quorum", Why::of("invalid-cosigner-quorum").with("many", i64::from(many))));
        }
        let reason = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        let organisation = desk.organisation().await?.ok_or(Stop::NotFound)?;
        let texts = keys.iter().map(ToString::to_string).collect();
        let named = CosignersNamed { keys: texts, quorum: self.quorum, reason };
        desk.append(organisation.id, OrganisationEvent::CosignersNamed(named)).await?;
        Ok(Named { cosigners: keys.iter().map(|k| k.name().to_owned()).collect(), quorum: self.quorum })
    }
}

/// Says that the log's key handed over. Not an act by name: the new key and the statement of both are made at the
/// machine.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateKey {
    /// How many keys this record had when the statement was signed; another handover since makes it void.
    pub keys: usize,
    pub key: String,
    pub note: String,
    /// Another person with this power who agrees.
    pub second: String,
    pub reason: String,
}

impl Act for RotateKey {
    const NAME: &'static str = "rotate-key";
    const STEP_UP: bool = true;
    type Power = power::RotateKey;
    type Done = String;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(reach::everywhere(desk).await?))
    }

    async fn run(self, may: May<power::RotateKey>, desk: &mut Desk) -> Result<String, Stop> {
        let second = agrees(desk, may.id()?, &self.second, power::RotateKey::KEY).await?;
        let reason = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        let organisation = desk.organisation().await?.ok_or(Stop::NotFound)?;
        if organisation.rotated.len() + organisation.restored.len() + 1 != self.keys {
            return Err(Stop::field("data", Why::of("invalid-handover-meanwhile")));
        }
        let said = KeyRotated { key: self.key.clone(), note: self.note, second, reason };
        desk.append(organisation.id, OrganisationEvent::KeyRotated(said)).await?;
        Ok(self.key)
    }
}

/// Another person who could do it themselves, wherever it counts.
async fn agrees(desk: &mut Desk, me: PersonId, second: &str, key: &'static str) -> Result<PersonId, Stop> {
    let second: PersonId = names::resolve(desk, Kind::Person, second, "second").await?;
    let other: Person = desk.get(second).await?;
    let sites = reach::everywhere(desk).await?;
    person::second(me, &other, key, &sites, desk.now(), &desk.rules())?;
    Ok(second)
}

/// Says that this record is an older copy restored under a newer head. Not an act by name: the new log and its key are
/// made at the machine, and no door takes them from outside.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclareRestored {
    /// The head that others hold and this record does not.
    pub old: OldHead,
    /// Name and key of the log it is from here on.
    pub origin: String,
    pub key: String,
    /// Another person with this power who agrees.
    pub second: String,
    pub reason: String,
}

impl Act for DeclareRestored {
    const NAME: &'static str = "declare-restored";
    const IN_DOUBT: bool = true;
    const STEP_UP: bool = true;
    type Power = power::RestoreRecord;
    type Done = OldHead;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(reach::everywhere(desk).await?))
    }

    async fn run(self, may: May<power::RestoreRecord>, desk: &mut Desk) -> Result<OldHead, Stop> {
        let second = agrees(desk, may.id()?, &self.second, power::RestoreRecord::KEY).await?;
        let reason = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        let organisation = desk.organisation().await?.ok_or(Stop::NotFound)?;
        let on: OrganisationId = organisation.id;
        let said = RecordRestored { old: self.old.clone(), origin: self.origin, key: self.key, second, reason };
        desk.append(on, OrganisationEvent::RecordRestored(said)).await?;
        Ok(self.old)
    }
}
