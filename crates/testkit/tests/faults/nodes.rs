//! Rows made anew by a process of another release while two nodes serve: whoever asks gets the whole truth or is told
//! to wait, whoever acts is not lost, and both nodes go on. That nodes of the older release end is in `kernel`.

use std::{
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use plantgate_app::{
    App, Stop,
    read::{Memory, Query},
};
use plantgate_domain::base::Kind;
use plantgate_testkit::{demo::Demo, world::request};
use tokio::process::Command;

use super::ground::{site, sound};

/// Reads until it is told to stop; how many answers it got. Each is all there is, or that it should wait.
async fn reads(app: App, reader: plantgate_domain::base::PersonId, stop: Arc<AtomicBool>) -> u64 {
    let mut answered = 0;
    let (mut listed, mut counted) = (None, None);
    while !stop.load(Ordering::Relaxed) {
        let mut look = match app.store().look().await {
            Ok(look) => look,
            Err(Stop::Busy) => {
                tokio::task::yield_now().await;
                continue;
            }
            Err(stop) => panic!("{stop:?}"),
        };
        let providers = look.every(Kind::Provider).await.unwrap().len();
        let rows = look.count(&Query::new(Kind::Engagement, reader, 1)).await.unwrap();
        assert_eq!(*listed.get_or_insert(providers), providers);
        assert_eq!(*counted.get_or_insert(rows), rows);
        assert!(providers > 5 && rows > 5);
        answered += 1;
    }
    answered
}

/// Acts until told to stop, each until it is done; how many.
async fn acts(demo: &Demo, app: &App, name: &str, stop: &AtomicBool, done: &AtomicU64) {
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let id = request();
        loop {
            match site(demo, app, id, &format!("{name}{n}")).await {
                Ok(_) => break,
                Err(Stop::Busy | Stop::OutcomeUnknown) => tokio::task::yield_now().await,
                Err(stop) => panic!("{stop:?}"),
            }
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_made_anew_while_two_nodes_serve_and_nothing_is_lost_or_seen_half() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let nodes = [demo.world.app.clone(), demo.world.again().await.unwrap()];
        let begun = sound(&nodes[0]).await;
        let (stop, done) = (Arc::new(AtomicBool::new(false)), AtomicU64::new(0));
        // given two nodes that are read from and written to
        let readers: Vec<_> =
            nodes.iter().map(|app| tokio::spawn(reads(app.clone(), demo.person("k.brandt"), stop.clone()))).collect();
        let rebuilds = async {
            // when another process makes all rows anew, several times
            for n in 0..3 {
                let before = done.load(Ordering::Relaxed);
                let rebuild = Command::new(env!("CARGO_BIN_EXE_hammer"))
                    .args(["work", "rebuild", &demo.world.address, &demo.world.folder.to_string_lossy()])
                    .arg(format!("R{n}"))
                    .stdout(Stdio::null())
                    .status();
                assert!(rebuild.await.unwrap().success(), "{engine}");
                while done.load(Ordering::Relaxed) == before {
                    tokio::task::yield_now().await;
                }
            }
            stop.store(true, Ordering::Relaxed);
        };
        tokio::join!(rebuilds, acts(&demo, &nodes[0], "A", &stop, &done), acts(&demo, &nodes[1], "B", &stop, &done));
        // then everybody was answered, with everything, and every act is there once
        for reader in readers {
            assert!(reader.await.unwrap() > 3, "{engine}");
        }
        let acted = done.load(Ordering::Relaxed);
        assert!(acted >= 6, "{engine}: {acted}");
        for node in &nodes {
            assert_eq!(sound(node).await, begun + acted, "{engine}");
        }
        nodes[1].store().db().close().await;
        demo.world.close().await;
    }
}
