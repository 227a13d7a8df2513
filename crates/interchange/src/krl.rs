//! A key revocation list of OpenSSH (PROTOCOL.krl, format 1): serial numbers of certificates of one authority. Written
//! here, because the SSH library has none; nothing reads one back but OpenSSH itself.

use base64::{Engine, engine::general_purpose::STANDARD};

/// `SSHKRL\n\0`.
const MAGIC: &[u8; 8] = b"SSHKRL\n\0";
const FORMAT: u32 = 1;
/// Bytes of magic, format, version, date, flags and two empty texts.
const HEADER: usize = 8 + 4 + 8 + 8 + 8 + 4 + 4;
/// Section of revoked certificates of one authority.
const CERTIFICATES: u8 = 1;
/// Within it, a list of serial numbers.
const SERIAL_LIST: u8 = 0x20;

/// What a list says besides its numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Krl<'k> {
    /// Grows with each list that says something else.
    pub version: u64,
    /// When it was made, in seconds since 1970.
    pub made: u64,
    /// The key that signed the certificates, as a line of a `.pub` file.
    pub authority: &'k str,
}

/// Whether bytes begin as a list does: with its magic, its format, and as long as a list without numbers at least.
pub fn begins(bytes: &[u8]) -> bool {
    bytes.len() >= HEADER && bytes.strip_prefix(MAGIC).is_some_and(|rest| rest.starts_with(&FORMAT.to_be_bytes()))
}

/// The list; `None` where the line of the authority is none. A list without numbers revokes nothing and is one all the
/// same, with a header. sshd lets nobody in where its file is missing; but an empty file, or one that is no list, it
/// reads as a list of plain keys, and that revokes nothing.
pub fn write(krl: Krl<'_>, serials: &[u64]) -> Option<Vec<u8>> {
    let authority = STANDARD.decode(krl.authority.split_whitespace().nth(1)?).ok()?;
    let mut all = MAGIC.to_vec();
    all.extend(FORMAT.to_be_bytes());
    all.extend(krl.version.to_be_bytes());
    all.extend(krl.made.to_be_bytes());
    // Flags, then two texts that nobody needs.
    all.extend(0_u64.to_be_bytes());
    all.extend(string(&[])?);
    all.extend(string(&[])?);
    if !serials.is_empty() {
        let numbers: Vec<u8> = serials.iter().flat_map(|serial| serial.to_be_bytes()).collect();
        let mut section = string(&authority)?;
        section.extend(string(&[])?);
        section.push(SERIAL_LIST);
        section.extend(string(&numbers)?);
        all.push(CERTIFICATES);
        all.extend(string(&section)?);
    }
    Some(all)
}

/// Bytes behind their length (RFC 4251 §5).
fn string(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(bytes.len()).ok()?;
    Some([length.to_be_bytes().as_slice(), bytes].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHORITY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa";

    #[test]
    fn it_has_the_lengths_of_what_it_holds() {
        let krl = Krl { version: 7, made: 1_700_000_000, authority: AUTHORITY };
        let (none, two) = (write(krl, &[]).unwrap(), write(krl, &[5, 1 << 52]).unwrap());
        assert_eq!(none.len(), HEADER);
        assert!(two.starts_with(&none) && two[none.len()] == CERTIFICATES);
        // section: its length; authority of 51 bytes, an empty text, kind and length of the list, two numbers
        assert_eq!(two.len() - none.len(), 1 + 4 + (4 + 51) + 4 + 1 + 4 + 16);
        assert!(two.ends_with(&[0, 0, 0, 0, 0, 0, 0, 5, 0, 16, 0, 0, 0, 0, 0, 0]));
        assert_eq!(write(Krl { authority: "no key", ..krl }, &[]), None);
        // and nothing shorter, and nothing else, begins as one
        assert!(begins(&none) && begins(&two));
        let other = [&MAGIC[..], &[0, 0, 0, 2], &none[12..]].concat();
        for no in [b"".as_slice(), &none[..HEADER - 1], &two[1..], &other] {
            assert!(!begins(no));
        }
    }
}
