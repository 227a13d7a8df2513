//! S1: name, time with its zone and meaning stand in every form that people read: the page of the object, its history
//! and their files, the review of the audit trail, the report and the paper of an audit pack. Stale is said everywhere.

use axum::http::{Method, StatusCode};
use plantgate_app::review::pack::{Disclose, Wish, draw};
use plantgate_domain::base::Kind;
use plantgate_testkit::{demo::Demo, door::Door, world::request};
use plantgate_web::pack::views;
use plantgate_wire::words::Lang;
use serde_json::json;

use super::{asked, revise};

/// A request to come in to a validated system, by its reference.
pub async fn waits(demo: &Demo) -> String {
    let door = demo.sign_in("k.brandt").await;
    let rows = door.get("/systems?site=BRU&as=csv").await.body;
    assert!(rows.contains("BMS-B61"), "{rows}");
    let body = json!({ "site": "BRU", "zone": "BZ7", "system": "BMS-B61", "reference": "BMS-B61",
        "name": "Building management", "kind": "building", "environment": "prod", "validated": "validated",
        "flags": [] });
    demo.world.named(&demo.caller("k.brandt"), "register-instance", body).await.unwrap();
    let window = json!({ "from": "2026-11-16T13:00:00Z", "until": "2026-11-16T15:00:00Z" });
    let ask = json!({ "engagement": "E-025", "instance": "BMS-B61", "environment": "prod", "roles": ["configure"],
        "purpose": "maintain", "pattern": "gateway-attended", "attended": true, "change": "CHG-0431",
        "window": { "is": "fixed", "window": window } });
    let asked = demo.world.named(&demo.caller("l.ortega"), "request-access", ask).await.unwrap();
    assert_eq!(asked["done"]["state"], "awaiting-approval", "{asked}");
    asked["done"]["reference"].as_str().unwrap().to_owned()
}

/// What S1 asks of a text that shows a signature.
fn told(at: &str, text: &str, all: &[&str]) {
    for said in all {
        assert!(text.contains(said), "{at} does not say ‘{said}’: {text}");
    }
}

async fn signed(demo: &Demo) -> Door {
    revise(demo, "User list within 1 day.").await;
    let door = demo.sign_in("r.adeyemi").await;
    let page = asked(&door).await;
    let done = door.signs(page).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.words());
    door
}

#[tokio::test]
async fn every_form_of_an_agreement_shows_its_signature() {
    for demo in Demo::both().await {
        let door = signed(&demo).await;
        let english = ["Ronke Adeyemi", "procurement", "Responsibility", "CET", "password, code of the authenticator"];
        for path in
            ["/register/agreement/MSA-0071", "/history/agreement/MSA-0071", "/history/agreement/MSA-0071?as=csv"]
        {
            let page = door.get(path).await;
            told(path, &page.words(), &english);
            assert!(page.words().contains("stands"), "{path}");
        }
        let german = door.clone().in_language("de").get("/register/agreement/MSA-0071").await;
        told("German", &german.words(), &["Ronke Adeyemi", "Einkauf", "Verantwortung", "MEZ", "Passwort"]);
        // the demo's own signature, made before this morning, says of itself that nothing proved it
        told("demo", &door.get("/register/agreement/MSA-0039").await.words(), &["told by the demo, proven by nothing"]);
        // when the words change, then the old signature is stale, in all of them
        revise(&demo, "User list within 2 days.").await;
        for path in
            ["/register/agreement/MSA-0071", "/history/agreement/MSA-0071", "/history/agreement/MSA-0071?as=csv"]
        {
            told(path, &door.get(path).await.words(), &["stale: what was signed was changed afterwards"]);
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn approvals_and_reviews_show_theirs() {
    for demo in Demo::both().await {
        let name = waits(&demo).await;
        let yes = json!({ "request": name });
        demo.world.named(&demo.caller("anna.keller"), "approve-access", yes).await.unwrap();
        let page = demo.sign_in("m.okafor").await.get(&format!("/access/requests/{name}")).await;
        told(
            "request",
            &page.words(),
            &["Anna Keller", "Approval", "CET", "I approve this access as it was asked for."],
        );
        // the attendant is named behind it: what was approved is no longer what stands
        let named = json!({ "request": name, "attendant": "N-109" });
        demo.world.named(&demo.caller("anna.keller"), "name-attendant", named).await.unwrap();
        let page = demo.sign_in("m.okafor").await.get(&format!("/access/requests/{name}")).await;
        told("request", &page.words(), &["stale: what was signed was changed afterwards"]);
        let entry = demo.reviewed().await;
        let door = demo.sign_in("j.lindqvist").await;
        let review = door.get(&format!("/review/trail/{entry}")).await;
        told("review", &review.words(), &["Lindqvist", "Review", "CET", "stands"]);
        let file = door.get("/review/trail?what=reviews&as=csv").await;
        told("reviews", &file.body, &["Lindqvist", "Review", "CET"]);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_report_and_the_paper_of_a_pack_show_it() {
    for demo in Demo::both().await {
        signed(&demo).await;
        let objects = vec![(Kind::Agreement, "MSA-0071".to_owned())];
        for (disclose, name) in
            [(Disclose::Names, "Ronke Adeyemi, N-104"), (Disclose::Nothing, "N-104 (the name is not")]
        {
            let wish = Wish { objects: objects.clone(), disclose, ..Wish::default() };
            let drawn = draw(demo.world.app.store(), demo.person("m.okafor"), &wish, "en").await.unwrap();
            let views = views(&drawn, Lang::En).unwrap();
            told("report", &views.report, &[name, "Responsibility", "UTC", "password, code of the authenticator"]);
            assert!(views.print.len() > 10_000, "a paper");
        }
        demo.world.close().await;
    }
}

/// What nobody sees without looking at the request: the page of the second step is for nobody but who may act.
#[tokio::test]
async fn nobody_opens_the_second_step_by_its_address() {
    for demo in Demo::both().await {
        let door = demo.sign_in("r.adeyemi").await;
        assert_eq!(door.get("/sign/sign-agreement").await.status, StatusCode::METHOD_NOT_ALLOWED);
        let id = request().to_string();
        let out = demo.world.nobody().form("/sign/sign-agreement", &[("request_id", &id), ("body", "{}")]).await;
        assert_eq!((out.status, out.location()), (StatusCode::SEE_OTHER, "/sign-in"));
        let put = door.send(Method::PUT, "/sign/sign-agreement", None, Vec::new()).await;
        assert_eq!(put.status, StatusCode::METHOD_NOT_ALLOWED);
        demo.world.close().await;
    }
}
