//! What fails while somebody is inside, and who never comes in: a core that is silent, a record that is full, a client
//! that does not listen, peers that prove nothing. Nothing of it cuts or freezes work that runs.

use std::time::Duration;

use plantgate_domain::event::witness::{Closing, Ending};
use plantgate_gateway::Limits;
use plantgate_store::{backup, keyring::Keyring};
use plantgate_testkit::{
    demo::Demo,
    gate::{self, Gate},
    world::{World, request},
};
use serde_json::json;
use tokio::{io::AsyncReadExt, net::TcpStream, process::Command};

use super::{attends, counting, does, emergency};

#[tokio::test]
async fn people_in_a_terminal_are_told_ten_five_and_one_minute_before_the_end() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 30).await;
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
    let mut running = counting(&demo, client).await;
    // when the time comes, each is told while the work goes on
    for at in ["07:50:10", "07:55:10", "07:59:10"] {
        demo.world.set(&format!("2026-11-16T{at}Z"));
        for _ in 0..30 {
            running.next().await;
        }
    }
    let said = running.leaves().await;
    for told in ["10 minutes are left", "5 minutes are left", "One minute is left"] {
        assert_eq!(said.matches(told).count(), 1, "{told}: {said}");
    }
    demo.world.close().await;
}

#[tokio::test]
async fn a_silent_core_lets_nothing_new_begin_and_cuts_nothing() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::within(&demo, Limits { lease: 1, ..Limits::standard() }).await;
    let grant = emergency(&demo, 60).await;
    let path = format!("ControlPath={}", demo.world.folder.join("mux").display());
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-M", "-o", &path]);
    let mut running = counting(&demo, client).await;
    let more = || gate.typing("l.ortega", &grant, "", "").with(&["-o", &path]);
    // when it says nothing for longer than the lease
    gate.silence(true);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let new = more().runs(&["echo", "new"]).await;
    assert!(new.stdout.is_empty(), "{new:?}");
    for _ in 0..20 {
        running.next().await;
    }
    // then it speaks again, and everything is as before: the silence stands in no record as anybody's doing
    gate.silence(false);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let again = more().runs(&["echo", "again"]).await;
    assert_eq!(String::from_utf8_lossy(&again.stdout), "again\n", "{again:?}");
    assert!(gate::newest(&demo).await.unwrap().ended.is_none());
    running.leaves().await;
    let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
    assert_eq!(session.ended.unwrap().1, Ending::User);
    let log = gate::recorded(&demo, session.id).await.remove(0);
    assert!(log.contains("\"cause\":\"core\""), "{log}");
    demo.world.close().await;
}

#[tokio::test]
async fn a_record_that_is_full_asks_for_a_safe_end_and_the_gap_is_said() {
    let demo = Demo::on(World::sqlite().await).await;
    // given room for a few lines of the terminal
    let gate = Gate::within(&demo, Limits { part: 2_000, ..Limits::standard() }).await;
    let grant = emergency(&demo, 60).await;
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
    let mut running = counting(&demo, client).await;
    // when it is full, nothing new begins, what runs goes on, and the area can say that the end is safe
    let session = gate::until(&demo, "closing", |s| s.closing.is_some()).await;
    assert_eq!(session.closing.unwrap().cause, Closing::Recorder);
    for _ in 0..10 {
        running.next().await;
    }
    does(&demo, "d.weber", "confirm-safe-end", json!({ "session": running.session })).await;
    let said = running.over().await;
    assert!(said.contains("can no longer be recorded whole"), "{said}");
    // then the record says that something is missing, and what is there opens
    let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
    assert_eq!(session.ended.unwrap().1, Ending::SafeEnd);
    assert!(session.parts.iter().any(|part| part.gaps > 0), "{:?}", session.parts);
    assert!(gate::recorded(&demo, session.id).await.iter().any(|part| part.contains("\"version\":2")));
    demo.world.close().await;
}

#[tokio::test]
async fn a_cut_waits_for_no_client_that_does_not_listen() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 60).await;
    let mut client = gate.client(&demo, "l.ortega", &grant).await.begins(&["yes"]);
    let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
    attends(&demo, &session.facts.reference).await;
    let mut from = client.stdout.take().unwrap();
    let mut some = [0; 64];
    from.read_exact(&mut some).await.unwrap();
    // given a client that stands still, with everything full on its way
    let pid = client.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-STOP", &pid]).status().await.unwrap().success());
    tokio::time::sleep(Duration::from_secs(2)).await;
    // when a person cuts it
    let before = tokio::time::Instant::now();
    let cut = json!({ "session": session.facts.reference, "reason": "It does not answer the phone." });
    does(&demo, "d.weber", "cut-session", cut).await;
    let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
    // then it is over, whatever the client does
    assert!(before.elapsed() < Duration::from_secs(15), "{:?}", before.elapsed());
    assert_eq!(session.ended.unwrap().1, Ending::Disconnect);
    client.kill().await.unwrap();
    demo.world.close().await;
}

#[tokio::test]
async fn who_proves_nothing_is_bounded_in_time_and_number_and_keeps_nobody_out() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::within(&demo, Limits { handshake: 6, strangers: 2, ..Limits::standard() }).await;
    // given two peers that say nothing, and a third one
    let come = || TcpStream::connect(("127.0.0.1", gate.port));
    let mut silent = [come().await.unwrap(), come().await.unwrap()];
    for peer in &mut silent {
        assert!(banner(peer).await.starts_with("SSH-2.0-Plantgate"));
    }
    let mut third = come().await.unwrap();
    assert_eq!(banner(&mut third).await, "", "one too many is let go at once, unanswered");
    // when their time is over they go, and somebody who has a key comes in
    let mut rest = Vec::new();
    for peer in &mut silent {
        let gone = tokio::time::timeout(Duration::from_secs(30), peer.read_to_end(&mut rest)).await;
        gone.expect("nobody stays who proves nothing").unwrap();
    }
    let grant = emergency(&demo, 60).await;
    let running = counting(&demo, gate.client(&demo, "l.ortega", &grant).await).await;
    // then whoever is inside takes no place of those who are not
    let mut another = come().await.unwrap();
    assert!(banner(&mut another).await.starts_with("SSH-2.0-Plantgate"));
    running.leaves().await;
    demo.world.close().await;
}

/// What a peer is greeted with; nothing where it is let go.
async fn banner(peer: &mut TcpStream) -> String {
    let mut some = [0; 64];
    let read = tokio::time::timeout(Duration::from_secs(10), peer.read(&mut some)).await;
    let read = read.expect("an answer or an end").unwrap_or(0);
    String::from_utf8_lossy(&some[..read]).into_owned()
}

#[tokio::test]
async fn a_recording_is_in_the_backup_and_one_that_is_lost_is_missed() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = emergency(&demo, 60).await;
        let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
        counting(&demo, client).await.leaves().await;
        let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
        let store = demo.world.app.store();
        // when a backup is made, then every part of the recording lies in it
        let place = demo.world.folder.join(format!("backup-{}", request().simple()));
        backup::make(store, &place).await.unwrap();
        let keyring = demo.world.folder.join("keyring");
        let keyring = Keyring::open(&keyring, &demo.world.folder.join("keyring.key")).unwrap();
        backup::check(&place, &keyring).unwrap_or_else(|stop| panic!("{engine}: {stop}"));
        let all = files(&place);
        for part in &session.parts {
            assert!(all.iter().any(|f| f.contains(&part.blob)), "{engine}: {} of {all:?}", part.blob);
        }
        // and a backup of a house that lost one says which
        let lost = &session.parts[0].blob;
        let blobs = demo.world.folder.join("blobs");
        let file = files(&blobs).into_iter().find(|f| f.contains(lost)).unwrap();
        std::fs::remove_file(blobs.join(file)).unwrap();
        let again = demo.world.folder.join(format!("backup-{}", request().simple()));
        let made = backup::make(store, &again).await.unwrap();
        assert_eq!(made.absent, std::slice::from_ref(lost), "{engine}");
        demo.world.close().await;
    }
}

/// All files below a folder, by their paths in it.
fn files(folder: &std::path::Path) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for file in std::fs::read_dir(&at).unwrap() {
            let path = file.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => all.push(path.strip_prefix(folder).unwrap().display().to_string()),
            }
        }
    }
    all
}
