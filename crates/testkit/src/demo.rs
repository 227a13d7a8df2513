//! The demo plant in a test, made through the public doors, with its people by the names they sign in with.

use plantgate_app::{Caller, review::trail};
use plantgate_domain::{
    base::{PersonId, auth},
    event::expect::TrailKind,
};
use plantgate_store::memory::Memory;
use serde_json::json;

use crate::{
    copies::{self, People},
    door::Door,
    world::World,
};

/// A world with the demo plant at D0.
pub struct Demo {
    pub world: World,
    pub people: People,
}

impl Demo {
    /// On one engine: a copy of what loading made for this build.
    pub async fn on(world: World) -> Demo {
        let (world, people) = copies::into(world).await;
        Demo { world, people }
    }
    /// On one engine, loaded here and now: with keys and an origin that no other plant of a test has.
    pub async fn anew(world: World) -> Demo {
        let people = copies::load(&world).await;
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
        Caller::person(self.person(handle), auth::SIGNED_IN)
    }
    /// Entries in the ledger.
    pub async fn size(&self) -> u64 {
        self.world.app.store().look().await.unwrap().size()
    }
    /// A review of the next forty entries, by quality alone: nobody of theirs did anything so early. The entry that
    /// says so.
    pub async fn reviewed(&self) -> u64 {
        let mut look = self.world.app.store().look().await.unwrap();
        let from = look.organisation().await.unwrap().unwrap().trail.from();
        let until = look.size().min(from + 40);
        let range = trail::range(&mut look, from, until).await.unwrap();
        drop(look);
        let quality = self.caller("j.lindqvist");
        if !range.all.is_empty() {
            let looked = json!({ "until": until, "kinds": TrailKind::ALL, "list": range.list,
                "note": "Explained by the shift book." });
            self.world.named(&quality, "look-at-exceptions", looked).await.unwrap();
        }
        let signed =
            json!({ "from": from, "until": until, "root": range.root, "list": range.list, "note": "All explained." });
        self.world.named(&quality, "conclude-trail-review", signed).await.unwrap()["entry"].as_u64().unwrap()
    }
    /// Signs a person in.
    pub async fn sign_in(&self, handle: &str) -> Door {
        self.world.sign_in(self.person(handle), handle).await
    }
}
