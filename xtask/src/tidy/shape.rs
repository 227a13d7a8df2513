//! Law 4: sizes a person can hold in the head, and a first line that says why a file exists.
use super::{Breach, Source};
use crate::tidy::scan::{Rust, is_name};

const MAX_FILE: usize = 500;
const MAX_FUNCTION: usize = 70;
/// In `web` an async function is a handler: extract, call one act or one read, render.
const MAX_HANDLER: usize = 40;
const MAX_LINE: usize = 120;

/// Files that a program writes. They keep other laws, not this one.
const GENERATED: &[&str] = &[];

const SMALL: &str = "what fits on a few screens gets read";

pub fn check(source: &Source) -> Vec<Breach> {
    if GENERATED.contains(&source.path.as_str()) || !source.has_ending(&["rs", "html", "css", "js", "sql", "sh"]) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let lines = source.text.lines().count();
    if lines > MAX_FILE {
        let what = format!("{lines} lines in one file, at most {MAX_FILE}");
        found.push(source.breach(MAX_FILE + 1, 4, what, SMALL, "split it along its nouns"));
    }
    for (number, line) in (1..).zip(source.text.lines()) {
        let width = line.chars().count();
        if width > MAX_LINE {
            let what = format!("a line of {width} characters, at most {MAX_LINE}");
            found.push(source.breach(number, 4, what, "two windows fit side by side", "break the line"));
        }
    }
    if let Some(rust) = &source.rust {
        if !source.text.starts_with("//!") {
            let what = "the file does not open with //!".to_string();
            found.push(source.breach(1, 4, what, "a reader asks first why a file exists", "say why in the first line"));
        }
        let web = source.path.starts_with("crates/web/src/");
        for function in functions(rust) {
            let handler = web && function.is_async && !rust.is_test_line(function.line);
            let most = if handler { MAX_HANDLER } else { MAX_FUNCTION };
            if function.size > most {
                let what = format!("fn {} has {} lines of code, at most {most}", function.name, function.size);
                found.push(source.breach(function.line, 4, what, SMALL, "name a part of it and move it out"));
            }
        }
    }
    found
}

struct Function {
    name: String,
    line: usize,
    size: usize,
    is_async: bool,
}

/// Every function with a body; its size leaves out blank lines, comments and the insides of long strings.
fn functions(rust: &Rust) -> Vec<Function> {
    let filled: Vec<usize> = rust.lines().filter(|(_, l)| !l.trim().is_empty()).map(|(number, _)| number).collect();
    let mut found = Vec::new();
    for at in rust.find("fn") {
        let name: String = (at + 3..).map_while(|at| rust.char_at(at).filter(|c| is_name(*c))).collect();
        // `fn(u8) -> u8` is a type, not a function.
        if name.is_empty() {
            continue;
        }
        let Some((open, '{')) = rust.body_start(at) else { continue };
        let Some(close) = rust.closing_brace(open) else { continue };
        let span = rust.line_at(at)..=rust.line_at(close);
        let size = filled.iter().filter(|line| span.contains(line)).count();
        let before: String = (at.saturating_sub(6)..at).filter_map(|at| rust.char_at(at)).collect();
        found.push(Function { name, line: rust.line_at(at), size, is_async: before == "async " });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::Source;

    fn laws(path: &str, text: &str) -> Vec<String> {
        check(&Source::new(path, text)).into_iter().map(|b| format!("{} {}", b.line, b.what)).collect()
    }

    #[test]
    fn a_small_file_with_a_reason_is_fine() {
        assert!(laws("a.rs", "//! Why.\nfn a() {}\n").is_empty());
        assert!(laws("a.md", &"x".repeat(500)).is_empty());
    }

    #[test]
    fn handlers_are_shorter() {
        let handler = |lines: usize| format!("//! Why.\npub async fn h() {{\n{}}}\n", "  a();\n".repeat(lines));
        assert!(laws("crates/web/src/a.rs", &handler(38)).is_empty());
        assert_eq!(laws("crates/web/src/a.rs", &handler(39)), ["2 fn h has 41 lines of code, at most 40"]);
        assert!(laws("crates/app/src/a.rs", &handler(39)).is_empty());
    }

    #[test]
    fn a_missing_reason_is_seen() {
        assert_eq!(laws("a.rs", "fn a() {}\n"), ["1 the file does not open with //!"]);
    }

    #[test]
    fn long_files_and_lines_are_seen() {
        assert_eq!(laws("a.css", &"a\n".repeat(501)), ["501 501 lines in one file, at most 500"]);
        assert_eq!(laws("a.js", &"ä".repeat(121)), ["1 a line of 121 characters, at most 120"]);
        assert!(laws("a.js", &"ä".repeat(120)).is_empty());
    }

    #[test]
    fn long_functions_are_seen_and_strings_do_not_fool_the_count() {
        let body = |lines: usize| format!("//! Why.\nfn long() {{\n{}}}\n", "  a();\n".repeat(lines));
        assert!(laws("a.rs", &body(68)).is_empty());
        assert_eq!(laws("a.rs", &body(69)), ["2 fn long has 71 lines of code, at most 70"]);
        let quoted = format!("//! Why.\nfn s() {{ let a = \"}}{}\"; }}\nfn t() {{}}\n", "\nx".repeat(100));
        assert!(laws("a.rs", &quoted).is_empty());
        assert!(
            laws("a.rs", &format!("//! W.\ntype F = fn(u8);\nstatic A: [u8; 2] = {{\n{}}};", "1;\n".repeat(99)))
                .is_empty()
        );
    }
}
