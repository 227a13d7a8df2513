//! Signatures at the doors: the page of the second step, the API, and every form in which people read a signature
//! afterwards. What the record holds is `app/tests/office/signing`.

mod doors;
mod shown;

use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply, plain},
    world::request,
};
use serde_json::json;

/// New words of an agreement, which its signature is not under.
async fn revise(demo: &Demo, text: &str) {
    let clause = json!({ "number": "6.2", "text": text });
    let body = json!({ "reference": "MSA-0071", "provider": "P-09", "name": "Building care", "from": "2025-09-01",
        "clauses": [clause] });
    demo.world.named(&demo.caller("r.adeyemi"), "record-agreement", body).await.unwrap();
}

/// The form of the act, sent: the page that asks for the signature.
async fn asked(door: &Door) -> Reply {
    let id = request().to_string();
    let form = [("request_id", id.as_str()), ("agreement", "MSA-0071"), ("day", "2026-11-16")];
    door.form("/do/sign-agreement", &form).await
}

/// Signs on a page with what somebody types.
async fn typed(door: &Door, page: &Reply, password: &str, code: &str) -> Reply {
    let [request, body, digest] = ["request_id", "body", "digest"].map(|name| plain(&page.hidden(name)));
    let fields = [
        ("request_id", request.as_str()),
        ("body", &body),
        ("digest", &digest),
        ("password", password),
        ("code", code),
    ];
    door.form("/sign/sign-agreement", &fields).await
}
