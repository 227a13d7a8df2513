//! Signatures: what is signed, by whom, with what, and what becomes of it (ledger rules S1 to S8), on both engines.

mod failing;
mod proof;
mod record;

use plantgate_app::{Caller, Stop, acts, sign::Typed};
use plantgate_domain::base::{Kind, PersonId};
use plantgate_store::{memory::Memory, signatures::Signed, stop::Unsigned};
use plantgate_testkit::world::request;
use serde_json::{Value, json};

use super::ground::Ground;

/// What an act would have to be signed for; it must want that.
async fn wanted(g: &Ground, by: &Caller, name: &str, body: &Value) -> Unsigned {
    match acts::act(&g.w.app, by, request(), name, body.clone()).await {
        Err(Stop::Unsigned(wanted)) => *wanted,
        other => panic!("{}: {name} wants no signature: {other:?}", g.w.engine),
    }
}

/// Tries to sign with what was typed.
async fn signs(g: &Ground, by: &Caller, name: &str, body: &Value, typed: &Typed) -> Result<Value, Stop> {
    acts::signed(&g.w.app, by, request(), (name, body.clone()), typed).await
}

/// What a caller would type now.
async fn types(g: &Ground, by: &Caller, name: &str, body: &Value) -> Typed {
    let wanted = wanted(g, by, name, body).await;
    g.w.types(id(by), &wanted).await
}

fn id(by: &Caller) -> PersonId {
    by.actor.person().unwrap()
}

fn why(stop: &Stop) -> &'static str {
    match stop {
        Stop::Invalid(many) => many[0].why.id,
        Stop::Refused(r) => r.say.id,
        other => panic!("{other:?}"),
    }
}

/// An agreement in words that nobody signed yet; what signs it.
async fn draft(g: &Ground, reference: &str) -> Value {
    revise(g, reference, "As agreed.").await;
    json!({ "agreement": reference, "day": "2026-11-16" })
}

async fn revise(g: &Ground, reference: &str, text: &str) {
    let clause = json!({ "number": "6.2", "text": text });
    let body = json!({ "reference": reference, "provider": "P-09", "name": "Care", "from": "2026-11-01",
        "clauses": [clause] });
    g.ok(&g.adeyemi, "record-agreement", body).await;
}

async fn signatures(g: &Ground, kind: Kind, name: &str) -> Vec<Signed> {
    let mut look = g.w.app.store().look().await.unwrap();
    let on = look.named(kind, name).await.unwrap().unwrap();
    look.signatures(on).await.unwrap()
}

async fn size(g: &Ground) -> u64 {
    g.w.app.store().look().await.unwrap().size()
}
