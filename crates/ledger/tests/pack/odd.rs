//! Packs that whoever holds the log key can sign and that two readers could take differently: nesting at its limit,
//! keys and signatures that verify without saying anything, a policy that names somebody else's key.

use std::ops::{Add, Mul};

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::SigningKey;
use plantgate_ledger::{
    Note, VerifierKey,
    pack::{check, names},
};
use sha2::{Digest, Sha256, Sha512};

use crate::{forged, given};

type Cases = Vec<(String, Vec<u8>)>;

/// Arrays in each other; the innermost one is empty.
fn nested(arrays: usize) -> Vec<u8> {
    let value = "[".repeat(arrays) + &"]".repeat(arrays);
    // The entry itself and its data are two levels, and the entry's other fields stay as they are.
    let body = String::from_utf8(given::body(0)).unwrap();
    body.replace("\"n\":0", &format!("\"n\":{value}")).into_bytes()
}

fn depths() -> Cases {
    let pack = |arrays| given::of_bodies(&[nested(arrays)], None);
    [("sound, 32 levels", 30), ("33 levels", 31), ("34 levels", 32)]
        .map(|(what, arrays)| (what.to_owned(), pack(arrays)))
        .into()
}

/// The text form of a key of any type and any bytes.
fn key_text(name: &str, kind: u8, public: &[u8; 32]) -> String {
    let raw = [&[kind], public.as_slice()].concat();
    let id = Sha256::digest([name.as_bytes(), b"\n", &raw].concat());
    let id: String = id[..4].iter().map(|b| format!("{b:02x}")).collect();
    format!("{name}+{id}+{}", STANDARD.encode(raw))
}

/// Encodings of the points of small order: each y with both signs, and those that are spelled beyond the prime.
pub fn small_order() -> Vec<[u8; 32]> {
    let mut prime = [0xff_u8; 32];
    (prime[0], prime[31]) = (0xed, 0x7f);
    let with = |first: u8, of: [u8; 32]| [&[first], &of[1..]].concat().try_into().unwrap();
    let order_8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
    let other_8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
    let read = |hex: &str| -> [u8; 32] {
        let byte = |n: usize| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap();
        (0..32).map(byte).collect::<Vec<_>>().try_into().unwrap()
    };
    let ys = [[0; 32], with(1, [0; 32]), with(0xec, prime), prime, with(0xee, prime), read(order_8), read(other_8)];
    let signed = |y: [u8; 32]| {
        let mut negative = y;
        negative[31] |= 0x80;
        [y, negative]
    };
    ys.into_iter().flat_map(signed).collect()
}

/// A number out of 64 bytes, modulo the order of whatever counts here.
fn number<S: Copy + From<u64> + Add<Output = S> + Mul<Output = S>>(like: S, bytes: &[u8]) -> S {
    let nought = like * S::from(0);
    bytes.iter().rev().fold(nought, |sum, b| sum * S::from(256) + S::from(u64::from(*b)))
}

/// A signature by our key whose first half is the neutral point: openssl takes it, a strict reader does not.
fn weak_signature(text: &str) -> Vec<u8> {
    let key = SigningKey::from_bytes(&[9; 32]);
    let (mut r, public) = ([0; 32], key.verifying_key());
    r[0] = 1;
    let hash = Sha512::digest([&r, public.as_bytes().as_slice(), text.as_bytes()].concat());
    let secret = key.to_scalar();
    let s = number(secret, &hash) * secret;
    [r, s.to_bytes()].concat()
}

fn weakly_signed(text: &str) -> String {
    let id = given::key().verifier().id();
    let line = STANDARD.encode([id.as_slice(), &weak_signature(text)].concat());
    format!("{text}\n\u{2014} {} {line}\n", given::key().verifier().name())
}

fn weak_signatures() -> Cases {
    let whole = forged::files(&given::selection());
    let text_of = |name: &str| Note::parse(&whole[name]).unwrap().text().to_owned();
    let mut manifest = whole.clone();
    manifest.insert(names::NOTE.to_owned(), weakly_signed(&text_of(names::NOTE)).into_bytes());
    let mut head = whole.clone();
    let note = weakly_signed(&text_of(names::CHECKPOINT)).into_bytes();
    for (_, proof) in head.iter_mut().filter(|(name, _)| name.starts_with("proofs/")) {
        let at = proof.windows(2).position(|w| w == b"\n\n").unwrap() + 2;
        *proof = [&proof[..at], &note].concat();
    }
    head.insert(names::CHECKPOINT.to_owned(), note);
    vec![
        ("weak signature of the manifest".to_owned(), forged::packed(&manifest)),
        ("weak signature of the head".to_owned(), forged::signed(head, &given::key(), |_| ())),
    ]
}

fn policies() -> Cases {
    let (whole, key) = (forged::files(&given::selection()), given::key());
    let own = *key.verifier().public();
    let other = *given::other_key().verifier().public();
    let mut identity = [0; 32];
    identity[0] = 1;
    let sound = format!("log {}\n", key.verifier());
    let lines = [
        ("a cosigner's key", format!("log {}\n", key_text("plant.example/log", 4, &own))),
        ("another log", format!("log {}\n", key_text("other.example/log", 1, &own))),
        ("another key", format!("log {}\n", key_text("plant.example/log", 1, &other))),
        ("a weak key", format!("log {}\n", key_text("plant.example/log", 1, &identity))),
        ("two logs", format!("{sound}log {}\n", key_text("other.example/log", 1, &other))),
        ("the same log twice", sound.repeat(2)),
        ("a blank behind", sound.replace('\n', " \n")),
        ("sound", sound),
    ];
    let pack = |line: String| {
        let mut changed = whole.clone();
        changed.insert(names::POLICY.to_owned(), (line + "quorum none\n").into_bytes());
        forged::signed(changed, &key, |_| ())
    };
    lines.map(|(what, line)| (format!("policy of {what}"), pack(line))).into()
}

/// All of them; only what is called sound may be accepted, by either verifier.
pub fn cases() -> Cases {
    [depths(), weak_signatures(), policies()].concat()
}

#[test]
fn only_what_is_sound_is_accepted() {
    for (what, pack) in cases() {
        let accepted = check(&pack, &[given::key().verifier().clone()], &[]).map(|_| ());
        assert_eq!(accepted.is_ok(), what.contains("sound"), "{what}: {accepted:?}");
    }
}

#[test]
fn the_weak_signature_is_one_that_openssl_takes() {
    // given the text of a head, signed with the neutral point in the place of a secret number
    let pack = &weak_signatures()[1].1;
    let note = String::from_utf8(forged::files(pack)[names::CHECKPOINT].clone()).unwrap();
    let read = Note::parse(note.as_bytes()).unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&read.signatures()[0].signature).unwrap();
    let public = SigningKey::from_bytes(&[9; 32]).verifying_key();
    // then the equation holds, so that nothing but looking at the point itself refuses it
    assert!(ed25519_dalek::Verifier::verify(&public, read.text().as_bytes(), &signature).is_ok());
    assert!(public.verify_strict(read.text().as_bytes(), &signature).is_err());
}

#[test]
fn no_key_of_small_order_is_a_key_and_the_second_verifier_knows_the_same_ones() {
    let all = small_order();
    assert_eq!(all.len(), 14);
    for public in all {
        let text = key_text("plant.example/log", 1, &public);
        assert!(text.parse::<VerifierKey>().is_err(), "{text}");
        let said = crate::second::python("import sys, verify_pack; verify_pack.Key(sys.argv[1])", &text);
        assert!(said.contains("Fault"), "{text}: {said}");
    }
    let sound = given::key().verifier().to_string();
    assert_eq!(crate::second::python("import sys, verify_pack; verify_pack.Key(sys.argv[1])", &sound), "");
    assert_eq!(sound, key_text("plant.example/log", 1, given::key().verifier().public()));
}
