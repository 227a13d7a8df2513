//! The description of the API is what the API does: it takes every body of the story, and it and the reader of bodies
//! refuse the same spoilt ones, through the real door; no answer has a status that is not described.

use axum::http::StatusCode;
use plantgate_domain::base::Instant;
use plantgate_testkit::{
    histories::Histories,
    schema::takes,
    story::{Story, steps},
    world::World,
};
use serde_json::Value;

#[tokio::test]
async fn bodies_are_refused_by_the_schema_exactly_when_the_door_cannot_read_them() {
    let mut story = Story::on(World::sqlite().await).await;
    let document = story.demo.world.nobody().get("/api/v1/openapi.json").await.json();
    let schema = |act: &str| -> Value { document["components"]["schemas"][act].clone() };
    for step in steps() {
        story.begins(&step);
        let body = story.filled(&step.body).await;
        assert!(takes(&schema(&step.act), &body), "{}: {body}\n{}", step.act, schema(&step.act));
        story.does(&step).await.unwrap();
    }
    // An auditor may do nothing: what comes back is what the reader of bodies says, or that rules forbid it.
    let auditor = story.door("W-auditor-BRU").await;
    let mut spoilt = Histories::new(77, Instant::MIN);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..3_000 {
        let step = spoilt.spoilt();
        let body = story.filled(&step.body).await;
        let reply = auditor.json(&format!("/api/v1/acts/{}?preview=true", step.act), &body).await;
        let described = &document["paths"][format!("/api/v1/acts/{}", step.act)]["post"]["responses"];
        let status = reply.status.as_str();
        assert!(described.get(status).is_some() && reply.status.as_u16() < 500, "{} {body}: {status}", step.act);
        let unread = reply.status == StatusCode::UNPROCESSABLE_ENTITY && reply.json()["errors"][0]["field"] == "body";
        let taken = takes(&schema(&step.act), &body);
        assert_eq!(taken, !unread, "{} {body}: {}\n{}", step.act, reply.body, schema(&step.act));
        (read, refused) = (read + usize::from(taken), refused + usize::from(!taken));
    }
    // Found by a generator of requests: a spoilt query was told in words of the framework, with a status that nobody
    // described.
    let reply = auditor.json("/api/v1/acts/activate-person?preview=2", &Value::Null).await;
    assert_eq!(
        (reply.status, &reply.json()["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &"preview".into())
    );
    assert!(read > 500 && refused > 500, "too tame: {read} read, {refused} refused");
    story.demo.world.close().await;
}
