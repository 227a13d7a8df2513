//! Which browser on which system somebody signs in with, in two closed words: enough to know one's own sessions again.
//! Nothing else a browser says of itself is kept, because together it would name the machine.

use axum::http::{HeaderMap, header};

/// What a browser calls itself, and the word of `browser-…`; those that pretend to be another come first.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("Firefox/", "firefox"),
    ("FxiOS/", "firefox"),
    ("Chromium/", "chromium"),
    ("Chrome/", "chrome"),
    ("CriOS/", "chrome"),
    ("Safari/", "safari"),
];
/// What it calls its system, and the word of `os-…`.
const SYSTEMS: &[(&str, &str)] = &[
    ("Windows", "windows"),
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Mac OS X", "macos"),
    ("CrOS", "chromeos"),
    ("Linux", "linux"),
];
/// What says nothing we know, and a program of the API.
const OTHER: &str = "other";
const PROGRAM: &str = "program";

fn word(list: &[(&str, &'static str)], text: &str) -> &'static str {
    list.iter().find(|(says, _)| text.contains(says)).map_or(OTHER, |(_, word)| word)
}

/// The two words of a request: of a page's browser, or of a program.
pub fn seen_as(headers: &HeaderMap, program: bool) -> String {
    let says = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let browser = if program { PROGRAM } else { word(BROWSERS, says) };
    format!("{browser} {}", word(SYSTEMS, says))
}

/// The two words as they were kept; what is none of ours is another.
pub fn words(kept: &str) -> (&'static str, &'static str) {
    let (browser, system) = kept.split_once(' ').unwrap_or_default();
    let known = |list: &[(&str, &'static str)], of: &str| list.iter().map(|(_, w)| *w).find(|w| *w == of);
    let program = (browser == PROGRAM).then_some(PROGRAM);
    (known(BROWSERS, browser).or(program).unwrap_or(OTHER), known(SYSTEMS, system).unwrap_or(OTHER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(says: &str, program: bool) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, says.parse().unwrap());
        seen_as(&headers, program)
    }

    #[test]
    fn browsers_are_known_by_what_they_call_themselves() {
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let win = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
        for (says, words) in [
            (format!("{mac} Version/18.1 Safari/605.1.15"), "safari macos"),
            (format!("{win} Safari/537.36"), "chrome windows"),
            (format!("{win} Safari/537.36 Edg/140.0.0.0"), "edge windows"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(), "firefox linux"),
            ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile".to_owned(), "chrome android"),
            ("<script>".to_owned(), "other other"),
        ] {
            assert_eq!(said(&says, false), words, "{says}");
            assert_eq!(words.split_once(' '), Some(self::words(words)));
        }
        assert_eq!(said("curl/8.5", true), "program other");
        assert_eq!(words("program linux"), ("program", "linux"));
        // what was kept by nobody of ours says nothing
        assert_eq!((words(""), words("<b> <i>")), (("other", "other"), ("other", "other")));
    }
}
