//! What somebody tries who knows the rules: absent attendants, sessions a machine claims to have seen, one's own
//! review, holds no door keeps, and transitions without an end.

use plantgate_app::{Caller, Stop};
use plantgate_domain::base::Actor;
use plantgate_testkit::world::World;
use serde_json::json;

use super::ground::{Ground, ground, ok};

fn field(stop: &Stop) -> &str {
    match stop {
        Stop::Invalid(i) => i[0].place.field.as_deref().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_attendant_is_active_now() {
    for g in ground().await {
        let mut ask = g.ask();
        (ask["person"], ask["attendant"]) = (json!("ortega"), json!("keller2"));
        (ask["attended"], ask["pattern"]) = (json!(true), json!("gateway-attended"));
        let asked = g.ok(&g.keller, "request-access", ask.clone()).await;
        g.ok(&g.okafor, "suspend-person", json!({ "person": "keller2", "reason": "On leave." })).await;
        assert_eq!(field(&g.no(&g.keller, "request-access", ask).await), "attendant");
        let name = json!({ "request": Ground::reference(&asked), "attendant": "keller2" });
        assert_eq!(field(&g.no(&g.keller, "name-attendant", name).await), "attendant");
        g.close().await;
    }
}

#[tokio::test]
async fn a_person_enters_by_hand_and_somebody_else_looks_at_it() {
    for g in ground().await {
        let start = json!({ "instance": "BMS-B61", "person": "ortega" });
        for seen in ["gateway", "imported", "detected"] {
            let mut start = start.clone();
            (start["seen"], start["started"]) = (json!(seen), json!("2026-11-16T06:00:00Z"));
            assert_eq!(field(&g.no(&g.vogt, "start-session", start).await), "seen");
        }
        let began = g.ok(&g.vogt, "start-session", start).await;
        let review = json!({ "session": Ground::reference(&began), "complete": true });
        assert_eq!(field(&g.no(&g.vogt, "review-session", review.clone()).await), "session");
        g.ok(&g.keller, "review-session", review).await;
        g.close().await;
    }
}

#[tokio::test]
async fn no_door_keeps_a_hold_on_a_credential() {
    for g in ground().await {
        let on = json!({ "credential": "0198c0de-0000-7000-8000-000000000001" });
        let hold = json!({ "on": on, "effect": "no-new-access", "cause": "security" });
        assert_eq!(field(&g.no(&g.okafor, "set-hold", hold).await), "on");
        // and demo data stays in use for a year at most
        let keep = |until: &str| json!({ "engagement": "E-025", "until": until });
        assert_eq!(field(&g.no(&g.okafor, "keep-in-use", keep("2027-11-17")).await), "until");
        g.ok(&g.okafor, "keep-in-use", keep("2027-11-16")).await;
        g.close().await;
    }
}

#[tokio::test]
async fn only_what_ran_before_the_programme_is_kept_in_use() {
    for w in World::both().await {
        w.set("2026-03-02T08:00:00Z");
        let genesis = Caller { actor: Actor::Genesis, auth: None, stale: false };
        let site = json!({ "reference": "BRU", "name": "Brunnfeld", "zone": "Europe/Berlin", "country": "DE" });
        let roles = json!(["administrator", "procurement", "ot-security"]);
        let person = json!({ "handle": "admin", "name": "Ada Admin", "roles": roles });
        let body = json!({ "name": "Veltrane", "demo": false, "language": "en", "site": site, "person": person });
        let founded = ok(&w, &genesis, "found-organisation", body).await;
        let admin = Caller::person(founded["done"]["person"].as_str().unwrap().parse().unwrap(), "test");
        let provider = json!({ "reference": "P-09", "name": "P-09", "country": "ES" });
        ok(&w, &admin, "register-provider", provider).await;
        let keep = |e: &str, until: &str| json!({ "engagement": e, "until": until });
        for (reference, from) in [("E-001", "2026-03-01"), ("E-002", "2026-03-02")] {
            let body = json!({ "reference": reference, "provider": "P-09", "name": reference, "kind": "service",
                "from": from, "until": "2028-01-01" });
            ok(&w, &admin, "draft-engagement", body).await;
        }
        ok(&w, &admin, "keep-in-use", keep("E-001", "2027-03-02")).await;
        for (reference, until, place) in
            [("E-001", "2027-03-03", "until"), ("E-002", "2026-06-01", "engagement"), ("E-001", "2026-03-01", "until")]
        {
            let stop = w.named(&admin, "keep-in-use", keep(reference, until)).await.unwrap_err();
            assert_eq!(field(&stop), place);
        }
        w.close().await;
    }
}
