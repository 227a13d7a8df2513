//! What the tests of this folder share: small acts, what an answer was, what must hold afterwards.

use axum::http::StatusCode;
use plantgate_app::App;
use plantgate_store::{Away, Stop, ops::upload::By, verify};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::request,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// An act that needs no file: an administrator registers a site.
pub async fn site(demo: &Demo, app: &App, id: Uuid, name: &str) -> Result<Value, Stop> {
    let body = json!({ "reference": name, "name": name, "zone": "Europe/Berlin", "country": "DE" });
    plantgate_app::acts::act(app, &demo.caller("k.brandt"), id, "register-site", body).await
}

/// The same with a request of its own, which must be done.
pub async fn works(demo: &Demo, app: &App, name: &str) {
    site(demo, app, request(), name).await.unwrap_or_else(|stop| panic!("{}: {stop}", demo.world.engine));
}

/// Takes a file for whoever stands at the machine.
pub async fn take(app: &App, file: &[u8]) -> Result<String, Stop> {
    let limit = app.store().limits().evidence_bytes;
    app.store().take_file(file, limit, By::House).await.map(|stored| stored.sha256)
}

/// What is broken.
pub fn away<T: std::fmt::Debug>(answer: Result<T, Stop>) -> Away {
    match answer {
        Err(Stop::Away(away)) => away,
        other => panic!("{other:?}"),
    }
}

/// Names a file that was taken as what the list of users asks for.
pub fn delivery(sha256: &str, bytes: usize) -> Value {
    json!({ "request": "REQ-0577", "file_name": "users.csv", "media": "text/csv", "sha256": sha256, "bytes": bytes })
}

/// The page of a trouble, in words a person reads.
pub fn told(reply: &Reply, words: &str) {
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{}", reply.words());
    assert!(reply.words().contains(words), "{}", reply.words());
}

/// A page that needs neither file nor writing answers.
pub async fn reads(door: &Door) {
    let page = door.get("/providers").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.words());
}

/// The same behind a node that did not start. PostgreSQL tells an error before it gives back the locks of what failed,
/// so for moments the tables are still being made anew, and a page says that others write, and nothing worse.
pub async fn reads_soon(door: &Door) {
    for _ in 0..8 {
        let page = door.get("/providers").await;
        if page.status == StatusCode::OK {
            return;
        }
        told(&page, "Others write at the same time");
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    }
    reads(door).await;
}

/// The record is whole: bytes, tree, columns, texts, rows.
pub async fn sound(app: &App) -> u64 {
    let mut tx = app.store().db().read().await.unwrap();
    let found = verify::verify(&mut tx, true).await.unwrap();
    assert_eq!(found.damage, []);
    found.size
}

/// Files that lie in a folder of what is on its way.
pub fn aside(demo: &Demo) -> usize {
    std::fs::read_dir(demo.world.folder.join("blobs/aside")).unwrap().count()
}
