//! What lets the gateway into systems that take no certificate (R-17): put into the vault by whoever pins endpoints,
//! sealed by the keyring, and seen by nobody who comes in. Whoever keeps it can have a password shown, because a plant
//! must not be locked out of its own systems when a gateway is gone.

use base64::{Engine, engine::general_purpose::STANDARD};
use plantgate_domain::{
    base::InstanceId,
    event::expect::{InstanceEvent, SecretKind, SecretPut, SecretRemoved, SecretShown},
    expect::{
        instance::Instance,
        vault::{may_remove, may_show, may_vault},
    },
};
use plantgate_store::{Desk, Stop, keyring::random, look::Look};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::instance::named as instance;
use crate::{
    act::{Act, App},
    names,
    power::{May, PinEndpoint, Place},
};

/// Letters of a reason.
const REASON: usize = 1_000;

/// A secret as somebody typed it; no log and no trace has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(Zeroizing<String>);

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed(…)")
    }
}

/// Puts a password into the vault, or has a key made there; what lay there for the system is destroyed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutLoginSecret {
    pub instance: String,
    pub kind: SecretKind,
    /// The password, with every blank that is typed.
    #[serde(default)]
    pub password: Option<Typed>,
}

/// What lies there now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InVault {
    pub id: InstanceId,
    /// Of a key the line for the system's own list.
    pub public: Option<String>,
}

impl Act for PutLoginSecret {
    const NAME: &'static str = "put-login-secret";
    const STEP_UP: bool = true;
    type Power = PinEndpoint;
    type Done = InVault;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(instance(desk, &self.instance).await?.facts.site))
    }

    async fn run(self, _may: May<PinEndpoint>, desk: &mut Desk) -> Result<InVault, Stop> {
        let instance = instance(desk, &self.instance).await?;
        let typed = self.password.as_ref().map(|typed| typed.0.as_str()).filter(|typed| !typed.is_empty());
        may_vault(&instance, self.kind, typed)?;
        let (secret, public) = match typed {
            Some(password) => (Zeroizing::new(password.as_bytes().to_vec()), None),
            None => {
                let seed = Zeroizing::new(random::<32>()?);
                (Zeroizing::new(seed.to_vec()), Some(public(&seed, &instance.facts.reference)))
            }
        };
        let same = lies(desk, &instance).await?.is_some_and(|before| before == secret);
        let sealed = desk.keyring().seal(&secret)?;
        let put = SecretPut { kind: self.kind, public: public.clone(), seal: desk.seal(&sealed)?, same };
        destroy(desk, &instance);
        desk.append(instance.id, InstanceEvent::SecretPut(put)).await?;
        Ok(InVault { id: instance.id, public })
    }
}

/// What lies there before something is put there, unless it was destroyed.
async fn lies(desk: &mut Desk, instance: &Instance) -> Result<Option<Zeroizing<Vec<u8>>>, Stop> {
    let Some(vaulted) = &instance.vaulted else { return Ok(None) };
    let sealed = desk.open_private(&vaulted.seal).await?;
    sealed.map(|sealed| desk.keyring().unseal(&sealed)).transpose()
}

/// The line of a key for `authorized_keys` (RFC 8709 section 4).
fn public(seed: &[u8; 32], name: &str) -> String {
    let (kind, key) = ("ssh-ed25519", ed25519_dalek::SigningKey::from_bytes(seed).verifying_key());
    let part = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap_or_default().to_be_bytes(), bytes].concat();
    let blob = [part(kind.as_bytes()), part(key.as_bytes())].concat();
    format!("{kind} {} plantgate {name}", STANDARD.encode(blob))
}

/// Destroys what lies in the vault for an instance, when the act is kept; the caller says so in the record.
fn destroy(desk: &mut Desk, instance: &Instance) {
    if let Some(old) = &instance.vaulted {
        desk.erase(&[old.seal.slot]);
    }
}

/// Destroys it without another one in its place, and says so; nothing where nothing lies there.
pub(super) async fn empty(desk: &mut Desk, instance: &Instance) -> Result<(), Stop> {
    if instance.vaulted.is_none() {
        return Ok(());
    }
    destroy(desk, instance);
    desk.append(instance.id, InstanceEvent::SecretRemoved(SecretRemoved {})).await
}

/// Has a password of the vault shown: to go on at the system when the gateway is gone, or to change it there. Whoever
/// saw it knows it until it is another one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowLoginSecret {
    pub instance: String,
    pub reason: String,
}

impl Act for ShowLoginSecret {
    const NAME: &'static str = "show-login-secret";
    // When everything else fails, nobody waits for a clock.
    const IN_DOUBT: bool = true;
    const STEP_UP: bool = true;
    type Power = PinEndpoint;
    type Done = InstanceId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(instance(desk, &self.instance).await?.facts.site))
    }

    async fn run(self, may: May<PinEndpoint>, desk: &mut Desk) -> Result<InstanceId, Stop> {
        may.id()?;
        let instance = instance(desk, &self.instance).await?;
        may_show(&instance)?;
        let reason = desk.seal(&names::text(REASON, "reason", &self.reason)?)?;
        desk.append(instance.id, InstanceEvent::SecretShown(SecretShown { reason })).await?;
        Ok(instance.id)
    }
}

/// Destroys what lies in the vault for a system. The gateway tries a certificate from then on; what runs goes on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveLoginSecret {
    pub instance: String,
}

impl Act for RemoveLoginSecret {
    const NAME: &'static str = "remove-login-secret";
    const IN_DOUBT: bool = true;
    // It may be the only copy.
    const STEP_UP: bool = true;
    type Power = PinEndpoint;
    type Done = InstanceId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(instance(desk, &self.instance).await?.facts.site))
    }

    async fn run(self, _may: May<PinEndpoint>, desk: &mut Desk) -> Result<InstanceId, Stop> {
        let instance = instance(desk, &self.instance).await?;
        may_remove(&instance)?;
        empty(desk, &instance).await?;
        Ok(instance.id)
    }
}

impl App {
    /// What lies in the vault for an instance, as its system takes it: bytes of a password, or the seed of a key.
    /// Nothing where nothing does.
    pub(crate) async fn in_vault(
        &self,
        look: &mut Look,
        instance: &Instance,
    ) -> Result<Option<(SecretKind, Zeroizing<Vec<u8>>)>, Stop> {
        let Some(vaulted) = &instance.vaulted else { return Ok(None) };
        let sealed = look.open_private(&vaulted.seal).await?;
        let sealed = sealed.ok_or_else(|| Stop::fault("what lay in the vault was destroyed"))?;
        Ok(Some((vaulted.kind, self.store().keyring().unseal(&sealed)?)))
    }

    /// A password for whoever had it shown a moment ago; for everybody else there is none. Whether somebody may come
    /// to its page is asked before.
    pub async fn shown_password(
        &self,
        look: &mut Look,
        instance: &Instance,
    ) -> Result<Option<Zeroizing<String>>, Stop> {
        let found = self.in_vault(look, instance).await?;
        let password = found.filter(|(kind, _)| *kind == SecretKind::Password);
        password.map(|(_, bytes)| text(bytes)).transpose()
    }
}

/// A password as text.
pub(crate) fn text(bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<String>, Stop> {
    let text = std::str::from_utf8(&bytes).map_err(Stop::fault)?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qualify::ssh;

    #[test]
    fn the_line_of_a_key_is_read_as_every_line_and_says_whose_it_is() {
        let line = public(&[7; 32], "BMS-B61");
        assert!(line.ends_with(" plantgate BMS-B61"), "{line}");
        let other = public(&[8; 32], "BMS-B61");
        assert_ne!(ssh::read(&line).unwrap().fingerprint, ssh::read(&other).unwrap().fingerprint);
    }

    #[test]
    fn a_secret_that_was_typed_is_in_no_log() {
        let act: PutLoginSecret =
            serde_json::from_str(r#"{"instance":"BMS-B61","kind":"password","password":"open sesame"}"#).unwrap();
        assert!(!format!("{act:?}").contains("sesame"));
    }
}
