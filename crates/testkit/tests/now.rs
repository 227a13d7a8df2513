//! The board of who is inside, and ending access from it: how wide, what ends, what does not, and who may not.

use axum::http::{StatusCode, header};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::World,
};
use serde_json::json;

use super::gateway::{does, emergency};

/// Lucía Ortega inside `BMS-B61`, typed in, under an emergency grant: the session and the grant.
async fn inside(demo: &Demo) -> (String, String) {
    let grant = emergency(demo, 60).await;
    let body = json!({ "instance": "BMS-B61", "person": demo.person("l.ortega").to_string(), "grant": grant });
    let began = does(demo, "d.weber", "start-session", body).await;
    (began["done"]["reference"].as_str().unwrap().to_owned(), grant)
}

/// What a reader is told of sites that they do not see.
const UNSEEN: &str = "Other sites may have access of the same person or provider";
const SCOPES: [&str; 4] = ["session", "person", "provider", "everywhere"];

/// Ends access in a scope and a mode with a reason, after a page that showed one session, or none.
async fn ends(door: &Door, path: &str, (scope, mode): (&str, &str), reason: &str, shown: &str) -> Reply {
    let id = plantgate_testkit::world::request().to_string();
    let fields = [("request_id", id.as_str()), ("scope", scope), ("mode", mode), ("reason", reason), ("shown", shown)];
    door.form(path, &fields).await
}

#[tokio::test]
async fn an_end_says_what_it_ends_reaches_as_far_as_its_reader_and_is_nobody_elses() {
    let demo = Demo::on(World::sqlite().await).await;
    let (session, grant) = inside(&demo).await;
    let path = format!("/access/sessions/{session}/end");
    let mut doors = Vec::new();
    for handle in ["l.ortega", "i.campos", "li.na", "t.walker"] {
        doors.push((handle, demo.sign_in(handle).await));
    }
    let quality = demo.sign_in("j.lindqvist").await;
    // Coming in is an entry, too: counted from here on.
    let size = demo.size().await;
    // given everybody who has no say: the person inside, their contact, and engineers of other sites see no page
    for (handle, door) in &doors {
        for scope in SCOPES {
            let shown = door.get(&format!("{path}?scope={scope}")).await;
            assert_eq!(shown.status, StatusCode::NOT_FOUND, "{handle} {scope}");
            let tried = ends(door, &path, (scope, "hard"), "for the test", &session).await;
            assert_eq!(tried.status, StatusCode::NOT_FOUND, "{handle} {scope}");
        }
    }
    // quality sees it, and ends nothing
    for scope in SCOPES {
        let shown = quality.get(&format!("{path}?scope={scope}")).await.words();
        assert!(shown.contains("you have no say there") && !shown.contains("Disconnect at once"), "{scope}: {shown}");
        let tried = ends(&quality, &path, (scope, "hard"), "for the test", &session).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN, "{scope}");
    }
    assert_eq!(demo.size().await, size, "nothing was done");
    // when the shift lead of one site looks at the widest end, then other sites are told of without their names
    let lead = demo.sign_in("d.weber").await;
    let wide = lead.get(&format!("{path}?scope=everywhere")).await.words();
    for told in [&session, &grant, "Lucía Ortega", UNSEEN] {
        assert!(wide.contains(told), "{told}: {wide}");
    }
    for hidden in ["Cedar Bluff", "Felipe Ibarra", "you have no say there"] {
        assert!(!wide.contains(hidden), "{hidden}: {wide}");
    }
    let narrow = lead.get(&path).await.words();
    assert!(!narrow.contains(UNSEEN), "{narrow}");
    // whoever has the function at every site reads of none that is left
    let everywhere = demo.sign_in("m.okafor").await.get(&format!("{path}?scope=everywhere")).await.words();
    assert!(!everywhere.contains("you have no say there") && !everywhere.contains(UNSEEN), "{everywhere}");
    // a safe end wants a reason; a disconnect in a hurry wants none, and takes the way back
    let size = demo.size().await;
    let without = ends(&lead, &path, ("everywhere", "safe-end"), "", &session).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(demo.size().await, size);
    // what was not on the page is not entered as ended, and said
    let unseen = ends(&lead, &path, ("everywhere", "hard"), "", "").await;
    assert!(unseen.location().contains("done=session-spared"), "{} {}", unseen.status, unseen.location());
    let still = lead.get(&path).await;
    assert!(still.body.contains(&format!("value=\"{session}\"")), "{}", still.words());
    let ended = ends(&lead, &path, ("everywhere", "hard"), "", &session).await;
    assert!(ended.location().starts_with("/now?done=session-ended"), "{} {}", ended.status, ended.location());
    let shown = lead.get(&path).await.words();
    assert!(shown.contains("Nothing of this is inside"), "{shown}");
    let body = json!({ "instance": "BMS-B61", "person": demo.person("l.ortega").to_string(), "grant": grant });
    let back = does(&demo, "d.weber", "start-session", body).await;
    assert_eq!(back["done"]["cover"], "unmatched", "{back}");
    demo.world.close().await;
}

#[tokio::test]
async fn a_grant_without_a_session_goes_with_the_person_and_not_with_one_session() {
    let demo = Demo::on(World::sqlite().await).await;
    let unused = emergency(&demo, 90).await;
    let (session, grant) = inside(&demo).await;
    let lead = demo.sign_in("d.weber").await;
    let path = format!("/access/sessions/{session}/end");
    let narrow = lead.get(&path).await.words();
    assert!(narrow.contains(&grant) && !narrow.contains(&unused), "{narrow}");
    for scope in ["person", "provider", "everywhere"] {
        let wide = lead.get(&format!("{path}?scope={scope}")).await.words();
        assert!(wide.contains(&unused) && wide.contains("nobody is inside under it"), "{scope}: {wide}");
    }
    ends(&lead, &path, ("person", "safe-end"), "The job is done.", &session).await;
    for taken in [&grant, &unused] {
        let shown = lead.get(&format!("/access/grants/{taken}")).await.words();
        assert!(shown.contains("Revoked"), "{shown}");
    }
    demo.world.close().await;
}

#[tokio::test]
async fn the_board_is_drawn_as_lanes_hangs_on_a_wall_without_names_and_tells_that_it_changed() {
    let demo = Demo::on(World::sqlite().await).await;
    let lead = demo.sign_in("d.weber").await;
    let mark = |page: &str| page.split("data-mark=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let before = mark(&lead.get("/now").await.body);
    // the line says the mark of the page, and nothing else
    let line = lead.get("/now/events").await;
    assert_eq!(line.headers[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(line.body, format!("event: board\ndata: {before}\n\n"));
    let (session, _) = inside(&demo).await;
    // a quarter of an hour later nobody has said that they are beside them
    demo.world.set("2026-11-16T07:46:00Z");
    let now = lead.get("/now").await;
    assert_ne!(mark(&now.body), before);
    assert!(lead.get("/now/events").await.body.contains(&mark(&now.body)));
    assert!(now.words().contains("1 held"), "{}", now.words());
    // lanes say in words what they draw
    let lanes = lead.get("/now?view=lanes&span=day").await;
    assert!(lanes.body.contains("aria-label=\"Window Mon 16 Nov") && lanes.body.contains("url(#p-held)"));
    assert!(lanes.words().contains(&session) && lanes.words().contains("Lucía Ortega"));
    // on a wall nobody is named, and nobody acts
    let wall = lead.get("/now?wall=1&names=no").await;
    assert!(!wall.words().contains("Lucía Ortega") && wall.words().contains("somebody"), "{}", wall.words());
    assert!(wall.body.contains("data-theme=\"dark\"") && !wall.body.contains(&format!("{session}/end")));
    // a provider's people hear nothing, nobody else is let in
    assert_eq!(demo.sign_in("i.campos").await.get("/now/events").await.status, StatusCode::NOT_FOUND);
    assert_eq!(demo.world.nobody().get("/now/events").await.location(), "/sign-in");
    demo.world.close().await;
}
