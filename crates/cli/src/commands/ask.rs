//! `serve` asks the cosigners it can reach: once before it takes the first act, so that an old copy is found out, and
//! then for every new head. Acts never wait for it.

use std::time::Duration;

use plantgate_domain::base::Why;
use plantgate_store::{
    Stop, Store,
    asking::{self, Asked, Heard, Outside},
    witnesses::{self, Request},
};
use plantgate_web::cosigner::Asker;

use crate::config::Reached;

/// How long the first word is waited for before the door opens.
const FIRST: Duration = Duration::from_secs(2);

/// A cosigner by wire.
#[derive(Clone, Debug)]
pub struct Wire {
    name: String,
    asker: Asker,
}

impl Outside for Wire {
    async fn add(&self, request: &Request) -> Heard {
        match self.asker.add(&request.text()).await {
            Ok((200, lines)) => Heard::Lines(lines),
            Ok((409, body)) => match body.trim_end().parse() {
                Ok(size) => Heard::At(size),
                Err(_) => Heard::No(body),
            },
            Ok((status, body)) => Heard::No(format!("{status}: {}", body.trim_end())),
            Err(why) => Heard::Silence(why),
        }
    }

    async fn latest(&self, origin: &str) -> Option<String> {
        self.asker.latest(origin).await.ok().filter(|(status, _)| *status == 200).map(|(_, note)| note)
    }
}

/// The cosigners of the configuration.
pub fn all(reached: &[Reached]) -> Result<Vec<Wire>, Stop> {
    let one = |r: &Reached| {
        let asker = Asker::new(&r.url);
        let asker = asker.ok_or_else(|| Stop::field("url", Why::of("invalid-cosigner-url").with("url", &r.url)))?;
        Ok(Wire { name: r.name.clone(), asker })
    };
    reached.iter().map(one).collect()
}

/// What they say before the first act; who does not answer in time is asked again later.
pub async fn first(store: &Store, wires: &[Wire]) {
    if tokio::time::timeout(FIRST, round(store, wires)).await.is_err() {
        tracing::warn!("a cosigner did not answer before the first act");
    }
}

/// Asks for every new head, for as long as the process runs.
pub async fn always(store: Store, wires: Vec<Wire>) {
    let mut every = tokio::time::interval(Duration::from_secs(store.limits().checkpoint_every));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        round(&store, &wires).await;
    }
}

async fn round(store: &Store, wires: &[Wire]) {
    for wire in wires {
        match one(store, wire).await {
            Ok(Asked::Yes(_) | Asked::Nothing) => {}
            Ok(Asked::Behind) => tracing::error!("this record is not the one that {} vouched for", wire.name),
            Ok(Asked::No(why)) => tracing::error!("the cosigner {} does not vouch for the head: {why}", wire.name),
            Ok(Asked::Silence(why)) => tracing::warn!("the cosigner {} does not answer: {why}", wire.name),
            Err(stop) => tracing::warn!(%stop, "the cosigner {} could not be asked", wire.name),
        }
    }
}

/// Only a cosigner that the record names is asked.
async fn one(store: &Store, wire: &Wire) -> Result<Asked, Stop> {
    let policy = {
        let mut tx = store.db().read().await?;
        witnesses::policy(&mut tx, store.keyring()).await?
    };
    match policy.keys.iter().find(|k| k.name() == wire.name) {
        Some(key) => asking::ask(store, key, wire).await,
        // An old copy may not name it yet: what it holds is heard all the same.
        None => asking::hear(store, &policy.origin, wire).await,
    }
}
