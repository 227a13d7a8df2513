//! Pages in a real browser: the loop by keyboard alone with scripts off, axe on every page, both widths, no page wider
//! than its window. With `PLANTGATE_SHOTS=FOLDER` every page leaves a picture there.

use std::path::PathBuf;

use plantgate_app::{Caller, sign_in::Enrolment};
use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};

const PASSWORD: &str = "a password only for tests";

async fn enrol(demo: &Demo, handle: &str) -> Enrolment {
    let seed = Enrolment::new().unwrap();
    let person = demo.person(handle);
    let caller = Caller::person(person, "test");
    demo.world.app.set_credential(&caller, person, handle, PASSWORD, &seed).await.unwrap();
    seed
}

const OURS: &[&str] = &[
    "/today",
    "/now",
    "/providers",
    "/providers?as=numbers",
    "/providers/P-09",
    "/providers/P-04",
    "/systems",
    "/systems/BMS-B61",
    "/engagements/E-025",
    "/access",
    "/access/new",
    "/access/grants",
    "/evidence",
    "/findings",
    "/admin",
    "/emergency",
    "/history/engagement/E-025",
    "/r/R-24",
    "/no/such/page",
];
const THEIRS: &[&str] = &["/owe", "/my-access", "/access/new"];

fn picture(name: &str, path: &str, width: u32) -> Option<PathBuf> {
    let folder = std::env::var("PLANTGATE_SHOTS").ok()?;
    std::fs::create_dir_all(&folder).unwrap();
    let page: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    Some(PathBuf::from(folder).join(format!("{name}{page}-{width}.png")))
}

async fn look_at(browser: &Browser, who: &str, paths: &[&str], width: u32) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in paths {
        browser.go(path).await;
        if let Some(file) = picture(who, path, width) {
            browser.picture(&file).await;
        }
        if browser.overflows().await {
            wrong.push(format!("{path} at {width}: wider than its window"));
        }
        for found in browser.axe().await.unwrap_or_default() {
            wrong.push(format!("{path} at {width}: {found}"));
        }
    }
    wrong
}

#[tokio::test]
async fn every_page_is_clean_to_axe_and_fits_at_both_widths() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let (owner, provider) = (enrol(&demo, "m.okafor").await, enrol(&demo, "l.ortega").await);
    let mut wrong = Vec::new();
    for (width, height) in [(1280, 900), (390, 844)] {
        for (who, seed, paths) in [("m.okafor", &owner, OURS), ("l.ortega", &provider, THEIRS)] {
            let Some(browser) = Browser::open(&base, true, (width, height)).await else { return };
            browser.client.set_window_size(width, height).await.unwrap();
            browser.go("/sign-in").await;
            wrong.extend(look_at(&browser, who, &["/sign-in"], width).await);
            // A code counts once: the second width waits for no clock, it takes the next step's tolerance.
            plantgate_store_step(&demo, who).await;
            browser.sign_in(who, PASSWORD, &seed.code_now().unwrap()).await;
            wrong.extend(look_at(&browser, who, paths, width).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Forgets the last used step of the second factor, as if half a minute had passed.
async fn plantgate_store_step(demo: &Demo, who: &str) {
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    let id = plantgate_store::db::V::Id(demo.person(who).0);
    tx.run("delete from totp_step where person = $1", &[id]).await.unwrap();
    tx.commit().await.unwrap();
}
