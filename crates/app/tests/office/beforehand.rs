//! Work approved beforehand, through acts (S5.1b): what fits is granted without anybody being asked, and everything
//! that should end that ends it at once: an answer of people, of rules, of the clock.

use plantgate_app::{Caller, Stop};
use plantgate_domain::{
    base::GrantId,
    event::{
        expect::EngagementEvent,
        permit::{AccessEvent, GrantEvent},
    },
    expect::engagement::Engagement,
    permit::{access::AccessRequest, grant::Grant},
};
use plantgate_store::memory::Memory;
use serde_json::{Value, json};

use super::ground::{Ground, ground, put, uuid, word};

/// View and configure on the building system, unattended, two hours at most, weekdays from six to six, to 20 December.
fn pattern() -> Value {
    json!({ "engagement": "E-025", "instance": "BMS-B61", "most_roles": ["view", "configure"],
        "purposes": ["maintain", "upgrade"], "pattern": "gateway-unattended", "longest_minutes": 120,
        "weekdays": ["mon", "tue", "wed", "thu", "fri"],
        "hours_from": "06:00", "hours_until": "18:00", "last_day": "2026-12-20" })
}

async fn given(g: &Ground) -> u64 {
    let done = g.ok(&g.keller, "approve-beforehand", pattern()).await;
    done["done"]["number"].as_u64().unwrap()
}

async fn state(g: &Ground, by: &Caller, ask: Value) -> String {
    g.ok(by, "request-access", ask).await["done"]["state"].as_str().unwrap().to_owned()
}

fn says(stop: &Stop) -> &str {
    match stop {
        Stop::Refused(no) => no.say.id,
        Stop::Invalid(all) => all.first().map_or("", |i| i.why.id),
        _ => "",
    }
}

#[tokio::test]
async fn what_fits_is_granted_at_once_and_the_record_says_by_whose_yes() {
    for g in ground().await {
        g.graded().await;
        // given nothing is approved beforehand, people are asked
        assert_eq!(state(&g, &g.ortega, g.ask()).await, "awaiting-approval");
        let number = given(&g).await;
        // when the same is asked again
        let asked = g.ok(&g.ortega, "request-access", g.ask()).await;
        // then it is granted, to its person, by Keller's yes of before
        assert_eq!(asked["done"]["state"], "approved", "{}: {asked}", g.w.engine);
        let id = GrantId(uuid(&asked["done"]["grant"]));
        assert_eq!(word(&g, id).await, "scheduled");
        let mut look = g.w.app.store().look().await.unwrap();
        let grant: Grant = look.get(id).await.unwrap();
        let request: AccessRequest = look.get(grant.facts.request.unwrap()).await.unwrap();
        assert_eq!((grant.facts.beforehand, request.beforehand), (Some(1), Some(1)));
        assert_eq!(number, 1);
        let who: Vec<_> = grant.facts.approvals.iter().map(|y| Some(y.person)).collect();
        assert_eq!(who, [g.keller.actor.person()]);
        let mut names = Vec::new();
        for (entry, _) in look.entries(request.id.into()).await.unwrap() {
            names.push(entry.event.to_wire().unwrap().0);
        }
        assert_eq!(names, ["permit.access.requested@1", "permit.access.queued@1", "permit.access.covered@1"]);
        drop(look);
        g.close().await;
    }
}

#[tokio::test]
async fn whoever_may_not_gives_agrees_or_takes_back_nothing() {
    for g in ground().await {
        g.graded().await;
        // a provider's people, another provider's, and functions of ours that say yes to no access
        for who in [&g.ortega, &g.campos, &g.reyes] {
            let stop = g.no(who, "approve-beforehand", pattern()).await;
            assert!(matches!(stop, Stop::NotFound | Stop::Refused(_)), "{stop:?}");
        }
        for who in [&g.vogt, &g.manager, &g.adeyemi, &g.admin] {
            assert!(matches!(g.no(who, "approve-beforehand", pattern()).await, Stop::Refused(_)));
        }
        given(&g).await;
        let named = json!({ "engagement": "E-025", "beforehand": 1 });
        // the same person again, and another one in the same function
        assert_eq!(says(&g.no(&g.keller, "agree-beforehand", named.clone()).await), "refuse-beforehand-twice");
        assert_eq!(says(&g.no(&g.keller2, "agree-beforehand", named.clone()).await), "refuse-beforehand-function");
        for act in ["agree-beforehand", "withdraw-beforehand"] {
            for who in [&g.ortega, &g.reyes, &g.vogt] {
                let stop = g.no(who, act, named.clone()).await;
                assert!(matches!(stop, Stop::NotFound | Stop::Refused(_)), "{act}: {stop:?}");
            }
            // what is not there: our people are told, a provider's learn nothing
            let none = json!({ "engagement": "E-025", "beforehand": 9 });
            assert_eq!(says(&g.no(&g.okafor, act, none.clone()).await), "invalid-beforehand-none");
            assert!(matches!(g.no(&g.reyes, act, none).await, Stop::NotFound));
        }
        // bounds are told at the field or by the rule
        let cases = [
            ("last_day", json!("2027-02-15"), "refuse-beforehand-days"),
            ("last_day", json!("2026-11-15"), "refuse-beforehand-days"),
            ("most_roles", json!(["administer"]), "refuse-beforehand-scope"),
            ("most_roles", json!([]), "invalid-right-missing-view"),
            ("weekdays", json!([]), "invalid-beforehand-days"),
            ("purposes", json!([]), "invalid-beforehand-purposes"),
            ("purposes", json!(["maintain", "emergency"]), "invalid-beforehand-purposes"),
            ("hours_from", json!("24:00"), "invalid-no-clock"),
            ("hours_until", json!("noon"), "invalid-no-clock"),
            ("longest_minutes", json!(0), "invalid-beforehand-length"),
            ("longest_minutes", json!(1_441), "refuse-beforehand-length"),
            ("pattern", json!("none"), "invalid-pattern-missing"),
        ];
        for (field, value, say) in cases {
            let mut body = pattern();
            body[field] = value;
            let stop = g.no(&g.keller, "approve-beforehand", body).await;
            assert_eq!(says(&stop), say, "{field}: {stop:?}");
        }
        g.close().await;
    }
}

#[tokio::test]
async fn what_does_not_fit_entirely_waits_for_people() {
    for g in ground().await {
        g.graded().await;
        given(&g).await;
        let window = |from: &str, until: &str| json!({ "is": "fixed", "window": { "from": from, "until": until } });
        let cases = [
            // one minute too long; a minute past six in the evening
            ("window", window("2026-11-16T13:00:00Z", "2026-11-16T15:01:00Z")),
            ("window", window("2026-11-16T15:30:00Z", "2026-11-16T17:01:00Z")),
            ("purpose", json!("troubleshoot")),
            ("pattern", json!("gateway-attended")),
            ("attended", json!(true)),
        ];
        for (field, value) in cases {
            let mut ask = g.ask();
            ask[field] = value.clone();
            let state = state(&g, &g.ortega, ask).await;
            assert_ne!(state, "approved", "{field}: {value}");
        }
        // the one who said yes asks for her: somebody else has to say it then
        let mut ours = g.ask();
        ours["person"] = json!("ortega");
        assert_eq!(state(&g, &g.keller, ours.clone()).await, "awaiting-approval");
        assert_eq!(state(&g, &g.keller2, ours).await, "approved");
        g.close().await;
    }
}

#[tokio::test]
async fn taking_it_back_takes_what_has_not_begun_and_leaves_what_runs() {
    for g in ground().await {
        g.graded().await;
        given(&g).await;
        let asked = g.ok(&g.ortega, "request-access", g.ask()).await;
        let id = GrantId(uuid(&asked["done"]["grant"]));
        // when somebody who could have given it takes it back
        let named = json!({ "engagement": "E-025", "beforehand": 1 });
        g.ok(&g.okafor, "withdraw-beforehand", named.clone()).await;
        // then the next one waits, and the grant that had not begun is revoked in the same turn, by the same hand
        assert_eq!(state(&g, &g.ortega, g.ask()).await, "awaiting-approval");
        assert_eq!(word(&g, id).await, "revoked");
        let grant: Grant = g.w.app.store().look().await.unwrap().get(id).await.unwrap();
        assert_eq!((grant.revoked_by, grant.disconnected), (g.okafor.actor.person(), false));
        for act in ["withdraw-beforehand", "agree-beforehand"] {
            assert_eq!(says(&g.no(&g.okafor, act, named.clone()).await), "refuse-beforehand-over");
        }
        // and a new one has a number of its own; what runs under it goes on when that is taken back
        g.set("2026-11-16T12:00:00Z");
        assert_eq!(given(&g).await, 2);
        let asked = g.ok(&g.ortega, "request-access", g.ask()).await;
        let id = GrantId(uuid(&asked["done"]["grant"]));
        g.set("2026-11-16T13:00:00Z");
        let named = json!({ "engagement": "E-025", "beforehand": 2 });
        g.ok(&g.okafor, "withdraw-beforehand", named).await;
        assert_eq!(word(&g, id).await, "active");
        g.set("2026-11-16T15:00:00Z");
        assert_eq!(word(&g, id).await, "expired");
        g.close().await;
    }
}

#[tokio::test]
async fn whoever_was_cut_comes_back_by_a_new_yes_alone() {
    for g in ground().await {
        g.graded().await;
        given(&g).await;
        let asked = g.ok(&g.ortega, "request-access", g.ask()).await;
        let grant = asked["done"]["grant"].clone();
        // when the grant is taken away, then the old yes lets nobody in again
        g.ok(&g.vogt, "revoke-grant", json!({ "grant": grant, "reason": "Not now." })).await;
        assert_eq!(state(&g, &g.ortega, g.ask()).await, "awaiting-approval");
        let named = json!({ "engagement": "E-025", "beforehand": 1 });
        assert_eq!(says(&g.no(&g.okafor, "agree-beforehand", named).await), "refuse-beforehand-over");
        // and a new one does, until somebody says no to a request, or lets its grant rest
        given(&g).await;
        let asked = g.ok(&g.ortega, "request-access", g.ask()).await;
        assert_eq!(asked["done"]["state"], "approved");
        let rests = json!({ "grant": asked["done"]["grant"], "cause": "incident" });
        g.ok(&g.okafor, "suspend-grant", rests).await;
        let other = json!({ "engagement": "E-025", "beforehand": 2 });
        assert_eq!(says(&g.no(&g.okafor, "agree-beforehand", other).await), "refuse-beforehand-over");
        g.close().await;
    }
}

#[tokio::test]
async fn holds_scope_people_and_the_clock_end_it_at_once() {
    for g in ground().await {
        g.graded().await;
        given(&g).await;
        // a hold on the system: nobody comes in; lifted, it is judged anew
        let hold = json!({ "on": { "instance": "BMS-B61" }, "effect": "attended-only", "cause": "security" });
        let hold = g.ok(&g.okafor, "set-hold", hold).await;
        assert_ne!(state(&g, &g.ortega, g.ask()).await, "approved");
        let lift = json!({ "hold": Ground::reference(&hold), "reason": "It was nothing." });
        g.ok(&g.okafor, "lift-hold", lift).await;
        assert_eq!(state(&g, &g.ortega, g.ask()).await, "approved");
        // one after the other: while that grant is not over, the next one waits
        assert_eq!(state(&g, &g.ortega, g.ask()).await, "awaiting-approval");
        // who said yes is suspended: their yes is none any more
        let keller = g.keller.actor.person().unwrap();
        let body = json!({ "person": keller.to_string(), "reason": "Away." });
        g.ok(&g.admin, "suspend-person", body).await;
        assert_eq!(state(&g, &g.ortega, g.ask()).await, "awaiting-approval");
        g.close().await;
    }
}

#[tokio::test]
async fn another_tier_or_scope_ends_it_and_so_does_its_last_day() {
    for g in ground().await {
        g.graded().await;
        given(&g).await;
        // the scope says the same with one right more: it is another scope, and people are asked
        let mut look = g.w.app.store().look().await.unwrap();
        let e: Engagement = look.get(g.engagement).await.unwrap();
        let mut item = e.approved().find(|s| s.instance == g.instance).cloned().unwrap();
        drop(look);
        item.roles.push(plantgate_domain::base::Role::Operate);
        let named = plantgate_domain::event::expect::ScopeNamed { instance: g.instance };
        put(&g.w, g.engagement, EngagementEvent::ScopeProposed(item).into()).await;
        put(&g.w, g.engagement, EngagementEvent::ScopeApproved(named).into()).await;
        assert_eq!(state(&g, &g.ortega, g.ask()).await, "awaiting-approval");
        // a new one rests on the new scope, and ends with its last day, whatever a clock does afterwards
        let mut short = pattern();
        short["last_day"] = json!("2026-11-16");
        g.ok(&g.keller, "approve-beforehand", short).await;
        assert_eq!(state(&g, &g.ortega, g.ask()).await, "approved");
        let mut tomorrow = g.ask();
        tomorrow["window"]["window"] = json!({ "from": "2026-11-17T08:00:00Z", "until": "2026-11-17T09:00:00Z" });
        assert_ne!(state(&g, &g.ortega, tomorrow).await, "approved");
        g.close().await;
    }
}

#[test]
fn what_is_written_of_it_is_closed_and_old_grants_read_as_they_did() {
    // a grant written before patterns were known has no such member, and one without is written without it
    let text = json!({ "type": "permit.grant.opened@1", "data": { "reference": "GRA-1", "request": null,
        "engagement": uuid::Uuid::nil(), "provider": uuid::Uuid::nil(), "person": uuid::Uuid::nil(),
        "requested_by": uuid::Uuid::nil(), "instance": uuid::Uuid::nil(), "site": uuid::Uuid::nil(),
        "environment": "prod", "roles": ["view"], "purpose": "maintain", "pattern": "gateway-attended",
        "window": { "from": "2026-11-16T13:00:00Z", "until": "2026-11-16T15:00:00Z" }, "end_mode": "hard",
        "attended": true, "attendant": null, "change": null, "ticket": false, "approvals": [], "emergency": null,
        "rules_version": 1 } });
    let read: GrantEvent = serde_json::from_value(text).unwrap();
    let GrantEvent::Opened(opened) = &read else { panic!("{read:?}") };
    assert_eq!(opened.beforehand, None);
    assert!(serde_json::to_value(&read).unwrap()["data"].get("beforehand").is_none());
    assert!(serde_json::from_value::<AccessEvent>(json!({ "type": "permit.access.covered@1", "data": {} })).is_err());
}
