//! A backup is tested by restoring it: on both engines and from one to the other, whole or not at all, and only with
//! the keyring that is not in it.

use std::path::{Path, PathBuf};

use plantgate_app::{
    Caller,
    expect::witnesses::DeclareRestored,
    sign_in::{Enrolment, Proof},
};
use plantgate_domain::event::expect::OldHead;
use plantgate_store::{
    Stop, Store,
    backup::{self, Manifest},
    keyring::Keyring,
    ops::upload::By,
    transfer, verify,
    watermark::Behind,
    witnesses,
};
use plantgate_testkit::{
    demo::Demo,
    world::{World, request},
};
use serde_json::json;

const PASSWORD: &str = "long enough for a plant";

/// A folder for a backup, beside the worlds and gone with its test.
struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        Place(std::env::temp_dir().join(format!("plantgate-backup-{}", request().simple())))
    }
}
impl Drop for Place {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

async fn grow(demo: &Demo, reference: &str) {
    let site = json!({ "reference": reference, "name": "Neuwerk", "zone": "Europe/Berlin", "country": "DE" });
    demo.world.named(&demo.caller("k.brandt"), "register-site", site).await.unwrap();
}

/// An empty world with the keyring of another one, as a new machine after `keys import`.
async fn machine(engine: &str, keys: &Path) -> World {
    let world = if engine == "SQLite" { World::sqlite().await } else { World::postgres().await.unwrap() };
    with_keys(world, keys).await
}

/// The same on a database that the test brings.
pub async fn with_keys(world: World, keys: &Path) -> World {
    for file in ["keyring", "keyring.key"] {
        std::fs::copy(keys.join(file), world.folder.join(file)).unwrap();
    }
    let origin = keyring(&world).origin().to_owned();
    let mut tx = world.app.store().db().write().await.unwrap();
    tx.run_built(format!("update meta set value = '{origin}' where name = 'origin'"), &[]).await.unwrap();
    tx.commit().await.unwrap();
    world.reopened().await
}

pub fn keyring(world: &World) -> Keyring {
    Keyring::open(&world.folder.join("keyring"), &world.folder.join("keyring.key")).unwrap()
}

async fn restore(world: World, from: &Path) -> Result<World, (World, Stop)> {
    let keyring = keyring(&world);
    let checked = match backup::check(from, &keyring) {
        Ok(checked) => checked,
        Err(stop) => return Err((world, stop)),
    };
    let store = world.app.store().clone();
    match backup::restore(&checked, store.db(), store.blobs(), &keyring).await {
        Ok(()) => Ok(world.reopened().await),
        Err(stop) => Err((world, stop)),
    }
}

async fn restored(engine: &str, demo: &Demo, from: &Path) -> World {
    match restore(machine(engine, &demo.world.folder).await, from).await {
        Ok(world) => world,
        Err((_, stop)) => panic!("{engine}: {stop:?}"),
    }
}

fn id(refused: Result<World, (World, Stop)>) -> (World, String) {
    match refused {
        Err((world, Stop::Invalid(why))) => (world, why[0].why.id.to_string()),
        Err((_, stop)) => panic!("{stop:?}"),
        Ok(_) => panic!("it was restored"),
    }
}

/// Entries, names and texts, and what rows were compared with a fold of them.
async fn all(store: &Store) -> (Vec<u8>, Vec<u8>, verify::Verified) {
    let mut tx = store.db().read().await.unwrap();
    let (mut entries, mut private) = (Vec::new(), Vec::new());
    transfer::export_entries(&mut tx, &mut entries).await.unwrap();
    transfer::export_private(&mut tx, &mut private).await.unwrap();
    let keys = witnesses::log_keys(&mut tx, store.keyring()).await.unwrap();
    (entries, private, verify::verify_with(&mut tx, true, &keys).await.unwrap())
}

fn engines(demo: &Demo) -> Vec<&'static str> {
    // With one engine there is one to restore on.
    if demo.world.engine == "PostgreSQL" || plantgate_testkit::postgres::server().is_some() {
        vec!["SQLite", "PostgreSQL"]
    } else {
        vec!["SQLite"]
    }
}

/// A visit that noted a picture; its digest.
async fn pictured(demo: &Demo) -> String {
    let visit = crate::visits::verdano_comes(demo).await;
    let picture = demo.world.app.store().take_file(&b"The panel, closed."[..], 100, By::House).await.unwrap();
    let file = json!({ "file_name": "panel.jpg", "media": "image/jpeg", "sha256": picture.sha256,
        "bytes": picture.size });
    let left = json!({ "visit": visit, "of": "left", "instance": "BMS-B61", "text": "As it was.", "file": file });
    demo.world.named(&demo.caller("d.weber"), "note-state", left).await.unwrap();
    picture.sha256
}

#[tokio::test]
async fn what_comes_back_is_what_went_on_either_engine_and_people_sign_in() {
    for demo in Demo::both().await {
        let store = demo.world.app.store();
        // given a person with a password, and a signed head
        let seed = Enrolment::new().unwrap();
        let who = Caller::person(demo.person("k.brandt"), "test");
        let credential =
            demo.world.app.set_credential(&who, demo.person("k.brandt"), "k.brandt", PASSWORD, &seed).await;
        credential.unwrap();
        let recovery = demo.world.app.make_recovery_codes(&who).await.unwrap().codes.remove(4);
        // and a picture of how a visit left a system, which is evidence as a delivered file is
        let picture = pictured(&demo).await;
        store.checkpoint().await.unwrap();
        let place = Place::new();
        let made: Manifest = backup::make(store, &place.0).await.unwrap();
        let was = all(store).await;
        assert_eq!((made.size, made.absent.len()), (was.2.size, 0));
        assert!(made.files.iter().any(|f| f.path == format!("blobs/{picture}")), "{}", demo.world.engine);
        for engine in engines(&demo) {
            // when it is restored on a machine that has the keyring
            let world = restored(engine, &demo, &place.0).await;
            let is = all(world.app.store()).await;
            // then entries, names, texts and every row are the same, and the whole is sound
            assert!(is == was, "{} to {engine}", demo.world.engine);
            assert_eq!(is.2.damage, [], "{} to {engine}", demo.world.engine);
            let mut tx = world.app.store().db().read().await.unwrap();
            let mut damage = Vec::new();
            let blobs = world.app.store().blobs();
            let named = plantgate_store::audit::evidence(&mut tx, blobs, &mut damage).await.unwrap();
            assert_eq!(named, made.evidence() as u64);
            assert_eq!(damage, []);
            drop(tx);
            // and people sign in as before
            let code = seed.code_at(world.app.store().wall(&world.app.store().look().await.unwrap())).unwrap();
            for code in [code, recovery.clone()] {
                let (handle, password, place) = ("k.brandt".to_owned(), PASSWORD.to_owned(), "test".to_owned());
                let proof = Proof { handle, password, code, place, machine: None, seen_as: String::new() };
                assert!(world.app.sign_in(&proof).await.unwrap().is_ok(), "{} to {engine}", demo.world.engine);
            }
            world.close().await;
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_backup_is_one_moment_while_others_write() {
    for demo in Demo::both().await {
        let place = Place::new();
        let before = demo.size().await;
        // given acts that go on while it is made
        let writing = async {
            for n in 0..12 {
                grow(&demo, &format!("N{n}")).await;
            }
        };
        let (made, ()) = tokio::join!(backup::make(demo.world.app.store(), &place.0), writing);
        let made = made.unwrap();
        let after = demo.size().await;
        assert!((before..=after).contains(&made.size) && after == before + 12);
        // then what was made is sound in itself
        let world = restored(demo.world.engine, &demo, &place.0).await;
        let (_, _, found) = all(world.app.store()).await;
        assert_eq!((found.size, found.root, found.damage), (made.size, made.root, vec![]), "{}", demo.world.engine);
        // and a folder that is there already is never written over
        assert!(matches!(backup::make(demo.world.app.store(), &place.0).await, Err(Stop::Invalid(_))));
        world.close().await;
        demo.world.close().await;
    }
}

#[tokio::test]
async fn without_its_keyring_a_backup_is_read_by_nobody() {
    for demo in Demo::both().await {
        let place = Place::new();
        backup::make(demo.world.app.store(), &place.0).await.unwrap();
        // given a machine with a keyring of its own: refused, and it says what cannot be read
        let other =
            if demo.world.engine == "SQLite" { World::sqlite().await } else { World::postgres().await.unwrap() };
        let (other, why) = id(restore(other, &place.0).await);
        assert_eq!(why, "invalid-backup-keyring", "{}", demo.world.engine);
        assert_eq!(other.app.store().look().await.unwrap().size(), 0);
        other.close().await;
        // and no name, text or digest of a password stands in it
        let name = "Katja Brandt".to_owned();
        let mut seen = 0;
        for file in std::fs::read_dir(&place.0).unwrap().map(|f| f.unwrap().path()).filter(|p| p.is_file()) {
            let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
            let found = [name.as_str(), "argon2", "Michael Okafor"].into_iter().find(|w| text.contains(w));
            assert_eq!(found, None, "{}", file.display());
            seen += 1;
        }
        assert!(seen > 8);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_changed_backup_touches_nothing() {
    for demo in Demo::both().await {
        let place = Place::new();
        backup::make(demo.world.app.store(), &place.0).await.unwrap();
        let mut files: Vec<PathBuf> = std::fs::read_dir(&place.0).unwrap().map(|f| f.unwrap().path()).collect();
        files.extend(std::fs::read_dir(place.0.join("blobs")).unwrap().map(|f| f.unwrap().path()).take(2));
        files.retain(|f| f.is_file() && std::fs::metadata(f).unwrap().len() > 0);
        assert!(files.len() >= 8, "{files:?}");
        let mut world = machine(demo.world.engine, &demo.world.folder).await;
        for file in files {
            let whole = std::fs::read(&file).unwrap();
            for at in [0, whole.len() / 2, whole.len() - 1] {
                let mut changed = whole.clone();
                changed[at] ^= 1;
                std::fs::write(&file, &changed).unwrap();
                world = id(restore(world, &place.0).await).0;
            }
            std::fs::write(&file, &whole[..whole.len() - 1]).unwrap();
            world = id(restore(world, &place.0).await).0;
            std::fs::remove_file(&file).unwrap();
            world = id(restore(world, &place.0).await).0;
            std::fs::write(&file, &whole).unwrap();
            assert_eq!(world.app.store().look().await.unwrap().size(), 0, "{}", file.display());
        }
        // and whole again, it goes in once and no second time
        let Ok(world) = restore(world, &place.0).await else { panic!("refused") };
        let (world, why) = id(restore(world, &place.0).await);
        assert_eq!(why, "invalid-archive-not-empty");
        world.close().await;
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_restored_record_waits_for_two_people_and_goes_on_as_a_log_of_its_own() {
    for demo in Demo::both().await {
        let (engine, place) = (demo.world.engine, Place::new());
        let made = backup::make(demo.world.app.store(), &place.0).await.unwrap();
        let world = restored(engine, &demo, &place.0).await;
        let store = world.app.store();
        // given it was restored and nobody said so: acts wait, heads are not signed, what protects is recorded
        let Some(Behind::Restored { head }) = store.watermark().behind() else { panic!("{engine}") };
        assert_eq!((head.size, head.root), (made.size, made.root), "{engine}");
        let site = json!({ "reference": "ALT", "name": "Altwerk", "zone": "Europe/Berlin", "country": "DE" });
        let refused = world.named(&demo.caller("k.brandt"), "register-site", site.clone()).await;
        assert!(matches!(&refused, Err(Stop::Refused(no)) if no.say.id == "stop-record-restored"), "{refused:?}");
        assert_eq!(store.checkpoint().await.unwrap(), None);
        // when two people say so
        let log = store.keyring().begin_log().unwrap();
        let said = DeclareRestored {
            old: OldHead { origin: head.origin.clone(), size: head.size, root: head.root.to_string() },
            origin: log.verifier().name().to_owned(),
            key: log.verifier().to_string(),
            second: "N-100".to_owned(),
            reason: "The disk died.".to_owned(),
        };
        world.act(&demo.caller("m.okafor"), said).await.unwrap();
        // then its first entry commits to the old log, and it goes on under its own name
        world.named(&demo.caller("k.brandt"), "register-site", site).await.unwrap();
        assert_eq!(store.checkpoint().await.unwrap(), Some(made.size + 2), "{engine}");
        assert_eq!(all(store).await.2.damage, [], "{engine}");
        assert_eq!(world.again().await.unwrap().store().watermark().behind(), None, "{engine}");
        // and the backup of that is whole too
        let again = Place::new();
        let made = backup::make(store, &again.0).await.unwrap();
        assert_eq!(made.origin, log.verifier().name());
        backup::check(&again.0, &keyring(&world)).unwrap();
        world.close().await;
        demo.world.close().await;
    }
}

#[tokio::test]
async fn evidence_that_is_gone_or_changed_is_said() {
    for demo in Demo::both().await {
        let blobs = demo.world.folder.join("blobs");
        let file = std::fs::read_dir(&blobs)
            .unwrap()
            .map(|f| f.unwrap().path())
            .filter(|p| p.is_dir() && !p.ends_with("aside"))
            .flat_map(|p| std::fs::read_dir(p).unwrap().map(|f| f.unwrap().path()))
            .next()
            .unwrap();
        let whole = std::fs::read(&file).unwrap();
        // given evidence changed on disk: the record and all other evidence are saved, and it is named
        std::fs::write(&file, b"another").unwrap();
        let (place, sha256) = (Place::new(), file.file_name().unwrap().to_string_lossy().into_owned());
        let made = backup::make(demo.world.app.store(), &place.0).await.unwrap();
        assert_eq!((made.damaged, made.absent.len()), (vec![sha256], 0));
        assert!(backup::check(&place.0, &keyring(&demo.world)).is_ok());
        std::fs::remove_dir_all(&place.0).unwrap();
        // given it is gone: the rest is saved, and what was not there is named
        std::fs::remove_file(&file).unwrap();
        let made = backup::make(demo.world.app.store(), &place.0).await.unwrap();
        assert_eq!(made.absent, [file.file_name().unwrap().to_string_lossy()]);
        std::fs::write(&file, whole).unwrap();
        demo.world.close().await;
    }
}

#[tokio::test]
async fn two_at_a_time_never_write_into_each_other_and_nothing_that_lies_there_is_taken_away() {
    let demo = Demo::on(World::sqlite().await).await;
    let (store, place) = (demo.world.app.store(), Place::new());
    // given a folder of somebody else's that is called like an unfinished one
    let other = place.0.with_extension("unfinished");
    std::fs::create_dir_all(other.join("mine")).unwrap();
    // when two are made under one name at once
    let (one, two) = tokio::join!(backup::make(store, &place.0), backup::make(store, &place.0));
    // then one is there and whole, the other one says that the name is taken, and what is not ours stays
    assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1, "{one:?} {two:?}");
    backup::check(&place.0, &keyring(&demo.world)).unwrap();
    assert!(other.join("mine").exists());
    assert_eq!(backup::unfinished(&place.0), std::slice::from_ref(&other), "only what is not ours");
    std::fs::remove_dir_all(other).unwrap();
    demo.world.close().await;
}
