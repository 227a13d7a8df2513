//! Looking at what was recorded: first what for, then the screen, the search, the lines and the log; who
//! may not learns nothing, and what is not what was recorded is never shown as it.

use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use plantgate_domain::{event::witness::PartKind, witness::session::Session};
use plantgate_store::{Stop, db::V, memory::Memory};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    gate::{self, Gate},
    world::{World, request},
};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::{attends, does, emergency};

/// Two screens with a pause between them, the second with what looks like markup; the first is cleared.
const SHOWS: &str = "printf 'first screen\\n'; sleep 2; printf '\\033[2J\\033[Hsecond <b>screen</b>\\n'; exit 3";

/// A session of a terminal that showed two screens and ended.
pub async fn recorded(demo: &Demo) -> Session {
    let gate = Gate::open(demo).await;
    let grant = emergency(demo, 60).await;
    let waiting = gate.client(demo, "l.ortega", &grant).await.with(&["-tt"]).begins(&[SHOWS]);
    let session = gate::until(demo, "begun", |s| s.ended.is_none()).await;
    attends(demo, &session.facts.reference).await;
    let output = waiting.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(3), "{}: {output:?}", demo.world.engine);
    let session = gate::until(demo, "ended", |s| s.ended.is_some()).await;
    assert_eq!(session.parts.len(), 2, "{:?}", session.parts);
    session
}

/// Where a part of a kind is looked at, and its number.
pub fn part(session: &Session, kind: PartKind) -> (String, String) {
    let number = session.parts.iter().position(|p| p.kind == kind).unwrap() + 1;
    (format!("{}?part={number}", page(session)), number.to_string())
}

/// Where a session is watched.
pub fn page(session: &Session) -> String {
    format!("/access/sessions/{}/recording", session.facts.reference)
}

/// Says by the form what somebody looks for.
pub async fn says(door: &Door, session: &Session, part: &str, purpose: &str) -> Reply {
    let id = request().to_string();
    let reference = session.facts.reference.as_str();
    let form = [("request_id", id.as_str()), ("session", reference), ("part", part), ("purpose", purpose)];
    door.form("/do/view-recording", &form).await
}

#[tokio::test]
async fn whoever_may_says_what_for_and_sees_what_was_recorded() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let session = recorded(&demo).await;
        let (path, number) = part(&session, PartKind::Terminal);
        let door = demo.sign_in("d.weber").await;
        // given the page of the session, which leads there
        let reference = &session.facts.reference;
        let own = door.get(&format!("/register/session/{reference}")).await;
        assert!(own.words().contains("Recordings") && own.body.contains(&path), "{engine}: {}", own.words());
        // then nothing is shown before it is said what for, and nothing is not enough
        let asks = door.get(&path).await;
        assert_eq!(asks.status, StatusCode::OK, "{engine}");
        assert!(asks.words().contains("Say what you look for"), "{}", asks.words());
        assert!(!asks.body.contains("first screen"), "{}", asks.words());
        let size = demo.size().await;
        let empty = says(&door, &session, &number, " ").await;
        assert_eq!((empty.status, demo.size().await), (StatusCode::UNPROCESSABLE_ENTITY, size), "{engine}");
        // when it is said, then it is one entry, and leads to the screen
        let done = says(&door, &session, &number, "Check the parameters, CHG-0409.").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {}", done.words());
        assert!(done.location().starts_with(&path), "{engine}: {}", done.location());
        assert_eq!(demo.size().await, size + 1, "{engine}");
        // and the screen is what stood there: nothing, the first, and the second in place of the first
        let at = async |at: &str| door.get(&format!("{path}&at={at}")).await.body;
        let (begin, last) = (at("0").await, at("99:59").await);
        assert!(!begin.contains("first screen") && !begin.contains("second &#60;b"), "{engine}: {begin}");
        assert!(last.contains("second &#60;b&#62;screen") && !last.contains("first screen"), "{engine}: {last}");
        let usual = door.get(&path).await;
        assert!(usual.words().contains("Next change") && usual.body.contains("open to you until"), "{engine}");
        // and it is found, with a link to when
        let found = door.get(&format!("{path}&q=FIRST+screen")).await;
        assert!(found.words().contains("Found once"), "{engine}: {}", found.words());
        let link = found.body.split("id=\"hits\"").nth(1).unwrap().split("href=\"").nth(1).unwrap();
        let link = plantgate_testkit::door::plain(link.split('"').next().unwrap());
        let then = door.get(&link).await;
        let screen = then.body.split("<pre").nth(1).unwrap().split("</pre>").next().unwrap();
        assert!(screen.contains("first screen") && !screen.contains("second"), "{engine}: {screen}");
        let none = door.get(&format!("{path}&q=never")).await;
        assert!(none.words().contains("Found nowhere"), "{engine}: {}", none.words());
        // and all of it stands there as lines
        let lines = door.get(&format!("{path}&at=0&lines=0")).await;
        let text = lines.words();
        assert!(text.contains("first screen") && lines.body.contains("second &#60;b&#62;screen"), "{engine}: {text}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn each_part_is_opened_by_itself_and_every_opening_stands_in_the_record() {
    let demo = Demo::on(World::sqlite().await).await;
    let session = recorded(&demo).await;
    let ((terminal, number), (log, of_log)) = (part(&session, PartKind::Terminal), part(&session, PartKind::Log));
    let door = demo.sign_in("m.okafor").await;
    says(&door, &session, &number, "What was shown.").await;
    // given an open terminal, then its log asks by itself
    assert!(door.get(&terminal).await.words().contains("Next change"));
    assert!(door.get(&log).await.words().contains("Say what you look for"));
    says(&door, &session, &of_log, "What ran.").await;
    let table = door.get(&log).await.words();
    assert!(table.contains("exit status 3") && table.contains("printf") && table.contains("session began"), "{table}");
    // and it is open to nobody else
    let other = demo.sign_in("anna.keller").await;
    assert!(other.get(&terminal).await.words().contains("Say what you look for"));
    // and the history of the session has who, and what for
    let history = other.get(&format!("/history/session/{}", session.facts.reference)).await.words();
    for word in ["Recording opened", "What was shown.", "What ran.", "Michael Okafor"] {
        assert!(history.contains(word), "{word}: {history}");
    }
    let mut look = demo.world.app.store().look().await.unwrap();
    let now: Session = look.get(session.id).await.unwrap();
    drop(look);
    assert_eq!(now.views.len(), 2, "{:?}", now.views);
    // an hour later it asks again
    demo.world.set("2026-11-16T10:00:00Z");
    let later = demo.sign_in("m.okafor").await;
    assert!(later.get(&terminal).await.words().contains("Say what you look for"));
    demo.world.close().await;
}

#[tokio::test]
async fn who_may_not_end_a_session_does_not_look_at_it() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let session = recorded(&demo).await;
        let (path, number) = part(&session, PartKind::Terminal);
        // the person who was inside, their contact, another firm, people of other sites; then ours without the power
        let strangers = ["l.ortega", "i.campos", "c.moreau", "li.na", "f.ibarra", "t.walker"];
        let ours = ["i.haddad", "j.lindqvist", "k.brandt"];
        for handle in strangers.into_iter().chain(ours) {
            let body = json!({ "session": session.facts.reference, "part": number.parse::<u32>().unwrap(),
                "purpose": "for the test" });
            let no = demo.world.named(&demo.caller(handle), "view-recording", body).await;
            let refused = matches!(no, Err(Stop::NotFound | Stop::Refused(_) | Stop::Invalid(_)));
            assert!(refused, "{engine}: {handle}: {no:?}");
            let page = demo.sign_in(handle).await.get(&path).await;
            let status = if ours.contains(&handle) { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
            assert_eq!(page.status, status, "{engine}: {handle}");
            assert!(!page.body.contains("screen</b>"), "{engine}: {handle}");
        }
        let nobody = demo.world.nobody().get(&path).await;
        assert!(nobody.location().starts_with("/sign-in"), "{engine}: {}", nobody.status);
        let mut look = demo.world.app.store().look().await.unwrap();
        let now: Session = look.get(session.id).await.unwrap();
        drop(look);
        assert_eq!(now.views, [], "{engine}: nobody of them opened it");
        // what is not there is refused with a reason
        for part in [0, 9] {
            let body = json!({ "session": session.facts.reference, "part": part, "purpose": "for the test" });
            let no = demo.world.named(&demo.caller("d.weber"), "view-recording", body).await;
            assert!(matches!(&no, Err(Stop::Refused(r)) if r.say.id == "refuse-view-none"), "{engine}: {no:?}");
        }
        let body = json!({ "session": session.facts.reference, "purpose": "for the test" });
        let no = demo.world.named(&demo.caller("d.weber"), "view-recording", body).await;
        assert!(matches!(&no, Err(Stop::Refused(r)) if r.say.id == "refuse-view-ended"), "{engine}: {no:?}");
        demo.world.close().await;
    }
}

/// The file of that name, wherever it lies in a folder.
pub fn found(folder: &Path, name: &str) -> Option<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).find_map(|path| match path.is_dir() {
        true => found(&path, name),
        false => Some(path).filter(|p| p.file_name().is_some_and(|n| n == name)),
    })
}

/// The entry that has the key of a recording.
pub async fn noticed(demo: &Demo, session: &Session) -> u64 {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    let entries = "select seq, body from entry where kind = $1 and id = $2 order by seq";
    let all = tx.all(entries, &[V::text("session"), V::Id(session.id.0)]).await.unwrap();
    let is = |body: &[u8]| String::from_utf8_lossy(body).contains("witness.session.noticed@1");
    all.iter().find(|rec| is(&rec.bytes(1).unwrap())).unwrap().size(0).unwrap()
}

#[tokio::test]
async fn a_recording_that_was_changed_or_is_gone_or_whose_key_was_erased_says_so() {
    let demo = Demo::on(World::sqlite().await).await;
    let session = recorded(&demo).await;
    let (path, number) = part(&session, PartKind::Terminal);
    let door = demo.sign_in("d.weber").await;
    says(&door, &session, &number, "for the test").await;
    assert!(door.get(&path).await.words().contains("Next change"));
    // given a file in which one byte is another
    let blob = &session.parts[number.parse::<usize>().unwrap() - 1].blob;
    let file = found(&demo.world.folder, blob).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let mut other = whole.clone();
    *other.last_mut().unwrap() ^= 1;
    std::fs::write(&file, &other).unwrap();
    let changed = door.get(&path).await;
    assert!(changed.words().contains("This recording was changed"), "{}", changed.words());
    assert!(!changed.body.contains("<pre"), "{}", changed.words());
    // given none
    std::fs::remove_file(&file).unwrap();
    let gone = door.get(&path).await.words();
    assert!(gone.contains("cannot be read here") && !gone.contains("was changed after"), "{gone}");
    std::fs::write(&file, &whole).unwrap();
    assert!(door.get(&path).await.words().contains("Next change"));
    // when the key is erased, then it is noise, and the page says why
    let entry = noticed(&demo, &session).await;
    let erase = json!({ "kind": "session", "object": session.facts.reference, "entry": entry, "ground": "request",
        "second": demo.person("m.okafor").to_string() });
    does(&demo, "k.brandt", "erase-text", erase).await;
    let erased = door.get(&path).await.words();
    assert!(erased.contains("The key of this recording was erased"), "{erased}");
    demo.world.close().await;
}

#[tokio::test]
async fn a_session_that_runs_is_watched_and_what_cannot_be_seen_is_said_to_be_unknown() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 60).await;
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
    let mut running = client.begins(&["echo seen from outside; read wait; echo bye"]);
    let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
    let door = demo.sign_in("d.weber").await;
    let own = door.get(&format!("/register/session/{}", session.facts.reference)).await;
    assert!(own.words().contains("Watch it now"), "{}", own.words());
    // given a session in which no terminal is open yet, then nobody says that nothing happens
    assert!(door.get(&page(&session)).await.words().contains("Say what you look for"));
    let size = demo.size().await;
    says(&door, &session, "", "I am beside them.").await;
    assert_eq!(demo.size().await, size + 1, "watching is an entry, too");
    let unknown = door.get(&page(&session)).await;
    assert!(unknown.words().contains("cannot be determined"), "{}", unknown.words());
    assert!(!unknown.body.contains("<pre"), "{}", unknown.words());
    // when it shows something, then so does the page
    attends(&demo, &session.facts.reference).await;
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    while !lines.next_line().await.unwrap().unwrap().contains("seen from outside") {}
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let live = door.get(&page(&session)).await;
    assert!(live.body.contains("seen from outside") && live.words().contains("Look again"), "{}", live.words());
    // and when it ended, then its page leads to what was recorded
    drop(running.stdin.take());
    let _gone = running.kill().await;
    gate::quiet(&demo).await;
    let over = door.get(&page(&session)).await.words();
    assert!(over.contains("The session ended meanwhile"), "{over}");
    demo.world.close().await;
}
