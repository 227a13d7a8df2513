//! Evidence, findings, history, administration.

use plantgate_domain::base::Grade;
use plantgate_web::{
    page::{
        admin::{Effect, Held, ImportPreview, ImportUpload, ModeRow, Modes, UserPage, UserRow, Users},
        evidence::{Criterion, Offer, Queue, QueueRow, Review, Shown},
        findings::{FindingAct, FindingPage, FindingRow, Findings},
        history::{Change, History, Moved},
        sheet::{ImportTaken, SheetAsk, SheetColumn, SheetEffects, SheetPage, SheetRow},
    },
    view::{Choice, Form, Item, LogLine},
};
use plantgate_wire::words::{Lang, Rich};

use super::{at, day, html, list, nothing, rich, ui};

pub fn changes() -> Vec<Change> {
    let moved = vec![
        Moved { field: "grade".into(), before: Some("missing".into()), after: Some("adequate".into()) },
        Moved { field: "valid until".into(), before: None, after: Some("2027-01-01".into()) },
        Moved { field: "note".into(), before: Some("–".into()), after: None },
    ];
    let judged = Change {
        at: at("2026-11-16T08:41:00Z"),
        who: "M. Okafor".into(),
        what: Rich::from("Judged ").object("EV-0642", Some("/evidence/items/EV-0642")),
        why: "all needs met".into(),
        moved,
        born: false,
        entry: 1843,
        leaf: "7c1e04d2…a94f".into(),
        proof: "/record/1843".into(),
        signed: Some(super::sign::stale()),
        erase: "/do/erase-text?kind=request&object=x&entry=7".into(),
    };
    let sent = Change {
        who: "C. Hale".into(),
        what: rich("Sent the item"),
        why: String::new(),
        moved: vec![],
        entry: 1801,
        signed: None,
        ..judged.clone()
    };
    vec![judged, sent]
}

fn review(lang: Lang, shown: Shown, form: Form) -> Review {
    let criterion = |key: &str, needed| Criterion { key: key.into(), needed };
    let offer = |word, key, capped, text: &str| Offer { word, key, capped, consequence: rich(text) };
    Review {
        ui: ui(lang, "evidence"),
        reference: "EV-0642".into(),
        title: "Access user list Q3 2026".into(),
        provider: Item::link("P-09 Verdano", "/providers/P-09"),
        requirement: "SP.09.04".into(),
        requirement_title: "accounts removed when no longer needed".into(),
        asked: Rich::default().object("REQ-0577", Some("/requests/REQ-0577")).text(", binding, MSA-0071 §6.2"),
        came: at("2026-11-16T07:11:00Z"),
        by: "I. Campos".into(),
        now: Grade::Missing,
        place: (3, 12),
        before: Some("/evidence/items/EV-0640/review".into()),
        skip: Some("/evidence/items/EV-0650/review".into()),
        file: "user-list-q3.csv, 4 rows, UTF-8".into(),
        file_href: "/evidence/items/EV-0642/file".into(),
        hash: "7c1e04d2…a94f".into(),
        shown,
        proofs: vec![Choice::new("7c1e", "SES-10233, 12 Nov")],
        criteria: vec![criterion("right-period", true), criterion("roles-fit-work", false)],
        outcomes: vec!["met", "part", "not-met", "ours-missing"],
        log: vec![LogLine { at: at("2026-11-12T08:00:00Z"), text: rich("M. Okafor: return. The period is missing.") }],
        may_judge: true,
        version: 2,
        offers: vec![
            offer("strong", '1', true, ""),
            offer("adequate", '2', false, "the reason “user list Q3 missing” ends at once. Standing becomes Good."),
            offer("weak", '3', false, "the reason stays as weak evidence. Standing becomes Watch."),
            offer("return", '4', false, "no grade; the due date stands. Standing stays Restricted."),
        ],
        cap: Some((rich("at most adequate: one criterion is met in part"), "R-22".into())),
        form,
    }
}

fn evidence(lang: Lang) -> Vec<(&'static str, String)> {
    let table = Shown::Table {
        head: ["Account", "Person", "Systems", "Last used"].map(str::to_owned).to_vec(),
        rows: vec![
            ["bms_lortega", "L. Ortega", "BMS-B61", "12 Nov"].map(str::to_owned).to_vec(),
            ["bms_icampos", "I. Campos", "BMS-B61", "2 Nov"].map(str::to_owned).to_vec(),
            ["bms_rvega", "R. Vega", "BMS-B61", "14 Jul"].map(str::to_owned).to_vec(),
        ],
    };
    let row = QueueRow {
        item: Item::link("EV-0642", "/evidence/items/EV-0642/review"),
        title: "Access user list Q3 2026".into(),
        provider: Item::link("P-09 Verdano", "/providers/P-09"),
        requirement: "SP.09.04".into(),
        came: at("2026-11-16T07:11:00Z"),
        due: Some(day("2026-10-01")),
        late: 46,
        grade: Grade::Missing,
    };
    let wrong = Form::of([("grade", "return")]).wrong("note", "Say what is missing: the provider reads it.");
    vec![
        (
            "evidence",
            html(&Queue { ui: ui(lang, "evidence"), list: list("/evidence", 1), rows: vec![row], may_send: true }),
        ),
        (
            "evidence-empty",
            html(&Queue { ui: ui(lang, "evidence"), list: nothing("/evidence"), rows: vec![], may_send: false }),
        ),
        ("review", html(&review(lang, table, Form::of([("grade", "adequate")])))),
        ("review-text", html(&review(lang, Shown::Text("Dear all,\n\nour list is attached.".into()), wrong))),
        ("review-aside", html(&review(lang, Shown::Aside, Form::default()))),
        ("review-file", html(&review(lang, Shown::FileOnly, Form::default()))),
    ]
}

fn findings(lang: Lang) -> Vec<(&'static str, String)> {
    let row = finding_row();
    let ours = FindingRow {
        party: "owner",
        provider: None,
        severity: "medium",
        state: "proposed",
        due: None,
        late: 0,
        title: "Gateway recording is off in BZ2".into(),
        ..row.clone()
    };
    let page = finding(lang);
    let proposed = FindingPage {
        state: "proposed",
        answer: None,
        due: None,
        late: 0,
        acts: vec![
            FindingAct { word: "confirm", consequence: rich("P-04 becomes Restricted at Brunnfeld."), main: true },
            FindingAct { word: "dismiss", consequence: rich("nothing counts."), main: false },
        ],
        ui: ui(lang, "findings"),
        ..page_of(lang)
    };
    vec![
        (
            "findings",
            html(&Findings {
                ui: ui(lang, "findings"),
                list: list("/findings", 2),
                rows: vec![row, ours],
                may_raise: true,
            }),
        ),
        (
            "findings-none",
            html(&Findings { ui: ui(lang, "findings"), list: nothing("/findings"), rows: vec![], may_raise: false }),
        ),
        ("finding", html(&page)),
        ("finding-proposed", html(&proposed)),
        (
            "history",
            html(&History {
                ui: ui(lang, "evidence"),
                title: "EV-0642 Access user list Q3 2026".into(),
                href: "/evidence/items/EV-0642".into(),
                list: list("/history/item/EV-0642", 2),
                rows: changes(),
            }),
        ),
    ]
}

fn finding(lang: Lang) -> FindingPage {
    FindingPage {
        ui: ui(lang, "findings"),
        reference: "F-0231".into(),
        title: "Unauthorised change on PLC-B16".into(),
        text: "Three items of the program differ from the baseline; no change covers them.".into(),
        party: "provider",
        provider: Some(Item::link("P-04 Brightmere", "/providers/P-04")),
        engagement: Some(Item::link("E-017", "/engagements/E-017")),
        site: "Brunnfeld".into(),
        severity: "high",
        state: "answered",
        found: at("2026-10-28T07:00:00Z"),
        by: "A. Keller".into(),
        action: "Say which of the three differences you made; put back or hand in a change.".into(),
        due: Some(day("2026-11-10")),
        late: 6,
        answer: Some((
            "D. Osei".into(),
            at("2026-11-13T10:00:00Z"),
            "Item 2 was a test value. Put back on 12 Nov.".into(),
        )),
        effect: rich("Counts in the standing of P-04 at Brunnfeld: Restricted."),
        next: rich("A. Keller verifies."),
        log: vec![LogLine {
            at: at("2026-11-04T09:00:00Z"),
            text: rich("Returned by A. Keller: no change number for item 2."),
        }],
        acts: vec![
            FindingAct {
                word: "verify",
                consequence: rich("the reason ends at once; user list Q3 still counts."),
                main: true,
            },
            FindingAct { word: "return", consequence: rich("the due date stands."), main: false },
        ],
        parties: vec![Choice::new("provider", "provider")],
        severities: vec![Choice::new("high", "high")],
        form: Form::default(),
    }
}

fn finding_row() -> FindingRow {
    FindingRow {
        item: Item::link("F-0231", "/findings/F-0231"),
        title: "Unauthorised change on PLC-B16".into(),
        party: "provider",
        provider: Some(Item::link("P-04 Brightmere", "/providers/P-04")),
        severity: "high",
        state: "confirmed",
        due: Some(day("2026-11-10")),
        late: 6,
    }
}
fn page_of(lang: Lang) -> FindingPage {
    FindingPage {
        ui: ui(lang, "findings"),
        reference: "F-0240".into(),
        title: "Late notice of a leaver".into(),
        text: "Told after 31 h.".into(),
        party: "unknown",
        provider: None,
        engagement: None,
        site: "Brunnfeld".into(),
        severity: "low",
        state: "proposed",
        found: at("2026-11-14T09:00:00Z"),
        by: "watchman".into(),
        action: "–".into(),
        due: None,
        late: 0,
        answer: None,
        effect: rich("Nothing yet: it is not confirmed."),
        next: rich("OT security confirms or rejects."),
        log: vec![],
        acts: vec![],
        parties: vec![Choice::new("provider", "provider")],
        severities: vec![Choice::new("high", "high")],
        form: Form::default(),
    }
}

fn admin(lang: Lang) -> Vec<(&'static str, String)> {
    let user = user();
    let one = UserPage {
        ui: ui(lang, "admin"),
        reference: "V-01".into(),
        row: user.clone(),
        held: vec![Held { role: "ot-security", site: "Brunnfeld".into(), reference: "BRU".into() }],
        may_manage: true,
        may_give: true,
        may_suspend: true,
        waits: true,
        machine: None,
        keys: super::house::keys(),
        sessions: Some(super::house::sessions()),
        link: Some("/welcome/0011".into()),
        roles: vec![Choice::new("qa", "quality assurance")],
        sites: vec![Choice::new("", "every site")],
        form: Form::default(),
    };
    let asked = UserPage { row: UserRow { state: "invited", ..user.clone() }, held: vec![], ..one_of(lang, &user) };
    let sites = vec![Choice::new("BRU", "Brunnfeld"), Choice::new("CED", "Cedar Bluff")];
    let preview = preview(lang);
    vec![
        ("users", html(&users(lang, user.clone(), sites.clone()))),
        ("user", html(&one)),
        ("user-invited", html(&asked)),
        (
            "import",
            html(&ImportUpload {
                ui: ui(lang, "admin"),
                form: Form::of([("what", "systems")]),
                whats: vec!["systems", "providers", "people", "accounts", "changes", "inventory", "netbox"],
                sites: vec![Choice::new("", "–"), Choice::new("BRU", "Brunnfeld")],
                earlier: vec![("IMP-0006".into(), "providers", at("2026-11-12T09:00:00Z"), "14 new".into())],
            }),
        ),
        ("import-preview", html(&preview)),
        ("sheet", html(&sheet(lang))),
        ("import-taken", html(&import_taken(lang))),
        (
            "modes",
            html(&Modes {
                ui: ui(lang, "admin"),
                version: 1,
                site: "BRU".into(),
                site_name: "Brunnfeld".into(),
                rows: vec![mode("named-person", "enforce", true), mode("role-in-scope", "warn", false)],
                of: 31,
                may_approve: true,
                proposers: vec![Choice::new("V-01", "M. Okafor, OT security")],
                sites,
                form: Form::of([("mode", "warn")]),
            }),
        ),
    ]
}

fn users(lang: Lang, user: UserRow, sites: Vec<Choice>) -> Users {
    let other = UserRow {
        login: "l.ortega".into(),
        name: "Lucía Ortega".into(),
        roles: vec![("engineer", String::new())],
        provider: Some("P-09 Verdano".into()),
        second_factor: false,
        state: "suspended",
        href: "/admin/users/P-09-1".into(),
    };
    Users {
        ui: ui(lang, "admin"),
        list: list("/admin/users", 2),
        rows: vec![user, other],
        may_manage: true,
        form: Form::of([("role", "auditor")]).wrong("login", "‘m.okafor’ is taken."),
        roles: vec![
            "control-engineer",
            "shift-lead",
            "system-owner",
            "ot-security",
            "qa",
            "procurement",
            "site-manager",
            "administrator",
            "auditor",
            "contact",
            "engineer",
        ],
        sites,
        providers: vec![Choice::new("", "–"), Choice::new("P-09", "P-09 Verdano")],
    }
}

fn one_of(lang: Lang, user: &UserRow) -> UserPage {
    UserPage {
        ui: ui(lang, "admin"),
        reference: "V-01".into(),
        row: user.clone(),
        held: vec![],
        may_manage: true,
        may_give: false,
        may_suspend: true,
        waits: false,
        machine: None,
        keys: vec![],
        sessions: None,
        link: None,
        roles: vec![],
        sites: vec![],
        form: Form::default(),
    }
}

fn mode(key: &str, mode: &'static str, floor: bool) -> ModeRow {
    ModeRow {
        key: key.into(),
        rule: "R-15".into(),
        mode,
        since: (!floor).then(|| at("2026-07-19T08:00:00Z")),
        would: 7,
        floor,
        coming: (!floor).then(|| ("enforce", at("2026-12-01T08:00:00Z"))),
    }
}

fn sheet(lang: Lang) -> SheetPage {
    let row = |line, effect, opens: &[&str], said: &[&str]| SheetRow {
        line,
        effect,
        opens: opens.iter().map(|s| (*s).to_owned()).collect(),
        said: said.iter().map(|s| (*s).to_owned()).collect(),
    };
    let column = |n: &str, title: &str| SheetColumn { name: n.into(), title: title.into(), sample: "Verdano".into() };
    SheetPage {
        ui: ui(lang, "admin"),
        sha: "00aa".into(),
        file: "firmen.csv".into(),
        read_as: "Windows-1252 · ; · 40".into(),
        remembered: lang == Lang::De,
        form: Form::of([("c0", "provider"), ("i0", "own")]).wrong("columns", "Choose one of them."),
        columns: vec![column("c0", "Firma"), column("c1", "Ansprechpartner – Name")],
        fields: vec![Choice::new("", "–"), Choice::new("provider", "Firma")],
        worksheets: vec![Choice::new("A", "A"), Choice::new("B", "B")],
        sites: vec![Choice::new("BRU", "Brunnfeld")],
        asks: vec![SheetAsk {
            name: "n0".into(),
            decision: "i0".into(),
            spelling: "Verdanno".into(),
            rows: 3,
            choices: vec![Choice::new("is:P-09", "P-09 Verdano"), Choice::new("own", "own")],
        }],
        effects: Some(SheetEffects {
            seen: "00".repeat(32),
            counts: (2, 1, 1),
            opened: vec![("provider".into(), 2), ("person".into(), 4)],
            rows: vec![row(5, "rejected", &[], &["31.02.2026"]), row(2, "new", &["Verdano"], &[])],
            more: 12,
            query: "map=1".into(),
        }),
        hidden: vec![("map".into(), "1".into())],
    }
}

fn import_taken(lang: Lang) -> ImportTaken {
    ImportTaken {
        ui: ui(lang, "admin"),
        reference: "IMP-0001".into(),
        file: "firmen.csv".into(),
        by: "K. Brandt".into(),
        at: at("2026-11-16T08:00:00Z"),
        taken: 39,
        left_out: 1,
        entries: (120, 180),
        undone: None,
        until: Some(at("2026-11-17T08:00:00Z")),
        may_undo: true,
        blocked: if lang == Lang::De { vec!["E-0001".into()] } else { vec![] },
    }
}

fn preview(lang: Lang) -> ImportPreview {
    ImportPreview {
        seen: "00".repeat(32),
        ui: ui(lang, "admin"),
        reference: "IMP-0007".into(),
        file: "systems.csv".into(),
        read_as: "UTF-8, semicolon, 63 rows".into(),
        counts: (12, 1, 49, 1),
        list: list("/admin/import/IMP-0007", 4),
        rows: vec![
            effect(2, "new", "PLC-B02 Buffer preparation skid", ""),
            effect(9, "changed", "PLC-B21 Water for injection", ""),
            effect(11, "unchanged", "EMS-B23", ""),
            effect(17, "rejected", "PLC-B99", "column Zone: ‘BZ9’ is no zone of Brunnfeld"),
        ],
        consequences: vec![rich("E-021 becomes provisional: the zone of one system is unknown.")],
        hidden: vec![("what".into(), "systems".into())],
        left_out: vec!["24 virtual machines".into()],
        counted: vec!["256 hosts".into(), "4 answered".into()],
        listed: vec!["PLC (plc)".into()],
        listed_all: 72,
    }
}

fn effect(line: u64, effect: &'static str, object: &str, reason: &str) -> Effect {
    Effect {
        line,
        effect,
        object: object.into(),
        moved: if effect == "changed" { vec![("zone".into(), "BZ2".into(), "BZ3".into())] } else { vec![] },
        reason: reason.into(),
    }
}

fn user() -> UserRow {
    UserRow {
        login: "m.okafor".into(),
        name: "Mira Okafor".into(),
        roles: vec![("ot-security", "Brunnfeld".into())],
        provider: None,
        second_factor: true,
        state: "active",
        href: "/admin/users/V-01".into(),
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    [evidence(lang), findings(lang), admin(lang)].concat()
}
