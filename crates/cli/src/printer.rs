//! The one place that prints. `stdout` is data, `stderr` is words; with `--json` data is one JSON document.
//!
//! Much of what is printed was written by strangers: names of files, packs, logs, what a parser says of their bytes.
//! A terminal obeys some of it. So no character that moves, hides, colours or turns text leaves here: people see a
//! mark in its place, programs the same value escaped.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use plantgate_wire::words::Lang;
use serde::Serialize;

/// Prints what a command answers.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    pub json: bool,
    /// Language of words.
    pub lang: Lang,
}

impl Printer {
    /// Data: as JSON with `--json`, else as the given lines.
    pub fn data(&self, json: &impl Serialize, lines: impl FnOnce() -> Vec<String>) {
        let text = if self.json {
            let text = serde_json::to_string_pretty(json).unwrap_or_else(|e| format!("{{\"error\":\"{e}\"}}"));
            escaped(&text)
        } else {
            lines().iter().map(|line| one_line(line)).collect::<Vec<_>>().join("\n")
        };
        let mut out = io::stdout().lock();
        // A reader that went away (`| head`) is not our error.
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }
    /// Words for the person at the terminal: our own sentences, a line each.
    pub fn say(&self, words: &str) {
        let lines: Vec<Cow<str>> = words.split('\n').map(one_line).collect();
        let _ = writeln!(io::stderr().lock(), "{}", lines.join("\n"));
    }
}

/// Characters a terminal or a reader's eye obeys instead of showing them: control characters of both sets, those that
/// turn the direction of writing, separators of lines, marks without width.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A text as one line that shows everything and does nothing.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_obeyed) {
        Cow::Owned(text.chars().map(|c| if is_obeyed(c) { '\u{fffd}' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// JSON with such characters escaped: they stand only inside its strings, but for the line breaks between its parts.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_obeyed(c) && c != '\n' {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2Jb\u{9b}8mc\nd\re\u{85}f\u{2028}g\u{202e}h\u{2066}i\u{7f}\u{200b}\u{feff}k";

    #[test]
    fn nothing_that_a_terminal_obeys_is_left_and_everything_else_is() {
        let shown = one_line(HOSTILE);
        assert!(!shown.chars().any(is_obeyed), "{shown:?}");
        assert_eq!(shown.chars().filter(|c| *c == '\u{fffd}').count(), 11, "{shown:?}");
        assert_eq!(shown.replace('\u{fffd}', ""), "a[2Jb8mcdefghik");
        assert!(matches!(one_line("Größe „5“ — 林 🙂"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_says_the_same_value_in_letters_that_do_nothing() {
        let text = escaped(&serde_json::to_string_pretty(&[HOSTILE]).unwrap());
        assert!(!text.chars().any(|c| is_obeyed(c) && c != '\n'), "{text:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), [HOSTILE]);
    }
}
