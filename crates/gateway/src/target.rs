//! The way on to the target: its pinned key or nothing, a key of ours for this connection, a certificate of a minute.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use plantgate_domain::witness::logged::LogWhy;
use russh::{
    MethodKind, cipher,
    client::{self, AuthResult, KeyboardInteractiveAuthResponse},
    keys::{HashAlg, PrivateKeyWithHashAlg, PublicKey, PublicKeyOrCertificate},
};
use tokio::net::TcpStream;

use crate::{
    authority::{Authority, Entry, Plan},
    keys,
    limits::Limits,
    line::Cutter,
};

/// Why a target was not reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotReached {
    /// No connection, in the words of the machine.
    Away(String),
    /// It showed another key than the pinned one: blocked, and told.
    OtherKey(String),
    /// It does not let the gateway in.
    Closed(String),
    /// It did not take what lies in the vault for it, now or before.
    Refused(Tried),
    /// What lies there was put there after the session began.
    Since,
}

/// Whether the system was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tried {
    Now,
    Before,
}

impl NotReached {
    /// For the log: why, and what the machine, the key or the system said.
    pub fn said(&self) -> (LogWhy, &str) {
        match self {
            NotReached::Away(said) => (LogWhy::NotReached, said),
            NotReached::OtherKey(shown) => (LogWhy::OtherKey, shown),
            NotReached::Closed(said) => (LogWhy::SystemClosed, said),
            NotReached::Refused(Tried::Now) => (LogWhy::SecretRefused, ""),
            NotReached::Refused(Tried::Before) => (LogWhy::SecretNotTried, ""),
            NotReached::Since => (LogWhy::SecretSince, ""),
        }
    }
}

/// Sees whether the target is who it was.
pub struct Pinned {
    key: Option<PublicKey>,
    other: Arc<std::sync::Mutex<Option<String>>>,
}

impl client::Handler for Pinned {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        let (PublicKeyOrCertificate::PublicKey { key: shown, .. }, Some(pinned)) = (shown, &self.key) else {
            return Ok(false);
        };
        let same = shown.key_data() == pinned.key_data();
        if !same && let Ok(mut other) = self.other.lock() {
            *other = Some(keys::fingerprint(shown));
        }
        Ok(same)
    }
}

/// An open way.
pub type Way = client::Handle<Pinned>;

/// Goes there. Nothing that could let anybody in is sent before the key was seen.
pub async fn reach(
    authority: &impl Authority,
    plan: &Plan,
    limits: &Limits,
    cutter: &Cutter,
    sent: &AtomicBool,
) -> Result<Way, NotReached> {
    let within = Duration::from_secs(limits.reach);
    match tokio::time::timeout(within, reached(authority, plan, cutter, sent)).await {
        Ok(way) => way,
        // A system that is slow to say no counts what it was sent all the same.
        Err(_late) if sent.load(Ordering::Relaxed) => Err(NotReached::Refused(Tried::Now)),
        Err(_late) => Err(NotReached::Away(format!("{} s", limits.reach))),
    }
}

async fn reached(
    authority: &impl Authority,
    plan: &Plan,
    cutter: &Cutter,
    sent: &AtomicBool,
) -> Result<Way, NotReached> {
    let t = &plan.target;
    let away = |e: std::io::Error| NotReached::Away(e.to_string());
    let stream = TcpStream::connect((t.host.as_str(), t.port)).await.map_err(away)?;
    stream.set_nodelay(true).map_err(away)?;
    let source = stream.local_addr().map_err(away)?.ip();
    let other = Arc::new(std::sync::Mutex::new(None));
    let pinned = Pinned { key: PublicKey::from_openssh(&t.host_key).ok(), other: other.clone() };
    let preferred = preferred(&t.host_key);
    let config = client::Config { preferred, inactivity_timeout: None, nodelay: true, ..client::Config::default() };
    let connected = client::connect_stream(Arc::new(config), cutter.line(stream), pinned).await;
    let mut way = match connected {
        Ok(way) => way,
        Err(e) => {
            let other = other.lock().ok().and_then(|o| o.clone());
            return Err(other.map_or(NotReached::Away(e.to_string()), NotReached::OtherKey));
        }
    };
    let entry = authority.entry(plan, source).await.map_err(NotReached::Closed)?;
    let (login, closed) = (t.login.as_str(), |e: russh::Error| NotReached::Closed(e.to_string()));
    match entry {
        Entry::Certificate(both) => {
            let (key, certificate) = *both;
            let said = way.authenticate_openssh_cert(login, Arc::new(key), certificate).await.map_err(closed)?;
            if said.success() { Ok(way) } else { Err(NotReached::Closed("certificate".to_owned())) }
        }
        Entry::Key(key) => {
            let key = PrivateKeyWithHashAlg::new(Arc::from(key), None);
            match way.authenticate_publickey(login, key).await.map_err(closed)? {
                // A line that broke says the same without a method.
                AuthResult::Failure { remaining_methods, .. } if remaining_methods.is_empty() => {
                    Err(NotReached::Closed("key".to_owned()))
                }
                said if said.success() => Ok(way),
                _no => Err(NotReached::Refused(Tried::Now)),
            }
        }
        Entry::Password(password) => match by_password(&mut way, login, &password, sent).await {
            Ok(true) => Ok(way),
            // A system that hangs up at a wrong password says so by nothing else, and may close the account at the
            // next one.
            _no if sent.load(Ordering::Relaxed) => Err(NotReached::Refused(Tried::Now)),
            Ok(false) => Err(NotReached::Closed("no password is asked for".to_owned())),
            Err(e) => Err(closed(e)),
        },
        Entry::Refused => Err(NotReached::Refused(Tried::Before)),
        Entry::Since => Err(NotReached::Since),
    }
}

/// Comes in by a password, once: as such, or where the system takes none so, as the one hidden answer it asks for (RFC
/// 4252 section 8, RFC 4256). Whatever else it asks gets no answer, and `sent` says whether the password left.
async fn by_password(way: &mut Way, login: &str, password: &str, sent: &AtomicBool) -> Result<bool, russh::Error> {
    let before = way.authenticate_none(login).await?;
    let takes = |method| match &before {
        AuthResult::Success => false,
        AuthResult::Failure { remaining_methods, .. } => remaining_methods.contains(&method),
    };
    if before.success() {
        return Ok(true);
    }
    if takes(MethodKind::Password) {
        sent.store(true, Ordering::Relaxed);
        return Ok(way.authenticate_password(login, password).await?.success());
    }
    if !takes(MethodKind::KeyboardInteractive) {
        return Ok(false);
    }
    let mut said = way.authenticate_keyboard_interactive_start(login, None).await?;
    let mut answers = vec![password.to_owned()];
    loop {
        let asks = match said {
            KeyboardInteractiveAuthResponse::Success => return Ok(true),
            KeyboardInteractiveAuthResponse::Failure { .. } => return Ok(false),
            KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => prompts,
        };
        let answer = match asks.as_slice() {
            [] => Vec::new(),
            [one] if !one.echo && !answers.is_empty() => {
                sent.store(true, Ordering::Relaxed);
                std::mem::take(&mut answers)
            }
            _other => return Ok(false),
        };
        said = way.authenticate_keyboard_interactive_respond(answer).await?;
    }
}

/// Asks for the kind of key that is pinned: a target with several would show another otherwise. And for AES-GCM first:
/// it costs half of what the library's first cipher costs, and needs no strict exchange of keys to be safe.
fn preferred(line: &str) -> russh::Preferred {
    let mut preferred = russh::Preferred::default();
    if let Ok(key) = PublicKey::from_openssh(line) {
        let algorithm = match key.algorithm() {
            russh::keys::Algorithm::Rsa { .. } => russh::keys::Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
            other => other,
        };
        preferred.key = vec![algorithm].into();
    }
    let (first, usual) = (cipher::AES_256_GCM, preferred.cipher);
    preferred.cipher = std::iter::once(first).chain(usual.iter().copied().filter(|c| *c != first)).collect();
    preferred
}
