//! Asking again for the same (S5.1b): whose request may be repeated, what is offered to whom, and how long.

use plantgate_app::{Stop, permit::reads::repeatable};
use plantgate_domain::{base::PersonId, qualify::person::Person};
use plantgate_store::memory::Memory;
use serde_json::{Value, json};

use super::ground::{Ground, ground};
use plantgate_app::Caller;

/// References that are offered to somebody now.
async fn offered(g: &Ground, who: &Caller) -> Vec<String> {
    let mut look = g.w.app.store().look().await.unwrap();
    let me: PersonId = who.actor.person().unwrap();
    let me: Person = look.get(me).await.unwrap();
    repeatable(&mut look, &me, 9).await.unwrap().into_iter().map(|r| r.asked.reference).collect()
}

fn field(stop: &Stop) -> Option<&str> {
    match stop {
        Stop::Invalid(all) => all.first()?.place.field.as_deref(),
        _ => None,
    }
}

fn again(g: &Ground, name: &str) -> Value {
    let mut ask = g.ask();
    ask["repeats"] = json!(name);
    ask
}

#[tokio::test]
async fn only_ones_own_request_is_asked_for_again() {
    for g in ground().await {
        g.graded().await;
        // given she asked for herself
        let hers = Ground::reference(&g.ok(&g.ortega, "request-access", g.ask()).await);
        // when one of ours asks for her and says it repeats hers: it is not theirs
        let mut ours = again(&g, &hers);
        ours["person"] = json!("ortega");
        let stop = g.no(&g.keller, "request-access", ours.clone()).await;
        assert_eq!(field(&stop), Some("repeats"), "{stop:?}");
        // and whoever is of another provider learns not even that it is there
        let stop = g.no(&g.reyes, "request-access", again(&g, &hers)).await;
        assert!(matches!(stop, Stop::NotFound), "{stop:?}");
        // what one of ours asked for her is theirs to repeat and hers, and no colleague's
        ours["repeats"] = json!(null);
        let for_her = Ground::reference(&g.ok(&g.keller, "request-access", ours.clone()).await);
        ours["repeats"] = json!(for_her);
        let stop = g.no(&g.keller2, "request-access", ours.clone()).await;
        assert_eq!(field(&stop), Some("repeats"), "{stop:?}");
        g.ok(&g.keller, "request-access", ours).await;
        let second = g.ok(&g.ortega, "request-access", again(&g, &for_her)).await;
        assert_eq!(second["done"]["state"], "awaiting-approval");
        g.close().await;
    }
}

#[tokio::test]
async fn what_was_approved_is_offered_to_its_own_person_for_ninety_days() {
    for g in ground().await {
        g.graded().await;
        let asked = g.ok(&g.ortega, "request-access", g.ask()).await;
        let name = Ground::reference(&asked);
        // while it waits there is nothing to repeat
        assert!(offered(&g, &g.ortega).await.is_empty());
        g.ok(&g.keller, "approve-access", json!({ "request": name })).await;
        assert_eq!(offered(&g, &g.ortega).await, std::slice::from_ref(&name));
        // not to who approved it, nor to her contact, nor to a stranger
        for who in [&g.keller, &g.campos, &g.reyes, &g.okafor] {
            assert!(offered(&g, who).await.is_empty(), "{who:?}");
        }
        // ninety days later it is, a day after that it is not
        g.set("2027-02-14T07:00:00Z");
        assert_eq!(offered(&g, &g.ortega).await, [name]);
        g.set("2027-02-15T08:00:00Z");
        assert!(offered(&g, &g.ortega).await.is_empty());
        g.close().await;
    }
}
