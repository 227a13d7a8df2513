//! What only the gateway does: how soon a fact closes a session to anything new, how soon a person's cut ends one,
//! what a recording costs by itself, and what the house answers when much is granted and many are inside.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use plantgate_domain::{event::witness::PartKind, witness::session::Session};
use plantgate_gateway::{
    Authority, Limits,
    authority::{Knock, Plan},
    recording::{Head, Line, Recorder},
};
use plantgate_porter::Porter;
use plantgate_store::{blobs::Blobs, memory::Memory};
use plantgate_testkit::{
    demo::Demo,
    gate,
    world::{World, request},
};
use plantgate_wire::words::Lang;
use serde_json::json;

use super::{
    super::{decisions, folder, page, rate, spread},
    MIB, escapes, grants, lines,
    peers::{Peers, Way},
};

/// From the act that takes a permission away to the first refusal of a channel on a line that stands, and to the record
/// saying so; and from a person's cut to the end of the client.
pub async fn closes(peers: &Peers, n: usize) {
    let demo = &peers.demo;
    let (mut refused, mut stands, mut cut) = (Vec::new(), Vec::new(), Vec::new());
    for (at, grant) in grants(demo, 2 * n).await.into_iter().enumerate() {
        let socket = format!("ControlPath={}", peers.folder.join(format!("mux-{at}")).display());
        let command = ["-tt", "echo ready; sleep 3600"];
        let client = peers.client(Way::Gateway, &grant, &["-M", "-o", &socket], &command).await;
        let mut client = tokio::process::Command::from(client);
        client.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = client.spawn().unwrap();
        let mut said = [0; 5];
        tokio::io::AsyncReadExt::read_exact(child.stdout.as_mut().unwrap(), &mut said).await.unwrap();
        let reason = json!({ "grant": grant, "reason": "Measured." });
        if at % 2 == 0 {
            let more = |word: &'static str| {
                let options = ["-o", socket.as_str()].map(str::to_owned);
                let client = peers.gate.typing("l.ortega", &grant, "", "").command();
                async move {
                    let mut client = client;
                    // A refused client would come in anew, and that is another thing than what is measured.
                    client.args(options).args(["-o", "ProxyCommand=false", "127.0.0.1", word]);
                    client.stdout(Stdio::null()).stderr(Stdio::null());
                    client.status().await.unwrap().success()
                }
            };
            assert!(more("true").await, "before that a channel opens");
            demo.world.named(&demo.caller("m.okafor"), "revoke-grant", reason).await.unwrap();
            let begun = Instant::now();
            assert!(!more("true").await, "nothing new begins");
            refused.push(begun.elapsed());
            until(demo, |s| s.closing.is_some()).await;
            stands.push(begun.elapsed());
            child.kill().await.unwrap();
        } else {
            let begun = Instant::now();
            demo.world.named(&demo.caller("d.weber"), "disconnect", json!({ "grant": grant })).await.unwrap();
            let _ended = child.wait().await.unwrap();
            cut.push(begun.elapsed());
        }
        gate::quiet(demo).await;
    }
    spread("grant taken back: the next channel is refused, answered by", refused);
    spread("grant taken back: the record says that the session closes", stands);
    spread("disconnect: from the act to the end of the client", cut);
}

async fn until(demo: &Demo, is: impl Fn(&Session) -> bool) {
    while !gate::newest(demo).await.is_some_and(|s| is(&s)) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What a recorder alone costs, in pieces as a line brings them.
pub async fn records(mib: usize) {
    for (what, shown) in [("text", lines(mib * MIB)), ("escapes", escapes(mib * MIB)), ("NUL bytes", vec![0; MIB * 8])]
    {
        let folder = folder();
        let head =
            Head { kind: PartKind::Terminal, columns: 80, rows: 24, began: 0, terminal: "xterm-256color".to_owned() };
        let limits = Limits { part: u64::MAX, ..Limits::standard() };
        let key = [7; 32].into();
        let (recorder, written) = Recorder::open(folder.join("1.rec"), &key, head, &limits).await.unwrap();
        let (begun, before) = (Instant::now(), super::peers::own_seconds());
        for piece in shown.chunks(32_768) {
            recorder.take(Line::Shown(piece.to_vec())).await;
        }
        drop(recorder);
        let part = written.await.unwrap().part;
        assert_eq!(part.gaps, 0);
        let (took, cpu) = (begun.elapsed().as_secs_f64(), super::peers::own_seconds() - before);
        let gib = shown.len() as f64 / (1_024 * MIB) as f64;
        println!(
            "recorder alone, {what:<53} {:>6.1} MB/s   {:>6.2} CPU-s a GiB, {:.2} × the bytes",
            shown.len() as f64 / took / 1e6,
            cpu / gib,
            part.bytes as f64 / shown.len() as f64
        );
        let _left = std::fs::remove_dir_all(folder);
    }
}

async fn porter(demo: &Demo) -> Porter {
    let folder = demo.world.folder.join("recordings");
    Porter::open(demo.world.app.clone(), &folder, Lang::En, Limits::standard()).await.unwrap()
}

/// Lets somebody in as the gateway does once they typed the right code.
async fn enters(demo: &Demo, porter: &Porter, grant: &str) -> Plan {
    use plantgate_domain::qualify::person::Person;
    let mut look = demo.world.app.store().look().await.unwrap();
    let ortega: Person = look.get(demo.person("l.ortega")).await.unwrap();
    drop(look);
    let key = ortega.keys.iter().find(|k| k.kind.as_str() == "ssh").unwrap();
    let from = std::net::Ipv4Addr::LOCALHOST.into();
    let pass = porter.knock(Knock { fingerprint: &key.fingerprint, grant, from }).await.expect("a pass");
    porter.begin(&pass).await.unwrap_or_else(|why| panic!("{why:?}"))
}

/// What is asked of the core for a session, and decisions over HTTP, before and with so many systems and grants.
pub async fn decides((systems, many): (usize, usize)) {
    let demo = Demo::on(World::sqlite().await).await;
    let _gate = gate::Gate::open(&demo).await;
    decisions(&demo, 2_000).await;
    asks(&demo, "the demo plant").await;
    let mut text = "site,system,system name,reference,name,zone,kind,environment\n".to_owned();
    for n in 0..systems {
        text.push_str(&format!("BRU,X{n:05},Pump skid {n},X{n:05},Pump skid {n},BZ1,control,prod\n"));
    }
    let limits = plantgate_store::Limits::standard();
    let blobs = Blobs::open(&demo.world.folder.join("blobs")).await.unwrap();
    let app = demo.world.by(&demo.world.address, limits, blobs).await.unwrap();
    let kind = plantgate_app::import::ImportKind::Systems;
    let upload = plantgate_app::import::read(kind, "systems.csv", text.as_bytes(), &limits).unwrap();
    app.act(&demo.caller("k.brandt"), request(), upload.import).await.unwrap();
    let begun = Instant::now();
    grants(&demo, many).await;
    rate("grants opened, for what follows", many, begun.elapsed());
    decisions(&demo, 2_000).await;
    asks(&demo, &format!("{systems} systems and {many} grants more")).await;
}

/// What a connection asks of the core: whether it may begin, and whether it may go on, each read anew.
async fn asks(demo: &Demo, with: &str) {
    let porter = porter(demo).await;
    let (mut begins, mut goes_on) = (Vec::new(), Vec::new());
    for grant in grants(demo, 8).await {
        for _ in 0..5 {
            let begun = Instant::now();
            let plan = enters(demo, &porter, &grant).await;
            begins.push(begun.elapsed());
            for _ in 0..5 {
                let begun = Instant::now();
                demo.world.app.gate_standing(plan.session, None).await.unwrap();
                goes_on.push(begun.elapsed());
            }
        }
    }
    spread(&format!("gateway lets one in: key, decision, entry; {with}"), begins);
    spread(&format!("gateway asks whether one may go on; {with}"), goes_on);
}

/// The page that says who is inside, with so many inside.
pub async fn board(many: usize) {
    let demo = Demo::on(World::sqlite().await).await;
    let _gate = gate::Gate::open(&demo).await;
    let porter = porter(&demo).await;
    let door = demo.sign_in("d.weber").await;
    page(&door, "/now", 50).await;
    for grant in grants(&demo, many.div_ceil(8)).await {
        for _ in 0..8 {
            enters(&demo, &porter, &grant).await;
        }
    }
    println!("{many} sessions are inside:");
    page(&door, "/now", 50).await;
}
