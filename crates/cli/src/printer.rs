//! The one place that prints. `stdout` is data, `stderr` is words; with `--json` data is one JSON document.

use std::io::{self, Write};

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
            serde_json::to_string_pretty(json).unwrap_or_else(|e| format!("{{\"error\":\"{e}\"}}"))
        } else {
            lines().join("\n")
        };
        let mut out = io::stdout().lock();
        // A reader that went away (`| head`) is not our error.
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }
    /// Words for the person at the terminal.
    pub fn say(&self, words: &str) {
        let _ = writeln!(io::stderr().lock(), "{words}");
    }
}
