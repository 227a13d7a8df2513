//! The first view over a line as plants have them behind a modem: 64 kbit/s with 800 ms of delay.

use std::time::Duration;

use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};
use serde_json::json;

use super::{PASSWORD, enrol};

/// Bytes of the view and what they belong to, as they came over the line.
const CAME: &str = "
    const parts = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return parts.reduce((sum, part) => sum + part.transferSize, 0);";

#[tokio::test]
async fn the_first_view_stands_within_fifteen_seconds_behind_a_modem() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let seed = enrol(&demo, "m.okafor").await;
    let Some(browser) = Browser::open(&base, true, (390, 844)).await else { return };
    browser.sign_in("m.okafor", PASSWORD, &seed.code_now().unwrap()).await;
    browser.tell("Network.enable", json!({})).await;
    let modem = json!({ "offline": false, "latency": 800, "downloadThroughput": 8_000, "uploadThroughput": 8_000 });
    for path in ["/sign-in", "/today", "/providers/P-09", "/emergency"] {
        // given a browser that was never here, behind the modem
        browser.tell("Network.clearBrowserCache", json!({})).await;
        browser.tell("Network.emulateNetworkConditions", modem.clone()).await;
        // when the page is opened, then all of it stands in time, and is as small as it has to be
        let begun = tokio::time::Instant::now();
        browser.go(path).await;
        let took = begun.elapsed();
        let came = browser.client.execute(CAME, Vec::new()).await.unwrap().as_u64().unwrap();
        assert!(came > 5_000 && came <= 100 * 1_024, "{path}: {came} bytes");
        // and it did come over that line
        assert!(took >= Duration::from_millis(1_600), "{path}: {took:?} is no modem");
        assert!(took <= Duration::from_secs(15), "{path}: {took:?}, {came} bytes");
    }
}
