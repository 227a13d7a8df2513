//! Laws about what we build on: read from cargo itself, so that they hold for what is compiled, not for what is meant.
use super::Breach;
use crate::shell::{Done, capture, cargo_command};
use serde_json::Value;
use std::collections::BTreeSet;

pub struct Arrow {
    pub from: String,
    pub to: String,
    pub only_in_tests: bool,
}

/// What `cargo metadata` says, cut down to what the laws ask.
pub struct House {
    packages: Vec<Package>,
    pub arrows: Vec<Arrow>,
}

struct Package {
    name: String,
    licence: String,
    own: bool,
}

impl House {
    pub fn own_crates(&self) -> impl Iterator<Item = &str> {
        self.packages.iter().filter(|package| package.own).map(|package| package.name.as_str())
    }

    fn read(json: &Value) -> House {
        let used: BTreeSet<&str> = list(json.pointer("/resolve/nodes")).filter_map(|node| text(node, "id")).collect();
        let mut house = House { packages: Vec::new(), arrows: Vec::new() };
        for package in list(json.get("packages")) {
            let name = text(package, "name").unwrap_or_default().to_string();
            let own = package.get("source").is_none_or(Value::is_null);
            let licence = text(package, "license").unwrap_or_default().to_string();
            for dependency in list(package.get("dependencies")).filter(|_| own) {
                let to = text(dependency, "name").unwrap_or_default();
                if let (Some(from), Some(to)) = (name.strip_prefix("plantgate-"), to.strip_prefix("plantgate-")) {
                    let only_in_tests = text(dependency, "kind") == Some("dev");
                    house.arrows.push(Arrow { from: from.to_string(), to: to.to_string(), only_in_tests });
                }
            }
            // An optional dependency nobody switched on stands in the lock file, but is never compiled.
            if text(package, "id").is_some_and(|id| used.contains(id)) {
                house.packages.push(Package { name, licence, own });
            }
        }
        house
    }
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

pub fn metadata() -> Done<House> {
    let json = offline_first(&["metadata", "--format-version", "1"])?;
    let value: Value = serde_json::from_str(&json).map_err(|e| format!("cargo metadata is not JSON: {e}"))?;
    Ok(House::read(&value))
}

/// Offline is quick and works in a plant; a fresh clone may still have to fetch once.
fn offline_first(args: &[&str]) -> Done<String> {
    capture(cargo_command().args(args).arg("--offline")).or_else(|_| capture(cargo_command().args(args)))
}

/// One TLS provider (ring), no C library that the operating system may swap under us.
const BANNED: &[&str] = &["openssl", "openssl-sys", "native-tls", "aws-lc-sys", "aws-lc-rs"];

pub fn check_bans(house: &House) -> Vec<Breach> {
    let banned = house.packages.iter().filter(|package| BANNED.contains(&package.name.as_str()));
    banned
        .map(|package| Breach {
            path: "Cargo.lock".to_string(),
            line: 1,
            law: 2,
            what: format!("`{}` is compiled in", package.name),
            why: "one TLS provider, built from source, the same on every machine",
            todo: "see `cargo tree -i` for who brings it, and switch that feature off",
        })
        .collect()
}

/// Kept the same as the list in deny.toml, where each has its reason.
const LICENCES: &[&str] = &[
    "Apache-2.0",
    "MIT",
    "BSD-3-Clause",
    "BSD-2-Clause",
    "ISC",
    "Unicode-3.0",
    "Zlib",
    "MPL-2.0",
    "CC0-1.0",
    "0BSD",
    "BSL-1.0",
    "Apache-2.0 WITH LLVM-exception",
    "CDLA-Permissive-2.0",
];

pub fn check_licences(house: &House) -> Vec<Breach> {
    let bad = house.packages.iter().filter(|package| !may_ship(&package.licence));
    bad.map(|package| Breach {
        path: "Cargo.lock".to_string(),
        line: 1,
        law: 2,
        what: format!("`{}` has the licence `{}`", package.name, package.licence),
        why: "every part of Plantgate may be used and passed on under Apache-2.0 terms",
        todo: "replace it, or argue its licence in deny.toml and in xtask/src/tidy/tree.rs",
    })
    .collect()
}

/// `A OR (B AND C)`, `A/B`: is there a choice made only of licences in the list?
fn may_ship(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let answer = any_of(&mut words);
    answer && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>) -> bool {
    let mut answer = all_of(words);
    while words.next_if_eq(&"OR").is_some() {
        answer |= all_of(words);
    }
    answer
}

fn all_of(words: &mut Words<'_>) -> bool {
    let mut answer = one(words);
    while words.next_if_eq(&"AND").is_some() {
        answer &= one(words);
    }
    answer
}

fn one(words: &mut Words<'_>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let answer = any_of(words);
        return words.next_if_eq(&")").is_some() && answer;
    }
    let word = words.next().unwrap_or_default();
    // A WITH clause is another licence: it stands in the list as a whole or not at all.
    let whole = match words.next_if_eq(&"WITH") {
        Some(with) => [word, with, words.next().unwrap_or_default()].join(" "),
        None => word.to_owned(),
    };
    LICENCES.contains(&whole.as_str())
}

/// Floors that must stay plain functions: no async, no IO, no clock, no environment, no randomness.
const QUIET: &[&str] = &["domain", "ledger", "baseline"];

const LOUD: &[&str] = &[
    "tokio",
    "async-std",
    "smol",
    "mio",
    "futures-executor",
    "sqlx",
    "sqlx-core",
    "rusqlite",
    "libsqlite3-sys",
    "axum",
    "hyper",
    "reqwest",
    "ureq",
    "socket2",
    "rustls",
    "object_store",
    "rand",
    "getrandom",
    "fastrand",
    "chrono",
    "time",
    "tempfile",
    "memmap2",
    "notify",
    "dotenvy",
    "rustix",
    "nix",
    "libc",
];

/// `(who, whom, why it may)`: links in the tree that are looked at and accepted.
const ACCEPTED: &[(&str, &str, &str)] = &[
    ("uuid", "getrandom", "comes with `v4`, which the store uses; clippy.toml forbids Uuid::new_v4 everywhere else"),
    ("cpufeatures", "libc", "asks the processor which instructions it has; no other use"),
];

pub fn check_quiet_floors() -> Done<Vec<Breach>> {
    let mut found = Vec::new();
    for floor in QUIET.iter().filter(|floor| std::path::Path::new(&format!("crates/{floor}/Cargo.toml")).exists()) {
        let package = format!("plantgate-{floor}");
        // `cargo tree` resolves features for this crate alone: what another crate switches on is not its fault.
        let args = ["tree", "-p", &package, "-e", "normal", "--prefix", "depth", "--no-dedupe"];
        found.extend(loud_links(&offline_first(&args)?).into_iter().map(|chain| Breach {
            path: format!("crates/{floor}/Cargo.toml"),
            line: 1,
            law: 2,
            what: format!("`{chain}`"),
            why: "rules that cannot reach the world are the ones that can be proved and replayed",
            todo: "take what it gives as an argument, or accept the link with a reason in xtask/src/tidy/tree.rs",
        }));
    }
    Ok(found)
}

/// Lines like `2getrandom v0.4.0`: the number is the depth. Each chain is told once; below an accepted link all is.
fn loud_links(tree: &str) -> BTreeSet<String> {
    let mut chain: Vec<&str> = Vec::new();
    let mut found = BTreeSet::new();
    let mut accepted_at = usize::MAX;
    for line in tree.lines() {
        let digits = line.chars().take_while(char::is_ascii_digit).count();
        let (depth, rest) = line.split_at(digits);
        let Ok(depth) = depth.parse::<usize>() else { continue };
        chain.truncate(depth);
        let name = rest.split_whitespace().next().unwrap_or_default();
        let parent = chain.last().copied().unwrap_or_default();
        chain.push(name);
        if depth <= accepted_at {
            let accepted = ACCEPTED.iter().any(|(who, whom, _)| *who == parent && *whom == name);
            accepted_at = if accepted { depth } else { usize::MAX };
        }
        if LOUD.contains(&name) && accepted_at == usize::MAX {
            found.insert(chain.join(" → "));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{BANNED, House, LICENCES, check_bans, check_licences, loud_links, may_ship};

    fn house() -> House {
        let json = r#"{
          "packages": [
            {"id": "a", "name": "plantgate-web", "source": null, "license": "Apache-2.0", "dependencies": [
              {"name": "plantgate-store", "kind": null}, {"name": "plantgate-testkit", "kind": "dev"}]},
            {"id": "b", "name": "openssl", "source": "r", "license": "Apache-2.0", "dependencies": []},
            {"id": "c", "name": "native-tls", "source": "r", "license": "MIT", "dependencies": []},
            {"id": "d", "name": "odd", "source": "r", "license": "GPL-3.0-only", "dependencies": []}],
          "resolve": {"nodes": [{"id": "a"}, {"id": "b"}, {"id": "d"}]}}"#;
        House::read(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn arrows_are_read_with_their_kind() {
        let arrows: Vec<_> = house().arrows.into_iter().map(|a| (a.from, a.to, a.only_in_tests)).collect();
        let wanted = [("store", false), ("testkit", true)].map(|(to, dev)| ("web".into(), to.into(), dev));
        assert_eq!(arrows, wanted);
    }

    #[test]
    fn banned_and_foreign_licences_are_seen_only_when_compiled() {
        assert_eq!(check_bans(&house()).len(), 1);
        assert_eq!(check_licences(&house()).len(), 1);
    }

    #[test]
    fn deny_toml_says_the_same() {
        let file = include_str!("../../../deny.toml");
        for (name, key) in BANNED.iter().map(|name| (name, "crate = ")).chain(LICENCES.iter().map(|name| (name, "  ")))
        {
            assert!(file.contains(&format!("{key}\"{name}\"")), "{name}");
        }
        assert_eq!(file.matches("crate = ").count(), BANNED.len());
        let allowed = file.split("allow = [").nth(1).and_then(|rest| rest.split("\n]").next()).unwrap();
        assert_eq!(allowed.matches("\",").count(), LICENCES.len());
    }

    #[test]
    fn licence_expressions_are_understood() {
        let with = ["A WITH B OR MIT", "Apache-2.0 WITH LLVM-exception"];
        let good = ["MIT", "MIT/Apache-2.0", "GPL-2.0-only OR MIT", "(MIT OR X) AND Unicode-3.0"];
        for good in good.into_iter().chain(with) {
            assert!(may_ship(good), "{good}");
        }
        for bad in ["", "GPL-3.0-only", "MIT AND X", "(MIT AND X) OR Y", "Apache-2.0 WITH Strange", "(MIT"] {
            assert!(!may_ship(bad), "{bad}");
        }
    }

    #[test]
    fn loud_crates_are_told_with_who_brings_them() {
        let tree =
            "0plantgate-domain v0.1.0 (x)\n1uuid v1\n2getrandom v0.4\n3libc v0\n1serde v1\n1jiff v1\n2tokio v1\n";
        assert_eq!(loud_links(tree).into_iter().collect::<Vec<_>>(), ["plantgate-domain → jiff → tokio"]);
    }
}
