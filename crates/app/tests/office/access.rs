//! Story A-25 through acts: not granted while Restricted, attended work offered; granted once the list is there; ended
//! by the clock alone.

use plantgate_app::{
    Stop, acts,
    permit::{
        ask::{RequestAccess, decide},
        facts::facts,
    },
};
use plantgate_domain::{
    base::{AccessRequestId, GrantId, Now},
    event::permit::{Moment, Verdict},
    permit::access::AccessRequest,
};
use plantgate_store::{memory::Memory, past::Past};
use plantgate_testkit::world::request;
use serde_json::json;

use super::ground::{Ground, blocking, ground, uuid, word};

#[tokio::test]
async fn the_loop_of_story_a25() {
    for g in ground().await {
        the_loop(&g).await;
        g.close().await;
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
        g.close().await;
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
        g.close().await;
    }
}

#[tokio::test]
async fn outside_scope_environment_or_dates_is_refused_with_the_reason() {
    for g in ground().await {
        g.graded().await;
        // scenario 12: each respect by itself, and what would help
        let cases = [
            ("roles", json!(["operate"]), "role-in-scope"),
            ("environment", json!("test"), "environment-in-scope"),
            ("pattern", json!("on-site-own-laptop"), "pattern-allowed"),
            ("change", json!(null), "reference"),
        ];
        for (field, value, check) in cases {
            let mut ask = g.ask();
            ask[field] = value;
            let req = g.ok(&g.ortega, "request-access", ask).await;
            assert_eq!(req["done"]["state"], "refused");
            assert_eq!(blocking(&req["done"]["decision"]), [check], "{req}");
        }
        // after the engagement's last day
        let mut late = g.ask();
        late["window"]["window"] = json!({ "from": "2027-09-01T08:00:00Z", "until": "2027-09-01T10:00:00Z" });
        let req = g.ok(&g.ortega, "request-access", late).await;
        let all = blocking(&req["done"]["decision"]);
        assert!(
            all.contains(&"engagement-active".to_owned()) && all.contains(&"system-in-scope".to_owned()),
            "{all:?}"
        );
        // a system she has no business with does not exist for her; for our people it is outside
        let mut other = g.ask();
        other["instance"] = json!("PLC-B16");
        assert!(matches!(g.no(&g.ortega, "request-access", other.clone()).await, Stop::NotFound));
        other["person"] = json!("ortega");
        let req = g.ok(&g.keller, "request-access", other).await;
        assert!(blocking(&req["done"]["decision"]).contains(&"system-in-scope".to_owned()));
        g.close().await;
    }
}

#[tokio::test]
async fn the_clock_alone_restricts_and_a_check_leaves_no_trace() {
    for g in ground().await {
        // scenario 17: the day before the restriction begins she would wait for a yes, after it attended is offered
        let body: RequestAccess = serde_json::from_value(g.ask()).unwrap();
        let by = g.ortega.actor.person().unwrap();
        for (t, verdict) in
            [("2026-11-15T22:59:59Z", Verdict::Granted), ("2026-11-15T23:00:00Z", Verdict::AttendedOffered)]
        {
            g.set(t);
            let mut look = g.w.app.store().look().await.unwrap();
            let (size, now) = (look.size(), Now(t.parse().unwrap()));
            let (decision, _) = decide(&mut look, &body, by, now).await.unwrap();
            assert_eq!(decision.verdict, verdict, "{:?}", decision.blocking().collect::<Vec<_>>());
            assert_eq!(g.w.app.store().look().await.unwrap().size(), size);
        }
        g.close().await;
    }
}

#[tokio::test]
async fn nothing_passes_after_the_receipt_of_a_suspension() {
    for g in ground().await {
        g.graded().await;
        // given thirty requests that wait for a yes, approved while somebody suspends the engagement
        let mut names = Vec::new();
        for _ in 0..30 {
            names.push(Ground::reference(&g.ok(&g.ortega, "request-access", g.ask()).await));
        }
        let body = |name: &String| json!({ "request": name });
        let stop = json!({ "engagement": "E-025", "cause": "incident" });
        let half = names.split_at(15);
        let approve = |names: Vec<String>| {
            let (app, by) = (g.w.app.clone(), g.keller.clone());
            names.into_iter().map(move |name| {
                let (app, by) = (app.clone(), by.clone());
                tokio::spawn(async move { acts::act(&app, &by, request(), "approve-access", body(&name)).await })
            })
        };
        let mut tasks: Vec<_> = approve(half.0.to_vec()).collect();
        let (app, by) = (g.w.app.clone(), g.adeyemi.clone());
        let suspended = tokio::spawn(async move { acts::act(&app, &by, request(), "suspend-activation", stop).await });
        tasks.extend(approve(half.1.to_vec()));
        let ask = g.ask();
        tasks.extend((0..30).map(|_| {
            let (app, by, ask) = (g.w.app.clone(), g.ortega.clone(), ask.clone());
            tokio::spawn(async move { acts::act(&app, &by, request(), "request-access", ask).await })
        }));
        let at = suspended.await.unwrap().unwrap()["entry"].as_u64().unwrap();
        // then whatever came after the suspension's entry was not let through
        let (mut before, mut after) = (0, 0);
        for task in tasks {
            match task.await.unwrap() {
                Ok(done) if done["entry"].as_u64().unwrap() < at => before += 1,
                Ok(done) => {
                    assert_eq!(done["done"]["state"], "refused", "{done}");
                    after += 1;
                }
                Err(Stop::Refused(r)) => {
                    assert_eq!(r.say.id, "check-engagement-suspended");
                    after += 1;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!((before + after, g.w.engine.is_empty()), (60, false));
        g.close().await;
    }
}
