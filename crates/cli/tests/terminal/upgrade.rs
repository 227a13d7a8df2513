//! What a release or other rules would move is said before anything moves, and by the binary a plant would install.

use std::process::Command;

use super::{
    cosigners::{NOW, started},
    folder::Folder,
};
use plantgate_store::{Db, Limits};
use serde_json::json;

pub fn plant(name: &str) -> Folder {
    let folder = Folder::new(name);
    let made = folder.run(&["demo", "--no-serve"], "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
}

pub async fn edit(folder: &Folder, sql: &'static str) -> u64 {
    let db = Db::open(&folder.path().join("plant.sqlite").to_string_lossy(), &Limits::standard()).await.unwrap();
    let mut tx = db.write().await.unwrap();
    let changed = tx.run(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;
    changed
}

/// All lines as they are stored.
async fn spans(folder: &Folder) -> Vec<String> {
    let db = Db::open(&folder.path().join("plant.sqlite").to_string_lossy(), &Limits::standard()).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let sql = "select kind, id, site, name, from_at, word from span order by kind, id, site, name, from_at";
    let recs = tx.all(sql, &[]).await.unwrap();
    let one = |r: &plantgate_store::db::Rec| {
        let (id, site) = (r.id(1).unwrap(), r.id(2).unwrap());
        format!("{id} {site} {} {} {}", r.text(3).unwrap(), r.int(4).unwrap(), r.text(5).unwrap())
    };
    let all = recs.iter().map(one).collect();
    drop(tx);
    db.close().await;
    all
}

#[tokio::test]
async fn a_release_that_reads_the_record_differently_says_so_before_it_serves() {
    let folder = plant("upgrade");
    // given rows that this release would make, nothing moves
    let (code, said) = folder.json(&["upgrade"], "");
    assert_eq!((code, &said["by_release"], &said["by_rules"]), (Some(0), &json!([]), &json!([])), "{said}");
    assert!(said["entries"].as_u64().unwrap() > 1_000, "{said}");
    // given rows of a release that read a standing otherwise, and knew a line that this one does not
    let changed = edit(&folder, "update span set word = 'watch' where name = 'standing' and word = 'restricted'").await;
    assert!(changed >= 1);
    let added = "insert into span select kind, id, site, 'mood', from_at, until_at, 'calm' from span
        where from_at < 0 limit 1";
    assert_eq!(edit(&folder, added).await, 1);
    // and one that differs only in days to come
    let later = "update span set word = 'strong' where name = 'grade' and word = 'expired'
        and from_at > (select last_at from edge where id = 1)";
    assert!(edit(&folder, later).await >= 1);
    let before = spans(&folder).await;
    // when the new binary is asked, then every difference is named with both words
    let (code, said) = folder.json(&["upgrade"], "");
    assert_eq!(code, Some(2), "{said}");
    let moves = said["by_release"].as_array().unwrap();
    let standing = moves.iter().find(|m| m["what"] == "standing").unwrap();
    assert_eq!((&standing["before"], &standing["after"]), (&json!("watch"), &json!("restricted")), "{said}");
    assert!(standing["on"].as_str().unwrap().starts_with("E-") && standing["site"].is_string(), "{said}");
    let mood = moves.iter().find(|m| m["what"] == "mood").unwrap();
    assert_eq!((&mood["before"], &mood["after"]), (&json!("calm"), &json!("")), "{said}");
    let later = moves.iter().find(|m| m["before"] == "strong" && m["after"] == "expired").unwrap();
    assert!(later["from"].as_str() > said["at"].as_str(), "{later}: what only the clock brings is seen before");
    // and asking changed no row
    assert_eq!(spans(&folder).await, before);
}

/// Which release made the rows.
pub async fn shape(folder: &Folder) -> String {
    let db = Db::open(&folder.path().join("plant.sqlite").to_string_lossy(), &Limits::standard()).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let rec = tx.one("select value from meta where name = 'rows'", &[]).await.unwrap().unwrap();
    drop(tx);
    db.close().await;
    rec.text(0).unwrap()
}

#[tokio::test]
async fn only_a_server_makes_rows_anew_and_whoever_looks_moves_nothing() {
    let folder = plant("upgrade-look");
    let now = shape(&folder).await;
    // given rows of another release
    assert_eq!(edit(&folder, "update meta set value = '1' where name = 'rows'").await, 1);
    let report = folder.path().join("older.txt").to_string_lossy().into_owned();
    for words in [&["qualify-install", report.as_str()][..], &["doctor"], &["posture"]] {
        // when somebody looks, then it is refused with what to do, and nothing moved
        let ended = folder.run(words, "");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!ended.status.success() && said.contains("plantgate upgrade"), "{words:?}: {said}");
        assert_eq!(shape(&folder).await, "1", "{words:?}");
    }
    assert_eq!(folder.json(&["upgrade"], "").0, Some(0));
    assert_eq!(shape(&folder).await, "1", "the preview itself");
    // and a server makes them anew
    let data = folder.path().to_string_lossy().into_owned();
    let words = ["--data", &data, NOW[0], NOW[1], "serve", "--listen", "127.0.0.1:0"];
    let (mut served, _) = started(Command::new(env!("CARGO_BIN_EXE_plantgate")).args(words));
    served.kill();
    assert_eq!(shape(&folder).await, now);
}

#[test]
fn rules_in_a_folder_are_compared_before_anybody_adopts_them() {
    let folder = plant("upgrade-rules");
    let proposed = folder.path().join("proposed");
    let proposed = proposed.to_string_lossy();
    // given the rules of this release, written out and one of them changed
    assert_eq!(folder.json(&["upgrade", "--write-rules", &proposed], "").0, Some(0));
    let file = folder.path().join("proposed/standing.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("T2 = 45") && text.contains("T1 = 30"), "{text}");
    let text =
        text.replacen("version = 1", "version = 2", 1).replace("T1 = 30", "T1 = 300").replace("T2 = 45", "T2 = 450");
    std::fs::write(&file, text).unwrap();
    // when they are compared, then standings that would move are named, and nothing is adopted
    let (code, said) = folder.json(&["upgrade", "--rules", &proposed], "");
    assert_eq!(code, Some(2), "{said}");
    let moves = said["by_rules"].as_array().unwrap();
    assert!(moves.iter().any(|m| m["what"] == "standing" && m["before"] == "restricted"), "{said}");
    // and the terminal names what a certificate no longer lifts by its requirement
    let fits = json!({ "reference": "CRT-0099", "provider": "P-14", "scheme": "iec-62443-2-4", "issuer": "Norvale Cert",
        "entity": "Ardent Label Supply Co.", "services": ["integration"], "countries": ["CN"],
        "edition": "IEC 62443-2-4:2023", "requirements": ["SP.01.02 BR"], "from": "2025-01-01",
        "valid_until": "2027-12-31", "scope_text": "Labels." });
    let asked = json!({ "certificate": "CRT-0099", "confirmed": "yes", "how": "Asked the issuer." });
    for (name, body) in [("record-certificate", fits), ("verify-certificate", asked)] {
        let done = folder.json(&["act", name, "--as", "N-104", NOW[0], NOW[1]], &body.to_string());
        assert_eq!(done.0, Some(0), "{name}: {}", done.1);
    }
    let grades = folder.path().join("proposed/grades.toml");
    let text = std::fs::read_to_string(&grades).unwrap();
    let weak = text.replacen("version = 1", "version = 2", 1);
    let weak = weak.replace("certificate = \"adequate\"", "certificate = \"weak\"");
    std::fs::write(&grades, weak).unwrap();
    let shown = folder.run(&["upgrade", "--rules", &proposed], "");
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("by the rules: P-14, grade of SP.01.02 BR: adequate → unknown"), "{shown}");
    // when rules decide nothing otherwise, then nothing moves, and it says which rules those were
    assert_eq!(folder.json(&["upgrade", "--write-rules", &proposed], "").0, Some(0));
    let tiers = folder.path().join("proposed/tiers.toml");
    let text = std::fs::read_to_string(&tiers).unwrap().replacen("version = 1", "version = 2", 1);
    std::fs::write(&tiers, text.replace("people_link_days = 14", "people_link_days = 15")).unwrap();
    let (code, said) = folder.json(&["upgrade", "--rules", &proposed], "");
    assert_eq!(
        (code, &said["by_rules"], &said["rules_files"]),
        (Some(0), &json!([]), &json!(["tiers.toml"])),
        "{said}"
    );
    assert_eq!(folder.json(&["upgrade"], "").0, Some(0));
    // and a folder without rules, and a data directory without a record, say what to do
    let empty = Folder::new("upgrade-empty");
    let none = folder.run(&["upgrade", "--rules", &empty.path().to_string_lossy()], "");
    assert!(String::from_utf8_lossy(&none.stderr).contains("--write-rules"), "{none:?}");
    let none = empty.run(&["upgrade"], "");
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("--data"), "{none:?}");
    assert!(!empty.path().join("plant.sqlite").exists());
}
