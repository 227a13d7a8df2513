//! The budgets of the house, measured through its doors: acts, decisions over HTTP, fold and compare, posture, the list
//! that a stepping clock changes, every page, start, memory, packs, verify by
//! modes, backup, import, the gateway beside OpenSSH. Prints, never judges: machines are noisy. `-- full` takes
//! the sizes the budgets are written for; the name of a part runs that part alone: `-- full fold`.
#![expect(clippy::disallowed_methods, reason = "a benchmark asks the monotonic clock")]

mod accounts;
mod gateway;
mod large;
mod proofs;

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use plantgate_app::{App, Caller, demo};
use plantgate_domain::{
    base::{Grade, Kind, PersonId, ProviderId},
    event::qualify::Facet,
    qualify::posture::{GradedRequirement, posture},
};
use plantgate_store::{Clock, Db, Limits, Store, blobs::Blobs, keyring::Keyring, past::Past, verify};
use plantgate_testkit::{
    demo::Demo,
    door::Door,
    postgres::Scratch,
    world::{D0, World, at, request},
};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::main]
async fn main() {
    let full = std::env::args().any(|a| a == "full");
    let size = if full { "full" } else { "small (-- full for large)" };
    println!("size {size}; times are wall clock on this machine\n");
    let named: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-') && a != "full").collect();
    let wants = |part: &str| named.is_empty() || named.iter().any(|n| n == part);
    if wants("posture") {
        pure_posture();
    }
    if wants("decisions") || wants("pages") {
        let demo = Demo::on(World::sqlite().await).await;
        decisions(&demo, if full { 20_000 } else { 2_000 }).await;
        pages(&demo, if full { 200 } else { 30 }).await;
    }
    if wants("large") {
        large::large(if full { 900 } else { 90 }, if full { 100 } else { 10 }).await;
    }
    if wants("packs") {
        proofs::packs(if full { 10_000 } else { 1_000 }).await;
    }
    if wants("systems") {
        proofs::systems(if full { 6_000 } else { 400 }).await;
    }
    if wants("accounts") {
        accounts::accounts(if full { 20_000 } else { 2_000 }).await;
    }
    if wants("gateway") {
        gateway::gateway(full).await;
    } else if wants("gateway-core") {
        gateway::core(full).await;
    }
    if wants("acts") {
        acts("SQLite", address_sqlite().await, if full { 4_000 } else { 640 }).await;
        if let Some(scratch) = Scratch::create().await.unwrap() {
            acts("PostgreSQL", scratch.url.clone(), if full { 4_000 } else { 640 }).await;
        }
    }
    if wants("fold") {
        fold(if full { 1_000_000 } else { 50_000 }).await;
    }
    if wants("start") {
        start_and_idle();
    }
}

fn rate(what: &str, n: usize, took: Duration) {
    println!("{what:<58} {:>12.0} /s   ({n} in {:.2} s)", n as f64 / took.as_secs_f64(), took.as_secs_f64());
}

fn spread(what: &str, mut all: Vec<Duration>) {
    all.sort();
    let at = |share: usize| all.get(all.len() * share / 100).or(all.last()).copied().unwrap_or_default();
    let ms = |d: Duration| d.as_secs_f64() * 1_000.0;
    println!("{what:<58} p50 {:>7.2} ms   p95 {:>7.2} ms   p99 {:>7.2} ms", ms(at(50)), ms(at(95)), ms(at(99)));
}

/// 900 providers × 123 requirements, both facets.
fn pure_posture() {
    let mut rows = Vec::new();
    for p in 0..900_u128 {
        for r in 0..123_usize {
            for facet in [Facet::Says, Facet::Does] {
                let provider = ProviderId(Uuid::from_u128(p));
                let requirement = format!("SP.{:02}.{:02} BR", r % 12 + 1, r / 12 + 1);
                let grade = Grade::ALL[(p as usize + r) % Grade::ALL.len()];
                rows.push(GradedRequirement { provider, requirement, facet, grade });
            }
        }
    }
    let start = Instant::now();
    let cells = posture(&rows);
    let took = start.elapsed();
    println!("posture of 900 × 123 × says and does: {} cells in {:.0} ms", cells.len(), took.as_secs_f64() * 1e3);
}

fn wish() -> Value {
    json!({ "engagement": "E-025", "instance": "BMS-B61", "environment": "prod", "roles": ["configure"],
        "purpose": "maintain", "pattern": "gateway-unattended",
        "window": { "is": "fixed", "window": { "from": "2026-11-16T13:00:00.000000Z",
            "until": "2026-11-16T15:00:00.000000Z" } } })
}

async fn served(demo: &Demo) -> String {
    plantgate_testkit::browser::serve(&demo.world).await
}

async fn token(demo: &Demo, handle: &str) -> String {
    demo.sign_in(handle).await.token().to_owned()
}

async fn decisions(demo: &Demo, n: usize) {
    let (base, token) = (served(demo).await, token(demo, "l.ortega").await);
    plantgate_store::blobs::choose_tls();
    let client = Arc::new(reqwest::Client::new());
    let start = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..32 {
        let (client, base, token) = (client.clone(), base.clone(), token.clone());
        tasks.push(tokio::spawn(async move {
            let mut all = Vec::new();
            for _ in 0..n / 32 {
                let begun = Instant::now();
                let sent = client.post(format!("{base}/api/v1/access/decisions")).bearer_auth(&token).json(&wish());
                let answer = sent.send().await.unwrap();
                assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
                answer.bytes().await.unwrap();
                all.push(begun.elapsed());
            }
            all
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    rate("decisions over HTTP, 32 clients, size S, SQLite", all.len(), start.elapsed());
    spread("decision over HTTP", all);
}

async fn page(door: &Door, path: &str, n: usize) {
    let mut all = Vec::new();
    let mut size = 0;
    for _ in 0..n {
        let begun = Instant::now();
        let reply = door.get(path).await;
        all.push(begun.elapsed());
        size = reply.body.len();
        assert_eq!(reply.status.as_u16(), 200, "{path}");
    }
    spread(&format!("page {path} ({} kB)", size / 1_000), all);
}

async fn pages(demo: &Demo, n: usize) {
    let ours = demo.sign_in("m.okafor").await;
    let theirs = demo.sign_in("l.ortega").await;
    let pages = [
        "/today",
        "/now",
        "/providers",
        "/providers/P-09",
        "/engagements/E-025",
        "/systems",
        "/evidence",
        "/access",
        "/access/grants",
        "/findings",
        "/history/engagement/E-025",
    ];
    for (door, paths) in [(&ours, pages.as_slice()), (&theirs, ["/owe", "/my-access"].as_slice())] {
        for path in paths {
            page(door, path, n).await;
        }
    }
    // The list that time alone changes: the same question on both sides of the boundary of story A-25.
    for instant in ["2026-11-15T22:59:00Z", "2026-11-15T23:01:00Z"] {
        let mut all = Vec::new();
        let mut found = 0;
        for _ in 0..n {
            let begun = Instant::now();
            let mut look = demo.world.app.store().look().await.unwrap();
            look.at(at(instant));
            let mut q = plantgate_app::read::Query::new(Kind::Engagement, demo.person("m.okafor"), 50);
            q.line = Some(("standing", "restricted".to_owned()));
            found = look.page(&q).await.unwrap().total;
            all.push(begun.elapsed());
        }
        spread(&format!("list standing = Restricted at {instant}: {found}"), all);
    }
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("plantgate-bench-{}", request().simple()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

async fn address_sqlite() -> String {
    folder().join("plant.sqlite").to_string_lossy().into_owned()
}

async fn open(address: &str, clock: Clock) -> App {
    let (limits, folder) = (Limits::standard(), folder());
    let db = Db::open(address, &limits).await.unwrap();
    let blobs = Blobs::open(&folder.join("blobs")).await.unwrap();
    let keyring = Keyring::open(&folder.join("keyring"), &folder.join("key")).unwrap();
    App::new(Store::open(db, blobs, keyring, clock, limits).await.unwrap())
}

/// Whole acts at 64 clients: a request is judged by all checks and recorded with its decision.
async fn acts(engine: &str, address: String, n: usize) {
    let clock = Clock::demo(at(D0));
    let app = open(&address, clock.clone()).await;
    let people = demo::load(&app, &clock, at(D0), demo::FILES).await.unwrap();
    let engineer = people.find("l.ortega").unwrap().id;
    for clients in [1, 8, 64] {
        let each = (n / clients).max(8);
        let start = Instant::now();
        let mut tasks = Vec::new();
        for _ in 0..clients {
            let (app, engineer) = (app.clone(), engineer);
            tasks.push(tokio::spawn(async move { ask(&app, engineer, each).await }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        rate(&format!("whole act request-access, {clients} clients, {engine}"), each * clients, start.elapsed());
    }
}

async fn ask(app: &App, engineer: PersonId, n: usize) {
    let caller = Caller::person(engineer, "bench");
    for _ in 0..n {
        plantgate_app::acts::act(app, &caller, request(), "request-access", wish()).await.unwrap();
    }
}

/// Fold and compare: entries made by acts on one object after the other, then every row against a fold.
async fn fold(n: usize) {
    let address = address_sqlite().await;
    let keys = PathBuf::from(&address).parent().unwrap().to_owned();
    let hammer = env!("CARGO_BIN_EXE_hammer");
    let made = Instant::now();
    let done =
        Command::new(hammer).args(["speed", &address, &keys.to_string_lossy(), &(n / 3).to_string()]).output().unwrap();
    assert!(done.status.success());
    print!("{}", String::from_utf8_lossy(&done.stdout));
    println!("made in {:.1} s", made.elapsed().as_secs_f64());
    let db = Db::open(&address, &Limits::standard()).await.unwrap();
    for rebuild in [false, true] {
        let mut tx = db.read().await.unwrap();
        let start = Instant::now();
        let v = verify::verify(&mut tx, rebuild).await.unwrap();
        assert!(v.damage.is_empty());
        let what = if rebuild { "verify --rebuild: hash, fold and compare" } else { "verify: hash every body" };
        rate(&format!("{what}, {} entries", v.size), made_entries(v.size), start.elapsed());
    }
    let mut tx = db.read().await.unwrap();
    let start = Instant::now();
    let past = Past::fold(&mut tx, plantgate_domain::base::Instant::MAX).await.unwrap();
    rate(&format!("as-of: fold from entry 0, {} things", past.heap.len()), made_entries(past.size), start.elapsed());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|l| l.starts_with("VmHWM")).for_each(|l| println!("fold and compare, this process {l}"));
    drop(tx);
    db.close().await;
    proofs::saved(&address, &keys).await;
}

fn made_entries(size: u64) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}

/// From the command to the first page, and what an idle server holds.
fn start_and_idle() {
    let folder = folder();
    let Some(binary) = binary() else {
        println!("start and idle: build the binary first (cargo build --release)");
        return;
    };
    let data = folder.to_string_lossy().into_owned();
    let made = Command::new(&binary).args(["--data", &data, "demo", "--no-serve"]).stderr(Stdio::null()).status();
    assert!(made.unwrap().success());
    let start = Instant::now();
    let mut server = Command::new(&binary)
        .args(["--data", &data, "serve", "--listen", "127.0.0.1:18431"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let up = (0..2_000).any(|_| {
        let up = std::net::TcpStream::connect("127.0.0.1:18431").is_ok();
        if !up {
            std::thread::sleep(Duration::from_millis(2));
        }
        up
    });
    println!("serve on existing data to first connection: {:.0} ms ({up})", start.elapsed().as_secs_f64() * 1e3);
    std::thread::sleep(Duration::from_secs(2));
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap_or_default();
    for line in status.lines().filter(|l| l.starts_with("VmRSS") || l.starts_with("RssAnon")) {
        println!("idle server {line}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let _ = std::fs::remove_dir_all(folder);
}

fn binary() -> Option<PathBuf> {
    let me = std::env::current_exe().ok()?;
    let beside = me.parent()?.parent()?.join("plantgate");
    beside.exists().then_some(beside)
}
