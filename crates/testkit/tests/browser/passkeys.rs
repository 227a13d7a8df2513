//! A passkey in a real browser with a device of its driver's: added behind a new proof, good for coming in, for a proof
//! in the middle of a form, and for a signature; each page clean to axe and no wider than its window. A device that
//! cannot check its holder makes none.

use fantoccini::{Locator, key::Key};
use plantgate_store::db::V;
use plantgate_testkit::{
    browser::{Browser, serve_by_name},
    demo::Demo,
    world::World,
};
use serde_json::json;

use super::{PASSWORD, by_link::stands, enrol, forget_step, says};

const WHO: &str = "r.adeyemi";

async fn revise(demo: &Demo, text: &str) {
    let clause = json!({ "number": "6.2", "text": text });
    let body = json!({ "reference": "MSA-0071", "provider": "P-09", "name": "Building care", "from": "2025-09-01",
        "clauses": [clause] });
    demo.world.named(&demo.caller(WHO), "record-agreement", body).await.unwrap();
}

/// Proofs that are older than an act allows.
async fn old(demo: &Demo) {
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    let sql = "update web_session set step_at = step_at - 3600 where person = $1";
    tx.run(sql, &[V::Id(demo.person(WHO).0)]).await.unwrap();
    tx.commit().await.unwrap();
}

/// Waits for a page that holds something.
async fn waits(browser: &Browser, css: &str) {
    browser.client.wait().for_element(Locator::Css(css)).await.unwrap_or_else(|e| panic!("{css}: {e}"));
}

async fn signs_in(browser: &Browser) {
    browser.go("/sign-in").await;
    browser.tab_to("Sign in with a passkey").await;
    waits(browser, "nav.rail").await;
}

#[tokio::test]
async fn a_passkey_is_added_comes_in_proves_and_signs() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve_by_name(&demo.world).await;
    let seed = enrol(&demo, WHO).await;
    let mut wrong = Vec::new();
    for (width, height) in [(1280, 900), (390, 844)] {
        let Some(browser) = Browser::open(&base, true, (width, height)).await else { return };
        browser.client.set_window_size(width, height).await.unwrap();
        browser.device(true).await;
        forget_step(&demo, WHO).await;
        browser.sign_in(WHO, PASSWORD, &seed.code_now().unwrap()).await;
        // given an old proof, then a code is asked for before the device is
        old(&demo).await;
        forget_step(&demo, WHO).await;
        browser.go("/me").await;
        browser.write("name", "Laptop").await;
        browser.tab_to("Add a passkey").await;
        waits(&browser, "[name='prove_code']").await;
        browser.fill("prove_code", &seed.code_now().unwrap()).await;
        browser.press(Key::Enter).await;
        says(&browser, &["Press “Add a passkey” once more."]).await;
        browser.tab_to("Add a passkey").await;
        says(&browser, &["Passkey added. It signs you in from now on."]).await;
        says(&browser, &["Laptop", "not used yet"]).await;
        wrong.extend(stands(&browser, "passkey-me", width).await);
        browser.tab_to("Sign out").await;
        // it comes in with one key
        browser.go("/sign-in").await;
        wrong.extend(stands(&browser, "passkey-sign-in", width).await);
        signs_in(&browser).await;
        // a proof in the middle of a form, by the same device
        old(&demo).await;
        browser.go("/me").await;
        browser.tab_to("Make ").await;
        waits(&browser, "[name='prove_passkey']").await;
        wrong.extend(stands(&browser, "passkey-prove", width).await);
        browser.tab_to("Use a passkey").await;
        waits(&browser, "#recovery-codes").await;
        // a signature
        revise(&demo, &format!("User list within {width} hours.")).await;
        browser.go("/do/sign-agreement?agreement=MSA-0071").await;
        browser.write("day", "16.11.2026").await;
        browser.press(Key::Enter).await;
        says(&browser, &["Sign with a passkey"]).await;
        wrong.extend(stands(&browser, "passkey-sign", width).await);
        browser.tab_to("Sign with a passkey").await;
        says(&browser, &["passkey, its holder checked by the device"]).await;
        // its owner takes it away, so that the next width begins anew
        browser.go("/me").await;
        browser.tab_to("Take away").await;
        says(&browser, &["nothing gets in with it any more"]).await;
        browser.tab_to("Sign out").await;
        browser.go("/sign-in").await;
        browser.tab_to("Sign in with a passkey").await;
        says(&browser, &["This passkey does not let you in here."]).await;
        wrong.extend(stands(&browser, "passkey-wrong", width).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    demo.world.close().await;
}

#[tokio::test]
async fn a_device_that_cannot_check_its_holder_makes_none_and_another_address_offers_none() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve_by_name(&demo.world).await;
    let seed = enrol(&demo, WHO).await;
    let Some(browser) = Browser::open(&base, true, (1280, 900)).await else { return };
    browser.device(false).await;
    browser.sign_in(WHO, PASSWORD, &seed.code_now().unwrap()).await;
    browser.go("/me").await;
    browser.write("name", "Laptop").await;
    browser.tab_to("Add a passkey").await;
    says(&browser, &["Nothing came back from your device"]).await;
    assert!(!browser.words().await.contains("not used yet"));
    // by the machine's number the same pages say where passkeys work
    let number = base.replace("localhost", "127.0.0.1");
    browser.client.goto(&format!("{number}/sign-in")).await.unwrap();
    says(&browser, &["Passkeys work at http://localhost"]).await;
    assert!(!browser.words().await.contains("Sign in with a passkey"));
    demo.world.close().await;
}
