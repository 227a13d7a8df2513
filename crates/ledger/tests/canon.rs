//! Canonical bytes and entries: one value has one spelling, and nothing else is read.

use plantgate_ledger::{
    By, Envelope, On, Signed, canon,
    canon::{DEPTH_MAX, ENTRY_MAX, INTEGER_MAX, NotCanonical},
    entry::BadEntry,
};
use proptest::prelude::*;
use serde_json::{Value, json};

#[cfg(test)]
mod given {
    use super::*;

    pub fn entry(data: Value) -> Envelope {
        Envelope {
            v: 1,
            kind: "permit.access.requested@1".to_owned(),
            data,
            on: On { kind: "access".to_owned(), id: "a-17".to_owned() },
            ver: 3,
            at: "2026-01-31T12:00:00.000001Z".to_owned(),
            by: By::person(
                "0b0e7a3c-9f3a-4c33-8f6e-2f1f6a1d2c3b",
                vec!["owner".to_owned()],
                Some("passkey".to_owned()),
            ),
            request: "6f1f0d2e-7a52-4c3b-9d8e-112233445566".to_owned(),
            rules: 12,
            sw: "0.1.0".to_owned(),
        }
    }

    /// Any value our rules allow.
    pub fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-INTEGER_MAX..=INTEGER_MAX).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("[ -~]{0,12}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }
}

#[test]
fn what_canonical_json_cannot_say_is_refused() {
    let deep = |n| (0..n).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(canon::to_bytes(&json!(1.5)), Err(NotCanonical::Float));
    assert_eq!(canon::to_bytes(&json!(1.0)), Err(NotCanonical::Float));
    assert_eq!(canon::to_bytes(&json!(INTEGER_MAX + 1)), Err(NotCanonical::IntegerRange));
    assert_eq!(canon::to_bytes(&json!(-INTEGER_MAX - 1)), Err(NotCanonical::IntegerRange));
    assert_eq!(canon::to_bytes(&json!(u64::MAX)), Err(NotCanonical::IntegerRange));
    assert_eq!(canon::to_bytes(&json!({"ü": 1})), Err(NotCanonical::Key));
    // With another crate's features on, this key would be read back as a number.
    assert_eq!(canon::to_bytes(&json!({"$serde_json::private::Number": "1"})), Err(NotCanonical::Key));
    assert_eq!(canon::to_bytes(&deep(DEPTH_MAX + 1)), Err(NotCanonical::TooDeep));
    assert!(canon::to_bytes(&deep(DEPTH_MAX)).is_ok());
    // An empty array is a level too: the second verifier of packs counts what is nested, not what is in it.
    let hollow = |n| (1..n).fold(json!([]), |inner, _| json!([inner]));
    assert_eq!(canon::to_bytes(&hollow(DEPTH_MAX + 1)), Err(NotCanonical::TooDeep));
    assert!(canon::to_bytes(&hollow(DEPTH_MAX)).is_ok());
    assert!(canon::to_bytes(&json!("x".repeat(ENTRY_MAX - 2))).is_ok());
    assert_eq!(canon::to_bytes(&json!("x".repeat(ENTRY_MAX - 1))), Err(NotCanonical::TooLarge { max: ENTRY_MAX }));
}

#[test]
fn bytes_that_say_the_same_in_another_way_are_refused() {
    assert!(canon::parse_strict(br#"{"a":1,"b":"\n"}"#).is_ok());
    for bad in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"a":2}"#,
        r#"{"b":1,"a":1}"#,
        r#"{"a": 1}"#,
        r#" {"a":1}"#,
        r#"{"a":1} "#,
        r#"{"a":1.0}"#,
        r#"{"a":1e2}"#,
        r#"{"a":-0}"#,
        r#"{"a":"\u000a"}"#,
        r#"{"a":"\u0041"}"#,
        r#"{"a":"\/"}"#,
        r#"{"a":"\u001F"}"#,
        r#"{"a":9007199254740992}"#,
        "\u{feff}{}",
        "",
    ] {
        assert!(canon::parse_strict(bad.as_bytes()).is_err(), "{bad}");
    }
    let deep = [b"[".repeat(5000), b"]".repeat(5000)].concat();
    assert!(canon::parse_strict(&deep).is_err());
}

#[test]
fn an_entry_has_these_bytes_for_ever() {
    let bytes = given::entry(json!({"until": "2026-02-01", "minutes": 90})).to_leaf_bytes().unwrap();
    let expected = concat!(
        r#"{"at":"2026-01-31T12:00:00.000001Z","by":{"auth":"passkey","#,
        r#""person":"0b0e7a3c-9f3a-4c33-8f6e-2f1f6a1d2c3b","#,
        r#""roles":["owner"]},"data":{"minutes":90,"until":"2026-02-01"},"on":{"id":"a-17","kind":"access"},"#,
        r#""request":"6f1f0d2e-7a52-4c3b-9d8e-112233445566","rules":12,"sw":"0.1.0","#,
        r#""type":"permit.access.requested@1","v":1,"ver":3}"#
    );
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn an_entry_is_a_closed_form() {
    let text = String::from_utf8(given::entry(json!({})).to_leaf_bytes().unwrap()).unwrap();
    for (from, to) in [
        (r#""v":1,"#, r#""v":2,"#),
        (r#""v":1,"#, ""),
        (r#""v":1,"#, r#""v":1,"w":1,"#),
        (r#""ver":3"#, r#""ver":0"#),
        (r#""ver":3"#, r#""ver":3,"ver":3"#),
        (r#""roles":["owner"]"#, r#""roles":["owner"],"system":"clock""#),
        (r#""roles":["owner"]"#, r#""roles":["owner"],"system":null"#),
        (r#""roles":["owner"]"#, r#""roles":["Ann Müller"]"#),
        (r#""kind":"access""#, r#""kind":"access","more":1"#),
        ("requested@1", "requested@01"),
        ("requested@1", "requested"),
        ("permit.access.requested@1", "permit@1"),
        ("000001Z", "00001Z"),
        ("000001Z", "000001+00:00"),
        ("12:00", "24:00"),
        ("6f1f0d2e", "6F1F0D2E"),
    ] {
        let bad = text.replace(from, to);
        assert_ne!(bad, text);
        assert!(Envelope::from_leaf_bytes(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn an_entry_that_says_nothing_sound_is_not_written() {
    let nobody = By { person: None, system: None, roles: Vec::new(), auth: None, signed: None };
    let entry = Envelope { by: nobody, ..given::entry(json!({})) };
    assert_eq!(entry.to_leaf_bytes(), Err(BadEntry::Field("by")));
    let entry = given::entry(json!({"price": 1.5}));
    assert_eq!(entry.to_leaf_bytes(), Err(BadEntry::Canon(NotCanonical::Float)));
    let entry = given::entry(json!("x".repeat(ENTRY_MAX)));
    assert!(matches!(entry.to_leaf_bytes(), Err(BadEntry::Canon(NotCanonical::TooLarge { .. }))));
    let system = Envelope { by: By::system("clock"), ..given::entry(json!({})) };
    assert_eq!(Envelope::from_leaf_bytes(&system.to_leaf_bytes().unwrap()), Ok(system.clone()));
    assert_eq!((system.kind_name(), system.kind_version()), ("permit.access.requested", 1));
}

/// A signature under an entry is part of its bytes: every field of it, and only in the one form.
#[test]
fn a_signature_stands_in_the_entry_or_nowhere() {
    let signed = Signed {
        digest: "a".repeat(64),
        factors: vec!["password".to_owned(), "totp".to_owned()],
        first: true,
        meaning: "approval".to_owned(),
        version: 3,
    };
    let under = |signed: Signed| {
        let mut entry = given::entry(json!({"a": 1}));
        entry.by.signed = Some(signed);
        entry
    };
    let bytes = under(signed.clone()).to_leaf_bytes().unwrap();
    assert_eq!(Envelope::from_leaf_bytes(&bytes), Ok(under(signed.clone())));
    assert!(canon::parse_strict(&bytes).is_ok(), "{}", String::from_utf8_lossy(&bytes));
    // what is no signature is written by nobody
    for bad in [
        Signed { digest: "A".repeat(64), ..signed.clone() },
        Signed { digest: "a".repeat(63), ..signed.clone() },
        Signed { factors: Vec::new(), ..signed.clone() },
        Signed { meaning: "I agree".to_owned(), ..signed.clone() },
        Signed { version: 0, ..signed.clone() },
    ] {
        assert_eq!(under(bad.clone()).to_leaf_bytes(), Err(BadEntry::Field("by")), "{bad:?}");
    }
    // and no part of the system signs
    let mut entry = under(signed);
    entry.by = By { signed: entry.by.signed, ..By::system("clock") };
    assert_eq!(entry.to_leaf_bytes(), Err(BadEntry::Field("by")));
}

proptest! {
    #[test]
    fn a_value_comes_back_as_it_was(value in given::value()) {
        let bytes = canon::to_bytes(&value).unwrap();
        prop_assert_eq!(canon::parse_strict(&bytes), Ok(value.clone()));
        // Any other JSON program reads the same value.
        prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
    }

    #[test]
    fn one_flipped_bit_is_refused_or_another_value(value in given::value(), pick in any::<usize>(), bit in 0..8) {
        let mut bytes = canon::to_bytes(&value).unwrap();
        let at = pick % bytes.len();
        bytes[at] ^= 1_u8 << bit;
        prop_assert_ne!(canon::parse_strict(&bytes), Ok(value));
    }

    #[test]
    fn an_entry_comes_back_and_is_canonical_json(value in given::value(), pick in any::<usize>(), bit in 0..8) {
        let entry = given::entry(value);
        let mut bytes = entry.to_leaf_bytes().unwrap();
        prop_assert_eq!(Envelope::from_leaf_bytes(&bytes), Ok(entry.clone()));
        prop_assert!(canon::parse_strict(&bytes).is_ok());
        let at = pick % bytes.len();
        bytes[at] ^= 1_u8 << bit;
        prop_assert_ne!(Envelope::from_leaf_bytes(&bytes), Ok(entry));
    }

    #[test]
    fn hostile_bytes_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        text in "[\\[\\]{}\",:0-9a-e.\\\\-]{0,60}",
    ) {
        let _ = canon::parse_strict(&bytes);
        if let Ok(value) = canon::parse_strict(text.as_bytes()) {
            prop_assert_eq!(canon::to_bytes(&value).unwrap(), text.into_bytes());
        }
        let _ = Envelope::from_leaf_bytes(&bytes);
    }
}
