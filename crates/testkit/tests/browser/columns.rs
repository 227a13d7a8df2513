//! Columns that a reader takes away: by links in the URL, without scripts, and back again.

use plantgate_testkit::{
    browser::{Browser, serve},
    demo::Demo,
    world::World,
};

use super::{PASSWORD, enrol, forget_step, look_at};

/// Heads, and cells of the first row, that a reader sees, by their places.
const SEEN: &str = "
    const seen = (e) => getComputedStyle(e).display !== 'none';
    const places = (row) => [...row.children].map((e, n) => seen(e) ? n : -1).filter((n) => n >= 0).join(' ');
    const table = document.querySelector('table.tbl');
    return [places(table.tHead.rows[0]), places(table.tBodies[0].rows[0]), table.tHead.innerText];";

async fn seen(browser: &Browser) -> (String, String, String) {
    let found = browser.client.execute(SEEN, Vec::new()).await.unwrap();
    serde_json::from_value(found).unwrap()
}

#[tokio::test]
async fn a_column_goes_and_comes_by_keyboard_without_scripts_and_the_url_says_which() {
    let demo = Demo::on(World::sqlite().await).await;
    let base = serve(&demo.world).await;
    let seed = enrol(&demo, "m.okafor").await;
    let Some(browser) = Browser::open(&base, false, (1_280, 900)).await else { return };
    browser.sign_in("m.okafor", PASSWORD, &seed.code_now().unwrap()).await;
    // given a list with its filter and order
    browser.go("/systems?env=prod&sort=name").await;
    let whole = seen(&browser).await;
    assert_eq!(whole.0, whole.1, "each head has its cell");
    let heads = whole.0.split(' ').count();
    // when a column is taken away by keyboard
    browser.tab_to("Columns").await;
    browser.tab_to("☑").await;
    // then it is away with its cells, the rest of the URL stands, and only the link brings it back
    let less = seen(&browser).await;
    assert_eq!((less.0.split(' ').count(), &less.0), (heads - 1, &less.1));
    assert!(whole.2.contains("Zone") && !less.2.contains("Zone"), "{less:?}");
    assert!(browser.words().await.contains("Not shown: Zone."), "{}", browser.words().await);
    let at = browser.at().await;
    assert!(at.contains("env=prod") && at.contains("sort=name") && at.ends_with("hide=zone"), "{at}");
    browser.tab_to("Columns").await;
    browser.tab_to("☐").await;
    assert_eq!(seen(&browser).await, whole);
    // and on a phone, where a row is a card, it is away too, with the same URL
    browser.window(390, 844).await;
    browser.go("/systems?env=prod&sort=name&hide=zone").await;
    let phone = seen(&browser).await;
    assert!(!phone.1.split(' ').any(|place| !less.1.split(' ').any(|p| p == place)), "{phone:?} {less:?}");
    assert!(!browser.overflows().await);
    // a URL that names no column, or the first one, takes nothing away
    browser.window(1_280, 900).await;
    browser.go("/systems?env=prod&sort=name&hide=system.colour").await;
    assert_eq!(seen(&browser).await, whole);
    // where scripts run, the list with less is clean to axe and fits at both widths
    forget_step(&demo, "m.okafor").await;
    let Some(eyes) = Browser::open(&base, true, (1_280, 900)).await else { return };
    eyes.sign_in("m.okafor", PASSWORD, &seed.code_now().unwrap()).await;
    for (width, height) in [(1_280, 900), (390, 844)] {
        eyes.window(width, height).await;
        assert_eq!(look_at(&eyes, "columns", &[at.as_str()], width).await, Vec::<String>::new());
    }
}
