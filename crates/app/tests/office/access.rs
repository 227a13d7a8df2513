//! Story A-25 through acts: not granted while Restricted, attended work offered; granted once the list is there; ended
//! by the clock alone.

use super::ground::{Ground, blocking, ground, uuid, word};
use plantgate_app::{Stop, permit::facts::facts};
use plantgate_domain::{
    base::{AccessRequestId, GrantId, Now},
    event::permit::Moment,
    permit::access::AccessRequest,
};
use plantgate_store::{memory::Memory, past::Past};
use serde_json::json;

#[tokio::test]
async fn the_loop_of_story_a25() {
    for g in ground().await {
        the_loop(&g).await;
        g.w.close().await;
    }
}

async fn the_loop(g: &Ground) {
    // given the standing is Restricted by one reason: asking is a record, the answer is no, attended is offered
    let first = g.ok(&g.ortega, "request-access", g.ask()).await;
    let done = &first["done"];
    assert_eq!(
        (done["state"].as_str(), done["decision"]["verdict"].as_str()),
        (Some("refused"), Some("attended-offered"))
    );
    assert_eq!(blocking(&done["decision"]), ["standing-allows", "attendant-named"]);
    assert_eq!(done["decision"]["reasons"].as_array().unwrap().len(), 1);
    // a stranger learns nothing, our own people ask for them
    let stop = g.no(&g.reyes, "request-access", g.ask()).await;
    assert!(matches!(stop, Stop::NotFound), "{stop:?}");
    // when the list is graded adequate and she repeats
    g.graded().await;
    let mut again = g.ask();
    again["repeats"] = json!(Ground::reference(&first));
    let second = g.ok(&g.ortega, "request-access", again).await;
    assert_eq!(second["done"]["state"], "awaiting-approval", "{second}");
    let name = Ground::reference(&second);
    // then nobody of hers approves, somebody of ours does, and the grant opens
    let stop = g.no(&g.ortega, "approve-access", json!({ "request": name })).await;
    assert!(matches!(&stop, Stop::Refused(r) if r.rule == "R-13"), "{stop:?}");
    let yes = g.ok(&g.keller, "approve-access", json!({ "request": name })).await;
    assert_eq!(yes["done"]["state"], "approved");
    let grant = GrantId(uuid(&yes["done"]["grant"]));
    assert_eq!(word(g, grant).await, "scheduled");
    g.set("2026-11-16T13:00:00Z");
    assert_eq!(word(g, grant).await, "active");
    let entries = g.w.app.store().look().await.unwrap().size();
    g.set("2026-11-16T15:00:00Z");
    assert_eq!(word(g, grant).await, "expired");
    // expired by the clock alone, and stays so when the clock is set back after anything was written
    assert_eq!(g.w.app.store().look().await.unwrap().size(), entries);
    g.ok(&g.keller, "attest-calendar", json!({ "site": "BRU", "document": "PP-2027" })).await;
    g.set("2026-11-16T14:00:00Z");
    assert_eq!(word(g, grant).await, "expired");
    let stop = g.no(&g.vogt, "revoke-grant", json!({ "grant": grant.to_string(), "reason": "late" })).await;
    assert!(matches!(&stop, Stop::Refused(r) if r.say.id == "refuse-grant-over"), "{stop:?}");
}

#[tokio::test]
async fn who_asks_does_not_approve() {
    for g in ground().await {
        g.graded().await;
        let mut ask = g.ask();
        ask["person"] = json!("ortega");
        let req = g.ok(&g.keller, "request-access", ask).await;
        let name = Ground::reference(&req);
        let stop = g.no(&g.keller, "approve-access", json!({ "request": name })).await;
        assert!(matches!(&stop, Stop::Refused(r) if r.say.id == "check-approver-is-requester"), "{stop:?}");
        assert_eq!(g.ok(&g.keller2, "approve-access", json!({ "request": name })).await["done"]["state"], "approved");
        g.w.close().await;
    }
}

#[tokio::test]
async fn facts_from_rows_are_facts_from_the_past() {
    for g in ground().await {
        let req = g.ok(&g.ortega, "request-access", g.ask()).await;
        let store = g.w.app.store();
        let mut look = store.look().await.unwrap();
        let now = look.now();
        let mut past = Past::fold(look.tx(), now.0).await.unwrap();
        let request: AccessRequest = look.get(AccessRequestId(uuid(&req["done"]["id"]))).await.unwrap();
        for moment in [Moment::Request, Moment::Approval, Moment::Start] {
            let q = request.question(moment, now);
            let rows = facts(&mut look, &q, Now(now.0)).await.unwrap();
            assert_eq!(rows, facts(&mut past, &q, Now(now.0)).await.unwrap(), "{}", g.w.engine);
            assert!(rows.log_size > 0);
        }
        drop(look);
        g.w.close().await;
    }
}
