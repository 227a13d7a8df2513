//! Prints `docs/who-may.md`: the matrix of routes, acts and people, walked on SQLite. `cargo xtask generate` writes it.

use plantgate_testkit::{story::Story, walk::walk, world::World};

#[tokio::main]
async fn main() {
    let (_story, matrix) = walk(Story::on(World::sqlite().await).await).await;
    print!("{}", matrix.text());
}
