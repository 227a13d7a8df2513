//! A recording that another machine made comes to its session: by hand and by a program, once,
//! sealed, marked, opened for a purpose, and gone when its days are over. What is no recording leaves nothing behind.

mod public;
mod rules;

use std::path::Path;

use axum::http::{Method, StatusCode};
use plantgate_domain::{
    base::{Instant, Kind},
    witness::session::Session,
};
use plantgate_store::{Stop, audit, backup, clock::Wall, db::V, memory::Memory};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::request,
};
use serde_json::{Value, json};

use super::gateway::{does, plays};

/// A day, in seconds.
const DAY: i64 = 86_400;
/// Two screens with a pause between them, the second with what looks like markup.
const CAST: &str = "{\"version\":2,\"width\":80,\"height\":24,\"timestamp\":1763280000}\n\
    [0.5,\"o\",\"first screen\\r\\n\"]\n[3.25,\"o\",\"\\u001b[2J\\u001b[Hsecond <b>screen</b>\"]\n";

/// A session that somebody of ours entered and that ended: whose it was.
pub async fn entered(demo: &Demo, person: &str) -> String {
    let body = json!({ "instance": "BMS-B61", "person": demo.person(person).to_string() });
    let begun = does(demo, "d.weber", "start-session", body).await;
    let reference = begun["done"]["reference"].as_str().unwrap().to_owned();
    does(demo, "d.weber", "end-session", json!({ "session": reference, "how": "user" })).await;
    reference
}

async fn stands(demo: &Demo, reference: &str) -> Session {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Session, reference).await.unwrap().unwrap();
    look.get(on).await.unwrap()
}

/// Brings a file by the form.
async fn brings(door: &Door, session: &str, file: &str, more: &[(&str, &str)]) -> Reply {
    let id = request().to_string();
    let fields = [&[("request_id", id.as_str()), ("source", "Jump host of hall 3")][..], more].concat();
    door.upload(&format!("/access/sessions/{session}/bring"), &fields, ("C:\\tmp\\rec.cast", file)).await
}

/// Sends the bytes as a program does.
async fn sends(door: &Door, asked: &str, bytes: &[u8]) -> Reply {
    let kind = Some("application/octet-stream");
    door.send(Method::POST, &format!("/api/v1/recordings?{asked}"), kind, bytes.to_vec()).await
}

/// The body of the act that names what was sent.
fn named(session: &str, sent: &Reply) -> Value {
    json!({ "session": session, "recording": sent.json()["recording"], "source": "Jump host of hall 3" })
}

/// How many files lie where evidence lies, kept or on their way.
fn files(folder: &Path) -> usize {
    let all = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    all.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

fn lies(demo: &Demo) -> usize {
    files(&demo.world.folder.join("blobs"))
}

/// No sign that steers a terminal or a browser.
fn harmless(what: &str, page: &Reply) {
    let bad = page.body.chars().find(|c| c.is_control() && !['\n', '\t', '\r'].contains(c));
    assert_eq!((page.status, bad), (StatusCode::OK, None), "{what}");
}

async fn no(demo: &Demo, who: &str, act: &str, body: Value) -> String {
    match demo.world.named(&demo.caller(who), act, body).await.unwrap_err() {
        Stop::Refused(no) => no.say.id.to_string(),
        Stop::Invalid(why) => why.iter().map(|i| i.why.id.to_string()).collect::<Vec<_>>().join(" "),
        other => format!("{other:?}"),
    }
}

/// What the hour does: deletes what is due, and sweeps files that nobody names.
async fn passes(demo: &Demo, at: Instant) -> usize {
    demo.world.clock.set(at);
    let deleted = demo.world.app.delete_due_recordings().await.unwrap();
    demo.world.app.store().sweep_uploads(Wall::now()).await.unwrap();
    deleted
}

async fn sound(demo: &Demo) {
    let store = demo.world.app.store();
    let (asked, limits) = (audit::Asked::Affordable, store.limits());
    let report = audit::run(store.db(), store.blobs(), &[], &asked, limits).await.unwrap();
    assert_eq!(report.damage, vec![], "{}", demo.world.engine);
    let place = demo.world.folder.join(format!("backup-{}", request().simple()));
    let made = backup::make(store, &place).await.unwrap();
    assert_eq!(made.absent, Vec::<String>::new(), "{}", demo.world.engine);
}

/// What the entry of a session that brought something says, as it lies in the record.
async fn entry(demo: &Demo, session: &Session) -> String {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    let sql = "select body from entry where kind = $1 and id = $2 order by seq desc limit 1";
    let rec = tx.one(sql, &[V::text("session"), V::Id(session.id.0)]).await.unwrap().unwrap();
    String::from_utf8_lossy(&rec.bytes(0).unwrap()).into_owned()
}

#[tokio::test]
async fn a_recording_is_brought_once_sealed_and_marked_and_opens_for_a_purpose() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let reference = entered(&demo, "l.ortega").await;
        let own = format!("/register/session/{reference}");
        let door = demo.sign_in("d.weber").await;
        // given the page of the session, which leads to the form
        let page = door.get(&own).await;
        let form = format!("/access/sessions/{reference}/bring");
        assert!(page.body.contains(&form), "{engine}: {}", page.words());
        assert!(door.get(&form).await.words().contains("Which machine made it"), "{engine}");
        // when it is brought, then it is one entry with its counts, and the machine stands nowhere in the clear
        let size = demo.size().await;
        let sent = brings(&door, &reference, CAST, &[]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{engine}: {}", sent.words());
        assert_eq!(demo.size().await, size + 1, "{engine}");
        let session = stands(&demo, &reference).await;
        let (part, from) = (&session.parts[0], &session.brought[0]);
        assert_eq!((part.lines, part.gaps, part.bytes), (2, 0, CAST.len() as u64), "{engine}");
        assert_eq!((from.format, from.seconds, from.days), (2, 3, 90), "{engine}");
        let said = entry(&demo, &session).await;
        assert!(said.contains("witness.session.brought@1") && said.contains(&from.sha256), "{engine}: {said}");
        assert!(!said.contains("Jump host"), "{engine}: {said}");
        // and what lies on the disk is noise
        let file = plays::found(&demo.world.folder.join("blobs"), &part.blob).unwrap();
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(5).any(|w| w == b"first") && bytes.len() as u64 == part.sealed, "{engine}");
        // and the page says what it is
        let page = door.get(&own).await.words();
        for words in ["nobody here saw it being made", "Jump host of hall 3", "Recordings"] {
            assert!(page.contains(words), "{engine}: {words}: {page}");
        }
        let list = door.get("/recordings").await.words();
        assert!(list.contains(&reference) && list.contains("brought from elsewhere"), "{engine}: {list}");
        // when the same file comes again, by hand or by a program, then nothing changes
        let (size, lay) = (demo.size().await, lies(&demo));
        let again = brings(&door, &reference, CAST, &[]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{engine}: {}", again.words());
        assert!(again.location().contains("recording-same"), "{engine}: {}", again.location());
        let sent = sends(&door, &format!("session={reference}"), CAST.as_bytes()).await;
        let named = does(&demo, "d.weber", "bring-recording", named(&reference, &sent)).await;
        assert_eq!((&named["done"]["part"], &named["entries"]), (&json!(1), &json!(0)), "{engine}: {named}");
        assert_eq!((demo.size().await, lies(&demo)), (size, lay), "{engine}");
        plays_it(&demo, &door, &session).await;
        demo.world.close().await;
    }
}

/// First what for, then the screen, the search and the lines; each page says where it is from.
async fn plays_it(demo: &Demo, door: &Door, session: &Session) {
    let engine = demo.world.engine;
    let path = format!("{}?part=1", plays::page(session));
    let asks = door.get(&path).await;
    assert!(asks.words().contains("Say what you look for"), "{engine}: {}", asks.words());
    assert!(!asks.body.contains("first screen"), "{engine}");
    let size = demo.size().await;
    let done = plays::says(door, session, "1", "Check the parameters.").await;
    assert_eq!((done.status, demo.size().await), (StatusCode::SEE_OTHER, size + 1), "{engine}: {}", done.words());
    let last = door.get(&format!("{path}&at=9:00")).await;
    assert!(last.body.contains("second &#60;b&#62;screen") && !last.body.contains("first"), "{engine}: {}", last.body);
    assert!(last.words().contains("nobody here saw it being made"), "{engine}: {}", last.words());
    let found = door.get(&format!("{path}&q=FIRST")).await.words();
    assert!(found.contains("Found once"), "{engine}: {found}");
    let lines = door.get(&format!("{path}&lines=0")).await.words();
    assert!(lines.contains("first screen"), "{engine}: {lines}");
    // nothing runs here that could be watched
    let live = door.get(&plays::page(session)).await.words();
    assert!(live.contains("recorded nothing of this kind"), "{engine}: {live}");
}

#[tokio::test]
async fn what_was_brought_goes_when_its_days_are_over_and_a_hold_wins() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let second = demo.person("m.okafor").to_string();
        let days = json!({ "site": "BRU", "days": 30, "second": second, "reason": "Works council." });
        does(&demo, "k.brandt", "set-recording-days", days).await;
        let reference = entered(&demo, "l.ortega").await;
        // given two files of one session, a week between them: the second makes the first stay no longer
        let door = demo.sign_in("d.weber").await;
        brings(&door, &reference, CAST, &[]).await;
        let came = stands(&demo, &reference).await.brought[0].at;
        demo.world.clock.set(came.plus_secs(7 * DAY));
        let door = demo.sign_in("d.weber").await;
        let other = CAST.replace("first", "another");
        let sent = brings(&door, &reference, &other, &[]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{engine}: {}", sent.words());
        let session = stands(&demo, &reference).await;
        assert!(
            door.get(&format!("/register/session/{reference}")).await.words().contains("30 days after"),
            "{engine}"
        );
        assert_eq!(passes(&demo, came.plus_secs(30 * DAY - 1)).await, 0, "{engine}");
        // when somebody keeps it, then its time is over and it is there; its key is not erased meanwhile
        let keep = json!({ "session": reference, "ground": "hold", "reason": "Finding F-0231." });
        does(&demo, "d.weber", "keep-recording", keep).await;
        assert_eq!(passes(&demo, came.plus_secs(31 * DAY)).await, 0, "{engine}");
        let seal = session.seal().unwrap().clone();
        let erase = json!({ "kind": "session", "object": reference, "entry": first(&demo, &session).await,
            "ground": "request", "second": second });
        assert_eq!(no(&demo, "k.brandt", "erase-text", erase).await, "refuse-erase-held", "{engine}");
        let release = json!({ "session": reference, "ground": "hold", "second": second, "reason": "Closed." });
        does(&demo, "k.brandt", "release-recording", release).await;
        // then both go at once, file and key, the page says so, and nothing comes any more
        assert_eq!(passes(&demo, came.plus_secs(31 * DAY + 1)).await, 1, "{engine}");
        let blobs = demo.world.folder.join("blobs");
        let there = session.parts.iter().filter(|part| plays::found(&blobs, &part.blob).is_some()).count();
        assert_eq!(there, 0, "{engine}");
        let mut look = demo.world.app.store().look().await.unwrap();
        assert_eq!(look.open_private(&seal).await.unwrap(), None, "{engine}");
        drop(look);
        let door = demo.sign_in("d.weber").await;
        let page = door.get(&format!("/register/session/{reference}")).await;
        assert!(page.words().contains("Deleted on") && !page.body.contains("/bring\""), "{engine}: {}", page.words());
        let late = brings(&door, &reference, CAST, &[]).await;
        assert!(late.words().contains("none is brought any more"), "{engine}: {}", late.words());
        sound(&demo).await;
        demo.world.close().await;
    }
}

/// The entry that has the key: the first one that brought something.
async fn first(demo: &Demo, session: &Session) -> u64 {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    let sql = "select seq, body from entry where kind = $1 and id = $2 order by seq";
    let all = tx.all(sql, &[V::text("session"), V::Id(session.id.0)]).await.unwrap();
    let is = |body: &[u8]| String::from_utf8_lossy(body).contains("witness.session.brought@1");
    all.iter().find(|rec| is(&rec.bytes(1).unwrap())).unwrap().size(0).unwrap()
}
