//! A mailed link in a real browser: made, opened without an account, answered by keyboard, and every page on the way is
//! clean to axe and fits at both widths.

use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};

use super::{PASSWORD, enrol, forget_step, look_at, picture};

/// What is wrong with the page that stands there now; it came by a form, so it has no path of its own.
pub async fn stands(browser: &Browser, name: &str, width: u32) -> Vec<String> {
    if let Some(file) = picture(name, "", width) {
        browser.picture(&file).await;
    }
    let mut wrong = browser.axe().await.unwrap_or_default();
    if browser.overflows().await {
        wrong.push("wider than its window".to_owned());
    }
    wrong.into_iter().map(|found| format!("{name} at {width}: {found}")).collect()
}

#[tokio::test]
async fn a_link_is_made_opened_and_answered_on_pages_that_are_clean_and_fit() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let seed = enrol(&demo, "m.okafor").await;
    let people = [demo.person("i.campos").to_string(), demo.person("l.ortega").to_string()];
    let mut wrong = Vec::new();
    for (width, height) in [(1280, 900), (390, 844)] {
        let Some(browser) = Browser::open(&base, true, (width, height)).await else { return };
        browser.client.set_window_size(width, height).await.unwrap();
        browser.go("/sign-in").await;
        forget_step(&demo, "m.okafor").await;
        browser.sign_in("m.okafor", PASSWORD, &seed.code_now().unwrap()).await;
        wrong.extend(look_at(&browser, "ask", &["/providers/P-09/ask-people"], width).await);
        browser.tab_to("Make a link").await;
        wrong.extend(stands(&browser, "made", width).await);
        let words = browser.words().await;
        let rest = words.split("/attest/").nth(1).unwrap_or_else(|| panic!("no link: {words}"));
        let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        let path = format!("/attest/{token}");
        browser.go(&path).await;
        wrong.extend(stands(&browser, "by-link", width).await);
        for id in &people {
            browser.tick(&format!("says-{id}"), "here").await;
        }
        browser.tab_to("Confirm the list").await;
        wrong.extend(stands(&browser, "by-link-used", width).await);
        assert!(browser.words().await.contains("this list was confirmed"), "{}", browser.words().await);
        browser.go("/attest/AAAA").await;
        wrong.extend(stands(&browser, "by-link-unknown", width).await);
        wrong.extend(look_at(&browser, "asks", &["/providers/P-09/people"], width).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    demo.world.close().await;
}
