//! The golden records come to what they always came to, on both engines; what is expected changes only with an
//! argument.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use plantgate_ledger::tree::leaf_hash;
use plantgate_testkit::{golden, world::World};
use serde_json::Value;

/// Events that stand in no golden record, and why. A new event is added here with its first release and goes into the
/// next record.
const IN_NONE: &[(&str, &str)] = &[
    ("expect.agreement.ended@1", "no act writes it yet, so no record can hold it"),
    ("expect.agreement.revised@1", "no line of the story does it; goes into the next record"),
    ("expect.clock.confirmed@1", "only under a doubted clock: loop.rs and pace tests"),
    ("expect.clock.named@1", "only under a doubted clock: loop.rs and pace tests"),
    ("expect.code.used@1", "a gateway that is cut off tells it, and a story opens none: tests of the gateway"),
    ("expect.codes.issued@1", "newer than the second record; goes into the next record"),
    ("expect.codes.withdrawn@1", "newer than the second record; goes into the next record"),
    ("expect.compensation.broken@1", "new with its act; goes into the next record"),
    ("expect.compensation.set@1", "new with its act; goes into the next record"),
    ("expect.conduit.revised@1", "no line of the story does it; goes into the next record"),
    ("expect.instance.endpoint_pinned@1", "the story does it; goes into the next record"),
    ("expect.instance.endpoint_unpinned@1", "the story does it; goes into the next record"),
    ("expect.instance.validation_set@1", "no act writes it yet, so no record can hold it"),
    ("expect.key.rotated@1", "a new key for the log: tests of the terminal"),
    ("expect.login_secret.put@1", "newer than the second record; goes into the next record"),
    ("expect.login_secret.refused@1", "a gateway tells it, and a story opens none: tests of the gateway"),
    ("expect.login_secret.removed@1", "newer than the second record; goes into the next record"),
    ("expect.login_secret.shown@1", "newer than the second record; goes into the next record"),
    ("expect.organisation.renamed@1", "no act writes it yet, so no record can hold it"),
    ("expect.pack.made@1", "read by an upcast; domain tests read one of it"),
    ("expect.pack.made@2", "no line of the story does it; goes into the next record"),
    ("expect.provider.alias_given@1", "no line of the story does it; goes into the next record"),
    ("expect.provider.alias_taken@1", "no line of the story does it; goes into the next record"),
    ("expect.provider.revised@1", "no line of the story does it; goes into the next record"),
    ("expect.record.restored@1", "only in a restored record: tests of backups"),
    ("expect.rules.approved@1", "no line of the story does it; goes into the next record"),
    ("expect.recording_days.set@1", "no line of the story does it; goes into the next record"),
    ("expect.site.revised@1", "no line of the story does it; goes into the next record"),
    ("expect.system.revised@1", "no line of the story does it; goes into the next record"),
    ("expect.tier.reconciled@1", "no act writes it yet, so no record can hold it"),
    ("expect.trail.reviewed@2", "new; the records hold the first version, which an upcast reads"),
    ("permit.access.covered@1", "newer than the second record; goes into the next record"),
    ("permit.activation.beforehand_agreed@1", "newer than the second record; goes into the next record"),
    ("permit.activation.beforehand_given@1", "newer than the second record; goes into the next record"),
    ("permit.activation.beforehand_withdrawn@1", "newer than the second record; goes into the next record"),
    ("permit.grant.certified@1", "for a grant without attendance, which the story has none of: the terminal's tests"),
    ("permit.grant.closed@1", "no act writes it yet, so no record can hold it"),
    ("permit.grant.step_done@1", "newer than the second record; goes into the next record"),
    ("permit.grant.step_undone@1", "newer than the second record; goes into the next record"),
    ("permit.grant.shift_confirmed@1", "newer than the second record; goes into the next record"),
    ("qualify.certificate.revoked@1", "no act writes it yet, so no record can hold it"),
    ("qualify.due.moved@1", "no act writes it yet, so no record can hold it"),
    ("qualify.obligation.ended@1", "no line of the story does it; goes into the next record"),
    ("qualify.passkey.doubted@1", "only by a passkey whose counter went back; tests/passkeys.rs"),
    ("qualify.recovery.made@1", "done by its own door only; tests/recovery.rs"),
    ("qualify.recovery.used@1", "done by its own door only; tests/recovery.rs"),
    ("qualify.request.cancelled@1", "no act writes it yet, so no record can hold it"),
    ("qualify.request.returned@1", "no line of the story does it; goes into the next record"),
    ("qualify.service.handed_over@1", "newer than the second record; goes into the next record"),
    ("qualify.service.made@1", "newer than the second record; goes into the next record"),
    ("qualify.signature.failed@1", "no line of the story fails to sign; goes into the next record"),
    ("qualify.sign_in.ended@1", "newer than the second record; goes into the next record"),
    ("qualify.token.made@1", "newer than the second record; goes into the next record"),
    ("qualify.token.revoked@1", "newer than the second record; goes into the next record"),
    ("review.task.dismissed@1", "no line of the story does it; goes into the next record"),
    ("witness.account.bound@1", "newer than the second record; goes into the next record"),
    ("witness.account.turned@1", "newer than the second record; goes into the next record"),
    ("witness.account.unbound@1", "newer than the second record; goes into the next record"),
    ("witness.account.checked_in@1", "newer than the second record; goes into the next record"),
    ("witness.account.checked_out@1", "newer than the second record; goes into the next record"),
    ("witness.account.used@1", "no act writes it yet, so no record can hold it"),
    ("witness.account_list.taken@1", "read by an upcast; domain tests read one of it"),
    ("witness.session.adjacent_noted@1", "newer than the second record; goes into the next record"),
    ("witness.session.brought@1", "newer than the second record; goes into the next record"),
    ("witness.session.closing@1", "a gateway writes it, and a story opens none: tests of the gateway"),
    ("witness.session.cut@1", "a gateway writes it, and a story opens none: tests of the gateway"),
    ("witness.session.cut_off@1", "a gateway that is cut off tells it, and a story opens none: tests of the gateway"),
    ("witness.session.noticed@1", "a gateway writes it, and a story opens none: tests of the gateway"),
    ("witness.session.other_key_shown@1", "a gateway writes it, and a story opens none: tests of the gateway"),
    ("witness.recording.deleted@1", "only of what a gateway recorded: tests of the gateway"),
    ("witness.session.code_read_out@1", "only of what began at a cut-off gateway: tests of the gateway"),
    ("witness.recording.kept@1", "only of what a gateway recorded: tests of the gateway"),
    ("witness.recording.released@1", "only of what a gateway recorded: tests of the gateway"),
    ("witness.session.recorded@1", "a gateway writes it, and a story opens none: tests of the gateway"),
    ("witness.session.safe@1", "a gateway writes it, and a story opens none: tests of the gateway"),
    ("witness.session.viewed@1", "only of what a gateway recorded: tests of the gateway"),
];

fn file(name: &str) -> String {
    std::fs::read_to_string(golden::folder().join(name)).unwrap()
}

#[tokio::test]
async fn a_record_of_an_older_release_reads_as_it_always_did_at_twenty_instants() {
    for (record, standings) in golden::RECORDS {
        let expected: Value = serde_json::from_str(&file(standings)).unwrap();
        for w in World::both().await {
            // given entries that were written once, in an archive of this release
            let db = w.app.store().db();
            let size = golden::load(db, record).await;
            assert_eq!(size, file(record).lines().count() as u64, "{record}");
            // when they are folded to each instant by the rules of that day, then nobody's history was rewritten
            let found = golden::read(db).await;
            for t in golden::INSTANTS {
                let at = format!("{} at {t}: see golden/CHANGES.md before you change {standings}", w.engine);
                assert_eq!(found[t], expected[t], "{at}");
            }
            w.close().await;
        }
        // and the instants see more than one world: the clock alone and entries both move it
        let words: BTreeSet<String> = golden::INSTANTS.iter().map(|t| expected[t].to_string()).collect();
        assert!(words.len() >= 15, "{record}: {}", words.len());
        for level in ["good", "watch", "restricted"] {
            assert!(words.iter().any(|w| w.contains(&format!("\"standing\":\"{level}\""))), "{record}: {level}");
        }
    }
}

#[test]
fn what_is_expected_changes_only_with_a_line_that_says_why() {
    let changes = file("CHANGES.md");
    for name in golden::RECORDS.into_iter().flat_map(|(record, standings)| [record, standings]) {
        // The leaf hash serves as the digest: it is at hand, and nobody makes one of it by accident.
        let digest = leaf_hash(file(name).as_bytes()).to_string();
        let line = changes.lines().rfind(|line| line.starts_with(&format!("- {name} ")));
        let line = line.unwrap_or_else(|| panic!("{name} has no line in golden/CHANGES.md: it is {digest}"));
        assert!(line.contains(&digest), "{name} is now {digest}; its last line in golden/CHANGES.md is: {line}");
        let why = line.split_once(": ").map_or("", |(_, why)| why);
        assert!(why.split_whitespace().count() >= 8, "say in a sentence why {name} changed: {line}");
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every name an entry is or was stored under, out of the vocabulary's source.
fn vocabulary() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../domain/src/event"), &mut files);
    let named = |text: String| -> Vec<String> {
        let literals = text.split('"').skip(1).step_by(2);
        let name =
            |s: &&str| s.rsplit_once('@').is_some_and(|(stem, n)| stem.contains('.') && n.parse::<u32>().is_ok());
        literals.filter(name).map(str::to_owned).collect()
    };
    files.into_iter().flat_map(|path| named(std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_event_there_is_stands_in_a_golden_record() {
    let mut stored = BTreeSet::new();
    for (record, _) in golden::RECORDS {
        for line in file(record).lines() {
            let entry: Value = serde_json::from_str(line).unwrap();
            stored.extend(entry["event"]["type"].as_str().or(entry["type"].as_str()).map(str::to_owned));
        }
    }
    let all = vocabulary();
    assert!(all.len() > 150 && stored.len() > 90, "{} {}", all.len(), stored.len());
    let none: BTreeSet<String> = all.difference(&stored).cloned().collect();
    let said: BTreeSet<String> = IN_NONE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(none, said, "say why these stand in none, or put them into the next one");
    assert!(IN_NONE.iter().all(|(_, why)| why.split_whitespace().count() >= 3));
}
