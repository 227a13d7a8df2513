//! The lodge: where gateways that stand alone ask. A listener of its own, apart from the door for people: HTTP/1.1
//! over TLS, nobody without a certificate of the plant's own authority, nobody who is not listed at this very moment.
//! What is asked is answered by the same porter that answers a gateway beside it.

mod answers;
mod ends;
mod lends;
mod listed;
mod memory;
mod seats;
mod sees;

use std::{
    collections::HashMap,
    convert::Infallible,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http_body_util::Full;
use hyper::{Request, Response, StatusCode, body::Bytes, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use plantgate_app::{App, Stop};
use plantgate_gateway::{
    Limits,
    remote::{
        Bounds,
        pem::{self, Bad},
    },
    russh::keys::PrivateKey,
};
use plantgate_wire::words::Lang;
use rustls::{ServerConfig, crypto::ring, pki_types::CertificateDer, server::WebPkiClientVerifier, version};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use self::{listed::List, memory::Memory, seats::Seats, sees::Sights};
use super::Porter;

/// Where the lodge finds who it is and whom it lets ask.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// Who signs certificates of gateways.
    pub authority: PathBuf,
    /// The certificate of this server, for its name, and its key.
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Which gateways there are: a name and a fingerprint a line. Read at each question.
    pub list: PathBuf,
}

/// The lodge.
pub struct Lodge {
    app: App,
    tls: Arc<ServerConfig>,
    list: List,
    limits: Limits,
    bounds: Bounds,
    memory: Memory,
    sights: Sights,
    seats: Seats,
    /// Who answers, for each gateway and language.
    porters: Mutex<HashMap<(String, Lang), Arc<Porter>>>,
    /// What signs certificates for systems.
    signs: PrivateKey,
    /// Recordings that a killed gateway left are opened one after another: each is held whole.
    opens: Semaphore,
}

/// How long to wait when the system has no connection to give.
const NO_MORE: Duration = Duration::from_millis(500);

/// How often what gateways said of their sessions is looked through.
const SWEEP: Duration = Duration::from_secs(1);

/// An answer on its way.
type Answer = Response<Full<Bytes>>;

impl Lodge {
    /// Reads certificates and list; what cannot be read is told now and not to the first gateway.
    pub fn open(app: App, setting: &Setting, limits: Limits, bounds: Bounds) -> Result<Lodge, Bad> {
        let list = List::new(setting.list.clone(), bounds.list);
        list.read().map_err(|e| Bad::of(&setting.list, e))?;
        let (_, signs) = super::keys(&app).map_err(|e| Bad::of(&setting.key, e))?;
        let (tls, memory, porters) = (Arc::new(tls(setting)?), Memory::new(bounds), Mutex::default());
        let (sights, seats, opens) = (Sights::new(bounds.seen), Seats::new(bounds.one), Semaphore::new(1));
        Ok(Lodge { app, tls, list, limits, bounds, memory, sights, seats, porters, signs, opens })
    }

    /// Who answers a gateway; it is listed, so there are never more of them than of lines and languages.
    fn porter(&self, gateway: &str, lang: Lang) -> Arc<Porter> {
        let mut all = self.porters.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Arc::new(Porter::afar(self.app.clone(), self.signs.clone(), gateway, lang, self.limits));
        all.entry((gateway.to_owned(), lang)).or_insert_with(made).clone()
    }

    /// Takes connections until the future of the end is ready.
    pub async fn serve(self, listener: TcpListener, end: impl Future<Output = ()>) {
        let lodge = Arc::new(self);
        let acceptor = TlsAcceptor::from(lodge.tls.clone());
        let all = Arc::new(Semaphore::new(lodge.bounds.connections));
        let strangers = Arc::new(Semaphore::new(lodge.bounds.strangers));
        let mut tick = tokio::time::interval(SWEEP);
        tokio::pin!(end);
        loop {
            let taken = tokio::select! {
                () = &mut end => return,
                _ = tick.tick() => {
                    lodge.sights.sweep();
                    continue;
                }
                taken = listener.accept() => taken,
            };
            let stream = match taken {
                Ok((stream, _)) => stream,
                Err(said) => {
                    tracing::warn!(%said, "a connection of a gateway could not be taken");
                    tokio::time::sleep(NO_MORE).await;
                    continue;
                }
            };
            // Too many: the connection ends here, and nobody waits.
            let (Ok(seat), Ok(stranger)) = (all.clone().try_acquire_owned(), strangers.clone().try_acquire_owned())
            else {
                continue;
            };
            tokio::spawn(one(lodge.clone(), acceptor.clone(), stream, (seat, stranger)));
        }
    }
}

/// One connection: its certificate first, and then its questions.
async fn one(
    lodge: Arc<Lodge>,
    acceptor: TlsAcceptor,
    stream: TcpStream,
    (seat, stranger): (OwnedSemaphorePermit, OwnedSemaphorePermit),
) {
    let _at_once = stream.set_nodelay(true);
    let shown = timeout(Duration::from_secs(lodge.bounds.handshake), acceptor.accept(stream)).await;
    let stream = match shown {
        Ok(Ok(stream)) => stream,
        Ok(Err(said)) => return tracing::warn!(%said, "somebody who is no gateway of this plant asked"),
        Err(_late) => return,
    };
    drop(stranger);
    let Some(certificate) = certificate(&stream) else { return };
    let fingerprint = listed::fingerprint(&certificate);
    let Some(_of_its_own) = lodge.seats.take(&fingerprint) else {
        return tracing::warn!(%fingerprint, "too many connections with one certificate");
    };
    // Who is not listed is told so once, and has no longer for it than for showing a certificate.
    let listed = matches!(lodge.list.name(&certificate).await, Ok(Some(_)));
    let service = service_fn(|request: Request<Incoming>| {
        let (lodge, certificate) = (lodge.clone(), certificate.clone());
        async move { Ok::<_, Infallible>(asked(&lodge, &certificate, request).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(lodge.bounds.head));
    builder.max_headers(32).max_buf_size(16_384);
    let served = builder.serve_connection(TokioIo::new(stream), service);
    let served = if listed {
        served.await
    } else {
        timeout(Duration::from_secs(lodge.bounds.handshake), served).await.unwrap_or(Ok(()))
    };
    if let Err(said) = served {
        tracing::debug!(%said, "a connection of a gateway ended");
    }
    drop(seat);
}

fn certificate(stream: &TlsStream<TcpStream>) -> Option<CertificateDer<'static>> {
    stream.get_ref().1.peer_certificates()?.first().map(|first| first.clone().into_owned())
}

/// Who asks is looked up for each question, so that one who was taken off the list asks no more on an open line.
async fn asked(lodge: &Lodge, certificate: &CertificateDer<'_>, request: Request<Incoming>) -> Answer {
    let gateway = match lodge.list.name(certificate).await {
        Ok(Some(gateway)) => gateway,
        Ok(None) => {
            let fingerprint = listed::fingerprint(certificate);
            tracing::warn!(%fingerprint, "a gateway that is not listed asked and was refused");
            return closing(StatusCode::FORBIDDEN);
        }
        Err(said) => {
            tracing::error!(%said, "the list of gateways could not be read: none is let ask");
            return closing(StatusCode::FORBIDDEN);
        }
    };
    answers::answer(lodge, &gateway, request).await
}

/// No words: a gateway knows what each of these numbers means, and nobody else asks.
fn no(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

fn closing(status: StatusCode) -> Answer {
    let mut answer = no(status);
    answer.headers_mut().insert("connection", hyper::header::HeaderValue::from_static("close"));
    answer
}

/// What an act that did not happen is to a gateway.
fn status(stop: &Stop) -> StatusCode {
    match stop {
        Stop::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Stop::NotFound => StatusCode::NOT_FOUND,
        Stop::Refused(_) | Stop::Unsigned(_) | Stop::StepUp | Stop::Stale(_) => StatusCode::CONFLICT,
        Stop::Busy | Stop::Away(_) | Stop::OutcomeUnknown => StatusCode::SERVICE_UNAVAILABLE,
        Stop::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn tls(setting: &Setting) -> Result<ServerConfig, Bad> {
    let provider = Arc::new(ring::default_provider());
    let roots = Arc::new(pem::authorities(&setting.authority)?);
    let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider.clone()).build();
    let verifier = verifier.map_err(|e| Bad::of(&setting.authority, e))?;
    let (chain, key) = (pem::certificates(&setting.certificate)?, pem::key(&setting.key)?);
    let builder = ServerConfig::builder_with_provider(provider);
    let builder = builder.with_protocol_versions(&[&version::TLS13, &version::TLS12]);
    let builder = builder.map_err(|e| Bad::of(&setting.certificate, e))?.with_client_cert_verifier(verifier);
    let mut config = builder.with_single_cert(chain, key).map_err(|e| Bad::of(&setting.certificate, e))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
