//! The kernel's proof by force: several processes, many clients, killed at random; afterwards heads, rows and receipts
//! must agree. Also prints what an append costs. One command each; the test run does the same with small numbers.
#![expect(clippy::disallowed_methods, reason = "a tool beside the house measures and seeds by itself")]

mod deliver;
mod work;

use std::{
    fs::OpenOptions,
    io::Write,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use plantgate_domain::{
    base::{Actor, Kind, ProviderId},
    event::expect::{ProviderEvent, ProviderFacts},
};
use plantgate_store::{
    Clock, Db, Limits, Stop, Store,
    blobs::Blobs,
    keyring::Keyring,
    verify, writer,
    writer::{Ctx, Receipt, Run},
};
use serde_json::json;
use uuid::Uuid;

#[tokio::main]
async fn main() -> Result<(), Stop> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::ERROR)
        .with_writer(std::io::stderr)
        .init();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let at = |i: usize| args.get(i).cloned().unwrap_or_default();
    let number = |i: usize, or: u64| at(i).parse().unwrap_or(or);
    match at(0).as_str() {
        "clients" => clients(&at(1), Path::new(&at(2)), number(3, 64), u64::MAX, Some(&at(4))).await.map(|_| ()),
        "speed" => speed(&at(1), Path::new(&at(2)), number(3, 3_000)).await,
        "kills" => kills(&at(1), Path::new(&at(2)), number(3, 100)).await,
        "work" if at(1) == "deliver" => deliver::once(&at(2), Path::new(&at(3)), &at(4)).await,
        "work" => work::once(&at(1), &at(2), Path::new(&at(3)), &at(4)).await,
        "faults" => work::kills(number(1, 100), number(2, 1)).await,
        "bucket" => deliver::kills(number(1, 100), number(2, 1)).await,
        _ => {
            println!("hammer faults|bucket KILLS SEED");
            println!("hammer clients|speed|kills DATABASE KEYRING-FOLDER NUMBER [LOG]");
            Ok(())
        }
    }
}

async fn open(address: &str, folder: &Path) -> Result<Store, Stop> {
    // A hundred pieces of work on a machine that does other things too: a turn may take longer than in a plant.
    let limits = Limits { turn_ms: 120_000, ..Limits::standard() };
    let db = Db::open(address, &limits).await?;
    let blobs = Blobs::open(&folder.join("blobs")).await?;
    let keyring = Keyring::open(&folder.join("keyring"), &folder.join("keyring.key"))?;
    Store::open(db, blobs, keyring, Clock::Machine, limits).await
}

fn facts(name: String, reference: String) -> ProviderFacts {
    plantgate_testkit::samples::provider_facts(&reference, &name)
}

fn register(id: Uuid, n: u64) -> Run {
    Box::new(move |desk| {
        Box::pin(async move {
            let reference = desk.next_reference(Kind::Provider).await?;
            desk.append(ProviderId(id), ProviderEvent::Registered(facts(format!("Firm {n}"), reference.clone())))
                .await?;
            Ok(json!({ "reference": reference }))
        })
    })
}

fn revise(id: Uuid, n: u64) -> Run {
    Box::new(move |desk| {
        Box::pin(async move {
            let old: plantgate_domain::expect::provider::Provider = desk.seen(ProviderId(id), None).await?;
            let new = facts(format!("Firm {n}"), old.facts.reference.clone());
            desk.append(ProviderId(id), ProviderEvent::Revised(new)).await?;
            Ok(json!({}))
        })
    })
}

/// Runs clients until `each` acts were done by each of them; logs every receipt after it came.
async fn clients(address: &str, folder: &Path, many: u64, each: u64, log: Option<&str>) -> Result<u64, Stop> {
    let store = open(address, folder).await?;
    let done = Arc::new(AtomicU64::new(0));
    let log = log.filter(|l| !l.is_empty()).map(|l| OpenOptions::new().create(true).append(true).open(l).unwrap());
    let log = Arc::new(log);
    let tasks: Vec<_> = (0..many)
        .map(|_| {
            let (store, done, log) = (store.clone(), done.clone(), log.clone());
            tokio::spawn(async move {
                let id = Uuid::new_v4();
                for n in 0..each {
                    let request = Uuid::new_v4();
                    let run = if n == 0 { register(id, n) } else { revise(id, n) };
                    let ctx = Ctx { actor: Actor::Genesis, request, auth: None };
                    match store.act(ctx, request.as_bytes().to_vec(), false, run).await {
                        Ok(receipt) => {
                            if let Some(mut file) = log.as_ref().as_ref() {
                                // One write, so that a kill leaves no torn line but the last.
                                file.write_all(format!("{request} {}\n", receipt.first).as_bytes()).unwrap();
                            }
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(Stop::Busy | Stop::OutcomeUnknown) => tokio::time::sleep(Duration::from_millis(20)).await,
                        Err(stop) => panic!("{stop}"),
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    Ok(done.load(Ordering::Relaxed))
}

async fn speed(address: &str, folder: &Path, acts: u64) -> Result<(), Stop> {
    for many in [1, 8, 64] {
        let start = Instant::now();
        let done = clients(address, folder, many, (acts / many).max(20), None).await?;
        let secs = start.elapsed().as_secs_f64();
        println!("append, {many:>2} clients: {:>8.0} acts/s ({done} durable acts in {secs:.1} s)", done as f64 / secs);
    }
    Ok(())
}

fn spawn(address: &str, folder: &Path, log: &Path) -> Child {
    let me = std::env::current_exe().unwrap();
    let args = ["clients", address, &folder.to_string_lossy(), "64", &log.to_string_lossy()].map(str::to_owned);
    Command::new(me).args(args).spawn().unwrap()
}

async fn kills(address: &str, folder: &Path, many: u64) -> Result<(), Stop> {
    drop(open(address, folder).await?);
    let logs: Vec<PathBuf> = (0..2).map(|n| folder.join(format!("receipts-{n}"))).collect();
    let mut children: Vec<Child> = logs.iter().map(|log| spawn(address, folder, log)).collect();
    for n in 0..many {
        let wait = 150 + u64::from(Uuid::new_v4().as_bytes()[0]) * 3;
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let victim = usize::from(Uuid::new_v4().as_bytes()[1] % 2);
        children[victim].kill().unwrap();
        let status = children[victim].wait().unwrap();
        assert_eq!(status.signal(), Some(9), "a client process ended by itself before it was killed");
        children[victim] = spawn(address, folder, &logs[victim]);
        if (n + 1) % 10 == 0 {
            println!("{} kills", n + 1);
        }
    }
    for child in &mut children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let lost = check(address, folder, &logs).await?;
    assert_eq!(lost, 0, "acknowledged acts were lost");
    Ok(())
}

/// Heads, rows, receipts: everything acknowledged is there, everything there agrees.
async fn check(address: &str, folder: &Path, logs: &[PathBuf]) -> Result<usize, Stop> {
    let store = open(address, folder).await?;
    let mut tx = store.db().read().await?;
    let verified = verify::verify(&mut tx, true).await?;
    assert!(verified.damage.is_empty(), "{:?}", verified.damage);
    let (mut acknowledged, mut lost) = (0, 0);
    for log in logs {
        for line in std::fs::read_to_string(log).unwrap_or_default().lines() {
            let Some((request, first)) = line.split_once(' ') else { continue };
            let (Ok(request), Ok(first)) = (request.parse::<Uuid>(), first.parse::<u64>()) else { continue };
            acknowledged += 1;
            let kept: Option<(Vec<u8>, Receipt)> = writer::receipt_of(&mut tx, request).await?;
            let entry = verify::entry_bytes(&mut tx, first).await?;
            let whole = kept.is_some_and(|(_, r)| r.first == first)
                && entry.is_some_and(|e| String::from_utf8_lossy(&e).contains(&request.to_string()));
            if !whole {
                println!("lost: request {request}, acknowledged as entry {first}");
            }
            lost += usize::from(!whole);
        }
    }
    println!(
        "{} entries, {} rows compared, {acknowledged} acknowledged acts, {lost} lost, root {}",
        verified.size, verified.rows, verified.root
    );
    Ok(lost)
}
