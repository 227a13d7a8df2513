//! Packs while they are made: how far they are, what happens to one whose process died, who may go on with it, and that
//! each is recorded once.

use std::{collections::BTreeSet, sync::Mutex};

use axum::http::StatusCode;
use plantgate_app::review::{
    ordered::{self, Held, Order, Stage},
    pack::{self, Disclose, Wish},
    progress::{Count, Counted, Progress},
};
use plantgate_domain::base::PersonId;
use plantgate_store::{Clock, Limits, Store, clock::Wall, db::V, memory::Memory, ops::pack_order};
use plantgate_testkit::{
    bucket::Bucket,
    demo::Demo,
    door::{Door, Reply},
    proxy::Mode,
    world::{D0, at, request},
};
use plantgate_web::door::Workshop;
use serde_json::json;
use uuid::Uuid;

use crate::erasure::given::everything;

const WHO: &str = "m.okafor";
/// Nobody's order.
const NONE: [Uuid; 0] = [];
/// For whom and what for: nothing else says it.
const REASON: &str = "Inspection by the Obersteiner authority";

/// Notes what it is told.
#[derive(Default)]
struct Told(Mutex<Vec<Count>>);

impl Progress for Told {
    fn reached(&self, count: Count) {
        self.0.lock().unwrap().push(count);
    }
}

/// The demo, with a clock that a test moves and that leases go by.
async fn watched() -> Vec<Demo> {
    let mut all = Vec::new();
    for mut demo in Demo::both().await {
        demo.world.restart(Clock::watched(at(D0))).await;
        all.push(demo);
    }
    all
}

async fn wall(store: &Store) -> Wall {
    store.wall(&store.look().await.unwrap())
}

/// Lets so many seconds pass.
async fn pass(demo: &Demo, secs: i64) {
    let before = wall(demo.world.app.store()).await;
    demo.world.clock.pass(secs);
    assert_eq!(wall(demo.world.app.store()).await, Wall(before.0 + secs), "the clock stands still");
}

fn order() -> Order {
    let wish = Wish { providers: vec!["P-09".to_owned()], disclose: Disclose::Names, ..Wish::default() };
    Order { request: request(), wish, language: "en".to_owned(), reason: REASON.to_owned(), again: None }
}

fn taking(done: u64, total: u64) -> Stage {
    Stage { step: "taking".to_owned(), count: Some(Count { of: Counted::Files, done, total }) }
}

/// Work begins at an order, as a workshop begins it; nobody renews it.
async fn begun(store: &Store, person: PersonId, order: &Order) -> Held {
    ordered::begin(store, person, order, &taking(1, 3)).await.unwrap().expect("somebody else is at it")
}

/// A person's browser after the process was started anew: no workshop knows what was made before.
fn restarted(demo: &mut Demo, door: &Door) -> Door {
    demo.world.workshop = Workshop::default();
    door.clone().at(demo.world.router())
}

fn page_of(order: &Order) -> String {
    format!("/packs/making/{}", order.request)
}

async fn resumes(door: &Door, order: &Order) -> Reply {
    let id = order.request.to_string();
    door.form(&format!("{}/resume", page_of(order)), &[("request_id", &id)]).await
}

async fn cancels(door: &Door, order: &Order) -> Reply {
    door.form(&format!("{}/cancel", page_of(order)), &[("request_id", &request().to_string())]).await
}

/// Where a pack stands once it is made.
async fn finished(door: &Door, reply: &Reply) -> String {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.words());
    let mut at = reply.location().to_owned();
    while at.contains("/making/") {
        let page = door.get(&at).await;
        match page.status {
            StatusCode::SEE_OTHER => page.location().clone_into(&mut at),
            _ => assert!(page.body.contains("under way"), "{}", page.words()),
        }
        tokio::task::yield_now().await;
    }
    at.split('?').next().unwrap_or_default().to_owned()
}

/// The file that waits behind a pack's page.
async fn file(door: &Door, at: &str) -> Vec<u8> {
    let page = door.get(at).await;
    let place = page.body.find("/packs/making/").map(|i| &page.body[i..]);
    let place = place.unwrap_or_else(|| panic!("no file waits: {}", page.words()));
    let reply = door.get(place.split('"').next().unwrap()).await;
    assert!(reply.status == StatusCode::OK && reply.body.starts_with("PK"), "{}", reply.words());
    reply.bytes
}

async fn orders(store: &Store, person: PersonId) -> Vec<Uuid> {
    let mut look = store.look().await.unwrap();
    ordered::all(store, &mut look, person).await.unwrap().into_iter().map(|o| o.request).collect()
}

#[tokio::test]
async fn drawing_tells_how_far_it_is_while_it_goes_on() {
    for demo in Demo::both().await {
        let (engine, store, me) = (demo.world.engine, demo.world.app.store(), demo.person(WHO));
        // given a pack with files, when it is drawn, then each is counted, and how many there are from the first on
        let (told, wish) = (Told::default(), Wish { evidence: true, ..order().wish });
        let drawn = pack::draw_telling(store, me, &wish, "en", &told).await.unwrap();
        let told = told.0.into_inner().unwrap();
        let files: Vec<u64> = told.iter().filter(|c| c.of == Counted::Files).map(|c| c.done).collect();
        let total = drawn.draft.blobs.len() as u64;
        assert!(total > 1 && files == (0..=total).collect::<Vec<_>>(), "{engine}: {files:?} of {total}");
        assert!(told.iter().filter(|c| c.of == Counted::Files).all(|c| c.total == total), "{engine}: {told:?}");
        let objects: Vec<&Count> = told.iter().filter(|c| c.of == Counted::Objects).collect();
        let (first, last) = (objects.first().unwrap(), objects.last().unwrap());
        assert!(first.done == 0 && last.done == last.total && last.total > 1, "{engine}: {objects:?}");
        // and of a range its entries are
        let (told, size) = (Told::default(), demo.size().await);
        let wish = Wish { range: Some((10, size)), ..Wish::default() };
        pack::draw_telling(store, me, &wish, "en", &told).await.unwrap();
        let last = *told.0.lock().unwrap().last().unwrap();
        assert_eq!(last, Count { of: Counted::Entries, done: size - 10, total: size - 10 }, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_order_whose_process_died_is_taken_up_by_its_person_and_recorded_once() {
    for mut demo in watched().await {
        let (engine, order, me) = (demo.world.engine, order(), demo.person(WHO));
        let (door, other) = (demo.sign_in(WHO).await, demo.sign_in("h.vogel").await);
        let (size, page) = (demo.size().await, page_of(&order));
        // given work that somebody is at, then this server says where it is, and nobody takes it up
        drop(begun(demo.world.app.store(), me, &order).await);
        let door = restarted(&mut demo, &door);
        let shown = door.get(&page).await;
        assert!(shown.words().contains("Taking 1 of 3 files"), "{engine}: {}", shown.words());
        assert!(shown.body.contains("<progress") && shown.body.contains("data-reload"), "{engine}");
        assert_eq!(resumes(&door, &order).await.location(), page, "{engine}");
        assert!(door.get("/packs").await.words().contains("under way"), "{engine}");
        // when its process is silent for longer than its lease, then it is interrupted, and the page says what is next
        pass(&demo, pack_order::LEASE + 1).await;
        let shown = door.get(&page).await.words();
        for words in ["The pack was interrupted", "Nothing was recorded", "Make it now", "Discard"] {
            assert!(shown.contains(words), "{engine}: {shown}");
        }
        let list = door.get("/packs").await;
        assert!(list.body.contains(&page) && list.words().contains("interrupted"), "{engine}: {}", list.words());
        // to somebody else, who may make packs as well, there is no such thing
        assert_eq!(other.get(&page).await.status, StatusCode::NOT_FOUND, "{engine}");
        for reply in [resumes(&other, &order).await, cancels(&other, &order).await] {
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{engine}: {}", reply.words());
        }
        assert!(!other.get("/packs").await.body.contains(&page), "{engine}");
        assert_eq!((demo.size().await, orders(demo.world.app.store(), me).await.len()), (size, 1), "{engine}");
        // when its person takes it up, then it is recorded once, its file waits, and nothing is left of the order
        let at = finished(&door, &resumes(&door, &order).await).await;
        assert_eq!(demo.size().await, size + 1, "{engine}");
        file(&door, &at).await;
        assert_eq!(orders(demo.world.app.store(), me).await, NONE, "{engine}");
        // and the same form sent twice leads to the same pack
        let twice = finished(&door, &resumes(&door, &order).await).await;
        assert_eq!((twice, demo.size().await), (at, size + 1), "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_pack_that_was_recorded_before_its_process_died_gets_no_second_entry() {
    for mut demo in watched().await {
        let (engine, order, me) = (demo.world.engine, order(), demo.person(WHO));
        let door = demo.sign_in(WHO).await;
        // given a pack that was made, and something recorded since
        let id = order.request.to_string();
        let form = [("request_id", id.as_str()), ("provider", "P-09"), ("disclose", "names"), ("reason", REASON)];
        let at = finished(&door, &door.form("/packs", &form).await).await;
        let first = file(&door, &at).await;
        demo.reviewed().await;
        let size = demo.size().await;
        // when the process had died before the order was removed
        drop(begun(demo.world.app.store(), me, &order).await);
        pass(&demo, pack_order::LEASE + 1).await;
        let door = restarted(&mut demo, &door);
        let shown = door.get(&page_of(&order)).await;
        assert!(shown.words().contains("is recorded already"), "{engine}: {}", shown.words());
        assert!(shown.body.contains(&format!("href=\"{at}\"")), "{engine}: {at}");
        // then taking it up gives the very file under the entry there is
        let again = finished(&door, &resumes(&door, &order).await).await;
        assert_eq!((&again, demo.size().await), (&at, size), "{engine}");
        assert!(file(&door, &again).await == first, "{engine}: another file");
        assert_eq!(orders(demo.world.app.store(), me).await, NONE, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn who_may_no_longer_or_proves_nothing_takes_nothing_up() {
    for mut demo in watched().await {
        let (engine, order, me) = (demo.world.engine, order(), demo.person(WHO));
        let door = demo.sign_in(WHO).await;
        drop(begun(demo.world.app.store(), me, &order).await);
        pass(&demo, pack_order::LEASE + 1).await;
        let door = restarted(&mut demo, &door);
        let size = demo.size().await;
        let ages = async |secs: i64| {
            let mut tx = demo.world.app.store().db().write().await.unwrap();
            let sql = "update web_session set step_at = step_at - $1 where person = $2";
            tx.run(sql, &[V::Int(secs), V::Id(me.0)]).await.unwrap();
            tx.commit().await.unwrap();
        };
        // given a proof that is old, then a newer one is asked for, and the order stands
        ages(700).await;
        let asked = resumes(&door, &order).await;
        assert!(asked.body.contains("prove_code"), "{engine}: {} {}", asked.status, asked.words());
        assert_eq!((demo.size().await, orders(demo.world.app.store(), me).await.len()), (size, 1), "{engine}");
        ages(-700).await;
        // given somebody who may make no packs any more, then a restart gives them none
        let body = json!({ "person": "N-102", "role": "ot-security" });
        demo.world.named(&demo.caller("k.brandt"), "take-role", body).await.unwrap();
        let refused = resumes(&door, &order).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{engine}: {}", refused.words());
        assert_eq!(demo.size().await, size + 1, "{engine}: something was recorded beside the role");
        // and what they ordered they throw away
        assert_eq!(cancels(&door, &order).await.location(), "/packs", "{engine}");
        assert_eq!(orders(demo.world.app.store(), me).await, NONE, "{engine}");
        assert_eq!(door.get(&page_of(&order)).await.status, StatusCode::NOT_FOUND, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_second_node_sees_how_far_a_pack_is_and_stops_it() {
    for demo in watched().await {
        let (engine, order, me) = (demo.world.engine, order(), demo.person(WHO));
        let door = demo.sign_in(WHO).await;
        let first = demo.world.again().await.unwrap();
        // given work at another node, which renews its lease, then this one follows it
        let held = begun(first.store(), me, &order).await;
        for done in 1..=3 {
            pass(&demo, pack_order::LEASE - 1).await;
            assert!(held.goes_on(&taking(done, 3)).await.unwrap(), "{engine}");
            let shown = door.get(&page_of(&order)).await.words();
            assert!(shown.contains(&format!("Taking {done} of 3 files")), "{engine}: {shown}");
            assert!(shown.contains("Another server is at it"), "{engine}: {shown}");
        }
        // and a form that is sent to this one begins nothing here
        let id = order.request.to_string();
        let form = [("request_id", id.as_str()), ("provider", "P-09"), ("reason", REASON)];
        assert_eq!(door.form("/packs", &form).await.location(), page_of(&order), "{engine}");
        // nor does somebody else's under the same id
        let other = demo.sign_in("h.vogel").await;
        assert_eq!(other.form("/packs", &form).await.status, StatusCode::FORBIDDEN, "{engine}");
        // when it is stopped here, then the other is told at its next word
        assert_eq!(cancels(&door, &order).await.location(), "/packs", "{engine}");
        assert!(!held.goes_on(&taking(3, 3)).await.unwrap(), "{engine}");
        // and whoever was silent for too long writes no more over who took it up
        let held = begun(first.store(), me, &order).await;
        pass(&demo, pack_order::LEASE + 1).await;
        let taken_up = begun(demo.world.app.store(), me, &order).await;
        assert!(!held.goes_on(&taking(2, 3)).await.unwrap(), "{engine}");
        held.end().await.unwrap();
        assert!(taken_up.goes_on(&taking(2, 3)).await.unwrap(), "{engine}");
        first.store().db().close().await;
        demo.world.close().await;
    }
}

/// The demo with its evidence behind a line that a test disturbs.
async fn behind_a_line() -> Vec<(Demo, Bucket)> {
    let mut all = Vec::new();
    for mut demo in Demo::both().await {
        let Some(bucket) = Bucket::create().await else { continue };
        let blobs = bucket.blobs(&demo.world).await;
        demo.world.app = demo.world.by(&demo.world.address, Limits::for_testing(), blobs).await.unwrap();
        all.push((demo, bucket));
    }
    all
}

#[tokio::test]
async fn a_slow_pack_says_how_far_it_is_and_stops_when_another_node_throws_it_away() {
    for (demo, bucket) in behind_a_line().await {
        let (engine, me) = (demo.world.engine, demo.person(WHO));
        let (door, store, size) = (demo.sign_in(WHO).await, demo.world.app.store(), demo.size().await);
        // given an evidence store that takes its time
        bucket.line.set(Mode::Slow(std::time::Duration::from_millis(500)));
        let id = request();
        let text = id.to_string();
        let form = [("request_id", text.as_str()), ("provider", "P-09"), ("evidence", "yes"), ("reason", REASON)];
        let reply = door.form("/packs", &form).await;
        let page = format!("/packs/making/{id}");
        assert_eq!(reply.location(), page, "{engine}: {}", reply.words());
        // then the page counts its files, and so does what others are told
        let mut seen = BTreeSet::new();
        while !seen.contains("told") || !seen.contains("shown") {
            let shown = door.get(&page).await.words();
            assert!(shown.contains("under way"), "{engine}: it was over too soon: {shown}");
            seen.extend((shown.contains("Taking ") && shown.contains(" files")).then_some("shown"));
            let mut look = store.look().await.unwrap();
            let standing = ordered::standing(store, &mut look, me, id).await.unwrap().expect("nothing is noted");
            seen.extend(standing.stage.count.is_some_and(|c| c.of == Counted::Files && c.total > 1).then_some("told"));
            tokio::task::yield_now().await;
        }
        // when another node throws the order away, then it stops here, and nothing is recorded
        assert!(ordered::discard(store, me, id).await.unwrap(), "{engine}");
        let mut shown = door.get(&page).await.words();
        while shown.contains("under way") {
            tokio::task::yield_now().await;
            shown = door.get(&page).await.words();
        }
        assert!(shown.contains("Stopped. Nothing was recorded"), "{engine}: {shown}");
        assert_eq!(demo.size().await, size, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_pack_whose_evidence_store_was_gone_is_made_when_it_is_back() {
    for (demo, bucket) in behind_a_line().await {
        let engine = demo.world.engine;
        let (door, size) = (demo.sign_in(WHO).await, demo.size().await);
        // given an evidence store that is gone, then whoever asked is told, and the order stands
        bucket.line.set(Mode::Gone);
        let id = request().to_string();
        let form = [("request_id", id.as_str()), ("provider", "P-09"), ("evidence", "yes"), ("reason", REASON)];
        let mut reply = door.form("/packs", &form).await;
        let page = format!("/packs/making/{id}");
        while reply.location() == page || reply.body.contains("under way") {
            reply = door.get(&page).await;
            tokio::task::yield_now().await;
        }
        let shown = door.get(&page).await.words();
        assert!(shown.contains("The pack was interrupted") && shown.contains("evidence"), "{engine}: {shown}");
        // when it is back, then the same order is made
        bucket.line.set(Mode::Through);
        let resume = door.form(&format!("{page}/resume"), &[("request_id", &id)]).await;
        let at = finished(&door, &resume).await;
        file(&door, &at).await;
        assert_eq!(demo.size().await, size + 1, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_an_order_is_for_lies_sealed_and_goes_with_its_person_its_entry_and_its_day() {
    for demo in watched().await {
        let (engine, store, me) = (demo.world.engine, demo.world.app.store(), demo.person(WHO));
        // given orders that stand: its text is nowhere to be read
        drop(begun(store, me, &order()).await);
        assert!(everything(&demo).await.iter().all(|(_, all)| !all.contains("Obersteiner")), "{engine}");
        // a day after nobody took it up, the next one that begins sweeps it away
        pass(&demo, pack_order::KEPT + 1).await;
        let recorded = order();
        drop(begun(store, me, &recorded).await);
        assert_eq!(orders(store, me).await, [recorded.request], "{engine}");
        // one that was recorded goes when its text is erased; one that was not has nothing to do with it
        pass(&demo, pack_order::LEASE + 1).await;
        let door = demo.sign_in(WHO).await;
        let at = finished(&door, &resumes(&door, &recorded).await).await;
        drop(begun(store, me, &recorded).await);
        let other = order();
        drop(begun(store, me, &other).await);
        let entry: u64 = at.rsplit('/').next().unwrap().parse().unwrap();
        let look = json!({ "kind": "organisation", "object": organisation(store).await, "entry": entry,
            "ground": "retention", "second": "N-102" });
        demo.world.named(&demo.caller("k.brandt"), "erase-text", look).await.unwrap();
        assert_eq!(orders(store, me).await, [other.request], "{engine}");
        // and a person who is erased leaves none behind
        let gone = demo.person("l.ortega");
        drop(begun(store, gone, &order()).await);
        let suspend = json!({ "person": "P09-02", "reason": "The contract ended" });
        demo.world.named(&demo.caller(WHO), "suspend-person", suspend).await.unwrap();
        let erase = json!({ "person": "P09-02", "ground": "request", "second": "N-102" });
        demo.world.named(&demo.caller("k.brandt"), "erase-person", erase).await.unwrap();
        assert_eq!(orders(store, gone).await, NONE, "{engine}");
        demo.world.close().await;
    }
}

async fn organisation(store: &Store) -> String {
    store.look().await.unwrap().organisation().await.unwrap().unwrap().id.0.to_string()
}

/// Everything that is ever asked of orders, for who looks at every statement.
pub async fn all_of_orders(store: &Store, person: PersonId) {
    let (one, other) = (order(), order());
    let held = begun(store, person, &one).await;
    assert!(held.goes_on(&taking(2, 3)).await.unwrap());
    held.let_go().await.unwrap();
    let mut look = store.look().await.unwrap();
    let standing = ordered::standing(store, &mut look, person, one.request).await.unwrap().unwrap();
    assert!(!standing.runs);
    assert_eq!(standing.order(store, person).unwrap(), one);
    drop(look);
    begun(store, person, &one).await.end().await.unwrap();
    drop(begun(store, person, &other).await);
    assert_eq!(orders(store, person).await, [other.request]);
    assert!(ordered::discard(store, person, other.request).await.unwrap());
    ordered::sweep(store).await.unwrap();
}
