//! People of a test sign as people do: with a password of their own and the code of the moment, in a session of theirs.
//! Nothing here gets around the check; it only knows what a person has in their head and in their pocket.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use plantgate_app::{
    Caller, Stop, acts,
    sign::Typed,
    sign_in::{Enrolment, Proof},
};
use plantgate_domain::{base::PersonId, qualify::person::Person};
use plantgate_store::{clock::Wall, memory::Memory, stop::Unsigned};
use serde_json::Value;

use crate::world::{World, request};

/// A password for tests.
pub const PASSWORD: &str = "a password only for tests";

/// What a person signs in and signs with.
#[derive(Clone)]
pub struct Pocket {
    pub password: String,
    pub seed: Enrolment,
    /// Their session.
    pub session: String,
}

/// The pockets of a world's people.
#[derive(Default)]
pub struct Pockets(Mutex<BTreeMap<PersonId, Pocket>>);

impl Pockets {
    /// What a person has, if they ever signed in here.
    pub fn of(&self, person: PersonId) -> Option<Pocket> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&person).cloned()
    }
    /// Notes what a person has from now on.
    pub fn keep(&self, person: PersonId, pocket: Pocket) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(person, pocket);
    }
}

/// What is typed at the door, from the place of tests.
pub fn proof(handle: String, password: String, code: String) -> Proof {
    Proof { handle, password, code, place: "test".to_owned(), machine: None, seen_as: String::new() }
}

impl World {
    /// The time that codes go by.
    pub async fn wall(&self) -> Wall {
        let store = self.app.store();
        store.wall(&store.look().await.unwrap())
    }

    /// What a person has to sign with; who has nothing yet sets a password and signs in with the code before this one,
    /// so that the one of the moment is fresh.
    pub async fn pocket(&self, person: PersonId) -> Pocket {
        self.finds(person).await.unwrap()
    }

    /// The same with a password set by whoever administers the machine: then no entry of it is the person's own doing.
    pub async fn pocket_by_host(&self, person: PersonId) -> Pocket {
        self.fills(&Caller::host(), person).await.unwrap()
    }

    async fn finds(&self, person: PersonId) -> Result<Pocket, Stop> {
        self.fills(&Caller::person(person, "test"), person).await
    }

    /// The same, or why a person cannot have one: whoever was erased has no name to sign in by.
    async fn fills(&self, by: &Caller, person: PersonId) -> Result<Pocket, Stop> {
        if let Some(pocket) = self.pockets.of(person) {
            return Ok(pocket);
        }
        let handle = {
            let mut look = self.app.store().look().await?;
            let who: Person = look.get(person).await?;
            look.open_private(&who.facts.handle).await?.ok_or(Stop::NotFound)?
        };
        let (seed, password) = (Enrolment::new()?, PASSWORD.to_owned());
        self.app.set_credential(by, person, &handle, &password, &seed).await?;
        let code = seed.code_at(self.wall().await)?;
        let proof = proof(handle, password.clone(), code);
        let session = self.app.sign_in(&proof).await?.map_err(|_| Stop::NotFound)?.secret;
        let pocket = Pocket { password, seed, session };
        self.pockets.keep(person, pocket.clone());
        Ok(pocket)
    }

    /// What a person types to sign what was shown: both components at first, the password alone in a series.
    pub async fn types(&self, person: PersonId, wanted: &Unsigned) -> Typed {
        self.typed(person, wanted).await.unwrap()
    }

    async fn typed(&self, person: PersonId, wanted: &Unsigned) -> Result<Typed, Stop> {
        let pocket = self.finds(person).await?;
        let goes_on = self.app.signing_series(person, &pocket.session).await?;
        // The code behind the one they signed in with: no code is good twice.
        let next = Wall(self.wall().await.0 + 30);
        let code = (!goes_on).then(|| pocket.seed.code_at(next).unwrap());
        let digest = wanted.digest.clone();
        Ok(Typed { password: Some(pocket.password), code, passkey: None, digest, session: Some(pocket.session) })
    }

    /// Signs and does an act that was refused for want of a signature.
    pub async fn sign(&self, caller: &Caller, (name, body): (&str, Value), wanted: &Unsigned) -> Result<Value, Stop> {
        let person = caller.actor.person().ok_or(Stop::NotFound)?;
        let typed = self.typed(person, wanted).await?;
        acts::signed(&self.app, caller, request(), (name, body), &typed).await
    }
}
