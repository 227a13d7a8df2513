//! Law 8: what the documents name exists. A document nobody checks starts to lie within a month.
use super::{Breach, Source};
use std::collections::BTreeSet;

/// Where a path in a document may begin.
pub const PLACES: &[&str] =
    &["crates/", "docs/", "rules/", "xtask/", "scripts/", "benches/", "tests/", "demo/", ".ci/"];
const WHY: &str = "a reader follows this and finds nothing";
const TODO: &str = "correct the name, or write (not yet) right behind it";

/// `exists` is asked about paths from the root of the repository.
pub fn check(source: &Source, crates: &BTreeSet<String>, exists: &dyn Fn(&str) -> bool) -> Vec<Breach> {
    let top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];
    let deep = source.path.starts_with("docs/") && source.has_ending(&["md"]);
    if !deep && !top.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut fenced = false;
    for (number, line) in (1..).zip(source.text.lines()) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            found.extend(unknown_command(source, number, line));
            continue;
        }
        for (span, behind) in spans(line) {
            found.extend(unknown_command(source, number, span));
            let Some(missing) = missing(span, crates, exists) else { continue };
            let promised = behind.trim_start().starts_with("(not yet)");
            if missing && !promised {
                found.push(source.breach(number, 8, format!("`{span}` does not exist"), WHY, TODO));
            } else if !missing && promised {
                let why = "the document says less than is true";
                found.push(source.breach(number, 8, format!("`{span}` exists by now"), why, "delete (not yet)"));
            }
        }
        found.extend(
            links(line).filter(|link| !exists(&beside(&source.path, link))).map(|link| {
                source.breach(number, 8, format!("the link {link} leads nowhere"), WHY, "correct the link")
            }),
        );
    }
    found
}

/// The insides of backticks, each with what follows it on the line.
pub fn spans(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once('`')?;
        let (span, behind) = after.split_once('`')?;
        rest = behind;
        Some((span, behind))
    })
}

/// `None`: not a name this law knows. `Some(true)`: it names something that is not there.
fn missing(span: &str, crates: &BTreeSet<String>, exists: &dyn Fn(&str) -> bool) -> Option<bool> {
    if span.strip_prefix("plantgate-").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_lowercase())) {
        return Some(!crates.contains(span));
    }
    if !PLACES.iter().any(|place| span.starts_with(place)) || span.contains(' ') {
        return None;
    }
    // `file.rs:12` names a line; `rows/<wing>.rs`, `rows/{a,b}` and `rows/**` name a family: their folder must exist.
    let named = span.split(':').next().unwrap_or(span);
    let fixed = named.split(['*', '<', '{', '…']).next().unwrap_or(named);
    let path =
        if fixed.len() == named.len() { named } else { fixed.rsplit_once('/').map_or(fixed, |(folder, _)| folder) };
    Some(!exists(path.trim_end_matches('/')))
}

fn unknown_command(source: &Source, number: usize, text: &str) -> Option<Breach> {
    let (_, after) = text.split_once("cargo xtask ")?;
    let word: String = after.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
    let known = word.is_empty() || crate::COMMANDS.iter().any(|(name, _)| *name == word);
    (!known).then(|| source.breach(number, 8, format!("`cargo xtask {word}` is no command"), WHY, "see `cargo xtask`"))
}

/// Links of Markdown that stay inside the repository.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.match_indices("](").filter_map(|(at, sign)| line.get(at + sign.len()..)?.split(')').next());
    targets
        .filter(|link| !link.contains("://") && !link.starts_with(['#', '/']) && !link.starts_with("mailto:"))
        .map(|link| link.split('#').next().unwrap_or(link))
}

fn beside(document: &str, link: &str) -> String {
    document.rsplit_once('/').map_or_else(|| link.to_string(), |(folder, _)| format!("{folder}/{link}"))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::Source;
    use std::collections::BTreeSet;

    fn seen(text: &str) -> Vec<String> {
        let crates = BTreeSet::from(["plantgate-domain".to_string()]);
        let there = ["crates/domain/src", "crates/domain/src/lib.rs", "docs/a.md"];
        let exists = |path: &str| there.contains(&path);
        check(&Source::new("docs/b.md", text), &crates, &exists).into_iter().map(|b| b.what).collect()
    }

    #[test]
    fn what_exists_is_fine() {
        let fine = "`crates/domain/src/lib.rs:3` `crates/domain/src/<wing>/x.rs` `crates/domain/src/`\n\
                    `plantgate-domain` \
                    `cargo xtask tidy` [a](a.md#top) [b](https://x.org/y) `crates/new.rs` (not yet) `a/b` `permit`\n";
        assert_eq!(seen(fine), Vec::<String>::new());
    }

    #[test]
    fn what_does_not_exist_is_seen() {
        assert_eq!(seen("see `crates/gone.rs`"), ["`crates/gone.rs` does not exist"]);
        assert_eq!(seen("see `crates/gone/*.rs`"), ["`crates/gone/*.rs` does not exist"]);
        assert_eq!(seen("`plantgate-gone`"), ["`plantgate-gone` does not exist"]);
        assert_eq!(seen("[x](gone.md)"), ["the link gone.md leads nowhere"]);
        assert_eq!(seen("```sh\ncargo xtask dance\n```"), ["`cargo xtask dance` is no command"]);
        assert_eq!(seen("`docs/a.md` (not yet)"), ["`docs/a.md` exists by now"]);
    }
}
