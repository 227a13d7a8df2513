//! Roles follow groups: a group gives one, the group gone takes it at the next sign-on, each as an entry of its own.
//! What people gave, groups do not take.

use plantgate_app::sign_in::Side;
use plantgate_domain::{
    base::Actor,
    event::{
        Event,
        qualify::{OwnerRole, PersonEvent},
    },
    qualify::person::Person,
};
use plantgate_store::memory::Memory;
use plantgate_testkit::demo::Demo;
use plantgate_web::sign_on::Setting;
use serde_json::json;

use super::{Issuer, binds, group, is_in, signs_on, trusts};

async fn roles(demo: &Demo) -> Vec<OwnerRole> {
    let mut look = demo.world.app.store().look().await.unwrap();
    let person: Person = look.get(demo.person("anna.keller")).await.unwrap();
    person.roles.iter().map(|r| r.role).collect()
}

#[tokio::test]
async fn a_group_gives_a_role_and_the_group_gone_takes_it() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        let groups = vec![
            group("plant-engineers", OwnerRole::ControlEngineer, Some("BRU")),
            group("plant-qa", OwnerRole::Qa, Some("BRU")),
            group("plant-elsewhere", OwnerRole::Qa, Some("NOWHERE")),
        ];
        trusts(&mut demo, vec![Setting { groups, ..issuer.setting(Side::Owner) }]);
        binds(&demo, "anna.keller", &issuer.says(Side::Owner, "keller")).await;
        assert_eq!(roles(&demo).await, [OwnerRole::ControlEngineer]);
        // given somebody in two groups, of which one asks for what they have, and one for a site that nobody knows
        issuer
            .control(json!({ "groups": { "keller": ["plant-engineers", "plant-qa", "plant-elsewhere", "other"] } }))
            .await;
        let (reply, keller) = signs_on(&demo, &issuer, "keller").await;
        assert!(is_in(&reply), "{}", reply.words());
        assert_eq!(roles(&demo).await, [OwnerRole::ControlEngineer, OwnerRole::Qa]);
        let told = keller.get("/today").await.words();
        assert!(told.contains("you were given one role, and none was taken"), "{told}");
        // the same groups again change nothing
        let before = demo.size().await;
        assert!(is_in(&signs_on(&demo, &issuer, "keller").await.0));
        assert_eq!(demo.size().await, before, "{}", demo.world.engine);
        // when both groups are gone, then what the group gave goes, and what people gave stays
        issuer.control(json!({ "groups": { "keller": [] } })).await;
        assert!(is_in(&signs_on(&demo, &issuer, "keller").await.0));
        assert_eq!(roles(&demo).await, [OwnerRole::ControlEngineer]);
        // and both stand in the record as the identity provider's doing, by its name
        let mut look = demo.world.app.store().look().await.unwrap();
        let entries = look.entries(demo.person("anna.keller").into()).await.unwrap();
        let doings = entries.iter().filter(|(read, _)| read.at.by == Actor::IdentityProvider);
        let said: Vec<_> = doings
            .map(|(read, _)| {
                let what = match &read.event {
                    Event::Person(PersonEvent::RoleGiven(r)) => ("given", r.role),
                    Event::Person(PersonEvent::RoleTaken(r)) => ("taken", r.role),
                    other => panic!("{other:?}"),
                };
                (what, read.auth.clone().unwrap())
            })
            .collect();
        let by = format!("oidc:{}", issuer.id);
        assert_eq!(said, [(("given", OwnerRole::Qa), by.clone()), (("taken", OwnerRole::Qa), by)]);
        drop(look);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn no_door_gives_roles_as_an_identity_provider() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    for name in ["give-roles-by-groups", "take-roles-by-groups"] {
        let body = json!({ "person": demo.person("anna.keller"), "account": "x",
            "asked": [{ "role": "qa", "site": null }] });
        for who in ["anna.keller", "k.brandt"] {
            let done = demo.world.named(&demo.caller(who), name, body.clone()).await;
            assert!(matches!(done, Err(plantgate_app::Stop::NotFound)), "{name} by {who}: {done:?}");
        }
    }
    demo.world.close().await;
}
