//! Says what the golden record comes to, for whoever has a reason to change what is expected: prints `standings.json`
//! as this code would have it. `golden record` prints a new record of the demo plant and a long history; only for a
//! new golden record, because an old one is never written anew.

use std::io::Write;

use plantgate_store::transfer;
use plantgate_testkit::{
    golden,
    histories::Histories,
    story::Story,
    world::{D0, World, at},
};

#[tokio::main]
async fn main() {
    let mut out = Vec::new();
    if std::env::args().nth(1).as_deref() == Some("record") {
        // The demo plant, the whole story on it, and much that happens in no good order.
        let mut story = Story::on(World::sqlite().await).await;
        Histories::new(62_443, at(D0)).happen(&mut story, 900).await;
        let mut tx = story.demo.world.app.store().db().read().await.unwrap();
        transfer::export_entries(&mut tx, &mut out).await.unwrap();
    } else {
        let world = World::sqlite().await;
        golden::load(world.app.store().db()).await;
        serde_json::to_writer_pretty(&mut out, &golden::read(world.app.store().db()).await).unwrap();
        out.push(b'\n');
    }
    std::io::stdout().write_all(&out).unwrap();
}
