//! Where this machine keeps its things: command line first, then `plantgate.toml` in the data directory. Machine
//! matters only; everything about the plant is a fact under change control.

use plantgate_domain::base::Why;
use std::path::{Path, PathBuf};

use plantgate_app::sign_in::passkey::Site;
use plantgate_store::{
    Clock, Db, Limits, Stop, Store,
    blobs::{Blobs, BucketAt},
    keyring::Keyring,
    verify::Older,
};
use serde::{Deserialize, de::DeserializeOwned};

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
    /// The address by which browsers reach us, such as `https://plantgate.example`: passkeys are good for it and no
    /// other, and identity providers send browsers back to it. Without it neither is offered.
    pub origin: Option<String>,
    /// Who may say who somebody is; without one people sign in here only.
    #[serde(default)]
    pub identity_provider: Vec<crate::sign_on::IdentityProvider>,
    /// A bucket for evidence; without it a folder in the data directory.
    pub evidence: Option<Evidence>,
    /// A mail server; without it messages are told in the application only.
    pub mail: Option<crate::mail::Mail>,
    /// Where webhooks may lead; without it there are none.
    pub webhooks: Option<crate::mail::Webhooks>,
    /// A gateway beside the pages; without it nobody comes in by SSH.
    pub gateway: Option<Gateway>,
    /// Where gateways that stand alone ask; without it none does.
    pub gateways: Option<crate::alone::Gateways>,
    /// Where cosigners are reached that the record names. Who they are is a fact; how to reach them is not.
    #[serde(default)]
    pub cosigner: Vec<Reached>,
}

/// The part `[gateway]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Address to listen on, such as `0.0.0.0:2222`.
    pub listen: String,
    /// Language of what it says, `en` when nobody says.
    pub language: Option<String>,
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

/// The part `[evidence]`: where the bucket is. Its key stands in a file of its own or in the environment, so that this
/// file can be shown to whoever helps.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub endpoint: String,
    pub bucket: String,
    pub region: Option<String>,
    pub prefix: Option<String>,
    /// A file with `key_id` and `secret`; without it `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
    pub credentials_file: Option<PathBuf>,
    pub ca_file: Option<PathBuf>,
}

/// The file that `credentials_file` names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    key_id: String,
    secret: String,
}

impl Evidence {
    /// With the key; what is wrong never says what the key is.
    fn bucket(&self) -> Result<BucketAt, Stop> {
        let (key_id, secret) = match &self.credentials_file {
            Some(file) => key_in(file)?,
            None => (of_environment("AWS_ACCESS_KEY_ID")?, of_environment("AWS_SECRET_ACCESS_KEY")?),
        };
        if self.endpoint.contains('@') {
            return Err(Stop::field("evidence.endpoint", Why::of("invalid-evidence-endpoint")));
        }
        Ok(BucketAt {
            endpoint: self.endpoint.clone(),
            bucket: self.bucket.clone(),
            region: self.region.clone().unwrap_or_else(|| "us-east-1".to_owned()),
            prefix: self.prefix.clone().unwrap_or_default(),
            key_id,
            secret: secret.into(),
            ca_file: self.ca_file.clone(),
            patience: BucketAt::PATIENCE,
        })
    }

    /// Whether nobody but us reads the file with the key, and no one on the way reads evidence.
    pub fn cautious(&self) -> bool {
        let host = self.endpoint.strip_prefix("http://");
        let near =
            host.is_none_or(|h| h.starts_with("127.0.0.1") || h.starts_with("localhost") || h.starts_with("[::1]"));
        near && self.credentials_file.as_deref().is_none_or(is_ours_alone)
    }
}

fn key_in(file: &Path) -> Result<(String, String), Stop> {
    let bad = |said: &str| {
        let why = Why::of("invalid-file-unreadable").with("file", file.display().to_string()).with("said", said);
        Stop::field("evidence.credentials_file", why)
    };
    let text = std::fs::read_to_string(file).map_err(|e| bad(&e.to_string()))?;
    // What TOML says of an error quotes the line, and the line may be the key.
    let read: Credentials = toml::from_str(&text).map_err(|_| bad("key_id = \"…\", secret = \"…\""))?;
    Ok((read.key_id, read.secret))
}

#[expect(clippy::disallowed_methods, reason = "configuration is read here")]
fn of_environment(name: &str) -> Result<String, Stop> {
    std::env::var(name).map_err(|_| Stop::field("evidence", Why::of("invalid-evidence-key").with("name", name)))
}

#[cfg(unix)]
fn is_ours_alone(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|m| m.permissions().mode() & 0o077 == 0)
}
#[cfg(not(unix))]
fn is_ours_alone(_file: &Path) -> bool {
    true
}

/// What a data directory holds, for a command that only looks: nothing of it was brought up to date.
pub struct Parts {
    pub db: Db,
    pub blobs: Blobs,
    /// Without its key no head can be held against a signature.
    pub keyring: Option<Keyring>,
}

/// Reads a configuration; an error names line and reason.
pub fn parsed<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Stop> {
    toml::from_str(text).map_err(|e| {
        let place = plantgate_domain::base::Place {
            file: Some(file.to_owned()),
            line: e.span().map(|s| text.chars().take(s.start).filter(|c| *c == '\n').count() as u64 + 1),
            ..Default::default()
        };
        Stop::Invalid(vec![plantgate_domain::base::Invalid {
            place,
            why: Why::of("invalid-said").with("said", e.message()),
        }])
    })
}

impl Config {
    /// Where passkeys are good.
    pub fn passkeys(&self) -> Result<Option<Site>, Stop> {
        self.origin.as_deref().map(Site::at).transpose()
    }

    /// Reads the configuration of a data directory; an error names line and reason.
    pub fn read(data: &Path) -> Result<Config, Stop> {
        let file = data.join("plantgate.toml");
        let Ok(text) = std::fs::read_to_string(&file) else { return Ok(Config::default()) };
        parsed(&file.display().to_string(), &text)
    }

    /// Address of the database.
    pub fn address(&self, data: &Path) -> String {
        self.database.clone().unwrap_or_else(|| data.join("plant.sqlite").to_string_lossy().into_owned())
    }

    /// Opens what a data directory holds and changes none of it; `None` when there is no data.
    pub async fn parts(&self, data: &Path) -> Result<Option<Parts>, Stop> {
        let address = self.address(data);
        if self.database.is_none() && !Path::new(&address).exists() {
            return Ok(None);
        }
        let (ring, key_file) = self.keyring(data);
        let there = ring.exists() && key_file.exists();
        let keyring = if there { Some(Keyring::open(&ring, &key_file)?) } else { None };
        let db = Db::open(&address, &Limits::standard()).await?;
        Ok(Some(Parts { db, blobs: self.blobs(data).await?, keyring }))
    }

    /// Where evidence lies: a bucket where one is configured, the folder in the data directory otherwise.
    /// Where evidence lies: the folder, or the bucket that is configured.
    pub async fn blobs(&self, data: &Path) -> Result<Blobs, Stop> {
        let folder = data.join("blobs");
        match &self.evidence {
            Some(evidence) => Blobs::in_bucket(&folder, &evidence.bucket()?).await,
            None => Blobs::open(&folder).await,
        }
    }

    /// The keyring of a data directory, and the file with its key.
    pub fn keyring(&self, data: &Path) -> (PathBuf, PathBuf) {
        (data.join("keyring"), self.key_file.clone().unwrap_or_else(|| data.join("keyring.key")))
    }

    /// Opens the archive of a data directory; what becomes of rows of another release is for the command to say.
    pub async fn open(&self, data: &Path, clock: Clock, older: Older) -> Result<Store, Stop> {
        std::fs::create_dir_all(data).map_err(|e| {
            let why = Why::of("invalid-folder").with("folder", data.display().to_string()).with("said", e.to_string());
            Stop::field("data", why)
        })?;
        let limits = Limits::standard();
        let (file, key_file) = self.keyring(data);
        let keyring = Keyring::open(&file, &key_file)?;
        let blobs = self.blobs(data).await?;
        let db = Db::open(&self.address(data), &limits).await?;
        match older {
            Older::Renewed => Store::open(db, blobs, keyring, clock, limits).await,
            Older::Left => Store::open_as_is(db, blobs, keyring, clock, limits).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use plantgate_testkit::spoil::{Dice, spoilt};

    use super::{Config, Evidence, Stop, parsed};

    const WHOLE: &str = "database = \"postgres://plantgate@db.example/plantgate\"\nlisten = \"127.0.0.1:8080\"\n\
        https = true\norigin = \"https://plantgate.example\"\n[evidence]\nendpoint = \"https://s3.example:9000\"\n\
        bucket = \"plantgate\"\n\
        credentials_file = \"/etc/plantgate/s3.toml\"\n";

    #[test]
    fn a_spoilt_configuration_is_read_or_named_with_its_line() {
        let (mut dice, mut read) = (Dice(20_261_116), 0);
        for _ in 0..5_000 {
            let input = spoilt(&mut dice, &[WHOLE.as_bytes().to_vec()]);
            let text = String::from_utf8_lossy(&input);
            match parsed::<Config>("plantgate.toml", &text) {
                Ok(_) => read += 1,
                Err(Stop::Invalid(why)) => {
                    assert!(why[0].place.line <= Some(text.lines().count() as u64 + 1), "{text}")
                }
                Err(stop) => panic!("{stop:?}"),
            }
        }
        assert!(read > 10, "{read}");
        let whole = parsed::<Config>("plantgate.toml", WHOLE).unwrap();
        assert_eq!(whole.passkeys().unwrap().unwrap().origin(), "https://plantgate.example");
        assert!(Config { origin: Some("https://192.0.2.7".to_owned()), ..whole }.passkeys().is_err());
    }

    #[test]
    fn a_key_is_never_said() {
        let file = std::env::temp_dir().join(format!("plantgate-key-{}.toml", std::process::id()));
        std::fs::write(&file, "key_id = \"me\"\nsecret = a-secret-that-nobody-may-read\n").unwrap();
        let evidence = Evidence {
            endpoint: "https://s3.example".to_owned(),
            bucket: "plantgate".to_owned(),
            region: None,
            prefix: None,
            credentials_file: Some(file.clone()),
            ca_file: None,
        };
        // given a file with a mistake in the line of the key; then it is named, and the key is not
        let said = format!("{:?}", evidence.bucket().unwrap_err());
        assert!(said.contains("credentials_file") && !said.contains("nobody-may-read"), "{said}");
        std::fs::write(&file, "key_id = \"me\"\nsecret = \"a-secret-that-nobody-may-read\"\n").unwrap();
        let at = evidence.bucket().unwrap();
        assert!(at.key_id == "me" && !format!("{at:?}").contains("nobody-may-read"));
        // and an endpoint that holds a password is refused before it is printed anywhere
        let endpoint = "https://me:a-secret-that-nobody-may-read@s3.example".to_owned();
        let said = format!("{:?}", Evidence { endpoint, ..evidence.clone() }.bucket().unwrap_err());
        assert!(!said.contains("nobody-may-read"), "{said}");
        // and a file that others may read is told by doctor
        assert!(!evidence.cautious());
        std::fs::remove_file(&file).unwrap();
    }
}
