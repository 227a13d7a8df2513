//! The demo plant comes in through the public doors, and what the rules make of it is what its description says.

use plantgate_app::{
    Caller,
    demo::{self, DemoPeople, FILES},
    qualify::{
        posture::graded,
        standing::{Standing, standing_of},
    },
};
use plantgate_domain::{
    base::{EngagementId, Grade, Instant, Kind, Level, Now, ProviderId, Reason, SiteId},
    event::{
        expect::TierFact,
        permit::{Outcome, Verdict},
    },
    expect::engagement::Engagement,
    permit::access::{AccessRequest, RequestState},
    qualify::{certificate::Certificate, obligation::Obligation, request::Request},
};
use plantgate_store::{memory::Memory, ops::upload::By};
use plantgate_testkit::{samples::user_list_met, world::World};
use serde_json::{Value, json};

#[cfg(test)]
mod given {
    use super::*;

    pub fn d0() -> Instant {
        demo::D0.parse().unwrap()
    }
    /// The demo, loaded.
    pub async fn loaded() -> (World, DemoPeople) {
        let world = World::sqlite().await;
        match demo::load(&world.app, &world.clock, d0(), FILES).await {
            Ok(people) => (world, people),
            Err(plantgate_app::Stop::Invalid(all)) => panic!("{:?} {}", all[0].place.line, all[0].why),
            Err(stop) => panic!("{stop:?}"),
        }
    }
    pub async fn named(world: &World, kind: Kind, reference: &str) -> plantgate_domain::base::Ref {
        let mut look = world.app.store().look().await.unwrap();
        look.named(kind, reference).await.unwrap().unwrap_or_else(|| panic!("no {kind} {reference}"))
    }
    pub async fn engagement(world: &World, reference: &str) -> Engagement {
        let on = named(world, Kind::Engagement, reference).await;
        world.app.store().look().await.unwrap().get(on).await.unwrap()
    }
    pub async fn reasons(world: &World, engagement: &str, site: &str) -> Vec<Reason> {
        let e = EngagementId(named(world, Kind::Engagement, engagement).await.id);
        let s = SiteId(named(world, Kind::Site, site).await.id);
        world.app.store().look().await.unwrap().reasons((e, s)).await.unwrap()
    }
    /// Tier with `?` when it is provisional.
    pub async fn tier(world: &World, reference: &str, site: &str) -> String {
        let site = SiteId(named(world, Kind::Site, site).await.id);
        let e = engagement(world, reference).await;
        let tier = e.tier(site).unwrap_or_else(|| panic!("{reference} has no tier"));
        format!("{}{}", tier.tier, if tier.provisional { "?" } else { "" })
    }
    /// Standing at D0 with what weighs on it.
    pub async fn stands(world: &World, engagement: &str, site: &str) -> Standing {
        let e = EngagementId(named(world, Kind::Engagement, engagement).await.id);
        let s = SiteId(named(world, Kind::Site, site).await.id);
        let mut look = world.app.store().look().await.unwrap();
        standing_of(&mut look, e, s, Now(d0())).await.unwrap()
    }
    /// The one request for access there is.
    pub async fn access(world: &World) -> AccessRequest {
        let person = named(world, Kind::Person, "P04-02").await;
        let mut look = world.app.store().look().await.unwrap();
        let all: Vec<AccessRequest> = look.of("person", person).await.unwrap();
        all.into_iter().next().unwrap()
    }
}
use given::{access, d0, loaded, reasons, stands, tier};

#[tokio::test]
async fn tiers_come_from_facts() {
    let (world, people) = loaded().await;
    assert_eq!(people.find("anna.keller").unwrap().roles, "control-engineer@BRU");
    let wants = "E-001 BRU T1, E-002 CED T1, E-003 BRU T1, E-004 CED T1, E-004 LIN T1, E-005 BRU T1, E-005 CED T1, \
                 E-006 BRU T1, E-007 LIN T1, E-008 BRU T1, E-008 CED T1, E-009 BRU T1, E-010 CED T2, E-011 BRU T1, \
                 E-012 LIN T1, E-013 LIN T1, E-014 CED T2, E-015 BRU T1, E-015 LIN T1, E-016 CED T2, E-017 BRU T3, \
                 E-025 BRU T2";
    for want in wants.split(", ") {
        let [engagement, site, want] = want.split(' ').collect::<Vec<_>>()[..] else { panic!("{want}") };
        assert_eq!(tier(&world, engagement, site).await, want, "{engagement} at {site}");
    }
    // an account contradicts that no access is needed; new access is judged as T1 until somebody confirms
    assert!(tier(&world, "E-018", "LIN").await.ends_with('?'));
}

#[tokio::test]
async fn verdano_is_restricted_for_one_reason_and_the_voluntary_one_never_counts() {
    let (world, _) = loaded().await;
    let s = stands(&world, "E-025", "BRU").await;
    assert_eq!((s.level, s.counted.len()), (Level::Restricted, 1));
    assert_eq!(s.since.unwrap().to_string(), "2026-11-15T23:00:00.000000Z");
    let watch: Instant = "2026-10-01T22:00:00Z".parse().unwrap();
    assert_eq!((*s.line.at(watch), s.line.since(watch)), (Level::Watch, Some(watch)));
    assert_eq!(s.counted[0].clause.as_ref().unwrap().1, "6.2");
    assert_eq!(s.beside.len(), 1, "the restore test nobody has to give");
    assert!(!s.beside[0].counts);
}

#[tokio::test]
async fn brightmere_is_restricted_for_two_reasons_in_one_plant_only() {
    let (world, _) = loaded().await;
    let s = stands(&world, "E-006", "BRU").await;
    let mut keys: Vec<&str> = s.counted.iter().map(|r| r.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!((s.level, keys), (Level::Restricted, vec!["evidence-expired", "unauthorised-change"]));
    // since the joint review of 27 October
    assert_eq!(s.since.unwrap().to_string(), "2026-10-27T09:00:00.000000Z");
    assert_eq!(stands(&world, "E-007", "LIN").await.level, Level::Good);
    let request = access(&world).await;
    assert_eq!(request.state, RequestState::Refused);
    let decision = request.decision.unwrap();
    assert_eq!((decision.verdict, decision.reasons.len()), (Verdict::AttendedOffered, 2));
    let not: Vec<&str> =
        decision.checks.iter().filter(|c| c.result == Outcome::NotPassed).map(|c| c.key.as_str()).collect();
    assert_eq!(not, ["standing-allows", "pattern-allowed"]);
}

#[tokio::test]
async fn sentrava_rose_by_fact_and_is_given_time() {
    let (world, _) = loaded().await;
    assert_eq!(stands(&world, "E-009", "BRU").await.level, Level::Good);
    let e = given::engagement(&world, "E-009").await;
    let at = e.tiers.first().unwrap();
    assert!(at.because.iter().any(|b| b.fact == TierFact::RegulatoryData));
    assert_eq!(at.transition_until.unwrap().to_string(), "2026-11-25T08:00:00.000000Z");
    let mut look = world.app.store().look().await.unwrap();
    let owed: Vec<Obligation> = look.of("engagement", e.id).await.unwrap();
    let new: Vec<&Obligation> = owed.iter().filter(|o| o.facts.transition_until.is_some()).collect();
    assert_eq!(new.len(), 14);
    let asked: Vec<Request> = look.of("provider", e.facts.provider).await.unwrap();
    let rules = look.rules();
    let done = asked.iter().filter(|r| r.due_word(d0(), &rules) == "accepted").count();
    assert_eq!((done, asked.iter().filter(|r| r.due_word(d0(), &rules) == "overdue").count()), (5, 0));
}

#[tokio::test]
async fn a_certificate_for_something_else_changes_no_grade() {
    let (world, _) = loaded().await;
    let kestrel = ProviderId(given::named(&world, Kind::Provider, "P-01").await.id);
    let mut look = world.app.store().look().await.unwrap();
    let certificates: Vec<Certificate> = look.of("provider", kestrel).await.unwrap();
    assert_eq!(certificates.len(), 1);
    let named = &certificates[0].facts.requirements;
    let grades = graded(&mut look, kestrel, Now(d0())).await.unwrap();
    assert!(grades.iter().any(|g| named.contains(&g.requirement)), "it names what is owed");
    assert!(grades.iter().all(|g| g.grade == Grade::Unknown));
    assert_eq!(stands(&world, "E-002", "CED").await.level, Level::Good);
}

#[tokio::test]
async fn nobody_else_is_judged_by_what_nobody_said() {
    let (world, _) = loaded().await;
    for (engagement, site) in [("E-003", "BRU"), ("E-008", "CED"), ("E-012", "LIN"), ("E-018", "LIN")] {
        assert!(reasons(&world, engagement, site).await.is_empty(), "{engagement}");
    }
}

/// A-25 as people click it: refused with a way out, the list delivered and accepted, good the same instant, granted.
#[tokio::test]
async fn the_loop_closes() {
    let (world, people) = loaded().await;
    let who = |handle: &str| Caller::person(people.find(handle).unwrap().id, "password+totp");
    let window = json!({ "from": "2026-11-16T13:00:00Z", "until": "2026-11-16T15:00:00Z" });
    let mut wish = json!({
        "engagement": "E-025", "instance": "BMS-B61", "environment": "prod", "roles": ["configure"],
        "purpose": "maintain", "pattern": "gateway-unattended", "change": "CHG-0431",
        "window": { "is": "fixed", "window": window },
    });
    let refused = world.named(&who("l.ortega"), "request-access", wish.clone()).await.unwrap();
    assert_eq!(refused["done"]["decision"]["verdict"], "attended-offered");
    let checks = refused["done"]["decision"]["checks"].as_array().unwrap();
    let not: Vec<&Value> = checks.iter().filter(|c| c["result"] == "not-passed").map(|c| &c["key"]).collect();
    assert_eq!(not, ["standing-allows"]);

    let stored = world.app.store().take_file("account;person\n".as_bytes(), 1_024, By::House).await.unwrap();
    let file = json!({
        "request": "REQ-0577", "file_name": "verdano-users-2026-Q3.csv", "media": "text/csv",
        "sha256": stored.sha256, "bytes": stored.size,
    });
    let item = world.named(&who("i.campos"), "deliver-evidence", file).await.unwrap();
    let review = json!({ "item": item["done"]["reference"], "judged": user_list_met(), "grade": "adequate" });
    let graded = world.named(&who("m.okafor"), "review-evidence", review).await.unwrap();
    let s = stands(&world, "E-025", "BRU").await;
    let at: Instant = serde_json::from_value(graded["at"].clone()).unwrap();
    assert!(*s.line.at(at.plus_secs(1)) == Level::Good && s.line.since(at.plus_secs(1)).unwrap().secs_since(at) == 0);

    wish["repeats"] = refused["done"]["reference"].clone();
    let asked = world.named(&who("l.ortega"), "request-access", wish).await.unwrap();
    assert_eq!(asked["done"]["state"], "awaiting-approval", "{asked}");
    let yes = json!({ "request": asked["done"]["reference"] });
    let yes = world.named(&who("anna.keller"), "approve-access", yes).await.unwrap();
    assert!(yes["done"]["grant"].is_string(), "{yes}");
}

#[tokio::test]
async fn loading_again_does_nothing_new() {
    let (world, people) = loaded().await;
    let before = world.app.store().look().await.unwrap().size();
    let again = demo::load(&world.app, &world.clock, d0(), FILES).await.unwrap();
    assert_eq!(again, people);
    assert_eq!(world.app.store().look().await.unwrap().size(), before);
}

#[tokio::test]
async fn any_morning_will_do() {
    for days in [-211, 37, 365] {
        let world = World::sqlite().await;
        let morning = d0().plus_secs(days * 86_400);
        let loaded = demo::load(&world.app, &world.clock, morning, FILES).await;
        assert!(loaded.is_ok(), "{days} days later: {loaded:?}");
    }
}
