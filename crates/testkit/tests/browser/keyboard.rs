//! Every form by Tab alone: each control is reached in the order of the page, its focus is seen, nothing traps, Enter
//! on its button sends it, Escape closes a menu; and axe finds nothing there, at both widths.

use axum::http::StatusCode;
use fantoccini::{
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
};
use plantgate_app::acts::NAMES;
use plantgate_domain::event::qualify::OwnerRole;
use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};
use serde_json::{Value, json};

use super::{PASSWORD, enrol};

/// Pages whose forms are their own.
const OURS: &[&str] = &[
    "/access/new?engagement=E-025&system=BMS-B61",
    "/access/emergency",
    "/admin/import",
    "/admin/modes",
    "/admin/rules",
    "/admin/users",
    "/admin/users/N-101",
    "/engagements/E-025",
    "/engagements/E-025/scope",
    "/engagements/E-025/tier?site=BRU",
    "/evidence/requests/new?engagement=E-025",
    "/findings/new",
    "/findings/F-0231",
    "/review/trail",
    "/find?q=bms",
    "/me",
    "/settings",
    "/systems",
];
const THEIRS: &[&str] = &["/owe", "/owe/REQ-0577/upload", "/our-people", "/me", "/settings"];

/// The pages that this person may open, of those and of the forms of all acts.
async fn forms(demo: &Demo, who: &str, pages: &[&str]) -> Vec<String> {
    let door = demo.sign_in(who).await;
    let mut paths: Vec<String> = pages.iter().map(|p| (*p).to_owned()).collect();
    for path in &paths {
        assert_eq!(door.get(path).await.status, StatusCode::OK, "{who} {path}");
    }
    for act in NAMES {
        let path = format!("/do/{act}");
        if door.get(&path).await.status == StatusCode::OK {
            paths.push(path);
        }
    }
    paths
}

/// Presses one key many times at once.
async fn presses(browser: &Browser, key: Key, times: usize) {
    let value: char = key.into();
    let mut keys = KeyActions::new("keyboard".to_owned());
    for _ in 0..times {
        keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
    }
    browser.client.perform_actions(keys).await.unwrap();
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What is wrong with a page for somebody who only has Tab.
pub async fn tabs(browser: &Browser) -> Vec<String> {
    let needed = browser.client.execute(include_str!("keyboard.js"), Vec::new()).await.unwrap();
    presses(browser, Key::Tab, usize::try_from(needed.as_u64().unwrap()).unwrap()).await;
    let walked = browser.client.execute("return window.walked;", Vec::new()).await.unwrap();
    let (stops, mut met) = (texts(&walked["stops"]), texts(&walked["met"]));
    let mut wrong: Vec<String> =
        texts(&walked["unmarked"]).into_iter().map(|at| format!("the focus is not seen on {at}")).collect();
    met.dedup();
    // Behind the last control a browser begins again, or goes to its own.
    met.truncate(stops.len());
    let first = (0..stops.len()).find(|n| stops.get(*n) != met.get(*n));
    if let Some(n) = first {
        let (stop, at) = (&stops[n], met.get(n));
        wrong.push(format!("Tab leads to {at:?}, not to ‘{stop}’, {} of {} met", met.len(), stops.len()));
    }
    wrong
}

/// Whether Enter on the first button of each form of the page sends it, or says what is missing.
pub async fn enters(browser: &Browser) -> Vec<String> {
    let script = "window.sent = 0;
        const note = (event) => { event.preventDefault(); window.sent += 1; };
        document.addEventListener('submit', note, true);
        document.addEventListener('invalid', note, true);
        window.buttons = [...document.querySelectorAll('main form')].map((form) => form.querySelector(
            'button[type=submit], button:not([type])')).filter((at) => at && at.checkVisibility() && !at.disabled);
        return window.buttons.length;";
    let count = browser.client.execute(script, Vec::new()).await.unwrap().as_u64().unwrap();
    let mut wrong = Vec::new();
    // The first and the last stand for a page of many equal ones.
    for n in [0, count.saturating_sub(1)].into_iter().take(usize::try_from(count.min(2)).unwrap()) {
        let focus = "window.sent = 0; window.buttons[arguments[0]].focus();";
        browser.client.execute(focus, vec![json!(n)]).await.unwrap();
        presses(browser, Key::Enter, 1).await;
        let sent = browser.client.execute("return window.sent > 0;", Vec::new()).await.unwrap();
        if sent != json!(true) {
            wrong.push(format!("Enter on button {n} of {count} sends nothing"));
        }
    }
    wrong
}

/// Escape closes the menus of the page and leads back to what opened them.
async fn escapes(browser: &Browser) -> Vec<String> {
    let focus = "const at = document.querySelector('details.drop > summary'); if (at) at.focus(); return at !== null;";
    if browser.client.execute(focus, Vec::new()).await.unwrap() != json!(true) {
        return Vec::new();
    }
    presses(browser, Key::Enter, 1).await;
    presses(browser, Key::Tab, 1).await;
    let inside = "return document.activeElement.closest('details.drop[open] ul') !== null;";
    let opened = browser.client.execute(inside, Vec::new()).await.unwrap();
    presses(browser, Key::Escape, 1).await;
    let back = "return document.querySelector('details.drop[open]') === null
        && document.activeElement.matches('details.drop > summary');";
    let closed = browser.client.execute(back, Vec::new()).await.unwrap();
    let wrong = opened != json!(true) || closed != json!(true);
    if wrong { vec![format!("a menu: opened {opened}, closed again {closed}")] } else { Vec::new() }
}

async fn walks(base: &str, who: &str, code: &str, size: (u32, u32), paths: &[String]) -> Option<Vec<String>> {
    let browser = Browser::open(base, true, size).await?;
    browser.client.set_window_size(size.0, size.1).await.unwrap();
    browser.sign_in(who, PASSWORD, code).await;
    let mut wrong = Vec::new();
    for path in paths {
        browser.go(path).await;
        let mut found = browser.axe().await.unwrap_or_default();
        // The order of controls is that of the page at every width; it is walked once.
        if size.0 > 1000 {
            found.extend(tabs(&browser).await);
            found.extend(escapes(&browser).await);
            found.extend(enters(&browser).await);
        } else if browser.overflows().await {
            found.push("wider than its window".to_owned());
        }
        wrong.extend(found.into_iter().map(|what| format!("{who} {path} at {}: {what}", size.0)));
    }
    Some(wrong)
}

#[tokio::test]
async fn every_form_is_walked_by_tab_alone() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    // given somebody of ours with every function, so that one walk meets every form
    for role in OwnerRole::of_people() {
        let give = json!({ "person": "N-102", "role": role.as_str() });
        let answer = demo.world.named(&demo.caller("k.brandt"), "give-role", give).await;
        assert!(answer.is_ok() || role.as_str() == "ot-security", "{role}: {answer:?}");
    }
    let mut wrong = Vec::new();
    for (who, pages, least) in [("m.okafor", OURS, 60), ("i.campos", THEIRS, 8)] {
        let paths = forms(&demo, who, pages).await;
        assert!(paths.len() >= least, "only {} forms for {who}", paths.len());
        // A code counts once, so each width signs in with the next step's tolerance of its own.
        let seed = enrol(&demo, who).await;
        let code = seed.code_now().unwrap();
        let wide = walks(&base, who, &code, (1280, 900), &paths).await;
        let Some(wide) = wide else { return };
        super::forget_step(&demo, who).await;
        let code = seed.code_now().unwrap();
        wrong.extend(wide);
        wrong.extend(walks(&base, who, &code, (390, 844), &paths).await.unwrap_or_default());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The walk is held against a page that is wrong on purpose: a walk that finds nothing there proves nothing elsewhere.
#[tokio::test]
async fn a_walk_tells_a_skipped_control_and_a_focus_nobody_sees() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let code = enrol(&demo, "m.okafor").await.code_now().unwrap();
    let Some(browser) = Browser::open(&base, true, (1280, 900)).await else { return };
    browser.sign_in("m.okafor", PASSWORD, &code).await;
    browser.go("/findings/new").await;
    let spoil = "const sheet = new CSSStyleSheet();
        sheet.replaceSync(':focus-visible { outline: none !important; box-shadow: none !important; }');
        document.adoptedStyleSheets = [sheet];
        document.querySelector('main [name=engagement]').tabIndex = 1;";
    browser.client.execute(spoil, Vec::new()).await.unwrap();
    let wrong = tabs(&browser).await.join("\n");
    assert!(wrong.contains("the focus is not seen on"), "{wrong}");
    assert!(wrong.contains("Tab leads to") && wrong.contains("input engagement"), "{wrong}");
}
