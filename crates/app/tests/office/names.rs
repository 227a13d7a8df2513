//! Whoever may do nothing learns nothing: over every act, a name that exists and one that does not get the same answer.
//! Bodies are made from what each act says it lacks, so that a new act is part of this without a word here.

use plantgate_app::{Caller, Stop, acts};
use plantgate_domain::{
    base::PersonId,
    event::qualify::{OwnerRole, PersonEvent, RoleAt},
};
use serde_json::{Map, Value, json};

use super::ground::{Ground, ground, put};

/// Acts that say a name in a place of their own, or have none: nothing to compare.
const WITHOUT_NAMES: &[&str] = &["found-organisation", "watch"];

const UUID: &str = "0198c0de-0000-7000-8000-000000000001";

/// Names that exist, by what a field is called.
fn known(field: &str) -> &'static str {
    match field {
        "engagement" => "E-025",
        "instance" => "BMS-B61",
        "site" => "BRU",
        "provider" => "P-09",
        "request" => "REQ-0001",
        "change" => "CHG-0713",
        "agreement" => "MSA-0071",
        "qualification" => "Q-0031",
        "person" | "second" | "proposed_by" | "attendant" => "keller2",
        "zone" => "Europe/Berlin",
        _ => "x",
    }
}

/// Values to try for a field, in order; after them what the error offers.
fn candidates(field: &str) -> Vec<Value> {
    let named = json!(known(field));
    let times = [json!("2026-12-01"), json!("2026-12-01T00:00:00Z")];
    let shapes = [json!(1), json!(true), json!([]), json!(["x"]), json!(UUID), json!({})];
    let window = json!({ "from": "2026-12-01T00:00:00Z", "until": "2026-12-01T01:00:00Z" });
    let windows =
        [window.clone(), json!({ "is": "fixed", "window": window })].into_iter().filter(|_| field == "window");
    [named].into_iter().chain(windows).chain(times).chain(shapes).collect()
}

/// The words between backticks.
fn ticked(why: &str) -> Vec<String> {
    why.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// A body that can be read, made by asking what is wrong with the last one.
async fn body(g: &Ground, by: &Caller, name: &str) -> Value {
    let mut body = Map::new();
    let mut open: Option<(String, Vec<Value>)> = None;
    let mut nested = false;
    for _ in 0..200 {
        let stop = g.w.named(by, name, Value::Object(body.clone())).await.unwrap_err();
        let Stop::Invalid(bad) = &stop else { return Value::Object(body) };
        let why = bad[0].why.text("said").unwrap_or_default().to_owned();
        if bad[0].place.field.as_deref() != Some("body") {
            return Value::Object(body);
        }
        if let Some(field) = why.strip_prefix("missing field").map(|_| ticked(&why)[0].clone()) {
            // Fields are missed in order, so what was given before could be read; a nested one belongs to the last.
            if let Some((last, _)) = open.as_ref().filter(|_| nested)
                && let Some(Value::Object(inner)) = body.get_mut(last)
                && !inner.contains_key(&field)
                && inner.len() < 12
            {
                inner.insert(field.clone(), json!(known(&field)));
                continue;
            }
            let mut tries = candidates(&field);
            body.insert(field.clone(), tries.remove(0));
            (open, nested) = (Some((field, tries)), false);
            continue;
        }
        let (field, tries) = open.as_mut().unwrap_or_else(|| panic!("{name}: {why}"));
        if why.contains("unknown variant") {
            let offered = ticked(&why)[1].clone();
            tries.splice(0..0, [json!(offered), json!({ offered: "keller2" })]);
        }
        assert!(!tries.is_empty(), "{name}: {field}: {why}");
        let next = tries.remove(0);
        nested = next == json!({});
        body.insert(field.clone(), next);
    }
    panic!("{name}: no body could be made: {body:?}");
}

/// The same body with every name replaced by one that nothing has.
fn unknown(body: &Value) -> Value {
    let names = ["E-025", "BMS-B61", "BRU", "P-09", "REQ-0001", "CHG-0713", "MSA-0071", "Q-0031", "keller2", "x"];
    match body {
        Value::String(s) if names.contains(&s.as_str()) => json!("NOBODY-9"),
        Value::Array(all) => all.iter().map(unknown).collect(),
        Value::Object(all) => all.iter().map(|(k, v)| (k.clone(), unknown(v))).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn who_may_do_nothing_learns_nothing_from_any_act() {
    for g in ground().await {
        // given one of ours whose last role was taken
        let nobody = g.keller.clone();
        let id: PersonId = nobody.actor.person().unwrap();
        let role = RoleAt { role: OwnerRole::ControlEngineer, site: Some(g.site) };
        put(&g.w, id, PersonEvent::RoleTaken(role).into()).await;
        let mut compared = 0;
        for name in acts::NAMES.iter().filter(|n| !WITHOUT_NAMES.contains(n)) {
            let there = body(&g, &nobody, name).await;
            let not = unknown(&there);
            let a = g.no(&nobody, name, there.clone()).await;
            let b = g.no(&nobody, name, not.clone()).await;
            assert_eq!(format!("{a:?}"), format!("{b:?}"), "{name} {there} {not} on {}", g.w.engine);
            assert!(matches!(&a, Stop::Refused(r) if r.say.id == "stop-no-power"), "{name} {there}: {a:?}");
            compared += usize::from(there != not);
        }
        assert!(compared > 60, "{compared}");
        g.close().await;
    }
}
