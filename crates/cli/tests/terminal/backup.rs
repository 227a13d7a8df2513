//! A plant is saved, its machine is lost, and it stands again on a new one: with the keyring from the safe, only so.

use serde_json::{Value, json};

use super::folder::Folder;

const NOW: [&str; 2] = ["--plant-now", "2026-11-16T07:30:00Z"];
const PASSPHRASE: &str = "correct horse battery staple\n";

fn run(folder: &Folder, words: &[&str], stdin: &str) -> (Option<i32>, Value) {
    folder.json(&[words, &NOW[..]].concat(), stdin)
}

#[test]
fn a_plant_stands_again_on_a_new_machine() {
    let (plant, disk, safe) = (Folder::new("saved"), Folder::new("disk"), Folder::new("safe"));
    assert!(plant.run(&["demo", "--no-serve"], "").status.success());
    let path = |folder: &Folder, name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (backup, keys) = (path(&disk, "monday"), path(&safe, "keys"));
    // given a backup on another disk and the keyring in a safe
    let (code, made) = run(&plant, &["backup", &backup], "");
    assert_eq!(code, Some(0), "{made}");
    let (code, said) = run(&plant, &["backup", &path(&plant, "beside")], "");
    assert!(code == Some(2) && said.to_string().contains("lost with it"), "{said}");
    let (code, said) = run(&plant, &["keys", "export", &path(&disk, "monday/keys")], PASSPHRASE);
    assert!(code == Some(2) && said.to_string().contains("must not lie beside a backup"), "{said}");
    assert_eq!(run(&plant, &["keys", "export", &keys], "short\n").0, Some(2));
    assert_eq!(run(&plant, &["keys", "export", &keys], PASSPHRASE).0, Some(0));
    let (_, was) = run(&plant, &["verify", "--rebuild"], "");
    // when a new machine has the backup alone: nothing can be read, and it says so
    let new = Folder::new("new");
    let (code, said) = run(&new, &["restore", &backup], "");
    assert!(code == Some(2) && said.to_string().contains("cannot be read without it"), "{said}");
    assert_eq!(std::fs::read_dir(new.path()).unwrap().count(), 0, "it touched the new machine");
    // and with a wrong passphrase there is no keyring
    let (code, said) = run(&new, &["keys", "import", &keys], "another long passphrase\n");
    assert!(code == Some(2) && said.to_string().contains("does not open this file"), "{said}");
    // when it has both
    assert_eq!(run(&new, &["keys", "import", &keys], PASSPHRASE).0, Some(0));
    let (code, said) = run(&new, &["restore", &backup], "");
    assert_eq!((code, &said["size"]), (Some(0), &made["size"]), "{said}");
    assert!(said["next"].as_str().unwrap().contains("restored from a backup"), "{said}");
    // then it waits for two people to say so, and goes on
    let suspend =
        json!({ "reference": "ALT", "name": "Altwerk", "zone": "Europe/Berlin", "country": "DE" }).to_string();
    let register = ["act", "register-site", "--as", "N-100"];
    assert_eq!(run(&new, &register, &suspend).0, Some(2));
    let say = ["restored", "--as", "N-102", "--second", "N-100", "--reason", "The disk died."];
    let (code, said) = run(&new, &say, "");
    assert_eq!((code, &said["old"]["size"]), (Some(0), &made["size"]), "{said}");
    assert_eq!(run(&new, &register, &suspend).0, Some(0));
    let (code, sound) = run(&new, &["verify", "--rebuild"], "");
    assert_eq!((code, &sound["sound"], &sound["damage"]), (Some(0), &json!(true), &json!([])), "{sound}");
    assert_eq!(sound["evidence"], was["evidence"]);
    // and into what is not empty nothing is restored
    let (code, said) = run(&new, &["restore", &backup], "");
    assert!(code == Some(2) && said.to_string().contains("empty"), "{said}");
}
