//! When an outsider vouches for a head: it is signed by a log it was told of, and it continues the last one.

use plantgate_ledger::{
    Checkpoint, SecretKey, Tree, VerifierKey,
    tree::{Hash, consistency, leaf_hash},
    witness::{HASHES_MAX, No, Request},
};
use proptest::prelude::*;

#[cfg(test)]
mod given {
    use super::*;

    pub fn key() -> SecretKey {
        SecretKey::from_seed("plant.example/log", &[9; 32]).unwrap()
    }
    pub fn known() -> [VerifierKey; 1] {
        [key().verifier().clone()]
    }
    /// A log of this many entries; another history begins with another word.
    pub fn log(word: &str, size: u64) -> Tree {
        (0..size).map(|n| leaf_hash(format!("{word} {n}").as_bytes())).collect()
    }
    pub fn request(tree: &Tree, old: u64, size: u64) -> Request {
        let head = Checkpoint { origin: "plant.example/log".to_owned(), size, root: log_root(tree, size) };
        let proof = consistency(tree, old, size).unwrap();
        Request { old, proof, checkpoint: head.sign(&[&key()]).unwrap().to_string() }
    }
    pub fn log_root(tree: &Tree, size: u64) -> Hash {
        plantgate_ledger::tree::root_of(tree, size).unwrap()
    }
}

fn judged(request: &Request, last: Option<(u64, Hash)>) -> Result<u64, No> {
    let (_, head) = request.head(&given::known())?;
    request.continues(&head, last).map(|()| head.size)
}

#[test]
fn a_head_that_continues_the_last_one_is_vouched_for() {
    let tree = given::log("a", 20);
    let last = Some((7, given::log_root(&tree, 7)));
    assert_eq!(judged(&given::request(&tree, 0, 7), None), Ok(7));
    assert_eq!(judged(&given::request(&tree, 7, 20), last), Ok(20));
    // the same head again: nothing happened since
    assert_eq!(judged(&given::request(&tree, 7, 7), last), Ok(7));
}

#[test]
fn everything_else_is_refused_with_its_reason() {
    let (tree, other) = (given::log("a", 20), given::log("b", 20));
    let last = Some((7, given::log_root(&tree, 7)));
    // given an older head, or one the asker believes to be the last
    assert_eq!(judged(&given::request(&tree, 5, 6), last), Err(No::Moved(7)));
    assert_eq!(judged(&given::request(&tree, 9, 20), last), Err(No::Moved(7)));
    assert_eq!(judged(&given::request(&tree, 0, 20), last), Err(No::Moved(7)));
    assert_eq!(judged(&given::request(&tree, 3, 20), None), Err(No::Moved(0)));
    // given another history
    assert_eq!(judged(&given::request(&other, 7, 7), last), Err(No::Split(7)));
    assert_eq!(judged(&given::request(&other, 7, 20), last), Err(No::Proof(7)));
    let more = Request { proof: vec![Hash::EMPTY_ROOT], ..given::request(&tree, 7, 7) };
    assert_eq!(judged(&more, last), Err(No::Proof(7)));
    // given an old size beyond the head
    assert_eq!(judged(&Request { old: 21, ..given::request(&tree, 7, 20) }, last), Err(No::Form));
    // given a stranger's log, or a stranger's key under the name
    let asked = given::request(&tree, 7, 20);
    let named = |name: &str, seed: u8| [SecretKey::from_seed(name, &[seed; 32]).unwrap().verifier().clone()];
    assert_eq!(asked.head(&named("other.example/log", 9)).unwrap_err(), No::Unknown("plant.example/log".to_owned()));
    assert_eq!(asked.head(&named("plant.example/log", 8)).unwrap_err(), No::Unsigned("plant.example/log".to_owned()));
    assert_eq!(asked.head(&[]).unwrap_err(), No::Unknown("plant.example/log".to_owned()));
}

#[test]
fn a_request_has_one_spelling() {
    let asked = given::request(&given::log("a", 20), 7, 20);
    let text = asked.text();
    assert_eq!(Request::parse(text.as_bytes()), Ok(asked.clone()));
    assert_eq!(asked.origin().unwrap(), "plant.example/log");
    let odd = [
        text.replacen("old 7", "old 07", 1),
        text.replacen("old 7", "old +7", 1),
        text.replacen("old 7", "old 7 ", 1),
        text.replacen("old 7\n", "old 7\r\n", 1),
        text.replacen("\n\n", "\n\n\n", 1),
        text.replacen("old ", "", 1),
        text[..text.find("\n\n").unwrap()].to_owned(),
        String::new(),
    ];
    for odd in odd {
        let refused = Request::parse(odd.as_bytes()).and_then(|r| r.head(&given::known()).map(|_| ()));
        assert!(refused.is_err(), "{odd:?}");
    }
    let long = Request { proof: vec![Hash::EMPTY_ROOT; HASHES_MAX + 1], ..asked };
    assert_eq!(Request::parse(long.text().as_bytes()), Err(No::Form));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_two_sizes_of_one_log_continue_and_of_two_logs_never(a in 1_u64..80, b in 1_u64..80, at in 0_u64..80) {
        let (old, new) = (a.min(b), a.max(b));
        let tree = given::log("a", new);
        let last = Some((old, given::log_root(&tree, old)));
        prop_assert_eq!(judged(&given::request(&tree, old, new), last), Ok(new));
        // given one entry below the vouched size changed: no head of that history continues it
        let at = at % old;
        let changed: Tree = (0..new)
            .map(|n| leaf_hash(format!("{} {n}", if n == at { "x" } else { "a" }).as_bytes()))
            .collect();
        prop_assert!(judged(&given::request(&changed, old, new), last).is_err());
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _any = Request::parse(&bytes);
    }
}
