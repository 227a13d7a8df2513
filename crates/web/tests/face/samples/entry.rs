//! Sign-in, first hour, today, trouble, rules.

use plantgate_web::{
    page::{
        entry::{DemoAccount, FirstRun, NewPassword, ProveAgain, RecoveryCodes, SignIn, SignInCode, Welcome},
        rule::RulePage,
        sign_on::{Offer, SignOnSaid},
        today::Today,
        trouble::{Differs, Kind, Trouble},
    },
    view::{Form, Item, LogLine, Qr, Task, TaskState},
};
use plantgate_wire::words::Lang;

use super::{at, day, html, nobody, receipt, rich, ui};

fn demo() -> Vec<DemoAccount> {
    let account = |login: &str, name: &str, role: &str| DemoAccount {
        login: login.into(),
        name: name.into(),
        role: role.into(),
        password: "pond-lantern-62443-rivet".into(),
        code: "418 203".into(),
    };
    vec![
        account("anna.keller", "Anna Keller", "control engineer, Brunnfeld"),
        account("m.okafor", "Mira Okafor", "OT security"),
        account("l.ortega", "Lucía Ortega", "engineer of P-09 Verdano"),
    ]
}

fn task(title: &str, late: i64, act: &'static str) -> Task {
    Task {
        title: title.into(),
        href: "/access/requests/AR-1187".into(),
        text: rich("L. Ortega, Verdano → BMS-B61, 14:00–16:00 CET, configure"),
        state: TaskState::NotStarted,
        note: "asked 07:52 CET".into(),
        due: Some(day("2026-11-16")),
        late,
        left: 0,
        act,
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let wrong = Form::of([("login", "m.okafor")]).wrong("password", "Name and password do not fit. Try again in 5 s.");
    let first = FirstRun {
        ui: nobody(lang),
        form: Form::of([("organisation", "Veltrane"), ("zone", "Europe/Berlin")]),
        zones: vec!["Europe/Berlin".into(), "America/Chicago".into()],
        secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".into(),
        otpauth: "otpauth://totp/Plantgate:you?secret=JBSWY3DP&issuer=Plantgate".into(),
        qr: Qr::of("otpauth://totp/Plantgate:you"),
    };
    let welcome = welcome(lang, &first);
    let today = Today {
        ui: receipt(ui(lang, "today"), "Access approved: GRA-2301."),
        late: vec![task("Verify the action on F-0231", 6, "verify")],
        mine: vec![task("Access request AR-1187", 0, "decide"), task("Judge EV-0642", 0, "judge")],
        shared: vec![task("Confirm F-0240", 0, "confirm")],
        news: vec![LogLine {
            at: at("2026-11-16T01:10:00Z"),
            text: rich("Traffic to ").object("PLC-B16", Some("/systems/PLC-B16")),
        }],
        next: "Next: user list Q4, asked 17 Dec.".into(),
    };
    let empty = Today { late: vec![], mine: vec![], shared: vec![], news: vec![], ..today_of(lang) };
    let mut pages = vec![
        ("sign-in", html(&SignIn { ui: nobody(lang), form: Form::default(), demo: demo(), sign_on: offered() })),
        ("sign-in-wrong", html(&SignIn { ui: nobody(lang), form: wrong, demo: vec![], sign_on: vec![] })),
        (
            "sign-in-code",
            html(&SignInCode {
                ui: nobody(lang),
                form: Form::default(),
                recovery: false,
                name: "Mira Okafor".into(),
                demo: demo().split_off(2),
            }),
        ),
        (
            "sign-in-recovery",
            html(&SignInCode {
                ui: nobody(lang),
                form: Form::default().wrong("code", "Name, password or code are not right."),
                recovery: true,
                name: "Mira Okafor".into(),
                demo: vec![],
            }),
        ),
        ("recovery-codes", html(&codes(lang))),
        ("new-password", html(&NewPassword { ui: ui(lang, ""), form: Form::default() })),
        ("first-run", html(&first)),
        ("welcome", html(&welcome)),
        ("today", html(&today)),
        ("today-empty", html(&empty)),
        ("rule", html(&RulePage { ui: ui(lang, ""), rule: "R-24".into(), version: 1 })),
    ];
    for rule in RulePage::KNOWN {
        assert!(!html(&RulePage { ui: ui(lang, ""), rule: (*rule).into(), version: 1 }).contains('⟦'), "{rule}");
    }
    pages.extend(troubles(lang));
    pages.extend(proofs(lang));
    pages
}

fn welcome(lang: Lang, first: &FirstRun) -> Welcome {
    Welcome {
        ui: nobody(lang),
        name: "V. Brandt".into(),
        login: "v.brandt".into(),
        form: Form::default(),
        secret: first.secret.clone(),
        otpauth: first.otpauth.clone(),
        qr: first.qr.clone(),
        sign_on: offered(),
        passkey_at: "/welcome/0011/passkey".into(),
    }
}

fn offered() -> Vec<Offer> {
    let offer = |name: &str, away| Offer { name: name.into(), href: "/sign-in/with/plant".into(), away };
    vec![offer("Werkverzeichnis", false), offer("Corporate ID", true)]
}

fn sign_on_said(lang: Lang) -> SignOnSaid {
    let (title, go, href) = ("sign-on-not-done", "sign-on-other-way", "/sign-in".into());
    SignOnSaid { ui: nobody(lang), title, text: "Corporate ID does not answer.".into(), go, href }
}

fn codes(lang: Lang) -> RecoveryCodes {
    let code = |n: u32| format!("7K2M-9QX{n}-B4TD-0W8E");
    RecoveryCodes { ui: nobody(lang), codes: (0..10).map(code).collect(), next: "/me" }
}

fn proofs(lang: Lang) -> Vec<(&'static str, String)> {
    let wrong = Form::default().wrong("prove_code", "This code is not right.");
    vec![
        ("prove", html(&prove(lang, Form::default()))),
        ("prove-wrong", html(&prove(lang, wrong))),
        ("prove-elsewhere", html(&ProveAgain { password: false, ..prove(lang, Form::default()) })),
        ("sign-on-said", html(&sign_on_said(lang))),
    ]
}

fn prove(lang: Lang, form: Form) -> ProveAgain {
    let hidden = vec![
        ("request_id".into(), "0197f1c2".into()),
        ("role".into(), "qa".into()),
        ("reason".into(), "A \"second\" line\nof <text>.".into()),
    ];
    ProveAgain {
        ui: nobody(lang),
        form,
        to: "/admin/users/N-101/give".into(),
        hidden,
        within: 600,
        password: true,
        sign_on: offered(),
    }
}

fn today_of(lang: Lang) -> Today {
    Today {
        ui: ui(lang, "today"),
        late: vec![],
        mine: vec![],
        shared: vec![],
        news: vec![],
        next: "Next: user list Q4, asked 17 Dec.".into(),
    }
}

fn troubles(lang: Lang) -> Vec<(&'static str, String)> {
    let page =
        |kind: Kind| html(&Trouble { ui: ui(lang, ""), kind, go: Item::link("AR-1187", "/access/requests/AR-1187") });
    let diff = vec![Differs { field: "grade".into(), now: "weak".into(), yours: "adequate".into() }];
    vec![
        (
            "trouble-invalid",
            page(Kind::Invalid {
                place: "systems.csv, line 17, column End".into(),
                why: "‘31/02/2027’ is not a date like 2026-10-01.".into(),
            }),
        ),
        ("trouble-refused", page(Kind::Refused { rule: "R-13".into(), why: rich("Who asked cannot approve.") })),
        ("trouble-stale", page(Kind::Stale { by: "A. Keller".into(), at: at("2026-11-16T07:21:00Z"), diff })),
        ("trouble-stepup", page(Kind::StepUp)),
        ("trouble-notfound", page(Kind::NotFound)),
        ("trouble-busy", page(Kind::Busy { retry_secs: 5 })),
        ("trouble-away", page(Kind::Away { why: "The evidence store does not answer.".into() })),
        ("trouble-unknown", page(Kind::OutcomeUnknown { request: "0197f1c2-6a77".into() })),
        ("trouble-fault", page(Kind::Fault { reference: "FLT-7Q2K".into() })),
    ]
}
