//! The data directory a command works on, and whose time it shows: the machine's, or on demo data an instant that
//! somebody names to see what would stand then.

use std::path::PathBuf;

use plantgate_app::{
    App,
    read::{Look, Memory},
};
use plantgate_domain::base::{Instant, Why};
use plantgate_store::{Clock, Stop, verify::Older};

use crate::config::Config;

/// Where a command works.
#[derive(Clone, Debug)]
pub struct Data {
    /// Data directory of the organisation.
    pub folder: PathBuf,
    /// What the plant's clock shows (UTC); only on demo data.
    pub plant_now: Option<Instant>,
}

impl Data {
    /// The plant's clock.
    pub fn clock(&self) -> Clock {
        self.plant_now.map_or(Clock::Machine, Clock::demo)
    }

    /// Opens the office of the directory. Rows of another release stay as they are: only a server makes them
    /// anew.
    pub async fn open(&self) -> Result<App, Stop> {
        self.opened(Older::Left).await
    }

    /// The same for a server, which takes the place of one of an older release.
    pub async fn open_to_serve(&self) -> Result<App, Stop> {
        self.opened(Older::Renewed).await
    }

    /// A clock that somebody set is refused on data that is not a demo: an entry with a made-up time could never be
    /// taken back.
    async fn opened(&self, older: Older) -> Result<App, Stop> {
        let app = App::new(Config::read(&self.folder)?.open(&self.folder, self.clock(), older).await?);
        if self.plant_now.is_some() && is_real(&mut app.store().look().await?).await? {
            return Err(no_demo());
        }
        Ok(app)
    }

    /// Before the first act of all: with a clock that somebody set, only a demo may be founded.
    pub fn may_found(&self, body: &serde_json::Value) -> Result<(), Stop> {
        let demo = body.get("demo").and_then(serde_json::Value::as_bool).unwrap_or_default();
        if self.plant_now.is_some() && !demo { Err(no_demo()) } else { Ok(()) }
    }
}

async fn is_real(look: &mut Look) -> Result<bool, Stop> {
    Ok(look.organisation().await?.is_some_and(|o| !o.facts.demo))
}

fn no_demo() -> Stop {
    Stop::field("--plant-now", Why::of("invalid-plant-now"))
}
