//! Registers, the page of an object, and an act as a form: empty, looked at first, and with what is wrong.

use plantgate_web::{
    page::{
        deed::{Affected, DeedPage, Part, Shape},
        history::Moved,
        register::{Near, Register, RegisterRow, ThingPage},
    },
    view::{Choice, Form, Item},
};
use plantgate_wire::words::Lang;

use super::{html, list, nothing, ui};

fn register(lang: Lang, rows: Vec<RegisterRow>) -> Register {
    Register {
        ui: ui(lang, "systems"),
        title: "Zones".into(),
        lead: "Parts of the network with the same need for protection.".into(),
        kind: "zone",
        list: if rows.is_empty() { nothing("/register/zone") } else { list("/register/zone", rows.len()) },
        rows,
        begin: vec![Item::link("Register a zone", "/do/register-zone")],
        dated: true,
    }
}

fn row(reference: &str) -> RegisterRow {
    RegisterRow {
        item: Item::link(reference, format!("/register/zone/{reference}")),
        name: "Building services".into(),
        state: "approved".into(),
        provider: Some(Item::link("Verdano", "/providers/P-09")),
        site: "Brunnfeld".into(),
        more: "BMS-B61".into(),
        at: "Mon 16 Nov 08:30 CET".into(),
    }
}

fn thing(lang: Lang, near: Vec<Near>, acts: Vec<Item>) -> ThingPage {
    let fact = |field: &str, after: &str| Moved { field: field.into(), before: None, after: Some(after.into()) };
    ThingPage {
        ui: ui(lang, "systems"),
        kind: "zone".into(),
        reference: "BZ5".into(),
        name: "Building services".into(),
        state: String::new(),
        list: Item::link("Zones", "/register/zone"),
        history: "/history/zone/BZ5".into(),
        codes: None,
        report: None,
        notes: Vec::new(),
        groups: vec![
            (String::new(), vec![fact("Site", "Brunnfeld"), fact("Ways in", "through the gateway, attended")]),
            ("Clause 1".into(), vec![fact("Number", "6.2")]),
        ],
        signatures: vec![super::sign::stands(), super::sign::stale()],
        near,
        recordings: Some(super::recording::listed()),
        acts,
    }
}

fn field(name: &str, must: bool, shape: Shape) -> Part {
    Part::Field {
        name: name.into(),
        label: name.into(),
        hint: if must { String::new() } else { "such as BZ5".into() },
        must,
        shape,
    }
}

fn parts() -> Vec<Part> {
    let choices = vec![Choice::new("", "– choose –"), Choice::new("BRU", "BRU Brunnfeld")];
    vec![
        field("reference", true, Shape::Line { kind: "text", help: vec![] }),
        field("system", false, Shape::Line { kind: "text", help: choices.clone() }),
        field("reason", true, Shape::Text),
        field("site", true, Shape::One(choices.clone())),
        field("patterns", false, Shape::Many(choices)),
        field("complete", false, Shape::Yes),
        field("window", true, Shape::Window { from: "window.from".into(), until: "window.until".into() }),
        Part::Open { legend: "Clause 1".into() },
        field("clauses.0.number", false, Shape::Line { kind: "text", help: vec![] }),
        Part::Close,
    ]
}

fn deed(lang: Lang, form: Form, affected: Option<Vec<Affected>>) -> DeedPage {
    DeedPage {
        ui: ui(lang, "systems"),
        previews: true,
        act: "register-zone",
        title: "Register a zone".into(),
        means: "Systems stand in zones.".into(),
        back: "/register/zone".into(),
        parts: parts(),
        notes: affected.iter().map(|_| "3 values are destroyed.".to_owned()).collect(),
        affected,
        form,
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let near = Near {
        title: "Systems".into(),
        items: vec![(Item::link("BMS-B61", "/systems/BMS-B61"), "Cooling".into())],
        more: true,
    };
    let moved =
        Moved { field: "Name".into(), before: Some("Building".into()), after: Some("Building services".into()) };
    let gone = Moved { field: "Owner".into(), before: Some("M. Okafor".into()), after: None };
    let would = vec![
        Affected { title: "zone BZ5".into(), born: false, moved: vec![moved, gone] },
        Affected { title: "zone BZ6".into(), born: true, moved: vec![] },
    ];
    let wrong =
        Form::of([("reference", "BZ5"), ("site", "BRU")]).wrong("reason", "This field is empty.").wrong("form", "No.");
    let acts = vec![Item::link("Change these facts", "/do/register-zone?again=BZ5")];
    vec![
        ("register", html(&register(lang, vec![row("BZ5"), row("BZ6"), row("BZ7")]))),
        ("register-none", html(&register(lang, vec![]))),
        ("thing", html(&thing(lang, vec![near], acts))),
        ("thing-bare", html(&thing(lang, vec![], vec![]))),
        ("deed", html(&deed(lang, Form::default(), None))),
        ("deed-seen", html(&deed(lang, Form::of([("reference", "BZ5")]), Some(would)))),
        ("deed-nothing", html(&deed(lang, Form::default(), Some(vec![])))),
        ("deed-wrong", html(&deed(lang, wrong, None))),
    ]
}
