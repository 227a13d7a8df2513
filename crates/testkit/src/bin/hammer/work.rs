//! Kills in the middle of long work: an import, a flat sheet, an upload, a pack, rows made anew. A process says that
//! its work begins, another one kills it at an instant behind that which a seed chooses, and then everything must be as
//! if it had not begun or as if it had ended; and the same request again does it once.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::OpenOptions,
    io::{BufRead, BufReader, Write},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use plantgate_app::{
    App, Caller, acts,
    import::{
        ImportKind, file, run,
        sheet::{self, How, SheetDefaults},
    },
    review::{
        pack::{self, Disclose, Wish},
        packed::RecordPack,
    },
};
use plantgate_domain::{
    base::{Actor, Kind, PersonId},
    expect::provider::Provider,
};
use plantgate_store::{Limits, Stop, blobs::Stored, db::V, memory::Memory, ops::upload::By, verify};
use plantgate_testkit::world::World;
use serde_json::json;
use uuid::Uuid;

/// What is done, in turn.
pub const KINDS: [&str; 5] = ["import", "sheet", "upload", "pack", "rebuild"];
/// Rows of one import, and bytes of one upload.
const ROWS: usize = 150;
const BYTES: usize = 700_000;

/// A generator of its own, so that a run is told by its seed (xorshift64*).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16) % bound.max(1)
    }
}

async fn open(address: &str, folder: &Path) -> Result<App, Stop> {
    Ok(App::new(super::open(address, folder).await?))
}

/// The first person of the organisation, who may do all of this; founded when there is none.
async fn somebody(app: &App) -> Result<Caller, Stop> {
    let mut look = app.store().look().await?;
    if let Some(first) = look.every(Kind::Person).await?.into_iter().find_map(|k| k.thing.card().reference) {
        let person = look.named(Kind::Person, &first).await?.expect("listed a moment ago");
        return Ok(Caller::person(PersonId(person.id), "hammer"));
    }
    drop(look);
    let roles = ["administrator", "ot-security"];
    let body = json!({ "name": "Veltrane", "demo": true, "language": "en",
        "person": { "reference": "N-1", "handle": "admin", "name": "Ada Admin", "roles": roles } });
    let genesis = Caller { actor: Actor::Genesis, auth: None, stale: false };
    let founded = acts::act(app, &genesis, Uuid::new_v4(), "found-organisation", body).await?;
    Ok(Caller::person(founded["done"]["person"].as_str().unwrap().parse().unwrap(), "hammer"))
}

/// Tells whoever watches that the work begins now; what comes before (a program that starts, a file that is read) is
/// not what is to be killed.
pub fn begins() {
    println!("begins");
}

/// The same work has the same request id, so that it can be sent again.
pub fn request(tag: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, tag.as_bytes())
}

/// Takes a sheet of firms.
async fn firms(app: &App, who: &Caller, tag: &str) -> Result<(), Stop> {
    let mut text = "provider;country\n".to_owned();
    for n in 0..ROWS {
        // No two alike, or somebody would have to say that they are two firms.
        writeln!(text, "{}-{tag};DE", Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{tag} {n}").as_bytes()).simple())
            .unwrap();
    }
    let opened = sheet::open("k.csv", text.as_bytes(), &How::default(), &Limits::standard())?;
    let mut look = app.store().look().await?;
    let columns = sheet::guessed(&mut look, &opened).await?.columns;
    drop(look);
    let act = opened.act(columns, SheetDefaults::default(), Vec::new(), false)?;
    begins();
    app.act(who, request(tag), act).await?;
    Ok(())
}

/// Does one piece of work, and only then says so in the log.
pub async fn once(kind: &str, address: &str, folder: &Path, tag: &str) -> Result<(), Stop> {
    let app = open(address, folder).await?;
    let who = somebody(&app).await?;
    let said = match kind {
        "import" => {
            let rows = file::read(ImportKind::Sites, "k.csv", sites(tag).as_bytes(), &Limits::standard())?;
            begins();
            run(&app, &who, request(tag), rows.import, false).await?;
            format!("import {tag}")
        }
        "sheet" => {
            firms(&app, &who, tag).await?;
            format!("sheet {tag}")
        }
        "upload" => {
            let bytes = tag.as_bytes().repeat(BYTES / tag.len());
            begins();
            let stored = app.store().take_file(bytes.as_slice(), bytes.len(), By::House).await?;
            format!("upload {} {}", stored.sha256, stored.size)
        }
        "pack" => {
            begins();
            let bytes = packed(&app, &who).await?;
            let part = folder.join(format!("{tag}.part"));
            std::fs::write(&part, bytes).map_err(Stop::fault)?;
            std::fs::rename(&part, folder.join(format!("{tag}.zip"))).map_err(Stop::fault)?;
            format!("pack {tag}")
        }
        _ => {
            let mut tx = app.store().db().write().await?;
            tx.run("update meta set value = 'another' where name = 'rows'", &[]).await?;
            tx.commit().await?;
            begins();
            open(address, folder).await?;
            format!("rebuild {tag}")
        }
    };
    let mut log = OpenOptions::new().create(true).append(true).open(folder.join("work.log")).map_err(Stop::fault)?;
    log.write_all(format!("{said}\n").as_bytes()).map_err(Stop::fault)
}

fn sites(tag: &str) -> String {
    let mut text = "reference,name,zone,country\n".to_owned();
    for n in 0..ROWS {
        writeln!(text, "{tag}-{n},Site {n} of {tag},Europe/Berlin,DE").unwrap();
    }
    text
}

async fn packed(app: &App, who: &Caller) -> Result<Vec<u8>, Stop> {
    let Actor::Person(me) = who.actor else { return Err(Stop::NotFound) };
    let size = app.store().look().await?.size();
    let wish = Wish { range: Some((0, size)), disclose: Disclose::Nothing, evidence: true, ..Wish::default() };
    let drawn = pack::draw(app.store(), me, &wish, "en").await?;
    let sealed = drawn.seal("What.".to_owned(), "<html>".to_owned(), b"%PDF-1.7\n".to_vec())?;
    let record = RecordPack { made: sealed.made.clone(), reason: "A test of kills.".to_owned() };
    app.act(who, Uuid::new_v4(), record).await?;
    Ok(sealed.bytes)
}

pub fn spawn(kind: &str, address: &str, folder: &Path, tag: &str) -> Child {
    let me = std::env::current_exe().unwrap();
    let words = ["work", kind, address, &folder.to_string_lossy(), tag].map(str::to_owned);
    let mut child = Command::new(me).args(words).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "begins\n", "{kind} {tag} ended before its work began");
    child
}

/// Kills so many pieces of work on both engines.
pub async fn kills(many: u64, seed: u64) -> Result<(), Stop> {
    println!("seed {seed}");
    for world in World::both().await {
        let (address, folder) = (world.address.clone(), world.folder.clone());
        // How long each takes when nobody kills it: the end of the stretch from which instants are chosen.
        let mut takes = BTreeMap::new();
        for kind in KINDS {
            let mut child = spawn(kind, &address, &folder, &format!("W{kind}"));
            let begun = Instant::now();
            assert!(child.wait().unwrap().success(), "{kind} failed before anybody was killed");
            takes.insert(kind, u64::try_from(begun.elapsed().as_millis()).unwrap());
        }
        let mut dice = Dice(seed | 1);
        let (mut middle, mut tags) = (BTreeMap::new(), KINDS.map(|kind| format!("W{kind}")).to_vec());
        for n in 0..many {
            let kind = KINDS[usize::try_from(n).unwrap() % KINDS.len()];
            let tag = format!("K{n}");
            let wait = dice.below(takes[kind]);
            let mut child = spawn(kind, &address, &folder, &tag);
            tokio::time::sleep(Duration::from_millis(wait)).await;
            child.kill().unwrap();
            let ended = child.wait().unwrap();
            assert!(ended.signal() == Some(9) || ended.success(), "{kind} {tag} ended by itself: {ended}");
            *middle.entry(kind).or_insert(0) += u64::from(ended.signal() == Some(9));
            if ended.success() {
                // Quicker than the one that was timed, as on a machine that other work has left meanwhile.
                takes.insert(kind, wait.max(2));
            }
            tags.push(tag);
            whole(&address, &folder, &tags).await?;
            again(&address, &folder, kind, tags.last().unwrap()).await?;
        }
        println!("{}: {many} kills, in the middle of {middle:?}, nothing lost, nothing half done", world.engine);
        world.close().await;
    }
    Ok(())
}

/// What was killed is sent again under its request id: it is done then, once, whether it had been or not.
async fn again(address: &str, folder: &Path, kind: &str, tag: &str) -> Result<(), Stop> {
    if kind != "import" && kind != "sheet" {
        return Ok(());
    }
    for _ in 0..2 {
        once(kind, address, folder, tag).await?;
    }
    let app = open(address, folder).await?;
    assert_eq!(counts(&app).await?.get(tag).copied(), Some(ROWS), "{kind} {tag}, sent again");
    app.store().db().close().await;
    Ok(())
}

/// How many sites and firms each piece of work left.
async fn counts(app: &App) -> Result<BTreeMap<String, usize>, Stop> {
    let mut look = app.store().look().await?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for site in look.every(Kind::Site).await? {
        let reference = site.thing.card().reference.unwrap_or_default();
        *counts.entry(reference.split('-').next().unwrap_or_default().to_owned()).or_default() += 1;
    }
    for firm in look.every(Kind::Provider).await? {
        let name = Provider::try_from(firm.thing)?.facts.name;
        *counts.entry(name.rsplit('-').next().unwrap_or_default().to_owned()).or_default() += 1;
    }
    Ok(counts)
}

/// As if each had not begun, or had ended; what was said to be done is done.
async fn whole(address: &str, folder: &Path, tags: &[String]) -> Result<(), Stop> {
    let app = open(address, folder).await?;
    let mut tx = app.store().db().read().await?;
    let found = verify::verify(&mut tx, true).await?;
    assert!(found.damage.is_empty(), "{:?}", found.damage);
    // Whatever lies under a name is known, so that a sweep finds it.
    for of in std::fs::read_dir(folder.join("blobs")).unwrap().flatten().filter(|d| d.file_name() != "aside") {
        for blob in std::fs::read_dir(of.path()).unwrap().flatten() {
            let name = blob.file_name().to_string_lossy().into_owned();
            let known = tx.one("select 1 from upload where sha256 = $1", &[V::text(&name)]).await?;
            assert!(known.is_some(), "{name} lies there and nobody knows of it");
            assert_eq!(app.store().blobs().digest(&name).await?.map(|s| s.sha256), Some(name), "half a file");
        }
    }
    drop(tx);
    let log = std::fs::read_to_string(folder.join("work.log")).unwrap_or_default();
    let counts = counts(&app).await?;
    for tag in tags {
        let many = counts.get(tag).copied().unwrap_or_default();
        assert!(many == 0 || many == ROWS, "{many} of {ROWS} rows of {tag}");
        let said = ["import", "sheet"].iter().any(|kind| log.contains(&format!("{kind} {tag}\n")));
        assert!(many == ROWS || !said, "the import {tag} was lost");
        let pack = std::fs::read(folder.join(format!("{tag}.zip"))).ok();
        assert!(pack.is_some() || !log.contains(&format!("pack {tag}\n")), "the pack {tag} was lost");
        if let Some(bytes) = pack {
            let mut tx = app.store().db().read().await?;
            let ring = app.store().keyring();
            let key = plantgate_store::witnesses::policy(&mut tx, ring).await?.key(ring)?;
            drop(tx);
            plantgate_ledger::pack::check(&bytes, &[key.verifier().clone()], &[]).map_err(Stop::fault)?;
        }
    }
    for line in log.lines().filter_map(|l| l.strip_prefix("upload ")) {
        let (sha256, size) = line.split_once(' ').unwrap();
        let is = Stored { sha256: sha256.to_owned(), size: size.parse().unwrap() };
        assert_eq!(app.store().blobs().digest(sha256).await?, Some(is), "an upload was lost");
    }
    app.store().db().close().await;
    Ok(())
}
