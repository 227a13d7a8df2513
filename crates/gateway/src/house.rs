//! The door: connections are taken without waiting for anybody, counted, bounded in time while they have proven
//! nothing, and each lives in a task of its own.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use russh::{MethodKind, MethodSet, SshId, keys::PrivateKey, server};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use crate::{
    authority::Authority,
    clock,
    limits::Limits,
    line::Cutter,
    visitor::{Seat, Spoke, Visitor},
};

/// What every connection shares.
pub struct Gate<A: Authority> {
    pub authority: Arc<A>,
    pub limits: Limits,
    strangers: Mutex<HashMap<IpAddr, usize>>,
    all_strangers: Arc<Semaphore>,
}

/// Takes connections until the future of the end is ready.
pub async fn serve<A: Authority>(
    listener: TcpListener,
    host_key: PrivateKey,
    authority: Arc<A>,
    limits: Limits,
    end: impl Future<Output = ()>,
) {
    let all_strangers = Arc::new(Semaphore::new(limits.all_strangers));
    let gate = Arc::new(Gate { authority, limits, strangers: Mutex::new(HashMap::new()), all_strangers });
    let config = Arc::new(config(host_key, &limits));
    let all = Arc::new(Semaphore::new(limits.connections));
    tokio::pin!(end);
    loop {
        let taken = tokio::select! {
            () = &mut end => return,
            taken = listener.accept() => taken,
        };
        let (stream, from) = match taken {
            Ok(taken) => taken,
            Err(e) => {
                tracing::warn!(said = %e, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Too many: the connection ends here, unanswered, and nobody waits.
        let Ok(seat) = all.clone().try_acquire_owned() else { continue };
        let Some(stranger) = Stranger::count(&gate, from.ip()) else { continue };
        let config = config.clone();
        tokio::spawn(async move {
            connection(config, stream, stranger).await;
            drop(seat);
        });
    }
}

/// Strict, without compression, without what a certificate of somebody else could open.
fn config(host_key: PrivateKey, limits: &Limits) -> server::Config {
    server::Config {
        server_id: SshId::Standard("SSH-2.0-Plantgate".into()),
        methods: MethodSet::from(&[MethodKind::PublicKey, MethodKind::KeyboardInteractive][..]),
        // The library would make a right key wait, too: its *partial success* is a refusal to it. The visitor waits
        // itself.
        auth_rejection_time: Duration::ZERO,
        keys: vec![host_key],
        max_auth_attempts: limits.tries.saturating_add(6),
        inactivity_timeout: None,
        // A laptop that sleeps, or a line that is away for minutes, cuts nothing: who is silent for an hour is gone.
        keepalive_interval: Some(Duration::from_secs(30)),
        keepalive_max: 120,
        nodelay: true,
        ..server::Config::default()
    }
}

async fn connection<A: Authority>(config: Arc<server::Config>, stream: TcpStream, stranger: Stranger<A>) {
    let (spoke, seat, cutter) = (Spoke::default(), Seat::<A>::default(), Cutter::new());
    let limits = stranger.gate.limits;
    let visitor = Visitor::new(stranger, spoke.clone(), seat.clone(), cutter.clone());
    let greeted = clock::ahead(Duration::from_secs(limits.handshake));
    let until = clock::ahead(Duration::from_secs(limits.login));
    let begun = server::run_stream(config, cutter.line(stream), visitor);
    let Ok(Ok(running)) = tokio::time::timeout_at(greeted, begun).await else { return };
    tokio::pin!(running);
    let late = async {
        tokio::time::sleep_until(greeted).await;
        if spoke.get().is_some() {
            tokio::time::sleep_until(until).await;
        }
        if seat.get().is_some() {
            std::future::pending::<()>().await;
        }
    };
    let ended = tokio::select! {
        ended = &mut running => ended,
        () = late => {
            cutter.cut();
            running.await
        }
    };
    if let Err(e) = ended {
        tracing::debug!(said = %e, "a connection ended");
    }
}

/// Whose place among the strangers an address takes: of IPv6 a network is one, because whoever has one has all of it.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}

/// Somebody who has proven nothing yet, counted by address; those who came in count no more.
pub struct Stranger<A: Authority> {
    pub gate: Arc<Gate<A>>,
    pub from: IpAddr,
    _of_all: OwnedSemaphorePermit,
}

impl<A: Authority> Stranger<A> {
    fn count(gate: &Arc<Gate<A>>, from: IpAddr) -> Option<Stranger<A>> {
        let of_all = gate.all_strangers.clone().try_acquire_owned().ok()?;
        let mut all = gate.strangers.lock().ok()?;
        let count = all.entry(network(from)).or_insert(0);
        if *count >= gate.limits.strangers {
            return None;
        }
        *count += 1;
        Some(Stranger { gate: gate.clone(), from, _of_all: of_all })
    }
}

impl<A: Authority> Drop for Stranger<A> {
    fn drop(&mut self) {
        if let Ok(mut all) = self.gate.strangers.lock()
            && let Some(count) = all.get_mut(&network(self.from))
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                all.remove(&network(self.from));
            }
        }
    }
}
