//! Where this machine keeps its things: command line first, then `plantgate.toml` in the data directory. Machine
//! matters only; everything about the plant is a fact under change control.

use plantgate_domain::base::Why;
use std::path::{Path, PathBuf};

use plantgate_store::{Clock, Db, Limits, Stop, Store, blobs::Blobs, keyring::Keyring};
use serde::Deserialize;

/// `plantgate.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `postgres://…`; without it a SQLite file in the data directory.
    pub database: Option<String>,
    /// Where the key that opens the keyring lies; apart from the data, if you can.
    pub key_file: Option<PathBuf>,
    /// Address to listen on.
    pub listen: Option<String>,
    /// Whether browsers reach us through HTTPS (then cookies say so).
    #[serde(default)]
    pub https: bool,
    /// Where cosigners are reached that the record names. Who they are is a fact; how to reach them is not.
    #[serde(default)]
    pub cosigner: Vec<Reached>,
}

/// A cosigner's address.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// Name of its key.
    pub name: String,
    /// `http://host:port`.
    pub url: String,
}

impl Config {
    /// Reads the configuration of a data directory; an error names line and reason.
    pub fn read(data: &Path) -> Result<Config, Stop> {
        let file = data.join("plantgate.toml");
        let Ok(text) = std::fs::read_to_string(&file) else { return Ok(Config::default()) };
        toml::from_str(&text).map_err(|e| {
            let place = plantgate_domain::base::Place {
                file: Some(file.display().to_string()),
                line: e.span().map(|s| text.chars().take(s.start).filter(|c| *c == '\n').count() as u64 + 1),
                ..Default::default()
            };
            Stop::Invalid(vec![plantgate_domain::base::Invalid {
                place,
                why: Why::of("invalid-said").with("said", e.message()),
            }])
        })
    }

    /// Address of the database.
    pub fn address(&self, data: &Path) -> String {
        self.database.clone().unwrap_or_else(|| data.join("plant.sqlite").to_string_lossy().into_owned())
    }

    /// The keyring of a data directory, and the file with its key.
    pub fn keyring(&self, data: &Path) -> (PathBuf, PathBuf) {
        (data.join("keyring"), self.key_file.clone().unwrap_or_else(|| data.join("keyring.key")))
    }

    /// Opens the archive of a data directory.
    pub async fn open(&self, data: &Path, clock: Clock) -> Result<Store, Stop> {
        std::fs::create_dir_all(data).map_err(|e| {
            let why = Why::of("invalid-folder").with("folder", data.display().to_string()).with("said", e.to_string());
            Stop::field("data", why)
        })?;
        let limits = Limits::standard();
        let (file, key_file) = self.keyring(data);
        let keyring = Keyring::open(&file, &key_file)?;
        let blobs = Blobs::open(&data.join("blobs")).await?;
        let db = Db::open(&self.address(data), &limits).await?;
        Store::open(db, blobs, keyring, clock, limits).await
    }
}
