//! The audit trail: a review that waits, one that can be signed, one that others must sign, one that was signed.

use plantgate_web::{
    page::{
        history::Moved,
        packs::Makers,
        trail::{Broken, ExceptionRow, KindRow, ReviewRow, Seen, TrailPage, TrailSignedPage, Waits},
    },
    view::{Form, List},
};
use plantgate_wire::words::{Lang, Named};

use super::{at, day, html, ui};

const ROOT: &str = "9f2c4b7ad01e5836c4f7b29a0d3e61f85c7a924be0d1638f5a7c2e4b9d06f183";
const LIST: &str = "41d0a7e2c95b38f6d27184ac0be5f3962d8a1c70f4935ebd8627cf10a94d3b5e";

fn makers(may: bool) -> Makers {
    let people = if may { vec![] } else { vec!["H. Lindqvist".into(), "M. Okafor".into()] };
    Makers { may, roles: if may { String::new() } else { "QA, OT security".into() }, people }
}

fn seen() -> Seen {
    Seen {
        who: "H. Lindqvist".into(),
        auth: "with password and code".into(),
        at: at("2026-11-14T10:00:00Z"),
        note: "Explained by the shift book of that night; the alarm was real and the area was told.".into(),
        finding: Some(Named { text: "F-0231".into(), href: Some("/findings/F-0231".into()) }),
    }
}

fn row(entry: u64, kind: &'static str, looked: Option<Seen>, own: bool) -> ExceptionRow {
    ExceptionRow {
        entry,
        at: at("2026-11-13T22:12:00Z"),
        kind,
        what: "Grant revoked".into(),
        why: "The call-back number did not answer and the alarm of the cell came up again.".into(),
        moved: vec![
            Moved { field: "Window › until".into(), before: Some("Fri 13 Nov 2026 23:00 CET".into()), after: None },
            Moved { field: "Revoked by".into(), before: None, after: Some("M. Okafor".into()) },
            Moved { field: "3 more fields".into(), before: None, after: None },
        ],
        who: "M. Okafor".into(),
        auth: "on the command line, without a sign-in".into(),
        on: Named { text: "G-1188".into(), href: Some("/access/grants/G-1188".into()) },
        history: "/history/grant/G-1188".into(),
        leaf: ROOT.into(),
        looked,
        own,
    }
}

fn kinds(open: u64, mine: u64) -> Vec<KindRow> {
    let of = |kind| KindRow { kind, count: 2, open, mine };
    vec![
        of("override"),
        of("sign-in"),
        of("overrun"),
        of("critical"),
        of("emergency"),
        of("late-entry"),
        of("stopped"),
        of("undone"),
        of("record"),
    ]
}

fn signed(entry: u64) -> ReviewRow {
    ReviewRow {
        from: 0,
        last: 1_499,
        root: ROOT.into(),
        list: LIST.into(),
        count: 37,
        who: "H. Lindqvist".into(),
        auth: "with password and code".into(),
        at: at("2026-10-17T09:12:00Z"),
        entry,
        signature: "H. Lindqvist".into(),
    }
}

fn page(lang: Lang, rows: Vec<ExceptionRow>, signs: bool) -> TrailPage {
    let open = rows.iter().filter(|r| r.looked.is_none()).count() as u64;
    let list = |query: &str| List { path: "/review/trail".into(), query: query.into(), ..List::default() };
    TrailPage {
        ui: ui(lang, "findings"),
        form: Form::default(),
        waits: Waits { from: 1_500, until: 1_842, root: ROOT.into(), list: LIST.into(), open, broken: None, signs },
        due: Some(day("2026-11-14")),
        late: 2,
        kinds: kinds(open.min(1), u64::from(open > 1)),
        rows,
        more: 3,
        shown: "1620 1633".into(),
        makers: makers(true),
        reads: true,
        list: list(""),
        reviews: vec![signed(1_512)],
        reviewed: list("what=reviews"),
    }
}

fn one(lang: Lang, gone: Option<(&'static str, Option<u64>)>, may: bool) -> TrailSignedPage {
    let rows = if may { vec![row(1_201, "stopped", Some(seen()), false)] } else { vec![] };
    TrailSignedPage {
        ui: ui(lang, "findings"),
        form: Form::default(),
        signatures: if may { vec![super::sign::stands()] } else { vec![] },
        row: signed(1_512),
        note: "Nothing that stays open.".into(),
        kinds: if may { kinds(0, 0) } else { vec![] },
        rows,
        gone,
        makers: makers(may),
        reads: may,
        list: List { path: "/review/trail/1512".into(), ..List::default() },
    }
}

/// These pages.
pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let looked = || vec![row(1_620, "stopped", Some(seen()), false), row(1_633, "undone", Some(seen()), true)];
    let mut waiting = looked();
    waiting.extend([row(1_701, "emergency", None, false), row(1_702, "stopped", None, true)]);
    let wrong = TrailPage {
        form: Form::of([("note", "")]).wrong("entries", "Choose at least one exception that nobody looked at yet."),
        ..page(lang, waiting.clone(), false)
    };
    let audits = TrailPage { makers: makers(false), ..page(lang, waiting.clone(), false) };
    let not = TrailPage {
        makers: makers(false),
        reads: false,
        rows: vec![],
        kinds: vec![],
        more: 0,
        ..page(lang, vec![], false)
    };
    let first = TrailPage { due: None, late: 0, reviews: vec![], more: 0, ..page(lang, vec![], true) };
    let broken = |what| {
        let mut page = page(lang, looked(), false);
        page.waits.broken = Some(what);
        page
    };
    vec![
        ("trail-broken", html(&broken(Broken::Entry(1_633)))),
        ("trail-broken-root", html(&broken(Broken::Root))),
        ("trail", html(&page(lang, waiting, false))),
        ("trail-wrong", html(&wrong)),
        ("trail-signs", html(&page(lang, looked(), true))),
        ("trail-others", html(&page(lang, looked(), false))),
        ("trail-auditor", html(&audits)),
        ("trail-not", html(&not)),
        ("trail-first", html(&first)),
        ("trail-signed", html(&one(lang, None, true))),
        ("trail-signed-root", html(&one(lang, Some(("trail-gone-root", None)), true))),
        ("trail-signed-list", html(&one(lang, Some(("trail-gone-list", None)), false))),
        ("trail-signed-changed", html(&one(lang, Some(("trail-gone-changed", None)), false))),
        ("trail-signed-entry", html(&one(lang, Some(("trail-gone-entry", Some(1_201))), true))),
    ]
}
