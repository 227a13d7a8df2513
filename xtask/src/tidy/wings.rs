//! Law 1, inside a floor: a wing looks left, never right, in `domain` and in `store/rows`; vocabulary (`base`, `event`)
//! looks at no wing, or every wing could reach its right neighbour through it.
use super::scan::{Rust, is_name};
use super::{Breach, Source};

/// Reading order is allowed direction: each may read those before it.
const WINGS: [&str; 5] = ["expect", "qualify", "permit", "witness", "review"];

/// Read by all wings, so it reads none.
const VOCABULARY: [&str; 2] = ["base", "event"];

const WHY: &str = "what must flow back travels as an event or as Reason, Hold, Duty, Proof in base";
const TODO: &str = "read the border noun from base, or move the code to the wing on the right";

/// Where wings have walls: folder, and the path of its module inside the crate.
const FLOORS: [(&str, &[&str]); 2] = [("crates/domain/src/", &[]), ("crates/store/src/rows/", &["rows"])];

pub fn check(source: &Source) -> Vec<Breach> {
    let Some(rust) = &source.rust else { return Vec::new() };
    let Some((inside, base)) =
        FLOORS.iter().find_map(|(folder, base)| Some((source.path.strip_prefix(folder)?.strip_suffix(".rs")?, *base)))
    else {
        return Vec::new();
    };
    let mut module: Vec<&str> = base.iter().copied().chain(inside.split('/')).collect();
    module.retain(|part| !matches!(*part, "mod" | "lib"));
    let Some(own) = module.get(base.len()).copied() else { return Vec::new() };
    let Some(reach) = wing_of(own).map(Some).or_else(|| VOCABULARY.contains(&own).then_some(None)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (line, path) in paths(rust) {
        let Some(target) = resolve(&path, &module, base, rust.is_test_line(line)) else { continue };
        if wing_of(&target).is_some_and(|index| reach.is_none_or(|own| index > own)) {
            found.push(source.breach(line, 1, format!("`{own}` reads `{target}`, which is to its right"), WHY, TODO));
        }
    }
    found.dedup();
    found
}

/// `permit` and, in `store/rows`, also `permit_grants`.
fn wing_of(name: &str) -> Option<usize> {
    WINGS.iter().position(|wing| name.strip_prefix(wing).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
}

/// The first name below the floor's module that a path leads to, if it leads there.
fn resolve(path: &[String], module: &[&str], base: &[&str], in_test: bool) -> Option<String> {
    let mut absolute: Vec<&str> = Vec::new();
    let mut rest = path.iter().map(String::as_str).peekable();
    match rest.next()? {
        "crate" => {}
        "plantgate_domain" => return rest.next().map(str::to_string),
        "super" => {
            // An inline `mod tests` stands one floor deeper than its file.
            absolute = module.iter().copied().chain(in_test.then_some("tests")).collect();
            absolute.pop();
            while rest.next_if_eq(&"super").is_some() {
                absolute.pop();
            }
        }
        _ => return None,
    }
    absolute.extend(rest);
    let below = absolute.strip_prefix(base)?;
    below.first().map(|name| (*name).to_string())
}

/// Every path that starts at `crate`, `super` or `plantgate_domain`, with its `{…}` groups spread out.
fn paths(rust: &Rust) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for root in ["crate", "super", "plantgate_domain"] {
        for at in rust.find(root) {
            let follows_a_path = at.checked_sub(1).and_then(|before| rust.char_at(before)) == Some(':');
            if !follows_a_path {
                Walk { rust, at, found: &mut found }.tree(Vec::new());
            }
        }
    }
    found.sort();
    found
}

struct Walk<'a> {
    rust: &'a Rust,
    at: usize,
    found: &'a mut Vec<(usize, Vec<String>)>,
}

impl Walk<'_> {
    fn peek(&mut self) -> Option<char> {
        while self.rust.char_at(self.at).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        self.rust.char_at(self.at)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let here = self.peek() == Some(wanted);
        self.at += usize::from(here);
        here
    }

    fn tree(&mut self, mut path: Vec<String>) {
        self.peek();
        let line = self.rust.line_at(self.at);
        loop {
            if self.eat('{') {
                while self.peek().is_some_and(|c| c != '}') {
                    let before = self.at;
                    self.tree(path.clone());
                    // `as name` or a stray sign: step over it, so that the walk always ends.
                    if !self.eat(',') && self.at == before {
                        self.at += 1;
                    }
                }
                self.eat('}');
                return;
            }
            self.peek();
            let mut name = String::new();
            while let Some(c) = self.rust.char_at(self.at).filter(|c| is_name(*c)) {
                name.push(c);
                self.at += 1;
            }
            if name.is_empty() {
                break;
            }
            path.push(name);
            if self.peek() != Some(':') || self.rust.char_at(self.at + 1) != Some(':') {
                break;
            }
            self.at += 2;
        }
        self.found.push((line, path));
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::Source;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Source::new(path, text)).into_iter().map(|b| b.line).collect()
    }

    #[test]
    fn looking_right_is_seen_in_every_spelling() {
        assert_eq!(lines("crates/domain/src/permit/grant.rs", "use crate::review::Finding;"), [1]);
        assert_eq!(lines("crates/domain/src/permit/mod.rs", "fn a() { crate::witness::b() }"), [1]);
        assert_eq!(lines("crates/domain/src/permit.rs", "use super::witness;"), [1]);
        assert_eq!(lines("crates/domain/src/permit/a.rs", "use super::super::witness;"), [1]);
        let group = "use crate::{\n  base::{Id, At},\n  expect as e,\n  review::{self, Finding},\n};";
        assert_eq!(lines("crates/domain/src/qualify/a.rs", group), [4]);
        assert_eq!(lines("crates/store/src/rows/expect_sites.rs", "use crate::rows::permit_grants;"), [1]);
        assert_eq!(lines("crates/store/src/rows/expect.rs", "use plantgate_domain::permit::Grant;"), [1]);
        assert_eq!(lines("crates/domain/src/base/mod.rs", "use crate::expect::Tier;"), [1]);
        assert_eq!(lines("crates/domain/src/event/permit.rs", "use crate::permit::Grant;"), [1]);
        let test = "#[cfg(test)]\nmod tests {\n  use super::super::super::review;\n}";
        assert_eq!(lines("crates/domain/src/permit/a.rs", test), [3]);
    }

    #[test]
    fn looking_left_down_and_at_vocabulary_is_fine() {
        let fine = "use crate::{base::Hold, event::review::Opened, expect, qualify::Grade};\nuse super::review;\n";
        assert!(lines("crates/domain/src/permit/a.rs", fine).is_empty());
        assert!(lines("crates/domain/src/permit/a.rs", "// crate::review\nlet a = \"crate::review\";").is_empty());
        assert!(lines("crates/domain/src/review/a.rs", "use crate::permit::Grant;").is_empty());
        assert!(lines("crates/domain/src/event/permit.rs", "use crate::event::review;").is_empty());
        assert!(lines("crates/app/src/permit/a.rs", "use crate::review;").is_empty());
    }
}
