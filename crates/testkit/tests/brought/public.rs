//! Public recordings through the act, with the counts that were taken from them by other means; and streams that were
//! made to trouble whoever shows them, played on the pages.

use std::{io::Read, path::PathBuf};

use plantgate_testkit::world::World;

use super::*;

/// Streams that were made to trouble whoever shows them.
const HOSTILE: &[&str] = &[
    "\u{1b}]0;</title><script>alert(1)</script>\u{7}",
    "\u{1b}]8;;javascript:alert(1)\u{7}click\u{1b}]8;;\u{7}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u{9b}31mred\u{9d}52;c;aGk=\u{9c}\u{90}q\u{9c}",
    "\u{0}\u{1}\u{8}\u{b}\u{c}\u{e}\u{f}\u{7f}\u{80}\u{9f}\u{85}",
    "\u{202e}txet\u{202c}\u{2066}x\u{2069}\u{200b}\u{feff}",
    "\u{1b}Pq#0;2;0;0;0#0~~@@vv@@~~$\u{1b}\\\u{1b}_Gf=100;AAAA\u{1b}\\",
    "\u{1b}[?1049h\u{1b}[2Jalternate\u{1b}[?1049l\u{1b}[9999b",
];

/// Where the public ones lie, beside the repository.
fn beside() -> Option<(PathBuf, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/real/recordings");
    let Ok(expected) = std::fs::read(folder.join("expected.json")) else {
        plantgate_testkit::left_out::left_out("not run: the public recordings are not beside the repository");
        return None;
    };
    Some((folder, serde_json::from_slice(&expected).unwrap()))
}

fn bytes(folder: &Path, name: &str) -> Vec<u8> {
    let packed = std::fs::read(folder.join(name)).unwrap();
    if !name.ends_with(".gz") {
        return packed;
    }
    let mut all = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut all).unwrap();
    all
}

/// Brings one as a program does, gaps and what was typed allowed; the number of the part.
async fn brought(demo: &Demo, door: &Door, session: &str, bytes: &[u8]) -> Result<usize, String> {
    let sent = sends(door, &format!("session={session}&gaps=true&typed=true"), bytes).await;
    if !sent.status.is_success() {
        return Err(sent.json()["errors"][0]["code"].as_str().unwrap().to_owned());
    }
    let done = does(demo, "d.weber", "bring-recording", named(session, &sent)).await;
    Ok(usize::try_from(done["done"]["part"].as_u64().unwrap()).unwrap())
}

/// Whether the record says of it what was counted by other means.
fn agrees(name: &str, session: &Session, number: usize, wants: &Value) {
    let (part, from) = (&session.parts[number - 1], &session.brought[number - 1]);
    assert_eq!(Some(u64::from(from.format)), wants["v"].as_u64(), "{name}");
    let codes = wants["codes"].as_object();
    let all = match codes {
        Some(codes) => {
            codes.values().filter_map(Value::as_u64).sum::<u64>() + wants["unparsable-lines"].as_u64().unwrap_or(0)
        }
        None => wants["events"].as_u64().unwrap(),
    };
    assert_eq!(part.lines + part.gaps, all, "{name}");
    let typed = codes.and_then(|c| c.get("i")).and_then(Value::as_u64).unwrap_or(0);
    assert_eq!(from.typed, typed, "{name}");
    // In version 1 the length is what a header says, and a file says it of another recording.
    if let (0, 2.., Some(length)) = (part.gaps, from.format, wants["duration"].as_f64()) {
        assert_eq!(from.seconds as f64, length.floor(), "{name}");
    }
}

/// The pages of a part: its beginning, its end, what is searched and all of it as lines.
async fn pages(door: &Door, session: &Session, number: usize, name: &str) {
    plays::says(door, session, &number.to_string(), "for the test").await;
    let path = format!("{}?part={number}", plays::page(session));
    for more in ["&at=0", "&at=0.2", "&at=99:00:00", "&q=e", "&lines=0", "&lines=500"] {
        let page = door.get(&format!("{path}{more}")).await;
        harmless(&format!("{name} {more}"), &page);
        assert!(page.words().contains("nobody here saw it being made"), "{name} {more}: {}", page.words());
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{name} {more}");
    }
}

#[tokio::test]
async fn the_public_recordings_come_with_their_counts_and_play_on_harmless_pages() {
    let Some((folder, expected)) = beside() else { return };
    let demo = Demo::on(World::sqlite().await).await;
    let (session, door) = (entered(&demo, "l.ortega").await, demo.sign_in("d.weber").await);
    let (mut seen, mut refused) = (0, Vec::new());
    for (name, wants) in expected.as_object().unwrap().iter().filter(|(name, _)| name.starts_with("asciinema")) {
        match brought(&demo, &door, &session, &bytes(&folder, name)).await {
            Ok(number) => {
                let stands = stands(&demo, &session).await;
                agrees(name, &stands, number, wants);
                pages(&door, &stands, number, name).await;
            }
            Err(why) => refused.push((name.as_str(), why)),
        }
        seen += 1;
    }
    assert!(seen > 35, "{seen}");
    let of = |name, why: &str| (name, why.to_owned());
    let expected = [
        of("asciinema-server-fixtures/1/invalid.json", "invalid-recording-size"),
        of("asciinema-server-fixtures/5/asciicast.json", "invalid-recording-version"),
        of("asciinema-server-fixtures/stdout.json", "invalid-recording-header"),
    ];
    assert_eq!(refused, expected);
    demo.world.close().await;
}

#[tokio::test]
async fn streams_that_trouble_terminals_play_with_no_raw_sign_on_the_page() {
    let demo = Demo::on(World::sqlite().await).await;
    let (session, door) = (entered(&demo, "l.ortega").await, demo.sign_in("d.weber").await);
    let mut streams: Vec<(String, String)> = vec![("ours".to_owned(), HOSTILE.concat())];
    if let Some((folder, expected)) = beside() {
        for name in expected.as_object().unwrap().keys().filter(|name| name.starts_with("terminal-streams")) {
            streams.push((name.clone(), String::from_utf8_lossy(&bytes(&folder, name)).into_owned()));
        }
        assert!(streams.len() > 2, "{}", streams.len());
    }
    for (name, text) in streams {
        // Cut anywhere, as a network does.
        let mut cast = "{\"version\":2,\"width\":100,\"height\":30}\n".to_owned();
        let chars: Vec<char> = text.chars().collect();
        for (n, piece) in chars.chunks(4_001).enumerate() {
            let piece: String = piece.iter().collect();
            cast.push_str(&format!("[{}.{},\"o\",{}]\n", n / 10, n % 10, json!(piece)));
        }
        let number = brought(&demo, &door, &session, cast.as_bytes()).await.unwrap();
        pages(&door, &stands(&demo, &session).await, number, &name).await;
    }
    harmless("the session", &door.get(&format!("/register/session/{session}")).await);
    demo.world.close().await;
}
