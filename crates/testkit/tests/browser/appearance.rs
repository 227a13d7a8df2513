//! Pages as readers need them who see them otherwise: by night, with high contrast, zoomed to four times their size, in
//! a language whose words are longer. With `PLANTGATE_SHOTS=FOLDER` every page leaves a picture in both themes there.

use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};

use super::{PASSWORD, enrol, forget_step, pages, picture};

/// The demo plant with everything to see, its address, and every page by who reads it.
async fn plant() -> (Demo, String, Vec<(&'static str, Vec<String>)>) {
    let demo = Demo::on(World::sqlite().await).await;
    let ours = pages::ready(&demo).await;
    let base = serve(&demo.world).await;
    let theirs = pages::THEIRS.iter().map(|path| (*path).to_owned()).collect();
    (demo, base, vec![("m.okafor", ours), ("l.ortega", theirs)])
}

/// Somebody who has signed in, in a window of this size.
async fn comes(demo: &Demo, base: &str, who: &str, size: (u32, u32)) -> Option<Browser> {
    let browser = Browser::open(base, true, size).await?;
    let seed = enrol(demo, who).await;
    forget_step(demo, who).await;
    browser.sign_in(who, PASSWORD, &seed.code_now().unwrap()).await;
    Some(browser)
}

/// Name of a way to look, what the reader's machine asks then, and the rule that holds.
type Look = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// What the reader's machine asks, and the rule that holds then. Without motion: colours that are on their way to
/// others are none that anybody reads.
const ASKED: &[Look] = &[
    ("night", &[("prefers-color-scheme", "dark"), STILL], "color-contrast"),
    ("contrast", &[("prefers-contrast", "more"), STILL], "color-contrast-enhanced"),
    (
        "night-contrast",
        &[("prefers-color-scheme", "dark"), ("prefers-contrast", "more"), STILL],
        "color-contrast-enhanced",
    ),
];
const STILL: (&str, &str) = ("prefers-reduced-motion", "reduce");

#[tokio::test]
async fn colours_keep_their_contrast_by_night_and_where_more_is_asked() {
    let (demo, base, all) = plant().await;
    let mut wrong = Vec::new();
    for (who, paths) in all {
        let Some(browser) = comes(&demo, &base, who, (1280, 900)).await else { return };
        for path in ["/sign-in"].into_iter().chain(paths.iter().map(String::as_str)) {
            browser.go(path).await;
            for (name, asked, rule) in ASKED {
                browser.prefers(asked).await;
                if let Some(file) = picture(&format!("{who}-{name}"), path, 1280) {
                    browser.picture(&file).await;
                }
                let found = browser.axe_asked(&[rule]).await.unwrap_or_default();
                wrong.extend(found.iter().map(|found| format!("{path}, {name}: {found}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Makes every text on the page longer by two fifths, as German is beside English, and other languages beside German.
const LONGER: &str = "
    const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode, words = text.data.trim();
        if (!words || text.parentElement.closest('code, time, kbd, [translate=no]')) continue;
        text.data = text.data.trimEnd() + ' ' + 'lengthened '.repeat(9).slice(0, Math.ceil(words.length * 0.4));
    }";
/// Controls and headings whose words are cut off: wider inside than they are.
const CUT: &str = "
    return [...document.querySelector('main').querySelectorAll('h1, h2, h3, button, .btn, label, legend, th')]
        .filter(e => e.scrollWidth > e.clientWidth + 1 && !e.closest('.vh')
            && !['inline', 'contents'].includes(getComputedStyle(e).display)
            && getComputedStyle(e).overflowX !== 'visible')
        .map(e => e.outerHTML.slice(0, 120));";

#[tokio::test]
async fn pages_hold_longer_words_and_four_times_their_size() {
    let (demo, base, all) = plant().await;
    let mut wrong = Vec::new();
    for (who, paths) in all {
        let Some(browser) = comes(&demo, &base, who, (1280, 1024)).await else { return };
        for path in ["/sign-in"].into_iter().chain(paths.iter().map(String::as_str)) {
            // given a window of 1280 by 1024 at 400 %, then nothing has to be dragged sideways (WCAG 1.4.10)
            browser.window(320, 256).await;
            browser.go(path).await;
            if browser.overflows().await {
                wrong.push(format!("{path} at 400 %: wider than its window"));
            }
            // given words longer by two fifths, then the page still fits, and none is cut off
            for width in [390, 1280] {
                browser.window(width, 900).await;
                browser.go(path).await;
                browser.client.execute(LONGER, Vec::new()).await.unwrap();
                if let Some(file) = picture(&format!("{who}-longer"), path, width) {
                    browser.picture(&file).await;
                }
                if browser.overflows().await {
                    wrong.push(format!("{path} at {width}, longer words: wider than its window"));
                }
                let cut = browser.client.execute(CUT, Vec::new()).await.unwrap();
                for at in cut.as_array().unwrap() {
                    wrong.push(format!("{path} at {width}, longer words: cut off in {at}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
