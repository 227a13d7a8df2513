//! Papers and packs in a real browser: a pack is made by keyboard with scripts off, and the report of a site is one
//! sheet from the printer as it is as PDF.

use fantoccini::wd::PrintConfiguration;
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

/// Sheets of a PDF: its page objects, not the trees over them.
fn sheets(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf).replace("/Type /Page", "/Type/Page");
    text.split("/Type/Page").skip(1).filter(|rest| !rest.starts_with('s')).count()
}

#[tokio::test]
async fn the_report_of_a_site_is_one_sheet_from_the_printer_and_as_pdf() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let who = demo.sign_in("j.lindqvist").await;
    for site in ["BRU", "LIN", "CED"] {
        let reply = who.get(&format!("/sites/{site}/report.pdf")).await;
        assert!(reply.body.starts_with("%PDF-"), "{site}: {}", reply.words());
        assert_eq!(sheets(reply.body.as_bytes()), 1, "{site} as PDF");
    }
    let Some(browser) = Browser::open(&base, false, (1280, 900)).await else { return };
    comes(&browser, &demo, "m.okafor").await;
    for site in ["BRU", "LIN", "CED"] {
        browser.go(&format!("/sites/{site}/report")).await;
        says(&browser, &["As recorded and as of", "Providers by standing and tier", "does not predict"]).await;
        let a4 = PrintConfiguration::default();
        let pdf = browser.client.print(a4).await.unwrap();
        assert_eq!(sheets(&pdf), 1, "{site} from the printer");
    }
    demo.world.close().await;
}
