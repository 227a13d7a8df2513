//! What was recorded of a session: asked what for, the screen, the newest of one that runs, the log, and nothing.

use plantgate_web::{
    page::recording::{
        AskPurpose, Bring, Lines, Logged, NoRecording, Over, Part, Recording, RecordingLog, RecordingRow, Recordings,
        RecordingsList, Run, Said,
    },
    view::{Form, Item},
};
use plantgate_wire::words::Lang;

use super::{at, html, list, nothing, ui};

const PAGE: &str = "/access/sessions/SES-0107/recording";

/// Two parts, one with gaps, and a session that runs.
pub fn listed() -> Recordings {
    let part = |number, name: &str, gaps| Part {
        number,
        item: Item::link(name, format!("{PAGE}?part={number}")),
        lines: 412,
        gaps,
        size: "36 KiB".into(),
        brought: (gaps > 0).then(|| "Brought from elsewhere: nobody here saw it being made. <b>Jump host</b>".into()),
    };
    let time = vec!["Kept until 14 Feb 2027 08:30: 90 days after the end.".to_owned()];
    let bring = Some("/access/sessions/SES-0107/bring".to_owned());
    Recordings { time, parts: vec![part(1, "log", 0), part(2, "terminal", 3)], live: Some(PAGE.into()), bring }
}

/// A recording that stays for its time, is held, or is gone.
fn row(held: &[&str], deleted: bool) -> RecordingRow {
    RecordingRow {
        session: session(),
        person: Item::link("Lucía Ortega", "/register/person/P09-02"),
        provider: Item::link("Verdano Building Systems", "/providers/P-09"),
        system: Item::link("BMS-B61", "/systems/BMS-B61"),
        site: "Brunnfeld".into(),
        ended: Some(at("2026-11-16T08:30:00Z")),
        size: "36 KiB".into(),
        days: 90,
        until: Some(at("2027-02-14T08:30:00Z")),
        held: held.iter().map(|h| (*h).to_owned()).collect(),
        brought: held.is_empty(),
        deleted: deleted.then(|| at("2027-02-14T09:00:00Z")),
        zone: "Europe/Berlin".parse().unwrap(),
    }
}

fn recordings(lang: Lang, word: &'static str, rows: Vec<RecordingRow>) -> String {
    let list = if rows.is_empty() { nothing("/recordings") } else { list("/recordings", rows.len()) };
    html(&RecordingsList { ui: ui(lang, "access"), list, rows, word })
}

fn session() -> Item {
    Item::link("SES-0107", "/register/session/SES-0107")
}

fn over(notes: &[&str]) -> Over {
    Over {
        session: session(),
        title: "SES-0107, terminal, part 2 of 2".into(),
        until: at("2026-11-16T08:30:00Z"),
        notes: notes.iter().map(|n| (*n).to_owned()).collect(),
    }
}

fn said(time: &str, line: &str) -> Said {
    Said { time: Item::link(time, format!("{PAGE}?part=2&at=83.500000")), line: line.into() }
}

/// A page of a terminal that shows this.
pub fn terminal(lang: Lang, screen: Vec<Vec<Run>>) -> Recording {
    let lines = || Lines {
        rows: vec![said("0:01:23.5", "$ show version"), said("0:01:24.0", "<script>no</script>")],
        more: true,
        before: Some(format!("{PAGE}?part=2&lines=0")),
        after: Some(format!("{PAGE}?part=2&lines=500")),
    };
    Recording {
        ui: ui(lang, "access"),
        over: over(&["3 lines could not be recorded: there are gaps, and where they are is not known."]),
        live: false,
        when: Some(at("2026-11-16T06:24:00Z")),
        time: "0:01:23.5".into(),
        length: "0:42:10.0".into(),
        size: "80 columns, 24 rows".into(),
        screen,
        go: vec![Item::name("First change"), Item::link("Next change", format!("{PAGE}?part=2&at=90.000000"))],
        marks: vec![said("0:40:00.0", "10 minutes are left.")],
        path: PAGE.into(),
        kept: vec![("part".into(), "2".into())],
        q: "version".into(),
        hits: Some(lines()),
        lines: Some(lines()),
        transcript: format!("{PAGE}?part=2&lines=0"),
        others: vec![],
    }
}

fn log(lang: Lang) -> RecordingLog {
    let exec = Logged {
        at: Some(at("2026-11-16T06:24:00Z")),
        what: "command".into(),
        command: "show version".into(),
        ..Logged::default()
    };
    let closed = Logged {
        what: "command or shell ended".into(),
        out: "412".into(),
        into: "0".into(),
        status: "exit status 0".into(),
        sha256: "ab".repeat(32),
        said: "BMS 4.1\n<b>".into(),
        ..Logged::default()
    };
    let after = Some(format!("{PAGE}?part=1&from=100"));
    let rows = vec![exec, closed];
    RecordingLog { ui: ui(lang, "access"), over: over(&[]), rows, first: 1, last: 2, total: 180, before: None, after }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let run = |text: &str, class: &str| Run { text: text.into(), class: class.into() };
    let screen = vec![
        vec![run("$ show version ", ""), run("FAIL", "t-1 t-block t-bold")],
        vec![],
        vec![run("<script>no</script>", "t-2"), run(" ", "t-cursor")],
    ];
    let ask = |form: Form| AskPurpose {
        ui: ui(lang, "access"),
        session: session(),
        title: "SES-0107, terminal, part 2 of 2".into(),
        kept: vec![("session".into(), "SES-0107".into()), ("part".into(), "2".into())],
        form,
    };
    let none = |unknown: bool| NoRecording {
        ui: ui(lang, "access"),
        session: session(),
        title: "SES-0107, as it runs".into(),
        said: "It cannot be determined.".into(),
        unknown,
        again: unknown.then(|| PAGE.to_owned()),
    };
    let newest = Recording {
        live: true,
        hits: None,
        lines: None,
        marks: vec![],
        others: vec![Item::link("Terminal 1", format!("{PAGE}?terminal=1"))],
        go: vec![Item::link("Look again", PAGE)],
        ..terminal(lang, screen.clone())
    };
    let bring = |form: Form| Bring {
        ui: ui(lang, "access"),
        session: session(),
        path: "/access/sessions/SES-0107/bring".into(),
        limit: "256 MiB".into(),
        form,
    };
    let wrong = Form::default().wrong("file", "rec.cast:3: This is no JSON.").wrong("gaps", "1 line cannot be read.");
    let bare = Recording { hits: None, lines: None, when: None, ..terminal(lang, vec![]) };
    vec![
        ("recordings", recordings(lang, "kept", vec![row(&[], false), row(&["somebody looks into it"], false)])),
        ("recordings-deleted", recordings(lang, "deleted", vec![row(&[], true)])),
        ("recordings-none", recordings(lang, "held", Vec::new())),
        ("recording-ask", html(&ask(Form::default()))),
        ("recording-ask-wrong", html(&ask(Form::default().wrong("purpose", "This field is empty.")))),
        ("recording-bring", html(&bring(Form::default()))),
        ("recording-bring-wrong", html(&bring(wrong))),
        ("recording-none", html(&none(false))),
        ("recording-unknown", html(&none(true))),
        ("recording", html(&terminal(lang, screen))),
        ("recording-bare", html(&bare)),
        ("recording-live", html(&newest)),
        ("recording-log", html(&log(lang))),
    ]
}
