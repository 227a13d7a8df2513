//! Answers that others published, worked out once more by the code that runs here: the tree, the signature, canonical
//! JSON. Another processor, another compiler or a damaged file would give another answer.

use plantgate_ledger::{
    canon,
    key::SecretKey,
    note::Note,
    tree::{Edge, Hash, leaf_hash},
};
use serde_json::Value;

use super::report::Report;

/// A question, what others published, and how it is worked out here.
pub struct Answer {
    what: &'static str,
    published: &'static str,
    here: fn() -> String,
}

pub const ANSWERS: &[Answer] = &[
    Answer {
        // RFC 6962 §2.1: the root of the empty tree is the digest of nothing.
        what: "known answer: root of the empty tree (RFC 6962)",
        published: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        here: || Edge::default().root().to_string(),
    },
    Answer {
        what: "known answer: hash of an empty leaf (RFC 6962)",
        published: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        here: || leaf_hash(b"").to_string(),
    },
    Answer {
        // From the test data of Certificate Transparency: of its eight leaves the first three.
        what: "known answer: root over three leaves (Certificate Transparency)",
        published: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        here: three_leaves,
    },
    Answer {
        // RFC 8032 §7.1, test 1.
        what: "known answer: public key of a seed (RFC 8032)",
        published: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        here: || public_key("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
    },
    Answer {
        // The documentation of Go's sumdb/note, with the key it publishes for this purpose.
        what: "known answer: a signature made (Go sumdb/note)",
        published: SIGNED,
        here: || signed().map_or_else(|e| e, |note| note.to_string().lines().last().unwrap_or_default().to_owned()),
    },
    Answer {
        what: "known answer: a signature checked, and refused over a changed text (Go sumdb/note)",
        published: "accepted, refused when changed",
        here: || checked().unwrap_or_else(|e| e),
    },
    Answer {
        // RFC 8785 §3.2.2 and §3.2.3, the parts within our rules: literals, escapes, order of keys.
        what: "known answer: canonical JSON (RFC 8785)",
        published: r#"{"":"","1":1,"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#,
        here: canonical,
    },
    Answer {
        what: "known answer: JSON in another spelling is refused (RFC 8785)",
        published: "order refused, blank refused, escape refused, key twice refused",
        here: other_spellings,
    },
];

const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SIGNED: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUg\
    YN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";

/// Works each of them out and holds it against what was published.
pub fn judge(report: &mut Report, answers: &[Answer]) {
    for answer in answers {
        let is = (answer.here)();
        report.judge(answer.what, is == answer.published, is);
    }
}

fn three_leaves() -> String {
    let mut edge = Edge::default();
    [b"".as_slice(), b"\x00", b"\x10"].iter().for_each(|leaf| edge.push(leaf_hash(leaf)));
    edge.root().to_string()
}

fn seeded(name: &str, seed: &str) -> Result<SecretKey, String> {
    let seed: Hash = seed.parse().map_err(|_| "no seed".to_owned())?;
    SecretKey::from_seed(name, seed.as_bytes()).map_err(|e| e.to_string())
}

fn public_key(seed: &str) -> String {
    seeded("rfc8032", seed).map_or_else(|e| e, |key| Hash(*key.verifier().public()).to_string())
}

fn published_key() -> Result<SecretKey, String> {
    seeded("PeterNeumann", "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173")
}

fn signed() -> Result<Note, String> {
    Note::sign(TEXT, &[&published_key()?]).map_err(|e| e.to_string())
}

fn checked() -> Result<String, String> {
    let keys = [published_key()?.verifier().clone()];
    let accepted = |text: &str| -> Result<&str, String> {
        let note = Note::parse(format!("{text}\n{SIGNED}\n").as_bytes()).map_err(|e| e.to_string())?;
        Ok(if note.verify(&keys).is_ok() { "accepted" } else { "refused" })
    };
    Ok(format!("{}, {} when changed", accepted(TEXT)?, accepted(&TEXT.replace("answer", "answar"))?))
}

fn canonical() -> String {
    let given =
        r#"{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false],"1":1,"":""}"#;
    let value: Value = serde_json::from_str(given).unwrap_or_default();
    canon::to_bytes(&value).map_or_else(|e| e.to_string(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn other_spellings() -> String {
    let spellings = [
        ("order", r#"{"b":1,"a":1}"#),
        ("blank", r#"{"a": 1}"#),
        ("escape", r#"{"a":"\u0041"}"#),
        ("key twice", r#"{"a":1,"a":1}"#),
    ];
    let word = |text: &str| if canon::parse_strict(text.as_bytes()).is_err() { "refused" } else { "accepted" };
    spellings.map(|(what, text)| format!("{what} {}", word(text))).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_answer_is_given_here() {
        let mut report = Report::default();
        judge(&mut report, ANSWERS);
        assert_eq!((report.unmet(), report.lines().len()), (vec![], ANSWERS.len()), "{}", report.text());
    }

    #[test]
    fn each_of_them_fails_alone_when_the_answer_is_another_one() {
        for wrong in ANSWERS {
            let spoilt: Vec<Answer> = ANSWERS
                .iter()
                .map(|a| Answer {
                    what: a.what,
                    published: a.published,
                    here: if a.what == wrong.what { || "something else".to_owned() } else { a.here },
                })
                .collect();
            let mut report = Report::default();
            judge(&mut report, &spoilt);
            assert_eq!(report.unmet(), [wrong.what]);
            assert!(!report.met() && report.text().ends_with("result | not every judged line is met\n"));
        }
    }
}
