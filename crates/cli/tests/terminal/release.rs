//! A newer release takes the place of an older one while that serves: two processes on one record, whose rows have two
//! shapes. The older one ends with words and loses nothing that it acknowledged, the newer one answers the same.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
};

use plantgate_app::App;
use plantgate_store::{Away, Limits, Stop, blobs::Blobs, schema::ROWS_VERSION};
use plantgate_testkit::{demo::Demo, world::request};
use serde_json::{Value, json};

use super::{
    cosigners::{NOW, started},
    folder::Folder,
};

/// What both releases are asked.
const ASKED: [&str; 7] = [
    "/api/v1/objects/provider",
    "/api/v1/objects/engagement?is=standing:restricted",
    "/api/v1/objects/engagement/E-025",
    "/api/v1/objects/request?is=due:overdue",
    "/api/v1/objects/grant",
    "/api/v1/objects/access-request",
    "/api/v1/objects/provider/P-09/history",
];

/// The plant as the release before left it: it knew a column more, and made rows of the shape before. Its node serves
/// in this process.
async fn older(demo: &mut Demo) {
    let before = ROWS_VERSION - 1;
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    let sql = format!(
        "alter table card add column mood text; update meta set value = '{before}' where name = 'rows';
        update edge set generation = {before}"
    );
    tx.script(sql).await.unwrap();
    tx.commit().await.unwrap();
    demo.world.app.store().db().close().await;
    let limits = Limits { rows: before, ..Limits::for_testing() };
    let blobs = Blobs::open(&demo.world.folder.join("blobs")).await.unwrap();
    demo.world.app = demo.world.by(&demo.world.address, limits, blobs).await.unwrap();
}

fn site(name: &str) -> Value {
    json!({ "reference": name, "name": name, "zone": "Europe/Berlin", "country": "DE" })
}

/// Acts until the node serves no more; what it acknowledged.
async fn acts(app: App, caller: plantgate_app::Caller) -> Vec<String> {
    let mut done = Vec::new();
    for n in 0.. {
        let (id, name) = (request(), format!("Y{n}"));
        loop {
            match plantgate_app::acts::act(&app, &caller, id, "register-site", site(&name)).await {
                Err(Stop::Busy) => tokio::task::yield_now().await,
                Err(Stop::Away(Away::Newer)) => return done,
                answered => {
                    answered.unwrap();
                    break done.push(name);
                }
            }
        }
    }
    done
}

/// Asks the newer release; the status and the body.
fn ask(address: &str, token: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut line = TcpStream::connect(address).unwrap();
    let head = format!("{method} {path} HTTP/1.0\r\nHost: plant\r\nAuthorization: Bearer {token}\r\n");
    let about = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    line.write_all(format!("{head}{about}{body}").as_bytes()).unwrap();
    let mut said = String::new();
    line.read_to_string(&mut said).unwrap();
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    (head.split_whitespace().nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// An answer without the instant and the size at which it was given.
fn timeless(answer: &str) -> Value {
    let mut answer: Value = serde_json::from_str(answer).unwrap();
    if let Some(fields) = answer.as_object_mut() {
        fields.remove("at");
        fields.remove("log_size");
    }
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_node_ends_with_words_loses_nothing_and_the_newer_one_answers_the_same() {
    for mut demo in Demo::both().await {
        let engine = demo.world.engine;
        older(&mut demo).await;
        let (app, door) = (demo.world.app.clone(), demo.sign_in("k.brandt").await);
        let mut before = Vec::new();
        for path in ASKED {
            let answer = door.get(path).await;
            assert_eq!(answer.status.as_u16(), 200, "{engine} {path}: {}", answer.body);
            before.push(timeless(&answer.body));
        }
        let begun = demo.size().await;
        // given somebody who acts all the while
        let acting = tokio::spawn(acts(app.clone(), demo.caller("k.brandt")));
        // when a node of this release is started on the same record, as a process of its own
        let data = demo.world.folder.to_string_lossy().into_owned();
        if engine == "PostgreSQL" {
            let config = format!("database = \"{}\"\n", demo.world.address);
            std::fs::write(demo.world.folder.join("plantgate.toml"), config).unwrap();
        }
        let words = ["--data", &data, NOW[0], NOW[1], "serve", "--listen", "127.0.0.1:0"];
        let (mut newer, address) = started(Command::new(env!("CARGO_BIN_EXE_plantgate")).args(words));
        // then the older one acts no more, and says what happened and who can help, on pages and to programs
        let done = acting.await.unwrap();
        assert!(!done.is_empty(), "{engine}");
        let page = door.get("/providers").await;
        assert_eq!(page.status.as_u16(), 503, "{engine}");
        assert!(page.words().contains("A newer release of Plantgate works on this database"), "{}", page.words());
        let german = door.clone().in_language("de").get("/providers").await.words();
        assert!(
            german.contains("Eine neuere Fassung von Plantgate") && german.contains("wer die Maschine"),
            "{german}"
        );
        let told = door.json("/api/v1/acts/register-site", &site("LATE")).await;
        assert_eq!((told.status, &told.json()["code"]), (page.status, &json!("away-newer-release")), "{engine}");
        let look = app.store().look().await.err();
        assert!(matches!(look, Some(Stop::Away(Away::Newer))), "{engine}: it would read rows it does not know");
        // and the newer one has rows of its own shape, gives the same answers, and has all that was acknowledged
        let mut tx = app.store().db().read().await.unwrap();
        assert!(tx.one("select mood from card limit 1", &[]).await.is_err(), "{engine}");
        drop(tx);
        for (path, was) in ASKED.iter().zip(before) {
            let (status, is) = ask(&address, door.token(), "GET", path, "");
            assert_eq!((status, timeless(&is)), (200, was), "{engine} {path}");
        }
        for name in &done {
            let (status, said) = ask(&address, door.token(), "GET", &format!("/api/v1/objects/site/{name}"), "");
            assert_eq!(status, 200, "{engine} {name}: {said}");
        }
        // and goes on
        let body = site("NEXT").to_string();
        let (status, said) = ask(&address, door.token(), "POST", "/api/v1/acts/register-site", &body);
        assert_eq!(status, 200, "{engine}: {said}");
        newer.kill();
        app.store().db().close().await;
        let folder = Folder::on(demo.world.folder.clone());
        let (code, said) = folder.json(&["verify", "--rebuild"], "");
        assert_eq!((code, &said["sound"]), (Some(0), &json!(true)), "{engine}: {said}");
        assert_eq!(said["size"], json!(begun + done.len() as u64 + 1), "{engine}: each is there once, no other");
        demo.world.close().await;
    }
}
