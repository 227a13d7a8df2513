//! Disks that are full: the database's, and the one for evidence.

use axum::http::StatusCode;
use plantgate_store::{Away, Db, Limits, Stop, blobs::Blobs, verify::Damage};
use plantgate_testkit::{
    cluster::Cluster,
    demo::Demo,
    door::Door,
    volume::Volume,
    world::{World, request},
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use super::ground::{aside, away, reads, site, sound, take, told, works};

/// KiB of a disk for a database: the demo plant, and room for some hundred acts.
pub const ROOM: u64 = 40 * 1_024;

/// The demo plant on SQLite whose disk is this volume; what else it has lies elsewhere.
pub async fn lite(volume: &Volume) -> Demo {
    let file = volume.path().join("plant.sqlite");
    Demo::on(World::over(file.to_string_lossy().into_owned(), "SQLite").await).await
}

/// The same on a PostgreSQL that keeps this one database there, and its own log where there is room.
pub async fn server(volume: &Volume, cluster: &Cluster) -> Demo {
    Demo::on(World::over(lent(volume, cluster).await, "PostgreSQL").await).await
}

/// Address of an empty database there.
pub async fn lent(volume: &Volume, cluster: &Cluster) -> String {
    cluster.lend(volume.path());
    let mut line = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
    let space = format!("create tablespace small location '{}'", volume.path().display());
    line.execute(AssertSqlSafe(space)).await.unwrap();
    line.execute("create database plant tablespace small").await.unwrap();
    line.close().await.unwrap();
    cluster.url("plant")
}

/// Acts until one is refused because the disk is full: its request, and how many were done before.
pub async fn until_full(demo: &Demo) -> (Uuid, u64) {
    for n in 0..5_000 {
        let id = request();
        match site(demo, &demo.world.app, id, &format!("F{n}")).await {
            Ok(_) => {}
            Err(Stop::Away(Away::DiskFull)) => return (id, n),
            Err(stop) => panic!("{}: {stop:?} after {n} acts", demo.world.engine),
        }
    }
    panic!("the disk was never full");
}

/// What still answers, what refuses and how, and that nothing is half done, while the disk of the database is full.
async fn while_full(demo: &Demo, door: &Door, begun: u64) -> (Uuid, u64) {
    let (engine, app) = (demo.world.engine, &demo.world.app);
    let (refused, done) = until_full(demo).await;
    // pages are read, the check of the record runs, and every act that was answered is there, no other
    reads(door).await;
    assert_eq!(sound(app).await, begun + done, "{engine}");
    // whoever wants to write is told why it does not work and what does, at every door
    let body = json!({ "reference": "NEU", "name": "Neuwerk", "zone": "Europe/Berlin", "country": "DE" });
    let told_api = async || {
        for _ in 0..500 {
            let reply = door.json("/api/v1/acts/register-site", &body).await;
            if reply.status == StatusCode::SERVICE_UNAVAILABLE {
                return reply;
            }
        }
        panic!("{engine}: nothing was refused");
    };
    let reply = told_api().await;
    assert_eq!(reply.json()["code"], "away-disk-full", "{engine}: {}", reply.body);
    assert!(reply.headers.contains_key("retry-after"));
    (refused, done)
}

async fn fills_and_empties(demo: &Demo, fill: impl AsyncFn(), free: impl AsyncFn()) {
    let (engine, app) = (demo.world.engine, &demo.world.app);
    let door = demo.sign_in("k.brandt").await;
    let begun = app.store().look().await.unwrap().size();
    fill().await;
    let (refused, done) = while_full(demo, &door, begun).await;
    // when there is room again, then the request that was refused is done, once, without a restart
    free().await;
    let before = sound(app).await;
    site(demo, app, refused, "ROOM").await.unwrap_or_else(|stop| panic!("{engine}: {stop:?}"));
    let again = site(demo, app, refused, "ROOM").await.unwrap();
    assert_eq!(again["repeated"], json!(true), "{engine}: {again}");
    assert_eq!(sound(app).await, before + 1, "{engine}");
    assert!(before <= begun + done + 1, "{engine}: what was refused is not there");
    take(app, b"a file\n").await.unwrap();
    // and who opens the data now finds it whole
    assert_eq!(sound(&demo.world.again().await.unwrap()).await, before + 1, "{engine}");
}

#[tokio::test]
async fn a_full_disk_of_the_database_refuses_writing_reads_on_and_recovers_by_itself() {
    match Volume::small(ROOM) {
        Some(volume) => {
            let demo = lite(&volume).await;
            fills_and_empties(&demo, async || volume.fill(0), async || volume.free()).await;
            demo.world.close().await;
        }
        // Without a volume SQLite itself is told to stop growing: the same error, from the same place.
        None => {
            let demo = Demo::on(World::sqlite().await).await;
            fills_and_empties(&demo, async || pages(&demo, "2").await, async || pages(&demo, "1073741823").await).await;
            demo.world.close().await;
        }
    }
    if let (Some(volume), Some(cluster)) = (Volume::small(ROOM), Cluster::start()) {
        let demo = server(&volume, &cluster).await;
        fills_and_empties(&demo, async || volume.fill(0), async || volume.free()).await;
        demo.world.close().await;
    }
}

/// Pages the file may have; fewer than it has means: no more.
async fn pages(demo: &Demo, most: &str) {
    let Db::Lite { write, .. } = demo.world.app.store().db() else { panic!("SQLite only") };
    sqlx::query(AssertSqlSafe(format!("pragma max_page_count = {most}"))).execute(write).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_for_evidence_takes_no_file_and_everything_else_goes_on() {
    for demo in Demo::both().await {
        let Some(volume) = Volume::small(4 * 1_024) else { return };
        let (engine, folder) = (demo.world.engine, volume.path().join("blobs"));
        let limits = Limits { evidence_bytes: 3 * 1_024 * 1_024, ..Limits::for_testing() };
        let blobs = Blobs::open(&folder).await.unwrap();
        let app = demo.world.by(&demo.world.address, limits, blobs).await.unwrap();
        let left = |folder: &std::path::Path| std::fs::read_dir(folder.join("aside")).unwrap().count();
        let file = vec![b'x'; 1_000_000];
        // given a disk with no room at all, one with half the room, and one where only the last bytes do not fit
        for room in [0, 500_000, file.len() / 65_536 * 65_536] {
            volume.fill(room);
            // when a file comes, then it is refused in words, and nothing of it is left
            assert_eq!(away(take(&app, &file).await), Away::EvidenceFull, "{room} on {engine}");
            assert_eq!(left(&folder), 0, "{room} on {engine}");
            // while what needs no file is done
            works(&demo, &app, &format!("R{room}")).await;
            volume.free();
        }
        // when there is room again, then the same file is taken and comes back whole
        let sha256 = take(&app, &file).await.unwrap();
        assert!(app.store().blobs().read(&sha256).await.unwrap() == file, "{engine}");
        sound(&app).await;
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_page_of_an_upload_says_that_the_disk_for_evidence_is_full() {
    for mut demo in Demo::both().await {
        let Some(volume) = Volume::small(1_024) else { return };
        let blobs = Blobs::open(&volume.path().join("blobs")).await.unwrap();
        demo.world.app = demo.world.by(&demo.world.address, Limits::for_testing(), blobs).await.unwrap();
        let door = demo.sign_in("i.campos").await;
        let id = request().to_string();
        volume.fill(0);
        let lines = "ortega;engineer\n".repeat(20_000);
        let sent = door.upload("/owe/REQ-0577/upload", &[("request_id", &id)], ("users.csv", &lines)).await;
        told(&sent, "The disk for evidence is full");
        assert_eq!(aside(&demo), 0);
        volume.free();
        let sent = door.upload("/owe/REQ-0577/upload", &[("request_id", &id)], ("users.csv", &lines)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}: {}", demo.world.engine, sent.words());
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let mut damage = Vec::new();
        plantgate_store::audit::evidence(&mut tx, demo.world.app.store().blobs(), &mut damage).await.unwrap();
        let missing = |d: &Damage| matches!(d, Damage::Blob { missing: true, .. });
        assert!(
            damage.iter().all(missing),
            "what lies here is whole; the plant's older files lie elsewhere: {damage:?}"
        );
        drop(tx);
        demo.world.close().await;
    }
}
