//! One's own sign-in in a real browser, scripts off: a new proof in the middle of a form, recovery codes on their way
//! to paper, a code from paper in place of the telephone; each page looked at by axe, at both widths.

use fantoccini::{Locator, key::Key};
use plantgate_store::db::V;
use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};

use super::{PASSWORD, enrol, forget_step, picture, says};

/// What is wrong with the page one is at.
async fn looked(browser: &Browser, scripts: bool, name: &str, width: u32) -> Vec<String> {
    // Axe is a script: without any the page has to work, not to be looked at.
    if !scripts {
        return Vec::new();
    }
    if let Some(file) = picture("identity", name, width) {
        browser.picture(&file).await;
    }
    let mut wrong: Vec<String> = browser.axe().await.unwrap_or_default();
    wrong.extend(browser.overflows().await.then(|| "wider than its window".to_owned()));
    wrong.iter().map(|w| format!("{name} at {width}: {w}")).collect()
}

/// Proofs that are older than an act allows.
async fn old(demo: &Demo, who: &str) {
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    let sql = "update web_session set step_at = step_at - 3600 where person = $1";
    tx.run(sql, &[V::Id(demo.person(who).0)]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn codes_are_made_behind_a_new_proof_and_bring_somebody_back() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let mut wrong = Vec::new();
    for (width, scripts) in [(1280, false), (1280, true), (390, true)] {
        let Some(browser) = Browser::open(&base, scripts, (width, 900)).await else { return };
        browser.client.set_window_size(width, 900).await.unwrap();
        let seed = enrol(&demo, "m.okafor").await;
        browser.sign_in("m.okafor", PASSWORD, &seed.code_now().unwrap()).await;
        browser.go("/me").await;
        says(&browser, &["Where you are signed in", "Chrome on Linux", "this one", "You have none"]).await;
        wrong.extend(looked(&browser, scripts, "me", width).await);
        // given an old proof, when codes are wanted, then a code is asked for first, and the form goes on behind it
        old(&demo, "m.okafor").await;
        forget_step(&demo, "m.okafor").await;
        browser.tab_to("Make recovery codes").await;
        says(&browser, &["Prove that it is you", "Nothing you filled in is lost"]).await;
        wrong.extend(looked(&browser, scripts, "prove", width).await);
        browser.fill("prove_code", "12345x").await;
        browser.press(Key::Enter).await;
        browser.client.wait().for_element(Locator::Css(".errsum")).await.unwrap();
        wrong.extend(looked(&browser, scripts, "prove-wrong", width).await);
        browser.fill("prove_code", &seed.code_now().unwrap()).await;
        browser.press(Key::Enter).await;
        let list = browser.client.wait().for_element(Locator::Css("#recovery-codes")).await.unwrap();
        let code = list.find(Locator::Css("li")).await.unwrap().text().await.unwrap();
        // without script nobody is offered a button that does nothing
        let offered = browser.words().await.contains("Copy");
        assert_eq!(offered, scripts, "{width}");
        wrong.extend(looked(&browser, scripts, "recovery-codes", width).await);
        browser.go("/me").await;
        says(&browser, &["10 of 10 are left"]).await;
        wrong.extend(looked(&browser, scripts, "me-recovery", width).await);
        browser.tab_to("Sign out").await;
        // the telephone is lost
        browser.go("/sign-in").await;
        browser.fill("login", "m.okafor").await;
        browser.fill("password", PASSWORD).await;
        browser.press(Key::Enter).await;
        browser.client.wait().for_element(Locator::Css("main [name='code']")).await.unwrap();
        browser.tab_to("Use a recovery code").await;
        says(&browser, &["enter one of your recovery codes"]).await;
        wrong.extend(looked(&browser, scripts, "sign-in-recovery", width).await);
        browser.fill("code", &code).await;
        browser.press(Key::Enter).await;
        browser.client.wait().for_element(Locator::Css("nav.rail")).await.unwrap();
        says(&browser, &["You used recovery code 1. 9 are left."]).await;
        browser.tab_to("Sign out").await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    demo.world.close().await;
}
