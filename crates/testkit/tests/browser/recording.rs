//! Pages of a session of the gateway: while it runs, how it is ended, and what was recorded of it, at both widths and
//! by keyboard. A real client is inside.

use plantgate_domain::{event::witness::PartKind, witness::session::Session};
use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    gate::{self, Gate},
    world::World,
};

use super::{PASSWORD, by_link::stands, enrol, forget_step, look_at};
use crate::gateway::{counting, emergency, plays};

/// Says what one looks for, by keyboard, where a recording asks; what is wrong with both pages.
async fn opens(browser: &Browser, path: &str, name: &str, width: u32) -> Vec<String> {
    browser.go(path).await;
    browser.says(&["Say what you look for"]).await;
    let mut wrong = stands(browser, &format!("{name}-asks"), width).await;
    browser.write("purpose", "Which parameters were changed?").await;
    browser.tab_to("Open").await;
    browser.says(&["open to you until"]).await;
    wrong.extend(stands(browser, name, width).await);
    wrong
}

async fn as_it_runs(browser: &Browser, session: &Session, width: u32) -> Vec<String> {
    let reference = &session.facts.reference;
    let end = format!("/access/sessions/{reference}/end");
    let now = ["/now", "/now?view=lanes", "/now?view=lanes&span=day", "/now?wall=1"].map(str::to_owned);
    let ends = [end.clone(), format!("{end}?scope=person"), format!("{end}?scope=everywhere")];
    let paths: Vec<String> = now.into_iter().chain(ends).chain([format!("/register/session/{reference}")]).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let mut wrong = look_at(browser, "running", &paths, width).await;
    wrong.extend(opens(browser, &plays::page(session), "watched", width).await);
    browser.says(&["Look again"]).await;
    wrong
}

async fn as_it_was(browser: &Browser, session: &Session, width: u32) -> Vec<String> {
    let reference = &session.facts.reference;
    let mut wrong = look_at(browser, "recorded", &[&format!("/register/session/{reference}")], width).await;
    let (terminal, _) = plays::part(session, PartKind::Terminal);
    wrong.extend(opens(browser, &terminal, "played", width).await);
    // by keyboard to the last change; and where a text came up
    browser.tab_to("Last change").await;
    browser.says(&["Change before"]).await;
    browser.go(&format!("{terminal}&q=done")).await;
    browser.says(&["Found once", "done"]).await;
    wrong.extend(stands(browser, "played-found", width).await);
    wrong.extend(look_at(browser, "played", &[&format!("{terminal}&lines=0")], width).await);
    let (log, _) = plays::part(session, PartKind::Log);
    wrong.extend(opens(browser, &log, "played-log", width).await);
    wrong
}

#[tokio::test]
async fn a_session_is_watched_ended_and_played_on_pages_that_are_clean_and_fit() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let seed = enrol(&demo, "d.weber").await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 60).await;
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
    let running = counting(&demo, client).await;
    let session = gate::newest(&demo).await.unwrap();
    let mut browsers = Vec::new();
    let mut wrong = Vec::new();
    for (width, height) in [(1280, 900), (390, 844)] {
        let Some(browser) = Browser::open(&base, true, (width, height)).await else { return };
        browser.client.set_window_size(width, height).await.unwrap();
        forget_step(&demo, "d.weber").await;
        browser.sign_in("d.weber", PASSWORD, &seed.code_now().unwrap()).await;
        // The second one asks nothing any more: the session is open to the person, not to a window.
        if browsers.is_empty() {
            wrong.extend(as_it_runs(&browser, &session, width).await);
        } else {
            wrong.extend(look_at(&browser, "watched", &[&plays::page(&session)], width).await);
        }
        browsers.push((browser, width));
    }
    running.leaves().await;
    let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
    for (n, (browser, width)) in browsers.iter().enumerate() {
        if n == 0 {
            wrong.extend(as_it_was(browser, &session, *width).await);
            continue;
        }
        for kind in [PartKind::Terminal, PartKind::Log] {
            let (path, _) = plays::part(&session, kind);
            let paths = [path.clone(), format!("{path}&at=0:00.5"), format!("{path}&q=done&lines=0")];
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            wrong.extend(look_at(browser, "played", &paths, *width).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    demo.world.close().await;
}
