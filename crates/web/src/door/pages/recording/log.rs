//! The log of a session as a table: what ran, how much went in and out, and what came out where no terminal was. Lines
//! that are none are shown as they stand, because they are part of what was recorded.

use std::str::FromStr;

use axum::{http::StatusCode, response::Response};
use plantgate_app::witness::play::{Text, cast::screen::plain};
use plantgate_domain::{
    base::Instant,
    event::witness::{Closing, Ending},
    witness::logged::{LogDid, LogWhy},
};
use serde_json::Value;

use super::{Looked, missing};
use crate::{
    door::listing::Asked,
    page::recording::{Logged, RecordingLog},
    render,
    view::Ui,
};

/// Lines on a page.
const PAGE: usize = 100;
/// Characters that are shown of a command, and of what came out.
const LONG: usize = 4_000;
/// What the gateway writes; anything else is shown as it stands.
const WHAT: &[&str] = &[
    "begun",
    "shell",
    "exec",
    "sftp",
    "file",
    "forward",
    "refused",
    "not-reached",
    "closing",
    "closed",
    "broken",
    "ended",
];

/// A page of the log.
pub fn show(ui: Ui, looked: &Looked, until: Instant, text: &Text, asked: &Asked) -> Response {
    let all = String::from_utf8_lossy(&text.bytes);
    let total = all.lines().count();
    let from = asked.get("from").and_then(|n| n.parse().ok()).unwrap_or(0).min(total.saturating_sub(1));
    let rows: Vec<Logged> = all.lines().skip(from).take(PAGE).map(|line| logged(&ui, line)).collect();
    let last = from + rows.len();
    let link = |at: usize| asked.link(&[("from", Some(at.to_string().as_str()))]);
    let page = RecordingLog {
        over: looked.over(&ui, until, missing(&ui, looked, text.cut, text.more)),
        first: if rows.is_empty() { 0 } else { from + 1 },
        last,
        total,
        before: (from > 0).then(|| link(from.saturating_sub(PAGE))),
        after: (last < total).then(|| link(last)),
        rows,
        ui,
    };
    render::page(StatusCode::OK, &page)
}

fn logged(ui: &Ui, line: &str) -> Logged {
    let Ok(value) = serde_json::from_str::<Value>(line) else {
        return Logged { what: ui.t("play-log-unread").to_string(), command: shown(line), ..Logged::default() };
    };
    let text = |name: &str| text(&value, name);
    let (what, seconds) = (text("what"), value.get("at").and_then(Value::as_i64));
    Logged {
        at: seconds.map(|s| Instant::from_micros(0).plus_secs(s)),
        command: about(ui, &what, &value),
        status: status(ui, &what, &text("status")),
        what: if WHAT.contains(&what.as_str()) { ui.word("play-log", &what).to_string() } else { what },
        out: text("out"),
        into: text("in"),
        sha256: text("sha256"),
        said: text("said"),
    }
}

/// A plain value of a line; nothing where it has none.
fn text(line: &Value, name: &str) -> String {
    match line.get(name) {
        Some(Value::String(text)) => shown(text),
        Some(Value::Number(n)) => n.to_string(),
        Some(Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}

/// What a line is about: a command, a path, a port, and what was said to it.
fn about(ui: &Ui, what: &str, line: &Value) -> String {
    let text = |name: &str| text(line, name);
    let first = |names: &[&str]| names.iter().map(|n| text(n)).find(|t| !t.is_empty()).unwrap_or_default();
    let to = Some(text("to")).filter(|to| !to.is_empty()).map(|to| format!("→ {to}"));
    let way = (what == "file").then(|| ui.word("play-way", text("direction")).to_string());
    let parts = match what {
        "file" => vec![text("path"), way.unwrap_or_default(), why(ui, &text("why"))],
        "sftp" => vec![did(ui, &text("did")), text("path"), to.unwrap_or_default()],
        "forward" => vec![did(ui, &text("did")), text("address"), text("port"), lasted(ui, line)],
        "refused" => {
            let tried = Some(first(&["command", "subsystem", "forward"])).filter(|tried| !tried.is_empty());
            let tried = tried.unwrap_or_else(|| did(ui, &text("sftp")));
            vec![tried, text("path"), text("port"), why(ui, &text("why"))]
        }
        "not-reached" => vec![why(ui, &text("why")), text("detail")],
        "closing" => std::iter::once(cause(ui, &text("cause"))).chain(transfers(line)).collect(),
        "ended" => vec![how(ui, &text("how"))],
        _ => vec![first(&["command", "why"])],
    };
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Words for a key of the log; what is none is shown as it stands.
fn in_words<K: FromStr>(ui: &Ui, family: &str, said: &str) -> String {
    if K::from_str(said).is_ok() { ui.word(family, said).to_string() } else { said.to_owned() }
}

fn why(ui: &Ui, said: &str) -> String {
    in_words::<LogWhy>(ui, "play-why", said)
}

fn did(ui: &Ui, said: &str) -> String {
    in_words::<LogDid>(ui, "play-did", said)
}

fn cause(ui: &Ui, said: &str) -> String {
    in_words::<Closing>(ui, "play-cause", said)
}

fn how(ui: &Ui, said: &str) -> String {
    in_words::<Ending>(ui, "ending", said)
}

/// How long a forward was open.
fn lasted(ui: &Ui, line: &Value) -> String {
    let seconds = line.get("seconds").and_then(Value::as_u64).and_then(|s| usize::try_from(s).ok());
    seconds.map(|s| ui.t("play-seconds").n("count", s).to_string()).unwrap_or_default()
}

/// Files that were on their way when nothing new began any more, and how far they were.
fn transfers(line: &Value) -> Vec<String> {
    let all = line.get("transfers").and_then(Value::as_array);
    let one = |t: &Value| match text(t, "percent") {
        none if none.is_empty() => text(t, "path"),
        percent => format!("{} {percent} %", text(t, "path")),
    };
    all.into_iter().flatten().map(one).collect()
}

/// What a program or a system answered in the end; that all went well needs no word where it is the rule.
fn status(ui: &Ui, what: &str, status: &str) -> String {
    match (what, status) {
        (_, "") | ("sftp", "0") => String::new(),
        ("sftp", other) => ui.t("play-answer").s("status", other).to_string(),
        (_, other) => ui.t("play-status").s("status", other).to_string(),
    }
}

/// A text of somebody else, as a page may show it.
fn shown(text: &str) -> String {
    let mut short: String =
        text.chars().take(LONG).map(|c| if matches!(c, '\n' | '\t') { c } else { plain(c) }).collect();
    if text.chars().nth(LONG).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use plantgate_domain::base::ZoneName;
    use plantgate_wire::words::{Lang, Reader};

    use super::{Closing, Ending, LogDid, LogWhy, shown};

    #[test]
    fn every_key_of_the_log_has_words() {
        let r = Reader { lang: Lang::En, zone: ZoneName::utc() };
        let all = [
            ("play-why", LogWhy::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>()),
            ("play-did", LogDid::ALL.iter().map(|k| k.as_str()).collect()),
            ("play-cause", Closing::ALL.iter().map(|k| k.as_str()).collect()),
            ("ending", Ending::ALL.iter().map(|k| k.as_str()).collect()),
        ];
        for (family, key) in all.iter().flat_map(|(family, keys)| keys.iter().map(move |key| (family, key))) {
            let words = r.word(family, key).to_string();
            assert!(!words.contains('⟦'), "{words}");
        }
    }

    #[test]
    fn what_steers_is_not_shown_and_what_is_long_is_cut() {
        assert_eq!(shown("a\u{1b}[2Jb\n\tc\u{202e}"), "a\u{fffd}[2Jb\n\tc\u{fffd}");
        assert_eq!(shown(&"x".repeat(5_000)).chars().count(), 4_001);
    }
}
