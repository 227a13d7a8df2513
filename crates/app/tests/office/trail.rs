//! The audit trail is reviewed by exception: everything is looked at by somebody who did not do it, ranges touch, and
//! what was signed names first entry, size and root.

use plantgate_app::{
    Stop,
    review::trail::open,
    today::{Deed, today},
};
use plantgate_domain::{event::expect::TrailKind, expect::organisation::Organisation, qualify::person::Person};
use plantgate_store::{memory::Memory, trail};
use serde_json::{Value, json};

use super::ground::{Ground, granted, ground};

const ALL: [&str; 12] = [
    "override",
    "emergency",
    "late-entry",
    "refused",
    "clock",
    "rights",
    "rules",
    "erasure",
    "pack",
    "quarantine",
    "stopped",
    "record",
];

fn wrong(stop: &Stop) -> &'static str {
    match stop {
        Stop::Invalid(many) => many[0].why.id,
        Stop::Refused(r) => r.say.id,
        other => panic!("{other:?}"),
    }
}

async fn organisation(g: &Ground) -> Organisation {
    g.w.app.store().look().await.unwrap().organisation().await.unwrap().unwrap()
}

/// Kinds and numbers of what waits for review.
async fn waits(g: &Ground) -> Vec<(TrailKind, u64)> {
    let from = organisation(g).await.trail.from();
    let mut look = g.w.app.store().look().await.unwrap();
    let until = look.size();
    open(&mut look, from, until).await.unwrap().iter().map(|x| (x.kind, x.entry())).collect()
}

fn looked(kinds: &[&str]) -> Value {
    json!({ "kinds": kinds, "note": "Explained by the shift book." })
}

#[tokio::test]
async fn a_review_goes_by_exception_and_is_signed_with_its_range_and_root() {
    for g in ground().await {
        // given a grant that was revoked, and rights that were given when the plant was set up
        let grant = granted(&g).await;
        g.ok(&g.vogt, "revoke-grant", json!({ "grant": grant.to_string(), "reason": "Alarm." })).await;
        let found = waits(&g).await;
        let kinds: Vec<TrailKind> = found.iter().map(|(kind, _)| *kind).collect();
        assert!(kinds.contains(&TrailKind::Stopped) && kinds.contains(&TrailKind::Rights), "{kinds:?}");
        // when somebody concludes before all were looked at, then it is refused
        let sign = json!({ "note": "Nothing stays open." });
        assert_eq!(wrong(&g.no(&g.lindqvist, "conclude-trail-review", sign.clone()).await), "invalid-trail-open");
        // an entry that is no exception is not looked at, and nobody without the power looks
        let plain = (0..).find(|n| found.iter().all(|(_, entry)| entry != n)).unwrap();
        let body = json!({ "entries": [plain], "note": "Seen." });
        assert_eq!(wrong(&g.no(&g.lindqvist, "look-at-exceptions", body).await), "invalid-trail-entry");
        assert_eq!(wrong(&g.no(&g.admin, "look-at-exceptions", looked(&ALL)).await), "stop-no-power");
        // one by its number, the rest by kind
        let one = json!({ "entries": [found[0].1], "note": "Seen." });
        assert_eq!(g.ok(&g.lindqvist, "look-at-exceptions", one).await["done"], json!(1));
        let rest = g.ok(&g.lindqvist, "look-at-exceptions", looked(&ALL)).await;
        assert_eq!(rest["done"], json!(found.len() - 1));
        assert_eq!(wrong(&g.no(&g.lindqvist, "look-at-exceptions", looked(&ALL)).await), "invalid-trail-nothing");
        let signed = g.ok(&g.lindqvist, "conclude-trail-review", sign.clone()).await;
        // then the entry names first entry, size, root, counts and who
        let trail = organisation(&g).await.trail;
        let review = &trail.reviews[0];
        assert_eq!((review.facts.from, json!(review.facts.until)), (0, signed["done"]["until"].clone()));
        let mut look = g.w.app.store().look().await.unwrap();
        let root = trail::root(look.tx(), review.facts.until).await.unwrap();
        assert_eq!(review.facts.root, root.to_string(), "{}", g.w.engine);
        assert_eq!(review.facts.counts.iter().map(|c| c.count).sum::<u64>(), found.len() as u64);
        assert_eq!(review.by, g.lindqvist.actor.person());
        drop(look);
        // and the next range begins where this one ended: nothing lies between
        assert_eq!(waits(&g).await, vec![]);
        let again = g.ok(&g.lindqvist, "conclude-trail-review", sign).await;
        assert_eq!(again["done"]["from"], signed["done"]["until"]);
        g.close().await;
    }
}

#[tokio::test]
async fn nobody_reviews_their_own_doings() {
    for g in ground().await {
        // given a grant that OT security suspended
        let grant = granted(&g).await;
        let suspend = json!({ "grant": grant.to_string(), "cause": "incident" });
        g.ok(&g.okafor, "suspend-grant", suspend).await;
        // then the same person does not look at it, and does not sign a range that holds it
        assert_eq!(wrong(&g.no(&g.okafor, "look-at-exceptions", looked(&["stopped"])).await), "refuse-trail-own");
        g.ok(&g.lindqvist, "look-at-exceptions", looked(&ALL)).await;
        let sign = json!({ "note": "All seen." });
        assert_eq!(wrong(&g.no(&g.okafor, "conclude-trail-review", sign.clone()).await), "refuse-trail-own");
        g.ok(&g.lindqvist, "conclude-trail-review", sign).await;
        g.close().await;
    }
}

#[tokio::test]
async fn a_review_falls_due_by_the_rules_and_stands_on_the_list_of_who_may() {
    for g in ground().await {
        let listed = async |who: &plantgate_app::Caller| {
            let mut look = g.w.app.store().look().await.unwrap();
            let me: Person = look.get(who.actor.person().unwrap()).await.unwrap();
            let all = today(&mut look, &me).await.unwrap();
            all.into_iter().find(|t| t.deed == Deed::Trail).map(|t| t.due.unwrap())
        };
        let founded = organisation(&g).await.founded.unwrap();
        // given thirty days since the programme began, then quality sees it and the shift lead does not
        g.w.clock.set(founded.plus_secs(31 * 86_400));
        assert_eq!(listed(&g.lindqvist).await, Some(founded.plus_secs(30 * 86_400)), "{}", g.w.engine);
        assert_eq!(listed(&g.vogt).await, None);
        // when it is concluded, then it is gone until the next one comes near
        g.ok(&g.lindqvist, "look-at-exceptions", looked(&ALL)).await;
        g.ok(&g.lindqvist, "conclude-trail-review", json!({ "note": "All seen." })).await;
        assert_eq!(listed(&g.lindqvist).await, None);
        g.w.clock.set(founded.plus_secs(60 * 86_400));
        assert!(listed(&g.lindqvist).await.is_some());
        g.close().await;
    }
}
