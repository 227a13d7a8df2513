//! Who could come in now in a real browser: a list is taken and spoken of by keyboard with scripts off; in German its
//! longer words fit, also on a phone.

use fantoccini::key::Key;
use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};

use super::{comes, look_at, says};

#[tokio::test]
async fn a_list_is_taken_and_spoken_of_by_keyboard_with_scripts_off() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let Some(browser) = Browser::open(&base, false, (1280, 900)).await else { return };
    comes(&browser, &demo, "anna.keller").await;
    browser.go("/systems").await;
    browser.tab_to("Who could come in now").await;
    says(&browser, &["No list yet"]).await;
    let file = demo.world.folder.join("ad.csv");
    std::fs::write(&file, "login;last sign-in\nghost;2026-11-10\nl.ortega;2026-11-10\n").unwrap();
    browser.reach("file", None).await.send_keys(&file.to_string_lossy()).await.unwrap();
    browser.tab_to("Take it").await;
    says(&browser, &["List taken.", "nobody’s", "A question, not a finding", "Who can help"]).await;
    browser.tab_to("ghost").await;
    says(&browser, &["Say of ghost"]).await;
    browser.reach("says", None).await;
    browser.press(Key::Down).await;
    browser.press(Key::Down).await;
    browser.write("reason", "Nobody answers for it.").await;
    browser.tab_to("Record").await;
    says(&browser, &["It shall be disabled: Nobody answers for it."]).await;
    demo.world.close().await;
}

#[tokio::test]
async fn in_german_at_both_widths() {
    let demo = Demo::on(World::sqlite().await).await;
    let chosen = crate::accounts::taken(&demo).await;
    let base = serve(&demo.world).await;
    let mut wrong = Vec::new();
    for (width, height) in [(1280, 900), (390, 844)] {
        let Some(browser) = Browser::open(&base, true, (width, height)).await else { return };
        browser.client.set_window_size(width, height).await.unwrap();
        super::forget_step(&demo, "m.okafor").await;
        comes(&browser, &demo, "m.okafor").await;
        browser.tab_to("Deutsch").await;
        browser.go("/accounts/AL-0001").await;
        says(&browser, &["Wer jetzt hereinkäme", "ohne Inhaber", "Wer helfen kann"]).await;
        wrong.extend(look_at(&browser, "de", &["/accounts", "/accounts/AL-0001", chosen.as_str()], width).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
