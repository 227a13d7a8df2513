//! What other rules would move is named before anybody adopts them: standings, grades, tiers and decisions, on a
//! whole plant; and rules that decide nothing otherwise move nothing.

use plantgate_app::expect::{
    moves::{Move, Two},
    replay::{Replayed, replayed},
};
use plantgate_domain::{
    base::{Instant, Kind, Now},
    expect::rulebook::Rulebook,
    rules::{BUILTIN, Rules},
};
use plantgate_store::{memory::Memory, past::Past};
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
