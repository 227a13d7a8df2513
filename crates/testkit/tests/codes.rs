//! Sheets of codes for gateways that are cut off: who issues and withdraws one, who sees its codes and for how
//! long, and that the codes themselves stand nowhere.

use axum::http::{StatusCode, header};
use plantgate_domain::base::Kind;
use plantgate_store::memory::Memory;
use plantgate_testkit::{demo::Demo, door::Door};
use serde_json::{Value, json};

use super::gateway::does;

fn sheet(gateway: &str, codes: u32, days: u32) -> Value {
    json!({ "site": "BRU", "gateway": gateway, "codes": codes, "days": days, "reason": "For when the line is dead." })
}

/// Issues a sheet of three codes for a gateway.
pub async fn issued(demo: &Demo, gateway: &str) -> String {
    does(demo, "m.okafor", "issue-codes", sheet(gateway, 3, 90)).await["done"].as_str().unwrap().to_owned()
}

async fn no(demo: &Demo, who: &str, act: &str, body: Value) -> String {
    format!("{:?}", demo.world.named(&demo.caller(who), act, body).await.unwrap_err())
}

async fn passes(demo: &Demo, secs: i64) {
    let now = demo.world.app.store().look().await.unwrap().now().0;
    demo.world.clock.set(now.plus_secs(secs));
}

/// Codes of a sheet that a page shows.
async fn shown(door: &Door, demo: &Demo, id: &str) -> (StatusCode, usize, String) {
    let page = door.get(&format!("/sites/BRU/codes/{id}")).await;
    let all = demo.world.app.sheet_codes(id.parse().unwrap(), 3).unwrap();
    let stored = page.headers.get(header::CACHE_CONTROL).and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert!(page.status == StatusCode::NOT_FOUND || stored == "no-store", "{stored}");
    (page.status, all.iter().filter(|code| page.body.contains(code.as_str())).count(), page.words())
}

#[tokio::test]
async fn who_issued_a_sheet_sees_its_codes_for_a_quarter_of_an_hour_and_nobody_else_does() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        // given a site without a sheet, then it is said what is missing
        let keeps = demo.sign_in("m.okafor").await;
        let page = keeps.get("/sites/BRU/codes").await;
        assert!(page.words().contains("No sheet lies here"), "{engine}: {}", page.words());
        // whoever does not keep accounts issues none, and finds no such page
        assert!(
            no(&demo, "d.weber", "issue-codes", sheet("hall-3", 3, 90)).await.contains("stop-no-power"),
            "{engine}"
        );
        let tried = no(&demo, "i.campos", "issue-codes", sheet("hall-3", 3, 90)).await;
        assert!(tried.contains("NotFound") || tried.contains("stop-no-power"), "{engine}: {tried}");
        let id = issued(&demo, "hall-3").await;
        for other in ["d.weber", "i.campos"] {
            let door = demo.sign_in(other).await;
            assert_eq!(door.get("/sites/BRU/codes").await.status, StatusCode::NOT_FOUND, "{engine}: {other}");
            assert_eq!(shown(&door, &demo, &id).await.0, StatusCode::NOT_FOUND, "{engine}: {other}");
        }
        // who issued it sees them, with their numbers and the gateway they are for
        let page = keeps.get("/sites/BRU/codes").await;
        assert!(page.body.contains(&format!("/sites/BRU/codes/{id}")) && page.words().contains("hall-3"), "{engine}");
        let (status, codes, words) = shown(&keeps, &demo, &id).await;
        assert_eq!((status, codes), (StatusCode::OK, 3), "{engine}: {words}");
        assert!(words.contains("hall-3") && words.contains("crossed out"), "{engine}: {words}");
        // and they stand nowhere: neither in the page of the site nor in its entries
        let code = demo.world.app.sheet_codes(id.parse().unwrap(), 3).unwrap()[0].to_string();
        for path in ["/register/site/BRU", "/register/site/BRU/history", "/api/v1/things/site/BRU", "/sites/BRU/codes"]
        {
            let page = keeps.get(path).await;
            assert!(!page.body.contains(&code) && !page.body.contains(&code.replace('-', "")), "{engine}: {path}");
        }
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        for entry in tx.all("select body from entry order by seq", &[]).await.unwrap() {
            let body = String::from_utf8_lossy(&entry.bytes(0).unwrap()).into_owned();
            assert!(!body.contains(&code) && !body.contains(&code.replace('-', "")), "{engine}: {body}");
        }
        drop(tx);
        // when a quarter of an hour is over, then the envelope alone has them, and it is said what to do
        passes(&demo, 15 * 60).await;
        let keeps = demo.sign_in("m.okafor").await;
        let (status, codes, words) = shown(&keeps, &demo, &id).await;
        assert_eq!((status, codes), (StatusCode::FORBIDDEN, 0), "{engine}");
        assert!(words.contains("issue a new sheet"), "{engine}: {words}");
        assert!(!keeps.get("/sites/BRU/codes").await.body.contains(&format!("codes/{id}")), "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_gateway_has_one_sheet_and_what_is_none_is_refused_with_its_place() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        for (odd, why) in [
            (sheet("Hall 3", 3, 90), "invalid-gateway-name"),
            (sheet("", 3, 90), "invalid-gateway-name"),
            (sheet("0123456789abcdef", 3, 90), "invalid-gateway-name"),
            (sheet("hall-3", 0, 90), "invalid-sheet-codes"),
            (sheet("hall-3", 41, 90), "invalid-sheet-codes"),
            (sheet("hall-3", 3, 0), "invalid-sheet-days"),
            (sheet("hall-3", 3, 366), "invalid-sheet-days"),
        ] {
            let tried = no(&demo, "m.okafor", "issue-codes", odd).await;
            assert!(tried.contains(why), "{engine}: {why}: {tried}");
        }
        // when another one is issued for the same gateway, then the first opens nothing; another gateway's stays
        let (first, other) = (issued(&demo, "hall-3").await, issued(&demo, "hall-4").await);
        passes(&demo, 60).await;
        let second = issued(&demo, "hall-3").await;
        let mut look = demo.world.app.store().look().await.unwrap();
        let on = plantgate_app::names::find(&mut look, Kind::Site, "BRU").await.unwrap().unwrap();
        let site: plantgate_domain::expect::site::Site = look.get(on).await.unwrap();
        let now = look.now().0;
        let good = |gateway: &str| site.sheets_of(gateway, now).next().map(|s| s.id.to_string());
        assert_eq!((good("hall-3"), good("hall-4")), (Some(second.clone()), Some(other)), "{engine}");
        drop(look);
        let keeps = demo.sign_in("m.okafor").await;
        assert_eq!(shown(&keeps, &demo, &first).await.0, StatusCode::FORBIDDEN, "{engine}");
        // one that is withdrawn opens nothing either, is withdrawn once, and by nobody without the power
        let gone = json!({ "site": "BRU", "sheet": second, "reason": "The envelope was open." });
        assert!(no(&demo, "d.weber", "withdraw-codes", gone.clone()).await.contains("stop-no-power"), "{engine}");
        does(&demo, "m.okafor", "withdraw-codes", gone.clone()).await;
        assert_eq!(shown(&keeps, &demo, &second).await.0, StatusCode::FORBIDDEN, "{engine}");
        assert!(no(&demo, "m.okafor", "withdraw-codes", gone).await.contains("refuse-sheet-withdrawn"), "{engine}");
        for odd in ["x", "00000000-0000-0000-0000-000000000001"] {
            let body = json!({ "site": "BRU", "sheet": odd, "reason": "None." });
            assert!(no(&demo, "m.okafor", "withdraw-codes", body).await.contains("refuse-sheet-unknown"), "{engine}");
        }
        let page = keeps.get("/sites/BRU/codes").await.words();
        assert!(page.contains("withdrawn") && page.contains("good"), "{engine}: {page}");
        demo.world.close().await;
    }
}

/// Issues one for emergencies, agreed with the shift lead.
pub async fn issued_for_emergencies(demo: &Demo, gateway: &str) -> String {
    let mut body = for_emergencies(gateway);
    body["second"] = json!(demo.person("d.weber").to_string());
    does(demo, "m.okafor", "issue-codes", body).await["done"].as_str().unwrap().to_owned()
}

/// A sheet for emergencies of an engagement; who agreed is left to say.
fn for_emergencies(gateway: &str) -> Value {
    let mut body = sheet(gateway, 3, 90);
    body["engagement"] = json!("E-025");
    body["roles"] = json!(["operate", "configure"]);
    body
}

#[tokio::test]
async fn a_sheet_for_emergencies_is_agreed_by_somebody_who_may_open_one_and_says_so_on_paper() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let second = demo.person("d.weber").to_string();
        let with = |changes: Value| {
            let mut body = for_emergencies("hall-3");
            body["second"] = json!(second);
            for (key, value) in changes.as_object().unwrap() {
                body[key] = value.clone();
            }
            body
        };
        for (odd, field, why) in [
            (with(json!({ "engagement": null })), "roles", "invalid-sheet-approved"),
            (with(json!({ "engagement": " ", "roles": [] })), "second", "invalid-sheet-approved"),
            (with(json!({ "roles": [] })), "roles", "invalid-sheet-roles"),
            (with(json!({ "roles": ["administer"] })), "roles", "invalid-sheet-roles-outside"),
            (with(json!({ "second": null })), "second", "invalid-second-missing"),
            (with(json!({ "second": demo.person("m.okafor").to_string() })), "", "stop-second-is-author"),
            (with(json!({ "second": demo.person("l.ortega").to_string() })), "", "stop-second-has-no-power"),
            (with(json!({ "engagement": "E-999" })), "engagement", ""),
        ] {
            let tried = no(&demo, "m.okafor", "issue-codes", odd).await;
            assert!(tried.contains(why) && tried.contains(field), "{engine}: {field} {why}: {tried}");
        }
        // when it is issued beside a sheet for approved work, then both are good
        let approved = issued(&demo, "hall-3").await;
        let id = does(&demo, "m.okafor", "issue-codes", with(json!({}))).await["done"].as_str().unwrap().to_owned();
        let keeps = demo.sign_in("m.okafor").await;
        let (_, codes, words) = shown(&keeps, &demo, &id).await;
        assert_eq!(codes, 3, "{engine}");
        for part in
            ["Codes for emergencies", "E-025", "operate, configure", "nobody as it is now", "call the firm back"]
        {
            assert!(words.contains(part), "{engine}: {part}: {words}");
        }
        assert!(!shown(&keeps, &demo, &approved).await.2.contains("emergenc"), "{engine}");
        let page = keeps.get("/sites/BRU/codes").await.words();
        for part in ["emergencies: ", "approved work", "agreed with"] {
            assert!(page.contains(part), "{engine}: {part}: {page}");
        }
        assert!(!page.contains("withdrawn,"), "{engine}: {page}");
        demo.world.close().await;
    }
}
