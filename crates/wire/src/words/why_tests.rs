//! Every message that says why input cannot be used is read out of the source: each has words in both complete
//! languages with just the arguments it is given, and no words stand there that nobody says.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use plantgate_domain::base::{Say, Told, Why, ZoneName};

use super::{Lang, Reader, tests::messages};

/// Every Rust file of the crates' own source; the house's crates stand beside this one.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("why_tests.rs") {
            found.push(path);
        }
    }
}

/// What stands in quotes at the start.
fn quoted(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('"')?.split('"').next()
}

/// The text behind the bracket that was opened before it.
fn behind(text: &str) -> &str {
    let (mut open, mut quote, mut before) = (1, false, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '"' if before != '\\' => quote = !quote,
            '(' | '[' | '{' if !quote => open += 1,
            ')' | ']' | '}' if !quote => open -= 1,
            _ => {}
        }
        if open == 0 {
            return &text[at + c.len_utf8()..];
        }
        before = c;
    }
    ""
}

/// Every source with its text.
fn texts() -> Vec<(PathBuf, String)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for entry in std::fs::read_dir(crates).unwrap() {
        sources(&entry.unwrap().path().join("src"), &mut files);
    }
    let text = |file: PathBuf| (file.clone(), std::fs::read_to_string(file).unwrap());
    files.into_iter().map(text).collect()
}

/// Ids with the names of their arguments, of every message some source makes.
fn said() -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for (file, text) in texts() {
        for part in text.split("Why::of(").skip(1) {
            let id = quoted(part).unwrap_or_else(|| panic!("{}: an id is written out", file.display()));
            let (mut args, mut rest) = (BTreeSet::new(), behind(part));
            while let Some(given) = rest.trim_start().strip_prefix(".with(") {
                args.insert(quoted(given).unwrap().to_owned());
                rest = behind(given);
            }
            let before = all.insert(id.to_owned(), args.clone());
            assert!(before.is_none_or(|b| b == args), "{}: {id} is given other arguments elsewhere", file.display());
        }
    }
    all
}

#[test]
fn what_is_wrong_has_words_in_both_languages_and_none_stand_unused() {
    let said = said();
    assert!(said.len() > 200, "only {} messages were found in the source", said.len());
    for lang in [Lang::En, Lang::De] {
        let words = messages(lang);
        for (id, args) in &said {
            let (vars, _) = words.get(id).unwrap_or_else(|| panic!("{id} is said, {} has no words", lang.tag()));
            assert_eq!(vars, args, "arguments of {id} in {}", lang.tag());
        }
        let unused: Vec<&String> =
            words.keys().filter(|id| id.starts_with("invalid-") && !said.contains_key(*id)).collect();
        assert!(unused.is_empty(), "nobody says {unused:?}");
    }
}

#[test]
fn what_is_refused_has_words_in_both_languages() {
    // Rules name them in many ways; a beginning that something is added to ends with a dash.
    let refusal = |w: &&str| {
        let plain = w.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !w.ends_with('-');
        plain && (w.starts_with("stop-") || w.starts_with("refuse-"))
    };
    let mut ids = BTreeSet::new();
    for (_, text) in texts() {
        ids.extend(text.split('"').filter(refusal).map(str::to_owned));
    }
    assert!(ids.len() > 80, "only {} were found in the source", ids.len());
    for lang in [Lang::En, Lang::De] {
        let words = messages(lang);
        let silent: Vec<&String> = ids.iter().filter(|id| !words.contains_key(*id)).collect();
        assert!(silent.is_empty(), "{} has no words for {silent:?}", lang.tag());
    }
}

#[test]
fn every_kind_of_argument_is_said_in_the_readers_language() {
    let german = Reader { lang: Lang::De, zone: ZoneName::utc() };
    let unknown = Why::of("invalid-unknown").with("kind", Told::word("kind", "site")).with("name", "XXX");
    assert_eq!(german.why(&unknown), "Standort „XXX“ gibt es hier nicht. Prüfen Sie den Namen.");
    let roles = Told::words("power", ["ot-security", "no-such-word"]);
    assert_eq!(
        german.why(&Why::of("invalid-hand-role").with("roles", roles)),
        "Das tun Sie hier nur als: OT-Sicherheit, no-such-word."
    );
    let refused = Why::of("invalid-row-refused").with("rule", "R-01").with("say", Say::plain("stop-no-power"));
    assert_eq!(german.why(&refused), "Die Regeln erlauben es nicht (R-01): Ihre Rolle umfasst diese Handlung nicht.");
    let many = Why::of("invalid-csv-rows").with("most", 20_000_u32);
    assert_eq!(german.why(&many), "Die Datei hat mehr als 20.000 Zeilen. Teilen Sie sie in kleinere Dateien.");
    let at: plantgate_domain::base::Instant = "2026-11-16T07:30:00Z".parse().unwrap();
    assert!(german.why(&Why::of("invalid-notified-at").with("at", at)).starts_with("Mo., 16. Nov. 2026, 07:30 UTC"));
}
