//! Mail in a test: the mail server that the test command started (`aiosmtpd`, on loopback) keeps every mail as a file;
//! a test has a domain of its own, so that tests beside each other do not read each other's.

use std::{path::PathBuf, time::Duration};

use plantgate_web::post::smtp::{Kept, MailAt, Mailer};

use crate::world::request;

/// The variable `cargo xtask test` sets. Nothing else decides whether a mail server is part of a run.
pub const VARIABLE: &str = "TEST_SMTP";

/// A domain of its own on the mail server.
pub struct Mailbox {
    pub host: String,
    pub port: u16,
    /// `….example`
    pub domain: String,
    folder: PathBuf,
}

/// A mail that arrived.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The address the server was told.
    pub to: String,
    /// As it came.
    pub raw: String,
}

impl Mailbox {
    /// A new one; `None` when the run has no mail server, and then it says so: nothing is skipped silently.
    pub fn new() -> Option<Mailbox> {
        #[expect(clippy::disallowed_methods, reason = "tests are configured by the test command, not by cli::config")]
        let said = std::env::var(VARIABLE).ok();
        if said.is_none() {
            eprintln!("{VARIABLE} is not set: no mail server is tested here; `cargo xtask test` starts one");
        }
        let said = said?;
        let (address, folder) = said.split_once(' ').unwrap_or_else(|| panic!("{VARIABLE}: {said}"));
        let (host, port) = address.rsplit_once(':').unwrap_or_else(|| panic!("{VARIABLE}: {said}"));
        let domain = format!("d{}.example", request().simple());
        Some(Mailbox { host: host.to_owned(), port: port.parse().unwrap(), domain, folder: folder.into() })
    }

    /// What this domain's plant sends with; our people's addresses are in it.
    pub fn at(&self) -> MailAt {
        MailAt {
            host: self.host.clone(),
            port: self.port,
            kept: Kept::Plain,
            login: None,
            authority: None,
            from: format!("Plantgate <plantgate@{}>", self.domain),
            link: format!("https://plantgate.{}/", self.domain),
            domain: Some(self.domain.clone()),
            patience: Duration::from_secs(10),
        }
    }
    /// Ready to send.
    pub fn mailer(&self) -> Mailer {
        Mailer::new(self.at()).unwrap()
    }

    /// Everything that arrived in this domain, in order.
    pub fn mails(&self) -> Vec<Mail> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(&self.folder).unwrap().map(|f| f.unwrap().path()).collect();
        files.retain(|f| f.extension().is_some_and(|e| e == "eml"));
        files.sort();
        let read = |file: &PathBuf| {
            let raw = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
            let to = raw.strip_prefix("X-Sent-To: ")?.lines().next()?.to_owned();
            to.ends_with(&self.domain).then_some(Mail { to, raw })
        };
        files.iter().filter_map(read).collect()
    }
    /// Those for one name.
    pub fn of(&self, name: &str) -> Vec<Mail> {
        let to = format!("{name}@{}", self.domain);
        self.mails().into_iter().filter(|m| m.to == to).collect()
    }
}

impl Mail {
    /// A header, unfolded, its encoded words as letters.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let begins = format!("{name}: ");
        let value = head.lines().find_map(|l| l.strip_prefix(&begins)).unwrap_or_default().to_owned();
        // Encoded words beside each other have no space between them.
        let mut out = String::new();
        let mut rest = value.as_str();
        while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
            out.push_str(if before.trim().is_empty() && !out.is_empty() { "" } else { before });
            let (word, tail) = after.split_once("?=").unwrap_or((after, ""));
            out.push_str(&String::from_utf8_lossy(&base64(word)));
            rest = tail;
        }
        out + rest
    }
    /// The parts in order: media type and text.
    pub fn parts(&self) -> Vec<(String, String)> {
        let boundary = self.raw.split("boundary=\"").nth(1).and_then(|r| r.split('"').next()).unwrap_or_default();
        let fence = format!("--{boundary}");
        let parts = self.raw.split(&fence).skip(1).filter(|p| !p.starts_with("--"));
        parts
            .map(|part| part.split_once("\r\n\r\n").map_or_else(Default::default, |(h, b)| (kind(h), text(h, b))))
            .collect()
    }
    /// The plain text.
    pub fn text(&self) -> String {
        self.parts().into_iter().find(|(kind, _)| kind == "text/plain").map(|(_, text)| text).unwrap_or_default()
    }
    /// The HTML.
    pub fn html(&self) -> String {
        self.parts().into_iter().find(|(kind, _)| kind == "text/html").map(|(_, text)| text).unwrap_or_default()
    }
}

fn kind(head: &str) -> String {
    let line = head.lines().find_map(|l| l.strip_prefix("Content-Type: ")).unwrap_or_default();
    line.split(';').next().unwrap_or_default().to_owned()
}

fn text(head: &str, body: &str) -> String {
    let way = head.lines().find_map(|l| l.strip_prefix("Content-Transfer-Encoding: ")).unwrap_or_default();
    let bytes = match way {
        "quoted-printable" => quoted(&body.replace("=\r\n", "")),
        "base64" => base64(&body.replace("\r\n", "")),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

fn quoted(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        if b != b'=' {
            out.push(b);
            continue;
        }
        let digits: String = bytes.by_ref().take(2).map(char::from).collect();
        out.push(u8::from_str_radix(&digits, 16).unwrap_or_else(|e| panic!("{e}: ={digits}")));
    }
    out
}

fn base64(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut out, mut bits, mut have) = (Vec::new(), 0_u32, 0);
    for six in text.bytes().filter_map(value) {
        bits = bits << 6 | u32::from(six);
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push(u8::try_from(bits >> have & 0xff).unwrap());
        }
    }
    out
}
