//! Kills of `cargo xtask hammer`, which kills longer, at instants that this seed chooses.

use std::process::Command;

/// The long form is `hammer bucket 100 SEED`, with `TEST_S3_ADDRESS`.
#[test]
fn a_process_killed_while_evidence_goes_into_a_bucket_leaves_no_entry_without_its_whole_file() {
    if plantgate_testkit::bucket::server().is_none() {
        return;
    }
    let hammer = Command::new(env!("CARGO_BIN_EXE_hammer")).args(["bucket", "6", "20261128"]).output().unwrap();
    let said = String::from_utf8_lossy(&hammer.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&hammer.stderr).into_owned();
    assert!(hammer.status.success(), "{said}{wrong}");
    let engines = 1 + usize::from(plantgate_testkit::postgres::server().is_some());
    let ended: Vec<&str> = said.lines().filter(|l| l.contains("no entry without its whole file")).collect();
    assert_eq!(ended.len(), engines, "{said}");
    // and most of them died at their work, or this would show nothing
    for line in ended {
        let middle = line.split_once("kills, ").and_then(|(_, rest)| rest.split_once(' ')).unwrap().0;
        assert!(middle.parse::<u32>().unwrap() >= 2, "{line}");
    }
}

/// A hundred, half of them on each engine.
#[test]
fn a_process_killed_in_an_import_an_upload_a_pack_or_a_rebuild_leaves_nothing_half_done() {
    let hammer = Command::new(env!("CARGO_BIN_EXE_hammer")).args(["faults", "50", "20261116"]).output().unwrap();
    let said = String::from_utf8_lossy(&hammer.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&hammer.stderr).into_owned();
    assert!(hammer.status.success() && said.contains("SQLite: 50 kills"), "{said}{wrong}");
    let engines = 1 + usize::from(plantgate_testkit::postgres::server().is_some());
    assert_eq!(said.matches("50 kills").count(), engines, "{said}");
    assert_eq!(said.matches("nothing lost, nothing half done").count(), engines, "{said}");
    // and most of them died at their work, or this would show nothing
    for line in said.lines().filter(|l| l.contains("50 kills")) {
        let counts = line.split_once('{').and_then(|(_, map)| map.split_once('}')).unwrap().0;
        let middle: u32 = counts.split(", ").map(|of| of.split_once(": ").unwrap().1.parse::<u32>().unwrap()).sum();
        assert!(middle >= 25, "{line}");
    }
}
