//! The second step of an act in a real browser: reached by the form before it, walked by Tab alone, clean to axe, and
//! no wider than its window; a wrong code keeps everything, a right one signs. With scripts off it is the same page.

use fantoccini::key::Key;
use plantgate_store::clock::Wall;
use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};
use serde_json::json;

use super::{
    PASSWORD,
    by_link::stands,
    enrol, forget_step,
    keyboard::{enters, tabs},
    look_at, says,
};

/// New words of the agreement, so that it wants a signature again.
async fn revise(demo: &Demo, text: &str) {
    let clause = json!({ "number": "6.2", "text": text });
    let body = json!({ "reference": "MSA-0071", "provider": "P-09", "name": "Building care", "from": "2025-09-01",
        "clauses": [clause] });
    demo.world.named(&demo.caller("r.adeyemi"), "record-agreement", body).await.unwrap();
}

/// From the form of the act to the page that asks for the signature.
async fn asked(browser: &Browser) {
    browser.go("/do/sign-agreement?agreement=MSA-0071").await;
    browser.write("day", "16.11.2026").await;
    browser.press(Key::Enter).await;
    says(browser, &["Sign: this agreement is in force", "Ronke Adeyemi", "Responsibility", "MSA-0071"]).await;
}

#[tokio::test]
async fn a_signature_is_made_by_keyboard_on_a_page_that_is_clean_and_fits() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let seed = enrol(&demo, "r.adeyemi").await;
    let mut wrong = Vec::new();
    for (width, height, scripts) in [(1280, 900, true), (390, 844, true), (1280, 900, false)] {
        revise(&demo, &format!("User list within {width} hours, {scripts}.")).await;
        let Some(browser) = Browser::open(&base, scripts, (width, height)).await else { return };
        browser.client.set_window_size(width, height).await.unwrap();
        forget_step(&demo, "r.adeyemi").await;
        browser.go("/sign-in").await;
        browser.sign_in("r.adeyemi", PASSWORD, &seed.code_now().unwrap()).await;
        asked(&browser).await;
        if scripts {
            wrong.extend(stands(&browser, "sign", width).await);
            wrong.extend(tabs(&browser).await);
            wrong.extend(enters(&browser).await);
            asked(&browser).await;
        }
        // a wrong code: nothing was done, everything stands
        browser.write("password", PASSWORD).await;
        browser.write("code", "000000").await;
        browser.press(Key::Enter).await;
        says(&browser, &["Not signed, and so not done", "MSA-0071", "This is recorded"]).await;
        if scripts {
            wrong.extend(stands(&browser, "sign-wrong", width).await);
        }
        browser.write("password", PASSWORD).await;
        browser.write("code", &seed.code_at(Wall(Wall::now().0 + 30)).unwrap()).await;
        browser.press(Key::Enter).await;
        says(&browser, &["Signatures", "Ronke Adeyemi", "both sides signed these very words", "stands"]).await;
        if scripts {
            let paths = ["/register/agreement/MSA-0071", "/history/agreement/MSA-0071"];
            wrong.extend(look_at(&browser, "signed", &paths, width).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    demo.world.close().await;
}
