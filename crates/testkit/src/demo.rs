//! The demo plant in a test, loaded through the public doors, with its people by the names they sign in with.

use std::collections::BTreeMap;

use plantgate_app::{Caller, demo};
use plantgate_domain::base::PersonId;

use crate::{
    door::Door,
    world::{D0, World, at},
};

/// A world with the demo plant at D0.
pub struct Demo {
    pub world: World,
    pub people: BTreeMap<String, PersonId>,
}

impl Demo {
    /// Loads it on one engine.
    pub async fn on(world: World) -> Demo {
        let people = demo::load(&world.app, &world.clock, at(D0), demo::FILES).await.unwrap();
        let people = people.0.into_iter().map(|p| (p.handle, p.id)).collect();
        Demo { world, people }
    }
    /// One per engine.
    pub async fn both() -> Vec<Demo> {
        let mut all = Vec::new();
        for world in World::both().await {
            all.push(Demo::on(world).await);
        }
        all
    }
    /// A person of the demo.
    pub fn person(&self, handle: &str) -> PersonId {
        *self.people.get(handle).unwrap_or_else(|| panic!("nobody signs in as {handle}"))
    }
    /// A person of the demo as a caller.
    pub fn caller(&self, handle: &str) -> Caller {
        Caller::person(self.person(handle), "test")
    }
    /// Entries in the ledger.
    pub async fn size(&self) -> u64 {
        self.world.app.store().look().await.unwrap().size()
    }
    /// Signs a person in.
    pub async fn sign_in(&self, handle: &str) -> Door {
        self.world.sign_in(self.person(handle), handle).await
    }
}
