//! Programs in a test: a token made as everybody makes one, and the door of whoever sends it.

use plantgate_app::{
    Caller, Stop, acts,
    power::could,
    qualify::token::{TokenDone, TokenWish},
};
use plantgate_domain::qualify::person::Person;
use plantgate_store::memory::Memory;
use serde_json::json;

use crate::{
    door::Door,
    story::Story,
    world::{World, request},
};

/// A token with its secret.
#[derive(Clone, Debug)]
pub struct Made {
    pub done: TokenDone,
    pub secret: String,
}

/// A wish for a token of a month.
pub fn wish(name: &str, acts: &[&str], sites: &[&str]) -> TokenWish {
    let all = |of: &[&str]| of.iter().map(|one| (*one).to_owned()).collect();
    TokenWish { name: name.to_owned(), acts: all(acts), sites: all(sites), days: 30, service: None }
}

impl World {
    /// Makes a token.
    pub async fn token(&self, caller: &Caller, wish: TokenWish) -> Result<Made, Stop> {
        let (secret, answer) = self.app.make_token(caller, request(), wish).await?;
        Ok(Made { done: answer.done, secret: secret.expect("a first answer has its secret") })
    }
}

impl Story {
    /// A program that acts for somebody: with every act that they could do by a token, or with none.
    pub async fn program(&self, reference: &str, acts_too: bool) -> Door {
        let holder = self.person(reference).await;
        let mut look = self.demo.world.app.store().look().await.unwrap();
        let person: Person = look.get(holder).await.unwrap();
        let rules = look.rules();
        drop(look);
        let may = |act: &&str| {
            acts_too && acts::by_token(act) && acts::power(act).is_some_and(|power| could(&person, power, &[], &rules))
        };
        let acts: Vec<&str> = acts::NAMES.iter().copied().filter(may).collect();
        let (by, service) = match person.service {
            Some(_) => (self.caller("N-100").await, Some(reference.to_owned())),
            None => (self.caller(reference).await, None),
        };
        let wish = TokenWish { service, ..wish("walk", &acts, &[]) };
        self.demo.world.program(&self.demo.world.token(&by, wish).await.unwrap().secret)
    }

    /// The account of a machine that reports at a site.
    pub async fn machine(&self, reference: &str, site: &str) {
        let body = json!({ "reference": reference, "name": reference, "owner": "N-102", "site": site });
        self.demo.world.named(&self.caller("N-100").await, "make-service", body).await.unwrap();
    }
}
