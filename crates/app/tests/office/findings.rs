//! Findings, accounts, the watchman and histories: A-04, A-09, R-13, R-23.

use plantgate_app::{
    Stop,
    permit::facts::facts,
    review::{history::history, watch::round},
};
use plantgate_domain::{
    base::{AccessRequestId, FindingId, Level, Ref, SiteId},
    event::{
        expect::{SiteEvent, SiteFacts},
        permit::Moment,
        qualify::{OwnerRole, PersonEvent, RoleAt},
    },
    expect::engagement::Engagement,
    permit::access::AccessRequest,
};
use plantgate_store::memory::Memory;
use plantgate_testkit::world::request;
use serde_json::{Value, json};

use super::ground::{Ground, blocking, ground, id, put, uuid};

fn finding() -> Value {
    json!({ "kind": "unauthorised-change", "reference": "F-0231", "engagement": "E-025", "instance": "BMS-B61",
        "severity": "high", "text": "Three items differ, no change.", "occurred": "2026-10-19T10:00:00Z" })
}

fn rule(stop: &Stop) -> (&'static str, &'static str) {
    match stop {
        Stop::Refused(r) => (r.rule, r.say.id),
        other => panic!("{other:?}"),
    }
}

/// Standing and the keys of the reasons that weigh, as a decision sees them.
async fn standing(g: &Ground) -> (Level, Vec<String>) {
    let req = g.ok(&g.ortega, "request-access", g.ask()).await;
    let mut look = g.w.app.store().look().await.unwrap();
    let now = look.now();
    let request: AccessRequest = look.get(AccessRequestId(uuid(&req["done"]["id"]))).await.unwrap();
    let f = facts(&mut look, &request.question(Moment::Request, now), now).await.unwrap();
    let weigh = f.reasons.iter().filter(|r| r.weight(now.0) > Level::Good);
    (*f.standing.at(now.0), weigh.map(|r| r.key.clone()).collect())
}

#[tokio::test]
async fn two_reasons_and_clearing_one_leaves_the_other() {
    for g in ground().await {
        // given a finding of 20 October, confirmed by another person than proposed it
        g.set("2026-10-20T08:00:00Z");
        let f = g.ok(&g.okafor, "propose-finding", finding()).await;
        let on = json!({ "finding": "F-0231" });
        let with = |more: Value| {
            let mut body = on.clone();
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let yes = with(json!({ "party": "provider", "severity": "high" }));
        assert_eq!(rule(&g.no(&g.okafor, "confirm-finding", yes.clone()).await), ("R-13", "refuse-finding-own"));
        // before it is confirmed its provider knows nothing of it
        assert!(matches!(g.no(&g.campos, "dispute-finding", on.clone()).await, Stop::NotFound));
        g.ok(&g.okafor2, "confirm-finding", yes).await;
        assert!(matches!(g.no(&g.reyes, "dispute-finding", on.clone()).await, Stop::NotFound));
        g.ok(&g.campos, "dispute-finding", with(json!({ "note": "Not us." }))).await;
        // then new access is held until the joint review
        let req = g.ok(&g.ortega, "request-access", g.ask()).await;
        assert!(blocking(&req["done"]["decision"]).contains(&"no-hold".to_owned()), "{req}");
        g.set("2026-10-27T08:00:00Z");
        g.ok(&g.okafor, "hold-joint-review", on.clone()).await;
        let plan = with(json!({ "party": "provider", "due": "2026-11-10", "text": "Train." }));
        g.ok(&g.okafor, "plan-action", plan).await;
        // and on 16 November two reasons stand; the list clears one of them
        g.set("2026-11-16T07:30:00Z");
        let both = vec!["unauthorised-change".to_owned(), "evidence-missing".to_owned()];
        let (level, mut keys) = standing(&g).await;
        keys.sort_by(|a, b| b.cmp(a));
        assert_eq!((level, keys), (Level::Restricted, both));
        g.graded().await;
        assert_eq!(standing(&g).await, (Level::Restricted, vec!["unauthorised-change".to_owned()]));
        // the action is claimed by who owes it, verified by somebody of ours
        assert_eq!(rule(&g.no(&g.keller, "claim-action", on.clone()).await).1, "refuse-action-not-theirs");
        assert_eq!(rule(&g.no(&g.okafor, "verify-action", on.clone()).await).1, "refuse-action-not-claimed");
        g.ok(&g.campos, "claim-action", on.clone()).await;
        g.no(&g.campos, "verify-action", on.clone()).await;
        g.ok(&g.okafor, "verify-action", on.clone()).await;
        assert_eq!(standing(&g).await, (Level::Good, vec![]));
        g.ok(&g.okafor, "close-finding", on.clone()).await;
        g.ok(&g.okafor, "reopen-finding", on).await;
        told(&g, id::<FindingId>(&f).into()).await;
        g.close().await;
    }
}

#[tokio::test]
async fn a_confirmed_finding_holds_where_it_happened_and_nowhere_else() {
    for g in ground().await {
        let held = |answer: Value| blocking(&answer["done"]["decision"]).contains(&"no-hold".to_owned());
        // given a confirmed finding of this engagement at another site
        let lin = SiteId(request());
        put(&g.w, lin, SiteEvent::Registered(other_site()).into()).await;
        for by in [&g.okafor, &g.okafor2] {
            let role = RoleAt { role: OwnerRole::OtSecurity, site: Some(lin) };
            put(&g.w, by.actor.person().unwrap(), PersonEvent::RoleGiven(role).into()).await;
        }
        let mut there = finding();
        there.as_object_mut().unwrap().remove("instance");
        (there["reference"], there["site"]) = (json!("F-0232"), json!("LIN"));
        g.ok(&g.okafor, "propose-finding", there).await;
        let yes = |f: &str| json!({ "finding": f, "party": "provider", "severity": "high" });
        g.ok(&g.okafor2, "confirm-finding", yes("F-0232")).await;
        // then access here is not held by it, and by one that happened here it is
        assert!(!held(g.ok(&g.ortega, "request-access", g.ask()).await), "{}", g.w.engine);
        g.ok(&g.okafor, "propose-finding", finding()).await;
        g.ok(&g.okafor2, "confirm-finding", yes("F-0231")).await;
        assert!(held(g.ok(&g.ortega, "request-access", g.ask()).await), "{}", g.w.engine);
        g.close().await;
    }
}

fn other_site() -> SiteFacts {
    let zone = "Europe/Berlin".parse().unwrap();
    SiteFacts { reference: "LIN".into(), name: "Lindau".into(), zone, country: "DE".into() }
}

/// The history of the finding: every entry, what it changed, private values as slots.
async fn told(g: &Ground, on: Ref) {
    let mut look = g.w.app.store().look().await.unwrap();
    let all = history(&mut look, on).await.unwrap();
    let names: Vec<&str> = all.iter().map(|h| h.event.as_str()).collect();
    let way = [
        "proposed",
        "confirmed",
        "disputed",
        "joint_review_held",
        "action_planned",
        "action_claimed",
        "action_verified",
        "closed",
        "reopened",
    ];
    assert_eq!(names, way.map(|w| format!("review.finding.{w}@1")));
    assert!(all.iter().all(|h| h.leaf.len() == 64 && !h.changes.is_empty()));
    assert_eq!(all[0].slots().count(), 1);
    let state = all[1].changes.iter().find(|c| c.field == "/state").unwrap();
    assert_eq!(format!("{:?}", state.after), r#"Some(Value(String("confirmed")))"#);
    let slot = all[4].slots().next().unwrap();
    assert_eq!(look.open_slot(slot).await.unwrap().as_deref(), Some("Train."));
}

#[tokio::test]
async fn an_account_that_was_not_to_be_contradicts_the_tier() {
    for g in ground().await {
        // given a provider that said it needs no access here
        use plantgate_domain::base::{Pattern, Tier};
        use plantgate_domain::event::expect::{EngagementEvent, EngagementFacts};
        let mut look = g.w.app.store().look().await.unwrap();
        let e: Engagement = look.get(g.engagement).await.unwrap();
        drop(look);
        let facts = EngagementFacts { patterns: Some(vec![Pattern::None]), ..e.facts };
        put(&g.w, g.engagement, EngagementEvent::Revised(facts).into()).await;
        // when an account of its is found, then its new access is judged as T1
        let found = json!({ "instance": "BMS-B61", "name": "verdano01", "kind": "shared", "provider": "P-09" });
        let first = g.ok(&g.okafor, "record-account", found.clone()).await;
        // the account, the contradiction, and the tier that follows from it
        assert_eq!(first["entries"], 3);
        let mut look = g.w.app.store().look().await.unwrap();
        let e: Engagement = look.get(g.engagement).await.unwrap();
        assert_eq!((e.contradicted.len(), e.tier(g.site).unwrap().gate()), (1, Tier::T1));
        drop(look);
        // found again it is the same account, and contradicts nothing twice
        let again = g.ok(&g.okafor, "record-account", found).await;
        assert_eq!((again["entries"].clone(), &again["done"]["id"]), (json!(1), &first["done"]["id"]));
        // removed with a second person who looked
        let account = Ground::reference(&first);
        let gone = |by: &str| json!({ "account": account, "how": "removed", "verified_by": by });
        assert_eq!(rule(&g.no(&g.okafor, "remove-account", gone("okafor")).await).0, "R-13");
        g.ok(&g.okafor, "remove-account", gone("keller")).await;
        g.close().await;
    }
}

#[tokio::test]
async fn the_watchman_proposes_once_and_people_dispose() {
    for g in ground().await {
        let first = round(&g.w.app).await.unwrap();
        assert!(first > 0);
        // a second round, and one hours later, propose nothing new
        assert_eq!(round(&g.w.app).await.unwrap(), 0);
        g.set("2026-11-16T09:30:00Z");
        assert_eq!(round(&g.w.app).await.unwrap(), 0);
        let mut look = g.w.app.store().look().await.unwrap();
        let tasks = look.every(plantgate_domain::base::Kind::Task).await.unwrap();
        drop(look);
        assert_eq!(tasks.len() as u64, first);
        let plantgate_domain::thing::AnyThing::Task(task) = &tasks[0].thing else { panic!() };
        let close = json!({ "task": task.id.to_string(), "done": true });
        g.ok(&g.okafor, "close-task", close.clone()).await;
        assert_eq!(rule(&g.no(&g.okafor, "close-task", close).await).1, "stop-task-closed");
        assert_eq!(round(&g.w.app).await.unwrap(), 0);
        // only the watchman watches
        g.no(&g.okafor, "watch", json!({ "noticed": [] })).await;
        g.close().await;
    }
}
