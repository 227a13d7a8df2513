//! What other rules would move is named before anybody adopts them: standings, grades, tiers and decisions, on a
//! whole plant; and rules that decide nothing otherwise move nothing.

use plantgate_app::expect::{
    moves::{Move, Two},
    replay::{Replayed, replayed},
};
use plantgate_domain::{
    base::{Instant, Kind, Now, Tier},
    expect::{engagement::Engagement, rulebook::Rulebook},
    rules::{BUILTIN, Rules},
};
use plantgate_store::{
    db::V,
    memory::{Kept, Memory},
    past::Past,
};
use plantgate_testkit::demo::Demo;
use serde_json::{Value, json};

use crate::r#loop::graded_from_scratch;

/// A file of the house as version 2, with one text in it replaced.
fn changed(name: &str, from: &str, to: &str) -> (String, String) {
    let (_, text) = BUILTIN.iter().find(|(n, _)| *n == name).unwrap();
    assert!(text.contains(from), "{name}: {from}");
    (name.to_owned(), text.replacen("version = 1", "version = 2", 1).replace(from, to))
}

async fn folded(demo: &Demo) -> Past {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    Past::fold(&mut tx, Instant::MAX).await.unwrap()
}

async fn by(past: &mut Past, files: &[(String, String)]) -> (Rules, Vec<Move>) {
    let book = past.every(Kind::Rulebook).await.unwrap().into_iter().next_back().unwrap();
    let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let rules = Rulebook::try_from(book.thing).unwrap().with(&texts).unwrap();
    let now = Now(past.last_at);
    let moves = Two::of(past, rules.clone(), now).await.unwrap().moves(now).await.unwrap();
    (rules, moves)
}

fn of<'m>(moves: &'m [Move], what: &str) -> Vec<&'m Move> {
    moves.iter().filter(|m| m.what == what).collect()
}

/// The plant with a grant that begins in the afternoon, a request like it that waits for a yes, and a certificate that
/// lifts what a supplier says.
async fn busy() -> Vec<Demo> {
    let all = Demo::both().await;
    for demo in &all {
        graded_from_scratch(demo).await;
        let window = json!({ "from": "2026-11-16T13:00:00Z", "until": "2026-11-16T15:00:00Z" });
        let ask = json!({ "engagement": "E-025", "instance": "BMS-B61", "environment": "prod", "roles": ["configure"],
            "purpose": "maintain", "pattern": "gateway-unattended", "change": "CHG-0431",
            "window": { "is": "fixed", "window": window } });
        let first = act(demo, "l.ortega", "request-access", ask.clone()).await;
        act(demo, "anna.keller", "approve-access", json!({ "request": first["reference"] })).await;
        act(demo, "l.ortega", "request-access", ask).await;
        let fits = json!({ "reference": "CRT-0099", "provider": "P-14", "scheme": "iec-62443-2-4",
            "issuer": "Norvale Cert", "entity": "Ardent Label Supply Co.", "services": ["integration"],
            "countries": ["CN"], "edition": "IEC 62443-2-4:2023", "requirements": ["SP.01.02 BR", "SP.01.03 BR"],
            "from": "2025-01-01", "valid_until": "2027-12-31", "scope_text": "Labels." });
        act(demo, "r.adeyemi", "record-certificate", fits).await;
        let asked = json!({ "certificate": "CRT-0099", "confirmed": "yes", "how": "Asked the issuer." });
        act(demo, "r.adeyemi", "verify-certificate", asked).await;
    }
    all
}

async fn act(demo: &Demo, who: &str, name: &str, body: Value) -> Value {
    let done = demo.world.named(&demo.caller(who), name, body).await;
    done.unwrap_or_else(|stop| panic!("{} {who} {name}: {stop:?}", demo.world.engine))["done"].clone()
}

#[tokio::test]
async fn one_version_names_every_standing_grade_tier_and_decision_that_it_moves() {
    for demo in busy().await {
        let engine = demo.world.engine;
        let mut past = folded(&demo).await;
        // given an engagement whose tier was once set to another than its facts give: files of rules move none by
        // themselves, the next look at the facts does
        let on = past.named(Kind::Engagement, "E-025").await.unwrap().unwrap();
        let kept = past.heap.get(on).unwrap().clone();
        let mut e = Engagement::try_from(kept.thing).unwrap();
        let (site, was) = (e.tiers[0].site, e.tiers[0].tier);
        assert_eq!(was, Tier::T2);
        e.tiers[0].tier = Tier::T3;
        let rules = past.rules();
        past.heap.put(on, Kept { thing: e.into(), version: kept.version }, &rules);
        // when rules are compared by which only a strong list is accepted, and a certificate lifts less
        let (file, text) = changed("grades.toml", "certificate = \"adequate\"", "certificate = \"weak\"");
        let text = text.replace("accepted = \"adequate\"", "accepted = \"strong\"");
        let (rules, moves) = by(&mut past, &[(file, text)]).await;
        assert_eq!(rules.version, 2);
        // then the standing that rested on such a list moves
        let standing = of(&moves, "standing").into_iter().find(|m| (m.on, m.site) == (on, Some(site)));
        let standing = standing.unwrap_or_else(|| panic!("{engine}: {moves:?}"));
        assert_eq!((&*standing.before, &*standing.after), ("good", "restricted"), "{engine}");
        // and what a certificate alone had lifted is no longer lifted, by requirement
        let ardent = past.named(Kind::Provider, "P-14").await.unwrap().unwrap();
        let grades = of(&moves, "grade");
        let lifted: Vec<_> = grades.iter().map(|m| m.requirement.as_deref().unwrap()).collect();
        assert_eq!(lifted, ["SP.01.02 BR", "SP.01.03 BR"], "{engine}: {grades:?}");
        for m in grades {
            assert_eq!((m.on, &*m.before, &*m.after), (ardent, "adequate", "unknown"), "{engine}");
        }
        // and the tier that the facts give
        let tiers = of(&moves, "tier");
        assert_eq!(tiers.len(), 1, "{engine}: {tiers:?}");
        assert_eq!((tiers[0].on, tiers[0].site), (on, Some(site)), "{engine}");
        assert_eq!((&*tiers[0].before, &*tiers[0].after), ("T3", "T2"), "{engine}");
        // and the live grant and the open request, each with the check that would stand in the way
        let decided = of(&moves, "decision");
        let kinds: Vec<Kind> = decided.iter().map(|m| m.on.kind).collect();
        assert_eq!(kinds, [Kind::Grant, Kind::AccessRequest], "{engine}: {decided:?}");
        let by = |m: &Move| m.after == "not-granted" && m.checks.iter().any(|key| key == "standing-allows");
        assert!(decided.iter().all(|m| by(m)), "{engine}: {decided:?}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_version_that_decides_nothing_otherwise_moves_nothing() {
    for demo in busy().await {
        let mut past = folded(&demo).await;
        // given a version that changes how long a link to a contact holds
        let link = [changed("tiers.toml", "people_link_days = 14", "people_link_days = 15")];
        let (rules, moves) = by(&mut past, &link).await;
        assert_eq!((rules.version, moves), (2, Vec::new()), "{}", demo.world.engine);
        demo.world.close().await;
    }
}

/// Asks this code again what a release before decided.
async fn again(demo: &Demo) -> Replayed {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    let mut end = Past::fold(&mut tx, Instant::MAX).await.unwrap();
    let now = Now(end.last_at);
    replayed(&mut tx, &mut end, now).await.unwrap()
}

/// Makes entries of a kind say what a release would have written that decided otherwise; how many it changed.
async fn wrote(demo: &Demo, name: &str, change: impl Fn(&mut Value) -> bool) -> usize {
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    let mut changed = 0;
    for rec in tx.all("select seq, body from entry where name = $1 order by seq", &[V::text(name)]).await.unwrap() {
        let mut body: Value = serde_json::from_slice(&rec.bytes(1).unwrap()).unwrap();
        if change(&mut body["data"]) {
            let body = plantgate_ledger::canon::to_bytes(&body).unwrap();
            let values = [V::Bytes(body), V::size(rec.size(0).unwrap())];
            tx.run("update entry set body = $1 where seq = $2", &values).await.unwrap();
            changed += 1;
        }
    }
    tx.commit().await.unwrap();
    changed
}

#[tokio::test]
async fn a_release_that_decides_as_the_one_before_moves_no_tier_and_no_decision() {
    for demo in busy().await {
        let found = again(&demo).await;
        assert_eq!(found.moves, [], "{}", demo.world.engine);
        // the grant and the request that waits, and the tier of every engagement that has one of its facts
        assert_eq!(found.decisions, 2, "{}", demo.world.engine);
        assert!(found.tiers > 20, "{}: {}", demo.world.engine, found.tiers);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_release_that_would_have_decided_otherwise_names_the_tier_and_the_grant() {
    for demo in busy().await {
        let engine = demo.world.engine;
        // given a record of a release that took engagements for less than this one does
        let set = wrote(&demo, "expect.tier.set@1", |data| {
            let is = data["tier"] == "T2" && data["provisional"] == false;
            if is {
                data["tier"] = json!("T3");
            }
            is
        });
        assert!(set.await > 0, "{engine}");
        // and that did not look at how long a window is: it has requests of half a year, and let them through
        let long = wrote(&demo, "permit.access.requested@1", |data| {
            let until = data["window"]["window"].get_mut("until");
            until.map(|until| *until = json!("2027-06-30T12:00:00Z")).is_some()
        });
        assert!(long.await > 0, "{engine}");
        // when this release is asked again, then each tier and each decision is named with both answers
        let Replayed { moves, .. } = again(&demo).await;
        let tiers: Vec<&Move> = moves.iter().map(|(m, _)| m).filter(|m| m.what == "tier").collect();
        assert!(!tiers.is_empty(), "{engine}: {moves:?}");
        assert!(tiers.iter().all(|m| (&*m.before, &*m.after) == ("T3", "T2") && m.site.is_some()), "{tiers:?}");
        let decided: Vec<_> = moves.iter().filter(|(m, _)| m.what == "decision").collect();
        assert_eq!(decided.len(), 2, "{engine}: {moves:?}");
        for (m, at) in decided {
            assert!(
                m.after == "not-granted" && m.checks.iter().any(|key| key == "length-within-cap"),
                "{engine}: {m:?}"
            );
            assert!(*at <= demo.world.app.store().look().await.unwrap().now().0, "{engine}");
        }
        demo.world.close().await;
    }
}
