//! The parts `[[identity_provider]]` of the configuration: who may say who somebody is. A client's secret stands in a
//! file of its own, as every secret does.

use std::{path::PathBuf, time::Duration};

use plantgate_app::sign_in::{Mapped, Side};
use plantgate_domain::{base::Why, event::qualify::OwnerRole};
use plantgate_store::Stop;
use plantgate_web::sign_on::{ClientSecret, Group, Setting, SignOn};
use serde::Deserialize;

/// `[[identity_provider]]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProvider {
    /// In addresses and in entries: small letters, digits, hyphens.
    pub id: String,
    /// As people know it.
    pub name: String,
    /// `owner`, or the reference of one service provider.
    #[serde(rename = "for")]
    pub side: String,
    /// As the provider spells it, letter by letter.
    pub issuer: String,
    pub client_id: String,
    /// A file that holds the client's secret and nothing else.
    pub secret_file: PathBuf,
    /// Beside `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// A certificate authority of the plant's own, as PEM.
    pub ca_file: Option<PathBuf>,
    /// The claim of the ID token that holds the groups: `groups`, or a JSON pointer as `/realm_access/roles`.
    pub groups_claim: Option<String>,
    #[serde(default)]
    pub group: Vec<GroupNamed>,
    /// Classes of authentication (`acr`) of which one is demanded.
    #[serde(default)]
    pub acr: Vec<String>,
    pub skew_secs: Option<i64>,
    pub answer_secs: Option<u64>,
    pub answer_bytes: Option<usize>,
}

/// `[[identity_provider.group]]`: a group and the role that it asks for.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupNamed {
    pub name: String,
    pub role: String,
    /// Reference of the site; without it the role is asked for at every site.
    pub site: Option<String>,
}

/// Ready to ask; nothing where the configuration names nobody. Where people reach us is `origin`; only a server that
/// nobody else can reach may do without.
pub fn ready(all: &[IdentityProvider], origin: Option<&str>, listen: &str, https: bool) -> Result<SignOn, Stop> {
    if all.is_empty() {
        return Ok(SignOn::default());
    }
    let near = ["127.0.0.1:", "localhost:", "[::1]:"].iter().any(|host| listen.starts_with(host));
    let origin = match origin {
        Some(origin) => origin.to_owned(),
        None if near && !https => format!("http://{listen}"),
        None => return Err(Stop::field("origin", Why::of("invalid-sign-on-origin"))),
    };
    // Over TLS cookies are `__Host-` and the browser sends them by nothing else; that is what `https` says.
    if origin.starts_with("https:") && !https {
        return Err(Stop::field("https", Why::of("invalid-sign-on-https")));
    }
    SignOn::new(all.iter().map(IdentityProvider::setting).collect::<Result<_, _>>()?, &origin)
}

impl IdentityProvider {
    fn wrong(&self, field: &str) -> Stop {
        let why = Why::of("invalid-sign-on-setting").with("field", field.to_owned());
        Stop::field(format!("identity_provider.{}.{field}", self.id), why)
    }

    /// What is wrong never says what the secret is.
    fn setting(&self) -> Result<Setting, Stop> {
        let secret = std::fs::read_to_string(&self.secret_file);
        let secret = secret.map_err(|e| self.unread("secret_file", &self.secret_file, &e.to_string()))?;
        let authority = match &self.ca_file {
            Some(file) => Some(std::fs::read(file).map_err(|e| self.unread("ca_file", file, &e.to_string()))?),
            None => None,
        };
        let side = match self.side.as_str() {
            "owner" => Side::Owner,
            "" => return Err(self.wrong("for")),
            provider => Side::Provider(provider.to_owned()),
        };
        Ok(Setting {
            id: self.id.clone(),
            name: self.name.clone(),
            side,
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            secret: ClientSecret::new(secret.trim().to_owned()),
            scopes: self.scopes.clone(),
            authority,
            groups_claim: self.groups_claim.clone().unwrap_or_else(|| "groups".to_owned()),
            groups: self.group.iter().map(|g| self.group(g)).collect::<Result<_, _>>()?,
            acr: self.acr.clone(),
            skew: self.skew_secs.unwrap_or(Setting::SKEW),
            patience: Duration::from_secs(self.answer_secs.unwrap_or(Setting::PATIENCE)),
            most: self.answer_bytes.unwrap_or(Setting::BYTES),
        })
    }

    fn group(&self, g: &GroupNamed) -> Result<Group, Stop> {
        let role: OwnerRole = g.role.parse().map_err(|_| self.wrong("group.role"))?;
        Ok(Group { name: g.name.clone(), role: Mapped { role, site: g.site.clone() } })
    }

    fn unread(&self, field: &str, file: &std::path::Path, said: &str) -> Stop {
        let why =
            Why::of("invalid-file-unreadable").with("file", file.display().to_string()).with("said", said.to_owned());
        Stop::field(format!("identity_provider.{}.{field}", self.id), why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> crate::config::Config {
        let page = include_str!("../../../docs/single-sign-on.md");
        let shown = page.split("```toml\n").skip(1).map(|part| part.split("```").next().unwrap());
        toml::from_str(&shown.collect::<String>()).unwrap()
    }

    #[test]
    fn the_part_that_the_page_shows_is_read() {
        let file = std::env::temp_dir().join(format!("plantgate-oidc-{}", std::process::id()));
        std::fs::write(&file, "a-secret-that-nobody-may-read\n").unwrap();
        let config = shown();
        let mut all = config.identity_provider.clone();
        assert!(all.len() == 2 && all[0].ca_file.is_some() && all[0].group.len() == 2);
        for one in &mut all {
            one.secret_file.clone_from(&file);
            one.ca_file = None;
        }
        let ready = ready(&all, config.origin.as_deref(), "0.0.0.0:8080", true).unwrap();
        assert!(ready.find(&all[1].id).is_some() && ready.find("nobody").is_none());
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn without_an_origin_only_a_server_that_nobody_else_reaches_begins() {
        let file = std::env::temp_dir().join(format!("plantgate-oidc-origin-{}", std::process::id()));
        std::fs::write(&file, "a-secret-that-nobody-may-read").unwrap();
        let one = IdentityProvider { secret_file: file.clone(), ca_file: None, ..shown().identity_provider.remove(0) };
        let all = std::slice::from_ref(&one);
        assert!(ready(all, None, "127.0.0.1:8080", false).is_ok());
        for (listen, https) in [("0.0.0.0:8080", false), ("127.0.0.1:8080", true), ("10.0.0.1:8080", false)] {
            assert!(ready(all, None, listen, https).is_err(), "{listen} {https}");
        }
        assert!(ready(&[], None, "0.0.0.0:8080", true).is_ok());
        let Err(stop) = ready(all, Some("https://plantgate.plant.example"), "127.0.0.1:8080", false) else {
            panic!("cookies that go without TLS")
        };
        assert!(format!("{stop:?}").contains("\"https\""), "{stop:?}");
        // what cannot be read is named, and the secret is said nowhere
        std::fs::remove_file(&file).unwrap();
        let Err(stop) = ready(all, None, "127.0.0.1:8080", false) else { panic!("a secret that is not there") };
        assert!(format!("{stop:?}").contains("identity_provider.plant.secret_file"), "{stop:?}");
        let role = GroupNamed { name: "g".into(), role: "king".into(), site: None };
        std::fs::write(&file, "a-secret-that-nobody-may-read").unwrap();
        let Err(stop) = ready(&[IdentityProvider { group: vec![role], ..one }], None, "127.0.0.1:8080", false) else {
            panic!("a role that is none")
        };
        let said = format!("{stop:?}");
        assert!(said.contains("group.role") && !said.contains("nobody-may-read"), "{said}");
        std::fs::remove_file(&file).unwrap();
    }
}
