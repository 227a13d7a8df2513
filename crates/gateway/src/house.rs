//! The door: connections are taken without waiting for anybody, counted, bounded in time while they have proven
//! nothing, and each lives in a task of its own.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use russh::{MethodKind, MethodSet, SshId, keys::PrivateKey, server};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use crate::{
    authority::Authority,
    clock,
    limits::Limits,
    visitor::{NOBODY, Seat, Visitor},
};

/// What every connection shares.
pub struct Gate<A: Authority> {
    pub authority: Arc<A>,
    pub limits: Limits,
    strangers: Mutex<HashMap<IpAddr, usize>>,
}

/// Takes connections until the future of the end is ready.
pub async fn serve<A: Authority>(
    listener: TcpListener,
    host_key: PrivateKey,
    authority: Arc<A>,
    limits: Limits,
    end: impl Future<Output = ()>,
) {
    let gate = Arc::new(Gate { authority, limits, strangers: Mutex::new(HashMap::new()) });
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
        let (gate, config) = (gate.clone(), config.clone());
        tokio::spawn(async move {
            connection(gate, config, stream, from.ip(), stranger).await;
            drop(seat);
        });
    }
}

/// Strict, without compression, without what a certificate of somebody else could open.
fn config(host_key: PrivateKey, limits: &Limits) -> server::Config {
    server::Config {
        server_id: SshId::Standard("SSH-2.0-Plantgate".into()),
        methods: MethodSet::from(&[MethodKind::PublicKey, MethodKind::KeyboardInteractive][..]),
        auth_rejection_time: Duration::from_millis(500),
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![host_key],
        max_auth_attempts: limits.tries.saturating_add(6),
        inactivity_timeout: None,
        keepalive_interval: Some(Duration::from_secs(15)),
        keepalive_max: 4,
        nodelay: true,
        ..server::Config::default()
    }
}

async fn connection<A: Authority>(
    gate: Arc<Gate<A>>,
    config: Arc<server::Config>,
    stream: TcpStream,
    from: IpAddr,
    stranger: Stranger<A>,
) {
    let stage = Arc::new(AtomicU8::new(NOBODY));
    let seat: Seat<A> = Arc::default();
    let visitor = Visitor::new(gate.clone(), from, stage.clone(), seat.clone(), stranger);
    let login = Duration::from_secs(gate.limits.login);
    let began = clock::now();
    let Ok(Ok(running)) = tokio::time::timeout(login, server::run_stream(config, stream, visitor)).await else {
        return;
    };
    let handle = running.handle();
    tokio::pin!(running);
    let late = async {
        tokio::time::sleep_until(began + login).await;
        if stage.load(Ordering::Relaxed) != NOBODY {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = &mut running => {
            if let Err(e) = ended {
                tracing::debug!(said = %e, "a connection ended");
            }
        }
        () = late => {
            let words = "no proof in time".to_owned();
            let _gone = handle.disconnect(russh::Disconnect::ByApplication, words, String::new()).await;
        }
    }
    if let Some(session) = seat.get() {
        session.leave();
    }
}

/// Somebody who has proven nothing yet, counted by address; those who came in count no more.
pub struct Stranger<A: Authority> {
    gate: Arc<Gate<A>>,
    from: IpAddr,
}

impl<A: Authority> Stranger<A> {
    fn count(gate: &Arc<Gate<A>>, from: IpAddr) -> Option<Stranger<A>> {
        let mut all = gate.strangers.lock().ok()?;
        let count = all.entry(from).or_insert(0);
        if *count >= gate.limits.strangers {
            return None;
        }
        *count += 1;
        Some(Stranger { gate: gate.clone(), from })
    }
}

impl<A: Authority> Drop for Stranger<A> {
    fn drop(&mut self) {
        if let Ok(mut all) = self.gate.strangers.lock()
            && let Some(count) = all.get_mut(&self.from)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                all.remove(&self.from);
            }
        }
    }
}
