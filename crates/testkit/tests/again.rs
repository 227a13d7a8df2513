//! Asking again for the same in three acts, through pages and without a script (S5.1b): offered to its own person, the
//! form filled but for the times and the reference, what is not as it was said in words, and the approver told how the
//! new one differs from the one that was approved.

use axum::http::StatusCode;
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::request,
};

use super::r#loop::{ASK, asks, graded_from_scratch as graded};

/// What the form has in a field, as a browser would send it.
fn value(page: &Reply, name: &str) -> String {
    let at = page.body.find(&format!("id=\"f-{name}\"")).unwrap_or_else(|| panic!("no field {name}: {}", page.body));
    let rest = &page.body[at..];
    let tag = &rest[..rest.find('>').unwrap()];
    let from = tag.find("value=\"").unwrap_or_else(|| panic!("no value of {name}: {tag}")) + 7;
    tag[from..].split('"').next().unwrap().to_owned()
}

async fn approved(demo: &Demo, name: &str) {
    let body = serde_json::json!({ "request": name });
    let done = demo.world.named(&demo.caller("anna.keller"), "approve-access", body).await.unwrap();
    assert_eq!(done["done"]["state"], "approved", "{done}");
}

async fn sends(door: &Door, fields: &[(&str, &str)]) -> Reply {
    let id = request().to_string();
    let mut all = vec![("request_id", id.as_str())];
    all.extend_from_slice(fields);
    door.form("/access/requests", &all).await
}

#[tokio::test]
async fn a_request_is_asked_for_again_in_three_acts() {
    for demo in Demo::both().await {
        // given Verdano is Good and a request of L. Ortega was approved
        let ortega = demo.sign_in("l.ortega").await;
        graded(&demo).await;
        let (first, _) = asks(&ortega, &ASK).await;
        assert!(!ortega.get("/access/new").await.body.contains(&format!("?repeat={first}")), "it waits only");
        approved(&demo, &first).await;
        // then its page and the form offer it to her, and to nobody else
        let href = format!("/access/new?repeat={first}");
        let page = ortega.get(&format!("/access/requests/{first}")).await;
        assert!(page.body.contains(&href) && page.words().contains("Ask again for the same"), "{}", page.words());
        assert!(ortega.get("/access/new").await.body.contains(&href), "{}", demo.world.engine);
        for who in ["anna.keller", "i.campos", "m.okafor"] {
            let door = demo.sign_in(who).await;
            let page = door.get(&format!("/access/requests/{first}")).await;
            assert_eq!(page.status, StatusCode::OK, "{who}");
            assert!(!page.body.contains(&href), "{who}: {}", page.words());
            assert_eq!(door.get(&href).await.status, StatusCode::NOT_FOUND, "{who}");
        }
        assert_eq!(demo.sign_in("chen.wei").await.get(&href).await.status, StatusCode::NOT_FOUND);
        // the form comes filled: a beginning is proposed, the length is as it was, the change stands still
        let form = ortega.get(&href).await;
        assert!(form.words().contains(&format!("The same as {first}")), "{}", form.words());
        assert_eq!(form.hidden("repeats"), first);
        let filled = ["from", "until", "length", "reference"].map(|name| value(&form, name));
        assert_eq!(filled, ["2026-11-16 09:00", "", "2 h", "CHG-0431"]);
        assert_eq!(form.body.matches("data-check=\"").count(), 21, "the decision is shown beside it");
        // Who signs in anew gets another way in, and the old one ends.
        let keller = demo.sign_in("anna.keller").await;
        asked_again(&ortega, &keller, &first).await;
        demo.world.close().await;
    }
}

/// She changes the beginning and the length and sends it; whoever decides reads what differs.
async fn asked_again(ortega: &Door, keller: &Door, first: &str) {
    let same: Vec<_> = ASK.into_iter().filter(|(n, _)| !["from", "until"].contains(n)).collect();
    let new = [("from", "16.11. 15:00"), ("until", ""), ("length", "1 h"), ("repeats", first)];
    let sent = sends(ortega, &[&same[..], &new[..]].concat()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words());
    let path = sent.location().split('?').next().unwrap().to_owned();
    let decide = keller.get(&format!("{path}/approve")).await.words();
    let said = format!("The same as {first}, approved by Anna Keller on");
    assert!(decide.contains(&said) && decide.contains("Length: 2 h then, 1 h now"), "{decide}");
    assert!(!decide.contains("Rights: "), "{decide}");
    // a length nobody can read is said at its field, and nothing is sent
    let wrong = [("from", "16.11. 15:00"), ("until", ""), ("length", "a while"), ("repeats", first)];
    let sent = sends(ortega, &[&same[..], &wrong[..]].concat()).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sent.body.contains("id=\"f-length-e\""), "{}", sent.words());
    assert_eq!(sent.hidden("repeats"), first, "what it repeats is kept");
}

#[tokio::test]
async fn what_is_no_longer_allowed_is_said_and_not_dropped() {
    for demo in Demo::both().await {
        graded(&demo).await;
        let (first, _) = asks(&demo.sign_in("l.ortega").await, &ASK).await;
        approved(&demo, &first).await;
        // given the year is over, and with it her training; the change is done
        demo.world.set("2027-01-11T07:30:00Z");
        let form = demo.sign_in("l.ortega").await.get(&format!("/access/new?repeat={first}")).await;
        // then the form says so above everything that is as it was
        let words = form.words();
        let lost = words.split("No longer as it was").nth(1).unwrap_or_else(|| panic!("nothing is said: {words}"));
        let lost = lost.split("Engagement").next().unwrap();
        assert!(lost.contains("31 Dec 2026"), "{lost}");
        assert_eq!(value(&form, "reference"), "", "a change that is over is no reference for new work");
        // and a day after the ninetieth it is no longer offered
        demo.world.set("2027-02-16T07:30:00Z");
        let late = demo.sign_in("l.ortega").await;
        assert!(!late.get("/access/new").await.body.contains(&format!("?repeat={first}")));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_report_of_a_site_says_how_long_a_yes_takes_or_that_there_is_no_figure() {
    for demo in Demo::both().await {
        let brandt = demo.sign_in("k.brandt").await;
        let site =
            serde_json::json!({ "reference": "NEU", "name": "Neustadt", "zone": "Europe/Berlin", "country": "DE" });
        demo.world.named(&demo.caller("k.brandt"), "register-site", site).await.unwrap();
        let empty = brandt.get("/sites/NEU/report").await.words();
        assert!(empty.contains("Median time from request to approval in 30 days: no figure yet."), "{empty}");
        graded(&demo).await;
        let (first, _) = asks(&demo.sign_in("l.ortega").await, &ASK).await;
        approved(&demo, &first).await;
        let report = demo.sign_in("anna.keller").await.get("/sites/BRU/report").await.words();
        assert!(report.contains("Median time from request to approval in 30 days: "), "{report}");
        assert!(!report.contains("no figure yet"), "{report}");
        demo.world.close().await;
    }
}
