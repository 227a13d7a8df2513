//! What was set to protect is lifted by who answers for every site it is about; a notice that was a mistake is taken
//! back, and nothing opens by itself.

use plantgate_app::{Caller, Stop};
use plantgate_domain::{
    base::{PersonId, SiteId},
    event::{
        expect::{SiteEvent, SiteFacts},
        qualify::{OwnerRole, PersonEvent, RoleAt},
    },
};
use plantgate_store::memory::Memory;
use plantgate_testkit::world::request;
use serde_json::{Value, json};

use super::ground::{Ground, granted, ground, put, word};

fn said(stop: &Stop) -> String {
    match stop {
        Stop::Refused(r) => r.say.id.to_owned(),
        Stop::Invalid(i) => i[0].place.field.clone().unwrap_or_default(),
        Stop::NotFound => "not found".to_owned(),
        other => panic!("{other:?}"),
    }
}

/// Somebody of OT security who has the function at another site only.
async fn elsewhere(g: &Ground) -> Caller {
    let site = SiteId(request());
    let zone = "Europe/Berlin".parse().unwrap();
    let facts = SiteFacts { reference: "LIN".into(), name: "Lindau".into(), zone, country: "DE".into() };
    put(&g.w, site, SiteEvent::Registered(facts).into()).await;
    let person: PersonId = g.okafor2.actor.person().unwrap();
    let role = |site| RoleAt { role: OwnerRole::OtSecurity, site: Some(site) };
    put(&g.w, person, PersonEvent::RoleTaken(role(g.site)).into()).await;
    put(&g.w, person, PersonEvent::RoleGiven(role(site)).into()).await;
    g.okafor2.clone()
}

#[tokio::test]
async fn what_protects_is_set_anywhere_and_lifted_where_it_counts() {
    for g in ground().await {
        let far = elsewhere(&g).await;
        for on in [json!({ "person": "ortega" }), json!({ "provider": "P-09" })] {
            // given a hold that somebody at another site set
            let hold = json!({ "on": on, "effect": "no-new-access", "cause": "security" });
            let set = g.ok(&far, "set-hold", hold).await;
            // when they lift it, then they lack the sites the provider works at
            let lift = json!({ "hold": Ground::reference(&set), "reason": "All well." });
            assert_eq!(said(&g.no(&far, "lift-hold", lift.clone()).await), "stop-no-power", "{}", g.w.engine);
            g.ok(&g.okafor, "lift-hold", lift).await;
        }
        // who means their own site only holds the work there, and lifts it alone
        for on in [json!({ "engagement": "E-025" }), json!({ "instance": "BMS-B61" })] {
            let hold = json!({ "on": on, "effect": "no-new-access", "cause": "security" });
            let set = g.ok(&g.okafor, "set-hold", hold).await;
            g.ok(&g.okafor, "lift-hold", json!({ "hold": Ground::reference(&set), "reason": "Seen." })).await;
        }
        let who = json!({ "person": "ortega", "reason": "Token lost." });
        g.ok(&far, "suspend-person", who.clone()).await;
        assert_eq!(said(&g.no(&far, "resume-person", who.clone()).await), "stop-no-power");
        g.ok(&g.okafor, "resume-person", who).await;
        // an engagement rests and goes on at its own sites only
        let rest = json!({ "engagement": "E-025", "cause": "incident" });
        assert_eq!(said(&g.no(&far, "suspend-activation", rest.clone()).await), "engagement");
        g.ok(&g.okafor, "suspend-activation", rest).await;
        let on = json!({ "engagement": "E-025" });
        assert_eq!(said(&g.no(&far, "resume-activation", on.clone()).await), "engagement");
        g.ok(&g.okafor, "resume-activation", on).await;
        g.close().await;
    }
}

#[tokio::test]
async fn a_mistaken_notice_is_taken_back_and_nothing_opens_by_itself() {
    for g in ground().await {
        let far = elsewhere(&g).await;
        let grant = granted(&g).await;
        let on = json!({ "grant": grant.to_string() });
        assert_eq!(said(&g.no(&far, "resume-grant", on.clone()).await), "grant", "{}", g.w.engine);
        // given a leaver notice of the provider, about the wrong person
        let leaves = "2026-11-16T12:30:00Z";
        let told = json!({ "person": "ortega", "kind": "leaver", "effective_at": leaves });
        g.ok(&g.campos, "notice-person", told).await;
        assert_eq!(said(&g.no(&g.ortega, "request-access", g.ask()).await), "stop-no-seat");
        // when the provider takes it back, then it cannot; ours can, once, with a reason
        let back = |reason: &str| {
            json!({ "person": "ortega", "kind": "leaver", "effective_at": leaves,
            "reason": reason })
        };
        assert_eq!(said(&g.no(&g.campos, "withdraw-notice", back("Typo.")).await), "not found");
        assert_eq!(said(&g.no(&far, "withdraw-notice", back("Typo.")).await), "stop-no-power");
        assert_eq!(said(&g.no(&g.okafor, "withdraw-notice", back(" ")).await), "reason");
        g.ok(&g.okafor, "withdraw-notice", back("Another person was meant.")).await;
        assert_eq!(said(&g.no(&g.okafor, "withdraw-notice", back("Again.")).await), "effective_at");
        // then the person is back, and the grant waits for somebody
        assert_eq!(word(&g, grant).await, "suspended", "{}", g.w.engine);
        let start: Value = json!({ "instance": "BMS-B61", "grant": grant.to_string(), "role": "configure" });
        assert_eq!(g.ok(&g.vogt, "start-session", start.clone()).await["done"]["cover"], "unmatched");
        g.ok(&g.keller, "resume-grant", on).await;
        assert_eq!(g.ok(&g.vogt, "start-session", start).await["done"]["cover"], "covered");
        // and the same notice can be given again
        let told = json!({ "person": "ortega", "kind": "leaver", "effective_at": leaves });
        g.ok(&g.campos, "notice-person", told).await;
        assert_eq!(said(&g.no(&g.ortega, "request-access", g.ask()).await), "stop-no-seat");
        g.close().await;
    }
}

#[tokio::test]
async fn a_letter_we_type_in_late_says_when_it_came() {
    for g in ground().await {
        let told = |at: Option<&str>| {
            json!({ "person": "ortega", "kind": "leaver",
            "effective_at": "2026-11-09T10:00:00Z", "notified_at": at })
        };
        assert_eq!(said(&g.no(&g.okafor, "notice-person", told(None)).await), "notified_at", "{}", g.w.engine);
        g.ok(&g.okafor, "notice-person", told(Some("2026-11-09T12:00:00Z"))).await;
        // and the provider, who told us in time, is not late
        let person: PersonId = g.ortega.actor.person().unwrap();
        let mut look = g.w.app.store().look().await.unwrap();
        let sql = "select body from reason where kind = 'person' and id = $1";
        let found = look.tx().all(sql, &[plantgate_store::db::V::Id(person.0)]).await.unwrap();
        assert!(found.is_empty(), "{}", g.w.engine);
        drop(look);
        g.close().await;
    }
}

/// One person's word confirms nothing: a lateness that we type in alone is kept and never counts (R-27, G7a).
#[tokio::test]
async fn a_provider_is_late_by_what_two_of_ours_read_not_by_what_one_types() {
    for second in [None, Some("okafor2")] {
        for g in ground().await {
            let told = json!({ "person": "ortega", "kind": "leaver", "effective_at": "2026-11-02T10:00:00Z",
                "notified_at": "2026-11-12T10:00:00Z", "second": second });
            g.ok(&g.okafor, "notice-person", told).await;
            let mut look = g.w.app.store().look().await.unwrap();
            let reasons = look.reasons((g.engagement, g.site)).await.unwrap();
            let late: Vec<bool> =
                reasons.iter().filter(|r| r.key == "personnel-notice-late").map(|r| r.counts).collect();
            assert_eq!(late, [second.is_some()], "{}", g.w.engine);
            drop(look);
            g.close().await;
        }
    }
}

/// A second person who answers for another site confirms nothing here.
#[tokio::test]
async fn a_second_person_answers_for_every_site_it_is_about() {
    for g in ground().await {
        elsewhere(&g).await;
        let told = |second: &str| {
            json!({ "person": "ortega", "kind": "leaver", "effective_at": "2026-11-02T10:00:00Z",
                "notified_at": "2026-11-12T10:00:00Z", "second": second })
        };
        let stop = g.no(&g.okafor, "notice-person", told("okafor2")).await;
        assert_eq!(said(&stop), "stop-second-has-no-power", "{}", g.w.engine);
        let reason = "Token lost.";
        g.ok(&g.okafor, "suspend-person", json!({ "person": "ortega", "reason": reason })).await;
        // what is destroyed cannot come back: whoever agrees could have done it themselves
        let mut look = g.w.app.store().look().await.unwrap();
        let person: PersonId = g.ortega.actor.person().unwrap();
        let entry = look.entries(person.into()).await.unwrap().last().unwrap().0.at.seq;
        drop(look);
        let admin = g.admin.clone();
        let erase = |second: &str| json!({ "person": "ortega", "ground": "retention", "second": second });
        assert_eq!(said(&g.no(&admin, "erase-person", erase("okafor2")).await), "stop-second-has-no-power");
        let text = json!({ "kind": "provider", "object": "P-09", "entry": entry, "ground": "retention",
            "second": "okafor2" });
        assert_eq!(said(&g.no(&admin, "erase-text", text).await), "stop-second-has-no-power");
        g.close().await;
    }
}

/// Who has the function at another site learns from no answer that something is here.
#[tokio::test]
async fn what_is_at_another_site_is_as_if_it_was_not() {
    for g in ground().await {
        let far = elsewhere(&g).await;
        let hold = |on: Value| json!({ "on": on, "effect": "no-new-access", "cause": "security" });
        let instance = g.instance.to_string();
        let asks = [
            ("set-hold", "BMS-B61", hold(json!({ "instance": "BMS-B61" }))),
            ("set-hold", instance.as_str(), hold(json!({ "instance": instance }))),
            ("set-hold", "E-025", hold(json!({ "engagement": "E-025" }))),
            ("suspend-activation", "E-025", json!({ "engagement": "E-025", "cause": "incident" })),
            ("start-session", "BMS-B61", json!({ "instance": "BMS-B61", "person": "ortega" })),
        ];
        for (act, here, body) in asks {
            let nobodys = "0198c0de-0000-7000-8000-00000000dead";
            let other = serde_json::from_str(&body.to_string().replace(here, nobodys)).unwrap();
            let (is, none) = (g.no(&far, act, body).await, g.no(&far, act, other).await);
            assert_eq!(format!("{is:?}").replace(here, nobodys), format!("{none:?}"), "{}: {act}", g.w.engine);
        }
        // and who has it here is told as ever
        g.ok(&g.okafor, "set-hold", hold(json!({ "instance": "BMS-B61" }))).await;
        g.close().await;
    }
}
