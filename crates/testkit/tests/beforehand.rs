//! Work approved beforehand, through pages and without a script (S5.1b): given on the engagement, said before a
//! request is sent and on the pages of what came of it, and taken back; a provider's people see none of the owner's
//! pages of it.

use axum::http::StatusCode;
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::request,
};

use super::r#loop::{ASK, asks, graded_from_scratch as graded};

const PATTERN: [(&str, &str); 14] = [
    ("engagement", "E-025"),
    ("instance", "BMS-B61"),
    ("most_roles", "view"),
    ("most_roles", "configure"),
    ("purposes", "maintain"),
    ("pattern", "gateway-unattended"),
    ("longest_minutes", "120"),
    ("weekdays", "mon"),
    ("weekdays", "tue"),
    ("hours_from", "06:00"),
    ("hours_until", "18:00"),
    ("last_day", "2026-12-20"),
    ("function", ""),
    ("attended", ""),
];

async fn does(door: &Door, act: &str, fields: &[(&str, &str)]) -> Reply {
    let id = request().to_string();
    let mut all = vec![("request_id", id.as_str())];
    all.extend_from_slice(fields);
    door.form(&format!("/do/{act}"), &all).await
}

#[tokio::test]
async fn work_is_approved_before_anybody_asks_and_taken_back() {
    for demo in Demo::both().await {
        graded(&demo).await;
        let keller = demo.sign_in("anna.keller").await;
        // given nothing is approved, the page says so and offers it to whom it is for
        let page = keller.get("/engagements/E-025").await;
        assert!(page.words().contains("Nothing is approved beforehand"), "{}", page.words());
        assert!(page.body.contains("/do/approve-beforehand?engagement=E-025"), "{}", demo.world.engine);
        let form = keller.get("/do/approve-beforehand?engagement=E-025").await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.words());
        for stranger in ["l.ortega", "i.campos", "chen.wei"] {
            let door = demo.sign_in(stranger).await;
            assert_eq!(door.get("/do/approve-beforehand?engagement=E-025").await.status, StatusCode::NOT_FOUND);
            assert_eq!(does(&door, "approve-beforehand", &PATTERN).await.status, StatusCode::NOT_FOUND, "{stranger}");
        }
        // Who signs in anew gets another way in, and the old one ends.
        let ortega = demo.sign_in("l.ortega").await;
        // a control engineer of another site has no say here
        let elsewhere = does(&demo.sign_in("li.na").await, "approve-beforehand", &PATTERN).await;
        assert_ne!(elsewhere.status, StatusCode::SEE_OTHER, "{}", elsewhere.words());
        // when she approves it, the page shows what, when, by whom, and that it stands
        let sent = does(&keller, "approve-beforehand", &PATTERN).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words());
        let page = keller.get("/engagements/E-025").await.words();
        for want in ["Stands", "at most 2 h", "Mon, Tue 06:00–18:00 (Europe/Berlin)", "Anna Keller, control engineer"]
        {
            assert!(page.contains(want), "{want}: {page}");
        }
        asked(&demo, &ortega, &keller).await;
        // taken back by another one who could have given it: from then on people are asked
        let named = [("engagement", "E-025"), ("beforehand", "1")];
        let sent = does(&demo.sign_in("m.okafor").await, "withdraw-beforehand", &named).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words());
        assert!(keller.get("/engagements/E-025").await.words().contains("Taken back"));
        let (_, page) = asks(&ortega, &ASK).await;
        assert!(page.words().contains("waits for approval"), "{}", page.words());
        demo.world.close().await;
    }
}

/// What fits is said before it is sent and on every page of it; a minute more waits for people.
async fn asked(demo: &Demo, ortega: &Door, keller: &Door) {
    let query = ASK.map(|(n, v)| format!("{n}={}", v.replace(' ', "+"))).join("&");
    let said = "Would be granted at once, nobody is asked: approved beforehand by Anna Keller (number 1 of E-025)";
    let form = ortega.get(&format!("/access/new?{query}")).await.words();
    assert!(form.contains(said), "{form}");
    let fragment = ortega.get(&format!("/access/new/checks?{query}")).await.words();
    assert!(fragment.contains(said), "{fragment}");
    let longer = query.replace("16:00", "16:01");
    let waits = ortega.get(&format!("/access/new?{longer}")).await.words();
    assert!(!waits.contains(said) && waits.contains("Would go to people for approval"), "{waits}");
    let (name, page) = asks(ortega, &ASK).await;
    let words = page.words();
    for want in ["is granted", "Approved beforehand, number 1 of E-025", "Anna Keller, control engineer"] {
        assert!(words.contains(want), "{want}: {words}");
    }
    let theirs = page.body.contains("/engagements/E-025");
    assert!(!theirs, "a provider's person gets no link to a page of the owner's side");
    let ours = keller.get(&format!("/access/requests/{name}")).await;
    assert!(ours.body.contains("/engagements/E-025#beforehand"), "{}: {}", demo.world.engine, ours.words());
    let at = ours.body.find("/access/grants/").expect("the grant stands on the page of the request");
    let grant = ours.body[at..].split('"').next().unwrap().to_owned();
    let grant = keller.get(&grant).await.words();
    assert!(grant.contains("Approved beforehand, number 1 of E-025"), "{grant}");
}
