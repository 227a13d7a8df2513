//! Moving from one engine to another is exporting the ledger and folding it: the same head, the same rows, sound.

use plantgate_store::{Stop, transfer, verify};
use plantgate_testkit::{demo::Demo, world::World};

async fn head(w: &World) -> verify::Verified {
    let mut tx = w.app.store().db().read().await.unwrap();
    verify::verify(&mut tx, true).await.unwrap()
}

async fn export(w: &World) -> (Vec<u8>, Vec<u8>) {
    let mut tx = w.app.store().db().read().await.unwrap();
    let (mut entries, mut private) = (Vec::new(), Vec::new());
    transfer::export_entries(&mut tx, &mut entries).await.unwrap();
    transfer::export_private(&mut tx, &mut private).await.unwrap();
    (entries, private)
}

#[tokio::test]
async fn a_plant_moves_from_sqlite_to_postgresql_and_back() {
    let Some(server) = World::postgres().await else { return };
    // given a demo plant on SQLite
    let demo = Demo::on(World::sqlite().await).await;
    let was = head(&demo.world).await;
    let (entries, private) = export(&demo.world).await;
    // when its ledger is folded on PostgreSQL
    let db = server.app.store().db();
    let count = transfer::import(db, &mut entries.as_slice(), &mut private.as_slice()).await.unwrap();
    // then entries, root and rows are the same, and it is sound there
    assert_eq!(head(&server).await, was);
    assert_eq!(count, was.size);
    // and the way back gives the same bytes
    assert_eq!(export(&server).await, (entries.clone(), private.clone()));
    // and an archive that has entries takes no others
    let again = transfer::import(db, &mut entries.as_slice(), &mut private.as_slice()).await;
    assert!(matches!(again, Err(Stop::Invalid(_))));
    server.close().await;
    demo.world.close().await;
}

#[tokio::test]
async fn a_foreign_line_is_refused_with_its_number_and_nothing_is_kept() {
    for w in World::both().await {
        let entries = b"{\"this\":\"is no entry\"}\n".to_vec();
        let refused = transfer::import(w.app.store().db(), &mut entries.as_slice(), &mut [].as_slice()).await;
        let Err(Stop::Invalid(why)) = refused else { panic!("{refused:?}") };
        assert_eq!(why[0].place.line, Some(1));
        assert_eq!(head(&w).await.size, 0);
        w.close().await;
    }
}
