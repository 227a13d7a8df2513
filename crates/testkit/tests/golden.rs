//! The golden record comes to what it always came to, on both engines; what is expected changes only with an argument.

use plantgate_ledger::tree::leaf_hash;
use plantgate_testkit::{golden, world::World};
use serde_json::Value;

fn file(name: &str) -> String {
    std::fs::read_to_string(golden::folder().join(name)).unwrap()
}

#[tokio::test]
async fn a_record_of_an_older_release_reads_as_it_always_did_at_twenty_instants() {
    let expected: Value = serde_json::from_str(&file("standings.json")).unwrap();
    for w in World::both().await {
        // given entries that were written once, in an archive of this release
        let db = w.app.store().db();
        let size = golden::load(db).await;
        assert_eq!(size, file("record.jsonl").lines().count() as u64);
        // when they are folded to each instant by the rules of that day, then nobody's history was rewritten
        let found = golden::read(db).await;
        for t in golden::INSTANTS {
            assert_eq!(found[t], expected[t], "{} at {t}: see golden/CHANGES.md before you change this", w.engine);
        }
        w.close().await;
    }
    // and the instants see more than one world: the clock alone and entries both move it
    let words: std::collections::BTreeSet<String> = golden::INSTANTS.iter().map(|t| expected[t].to_string()).collect();
    assert!(words.len() >= 15, "{}", words.len());
    for level in ["good", "watch", "restricted"] {
        assert!(words.iter().any(|w| w.contains(&format!("\"standing\":\"{level}\""))), "{level}");
    }
}

#[test]
fn what_is_expected_changes_only_with_a_line_that_says_why() {
    let changes = file("CHANGES.md");
    for name in ["record.jsonl", "standings.json"] {
        // The leaf hash serves as the digest: it is at hand, and nobody makes one of it by accident.
        let digest = leaf_hash(file(name).as_bytes()).to_string();
        let line = changes.lines().rfind(|line| line.starts_with(&format!("- {name} ")));
        let line = line.unwrap_or_else(|| panic!("{name} has no line in golden/CHANGES.md"));
        assert!(line.contains(&digest), "{name} is now {digest}; its last line in golden/CHANGES.md is: {line}");
        let why = line.split_once(": ").map_or("", |(_, why)| why);
        assert!(why.split_whitespace().count() >= 8, "say in a sentence why {name} changed: {line}");
    }
}
