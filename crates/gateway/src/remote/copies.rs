//! What a gateway holds for when it cannot ask: copies of approved grants with the ways to their systems, signed
//! by the core, good for some hours, and of no use without a code of a sheet that lies sealed at the site. The key with
//! which the gateway would go on stands in it only locked under each code.

use std::{fs, io, path::Path};

use plantgate_domain::{
    base::{GrantId, PersonId, ZoneName},
    permit::called::Called,
};
use plantgate_interchange::codes::{Code, Opens};
use russh::keys::{
    HashAlg, PrivateKey, PublicKey,
    ssh_key::{LineEnding, SshSig},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::whole;

/// What the signature is for: the same key signs certificates of SSH, and neither is ever taken for the other.
const NAMESPACE: &str = "copies@plantgate";

/// Copies of grants, as of one moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copies {
    /// The gateway they are for.
    pub gateway: String,
    /// When they were made, and until when they are good: seconds since 1970 by the core's clock.
    pub made: i64,
    pub until: i64,
    /// Seconds for which a code stands for somebody of ours who is beside whoever came in.
    pub check_in: u64,
    pub grants: Vec<Lent>,
}

/// Codes of a sheet that were not used, as far as the core knows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    pub sheet: Uuid,
    pub codes: Vec<Locked>,
}

/// What one code opens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    pub number: u32,
    /// The seed of the key of all certificates here, locked.
    pub way: String,
}

/// An approved grant, for which the decision was yes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lent {
    pub grant: GrantId,
    pub reference: String,
    pub person: PersonId,
    /// Fingerprints of their keys.
    pub keys: Vec<String>,
    /// The sheet whose codes open it: that of its site.
    pub sheet: Uuid,
    /// Its window, in seconds since 1970.
    pub from: i64,
    pub until: i64,
    /// Until when something may begin: earlier where the yes is known to end before the window. What began goes on.
    pub starts_until: i64,
    pub language: String,
    pub zone: ZoneName,
    pub notice: String,
    pub days: u32,
    pub host: String,
    pub port: u16,
    pub login: String,
    pub host_key: String,
    pub name: String,
    pub hard: bool,
    pub files_in: bool,
    pub files_out: bool,
    pub forwards: Vec<u16>,
    /// What lets the gateway into the system, as long as this is good; none until the gateway said from where.
    pub certificate: Option<String>,
    /// Nothing was approved: this is what an emergency would be. Its name is that of the system; its grant is
    /// opened afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<Called>,
}

/// Copies with the core's signature, and what codes open beside them: each says by itself whether it is the core's,
/// because it was locked under a code that only paper and core have, and one that was used is taken out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// [`Copies`] as JSON, exactly as it was signed.
    pub text: String,
    /// As `ssh-keygen -Y sign` writes it.
    pub signature: String,
    pub sheets: Vec<Sheet>,
}

impl Signed {
    /// Signs copies.
    pub fn by(key: &PrivateKey, copies: &Copies, sheets: Vec<Sheet>) -> Result<Signed, String> {
        let text = serde_json::to_string(copies).map_err(|e| e.to_string())?;
        let signature = key.sign(NAMESPACE, HashAlg::Sha256, text.as_bytes()).map_err(|e| e.to_string())?;
        Ok(Signed { signature: signature.to_pem(LineEnding::LF).map_err(|e| e.to_string())?, text, sheets })
    }

    /// The copies, if this key signed them.
    pub fn opened(&self, key: &PublicKey) -> Option<Copies> {
        let signature = SshSig::from_pem(&self.signature).ok()?;
        key.verify(NAMESPACE, self.text.as_bytes(), &signature).ok()?;
        serde_json::from_str(&self.text).ok()
    }

    /// The number of a code of a sheet, with the key it opens.
    pub fn opens(&self, sheet: Uuid, code: &Code) -> Option<(u32, Zeroizing<[u8; 32]>)> {
        let codes = &self.sheets.iter().find(|s| s.sheet == sheet)?.codes;
        codes.iter().find_map(|c| Some((c.number, code.unlock(sheet.as_u128(), Opens::Way, &c.way)?)))
    }

    /// Takes a code out: what it opens lies here no more.
    pub fn spend(&mut self, sheet: Uuid, number: u32) {
        let ours = self.sheets.iter_mut().filter(|s| s.sheet == sheet);
        ours.for_each(|s| s.codes.retain(|code| code.number != number));
    }

    /// Puts it into a file, whole or not.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        whole::put(file, &serde_json::to_vec(self).map_err(io::Error::other)?)
    }

    /// Reads it; nothing where there is none that can be read.
    pub fn read(file: &Path) -> Option<Signed> {
        serde_json::from_slice(&fs::read(file).ok()?).ok()
    }
}

impl Copies {
    /// What goes by this name, if the key is one of its person's: a grant by its reference or its id, or emergencies by
    /// that of their system, where each may have a sheet of its own. What was approved stands before them.
    pub fn of(&self, name: &str, fingerprint: &str) -> Vec<&Lent> {
        let named = |lent: &&Lent| lent.reference.eq_ignore_ascii_case(name) || lent.grant.0.to_string() == name;
        let theirs = |lent: &&Lent| lent.keys.iter().any(|key| key == fingerprint);
        let mut all: Vec<&Lent> = self.grants.iter().filter(named).filter(theirs).collect();
        // At the core names are told apart by their letters as they stand.
        if all.iter().any(|lent| lent.reference == name) {
            all.retain(|lent| lent.reference == name);
        }
        all.sort_by_key(|lent| lent.emergency.is_some());
        let first = all.first().map(|lent| lent.emergency.is_some());
        all.retain(|lent| Some(lent.emergency.is_some()) == first);
        all
    }

    /// Whether anybody could be called.
    pub fn calls(&self) -> bool {
        self.grants.iter().any(|lent| lent.emergency.is_some())
    }
}

impl Lent {
    /// Whether there is a way to its system; none until the gateway said from where it goes there.
    pub fn leads(&self) -> bool {
        self.certificate.is_some()
    }

    /// Whether something may begin at an instant.
    pub fn opens(&self, now: i64) -> bool {
        self.from <= now && now < self.starts_until && now < self.until
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::keys;

    pub const SHEET: Uuid = Uuid::from_u128(7);

    pub fn lent() -> Lent {
        Lent {
            grant: GrantId(Uuid::from_u128(1)),
            reference: "GRA-0007".to_owned(),
            person: PersonId(Uuid::from_u128(2)),
            keys: vec!["SHA256:theirs".to_owned()],
            sheet: SHEET,
            from: 100,
            until: 200,
            starts_until: 200,
            language: "en".to_owned(),
            zone: ZoneName::utc(),
            notice: String::new(),
            days: 90,
            host: "plc".to_owned(),
            port: 22,
            login: "maint".to_owned(),
            host_key: String::new(),
            name: "PLC".to_owned(),
            hard: false,
            files_in: false,
            files_out: false,
            forwards: Vec::new(),
            certificate: None,
            emergency: None,
        }
    }

    fn copies() -> (Copies, Vec<Sheet>) {
        let sheet = SHEET;
        let locked = |number: u32| {
            let code = Code::of(&[u8::try_from(number).unwrap(); 32]);
            let way = code.lock(sheet.as_u128(), Opens::Way, [9; 24], &[5; 32]).unwrap();
            Locked { number, way }
        };
        let copies =
            Copies { gateway: "hall-3".to_owned(), made: 100, until: 400, check_in: 900, grants: vec![lent()] };
        (copies, vec![Sheet { sheet, codes: vec![locked(1), locked(3)] }])
    }

    fn signed(key: &PrivateKey) -> Signed {
        let (copies, sheets) = copies();
        Signed::by(key, &copies, sheets).unwrap()
    }

    #[test]
    fn copies_open_with_the_key_that_signed_them_and_as_they_were_signed() {
        let (core, other) = (keys::of_seed(&[1; 32]).unwrap(), keys::of_seed(&[2; 32]).unwrap());
        let signed = signed(&core);
        assert_eq!(signed.opened(core.public_key()), Some(copies().0));
        // when another key signed them, or one letter is another, or it was signed for something else, then they do not
        assert_eq!(signed.opened(other.public_key()), None);
        let longer = Signed { text: signed.text.replace("\"until\":400", "\"until\":900"), ..signed.clone() };
        assert_eq!(longer.opened(core.public_key()), None);
        let file = core.sign("file", HashAlg::Sha256, signed.text.as_bytes()).unwrap();
        let mixed = Signed { signature: file.to_pem(LineEnding::LF).unwrap(), ..signed.clone() };
        assert_eq!(mixed.opened(core.public_key()), None);
        assert_eq!(Signed { signature: String::new(), ..signed }.opened(core.public_key()), None);
    }

    #[test]
    fn a_grant_is_found_by_its_name_and_a_key_of_its_person_alone() {
        let copies = copies().0;
        assert_eq!(copies.of("gra-0007", "SHA256:theirs").first().map(|l| l.reference.as_str()), Some("GRA-0007"));
        assert!(!copies.of(&copies.grants[0].grant.0.to_string(), "SHA256:theirs").is_empty());
        assert!(copies.of("GRA-0007", "SHA256:others").is_empty() && copies.of("GRA-0008", "SHA256:theirs").is_empty());
    }

    #[test]
    fn a_code_opens_the_way_under_its_own_number_and_on_its_own_sheet() {
        let (mut signed, code) = (signed(&keys::of_seed(&[1; 32]).unwrap()), |n| Code::of(&[n; 32]));
        let sheet = Uuid::from_u128(7);
        assert_eq!(signed.opens(sheet, &code(3)).map(|(n, key)| (n, *key)), Some((3, [5; 32])));
        assert!(signed.opens(sheet, &code(2)).is_none(), "used, or none");
        assert!(signed.opens(Uuid::from_u128(8), &code(3)).is_none(), "another sheet");
        // when it was used, then it opens nothing and what it opened lies there no more; another one does
        signed.spend(sheet, 3);
        assert!(signed.opens(sheet, &code(3)).is_none() && signed.opens(sheet, &code(1)).is_some());
        assert!(signed.opened(keys::of_seed(&[1; 32]).unwrap().public_key()).is_some(), "the copies stand");
    }
}
