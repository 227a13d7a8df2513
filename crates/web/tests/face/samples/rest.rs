//! Pages that stand between others: finding, raising a finding, asking for evidence, the house being made ready.

use plantgate_web::{
    door::meanwhile::Meanwhile,
    page::{
        evidence::AskEvidence,
        find::{Find, Hit},
        findings::RaiseFinding,
    },
    view::{Choice, Form, Item},
};
use plantgate_wire::words::Lang;

use super::{html, ui};

fn find(lang: Lang) -> Find {
    let hit =
        |kind, name: &str, href: &str, called: &str| Hit { kind, item: Item::link(name, href), name: called.into() };
    let hits = vec![
        hit("instance", "BMS-B61", "/systems/BMS-B61", "Building management"),
        hit("provider", "Verdano Building Systems", "/providers/P-09", "Verdano Building Systems"),
    ];
    Find { ui: ui(lang, ""), q: "b".into(), hits, more: true }
}

fn raise(lang: Lang) -> RaiseFinding {
    let form =
        Form::of([("kind", "deviation"), ("engagement", "E-025")]).wrong("text", "This field is empty. Fill it in.");
    let kinds = vec![Choice::new("deviation", "Deviation"), Choice::new("observation", "Observation")];
    let severities = vec![Choice::new("minor", "Minor"), Choice::new("major", "Major")];
    RaiseFinding { ui: ui(lang, "findings"), form, kinds, severities }
}

fn ask(lang: Lang) -> AskEvidence {
    let engagements = vec![Choice::new("E-025", "E-025 BMS care Brunnfeld")];
    let owed = vec![Choice::new("OBL-0007", "User list, each quarter")];
    let keys = vec![Choice::new("restore-test", "Restore test")];
    let sites = vec![Choice::new("BRU", "Brunnfeld")];
    let form = Form::of([("engagement", "E-025")]);
    AskEvidence { ui: ui(lang, "evidence"), form, engagements, owed, keys, sites }
}

/// These pages.
pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("find", html(&find(lang))),
        ("finding-new", html(&raise(lang))),
        ("evidence-ask", html(&ask(lang))),
        ("meanwhile", html(&Meanwhile { lang })),
    ]
}
