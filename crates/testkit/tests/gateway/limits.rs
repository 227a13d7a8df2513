//! A measure that makes up for a limit of a system stops being in force while somebody works through the gateway (R-21,
//! S5.8c): nothing new begins, what runs goes on to its safe end, nothing is cut, and it is nobody's doing.

use plantgate_domain::event::witness::{Closing, Ending};
use plantgate_testkit::{
    demo::Demo,
    gate::{self, Gate},
};
use serde_json::json;

use super::{counting, does};
use crate::{r#loop::graded_from_scratch as graded, measures};

#[tokio::test]
async fn a_measure_that_breaks_lets_nothing_new_begin_and_cuts_nothing_that_runs() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        graded(&demo).await;
        measures::limited(&demo).await;
        does(&demo, "b.stahl", "agree-measures", measures::measures()).await;
        let grant = measures::granted(&demo).await;
        let gate = Gate::open(&demo).await;
        // given a step that was not taken, then nobody comes in, and is told what is missing
        let back = gate.client(&demo, "l.ortega", &grant).await.runs(&["true"]).await;
        let said = String::from_utf8_lossy(&back.stderr).into_owned();
        assert!(said.contains("Not now, and this is why"), "{engine}: {said}");
        measures::steps_taken(&demo, &grant).await;
        // given a connection in which something runs, and a way to open more on it
        let path = format!("ControlPath={}", demo.world.folder.join("mux").display());
        let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-M", "-o", &path]);
        let mut running = counting(&demo, client).await;
        let second = gate.typing("l.ortega", &grant, "", "").with(&["-o", &path]).runs(&["echo", "second"]).await;
        assert_eq!(String::from_utf8_lossy(&second.stdout), "second\n", "{engine}: {second:?}");
        // when somebody of the area says that a measure is not in force
        let breaks =
            json!({ "instance": "BMS-B61", "measure": "permit-number", "reason": "The permit was withdrawn." });
        does(&demo, "d.weber", "break-measure", breaks).await;
        let closing = gate::until(&demo, "closing", |s| s.closing.is_some()).await;
        assert_eq!(closing.closing.as_ref().unwrap().cause, Closing::Measure, "{engine}");
        // then nothing new begins, neither there nor by another connection
        let third = gate.typing("l.ortega", &grant, "", "").with(&["-o", &path]).runs(&["echo", "third"]).await;
        assert!(third.stdout.is_empty(), "{engine}: {third:?}");
        let back = gate.client(&demo, "l.ortega", &grant).await.runs(&["true"]).await;
        let said = String::from_utf8_lossy(&back.stderr).into_owned();
        assert!(said.contains("Not now, and this is why") && back.stdout.is_empty(), "{engine}: {said}");
        // and what runs goes on until the area says that its end is safe
        for _ in 0..15 {
            running.next().await;
        }
        assert!(closing.ended.is_none() && closing.cut.is_none(), "{engine}");
        does(&demo, "d.weber", "confirm-safe-end", json!({ "session": running.session })).await;
        let ended = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
        assert_eq!(ended.ended.unwrap().1, Ending::SafeEnd, "{engine}");
        assert!(running.over().await.contains("The site says that the end is safe"), "{engine}");
        demo.world.close().await;
    }
}
