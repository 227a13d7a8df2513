//! Disks that fill up in the middle of long work: a sheet, a pack, rows made anew, a backup and its restore. Each is
//! there whole or not at all, says why, lets everything else go on, and is done when there is room again.

use std::path::{Path, PathBuf};

use axum::http::{Method, StatusCode};
use plantgate_app::{acts, read::Memory};
use plantgate_domain::base::Kind;
use plantgate_store::{Away, Limits, Stop, audit, backup, blobs::Blobs, clock::Wall, db::V, schema::ROWS_VERSION};
use plantgate_testkit::{
    cluster::Cluster,
    demo::Demo,
    door::Door,
    volume::Volume,
    world::{World, request},
};
use serde_json::{Value, json};

use super::{
    disk::{ROOM, lite, server, until_full},
    ground::{away, reads, reads_soon, sound, told, works},
};
use crate::backup::{keyring, with_keys};

/// The demo plant on each engine, its database on a small disk. A server outlives the disk it stands on by its test.
async fn small() -> Vec<(Demo, Volume, Option<Cluster>)> {
    let mut all = Vec::new();
    if let Some(volume) = Volume::small(ROOM) {
        all.push((lite(&volume).await, volume, None));
    }
    if let (Some(volume), Some(cluster)) = (Volume::small(ROOM), Cluster::start()) {
        all.push((server(&volume, &cluster).await, volume, Some(cluster)));
    }
    all
}

async fn size(demo: &Demo) -> u64 {
    demo.world.app.store().look().await.unwrap().size()
}

async fn firms(demo: &Demo) -> usize {
    demo.world.app.store().look().await.unwrap().every(Kind::Provider).await.unwrap().len()
}

/// Firms of one sheet.
const FIRMS: usize = 300;

/// A sheet of firms as the act that a person would apply.
async fn sheet(door: &Door) -> Value {
    let mut text = "Vendor;Country\r\n".to_owned();
    for _ in 0..FIRMS {
        // No two alike, or somebody would have to say that they are two firms.
        text.push_str(&format!("{};DE\r\n", request().simple()));
    }
    let read = door.send(Method::POST, "/api/v1/sheets?name=firms.csv", Some("text/csv"), text.into_bytes()).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.words());
    read.json()["act"].clone()
}

#[tokio::test]
async fn a_sheet_on_a_disk_that_fills_up_is_taken_whole_or_not_at_all() {
    for (demo, volume, _server) in small().await {
        let (engine, app, door) = (demo.world.engine, &demo.world.app, demo.sign_in("k.brandt").await);
        let (act, id, caller) = (sheet(&door).await, request(), demo.caller("k.brandt"));
        let begun = (size(&demo).await, firms(&demo).await);
        // given a disk with no room at all, and ones where a part of the sheet fits
        for room in [0, 60_000, 250_000] {
            app.store().db().shred().await;
            volume.fill(room);
            // when it is applied, then it is refused because the disk is full, and readers see none of it
            let applied = acts::act(app, &caller, id, "import-sheet", act.clone()).await;
            assert_eq!(away(applied), Away::DiskFull, "{room} on {engine}");
            assert_eq!((size(&demo).await, firms(&demo).await), begun, "{room} on {engine}");
            reads(&door).await;
            // while what it would do can be looked at, and the record is whole
            let seen = acts::preview(app, &caller, "import-sheet", act.clone()).await;
            assert!(seen.is_ok(), "{room} on {engine}: {seen:?}");
            assert_eq!(sound(app).await, begun.0, "{room} on {engine}");
            volume.free();
        }
        // when there is room again, then the same request is done, once
        let done = acts::act(app, &caller, id, "import-sheet", act.clone()).await.unwrap();
        assert_eq!(done["repeated"], json!(false), "{engine}");
        let again = acts::act(app, &caller, id, "import-sheet", act).await.unwrap();
        assert_eq!((&again["repeated"], &again["done"]), (&json!(true), &done["done"]), "{engine}");
        assert_eq!(firms(&demo).await, begun.1 + FIRMS, "{engine}");
        assert_eq!(sound(app).await, size(&demo).await, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_pack_on_a_full_disk_is_neither_recorded_nor_handed_out() {
    for (demo, volume, _server) in small().await {
        let (engine, door) = (demo.world.engine, demo.sign_in("m.okafor").await);
        let wish = json!({ "providers": ["P-09"], "reason": "for the inspection", "language": "en" });
        let made = async || door.get("/api/v1/packs").await.json()["packs"].as_array().unwrap().len();
        let begun = made().await;
        // given a disk that is full
        demo.world.app.store().db().shred().await;
        volume.fill(0);
        until_full(&demo).await;
        // when a pack is asked for, by a program and by a person, then both are told, and no file leaves
        let reply = door.json("/api/v1/packs", &wish).await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{engine}: {}", reply.body);
        assert_eq!(reply.json()["code"], "away-disk-full", "{engine}");
        let id = request().to_string();
        let fields = [("request_id", id.as_str()), ("provider", "P-09"), ("reason", "for them"), ("language", "en")];
        told(&door.form("/packs", &fields).await, "The disk of the database is full");
        assert_eq!(made().await, begun, "{engine}");
        // when there is room again, then it is made, and its entry stands in the record
        volume.free();
        let reply = door.json("/api/v1/packs", &wish).await;
        assert_eq!(reply.status, StatusCode::OK, "{engine}: {}", reply.body);
        assert_eq!(made().await, begun + 1, "{engine}");
        sound(&demo.world.app).await;
        demo.world.close().await;
    }
}

/// Which release made the rows.
async fn shape(demo: &Demo) -> String {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    tx.one("select value from meta where name = 'rows'", &[]).await.unwrap().unwrap().text(0).unwrap()
}

#[tokio::test]
async fn rows_that_do_not_fit_are_not_half_made_and_the_node_that_serves_goes_on() {
    for (demo, volume, _server) in small().await {
        let (engine, app, door) = (demo.world.engine, &demo.world.app, demo.sign_in("k.brandt").await);
        // given rows that a node which starts would make anew
        let mut tx = app.store().db().write().await.unwrap();
        tx.run("update meta set value = 'another' where name = 'rows'", &[]).await.unwrap();
        tx.commit().await.unwrap();
        let begun = size(&demo).await;
        for room in [0, 300_000] {
            app.store().db().shred().await;
            volume.fill(room);
            // when one starts on a disk where they do not fit, then it does not, and says why
            assert_eq!(away(demo.world.again().await.map(|_| ())), Away::DiskFull, "{room} on {engine}");
            // and the node that serves has its rows, all of them
            assert_eq!(shape(&demo).await, "another", "{room} on {engine}");
            reads_soon(&door).await;
            assert_eq!(sound(app).await, size(&demo).await, "{room} on {engine}");
            volume.free();
            works(&demo, app, &format!("H{room}")).await;
            assert_eq!(sound(app).await, size(&demo).await, "{room} on {engine}");
            assert_eq!(shape(&demo).await, "another", "{room} on {engine}");
        }
        // when there is room again, then the next one that starts makes them, and both nodes go on
        let other = demo.world.again().await.unwrap();
        assert_eq!(shape(&demo).await, ROWS_VERSION.to_string(), "{engine}");
        works(&demo, &other, "OTHER").await;
        works(&demo, app, "THIS").await;
        assert_eq!((sound(&other).await, sound(app).await), (begun + 4, begun + 4), "{engine}");
        other.store().db().close().await;
        demo.world.close().await;
    }
}

/// What lies in a folder, without what fills the disk.
fn left(folder: &Path) -> Vec<String> {
    let all = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().to_string_lossy().into_owned());
    let mut all: Vec<String> = all.filter(|name| name != "filler").collect();
    all.sort();
    all
}

fn why<T>(answer: Result<T, Stop>) -> &'static str {
    match answer {
        Err(Stop::Invalid(why)) => why[0].why.id,
        Err(stop) => panic!("{stop:?}"),
        Ok(_) => panic!("it was done"),
    }
}

#[tokio::test]
async fn a_backup_that_does_not_fit_is_not_there_and_one_that_does_is_whole() {
    for demo in Demo::both().await {
        let Some(volume) = Volume::small(16 * 1_024) else { return };
        let (engine, app, place) = (demo.world.engine, &demo.world.app, volume.path().join("monday"));
        // given another disk with no room, and ones where a part of the backup fits
        for room in [0, 50_000, 400_000] {
            volume.fill(room);
            // when it is made, then it is said which disk is full, and nothing of it lies there
            assert_eq!(why(backup::make(app.store(), &place).await), "invalid-file-full", "{room} on {engine}");
            assert_eq!(left(volume.path()), [""; 0], "{room} on {engine}");
            // while the plant goes on
            works(&demo, app, &format!("B{room}")).await;
            volume.free();
        }
        // when there is room again, then it is made under the same name, and is whole
        let made = backup::make(app.store(), &place).await.unwrap();
        assert_eq!(backup::check(&place, &keyring(&demo.world)).unwrap().manifest, made, "{engine}");
        assert_eq!(made.size, size(&demo).await, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_full_disk_of_the_database_keeps_nobody_from_saving_the_record_elsewhere() {
    for (demo, volume, _server) in small().await {
        let (engine, place) = (demo.world.engine, Gone::new());
        volume.fill(0);
        until_full(&demo).await;
        let begun = sound(&demo.world.app).await;
        // when a backup is made on another disk, then it has everything that was answered
        let made = backup::make(demo.world.app.store(), &place.0).await.unwrap();
        assert_eq!((made.size, made.absent.len(), made.damaged.len()), (begun, 0, 0), "{engine}");
        backup::check(&place.0, &keyring(&demo.world)).unwrap();
        volume.free();
        demo.world.close().await;
    }
}

/// A folder that is gone with its test.
struct Gone(PathBuf);

impl Gone {
    fn new() -> Gone {
        Gone(std::env::temp_dir().join(format!("plantgate-full-{}", request().simple())))
    }
}
impl Drop for Gone {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

async fn restore(world: &World, blobs: &Blobs, from: &Path) -> Result<(), Stop> {
    let keyring = keyring(world);
    let checked = backup::check(from, &keyring)?;
    backup::restore(&checked, world.app.store().db(), blobs, &keyring).await
}

async fn empty(world: &World) -> bool {
    world.app.store().look().await.unwrap().size() == 0
}

/// Evidence in a folder, aside or in place.
fn files(root: &Path) -> usize {
    let folders = std::fs::read_dir(root).unwrap().map(|f| f.unwrap().path()).filter(|p| p.is_dir());
    folders.map(|folder| std::fs::read_dir(folder).unwrap().count()).sum()
}

#[tokio::test]
async fn a_restore_whose_evidence_does_not_fit_is_given_again_or_given_up() {
    for demo in Demo::both().await {
        let Some(volume) = Volume::small(4 * 1_024) else { return };
        let (engine, place) = (demo.world.engine, Gone::new());
        let made = backup::make(demo.world.app.store(), &place.0).await.unwrap();
        assert!(made.evidence() > 4, "{engine}");
        let world = match engine {
            "SQLite" => World::sqlite().await,
            _ => World::postgres().await.unwrap(),
        };
        let world = with_keys(world, &demo.world.folder).await;
        // given a new machine whose disk for evidence takes some of it and not all
        let root = volume.path().join("blobs");
        let blobs = Blobs::open(&root).await.unwrap();
        volume.fill(5 * 4_096);
        // when the backup is restored, then it is said, and the record is empty as before
        assert_eq!(away(restore(&world, &blobs, &place.0).await), Away::EvidenceFull, "{engine}");
        assert!(empty(&world).await && files(&root) > 0, "{engine}: some of it was put there");
        volume.free();
        // when it is given up, then whatever came is swept away in the end
        let app = world.by(&world.address, Limits::for_testing(), blobs.clone()).await.unwrap();
        let later = Wall(Wall::now().0 + 8 * 86_400);
        assert!(app.store().sweep_uploads(later).await.unwrap() > 0, "{engine}");
        assert_eq!(files(&root), 0, "{engine}");
        // when it is given again with room, in the middle of the next one or not, then all of it is there
        volume.fill(5 * 4_096);
        assert_eq!(away(restore(&world, &blobs, &place.0).await), Away::EvidenceFull, "{engine}");
        volume.free();
        restore(&world, &blobs, &place.0).await.unwrap();
        let mut tx = world.app.store().db().read().await.unwrap();
        let mut damage = Vec::new();
        assert_eq!(audit::evidence(&mut tx, &blobs, &mut damage).await.unwrap(), made.evidence() as u64, "{engine}");
        assert_eq!(damage, [], "{engine}");
        let unnamed = "select count(*) from upload where size = 0 and party = $1";
        let unnamed = tx.one(unnamed, &[V::Id(uuid::Uuid::nil())]).await.unwrap().unwrap();
        assert_eq!(unnamed.int(0).unwrap(), 0, "{engine}: what was noted for the restore is the record's now");
        drop(tx);
        assert_eq!(sound(&world.app).await, made.size, "{engine}");
        app.store().db().close().await;
        world.close().await;
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_restore_whose_record_does_not_fit_leaves_an_empty_one() {
    let source = Demo::on(World::sqlite().await).await;
    let place = Gone::new();
    let made = backup::make(source.world.app.store(), &place.0).await.unwrap();
    for (world, volume, _server) in new_machines().await {
        let (engine, world) = (world.engine, with_keys(world, &source.world.folder).await);
        for room in [100_000, 1_500_000] {
            world.app.store().db().shred().await;
            volume.fill(room);
            // when a backup is restored where it does not fit, then it is said, and there is no record
            let blobs = world.app.store().blobs().clone();
            assert_eq!(away(restore(&world, &blobs, &place.0).await), Away::DiskFull, "{room} on {engine}");
            assert!(empty(&world).await, "{room} on {engine}");
            volume.free();
        }
        // when there is room again, then it is restored
        let blobs = world.app.store().blobs().clone();
        restore(&world, &blobs, &place.0).await.unwrap_or_else(|stop| panic!("{engine}: {stop:?}"));
        let world = world.reopened().await;
        assert_eq!(sound(&world.app).await, made.size, "{engine}");
        world.close().await;
    }
    source.world.close().await;
}

/// Machines with nothing on them yet, their databases on small disks.
async fn new_machines() -> Vec<(World, Volume, Option<Cluster>)> {
    let mut all = Vec::new();
    if let Some(volume) = Volume::small(ROOM) {
        let file = volume.path().join("plant.sqlite").to_string_lossy().into_owned();
        all.push((World::over(file, "SQLite").await, volume, None));
    }
    if let (Some(volume), Some(cluster)) = (Volume::small(ROOM), Cluster::start()) {
        let address = super::disk::lent(&volume, &cluster).await;
        all.push((World::over(address, "PostgreSQL").await, volume, Some(cluster)));
    }
    all
}
