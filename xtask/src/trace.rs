//! Requirement → rule → test → result, as an inspector reads it. What proves what is written by people in
//! `docs/validation/trace.txt`; this holds it against the tests there are, makes the document, and joins the results of
//! the last test run to it.
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::shell::Done;

const SOURCE: &str = "docs/validation/trace.txt";
/// What the last run of the test command said, line by line.
pub const RESULTS: &str = "target/test-results.txt";
/// The document with results.
const WITH_RESULTS: &str = "target/trace-with-results.md";

/// What proves a rule.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rule {
    words: String,
    /// Crate without `plantgate-`, and the name of the function.
    tests: Vec<(String, String)>,
    /// What of it no test shows, and what that waits for. With tests beside it the rule is shown in part.
    waits: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Trace {
    rules: BTreeMap<String, Rule>,
    /// Id, rules, words; in the order of the file.
    needs: Vec<(String, Vec<String>, String)>,
}

fn read(text: &str) -> Done<Trace> {
    let mut trace = Trace::default();
    let mut last = String::new();
    for (n, line) in (1..).zip(text.lines()).filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
        let wrong = |what: &str| format!("{SOURCE}, line {n}: {what}");
        if let Some(inner) = line.strip_prefix("  ") {
            let rule = trace.rules.get_mut(&last).ok_or_else(|| wrong("stands under no rule"))?;
            if let Some(waits) = inner.strip_prefix("not yet: ") {
                rule.waits = Some(waits.to_owned());
            } else {
                let test = inner.strip_prefix("test ").and_then(|t| t.split_once(' '));
                let (krate, name) = test.ok_or_else(|| wrong("is neither ‘test CRATE NAME’ nor ‘not yet: WHAT’"))?;
                rule.tests.push((krate.to_owned(), name.to_owned()));
            }
            continue;
        }
        let (id, rest) = line.split_once(' ').ok_or_else(|| wrong("has no words"))?;
        if id.starts_with("R-") {
            last = id.to_owned();
            let rule = Rule { words: rest.to_owned(), ..Rule::default() };
            if trace.rules.insert(last.clone(), rule).is_some() {
                return Err(wrong("comes a second time"));
            }
        } else {
            let (rules, words) = rest.split_once(" | ").ok_or_else(|| wrong("is not ‘ID RULES | WORDS’"))?;
            let rules = rules.split(' ').filter(|r| *r != "-").map(str::to_owned).collect();
            trace.needs.push((id.to_owned(), rules, words.to_owned()));
        }
    }
    Ok(trace)
}

impl Trace {
    /// Everything that cannot be so.
    fn check(&self, tests: &BTreeSet<(String, String)>) -> Vec<String> {
        let mut found = Vec::new();
        for n in 1..=self.rules.len() {
            if !self.rules.contains_key(&format!("R-{n:02}")) {
                found.push(format!("R-{n:02} is missing: the numbers have a gap"));
            }
        }
        for (id, rule) in &self.rules {
            if rule.tests.is_empty() && rule.waits.is_none() {
                found.push(format!("{id} has neither a test nor a word on what it waits for"));
            }
            let gone = rule.tests.iter().filter(|t| !tests.contains(t));
            found.extend(gone.map(|(krate, name)| format!("{id}: there is no test {name} in plantgate-{krate}")));
        }
        for (id, rules, _) in &self.needs {
            let unknown = rules.iter().filter(|r| !self.rules.contains_key(*r));
            found.extend(unknown.map(|r| format!("{id} names {r}, which is no rule")));
        }
        found
    }

    /// The document. `results` by crate and name; without any, the column says so.
    fn document(&self, results: &BTreeMap<(String, String), bool>, run: Option<&str>) -> String {
        let mut out = String::from(
            "# Requirement, rule, test\n\n\
             Made by `cargo xtask generate` from `docs/validation/trace.txt`; do not edit.\n\
             Results of a run stand in the copy that `cargo xtask test` leaves behind, see\n\
             `docs/validation/README.md`.\n",
        );
        if let Some(run) = run {
            out.push_str(&format!("\nResults: {run}.\n"));
        }
        out.push_str("\n## Rules\n\n| rule | says | test | result |\n|---|---|---|---|\n");
        for (id, rule) in &self.rules {
            if let Some(waits) = rule.waits.as_ref().filter(|_| rule.tests.is_empty()) {
                out.push_str(&format!("| {id} | {} | none yet: {waits} | |\n", rule.words));
            }
            for (n, (krate, name)) in rule.tests.iter().enumerate() {
                let (id, says) = if n == 0 { (id.as_str(), rule.words.as_str()) } else { ("", "") };
                let result = match results.get(&(krate.clone(), name.clone())) {
                    Some(true) => "passed",
                    Some(false) => "FAILED",
                    None if run.is_some() => "did not run",
                    None => "",
                };
                out.push_str(&format!("| {id} | {says} | `{krate}` {} | {result} |\n", name.replace('_', " ")));
            }
            if let Some(waits) = rule.waits.as_ref().filter(|_| !rule.tests.is_empty()) {
                out.push_str(&format!("| | | *partly*; not yet: {waits} | |\n"));
            }
        }
        out.push_str("\n## Requirements\n\n| requirement | words | rules | shown by |\n|---|---|---|---|\n");
        for (id, rules, words) in &self.needs {
            let tests: usize = rules.iter().filter_map(|r| self.rules.get(r)).map(|r| r.tests.len()).sum();
            let waits = rules.iter().any(|r| self.rules.get(r).is_some_and(|r| r.waits.is_some()));
            let shown = match (rules.is_empty(), tests, waits) {
                (true, ..) => "no rule carries it; not traced".to_owned(),
                (_, 0, _) => "nothing yet".to_owned(),
                (_, n, true) => format!("{n} tests of its rules; in part nothing yet"),
                (_, n, false) => format!("{n} tests of its rules"),
            };
            out.push_str(&format!("| {id} | {words} | {} | {shown} |\n", rules.join(", ")));
        }
        out
    }
}

impl Trace {
    /// Tests that rules rest on and that the run says nothing of: what did not run shows nothing.
    fn silent(&self, results: &BTreeMap<(String, String), bool>) -> Vec<String> {
        let named: BTreeSet<_> = self.rules.values().flat_map(|r| &r.tests).collect();
        let silent = named.into_iter().filter(|test| !results.contains_key(*test));
        silent.map(|(krate, name)| format!("{name} of plantgate-{krate} did not run")).collect()
    }
}

/// Every test function there is, by crate, from the sources.
fn tests(root: &Path) -> Done<BTreeSet<(String, String)>> {
    let mut found = BTreeSet::new();
    let crates = std::fs::read_dir(root.join("crates")).map_err(|e| format!("crates: {e}"))?;
    for folder in crates.filter_map(Result::ok) {
        let krate = folder.file_name().to_string_lossy().into_owned();
        let mut open = vec![folder.path()];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                let inside = std::fs::read_dir(&path).map_err(|e| format!("{}: {e}", path.display()))?;
                open.extend(inside.filter_map(Result::ok).map(|e| e.path()));
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
                found.extend(named(&text).map(|name| (krate.clone(), name)));
            }
        }
    }
    Ok(found)
}

/// Names of functions behind an attribute of a test.
fn named(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut is_test = false;
    text.lines().filter_map(move |line| {
        let line = line.trim();
        if line.starts_with("#[") {
            is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
            return None;
        }
        let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
        let name = name.split(['(', '<']).next()?.to_owned();
        std::mem::take(&mut is_test).then_some(name)
    })
}

/// One line of nextest (`PASS [ 0.1s] (1/2) plantgate-app::office rules::x`) or libtest (`test rules::x ... ok`).
/// libtest does not say the crate: then it is empty.
fn result(line: &str) -> Option<((String, String), bool)> {
    let name = |path: &str| path.rsplit("::").next().unwrap_or(path).to_owned();
    if let Some(rest) = line.strip_prefix("test ") {
        let (path, word) = rest.split_once(" ... ")?;
        return matches!(word, "ok" | "FAILED").then(|| ((String::new(), name(path)), word == "ok"));
    }
    let passed = ["PASS", "FAIL", "SLOW", "TIMEOUT", "SIGNAL"].iter().find_map(|w| Some((*w, line.strip_prefix(w)?)));
    let (word, rest) = passed.filter(|(word, _)| *word != "SLOW")?;
    let mut words = rest.rsplit(' ');
    let (path, binary) = (words.next()?, words.next()?);
    let krate = binary.split("::").next()?.strip_prefix("plantgate-")?;
    Some(((krate.to_owned(), name(path)), word == "PASS"))
}

fn results(text: &str, trace: &Trace) -> BTreeMap<(String, String), bool> {
    let mut by = BTreeMap::new();
    let mut put = |key: (String, String), passed: bool| {
        let both = by.get(&key).is_none_or(|old: &bool| *old) && passed;
        by.insert(key, both);
    };
    for ((krate, name), passed) in text.lines().filter_map(|line| result(line.trim())) {
        if krate.is_empty() {
            let all = trace.rules.values().flat_map(|r| &r.tests).filter(|(_, n)| *n == name);
            all.for_each(|test| put(test.clone(), passed));
        } else {
            put((krate, name), passed);
        }
    }
    by
}

fn load() -> Done<Trace> {
    let text = std::fs::read_to_string(SOURCE).map_err(|e| format!("{SOURCE}: {e}"))?;
    read(&text)
}

/// The document without results, as it stands in the tree.
pub fn page() -> Done<String> {
    let trace = load()?;
    let wrong = trace.check(&tests(Path::new("."))?);
    if wrong.is_empty() { Ok(trace.document(&BTreeMap::new(), None)) } else { Err(wrong.join("\n")) }
}

/// Writes the document with the results of the run that just ended.
pub fn with_results(run: &str) -> Done {
    let trace = load()?;
    let text = std::fs::read_to_string(RESULTS).map_err(|e| format!("{RESULTS}: {e}"))?;
    let results = results(&text, &trace);
    let document = trace.document(&results, Some(run));
    std::fs::write(WITH_RESULTS, document).map_err(|e| format!("{WITH_RESULTS}: {e}"))?;
    println!("requirement, rule, test and result: {WITH_RESULTS}");
    let silent = trace.silent(&results);
    if silent.is_empty() { Ok(()) } else { Err(silent.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# said\nR-01 First\n  test app it_holds\nR-02 Second\n  not yet: gateways\n\
                        S1.1 R-01 R-02 | A need\nG1 - | Another\n";

    fn there() -> BTreeSet<(String, String)> {
        BTreeSet::from([("app".to_owned(), "it_holds".to_owned())])
    }

    #[test]
    fn what_is_written_is_read_and_shown_with_results() {
        let trace = read(TEXT).unwrap();
        assert_eq!(trace.check(&there()), Vec::<String>::new());
        let log = "        PASS [   0.1s] (1/2) plantgate-app::office rules::it_holds\n";
        let page = trace.document(&results(log, &trace), Some("commit abc"));
        let row = "| R-01 | First | `app` it holds | passed |";
        for part in [row, "none yet: gateways", "in part nothing yet", "commit abc"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(trace.document(&results("FAIL [ 1s] plantgate-app it_holds", &trace), Some("x")).contains("FAILED"));
        assert!(trace.document(&results("test a::it_holds ... ok", &trace), Some("x")).contains("passed"));
        assert!(trace.document(&BTreeMap::new(), Some("x")).contains("did not run"));
    }

    #[test]
    fn a_rule_that_tests_show_in_part_says_what_is_missing() {
        let text = "R-01 First\n  test app it_holds\n  not yet: gateways\nS1 R-01 | A need\n";
        let trace = read(text).unwrap();
        assert_eq!(trace.check(&there()), Vec::<String>::new());
        let page = trace.document(&BTreeMap::new(), None);
        for part in
            ["| R-01 | First | `app` it holds |  |", "| | | *partly*; not yet: gateways | |", "in part nothing yet"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("none yet"), "{page}");
    }

    #[test]
    fn a_test_that_a_rule_rests_on_and_that_did_not_run_is_named() {
        let trace = read(TEXT).unwrap();
        let silent = |log: &str| trace.silent(&results(log, &trace));
        assert_eq!(silent(""), ["it_holds of plantgate-app did not run"]);
        assert_eq!(silent("PASS [ 1s] plantgate-web it_holds"), ["it_holds of plantgate-app did not run"]);
        assert_eq!(silent("PASS [ 1s] plantgate-app it_holds"), Vec::<String>::new());
        assert_eq!(silent("FAIL [ 1s] plantgate-app it_holds"), Vec::<String>::new());
    }

    #[test]
    fn a_test_that_is_gone_a_rule_without_any_and_a_gap_are_named() {
        let wrong = |text: &str| read(text).unwrap().check(&there()).join("; ");
        assert!(wrong("R-01 First\n  test app it_held\n").contains("no test it_held"));
        assert!(wrong("R-01 First\n").contains("neither a test nor a word"));
        assert!(wrong("R-02 Second\n  not yet: x\n").contains("R-01 is missing"));
        assert!(wrong("R-01 First\n  not yet: x\nS1 R-09 | A need\n").contains("no rule"));
        assert!(read("  test app x\n").unwrap_err().contains("line 1"));
        assert!(read("R-01 a\nR-01 b\n").unwrap_err().contains("second time"));
    }

    #[test]
    fn tests_are_found_in_sources() {
        let text = "#[test]\nfn one() {}\nfn two() {}\n#[tokio::test]\nasync fn three() {}\n\
                    #[test]\n#[ignore]\nfn four<T>() {}";
        assert_eq!(named(text).collect::<Vec<_>>(), ["one", "three", "four"]);
    }

    #[test]
    fn the_document_in_the_tree_is_the_one_that_is_made() {
        crate::shell::enter_root().unwrap();
        let stands = std::fs::read_to_string("docs/validation/trace.md").unwrap();
        assert!(stands == page().unwrap(), "docs/validation/trace.md is old: run cargo xtask generate");
    }
}
