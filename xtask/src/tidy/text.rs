//! Law 9 and its relatives: words that may stand in one place only, or nowhere.
use super::{Breach, Source};
use crate::tidy::scan::is_name;

struct Word {
    /// Any of these, searched in code with comments and strings blanked.
    needles: &'static [&'static str],
    /// Where it belongs. Test code, benches, testkit and xtask are excused unless `everywhere`.
    home: &'static [&'static str],
    everywhere: bool,
    why: &'static str,
    todo: &'static str,
}

const WORDS: &[Word] = &[
    Word {
        needles: &["println!", "eprintln!", "print!", "eprint!"],
        home: &["crates/cli/src/printer.rs"],
        everywhere: false,
        why: "stdout is data and stderr is words, kept apart in one place",
        todo: "print through crates/cli/src/printer.rs, or use tracing",
    },
    Word {
        needles: &["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now", "Utc::now", "Local::now"],
        home: &["crates/store/src/clock.rs", "crates/gateway/src/clock.rs"],
        everywhere: false,
        why: "a rule that asks the clock cannot be replayed",
        todo: "take the instant as an argument; only store/src/clock.rs and the gateway's own ask",
    },
    Word {
        needles: &["env::var", "env::var_os", "env::vars"],
        home: &["crates/cli/src/config.rs"],
        everywhere: false,
        why: "configuration nobody can see in one place cannot be explained to an auditor",
        todo: "read it in crates/cli/src/config.rs and pass it down",
    },
    Word {
        needles: &["#[allow(", "#![allow("],
        home: &[],
        everywhere: true,
        why: "an exception without a reason outlives its cause",
        todo: "write #[expect(…, reason = \"…\")]",
    },
    Word {
        needles: &["todo!", "unimplemented!"],
        home: &[],
        everywhere: true,
        why: "a promise in code is found by a customer",
        todo: "write it, or refuse with a reason a person can read",
    },
];

/// Put together from halves, so that this file does not hold the words it looks for.
const ELSEWHERE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!(".lib", "rary"),
    concat!("fa", "rm-"),
    concat!("shared/", "design"),
    concat!("shared/", "spec"),
    concat!("shared/", "hooks"),
];

pub fn check(source: &Source) -> Vec<Breach> {
    let mut found = words(source);
    found.extend(elsewhere(source));
    if source.path.starts_with("crates/web/") {
        found.extend(looks(source));
    }
    found
}

fn words(source: &Source) -> Vec<Breach> {
    let Some(rust) = &source.rust else { return Vec::new() };
    let mut found = Vec::new();
    for word in WORDS {
        if word.home.contains(&source.path.as_str()) || (source.is_beside_the_product() && !word.everywhere) {
            continue;
        }
        for needle in word.needles {
            let lines = rust.find(needle).into_iter().map(|at| rust.line_at(at));
            let lines = lines.filter(|line| word.everywhere || !rust.is_test_line(*line));
            found.extend(lines.map(|line| source.breach(line, 9, format!("`{needle}`"), word.why, word.todo)));
        }
    }
    found
}

/// The workplace of those who write is not the reader's: names of its folders and tools mean nothing to them.
fn elsewhere(source: &Source) -> Vec<Breach> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(source.text.lines()) {
        for needle in ELSEWHERE {
            let starts_whole = |at: usize| {
                let before = line.get(..at).and_then(|text| text.chars().next_back());
                before.is_none_or(|c| !is_name(c) && c != '-')
            };
            if line.match_indices(needle).any(|(at, _)| starts_whole(at)) {
                let why = "a reader of the repository has no such folder or tool";
                found.push(source.breach(
                    number,
                    9,
                    format!("`{needle}` is not of this repository"),
                    why,
                    "say it without",
                ));
            }
        }
    }
    found
}

/// The content security policy forbids inline styles, and colours live in one file so that every theme can change.
fn looks(source: &Source) -> Vec<Breach> {
    const CSP: &str = "the content security policy refuses inline styles";
    const ONE_PLACE: &str = "light, dark, print and high contrast change colours in one file";
    let mut found = Vec::new();
    let pieces: Vec<(usize, &str)> = match &source.rust {
        Some(rust) => rust
            .literals
            .iter()
            .filter(|literal| !rust.is_test_line(literal.line))
            .flat_map(|literal| (literal.line..).zip(literal.text.lines()))
            .collect(),
        None => (1..).zip(source.text.lines()).collect(),
    };
    // A mail is read where no style sheet of ours is, and behind no policy of ours.
    let mail = source.path.starts_with("crates/web/templates/mail/");
    let markup = !mail && (source.rust.is_some() || source.has_ending(&["html", "svg", "js"]));
    let colours = !source.path.ends_with("tokens.css") && !source.is_beside_the_product();
    for (line, text) in pieces {
        if markup && [" style=\"", " style='", " style=\\\""].iter().any(|needle| text.contains(needle)) {
            found.push(source.breach(line, 9, "a style attribute".to_string(), CSP, "use a class of the style sheet"));
        }
        if !colours {
            continue;
        }
        if let Some(colour) = hex_colour(text, !source.has_ending(&["css"])) {
            let todo = "use a variable of tokens.css";
            found.push(source.breach(line, 9, format!("the colour {colour} outside tokens.css"), ONE_PLACE, todo));
        }
    }
    found
}

/// `#abc`, `#abcd`, `#aabbcc`, `#aabbccdd`. In markup only as the value of a colour attribute:
/// `href="#add"` is a place.
fn hex_colour(text: &str, markup: bool) -> Option<String> {
    text.match_indices('#').find_map(|(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
        let digits: String = after.chars().take_while(|c| c.is_ascii_hexdigit()).collect();
        let ends = after.chars().nth(digits.len()).is_none_or(|c| !is_name(c) && c != '-');
        let attribute = before.trim_end_matches(['"', '\'', '\\']);
        let painted =
            ["fill=", "stroke=", "color=", "fill:", "stroke:", "color:"].iter().any(|a| attribute.ends_with(a));
        // In a style sheet a `#name` at the start of a line is a selector, not a colour.
        let wanted = if markup { painted } else { !before.trim().is_empty() };
        (ends && wanted && matches!(digits.len(), 3 | 4 | 6 | 8)).then(|| format!("#{digits}"))
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::Source;

    fn seen(path: &str, text: &str) -> Vec<(usize, String)> {
        check(&Source::new(path, text)).into_iter().map(|b| (b.line, b.what)).collect()
    }

    fn one(line: usize, what: &str) -> Vec<(usize, String)> {
        vec![(line, what.to_string())]
    }

    #[test]
    fn words_outside_their_home_are_seen() {
        let cases = [
            ("println!(\"x\");", "`println!`"),
            ("let a = std::time::Instant::now();", "`Instant::now`"),
            ("let a = std::env::var(\"A\");", "`env::var`"),
            ("#[allow(dead_code)]", "`#[allow(`"),
            ("todo!()", "`todo!`"),
        ];
        for (text, what) in cases {
            assert_eq!(seen("crates/app/src/a.rs", &format!("\n{text}")), one(2, what));
        }
    }

    #[test]
    fn words_at_home_in_tests_and_in_strings_are_fine() {
        assert!(seen("crates/cli/src/printer.rs", "println!()").is_empty());
        assert!(seen("crates/store/src/clock.rs", "SystemTime::now()").is_empty());
        assert!(seen("crates/cli/src/config.rs", "env::var(a)").is_empty());
        assert!(seen("crates/app/src/a.rs", "#[cfg(test)]\nmod tests { fn a() { println!() } }").is_empty());
        assert!(seen("crates/app/tests/a.rs", "Instant::now()").is_empty());
        assert!(
            seen("crates/app/src/a.rs", "// println!\nlet a = \"todo!()\"; #[expect(x, reason = \"y\")]").is_empty()
        );
        assert_eq!(seen("crates/app/tests/a.rs", "#[allow(x)]"), one(1, "`#[allow(`"));
    }

    #[test]
    fn the_workplace_is_not_named() {
        let bad = concat!("see /wo", "rk/here");
        assert_eq!(seen("README.md", bad).len(), 1);
        assert!(seen("README.md", "a permit/work/order of wind-farm-7 and farms").is_empty());
    }

    #[test]
    fn styles_and_colours_have_one_place() {
        assert_eq!(seen("crates/web/templates/a.html", "<p style=\"x\">"), one(1, "a style attribute"));
        assert!(seen("crates/web/templates/mail/a.html", "<p style=\"x\">").is_empty());
        assert_eq!(
            seen("crates/web/assets/a.css", "a { color: #a0b1c2; }"),
            one(1, "the colour #a0b1c2 outside tokens.css")
        );
        assert_eq!(seen("crates/web/src/a.rs", "\"<rect fill='#fff'>\""), one(1, "the colour #fff outside tokens.css"));
        assert!(seen("crates/web/assets/tokens.css", "--a: #a0b1c2;").is_empty());
        assert!(seen("crates/web/templates/a.html", "<a href=\"#add\">&#123;</a> #c0ffee").is_empty());
        assert!(seen("crates/web/assets/a.css", "#add { color: var(--ink); }").is_empty());
    }
}
