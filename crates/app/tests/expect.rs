//! Places, people, agreements, scope and tier, done by acts on both engines.

use plantgate_domain::{
    base::Tier,
    event::qualify::KeyKind,
    expect::{engagement::Engagement, instance::Instance, system::System},
    qualify::person::Person,
};
use plantgate_testkit::{
    plant::{Plant, instance},
    world::World,
};
use serde_json::json;

#[tokio::test]
async fn registering_again_changes_nothing() {
    for w in World::both().await {
        let p = Plant::new(w).await;
        p.verdano().await;
        let size = p.size().await;
        // when every row of the import comes a second time
        let site = json!({ "reference": "CED", "name": "Cedar Bluff", "zone": "America/Chicago", "country": "us" });
        let zone = json!({ "site": "BRU", "reference": "BZ5", "name": "BZ5", "kind": "dmz" });
        let conduit = json!({ "site": "BRU", "a": "BZ4", "b": "BZ5", "state": "approved" });
        let bms = instance("BRU", "BZ7", "BMS-B61", "building", "not-gxp", &json!([]));
        let sparse = json!({ "site": "BRU", "reference": "BMS-B61", "name": "BMS-B61" });
        let system = json!({ "site": "BRU", "reference": "BMS-B61", "name": "BMS-B61", "kind": "building" });
        let person = json!({ "reference": "V-04", "handle": "b.stahl", "name": "b.stahl",
            "roles": [{ "role": "system-owner" }] });
        for (act, body) in [
            ("register-site", site),
            ("register-zone", zone),
            ("register-conduit", conduit),
            ("register-instance", bms),
            ("register-instance", sparse),
            ("register-system", system),
            ("invite-person", person),
        ] {
            assert_eq!(p.admin(act, body).await["outcome"], "unchanged", "{act}");
        }
        p.admin("activate-person", json!({ "person": "V-04" })).await;
        // then nothing was added
        assert_eq!(p.size().await, size, "{}", p.w.engine);
        // and a changed name is a change
        let renamed = json!({ "site": "BRU", "reference": "BZ5", "name": "OT DMZ", "kind": "dmz" });
        assert_eq!(p.admin("register-zone", renamed).await["outcome"], "changed");
        p.w.close().await;
    }
}

#[tokio::test]
async fn a_test_bed_belongs_to_its_system_and_references_stay_where_they_are() {
    let p = Plant::new(World::sqlite().await).await;
    let bed = json!({ "site": "BRU", "reference": "SIS-B05-T", "name": "Test bed", "environment": "test" });
    p.admin("register-instance", bed).await;
    let bed: Instance = p.get("SIS-B05-T").await;
    assert_eq!(bed.facts.system, p.get::<System>("SIS-B05").await.id);
    assert_eq!((bed.facts.flags, bed.facts.zone), (None, None));
    let moved = json!({ "site": "CED", "reference": "BMS-B61", "name": "x" });
    assert_eq!(p.stopped("V-00", "register-instance", moved).await, "reference");
    let wrong = json!({ "site": "BRU", "reference": "X-1", "name": "x", "zone": "CZ6" });
    assert_eq!(p.stopped("V-00", "register-instance", wrong).await, "zone");
    let unknown = json!({ "site": "NOW", "reference": "Z", "name": "x", "kind": "dmz" });
    assert_eq!(p.stopped("V-00", "register-zone", unknown).await, "site");
    assert_eq!(
        p.stopped(
            "V-01",
            "register-site",
            json!({ "reference": "X", "name": "x", "zone": "UTC",
        "country": "DE" })
        )
        .await,
        "stop-no-power"
    );
}

#[tokio::test]
async fn nobody_gives_roles_to_oneself_and_people_of_providers_get_none() {
    let p = Plant::new(World::sqlite().await).await;
    p.verdano().await;
    let me = json!({ "person": "V-00", "role": "ot-security" });
    assert_eq!(p.stopped("V-00", "give-role", me).await, "stop-role-to-oneself");
    let theirs = json!({ "person": "P-09-1", "role": "ot-security" });
    assert_eq!(p.stopped("V-00", "give-role", theirs).await, "person");
    // a strange person's acts: no power, or not found for people of a provider
    let other = json!({ "person": "V-05", "role": "qa" });
    assert_eq!(p.stopped("V-05", "give-role", other.clone()).await, "stop-no-power");
    assert_eq!(p.stopped("P-09-1", "give-role", other).await, "not found");
    assert_eq!(p.stopped("P-09-1", "activate-person", json!({ "person": "V-09" })).await, "not found");
    // given, taken
    p.admin("give-role", json!({ "person": "V-07", "role": "shift-lead", "site": "BRU" })).await;
    assert_eq!(p.get::<Person>("V-07").await.roles.len(), 2);
    p.admin("take-role", json!({ "person": "V-07", "role": "shift-lead", "site": "BRU" })).await;
    assert_eq!(p.get::<Person>("V-07").await.roles.len(), 1);
}

#[tokio::test]
async fn ones_own_password_needs_no_role_and_replaces_the_old() {
    let p = Plant::new(World::sqlite().await).await;
    p.verdano().await;
    p.admin("invite-person", json!({ "reference": "V-10", "handle": "new", "name": "New" })).await;
    let set = |who: &str, print: &str| json!({ "person": who, "kind": "password", "fingerprint": print });
    // somebody invited sets it and begins
    p.ok("V-10", "set-credential", set("V-10", "SHA256:a")).await;
    p.ok("V-10", "activate-person", json!({ "person": "V-10" })).await;
    p.ok("P-09-1", "set-credential", set("P-09-1", "SHA256:b")).await;
    p.ok("P-09-1", "set-credential", set("P-09-1", "SHA256:c")).await;
    let keys = p.get::<Person>("P-09-1").await.keys;
    assert_eq!(
        keys.iter().map(|k| (k.kind, k.fingerprint.as_str())).collect::<Vec<_>>(),
        [(KeyKind::Password, "SHA256:c")]
    );
    // nobody sets another's
    assert_eq!(p.stopped("V-07", "set-credential", set("V-10", "SHA256:d")).await, "stop-no-power");
    assert_eq!(p.stopped("P-09-2", "set-credential", set("P-09-1", "SHA256:d")).await, "not found");
    // suspended: not even one's own
    p.ok("V-01", "suspend-person", json!({ "person": "V-10", "reason": "laptop lost" })).await;
    assert_eq!(p.stopped("V-10", "set-credential", set("V-10", "SHA256:e")).await, "stop-no-seat");
    p.ok("V-01", "resume-person", json!({ "person": "V-10", "reason": "found" })).await;
    p.ok("V-10", "set-credential", set("V-10", "SHA256:e")).await;
}

#[tokio::test]
async fn scope_makes_the_tier_and_the_tier_the_obligations() {
    for w in World::both().await {
        let p = Plant::new(w).await;
        p.verdano().await;
        p.scoped().await;
        let e: Engagement = p.get("E-025").await;
        assert_eq!((e.tiers[0].tier, e.tiers[0].provisional, e.tiers[0].transition_until), (Tier::T2, false, None));
        let list = p.obligation("E-025", "user-list").await;
        assert_eq!(list.facts.basis.unwrap().number, "6.2");
        assert_eq!(p.obligations("E-025").await.len(), 9);
        // who proposes does not approve
        let sis = json!({ "engagement": "E-025", "instance": "SIS-B05", "roles": ["configure"] });
        p.ok("V-04", "propose-scope", sis).await;
        let approve = json!({ "engagement": "E-025", "instance": "SIS-B05" });
        assert_eq!(p.stopped("V-04", "approve-scope", approve.clone()).await, "stop-approve-own-proposal");
        // scenario 2: the preview shows T1 and the new obligations before anybody saves
        let size = p.size().await;
        let shown = p.preview("V-01", "approve-scope", approve.clone()).await;
        let effects = shown["effects"].as_array().unwrap();
        let tier = effects.iter().find(|e| e["on"]["kind"] == "engagement").unwrap();
        assert_eq!(tier["after"]["tiers"][0]["tier"], "T1");
        assert_eq!(tier["after"]["tiers"][0]["because"][0]["fact"], "safety");
        let new = effects.iter().filter(|e| e["on"]["kind"] == "obligation" && e["before"].is_null());
        // 14 of T1, without the two of backup that no activity asks for
        assert_eq!(new.count(), 12);
        assert_eq!(p.size().await, size);
        // saved: T1 at once, with 30 days for what is new
        p.ok("V-01", "approve-scope", approve).await;
        let e: Engagement = p.get("E-025").await;
        assert_eq!(e.tiers[0].transition_until.unwrap().to_string()[..16], *"2026-12-16T07:30");
        assert_eq!(p.obligation("E-025", "user-list").await.facts.transition_until, None);
        let plan = p.obligation("E-025", "security-plan").await;
        assert_eq!(plan.facts.transition_until, e.tiers[0].transition_until);
        // backup is added: its two follow
        let backup = json!({ "engagement": "E-025", "activities": ["maintenance", "remote-support", "backup"] });
        p.ok("V-03", "revise-engagement", backup).await;
        assert_eq!(p.obligations("E-025").await.len(), 23);
        p.w.close().await;
    }
}

#[tokio::test]
async fn a08_fourteen_new_obligations() {
    let p = Plant::new(World::sqlite().await).await;
    p.verdano().await;
    let backup = json!({ "engagement": "E-025", "activities": ["maintenance", "backup"] });
    p.ok("V-03", "revise-engagement", backup).await;
    p.scoped().await;
    let before = p.obligations("E-025").await.len();
    // the fact: the system keeps regulatory data
    let stated = json!({ "engagement": "E-025", "site": "BRU",
        "instances": [{ "instance": "BMS-B61", "flags": ["regulatory-data"] }] });
    let done = p.ok("V-01", "state-tier-facts", stated).await;
    assert_eq!((done["tier"].clone(), done["provisional"].clone()), (json!("T1"), json!(false)));
    let after = p.obligations("E-025").await;
    assert_eq!((before, after.len() - before), (9, 14));
    let running = after.iter().filter(|o| o.facts.transition_until.is_some()).count();
    assert_eq!(running, 14);
    // taking the fact back lowers nothing by itself; two people may
    let stated = json!({ "engagement": "E-025", "site": "BRU",
        "instances": [{ "instance": "BMS-B61", "flags": [] }] });
    assert_eq!(p.ok("V-01", "state-tier-facts", stated).await["tier"], "T1");
    let lower = |second: &str| {
        json!({ "engagement": "E-025", "site": "BRU", "tier": "T2", "reason": "no data kept",
        "second": second })
    };
    assert_eq!(p.stopped("V-01", "override-tier", lower("V-01")).await, "stop-second-is-author");
    assert_eq!(p.stopped("V-01", "override-tier", lower("V-07")).await, "stop-second-has-no-power");
    assert_eq!(p.ok("V-01", "override-tier", lower("V-04")).await["tier"], "T2");
    assert_eq!(p.obligations("E-025").await.iter().filter(|o| o.ended_at.is_none()).count(), 9);
}

#[tokio::test]
async fn modes_need_two_and_never_touch_the_floor() {
    let p = Plant::new(World::sqlite().await).await;
    let mode = |by: &str, check: &str| {
        let checks = [check];
        json!({ "site": "BRU", "checks": checks, "mode": "enforce", "proposed_by": by, "reason": "why" })
    };
    p.ok("V-06", "approve-mode", mode("V-01", "window-agreed")).await;
    assert_eq!(p.stopped("V-06", "approve-mode", mode("V-06", "window-agreed")).await, "stop-second-is-author");
    assert_eq!(p.stopped("V-06", "approve-mode", mode("V-07", "window-agreed")).await, "stop-second-has-no-power");
    assert_eq!(p.stopped("V-06", "approve-mode", mode("V-01", "no-hold")).await, "checks");
    assert_eq!(p.stopped("V-01", "approve-mode", mode("V-02", "window-agreed")).await, "stop-no-power");
}
