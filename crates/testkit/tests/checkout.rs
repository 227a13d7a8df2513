//! A shared account goes from hand to hand (R-17, S5.4c, story A-15): to one person, for a time, under a grant where
//! they come from a provider; and what was used without stands as a finding that nobody is blamed for yet.

use axum::http::StatusCode;
use plantgate_domain::{
    base::{Kind, Party},
    event::review::FindingKind,
    review::finding::Finding,
    witness::account::Account,
};
use plantgate_store::{Stop, memory::Memory};
use plantgate_testkit::{demo::Demo, world::request};
use serde_json::{Value, json};

use super::gateway::{does, emergency};

pub async fn no(demo: &Demo, who: &str, act: &str, body: Value) -> String {
    match demo.world.named(&demo.caller(who), act, body).await.unwrap_err() {
        Stop::Refused(no) => no.say.id.to_string(),
        other => format!("{other:?}"),
    }
}

pub async fn account(demo: &Demo, name: &str) -> Account {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Account, name).await.unwrap().unwrap();
    look.get(on).await.unwrap()
}

/// Proposed findings about shared accounts.
async fn proposed(demo: &Demo) -> Vec<Finding> {
    let all = demo.world.every::<Finding>().await.into_iter();
    all.filter(|f| f.facts.kind == FindingKind::SharedAccountUnchecked).collect()
}

#[tokio::test]
async fn a_shared_account_goes_from_hand_to_hand_and_what_was_used_without_is_proposed() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let before = proposed(&demo).await.len();
        let found = json!({ "instance": "BMS-B61", "name": "service", "kind": "shared" });
        let shared = does(&demo, "m.okafor", "record-account", found).await["done"]["reference"].clone();
        let name = shared.as_str().unwrap().to_owned();
        let grant = emergency(&demo, 60).await;
        let ortega = demo.person("l.ortega").to_string();
        let out =
            |grant: &Value, until: &str| json!({ "account": shared, "person": ortega, "grant": grant, "until": until });
        let grant = json!(grant);
        // given everybody who does not run the area: nobody hands anything out
        for who in ["l.ortega", "i.campos", "j.lindqvist", "k.brandt", "li.na"] {
            let tried = no(&demo, who, "check-out-account", out(&grant, "2026-11-16T08:00:00Z")).await;
            assert!(tried == "NotFound" || tried == "stop-no-power" || tried.contains("Invalid"), "{who}: {tried}");
        }
        // without a grant, behind its window, for another day, or to somebody else than the grant's person
        let refused = async |body: Value| no(&demo, "d.weber", "check-out-account", body).await;
        assert_eq!(refused(out(&Value::Null, "2026-11-16T08:00:00Z")).await, "refuse-checkout-needs-grant", "{engine}");
        assert_eq!(refused(out(&grant, "2026-11-16T08:31:00Z")).await, "refuse-checkout-window", "{engine}");
        assert_eq!(refused(out(&grant, "2026-11-17T08:00:00Z")).await, "refuse-checkout-time", "{engine}");
        assert_eq!(refused(out(&grant, "2026-11-16T07:30:00Z")).await, "refuse-checkout-time", "{engine}");
        let other = json!({ "account": shared, "person": demo.person("anna.keller").to_string(), "grant": grant,
            "until": "2026-11-16T08:00:00Z" });
        assert_eq!(refused(other).await, "refuse-checkout-grant", "{engine}");
        // when it is handed out, then it is nobody else's, and both pages say whose it is
        does(&demo, "d.weber", "check-out-account", out(&grant, "2026-11-16T08:00:00Z")).await;
        assert_eq!(refused(out(&grant, "2026-11-16T08:00:00Z")).await, "refuse-checkout-out", "{engine}");
        let door = demo.sign_in("d.weber").await;
        let page = door.get(&format!("/register/account/{name}")).await.words();
        assert!(page.contains("handed out") && page.contains("Lucía Ortega"), "{engine}: {page}");
        let offers =
            |page: &str| ["Hand the shared account out", "The shared account is back"].map(|o| page.contains(o));
        assert_eq!(offers(&page), [false, true], "{engine}: {page}");
        let list = door.get("/register/account?state=checked-out").await.words();
        assert!(list.contains(&name), "{engine}: {list}");
        // a session of theirs with it is as any other
        let begins = |who: &str, started: Option<&str>| {
            let mut body = json!({ "instance": "BMS-B61", "person": demo.person(who).to_string(), "account": shared });
            if let Some(at) = started {
                body["started"] = json!(at);
                body["confirmed_by"] = json!(demo.person("m.okafor").to_string());
            }
            body
        };
        does(&demo, "d.weber", "start-session", begins("l.ortega", None)).await;
        assert_eq!(proposed(&demo).await.len(), before, "{engine}");
        // one of somebody else with it, at the same time, is recorded, and a finding of nobody's doing is proposed
        let used = does(&demo, "d.weber", "start-session", begins("anna.keller", None)).await;
        let all = proposed(&demo).await;
        assert_eq!(all.len(), before + 1, "{engine}");
        let of = account(&demo, &name).await.id.into();
        let finding = all.iter().find(|f| f.facts.cases == [of]).unwrap();
        assert_eq!((finding.facts.party, finding.confirmed), (Party::Unknown, None), "{engine}");
        let session = used["done"]["reference"].as_str().unwrap();
        let page = door.get(&format!("/register/session/{session}")).await.words();
        assert!(page.contains(&finding.facts.reference), "{engine}: {page}");
        // it comes back once, and what began while it was out is theirs, whenever it is typed in
        let back = json!({ "account": shared, "secret": "changed" });
        assert_eq!(no(&demo, "l.ortega", "check-in-account", back.clone()).await, "NotFound", "{engine}");
        demo.world.set("2026-11-16T07:50:00Z");
        does(&demo, "d.weber", "check-in-account", back.clone()).await;
        assert_eq!(no(&demo, "d.weber", "check-in-account", back).await, "refuse-checkin-not-out", "{engine}");
        does(&demo, "d.weber", "start-session", begins("l.ortega", Some("2026-11-16T07:40:00Z"))).await;
        assert_eq!(proposed(&demo).await.len(), before + 1, "{engine}");
        does(&demo, "d.weber", "start-session", begins("l.ortega", None)).await;
        assert_eq!(proposed(&demo).await.len(), before + 2, "{engine}");
        assert_eq!(account(&demo, &name).await.outs.len(), 1, "{engine}");
        by_hand(&demo, &door, &name).await;
        demo.world.close().await;
    }
}

/// On the page: to one of ours, without a grant, by the form.
async fn by_hand(demo: &Demo, door: &plantgate_testkit::door::Door, name: &str) {
    let id = request().to_string();
    let keller = demo.person("anna.keller").to_string();
    let fields = [("request_id", id.as_str()), ("account", name), ("person", &keller), ("until", "2026-11-16 12:00")];
    let sent = door.form("/do/check-out-account", &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}: {}", demo.world.engine, sent.words());
    let page = door.get(&format!("/register/account/{name}")).await.words();
    assert!(page.contains("Anna Keller"), "{page}");
}
