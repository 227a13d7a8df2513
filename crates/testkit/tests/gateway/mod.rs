//! The gateway between a stock OpenSSH client and a stock sshd, on both engines: who comes in and who does not, how a
//! session goes on when its permission ends, and what is left of it.

mod comes;
mod ends;
mod plays;

use plantgate_testkit::demo::Demo;
use serde_json::{Value, json};

/// An emergency grant for Lucía Ortega on `BMS-B61`: attended, safe end, and its reference.
pub async fn emergency(demo: &Demo, minutes: u32) -> String {
    let body = json!({ "engagement": "E-025", "person": demo.person("l.ortega").to_string(), "instance": "BMS-B61",
        "environment": "prod", "roles": ["configure"], "pattern": "gateway-attended", "minutes": minutes,
        "called_back": true, "reason": "Ventilation stands still." });
    let opened = demo.world.named(&demo.caller("d.weber"), "open-emergency", body).await.unwrap();
    opened["done"]["reference"].as_str().unwrap().to_owned()
}

/// Does an act as somebody.
pub async fn does(demo: &Demo, handle: &str, act: &str, body: Value) -> Value {
    demo.world.named(&demo.caller(handle), act, body).await.unwrap_or_else(|stop| panic!("{act}: {stop:?}"))
}

/// Somebody of ours is beside whoever is inside.
pub async fn attends(demo: &Demo, session: &str) {
    does(demo, "d.weber", "attend-session", json!({ "session": session })).await;
}
