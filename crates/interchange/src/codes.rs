//! Sheets of codes: printed at the core, kept sealed at a site, and each good for one session at a gateway that
//! cannot reach its core. A code is the key to what the gateway needs then and holds in no other way, so a disk that is
//! taken away opens no system. Both ends lock and unlock alike, so the format stands where both can see it.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit},
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Letters of a code: five bits each, and none that is read as another one (no I, L, O, U).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters in a code: 100 bits, so that nobody finds one by trying, however fast.
pub const LENGTH: usize = 20;
/// Letters that stand together on paper.
const GROUP: usize = 4;
/// Bytes of a nonce, before what was locked.
const NONCE: usize = 24;

/// A code, as it is hashed: upper case, without anything between its letters.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<String>);

/// What a code opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opens {
    /// The seed of the key with which the gateway goes on to systems; the core locked it.
    Way,
    /// The key of the recording of the one session; the gateway locked it.
    Recording,
}

impl Opens {
    fn tag(self) -> &'static [u8] {
        match self {
            Opens::Way => b"plantgate sheet 1 way\n",
            Opens::Recording => b"plantgate sheet 1 recording\n",
        }
    }
}

impl Code {
    /// Makes one of bits that nobody can guess.
    pub fn of(bits: &[u8; 32]) -> Code {
        let letter = |n: usize| {
            // Five bits from the n-th group of five, most significant first.
            let five = (0..5).fold(0_usize, |all, bit| {
                let at = n * 5 + bit;
                let set = bits.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
                all << 1 | usize::from(set)
            });
            char::from(LETTERS.get(five).copied().unwrap_or(b'0'))
        };
        Code(Zeroizing::new((0..LENGTH).map(letter).collect()))
    }

    /// Reads what somebody types: small or capital letters, in groups or not, O for 0 and I or L for 1. `None` where it
    /// is no code.
    pub fn read(typed: &str) -> Option<Code> {
        let mut code = Zeroizing::new(String::with_capacity(LENGTH));
        for c in typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '.')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let letter = u8::try_from(c).ok().filter(|c| LETTERS.contains(c))?;
            if code.len() >= LENGTH {
                return None;
            }
            code.push(char::from(letter));
        }
        (code.len() == LENGTH).then_some(Code(code))
    }

    /// As it stands on paper, in groups.
    pub fn printed(&self) -> Zeroizing<String> {
        let groups: Vec<&str> = (0..LENGTH).step_by(GROUP).filter_map(|at| self.0.get(at..at + GROUP)).collect();
        Zeroizing::new(groups.join("-"))
    }

    fn key(&self, sheet: u128, opens: Opens) -> Zeroizing<[u8; 32]> {
        let mut hash = Sha256::new();
        hash.update(opens.tag());
        hash.update(sheet.to_be_bytes());
        hash.update(self.0.as_bytes());
        Zeroizing::new(hash.finalize().into())
    }

    /// Locks 32 bytes under this code of a sheet, as text; the nonce was never used with it. Nothing where that cannot
    /// be done.
    pub fn lock(&self, sheet: u128, opens: Opens, nonce: [u8; NONCE], plain: &[u8; 32]) -> Option<String> {
        let seal = XChaCha20Poly1305::new((&*self.key(sheet, opens)).into());
        let closed = seal.encrypt(&XNonce::from(nonce), plain.as_slice()).ok()?;
        Some(URL_SAFE_NO_PAD.encode([&nonce[..], &closed].concat()))
    }

    /// Opens what was locked under it; `None` where it was another code, another sheet, or for something else.
    pub fn unlock(&self, sheet: u128, opens: Opens, locked: &str) -> Option<Zeroizing<[u8; 32]>> {
        let locked = URL_SAFE_NO_PAD.decode(locked).ok()?;
        let (nonce, closed) = locked.split_first_chunk::<NONCE>()?;
        let seal = XChaCha20Poly1305::new((&*self.key(sheet, opens)).into());
        let plain = Zeroizing::new(seal.decrypt(&XNonce::from(*nonce), closed).ok()?);
        <[u8; 32]>::try_from(plain.as_slice()).ok().map(Zeroizing::new)
    }
}

/// A code shows itself to nobody.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it_and_nothing_else_is_one() {
        let code = Code::of(&std::array::from_fn(|n| u8::try_from(n * 37 % 256).unwrap()));
        let printed = code.printed();
        assert_eq!((printed.len(), printed.matches('-').count()), (24, 4), "{}", *printed);
        let small = printed.to_lowercase().replace('-', " ");
        let other = printed.replace('0', "o").replace('1', "l");
        for typed in [printed.as_str(), &small, &other, &printed.replace('-', ""), &format!(" {} ", *printed)] {
            assert_eq!(Code::read(typed), Some(code.clone()), "{typed}");
        }
        let short = printed.get(1..).unwrap();
        for odd in ["", "123456", short, &format!("{}0", *printed), &printed.replacen('-', "U", 1), "ſ", "ß"] {
            assert_eq!(Code::read(odd), None, "{odd}");
        }
        assert_eq!(format!("{code:?}"), "Code(…)");
    }

    proptest! {
        #[test]
        fn what_one_code_locked_no_other_opens(
            one: [u8; 32], two: [u8; 32], plain: [u8; 32], nonce: [u8; 24], sheet: u128, bit in 0_usize..512,
        ) {
            let (first, second) = (Code::of(&one), Code::of(&two));
            prop_assert_eq!(Code::read(&first.printed()), Some(first.clone()));
            let locked = first.lock(sheet, Opens::Way, nonce, &plain).unwrap();
            prop_assert_eq!(first.unlock(sheet, Opens::Way, &locked).map(|p| *p), Some(plain));
            // neither another code, nor for another sheet, nor for something else, nor changed by one bit
            if first != second {
                prop_assert!(second.unlock(sheet, Opens::Way, &locked).is_none());
            }
            prop_assert!(first.unlock(sheet ^ 1, Opens::Way, &locked).is_none());
            prop_assert!(first.unlock(sheet, Opens::Recording, &locked).is_none());
            let mut changed = URL_SAFE_NO_PAD.decode(&locked).unwrap();
            let at = bit % (changed.len() * 8);
            changed[at / 8] ^= 1 << (at % 8);
            prop_assert!(first.unlock(sheet, Opens::Way, &URL_SAFE_NO_PAD.encode(changed)).is_none());
            prop_assert!(first.unlock(sheet, Opens::Way, &locked[..locked.len() - 1]).is_none());
        }

        #[test]
        fn whatever_is_typed_is_read_or_not_and_never_a_panic(typed: String) {
            if let Some(code) = Code::read(&typed) {
                prop_assert_eq!(Code::read(&code.printed()), Some(code));
            }
        }
    }
}
