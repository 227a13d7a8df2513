//! The demo plant made once for a build, and copied for each test: to do all its acts again and again was a good part
//! of a run's time. It is made as before, through the public doors, by the code of this very binary.
//!
//! Copies are one plant: the same keys, the same origin. A test that needs two plants, or what loading itself does,
//! makes its own ([`crate::demo::Demo::anew`]).

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use plantgate_app::demo::{self, FILES};
use plantgate_domain::base::{Instant, PersonId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    template,
    world::{D0, World, at, request},
};

/// What earlier builds left is removed after this time, in seconds: none of their tests runs any more.
const OLD: u64 = 86_400;
const KEPT: &str = "kept.json";
/// The data, apart from what only tests know of it: a test looks into every file of a world for what was erased.
const PLANT: &str = "plant";

/// People by the names they sign in with.
pub type People = BTreeMap<String, PersonId>;

/// What is known of the plant beside its data.
#[derive(Serialize, Deserialize)]
struct Kept {
    people: People,
    now: Instant,
}

/// Loads the demo; who is there then.
pub async fn load(world: &World) -> People {
    let people = demo::load(&world.app, &world.clock, at(D0), FILES).await.unwrap();
    people.0.into_iter().map(|p| (p.handle, p.id)).collect()
}

/// The demo in a world with nothing in it: a copy where the world stands in the usual place, else loaded.
pub async fn into(mut world: World) -> (World, People) {
    let empty = world.app.store().look().await.unwrap().size() == 0;
    let Some(place) = world.place().filter(|_| empty) else {
        let people = load(&world).await;
        return (world, people);
    };
    let made = made(&place).await;
    let kept: Kept = serde_json::from_slice(&std::fs::read(made.folder.join(KEPT)).unwrap()).unwrap();
    world.clock.set(kept.now);
    world.becomes(&made.folder.join(PLANT), made.database.as_deref()).await;
    (world, kept.people)
}

/// Where a world's data is: a file in its folder, or a database of the run's server.
pub enum Place {
    File,
    Server(String),
}

struct Made {
    folder: PathBuf,
    database: Option<String>,
}

async fn made(place: &Place) -> Made {
    let all = all();
    match place {
        Place::File => {
            let folder = all.join(build("file"));
            if !folder.exists() {
                let world = World::sqlite().await;
                keeps(world, &folder).await;
                forget_old(&all);
            }
            Made { folder, database: None }
        }
        Place::Server(server) => {
            let name = format!("demo_{}", build(server));
            let folder = all.join(&name);
            let fill = async |url| {
                keeps(World::over(url, "PostgreSQL").await, &folder).await;
                Ok(())
            };
            template::made(server, name.clone(), fill).await.unwrap();
            Made { folder, database: Some(name) }
        }
    }
}

/// Loads it and keeps what lies beside the database, and the database where it is a file.
async fn keeps(world: World, folder: &Path) {
    let people = load(&world).await;
    let kept = Kept { people, now: world.clock.now() };
    world.app.store().db().close().await;
    let making = folder.with_extension(request().simple().to_string());
    copy(&world.folder, &making.join(PLANT));
    std::fs::write(making.join(KEPT), serde_json::to_vec(&kept).unwrap()).unwrap();
    // Of two processes that make it at once, one comes second; whoever comes here with a server is alone with it, and
    // what lies there is of a server that is gone.
    if std::fs::rename(&making, folder).is_err() {
        if world.engine == "SQLite" {
            std::fs::remove_dir_all(&making).unwrap();
        } else {
            std::fs::remove_dir_all(folder).unwrap();
            std::fs::rename(&making, folder).unwrap();
        }
    }
}

/// Beside the binaries, so that it goes with them.
fn all() -> PathBuf {
    let all = std::env::current_exe().unwrap().parent().unwrap().join("demo-plants");
    std::fs::create_dir_all(&all).unwrap();
    all
}

/// This build of this binary, and one place of it.
fn build(of: &str) -> String {
    let exe = std::env::current_exe().unwrap();
    let about = std::fs::metadata(&exe).unwrap();
    let made = about.modified().unwrap().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
    let text = format!("{} {} {made} {of}", exe.display(), about.len());
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).simple().to_string()
}

#[expect(clippy::disallowed_methods, reason = "files of tests have the machine's times, not the plant's")]
fn forget_old(all: &Path) {
    let Some(before) = SystemTime::now().checked_sub(Duration::from_secs(OLD)) else { return };
    for entry in std::fs::read_dir(all).unwrap().flatten() {
        let old = entry.metadata().and_then(|about| about.modified()).is_ok_and(|at| at < before);
        if old {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            std::fs::copy(&source, &target).unwrap();
        }
    }
}

#[cfg(test)]
mod tests {
    use plantgate_store::audit;

    use super::*;

    async fn heads(world: &World) -> (u64, Instant) {
        let look = world.app.store().look().await.unwrap();
        (look.size(), world.clock.now())
    }

    #[tokio::test]
    async fn a_copy_is_what_loading_makes_and_copies_are_apart() {
        for (fresh, copied) in World::both().await.into_iter().zip(World::both().await) {
            let loaded = load(&fresh).await;
            let (one, people) = into(copied).await;
            assert_eq!(heads(&one).await, heads(&fresh).await, "{}", one.engine);
            // people have other ids each time they are loaded, and the same names
            assert!(people.keys().eq(loaded.keys()) && people.len() > 20, "{people:?}");
            // a copy is whole, its files too
            let store = one.app.store();
            let report = audit::run(store.db(), store.blobs(), &[], &audit::Asked::Affordable, store.limits()).await;
            assert_eq!(report.unwrap().damage, vec![], "{}", one.engine);
            // what happens in one is not in the next
            let other = match one.engine {
                "SQLite" => World::sqlite().await,
                _ => World::postgres().await.unwrap(),
            };
            let (other, _) = into(other).await;
            assert_ne!(other.address, one.address);
            one.app.store().checkpoint().await.unwrap();
            let body = serde_json::json!({ "reference": "NEW", "name": "New", "zone": "Europe/Brussels",
                "country": "BE" });
            let caller = plantgate_app::Caller::person(people["k.brandt"], "demo");
            one.named(&caller, "register-site", body).await.unwrap();
            assert_eq!(heads(&other).await, heads(&fresh).await, "{}", one.engine);
            for world in [one, other, fresh] {
                world.close().await;
            }
        }
    }
}
