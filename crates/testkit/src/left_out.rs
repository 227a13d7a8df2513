//! What is not tested on this machine, said aloud and left in a file that the test command prints at its end: a passed
//! test hides what it printed, and nothing may be left out silently.

use std::{fs::OpenOptions, io::Write};

/// Names the file; the test command sets it.
const VARIABLE: &str = "PLANTGATE_LEFT_OUT";

/// Says what is left out and why.
pub fn left_out(what: &str) {
    eprintln!("{what}");
    #[expect(clippy::disallowed_methods, reason = "tests are configured by the test command, not by cli::config")]
    let Ok(file) = std::env::var(VARIABLE) else { return };
    let line = OpenOptions::new().create(true).append(true).open(&file).and_then(|mut f| writeln!(f, "{what}"));
    line.unwrap_or_else(|e| panic!("{file}: {e}"));
}
