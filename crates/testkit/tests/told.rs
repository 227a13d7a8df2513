//! What leaves the house at the edge: the fields of an object that a provider's program reads, the headers of every
//! answer whatever it comes from, and that a suspension leaves no session behind.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use plantgate_domain::base::Kind;
use plantgate_store::memory::Memory;
use plantgate_testkit::{demo::Demo, world::World};
use plantgate_web::door::{
    State,
    api::shared::{TOLD, WITHHELD},
    router,
};
use serde_json::{Value, json};
use tower::ServiceExt;

fn names(of: &Value, into: &mut BTreeSet<String>) {
    match of {
        Value::Object(all) => {
            for (name, value) in all {
                into.insert(name.clone());
                names(value, into);
            }
        }
        Value::Array(all) => all.iter().for_each(|value| names(value, into)),
        _ => {}
    }
}

#[tokio::test]
async fn a_providers_program_reads_what_was_decided_to_be_shared_and_nothing_else() {
    for demo in Demo::both().await {
        // given every object that is shared with one of three firms, as its events left it
        let (mut whole, mut told, mut seen) = (BTreeSet::new(), BTreeSet::new(), 0);
        for who in ["i.campos", "c.hale", "c.moreau"] {
            let door = demo.sign_in(who).await;
            for kind in Kind::ALL {
                let page = door.get(&format!("/api/v1/objects/{kind}?limit=200")).await.json();
                for item in page["items"].as_array().into_iter().flatten() {
                    seen += 1;
                    names(&item["body"], &mut told);
                    let id = item["id"].as_str().unwrap().parse().unwrap();
                    let mut look = demo.world.app.store().look().await.unwrap();
                    let on = plantgate_domain::base::Ref { kind: *kind, id };
                    names(&look.kept(on).await.unwrap().unwrap().thing.to_body().unwrap(), &mut whole);
                    let one = door.get(&format!("/api/v1/objects/{kind}/{id}")).await.json();
                    assert_eq!(one["body"], item["body"], "{kind}: the list and the object tell the same");
                }
            }
        }
        assert!(seen > 40, "{seen}");
        // then every field of them was decided, and none is told that was not
        let decided: BTreeSet<String> = TOLD.iter().chain(WITHHELD).map(|n| (*n).to_owned()).collect();
        let open: Vec<_> = whole.difference(&decided).collect();
        assert!(open.is_empty(), "decide in door/api/shared.rs whether a provider reads these: {open:?}");
        let withheld: Vec<_> = WITHHELD.iter().filter(|name| told.contains(**name)).collect();
        assert!(withheld.is_empty(), "{}: {withheld:?}", demo.world.engine);
        // and our people read all of it
        let mut ours = BTreeSet::new();
        names(&demo.sign_in("m.okafor").await.get("/api/v1/objects/engagement/E-025").await.json(), &mut ours);
        assert!(ours.contains("contradicted") && ours.contains("proposed_by"), "{ours:?}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn every_answer_has_its_headers_whatever_it_comes_from() {
    let demo = Demo::on(World::sqlite().await).await;
    for https in [false, true] {
        let router = router(State {
            app: demo.world.app.clone(),
            https,
            passkeys: None,
            demo: std::sync::Arc::default(),
            workshop: demo.world.workshop.clone(),
            live: plantgate_web::door::Live::default(),
            way: demo.world.way.clone(),
            sign_on: std::sync::Arc::default(),
        });
        // given a page, a page that is not there, an answer of the API, and a form that another site sends
        let ask = |method: Method, path: &str, origin: Option<&str>| {
            let mut ask = Request::builder().method(method).uri(path).header(header::HOST, "plant.example");
            if let Some(origin) = origin {
                ask = ask.header(header::ORIGIN, origin);
            }
            ask.body(Body::empty()).unwrap()
        };
        let foreign = Some("https://elsewhere.example");
        let all = [
            (ask(Method::GET, "/sign-in", None), StatusCode::OK),
            (ask(Method::GET, "/nothing/here", None), StatusCode::NOT_FOUND),
            (ask(Method::GET, "/api/v1/objects/site", None), StatusCode::UNAUTHORIZED),
            (ask(Method::POST, "/sign-in", foreign), StatusCode::FORBIDDEN),
        ];
        for (request, wanted) in all {
            let what = format!("{} {}", request.method(), request.uri());
            let answer = router.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), wanted, "{what}");
            // then each says what a browser may do with it and that nobody keeps it
            let has = |name: header::HeaderName| answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
            assert!(has(header::CONTENT_SECURITY_POLICY).is_some(), "{what}");
            assert_eq!(has(header::CACHE_CONTROL).as_deref(), Some("no-store"), "{what}");
            // and only where browsers come by TLS are they told to go on so
            assert_eq!(has(header::STRICT_TRANSPORT_SECURITY).is_some(), https, "{what}");
        }
    }
    // what is asked for by its digest is kept
    let nobody = demo.world.nobody();
    let page = nobody.get("/sign-in").await.body;
    let style = page.split("href=\"/assets/").nth(1).unwrap().split('"').next().unwrap();
    let kept = nobody.get(&format!("/assets/{style}")).await;
    assert!(kept.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    demo.world.close().await;
}

#[tokio::test]
async fn whoever_was_suspended_and_may_work_again_signs_in_again() {
    for demo in Demo::both().await {
        // given somebody who is signed in
        let door = demo.sign_in("anna.keller").await;
        assert_eq!(door.get("/me").await.status, StatusCode::OK);
        // when they are suspended and let in again at once
        let admin = demo.caller("k.brandt");
        let person = demo.person("anna.keller").to_string();
        let body = json!({ "person": person, "reason": "Badge found on the floor." });
        demo.world.named(&admin, "suspend-person", body.clone()).await.unwrap();
        demo.world.named(&admin, "resume-person", body).await.unwrap();
        // then the session of before opens nothing, and a new one does
        let reply = door.get("/me").await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/sign-in"), "{}", demo.world.engine);
        demo.world.set("2026-11-16T09:00:00Z");
        assert_eq!(demo.sign_in("anna.keller").await.get("/me").await.status, StatusCode::OK);
        demo.world.close().await;
    }
}
