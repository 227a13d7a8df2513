//! How a session ends: nothing new begins, nothing that runs is cut, the area says when it is safe; a cut is a
//! person's act and takes the way back, too. What a killed process leaves comes home.

use std::time::Duration;

use plantgate_domain::event::witness::{Closing, Ending};
use plantgate_store::Stop;
use plantgate_testkit::{
    demo::Demo,
    gate::{self, Gate},
    world::World,
};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::{attends, counting, does, emergency};

#[tokio::test]
async fn the_window_ends_and_what_runs_goes_on_until_the_area_says_that_it_is_safe() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = emergency(&demo, 30).await;
        // given a connection with one command that runs, and a way to open more on it
        let socket = demo.world.folder.join("mux").display().to_string();
        let path = format!("ControlPath={socket}");
        let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-M", "-o", &path]);
        let mut running = counting(&demo, client).await;
        let second = gate.typing("l.ortega", &grant, "", "").with(&["-o", &path]).runs(&["echo", "second"]).await;
        assert_eq!(String::from_utf8_lossy(&second.stdout), "second\n", "{second:?}");
        // when the window is over, then within the second nothing new begins, and the record says why
        demo.world.set("2026-11-16T08:00:30Z");
        let closing = gate::until(&demo, "closing", |s| s.closing.is_some()).await;
        assert_eq!(closing.closing.unwrap().cause, Closing::Window, "{engine}");
        let third = gate.typing("l.ortega", &grant, "", "").with(&["-o", &path]).runs(&["echo", "third"]).await;
        assert!(third.stdout.is_empty(), "{engine}: {third:?}");
        // and what runs goes on
        let mut counted = 0;
        for _ in 0..15 {
            counted = running.next().await.parse::<u32>().unwrap();
        }
        assert!(counted > 15, "{engine}");
        // nobody says it for themselves, by hand nobody ends it, and before the area says so it stays
        let ended = json!({ "session": running.session, "how": "user" });
        let by_hand = demo.world.named(&demo.caller("d.weber"), "end-session", ended).await;
        assert!(matches!(&by_hand, Err(Stop::Refused(r)) if r.rule == "R-44"), "{by_hand:?}");
        let theirs = json!({ "session": running.session });
        let no = demo.world.named(&demo.caller("l.ortega"), "confirm-safe-end", theirs.clone()).await;
        assert!(matches!(no, Err(Stop::NotFound | Stop::Refused(_))), "{no:?}");
        does(&demo, "d.weber", "confirm-safe-end", theirs).await;
        let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
        assert_eq!(session.ended.unwrap().1, Ending::SafeEnd, "{engine}");
        let said = running.over().await;
        assert!(said.contains("The site says that the end is safe"), "{engine}: {said}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_person_disconnects_and_the_way_back_is_closed() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = emergency(&demo, 60).await;
        let client = gate.client(&demo, "l.ortega", &grant).await;
        let running = counting(&demo, client).await;
        // given somebody who read of another session: this one is not cut for it
        let size = demo.size().await;
        let cut = json!({ "session": running.session, "reason": "for the test", "only": ["SES-9999"] });
        let no = demo.world.named(&demo.caller("d.weber"), "cut-session", cut).await;
        assert!(matches!(&no, Err(Stop::Refused(r)) if r.say.id == "refuse-cut-unseen"), "{engine}: {no:?}");
        assert_eq!(demo.size().await, size, "{engine}");
        // when somebody of ours ends it who read of it
        let before = tokio::time::Instant::now();
        does(&demo, "d.weber", "disconnect", json!({ "grant": grant, "only": [running.session] })).await;
        let said = running.over().await;
        assert!(before.elapsed() < Duration::from_secs(10), "{engine}: {:?}", before.elapsed());
        assert!(said.contains("The site ended this session"), "{said}");
        let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
        assert_eq!(session.ended.unwrap().1, Ending::Disconnect, "{engine}");
        // then nobody comes back by the same grant, and is told why
        let back = gate.client(&demo, "l.ortega", &grant).await.runs(&["true"]).await;
        assert!(String::from_utf8_lossy(&back.stderr).contains("Not now, and this is why"), "{back:?}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn where_somebody_came_in_since_the_grant_goes_and_nobody_is_cut_unseen() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = emergency(&demo, 60).await;
        let client = gate.client(&demo, "l.ortega", &grant).await;
        let mut running = counting(&demo, client).await;
        // when somebody disconnects who read of another session, then the way in is shut and the work goes on
        let other = json!({ "grant": grant, "only": ["SES-9999"] });
        let done = does(&demo, "d.weber", "disconnect", other.clone()).await;
        assert_eq!(done["done"]["cut"], false, "{engine}: {done}");
        gate::until(&demo, "closing", |s| s.closing.is_some()).await;
        for _ in 0..5 {
            running.next().await;
        }
        let back = gate.client(&demo, "l.ortega", &grant).await.runs(&["true"]).await;
        assert!(String::from_utf8_lossy(&back.stderr).contains("Not now, and this is why"), "{engine}: {back:?}");
        // and once they read of it, it is cut
        let cut = json!({ "session": running.session, "reason": "for the test", "only": [running.session] });
        does(&demo, "d.weber", "cut-session", cut).await;
        assert!(running.over().await.contains("The site ended this session"), "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn behind_the_window_a_cut_is_an_act_of_the_area_and_of_nobody_else() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = emergency(&demo, 30).await;
        // given work of the same kind that was approved beforehand
        let weekly = json!({ "engagement": "E-025", "instance": "BMS-B61", "most_roles": ["configure"],
            "purposes": ["maintain"], "pattern": "gateway-unattended", "longest_minutes": 60, "weekdays": ["mon"],
            "hours_from": "06:00", "hours_until": "18:00", "last_day": "2026-12-20" });
        does(&demo, "anna.keller", "approve-beforehand", weekly).await;
        let client = gate.client(&demo, "l.ortega", &grant).await;
        let mut running = counting(&demo, client).await;
        let reference = running.session.clone();
        // before the window is over nothing asks for an end, so nobody says that one is safe
        let early = json!({ "session": reference });
        let no = demo.world.named(&demo.caller("d.weber"), "confirm-safe-end", early.clone()).await;
        assert!(matches!(&no, Err(Stop::Refused(r)) if r.say.id == "refuse-session-not-closing"), "{no:?}");
        demo.world.set("2026-11-16T08:00:30Z");
        gate::until(&demo, "closing", |s| s.closing.is_some()).await;
        // given everybody who has no say in the area: the person inside, their contact, another firm, quality, an
        // administrator and the shift lead of another site
        let size = demo.size().await;
        for handle in ["l.ortega", "i.campos", "c.moreau", "j.lindqvist", "k.brandt", "li.na"] {
            for (act, body) in [
                ("confirm-safe-end", early.clone()),
                ("cut-session", json!({ "session": reference, "reason": "for the test" })),
                ("attend-session", early.clone()),
                ("disconnect", json!({ "grant": grant })),
            ] {
                let no = demo.world.named(&demo.caller(handle), act, body).await;
                let refused = matches!(no, Err(Stop::NotFound | Stop::Refused(_) | Stop::Invalid(_)));
                assert!(refused, "{engine}: {handle} {act}: {no:?}");
            }
        }
        assert_eq!(demo.size().await, size, "{engine}");
        for _ in 0..5 {
            running.next().await;
        }
        // when the shift lead looks at what a cut would break
        let end = format!("/access/sessions/{reference}/end");
        let page = demo.sign_in("d.weber").await.get(&end).await.words();
        for told in ["Runs now", "a command: bash -c", "cuts the line within seconds", "that its end is safe"] {
            assert!(page.contains(told), "{engine}: {told}: {page}");
        }
        // and ends it, with a reason, though the grant is over
        does(&demo, "d.weber", "cut-session", json!({ "session": reference, "reason": "It writes to the wrong PLC." }))
            .await;
        let said = running.over().await;
        assert!(said.contains("The site ended this session"), "{engine}: {said}");
        let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
        assert_eq!(session.ended.unwrap().1, Ending::Disconnect, "{engine}");
        assert_eq!(demo.world.app.runs(session.id), None, "{engine}: what is over runs nothing");
        // and whoever was cut comes back by a new yes alone, though no grant stood any more
        let page = demo.sign_in("m.okafor").await.get("/engagements/E-025").await.words();
        assert!(page.contains("Taken back") && !page.contains("Stands"), "{engine}: {page}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_attendant_who_does_not_check_in_stops_what_is_new_and_freezes_nothing() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 60).await;
    let path = format!("ControlPath={}", demo.world.folder.join("mux").display());
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-M", "-o", &path]);
    let mut running = counting(&demo, client).await;
    // given a quarter of an hour without a sign of the attendant
    demo.world.set("2026-11-16T07:46:00Z");
    let more = || gate.typing("l.ortega", &grant, "", "").with(&["-o", &path]);
    let missed = more().runs(&["echo", "new"]).await;
    assert!(missed.stdout.is_empty(), "{missed:?}");
    running.to("20").await;
    assert!(gate::newest(&demo).await.unwrap().closing.is_none(), "a missed check-in asks for no end");
    // when they are there again, then so is everything
    attends(&demo, &running.session).await;
    let again = more().runs(&["echo", "new"]).await;
    assert_eq!(String::from_utf8_lossy(&again.stdout), "new\n", "{again:?}");
    running.leaves().await;
    demo.world.close().await;
}

#[tokio::test]
async fn what_a_killed_process_leaves_comes_home_and_is_said() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = emergency(&demo, 60).await;
        let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
        let mut running = client.begins(&["bash", "-c", "'echo before the power went; sleep 60'"]);
        let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
        attends(&demo, &session.facts.reference).await;
        let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
        while !lines.next_line().await.unwrap().unwrap().contains("before the power went") {}
        // given files as a process leaves them that was killed in the middle
        let (here, kept) = (demo.world.folder.join("recordings"), demo.world.folder.join("kept"));
        std::fs::create_dir_all(&kept).unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        for file in std::fs::read_dir(&here).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), kept.join(file.file_name())).unwrap();
        }
        assert!(gate::newest(&demo).await.unwrap().ended.is_none());
        gate.kill();
        // when another process opens the gate
        let porter = plantgate_porter::Porter::open(
            demo.world.app.clone(),
            &kept,
            plantgate_wire::words::Lang::En,
            plantgate_gateway::Limits::standard(),
        );
        porter.await.unwrap();
        // then the session ended, and what was sealed is kept, with the gap said
        let session = gate::newest(&demo).await.unwrap();
        assert_eq!(session.ended.unwrap().1, Ending::Loss, "{engine}");
        assert!(session.parts.len() == 2 && session.parts.iter().all(|p| p.gaps == 1), "{:?}", session.parts);
        let parts = gate::recorded(&demo, session.id).await;
        assert!(parts.iter().any(|p| p.contains("before the power went")), "{engine}: {parts:?}");
        running.kill().await.unwrap();
        demo.world.close().await;
    }
}
