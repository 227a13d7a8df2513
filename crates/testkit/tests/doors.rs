//! Law 5 at the doors: nobody gets in, a stranger learns nothing, and a provider's answers are the same whether another
//! provider exists or not.

use axum::http::{Method, StatusCode};
use plantgate_app::acts;
use plantgate_domain::base::Kind;
use plantgate_store::memory::Memory;
use plantgate_testkit::{demo::Demo, door::Door};
use serde_json::{Value, json};

/// Pages of both sides that a signed-in person opens without knowing an object.
const PAGES: &[&str] = &[
    "/today",
    "/now",
    "/providers",
    "/systems",
    "/access",
    "/access/new",
    "/access/grants",
    "/evidence",
    "/findings",
    "/admin",
    "/emergency",
    "/owe",
    "/my-access",
    "/find?q=P-04",
];

fn api_paths(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(move |m| (m.to_uppercase(), path.clone())));
    all.collect()
}

#[tokio::test]
async fn nobody_gets_in() {
    for demo in Demo::both().await {
        let nobody = demo.world.nobody();
        let document = nobody.get("/api/v1/openapi.json").await.json();
        let open = ["/api/v1/openapi.json", "/api/v1/sessions"];
        for (method, path) in api_paths(&document) {
            if open.contains(&path.as_str()) {
                continue;
            }
            let path = path.replace("{kind}", "provider").replace("{name}", "P-09");
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let kind = Some("application/json");
            let reply = nobody.send(method.clone(), &path, kind, b"{}".to_vec()).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        }
        for page in PAGES {
            // A page may first say where it lives now; in the end it asks who is there.
            let mut reply = nobody.get(page).await;
            for _ in 0..3 {
                if reply.status == StatusCode::SEE_OTHER && !reply.location().starts_with("/sign-in") {
                    reply = nobody.get(reply.location()).await;
                }
            }
            let kept_out = reply.status == StatusCode::SEE_OTHER && reply.location().starts_with("/sign-in");
            assert!(kept_out || reply.status == StatusCode::NOT_FOUND, "{page}: {}", reply.status);
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_description_of_the_api_names_every_act() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let document = demo.world.nobody().get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    for name in acts::NAMES {
        assert!(document["paths"].get(format!("/api/v1/acts/{name}")).is_some(), "{name}");
    }
}

/// All objects that belong to one provider.
async fn theirs(demo: &Demo, reference: &str) -> Vec<(Kind, String)> {
    let mut look = demo.world.app.store().look().await.unwrap();
    let provider = look.named(Kind::Provider, reference).await.unwrap().unwrap();
    let mut found = Vec::new();
    for kind in Kind::ALL {
        for kept in look.every(*kind).await.unwrap() {
            let card = kept.thing.card();
            if card.provider.is_some_and(|p| p.0 == provider.id) {
                let body = kept.thing.to_body().unwrap();
                let id = body["id"].as_str().or(body["facts"]["id"].as_str()).unwrap_or_default().to_owned();
                found.push((*kind, id));
            }
        }
    }
    found
}

#[tokio::test]
async fn a_stranger_finds_nothing_of_another_provider() {
    for demo in Demo::both().await {
        let stranger = demo.sign_in("t.reyes").await;
        let objects = theirs(&demo, "P-09").await;
        assert!(objects.len() > 10, "the demo has too few objects of P-09 to prove anything: {}", objects.len());
        for (kind, id) in objects {
            for path in [format!("/api/v1/objects/{kind}/{id}"), format!("/api/v1/objects/{kind}/{id}/history")] {
                let reply = stranger.get(&path).await;
                assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
            }
        }
        for kind in Kind::ALL {
            let list = stranger.get(&format!("/api/v1/objects/{kind}?limit=200")).await;
            assert!(!list.body.contains("P-09") && !list.body.contains("E-025"), "{kind}: {}", list.body);
        }
        // Pages of ours and objects of others are the same not found.
        for page in ["/providers/P-09", "/engagements/E-025", "/providers", "/providers/P-99"] {
            assert_eq!(stranger.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
        }
        demo.world.close().await;
    }
}

/// A response without what is random on every page: the request id of its forms.
fn still(body: &str) -> String {
    let mut out = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("name=\"request_id\" value=\"") {
        out += before;
        rest = after.split_once('"').map_or("", |(_, tail)| tail);
    }
    out + rest
}

async fn mirror(door: &Door) -> Vec<(String, StatusCode, String)> {
    let mut paths: Vec<String> = PAGES.iter().map(|p| (*p).to_owned()).collect();
    paths.extend(Kind::ALL.iter().map(|k| format!("/api/v1/objects/{k}")));
    // A filter by somebody who may or may not exist says nothing either.
    paths.extend(["P-77", "P-04", "P-99"].map(|p| format!("/api/v1/objects/engagement?provider={p}")));
    paths.extend(["CED", "XXX"].map(|s| format!("/api/v1/objects/engagement?site={s}")));
    let mut seen = Vec::new();
    for path in paths {
        let reply = door.get(&path).await;
        seen.push((path, reply.status, still(&reply.body)));
    }
    seen
}

#[tokio::test]
async fn a_providers_answers_are_the_same_whether_another_exists_or_not() {
    for demo in Demo::both().await {
        let door = demo.sign_in("l.ortega").await;
        let before = mirror(&door).await;
        // when another provider comes, with people, a contract and an engagement at the same site
        let admin = demo.caller("k.brandt");
        let body = json!({ "reference": "P-77", "name": "Mirror Works", "country": "DE" });
        demo.world.named(&admin, "register-provider", body).await.unwrap();
        let person = json!({ "provider": "P-77", "reference": "M-1", "handle": "mirror.one", "name": "Mirror One",
            "provider_roles": ["engineer"] });
        demo.world.named(&admin, "invite-person", person).await.unwrap();
        // then nothing Verdano's engineer can read has changed by a byte
        for (then, now) in before.iter().zip(mirror(&door).await) {
            assert_eq!(*then, now, "{}", demo.world.engine);
        }
        demo.world.close().await;
    }
}
