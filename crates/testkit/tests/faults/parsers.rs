//! A second of spoilt input for every parser of foreign bytes; `cargo xtask fuzz` takes a minute for each.

use std::process::Command;

#[test]
fn every_parser_stands_a_second_of_spoilt_input() {
    let fuzz = Command::new(env!("CARGO_BIN_EXE_fuzz")).args(["1", "20261116"]).output().unwrap();
    let said = String::from_utf8_lossy(&fuzz.stdout).into_owned();
    assert!(fuzz.status.success(), "{said}{}", String::from_utf8_lossy(&fuzz.stderr));
    for parser in ["csv", "netbox", "event", "canon", "note", "pack", "sealed", "multipart", "form", "json"] {
        let line = said.lines().find(|l| l.split_whitespace().next() == Some(parser));
        let tried = line.and_then(|l| l.split_whitespace().nth(1)).and_then(|n| n.parse::<u64>().ok());
        assert!(tried.is_some_and(|n| n > 20), "{parser}: {said}");
    }
}
