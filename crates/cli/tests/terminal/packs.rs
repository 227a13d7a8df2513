//! Packs as people make and check them: out of a demo plant, by the binary, against both verifiers.

use std::process::Command;

use super::folder::Folder;
use plantgate_store::{Db, Limits};
use serde_json::{Value, json};

/// A demo plant and who may make packs of it.
fn plant(name: &str) -> Folder {
    let folder = Folder::new(name);
    let made = folder.run(&["demo", "--no-serve"], "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
}

/// Somebody of ours by the end of their name.
pub fn person(folder: &Folder, name: &str) -> String {
    let (_, people) = folder.json(&["user", "list"], "");
    let all = people.as_array().unwrap();
    let found = all.iter().find(|p| p["name"].as_str().is_some_and(|n| n.ends_with(name))).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

/// The log key as the organisation gives it out: by its own doctor, not by the pack.
pub fn log_key(folder: &Folder) -> String {
    let (_, found) = folder.json(&["doctor"], "");
    let all = found.as_array().unwrap();
    let line = all.iter().find(|f| f["what"] == "log key").unwrap();
    line["words"].as_str().unwrap().split_whitespace().next().unwrap().to_owned()
}

fn made(folder: &Folder, file: &str, more: &[&str]) -> (Option<i32>, Value) {
    let who = person(folder, "Okafor");
    let path = folder.path().join(file);
    let path = path.to_string_lossy();
    let fixed = ["pack", &path, "--as", &who, "--reason", "for the inspection of 1 February", "--plant-now"];
    folder.json(&[&fixed[..], &["2026-11-16T07:30:00Z"], more].concat(), "")
}

#[test]
fn a_provider_s_pack_leaves_the_plant_and_proves_itself_to_two_strangers() {
    let folder = plant("pack");
    // when OT security packs everything of Verdano with names and evidence
    let (code, answer) =
        made(&folder, "verdano.zip", &["--provider", "P-09", "--disclose", "names", "--evidence", "--size"]);
    assert_eq!(code, Some(2), "{answer}");
    let (code, answer) = made(&folder, "verdano.zip", &["--provider", "P-09", "--disclose", "names", "--evidence"]);
    assert_eq!(code, Some(0), "{answer}");
    let m = &answer["made"];
    assert!(m["entries"].as_u64().unwrap() > 20 && m["disclosed"].as_u64().unwrap() > 2, "{answer}");
    assert_eq!(m["about"], json!(["provider P-09"]));
    // then a stranger without data checks it with the key they were told
    let key = log_key(&folder);
    let stranger = Folder::new("pack-stranger");
    let pack = folder.path().join("verdano.zip");
    let pack = pack.to_string_lossy();
    let (code, said) = stranger.json(&["verify", &pack, "--key", &key], "");
    assert_eq!((code, &said["verified"], &said["trusted_key"]), (Some(0), &json!(true), &json!(true)), "{said}");
    assert!(said["rows_same"].as_u64().unwrap() > 10 && said["rows_differ"] == json!([]), "{said}");
    assert_eq!(said["entries"], m["entries"]);
    assert!(said["not_checked"].to_string().contains("not externally witnessed"), "{said}");
    // and without the key it is not called verified
    let (code, said) = stranger.json(&["verify", &pack], "");
    assert_eq!((code, &said["verified"], &said["trusted_key"]), (Some(2), &json!(false), &json!(false)), "{said}");
    // and another stranger with nothing but what the pack carries
    let unpacked = stranger.path().join("unpacked");
    let script = unpacked.join("verify_pack.py");
    let python = |words: &[&str]| Command::new("python3").args(words).output().unwrap();
    assert!(python(&["-m", "zipfile", "-e", &pack, &unpacked.to_string_lossy()]).status.success());
    let checked = python(&[&script.to_string_lossy(), &pack, "--key", &key]);
    assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stdout));
    // and it speaks to people, with its limits
    let report = std::fs::read_to_string(unpacked.join("report.html")).unwrap();
    for words in ["provider P-09", "does not predict the result of an audit", "Ortega", "Evidence delivered"] {
        assert!(report.contains(words), "{words}: {report}");
    }
    let print = std::fs::read(unpacked.join("report.pdf")).unwrap();
    let print = String::from_utf8_lossy(&print);
    assert!(print.starts_with("%PDF-") && print.contains("pdfuaid:part") && print.contains("/StructTreeRoot"));
    // and that it was made stands in the record
    let (_, sound) = folder.json(&["verify", "--rebuild"], "");
    assert_eq!(sound["sound"], json!(true), "{sound}");
    let out = folder.path().join("out");
    folder.json(&["export", "ledger", &out.to_string_lossy()], "");
    let entries = std::fs::read_to_string(out.join("entries.jsonl")).unwrap();
    let last = entries.lines().last().unwrap();
    assert!(last.contains("expect.pack.made@2") && last.contains(m["sha256"].as_str().unwrap()), "{last}");
    assert!(!last.contains("inspection"));
}

#[test]
fn the_same_head_gives_the_same_pack_and_a_range_leaves_nothing_out() {
    let folder = plant("pack-range");
    let (_, first) = made(&folder, "whole.zip", &[]);
    let size = first["made"]["size"].as_u64().unwrap().to_string();
    // when made again at the same signed head, after more was recorded
    let (far, who) = (folder.path().join("abroad.zip").to_string_lossy().into_owned(), person(&folder, "Okafor"));
    let (code, again) = made(&folder, "again.zip", &["--size", &size]);
    assert_eq!((code, &again["made"]["sha256"]), (Some(0), &first["made"]["sha256"]), "{again}");
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(read("whole.zip") == read("again.zip"));
    // and on a machine that keeps another zone and another language
    let (code, abroad) = folder.abroad(&[
        "pack",
        &far,
        "--size",
        &size,
        "--as",
        &who,
        "--reason",
        "again",
        "--plant-now",
        "2026-11-16T07:30:00Z",
    ]);
    assert_eq!((code, &abroad["made"]["sha256"]), (Some(0), &first["made"]["sha256"]), "{abroad}");
    assert!(read("whole.zip") == read("abroad.zip"));
    // then every entry from the first to the last is there
    let pack = folder.path().join("again.zip");
    let key = log_key(&folder);
    let (code, said) = folder.json(&["verify", &pack.to_string_lossy(), "--key", &key], "");
    assert_eq!((code, said["until"].as_u64(), &said["bare"]), (Some(0), size.parse().ok(), &json!(0)), "{said}");
    // and of a month, only what belongs to a provider in full, the rest as leaves
    let month = ["--since", "2026-09-01T00:00:00Z", "--before", "2026-10-01T00:00:00Z", "--provider", "P-09"];
    let (code, answer) = made(&folder, "september.zip", &month);
    assert_eq!(code, Some(0), "{answer}");
    let pack = folder.path().join("september.zip");
    let (code, said) = folder.json(&["verify", &pack.to_string_lossy(), "--key", &key], "");
    let covered = said["until"].as_u64().unwrap() - said["from"].as_u64().unwrap();
    assert_eq!(code, Some(0), "{said}");
    assert!(said["entries"].as_u64().unwrap() > 0 && said["bare"].as_u64().unwrap() > 0, "{said}");
    assert_eq!(said["entries"].as_u64().unwrap() + said["bare"].as_u64().unwrap(), covered);
    // and never over a file that is there, and never for somebody who may not
    let (code, answer) = made(&folder, "september.zip", &month);
    assert!(code == Some(2) && answer.to_string().contains("september.zip"), "{answer}");
    let campos = person(&folder, "Campos");
    let file = folder.path().join("theirs.zip");
    let theirs = ["pack", &file.to_string_lossy(), "--as", &campos, "--reason", "curiosity", "--provider", "P-09"];
    let (code, _) = folder.json(&theirs, "");
    assert!(code == Some(2) && !file.exists());
}

#[tokio::test]
async fn a_record_changed_by_hand_gives_no_pack_and_a_row_changed_by_hand_is_named_by_who_checks() {
    let folder = plant("pack-forged");
    let file = folder.path().join("plant.sqlite");
    let edit = async |sql: &'static str| {
        let db = Db::open(&file.to_string_lossy(), &Limits::standard()).await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert!(tx.run(sql, &[]).await.unwrap() > 0);
        tx.commit().await.unwrap();
        db.close().await;
    };
    // given a row that says another thing than its entries
    edit("update thing set body = replace(body, 'BMS care', 'BMS cure') where kind = 'engagement'").await;
    let (code, answer) = made(&folder, "rows.zip", &["--object", "engagement/E-025"]);
    assert_eq!(code, Some(0), "{answer}");
    let key = log_key(&folder);
    let pack = folder.path().join("rows.zip");
    let (code, said) = folder.json(&["verify", &pack.to_string_lossy(), "--key", &key], "");
    assert_eq!((code, &said["verified"]), (Some(2), &json!(false)), "{said}");
    assert!(said["rows_differ"].to_string().contains("engagement "), "{said}");
    // given an entry that was rewritten on disk: no pack leaves the house with it
    edit("update entry set body = replace(body, 'Verdano', 'Verdana') where kind = 'provider'").await;
    let (code, answer) = made(&folder, "entries.zip", &["--provider", "P-09"]);
    assert!(code.is_some_and(|c| c > 0), "{answer}");
    assert!(!folder.path().join("entries.zip").exists());
}
