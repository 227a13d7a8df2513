//! The line to the core: HTTP/1.1 over TLS where both sides show a certificate, every question and answer bounded in
//! bytes and seconds. No proxy of the environment, no redirect, no authority of the machine.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures_util::stream;
use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame};
use reqwest::{Body, Client, Response, StatusCode, redirect::Policy};
use russh::keys::PublicKey;
use rustls::{ClientConfig, version};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use zeroize::Zeroizing;

use super::{
    Bounds, pem,
    pem::Bad,
    says::{self, Ask, Bringing, Who},
};
use plantgate_interchange::sealed::hex;

/// Where the core is, and by what both know each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Core {
    /// `https://name:port`; the core's certificate is for this name.
    pub address: String,
    /// Who signs the certificate of the core.
    pub authority: PathBuf,
    /// The gateway's own.
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Whose signature is on what may be served while the core cannot be asked; nothing: nothing is then.
    pub signs: Option<PublicKey>,
}

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum No {
    /// None came, or none that can be read.
    Away(String),
    /// The core answered, and could not do it this time.
    Failed(u16),
    /// The core does not know this gateway, or no more.
    Barred,
    /// The session is none of this gateway.
    NotOurs,
    /// What shall be told lies on a disk that cannot be read now.
    Disk(String),
    /// It is never taken, however often it is said.
    Never,
}

/// The line.
pub struct Line {
    client: Client,
    address: String,
    who: Who,
    bounds: Bounds,
}

/// Bytes of a file that are read at once.
const STEP: usize = 65_536;

impl Line {
    /// Reads the certificates; nobody is called yet.
    pub fn new(core: &Core, who: Who, bounds: Bounds) -> Result<Line, Bad> {
        let odd = |said: &str| Bad::of(Path::new(&core.address), said);
        let address = core.address.trim_end_matches('/').to_owned();
        let url = reqwest::Url::parse(&address).map_err(|_| odd("no address"))?;
        if url.scheme() != "https" || url.path() != "/" || url.query().is_some() || !url.username().is_empty() {
            return Err(odd("not https://name:port"));
        }
        let builder = Client::builder().tls_backend_preconfigured(tls(core)?).http1_only().https_only(true);
        let builder = builder.no_proxy().redirect(Policy::none()).user_agent("Plantgate gateway");
        let builder = builder.connect_timeout(Duration::from_secs(bounds.reach));
        // Shorter than the core lets a connection rest: none is taken that is just being closed.
        let builder = builder.pool_idle_timeout(Duration::from_secs(bounds.head.div_euclid(3)));
        let client = builder.build().map_err(|e| odd(&e.to_string()))?;
        Ok(Line { client, address, who, bounds })
    }

    /// Asks, for so many seconds.
    pub async fn ask<A: Ask>(&self, ask: &A, secs: u64) -> Result<A::Answer, No> {
        if !ask.fits(&self.bounds) {
            return Err(No::Never);
        }
        let body = serde_json::to_vec(ask).map_err(|_| No::Never)?;
        let url = format!("{}{}", self.address, says::path::<A>());
        let request = self.client.post(url).header("content-type", "application/json");
        let request = request.header(says::WHO, self.who.to_string()).body(body);
        let response = request.timeout(Duration::from_secs(secs)).send().await.map_err(away)?;
        let bytes = self.read(response).await?;
        serde_json::from_slice(&bytes).map_err(|_| No::Away("an answer that is none".to_owned()))
    }

    /// Brings a file whole.
    pub async fn bring(&self, file: &Path, what: &Bringing) -> Result<(), No> {
        let from = tokio::fs::File::open(file).await.map_err(|e| No::Disk(e.to_string()))?;
        let body = Body::wrap(StreamBody::new(stream::try_unfold(from, step)));
        let request = self.client.put(format!("{}{what}", self.address));
        let request = request.header(says::WHO, self.who.to_string()).body(body);
        let sent = request.timeout(self.bounds.for_part(what.size)).send().await.map_err(away)?;
        self.read(sent).await.map(|_| ())
    }

    /// No more of an answer than it may be. One may hold the key of a session: its bytes are not left lying about.
    async fn read(&self, mut response: Response) -> Result<Zeroizing<Vec<u8>>, No> {
        match response.status() {
            StatusCode::OK => {}
            StatusCode::FORBIDDEN => return Err(No::Barred),
            StatusCode::NOT_FOUND => return Err(No::NotOurs),
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => {
                return Err(No::Never);
            }
            StatusCode::SERVICE_UNAVAILABLE => return Err(No::Away("the core cannot reach its record".to_owned())),
            other => return Err(No::Failed(other.as_u16())),
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.bounds.answer.min(STEP)));
        while let Some(chunk) = response.chunk().await.map_err(away)? {
            if bytes.len().saturating_add(chunk.len()) > self.bounds.answer {
                return Err(No::Away("an answer that is too long".to_owned()));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

/// What the library says, with the reason behind it: an authority that is not believed, for instance.
fn away(error: reqwest::Error) -> No {
    let mut said = error.to_string();
    let mut behind = std::error::Error::source(&error);
    while let Some(error) = behind {
        said = format!("{said}: {error}");
        behind = error.source();
    }
    No::Away(said)
}

async fn step(mut from: tokio::fs::File) -> std::io::Result<Option<(Frame<Bytes>, tokio::fs::File)>> {
    let mut buffer = vec![0; STEP];
    let read = from.read(&mut buffer).await?;
    buffer.truncate(read);
    Ok((read > 0).then(|| (Frame::data(Bytes::from(buffer)), from)))
}

fn tls(core: &Core) -> Result<ClientConfig, Bad> {
    let roots = pem::authorities(&core.authority)?;
    let (chain, key) = (pem::certificates(&core.certificate)?, pem::key(&core.key)?);
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_protocol_versions(&[&version::TLS13, &version::TLS12]);
    let builder = builder.map_err(|e| Bad::of(&core.certificate, e))?.with_root_certificates(roots);
    builder.with_client_auth_cert(chain, key).map_err(|e| Bad::of(&core.certificate, e))
}

/// Digest and size of a file, read away from everybody who must not wait for a disk.
pub async fn digest(file: PathBuf) -> std::io::Result<(String, u64)> {
    let read = tokio::task::spawn_blocking(move || {
        let mut from = std::fs::File::open(file)?;
        let (mut sha, mut size) = (Sha256::new(), 0_u64);
        let mut buffer = vec![0; STEP];
        loop {
            let read = std::io::Read::read(&mut from, &mut buffer)?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
            sha.update(part);
            size = size.saturating_add(part.len() as u64);
        }
        Ok((hex(&sha.finalize()), size))
    });
    read.await.map_err(std::io::Error::other)?
}
