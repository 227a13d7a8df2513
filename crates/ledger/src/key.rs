//! Keys of C2SP signed-note, Ed25519 only: a name, a 4-byte id derived from name, type and key, the key. A log signs
//! texts (type 0x01); a cosigner says *the largest head I had seen at this time* (type 0x04, C2SP tlog-cosignature v1)
//! and never anything else. Key material is passed in; where it is kept is the caller's business.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature as Ed25519, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// What signatures of a key mean; the type byte of its text form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// Ed25519 over the note's text: the key of a log.
    Text,
    /// Ed25519 over the note's text and a time: the key of a cosigner.
    Head,
}

impl Signs {
    const fn byte(self) -> u8 {
        match self {
            Signs::Text => 0x01,
            Signs::Head => 0x04,
        }
    }
}

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
fn derive_id(name: &str, signs: Signs, public: &VerifyingKey) -> [u8; 4] {
    let mut sha = Sha256::new();
    sha.update(name.as_bytes());
    sha.update([b'\n', signs.byte()]);
    sha.update(public.as_bytes());
    let digest: [u8; 32] = sha.finalize().into();
    digest.first_chunk().copied().unwrap_or_default()
}

/// Last time a cosignature may bear (C2SP tlog-cosignature).
const LAST: u64 = i64::MAX as u64;

/// What a cosigner signs: its time, then the head.
fn cosigned_text(at: u64, text: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {at}\n").as_bytes(), text].concat()
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
        Ok(SecretKey { verifier: VerifierKey::of(name, Signs::Text, public), key })
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

/// The key of a cosigner. A type of its own, so that no log key ever cosigns and no cosigner ever signs a text.
pub struct CosignerKey {
    key: SigningKey,
    verifier: VerifierKey,
}

impl CosignerKey {
    /// From the 32-byte Ed25519 seed. Nothing else may use the same seed: what is signed does not name the cosigner.
    ///
    /// # Errors
    /// A name signed-note does not allow.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<CosignerKey, BadKey> {
        if !is_name(name) {
            return Err(BadKey::Name);
        }
        let key = SigningKey::from_bytes(seed);
        let public = key.verifying_key();
        Ok(CosignerKey { verifier: VerifierKey::of(name, Signs::Head, public), key })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Cosignature over the text of a head at `at` (seconds since 1970): 8 bytes of time, 64 of signature.
    pub(crate) fn sign(&self, at: u64, text: &[u8]) -> [u8; 72] {
        let mut signature = [0; 72];
        let (time, rest) = signature.split_at_mut(8);
        time.copy_from_slice(&at.to_be_bytes());
        rest.copy_from_slice(&self.key.sign(&cosigned_text(at, text)).to_bytes());
        signature
    }
}

impl fmt::Debug for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CosignerKey(of {})", self.verifier)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.verifier)
    }
}

/// A public key somebody decided to trust. Text form (vkey): `name+hexid+base64(type ‖ key)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    signs: Signs,
    id: [u8; 4],
    public: VerifyingKey,
}

impl VerifierKey {
    fn of(name: &str, signs: Signs, public: VerifyingKey) -> VerifierKey {
        VerifierKey { name: name.to_owned(), signs, id: derive_id(name, signs, &public), public }
    }

    /// Key of a log, from a name and the 32 bytes of an Ed25519 public key.
    ///
    /// # Errors
    /// A bad name, or bytes that are no sound public key.
    pub fn new(name: &str, public: &[u8; 32]) -> Result<VerifierKey, BadKey> {
        VerifierKey::sound(name, Signs::Text, public)
    }

    fn sound(name: &str, signs: Signs, public: &[u8; 32]) -> Result<VerifierKey, BadKey> {
        if !is_name(name) {
            return Err(BadKey::Name);
        }
        let public = VerifyingKey::from_bytes(public).map_err(|_| BadKey::Point)?;
        if public.is_weak() {
            return Err(BadKey::Point);
        }
        Ok(VerifierKey::of(name, signs, public))
    }

    /// What its signatures mean.
    #[must_use]
    pub fn signs(&self) -> Signs {
        self.signs
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
        match self.signs {
            Signs::Text => self.signed(text, signature),
            Signs::Head => signature
                .split_first_chunk::<8>()
                .map(|(time, rest)| (u64::from_be_bytes(*time), rest))
                .is_some_and(|(at, rest)| at <= LAST && self.signed(&cosigned_text(at, text), rest)),
        }
    }

    fn signed(&self, text: &[u8], signature: &[u8]) -> bool {
        Ed25519::from_slice(signature).is_ok_and(|s| self.public.verify_strict(text, &s).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.signs.byte()];
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
        let all = [Signs::Text, Signs::Head];
        let signs = all.into_iter().find(|signs| signs.byte() == kind).ok_or(BadKey::Point)?;
        let found = VerifierKey::sound(name, signs, public.try_into().map_err(|_| BadKey::Form)?)?;
        if format!("{:08x}", u32::from_be_bytes(found.id)) != id {
            return Err(BadKey::Id);
        }
        Ok(found)
    }
}
