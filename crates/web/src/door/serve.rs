//! From connections to the router, with an end for whoever dawdles: a head comes within `patience_secs`, a body keeps
//! `pace_bytes_a_sec` behind that, and so is what is answered taken ([`Limits`]). What the house itself takes for an
//! answer counts against nobody.

use std::{convert::Infallible, io, pin::pin, time::Duration};

use axum::{Router, body::Body, extract::Request};
use futures_util::{StreamExt, stream};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use plantgate_app::{Clock, Limits};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::timeout,
};
use tower::ServiceExt;

use super::{
    live::Closing,
    pace::{Patience, Taken},
};

/// How long to wait when the system has no connection to give: all its files are open, for instance.
const NO_MORE: Duration = Duration::from_millis(500);

/// Serves the router until `stop` is done; running requests are finished first, for as long as `stop_secs`: what is
/// being written ends in its own turn, whoever waits for the answer or not.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let patience =
        Patience { first: Duration::from_secs(limits.patience_secs), bytes_a_sec: limits.pace_bytes_a_sec.max(1) };
    let (closing, closed) = watch::channel(());
    let (mut running, mut stop) = (JoinSet::new(), pin!(stop));
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_ended) = running.join_next(), if !running.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(running.spawn(one(stream, router.clone(), patience, closed.clone()))),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(NO_MORE).await;
                }
            },
        }
    }
    drop((listener, closing));
    let finished = async { while running.join_next().await.is_some() {} };
    if timeout(Duration::from_secs(limits.stop_secs), finished).await.is_err() {
        tracing::warn!(connections = running.len(), "ended with the server");
        running.shutdown().await;
    }
}

/// One connection with all its requests.
async fn one(stream: TcpStream, router: Router, patience: Patience, mut closed: watch::Receiver<()>) {
    let ends = Closing(closed.clone());
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ends.clone());
        let answer = router.clone().oneshot(request.map(|body| paced(Body::new(body), patience)));
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(patience.first);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(Taken::new(stream, patience)), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = closed.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}

/// A body that ends with an error when its sender keeps us waiting: there is a purse of time, every byte fills it a
/// little, up to where it began, and only waiting takes from it.
fn paced(body: Body, patience: Patience) -> Body {
    if axum::body::HttpBody::is_end_stream(&body) {
        return body;
    }
    let begin = (body.into_data_stream(), patience.first);
    Body::from_stream(stream::unfold(begin, move |(mut parts, purse)| async move {
        let asked = Clock::Machine.steady_us();
        let part = match timeout(purse, parts.next()).await {
            Ok(part) => part?.map_err(io::Error::other),
            Err(_late) => Err(io::Error::new(io::ErrorKind::TimedOut, "the sender keeps us waiting")),
        };
        let waited = Duration::from_micros(u64::try_from(Clock::Machine.steady_us() - asked).unwrap_or(0));
        let purse = patience.left(purse, waited, part.as_ref().map_or(0, |p| p.len()));
        Some((part, (parts, purse)))
    }))
}
