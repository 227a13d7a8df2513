//! Emergencies in numbers: each with its review and what was in danger, and a look at the process where there
//! were more than three within thirty days.

use axum::http::StatusCode;
use plantgate_app::review::watch;
use plantgate_domain::{base::Kind, review::task::Task};
use plantgate_testkit::{demo::Demo, world::request};
use serde_json::json;

use super::gateway::{does, emergency};

/// What the watchman asked to be looked at, by kind of its subject.
async fn looks(demo: &Demo) -> Vec<Kind> {
    watch::round(&demo.world.app).await.unwrap();
    let tasks = demo.world.every::<Task>().await.into_iter();
    let mut kinds: Vec<Kind> =
        tasks.filter(|t| t.facts.rule == "R-35" && is_place(t)).map(|t| t.facts.subject.kind).collect();
    kinds.sort_unstable();
    kinds
}

fn is_place(t: &Task) -> bool {
    matches!(t.facts.subject.kind, Kind::Site | Kind::Provider)
}

#[tokio::test]
async fn emergencies_are_counted_by_what_was_in_danger_and_too_many_ask_for_a_look() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let door = demo.sign_in("m.okafor").await;
        assert!(door.get("/access/emergencies").await.words().contains("No emergency was opened"), "{engine}");
        // given three nights on which somebody was let in
        let mut grants = Vec::new();
        for day in ["17", "18", "19"] {
            demo.world.set(&format!("2026-11-{day}T02:00:00Z"));
            grants.push(emergency(&demo, 30).await);
        }
        // when somebody who was not there looks at one, then a page asks what was in danger before anything is recorded
        let reviewer = demo.sign_in("m.okafor").await;
        let path = format!("/access/grants/{}/review", grants[0]);
        let id = request().to_string();
        let finding = [("request_id", id.as_str()), ("finding", "Air stood still.")];
        let size = demo.size().await;
        let asked = reviewer.form(&path, &finding).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(
            asked.words().contains("Say what was in danger") && asked.body.contains("Air stood still."),
            "{engine}"
        );
        assert_eq!(demo.size().await, size, "{engine}");
        let said = reviewer.form(&path, &[&finding[..], &[("cause", "equipment")]].concat()).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{engine}: {}", said.words());
        // three ask for no look
        assert_eq!(looks(&demo).await, [], "{engine}");
        let page = reviewer.get("/access/emergencies").await.words();
        assert!(page.contains("equipment 1 1 1") && page.contains("not said yet 2 2 2"), "{engine}: {page}");
        assert!(!page.contains("More than three"), "{engine}: {page}");
        // a fourth does, at the site and of the provider; a fifth asks nobody again
        for day in ["20", "21"] {
            demo.world.set(&format!("2026-11-{day}T02:00:00Z"));
            emergency(&demo, 30).await;
            assert_eq!(looks(&demo).await, [Kind::Provider, Kind::Site], "{engine}");
        }
        let door = demo.sign_in("m.okafor").await;
        let page = door.get("/access/emergencies").await.words();
        assert!(page.contains("More than three") && page.contains("Brunnfeld: 5"), "{engine}: {page}");
        // by site and as a file; who sees nothing of it finds nothing
        let none = door.get("/access/emergencies?site=CED").await.words();
        assert!(!none.contains(&grants[0]), "{engine}");
        let csv = door.get("/access/emergencies?as=csv&site=BRU").await.body;
        assert!(csv.lines().count() == 6 && csv.contains("equipment"), "{engine}: {csv}");
        assert_eq!(demo.sign_in("l.ortega").await.get("/access/emergencies").await.status, StatusCode::NOT_FOUND);
        // months later they count no more, and nothing is asked for again
        demo.world.set("2027-03-01T08:00:00Z");
        let page = demo.sign_in("m.okafor").await.get("/access/emergencies").await.words();
        assert!(page.contains("equipment 0 0 1") && !page.contains("More than three"), "{engine}: {page}");
        assert_eq!(looks(&demo).await.len(), 2, "{engine}");
        does(&demo, "m.okafor", "review-emergency", json!({ "grant": grants[1], "cause": "people", "finding": "x" }))
            .await;
        demo.world.close().await;
    }
}
