//! What an answer of an identity provider is worth: once, in the browser that asked, with what was asked; signed by a
//! key that is its own now; at a time that both clocks know.

use plantgate_app::sign_in::Side;
use plantgate_testkit::demo::Demo;
use serde_json::json;

use super::{Browser, Issuer, begins, binds, is_in, is_out, signs_on, trusts};

const STALE: &str = "does not belong to a sign-in that this browser began";
const NOT_BELIEVED: &str = "could not be verified";

/// The path with another value for one of its words.
fn with(path: &str, name: &str, value: Option<&str>) -> String {
    let (before, query) = path.split_once('?').unwrap();
    let mut pairs: Vec<String> =
        query.split('&').filter(|p| !p.starts_with(&format!("{name}="))).map(ToOwned::to_owned).collect();
    pairs.extend(value.map(|value| format!("{name}={value}")));
    format!("{before}?{}", pairs.join("&"))
}

fn value(path: &str, name: &str) -> String {
    let query = path.split_once('?').unwrap().1;
    query.split('&').find_map(|p| p.strip_prefix(&format!("{name}="))).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_answer_is_worth_something_once_and_in_the_browser_that_asked() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
        let nobody = demo.world.nobody();
        let who = [("sub", "okafor")];
        let (door, to) = begins(&nobody, &issuer.way()).await;
        let (path, _) = Browser::new().goes(&to, &who).await;
        // another browser, another state and none of it are nobody's; the answer is still worth something
        is_out(&nobody.get(&path).await, STALE);
        is_out(&door.get(&with(&path, "state", Some("0"))).await, STALE);
        is_out(&door.get(&with(&path, "state", None)).await, STALE);
        assert!(is_in(&door.get(&path).await));
        // the same answer in the same browser once more
        is_out(&door.get(&path).await, STALE);
        // its code in a sign-on that was begun anew: used at the provider, and of another verifier
        let (second, to) = begins(&nobody, &issuer.way()).await;
        let fresh = with(&with(&path, "state", Some(&value(&to, "state"))), "code", Some(&value(&path, "code")));
        is_out(&second.get(&fresh).await, NOT_BELIEVED);
        // somebody else's code, never used, in one's own sign-on: the verifier is not theirs (RFC 7636)
        let (_, to) = begins(&nobody, &issuer.way()).await;
        let (stolen, _) = Browser::new().goes(&to, &who).await;
        let (third, to) = begins(&nobody, &issuer.way()).await;
        is_out(&third.get(&with(&stolen, "state", Some(&value(&to, "state")))).await, NOT_BELIEVED);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_nonce_or_an_issuer_that_is_not_ours_is_not_believed() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
        let nobody = demo.world.nobody();
        let who = [("sub", "okafor")];
        // given a sign-on whose nonce somebody changed on its way to the provider
        let (door, to) = begins(&nobody, &issuer.way()).await;
        let (path, _) = Browser::new().goes(&with(&to, "nonce", Some("another")), &who).await;
        is_out(&door.get(&path).await, NOT_BELIEVED);
        // the answer names another issuer, or none although this provider always does (RFC 9207)
        for iss in [Some("https%3A%2F%2Felsewhere.example"), None] {
            let (door, to) = begins(&nobody, &issuer.way()).await;
            let (path, _) = Browser::new().goes(&to, &who).await;
            assert!(path.contains("iss="), "{path}");
            is_out(&door.get(&with(&path, "iss", iss)).await, NOT_BELIEVED);
        }
        // who does not let themselves be signed in there is not in here
        let (door, to) = begins(&nobody, &issuer.way()).await;
        let (path, _) = Browser::new().goes(&to, &[("refuse", "yes")]).await;
        is_out(&door.get(&path).await, "did not sign you in");
        assert!(is_in(&signs_on(&demo, &issuer, "okafor").await.0));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_once_and_not_more_often_than_every_half_minute() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
        assert!(is_in(&signs_on(&demo, &issuer, "okafor").await.0));
        issuer.control(json!({ "rotate": true })).await;
        assert!(is_in(&signs_on(&demo, &issuer, "okafor").await.0), "{}: a new key", demo.world.engine);
        issuer.control(json!({ "rotate": true })).await;
        is_out(&signs_on(&demo, &issuer, "okafor").await.0, NOT_BELIEVED);
        // a server that begins anew asks anew
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        assert!(is_in(&signs_on(&demo, &issuer, "okafor").await.0));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn clocks_may_differ_by_what_is_configured_and_no_more() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
        for (skew, good) in [(0, true), (40, true), (-40, true), (120, false), (-120, false), (-500, false)] {
            issuer.control(json!({ "skew": skew })).await;
            let (reply, _) = signs_on(&demo, &issuer, "okafor").await;
            assert_eq!(is_in(&reply), good, "{skew} seconds: {}", reply.words());
        }
        // with less allowed, less is believed
        trusts(&mut demo, vec![plantgate_web::sign_on::Setting { skew: 5, ..issuer.setting(Side::Owner) }]);
        issuer.control(json!({ "skew": 40 })).await;
        is_out(&signs_on(&demo, &issuer, "okafor").await.0, NOT_BELIEVED);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_or_of_a_lower_class_is_not_believed() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        let usual = || issuer.setting(Side::Owner);
        let acr = |class: &str| plantgate_web::sign_on::Setting { acr: vec![class.to_owned()], ..usual() };
        trusts(&mut demo, vec![acr("urn:plant:mfa")]);
        binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
        assert!(is_in(&signs_on(&demo, &issuer, "okafor").await.0));
        trusts(&mut demo, vec![acr("urn:plant:smartcard")]);
        is_out(&signs_on(&demo, &issuer, "okafor").await.0, NOT_BELIEVED);
        // what it says of itself is larger than one kilobyte: no more than that is read
        trusts(&mut demo, vec![plantgate_web::sign_on::Setting { most: 1_024, ..usual() }]);
        is_out(&demo.world.nobody().get(&issuer.way()).await, "does not answer now");
        demo.world.close().await;
    }
}
