//! An account of a VPN is on only while its person may work: a machine asks, turns it and says so. Nothing is turned
//! off under work that runs and that no person cut, and where the machine is silent, people are told.

use axum::http::StatusCode;
use plantgate_app::qualify::token::TokenWish;
use plantgate_testkit::{demo::Demo, door::Door, tokens::wish};
use serde_json::{Value, json};

use super::{
    checkout::{account, no},
    gateway::{does, emergency},
    messages::{about, told},
};

/// A machine of ours at a site, as a program.
pub async fn machine(demo: &Demo, reference: &str, site: &str) -> Door {
    let body = json!({ "reference": reference, "name": "VPN of the site", "owner": "N-102", "site": site });
    does(demo, "k.brandt", "make-service", body).await;
    let wish = TokenWish { service: Some(reference.to_owned()), ..wish("turns", &["confirm-account"], &[]) };
    demo.world.program(&demo.world.token(&demo.caller("m.okafor"), wish).await.unwrap().secret)
}

/// What a machine has to turn now: name, way, whether a person cut it.
async fn turns(program: &Door) -> Vec<(String, bool, bool)> {
    let answer = program.get("/api/v1/access/accounts").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let all = answer.json()["turns"].as_array().unwrap().clone();
    let one =
        |t: &Value| (t["name"].as_str().unwrap().to_owned(), t["on"].as_bool().unwrap(), t["cut"].as_bool().unwrap());
    all.iter().map(one).collect()
}

async fn says(program: &Door, account: &str, on: bool) -> StatusCode {
    let body = json!({ "account": account, "on": on });
    program.json("/api/v1/acts/confirm-account", &body).await.status
}

/// The VPN account of Lucía Ortega, bound to her grants; its reference.
pub async fn bound(demo: &Demo, systems: &[&str]) -> String {
    let found = json!({ "instance": "BMS-B61", "name": "vpn-ortega", "kind": "named",
        "holder": demo.person("l.ortega").to_string() });
    let made = does(demo, "m.okafor", "record-account", found).await;
    let name = made["done"]["reference"].as_str().unwrap().to_owned();
    does(demo, "m.okafor", "bind-account", json!({ "account": name, "program": "SVC-VPN", "systems": systems })).await;
    name
}

#[tokio::test]
async fn a_vpn_account_is_on_while_its_person_may_work_and_never_off_under_work_that_runs() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let vpn = machine(&demo, "SVC-VPN", "BRU").await;
        let name = bound(&demo, &["BMS-B61"]).await;
        // given nobody said how it is: it should be off, and the machine says that it is
        let off = || vec![("vpn-ortega".to_owned(), false, false)];
        let on = || vec![("vpn-ortega".to_owned(), true, false)];
        assert_eq!(turns(&vpn).await, off(), "{engine}");
        assert_eq!(says(&vpn, &name, false).await, StatusCode::OK, "{engine}");
        assert_eq!(turns(&vpn).await, [], "{engine}");
        // when a grant lets her work, then it should be on, until the machine says it is
        let grant = emergency(&demo, 60).await;
        assert_eq!(turns(&vpn).await, on(), "{engine}");
        let keeper = demo.sign_in("m.okafor").await;
        let page = keeper.get(&format!("/register/account/{name}")).await.words();
        assert!(page.contains(&format!("It should be on now, for {grant}")), "{engine}: {page}");
        assert!(page.contains("has not said that it is so yet"), "{engine}: {page}");
        assert!(page.contains("Turned by VPN of the site"), "{engine}: {page}");
        assert!(page.contains("Systems BMS-B61"), "{engine}: {page}");
        assert_eq!(says(&vpn, &name, true).await, StatusCode::OK, "{engine}");
        assert_eq!(turns(&vpn).await, [], "{engine}");
        let page = keeper.get(&format!("/register/account/{name}")).await.words();
        assert!(page.contains("turned on for work") && page.contains("said that it is so"), "{engine}: {page}");
        let list = keeper.get("/register/account?state=on-for-work").await.words();
        assert!(list.contains(&name), "{engine}: {list}");
        let said = account(&demo, &name).await.bound.unwrap().said.unwrap();
        assert!(said.on && said.grant.is_some(), "{engine}: {said:?}");
        // said twice is said once
        let size = demo.size().await;
        assert_eq!((says(&vpn, &name, true).await, demo.size().await), (StatusCode::OK, size), "{engine}");
        // when work runs behind the window, then it stays on: nobody is thrown out by an account
        let began = json!({ "instance": "BMS-B61", "person": demo.person("l.ortega").to_string(), "grant": grant,
            "role": "configure", "attendant": demo.person("d.weber").to_string() });
        let session = does(&demo, "d.weber", "start-session", began).await["done"]["reference"].clone();
        demo.world.set("2026-11-16T09:00:00Z");
        assert_eq!(turns(&vpn).await, [], "{engine}");
        does(&demo, "d.weber", "end-session", json!({ "session": session, "how": "user" })).await;
        assert_eq!(turns(&vpn).await, off(), "{engine}");
        assert_eq!(says(&vpn, &name, false).await, StatusCode::OK, "{engine}");
        // what a person cuts goes at once, and the machine is told that it may end what stands
        let grant = emergency(&demo, 60).await;
        assert_eq!((turns(&vpn).await, says(&vpn, &name, true).await), (on(), StatusCode::OK), "{engine}");
        let began = json!({ "instance": "BMS-B61", "person": demo.person("l.ortega").to_string(), "grant": grant,
            "role": "configure", "attendant": demo.person("d.weber").to_string() });
        does(&demo, "d.weber", "start-session", began).await;
        does(&demo, "d.weber", "disconnect", json!({ "grant": grant, "reason": "The plant needs the line." })).await;
        let cut = || vec![("vpn-ortega".to_owned(), false, true)];
        assert_eq!(turns(&vpn).await, cut(), "{engine}");
        // a machine that had turned it off before it heard of the cut hears of it still, once
        assert_eq!((says(&vpn, &name, false).await, turns(&vpn).await), (StatusCode::OK, cut()), "{engine}");
        let ended = json!({ "account": name, "on": false, "cut": true });
        let said = vpn.json("/api/v1/acts/confirm-account", &ended).await;
        assert_eq!((said.status, turns(&vpn).await.len()), (StatusCode::OK, 0), "{engine}: {}", said.body);
        // whose it is does not change under the machine
        for holder in [Value::Null, json!(demo.person("i.campos").to_string())] {
            let to = json!({ "account": name, "kind": "named", "provider": "P-09", "holder": holder });
            assert_eq!(no(&demo, "m.okafor", "assign-account", to).await, "refuse-account-bound", "{engine}");
        }
        let again = json!({ "instance": "BMS-B61", "name": "vpn-ortega", "kind": "service" });
        assert_eq!(no(&demo, "m.okafor", "record-account", again).await, "refuse-account-bound", "{engine}");
        // and nothing turns what is bound no more
        does(&demo, "m.okafor", "unbind-account", json!({ "account": name })).await;
        assert_eq!(turns(&vpn).await, [], "{engine}");
        assert!(!says(&vpn, &name, false).await.is_success(), "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn who_overran_and_was_ended_by_a_person_is_cut_at_the_vpn_too() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let vpn = machine(&demo, "SVC-VPN", "BRU").await;
        let name = bound(&demo, &[]).await;
        let grant = emergency(&demo, 60).await;
        assert_eq!(says(&vpn, &name, true).await, StatusCode::OK, "{engine}");
        let began = json!({ "instance": "BMS-B61", "person": demo.person("l.ortega").to_string(), "grant": grant,
            "role": "configure", "attendant": demo.person("d.weber").to_string() });
        let session = does(&demo, "d.weber", "start-session", began).await["done"]["reference"].clone();
        // given a window that is over and work that runs on, when a person ends it at once
        demo.world.set("2026-11-16T09:00:00Z");
        assert_eq!(turns(&vpn).await, [], "{engine}");
        does(&demo, "d.weber", "end-session", json!({ "session": session, "how": "disconnect" })).await;
        assert_eq!(turns(&vpn).await, [("vpn-ortega".to_owned(), false, true)], "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn whose_account_is_bound_by_whom_and_who_says_that_it_was_turned() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (vpn, other) = (machine(&demo, "SVC-VPN", "BRU").await, machine(&demo, "SVC-TWO", "BRU").await);
        let name = bound(&demo, &[]).await;
        let bind = |account: &str, by: &str| json!({ "account": account, "program": by });
        // whoever does not keep accounts binds none, and a provider's people find none
        for (who, want) in [("d.weber", "stop-no-power"), ("j.lindqvist", "stop-no-power")] {
            assert_eq!(no(&demo, who, "bind-account", bind(&name, "SVC-VPN")).await, want, "{engine}: {who}");
            let free = json!({ "account": name });
            assert_eq!(no(&demo, who, "unbind-account", free).await, want, "{engine}: {who}");
        }
        for (who, want) in [("i.campos", "NotFound"), ("li.na", "invalid-unknown")] {
            let tried = no(&demo, who, "bind-account", bind(&name, "SVC-VPN")).await;
            assert!(tried.contains(want), "{engine}: {who}: {tried}");
        }
        // a shared account, one of ours, or by a person who is no machine
        let shared = json!({ "instance": "BMS-B61", "name": "vpn-all", "kind": "shared", "provider": "P-09" });
        let shared = does(&demo, "m.okafor", "record-account", shared).await["done"]["reference"].clone();
        let tried = no(&demo, "m.okafor", "bind-account", bind(shared.as_str().unwrap(), "SVC-VPN")).await;
        assert_eq!(tried, "refuse-bind-whose", "{engine}");
        let ours = json!({ "instance": "BMS-B61", "name": "vpn-keller", "kind": "named",
            "holder": demo.person("anna.keller").to_string() });
        let ours = does(&demo, "m.okafor", "record-account", ours).await["done"]["reference"].clone();
        let tried = no(&demo, "m.okafor", "bind-account", bind(ours.as_str().unwrap(), "SVC-VPN")).await;
        assert_eq!(tried, "refuse-bind-whose", "{engine}");
        let person = demo.person("anna.keller").to_string();
        let tried = no(&demo, "m.okafor", "bind-account", bind(&name, &person)).await;
        assert_eq!(tried, "refuse-bind-program", "{engine}");
        // another machine has nothing to turn, and says nothing of it; a person neither
        assert_eq!((turns(&vpn).await.len(), turns(&other).await.len()), (1, 0), "{engine}");
        // a token that may do something else is told nothing
        let reads = TokenWish { service: Some("SVC-VPN".into()), ..wish("reads", &["take-account-list"], &[]) };
        let reads = demo.world.token(&demo.caller("m.okafor"), reads).await.unwrap().secret;
        let asked = demo.world.program(&reads).get("/api/v1/access/accounts").await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "{engine}: {}", asked.body);
        let body = json!({ "account": name, "on": true });
        let said = other.json("/api/v1/acts/confirm-account", &body).await;
        assert!(said.body.contains("refuse-turned-other"), "{engine}: {}", said.body);
        assert_eq!(no(&demo, "d.weber", "confirm-account", body.clone()).await, "refuse-turned-other", "{engine}");
        let asked = demo.sign_in("m.okafor").await.get("/api/v1/access/accounts").await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "{engine}: {}", asked.body);
        for who in ["l.ortega", "i.campos"] {
            let asked = demo.sign_in(who).await.get("/api/v1/access/accounts").await;
            assert_eq!(asked.status, StatusCode::NOT_FOUND, "{engine}: {who}: {}", asked.body);
        }
        // nobody turned it tomorrow
        let mut late = body;
        late["at"] = json!("2026-11-17T08:00:00Z");
        let said = vpn.json("/api/v1/acts/confirm-account", &late).await;
        assert!(said.body.contains("refuse-turned-time"), "{engine}: {}", said.body);
        assert_eq!(account(&demo, &name).await.bound.unwrap().said, None, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_account_for_other_systems_stays_off_and_one_whose_machine_is_silent_is_told() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let vpn = machine(&demo, "SVC-VPN", "BRU").await;
        let name = bound(&demo, &["PLC-B02"]).await;
        assert_eq!(says(&vpn, &name, false).await, StatusCode::OK, "{engine}");
        emergency(&demo, 60).await;
        assert_eq!(turns(&vpn).await, [], "{engine}: its grant is for another system");
        does(&demo, "m.okafor", "bind-account", json!({ "account": name, "program": "SVC-VPN" })).await;
        assert_eq!(turns(&vpn).await.len(), 1, "{engine}");
        // given a machine that does nothing: not at once, but soon, whoever keeps the accounts is told, and no one else
        told(&demo).await;
        assert_eq!(about(&demo, "m.okafor", "account-silent").await, 0, "{engine}");
        let later = demo.world.clock.now().plus_secs(180);
        demo.world.clock.set(later);
        for _ in 0..2 {
            told(&demo).await;
            for (who, count) in [("m.okafor", 1), ("d.weber", 0), ("l.ortega", 0), ("i.campos", 0)] {
                assert_eq!(about(&demo, who, "account-silent").await, count, "{engine}: {who}");
            }
        }
        let page = demo.sign_in("m.okafor").await.get("/messages").await.words();
        assert!(page.contains(&format!("Account {name} should be turned")), "{engine}: {page}");
        // when it says that it did, nobody is told any more, until it is silent about the next one
        assert_eq!(says(&vpn, &name, true).await, StatusCode::OK, "{engine}");
        demo.world.clock.set(later.plus_secs(600));
        told(&demo).await;
        assert_eq!(about(&demo, "m.okafor", "account-silent").await, 1, "{engine}");
        demo.world.clock.set(later.plus_secs(90 * 60));
        told(&demo).await;
        assert_eq!(about(&demo, "m.okafor", "account-silent").await, 2, "{engine}");
        demo.world.close().await;
    }
}
