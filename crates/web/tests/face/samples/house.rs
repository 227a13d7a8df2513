//! What keeps the house going: one's own keys, the clock, the rules; and what a provider's people say to it.

use plantgate_domain::base::Instant;
use plantgate_web::{
    page::{
        admin::{
            ClockPage, CosignerRow, CosignersPage, KeyRow, Me, MoveRow, PasskeyRow, RecoveryLeft, RulesLook, RulesPage,
            SessionRow, WitnessedHead,
        },
        findings::FindingRow,
        portal::{OurFinding, OurFindings, OurPeople, OurPerson},
        settings::Settings,
    },
    view::{Choice, Density, Form, Item},
};
use plantgate_wire::words::Lang;

use super::{at, day, html, list, nothing, portal_ui, ui};

fn passkey(doubted: Option<Instant>) -> PasskeyRow {
    let name = "Blue key on my ring".into();
    PasskeyRow { name, made: at("2026-11-01T08:00:00Z"), used: doubted.map(|_| at("2026-11-16T07:29:00Z")), doubted }
}

pub fn keys() -> Vec<KeyRow> {
    let key = |kind, fingerprint: &str, shown| KeyRow {
        kind,
        fingerprint: fingerprint.into(),
        of: String::new(),
        shown,
        passkey: None,
    };
    vec![
        key("password", "0011", false),
        key("ssh", "SHA256:s4N2vpn8OzXW1zguKHgmfwI9yocTQe6DmfXh1HZYz9o", true),
        KeyRow { passkey: Some(passkey(None)), ..key("passkey", "0198c0de", false) },
        KeyRow { passkey: Some(passkey(Some(at("2026-11-15T22:10:00Z")))), ..key("passkey", "0198c0df", false) },
        // One whose row is in another copy of the record.
        key("passkey", "0198c0e0", false),
    ]
}

pub fn sessions() -> Vec<SessionRow> {
    let row = |name: &str, browser, system, this| SessionRow {
        name: name.into(),
        browser,
        system,
        began: at("2026-11-16T05:58:00Z"),
        used: at("2026-11-16T07:29:00Z"),
        this,
    };
    vec![
        row("00aa", "firefox", "windows", true),
        row("00bb", "safari", "ios", false),
        row("00cc", "other", "other", false),
    ]
}

fn me(lang: Lang, keys: Vec<KeyRow>, form: Form) -> Me {
    let password = !keys.is_empty();
    let recovery = form.errors.is_empty().then(|| RecoveryLeft { left: 9, made: 10, at: at("2026-11-01T08:00:00Z") });
    Me {
        ui: ui(lang, ""),
        keys,
        sessions: sessions(),
        ends: (1_800, 43_200),
        password,
        manages: password,
        recovery,
        roles: vec!["ot-security"],
        bindable: if password {
            vec![Choice::new("plant", "Plant directory of all works and their partners")]
        } else {
            vec![]
        },
        elsewhere: !password,
        form,
    }
}

/// What a person set for themselves: nothing, or everything another way.
fn settings(lang: Lang, zone: Option<&str>, form: Form) -> Settings {
    let mut ui = ui(lang, "");
    ui.own_zone = zone.map(|z| z.parse().unwrap());
    ui.keys = zone.is_none();
    ui.density = if zone.is_some() { Density::Shop } else { Density::Regular };
    Settings { ui, zones: vec![Choice::new("Europe/Berlin", "Brunnfeld")], form }
}

fn clock(lang: Lang, jumped: bool) -> ClockPage {
    let mut around = ui(lang, "admin");
    let shown = jumped.then(|| at("2036-11-16T07:30:00Z"));
    around.doubted = shown;
    ClockPage {
        ui: around,
        shown,
        named: jumped.then(|| ("A. Keller".to_owned(), at("2036-11-16T07:29:00Z"))),
        may: jumped,
        who: "administrator, OT security, site manager".into(),
        form: Form::default(),
    }
}

fn cosigners(lang: Lang, named: bool) -> CosignersPage {
    let key = "headquarters.example/cosigner+bea928cc+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
    let mut around = ui(lang, "admin");
    around.witness = named.then(|| ("headquarters.example/cosigner".to_owned(), 1_080));
    around.behind = (!named).then(|| "Somebody outside has vouched for 1,080 entries; here are only 900.".to_owned());
    let row = |name: &str, size| CosignerRow {
        name: name.into(),
        size,
        print: "4be1 0c9d 77aa 3f02 4be1 0c9d 77aa 3f02 4be1 0c9d 77aa 3f02 4be1 0c9d 77aa 3f02".into(),
    };
    let witnessed =
        WitnessedHead { size: 1_080, names: "headquarters.example/cosigner".into(), at: at("2026-11-16T07:29:00Z") };
    CosignersPage {
        ui: around,
        signed: 1_084,
        witnessed: named.then_some(witnessed),
        quorum: u64::from(named),
        rows: if named {
            vec![row("headquarters.example/cosigner", 1_080), row("insurer.example/cosigner", 0)]
        } else {
            Vec::new()
        },
        log: "plantgate.example/log/0a1b2c3d4e5f+0a1b2c3d+AZ0f2b1Zt0aU0mSg8sVYz0o1y0c0mT7bq0E3fJ9x4A5k".into(),
        print: "4be1 0c9d 77aa 3f02 4be1 0c9d 77aa 3f02 4be1 0c9d 77aa 3f02 4be1 0c9d 77aa 3f02".into(),
        may: named,
        who: "OT security".into(),
        form: Form::of([("keys", key), ("quorum", "1")]),
    }
}

fn rules(lang: Lang, may: bool) -> RulesPage {
    RulesPage {
        ui: ui(lang, "admin"),
        files: vec![("powers.toml".into(), 1), ("standing.toml".into(), 2)],
        since: at("2026-11-02T09:00:00Z"),
        by: may.then(|| ("M. Okafor".to_owned(), "D. Weiss".to_owned())),
        may,
        proposers: vec![Choice::new("N-102", "M. Okafor, OT security")],
        form: if may { wrong() } else { Form::default() },
    }
}

fn wrong() -> Form {
    Form::default().wrong("files", "standing.toml:12: `grace_days` is no number.")
}

fn look(lang: Lang, rows: Vec<MoveRow>) -> RulesLook {
    RulesLook {
        ui: ui(lang, "admin"),
        version: 3,
        moved: rows.len() * 2,
        rows,
        files: vec![("standing.toml".into(), "version = 3\n# \"quoted\"\n".into())],
        proposed_by: "N-102".into(),
        reason: "A longer grace.".into(),
    }
}

fn finding() -> FindingRow {
    FindingRow {
        item: Item::link("F-0311", "/our-findings/F-0311"),
        title: "Unauthorised change".into(),
        party: "provider",
        provider: None,
        severity: "high",
        state: "confirmed",
        due: Some(day("2026-11-01")),
        late: 15,
    }
}

fn one(lang: Lang, acts: Vec<Item>) -> OurFinding {
    OurFinding {
        ui: portal_ui(lang, "our-findings", "I. Campos"),
        row: finding(),
        text: "A set point was changed without a change number.".into(),
        site: "Brunnfeld".into(),
        found: at("2026-10-20T09:00:00Z"),
        action: (!acts.is_empty()).then(|| "Train the people on call.".to_owned()),
        said: if acts.is_empty() { vec![] } else { vec!["You objected on 22 Oct.".into()] },
        counts: true,
        acts,
    }
}

fn people(lang: Lang, rows: Vec<OurPerson>) -> OurPeople {
    let list = if rows.is_empty() { nothing("/our-people") } else { list("/our-people", rows.len()) };
    OurPeople { ui: portal_ui(lang, "our-people", "I. Campos"), list, rows, may: true }
}

fn person() -> OurPerson {
    OurPerson {
        name: "L. Ortega".into(),
        tell: "/do/notice-person?person=P09-02".into(),
        roles: vec!["engineer".into()],
        state: "active",
        notices: vec!["leaver Mon 16 Nov 17:00 CET".into()],
    }
}

/// These pages.
pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let moved = MoveRow {
        on: Item::link("E-025", "/engagements/E-025"),
        site: "Brunnfeld".into(),
        what: "Standing".into(),
        before: "Restricted".into(),
        after: "Watch".into(),
    };
    let claim = Item::link("Say that the action is done", "/do/claim-action?finding=F-0311");
    let found = |rows: Vec<FindingRow>| OurFindings {
        ui: portal_ui(lang, "our-findings", "I. Campos"),
        list: if rows.is_empty() { nothing("/our-findings") } else { list("/our-findings", rows.len()) },
        rows,
    };
    vec![
        ("me", html(&me(lang, keys(), Form::default().wrong("public", "This is no public SSH key.")))),
        ("me-new", html(&me(lang, vec![], Form::default()))),
        ("me-recovery", html(&me(lang, keys(), Form::default()))),
        ("settings", html(&settings(lang, None, Form::default()))),
        ("settings-own", html(&settings(lang, Some("Asia/Shanghai"), Form::default()))),
        ("settings-bad", html(&settings(lang, None, Form::default().wrong("zone", "There is no such zone.")))),
        ("clock", html(&clock(lang, false))),
        ("cosigners", html(&cosigners(lang, true))),
        ("cosigners-none", html(&cosigners(lang, false))),
        ("clock-doubted", html(&clock(lang, true))),
        ("rules", html(&rules(lang, false))),
        ("rules-may", html(&rules(lang, true))),
        ("rules-look", html(&look(lang, vec![moved]))),
        ("rules-look-nothing", html(&look(lang, vec![]))),
        ("our-findings", html(&found(vec![finding()]))),
        ("our-findings-none", html(&found(vec![]))),
        ("our-finding", html(&one(lang, vec![claim]))),
        ("our-finding-over", html(&one(lang, vec![]))),
        ("our-people", html(&people(lang, vec![person()]))),
        ("our-people-none", html(&people(lang, vec![]))),
    ]
}
