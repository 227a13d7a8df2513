//! The palette by keyboard: what one types is found while one types, an act as well as an object; Escape leads back.

use fantoccini::{
    Locator,
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
};
use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};
use serde_json::json;

use super::{PASSWORD, enrol, forget_step, picture};

/// Opens it from wherever one is and types.
async fn types(browser: &Browser, text: &str) {
    let (control, k) = (char::from(Key::Control), 'k');
    let keys = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value: control });
    let keys = keys.then(KeyAction::Down { value: k }).then(KeyAction::Up { value: k });
    browser.client.perform_actions(keys.then(KeyAction::Up { value: control })).await.unwrap();
    let field = browser.client.wait().for_element(Locator::Css("dialog.palette[open] input")).await.unwrap();
    field.send_keys(text).await.unwrap();
}

/// Waits for the first option that begins so.
async fn finds(browser: &Browser, begins: &str) {
    let at = format!("//dialog[@open]//li[@role='option'][1][starts-with(., '{begins}')]");
    browser.client.wait().for_element(Locator::XPath(&at)).await.unwrap();
}

async fn active(browser: &Browser) -> serde_json::Value {
    let script = "const at = document.querySelector('dialog.palette input');
        return document.getElementById(at.getAttribute('aria-activedescendant') ?? '')?.textContent ?? null;";
    browser.client.execute(script, Vec::new()).await.unwrap()
}

#[tokio::test]
async fn an_object_and_an_act_are_two_words_away_from_every_page() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    for width in [1280, 390] {
        let Some(browser) = Browser::open(&base, true, (width, 900)).await else { return };
        browser.client.set_window_size(width, 900).await.unwrap();
        let seed = enrol(&demo, "m.okafor").await;
        forget_step(&demo, "m.okafor").await;
        browser.sign_in("m.okafor", PASSWORD, &seed.code_now().unwrap()).await;
        browser.go("/providers").await;
        // given a page with the focus somewhere, when it is opened and closed, then the focus is back
        browser.client.execute("document.querySelector('a.brand').focus();", Vec::new()).await.unwrap();
        let was = "return document.activeElement.getAttribute('href');";
        let before = browser.client.execute(was, Vec::new()).await.unwrap();
        assert!(before.is_string(), "{before}");
        types(&browser, "bms-b").await;
        finds(&browser, "BMS-B61").await;
        if let Some(file) = picture("palette", "found", width) {
            browser.picture(&file).await;
        }
        let wrong = browser.axe().await.unwrap_or_default();
        assert!(wrong.is_empty() && !browser.overflows().await, "{width}: {wrong:?}");
        let field = browser.client.find(Locator::Css("dialog.palette input")).await.unwrap();
        field.send_keys(&char::from(Key::Escape).to_string()).await.unwrap();
        // a search field is emptied by the first Escape in some browsers
        if browser.client.find(Locator::Css("dialog.palette[open]")).await.is_ok() {
            field.send_keys(&char::from(Key::Escape).to_string()).await.unwrap();
        }
        let open = "return document.querySelector('dialog[open]') !== null;";
        assert_eq!(browser.client.execute(open, Vec::new()).await.unwrap(), json!(false));
        assert_eq!(browser.client.execute(was, Vec::new()).await.unwrap(), before);
        // when an object is named, then Enter opens it
        types(&browser, "").await;
        let field = browser.client.find(Locator::Css("dialog.palette input")).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys("bms-b61").await.unwrap();
        finds(&browser, "BMS-B61").await;
        assert!(active(&browser).await.as_str().unwrap().starts_with("BMS-B61"));
        field.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
        browser.client.wait().for_url(&format!("{base}/systems/BMS-B61").parse().unwrap()).await.unwrap();
        // when an act is named by beginnings of its words, then the arrows lead to it and Enter begins it
        types(&browser, "rais").await;
        finds(&browser, "Raise").await;
        field_keys(&browser, &[Key::Down, Key::Up, Key::Enter]).await;
        browser.client.wait().for_url(&format!("{base}/findings/new").parse().unwrap()).await.unwrap();
    }
}

async fn field_keys(browser: &Browser, keys: &[Key]) {
    let field = browser.client.find(Locator::Css("dialog.palette input")).await.unwrap();
    for key in keys {
        field.send_keys(&char::from(*key).to_string()).await.unwrap();
    }
}
