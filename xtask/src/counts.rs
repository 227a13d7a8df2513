//! Reads how many tests passed and failed from what the runners print, because their exit code says only yes or no.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl Counts {
    pub fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The closing line of nextest (`Summary […] 5 tests run: 4 passed, 1 failed, 0 skipped`) or of libtest
/// (`test result: FAILED. 4 passed; 1 failed; …`); any other line is nothing.
pub fn closing_line(line: &str) -> Option<Counts> {
    let plain = without_colours(line);
    let text = plain.trim();
    // nextest shows what a failed test printed, libtest's own line in it, and moves it to the right: that is no count.
    let tail = if let Some(rest) = plain.strip_prefix("test result:") {
        rest.split_once(". ")?.1
    } else if text.starts_with("Summary [") {
        text.split_once("run:")?.1
    } else {
        return None;
    };
    let mut counts = Counts::default();
    for part in tail.split([',', ';']) {
        let mut words = part.split_whitespace();
        let Some(Ok(number)) = words.next().map(str::parse::<u64>) else { continue };
        match words.next() {
            Some("passed") => counts.passed += number,
            // A test that ran out of time did not pass, and one that could not start neither.
            Some("failed" | "timed" | "exec") => counts.failed += number,
            _ => {}
        }
    }
    Some(counts)
}

fn without_colours(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // A colour is ESC [ … m: everything up to its letter goes.
            for skipped in chars.by_ref() {
                if skipped.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Counts, closing_line};

    fn counts(passed: u64, failed: u64) -> Option<Counts> {
        Some(Counts { passed, failed })
    }

    #[test]
    fn nextest_lines_are_read_with_and_without_colours() {
        let plain = "     Summary [   0.012s] 5 tests run: 4 passed, 1 failed, 2 skipped";
        assert_eq!(closing_line(plain), counts(4, 1));
        let flaky = "Summary [ 1s] 7/9 tests run: 5 passed (1 slow), 1 failed, 1 timed out, 0 skipped";
        assert_eq!(closing_line(flaky), counts(5, 2));
        let colour =
            "\u{1b}[32;1m     Summary\u{1b}[0m [   0.0s] \u{1b}[1m3\u{1b}[0m tests run: \u{1b}[1m3\u{1b}[0m passed";
        assert_eq!(closing_line(colour), counts(3, 0));
    }

    #[test]
    fn libtest_lines_are_read() {
        assert_eq!(closing_line("test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured"), counts(3, 0));
        assert_eq!(closing_line("test result: FAILED. 3 passed; 2 failed; 1 ignored"), counts(3, 2));
    }

    #[test]
    fn other_lines_are_nothing() {
        assert_eq!(closing_line("4 passed, 1 failed"), None);
        // what a failed test printed, as nextest shows it
        assert_eq!(closing_line("    test result: FAILED. 0 passed; 1 failed; 0 ignored"), None);
        assert_eq!(closing_line("test some::name ... ok"), None);
    }
}
