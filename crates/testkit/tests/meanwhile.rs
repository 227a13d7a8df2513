//! While the rows of a new release are made, every address answers, in the reader's language, and says what stays.

use plantgate_app::{Stop, read::Memory};
use plantgate_domain::base::Kind;
use plantgate_store::schema;
use plantgate_testkit::{demo::Demo, world::World};
use plantgate_web::door::meanwhile::meanwhile;
use tokio::{net::TcpListener, sync::oneshot};

#[tokio::test]
async fn nobody_stands_before_a_shut_port_while_rows_are_made() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (open, opened) = oneshot::channel::<&str>();
    // given a record that takes its time to fold
    let making = tokio::spawn(meanwhile(listener, async { opened.await.unwrap() }));
    plantgate_store::blobs::choose_tls();
    let client = reqwest::Client::new();
    let ask = client.get(format!("http://{address}/access/grants?site=BRU")).header("accept-language", "de");
    // when somebody opens any page, then it says so and asks again by itself
    let page = ask.send().await.unwrap();
    assert_eq!((page.status().as_u16(), page.headers()["refresh"].to_str().unwrap()), (503, "2"));
    assert_eq!(page.headers()["retry-after"], "2");
    assert!(page.headers().contains_key("content-security-policy"));
    let text = page.text().await.unwrap();
    assert!(text.contains("Was in der Anlage läuft, läuft weiter"), "{text}");
    // and when the rows are there, the same address goes on with what comes after
    open.send("the archive").unwrap();
    let (listener, made) = making.await.unwrap().unwrap();
    assert_eq!((made, listener.local_addr().unwrap()), ("the archive", address));
    let next = tokio::spawn(async move { listener.accept().await.map(|_| ()) });
    let _ = tokio::net::TcpStream::connect(address).await.unwrap();
    next.await.unwrap().unwrap();
}

/// A node of the release before reads while another makes the rows anew: it sees all of them or says it is busy.
#[tokio::test]
async fn an_older_node_never_reads_rows_that_are_not_there_yet() {
    for w in World::both().await {
        let demo = Demo::on(w).await;
        let store = demo.world.app.store().clone();
        let sites = store.look().await.unwrap().every(Kind::Site).await.unwrap().len();
        assert!(sites > 0);
        // given a newer release that dropped the rows and has not made them yet
        let mut newer = store.db().write().await.unwrap();
        schema::recreate_derived(&mut newer).await.unwrap();
        // when the older node reads, then it is told to wait, or reads what stood
        for _ in 0..3 {
            match store.look().await {
                Ok(mut look) => assert_eq!(look.every(Kind::Site).await.unwrap().len(), sites, "{}", demo.world.engine),
                Err(stop) => assert!(matches!(stop, Stop::Busy), "{}: {stop}", demo.world.engine),
            }
        }
        // and when the newer one gives up, then all is as before
        newer.undo().await.unwrap();
        assert_eq!(store.look().await.unwrap().every(Kind::Site).await.unwrap().len(), sites);
        demo.world.close().await;
    }
}

/// What a newer release keeps beside the record is added to a data directory that an older one made.
#[tokio::test]
async fn the_data_of_an_older_release_gets_the_tables_of_a_newer_one() {
    for w in World::both().await {
        let demo = Demo::on(w).await;
        // given an archive as a release before left it: another shape of rows, no table for wrong codes
        let mut tx = demo.world.app.store().db().write().await.unwrap();
        tx.script(
            "drop table code_try; update meta set value = '1' where name = 'rows';
            update edge set generation = 1;"
                .to_owned(),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        // when this release opens it
        let app = demo.world.again().await.unwrap();
        // then the table is there, and everything else as it was
        let mut tx = app.store().db().read().await.unwrap();
        assert_eq!(tx.all("select count(*) from code_try", &[]).await.unwrap()[0].int(0).unwrap(), 0);
        let found = plantgate_store::verify::verify(&mut tx, true).await.unwrap();
        assert_eq!(found.damage, [], "{}", demo.world.engine);
        drop(tx);
        app.store().db().close().await;
        demo.world.close().await;
    }
}
