//! Keys of SSH: the gateway's own, those for one connection, and the certificate that lets one in.

use std::net::IpAddr;

use russh::keys::{
    Algorithm, Certificate, HashAlg, PrivateKey, PublicKey,
    ssh_key::{
        certificate::{Builder, CertType},
        private::{Ed25519Keypair, KeypairData},
    },
};
use zeroize::Zeroizing;

/// What a certificate says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Says<'s> {
    /// Reference of a session or a grant: what the target writes in its own log.
    pub id: String,
    /// The one name it is good for.
    pub principal: &'s str,
    /// Seconds since 1970.
    pub from: u64,
    pub until: u64,
    /// The only address from which it is good.
    pub source: IpAddr,
    pub serial: u64,
    /// A terminal may be had.
    pub terminal: bool,
    /// What runs, whatever was asked for.
    pub command: Option<&'s str>,
}

/// An Ed25519 key of a seed.
pub fn of_seed(seed: &[u8; 32]) -> Result<PrivateKey, String> {
    let pair = Ed25519Keypair::from_seed(seed);
    PrivateKey::new(KeypairData::Ed25519(pair), "").map_err(|e| e.to_string())
}

/// A key for one connection, which nobody keeps.
pub fn fresh() -> Result<PrivateKey, String> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut()).map_err(|e| e.to_string())?;
    of_seed(&seed)
}

/// A key as `ssh-keygen` writes it, without a password; of the kinds that this gateway speaks.
pub fn read(text: &str) -> Result<PrivateKey, String> {
    let key = PrivateKey::from_openssh(text).map_err(|e| e.to_string())?;
    let speaks = matches!(key.algorithm(), Algorithm::Ed25519 | Algorithm::Ecdsa { .. });
    if key.is_encrypted() || !speaks { Err("not a key that can be used here".to_owned()) } else { Ok(key) }
}

/// `SHA256:…`, as `ssh-keygen -l` shows it.
pub fn fingerprint(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// A line of a `.pub` file.
pub fn line(key: &PublicKey) -> Result<String, String> {
    key.to_openssh().map_err(|e| e.to_string())
}

/// Signs a user certificate: one name, a terminal perhaps, and nothing else of what SSH can do.
pub fn certify(authority: &PrivateKey, key: &PublicKey, says: &Says<'_>) -> Result<Certificate, String> {
    let mut nonce = [0; 32];
    getrandom::fill(&mut nonce).map_err(|e| e.to_string())?;
    let said = |e: russh::keys::ssh_key::Error| e.to_string();
    let mut builder = Builder::new(nonce, key.clone(), says.from, says.until).map_err(said)?;
    builder.cert_type(CertType::User).map_err(said)?;
    builder.serial(says.serial).map_err(said)?;
    builder.key_id(says.id.as_str()).map_err(said)?;
    builder.valid_principal(says.principal).map_err(said)?;
    builder.critical_option("source-address", says.source.to_string()).map_err(said)?;
    if let Some(command) = says.command {
        builder.critical_option("force-command", command).map_err(said)?;
    }
    if says.terminal {
        builder.extension("permit-pty", "").map_err(said)?;
    }
    builder.sign(authority).map_err(said)
}
