//! Rules change under control: two people, a new number, the effects first, and from then on they hold.

use plantgate_app::{Stop, expect::moves::Two};
use plantgate_domain::{
    base::{EngagementId, Instant, Now, SiteId, Tier},
    expect::engagement::Engagement,
    rules::BUILTIN,
};
use plantgate_store::{
    memory::{Kept, Memory},
    past::Past,
};
use plantgate_testkit::said::english;
use serde_json::{Value, json};

use super::ground::{Ground, ground};

/// A file of the house as version 2, with one text in it replaced everywhere; a changed comment keeps version 1.
fn changed(name: &str, from: &str, to: &str) -> Value {
    let (_, text) = BUILTIN.iter().find(|(n, _)| *n == name).unwrap();
    assert!(text.contains(from));
    let number = if to.starts_with('#') { "version = 1" } else { "version = 2" };
    let text = text.replacen("version = 1", number, 1).replace(from, to);
    json!({ "file": name, "text": text })
}

fn adopt(file: Value) -> Value {
    json!({ "files": [file], "proposed_by": "okafor", "reason": "A longer grace." })
}

/// The grace of 45 days becomes 75.
fn longer() -> Value {
    adopt(changed("standing.toml", "T2 = 45", "T2 = 75"))
}

fn said(stop: &Stop) -> &'static str {
    match stop {
        Stop::Refused(r) => r.say.id,
        other => panic!("{other:?}"),
    }
}

/// The word of the standing here, as lists filter by it.
async fn standing(g: &Ground) -> String {
    let (e, s): (EngagementId, SiteId) = (g.engagement, g.site);
    let mut look = g.w.app.store().look().await.unwrap();
    let now = look.now().0;
    let sql = "select word from span where name = 'standing' and id = $1 and site = $2 and from_at <= $3
        and until_at > $3";
    use plantgate_store::db::V;
    look.tx().one(sql, &[V::Id(e.0), V::Id(s.0), V::at(now)]).await.unwrap().unwrap().text(0).unwrap()
}

#[tokio::test]
async fn new_rules_say_what_they_move_and_hold_from_then_on() {
    for g in ground().await {
        // given a list that is late by more than the grace
        assert_eq!(standing(&g).await, "restricted", "{}", g.w.engine);
        // when a longer grace is previewed, then it says what it would move and moves nothing
        let seen = plantgate_app::acts::preview(&g.w.app, &g.manager, "adopt-rules", longer()).await.unwrap();
        let moves = seen["done"]["moves"].as_array().unwrap();
        let here = moves.iter().find(|m| m["what"] == "standing").unwrap();
        assert_eq!((&here["before"], &here["after"]), (&json!("restricted"), &json!("watch")), "{seen}");
        assert_eq!(standing(&g).await, "restricted");
        // when it is adopted, then it holds at once, for rows and for acts, and the history says who stands behind it
        let done = g.ok(&g.manager, "adopt-rules", longer()).await;
        assert_eq!((&done["done"]["version"], &done["done"]["moved"]), (&json!(2), &json!(moves.len())));
        assert_eq!(standing(&g).await, "watch", "{}", g.w.engine);
        assert_eq!(g.w.app.store().rules().version, 2);
        let asked = g.ok(&g.ortega, "request-access", g.ask()).await;
        assert_eq!(asked["done"]["decision"]["rules_version"], 2, "{asked}");
        let mut look = g.w.app.store().look().await.unwrap();
        let sql = "select body from entry where name = 'expect.rules.approved@1'";
        let entry = look.tx().one(sql, &[]).await.unwrap().unwrap().bytes(0).unwrap();
        let entry: Value = serde_json::from_slice(&entry).unwrap();
        assert_eq!(entry["data"]["approved_by"], json!(g.manager.actor.person().unwrap()));
        drop(look);
        // and the same number never comes twice
        let again = adopt(changed("standing.toml", "T2 = 45", "T2 = 60"));
        let Stop::Invalid(bad) = g.no(&g.manager, "adopt-rules", again).await else { panic!() };
        assert!(english(&bad[0].why).contains("3 or more"), "{bad:?}");
        g.close().await;
    }
}

/// One grant that waits for its window, for a kind of work the ground's rules allow.
async fn granted(g: &Ground) -> String {
    g.graded().await;
    let asked = g.ok(&g.ortega, "request-access", g.ask()).await;
    let reference = Ground::reference(&asked);
    let given = g.ok(&g.keller, "approve-access", json!({ "request": reference })).await;
    given["done"]["grant"].as_str().unwrap_or_else(|| panic!("{given}")).to_owned()
}

#[tokio::test]
async fn new_rules_say_which_grants_and_requests_would_find_another_answer() {
    for g in ground().await {
        // given a grant of two hours that has not begun, and a request like it that waits for a yes
        let grant = granted(&g).await;
        let waiting = g.ok(&g.ortega, "request-access", g.ask()).await;
        // when rules are previewed by which an hour is the longest
        let shorter = adopt(changed("access.toml", "T2 = 24", "T2 = 1"));
        let seen = plantgate_app::acts::preview(&g.w.app, &g.manager, "adopt-rules", shorter.clone()).await.unwrap();
        // then both are named, with the check that would stand in the way
        let moves = seen["done"]["moves"].as_array().unwrap();
        let of = |kind: &str| moves.iter().find(|m| m["what"] == "decision" && m["on"]["kind"] == kind).unwrap();
        let (on_grant, on_request) = (of("grant"), of("access-request"));
        assert_eq!(on_grant["on"]["id"], json!(grant), "{}: {seen}", g.w.engine);
        assert_eq!(on_grant["checks"], json!(["length-within-cap"]), "{seen}");
        assert_eq!((&on_grant["before"], &on_grant["after"]), (&json!("granted"), &json!("not-granted")), "{seen}");
        assert_eq!(on_request["on"]["id"], waiting["done"]["id"], "{seen}");
        assert_eq!(on_request["checks"], json!(["length-within-cap"]), "{seen}");
        // and when they are adopted, the grant that was given stays given: new rules end nothing
        g.ok(&g.manager, "adopt-rules", shorter).await;
        assert_eq!(
            super::ground::word(&g, grant.parse::<plantgate_domain::base::GrantId>().unwrap()).await,
            "scheduled"
        );
        g.close().await;
    }
}

#[tokio::test]
async fn a_tier_that_the_facts_no_longer_give_is_named_and_not_lowered() {
    for g in ground().await {
        // given a record in which the engagement was once set to another tier than its facts give
        let mut tx = g.w.app.store().db().read().await.unwrap();
        let mut old = Past::fold(&mut tx, Instant::MAX).await.unwrap();
        drop(tx);
        let (now, rules) = (Now(old.last_at), old.rules());
        let kept = old.heap.get(g.engagement.into()).unwrap().clone();
        let mut e = Engagement::try_from(kept.thing).unwrap();
        let stood = (e.tiers[0].tier, e.tiers[0].provisional);
        e.tiers[0].tier = Tier::T1;
        e.tiers[0].because.clear();
        old.heap.put(g.engagement.into(), Kept { thing: e.into(), version: kept.version }, &rules);
        let new = old.clone();
        // when it is compared by the very same rules, then the tier that the facts give is named beside the one set
        let moves = Two { old, new }.moves(now).await.unwrap();
        let tier: Vec<_> = moves.iter().filter(|m| m.what == "tier").collect();
        assert_eq!(stood, (Tier::T2, false), "{}", g.w.engine);
        assert_eq!(tier.len(), 1, "{moves:?}");
        assert_eq!(
            (tier[0].before.as_str(), tier[0].after.as_str(), tier[0].site),
            ("T1", "T2-provisional", Some(g.site))
        );
        g.close().await;
    }
}

#[tokio::test]
async fn one_person_or_a_file_that_cannot_stand_changes_no_rule() {
    for g in ground().await {
        assert_eq!(said(&g.no(&g.okafor, "adopt-rules", longer()).await), "stop-no-power", "{}", g.w.engine);
        let by = |who: &str| {
            let mut body = longer();
            body["proposed_by"] = json!(who);
            body
        };
        assert_eq!(said(&g.no(&g.manager, "adopt-rules", by("manager")).await), "stop-second-is-author");
        assert_eq!(said(&g.no(&g.manager, "adopt-rules", by("keller")).await), "stop-second-has-no-power");
        let cases = [
            (changed("standing.toml", "notice_days", "notice_day"), Some(5), Some("notice_day")),
            (
                changed("powers.toml", "key = \"confirm-clock\"", "key = \"confirm-clocks\""),
                None,
                Some("confirm-clock"),
            ),
            (changed("access.toml", "# Lengths", "# Longest"), None, None),
        ];
        for (file, line, field) in cases {
            let name = file["file"].clone();
            let Stop::Invalid(bad) = g.no(&g.manager, "adopt-rules", adopt(file)).await else { panic!() };
            let place = &bad[0].place;
            assert_eq!((json!(place.file), place.line, place.field.as_deref()), (name, line, field), "{bad:?}");
        }
        assert_eq!(g.w.app.store().rules().version, 1);
        g.close().await;
    }
}
