//! Who means no good: a flood at the door, a peer that changes its name half-way, certificates of anybody, more
//! channels than there are places, names that lead home, and systems that answer with anything but SSH. By clients
//! and systems of our own, because stock ones do none of that.

use std::{sync::Arc, time::Duration};

use plantgate_gateway::{
    Limits, keys,
    russh::{
        self, client,
        client::KeyboardInteractiveAuthResponse as Asked,
        keys::{PrivateKeyWithHashAlg, PublicKeyOrCertificate, ssh_key::certificate},
    },
};
use plantgate_testkit::{
    demo::Demo,
    gate::{self, Gate, code},
    world::World,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
};

use super::{attends, counting, does, emergency};

/// A client that trusts whoever answers.
struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _shown: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        Ok(true)
    }
}

type Raw = client::Handle<Trusting>;

async fn raw(gate: &Gate) -> Raw {
    let config = Arc::new(client::Config::default());
    client::connect(config, ("127.0.0.1", gate.port), Trusting).await.unwrap()
}

/// Shows the key of somebody under a name; whether it went on from there.
async fn shows(raw: &mut Raw, gate: &Gate, name: &str, handle: &str) -> bool {
    let key = PrivateKeyWithHashAlg::new(Arc::new(gate.private(handle)), None);
    let said = raw.authenticate_publickey(name, key).await.unwrap();
    matches!(said, client::AuthResult::Failure { partial_success: true, .. })
}

/// Whether somebody is asked for a code under a name.
async fn is_asked(raw: &mut Raw, name: &str) -> bool {
    let said = raw.authenticate_keyboard_interactive_start(name, None).await.unwrap();
    matches!(said, Asked::InfoRequest { .. })
}

/// Whether an answer lets in.
async fn lets_in(raw: &mut Raw, code: &str) -> bool {
    let said = raw.authenticate_keyboard_interactive_respond(vec!["yes".to_owned(), code.to_owned()]).await.unwrap();
    matches!(said, Asked::Success)
}

/// A client of our own that is inside.
async fn inside(demo: &Demo, gate: &Gate, grant: &str) -> Raw {
    let mut raw = raw(gate).await;
    let code = code(demo, demo.person("l.ortega")).await;
    assert!(shows(&mut raw, gate, grant, "l.ortega").await && is_asked(&mut raw, grant).await);
    assert!(lets_in(&mut raw, &code).await);
    raw
}

#[tokio::test]
async fn whoever_calls_themselves_otherwise_has_proven_nothing() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    gate.key(&demo, "i.campos").await;
    let (grant, other) = (emergency(&demo, 60).await, emergency(&demo, 60).await);
    // given a key that is right under one name, then under another name there is no question to answer, and the first
    // name has to be proven anew
    for name in [other.as_str(), "GRA-9999", "root", ""] {
        let mut peer = raw(&gate).await;
        assert!(shows(&mut peer, &gate, &grant, "l.ortega").await);
        assert!(!is_asked(&mut peer, name).await, "{name}");
        assert!(!is_asked(&mut peer, &grant).await, "{name}: what was proven is forgotten");
    }
    // given a key that is right, when a key is only offered under another name, then what was proven is forgotten, too
    for (name, handle) in [(other.as_str(), "i.campos"), ("root", "l.ortega")] {
        let mut peer = raw(&gate).await;
        assert!(shows(&mut peer, &gate, &grant, "l.ortega").await);
        assert!(!shows(&mut peer, &gate, name, handle).await, "{name} {handle}");
        assert!(!is_asked(&mut peer, &grant).await, "{name} {handle}");
    }
    // given two grants of one person, then each has to be proven by itself, and the last word counts
    let mut peer = raw(&gate).await;
    assert!(shows(&mut peer, &gate, &grant, "l.ortega").await);
    assert!(shows(&mut peer, &gate, &other, "l.ortega").await);
    assert!(!is_asked(&mut peer, &grant).await && !is_asked(&mut peer, &other).await);
    assert!(gate::newest(&demo).await.is_none(), "none of that is a session");
    // and in order the same key and the same code open it
    let peer = inside(&demo, &gate, &grant).await;
    let session = gate::newest(&demo).await.unwrap();
    assert_eq!(session.facts.person, Some(demo.person("l.ortega")));
    drop(peer);
    gate::quiet(&demo).await;
    demo.world.close().await;
}

#[tokio::test]
async fn no_certificate_opens_the_door_whoever_signed_it() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 60).await;
    let key = Arc::new(gate.private("l.ortega"));
    let (_, own) = plantgate_porter::keys(&demo.world.app).unwrap();
    // given certificates for the right key: by the authority that systems trust and by another one, for the grant,
    // for the login at the system, and for everybody
    let login = gate::login();
    for authority in [own, keys::of_seed(&[9; 32]).unwrap()] {
        for principal in [Some(grant.as_str()), Some(login.as_str()), None] {
            let mut made = certificate::Builder::new([1; 16], key.public_key().clone(), 1, 4_000_000_000).unwrap();
            made.cert_type(certificate::CertType::User).unwrap();
            made.key_id("plantgate SES-0001").unwrap();
            match principal {
                Some(name) => made.valid_principal(name).unwrap(),
                None => made.all_principals_valid().unwrap(),
            };
            let made = made.sign(&authority).unwrap();
            let mut peer = raw(&gate).await;
            let said = peer.authenticate_openssh_cert(grant.as_str(), key.clone(), made).await.unwrap();
            let refused = matches!(said, client::AuthResult::Failure { partial_success: false, .. });
            assert!(refused, "{principal:?}: {said:?}");
            assert!(!is_asked(&mut peer, &grant).await, "{principal:?}: it proved nothing");
        }
    }
    // and the key alone is as good as before
    assert!(shows(&mut raw(&gate).await, &gate, &grant, "l.ortega").await);
    assert!(gate::newest(&demo).await.is_none());
    demo.world.close().await;
}

/// Peers that come from addresses of their own and prove nothing: some say nothing, some a letter now and then, some
/// what is no SSH.
async fn flood(port: u16) -> Vec<TcpStream> {
    let mut all = Vec::new();
    for n in 0..150_u8 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 9, n / 10 + 1], 0).into()).unwrap();
        let mut peer = socket.connect(([127, 0, 0, 1], port).into()).await.unwrap();
        match n % 3 {
            0 => {}
            1 => peer.write_all(b"SSH-2.0-").await.unwrap(),
            _ => peer.write_all(b"SSH-2.0-x\r\n\0\0\x0f\xff").await.unwrap(),
        }
        all.push(peer);
    }
    all
}

#[tokio::test]
async fn a_flood_at_the_door_keeps_nobody_out_who_comes_with_a_key() {
    let demo = Demo::on(World::sqlite().await).await;
    // given a time for handshakes that does not end while this test runs
    let gate = Gate::within(&demo, Limits { handshake: 600, ..Limits::standard() }).await;
    let grant = emergency(&demo, 60).await;
    let mut held = flood(gate.port).await;
    let port = gate.port;
    // and peers that come and go all the while
    let storm = tokio::spawn(async move {
        loop {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(([127, 0, 8, 1], 0).into()).unwrap();
            if let Ok(mut peer) = socket.connect(([127, 0, 0, 1], port).into()).await {
                let _gone = peer.write_all(b"SSH-2.0-storm\r\n").await;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    // when somebody with a key comes, then they work as ever
    let mut running = counting(&demo, gate.client(&demo, "l.ortega", &grant).await).await;
    for _ in 0..10 {
        running.next().await;
    }
    // while everybody of the flood is still there and was greeted
    let mut greeted = 0;
    for peer in &mut held {
        let mut some = [0; 64];
        let read = tokio::time::timeout(Duration::from_secs(5), peer.read(&mut some)).await;
        greeted += usize::from(some.starts_with(b"SSH-2.0-Plantgate") && matches!(read, Ok(Ok(1..))));
    }
    assert_eq!(greeted, held.len());
    storm.abort();
    running.leaves().await;
    demo.world.close().await;
}

#[tokio::test]
async fn a_connection_has_so_many_channels_and_what_is_asked_before_they_prove_themselves_is_none() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = u32::from(silent.local_addr().unwrap().port());
    gate.pin_with(&demo, &gate.target.host_key, &port.to_string()).await;
    let grant = emergency(&demo, 60).await;
    // given a peer that proved a key and nothing more, then it opens nothing, and nobody knocks at the pinned port
    let mut early = raw(&gate).await;
    assert!(shows(&mut early, &gate, &grant, "l.ortega").await);
    let tried = early.channel_open_direct_tcpip("127.0.0.1", port, "127.0.0.1", 1);
    assert!(!matches!(tokio::time::timeout(Duration::from_secs(3), tried).await, Ok(Ok(_))));
    let knocked = tokio::time::timeout(Duration::from_millis(200), silent.accept()).await;
    assert!(knocked.is_err() && gate::newest(&demo).await.is_none());
    // given one that is inside, then there are eight places, however often it asks
    let peer = inside(&demo, &gate, &grant).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(peer.channel_open_session().await.unwrap());
    }
    for _ in 0..200 {
        assert!(peer.channel_open_session().await.is_err());
        assert!(peer.channel_open_direct_tcpip("127.0.0.1", port, "127.0.0.1", 1).await.is_err());
    }
    // and a place that is left is free again
    open.pop().unwrap().close().await.unwrap();
    let mut again = peer.channel_open_session().await;
    for _ in 0..100 {
        if again.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        again = peer.channel_open_session().await;
    }
    assert!(again.is_ok());
    drop((peer, open, again));
    gate::quiet(&demo).await;
    demo.world.close().await;
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_leads_no_tool() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    // given a system that is pinned by a name, and a name that means this machine when somebody comes
    gate.pin_at(&demo, ("localhost", gate.target.port), &gate.target.host_key, &port.to_string()).await;
    let grant = emergency(&demo, 60).await;
    let path = format!("ControlPath={}", demo.world.folder.join("mux").display());
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-M", "-o", &path]);
    let running = counting(&demo, client).await;
    let there = format!("localhost:{port}");
    let led = gate.typing("l.ortega", &grant, "", "").with(&["-o", &path, "-W", &there]).runs(&[]).await;
    assert!(!led.status.success() && led.stdout.is_empty(), "{led:?}");
    // then nobody knocks there, they are told, and the log has why
    let knocked = tokio::time::timeout(Duration::from_millis(200), silent.accept()).await;
    assert!(knocked.is_err(), "nobody knocked");
    running.leaves().await;
    let log = gate::logged(&demo).await;
    let refused = log.iter().find(|l| l["what"] == "refused").unwrap_or_else(|| panic!("{log:#?}"));
    assert_eq!((&refused["why"], &refused["port"]), (&json!("forbidden-address"), &json!(port)));
    demo.world.close().await;
}

/// What a system that means no good answers with.
#[derive(Clone, Copy, Debug)]
enum Answers {
    /// Nothing.
    Silence,
    /// Lines without an end, before it says what it speaks.
    Lines,
    /// One line without an end.
    Line,
    /// That it speaks SSH, and then anything.
    Noise,
}

/// A system of that kind; how many bytes it got rid of is told when its peer is gone.
async fn hostile(answers: Answers) -> (u16, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = tokio::spawn(async move {
        let (mut peer, _) = listener.accept().await.unwrap();
        let piece = match answers {
            Answers::Silence => Vec::new(),
            Answers::Lines => b"welcome to the plant\r\n".repeat(1_000),
            Answers::Line => vec![b'A'; 32_768],
            Answers::Noise => vec![0xff; 32_768],
        };
        let mut sent = 0;
        if matches!(answers, Answers::Noise) {
            peer.write_all(b"SSH-2.0-x\r\n").await.unwrap();
        }
        if piece.is_empty() {
            let _until_it_goes = peer.read_to_end(&mut Vec::new()).await;
        }
        // A gigabyte would be taken by whoever takes everything.
        while !piece.is_empty() && sent < 1 << 30 && peer.write_all(&piece).await.is_ok() {
            sent += piece.len();
        }
        sent
    });
    (port, told)
}

#[tokio::test]
async fn a_system_that_answers_with_anything_else_is_left_and_the_person_is_told() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::within(&demo, Limits { reach: 2, ..Limits::standard() }).await;
    for answers in [Answers::Silence, Answers::Lines, Answers::Line, Answers::Noise] {
        let (port, told) = hostile(answers).await;
        gate.pin_at(&demo, ("127.0.0.1", port), &gate.target.host_key, "").await;
        let grant = emergency(&demo, 60).await;
        let waiting = gate.client(&demo, "l.ortega", &grant).await.begins(&["true"]);
        let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
        attends(&demo, &session.facts.reference).await;
        let output = tokio::time::timeout(Duration::from_secs(20), waiting.wait_with_output()).await;
        let said = output.expect("nobody waits for it").unwrap().stderr;
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(said.contains("could not be reached"), "{answers:?}: {said}");
        // then it got rid of little, and its line is closed
        let sent = tokio::time::timeout(Duration::from_secs(20), told).await.expect("its line is closed").unwrap();
        assert!(sent < 64 << 20, "{answers:?}: {sent} bytes were taken");
        gate::quiet(&demo).await;
    }
    demo.world.close().await;
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_sent_no_more_than_its_window() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 60).await;
    let peer = inside(&demo, &gate, &grant).await;
    let session = gate::newest(&demo).await.unwrap();
    attends(&demo, &session.facts.reference).await;
    // given a client that lets nothing out of its channel, and a command that never stops to speak
    let mut channel = peer.channel_open_session().await.unwrap();
    channel.exec(true, "yes").await.unwrap();
    while !matches!(channel.wait().await.unwrap(), russh::ChannelMsg::Data { .. }) {}
    tokio::time::sleep(Duration::from_secs(2)).await;
    // when it is ended, then the log says that the gateway took little from the system meanwhile
    does(&demo, "d.weber", "disconnect", json!({ "grant": grant })).await;
    let log = gate::logged(&demo).await;
    let closed = log.iter().find(|l| l["what"] == "closed").unwrap_or_else(|| panic!("{log:#?}"));
    let out = closed["out"].as_u64().unwrap();
    assert!((1..64 << 20).contains(&out), "{out} bytes lie in memory");
    drop((peer, channel));
    demo.world.close().await;
}
