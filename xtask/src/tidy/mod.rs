//! The mechanical laws of the house (ARCHITECTURE.md, "Laws"), each a function from sources to breaches.
//!
//! To add a check: a function `fn name(source: &Source) -> Vec<Breach>` in a file here, one line in `check_source`,
//! and a test with a good and a bad sample, so that it is known to be able to fail.
mod arrows;
mod asvs;
mod docs;
mod scan;
mod shape;
mod sql;
mod text;
mod tree;
mod wings;

use crate::shell::Done;
use scan::Rust;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// One place where a law is broken, with what a person needs to mend it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    pub path: String,
    pub line: usize,
    pub law: u8,
    pub what: String,
    pub why: &'static str,
    pub todo: &'static str,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Breach { path, line, law, what, why, todo } = self;
        write!(f, "{path}:{line}: law {law}: {what} — {why} — {todo}")
    }
}

/// One text file of the repository; `rust` is there when it is Rust.
pub struct Source {
    pub path: String,
    pub text: String,
    pub rust: Option<Rust>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        let rust = path.ends_with(".rs").then(|| Rust::read(text));
        Source { path: path.to_string(), text: text.to_string(), rust }
    }

    pub fn has_ending(&self, endings: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }

    /// Whole files of test code: `tests/`, `tests.rs`, `*_tests.rs`, `benches/`, `examples/`, build scripts.
    pub fn is_beside_the_product(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "examples" | "fuzz"))
            || name == "tests.rs"
            || name == "build.rs"
            || name.ends_with("_tests.rs")
            || self.path.starts_with("xtask/")
            || self.path.starts_with("crates/testkit/")
    }

    pub fn breach(&self, line: usize, law: u8, what: String, why: &'static str, todo: &'static str) -> Breach {
        Breach { path: self.path.clone(), line, law, what, why, todo }
    }
}

/// The subcommand: prints every breach and one closing sentence.
pub fn command() -> Done {
    let sources = read_all(Path::new("."))?;
    let mut breaches: Vec<Breach> = sources.iter().flat_map(check_source).collect();
    let house = tree::metadata()?;
    breaches.extend(arrows::check(&house));
    breaches.extend(tree::check_bans(&house));
    breaches.extend(tree::check_licences(&house));
    breaches.extend(tree::check_quiet_floors()?);
    let crates: BTreeSet<String> = house.own_crates().map(str::to_string).collect();
    let exists = |path: &str| Path::new(path).exists();
    breaches.extend(sources.iter().flat_map(|source| docs::check(source, &crates, &exists)));
    breaches.extend(security(&sources)?);
    breaches.sort();
    for breach in &breaches {
        println!("{breach}");
    }
    if breaches.is_empty() {
        println!("tidy: {} files, {} crates, no law broken", sources.len(), crates.len());
        return Ok(());
    }
    Err(format!("tidy: {} breaches in {} files", breaches.len(), sources.len()))
}

/// The security checklist against the files it names.
fn security(sources: &[Source]) -> Done<Vec<Breach>> {
    let page = sources.iter().find(|source| source.path == asvs::PAGE);
    let page = page.ok_or_else(|| format!("{} is not there", asvs::PAGE))?;
    let ids = std::fs::read_to_string(asvs::IDS).map_err(|e| format!("cannot read {}: {e}", asvs::IDS))?;
    Ok(asvs::check(page, &ids, &|path| std::fs::read_to_string(path).ok()))
}

fn check_source(source: &Source) -> Vec<Breach> {
    let mut found = shape::check(source);
    found.extend(wings::check(source));
    found.extend(sql::check(source));
    found.extend(text::check(source));
    found
}

const READ: &[&str] = &["rs", "toml", "md", "html", "css", "js", "svg", "sql", "sh", "ftl", "yml", "yaml"];

fn read_all(root: &Path) -> Done<Vec<Source>> {
    let mut sources = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|e| format!("cannot read {}: {e}", folder.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let short = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            // `data` at the root is what `plantgate serve` leaves behind in a developer's folder.
            let skipped = matches!(name.as_str(), ".git" | "target" | "node_modules") || short == "data";
            if path.is_symlink() || skipped {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if short == ".ci/run" || name.rsplit_once('.').is_some_and(|(_, end)| READ.contains(&end)) {
                let bytes = std::fs::read(&path).map_err(|e| format!("cannot read {short}: {e}"))?;
                sources.push(Source::new(&short, &String::from_utf8_lossy(&bytes)));
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}
