//! Who could come in now, through the pages on both engines: every account comes to one thing with its reason, whoever
//! may says whose one is, and a list taken again shows what changed.

use axum::http::StatusCode;
use plantgate_domain::base::Kind;
use plantgate_store::memory::Memory;
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::request,
};
use serde_json::json;

/// A directory of Brunnfeld with an account of each sort.
const LIST: &str = "login;displayName;lastLogon;enabled;type\n\
    l.ortega;;2026-11-10;true;\n\
    WORKS\\anna.keller;;2026-11-10;true;\n\
    mo;Okafor, Michael;2026-05-01;true;\n\
    liu.yang;;2026-11-10;true;\n\
    i.campos;;2026-11-10;true;\n\
    ghost;Nobody Atall;2026-11-10;true;\n\
    operator;;2026-11-10;true;shared\n\
    old;;;false;\n";

async fn takes(door: &Door, file: (&str, &str), more: &[(&str, &str)]) -> Reply {
    let id = request().to_string();
    let fixed = [("request_id", id.as_str()), ("site", "BRU"), ("kind", "directory")];
    let fields: Vec<(&str, &str)> = fixed.into_iter().chain(more.iter().copied()).collect();
    door.upload("/accounts", &fields, file).await
}

/// State and reason of each account, out of the export.
async fn comes(door: &Door, query: &str) -> Vec<(String, String, String)> {
    let reply = door.get(&format!("/accounts/ACL-0001?as=json{query}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.words());
    let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
    reply.json().as_array().unwrap().iter().map(|r| (text(&r["account"]), text(&r["state"]), text(&r["why"]))).collect()
}

async fn says(door: &Door, account: &str, fields: &[(&str, &str)]) -> Reply {
    let id = request().to_string();
    let fixed = [("request_id", id.as_str()), ("account", account)];
    let fields: Vec<(&str, &str)> = fixed.into_iter().chain(fields.iter().copied()).collect();
    door.form("/accounts/ACL-0001/say", &fields).await
}

fn state<'a>(all: &'a [(String, String, String)], account: &str) -> &'a str {
    &all.iter().find(|(a, ..)| a == account).unwrap_or_else(|| panic!("no {account} in {all:?}")).1
}

#[tokio::test]
async fn every_account_comes_to_one_thing_with_its_reason() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let keller = demo.sign_in("anna.keller").await;
        // given somebody of Verdano whom Brunnfeld suspended
        let body = json!({ "person": "P09-01", "reason": "Asked for it." });
        demo.world.named(&demo.caller("m.okafor"), "suspend-person", body).await.unwrap();
        let size = demo.size().await;
        let taken = takes(&keller, ("ad.csv", LIST), &[]).await;
        assert!(taken.location().starts_with("/accounts/ACL-0001?done=accounts-taken"), "{at}: {}", taken.words());
        assert_eq!(demo.size().await, size + 1, "{at}: one entry");
        let all = comes(&keller, "").await;
        let wants = [
            ("l.ortega", "known"),
            ("WORKS\\anna.keller", "known"),
            ("mo", "dormant"),
            ("liu.yang", "contradicting"),
            ("i.campos", "contradicting"),
            ("ghost", "unowned"),
            ("operator", "shared"),
            ("old", "off"),
        ];
        for (account, wanted) in wants {
            assert_eq!(state(&all, account), wanted, "{at} {account}: {all:?}");
        }
        // the most urgent first; a filter of the page and its file are the same
        assert_eq!(all[0].1, "contradicting");
        assert_eq!(comes(&keller, "&state=unowned").await.len(), 1);
        let page = keller.get("/accounts/ACL-0001?state=contradicting").await;
        assert!(page.words().contains("No engagement of their provider is in use at this site"), "{}", page.words());
        assert!(page.words().contains("The person is suspended") && !page.words().contains("ghost"));
        // a provider's person finds no page, somebody of another site no list
        let stranger = demo.sign_in("l.ortega").await;
        let brooks = demo.sign_in("s.brooks").await;
        for path in ["/accounts", "/accounts/ACL-0001"] {
            assert_eq!(stranger.get(path).await.status, StatusCode::NOT_FOUND, "{at} {path}");
        }
        assert_eq!(brooks.get("/accounts/ACL-0001").await.status, StatusCode::NOT_FOUND, "{at}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn somebody_says_whose_it_is_and_taking_it_again_shows_what_changed() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let keller = demo.sign_in("anna.keller").await;
        takes(&keller, ("ad.csv", LIST), &[]).await;
        // the same list again changes nothing
        let size = demo.size().await;
        let same = takes(&keller, ("again.csv", LIST), &[]).await;
        assert!(same.location().contains("accounts-same"), "{at}: {}", same.location());
        assert_eq!(demo.size().await, size, "{at}");
        // whose one is, that one may stay, that one shall go
        let assigned = [("says", "assigned"), ("person", "N-101"), ("reason", "A test account of hers.")];
        assert!(says(&keller, "ghost", &assigned).await.location().contains("account-said"), "{at}");
        let stays = [("says", "accepted"), ("until", "2027-03-31"), ("reason", "The panel knows no other.")];
        assert!(says(&keller, "operator", &stays).await.location().contains("account-said"), "{at}");
        let goes = [("says", "disable"), ("reason", "No work here.")];
        assert!(says(&keller, "liu.yang", &goes).await.location().contains("account-said"), "{at}");
        let all = comes(&keller, "").await;
        assert_eq!((state(&all, "ghost"), state(&all, "operator")), ("known", "accepted"), "{at}");
        let page = keller.get("/accounts/ACL-0001?q=liu.yang").await;
        assert!(page.body.contains("/register/task/") && page.words().contains("No work here."), "{}", page.words());
        let tasks = demo.world.app.store().look().await.unwrap().every(Kind::Task).await.unwrap();
        assert!(tasks.iter().any(|t| t.thing.card().links.iter().any(|(_, on)| on.kind == Kind::AccountList)), "{at}");
        // what lacks something is said beside its field, and nothing is recorded
        let size = demo.size().await;
        let wrong = [
            ("ghost", vec![("says", "assigned"), ("reason", "x")], "Say whose it is"),
            ("ghost", vec![("says", "accepted"), ("reason", "x")], "Say until when"),
            ("ghost", vec![("says", "accepted"), ("until", "2029-01-01"), ("reason", "x")], "for a year at most"),
            ("nobody-there", vec![("says", "disable"), ("reason", "x")], "No account"),
        ];
        for (account, fields, said) in wrong {
            let reply = says(&keller, account, &fields).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{at} {said}");
            assert!(reply.words().contains(said), "{at} {said}: {}", reply.words());
        }
        let bad = takes(&keller, ("bad.csv", "name\nA\n"), &[]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{at}");
        assert_eq!(demo.size().await, size, "{at}");
        // taken again without one and with another, what was said stays said
        let next = LIST.replace("old;;;false;\n", "new.one;;2026-11-15;true;\n");
        takes(&keller, ("next.csv", &next), &[]).await;
        let page = keller.get("/accounts/ACL-0001").await;
        assert!(page.words().contains("Since the list before: 1 new, 1 gone"), "{at}: {}", page.words());
        let fresh = comes(&keller, "&new=yes").await;
        assert_eq!((fresh.len(), fresh[0].0.as_str()), (1, "new.one"), "{at}");
        assert_eq!(state(&comes(&keller, "").await, "operator"), "accepted", "{at}");
        demo.world.close().await;
    }
}
