//! A way for a person's own tool (an engineering program, a remote desktop) to a port of the granted system and nowhere
//! else. Enforced, not recorded: the gateway decides, connects, counts and ends it, and does not look inside.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use plantgate_domain::witness::{
    gate::Runs,
    logged::{LogDid, LogWhy},
};
use russh::{
    Channel, ChannelMsg, ChannelOpenFailure, ChannelReadHalf, ChannelWriteHalf,
    server::{ChannelOpenHandle, Msg},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf},
    net::{TcpStream, UdpSocket, lookup_host},
};

use crate::{
    authority::{Authority, Plan},
    clock,
    line::Line,
    relay::over,
    session::Session,
};

/// Bytes that are read from a target at once.
const PIECE: usize = 32_768;

/// Why a forward does not begin: for the log, and the words for the person.
#[derive(Clone, PartialEq, Eq, Debug)]
struct No {
    why: LogWhy,
    words: &'static str,
}

const ELSEWHERE: No = No { why: LogWhy::NotGrantedSystem, words: "gateway-forward-elsewhere" };
const PORT: No = No { why: LogWhy::NotPinnedPort, words: "gateway-forward-port" };
const NOT_NOW: No = No { why: LogWhy::NotNow, words: "gateway-forward-not-now" };
const ADDRESS: No = No { why: LogWhy::ForbiddenAddress, words: "gateway-forward-address" };
const AWAY: No = No { why: LogWhy::NotReached, words: "gateway-forward-away" };

/// Opens what was asked for, if it may be, and relays it to its end.
pub async fn run<A: Authority>(
    session: Arc<Session<A>>,
    channel: Channel<Msg>,
    (host, port): (String, u32),
    reply: ChannelOpenHandle,
) {
    let asked: String = host.chars().take(255).collect();
    let begun = begin(&session, &host, port).await;
    let (place, port, stream) = match begun {
        Ok(begun) => begun,
        Err(no) => {
            session.log(json!({ "what": "refused", "forward": asked, "port": port, "why": no.why })).await;
            // The number says *prohibited*, and a client shows the words behind it.
            let reason = session.reader.t(no.words).to_string();
            return reply.reject(ChannelOpenFailure::Other { code: 1, reason }).await;
        }
    };
    session.started();
    reply.accept().await;
    let address = stream.peer_addr().map(|at| at.ip().to_canonical().to_string()).ok();
    session
        .log(json!({ "what": "forward", "did": LogDid::Opened, "port": port, "address": address, "recorded": false }))
        .await;
    let began = clock::now();
    let runs = session.works.begins(Runs::Forward(port));
    let (from, to) = channel.split();
    let (into, out) = relayed(&session, from, &to, session.line(stream)).await;
    drop(runs);
    let seconds = began.elapsed().as_secs();
    session
        .log(
            json!({ "what": "forward", "did": LogDid::Closed, "port": port, "in": into, "out": out, "seconds": seconds,
            "recorded": false }),
        )
        .await;
    drop(place);
    let _gone = to.close().await;
}

type Begun = (tokio::sync::OwnedSemaphorePermit, u16, TcpStream);

async fn begin<A: Authority>(session: &Session<A>, host: &str, port: u32) -> Result<Begun, No> {
    let port = granted(&session.plan, host, port)?;
    // No stream could say *wait*, so before somebody is beside them there is none.
    let place = session.place_now().await.ok_or(NOT_NOW)?;
    let within = Duration::from_secs(session.gate.limits.reach);
    let connected = tokio::time::timeout(within, connected(&session.plan.target.host, port)).await;
    let stream = connected.map_err(|_late| AWAY)??;
    // Connecting took its time: asked once more, right before it begins.
    if !session.may_begin(false).await {
        return Err(NOT_NOW);
    }
    Ok((place, port, stream))
}

/// The port, if host and port are what was pinned for the granted system. Another name of the same machine is another
/// place: what a name means is not the client's to say.
fn granted(plan: &Plan, host: &str, port: u32) -> Result<u16, No> {
    let t = &plan.target;
    if !host.eq_ignore_ascii_case(&t.host) && !host.eq_ignore_ascii_case(&t.name) {
        return Err(ELSEWHERE);
    }
    u16::try_from(port).ok().filter(|port| plan.forwards.contains(port)).ok_or(PORT)
}

/// Looks the pinned host up, once, and connects to an address that was looked at: a second look could find another.
async fn connected(host: &str, port: u16) -> Result<TcpStream, No> {
    let literal = literal(host);
    let found = lookup_host((host, port)).await.map_err(|_| AWAY)?;
    let mut no = AWAY;
    for address in found {
        let pinned = literal.is_some_and(|pinned| pinned == address.ip().to_canonical());
        if !pinned && (forbidden(address.ip()) || ours(address).await) {
            no = ADDRESS;
            continue;
        }
        if let Ok(stream) = TcpStream::connect(address).await {
            let _slower = stream.set_nodelay(true);
            return Ok(stream);
        }
    }
    Err(no)
}

/// The address, where a person pinned one and no name; a zone behind it names an interface of ours.
fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.split('%').next().unwrap_or_default();
    bare.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

/// Addresses that no name may lead to: this machine, its own line, everybody and nobody.
fn forbidden(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [first, ..] = v4.octets();
            first == 0 || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast()
        }
        IpAddr::V6(v6) => v6.is_unspecified() || v6.is_loopback() || v6.is_unicast_link_local() || v6.is_multicast(),
    }
}

/// Whether an address is one of this machine's own: to those it speaks from the same one. Nothing is sent to find out.
async fn ours(address: SocketAddr) -> bool {
    let any: SocketAddr = match address {
        SocketAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
        SocketAddr::V6(_) => ([0_u16; 8], 0).into(),
    };
    let Ok(socket) = UdpSocket::bind(any).await else { return true };
    // What cannot be asked leads nowhere either: then connecting says so.
    if socket.connect(address).await.is_err() {
        return false;
    }
    socket.local_addr().is_ok_and(|local| local.ip().to_canonical() == address.ip().to_canonical())
}

/// Bytes in both directions, each at its own pace and each with an end of its own, until both ended, the client closed
/// or the session is over; how many went in and out.
async fn relayed<A: Authority>(
    session: &Session<A>,
    from: ChannelReadHalf,
    to: &ChannelWriteHalf<Msg>,
    line: Line,
) -> (u64, u64) {
    let (sent, got) = (AtomicU64::new(0), AtomicU64::new(0));
    let mut seen = session.seen();
    tokio::select! {
        () = both(from, to, line, (&sent, &got)) => {}
        () = over(&mut seen) => {}
    }
    (sent.into_inner(), got.into_inner())
}

async fn both(from: ChannelReadHalf, to: &ChannelWriteHalf<Msg>, line: Line, (sent, got): (&AtomicU64, &AtomicU64)) {
    let (reads, writes) = tokio::io::split(line);
    let (talks, down) = (talks(from, writes, sent), down(reads, to, got));
    tokio::pin!(talks, down);
    let talked = tokio::select! {
        talked = &mut talks => talked,
        // The target said all it had to say; the client still may.
        () = &mut down => {
            let _said_or_closed = talks.await;
            return;
        }
    };
    if let Some(from) = talked {
        tokio::select! {
            () = down => {}
            () = closes(from) => {}
        }
    }
}

/// From the client to the target, until the client said all it had to say; nothing where it closed.
async fn talks(mut from: ChannelReadHalf, mut writes: WriteHalf<Line>, sent: &AtomicU64) -> Option<ChannelReadHalf> {
    loop {
        match from.wait().await? {
            ChannelMsg::Data { data } => {
                // A target that takes no more may still have something to say.
                if writes.write_all(&data).await.is_err() {
                    return Some(from);
                }
                sent.fetch_add(data.len() as u64, Ordering::Relaxed);
            }
            ChannelMsg::Eof => {
                let _gone = writes.shutdown().await;
                return Some(from);
            }
            ChannelMsg::Close => return None,
            _ => {}
        }
    }
}

/// Waits until the client closes; what it still sends reaches nobody.
async fn closes(mut from: ChannelReadHalf) {
    while let Some(message) = from.wait().await {
        if matches!(message, ChannelMsg::Close) {
            return;
        }
    }
}

/// From the target to the client, until it ends.
async fn down(mut reads: ReadHalf<Line>, to: &ChannelWriteHalf<Msg>, got: &AtomicU64) {
    let mut piece = vec![0; PIECE];
    while let Ok(count @ 1..) = reads.read(&mut piece).await {
        let bytes = piece.get(..count).unwrap_or_default().to_vec();
        if to.data_bytes(bytes).await.is_err() {
            return;
        }
        got.fetch_add(count as u64, Ordering::Relaxed);
    }
    let _gone = to.eof().await;
}

#[cfg(test)]
mod tests {
    use plantgate_domain::base::SessionId;
    use zeroize::Zeroizing;

    use super::*;
    use crate::authority::{Rights, Target};

    fn plan(host: &str, forwards: &[u16]) -> Plan {
        let text = |s: &str| s.to_owned();
        Plan {
            session: SessionId(Default::default()),
            reference: text("SES-1"),
            target: Target {
                host: text(host),
                port: 22,
                login: text("service"),
                host_key: text(""),
                name: text("BMS-B61"),
            },
            attended: false,
            hard: false,
            files: Rights { into: false, out: false },
            forwards: forwards.to_vec(),
            folder: std::path::PathBuf::new(),
            key: Zeroizing::new([0; 32]),
        }
    }

    #[test]
    fn only_the_pinned_host_and_its_pinned_ports_are_led_to() {
        let plan = plan("bms.plant.example", &[443, 3_389]);
        for (host, port, said) in [
            ("bms.plant.example", 443, Ok(443)),
            ("BMS.plant.example", 3_389, Ok(3_389)),
            ("bms-b61", 443, Ok(443)),
            ("bms.plant.example", 22, Err(PORT)),
            ("bms.plant.example", 65_536 + 443, Err(PORT)),
            ("bms.plant.example.", 443, Err(ELSEWHERE)),
            ("localhost", 443, Err(ELSEWHERE)),
            ("127.0.0.1", 443, Err(ELSEWHERE)),
            ("::1", 443, Err(ELSEWHERE)),
            ("", 443, Err(ELSEWHERE)),
        ] {
            assert_eq!(granted(&plan, host, port), said, "{host}:{port}");
        }
    }

    #[test]
    fn a_name_leads_to_no_address_of_this_machine_or_its_own_line() {
        let no = [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.1.1",
        ];
        for address in no {
            assert!(forbidden(address.parse().unwrap()), "{address}");
        }
        for address in ["10.61.0.9", "192.168.1.1", "8.8.8.8", "fd00::9", "2001:db8::1", "::ffff:10.0.0.1"] {
            assert!(!forbidden(address.parse().unwrap()), "{address}");
        }
        assert_eq!(literal("fe80::1%eth0"), Some("fe80::1".parse().unwrap()));
        assert_eq!(literal("127.0.0.1.example"), None);
    }

    #[tokio::test]
    async fn a_pinned_address_is_reached_and_a_name_for_it_is_not() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(connected("127.0.0.1", port).await.is_ok());
        assert_eq!(connected("localhost", port).await.err(), Some(ADDRESS));
        assert!(ours(listener.local_addr().unwrap()).await);
        drop(listener);
        assert_eq!(connected("127.0.0.1", port).await.err(), Some(AWAY));
    }
}
