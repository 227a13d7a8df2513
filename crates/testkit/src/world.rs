//! A plant in a test: an engine, a clock that stands still until it is moved, the office over it. Helpers use public
//! doors only, so that a test can do nothing a person could not.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use plantgate_app::{Act, Answer, App, Caller};
use plantgate_domain::{
    base::Instant,
    thing::{AnyThing, Broken, Thing},
};
use plantgate_store::{Clock, Db, Limits, Stop, Store, blobs::Blobs, keyring::Keyring, memory::Memory};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    copies::{self, Place},
    postgres::Scratch,
    signer::Pockets,
};

/// Monday morning of the demo: the instant all stories are told at.
pub const D0: &str = "2026-11-16T07:30:00Z";
const FILE: &str = "plant.sqlite";

/// A plant with its own database, blobs, keys and clock.
pub struct World {
    pub app: App,
    pub clock: Clock,
    /// Packs that are being made, whichever door asks.
    pub workshop: plantgate_web::door::Workshop,
    /// What its people sign in and sign with.
    pub pockets: Pockets,
    /// How messages reach people beside their page; nothing unless a test says so.
    pub way: plantgate_web::post::Way,
    /// Identity providers of this plant; none unless a test says so.
    pub sign_on: std::sync::Arc<plantgate_web::sign_on::SignOn>,
    /// `SQLite` or `PostgreSQL`, for messages.
    pub engine: &'static str,
    /// Data directory; removed with the world.
    pub folder: PathBuf,
    /// Address of the database, for tools that open it themselves.
    pub address: String,
    scratch: Option<Scratch>,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An instant written in a test.
pub fn at(text: &str) -> Instant {
    Instant::from_str(text).unwrap_or_else(|why| panic!("{why}"))
}

impl World {
    /// On SQLite, at D0.
    pub async fn sqlite() -> World {
        // A fault tells its cause only to the log: a test that fails by one shows it.
        let log = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::ERROR);
        let _already = log.with_writer(std::io::stderr).try_init();
        let folder = folder();
        let address = folder.join(FILE).to_string_lossy().into_owned();
        World::open(folder, address, "SQLite", None).await
    }

    /// On PostgreSQL; `None` when the run has none, which [`crate::postgres::server`] says aloud.
    pub async fn postgres() -> Option<World> {
        let scratch = Scratch::cloned().await.unwrap()?;
        let address = scratch.url.clone();
        Some(World::open(folder(), address, "PostgreSQL", Some(scratch)).await)
    }

    /// One world per engine.
    pub async fn both() -> Vec<World> {
        let mut worlds = vec![World::sqlite().await];
        worlds.extend(World::postgres().await);
        worlds
    }

    /// Everything of a kind, as it stands now.
    pub async fn every<T>(&self) -> Vec<T>
    where
        T: Thing + TryFrom<AnyThing, Error = Broken>,
    {
        let all = self.app.store().look().await.unwrap().every(T::KIND).await.unwrap();
        all.into_iter().map(|kept| T::try_from(kept.thing).unwrap()).collect()
    }

    /// On a database that the test brings: a server or a disk of its own.
    pub async fn over(address: String, engine: &'static str) -> World {
        World::open(folder(), address, engine, None).await
    }

    async fn open(folder: PathBuf, address: String, engine: &'static str, scratch: Option<Scratch>) -> World {
        std::fs::create_dir_all(&folder).unwrap();
        let clock = Clock::still(at(D0));
        let store = open_store(&folder, &address, clock.clone()).await.unwrap();
        let (workshop, way, pockets, sign_on) = Default::default();
        World { app: App::new(store), clock, workshop, pockets, way, sign_on, engine, folder, address, scratch }
    }

    /// The same data opened a second time: another node, or the same after a restart.
    pub async fn again(&self) -> Result<App, Stop> {
        Ok(App::new(open_store(&self.folder, &self.address, self.clock.clone()).await?))
    }

    /// The same data opened by other means: over another line, with other bounds, with evidence elsewhere.
    pub async fn by(&self, address: &str, limits: Limits, blobs: Blobs) -> Result<App, Stop> {
        let db = Db::open(address, &limits).await?;
        Ok(App::new(Store::open(db, blobs, self.keyring()?, self.clock.clone(), limits).await?))
    }
    fn keyring(&self) -> Result<Keyring, Stop> {
        Keyring::open(&self.folder.join("keyring"), &self.folder.join("keyring.key"))
    }

    /// From here on with another clock, as after a restart.
    pub async fn restart(&mut self, clock: Clock) {
        self.app = App::new(open_store(&self.folder, &self.address, clock.clone()).await.unwrap());
        self.clock = clock;
    }

    /// The same world after a restart of its process.
    #[must_use]
    pub async fn reopened(mut self) -> World {
        let clock = self.clock.clone();
        self.restart(clock).await;
        self
    }

    /// Where its data is, for a world in the usual place.
    pub(crate) fn place(&self) -> Option<Place> {
        let file = self.folder.join(FILE).to_string_lossy() == self.address.as_str();
        let server = self.scratch.as_ref().map(|scratch| Place::Server(scratch.server().to_owned()));
        server.or(file.then_some(Place::File))
    }

    /// Has other data from here on: a copy of a folder, and of a database where it stands on a server.
    pub(crate) async fn becomes(&mut self, folder: &Path, database: Option<&str>) {
        self.app.store().db().close().await;
        if let (Some(scratch), Some(database)) = (self.scratch.take(), database) {
            let copied = Scratch::like(scratch.server().to_owned(), database).await.unwrap();
            scratch.remove().await.unwrap();
            self.address.clone_from(&copied.url);
            self.scratch = Some(copied);
        }
        std::fs::remove_dir_all(&self.folder).unwrap();
        copies::copy(folder, &self.folder);
        self.restart(self.clock.clone()).await;
    }

    /// Moves the plant's clock.
    pub fn set(&self, to: &str) {
        self.clock.set(at(to));
    }

    /// Does an act as somebody.
    pub async fn act<A: Act>(&self, caller: &Caller, act: A) -> Result<Answer<A::Done>, Stop> {
        self.app.act(caller, request(), act).await
    }

    /// Does an act by name with a JSON body, as API and command line do. Where it wants a signature, the caller signs
    /// with what they have (`crate::signer`).
    pub async fn named(&self, caller: &Caller, name: &str, body: Value) -> Result<Value, Stop> {
        match plantgate_app::acts::act(&self.app, caller, request(), name, body.clone()).await {
            Err(Stop::Unsigned(wanted)) => self.sign(caller, (name, body), &wanted).await,
            answer => answer,
        }
    }

    /// Removes the scratch database; a world that is only dropped leaves it to the end of the cluster.
    pub async fn close(mut self) {
        self.app.store().db().close().await;
        if let Some(scratch) = self.scratch.take() {
            scratch.remove().await.unwrap();
        }
    }
}

/// A new request id.
#[expect(clippy::disallowed_methods, reason = "tests stand for doors, which make request ids")]
pub fn request() -> Uuid {
    Uuid::new_v4()
}

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("plantgate-{}", request().simple()))
}

async fn open_store(folder: &std::path::Path, address: &str, clock: Clock) -> Result<Store, Stop> {
    let limits = Limits::for_testing();
    let db = Db::open(address, &limits).await?;
    let blobs = Blobs::open(&folder.join("blobs")).await?;
    let keyring = Keyring::open(&folder.join("keyring"), &folder.join("keyring.key"))?;
    Store::open(db, blobs, keyring, clock, limits).await
}
