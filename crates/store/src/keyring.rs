//! All secrets in one sealed file: log key, digest key, seal for second factors. Opened by a key of its own that lies
//! in another file, so that a copied data directory alone signs nothing and opens nothing.

use std::{fs, io::Write, path::Path};

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit},
};
use hmac::{Hmac, Mac};
use plantgate_ledger::key::SecretKey;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::stop::Stop;

/// Opened secrets.
pub struct Keyring {
    secrets: Zeroizing<Secrets>,
}

#[derive(Serialize, Deserialize, Default, Clone)]
#[serde(deny_unknown_fields)]
struct Secrets {
    origin: String,
    log: [u8; 32],
    digest: [u8; 32],
    seal: [u8; 32],
}
impl zeroize::Zeroize for Secrets {
    fn zeroize(&mut self) {
        self.log.zeroize();
        self.digest.zeroize();
        self.seal.zeroize();
    }
}

impl Keyring {
    /// New random secrets for a new log.
    pub fn new(origin: &str) -> Result<Keyring, Stop> {
        let mut s = Secrets { origin: origin.to_owned(), ..Secrets::default() };
        for secret in [&mut s.log, &mut s.digest, &mut s.seal] {
            getrandom::fill(secret).map_err(Stop::fault)?;
        }
        Ok(Keyring { secrets: Zeroizing::new(s) })
    }

    /// Opens the keyring of a data directory, making both files when neither exists.
    pub fn open(file: &Path, key_file: &Path) -> Result<Keyring, Stop> {
        match (file.exists(), key_file.exists()) {
            (false, false) => {
                let mut id = [0; 6];
                getrandom::fill(&mut id).map_err(Stop::fault)?;
                let ring = Keyring::new(&format!("plantgate.example/log/{}", hex(&id)))?;
                let mut key = Zeroizing::new([0_u8; 32]);
                getrandom::fill(key.as_mut()).map_err(Stop::fault)?;
                secret_file(key_file, hex(key.as_ref()).as_bytes())?;
                secret_file(file, &ring.sealed(&key)?)?;
                Ok(ring)
            }
            (true, true) => {
                let key = Zeroizing::new(fs::read_to_string(key_file).map_err(Stop::fault)?);
                let key =
                    unhex(key.trim()).ok_or_else(|| Stop::fault("the keyring's key file is not 64 hex digits"))?;
                Keyring::unsealed(&fs::read(file).map_err(Stop::fault)?, &key)
            }
            (true, false) => Err(Stop::fault(format!("the keyring's key file {} is missing", key_file.display()))),
            (false, true) => Err(Stop::fault(format!("the keyring {} is missing", file.display()))),
        }
    }

    fn sealed(&self, key: &[u8; 32]) -> Result<Vec<u8>, Stop> {
        let plain = Zeroizing::new(serde_json::to_vec(&*self.secrets).map_err(Stop::fault)?);
        seal(key, &plain)
    }

    fn unsealed(bytes: &[u8], key: &[u8; 32]) -> Result<Keyring, Stop> {
        let plain = Zeroizing::new(unseal(key, bytes)?);
        let secrets = serde_json::from_slice(&plain).map_err(|_| Stop::fault("the keyring cannot be read"))?;
        Ok(Keyring { secrets: Zeroizing::new(secrets) })
    }

    /// Name of the log, also the name of its key.
    pub fn origin(&self) -> &str {
        &self.secrets.origin
    }
    /// The key that signs checkpoints.
    pub fn log_key(&self) -> Result<SecretKey, Stop> {
        SecretKey::from_seed(&self.secrets.origin, &self.secrets.log).map_err(Stop::fault)
    }
    /// Keyed digest of a request, so that a stored digest gives nothing away.
    pub fn digest(&self, bytes: &[u8]) -> Result<Vec<u8>, Stop> {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.secrets.digest).map_err(Stop::fault)?;
        mac.update(bytes);
        Ok(mac.finalize().into_bytes().to_vec())
    }
    /// Seals a small secret (a second factor's seed) for the database.
    pub fn seal(&self, plain: &[u8]) -> Result<String, Stop> {
        Ok(hex(&seal(&self.secrets.seal, plain)?))
    }
    /// Opens what [`Keyring::seal`] sealed.
    pub fn unseal(&self, sealed: &str) -> Result<Zeroizing<Vec<u8>>, Stop> {
        let bytes = unhex_any(sealed).ok_or_else(|| Stop::fault("a sealed secret is damaged"))?;
        Ok(Zeroizing::new(unseal(&self.secrets.seal, &bytes)?))
    }
}

fn seal(key: &[u8; 32], plain: &[u8]) -> Result<Vec<u8>, Stop> {
    let mut nonce = [0_u8; 24];
    getrandom::fill(&mut nonce).map_err(Stop::fault)?;
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), plain).map_err(|_| Stop::fault("sealing failed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn unseal(key: &[u8; 32], bytes: &[u8]) -> Result<Vec<u8>, Stop> {
    let (nonce, sealed) = bytes.split_first_chunk::<24>().ok_or_else(|| Stop::fault("sealed bytes are too short"))?;
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    let opened = cipher.decrypt(&XNonce::from(*nonce), sealed);
    opened.map_err(|_| Stop::fault("sealed bytes were changed, or the key is another one"))
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
/// Bytes of hexadecimal digits; `None` when they are none.
pub fn unhex_any(s: &str) -> Option<Vec<u8>> {
    let digits = s.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).ok());
    digits.map(|two| two.filter(|t| t.len() == 2).and_then(|t| u8::from_str_radix(t, 16).ok())).collect()
}
fn unhex(s: &str) -> Option<[u8; 32]> {
    unhex_any(s)?.try_into().ok()
}

/// Writes a file only its owner may read, never over an existing one.
fn secret_file(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|e| Stop::fault(format!("{}: {e}", path.display())))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Stop::fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_keyring_is_refused() {
        let ring = Keyring::new("plantgate.example/log/test").unwrap();
        let mut bytes = ring.sealed(&[7; 32]).unwrap();
        assert_eq!(Keyring::unsealed(&bytes, &[7; 32]).unwrap().origin(), ring.origin());
        assert!(Keyring::unsealed(&bytes, &[8; 32]).is_err());
        bytes[30] ^= 1;
        assert!(Keyring::unsealed(&bytes, &[7; 32]).is_err());
    }
}
