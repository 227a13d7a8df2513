//! Sheets of codes for when a gateway is cut off: none, some in every state, one on its way to paper, and one that is
//! shown no more.

use plantgate_web::{
    page::codes::{Called, CodeLine, Codes, CodesSheet, CodesShut, SheetRow},
    view::Item,
};
use plantgate_wire::words::Lang;

use super::{at, html, ui};

const SHEET: &str = "/sites/BRU/codes/0198c0de-0000-7000-8000-00000000a25a";

fn row(state: &str) -> SheetRow {
    SheetRow {
        gateway: "hall-3".into(),
        called: None,
        calls: vec![],
        issued: at("2026-11-16T07:25:00Z"),
        by: "M. Okafor".into(),
        until: at("2027-02-14T07:25:00Z"),
        codes: 12,
        used: vec![(2, Item::link("SES-1402", "/register/session/SES-1402"))],
        state: state.into(),
        print: None,
        withdraw: None,
    }
}

fn codes(lang: Lang, rows: Vec<SheetRow>) -> Codes {
    Codes {
        ui: ui(lang, "systems"),
        reference: "BRU".into(),
        name: "Brunnfeld".into(),
        more: rows.len(),
        rows,
        issue: Some("/do/issue-codes?site=BRU".into()),
    }
}

fn sheet(lang: Lang) -> CodesSheet {
    let line = |number| CodeLine { number, code: "7K2M-Q8ZD-04XN-WV5T-H6RB".into() };
    CodesSheet {
        ui: ui(lang, "systems"),
        reference: "BRU".into(),
        name: "Brunnfeld".into(),
        gateway: "hall-3".into(),
        called: None,
        until: at("2027-02-14T07:25:00Z"),
        codes: (1..=12).map(line).collect(),
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let withdraw = Some("/do/withdraw-codes?site=BRU&sheet=0198c0de-0000-7000-8000-00000000a25a".into());
    let good = SheetRow { print: Some(SHEET.into()), withdraw, used: vec![], ..row("good") };
    let (of, may) = ("emergencies: ENG-0004", "operate, configure; agreed with K. Lindqvist");
    let emergency =
        SheetRow { called: Some((of.into(), may.into())), calls: vec!["BMS-B61: L. Ortega".into()], ..row("good") };
    let called = Called {
        of: of.into(),
        may: may.into(),
        systems: vec![("BMS-B61".into(), "2 people".into()), ("DCS-B01".into(), "one person".into())],
        nobody: String::new(),
    };
    let emergencies = CodesSheet { called: Some(called.clone()), ..sheet(lang) };
    let nowhere = CodesSheet {
        called: Some(Called { systems: vec![], nobody: "nobody as it is now".into(), ..called }),
        ..sheet(lang)
    };
    let shut = CodesShut { ui: ui(lang, "systems"), reference: "BRU".into(), name: "Brunnfeld".into(), minutes: 15 };
    vec![
        ("codes", html(&codes(lang, vec![good, emergency, row("withdrawn, Mon 16 Nov 08:25 CET"), row("over")]))),
        ("codes-empty", html(&codes(lang, vec![]))),
        ("codes-sheet", html(&sheet(lang))),
        ("codes-sheet-emergency", html(&emergencies)),
        ("codes-sheet-nowhere", html(&nowhere)),
        ("codes-shut", html(&shut)),
    ]
}
