//! The commands as people type them: the real binary, a folder of its own, exit codes and words.

use super::folder::Folder;
use plantgate_store::{Db, Limits};
use serde_json::Value;

/// Story A-25's request, as a file somebody keeps.
const WISH: &str = r#"{ "engagement": "E-025", "instance": "BMS-B61", "environment": "prod", "roles": ["configure"],
    "purpose": "maintain", "pattern": "gateway-unattended", "change": "CHG-0431", "window": { "is": "fixed",
    "window": { "from": "2026-11-16T13:00:00.000000Z", "until": "2026-11-16T15:00:00.000000Z" } } }"#;

/// The engineer of Verdano, by reference.
fn ortega(folder: &Folder) -> String {
    let (_, people) = folder.json(&["user", "list"], "");
    let all = people.as_array().unwrap();
    let found = all.iter().find(|p| p["name"].as_str().is_some_and(|n| n.ends_with("Ortega"))).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_demo_answers_and_a_row_edited_by_hand_is_named() {
    let folder = Folder::new("demo");
    // given a demo plant made by one command
    let made = folder.run(&["demo", "--no-serve"], "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (code, sound) = folder.json(&["verify", "--rebuild"], "");
    assert_eq!((code, &sound["sound"]), (Some(0), &Value::Bool(true)), "{sound}");
    // when one row is edited in the database file
    let file = folder.path().join("plant.sqlite");
    let db = Db::open(&file.to_string_lossy(), &Limits::standard()).await.unwrap();
    let mut tx = db.write().await.unwrap();
    let forged = "update span set word = 'good' where name = 'standing' and word = 'restricted'";
    assert!(tx.run(forged, &[]).await.unwrap() > 0);
    tx.commit().await.unwrap();
    db.close().await;
    // then verify names table, column, what the record says and what was found, and says no
    let (code, found) = folder.json(&["verify", "--rebuild"], "");
    let damage = found["damage"].to_string();
    assert_eq!(code, Some(2), "{found}");
    for word in ["table span", "standing", "word is ‘good’", "the record says ‘restricted’"] {
        assert!(damage.contains(word), "{word}: {damage}");
    }
}

#[tokio::test]
async fn decide_answers_now_and_as_of_then_with_every_check() {
    let folder = Folder::new("decide");
    assert!(folder.run(&["demo", "--no-serve"], "").status.success());
    let who = ortega(&folder);
    // as of the Sunday evening before, Verdano was in Watch; from Monday on it is Restricted
    let then = ["decide", "--as", &who, "--as-of", "2026-11-15T22:59:00Z"];
    let (_, then) = folder.json(&then, WISH);
    assert_eq!(then["standing"], "watch", "{then}");
    let monday = ["decide", "--as", &who, "--as-of", "2026-11-16T07:30:00Z"];
    let (code, now) = folder.json(&monday, WISH);
    assert_eq!((code, &now["standing"], &now["verdict"]), (Some(2), &"restricted".into(), &"attended-offered".into()));
    assert_eq!(now["checks"].as_array().unwrap().len(), 21);
    // the same question gives the same answer, byte for byte
    assert_eq!(folder.json(&monday, WISH), (code, now));
    // for a person it is sentences, in their language, with what each object is called
    let spoken = folder.run(&["--lang", "de", monday[0], monday[1], monday[2], monday[3], monday[4]], WISH);
    let spoken = String::from_utf8_lossy(&spoken.stdout).into_owned();
    assert!(spoken.contains("BMS-B61 ist im Umfang") && spoken.contains("Eingeschränkt seit"), "{spoken}");
    assert!(!spoken.contains("check-"), "{spoken}");
    // what is asked wrongly is said with place and reason, and is no answer
    let (code, words) = folder.json(&["decide", "--as", &who], "{ \"engagement\": 7 }");
    assert!(code == Some(2) && words.to_string().contains("field body"), "{code:?} {words}");
}

#[tokio::test]
async fn posture_doctor_and_export_speak() {
    let folder = Folder::new("speak");
    assert!(folder.run(&["demo", "--no-serve"], "").status.success());
    let (code, posture) = folder.json(&["posture", "P-09"], "");
    assert_eq!((code, &posture[0]["provider"]), (Some(0), &"P-09".into()));
    assert!(posture[0]["areas"].as_array().is_some_and(|a| !a.is_empty()), "{posture}");
    let (_, doctor) = folder.json(&["doctor"], "");
    assert!(doctor.to_string().contains("key file"), "{doctor}");
    let (_, acts) = folder.json(&["act"], "");
    assert!(acts.to_string().contains("approve-access"));
    // a ledger leaves as lines and comes back whole in another folder
    let out = folder.path().join("out");
    let (code, exported) = folder.json(&["export", "ledger", &out.to_string_lossy()], "");
    let other = Folder::new("moved");
    let (_, imported) = other.json(&["import", "ledger", &out.to_string_lossy()], "");
    assert_eq!((code, &exported["entries"]), (Some(0), &imported["entries"]));
    assert_eq!(other.json(&["verify", "--rebuild"], "").1["root"], folder.json(&["verify"], "").1["root"]);
    // nothing of it is a panic, also not nonsense
    let nonsense = folder.run(&["import", "csv", "systems", "/nowhere.csv", "--as", "nobody"], "");
    assert_eq!(nonsense.status.code(), Some(2), "{}", String::from_utf8_lossy(&nonsense.stderr));
}

#[test]
fn a_clock_that_is_believed_needs_nobody() {
    let folder = Folder::new("clock");
    let found = r#"{ "name": "Veltrane", "language": "en", "site": null,
        "person": { "handle": "ada", "name": "Ada Admin", "roles": ["administrator"] } }"#;
    let (code, founded) = folder.json(&["act", "found-organisation"], found);
    assert_eq!(code, Some(0), "{founded}");
    let ada = founded["done"]["person"].as_str().unwrap();
    let body = r#"{ "instant": "2026-11-16T07:30:00Z", "reason": "Just to be sure." }"#;
    let (code, said) = folder.json(&["act", "confirm-clock", "--as", ada], body);
    assert_eq!(code, Some(2));
    let said = said.as_str().unwrap();
    assert!(said.contains("The clock is believed as it is"), "{said}");
}

#[tokio::test]
async fn what_is_wrong_is_said_in_the_language_chosen() {
    let folder = Folder::new("wrong");
    assert!(folder.run(&["demo", "--no-serve"], "").status.success());
    let said = |lang: &str, words: &[&str], stdin: &str| {
        let out = folder.run(&[&["--lang", lang], words].concat(), stdin);
        assert_eq!(out.status.code(), Some(2));
        String::from_utf8_lossy(&out.stderr).into_owned()
    };
    // given a person nobody knows, a terminal answers in its language
    let nobody = ["decide", "--as", "N-999"];
    let german = said("de", &nobody, WISH);
    assert!(german.contains("Es wurde nichts gespeichert."), "{german}");
    assert!(german.contains("Feld --as: Die Person „N-999“ gibt es nicht."), "{german}");
    let english = said("en", &nobody, WISH);
    assert!(english.contains("field --as: There is no person ‘N-999’."), "{english}");
    // and text that is no request is quoted within a sentence of that language
    let german = said("de", &["decide", "--as", "N-100"], "{");
    assert!(german.contains("Feld body: Das ist kein Zugangsantrag: EOF"), "{german}");
    // an option that cannot be read says what it takes
    let out = folder.run(&["decide", "--as", "N-100", "--as-of", "soon"], WISH);
    let usage = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(usage.contains("‘soon’ is not an instant like 2026-11-16T07:30:00Z."), "{usage}");
}

#[tokio::test]
async fn a_password_set_at_the_machine_is_the_machines_doing_and_nobody_reviews_from_there() {
    let folder = Folder::new("machine");
    assert!(folder.run(&["demo", "--no-serve"], "").status.success());
    let (_, people) = folder.json(&["user", "list"], "");
    let quality = people.as_array().unwrap().iter().find(|p| p["roles"].to_string().contains("qa")).unwrap();
    let who = quality["id"].as_str().unwrap();
    // when whoever sits at the machine sets somebody's password
    let set = folder.run(&["user", "password", who], "a password only for this test\n");
    assert!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
    // then the entries are about the person and by the machine's administrator
    let file = folder.path().join("plant.sqlite");
    let db = Db::open(&file.to_string_lossy(), &Limits::standard()).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let keys = "select body from entry where name in ('qualify.key.added@1', 'qualify.key.removed@1') order by seq";
    let bodies = tx.all(keys, &[]).await.unwrap();
    drop(tx);
    db.close().await;
    let all: Vec<Value> = bodies.iter().map(|r| serde_json::from_slice(&r.bytes(0).unwrap()).unwrap()).collect();
    let last = all.last().unwrap();
    assert_eq!((&last["on"]["id"], &last["by"]), (&who.into(), &serde_json::json!({ "roles": [], "system": "host" })));
    assert!(all.iter().all(|entry| entry["by"]["person"].is_null()), "somebody is said to have set a password");
    // when they look at exceptions in that person's name, then it is refused and nothing is written
    let (_, before) = folder.json(&["verify"], "");
    let body = r#"{ "until": 9, "entries": [0], "note": "Seen." }"#;
    let refused = folder.run(&["act", "look-at-exceptions", "--as", who], body);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("password and code") && said.contains("in the browser"), "{said}");
    let (_, after) = folder.json(&["verify"], "");
    assert_eq!(before["size"], after["size"], "{before}");
}
