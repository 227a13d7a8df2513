//! Says what a golden record comes to, for whoever has a reason to change what is expected: `golden record.jsonl`
//! prints its `standings.json` as this code would have it. `golden new` prints a new record, of the demo plant and
//! every act of the story; only for a further golden record, because an old one is never written anew.

use std::io::Write;

use plantgate_store::transfer;
use plantgate_testkit::{
    golden,
    story::{Story, steps},
    world::World,
};

#[tokio::main]
async fn main() {
    let mut out = Vec::new();
    let asked = std::env::args().nth(1).unwrap_or_else(|| golden::RECORDS[0].0.to_owned());
    if asked == "new" {
        let mut story = Story::on(World::sqlite().await).await;
        for step in steps() {
            story.does(&step).await.unwrap_or_else(|stop| panic!("{}: {stop}", step.act));
        }
        let mut tx = story.demo.world.app.store().db().read().await.unwrap();
        transfer::export_entries(&mut tx, &mut out).await.unwrap();
    } else {
        let world = World::sqlite().await;
        golden::load(world.app.store().db(), &asked).await;
        serde_json::to_writer_pretty(&mut out, &golden::read(world.app.store().db()).await).unwrap();
        out.push(b'\n');
    }
    std::io::stdout().write_all(&out).unwrap();
}
