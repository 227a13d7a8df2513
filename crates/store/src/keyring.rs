//! All secrets in one sealed file: log key, digest key, seal for second factors. Opened by a key of its own that lies
//! in another file, so that a copied data directory alone signs nothing and opens nothing.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

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
    /// Where it lies and where its key lies; nowhere in tests.
    files: Option<(PathBuf, PathBuf)>,
}

#[derive(Serialize, Deserialize, Default, Clone)]
#[serde(deny_unknown_fields)]
struct Secrets {
    origin: String,
    log: [u8; 32],
    digest: [u8; 32],
    seal: [u8; 32],
    /// Logs this record became when it was restored, and keys that took over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    later: Vec<Later>,
    /// Made when a gateway is first opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gateway: Option<GateKeys>,
    /// Seed of the key that signs certificates of people; made when it is first asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    people: Option<[u8; 32]>,
}

/// Seeds of the two keys of the gateway: by the one people know it, by the other targets let it in.
#[derive(Serialize, Deserialize, Clone, Default, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct GateKeys {
    pub host: [u8; 32],
    pub authority: [u8; 32],
}

impl zeroize::Zeroize for GateKeys {
    fn zeroize(&mut self) {
        self.host.zeroize();
        self.authority.zeroize();
    }
}

/// A log with its key.
#[derive(Serialize, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Later {
    origin: String,
    log: [u8; 32],
}

impl zeroize::Zeroize for Secrets {
    fn zeroize(&mut self) {
        self.later.iter_mut().for_each(|later| later.log.zeroize());
        self.gateway.zeroize();
        self.people.zeroize();
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
        Ok(Keyring { secrets: Zeroizing::new(s), files: None })
    }

    /// Opens the keyring of a data directory, making both files when neither exists.
    pub fn open(file: &Path, key_file: &Path) -> Result<Keyring, Stop> {
        let files = Some((file.to_owned(), key_file.to_owned()));
        match (file.exists(), key_file.exists()) {
            (false, false) => {
                let ring = Keyring { files, ..Keyring::new(&new_origin()?)? };
                let mut key = Zeroizing::new([0_u8; 32]);
                getrandom::fill(key.as_mut()).map_err(Stop::fault)?;
                secret_file(key_file, hex(key.as_ref()).as_bytes())?;
                secret_file(file, &ring.sealed(&key)?)?;
                Ok(ring)
            }
            (true, true) => {
                let key = key_in(key_file)?;
                let ring = Keyring::unsealed(&fs::read(file).map_err(Stop::fault)?, &key)?;
                Ok(Keyring { files, ..ring })
            }
            (true, false) => Err(Stop::fault(format!("the keyring's key file {} is missing", key_file.display()))),
            (false, true) => Err(Stop::fault(format!("the keyring {} is missing", file.display()))),
        }
    }

    /// All of it under a key, for a file of its own.
    pub fn sealed(&self, key: &[u8; 32]) -> Result<Vec<u8>, Stop> {
        let plain = Zeroizing::new(serde_json::to_vec(&*self.secrets).map_err(Stop::fault)?);
        seal(key, &plain)
    }

    /// Puts what was sealed under a key into the two files of a data directory that has none, under a key of its own.
    pub fn place(bytes: &[u8], key: &[u8; 32], file: &Path, key_file: &Path) -> Result<Keyring, Stop> {
        let ring = Keyring::unsealed(bytes, key)?;
        let mut own = Zeroizing::new([0_u8; 32]);
        getrandom::fill(own.as_mut()).map_err(Stop::fault)?;
        secret_file(key_file, hex(own.as_ref()).as_bytes())?;
        secret_file(file, &ring.sealed(&own)?)?;
        Keyring::open(file, key_file)
    }

    fn unsealed(bytes: &[u8], key: &[u8; 32]) -> Result<Keyring, Stop> {
        let plain = Zeroizing::new(unseal(key, bytes)?);
        let secrets = serde_json::from_slice(&plain).map_err(|_| Stop::fault("the keyring cannot be read"))?;
        Ok(Keyring { secrets: Zeroizing::new(secrets), files: None })
    }

    /// Name of the log this record began as; a database belongs to the keyring of that name.
    pub fn origin(&self) -> &str {
        &self.secrets.origin
    }
    /// A key of this record: of the log it began as, of one it became when it was restored, or one that took over;
    /// `key` is its public half as text, nothing means the first of its log. One made by another process since is found
    /// in the file.
    pub fn log_key(&self, origin: &str, key: Option<&str>) -> Result<SecretKey, Stop> {
        let fits = |k: &SecretKey| key.is_none_or(|text| k.verifier().to_string() == text);
        if let Some(found) = self.own_keys(origin)?.into_iter().find(fits) {
            return Ok(found);
        }
        let none = || Stop::fault(format!("the keyring has not that key of the log ‘{origin}’"));
        let (file, key_file) = self.files.as_ref().ok_or_else(none)?;
        Keyring::open(file, key_file)?.own_keys(origin)?.into_iter().find(fits).ok_or_else(none)
    }
    /// All keys of a log that are kept here.
    pub fn own_keys(&self, origin: &str) -> Result<Vec<SecretKey>, Stop> {
        let s = &self.secrets;
        let first = std::iter::once((&s.origin, &s.log)).chain(s.later.iter().map(|l| (&l.origin, &l.log)));
        let of = first.filter(|(name, _)| *name == origin);
        of.map(|(name, seed)| SecretKey::from_seed(name, seed).map_err(Stop::fault)).collect()
    }
    /// Makes a log of its own for a restored record and keeps its key; the record says later when it begins.
    pub fn begin_log(&self) -> Result<SecretKey, Stop> {
        self.begin_key(&new_origin()?)
    }
    /// Makes a further key for a log and keeps it; the record says later when it takes over.
    pub fn begin_key(&self, origin: &str) -> Result<SecretKey, Stop> {
        let (file, key_file) = self.files.as_ref().ok_or_else(|| Stop::fault("this keyring lies in no file"))?;
        let mut ring = Keyring::open(file, key_file)?;
        let mut later = Later { origin: origin.to_owned(), log: [0; 32] };
        getrandom::fill(&mut later.log).map_err(Stop::fault)?;
        let key = SecretKey::from_seed(&later.origin, &later.log).map_err(Stop::fault)?;
        ring.secrets.later.push(later);
        put(file, &ring.sealed(&*key_in(key_file)?)?)?;
        Ok(key)
    }
    /// The keys of the gateway, made and kept when there are none. Another process may have made them since this one
    /// opened the file.
    pub fn gateway(&self) -> Result<Zeroizing<GateKeys>, Stop> {
        let (file, key_file) = self.files.as_ref().ok_or_else(|| Stop::fault("this keyring lies in no file"))?;
        let mut ring = Keyring::open(file, key_file)?;
        if let Some(keys) = &ring.secrets.gateway {
            return Ok(Zeroizing::new(keys.clone()));
        }
        let mut keys = GateKeys::default();
        for seed in [&mut keys.host, &mut keys.authority] {
            getrandom::fill(seed).map_err(Stop::fault)?;
        }
        ring.secrets.gateway = Some(keys.clone());
        put(file, &ring.sealed(&*key_in(key_file)?)?)?;
        Ok(Zeroizing::new(keys))
    }
    /// Seed of the key that signs certificates of people, made and kept when there is none. It is another one than the
    /// gateway's: systems that trust the gateway's let in whoever holds a certificate of it, and ask nobody.
    pub fn people(&self) -> Result<Zeroizing<[u8; 32]>, Stop> {
        let (file, key_file) = self.files.as_ref().ok_or_else(|| Stop::fault("this keyring lies in no file"))?;
        let mut ring = Keyring::open(file, key_file)?;
        if let Some(seed) = ring.secrets.people {
            return Ok(Zeroizing::new(seed));
        }
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut()).map_err(Stop::fault)?;
        ring.secrets.people = Some(*seed);
        put(file, &ring.sealed(&*key_in(key_file)?)?)?;
        Ok(seed)
    }
    /// Where the last head that somebody outside vouched for is kept: beside the key, apart from the database.
    pub fn beside(&self) -> Option<PathBuf> {
        self.files.as_ref().map(|(_, key_file)| key_file.with_extension("cosigned"))
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
    /// The same of what came back from outside: that it is not ours is no fault of this house.
    pub fn unseal_brought(&self, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = unhex_any(sealed)?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>()?;
        let cipher = XChaCha20Poly1305::new(&self.secrets.seal.into());
        cipher.decrypt(&XNonce::from(*nonce), sealed).ok().map(Zeroizing::new)
    }
}

fn new_origin() -> Result<String, Stop> {
    let mut id = [0; 6];
    getrandom::fill(&mut id).map_err(Stop::fault)?;
    Ok(format!("plantgate.example/log/{}", hex(&id)))
}

/// The key in its file.
fn key_in(file: &Path) -> Result<Zeroizing<[u8; 32]>, Stop> {
    let text = Zeroizing::new(fs::read_to_string(file).map_err(Stop::fault)?);
    let key = unhex(text.trim()).ok_or_else(|| Stop::fault("the keyring's key file is not 64 hex digits"))?;
    Ok(Zeroizing::new(key))
}

/// Writes a file so that a crash leaves the old or the new one whole: beside it, flushed, moved over it.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let said = |e: std::io::Error| Stop::fault(format!("{}: {e}", path.display()));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let next = path.with_file_name(format!("{name}.{}.next", std::process::id()));
    let _left_by_a_crash = fs::remove_file(&next);
    secret_file(&next, bytes)?;
    fs::rename(&next, path).map_err(said)?;
    // The folder remembers the move only when it is flushed too.
    match path.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(folder) => fs::File::open(folder).and_then(|f| f.sync_all()).map_err(said),
        None => Ok(()),
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

/// Random bytes.
pub fn random<const N: usize>() -> Result<[u8; N], Stop> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Stop::fault)?;
    Ok(bytes)
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
pub(crate) fn secret_file(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
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
    fn a_log_begun_later_has_its_own_key_and_the_first_one_stays() {
        let folder = std::env::temp_dir().join(format!("plantgate-keyring-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, key_file) = (folder.join("keyring"), folder.join("keyring.key"));
        // given a process that opened the keyring before a second one began a log
        let (early, second) = (Keyring::open(&file, &key_file).unwrap(), Keyring::open(&file, &key_file).unwrap());
        let begun = second.begin_log().unwrap();
        let origin = begun.verifier().name();
        // then both have both keys, and the record still belongs to the keyring
        assert_eq!(early.log_key(origin, None).unwrap().verifier(), begun.verifier());
        assert_ne!(early.log_key(early.origin(), None).unwrap().verifier(), begun.verifier());
        assert_eq!(Keyring::open(&file, &key_file).unwrap().origin(), early.origin());
        // and so has a key that takes over within the log
        let next = second.begin_key(early.origin()).unwrap().verifier().to_string();
        assert_eq!(early.log_key(early.origin(), Some(&next)).unwrap().verifier().to_string(), next);
        assert_ne!(early.log_key(early.origin(), None).unwrap().verifier().to_string(), next);
        assert!(early.log_key("plantgate.example/log/other", None).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_key_for_certificates_of_people_is_made_once_and_is_not_the_gateways() {
        let folder = std::env::temp_dir().join(format!("plantgate-keyring-people-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let ring = Keyring::open(&folder.join("keyring"), &folder.join("keyring.key")).unwrap();
        let people = ring.people().unwrap();
        let gateway = ring.gateway().unwrap();
        assert!(*people != gateway.authority && *people != gateway.host && *people != [0; 32]);
        assert_eq!(ring.people().unwrap(), people);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_changed_keyring_is_refused() {
        let ring = Keyring::new("plantgate.example/log/test").unwrap();
        let mut bytes = ring.sealed(&[7; 32]).unwrap();
        assert_eq!(Keyring::unsealed(&bytes, &[7; 32]).unwrap().origin(), ring.origin());
        assert!(Keyring::unsealed(&bytes, &[8; 32]).is_err());
        bytes[30] ^= 1;
        assert!(Keyring::unsealed(&bytes, &[7; 32]).is_err());
    }

    #[test]
    fn what_comes_back_from_outside_opens_or_is_nothing_and_never_a_fault_of_ours() {
        let ring = Keyring::new("plantgate.example/log/1").unwrap();
        let sealed = ring.seal(b"a ticket").unwrap();
        assert_eq!(ring.unseal_brought(&sealed).map(|plain| plain.to_vec()), Some(b"a ticket".to_vec()));
        // cut, changed, of another keyring, or no seal at all
        let other = Keyring::new("plantgate.example/log/1").unwrap().seal(b"a ticket").unwrap();
        let changed = format!("{}{}", &sealed[..sealed.len() - 1], if sealed.ends_with('0') { '1' } else { '0' });
        for odd in ["", "zz", "00", "ä", &sealed[..40], &changed, &other] {
            assert!(ring.unseal_brought(odd).is_none(), "{odd}");
        }
    }
}
