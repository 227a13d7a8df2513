//! A gateway that stands alone near the systems and asks a core elsewhere over mutual TLS: who is let ask, what is
//! answered to whom, and what becomes of a session while the core is away.

use std::time::Duration;

use axum::http::StatusCode;
use plantgate_domain::{
    base::{Instant, SessionId},
    event::witness::{Closing, Ending, Part, PartKind},
    witness::{gate::Runs, session::Session},
};
use plantgate_gateway::{
    Bounds,
    remote::{
        call::No,
        says::{self, Asks, Begins, Bringing, Closes, Ends, Enters, Home, Knocks, Left, Proves, Pulse, Who},
    },
};
use plantgate_store::db::V;
use plantgate_testkit::{
    afar::Afar,
    demo::Demo,
    gate::{self, Gate},
    proxy::Mode,
    world::{World, request},
};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

use super::{counting, emergency, plays};

const BOUNDS: Bounds = Bounds { again: 1, pulse: 1, ..Bounds::standard() };
/// As one gateway that asks by hand.
const WHO: Who = Who { instance: Uuid::from_u128(7), epoch: Uuid::from_u128(8) };
const PULSE: Pulse = Pulse {};
/// Seconds for a single question.
const SECS: u64 = 10;

/// A gate of the demo plant whose authority stands elsewhere.
async fn apart(demo: &Demo, afar: &Afar) -> Gate {
    let gate = Gate::open(demo).await;
    gate.asking(demo, afar.remote("hall-3")).await
}

/// How many entries of a session there are of a kind.
async fn entries(demo: &Demo, session: SessionId, name: &str) -> usize {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    let sql = "select body from entry where kind = $1 and id = $2 order by seq";
    let all = tx.all(sql, &[V::text("session"), V::Id(session.0)]).await.unwrap();
    all.iter().filter(|rec| String::from_utf8_lossy(&rec.bytes(0).unwrap()).contains(name)).count()
}

/// Waits until nothing lies in a folder of a gateway any more but its own files.
async fn empty(afar: &Afar) {
    let lies = || {
        let folders = [afar.recordings("hall-3"), afar.recordings("hall-3").join("ends")];
        let all = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|f| f.unwrap().path());
        all.filter(|file| file.extension().is_some_and(|e| e == "rec" || e == "json")).count()
    };
    for _ in 0..200 {
        if lies() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} files are left", lies());
}

#[tokio::test]
async fn who_comes_in_by_a_gateway_elsewhere_is_decided_and_recorded_as_beside_the_core() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let afar = Afar::open(&demo, BOUNDS).await;
        let gate = apart(&demo, &afar).await;
        let grant = emergency(&demo, 60).await;
        let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
        let running = counting(&demo, client).await;
        // given somebody inside, then the record has which gateway, and what runs is known; their screen is not
        let session = gate::newest(&demo).await.unwrap();
        assert_eq!(session.noticed.as_ref().unwrap().gateway, "hall-3", "{engine}");
        let door = demo.sign_in("d.weber").await;
        plays::says(&door, &session, "", "I am beside them.").await;
        let live = door.get(&plays::page(&session)).await;
        assert!(live.words().contains("cannot be determined from here"), "{engine}: {}", live.words());
        // It says so each second, and what began since is said the next time.
        let mut runs = Vec::new();
        for _ in 0..100 {
            runs = demo.world.app.runs(session.id).unwrap_or_default();
            if !runs.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(matches!(runs.as_slice(), [Runs::Command(command)] if command.contains("echo done")), "{runs:?}");
        // when they go, then everything of it is in the record once, plays, and nothing is left at the gateway
        running.leaves().await;
        let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
        assert_eq!((session.ended.unwrap().1, session.parts.len()), (Ending::User, 2), "{engine}");
        let parts = gate::recorded(&demo, session.id).await;
        assert!(parts.iter().any(|part| part.contains("\"version\":2")), "{engine}: {parts:?}");
        assert!(session.parts.iter().all(|part| part.gaps == 0 && part.sealed > 0), "{:?}", session.parts);
        empty(&afar).await;
        let (path, number) = plays::part(&session, plantgate_domain::event::witness::PartKind::Terminal);
        plays::says(&door, &session, &number, "What was shown.").await;
        let screen = door.get(&format!("{path}&at=99:59")).await.body;
        assert!(screen.contains("<pre"), "{engine}: {screen}");
        // and the system's own log names the session, by a certificate that the core signed
        assert!(gate.target.log().contains(&format!("plantgate {}", session.facts.reference)), "{engine}");
        // and whoever may not come in reads every reason, as beside the core
        super::does(&demo, "d.weber", "disconnect", serde_json::json!({ "grant": grant })).await;
        let refused = gate.client(&demo, "l.ortega", &grant).await.runs(&["true"]).await;
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("Not now, and this is why"), "{engine}: {said}");
        assert_eq!(gate::newest(&demo).await.unwrap().id, session.id, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn nobody_asks_without_a_certificate_of_the_plants_authority_that_is_listed_now() {
    let demo = Demo::on(World::sqlite().await).await;
    let afar = Afar::open(&demo, BOUNDS).await;
    // given a gateway that is listed, then it is answered
    let ours = afar.asks("hall-3");
    assert!(ours.ask(&PULSE, SECS).await.is_ok());
    // one that another authority signed is not, though it says the same name; nor one that shows nothing
    let stranger = afar.asks("stranger").ask(&PULSE, SECS).await;
    assert!(matches!(stranger, Err(No::Away(_))), "{stranger:?}");
    let nothing = nothing_shown(&afar).await;
    assert_eq!(nothing, "", "somebody without a certificate was answered");
    // nor does a gateway speak to a core that another authority signed
    let mut core = afar.core("hall-3");
    core.authority = afar.file("theirs.crt");
    let other = plantgate_gateway::remote::call::Line::new(&core, WHO, BOUNDS).unwrap();
    assert!(matches!(other.ask(&PULSE, SECS).await, Err(No::Away(_))));
    // when it is taken off the list, then its next question on the very same connection is refused
    // (A connection is given back a moment after its answer.)
    let rests = || tokio::time::sleep(Duration::from_millis(300));
    rests().await;
    let came = afar.line.came();
    assert!(ours.ask(&PULSE, SECS).await.is_ok());
    assert_eq!(afar.line.came(), came, "an established connection is used");
    rests().await;
    afar.lists(&[("hall-4", "hall-4")]);
    assert_eq!(ours.ask(&PULSE, SECS).await, Err(No::Barred));
    assert_eq!(afar.line.came(), came);
    assert!(afar.asks("hall-4").ask(&PULSE, SECS).await.is_ok(), "another one is not touched");
    // and a line with the name of another certificate lets neither in
    afar.lists(&[("hall-4", "hall-3"), ("hall-3", "hall-4")]);
    for mixed in ["hall-3", "hall-4"] {
        assert_eq!(afar.asks(mixed).ask(&PULSE, SECS).await, Err(No::Barred), "{mixed}");
    }
    // a list that cannot be read lets nobody ask; a new certificate of the same name goes on where the old one was
    std::fs::write(afar.file("list"), "hall-3 not-a-fingerprint\n").unwrap();
    assert_eq!(afar.asks("hall-3").ask(&PULSE, SECS).await, Err(No::Barred));
    afar.lists(&[("hall-3", "hall-3-new")]);
    assert!(afar.asks("hall-3-new").ask(&PULSE, SECS).await.is_ok());
    demo.world.close().await;
}

/// What a client is answered that shows no certificate.
async fn nothing_shown(afar: &Afar) -> String {
    let port = afar.lodge.port().to_string();
    let mut command = tokio::process::Command::new("openssl");
    command.args(["s_client", "-quiet", "-connect", &format!("127.0.0.1:{port}"), "-servername", "localhost"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let mut into = child.stdin.take().unwrap();
    let asks = "POST /gateway/1/pulse HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    let _refused = into.write_all(asks.as_bytes()).await;
    let mut said = String::new();
    let read = child.stdout.take().unwrap().read_to_string(&mut said).await;
    read.map(|_| said).unwrap_or_default()
}

#[tokio::test]
async fn the_door_for_people_and_the_lodge_of_gateways_know_nothing_of_each_other() {
    let demo = Demo::on(World::sqlite().await).await;
    let afar = Afar::open(&demo, BOUNDS).await;
    // given a gateway's own certificate, then it finds no page and no part of the API there
    let config = std::fs::read(afar.file("ours.crt")).unwrap();
    let identity = [std::fs::read(afar.file("hall-3.crt")).unwrap(), std::fs::read(afar.file("hall-3.key")).unwrap()];
    plantgate_app::choose_tls();
    let client = reqwest::Client::builder()
        .tls_certs_only(reqwest::Certificate::from_pem_bundle(&config).unwrap())
        .identity(reqwest::Identity::from_pem(&identity.concat()).unwrap())
        .no_proxy()
        .build()
        .unwrap();
    let at = |path: &str| format!("https://localhost:{}{path}", afar.lodge.port());
    for path in ["/", "/sign-in", "/now", "/api/v1/openapi.json", "/gateway/1/", "/gateway/1/pulse", "/gateway/2/pulse"]
    {
        assert_eq!(client.get(at(path)).send().await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
    // and what is asked in another way than it may be is refused before anybody looks at it
    let asks = |path: &str| client.post(at(path)).header(says::WHO, WHO.to_string());
    let post = async |path: &str, body: Vec<u8>| asks(path).body(body).send().await.unwrap().status();
    assert_eq!(post("/gateway/1/pulse", serde_json::to_vec(&PULSE).unwrap()).await, StatusCode::OK);
    for odd in [&b"{\"more\":1}"[..], b"", b"[1]", b"{"] {
        assert_eq!(post("/gateway/1/pulse", odd.to_vec()).await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(post("/gateway/1/unknown", b"{}".to_vec()).await, StatusCode::NOT_FOUND);
    let nobody = client.post(at("/gateway/1/pulse")).body("{}").send().await.unwrap();
    assert_eq!(nobody.status(), StatusCode::BAD_REQUEST, "no process says that it asks");
    let long = post("/gateway/1/pulse", vec![b' '; BOUNDS.ask + 1]).await;
    assert_eq!(long, StatusCode::PAYLOAD_TOO_LARGE);
    // and nothing of it is at the door for people
    let door = demo.sign_in("d.weber").await;
    let none = door.get("/no-such-page").await.status;
    assert_eq!(none, StatusCode::NOT_FOUND);
    for path in ["/gateway/1/pulse", "/gateway/1/standing", "/gateway/1/part/x"] {
        assert_eq!(door.get(path).await.status, none, "{path}");
        assert!(!door.json(path, &serde_json::json!({})).await.status.is_success(), "{path}");
    }
    demo.world.close().await;
}

#[tokio::test]
async fn a_gateway_says_of_its_own_sessions_alone_and_begins_none_without_a_code() {
    let demo = Demo::on(World::sqlite().await).await;
    let afar = Afar::open(&demo, BOUNDS).await;
    let gate = apart(&demo, &afar).await;
    let grant = emergency(&demo, 60).await;
    let running = counting(&demo, gate.client(&demo, "l.ortega", &grant).await).await;
    let session = gate::newest(&demo).await.unwrap().id;
    // given a session of one gateway, then another one asks, tells, brings and certifies nothing of it
    let other = afar.asks("hall-4");
    let ends = |how, left| Ends { session, how, ago_secs: 0, parts: Vec::new(), left };
    assert_eq!(other.ask(&Asks { session, runs: Some(Vec::new()) }, SECS).await, Err(No::NotOurs));
    assert_eq!(other.ask(&Closes { session, cause: Closing::Hold }, SECS).await, Err(No::NotOurs));
    assert_eq!(other.ask(&ends(Ending::User, Vec::new()), SECS).await, Err(No::NotOurs));
    let enters = Enters { session, key: "ssh-ed25519 AAAA".to_owned(), source: "127.0.0.1".parse().unwrap() };
    assert_eq!(other.ask(&enters, SECS).await, Err(No::NotOurs));
    let file = afar.file("list");
    let bytes = std::fs::read(&file).unwrap();
    let sha256: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    let bringing = Bringing { session, sha256: sha256.clone(), size: bytes.len() as u64 };
    assert_eq!(other.bring(&file, &bringing).await, Err(No::NotOurs));
    assert_eq!(other.ask(&Home {}, SECS).await.unwrap().sessions, []);
    // its own may, and a file that is not what it was said to be is not taken
    let own = afar.asks("hall-3");
    // (but no second machine under its name, which would end what it does not hold)
    let second = afar.asks_as("hall-3", WHO.instance);
    assert_eq!(second.ask(&PULSE, SECS).await, Err(No::Barred));
    assert_eq!(second.ask(&Home {}, SECS).await, Err(No::Barred));
    assert_eq!(second.ask(&Begins { proof: request() }, SECS).await, Err(No::Barred));
    assert!(own.ask(&Asks { session, runs: None }, SECS).await.unwrap().standing.is_some());
    assert_eq!(own.ask(&enters, SECS).await, Err(No::Never));
    let lies = Bringing { sha256: "00".repeat(32), ..bringing.clone() };
    assert_eq!(own.bring(&file, &lies).await, Err(No::Failed(409)));
    let short = Bringing { size: bringing.size - 1, ..bringing.clone() };
    assert!(matches!(own.bring(&file, &short).await, Err(No::Away(_) | No::Failed(409))));
    // and an end that names what was never brought stands not: that is asked for first
    let blob = "00".repeat(32);
    let (head, kind) = (String::new(), PartKind::Log);
    let part = Part { kind, blob: blob.clone(), sealed: 1, bytes: 1, lines: 1, head, gaps: 0 };
    let parts = vec![part];
    let asked = own.ask(&Ends { parts, ..ends(Ending::User, Vec::new()) }, SECS).await.unwrap();
    assert_eq!((asked.stands, asked.missing), (false, vec!["00".repeat(32)]));
    // nor does another process of the very same folder end it by loss, while one asks about it
    let left = vec![Left { number: 1, blob }];
    for guess in [ends(Ending::Loss, Vec::new()), ends(Ending::Loss, left)] {
        for line in [&own, &second] {
            assert_eq!(line.ask(&guess, SECS).await, Err(No::Failed(409)));
        }
    }
    assert!(gate::newest(&demo).await.unwrap().ended.is_none());
    // nobody comes in on a gateway's word alone: without a right code of the moment there is no proof
    let knocks = Knocks {
        fingerprint: plantgate_gateway::keys::fingerprint(gate.private("l.ortega").public_key()),
        grant: grant.clone(),
        from: "192.0.2.7".parse().unwrap(),
        language: "en".to_owned(),
    };
    let proves = |code: &str| Proves { knocks: knocks.clone(), code: code.to_owned() };
    let made_up = own.ask(&Begins { proof: request() }, SECS).await.unwrap();
    assert_eq!((made_up.plan, made_up.reasons), (None, Vec::new()));
    let code = gate::code(&demo, demo.person("l.ortega")).await;
    let proof = own.ask(&proves(&code), SECS).await.unwrap().proof.unwrap();
    assert_eq!(other.ask(&Begins { proof }, SECS).await.unwrap().plan, None, "a proof of another gateway");
    assert_eq!(own.ask(&proves("000000"), SECS).await.unwrap().proof, None);
    assert!(gate::newest(&demo).await.unwrap().id == session && running.client.id().is_some());
    running.leaves().await;
    gate::quiet(&demo).await;
    demo.world.close().await;
}

#[tokio::test]
async fn a_core_that_is_away_lets_nothing_new_begin_cuts_nothing_and_gets_everything_once_it_is_back() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let afar = Afar::open(&demo, BOUNDS).await;
        let gate = apart(&demo, &afar).await;
        let grant = emergency(&demo, 60).await;
        let path = format!("ControlPath={}", demo.world.folder.join("mux").display());
        let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt", "-M", "-o", &path]);
        let mut running = counting(&demo, client).await;
        let session = gate::newest(&demo).await.unwrap();
        // when the line is cut, then no channel begins, and what runs goes on beyond the lease
        afar.line.set(Mode::Gone);
        let more = gate.typing("l.ortega", &grant, "", "").with(&["-o", &path]).runs(&["echo", "new"]).await;
        assert!(more.stdout.is_empty(), "{engine}: {more:?}");
        let until = tokio::time::Instant::now() + Duration::from_secs(13);
        while tokio::time::Instant::now() < until {
            running.next().await;
        }
        // and nobody says that nothing runs there: it is not known
        assert_eq!(demo.world.app.runs(session.id), None, "{engine}");
        // and whoever comes now reads why, what next and who helps
        let nobody = gate.typing("l.ortega", &grant, "yes", "000000").runs(&["true"]).await;
        let said = String::from_utf8_lossy(&nobody.stderr).into_owned();
        assert!(!nobody.status.success(), "{engine}: {said}");
        for words in ["does not reach Plantgate", "Try again in a minute", "call the shift lead"] {
            assert!(said.contains(words), "{engine}: {words}: {said}");
        }
        // when the session ends meanwhile, then the record does not have it yet, and the gateway keeps it
        let told = running.leaves().await;
        assert!(told.contains("Plantgate does not answer"), "{engine}: {told}");
        waits(&afar).await;
        assert!(gate::newest(&demo).await.unwrap().ended.is_none(), "{engine}");
        tokio::time::sleep(Duration::from_secs(3)).await;
        demo.world.clock.set(session.facts.started.plus_secs(40));
        afar.line.set(Mode::Through);
        // then it comes, once, with its parts; when it occurred is not when it was recorded
        let ended = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
        assert_eq!((ended.id, ended.ended.unwrap().1, ended.parts.len()), (session.id, Ending::User, 2), "{engine}");
        apart_in_time(&demo, &ended).await;
        empty(&afar).await;
        let log = gate::recorded(&demo, ended.id).await.remove(0);
        assert!(log.contains("\"cause\":\"core\"") && log.contains("\"what\":\"ended\""), "{engine}: {log}");
        assert_eq!(entries(&demo, session.id, "witness.session.ended@1").await, 1, "{engine}");
        assert_eq!(entries(&demo, session.id, "witness.session.recorded@1").await, 1, "{engine}");
        // told again it stands as before, and another end changes nothing
        let own = afar.asks("hall-3");
        let again = Ends { session: session.id, how: Ending::Loss, ago_secs: 0, parts: Vec::new(), left: Vec::new() };
        let stands = own.ask(&again, SECS).await.unwrap();
        let kept: Vec<_> = ended.parts.iter().map(|part| part.blob.clone()).collect();
        assert!(stands.stands && stands.kept == kept, "{engine}: {stands:?}");
        assert_eq!(gate::newest(&demo).await.unwrap(), ended, "{engine}");
        demo.world.close().await;
    }
}

/// An end that was told later: it occurred at least some seconds before its entry, and not before the session began.
async fn apart_in_time(demo: &Demo, session: &Session) {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    let sql = "select body from entry where kind = $1 and id = $2 order by seq";
    let all = tx.all(sql, &[V::text("session"), V::Id(session.id.0)]).await.unwrap();
    let body = |n: usize| serde_json::from_slice::<serde_json::Value>(&all[n].bytes(0).unwrap()).unwrap();
    let recorded: Instant = serde_json::from_value(body(all.len() - 1)["at"].clone()).unwrap();
    let occurred = session.ended.unwrap().0;
    assert!(recorded.secs_since(occurred) >= 3, "{occurred:?} {recorded:?}");
    assert!(session.facts.started <= occurred);
}

/// Waits until an end lies in the spool.
async fn waits(afar: &Afar) {
    let ends = afar.recordings("hall-3").join("ends");
    for _ in 0..200 {
        if std::fs::read_dir(&ends).unwrap().any(|f| f.unwrap().path().extension().is_some_and(|e| e == "json")) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no end waits");
}

#[tokio::test]
async fn a_person_s_end_reaches_a_gateway_elsewhere_within_seconds() {
    let demo = Demo::on(World::sqlite().await).await;
    let afar = Afar::open(&demo, BOUNDS).await;
    let gate = apart(&demo, &afar).await;
    let grant = emergency(&demo, 60).await;
    let running = counting(&demo, gate.client(&demo, "l.ortega", &grant).await).await;
    let cut = serde_json::json!({ "session": running.session, "reason": "Somebody is at the machine." });
    super::does(&demo, "d.weber", "cut-session", cut).await;
    let before = tokio::time::Instant::now();
    let said = running.over().await;
    assert!(said.contains("The site ended this session") && before.elapsed() < Duration::from_secs(15), "{said}");
    let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
    assert_eq!(session.ended.unwrap().1, Ending::Disconnect);
    demo.world.close().await;
}
