//! The report of what is installed: made by the real binary, checked by a key that came another way, refused when
//! touched.

use super::folder::Folder;
use serde_json::{Value, json};

fn line<'a>(said: &'a Value, what: &str) -> &'a Value {
    let all = said["lines"].as_array().unwrap();
    all.iter().find(|l| l["what"].as_str().unwrap().contains(what)).unwrap()
}

#[test]
fn a_machine_is_qualified_and_the_report_is_worth_its_signature() {
    let folder = Folder::new("qualify");
    assert!(folder.run(&["demo", "--no-serve"], "").status.success());
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    // given the key of the keyring beside the data, then that line is not met and everything else is
    let (code, said) = folder.json(&["qualify-install", &path("one.txt"), "--without-sums"], "");
    assert_eq!((code, &said["met"]), (Some(2), &json!(false)), "{said}");
    let unmet: Vec<_> = said["lines"].as_array().unwrap().iter().filter(|l| l["met"] == false).collect();
    assert_eq!(unmet.len(), 1, "{said}");
    assert!(unmet[0]["what"].as_str().unwrap().contains("keyring"), "{said}");
    assert!(line(&said, "SHA-256 of the release")["is"].as_str().unwrap().contains("not compared"));
    // and it says of what it was made: engine with its version, machine, configuration
    let is = |what: &str| line(&said, what)["is"].as_str().unwrap().to_owned();
    assert!(is("database engine").starts_with("SQLite 3."), "{said}");
    assert!(is("platform").contains("linux") && is("kernel").contains('.') && is("configuration").contains("none"));
    // a binary that nobody compared is no released one
    let (_, bare) = folder.json(&["qualify-install", &path("bare.txt")], "");
    assert_eq!(line(&bare, "SHA-256 of the release")["met"], json!(false), "{bare}");
    // given a configuration with the key apart and the sums of another binary, then the binary is not the released one
    let apart = Folder::new("qualify-key");
    std::fs::rename(folder.path().join("keyring.key"), apart.path().join("k")).unwrap();
    folder.write("plantgate.toml", &format!("key_file = \"{}\"\n", apart.path().join("k").display()));
    folder.write("sums", &format!("{}  plantgate\n", "0".repeat(64)));
    let (code, said) = folder.json(&["qualify-install", &path("two.txt"), "--sums", &path("sums")], "");
    assert_eq!((code, &line(&said, "SHA-256 of the release")["met"]), (Some(2), &json!(false)), "{said}");
    // when the sums are those of this binary, then every line is met
    let digest = line(&said, "binary that runs")["is"].as_str().unwrap();
    folder.write("sums", &format!("{digest}  plantgate\n"));
    let (code, said) = folder.json(&["qualify-install", &path("three.txt"), "--sums", &path("sums")], "");
    assert_eq!((code, &said["met"]), (Some(0), &json!(true)), "{said}");
    // and a report is not written over another
    assert_eq!(folder.run(&["qualify-install", &path("three.txt")], "").status.code(), Some(2));
    // and with the key, given out by the doctor, it is checked anywhere
    let (_, found) = folder.json(&["doctor"], "");
    let key = found.as_array().unwrap().iter().find(|f| f["what"] == "log key").unwrap();
    let key = key["words"].as_str().unwrap().split_whitespace().next().unwrap().to_owned();
    let stranger = Folder::new("qualify-stranger");
    let check = |name: &str| stranger.json(&["qualify-install", "--check", &path(name), "--key", &key], "");
    let (code, said) = check("three.txt");
    assert_eq!((code, &said["signed"], &said["met"]), (Some(0), &json!(true), &json!(true)), "{said}");
    let (code, said) = check("one.txt");
    assert_eq!((code, &said["signed"], &said["met"]), (Some(2), &json!(true), &json!(false)), "{said}");
    // but not after one word was changed
    let text = std::fs::read_to_string(path("one.txt")).unwrap().replace("NOT MET", "met");
    folder.write("one.txt", &text.replace("not every judged line is met", "every judged line is met"));
    let (code, said) = check("one.txt");
    assert_eq!((code, &said["signed"]), (Some(2), &json!(false)), "{said}");
}
