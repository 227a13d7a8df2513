//! Pages in a real browser: the loop by keyboard alone with scripts off, axe on every page, both widths, no page wider
//! than its window. With `PLANTGATE_SHOTS=FOLDER` every page leaves a picture there.

mod accounts;
mod appearance;
mod by_link;
mod columns;
mod identity;
mod keyboard;
mod line;
mod pages;
mod palette;
mod papers;
mod passkeys;
mod recording;
mod sign;

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

fn picture(name: &str, path: &str, width: u32) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests are configured by who runs them")]
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
    let ours = pages::ready(&demo).await;
    let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
    let base = serve(&demo.world).await;
    let (owner, provider) = (enrol(&demo, "m.okafor").await, enrol(&demo, "l.ortega").await);
    let mut wrong = Vec::new();
    for (width, height) in [(1280, 900), (390, 844)] {
        for (who, seed, paths) in [("m.okafor", &owner, &*ours), ("l.ortega", &provider, pages::THEIRS)] {
            let Some(browser) = Browser::open(&base, true, (width, height)).await else { return };
            browser.client.set_window_size(width, height).await.unwrap();
            browser.go("/sign-in").await;
            wrong.extend(look_at(&browser, who, &["/sign-in"], width).await);
            // A code counts once: the second width waits for no clock, it takes the next step's tolerance.
            forget_step(&demo, who).await;
            browser.sign_in(who, PASSWORD, &seed.code_now().unwrap()).await;
            wrong.extend(look_at(&browser, who, paths, width).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A password lies in the vault for a system, and who keeps it was shown it.
async fn in_vault(demo: &Demo) {
    let host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa";
    let at =
        serde_json::json!({ "instance": "BMS-B61", "host": "10.61.0.9", "login": "service", "host_key": host_key });
    crate::gateway::does(demo, "m.okafor", "pin-endpoint", at).await;
    let secret = serde_json::json!({ "instance": "BMS-B61", "kind": "password", "password": "as the  panel takes it" });
    crate::gateway::does(demo, "m.okafor", "put-login-secret", secret).await;
    let why = serde_json::json!({ "instance": "BMS-B61", "reason": "The gateway is being replaced." });
    crate::gateway::does(demo, "m.okafor", "show-login-secret", why).await;
}

/// Shifts, steps of measures, accounts that are on for work only, a recording from elsewhere: on pages of whoever does
/// it, at both widths.
#[tokio::test]
async fn what_a_turnaround_and_a_limited_system_need_is_clean_to_axe_and_fits() {
    let demo = Demo::on(World::sqlite().await).await;
    crate::r#loop::graded_from_scratch(&demo).await;
    let grant = crate::campaign::given(&demo).await;
    crate::measures::limited(&demo).await;
    crate::gateway::does(&demo, "b.stahl", "agree-measures", crate::measures::measures()).await;
    crate::bound::machine(&demo, "SVC-VPN", "BRU").await;
    let account = crate::bound::bound(&demo, &["BMS-B61"]).await;
    let session = crate::brought::entered(&demo, "l.ortega").await;
    demo.world.set("2026-11-16T21:00:00Z");
    let sheet = crate::codes::issued(&demo, "hall-3").await;
    let emergencies = crate::codes::issued_for_emergencies(&demo, "hall-3").await;
    let print = |sheet: &str| format!("/sites/BRU/codes/{sheet}");
    let codes = ["/sites/BRU/codes".to_owned(), print(&sheet), print(&emergencies)];
    let grant = format!("/access/grants/{grant}");
    let step = format!("/do/take-step?grant={}", grant.rsplit('/').next().unwrap());
    let (account, binds) = (format!("/register/account/{account}"), format!("/do/bind-account?account={account}"));
    let (session, brings) = (format!("/register/session/{session}"), format!("/access/sessions/{session}/bring"));
    let measures = ["/systems/BMS-B61", "/do/agree-measures?instance=BMS-B61", "/do/break-measure?instance=BMS-B61"];
    let area = [grant.as_str(), &step, &session, &brings, measures[0], measures[2], "/today", "/now"];
    let (list, issue) = ("/register/account?state=bound", "/do/issue-codes?site=BRU");
    in_vault(&demo).await;
    let vault = ["/systems/BMS-B61/vault", "/do/put-login-secret?instance=BMS-B61"];
    let accounts = [account.as_str(), &binds, list, &codes[0], &codes[1], &codes[2], issue, vault[0], vault[1]];
    let base = serve(&demo.world).await;
    let mut wrong = Vec::new();
    let all = [("d.weber", &area[..]), ("m.okafor", &accounts[..]), ("b.stahl", &measures[..2])];
    for (who, paths) in all {
        let door = demo.sign_in(who).await;
        for path in paths {
            let page = door.get(path).await;
            assert!(page.status.is_success(), "{who} {path}: {}", page.words());
        }
    }
    let seeds = [enrol(&demo, "d.weber").await, enrol(&demo, "m.okafor").await, enrol(&demo, "b.stahl").await];
    for (width, height) in [(1280, 900), (390, 844)] {
        for ((who, paths), seed) in all.into_iter().zip(&seeds) {
            let Some(browser) = Browser::open(&base, true, (width, height)).await else { return };
            browser.client.set_window_size(width, height).await.unwrap();
            browser.go("/sign-in").await;
            forget_step(&demo, who).await;
            browser.sign_in(who, PASSWORD, &seed.code_now().unwrap()).await;
            wrong.extend(look_at(&browser, who, paths, width).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    demo.world.close().await;
}

/// Forgets the last used step of the second factor, as if half a minute had passed.
async fn forget_step(demo: &Demo, who: &str) {
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    let id = plantgate_store::db::V::Id(demo.person(who).0);
    tx.run("delete from totp_step where person = $1", &[id]).await.unwrap();
    tx.commit().await.unwrap();
}

/// Signs somebody in with scripts off, and out again at the end of `work`.
async fn comes(browser: &Browser, demo: &Demo, who: &str) {
    let seed = enrol(demo, who).await;
    browser.sign_in(who, PASSWORD, &seed.code_now().unwrap()).await;
}

async fn says(browser: &Browser, wanted: &[&str]) {
    browser.says(wanted).await;
}

async fn asks(browser: &Browser) {
    browser.go("/access/new?engagement=E-025&system=BMS-B61&purpose=maintain&pattern=gateway-unattended").await;
    browser.tick("role", "configure").await;
    browser.write("from", "16.11. 14:00").await;
    browser.write("until", "16.11. 16:00").await;
    browser.write("reference", "MOC-2026-0713").await;
    browser.tab_to("Send the request").await;
}

/// Story A-25 as people live it: a real browser, scripts off, the keyboard and nothing else.
#[tokio::test]
async fn the_loop_by_keyboard_with_scripts_off() {
    for world in World::both().await {
        let demo = Demo::on(world).await;
        let base = serve(&demo.world).await;
        let Some(browser) = Browser::open(&base, false, (1280, 900)).await else { return };
        // Verdano is Restricted at Brunnfeld, and the page says why
        comes(&browser, &demo, "m.okafor").await;
        browser.go("/providers/P-09").await;
        says(&browser, &["Restricted", "46 days late", "MSA-0071", "6.2", "Back to Good when this is done"]).await;
        browser.tab_to("Sign out").await;
        // its engineer asks for unattended work: not granted, attended offered beside it
        comes(&browser, &demo, "l.ortega").await;
        asks(&browser).await;
        says(&browser, &["is refused for now", "Ask with an attendant", "R-24"]).await;
        browser.tab_to("Sign out").await;
        // its contact sees what is owed and sends the list
        comes(&browser, &demo, "i.campos").await;
        browser.go("/owe").await;
        says(&browser, &["46 days late", "User list"]).await;
        browser.tab_to("Upload").await;
        let file = demo.world.folder.join("users.csv");
        std::fs::write(&file, "account,person\nlortega,L. Ortega\n").unwrap();
        browser.reach("file", None).await.send_keys(&file.to_string_lossy()).await.unwrap();
        browser.tab_to("Send to").await;
        says(&browser, &["Sent."]).await;
        browser.tab_to("Sign out").await;
        // a reviewer judges it beside its criteria; the standing is Good the same second
        comes(&browser, &demo, "m.okafor").await;
        judges(&browser, &demo).await;
        browser.go("/providers/P-09").await;
        says(&browser, &["Good"]).await;
        assert!(!browser.words().await.contains("Restricted, since"));
        browser.tab_to("Sign out").await;
        // the request is repeated, somebody else approves, a grant is there
        comes(&browser, &demo, "l.ortega").await;
        asks(&browser).await;
        says(&browser, &["waits for approval"]).await;
        let path = browser.at().await.split('?').next().unwrap().to_owned();
        browser.tab_to("Sign out").await;
        comes(&browser, &demo, "anna.keller").await;
        browser.go(&format!("{path}/approve")).await;
        says(&browser, &["If you approve:", "It ends by itself"]).await;
        browser.tab_to("Approve").await;
        says(&browser, &["The grant is there"]).await;
        demo.world.close().await;
    }
}

async fn judges(browser: &Browser, demo: &Demo) {
    browser.go("/evidence").await;
    browser.tab_to("EV-").await;
    let rules = demo.world.app.store().rules();
    for criterion in &rules.tiers.row("user-list").unwrap().criteria {
        browser.reach(&format!("met-{}", criterion.key), None).await.send_keys("met").await.unwrap();
    }
    let adequate = fantoccini::Locator::Css("[name='grade'][value='adequate']");
    browser.client.find(adequate).await.unwrap().send_keys(" ").await.unwrap();
    browser.tab_to("Record and next").await;
}
