//! Samples: what would have refused, and whom a stricter check would touch.

use plantgate_web::{
    page::observe::{ModesLook, TouchedCounts, TouchedRow, WouldCount, WouldRefuse, WouldRow},
    view::Item,
};
use plantgate_wire::words::Lang;

use super::{at, html, list, nothing, rich, ui, window};

fn row() -> WouldRow {
    WouldRow {
        seq: 1_844,
        item: Item::link("AR-1190", "/access/requests/AR-1190"),
        at: at("2026-11-12T08:00:00Z"),
        site: "Linhe".into(),
        provider: Item::link("P-08 Qiaozhi Automation", "/providers/P-08"),
        person: Item::name("Chen Wei"),
        system: "PLC-L01 Granulator".into(),
        state: "approved",
        checks: vec![("mfa".into(), "R-17".into(), "observe"), ("standing-allows".into(), "R-24".into(), "warn")],
    }
}

fn would(lang: Lang, cut: Option<usize>) -> WouldRefuse {
    let count = WouldCount {
        key: "mfa".into(),
        rule: "R-17".into(),
        site: "Linhe".into(),
        mode: "observe",
        would: 7,
        of: 31,
        href: "/admin/would-refuse?site=LIN&check=mfa".into(),
    };
    WouldRefuse {
        ui: ui(lang, "admin"),
        since: at("2026-10-17T07:30:00Z"),
        counts: vec![count],
        list: list("/admin/would-refuse", 1),
        rows: vec![row()],
        cut,
    }
}

fn look(lang: Lang, rows: Vec<TouchedRow>) -> ModesLook {
    let touched = rows.len();
    ModesLook {
        ui: ui(lang, "admin"),
        site: "LIN".into(),
        site_name: "Linhe".into(),
        mode: "enforce",
        from: at("2026-11-30T16:00:00Z"),
        checks: vec!["mfa".into(), "reference".into()],
        counts: TouchedCounts {
            providers: touched,
            people: touched,
            requests: touched,
            judged: 4,
            running: 1,
            ..TouchedCounts::default()
        },
        cut: touched > 0,
        rows,
        past: vec![(Item::link("P-08 Qiaozhi Automation", "/providers/P-08"), 7)],
        past_href: "/admin/would-refuse?site=LIN".into(),
        hidden: vec![("site".into(), "LIN".into())],
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let touched = TouchedRow {
        item: Item::link("AR-1191", "/access/requests/AR-1191"),
        kind: "access-request",
        provider: Item::link("P-08 Qiaozhi Automation", "/providers/P-08"),
        person: Item::name("Chen Wei"),
        window: window("2026-12-02T01:00:00Z", "2026-12-02T03:00:00Z"),
        coming: true,
        turn: "stopped",
        why: vec![rich("No reference is given.")],
    };
    let none = WouldRefuse { counts: vec![], rows: vec![], list: nothing("/admin/would-refuse"), ..would(lang, None) };
    vec![
        ("would-refuse", html(&would(lang, Some(5_000)))),
        ("would-refuse-none", html(&none)),
        ("modes-look", html(&look(lang, vec![touched]))),
        ("modes-look-none", html(&look(lang, vec![]))),
    ]
}
