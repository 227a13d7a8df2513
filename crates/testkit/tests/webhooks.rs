//! Webhooks as another system sees them: signed over time and body, with an id that stays the same when it is tried
//! again, without any name; and never to where the configuration does not let them go.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    routing::post,
};
use plantgate_app::messages::{
    outbox,
    tell::{self, Ways},
};
use plantgate_testkit::{demo::Demo, door::Door, world::request};
use plantgate_web::post::{
    Way,
    hook::{self, Hooks, HooksAt, signature},
};
use serde_json::{Value, json};

const HOOKS: Ways = Ways { mail: false, hooks: true };

type Got = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// Another system on loopback: keeps what it is told and answers as it is set to.
struct Other {
    url: String,
    got: Got,
    status: Arc<AtomicU16>,
}

impl Other {
    async fn begin() -> Other {
        let (got, status): (Got, _) = (Got::default(), Arc::new(AtomicU16::new(204)));
        let (kept, says) = (got.clone(), status.clone());
        let take = move |headers: HeaderMap, body: String| async move {
            kept.lock().unwrap().push((headers, body));
            StatusCode::from_u16(says.load(Ordering::Relaxed)).unwrap()
        };
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/take", listener.local_addr().unwrap());
        let router = Router::new().route("/take", post(take));
        tokio::spawn(async move {
            plantgate_web::door::serve(listener, router, plantgate_app::Limits::standard(), std::future::pending())
                .await;
        });
        Other { url, got, status }
    }
    fn got(&self) -> Vec<(HeaderMap, String)> {
        self.got.lock().unwrap().clone()
    }
}

fn hooks(inside: &[&str]) -> Hooks {
    let inside = inside.iter().map(|n| (*n).to_owned()).collect();
    let link = "https://plantgate.plant.example".to_owned();
    Hooks::new(&HooksAt { inside, link, patience: Duration::from_secs(10) }).unwrap()
}

async fn round(demo: &Demo, hooks: &Hooks) -> u64 {
    tell::round(demo.world.app.store(), HOOKS).await.unwrap();
    hook::round(&demo.world.app, hooks).await.unwrap()
}

async fn emergency(demo: &Demo) -> String {
    let body = json!({ "engagement": "E-025", "person": "P09-02", "instance": "BMS-B61", "environment": "prod",
        "roles": ["configure"], "pattern": "gateway-attended", "attendant": "N-109", "minutes": 120,
        "called_back": true, "reason": "No air." });
    let done = demo.world.named(&demo.caller("d.weber"), "open-emergency", body).await.unwrap();
    done["done"]["reference"].as_str().unwrap().to_owned()
}

/// Adds one by the form; its secret.
async fn added(door: &Door, url: &str, urgent: bool) -> String {
    let id = request().to_string();
    let mut fields = vec![("request_id", &*id), ("url", url)];
    fields.extend(urgent.then_some(("urgent", "yes")));
    let reply = door.form("/admin/webhooks", &fields).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.words());
    assert_eq!(reply.headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
    let panel = reply.body.split("id=\"once\"").nth(1).unwrap();
    panel.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned()
}

fn on(demo: &mut Demo) {
    demo.world.way = Way { hooks: true, ..Way::default() };
}

#[tokio::test]
async fn a_post_is_signed_names_nobody_and_keeps_its_id_when_it_is_tried_again() {
    for mut demo in Demo::both().await {
        on(&mut demo);
        let inside = hooks(&["127.0.0.0/8"]);
        round(&demo, &inside).await;
        let other = Other::begin().await;
        let admin = demo.sign_in("k.brandt").await;
        let secret = added(&admin, &other.url, true).await;
        // given a system that is busy at first
        other.status.store(503, Ordering::Relaxed);
        let reference = emergency(&demo).await;
        assert_eq!(round(&demo, &inside).await, 0, "{}", demo.world.engine);
        other.status.store(204, Ordering::Relaxed);
        let now = demo.world.app.store().look().await.unwrap().now().0;
        demo.world.clock.set(now.plus_secs(60));
        assert_eq!(round(&demo, &inside).await, 1, "{}", demo.world.engine);
        let got = other.got();
        assert_eq!(got.len(), 2);
        let text = |n: usize, name: &str| got[n].0.get(name).unwrap().to_str().unwrap().to_owned();
        // then both have one id, each its own time, and each signature is right
        assert_eq!(text(0, "plantgate-id"), text(1, "plantgate-id"));
        assert_ne!(text(0, "plantgate-timestamp"), text(1, "plantgate-timestamp"));
        for (n, (_, body)) in got.iter().enumerate() {
            let at = text(n, "plantgate-timestamp").parse().unwrap();
            assert_eq!(text(n, "plantgate-signature"), signature(secret.as_bytes(), at, body).unwrap());
            assert_ne!(text(n, "plantgate-signature"), signature(b"another", at, body).unwrap());
        }
        let body: Value = serde_json::from_str(&got[1].1).unwrap();
        assert_eq!(
            (&body["what"], &body["urgent"], &body["reference"]),
            (&json!("emergency"), &json!(true), &json!(reference))
        );
        assert_eq!(body["id"], json!(text(1, "plantgate-id")));
        assert_eq!(body["link"], json!(format!("https://plantgate.plant.example/access/grants/{reference}")));
        for name in ["Ortega", "Weber", "Verdano", "No air", "BMS-B61"] {
            assert!(!got[1].1.contains(name), "{name}: {}", got[1].1);
        }
        // what is not told at once does not go to one that wants only that
        let finding = json!({ "kind": "general", "reference": "F-0995", "engagement": "E-025", "severity": "low",
            "text": "A word is missing." });
        demo.world.named(&demo.caller("n.castellano"), "propose-finding", finding).await.unwrap();
        assert_eq!((round(&demo, &inside).await, other.got().len()), (0, 2));
        // an address that is gone for good is dead at once, with its reason
        other.status.store(410, Ordering::Relaxed);
        emergency(&demo).await;
        round(&demo, &inside).await;
        let words = admin.get("/admin/deliveries").await.words();
        assert!(words.contains("The other system says that the address is gone for good."), "{words}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn nothing_is_asked_where_the_configuration_lets_no_webhook_go() {
    for mut demo in Demo::both().await {
        on(&mut demo);
        let (bare, elsewhere) = (hooks(&[]), hooks(&["10.0.0.0/8"]));
        round(&demo, &bare).await;
        let other = Other::begin().await;
        let admin = demo.sign_in("k.brandt").await;
        added(&admin, &other.url, false).await;
        added(&admin, &other.url.replace("127.0.0.1", "localhost"), false).await;
        emergency(&demo).await;
        tell::round(demo.world.app.store(), HOOKS).await.unwrap();
        for hooks in [&bare, &elsewhere] {
            assert_eq!(hook::round(&demo.world.app, hooks).await.unwrap(), 0, "{}", demo.world.engine);
        }
        assert!(other.got().is_empty());
        let mut look = demo.world.app.store().look().await.unwrap();
        let dead = outbox::dead(look.tx(), 10).await.unwrap();
        assert_eq!(dead.len(), 2, "{}: {dead:?}", demo.world.engine);
        assert!(dead.iter().all(|j| j.said.as_deref() == Some("outbox-hook-target")), "{dead:?}");
        drop(look);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_administrator_adds_one_sees_its_secret_once_and_takes_it_away() {
    for mut demo in Demo::both().await {
        // given a machine without the part [webhooks], then there is no way to add one
        let id = request().to_string();
        let fields = [("request_id", &*id), ("url", "https://hooks.plant.example/a")];
        let admin = demo.sign_in("k.brandt").await;
        assert_eq!(admin.form("/admin/webhooks", &fields).await.status, StatusCode::NOT_FOUND, "{}", demo.world.engine);
        assert!(admin.get("/admin/webhooks").await.words().contains("Webhooks are off"));
        on(&mut demo);
        for (who, status) in [("l.ortega", StatusCode::NOT_FOUND), ("j.lindqvist", StatusCode::FORBIDDEN)] {
            assert_eq!(demo.sign_in(who).await.form("/admin/webhooks", &fields).await.status, status, "{who}");
        }
        let admin = demo.sign_in("k.brandt").await;
        let wrong = admin.form("/admin/webhooks", &[("request_id", &id), ("url", "https://me:pw@a.example")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let secret = added(&admin, "https://hooks.plant.example/a", false).await;
        let page = admin.get("/admin/webhooks").await.body;
        assert!(!page.contains(&secret) && page.contains("https://hooks.plant.example/a"), "{page}");
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let stored = tx.one("select secret from hook", &[]).await.unwrap().unwrap().text(0).unwrap();
        assert!(!stored.contains(&secret), "a secret stands in clear");
        drop(tx);
        let one = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let gone = admin.form("/admin/webhooks/end", &[("id", &one)]).await;
        assert_eq!(gone.location(), "/admin/webhooks?done=webhook-ended");
        assert_eq!(admin.form("/admin/webhooks/end", &[("id", &one)]).await.status, StatusCode::NOT_FOUND);
        demo.world.close().await;
    }
}
