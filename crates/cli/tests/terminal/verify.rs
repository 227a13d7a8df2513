//! `plantgate verify` as people type it: which modes ran, what is damaged, what it means, and the exit codes, which are
//! part of the interface.

use plantgate_store::{Db, Limits};
use plantgate_testkit::postgres::Scratch;
use serde_json::json;

use super::folder::Folder;

const FOUND: &str = r#"{ "name": "Veltrane", "language": "en", "site": null,
    "person": { "handle": "ada", "name": "Ada Admin", "roles": ["administrator"] } }"#;

/// A record of some entries; with an address, on that server.
fn founded(name: &str, address: Option<&str>) -> Folder {
    let folder = Folder::new(name);
    if let Some(address) = address {
        folder.write("plantgate.toml", &format!("database = \"{address}\"\n"));
    }
    let (code, said) = folder.json(&["act", "found-organisation"], FOUND);
    assert_eq!(code, Some(0), "{said}");
    folder
}

async fn edit(address: &str, sql: &'static str) {
    let db = Db::open(address, &Limits::standard()).await.unwrap();
    let mut tx = db.write().await.unwrap();
    assert!(tx.run(sql, &[]).await.unwrap() > 0);
    tx.commit().await.unwrap();
    db.close().await;
}

fn file(folder: &Folder) -> String {
    folder.path().join("plant.sqlite").to_string_lossy().into_owned()
}

/// Code, data and words of one command.
fn said(folder: &Folder, words: &[&str]) -> (Option<i32>, String, String) {
    let out = folder.run(words, "");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.code(), text(&out.stdout), text(&out.stderr))
}

#[test]
fn a_sound_record_says_what_was_looked_at_and_what_was_not() {
    let folder = founded("verify-sound", None);
    // given nothing damaged, all of a small record is affordable
    let (code, data, words) = said(&folder, &["verify"]);
    assert_eq!(code, Some(0), "{data}{words}");
    for mode in ["ran: heads", "ran: leaves", "ran: commitments", "ran: blobs", "ran: rebuild"] {
        assert!(data.contains(mode), "{mode}: {data}");
    }
    assert!(words.contains("Nobody outside has signed this record") && words.contains("Not looked at by any mode"));
    // and who asks for one mode is told of the others
    let (code, data, words) = said(&folder, &["--lang", "de", "verify", "--heads"]);
    assert!(code == Some(0) && words.contains("NICHT geprüft"), "{words}");
    for mode in ["leaves", "commitments", "blobs", "rebuild"] {
        assert!(data.contains(&format!("NICHT geprüft: {mode} (nicht verlangt)")), "{mode}: {data}");
    }
    let (_, answer) = folder.json(&["verify", "--heads"], "");
    assert_eq!(answer["not_run"][0], json!({ "mode": "leaves", "because": { "why": "not-asked" } }));
}

#[tokio::test]
async fn damage_is_named_with_what_it_means_and_who_can_help_in_both_languages() {
    let folder = founded("verify-damaged", None);
    edit(&file(&folder), "update entry set body = replace(body, 'Veltrane', 'Veltrana') where seq = 0").await;
    edit(&file(&folder), "update private set value = 'Eve'").await;
    let cases = [
        ("en", "entry 0: its stored bytes", ["What happened: ", "Why it matters: ", "What next: ", "Who can help: "]),
        (
            "de",
            "Eintrag 0: seine gespeicherten Bytes",
            ["Was ist geschehen: ", "Warum es wichtig ist: ", "Was nun: ", "Wer helfen kann: "],
        ),
    ];
    for (lang, body, parts) in cases {
        let (code, data, words) = said(&folder, &["--lang", lang, "verify"]);
        assert!(code == Some(2) && data.contains(body), "{data}");
        assert!(data.contains("rebuild ("), "it says that rows were not compared: {data}");
        for part in parts {
            assert!(words.contains(part), "{part}: {words}");
        }
    }
    // as data, each damage has its kind, its place and its words
    let (code, answer) = folder.json(&["verify"], "");
    assert_eq!((code, &answer["sound"], &answer["damage"][0]["what"]), (Some(2), &json!(false), &json!("private")));
    assert!(answer["damage"].as_array().unwrap().iter().any(|d| d["what"] == "body" && d["seq"] == 0), "{answer}");
}

#[tokio::test]
async fn a_record_too_damaged_to_be_served_is_still_looked_at() {
    let folder = founded("verify-edge", None);
    edit(&file(&folder), "delete from edge").await;
    let (code, data, _) = said(&folder, &["verify"]);
    assert!(code == Some(2) && data.contains("the edge (table edge, row 1): the row is missing"), "{data}");
}

#[test]
fn what_cannot_be_looked_at_is_neither_sound_nor_damaged() {
    let folder = founded("verify-keyless", None);
    std::fs::rename(folder.path().join("keyring.key"), folder.path().join("elsewhere")).unwrap();
    // without the log's key, heads cannot be checked: asked for, that is exit 1
    let (code, data, words) = said(&folder, &["verify", "--heads"]);
    assert!(code == Some(1) && data.contains("NOT run: heads (the keyring is not here"), "{data}{words}");
    let (code, data, _) = said(&folder, &["verify"]);
    assert!(code == Some(0) && data.contains("NOT run: heads"), "{data}");
    // and where there is no data, nothing is made and nothing is called sound
    let empty = Folder::new("verify-empty");
    let (code, _, words) = said(&empty, &["verify"]);
    assert!(code == Some(2) && words.contains("There is no data in"), "{words}");
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn on_a_server_a_row_changed_by_hand_is_named_with_table_and_column() {
    let Some(scratch) = Scratch::cloned().await.unwrap() else { return };
    let folder = founded("verify-server", Some(&scratch.url));
    let (code, data, words) = said(&folder, &["verify", "--all"]);
    assert!(code == Some(0) && data.contains("ran: rebuild"), "{data}{words}");
    edit(&scratch.url, "update role_at set role = 'viewer' where role = 'administrator'").await;
    let (code, data, words) = said(&folder, &["verify", "--rebuild"]);
    assert!(
        code == Some(2) && data.contains("DAMAGED: table role_at, ") && data.contains("role administrator"),
        "{data}"
    );
    assert!(words.contains("somebody may be let in or kept out against the record"), "{words}");
    scratch.remove().await.unwrap();
}
