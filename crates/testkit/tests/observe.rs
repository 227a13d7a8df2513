//! Observe before enforce, through the pages on both engines: what would have refused is counted out of the
//! decisions in the record, with the requests behind every number; whom a stricter check touches is shown before
//! anybody says it; and it never ends what runs.

use axum::http::StatusCode;
use plantgate_app::witness::start::{may_go_on, may_start};
use plantgate_domain::{
    base::{GrantId, Kind, Mode, SiteId},
    expect::site::Site,
    permit::grant::Grant,
};
use plantgate_store::memory::Memory;
use plantgate_testkit::{
    demo::Demo,
    door::Door,
    world::{at, request},
};
use serde_json::{Value, json};

/// Linhe only observes; what P-08 does there was going on before the programme.
async fn linhe(demo: &Demo) {
    act(demo, "wang.fang", "keep-in-use", json!({ "engagement": "E-012", "until": "2027-06-30" })).await;
}

/// Somebody of P-08 asks to change the granulator, attended, without naming a change.
async fn asks(demo: &Demo, day: u8) -> Value {
    let window = json!({ "from": format!("2026-11-{day}T08:00:00Z"), "until": format!("2026-11-{day}T10:00:00Z") });
    let body = json!({ "engagement": "E-012", "instance": "PLC-L01", "environment": "prod", "roles": ["configure"],
        "purpose": "maintain", "pattern": "gateway-attended", "attended": true,
        "window": { "is": "fixed", "window": window } });
    demo.world.named(&demo.caller("chen.wei"), "request-access", body).await.unwrap()["done"].clone()
}

async fn act(demo: &Demo, who: &str, name: &str, body: Value) -> Value {
    let done = demo.world.named(&demo.caller(who), name, body).await;
    done.unwrap_or_else(|stop| panic!("{} {who} {name}: {stop:?}", demo.world.engine))["done"].clone()
}

/// Checks of a frozen decision that observe and failed.
fn failing(decision: &Value) -> Vec<String> {
    let checks = decision["checks"].as_array().unwrap().iter();
    let observed = checks.filter(|c| c["mode"] == "observe" && ["not-passed", "unknown"].contains(&word(&c["result"])));
    observed.map(|c| word(&c["key"]).to_owned()).collect()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::test]
async fn what_would_have_refused_is_counted_with_its_requests() {
    for demo in Demo::both().await {
        // given nobody asked at Linhe, then the page says which kind of empty it is
        let fang = demo.sign_in("wang.fang").await;
        let empty = fang.get("/admin/would-refuse").await;
        assert!(empty.body.contains("data-empty=\"nothing\""), "{}: {}", demo.world.engine, empty.words());
        linhe(&demo).await;
        // when somebody asks twice, and one is approved
        let (first, second) = (asks(&demo, 17).await, asks(&demo, 19).await);
        assert_eq!((word(&first["state"]), word(&second["state"])), ("awaiting-approval", "awaiting-approval"));
        let failed = failing(&first["decision"]);
        assert!(failed.contains(&"reference".to_owned()), "{failed:?}");
        act(&demo, "li.na", "approve-access", json!({ "request": first["reference"] })).await;
        // then each counts once for each check, although one of them was decided twice
        let page = fang.get("/admin/would-refuse?site=LIN").await;
        for reference in [&first["reference"], &second["reference"]] {
            assert!(page.body.contains(&format!("/access/requests/{}", word(reference))), "{}", page.words());
        }
        assert!(page.words().contains("Linhe observe 2 of 2"), "{}: {}", demo.world.engine, page.words());
        // and every number leads to its requests; a check that failed for none leads to none
        let one = fang.get("/admin/would-refuse?site=LIN&check=reference").await;
        assert!(one.words().contains("2 of 2") && one.words().contains("1–2 of 2"), "{}", one.words());
        let none = fang.get("/admin/would-refuse?site=LIN&mode=warn").await;
        assert!(none.body.contains("data-empty=\"no-match\""), "{}", none.words());
        let file = fang.get("/admin/would-refuse?site=LIN&as=json").await;
        let lines = file.json().as_array().unwrap().len();
        let approval = failing(&latest(&demo, word(&first["reference"])).await);
        let expected = failed.len() * 2 + approval.iter().filter(|key| !failed.contains(key)).count();
        assert_eq!(lines, expected, "{}: {}", demo.world.engine, file.body);
        // and the page of modes shows the same numbers
        assert!(fang.get("/admin/modes?site=LIN").await.words().contains("2 of 2"));
        // whoever works at another site sees none of it, and a provider no page at all
        let brooks = demo.sign_in("s.brooks").await;
        let elsewhere = brooks.get("/admin/would-refuse").await;
        assert!(elsewhere.body.contains("data-empty=\"nothing\""), "{}", elsewhere.words());
        let stranger = demo.sign_in("l.ortega").await;
        assert_eq!(stranger.get("/admin/would-refuse").await.status, StatusCode::NOT_FOUND);
        // and a month later nothing of it is left
        demo.world.set("2026-12-17T07:30:00Z");
        let fang = demo.sign_in("wang.fang").await;
        assert!(fang.get("/admin/would-refuse").await.body.contains("data-empty=\"nothing\""));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_new_site_observes_everything_but_the_floor() {
    for demo in Demo::both().await {
        // given a site that was registered this minute
        let new = json!({ "reference": "NEU", "name": "Neustadt", "zone": "Europe/Berlin", "country": "DE" });
        act(&demo, "k.brandt", "register-site", new).await;
        // when every check asks how strictly it applies there, now and in ten years
        let mut look = demo.world.app.store().look().await.unwrap();
        let id = look.named(Kind::Site, "NEU").await.unwrap().unwrap().id;
        let site: Site = look.get(SiteId(id)).await.unwrap();
        let rules = look.rules().clone();
        // then it observes, and what decides whatever anybody sets is the floor alone
        for check in rules.checks.check.iter().filter(|c| !c.floor) {
            for t in [look.now().0, at("2036-11-16T00:00:00Z")] {
                assert_eq!(site.mode(&check.key, t, rules.checks.default_mode), Mode::Observe, "{}", check.key);
            }
        }
        let page = demo.sign_in("k.brandt").await.get("/admin/modes?site=NEU").await;
        drop(look);
        let above = rules.checks.check.iter().filter(|c| !c.floor).count();
        assert_eq!(page.body.matches("<b>observe</b>").count(), above, "{}: {}", demo.world.engine, page.words());
        demo.world.close().await;
    }
}

/// The decision that the record keeps of a request's last approval.
async fn latest(demo: &Demo, request: &str) -> Value {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::AccessRequest, request).await.unwrap().unwrap();
    let entries = look.entries(on).await.unwrap();
    let (_, data) = entries.last().unwrap().0.event.to_wire().unwrap();
    data["decision"].clone()
}

/// Whether a session under a grant may go on now, and whether another may start.
async fn session(demo: &Demo, grant: &str) -> (bool, bool) {
    let mut look = demo.world.app.store().look().await.unwrap();
    let now = look.now();
    let grant: Grant = look.get(grant.parse().map(GrantId).unwrap()).await.unwrap();
    let goes_on = may_go_on(&mut look, &grant, None, now).await.unwrap().0.yes();
    (goes_on, may_start(&mut look, &grant, None, now).await.unwrap().0.yes())
}

/// The form of the modes of Linhe, as it is filled in.
fn form<'a>(id: &'a str, day: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("request_id", id),
        ("site", "LIN"),
        ("checks", "reference"),
        ("mode", "enforce"),
        ("from_day", day),
        ("proposed_by", "N-102"),
        ("reason", "Everybody had a month."),
    ]
}

async fn sends(door: &Door, path: &str, day: &str) -> plantgate_testkit::door::Reply {
    let id = request().to_string();
    door.form(path, &form(&id, day)).await
}

#[tokio::test]
async fn whom_a_stricter_check_touches_is_shown_before_it_is_said() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        linhe(&demo).await;
        // given a grant of today with a session running under it, a grant and a request for later
        let (now, later, asked) = (asks(&demo, 16).await, asks(&demo, 20).await, asks(&demo, 21).await);
        let mut grants = Vec::new();
        for one in [&now, &later] {
            let done = act(&demo, "li.na", "approve-access", json!({ "request": one["reference"] })).await;
            grants.push(word(&done["grant"]).to_owned());
        }
        demo.world.set("2026-11-16T08:30:00Z");
        let start = json!({ "instance": "PLC-L01", "person": "P08-02", "grant": grants[0], "attendant": "N-106" });
        let began = act(&demo, "li.na", "start-session", start).await;
        assert_eq!(began["cover"], "covered", "{at}: {began}");
        let fang = demo.sign_in("wang.fang").await;
        let before = demo.size().await;
        // when it is looked at from Wednesday on
        let look = sends(&fang, "/admin/modes/preview", "2026-11-18").await;
        assert_eq!(look.status, StatusCode::OK, "{at}: {}", look.words());
        // then both that can still be used then are named, and what is over by then is not
        let words = look.words();
        assert!(
            words.contains("Providers 1 People 1 Open requests 1 Grants 1 Windows that begin after it 2"),
            "{words}"
        );
        assert!(words.contains("would not be let in") && words.contains("Linhe: enforce from"), "{words}");
        assert!(words.contains("18 Nov 2026 00:00 CST"), "the day begins at the site: {words}");
        assert!(look.body.contains(&format!("/access/requests/{}", word(&asked["reference"]))), "{words}");
        assert!(words.contains("3 requests"), "those of the last month: {words}");
        assert!(words.contains("1 session runs there now. It goes on"), "{words}");
        // and nothing is said yet
        assert_eq!(demo.size().await, before, "{at}");
        // when it is approved, then it is one entry with its reason, and begins with the site's day
        let done = sends(&fang, "/admin/modes", "2026-11-18").await;
        assert!(done.location().contains("done=mode-set"), "{at}: {}", done.words());
        assert_eq!(demo.size().await, before + 1);
        let mut snapshot = demo.world.app.store().look().await.unwrap();
        let on = snapshot.named(Kind::Site, "LIN").await.unwrap().unwrap();
        let site = Site::try_from(snapshot.kept(on).await.unwrap().unwrap().thing).unwrap();
        let set = site.modes.last().unwrap();
        assert_eq!(set.from.to_string(), "2026-11-17T16:00:00.000000Z");
        let reason = snapshot.open_private(set.reason.as_ref().unwrap()).await.unwrap();
        assert_eq!(reason.as_deref(), Some("Everybody had a month."));
        drop(snapshot);
        // when it holds at once as well, then what runs goes on, and a start of the same grant would not be let in
        assert!(sends(&fang, "/admin/modes", "").await.location().contains("done=mode-set"), "{at}");
        let (goes_on, starts) = session(&demo, &grants[0]).await;
        assert!(goes_on && !starts, "{at}: goes on {goes_on}, starts {starts}");
        // and from now on a request without a reference is refused
        assert_eq!(word(&asks(&demo, 23).await["state"]), "refused");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_mode_from_a_day_begins_with_that_day_at_the_site() {
    for demo in Demo::both().await {
        linhe(&demo).await;
        let fang = demo.sign_in("wang.fang").await;
        let done = sends(&fang, "/admin/modes", "2026-11-18").await;
        assert!(done.location().contains("done=mode-set"), "{}: {}", demo.world.engine, done.words());
        // a second before the day begins at Linhe it is asked as before; then no longer
        demo.world.set("2026-11-17T15:59:59Z");
        assert_eq!(word(&asks(&demo, 22).await["state"]), "awaiting-approval", "{}", demo.world.engine);
        demo.world.set("2026-11-17T16:00:00Z");
        assert_eq!(word(&asks(&demo, 23).await["state"]), "refused", "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_mode_needs_its_power_a_reason_and_a_day_to_come() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let fang = demo.sign_in("wang.fang").await;
        let size = demo.size().await;
        for path in ["/admin/modes/preview", "/admin/modes"] {
            // a day that is over
            let past = sends(&fang, path, "2026-11-15").await;
            assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY, "{at} {path}");
            assert!(past.words().contains("This moment has passed"), "{at} {path}: {}", past.words());
            // no reason
            let id = request().to_string();
            let bare: Vec<_> = form(&id, "").into_iter().filter(|(n, _)| *n != "reason").collect();
            assert_eq!(fang.form(path, &bare).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{at} {path}");
            // somebody of another site learns no more than of a site that is not there, and nobody nothing
            let brooks = demo.sign_in("s.brooks").await;
            assert_eq!(sends(&brooks, path, "").await.status, StatusCode::UNPROCESSABLE_ENTITY, "{at} {path}");
            let control = demo.sign_in("li.na").await;
            assert_eq!(sends(&control, path, "").await.status, StatusCode::FORBIDDEN, "{at} {path}");
            assert_eq!(sends(&demo.world.nobody(), path, "").await.location(), "/sign-in");
            let stranger = demo.sign_in("l.ortega").await;
            assert_eq!(sends(&stranger, path, "").await.status, StatusCode::NOT_FOUND, "{at} {path}");
        }
        assert!(demo.size().await >= size);
        let mut look = demo.world.app.store().look().await.unwrap();
        let on = look.named(Kind::Site, "LIN").await.unwrap().unwrap();
        let site = Site::try_from(look.kept(on).await.unwrap().unwrap().thing).unwrap();
        assert!(site.modes.is_empty(), "{at}");
        drop(look);
        demo.world.close().await;
    }
}
