//! Kills while evidence goes into a bucket and an entry names it: whatever the instant, an entry names only a file that
//! is there whole, what lies in the bucket is known, and the same request again does it once.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::process::ExitStatusExt,
    path::Path,
    time::{Duration, Instant},
};

use plantgate_app::{App, Caller, acts};
use plantgate_domain::{
    base::{Kind, PersonId},
    qualify::item::Item,
};
use plantgate_store::{
    Clock, Db, Limits, Stop, Store, audit, blobs::Blobs, db::V, keyring::Keyring, memory::Memory, ops::upload::By,
    verify,
};
use plantgate_testkit::{
    bucket::{self, Bucket},
    demo::Demo,
    world::{D0, World, at},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::work::{Dice, begins, request, spawn};

/// Bytes of the files in turn: one that goes at once, one that goes in parts.
const SIZES: [usize; 2] = [700_000, 9_000_000];
/// The list of users that Verdano owes, and who of them hands it in.
const OWED: &str = "REQ-0577";
const BY: &str = "i.campos";

/// What a process that delivers is told in the folder of the world.
#[derive(Serialize, Deserialize)]
struct Told {
    endpoint: String,
    bucket: String,
    by: PersonId,
}

/// The plant with its evidence in the bucket. Its clock stands: the record is as old as the demo is.
async fn open(address: &str, folder: &Path) -> Result<(App, Told), Stop> {
    let told = fs::read_to_string(folder.join("told.json")).map_err(Stop::fault)?;
    let told: Told = serde_json::from_str(&told).map_err(Stop::fault)?;
    // A hundred pieces of work on a machine that does other things too: a turn may take longer than in a plant.
    let limits = Limits { turn_ms: 120_000, ..Limits::standard() };
    let at_bucket = bucket::at(told.endpoint.clone(), told.bucket.clone());
    let blobs = Blobs::in_bucket(&folder.join("blobs"), &at_bucket).await?;
    let keyring = Keyring::open(&folder.join("keyring"), &folder.join("keyring.key"))?;
    let db = Db::open(address, &limits).await?;
    Ok((App::new(Store::open(db, blobs, keyring, Clock::still(at(D0)), limits).await?), told))
}

/// The file of a piece of work: the same for the same tag.
fn file(tag: &str) -> Vec<u8> {
    let turn = tag.bytes().map(usize::from).sum::<usize>() % SIZES.len();
    tag.as_bytes().iter().copied().cycle().take(SIZES[turn]).collect()
}

/// Puts one file into the bucket and delivers it.
pub async fn once(address: &str, folder: &Path, tag: &str) -> Result<(), Stop> {
    let (app, told) = open(address, folder).await?;
    let bytes = file(tag);
    begins();
    let stored = app.store().take_file(bytes.as_slice(), bytes.len(), By::House).await?;
    let body = json!({ "request": OWED, "file_name": format!("{tag}.csv"), "media": "text/csv",
        "sha256": stored.sha256, "bytes": stored.size });
    acts::act(&app, &Caller::person(told.by, "hammer"), request(tag), "deliver-evidence", body).await?;
    Ok(())
}

/// Kills so many deliveries on both engines.
pub async fn kills(many: u64, seed: u64) -> Result<(), Stop> {
    println!("seed {seed}");
    for world in World::both().await {
        let demo = Demo::on(world).await;
        let Some(bucket) = Bucket::create().await else { return Ok(()) };
        let told = Told { endpoint: bucket.at.endpoint.clone(), bucket: bucket.at.bucket.clone(), by: demo.person(BY) };
        let (address, folder) = (demo.world.address.clone(), demo.world.folder.clone());
        fs::write(folder.join("told.json"), serde_json::to_vec(&told).unwrap()).map_err(Stop::fault)?;
        // How long each size takes when nobody kills it: the end of the stretch from which instants are chosen.
        let mut takes = BTreeMap::new();
        for tag in ["W0", "W1"] {
            let mut child = spawn("deliver", &address, &folder, tag);
            let begun = Instant::now();
            assert!(child.wait().unwrap().success(), "{tag} failed before anybody was killed");
            takes.insert(file(tag).len(), u64::try_from(begun.elapsed().as_millis()).unwrap());
        }
        assert_eq!(takes.len(), SIZES.len(), "one of each size");
        let (mut dice, mut middle) = (Dice(seed | 1), 0);
        for tag in (0..many).map(|n| format!("K{n}")) {
            let wait = dice.below(takes[&file(&tag).len()]);
            let mut child = spawn("deliver", &address, &folder, &tag);
            tokio::time::sleep(Duration::from_millis(wait)).await;
            child.kill().unwrap();
            let ended = child.wait().unwrap();
            assert!(ended.signal() == Some(9) || ended.success(), "{tag} ended by itself: {ended}");
            middle += u64::from(ended.signal() == Some(9));
            if ended.success() {
                // Quicker than the one that was timed, as on a machine that other work has left meanwhile.
                takes.insert(file(&tag).len(), wait.max(2));
            }
            assert!(whole(&bucket, &address, &folder, &tag).await? <= 1, "{tag}: delivered twice");
            // Sent again under its request id it is done, once, whether it had been or not.
            for _ in 0..2 {
                once(&address, &folder, &tag).await?;
            }
            assert_eq!(whole(&bucket, &address, &folder, &tag).await?, 1, "{tag}, sent again");
        }
        println!("{}: {many} kills, {middle} in the middle, no entry without its whole file", demo.world.engine);
        demo.world.close().await;
    }
    Ok(())
}

/// The record is sound, every file that an entry names is there whole, and all that lies in the bucket is known; how
/// often the file of this work was delivered.
async fn whole(bucket: &Bucket, address: &str, folder: &Path, tag: &str) -> Result<usize, Stop> {
    let (app, _) = open(address, folder).await?;
    let mut tx = app.store().db().read().await?;
    assert_eq!(verify::verify(&mut tx, true).await?.damage, [], "{tag}");
    let mut damage = Vec::new();
    assert!(audit::evidence(&mut tx, app.store().blobs(), &mut damage).await? > 3);
    assert_eq!(damage, [], "{tag}: an entry without its whole file");
    for name in bucket.names().await {
        let Some((_, sha256)) = name.split_once("/evidence/") else {
            // What a kill left beside is swept after a day.
            assert!(name.contains("/aside"), "{tag}: {name}");
            continue;
        };
        let known = tx.one("select 1 from upload where sha256 = $1", &[V::text(sha256)]).await?;
        assert!(known.is_some(), "{tag}: {name} lies there and no sweep will find it");
        let found = app.store().blobs().digest(sha256).await?.map(|s| s.sha256);
        assert_eq!(found.as_deref(), Some(sha256), "{tag}: half a file");
    }
    drop(tx);
    let sha256 = plantgate_ledger::Hash::of_content(&file(tag)).to_string();
    let mut count = 0;
    for kept in app.store().look().await?.every(Kind::Item).await? {
        count += usize::from(Item::try_from(kept.thing)?.facts.sha256 == sha256);
    }
    app.store().db().close().await;
    Ok(count)
}
