//! A gateway that stands alone and whose disk is full: nothing new begins, in words; what runs goes on, and an end
//! finds room.

use plantgate_domain::event::witness::Ending;
use plantgate_gateway::{Bounds, remote::room::Room};
use plantgate_testkit::{
    afar::Afar,
    demo::Demo,
    gate::{self, Gate},
    volume::Volume,
    world::World,
};

use super::{counting, emergency};

const BOUNDS: Bounds = Bounds { again: 1, pulse: 1, ..Bounds::standard() };

#[test]
fn room_for_ends_is_kept_while_a_disk_fills_up_and_given_when_one_comes() {
    let Some(volume) = Volume::small(8 * 1_024) else { return };
    let room = Room::in_folder(volume.path(), (2 << 20, 3 << 20));
    let end = || std::fs::write(volume.path().join("end"), vec![7; 100_000]);
    assert!(room.is_there().is_ok());
    // given a disk that fills up, then nothing begins, and what is kept is kept
    volume.fill(0);
    assert!(room.is_there().is_err() && end().is_err());
    assert_eq!(std::fs::metadata(volume.path().join("room")).unwrap().len(), 2 << 20);
    // when an end needs it, then it has it; nothing begins before it is whole again
    room.give();
    assert!(end().is_ok() && room.is_there().is_err());
    volume.free();
    assert!(room.is_there().is_ok());
}

#[tokio::test]
async fn without_room_on_the_disk_of_a_gateway_nothing_new_begins_and_what_runs_goes_on() {
    let demo = Demo::on(World::sqlite().await).await;
    let afar = Afar::open(&demo, BOUNDS).await;
    let gate = Gate::open(&demo).await.asking(&demo, afar.remote("hall-3")).await;
    let grant = emergency(&demo, 60).await;
    let mut running = counting(&demo, gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"])).await;
    let session = gate::newest(&demo).await.unwrap();
    // given a folder in which the room for ends cannot be made
    let kept = afar.recordings("hall-3").join("room");
    assert_eq!(std::fs::metadata(&kept).unwrap().len(), BOUNDS.room);
    std::fs::remove_file(&kept).unwrap();
    std::fs::create_dir(&kept).unwrap();
    // then whoever comes reads why, and no session begins; who is inside goes on, and leaves
    let refused = gate.client(&demo, "l.ortega", &grant).await.runs(&["true"]).await;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("has no room to record"), "{said}");
    assert_eq!(gate::newest(&demo).await.unwrap().id, session.id);
    running.next().await;
    running.leaves().await;
    let ended = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
    assert_eq!((ended.id, ended.ended.unwrap().1), (session.id, Ending::User));
    // when there is room again, then one comes in
    std::fs::remove_dir(&kept).unwrap();
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
    counting(&demo, client).await.leaves().await;
    demo.world.close().await;
}
