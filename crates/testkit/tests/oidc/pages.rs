//! What people see: who is away, who else works here, proving anew in the middle of a form.

use axum::http::StatusCode;
use plantgate_app::sign_in::Side;
use plantgate_store::db::V;
use plantgate_testkit::{demo::Demo, world::request};
use serde_json::json;

use super::{Browser, Issuer, begins, binds, is_in, is_out, session, signs_on, trusts};

#[tokio::test]
async fn where_the_provider_is_away_it_is_said_and_the_house_goes_on() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
        let page = demo.world.nobody().get("/sign-in").await.words();
        assert!(page.contains("Sign in with Plant directory") && !page.contains("did not answer"), "{page}");
        issuer.control(json!({ "away": true })).await;
        let away = demo.world.nobody().get(&issuer.way()).await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
        is_out(&away, "does not answer now");
        // the sign-in page knows for a while, and who has a password comes in
        let page = demo.world.nobody().get("/sign-in").await.words();
        assert!(page.contains("did not answer a moment ago"), "{page}");
        assert_eq!(demo.sign_in("m.okafor").await.get("/today").await.status, StatusCode::OK);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn one_that_goes_away_in_the_middle_lets_nobody_in() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
        let (door, to) = begins(&demo.world.nobody(), &issuer.way()).await;
        let (path, _) = Browser::new().goes(&to, &[("sub", "okafor")]).await;
        issuer.control(json!({ "away": true })).await;
        let away = door.get(&path).await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE, "{}", away.words());
        is_out(&away, "does not answer now");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_sign_in_page_names_no_other_firms_provider_but_on_its_own_machines() {
    for mut demo in Demo::both().await {
        let (Some(ours), Some(theirs)) = (Issuer::new().await, Issuer::new().await) else { return };
        let verdano = Side::Provider("P-09".to_owned());
        let named = plantgate_web::sign_on::Setting { name: "Verdano".to_owned(), ..theirs.setting(verdano.clone()) };
        trusts(&mut demo, vec![ours.setting(Side::Owner), named]);
        binds(&demo, "i.campos", &theirs.says(verdano, "campos")).await;
        let page = demo.world.nobody().get("/sign-in").await;
        assert!(page.words().contains("Plant directory") && !page.body.contains("Verdano"), "{}", page.words());
        let (reply, machine) = signs_on(&demo, &theirs, "campos").await;
        assert!(is_in(&reply));
        assert!(machine.get("/sign-in").await.words().contains("Sign in with Verdano"));
        assert_eq!(demo.world.nobody().get("/sign-in/with/nobody").await.status, StatusCode::NOT_FOUND);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_dangerous_act_asks_the_provider_again_and_goes_on_with_the_same_form() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        binds(&demo, "k.brandt", &issuer.says(Side::Owner, "brandt")).await;
        binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
        let browser = Browser::new();
        let (door, to) = begins(&demo.world.nobody(), &issuer.way()).await;
        let reply = door.get(&browser.goes(&to, &[("sub", "brandt")]).await.0).await;
        assert!(is_in(&reply));
        let (nobody, cookie) = (demo.world.nobody(), session(&reply));
        let mut tx = demo.world.app.store().db().write().await.unwrap();
        let old = "update web_session set step_at = step_at - 3600 where person = $1";
        assert_eq!(tx.run(old, &[V::Id(demo.person("k.brandt").0)]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        // given a session whose proof is an hour old: the form is kept, and the provider is offered instead of a code
        let brandt = nobody.clone().with_cookies(&cookie);
        let id = request().to_string();
        let form = [("request_id", id.as_str()), ("role", "qa"), ("site", "BRU")];
        let asked = brandt.form("/admin/users/N-101/give", &form).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "{}", asked.words());
        assert!(asked.words().contains("Prove it with Plant directory") && !asked.body.contains("prove_code"));
        let way = format!("/sign-in/prove/{}", issuer.id);
        // without a session there is nothing to prove
        assert_eq!(nobody.get(&way).await.location(), "/sign-in");
        // another account proves nothing for this session
        let asks = brandt.get(&way).await;
        assert!(asks.location().contains("prompt=login") && asks.location().contains("max_age=0"));
        let (path, _) = Browser::new().goes(asks.location(), &[("sub", "okafor")]).await;
        let both = |reply: &plantgate_testkit::door::Reply| format!("{cookie}; {}", reply.cookies());
        is_out(&nobody.clone().with_cookies(&both(&asks)).get(&path).await, "no account here opens");
        assert_eq!(brandt.form("/admin/users/N-101/give", &form).await.status, StatusCode::FORBIDDEN);
        // the provider knows this browser, and asks all the same
        let asks = brandt.get(&way).await;
        let (path, typed) = browser.goes(asks.location(), &[("sub", "brandt")]).await;
        assert!(typed, "nobody was asked anew");
        let proven = nobody.clone().with_cookies(&both(&asks)).get(&path).await;
        assert!(proven.status == StatusCode::OK && proven.words().contains("It is you"), "{}", proven.words());
        // the form goes on under the session's new secret, and the old one opens nothing
        let fresh = nobody.clone().with_cookies(&session(&proven));
        let done = fresh.form("/admin/users/N-101/give", &form).await;
        assert!(done.location().contains("done=role-given"), "{} {}", done.status, done.words());
        assert_eq!(brandt.get("/me").await.location(), "/sign-in");
        demo.world.close().await;
    }
}
