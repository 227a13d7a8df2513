//! The log of a session as a table: what ran, how much went in and out, and what came out where no terminal was. Lines
//! that are none are shown as they stand, because they are part of what was recorded.

use axum::{http::StatusCode, response::Response};
use plantgate_app::witness::play::{Text, cast::screen::plain};
use plantgate_domain::base::Instant;
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
const WHAT: &[&str] = &["begun", "shell", "exec", "refused", "not-reached", "closing", "closed", "ended"];

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
    let text = |name: &str| match value.get(name) {
        Some(Value::String(text)) => shown(text),
        Some(Value::Number(n)) => n.to_string(),
        Some(Value::Bool(yes)) => yes.to_string(),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => String::new(),
    };
    let what = text("what");
    let seconds = value.get("at").and_then(Value::as_i64);
    let first = |names: &[&str]| names.iter().map(|n| text(n)).find(|t| !t.is_empty()).unwrap_or_default();
    Logged {
        at: seconds.map(|s| Instant::from_micros(0).plus_secs(s)),
        what: if WHAT.contains(&what.as_str()) { ui.word("play-log", &what).to_string() } else { what },
        command: first(&["command", "subsystem", "why", "cause", "how"]),
        out: text("out"),
        into: text("in"),
        status: text("status"),
        sha256: text("sha256"),
        said: text("said"),
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
    use super::shown;

    #[test]
    fn what_steers_is_not_shown_and_what_is_long_is_cut() {
        assert_eq!(shown("a\u{1b}[2Jb\n\tc\u{202e}"), "a\u{fffd}[2Jb\n\tc\u{fffd}");
        assert_eq!(shown(&"x".repeat(5_000)).chars().count(), 4_001);
    }
}
