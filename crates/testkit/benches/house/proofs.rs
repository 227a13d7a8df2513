//! What proves a record, at its sizes: an audit pack and both of its verifiers, every mode of verify, a backup and its
//! restore; and the largest inventory coming in.

use std::{path::Path, process::Command, sync::Arc, time::Instant};

use plantgate_app::{
    import::{ImportKind, check, read},
    review::pack::{self, Wish},
};
use plantgate_ledger::pack::PYTHON;
use plantgate_store::{
    Clock, Db, Limits, Store,
    audit::{self, Asked, Mode},
    backup,
    blobs::Blobs,
    keyring::Keyring,
    schema, witnesses,
};
use plantgate_testkit::{
    demo::Demo,
    world::{World, request},
};

use super::{folder, large, made_entries, rate};

/// A pack of so many entries: drawn and sealed, and looked at by both verifiers.
pub async fn packs(entries: u64) {
    let demo = Demo::on(World::sqlite().await).await;
    large::made(&demo, usize::try_from(entries / 60).unwrap_or(1)).await;
    let store = demo.world.app.store();
    store.checkpoint().await.unwrap();
    let wish = Wish { range: Some((0, entries)), ..Wish::default() };
    let begun = Instant::now();
    let drawn = pack::draw(store, demo.person("m.okafor"), &wish, "en").await.unwrap();
    let (key, many) = (drawn.log.1.clone(), drawn.draft.entries.len());
    let sealed = drawn.seal("What.".to_owned(), "<html>".to_owned(), b"%PDF".to_vec()).unwrap();
    rate(&format!("pack of {many} entries drawn and sealed, {} kB", sealed.bytes.len() / 1_000), many, begun.elapsed());
    let begun = Instant::now();
    let found = plantgate_ledger::pack::check(&sealed.bytes, &[key.parse().unwrap()], &[]).unwrap();
    assert_eq!(found.entries.len(), many);
    rate("pack verified by this program", many, begun.elapsed());
    let folder = folder();
    let (script, file) = (folder.join("verify_pack.py"), folder.join("pack.zip"));
    std::fs::write(&script, PYTHON).unwrap();
    std::fs::write(&file, &sealed.bytes).unwrap();
    let begun = Instant::now();
    let said = Command::new("python3").arg(&script).arg(&file).args(["--key", &key]).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    rate("pack verified by plain Python", many, begun.elapsed());
    let _ = std::fs::remove_dir_all(folder);
    demo.world.close().await;
}

/// Every mode of verify over one record.
pub async fn modes(db: &Db, blobs: &Blobs, keyring: &Keyring) {
    let mut tx = db.read().await.unwrap();
    let keys = witnesses::log_keys(&mut tx, keyring).await.unwrap();
    drop(tx);
    for mode in Mode::ALL {
        let begun = Instant::now();
        let asked = Asked::These(vec![mode]);
        let report = audit::run(db, blobs, &keys, &asked, &Limits::standard()).await.unwrap();
        assert!(report.damage.is_empty() && !report.fell_short(&asked), "{report:?}");
        rate(&format!("verify, mode {mode:?}, {} entries", report.size), made_entries(report.size), begun.elapsed());
    }
}

/// A backup of a record, looked at and restored into an empty database.
pub async fn saved(address: &str, keys: &Path) {
    let limits = Limits::standard();
    let keyring = || Keyring::open(&keys.join("keyring"), &keys.join("keyring.key")).unwrap();
    let blobs = Blobs::open(&keys.join("blobs")).await.unwrap();
    let db = Db::open(address, &limits).await.unwrap();
    let store = Store::open(db, blobs, keyring(), Clock::Machine, limits).await.unwrap();
    store.checkpoint().await.unwrap();
    modes(store.db(), store.blobs(), store.keyring()).await;
    let place = folder();
    let to = place.join("backup");
    let begun = Instant::now();
    let made = backup::make(&store, &to).await.unwrap();
    rate(&format!("backup of {} entries", made.size), made_entries(made.size), begun.elapsed());
    let begun = Instant::now();
    let keyring = Arc::new(keyring());
    let checked = backup::check(&to, &keyring).unwrap();
    rate("backup looked at", made_entries(made.size), begun.elapsed());
    let begun = Instant::now();
    let db = Db::open(&place.join("plant.sqlite").to_string_lossy(), &limits).await.unwrap();
    schema::ensure(&db).await.unwrap();
    let blobs = Blobs::open(&place.join("blobs")).await.unwrap();
    backup::restore(&checked, &db, &blobs, &keyring).await.unwrap();
    rate("restored, folded and verified", made_entries(made.size), begun.elapsed());
    let _ = std::fs::remove_dir_all(place);
}

/// An inventory of so many systems on both engines: what it would do, done, and the same file again.
pub async fn systems(many: usize) {
    for world in World::both().await {
        let demo = Demo::on(world).await;
        let mut text = "site,system,system name,reference,name,zone,kind,environment\n".to_owned();
        for n in 0..many {
            text.push_str(&format!("BRU,X{n:05},Pump skid {n},X{n:05},Pump skid {n},BZ1,control,prod\n"));
        }
        let limits = Limits::standard();
        let blobs = Blobs::open(&demo.world.folder.join("blobs")).await.unwrap();
        let app = demo.world.by(&demo.world.address, limits, blobs).await.unwrap();
        let begun = Instant::now();
        let upload = read(ImportKind::Systems, "systems.csv", text.as_bytes(), &limits).unwrap();
        let caller = demo.caller("k.brandt");
        let engine = demo.world.engine;
        let report = check(&app, &caller, &upload.import).await.unwrap();
        assert!(report.rejected.is_empty(), "{:?}", report.rejected.first());
        rate(&format!("import of systems shown before it is done, {engine}"), many, begun.elapsed());
        for again in ["", "again, "] {
            let begun = Instant::now();
            let done = app.act(&caller, request(), upload.import.clone()).await.unwrap().done;
            assert_eq!(if again.is_empty() { done.new } else { done.unchanged }, many);
            rate(&format!("import of systems {again}{engine}"), many, begun.elapsed());
        }
        demo.world.close().await;
    }
}
