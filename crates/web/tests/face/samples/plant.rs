//! Systems: the list and one of them, watched and unwatched.

use plantgate_domain::base::Environment;
use plantgate_web::{
    page::systems::{SeenRow, SystemFact, SystemPage, SystemRow, Systems, Visitor},
    view::Item,
};
use plantgate_wire::words::Lang;

use super::{at, html, list, nothing, rich, ui};

fn rows() -> Vec<SystemRow> {
    let row = |id: &str, name: &str, env, inside| SystemRow {
        item: Item::link(id, format!("/systems/{id}")),
        name: name.into(),
        env,
        zone: "BZ2".into(),
        site: "Brunnfeld".into(),
        kind: "control".into(),
        providers: vec![Item::link("P-04", "/providers/P-04")],
        inside,
        unknown: 2,
    };
    vec![
        row("PLC-B16", "Filling line 2 PLC", Some(Environment::Prod), Some(0)),
        row("HMI-B11", "Filling line 1 HMI", Some(Environment::Prod), Some(1)),
        row("PLC-B16-T", "Filling line 2 simulator", Some(Environment::Test), None),
    ]
}

fn seen() -> SeenRow {
    SeenRow {
        source: "nmap",
        key: "mac 00:1A:2B:3C:4D:5E".into(),
        seen: Some(at("2026-11-12T08:00:00Z")),
        recorded: at("2026-11-13T08:00:00Z"),
        facts: vec![
            ("name", "bms-7".into(), Some("BMS-B61".into())),
            ("addresses", "10.1.7.61".into(), None),
            ("services", "tcp/443 https nginx, udp/47808 bacnet".into(), None),
        ],
    }
}

pub fn systems(lang: Lang) -> Vec<(&'static str, String)> {
    let rows = rows();
    let fact = |key: &str, value: Option<&str>| SystemFact { key: key.into(), value: value.map(str::to_owned) };
    let page = SystemPage {
        ui: ui(lang, "systems"),
        reference: "BMS-B61".into(),
        name: "Building management".into(),
        env: Some(Environment::Prod),
        site: "Brunnfeld".into(),
        next: rich(""),
        facts: vec![
            fact("zone", Some("BZ7")),
            fact("kind", Some("building")),
            fact("owner", Some("B. Stahl")),
            fact("recording", None),
        ],
        visitors: vec![Visitor {
            person: "L. Ortega".into(),
            provider: Item::link("P-09 Verdano", "/providers/P-09"),
            item: Item::link("GRA-2301", "/access/grants/GRA-2301"),
            role: "configure",
            when: "14:00–16:00 CET".into(),
            inside: false,
        }],
        engagements: vec![(Item::link("E-025", "/engagements/E-025"), "P-09 Verdano".into())],
        seen: vec![seen()],
        limits: vec![],
        watched_by: None,
        acts: vec![Item::link("Set a hold", "/do/set-hold?on.instance=BMS-B61")],
        may_request: true,
    };
    let quiet = SystemPage {
        visitors: vec![],
        watched_by: Some("GW-B41".into()),
        limits: vec![rich("No log of sign-ins; compensated by the jump host until 30 Jun 2027.")],
        ui: ui(lang, "systems"),
        ..systems_page(lang)
    };
    vec![
        (
            "systems",
            html(&Systems {
                ui: ui(lang, "systems"),
                list: list("/systems", 3),
                rows,
                begin: vec![],
                may_import: true,
                may_accounts: true,
            }),
        ),
        (
            "systems-none",
            html(&Systems {
                ui: ui(lang, "systems"),
                list: nothing("/systems"),
                rows: vec![],
                begin: vec![],
                may_import: true,
                may_accounts: true,
            }),
        ),
        ("system", html(&page)),
        ("system-quiet", html(&quiet)),
    ]
}
fn systems_page(lang: Lang) -> SystemPage {
    SystemPage {
        ui: ui(lang, "systems"),
        reference: "HIS-B32".into(),
        name: "Historian".into(),
        env: Some(Environment::Prod),
        site: "Brunnfeld".into(),
        next: rich(""),
        facts: vec![],
        visitors: vec![],
        engagements: vec![],
        seen: vec![],
        limits: vec![],
        watched_by: None,
        acts: vec![],
        may_request: false,
    }
}
