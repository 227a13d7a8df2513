//! The demo plant comes in through the public doors, and what the rules make of it is what its description says.

use plantgate_app::demo::{self, DemoPeople, FILES};
use plantgate_domain::{
    base::{EngagementId, Instant, Kind, Level, Reason, SiteId},
    expect::engagement::Engagement,
    qualify::standing::standing,
};
use plantgate_store::memory::Memory;
use plantgate_testkit::world::World;

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
    /// Standing at D0 with the keys of what weighs on it.
    pub async fn stands(world: &World, engagement: &str, site: &str) -> (Level, Vec<String>) {
        let all = reasons(world, engagement, site).await;
        let level = *standing(&all).at(d0());
        let weighs = all.iter().filter(|r| r.weight(d0()) > Level::Good).map(|r| r.key.clone()).collect();
        (level, weighs)
    }
}
use given::{loaded, stands, tier};

#[tokio::test]
async fn tiers_come_from_facts() {
    let (world, people) = loaded().await;
    assert_eq!(people.find("anna.keller").unwrap().roles, "control-engineer@BRU");
    let wants = [
        ("E-001", "BRU", "T1"),
        ("E-002", "CED", "T1"),
        ("E-003", "BRU", "T1"),
        ("E-004", "CED", "T1"),
        ("E-004", "LIN", "T1"),
        ("E-005", "BRU", "T1"),
        ("E-005", "CED", "T1"),
        ("E-006", "BRU", "T1"),
        ("E-007", "LIN", "T1"),
        ("E-008", "BRU", "T1"),
        ("E-008", "CED", "T1"),
        ("E-009", "BRU", "T1"),
        ("E-010", "CED", "T2"),
        ("E-011", "BRU", "T1"),
        ("E-012", "LIN", "T1"),
        ("E-013", "LIN", "T1"),
        ("E-014", "CED", "T2"),
        ("E-015", "BRU", "T1"),
        ("E-015", "LIN", "T1"),
        ("E-016", "CED", "T2"),
        ("E-017", "BRU", "T3"),
        ("E-025", "BRU", "T2"),
    ];
    for (engagement, site, wants) in wants {
        assert_eq!(tier(&world, engagement, site).await, wants, "{engagement} at {site}");
    }
    assert_eq!(stands(&world, "E-025", "BRU").await, (Level::Good, vec![]));
}
