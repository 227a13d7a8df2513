//! Scenario 2: a system added to an engagement shows what it comes to before anybody saves, looking saves nothing, and
//! two people save it.

use axum::http::StatusCode;
use plantgate_domain::{
    base::{Kind, Tier},
    expect::engagement::Engagement,
    qualify::obligation::Obligation,
};
use plantgate_store::memory::Memory;
use plantgate_testkit::demo::Demo;

/// Tier of E-025 where it has one, and the keys it owes.
async fn stands(demo: &Demo) -> (Tier, Vec<String>) {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Engagement, "E-025").await.unwrap().unwrap();
    let e: Engagement = look.get(on).await.unwrap();
    let owed: Vec<Obligation> = look.of("engagement", e.id).await.unwrap();
    let mut keys: Vec<String> = owed.into_iter().filter(|o| o.ended_at.is_none()).map(|o| o.facts.key).collect();
    keys.sort();
    (e.tiers[0].tier, keys)
}

async fn size(demo: &Demo) -> u64 {
    demo.world.app.store().look().await.unwrap().size()
}

#[tokio::test]
async fn a_safety_system_added_shows_t1_and_its_obligations_before_saving() {
    for demo in Demo::both().await {
        // given E-025 at T2
        let (tier, before) = stands(&demo).await;
        assert_eq!(tier, Tier::T2);
        let entries = {
            let okafor = demo.sign_in("m.okafor").await;
            let stahl = demo.sign_in("b.stahl").await;
            let entries = size(&demo).await;
            // when its scope is to reach a safety system: the page shows T1, why, and what would be owed
            let path = "/engagements/E-025/scope?instance=SIS-B05&roles=view&roles=configure&conduits=BZ5%7CBZ4";
            let page = okafor.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.words());
            let words = page.words();
            for said in ["T2", "T1", "SIS-B05", "Added: 12"] {
                assert!(words.contains(said), "no {said}: {words}");
            }
            // and looking saved nothing
            assert_eq!(size(&demo).await, entries);
            assert_eq!(stands(&demo).await, (Tier::T2, before.clone()));
            // when it is confirmed, it is proposed and nothing else
            let id = page.hidden("request_id");
            let fields = [
                ("request_id", id.as_str()),
                ("instance", "SIS-B05"),
                ("roles", "view"),
                ("roles", "configure"),
                ("conduits", "BZ5|BZ4"),
            ];
            let sent = okafor.form("/engagements/E-025/scope/propose", &fields).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words());
            assert_eq!(stands(&demo).await, (Tier::T2, before.clone()));
            // who proposed it cannot approve it, and is told in words
            let own = okafor.get("/engagements/E-025/scope?approve=SIS-B05").await;
            assert_eq!(own.status, StatusCode::FORBIDDEN);
            assert!(own.words().contains("R-13"), "{}", own.words());
            // another person sees the same before approving
            let entries = size(&demo).await;
            let page = stahl.get("/engagements/E-025/scope?approve=SIS-B05").await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.words());
            assert!(page.words().contains("Added: 12"), "{}", page.words());
            assert_eq!(size(&demo).await, entries);
            let id = page.hidden("request_id");
            let fields = [("request_id", id.as_str()), ("instance", "SIS-B05")];
            let sent = stahl.form("/engagements/E-025/scope/approve", &fields).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words());
            entries
        };
        // then it is saved as it was shown
        assert!(size(&demo).await > entries);
        let (tier, after) = stands(&demo).await;
        assert_eq!((tier, after.len()), (Tier::T1, before.len() + 12));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_fact_stated_shows_what_it_does_before_it_is_saved() {
    for demo in Demo::both().await {
        let okafor = demo.sign_in("m.okafor").await;
        let (entries, before) = (size(&demo).await, stands(&demo).await);
        // given the facts as they stand
        let page = okafor.get("/engagements/E-025/tier?site=BRU").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.words());
        assert!(page.body.contains("name=\"flags-BMS-B61\""), "{}", page.words());
        // when the system is said to matter to safety
        let asked = "site=BRU&preview=yes&patterns=gateway-unattended&patterns=gateway-attended&flags-BMS-B61=safety";
        let page = okafor.get(&format!("/engagements/E-025/tier?{asked}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.words());
        assert!(page.words().contains("Added: 12"), "{}", page.words());
        assert_eq!((size(&demo).await, stands(&demo).await), (entries, before));
        // contradictions are shown at the field
        let page = okafor.get(&format!("/engagements/E-025/tier?{asked}&flags-BMS-B61=none")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        // then it is saved as it was shown
        let request = okafor.get(&format!("/engagements/E-025/tier?{asked}")).await.hidden("request_id");
        let fields = [("request_id", request.as_str()), ("site", "BRU"), ("flags-BMS-B61", "safety")];
        let sent = okafor.form("/engagements/E-025/tier", &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words());
        assert_eq!(stands(&demo).await.0, Tier::T1);
        demo.world.close().await;
    }
}
