//! Pages that stand between others: finding, raising a finding, asking for evidence, the house being made ready.

use plantgate_domain::base::ZoneName;
use plantgate_web::{
    door::meanwhile::{Away, Meanwhile},
    pack::{PackPage, PackRow},
    page::{
        evidence::AskEvidence,
        find::{Find, Hit, Way},
        findings::RaiseFinding,
    },
    view::{Choice, Form, Item},
};
use plantgate_wire::words::{Lang, Reader};

use super::{html, ui};

fn find(lang: Lang) -> Find {
    let hit = |kind, name: &str, href: &str, called: &str| Hit {
        kind,
        item: Item::link(name, href),
        name: called.into(),
        said: String::new(),
    };
    let hits = vec![
        hit("instance", "BMS-B61", "/systems/BMS-B61", "Building management"),
        Hit {
            said: "… the valve of line 2 was left open after the visit …".into(),
            ..hit("provider", "Verdano Building Systems", "/providers/P-09", "Verdano Building Systems")
        },
    ];
    let act = |text: &str, href: &str| Way { acts: true, item: Item::link(text, href) };
    let ways = vec![
        act("Bring in a portable device", "/do/bring-device"),
        Way { acts: false, ..act("Building plans", "/register/zone") },
    ];
    Find { ui: ui(lang, ""), q: "b".into(), hits, ways, more: true, none: "find-none-text" }
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

/// The report inside an audit pack: it stands alone, without the house around it.
fn pack(lang: Lang) -> PackPage {
    let row = |entry: u64, what: &str, who: &str, disclosed: &str| PackRow {
        entry,
        shown: entry.to_string(),
        at: "2026-07-02T08:12:44.120000Z".into(),
        object: "REQ-0512".into(),
        what: what.into(),
        who: who.into(),
        disclosed: vec![disclosed.into()],
        file: format!("entries/{entry:012}.json"),
        proof: format!("proofs/{entry:012}.tlog-proof"),
    };
    PackPage {
        r: Reader { lang, zone: ZoneName::utc() },
        lang: lang.tag(),
        lead: "These entries are in the record.".into(),
        about: vec!["provider P-09".into()],
        head: "the record of veltrane.example/log at 1,084 entries, root 4be1…".into(),
        key: "veltrane.example/log+0a1b2c3d+AZ0f2b1Zt0aU0mSg8sVYz0o1y0c0mT7bq0E3fJ9x4A5k".into(),
        fingerprint: "0a1b 2c3d 4e5f 6071 8293 a4b5 c6d7 e8f9".into(),
        software: "plantgate 0.2.0".into(),
        counts: "2 entries, 1 private values disclosed, 0 evidence files".into(),
        witness: "Cosigned by headquarters.example/cosigner.".into(),
        until: "2026-07-02T08:12:44.120000Z".into(),
        single: true,
        rows: vec![
            row(411, "Evidence delivered", "P09-01", "File: I. Campos.csv"),
            row(412, "Evidence graded", "N-104", ""),
        ],
    }
}

fn away(lang: Lang) -> Away {
    let why = "The database does not answer.".to_owned();
    Away { lang, title: "trouble-away-title", why, what_to_do: "trouble-away-do" }
}

/// These pages.
pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("find", html(&find(lang))),
        ("finding-new", html(&raise(lang))),
        ("evidence-ask", html(&ask(lang))),
        ("meanwhile", html(&Meanwhile { lang })),
        ("away", html(&away(lang))),
        ("pack-report", html(&pack(lang))),
    ]
}
