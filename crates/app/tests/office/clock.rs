//! A clock that jumps: what expired stays expired, writing stops, people are still let in when they are needed, and two
//! people set it going again.

use plantgate_app::{
    Caller, Stop,
    sign_in::{Enrolment, Proof},
};
use plantgate_domain::base::{GrantId, Instant};
use plantgate_store::{Clock, clock::Wall, memory::Memory};
use plantgate_testkit::world::at;
use serde_json::{Value, json};

use super::ground::{Ground, ground_of, word};

const NOW: &str = "2026-11-16T07:30:00Z";

/// The ground with a last entry of today, opened again with a clock that is watched.
pub async fn watched(from: &str, demo: bool) -> Vec<Ground> {
    let mut all = ground_of(demo).await;
    for g in &mut all {
        g.ok(&g.keller, "attest-calendar", json!({ "site": "BRU", "document": "PP-2027" })).await;
        g.w.restart(Clock::watched(at(from))).await;
    }
    all
}

async fn emergency(g: &Ground) -> GrantId {
    let body = json!({ "engagement": "E-025", "person": "ortega", "instance": "BMS-B61", "environment": "prod",
        "roles": ["configure"], "pattern": "gateway-attended", "minutes": 60 });
    g.ok(&g.vogt, "open-emergency", body).await["done"]["grant"].as_str().unwrap().parse().unwrap()
}

fn confirm(instant: &str) -> Value {
    json!({ "instant": instant, "reason": "The battery of the clock was changed." })
}

fn said(stop: &Stop) -> &'static str {
    match stop {
        Stop::Refused(r) => r.say.id,
        other => panic!("{other:?}"),
    }
}

async fn present(g: &Ground) -> Instant {
    g.w.app.store().look().await.unwrap().now().0
}

#[tokio::test]
async fn what_expired_stays_expired_when_the_clock_is_set_back() {
    for g in watched(NOW, false).await {
        // given an hour's access that ran out, of which no entry tells
        let grant = emergency(&g).await;
        g.w.clock.pass(3_601);
        assert_eq!(word(&g, grant).await, "expired");
        // when the clock is set back by an hour, then it does not come to life again
        g.set(NOW);
        assert_eq!(word(&g, grant).await, "expired", "{}", g.w.engine);
        // and neither after a restart, because the clock's pulse was noted
        g.w.app.store().pulse().await.unwrap();
        let mut g = g;
        g.w.restart(Clock::watched(at(NOW))).await;
        assert_eq!(word(&g, grant).await, "expired", "{}", g.w.engine);
        g.close().await;
    }
}

#[tokio::test]
async fn a_jump_stops_writing_and_two_people_set_it_going_again() {
    for g in watched(NOW, false).await {
        let freeze = json!({ "site": "BRU", "reason": "Christmas",
            "window": { "from": "2026-12-24T00:00:00Z", "until": "2026-12-27T00:00:00Z" } });
        let grant = emergency(&g).await;
        // when the clock jumps by ten years
        g.set("2036-11-16T07:30:00Z");
        let far = confirm("2036-11-16T07:31:00Z");
        // then nothing expires by it, and nothing is written
        assert_eq!(word(&g, grant).await, "active", "{}", g.w.engine);
        assert_eq!(said(&g.no(&g.keller, "set-freeze", freeze.clone()).await), "stop-clock-doubted");
        // one person cannot set it going: not without the function, not with another time, not twice
        assert_eq!(said(&g.no(&g.keller, "confirm-clock", far.clone()).await), "stop-no-power");
        assert_eq!(said(&g.no(&g.okafor, "confirm-clock", confirm(NOW)).await), "refuse-clock-differs");
        let first = g.ok(&g.okafor, "confirm-clock", far.clone()).await;
        assert_eq!(first["done"]["confirmed"], false);
        assert!(first["at"].as_str().unwrap().starts_with("2026-11-16T07:30:"), "{first}");
        assert_eq!(said(&g.no(&g.okafor, "confirm-clock", far.clone()).await), "refuse-clock-same-person");
        assert_eq!(said(&g.no(&g.keller, "set-freeze", freeze.clone()).await), "stop-clock-doubted");
        // when another person names it too, then it is believed, by this node and by the next
        assert_eq!(g.ok(&g.manager, "confirm-clock", far.clone()).await["done"]["confirmed"], true);
        let later = json!({ "site": "BRU", "reason": "Christmas",
            "window": { "from": "2036-12-24T00:00:00Z", "until": "2036-12-27T00:00:00Z" } });
        let written = g.ok(&g.keller, "set-freeze", later).await;
        assert!(written["at"].as_str().unwrap().starts_with("2036-11-16"), "{written}");
        assert_eq!(word(&g, grant).await, "expired");
        assert_eq!(said(&g.no(&g.okafor, "confirm-clock", far).await), "refuse-clock-believed");
        // and what they said stands in the history, with what the clock showed
        let mut look = g.w.app.store().look().await.unwrap();
        let sql = "select body from entry where name like 'expect.clock.%' order by seq";
        let bodies = look.tx().all(sql, &[]).await.unwrap();
        let shown: Vec<Value> = bodies.iter().map(|r| serde_json::from_slice(&r.bytes(0).unwrap()).unwrap()).collect();
        assert_eq!(shown.len(), 2);
        assert_eq!(shown[0]["data"]["shown"], "2036-11-16T07:30:00.000000Z");
        assert_eq!(shown[1]["data"]["first"], json!(g.okafor.actor.person().unwrap()));
        drop(look);
        g.close().await;
    }
}

#[tokio::test]
async fn people_are_let_in_and_put_out_while_the_clock_is_doubted() {
    for g in watched(NOW, false).await {
        present(&g).await;
        g.w.clock.pass(60);
        g.set("2036-11-16T07:30:00Z");
        // given a doubted clock, when somebody is needed at once, then they come in for as long as was said
        let grant = emergency(&g).await;
        assert_eq!(word(&g, grant).await, "active", "{}", g.w.engine);
        assert_eq!(present(&g).await.secs_since(at(NOW)), 60);
        let out = json!({ "grant": grant.to_string(), "reason": "Seen something odd." });
        g.ok(&g.keller, "revoke-grant", out).await;
        assert_eq!(word(&g, grant).await, "revoked");
        // and an hour goes by as it does in the world
        let grant = emergency(&g).await;
        g.w.clock.pass(3_601);
        assert_eq!(word(&g, grant).await, "expired");
        g.close().await;
    }
}

#[tokio::test]
async fn a_quiet_plant_is_not_locked_out_and_a_machine_that_stood_for_a_year_asks() {
    let names = ["2026-12-15T07:30:00Z", "2027-11-16T07:30:00Z"];
    for (n, from) in names.into_iter().enumerate() {
        for g in watched(from, false).await {
            let mut look = g.w.app.store().look().await.unwrap();
            assert_eq!(look.doubt().is_some(), n == 1, "{from} on {}", g.w.engine);
            look.get::<plantgate_domain::expect::site::Site>(g.site).await.unwrap();
            drop(look);
            g.close().await;
        }
    }
}

#[tokio::test]
async fn demo_data_stands_at_any_time() {
    for g in watched("2036-11-16T07:30:00Z", true).await {
        assert_eq!(present(&g).await, at("2036-11-16T07:30:00Z"));
        g.ok(&g.keller, "attest-calendar", json!({ "site": "BRU", "document": "PP-2036" })).await;
        g.close().await;
    }
}

/// A clock that jumped by less than a holiday: the process that ran knows better than one that begins beside it.
#[tokio::test]
async fn a_command_beside_a_server_that_doubts_doubts_too() {
    for g in watched(NOW, false).await {
        present(&g).await;
        g.w.clock.pass(60);
        g.set("2026-12-06T07:30:00Z");
        assert_eq!(present(&g).await.secs_since(at(NOW)), 60, "{}", g.w.engine);
        // when somebody works at the terminal, then it reckons as the server does, and only emergencies are recorded
        let freeze = json!({ "site": "BRU", "reason": "Christmas",
            "window": { "from": "2026-12-24T00:00:00Z", "until": "2026-12-27T00:00:00Z" } });
        let terminal = g.w.again().await.unwrap();
        let act = async |by: &Caller, name: &str, body: Value| {
            plantgate_app::acts::act(&terminal, by, plantgate_testkit::world::request(), name, body).await
        };
        assert_eq!(said(&act(&g.keller, "set-freeze", freeze.clone()).await.unwrap_err()), "stop-clock-doubted");
        let body = json!({ "engagement": "E-025", "person": "ortega", "instance": "BMS-B61", "environment": "prod",
            "roles": ["configure"], "pattern": "gateway-attended", "minutes": 60 });
        let opened = act(&g.vogt, "open-emergency", body).await.unwrap();
        assert!(opened["at"].as_str().unwrap().starts_with("2026-11-16T07:31:"), "{opened}");
        // and when the clock is right again, the server says so and the next command writes
        g.set("2026-11-16T07:32:00Z");
        present(&g).await;
        terminal.store().db().close().await;
        let terminal = g.w.again().await.unwrap();
        let request = plantgate_testkit::world::request();
        plantgate_app::acts::act(&terminal, &g.keller, request, "set-freeze", freeze).await.unwrap();
        terminal.store().db().close().await;
        g.close().await;
    }
}

/// A doubted clock ends nobody's session and keeps nobody out; one that was set back lets no session go on.
#[tokio::test]
async fn people_sign_in_by_reckoned_time_while_the_clock_is_doubted() {
    for g in watched(NOW, false).await {
        let (app, person) = (g.w.app.clone(), g.okafor.actor.person().unwrap());
        let seed = Enrolment::new().unwrap();
        let password = "a password only for tests".to_owned();
        app.set_credential(&Caller::person(person, "test"), person, "okafor", &password, &seed).await.unwrap();
        let proof = |at: Wall| Proof {
            handle: "okafor".to_owned(),
            password: password.clone(),
            code: seed.code_at(at).unwrap(),
            place: "test".to_owned(),
            machine: None,
            seen_as: String::new(),
        };
        let secs = async || Wall(present(&g).await.micros() / 1_000_000);
        let first = app.sign_in(&proof(secs().await)).await.unwrap().unwrap().secret;
        // when the clock jumps by ten years, then the session goes on, and codes of the shown time are worth nothing
        g.w.clock.pass(120);
        g.set("2036-11-16T07:30:00Z");
        assert!(app.caller(&first).await.unwrap().is_some(), "{}", g.w.engine);
        let shown = Wall(at("2036-11-16T07:30:00Z").micros() / 1_000_000);
        assert!(app.sign_in(&proof(shown)).await.unwrap().is_err(), "{}", g.w.engine);
        let second = app.sign_in(&proof(secs().await)).await.unwrap().unwrap().secret;
        // and half an hour without use ends it, as measured, also when the clock was set back meanwhile
        g.w.clock.pass(1_801);
        assert!(app.caller(&second).await.unwrap().is_none(), "{}", g.w.engine);
        g.set("2016-11-16T07:30:00Z");
        assert!(app.caller(&second).await.unwrap().is_none(), "{}", g.w.engine);
        g.close().await;
    }
}
