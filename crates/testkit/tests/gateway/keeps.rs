//! How long a recording is kept: as people were told, longer where somebody says why, and then no longer. What
//! is deleted is gone from the disk, and the record says so and stands.

use plantgate_domain::{
    base::{Instant, SiteId},
    event::witness::PartKind,
    expect::site::Site,
    witness::session::Session,
};
use plantgate_store::{Stop, audit, backup, clock::Wall, memory::Memory};
use plantgate_testkit::{demo::Demo, gate, world::request};
use serde_json::{Value, json};

use super::{does, plays};

/// A day, in seconds.
const DAY: i64 = 86_400;

async fn stands(demo: &Demo, session: &Session) -> Session {
    demo.world.app.store().look().await.unwrap().get(session.id).await.unwrap()
}

async fn site(demo: &Demo, site: SiteId) -> Site {
    demo.world.app.store().look().await.unwrap().get(site).await.unwrap()
}

/// Whether the file of every part lies on the disk.
fn there(demo: &Demo, session: &Session) -> Vec<bool> {
    let blobs = demo.world.folder.join("blobs");
    session.parts.iter().map(|part| plays::found(&blobs, &part.blob).is_some()).collect()
}

/// What the hour does: deletes what is due, and sweeps files that nobody names.
async fn passes(demo: &Demo, at: Instant) -> usize {
    demo.world.clock.set(at);
    let deleted = demo.world.app.delete_due_recordings().await.unwrap();
    demo.world.app.store().sweep_uploads(Wall::now()).await.unwrap();
    deleted
}

async fn no(demo: &Demo, who: &str, act: &str, body: Value) -> String {
    let stop = demo.world.named(&demo.caller(who), act, body).await.unwrap_err();
    match stop {
        Stop::Refused(no) => no.say.id.to_string(),
        Stop::Invalid(why) => format!("{why:?}"),
        other => format!("{other:?}"),
    }
}

async fn sound(demo: &Demo) {
    let store = demo.world.app.store();
    let (asked, limits) = (audit::Asked::Affordable, store.limits());
    let report = audit::run(store.db(), store.blobs(), &[], &asked, limits).await.unwrap();
    assert!(report.ran.iter().any(|ran| ran.mode == audit::Mode::Blobs), "{:?}", report.not_run);
    assert_eq!(report.damage, vec![], "{}", demo.world.engine);
}

#[tokio::test]
async fn a_recording_stays_as_long_as_people_were_told_and_a_hold_wins() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let second = demo.person("m.okafor").to_string();
        let days = |days: u32| json!({ "site": "BRU", "days": days, "second": second, "reason": "Works council." });
        // given a site that keeps recordings for thirty days, which nobody says alone and nobody without the power
        let alone = json!({ "site": "BRU", "days": 30, "second": demo.person("k.brandt").to_string(), "reason": "x" });
        assert_eq!(no(&demo, "k.brandt", "set-recording-days", alone).await, "stop-second-is-author", "{engine}");
        assert!(no(&demo, "k.brandt", "set-recording-days", days(3)).await.contains("invalid-recording-days"));
        assert_eq!(no(&demo, "d.weber", "set-recording-days", days(30)).await, "stop-no-power", "{engine}");
        does(&demo, "k.brandt", "set-recording-days", days(30)).await;
        // when somebody is recorded there, then they were told thirty days, and a later change moves nothing
        let session = plays::recorded(&demo).await;
        does(&demo, "k.brandt", "set-recording-days", days(3_650)).await;
        assert_eq!(site(&demo, session.facts.site).await.recording_days, Some(3_650));
        assert_eq!(session.noticed.as_ref().and_then(|n| n.days), Some(30), "{engine}");
        let end = session.ended.unwrap().0;
        let reference = session.facts.reference.clone();
        let page = format!("/register/session/{reference}");
        let door = demo.sign_in("d.weber").await;
        assert!(door.get(&page).await.words().contains("30 days after the end"), "{engine}");
        // it stands in the list of what goes next, and in no other one
        let listed = async |word: &str| {
            let door = demo.sign_in("d.weber").await;
            door.get(&format!("/recordings?recording={word}")).await.words().contains(&reference)
        };
        let stands =
            async || [listed("kept").await, listed("held").await, listed("due").await, listed("deleted").await];
        assert_eq!(stands().await, [true, false, false, false], "{engine}");
        assert_eq!(passes(&demo, end.plus_secs(30 * DAY - 1)).await, 0, "{engine}");
        // given somebody who keeps it: who may not learns nothing
        let keep = || json!({ "session": reference, "ground": "hold", "reason": "Finding F-0231." });
        assert_eq!(no(&demo, "l.ortega", "keep-recording", keep()).await, "NotFound", "{engine}");
        assert_eq!(no(&demo, "i.haddad", "keep-recording", keep()).await, "stop-no-power", "{engine}");
        let past = json!({ "session": reference, "ground": "gmp", "reason": "x", "until": end.to_string() });
        assert!(no(&demo, "d.weber", "keep-recording", past).await.contains("invalid-keep-past"), "{engine}");
        does(&demo, "d.weber", "keep-recording", keep()).await;
        assert_eq!(no(&demo, "d.weber", "keep-recording", keep()).await, "refuse-keep-twice", "{engine}");
        // when its time is over, then it is there
        assert_eq!(passes(&demo, end.plus_secs(31 * DAY)).await, 0, "{engine}");
        let door = demo.sign_in("d.weber").await;
        assert!(door.get(&page).await.words().contains("until two people release it"), "{engine}");
        assert_eq!(stands().await, [false, true, false, false], "{engine}");
        let door = demo.sign_in("d.weber").await;
        let csv = door.get("/recordings?recording=held&as=csv").await.body;
        assert!(csv.contains(&format!("{reference},")) && csv.contains("somebody looks into it"), "{engine}: {csv}");
        assert_eq!(there(&demo, &session), [true, true], "{engine}");
        // its key is not erased by two others meanwhile
        assert_eq!(erases(&demo, &session, &second).await, "refuse-erase-held", "{engine}");
        // nobody releases it alone, or without the power
        let release = |by: &str| json!({ "session": reference, "ground": "hold", "second": by, "reason": "Closed." });
        let own = release(&demo.person("k.brandt").to_string());
        assert_eq!(no(&demo, "k.brandt", "release-recording", own).await, "stop-second-is-author", "{engine}");
        assert_eq!(no(&demo, "d.weber", "release-recording", release(&second)).await, "stop-no-power", "{engine}");
        does(&demo, "k.brandt", "release-recording", release(&second)).await;
        assert_eq!(no(&demo, "k.brandt", "release-recording", release(&second)).await, "refuse-release-none");
        deleted(&demo, &session, end.plus_secs(31 * DAY + 1)).await;
        assert_eq!(stands().await, [false, false, false, true], "{engine}");
        demo.world.close().await;
    }
}

/// Two people erase the entry that has the key; why they may not.
async fn erases(demo: &Demo, session: &Session, second: &str) -> String {
    let entry = plays::noticed(demo, session).await;
    let body = json!({ "kind": "session", "object": session.facts.reference, "entry": entry, "ground": "request",
        "second": second });
    no(demo, "k.brandt", "erase-text", body).await
}

/// Its time is over: file and key go, once, and the record stands.
async fn deleted(demo: &Demo, session: &Session, at: Instant) {
    let engine = demo.world.engine;
    assert_eq!(passes(demo, at).await, 1, "{engine}");
    assert_eq!(passes(demo, at.plus_secs(DAY)).await, 0, "{engine}");
    assert_eq!(there(demo, session), [false, false], "{engine}");
    let after = stands(demo, session).await;
    assert_eq!((after.deleted.is_some(), &after.parts), (true, &session.parts), "{engine}: sizes and digests stay");
    let seal = after.noticed.as_ref().unwrap().seal.clone();
    let mut look = demo.world.app.store().look().await.unwrap();
    assert_eq!(look.open_private(&seal).await.unwrap(), None, "{engine}");
    drop(look);
    let door = demo.sign_in("d.weber").await;
    let page = door.get(&format!("/register/session/{}", session.facts.reference)).await;
    assert!(page.words().contains("Deleted on") && !page.body.contains("/recording?part="), "{}", page.words());
    let (path, number) = plays::part(session, PartKind::Terminal);
    assert!(door.get(&path).await.words().contains("was deleted when its time was over"), "{engine}");
    let view = json!({ "session": session.facts.reference, "part": number.parse::<u32>().unwrap(), "purpose": "x" });
    assert_eq!(no(demo, "d.weber", "view-recording", view).await, "refuse-view-deleted", "{engine}");
    let keep = json!({ "session": session.facts.reference, "ground": "hold", "reason": "Too late." });
    assert_eq!(no(demo, "d.weber", "keep-recording", keep).await, "refuse-keep-deleted", "{engine}");
    // nothing is missed: not by a look at everything, not by a backup
    sound(demo).await;
    let place = demo.world.folder.join(format!("backup-{}", request().simple()));
    let made = backup::make(demo.world.app.store(), &place).await.unwrap();
    assert_eq!(made.absent, Vec::<String>::new(), "{engine}");
    gate::quiet(demo).await;
}
