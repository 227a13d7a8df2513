//! Work in repeated shifts, as a turnaround needs it: asked for and approved once, through pages and acts, and
//! each shift confirmed by the area before anything begins in it. What somebody tries at the edges is the longer half.

use axum::http::StatusCode;
use plantgate_domain::{base::Kind, permit::grant::Grant};
use plantgate_store::{Stop, memory::Memory};
use plantgate_testkit::{demo::Demo, world::request};
use serde_json::{Value, json};

use super::{
    gateway::does,
    r#loop::{asks, graded_from_scratch as graded},
    messages::{about, told},
};

/// Five nights from Monday on, to look.
const NIGHTS: [(&str, &str); 11] = [
    ("engagement", "E-025"),
    ("system", "BMS-B61"),
    ("purpose", "maintain"),
    ("role", "view"),
    ("pattern", "gateway-unattended"),
    ("window", "shifts"),
    ("shifts_from", "16.11."),
    ("shifts_until", "2026-11-20"),
    ("hours_from", "22:00"),
    ("hours_until", "6:00"),
    ("reference", ""),
];

async fn no(demo: &Demo, who: &str, act: &str, body: Value) -> String {
    match demo.world.named(&demo.caller(who), act, body).await.unwrap_err() {
        Stop::Refused(no) => no.say.id.to_string(),
        Stop::Invalid(all) => all.first().map_or("", |i| i.why.id).to_owned(),
        other => format!("{other:?}"),
    }
}

/// Somebody begins under the grant, as the shift lead enters it: how it compares, and what stood in the way.
async fn begins(demo: &Demo, grant: &str, at: &str) -> (String, Vec<String>) {
    demo.world.set(at);
    let person = demo.person("l.ortega").to_string();
    let body = json!({ "instance": "BMS-B61", "person": person, "grant": grant });
    let done = does(demo, "d.weber", "start-session", body).await["done"].clone();
    let checks = done["decision"]["checks"].as_array().cloned().unwrap_or_default();
    let not =
        checks.iter().filter(|c| c["result"] == "not-passed").map(|c| c["say"]["id"].as_str().unwrap().to_owned());
    let session = json!({ "session": done["reference"], "how": "user" });
    does(demo, "d.weber", "end-session", session).await;
    (done["cover"].as_str().unwrap().to_owned(), not.collect())
}

async fn word(demo: &Demo, grant: &str) -> String {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Grant, grant).await.unwrap().unwrap();
    let (grant, now): (Grant, _) = (look.get(on).await.unwrap(), look.now().0);
    grant.word(now).to_owned()
}

/// Asked on a page by who would come, and approved by one of the area, once.
pub async fn given(demo: &Demo) -> String {
    let ortega = demo.sign_in("l.ortega").await;
    let query = NIGHTS.map(|(n, v)| format!("{n}={}", v.replace(' ', "+"))).join("&");
    let form = ortega.get(&format!("/access/new?{query}")).await.words();
    for want in ["5 shifts, 22:00–06:00", "Would go to people for approval", "Shifts of 8 h"] {
        assert!(form.contains(want), "{}: {want}: {form}", demo.world.engine);
    }
    let (name, page) = asks(&ortega, &NIGHTS).await;
    let page = page.words();
    assert!(page.contains("waits for approval") && page.contains("5 shifts, 22:00–06:00"), "{page}");
    let keller = demo.sign_in("anna.keller").await;
    let decide = keller.get(&format!("/access/requests/{name}/approve")).await.words();
    assert!(decide.contains("5 shifts, 22:00–06:00") && decide.contains("Shifts of 8 h"), "{decide}");
    let done = does(demo, "anna.keller", "approve-access", json!({ "request": name })).await;
    done["done"]["grant_reference"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn shifts_are_approved_once_and_each_is_confirmed_by_the_area() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        graded(&demo).await;
        let grant = given(&demo).await;
        // before the first shift nothing begins, and it is said when the first one does
        let (cover, why) = begins(&demo, &grant, "2026-11-16T12:00:00Z").await;
        assert_eq!(
            (cover.as_str(), why),
            ("unmatched", vec!["check-grant-no-shift".into(), "check-shift-next".into()])
        );
        called(&demo, 0).await;
        let shift = |n: u32| json!({ "grant": grant, "shift": n });
        assert_eq!(no(&demo, "anna.keller", "confirm-shift", shift(1)).await, "refuse-shift-early", "{engine}");
        // in it, nobody has confirmed it yet
        let (cover, why) = begins(&demo, &grant, "2026-11-16T21:00:00Z").await;
        let want = vec!["check-grant-no-shift".to_owned(), "check-shift-unconfirmed".into()];
        assert_eq!((cover.as_str(), &why), ("unmatched", &want), "{engine}");
        // whoever can say that it may begin is told that it waits; the firm is not
        called(&demo, 1).await;
        // neither who would come in, nor the firm, nor another function, nor another site says that it may begin
        for who in ["l.ortega", "i.campos", "chen.wei", "m.okafor", "li.na"] {
            let tried = no(&demo, who, "confirm-shift", shift(1)).await;
            let refused = ["NotFound", "stop-no-power", "invalid-unknown"].contains(&tried.as_str());
            assert!(refused, "{engine}: {who}: {tried}");
        }
        by_page(&demo, &grant).await;
        assert_eq!(word(&demo, &grant).await, "active", "{engine}");
        let (cover, _) = begins(&demo, &grant, "2026-11-16T21:30:00Z").await;
        assert_eq!(cover, "covered", "{engine}");
        // to its last second, and not one more
        assert_eq!(begins(&demo, &grant, "2026-11-17T04:59:59Z").await.0, "covered", "{engine}");
        let (cover, why) = begins(&demo, &grant, "2026-11-17T05:00:01Z").await;
        assert_eq!(
            (cover.as_str(), why.last().map(String::as_str)),
            ("unmatched", Some("check-shift-next")),
            "{engine}"
        );
        // yesterday's word opens nothing tonight, and nobody gives it again
        assert_eq!(begins(&demo, &grant, "2026-11-17T21:00:00Z").await, ("unmatched".into(), want), "{engine}");
        called(&demo, 2).await;
        assert_eq!(no(&demo, "d.weber", "confirm-shift", shift(1)).await, "refuse-shift-over", "{engine}");
        assert_eq!(no(&demo, "d.weber", "confirm-shift", shift(3)).await, "refuse-shift-early", "{engine}");
        assert_eq!(no(&demo, "d.weber", "confirm-shift", shift(6)).await, "refuse-shift-number", "{engine}");
        does(&demo, "d.weber", "confirm-shift", shift(2)).await;
        called(&demo, 2).await;
        assert_eq!(no(&demo, "anna.keller", "confirm-shift", shift(2)).await, "refuse-shift-confirmed", "{engine}");
        assert_eq!(begins(&demo, &grant, "2026-11-17T21:05:00Z").await.0, "covered", "{engine}");
        taken(&demo, &grant).await;
        demo.world.close().await;
    }
}

/// How often the shift lead was called to a shift that waits, and nobody of the firm ever.
async fn called(demo: &Demo, count: usize) {
    told(demo).await;
    for (who, count) in [("d.weber", count), ("l.ortega", 0), ("i.campos", 0), ("m.okafor", 0)] {
        assert_eq!(about(demo, who, "shift-waits").await, count, "{}: {who}", demo.world.engine);
    }
}

/// The page of the grant shows the shifts and offers this one, to the area alone.
async fn by_page(demo: &Demo, grant: &str) {
    let at = format!("/access/grants/{grant}");
    let theirs = demo.sign_in("l.ortega").await.get(&at).await.words();
    assert!(theirs.contains("waits for the area") && !theirs.contains("Confirm this shift"), "{theirs}");
    let keller = demo.sign_in("anna.keller").await;
    let page = keller.get(&at).await.words();
    for want in ["Confirm this shift", "waits for the area", "to come"] {
        assert!(page.contains(want), "{}: {want}: {page}", demo.world.engine);
    }
    let id = request().to_string();
    let sent = keller.form(&format!("{at}/shift"), &[("request_id", &id), ("shift", "1")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}: {}", demo.world.engine, sent.words());
    let page = keller.get(&at).await.words();
    assert!(page.contains("confirmed by Anna Keller, control engineer") && page.contains("may begin"), "{page}");
    assert!(!page.contains("Confirm this shift") && !page.contains("More time"), "{page}");
    let now = keller.get("/now").await;
    assert_eq!(now.status, StatusCode::OK, "{}", now.words());
}

/// More time is another yes, and what is taken away is away in every shift.
async fn taken(demo: &Demo, grant: &str) {
    let longer = json!({ "grant": grant, "until": "2026-11-22T05:00:00Z" });
    assert_eq!(no(demo, "anna.keller", "extend-grant", longer).await, "refuse-extension-campaign");
    does(demo, "d.weber", "revoke-grant", json!({ "grant": grant, "reason": "The turnaround is over." })).await;
    demo.world.set("2026-11-18T21:00:00Z");
    assert_eq!(no(demo, "d.weber", "confirm-shift", json!({ "grant": grant, "shift": 3 })).await, "refuse-grant-over");
    assert_eq!(begins(demo, grant, "2026-11-18T21:00:00Z").await.0, "unmatched");
}

#[tokio::test]
async fn what_is_beyond_six_weeks_or_the_cap_is_refused_and_what_is_no_campaign_is_told() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        graded(&demo).await;
        let ask = |purpose: &str, until: &str, hours: (&str, &str)| {
            json!({ "engagement": "E-025", "instance": "BMS-B61", "environment": "prod", "roles": ["view"],
                "purpose": purpose, "pattern": "gateway-unattended", "window": { "is": "shifts", "window": {
                "first_day": "2026-11-17", "last_day": until, "hours_from": hours.0, "hours_until": hours.1 } } })
        };
        let day = ("08:00", "12:00");
        for (purpose, until, hours, state, say) in [
            // six weeks to the day, and one day more
            ("collect", "2026-12-28", day, "awaiting-approval", "check-shifts-within"),
            ("collect", "2026-12-29", day, "refused", "check-shifts-days-over"),
            // the cap of its purpose is four hours
            ("collect", "2026-11-17", ("08:00", "12:01"), "refused", "check-shifts-over"),
        ] {
            let done = does(&demo, "l.ortega", "request-access", ask(purpose, until, hours)).await["done"].clone();
            let checks = done["decision"]["checks"].as_array().unwrap();
            let check = checks.iter().find(|c| c["key"] == "length-within-cap").unwrap();
            assert_eq!((&done["state"], &check["say"]["id"]), (&json!(state), &json!(say)), "{engine}: {until}");
        }
        for (purpose, until, hours, why) in [
            ("emergency", "2026-11-17", day, "invalid-shifts-emergency"),
            ("collect", "2026-11-16", day, "invalid-shifts-order"),
            ("collect", "2027-11-16", day, "invalid-shifts-days"),
            ("collect", "2026-11-17", ("noon", "12:00"), "invalid-no-clock"),
            ("collect", "2026-11-17", ("24:00", "06:00"), "invalid-no-clock"),
        ] {
            let tried = no(&demo, "l.ortega", "request-access", ask(purpose, until, hours)).await;
            assert_eq!(tried, why, "{engine}: {purpose} {until}");
        }
        // a window that was given once has no shifts to confirm
        let grant = super::gateway::emergency(&demo, 60).await;
        let tried = no(&demo, "anna.keller", "confirm-shift", json!({ "grant": grant, "shift": 1 })).await;
        assert_eq!(tried, "refuse-shift-none", "{engine}");
        demo.world.close().await;
    }
}
