//! A public SSH key as people paste it: one line of a `.pub` file. Its fingerprint is made here, so that nobody names
//! one key and hands over another.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use sha2::{Digest, Sha256};

/// Kinds of key that a gateway will believe.
const STRONG: &[&str] = &[
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];
/// Bytes of the modulus of an RSA key that is strong enough: 2048 bits.
const RSA: usize = 256;

/// Why a line is no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoKey {
    /// Not a line of a `.pub` file.
    Unread,
    /// A private key: it must never leave its owner.
    Private,
    /// A kind or length that can be broken.
    Weak,
}

/// A key that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SshKey {
    /// `SHA256:…`, as `ssh-keygen -l` shows it.
    pub fingerprint: String,
    /// Kind and key, without the comment: that often names a person.
    pub public: String,
}

/// Reads the line.
pub fn read(line: &str) -> Result<SshKey, NoKey> {
    let line = line.trim();
    if line.contains("PRIVATE KEY") {
        return Err(NoKey::Private);
    }
    let mut words = line.split_whitespace();
    let (Some(kind), Some(coded)) = (words.next(), words.next()) else { return Err(NoKey::Unread) };
    let blob = STANDARD.decode(coded).map_err(|_| NoKey::Unread)?;
    let mut parts = Parts(&blob);
    if parts.next() != Some(kind.as_bytes()) {
        return Err(NoKey::Unread);
    }
    let longest = parts.map(<[u8]>::len).max().unwrap_or_default();
    match kind {
        "ssh-rsa" if longest >= RSA => {}
        "ssh-rsa" | "ssh-dss" => return Err(NoKey::Weak),
        kind if STRONG.contains(&kind) && longest > 0 => {}
        _ => return Err(NoKey::Unread),
    }
    let fingerprint = format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&blob)));
    Ok(SshKey { fingerprint, public: format!("{kind} {coded}") })
}

/// The strings of a key, each behind its length.
struct Parts<'b>(&'b [u8]);

impl<'b> Iterator for Parts<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (part, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        self.0 = rest;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa";

    #[test]
    fn a_line_of_a_pub_file_has_the_fingerprint_that_ssh_keygen_shows() {
        let key = read(&format!("  {KEY} somebody@laptop\n")).unwrap();
        assert_eq!(key.fingerprint, "SHA256:s4N2vpn8OzXW1zguKHgmfwI9yocTQe6DmfXh1HZYz9o");
        assert_eq!(key.public, KEY);
    }

    #[test]
    fn what_is_no_key_or_a_weak_one_is_told_apart() {
        assert_eq!(read("hello"), Err(NoKey::Unread));
        assert_eq!(read("ssh-ed25519 AAAA"), Err(NoKey::Unread));
        assert_eq!(read(&KEY.replace("ssh-ed25519", "ssh-rsa")), Err(NoKey::Unread));
        assert_eq!(read("-----BEGIN OPENSSH PRIVATE KEY-----"), Err(NoKey::Private));
        let part = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
        let rsa = |bytes: usize| {
            let blob = [part(b"ssh-rsa"), part(&[1, 0, 1]), part(&vec![0x7f; bytes])].concat();
            read(&format!("ssh-rsa {}", STANDARD.encode(blob))).map(|_| ())
        };
        assert_eq!((rsa(128), rsa(256)), (Err(NoKey::Weak), Ok(())));
        // a length that is a lie ends the reading and nothing else
        assert_eq!(read(&format!("ssh-rsa {}", STANDARD.encode([0xff; 8]))), Err(NoKey::Unread));
    }
}
