//! The way to a mail server. One letter, one connection, bounded in time; what the server says becomes a word of ours,
//! because its own words hold addresses. A letter may arrive twice when a node dies between sending and noting it: its
//! Message-ID is the same then.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, SinglePart, header},
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use plantgate_app::Stop;
use plantgate_domain::base::{Instant, Why};

use super::letter::Letter;

/// How the line to the server is kept from others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    /// TLS begins inside the plain line, and nothing is sent before it did.
    StartTls,
    /// TLS from the first byte.
    Wrapped,
    /// Nothing keeps it: on this machine only.
    Plain,
}

/// Where the mail server is, and who we are to it.
#[derive(Clone)]
pub struct MailAt {
    pub host: String,
    pub port: u16,
    pub kept: Kept,
    pub login: Option<(String, String)>,
    /// A certificate authority of the plant's own, as PEM.
    pub authority: Option<Vec<u8>>,
    pub from: String,
    /// What people reach us by: `https://plantgate.example`.
    pub link: String,
    /// What is put behind a sign-in name of ours that is no address.
    pub domain: Option<String>,
    pub patience: Duration,
}

impl fmt::Debug for MailAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = self.login.as_ref().map(|(user, _)| user);
        f.debug_struct("MailAt").field("host", &self.host).field("port", &self.port).field("login", &login).finish()
    }
}

impl MailAt {
    /// How long one letter may take.
    pub const PATIENCE: Duration = Duration::from_secs(20);
}

/// Why a letter is not there; with the message id that says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotSent {
    Later(&'static str),
    Never(&'static str),
}

/// Sends letters.
pub struct Mailer {
    at: MailAt,
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Mailer {
    /// Ready to send; what is wrong with the configuration is said now and not by the first mail.
    pub fn new(at: MailAt) -> Result<Mailer, Stop> {
        let wrong =
            |field: &str| Stop::field(format!("mail.{field}"), Why::of("invalid-mail-setting").with("field", field));
        let from: Mailbox = at.from.parse().map_err(|_| wrong("from"))?;
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(at.host.clone())
            .port(at.port)
            .hello_name(hello)
            .timeout(Some(at.patience))
            .tls(tls(&at).ok_or_else(|| wrong("ca_file"))?);
        if let Some((user, password)) = &at.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Mailer { from, transport: builder.build(), at })
    }

    /// What people reach us by.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.at.link.trim_end_matches('/'))
    }
    /// What reading pages may know of it.
    pub fn way(&self) -> super::Way {
        super::Way { mail: true, hooks: false, domain: self.at.domain.clone() }
    }

    /// Sends a letter to one address.
    pub async fn send(&self, letter: &Letter, to: &str, id: &str, at: Instant) -> Result<(), NotSent> {
        let to: Address = to.parse().map_err(|_| NotSent::Never("outbox-mail-address"))?;
        let message = self.message(letter, to, id, at).ok_or(NotSent::Never("outbox-fault"))?;
        match tokio::time::timeout(self.at.patience, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(said(&error)),
            Err(_late) => Err(NotSent::Later("outbox-mail-unreachable")),
        }
    }

    fn message(&self, letter: &Letter, to: Address, id: &str, at: Instant) -> Option<Message> {
        let micros = u64::try_from(at.micros()).unwrap_or(0);
        let date = SystemTime::UNIX_EPOCH + Duration::from_micros(micros);
        let html = letter.html().ok()?;
        let parts =
            MultiPart::alternative().singlepart(SinglePart::plain(letter.text())).singlepart(SinglePart::html(html));
        let subject: String = letter.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let built = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(date)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            // Nobody's holiday answers a machine.
            .header(AutoSubmitted("auto-generated".to_owned()))
            .multipart(parts);
        built.ok()
    }
}

fn tls(at: &MailAt) -> Option<Tls> {
    let parameters = || {
        let mut builder = TlsParameters::builder(at.host.clone());
        if let Some(pem) = &at.authority {
            builder = builder.add_root_certificate(Certificate::from_pem(pem).ok()?);
        }
        builder.build().ok()
    };
    Some(match at.kept {
        Kept::Plain => Tls::None,
        Kept::StartTls => Tls::Required(parameters()?),
        Kept::Wrapped => Tls::Wrapper(parameters()?),
    })
}

/// What the server or the line said, as a word of ours. A sign-in that is refused is a setting, not this letter's end.
fn said(error: &lettre::transport::smtp::Error) -> NotSent {
    let status = error.status().map(|code| code.to_string()).unwrap_or_default();
    tracing::warn!(status, tls = error.is_tls(), timeout = error.is_timeout(), "a mail could not be sent");
    match () {
        () if status.starts_with("53") => NotSent::Later("outbox-mail-login"),
        () if error.is_permanent() => NotSent::Never("outbox-mail-refused"),
        () if error.is_transient() => NotSent::Later("outbox-mail-later"),
        () if error.is_tls() => NotSent::Later("outbox-mail-tls"),
        () => NotSent::Later("outbox-mail-unreachable"),
    }
}

/// RFC 3834: made by a machine.
#[derive(Clone)]
struct AutoSubmitted(String);

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(s: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted(s.to_owned()))
    }
    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), self.0.clone())
    }
}
