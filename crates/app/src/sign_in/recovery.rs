//! Recovery codes: ten, each good once in place of the second factor's code, for the day on which the telephone lies in
//! the reactor pit. They are shown when they are made and never again; kept is a keyed digest of each, and the record
//! knows the set by a fingerprint and each use by its number. With 80 random bits and a key that is not in the database
//! a digest needs no slow hash.

use plantgate_domain::{
    base::{Actor, PersonId},
    qualify::person::{Person, Seat},
};
use plantgate_store::{
    Stop,
    keyring::{Keyring, hex, random},
    memory::Memory,
    ops::recovery,
    writer::new_request,
};

use crate::{
    act::{App, Caller},
    qualify::recovery::{MakeRecoveryCodes, UseRecoveryCode},
};

/// Codes of one set.
const CODES: u32 = 10;
/// Characters of a code: 80 bits.
const LENGTH: usize = 16;
/// Digits and letters of which none is taken for another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Codes that were just made, as a person writes them down, with the entry that says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MadeCodes {
    pub codes: Vec<String>,
    pub entry: u64,
}

/// A code that was used up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UsedCode {
    pub code: u32,
    pub left: usize,
}

fn new_code() -> Result<String, Stop> {
    // Of each random byte five bits are taken: 32 divides 256, so no character comes more often.
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).copied().map(char::from);
    Ok(random::<LENGTH>()?.iter().filter_map(letter).collect())
}

/// In groups of four.
fn shown(code: &str) -> String {
    let groups: Vec<String> = code.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into_owned()).collect();
    groups.join("-")
}

/// What somebody typed, if it has the form of a recovery code: groups, case and letters that look alike do not matter.
pub fn read(typed: &str) -> Option<String> {
    let plain = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase());
    let read: String = plain
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let known = read.len() == LENGTH && read.bytes().all(|b| ALPHABET.contains(&b));
    known.then_some(read)
}

fn digest(keyring: &Keyring, person: PersonId, code: &str) -> Result<Vec<u8>, Stop> {
    keyring.digest(format!("recovery code {person} {code}").as_bytes())
}

/// What the record knows a set by: a row that was put there by hand opens nothing.
fn fingerprint(keyring: &Keyring, person: PersonId, digests: &[Vec<u8>]) -> Result<String, Stop> {
    let all: Vec<String> = digests.iter().map(|d| hex(d)).collect();
    Ok(hex(&keyring.digest(format!("recovery codes {person} {}", all.join(" ")).as_bytes())?))
}

impl App {
    /// Makes ten new codes for the caller; those before are worth nothing from then on.
    pub async fn make_recovery_codes(&self, caller: &Caller) -> Result<MadeCodes, Stop> {
        let Actor::Person(person) = caller.actor else { return Err(Stop::NotFound) };
        caller.fresh()?;
        let (store, keyring) = (self.store(), self.store().keyring());
        let mut codes = Vec::new();
        for _ in 0..CODES {
            codes.push(new_code()?);
        }
        let digests: Result<Vec<_>, Stop> = codes.iter().map(|code| digest(keyring, person, code)).collect();
        let digests = digests?;
        let made = fingerprint(keyring, person, &digests)?;
        let before: Person = store.look().await?.get(person).await?;
        let stands = before.recovery.map(|r| r.made.fingerprint).unwrap_or_default();
        // Kept first, then said: a set that the record does not know opens nothing, one that it knows is there.
        recovery::keep(store.db(), person.0, &made, &stands, &digests).await?;
        let act = MakeRecoveryCodes { person, fingerprint: made, codes: CODES };
        let answer = self.act(caller, new_request()?, act).await?;
        Ok(MadeCodes { codes: codes.iter().map(|code| shown(code)).collect(), entry: answer.entry })
    }

    /// Uses a person's code up, if it is one that still opens; it stands in the record before anybody comes in by it.
    pub(super) async fn use_recovery_code(&self, person: &Person, code: &str) -> Result<Option<UsedCode>, Stop> {
        let (store, keyring) = (self.store(), self.store().keyring());
        let Some(made) = person.recovery.as_ref().filter(|_| person.seat == Seat::Active) else { return Ok(None) };
        let known = &made.made.fingerprint;
        let digests = recovery::of(store.look().await?.tx(), person.id.0, known).await?;
        if fingerprint(keyring, person.id, &digests)? != *known {
            tracing::error!(person = %person.id, "recovery codes are not those the record knows");
            return Ok(None);
        }
        let wanted = digest(keyring, person.id, code)?;
        let Some((code, _)) = (1..).zip(&digests).find(|(_, digest)| **digest == wanted) else { return Ok(None) };
        let act = UseRecoveryCode { person: person.id, fingerprint: known.clone(), code };
        let caller = Caller::person(person.id, RECOVERY);
        match self.act(&caller, new_request()?, act).await {
            Ok(answer) => {
                recovery::used(store.db(), person.id.0, code).await?;
                Ok(Some(UsedCode { code, left: answer.done }))
            }
            Err(Stop::NotFound | Stop::Refused(_)) => Ok(None),
            Err(stop) => Err(stop),
        }
    }
}

/// How somebody proved who they are who brought a recovery code.
pub const RECOVERY: &str = "password+recovery";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_write_it() {
        let code = new_code().unwrap();
        assert_eq!(code.len(), LENGTH);
        assert_eq!(read(&shown(&code)), Some(code.clone()));
        assert_eq!(read(&format!(" {} ", shown(&code).to_lowercase().replace('-', " "))), Some(code));
        // letters that look like digits are those digits
        assert_eq!(read("oOiI-lL00-0000-0000"), Some("0011110000000000".to_owned()));
        // a code of the app is none, nor is one that is cut off or holds what no code holds
        for other in ["123456", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEU", "0123-4567-89AB-CDEFG", ""] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_ne!(new_code().unwrap(), new_code().unwrap());
    }
}
