//! The provider's side of story A-25.

use plantgate_domain::base::{Environment, Level};
use plantgate_web::{
    page::portal::{MyAccess, MyRequest, MyWindow, Owe, Upload},
    view::{Form, Item, Task, TaskState},
};
use plantgate_wire::words::Lang;

use super::{day, html, portal_ui, receipt, rich, window};

fn task(title: &str, text: &str, state: TaskState, note: &str, due: &str, late: i64, left: i64) -> Task {
    Task {
        title: title.into(),
        href: "/owe/REQ-0577/upload".into(),
        text: rich(text),
        state,
        note: note.into(),
        due: (!due.is_empty()).then(|| day(due)),
        late,
        left,
        act: if late > 0 { "upload" } else { "open" },
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let fresh = MyAccess {
        ui: portal_ui(lang, "my-access", "L. Ortega"),
        windows: vec![],
        requests: vec![],
        lacking: vec![],
        may_request: true,
    };
    vec![
        ("owe", html(&owe(lang))),
        ("owe-nothing", html(&well(lang))),
        ("my-access", html(&access(lang))),
        ("my-access-new", html(&fresh)),
        ("upload", html(&upload(lang))),
    ]
}

fn owe(lang: Lang) -> Owe {
    Owe {
        ui: portal_ui(lang, "owe", "I. Campos"),
        provider: "Verdano".into(),
        standings: vec![(Level::Restricted, "Brunnfeld".into())],
        back: rich(
            "One item brings you back to Good at Brunnfeld. Until then planned access there needs an \
             attendant and a yes from OT security.",
        ),
        late: vec![task(
            "Access user list, Q3 2026",
            "All accounts your people use at Brunnfeld, on 30 Sep or later. \
             Owed under MSA-0071 §6.2. About 20 minutes.",
            TaskState::NotStarted,
            "seen by I. Campos 12 Nov",
            "2026-10-01",
            46,
            0,
        )],
        soon: vec![
            task(
                "Incident contact test",
                "One call, one answer. About 5 minutes.",
                TaskState::InProgress,
                "L. Ortega has it",
                "2026-11-27",
                0,
                11,
            ),
            task(
                "Restore test report, BMS-B61",
                "Voluntary: saying no has no effect on standing.",
                TaskState::Returned,
                "no date on page 2",
                "2026-11-30",
                0,
                14,
            ),
        ],
        waiting: vec![
            task(
                "Remote access procedure",
                "Nobody has looked yet. Usual wait: 4 working days.",
                TaskState::Sent,
                "by I. Campos 11 Nov",
                "",
                0,
                0,
            ),
            task("User management procedure", "Reading since 13 Nov: M. Okafor.", TaskState::InReview, "", "", 0, 0),
        ],
        accepted: 31,
    }
}

fn mine(state: &'static str, from: &str) -> MyWindow {
    MyWindow {
        item: Item::link("GRA-2301", "/access/grants/GRA-2301"),
        system: "BMS-B61".into(),
        system_name: "Building management".into(),
        env: Environment::Prod,
        roles: vec!["view", "configure"],
        window: window(from, "2026-11-16T15:00:00Z"),
        state,
        attendant: Some("A. Keller".into()),
        way: "Gateway GW-B41.".into(),
    }
}

fn request(state: &'static str) -> MyRequest {
    MyRequest {
        item: Item::link("AR-1187", "/access/requests/AR-1187"),
        reference: "AR-1187".into(),
        system: "BMS-B61".into(),
        window: Some(window("2026-11-16T13:00:00Z", "2026-11-16T15:00:00Z")),
        state,
    }
}

fn well(lang: Lang) -> Owe {
    Owe {
        late: vec![],
        soon: vec![],
        waiting: vec![],
        back: rich(""),
        standings: vec![(Level::Good, "Brunnfeld".into())],
        ui: receipt(portal_ui(lang, "owe", "I. Campos"), "Sent: user list Q3 2026."),
        ..owe(lang)
    }
}

fn upload(lang: Lang) -> Upload {
    Upload {
        ui: portal_ui(lang, "owe", "I. Campos"),
        reference: "REQ-0577".into(),
        title: "Access user list, Q3 2026".into(),
        asked: rich("MSA-0071 §6.2, user list within 1 day of quarter end"),
        due: Some(day("2026-10-01")),
        late: 46,
        seen: None,
        may_see: true,
        needs: vec![
            (rich("Right period: 30 Sep 2026 or later"), true),
            (rich("Names the systems: BMS-B61"), true),
            (rich("One person per account"), true),
            (rich("Signed by a contact"), true),
            (rich("Matches our export"), false),
        ],
        returned: Some(rich("Two accounts share one name. M. Okafor, 4 Nov.")),
        form: Form::of([("from", "2026-07-01")]).wrong("until", "The list must reach 30 Sep 2026."),
        limit: "20 MB".into(),
        means: rich("Restricted at Brunnfeld becomes Good the same second."),
    }
}

fn access(lang: Lang) -> MyAccess {
    MyAccess {
        ui: portal_ui(lang, "my-access", "L. Ortega"),
        windows: vec![mine("open", "2026-11-16T07:00:00Z"), mine("scheduled", "2026-11-16T13:00:00Z")],
        requests: vec![request("refused"), request("awaiting-approval")],
        lacking: vec![rich("Read the site rules 2027 before 31 Dec.")],
        may_request: true,
    }
}
