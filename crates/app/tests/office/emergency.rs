//! Emergencies, holds and grants that end by people.

use plantgate_app::Stop;
use plantgate_domain::base::GrantId;
use serde_json::{Value, json};

use super::ground::{Ground, blocking, granted, ground, uuid, word};

fn emergency(minutes: u32) -> Value {
    json!({ "engagement": "E-025", "person": "ortega", "instance": "BMS-B61", "environment": "prod",
        "roles": ["configure"], "pattern": "gateway-attended", "minutes": minutes, "reason": "No heating." })
}

fn said(stop: &Stop) -> &'static str {
    match stop {
        Stop::Refused(r) => r.say.id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn one_confirm_opens_two_hours_and_the_review_is_somebody_elses() {
    for g in ground().await {
        // given the standing is Restricted and a freeze is on: an emergency overrides both
        let window = json!({ "from": "2026-11-16T00:00:00Z", "until": "2026-11-17T00:00:00Z" });
        g.ok(&g.keller, "set-freeze", json!({ "site": "BRU", "window": window })).await;
        let opened = g.ok(&g.vogt, "open-emergency", emergency(120)).await;
        let grant = GrantId(uuid(&opened["done"]["grant"]));
        assert_eq!(word(&g, grant).await, "active");
        assert_eq!(opened["done"]["decision"]["verdict"], "granted");
        let due = opened["done"]["review_due"].as_str().unwrap();
        assert_eq!(due, "2026-11-17T23:00:00.000000Z");
        // more than two hours, or not a person of ours on shift: no
        let stop = g.no(&g.vogt, "open-emergency", emergency(121)).await;
        assert_eq!(said(&stop), "check-length-over");
        assert!(matches!(g.no(&g.ortega, "open-emergency", emergency(30)).await, Stop::NotFound | Stop::Refused(_)));
        // who opened it does not review it, somebody else does, once
        let review = json!({ "grant": grant.to_string(), "cause": "equipment", "finding": "Justified." });
        g.no(&g.vogt, "review-emergency", review.clone()).await;
        g.ok(&g.manager, "review-emergency", review.clone()).await;
        assert_eq!(said(&g.no(&g.okafor, "review-emergency", review).await), "refuse-emergency-reviewed");
        // the shift lead renews it, up to twelve hours in all; nobody else does
        let until = |t: &str| json!({ "grant": grant.to_string(), "until": t });
        g.set("2026-11-16T09:00:00Z");
        let more = until("2026-11-16T11:00:00Z");
        assert_eq!(said(&g.no(&g.keller, "extend-grant", more.clone()).await), "refuse-extension-shift-lead");
        g.ok(&g.vogt, "extend-grant", more).await;
        assert_eq!(
            said(&g.no(&g.vogt, "extend-grant", until("2026-11-16T20:00:00Z")).await),
            "refuse-extension-too-long"
        );
        g.close().await;
    }
}

#[tokio::test]
async fn an_emergency_never_overrides_a_hold_on_the_person_nor_writes_to_safety_from_afar() {
    for g in ground().await {
        let on = json!({ "person": "ortega" });
        let hold = json!({ "on": on, "effect": "no-new-access", "cause": "security" });
        // holds are set by the function of their cause
        let stop = g.no(&g.lindqvist, "set-hold", hold.clone()).await;
        assert_eq!(said(&stop), "refuse-hold-cause");
        let set = g.ok(&g.okafor, "set-hold", hold).await;
        let stop = g.no(&g.vogt, "open-emergency", emergency(60)).await;
        assert_eq!(said(&stop), "check-hold-security");
        let lift = json!({ "hold": Ground::reference(&set), "reason": "Cleared." });
        assert_eq!(said(&g.no(&g.lindqvist, "lift-hold", lift.clone()).await), "refuse-hold-not-yours");
        g.ok(&g.okafor, "lift-hold", lift).await;
        g.ok(&g.vogt, "open-emergency", emergency(60)).await;
        let mut safety = emergency(60);
        safety["instance"] = json!("SIS-B05");
        let stop = g.no(&g.vogt, "open-emergency", safety).await;
        let Stop::Refused(r) = stop else { panic!("{stop:?}") };
        assert!(blocking(r.decision.as_ref().unwrap()).contains(&"pattern-allowed".to_owned()));
        g.close().await;
    }
}

#[tokio::test]
async fn what_was_given_rests_ends_and_is_seen() {
    for g in ground().await {
        let grant = granted(&g).await;
        let on = json!({ "grant": grant.to_string() });
        let start = json!({ "instance": "BMS-B61", "grant": grant.to_string(), "role": "configure" });
        // under an active grant a session is covered
        let began = g.ok(&g.vogt, "start-session", start.clone()).await;
        assert_eq!(began["done"]["cover"], "covered", "{began}");
        // a resting one lets nothing begin: what is seen is unmatched and nobody's doing
        g.ok(&g.okafor, "suspend-grant", json!({ "grant": grant.to_string(), "cause": "incident" })).await;
        let began = g.ok(&g.vogt, "start-session", start.clone()).await;
        assert_eq!(began["done"]["cover"], "unmatched");
        assert_eq!(blocking(&began["done"]["decision"]), ["named-person"]);
        g.ok(&g.okafor, "resume-grant", on.clone()).await;
        inside(&g, 2, 0).await;
        // ending is by disconnect here, reconnecting needs a new approval
        g.ok(&g.vogt, "disconnect", on).await;
        assert_eq!(word(&g, grant).await, "revoked");
        assert_eq!(g.ok(&g.vogt, "start-session", start).await["done"]["cover"], "unmatched");
        let end = json!({ "session": "SES-0001", "how": "disconnect" });
        g.ok(&g.vogt, "end-session", end.clone()).await;
        assert_eq!(said(&g.no(&g.vogt, "end-session", end).await), "refuse-session-ended");
        inside(&g, 2, 0).await;
        // entered afterwards it needs a second person
        let paper = json!({ "instance": "BMS-B61", "person": "ortega", "started": "2026-11-16T08:00:00Z" });
        let stop = g.no(&g.vogt, "start-session", paper.clone()).await;
        assert!(matches!(&stop, Stop::Invalid(i) if i[0].place.field.as_deref() == Some("confirmed_by")), "{stop:?}");
        let mut second = paper;
        second["confirmed_by"] = json!("keller");
        g.ok(&g.vogt, "start-session", second).await;
        // whose doing it was: OT security says so, and needs a provider for the provider's
        let whose = json!({ "session": "SES-0002", "party": "owner", "reason": "Our own test." });
        g.ok(&g.okafor, "attribute-session", whose).await;
        g.close().await;
    }
}

async fn inside(g: &Ground, sessions: usize, expected: usize) {
    let mut look = g.w.app.store().look().await.unwrap();
    let reader = g.keller.actor.person().unwrap();
    let found = plantgate_app::witness::inside::who_is_inside(&mut look, reader, g.site).await.unwrap();
    assert_eq!((found.sessions.len(), found.expected.len()), (sessions, expected));
    // a provider's person sees its own session, and not the one that is nobody's yet
    let reader = g.ortega.actor.person().unwrap();
    let found = plantgate_app::witness::inside::who_is_inside(&mut look, reader, g.site).await.unwrap();
    assert!(found.sessions.len() < sessions);
}
