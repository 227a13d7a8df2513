//! The parts `[mail]` and `[webhooks]` of the configuration: the ways out of the house, both shut unless they are named
//! here. The mail server's password stands in a file of its own, as the bucket's key does.

use std::path::PathBuf;

use plantgate_domain::base::Why;
use plantgate_store::Stop;
use plantgate_web::post::{
    hook::{Hooks, HooksAt},
    smtp::{Kept, MailAt},
};
use serde::Deserialize;

/// `[mail]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// `smtp.plant.example:587`
    pub server: String,
    /// `starttls` (usual), `wrapped`, or `none` for a server on this machine.
    pub tls: Option<String>,
    /// `plantgate@plant.example`
    pub from: String,
    /// What people reach Plantgate by: `https://plantgate.plant.example`.
    pub link: String,
    /// Put behind a sign-in name of ours that is no address.
    pub domain: Option<String>,
    /// A file with `user` and `password`.
    pub credentials_file: Option<PathBuf>,
    /// A certificate authority of the plant's own, as PEM.
    pub ca_file: Option<PathBuf>,
}

/// `[webhooks]`: with it, administrators may add webhooks.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// What people reach Plantgate by: `https://plantgate.plant.example`.
    pub link: String,
    /// Networks of the plant's own that webhooks may lead to, as `10.20.0.0/16`; without one only the wide world.
    #[serde(default)]
    pub inside: Vec<String>,
}

impl Webhooks {
    /// Ready to post.
    pub fn hooks(&self) -> Result<Hooks, Stop> {
        let at = HooksAt { inside: self.inside.clone(), link: self.link.clone(), patience: MailAt::PATIENCE };
        Hooks::new(&at)
    }
}

/// The file that `credentials_file` names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    user: String,
    password: String,
}

fn wrong(field: &str) -> Stop {
    Stop::field(format!("mail.{field}"), Why::of("invalid-mail-setting").with("field", field.to_owned()))
}

impl Mail {
    /// Where the server is, with what we sign in with; what is wrong never says what the password is.
    pub fn at(&self) -> Result<MailAt, Stop> {
        let (host, port) = self.server.rsplit_once(':').ok_or_else(|| wrong("server"))?;
        let port = port.parse().map_err(|_| wrong("server"))?;
        let kept = match self.tls.as_deref() {
            None | Some("starttls") => Kept::StartTls,
            Some("wrapped") => Kept::Wrapped,
            Some("none") => Kept::Plain,
            Some(_) => return Err(wrong("tls")),
        };
        let near = ["127.0.0.1", "localhost", "[::1]"].contains(&host);
        // A password, or what a mail says, on a line that everybody reads.
        if kept == Kept::Plain && !near {
            return Err(wrong("tls"));
        }
        let web = ["https://", "http://"].iter().any(|scheme| self.link.starts_with(scheme));
        if !web || self.link.contains(char::is_whitespace) {
            return Err(wrong("link"));
        }
        let login = self.credentials_file.as_ref().map(|file| login(file)).transpose()?;
        let authority = match &self.ca_file {
            Some(file) => Some(std::fs::read(file).map_err(|e| unread("ca_file", file, &e.to_string()))?),
            None => None,
        };
        Ok(MailAt {
            host: host.to_owned(),
            port,
            kept,
            login,
            authority,
            from: self.from.clone(),
            link: self.link.clone(),
            domain: self.domain.clone(),
            patience: MailAt::PATIENCE,
        })
    }
}

fn login(file: &std::path::Path) -> Result<(String, String), Stop> {
    let text = std::fs::read_to_string(file).map_err(|e| unread("credentials_file", file, &e.to_string()))?;
    // What TOML says of an error quotes the line, and the line may be the password.
    let read: Result<Login, _> = toml::from_str(&text);
    let read = read.map_err(|_| unread("credentials_file", file, "user = \"…\", password = \"…\""))?;
    Ok((read.user, read.password))
}

fn unread(field: &str, file: &std::path::Path, said: &str) -> Stop {
    let why = Why::of("invalid-file-unreadable").with("file", file.display().to_string()).with("said", said.to_owned());
    Stop::field(format!("mail.{field}"), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        toml::from_str(
            "server = \"127.0.0.1:2525\"\ntls = \"none\"\nfrom = \"plantgate@plant.example\"\n\
             link = \"https://plantgate.plant.example\"\n",
        )
        .unwrap()
    }

    #[test]
    fn the_part_that_the_page_shows_is_read() {
        let page = include_str!("../../../docs/messages.md");
        let shown = page.split("```toml\n").skip(1).map(|part| part.split("```").next().unwrap());
        let config: crate::config::Config = toml::from_str(&shown.collect::<String>()).unwrap();
        assert!(config.webhooks.unwrap().hooks().is_ok());
        let mail = config.mail.unwrap();
        assert!(mail.credentials_file.is_some() && mail.ca_file.is_some() && mail.domain.is_some());
        let bare = Mail { credentials_file: None, ca_file: None, ..mail };
        assert!(plantgate_web::post::smtp::Mailer::new(bare.at().unwrap()).is_ok());
    }

    #[test]
    fn a_plain_line_is_for_this_machine_only_and_a_password_is_never_said() {
        assert!(mail().at().is_ok());
        for (server, tls) in [("smtp.plant.example:25", "none"), ("smtp.plant.example:25", "maybe"), ("smtp", "none")] {
            let other = Mail { server: server.to_owned(), tls: Some(tls.to_owned()), ..mail() };
            assert!(other.at().is_err(), "{server} {tls}");
        }
        assert!(Mail { link: "plantgate.example".to_owned(), ..mail() }.at().is_err());
        let file = std::env::temp_dir().join(format!("plantgate-mail-{}.toml", std::process::id()));
        std::fs::write(&file, "user = \"me\"\npassword = a-secret-that-nobody-may-read\n").unwrap();
        let with = Mail { credentials_file: Some(file.clone()), ..mail() };
        let said = format!("{:?}", with.at().unwrap_err());
        assert!(said.contains("credentials_file") && !said.contains("nobody-may-read"), "{said}");
        std::fs::write(&file, "user = \"me\"\npassword = \"a-secret-that-nobody-may-read\"\n").unwrap();
        let at = with.at().unwrap();
        assert!(at.login.is_some() && !format!("{at:?}").contains("nobody-may-read"));
        std::fs::remove_file(&file).unwrap();
    }
}
