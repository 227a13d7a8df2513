//! ID tokens that a forger could bring about, each with one thing wrong, sent by the real provider's own endpoint: none
//! lets anybody in. The same token forged into itself does, so that each is refused for what is wrong with it.

use axum::http::StatusCode;
use plantgate_app::sign_in::Side;
use plantgate_store::db::V;
use plantgate_testkit::{demo::Demo, world::World};
use serde_json::{Value, json};

use super::{Browser, Issuer, binds, is_in, is_out, session, signs_on, trusts};

const NOT_BELIEVED: &str = "could not be verified";

fn claims(claims: &Value) -> Value {
    json!({ "claims": claims })
}
fn by(who: &str) -> Value {
    json!({ "by": who })
}
fn moved(claim: &str, seconds: i64) -> Value {
    json!({ "moved": { claim: seconds } })
}

#[tokio::test]
async fn a_token_with_one_thing_wrong_lets_nobody_in() {
    let mut demo = Demo::on(World::sqlite().await).await;
    let Some(issuer) = Issuer::new().await else { return };
    trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
    binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
    // given the forger's way with nothing changed: it is believed, by the provider's own key
    issuer.control(json!({ "forge": {} })).await;
    assert!(is_in(&signs_on(&demo, &issuer, "okafor").await.0));
    let us = "plantgate";
    let wrong = [
        ("signed by nobody", by("none")),
        ("signed by the client's secret", by("secret")),
        ("signed by the public key taken for a secret", by("public")),
        ("signed by another key of that name", by("other")),
        ("for somebody else", claims(&json!({ "aud": "another" }))),
        ("for us and somebody else", claims(&json!({ "aud": [us, "another"], "azp": us }))),
        ("for nobody", claims(&json!({ "aud": [] }))),
        ("made for another party", claims(&json!({ "azp": "another" }))),
        ("of another issuer", claims(&json!({ "iss": "https://elsewhere.example" }))),
        ("of no issuer", claims(&json!({ "iss": null }))),
        ("without a subject", claims(&json!({ "sub": null }))),
        ("of nobody", claims(&json!({ "sub": "" }))),
        ("of a subject without end", claims(&json!({ "sub": "o".repeat(256) }))),
        ("without a nonce", claims(&json!({ "nonce": null }))),
        ("with another nonce", claims(&json!({ "nonce": "another" }))),
        ("without an end", claims(&json!({ "exp": null }))),
        ("at its end", moved("exp", -3_600)),
        ("without a beginning", claims(&json!({ "iat": null }))),
        ("made before it was asked", moved("iat", -3_600)),
        ("made later than now", moved("iat", 3_600)),
        ("of somebody who will sign in later", claims(&json!({ "auth_time": 99_999_999_999_i64 }))),
    ];
    for (what, forge) in wrong {
        issuer.control(json!({ "forge": forge })).await;
        let (reply, _) = signs_on(&demo, &issuer, "okafor").await;
        assert!(!is_in(&reply), "{what}");
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{what}: {}", reply.words());
        is_out(&reply, NOT_BELIEVED);
    }
    // a token that names somebody else of ours, truly signed, would be believed: only the provider says who it is
    issuer.control(json!({ "forge": claims(&json!({ "sub": "nobody-here" })) })).await;
    is_out(&signs_on(&demo, &issuer, "okafor").await.0, "no account here opens by that now");
    demo.world.close().await;
}

#[tokio::test]
async fn a_proof_that_does_not_say_when_or_says_long_ago_proves_nothing() {
    let mut demo = Demo::on(World::sqlite().await).await;
    let Some(issuer) = Issuer::new().await else { return };
    trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
    binds(&demo, "k.brandt", &issuer.says(Side::Owner, "brandt")).await;
    let (begun, inside) = signs_on(&demo, &issuer, "brandt").await;
    assert!(is_in(&begun));
    let way = format!("/sign-in/prove/{}", issuer.id);
    let cases = [
        (claims(&json!({ "auth_time": null })), false),
        (moved("auth_time", -3_600), false),
        (moved("auth_time", 0), true),
    ];
    for (forge, good) in cases {
        issuer.control(json!({ "forge": forge })).await;
        let asked = inside.get(&way).await;
        let (path, _) = Browser::new().goes(asked.location(), &[("sub", "brandt")]).await;
        let both = format!("{}; {}", session(&begun), asked.cookies());
        let proven = demo.world.nobody().with_cookies(&both).get(&path).await;
        assert_eq!(proven.words().contains("It is you"), good, "{forge}: {}", proven.words());
    }
    // a sign-on that does not say when counts as old: what is dangerous asks again
    issuer.control(json!({ "forge": claims(&json!({ "auth_time": null })) })).await;
    assert!(is_in(&signs_on(&demo, &issuer, "brandt").await.0));
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    let sql = "select min(step_at) from web_session where person = $1";
    let step = tx.one(sql, &[V::Id(demo.person("k.brandt").0)]).await.unwrap().unwrap();
    assert_eq!(step.int(0).unwrap(), 0);
    drop(tx);
    demo.world.close().await;
}
