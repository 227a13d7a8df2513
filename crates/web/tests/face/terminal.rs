//! What a stranger made a terminal show, on our page: no byte of it steers a browser, and none of it is markup.

use std::path::PathBuf;

use plantgate_app::witness::play::cast::{
    Event, Most, What,
    play::{always, at},
    read,
};
use plantgate_web::page::recording::drawn;
use plantgate_wire::words::Lang;

use super::samples::{html, recording::terminal};

/// Streams that were made to trouble whoever shows them.
const HOSTILE: &[&str] = &[
    "\u{1b}]0;</title><script>alert(1)</script>\u{7}",
    "\u{1b}]8;;javascript:alert(1)\u{7}click\u{1b}]8;;\u{7}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</pre></main><script src=//evil></script><pre>",
    "\u{9b}31mred\u{9d}52;c;aGk=\u{9c}\u{90}q\u{9c}",
    "\u{0}\u{1}\u{8}\u{b}\u{c}\u{e}\u{f}\u{7f}\u{80}\u{9f}\u{85}",
    "\u{202e}txet\u{202c}\u{2066}x\u{2069}\u{200b}\u{feff}",
    "\u{1b}Pq#0;2;0;0;0#0~~@@vv@@~~$\u{1b}\\\u{1b}_Gf=100;AAAA\u{1b}\\",
    "\u{1b}[38;2;1;2;3;\"onmouseover=\"x\"mtext",
    "<!--sprite-->&amp;&#60;\"'",
];

/// The page of a screen that was shown this, in pieces.
fn page(text: &str) -> String {
    let mut cast = read(b"{\"version\":2,\"width\":100,\"height\":30}\n", &Most::STANDARD).unwrap();
    let chars: Vec<char> = text.chars().collect();
    let shown = |piece: &[char]| Event { at: 1, what: What::Shown(piece.iter().collect()) };
    cast.events = chars.chunks(997).map(shown).collect();
    html(&terminal(Lang::En, drawn(&at(&cast, u64::MAX, &always).screen)))
}

fn harmless(name: &str, text: &str, plain: &str) {
    let page = page(text);
    let bad = page.chars().find(|c| c.is_control() && !['\n', '\t'].contains(c));
    assert_eq!(bad, None, "{name}");
    // as many tags as the page of an empty screen has, besides our own spans
    let tags = |page: &str| page.matches('<').count() - page.matches("<span").count() - page.matches("</span").count();
    assert_eq!(tags(&page), tags(plain), "{name}");
}

#[test]
fn what_a_terminal_showed_is_text_on_the_page() {
    let plain = page("");
    for text in HOSTILE {
        harmless(text, text, &plain);
    }
    let all = HOSTILE.concat();
    harmless("all of them", &all, &plain);
}

#[test]
fn what_public_streams_show_is_text_on_the_page() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/real/recordings/terminal-streams");
    let Ok(files) = std::fs::read_dir(folder) else {
        eprintln!("not run: the public streams of terminals are not beside the repository");
        return;
    };
    let plain = page("");
    for file in files {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        harmless(&path.display().to_string(), &text, &plain);
    }
}
