//! Keys of C2SP signed-note, Ed25519 only (type 0x01): a name, a 4-byte id derived from name and key, the key.
//! Key material is passed in; where it is kept is the caller's business.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature as Ed25519, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// Signature type byte of plain Ed25519 over the note text.
const ED25519: u8 = 0x01;

/// A key, or its name, that signed-note does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Empty, or with a blank, a control character or a plus.
    #[error("a key name is not empty and has no blank, control character or plus")]
    Name,
    /// Not `name+hexid+base64`.
    #[error("not a verifier key of the form name+id+key")]
    Form,
    /// The id does not follow from name and key.
    #[error("the key id does not belong to this name and key")]
    Id,
    /// Another signature type than Ed25519, or no point on the curve, or a weak one.
    #[error("not a sound Ed25519 public key")]
    Point,
}

/// Whether `name` can be a key name (C2SP signed-note, "Format").
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key).
fn derive_id(name: &str, public: &VerifyingKey) -> [u8; 4] {
    let mut sha = Sha256::new();
    sha.update(name.as_bytes());
    sha.update([b'\n', ED25519]);
    sha.update(public.as_bytes());
    let digest: [u8; 32] = sha.finalize().into();
    digest.first_chunk().copied().unwrap_or_default()
}

/// A signing key with its name. The secret is wiped from memory on drop and never printed.
pub struct SecretKey {
    key: SigningKey,
    verifier: VerifierKey,
}

impl SecretKey {
    /// From the 32-byte Ed25519 seed (RFC 8032 5.1.5). The caller wipes its own copy.
    ///
    /// # Errors
    /// A name signed-note does not allow.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<SecretKey, BadKey> {
        if !is_name(name) {
            return Err(BadKey::Name);
        }
        let key = SigningKey::from_bytes(seed);
        let public = key.verifying_key();
        Ok(SecretKey { verifier: VerifierKey { name: name.to_owned(), id: derive_id(name, &public), public }, key })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Ed25519 signature over `text`, 64 bytes.
    pub(crate) fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.key.sign(text).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.verifier)
    }
}

/// A public key somebody decided to trust. Text form (vkey): `name+hexid+base64(0x01 ‖ key)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    public: VerifyingKey,
}

impl VerifierKey {
    /// From a name and the 32 bytes of an Ed25519 public key.
    ///
    /// # Errors
    /// A bad name, or bytes that are no sound public key.
    pub fn new(name: &str, public: &[u8; 32]) -> Result<VerifierKey, BadKey> {
        if !is_name(name) {
            return Err(BadKey::Name);
        }
        let public = VerifyingKey::from_bytes(public).map_err(|_| BadKey::Point)?;
        if public.is_weak() {
            return Err(BadKey::Point);
        }
        Ok(VerifierKey { name: name.to_owned(), id: derive_id(name, &public), public })
    }

    /// The key's name; for a log it is the origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The 4-byte id that signature lines carry.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    /// Strict check (no weak keys, no malleable signatures) that this key signed `text`.
    pub(crate) fn accepts(&self, text: &[u8], signature: &[u8]) -> bool {
        Ed25519::from_slice(signature).is_ok_and(|s| self.public.verify_strict(text, &s).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend_from_slice(self.public.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id), STANDARD.encode(key))
    }
}

impl FromStr for VerifierKey {
    type Err = BadKey;

    fn from_str(vkey: &str) -> Result<VerifierKey, BadKey> {
        let (name, rest) = vkey.split_once('+').ok_or(BadKey::Form)?;
        let (id, key) = rest.split_once('+').ok_or(BadKey::Form)?;
        let key = STANDARD.decode(key).map_err(|_| BadKey::Form)?;
        let (&kind, public) = key.split_first().ok_or(BadKey::Form)?;
        if kind != ED25519 {
            return Err(BadKey::Point);
        }
        let found = VerifierKey::new(name, public.try_into().map_err(|_| BadKey::Form)?)?;
        if format!("{:08x}", u32::from_be_bytes(found.id)) != id {
            return Err(BadKey::Id);
        }
        Ok(found)
    }
}
