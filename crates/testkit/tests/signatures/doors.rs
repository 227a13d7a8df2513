//! The second step on its page and at the API: what is asked, what a wrong proof comes to, and what nobody gets around.

use axum::http::StatusCode;
use plantgate_store::clock::Wall;
use plantgate_testkit::{demo::Demo, signer::PASSWORD};
use serde_json::{Value, json};

use super::{asked, revise, typed};

#[tokio::test]
async fn the_page_asks_keeps_what_was_typed_and_says_what_was_not_done() {
    for demo in Demo::both().await {
        revise(&demo, "User list within 1 day.").await;
        let door = demo.sign_in("r.adeyemi").await;
        let size = demo.size().await;
        // when the form is sent, then nothing is done yet: the page says who signs what, with which meaning and version
        let page = asked(&door).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.words());
        let words = page.words();
        for said in ["Ronke Adeyemi", "Responsibility", "both sides signed these very words", "MSA-0071", "2026-11-16"]
        {
            assert!(words.contains(said), "{}: {said}: {words}", demo.world.engine);
        }
        assert!(words.contains("User list within 1 day.") && words.contains("CET"), "{words}");
        assert_eq!(page.hidden("digest").len(), 64);
        assert_eq!(demo.size().await, size, "{}", demo.world.engine);
        // when the code is wrong, then it says so, what was not done, and everything typed is there
        let wrong = typed(&door, &page, PASSWORD, "000000").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.words());
        assert!(wrong.words().contains("Not signed, and so not done: nothing of what you asked for was changed."));
        assert_eq!(["body", "request_id"].map(|n| wrong.hidden(n)), ["body", "request_id"].map(|n| page.hidden(n)));
        assert!(!wrong.body.contains(PASSWORD) && !wrong.body.contains("000000"), "a secret came back");
        assert_eq!(demo.size().await, size + 1, "the failure is an entry, and nothing else is");
        // when it is right, then it is done, once
        let done = door.signs(wrong).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.words());
        assert!(done.location().starts_with("/register/agreement/MSA-0071?done=recorded"), "{}", done.location());
        let again = door.signs(page).await;
        assert_eq!((again.status, again.location()), (done.status, done.location()), "{}", again.words());
        // a page of the second step is no way around anything: an act that is not signed is none of its
        let id = plantgate_testkit::world::request().to_string();
        let other = [("request_id", id.as_str()), ("body", r#"{"site":"BRU"}"#)];
        assert_eq!(door.form("/sign/set-freeze", &other).await.status, StatusCode::NOT_FOUND);
        let theirs = demo.sign_in("l.ortega").await;
        assert_eq!(theirs.form("/sign/sign-agreement", &other).await.status, StatusCode::NOT_FOUND);
        demo.world.close().await;
    }
}

fn problem(reply: &plantgate_testkit::door::Reply) -> (u16, Value) {
    (reply.status.as_u16(), reply.json())
}

#[tokio::test]
async fn the_api_takes_the_proof_with_the_act_and_says_when_it_is_missing() {
    for demo in Demo::both().await {
        revise(&demo, "User list within 1 day.").await;
        let door = demo.sign_in("r.adeyemi").await;
        let path = "/api/v1/acts/sign-agreement";
        let mut body = json!({ "agreement": "MSA-0071", "day": "2026-11-16" });
        let size = demo.size().await;
        // without a proof: a code that never changes, and what would be signed
        let (status, bare) = problem(&door.json(path, &body).await);
        let (kind, code) = (&bare["type"], &bare["code"]);
        assert_eq!((status, kind), (403, &json!("urn:plantgate:problem:signature")), "{bare}");
        assert_eq!((code, &bare["signs"]["meaning"]), (&json!("signature-wanted"), &json!("agreement")), "{bare}");
        // a preview says the same and leaves no trace
        let (status, seen) = problem(&door.json(&format!("{path}?preview=true"), &body).await);
        assert_eq!((status, &seen["signs"]), (200, &bare["signs"]), "{seen}");
        assert_eq!(demo.size().await, size, "{}", demo.world.engine);
        // a wrong one: another code, an entry, nothing done
        let code = door.pocket().seed.code_at(Wall(Wall::now().0 + 30)).unwrap();
        let proof = |password: &str, digest: &Value| json!({ "password": password, "code": code, "digest": digest });
        body["signature"] = proof("another password", &bare["signs"]["digest"]);
        let (status, wrong) = problem(&door.json(path, &body).await);
        assert_eq!((status, &wrong["errors"][0]["code"]), (422, &json!("invalid-signature")), "{wrong}");
        assert_eq!(demo.size().await, size + 1, "{}", demo.world.engine);
        // of a version that nobody sees any more, and in no form at all
        body["signature"] = proof(PASSWORD, &json!("0".repeat(64)));
        assert_eq!(door.json(path, &body).await.status, StatusCode::CONFLICT);
        body["signature"] = json!({ "password": PASSWORD, "pin": "1" });
        let (status, odd) = problem(&door.json(path, &body).await);
        assert_eq!((status, &odd["errors"][0]["code"]), (422, &json!("invalid-signature-form")), "{odd}");
        assert!(!odd.to_string().contains(PASSWORD));
        // the right one
        body["signature"] = proof(PASSWORD, &bare["signs"]["digest"]);
        let (status, done) = problem(&door.json(path, &body).await);
        assert_eq!(status, 200, "{done}");
        let history = door.get("/api/v1/objects/agreement/MSA-0071/history").await.json();
        let last = history["entries"].as_array().unwrap().last().unwrap();
        assert_eq!(last["signature"]["digest"], bare["signs"]["digest"], "{last}");
        // an act that is never signed knows no such field
        let freeze = json!({ "site": "BRU", "signature": {} });
        assert_eq!(door.json("/api/v1/acts/set-freeze", &freeze).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_approval_is_signed_on_its_page_and_keeps_the_attendant() {
    for demo in Demo::both().await {
        let name = super::shown::waits(&demo).await;
        let door = demo.sign_in("anna.keller").await;
        let id = plantgate_testkit::world::request().to_string();
        let path = format!("/access/requests/{name}/approve");
        let page = door.form(&path, &[("request_id", &id), ("attendant", "N-109")]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.words());
        assert!(page.words().contains("Sign: approve access to a qualified system"), "{}", page.words());
        let done = door.signs(page).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.words());
        assert!(done.location().contains("done=access-agreed"), "{}", done.location());
        demo.world.close().await;
    }
}
