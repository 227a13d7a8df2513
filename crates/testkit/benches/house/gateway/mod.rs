//! The gateway beside OpenSSH's own jump host on the same machine, taking turns in one run: terminals, bulk, how long
//! it takes to come in, memory; then what only the gateway does: how soon a fact closes it, what a recording costs,
//! and what the house answers when much is granted and many are inside.

mod house;
mod peers;

use std::time::{Duration, Instant};

use plantgate_domain::{
    base::{Actor, GrantId, Kind},
    event::permit::GrantEvent,
    permit::grant::Grant,
};
use plantgate_store::{
    memory::Memory,
    writer::{Ctx, Run},
};
use plantgate_testkit::{demo::Demo, world::request};
use serde_json::json;

use self::peers::{Peers, Way};
use super::spread;

const MIB: usize = 1_024 * 1_024;
/// OpenSSH 9 would take a slow exchange of keys with itself, and a quick one with us.
const QUICK: [&str; 2] = ["-o", "KexAlgorithms=curve25519-sha256"];
const GCM: [&str; 2] = ["-c", "aes256-gcm@openssh.com"];

/// Measures all of it; `full` takes the sizes of the budgets.
pub async fn gateway(full: bool) {
    let peers = Peers::open().await;
    let grant = grants(&peers.demo, 1).await.remove(0);
    let (text, rounds) = (if full { 64 } else { 4 }, if full { 3 } else { 1 });
    terminals(&peers, &grant, "PTY text", &lines(text * MIB), rounds).await;
    terminals(&peers, &grant, "PTY full of escapes", &escapes(text * MIB), rounds).await;
    let bulk = format!("head -c {} /dev/zero", if full { 256 } else { 16 } * MIB);
    for (name, cipher) in [("AES-GCM", &GCM[..]), ("default ciphers", &[])] {
        let what = format!("bulk, {name}, not recorded");
        let options = [&QUICK[..], cipher].concat();
        moved(&peers, &grant, &what, (&options, &[&bulk]), (if full { 256 } else { 16 }, rounds)).await;
    }
    come(&peers, &grant, "curve25519 everywhere", &QUICK, if full { 20 } else { 5 }).await;
    come(&peers, &grant, "each as it likes", &[], if full { 20 } else { 5 }).await;
    house::closes(&peers, if full { 10 } else { 2 }).await;
    memory(&peers, if full { 100 } else { 8 }, &[Way::ProxyJump, Way::Gateway]).await;
    core(full).await;
    // Last, because it takes minutes; of OpenSSH it would be two thousand processes more.
    memory(&peers, if full { 1_000 } else { 16 }, &[Way::Gateway]).await;
    let _left = std::fs::remove_dir_all(&peers.folder);
}

/// What needs no client.
pub async fn core(full: bool) {
    house::decides(if full { (6_000, 10_000) } else { (60, 100) }).await;
    house::board(if full { 500 } else { 16 }).await;
    house::records(if full { 256 } else { 2 }).await;
}

/// Grants for Lucía Ortega on `BMS-B61`: an emergency that an act opened, as often as wanted and by other names.
pub async fn grants(demo: &Demo, many: usize) -> Vec<String> {
    let body = json!({ "engagement": "E-025", "person": demo.person("l.ortega").to_string(), "instance": "BMS-B61",
        "environment": "prod", "roles": ["configure"], "pattern": "gateway-attended", "minutes": 60,
        "called_back": true, "reason": "Measured." });
    let opened = demo.world.named(&demo.caller("d.weber"), "open-emergency", body).await.unwrap();
    let opened = opened["done"]["reference"].as_str().unwrap().to_owned();
    let mut look = demo.world.app.store().look().await.unwrap();
    let of = look.named(Kind::Grant, &opened).await.unwrap().unwrap();
    let mould: Grant = look.get(GrantId(of.id)).await.unwrap();
    drop(look);
    let mut all = Vec::with_capacity(many);
    while all.len() < many {
        let some = (many - all.len()).min(500);
        let ctx = Ctx { actor: Actor::Genesis, request: request(), auth: None };
        let made = demo.world.app.store().act(ctx, request().as_bytes().to_vec(), false, cast(mould.clone(), some));
        let done = made.await.unwrap();
        let names = serde_json::from_value::<Vec<String>>(done.reply).unwrap();
        all.extend(names);
    }
    all
}

/// So many grants from one mould, by the writer as any entries are.
fn cast(mould: Grant, many: usize) -> Run {
    Box::new(move |desk| {
        let mould = mould.clone();
        Box::pin(async move {
            let mut names = Vec::with_capacity(many);
            for _ in 0..many {
                let mut facts = mould.facts.clone();
                facts.reference = desk.next_reference(Kind::Grant).await?;
                names.push(facts.reference.clone());
                let id = GrantId(desk.new_id());
                desk.append(id, GrantEvent::Opened(Box::new(facts))).await?;
            }
            Ok(json!(names))
        })
    })
}

/// Lines of text such as a log has, 76 characters each.
pub fn lines(bytes: usize) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut dice = 7_u64;
    let mut all = Vec::with_capacity(bytes + 77);
    while all.len() < bytes {
        for _ in 0..76 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            all.push(LETTERS[usize::try_from(dice >> 58).unwrap()]);
        }
        all.push(b'\n');
    }
    all
}

/// What a program paints that takes the whole screen: places, colours and few letters.
pub fn escapes(bytes: usize) -> Vec<u8> {
    let mut all = Vec::with_capacity(bytes + 64);
    let mut n = 0_usize;
    while all.len() < bytes {
        let piece = format!("\u{1b}[{};{}H\u{1b}[1;38;5;{}m{:04}\u{1b}[0m", n % 24 + 1, n % 80 + 1, n % 256, n % 9_999);
        all.extend_from_slice(piece.as_bytes());
        n += 1;
    }
    all
}

async fn terminals(peers: &Peers, grant: &str, what: &str, shown: &[u8], rounds: usize) {
    let file = peers.folder.join("shown");
    std::fs::write(&file, shown).unwrap();
    let show = format!("cat {}", file.display());
    let what = format!("{what}, recorded by the gateway");
    moved(peers, grant, &what, (&QUICK, &["-tt", &show]), (shown.len() / MIB, rounds)).await;
}

/// So many MiB by each way in turn: the best and the middle rate, and what it cost whoever stands in the middle.
async fn moved(
    peers: &Peers,
    grant: &str,
    what: &str,
    (options, command): (&[&str], &[&str]),
    (mib, rounds): (usize, usize),
) {
    let mut rates = [const { Vec::new() }; 3];
    let mut cpu = [0.0; 3];
    for _ in 0..rounds {
        for (n, way) in Way::ALL.into_iter().enumerate() {
            let before = peers.spent(way).await;
            let took = ran(peers, way, grant, options, command).await;
            rates[n].push(mib as f64 * 1.048_576 / took.as_secs_f64());
            cpu[n] += peers.spent(way).await - before;
        }
    }
    for (n, way) in Way::ALL.into_iter().enumerate() {
        rates[n].sort_by(f64::total_cmp);
        let (best, middle) = (rates[n].last().unwrap(), rates[n][rates[n].len() / 2]);
        let dear = cpu[n] * 1_024.0 / (mib * rounds) as f64;
        let what = format!("{what}: {}", way.name());
        println!("{what:<70} best {best:>6.1} middle {middle:>6.1} MB/s   {dear:>6.2} CPU-s a GiB in the middle");
    }
}

/// Runs it to its end.
async fn ran(peers: &Peers, way: Way, grant: &str, options: &[&str], command: &[&str]) -> Duration {
    let client = peers.client(way, grant, options, command).await;
    let mut client = tokio::process::Command::from(client);
    let begun = Instant::now();
    let ended = client.status().await.unwrap();
    let took = begun.elapsed();
    assert!(ended.success(), "{}: {command:?}: {ended}", way.name());
    took
}

/// From the start of the client to its end with a command that does nothing; by the gateway with the decision, notice
/// and code, typed by a program.
async fn come(peers: &Peers, grant: &str, what: &str, options: &[&str], n: usize) {
    let mut all = [const { Vec::new() }; 3];
    for _ in 0..n {
        for (way, all) in Way::ALL.into_iter().zip(&mut all) {
            all.push(ran(peers, way, grant, options, &["true"]).await);
            peers.spent(way).await;
        }
    }
    for (way, all) in Way::ALL.into_iter().zip(all) {
        spread(&format!("come in, run `true`, leave, {what}: {}", way.name()), all);
    }
}

/// Memory of so many terminals in which nothing happens.
async fn memory(peers: &Peers, many: usize, ways: &[Way]) {
    let grants = grants(&peers.demo, many.div_ceil(8)).await;
    for way in ways.iter().copied() {
        let before = peers.memory(way);
        let mut inside = Vec::with_capacity(many);
        for n in 0..many {
            let command = ["-tt", "echo ready; sleep 3600"];
            let client = peers.client(way, &grants[n / 8], &QUICK, &command).await;
            let mut client = tokio::process::Command::from(client);
            client.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).kill_on_drop(true);
            let mut child = client.spawn().unwrap();
            let mut said = [0; 5];
            tokio::io::AsyncReadExt::read_exact(child.stdout.as_mut().unwrap(), &mut said).await.unwrap();
            inside.push(child);
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        let grown = peers.memory(way).saturating_sub(before);
        println!(
            "{many} idle recorded terminals: {:<44} {:>8.1} MB more in the middle, {:>6.0} KiB each",
            way.name(),
            grown as f64 / 1e6,
            grown as f64 / 1_024.0 / many as f64
        );
        for mut child in inside {
            child.kill().await.unwrap();
        }
        peers.spent(way).await;
    }
}
