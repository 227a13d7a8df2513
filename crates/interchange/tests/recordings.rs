//! Recordings of strangers: public ones with the counts that were taken from them by other means, and streams that were
//! made to trouble terminals. They are read, played and searched; nothing of them steers a page.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops at once")]
#![expect(clippy::print_stderr, reason = "a test that is not run says so")]

use std::{io::Read, path::PathBuf};

use plantgate_interchange::cast::{
    Cast, Event, Most, NoCast, What,
    find::{search, transcript},
    play::{always, at, moments},
    read,
    screen::plain,
};
use serde_json::Value;

/// Where the public ones lie, beside the repository.
fn folder() -> Option<(PathBuf, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/real/recordings");
    let Ok(expected) = std::fs::read(folder.join("expected.json")) else {
        eprintln!("not run: the public recordings are not beside the repository");
        return None;
    };
    Some((folder, serde_json::from_slice(&expected).unwrap()))
}

fn bytes(folder: &std::path::Path, name: &str) -> Vec<u8> {
    let packed = std::fs::read(folder.join(name)).unwrap();
    if !name.ends_with(".gz") {
        return packed;
    }
    let mut all = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut all).unwrap();
    all
}

/// How often each code was read.
fn count(cast: &Cast, code: &str) -> u64 {
    cast.events.iter().filter(|e| e.what.code() == code).count() as u64
}

fn agrees(name: &str, cast: &Cast, wants: &Value) {
    let head = &wants["header"];
    let size = |short: &str, long: &str, term: &str| {
        [&wants[short], &head[long], &head["term"][term]].into_iter().find_map(Value::as_u64)
    };
    assert_eq!(Some(cast.version), wants["v"].as_u64(), "{name}");
    // The counts of one file have no size; the file has.
    if let (Some(columns), Some(rows)) = (size("w", "width", "cols"), size("h", "height", "rows")) {
        assert_eq!((u64::from(cast.columns), u64::from(cast.rows)), (columns, rows), "{name}");
    }
    if let Some(began) = head["timestamp"].as_i64() {
        assert_eq!(cast.began, Some(began), "{name}");
    }
    if let Some(blank) = wants["blank"].as_u64() {
        assert_eq!(cast.blank, blank, "{name}");
    }
    let codes = wants["codes"].as_object();
    let all = match codes {
        Some(codes) => {
            codes.values().filter_map(Value::as_u64).sum::<u64>() + wants["unparsable-lines"].as_u64().unwrap_or(0)
        }
        None => wants["events"].as_u64().unwrap(),
    };
    assert_eq!(cast.events.len() as u64 + cast.unread, all, "{name}: {:?}", cast.wrong);
    assert!(!cast.more, "{name}");
    // Whoever counted took in what this reader refuses; where nothing is refused, both agree on each code and the end.
    if cast.unread == 0 {
        for (code, n) in codes.into_iter().flatten() {
            assert_eq!(Some(count(cast, code)), n.as_u64(), "{name} {code}");
        }
        // In version 1 the length is what the header says, and a file says it of another recording.
        let length = wants["duration"].as_f64().filter(|_| cast.version > 1).unwrap_or(cast.length() as f64 / 1e6);
        assert!((cast.length() as f64 / 1e6 - length).abs() < 0.001, "{name}: {} {length}", cast.length());
    }
}

/// What a page shows of it holds no control character.
fn harmless(name: &str, cast: &Cast) {
    let last = at(cast, u64::MAX, &always);
    assert!(!last.stopped, "{name}");
    let lines = transcript(cast, 100_000, &always);
    let found = search(cast, "e", 50, &always);
    let all = lines.hits.iter().chain(&found.hits).map(|h| h.line.clone()).chain([last.screen.text()]);
    for text in all {
        assert!(!text.chars().any(|c| c != '\n' && plain(c) != c), "{name}: {text:?}");
    }
    for run in last.screen.lines.iter().flatten() {
        assert!(run.look.classes().chars().all(|c| c.is_ascii_alphanumeric() || "- ".contains(c)), "{name}");
    }
    let moments = moments(cast);
    assert!(moments.is_sorted() && moments.last().copied().unwrap_or(0) <= cast.length(), "{name}");
}

#[test]
fn the_public_recordings_have_their_counts_and_are_harmless() {
    let Some((folder, expected)) = folder() else { return };
    let mut seen = 0;
    for (name, wants) in expected.as_object().unwrap().iter().filter(|(name, _)| name.starts_with("asciinema")) {
        let read = read(&bytes(&folder, name), &Most::STANDARD);
        match (name.as_str(), read) {
            ("asciinema-server-fixtures/1/invalid.json", read) => assert_eq!(read, Err(NoCast::Size)),
            ("asciinema-server-fixtures/5/asciicast.json", read) => assert_eq!(read, Err(NoCast::Version)),
            ("asciinema-server-fixtures/stdout.json", read) => assert_eq!(read, Err(NoCast::Header)),
            (name, Ok(cast)) => {
                agrees(name, &cast, wants);
                harmless(name, &cast);
            }
            (name, Err(why)) => panic!("{name}: {why:?}"),
        }
        seen += 1;
    }
    assert!(seen > 35, "{seen}");
}

#[test]
fn the_public_streams_of_terminals_are_harmless() {
    let Some((folder, expected)) = folder() else { return };
    for (name, wants) in expected.as_object().unwrap().iter().filter(|(name, _)| name.starts_with("terminal-streams")) {
        let bytes = bytes(&folder, name);
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches('\u{1b}').count() as u64, wants["ESC"].as_u64().unwrap(), "{name}");
        let head = b"{\"version\":2,\"width\":100,\"height\":30}\n";
        let mut cast = read(head, &Most::STANDARD).unwrap();
        // Cut anywhere, as a network does.
        let chars: Vec<char> = text.chars().collect();
        let piece =
            |(n, piece): (usize, &[char])| Event { at: n as u64 * 100_000, what: What::Shown(piece.iter().collect()) };
        cast.events = chars.chunks(4_001).enumerate().map(piece).collect();
        harmless(name, &cast);
    }
}
