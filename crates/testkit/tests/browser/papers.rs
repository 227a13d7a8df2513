//! Packs in a real browser: one is made by keyboard with scripts off.

use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};

use super::{comes, says};

#[tokio::test]
async fn a_pack_is_made_by_keyboard_with_scripts_off() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let Some(browser) = Browser::open(&base, false, (1280, 900)).await else { return };
    comes(&browser, &demo, "m.okafor").await;
    browser.go("/packs").await;
    says(&browser, &["No pack was made yet"]).await;
    browser.go("/packs/new?provider=P-09").await;
    browser.write("reason", "for the inspection").await;
    browser.tab_to("Show what would be inside").await;
    says(&browser, &["Stays out", "does not predict the result of an audit"]).await;
    browser.tab_to("Make it and record it").await;
    // a small one is there at once; a larger one says what it is at until it is
    while browser.at().await.contains("/making/") {
        let at = browser.at().await;
        browser.go(at.strip_prefix(&base).unwrap_or(&at)).await;
    }
    says(&browser, &["Audit pack made and recorded", "Take the file", "for the inspection", "SHA-256"]).await;
    demo.world.close().await;
}
