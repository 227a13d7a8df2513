//! Law 5 at the doors: nobody gets in, and a stranger learns nothing of any object of another. The mirror world and the
//! walk over all routes are in `walk`.

use axum::http::{Method, StatusCode};
use plantgate_app::acts;
use plantgate_domain::base::Kind;
use plantgate_store::memory::Memory;
use plantgate_testkit::demo::Demo;
use serde_json::Value;

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

#[tokio::test]
async fn a_person_sets_room_clock_and_keys_for_their_own_browser_and_nothing_is_recorded() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    for who in ["m.okafor", "l.ortega"] {
        let door = demo.sign_in(who).await;
        let size = demo.size().await;
        let before = door.get("/settings").await;
        assert_eq!(before.status, StatusCode::OK, "{who}: {}", before.words());
        assert!(!before.words().contains("your time") && !before.body.contains("data-keys"), "{who}");
        // a zone that is none is told beside its field
        let bad = door.form("/settings/zone", &[("zone", "Middle/Earth"), ("back", "/settings")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{who}");
        assert!(bad.words().contains("Middle/Earth") && bad.body.contains("aria-invalid"), "{who}: {}", bad.words());
        // when they say where they are, how much room they want and that keys rest
        for (path, name, value) in [
            ("/settings/zone", "zone", "Asia/Shanghai"),
            ("/settings/density", "density", "shop"),
            ("/settings/keys", "keys", "off"),
        ] {
            let kept = door.form(path, &[(name, value), ("back", "/settings")]).await;
            assert_eq!(kept.location(), "/settings", "{who} {path}");
            // then every page of this browser goes by it
            let page = door.clone().keeping(&kept).get("/settings").await;
            match name {
                "zone" => assert!(page.words().contains("(your time "), "{who}: {}", page.words()),
                "density" => assert!(page.body.contains("data-density=\"shop\""), "{who}"),
                _ => assert!(page.body.contains("data-keys=\"off\""), "{who}"),
            }
        }
        // an empty zone takes it away again, and the way back leads nowhere else
        let gone = door.form("/settings/zone", &[("zone", ""), ("back", "//evil.example")]).await;
        assert_eq!(gone.location(), "/", "{who}");
        assert!(!door.clone().keeping(&gone).get("/settings").await.words().contains("(your time "), "{who}");
        assert_eq!(demo.size().await, size, "{who}");
    }
    // a provider's people are not told where else we have plants
    let theirs = demo.sign_in("l.ortega").await.get("/settings").await;
    assert!(!theirs.body.contains("Asia/Shanghai\"") && !theirs.words().contains("Linhe"), "{}", theirs.words());
    demo.world.close().await;
}
