//! A database that goes away and comes back, and a COMMIT whose answer is lost.

use std::net::SocketAddr;

use axum::http::StatusCode;
use plantgate_app::App;
use plantgate_store::{Away, Limits, Stop, blobs::Blobs};
use plantgate_testkit::{
    cluster::Cluster,
    demo::Demo,
    proxy::{Commit, Mode, Proxy},
    world::{World, request},
};
use serde_json::json;

use super::ground::{away, reads, site, sound, take, told};

/// Impatient, so that the test need not wait.
fn limits() -> Limits {
    Limits { database_secs: 2, answer_secs: 2, ..Limits::for_testing() }
}

#[tokio::test]
async fn a_database_that_is_gone_is_told_and_the_first_request_after_its_return_is_answered() {
    let Some(cluster) = Cluster::start() else { return };
    let mut demo = Demo::on(World::over(cluster.url("postgres"), "PostgreSQL").await).await;
    let blobs = Blobs::open(&demo.world.folder.join("blobs")).await.unwrap();
    demo.world.app = demo.world.by(&cluster.url("postgres"), limits(), blobs).await.unwrap();
    let (app, door) = (demo.world.app.clone(), demo.sign_in("k.brandt").await);
    let before = sound(&app).await;
    for round in 0..2 {
        reads(&door).await;
        // given a server that is gone, as in a power cut
        cluster.stop();
        // when somebody reads or acts, then both are told, in their language, and that what runs in the plant goes on
        told(&door.get("/providers").await, "The database does not answer");
        let german = door.clone().in_language("de").get("/providers").await;
        told(&german, "Die Datenbank antwortet nicht");
        assert!(german.words().contains("Was in der Anlage läuft, läuft weiter"), "{}", german.words());
        let body = json!({ "reference": "NEU", "name": "Neuwerk", "zone": "Europe/Berlin", "country": "DE" });
        let reply = door.json("/api/v1/acts/register-site", &body).await;
        assert_eq!((reply.status, &reply.json()["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("away-database")));
        assert!(reply.headers.contains_key("retry-after"));
        let id = request();
        assert_eq!(away(site(&demo, &app, id, &format!("D{round}")).await), Away::Database);
        assert_eq!(away(take(&app, b"a file\n").await), Away::Database);
        // when it is back, then the very first page is answered, and the same request is done
        cluster.begin();
        reads(&door).await;
        site(&demo, &app, id, &format!("D{round}")).await.unwrap();
    }
    assert_eq!(sound(&app).await, before + 2);
    demo.world.close().await;
}

#[tokio::test]
async fn a_short_restart_that_nobody_saw_costs_nobody_a_request() {
    let Some(cluster) = Cluster::start() else { return };
    let demo = Demo::on(World::over(cluster.url("postgres"), "PostgreSQL").await).await;
    let door = demo.sign_in("k.brandt").await;
    // given a pool of connections that were used
    futures_util::future::join_all((0..6).map(|_| reads(&door))).await;
    // when the server was restarted meanwhile, then they are dead, and nobody notices
    cluster.stop();
    cluster.begin();
    reads(&door).await;
    site(&demo, &demo.world.app, request(), "RESTART").await.unwrap();
    demo.world.close().await;
}

/// The demo plant on PostgreSQL, with a line between that can lose things.
async fn over_a_line() -> Option<(Demo, Proxy, App)> {
    let world = World::postgres().await?;
    let demo = Demo::on(world).await;
    let (head, tail) = demo.world.address.rsplit_once('@').unwrap();
    let (host, name) = tail.split_once('/').unwrap();
    let line = Proxy::before(host.parse::<SocketAddr>().unwrap()).await;
    let blobs = Blobs::open(&demo.world.folder.join("blobs")).await.unwrap();
    let app = demo.world.by(&format!("{head}@{}/{name}", line.address), limits(), blobs).await.unwrap();
    Some((demo, line, app))
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_looked_up_and_the_receipt_is_the_one_it_got() {
    let Some((demo, line, app)) = over_a_line().await else { return };
    let before = sound(&app).await;
    // given an answer that is lost on a line that works again at once, cut or silent; when an act is done, then it is
    // looked up and answered as if nothing had been
    for (n, commit) in [Commit::Done, Commit::Hushed].into_iter().enumerate() {
        let id = request();
        line.set(Mode::Loses(commit));
        let first = site(&demo, &app, id, &format!("L{n}")).await.unwrap_or_else(|stop| panic!("{commit:?}: {stop}"));
        assert_eq!(line.mode(), Mode::Through, "the commit went over the line and was lost");
        let again = site(&demo, &app, id, &format!("L{n}")).await.unwrap();
        assert_eq!((&again["done"], &again["entry"]), (&first["done"], &first["entry"]), "{commit:?}");
        assert_eq!(again["repeated"], json!(true));
    }
    assert_eq!(sound(&app).await, before + 2, "each is there once");
    demo.world.close().await;
}

#[tokio::test]
async fn an_outcome_that_nobody_knows_is_told_as_that_and_the_same_request_finds_out() {
    let Some((demo, line, app)) = over_a_line().await else { return };
    let before = sound(&app).await;
    // given a commit that never arrived; then nobody knows, and the same request does it
    let id = request();
    line.set(Mode::Loses(Commit::Undone));
    let unknown = site(&demo, &app, id, "UNDONE").await;
    assert!(matches!(unknown, Err(Stop::OutcomeUnknown)), "{unknown:?}");
    let done = site(&demo, &app, id, "UNDONE").await.unwrap();
    assert_eq!(done["repeated"], json!(false));
    // given a commit that was done, and a line that stays away behind it
    let id = request();
    line.set(Mode::Loses(Commit::Last));
    let act = site(&demo, &app, id, "DONE").await;
    assert_eq!(sound(&demo.world.app).await, before + 2, "the server has it");
    // then nobody knows, which is told; and another body under the same request is refused when the line is back
    assert!(matches!(act, Err(Stop::OutcomeUnknown)), "{act:?}");
    line.set(Mode::Through);
    let found = site(&demo, &app, id, "DONE").await.unwrap();
    assert_eq!(found["repeated"], json!(true), "{found}");
    let other = site(&demo, &app, id, "OTHER").await;
    assert!(matches!(&other, Err(Stop::Refused(r)) if r.say.id == "stop-request-reused"), "{other:?}");
    assert_eq!(sound(&app).await, before + 2, "each is there once");
    demo.world.close().await;
}

/// A file has no line that could lose an answer; but whoever asked may be gone before it comes, on either engine.
#[tokio::test]
async fn an_answer_that_nobody_waited_for_is_the_answer_of_the_same_request_on_another_node() {
    for demo in Demo::both().await {
        let (app, before) = (demo.world.app.clone(), sound(&demo.world.app).await);
        let id = request();
        // given somebody who asks and hangs up while it is done
        let mut grown = app.store().grown();
        tokio::select! {
            biased;
            _ = grown.changed() => {}
            _ = site(&demo, &app, id, "HUNG") => panic!("the record grows before anybody is answered"),
        }
        // when the same request comes to another node, then it gets the receipt of what was done
        let other = demo.world.again().await.unwrap();
        let found = site(&demo, &other, id, "HUNG").await.unwrap();
        assert_eq!(found["repeated"], json!(true), "{}: {found}", demo.world.engine);
        assert_eq!(sound(&other).await, before + 1, "{}", demo.world.engine);
        other.store().db().close().await;
        demo.world.close().await;
    }
}
