//! The second step of an act that is signed, and signatures as pages show them: one that stands, one that is stale.

use plantgate_web::{
    page::{
        history::Moved,
        sign::{SignPage, Signature},
    },
    view::{Form, Item},
};
use plantgate_wire::words::Lang;

use super::{at, html, ui};

const DIGEST: &str = "7c1e04d2a1f3b5c7d9e8f00112233445566778899aabbccddeeff00112233a94";

pub fn stands() -> Signature {
    Signature {
        who: "R. Adeyemi".into(),
        roles: "procurement".into(),
        at: at("2026-11-16T07:41:00Z"),
        meaning: "agreement",
        version: 3,
        digest: DIGEST.into(),
        proof: "password, code of the authenticator".into(),
        entry: 1843,
        state: "stands",
        anew: None,
    }
}

pub fn stale() -> Signature {
    Signature { state: "stale", version: 1, anew: Some(at("2026-11-16T07:30:00Z")), ..stands() }
}

fn page(lang: Lang, form: Form, goes_on: bool) -> SignPage {
    let fact = |field: &str, after: &str| Moved { field: field.into(), before: None, after: Some(after.into()) };
    SignPage {
        ui: ui(lang, "providers"),
        act: "sign-agreement".into(),
        who: "R. Adeyemi".into(),
        roles: "procurement".into(),
        meaning: "agreement",
        on: Some(Item::link("MSA-0071", "/register/agreement/MSA-0071")),
        kind: "agreement",
        version: 3,
        digest: DIGEST.into(),
        content: vec![fact("Name", "Building care"), fact("Clause › 1 › Text", "User list within 1 day.")],
        typed: vec![("Day".into(), "2026-11-16".into())],
        body: r#"{"agreement":"MSA-0071","day":"2026-11-16"}"#.into(),
        request: "0197f1c2-6a77-7000-8000-00000000a25a".into(),
        goes_on,
        passkey_for: goes_on.then(|| "sign:00ff".into()),
        password: true,
        able: true,
        back: "/do/sign-agreement".into(),
        form,
    }
}

/// These pages.
pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let wrong = Form::default().wrong("password", "Not signed: password or code is not right.");
    let made = SignPage {
        act: "decide-qualification".into(),
        meaning: "qualification",
        on: None,
        kind: "qualification",
        version: 1,
        digest: String::new(),
        typed: vec![],
        content: vec![],
        ..page(lang, Form::default(), true)
    };
    vec![
        ("sign", html(&page(lang, Form::default(), false))),
        ("sign-wrong", html(&page(lang, wrong, false))),
        ("sign-made", html(&made)),
        ("sign-unable", html(&SignPage { able: false, password: false, ..page(lang, Form::default(), false) })),
        ("sign-by-passkey", html(&SignPage { password: false, ..page(lang, Form::default(), false) })),
    ]
}
