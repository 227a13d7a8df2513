//! Messages: what an act has to tell waits in the same transaction as its entries, reaches whom it concerns once, by
//! the rights of the moment, and what cannot be delivered is shown with its reason. Time is the world's clock.

use axum::http::StatusCode;
use plantgate_app::messages::{
    Filter, Job, Message, message, outbox,
    tell::{self, Ways},
};
use plantgate_domain::base::{Kind, Ref};
use plantgate_store::db::V;
use plantgate_testkit::{
    demo::Demo,
    story::{Story, steps},
};
use serde_json::{Value, json};

/// A round of telling without a mail server.
pub async fn told(demo: &Demo) -> u64 {
    tell::round(demo.world.app.store(), Ways::default()).await.unwrap()
}

/// A mail that could not be delivered, about Verdano, to its contact.
pub async fn dead(demo: &Demo) -> Job {
    let store = demo.world.app.store();
    let mut look = store.look().await.unwrap();
    let now = look.now().0;
    let on = plantgate_app::names::find(&mut look, Kind::Engagement, "E-025").await.unwrap().unwrap();
    drop(look);
    let job = Job { person: Some(demo.person("i.campos")), ..Job::new("mail", "incident", on, 7, now).unwrap() };
    let mut tx = store.db().write().await.unwrap();
    assert_eq!(outbox::put(&mut tx, std::slice::from_ref(&job)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let claimed = outbox::claim(store.db(), "mail", now, 10).await.unwrap().remove(0);
    outbox::bury(store.db(), &claimed, now, "outbox-fault").await.unwrap();
    claimed
}

async fn all(demo: &Demo, who: &str) -> Vec<Message> {
    let mut look = demo.world.app.store().look().await.unwrap();
    message::page(look.tx(), demo.person(who), &Filter::default(), None, 500).await.unwrap().0
}

/// How many messages somebody has about something.
pub async fn about(demo: &Demo, who: &str, what: &str) -> usize {
    all(demo, who).await.iter().filter(|m| m.what == what).count()
}

async fn waiting(demo: &Demo) -> u64 {
    let mut look = demo.world.app.store().look().await.unwrap();
    outbox::waiting(look.tx()).await.unwrap().0
}

async fn does(demo: &Demo, who: &str, act: &str, body: Value) -> Value {
    let answer = demo.world.named(&demo.caller(who), act, body).await;
    answer.unwrap_or_else(|e| panic!("{} {act}: {e:?}", demo.world.engine))
}

async fn emergency(demo: &Demo) -> String {
    let body = json!({ "engagement": "E-025", "person": "P09-02", "instance": "BMS-B61", "environment": "prod",
        "roles": ["configure"], "pattern": "gateway-attended", "attendant": "N-109", "minutes": 120,
        "called_back": true, "reason": "No air." });
    does(demo, "d.weber", "open-emergency", body).await["done"]["reference"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_an_act_tells_is_written_with_it_and_told_once_by_two_nodes() {
    for demo in Demo::both().await {
        told(&demo).await;
        assert_eq!(waiting(&demo).await, 0, "{}: a round leaves nothing", demo.world.engine);
        // given an act that is refused, then there is nothing to tell
        let none = json!({ "finding": "F-0000", "party": "provider", "severity": "low" });
        assert!(demo.world.named(&demo.caller("n.castellano"), "confirm-finding", none).await.is_err());
        assert_eq!(waiting(&demo).await, 0);
        // when one is done, then what it tells stands in the outbox with its entry and its request
        let answer = emergency(&demo).await;
        let store = demo.world.app.store();
        let mut tx = store.db().read().await.unwrap();
        let sql = "select o.what, e.name, o.request from outbox o join entry e on e.seq = o.mark";
        let rows = tx.all(sql, &[]).await.unwrap();
        assert_eq!(rows.len(), 1, "{}", demo.world.engine);
        assert_eq!((&*rows[0].text(0).unwrap(), &*rows[0].text(1).unwrap()), ("emergency", "permit.grant.opened@1"));
        let request = rows[0].id(2).unwrap();
        assert!(tx.one("select first from receipt where request = $1", &[V::Id(request)]).await.unwrap().is_some());
        drop(tx);
        // when two nodes tell at the same time, then everybody whom it concerns has it once
        let other = demo.world.again().await.unwrap();
        let (here, there) =
            tokio::join!(tell::round(store, Ways::default()), tell::round(other.store(), Ways::default()));
        let new = here.unwrap() + there.unwrap();
        for who in ["m.okafor", "n.castellano", "h.vogel"] {
            assert_eq!(about(&demo, who, "emergency").await, 1, "{} {who}", demo.world.engine);
        }
        assert!(new >= 3, "{}: {new}", demo.world.engine);
        // and nobody else: not who opened it, not a person of another firm
        for who in ["d.weber", "k.brandt", "s.brooks", "l.ortega"] {
            assert_eq!(about(&demo, who, "emergency").await, 0, "{} {who}", demo.world.engine);
        }
        assert_eq!((waiting(&demo).await, told(&demo).await), (0, 0), "{answer}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_page_lists_filters_exports_and_only_a_form_marks_as_read() {
    for demo in Demo::both().await {
        let reference = emergency(&demo).await;
        told(&demo).await;
        let door = demo.sign_in("m.okafor").await;
        let unread = async || {
            let mut look = demo.world.app.store().look().await.unwrap();
            let filter = Filter { read: Some(false), ..Filter::default() };
            message::count(look.tx(), demo.person("m.okafor"), &filter).await.unwrap()
        };
        let page = door.get("/messages").await;
        let words = page.words();
        for want in [&*format!("Emergency access {reference} was opened"), "You can review emergency access", "At once"]
        {
            assert!(words.contains(want), "{want}: {words}");
        }
        assert!(page.body.contains(&format!("/access/grants/{reference}")));
        // looking marks nothing, neither here nor at what it is about
        let before = unread().await;
        door.get(&format!("/access/grants/{reference}")).await;
        assert!(before > 0 && unread().await == before, "{}", demo.world.engine);
        assert!(door.get("/today").await.words().contains(&format!("Messages {before} unread")));
        // filters stand in the address, a file has the same rows, and German says the same
        assert!(door.get("/messages?what=emergency&urgent=yes").await.words().contains(&reference));
        assert!(!door.get("/messages?what=hold").await.words().contains(&reference));
        assert!(door.get("/messages?what=emergency&as=csv").await.body.contains(&reference));
        let german = door.clone().in_language("de").get("/messages").await.words();
        assert!(german.contains(&format!("Notzugang {reference} wurde geöffnet")), "{german}");
        // when one is marked by a form, then it is read; one that is somebody else's stays
        let one = all(&demo, "m.okafor").await.into_iter().find(|m| m.what == "emergency").unwrap();
        let theirs = all(&demo, "n.castellano").await.into_iter().find(|m| m.what == "emergency").unwrap();
        for m in [&one, &theirs] {
            let sent = door.form("/messages/read", &[("id", &m.id.to_string()), ("back", "/messages")]).await;
            assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/messages"));
        }
        let read = |all: Vec<Message>| all.into_iter().find(|m| m.what == "emergency").unwrap().read;
        assert!(read(all(&demo, "m.okafor").await).is_some() && read(all(&demo, "n.castellano").await).is_none());
        assert_eq!(unread().await, before - 1);
        door.form("/messages/read", &[("all", "yes"), ("back", "https://evil.example")]).await;
        assert_eq!(unread().await, 0);
        assert_eq!(door.form("/messages/read", &[]).await.status, StatusCode::NOT_FOUND);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn whoever_was_suspended_or_moved_before_gets_nothing_and_names_stand_in_no_row() {
    for demo in Demo::both().await {
        told(&demo).await;
        emergency(&demo).await;
        // given one reviewer who is suspended and one who loses the function before it is told
        does(&demo, "n.castellano", "suspend-person", json!({ "person": "N-102", "reason": "On leave" })).await;
        does(&demo, "k.brandt", "take-role", json!({ "person": "N-111", "role": "ot-security" })).await;
        told(&demo).await;
        let store = demo.world.app.store();
        let mut tx = store.db().read().await.unwrap();
        let sql = "select person from message where what = 'emergency'";
        let told: Vec<_> = tx.all(sql, &[]).await.unwrap().iter().map(|r| r.id(0).unwrap()).collect();
        assert_eq!(told, [demo.person("h.vogel").0], "{}: who still has the function", demo.world.engine);
        // then no row of the queue or of messages holds a name
        for sql in ["select what, kind from message", "select what, coalesce(said, '') from outbox"] {
            for row in tx.all(sql, &[]).await.unwrap() {
                let text = format!("{} {}", row.text(0).unwrap(), row.text(1).unwrap());
                for name in ["Ortega", "Okafor", "ortega", "okafor", "No air"] {
                    assert!(!text.contains(name), "{text}");
                }
            }
        }
        drop(tx);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_erased_person_leaves_no_message_behind() {
    for demo in Demo::both().await {
        told(&demo).await;
        let who = demo.person("i.campos");
        let store = demo.world.app.store();
        dead(&demo).await;
        let now = store.look().await.unwrap().now().0;
        let on = Ref { kind: Kind::Person, id: who.0 };
        let put = Message {
            id: who.0,
            person: who,
            what: "hold".to_owned(),
            on,
            mark: 1,
            at: now,
            urgent: false,
            read: None,
        };
        let mut tx = store.db().write().await.unwrap();
        assert!(message::put(&mut tx, &put).await.unwrap());
        assert!(!message::put(&mut tx, &put).await.unwrap(), "the same message is had once");
        tx.commit().await.unwrap();
        let left = async || {
            let mut tx = store.db().read().await.unwrap();
            let sql = "select (select count(*) from message where person = $1)
                + (select count(*) from outbox where person = $1)";
            tx.one(sql, &[V::Id(who.0)]).await.unwrap().unwrap().int(0).unwrap()
        };
        assert!(left().await >= 2);
        let gone = json!({ "person": "P09-01", "reason": "The contract ended" });
        does(&demo, "m.okafor", "suspend-person", gone).await;
        let erase = json!({ "person": "P09-01", "ground": "request", "second": "N-102" });
        does(&demo, "k.brandt", "erase-person", erase).await;
        assert_eq!(left().await, 0, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_fails_waits_longer_each_time_and_is_dead_with_a_reason_until_somebody_tries_again() {
    for demo in Demo::both().await {
        told(&demo).await;
        let store = demo.world.app.store();
        let job = dead(&demo).await;
        let clock = async || store.look().await.unwrap().now().0;
        // given a dead one, then it is claimed by nobody and shown with its reason, to whom and what
        assert_eq!(outbox::claim(store.db(), "mail", clock().await, 10).await.unwrap(), vec![]);
        let admin = demo.sign_in("k.brandt").await;
        let words = admin.get("/admin/deliveries").await.words();
        for want in ["E-025 was suspended because of an incident", "Campos", "Something went wrong here", "after 1 try"]
        {
            assert!(words.contains(want), "{want}: {words}");
        }
        // only an administrator of ours tries it again
        let id = job.id.to_string();
        let fields = [("id", &*id)];
        let others = [("l.ortega", StatusCode::NOT_FOUND), ("j.lindqvist", StatusCode::FORBIDDEN)];
        for (who, status) in others {
            let door = demo.sign_in(who).await;
            assert_eq!(door.form("/admin/deliveries/again", &fields).await.status, status, "{who}");
        }
        let back = admin.form("/admin/deliveries/again", &fields).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        assert!(admin.get(back.location()).await.words().contains("It is tried again."));
        assert_eq!(admin.form("/admin/deliveries/again", &fields).await.status, StatusCode::NOT_FOUND, "only once");
        // when it fails each time, then it waits as long as the list says, and is dead behind the last pause
        for pause in outbox::PAUSES {
            let now = clock().await;
            let claimed = outbox::claim(store.db(), "mail", now, 10).await.unwrap();
            assert_eq!(claimed.len(), 1, "{} before {pause}", demo.world.engine);
            // nobody else gets it meanwhile, nor before its pause is over
            assert_eq!(outbox::claim(store.db(), "mail", now, 10).await.unwrap(), vec![]);
            outbox::failed(store.db(), &claimed[0], now, "outbox-fault").await.unwrap();
            demo.world.clock.set(now.plus_secs(pause - 1));
            assert_eq!(outbox::claim(store.db(), "mail", clock().await, 10).await.unwrap(), vec![]);
            demo.world.clock.set(now.plus_secs(*pause));
        }
        let now = clock().await;
        let last = outbox::claim(store.db(), "mail", now, 10).await.unwrap().remove(0);
        outbox::failed(store.db(), &last, now, "outbox-fault").await.unwrap();
        let mut tx = store.db().read().await.unwrap();
        assert_eq!(outbox::dead(&mut tx, 10).await.unwrap().len(), 1);
        drop(tx);
        // a month later it is shown no more
        demo.world.clock.set(now.plus_secs(outbox::SHOWN + 1));
        tell::sweep(store).await.unwrap();
        let mut tx = store.db().read().await.unwrap();
        assert_eq!(outbox::dead(&mut tx, 10).await.unwrap(), vec![]);
        drop(tx);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_node_that_died_gives_its_work_back_and_what_waits_too_long_is_dead() {
    for demo in Demo::both().await {
        told(&demo).await;
        let store = demo.world.app.store();
        let id = dead(&demo).await.id;
        let now = store.look().await.unwrap().now().0;
        assert!(outbox::again(store.db(), id, now).await.unwrap());
        let first = outbox::claim(store.db(), "mail", now, 10).await.unwrap().remove(0);
        // when its lease is over, then another node has it, and the first one's word counts no more
        let later = now.plus_secs(outbox::LEASE);
        let second = outbox::claim(store.db(), "mail", later, 10).await.unwrap().remove(0);
        assert_eq!((second.id, second.tries), (first.id, 2), "{}", demo.world.engine);
        let mut tx = store.db().write().await.unwrap();
        assert!(!outbox::done(&mut tx, &first).await.unwrap());
        tx.undo().await.unwrap();
        outbox::failed(store.db(), &second, later, "outbox-fault").await.unwrap();
        demo.world.clock.set(now.plus_secs(outbox::OLD + 1));
        tell::sweep(store).await.unwrap();
        assert_eq!(outbox::claim(store.db(), "mail", now.plus_secs(outbox::OLD + 1), 10).await.unwrap(), vec![]);
        let mut tx = store.db().read().await.unwrap();
        let dead = outbox::dead(&mut tx, 10).await.unwrap();
        assert_eq!(dead[0].said.as_deref(), Some("outbox-fault"), "the reason of the last try stays");
        drop(tx);
        // a record that is put back tells nothing anew
        emergency(&demo).await;
        assert_eq!(outbox::empty(store.db()).await.unwrap(), 2, "{}", demo.world.engine);
        assert_eq!(told(&demo).await, 0);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_clock_tells_a_missed_check_in_to_whom_today_calls_and_once() {
    for demo in Demo::both().await {
        let visit = crate::visits::verdano_comes(&demo).await;
        told(&demo).await;
        let wait = async |minutes: i64| {
            let now = demo.world.app.store().look().await.unwrap().now().0;
            demo.world.clock.set(now.plus_secs(minutes * 60));
            told(&demo).await;
        };
        let count = async |who: &str| about(&demo, who, "check-in").await;
        assert_eq!((count("e.hartmann").await, count("d.weber").await), (0, 0), "{}", demo.world.engine);
        wait(15).await;
        assert_eq!((count("e.hartmann").await, count("d.weber").await), (1, 0), "{}", demo.world.engine);
        wait(15).await;
        wait(1).await;
        assert_eq!((count("e.hartmann").await, count("d.weber").await), (1, 1), "{}", demo.world.engine);
        let words = demo.sign_in("d.weber").await.get("/messages?urgent=yes").await.words();
        assert!(words.contains(&format!("Check-in missed at visit {visit}")), "{words}");
        // after a check-in nobody new is told; the next one that is missed is another message
        does(&demo, "e.hartmann", "attend-visit", json!({ "visit": visit })).await;
        wait(5).await;
        assert_eq!(count("d.weber").await, 1);
        wait(15).await;
        assert_eq!((count("e.hartmann").await, count("d.weber").await), (2, 1));
        // what passed more than a day ago is no news
        let now = demo.world.app.store().look().await.unwrap().now().0;
        demo.world.clock.set(now.plus_secs(2 * 86_400));
        told(&demo).await;
        assert_eq!(count("d.weber").await, 1, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

/// What every act of the story tells, to whom.
#[tokio::test]
async fn a_provider_is_told_its_own_and_nothing_that_is_not_confirmed() {
    for mut story in Story::both().await {
        told(&story.demo).await;
        let mut before_confirmed = true;
        for step in steps() {
            story.does(&step).await.unwrap();
            told(&story.demo).await;
            before_confirmed &= step.act != "confirm-finding";
            if before_confirmed {
                let provider = story.person("M-2").await;
                let mut look = story.demo.world.app.store().look().await.unwrap();
                let filter = Filter::default();
                let (all, _) = message::page(look.tx(), provider, &filter, None, 500).await.unwrap();
                let blamed = all.iter().find(|m| m.what.starts_with("finding"));
                assert!(blamed.is_none(), "{}: {blamed:?} behind {}", story.demo.world.engine, step.act);
            }
        }
        let words = async |who: &str| story.door(who).await.get("/messages").await.words();
        let contact = words("M-2").await;
        for want in ["Evidence is asked for", "Finding F-7701 was confirmed", "You answer for your company."] {
            assert!(contact.contains(want), "{want}: {contact}");
        }
        // a stranger of another firm has none of it, a function at another site neither
        for who in ["W-stranger", "W-ot-security-LIN"] {
            let page = words(who).await;
            assert!(!page.contains("77"), "{who}: {page}");
        }
        let here = words("W-ot-security-BRU").await;
        for want in ["waits to be judged", "waits for a yes or no"] {
            assert!(here.contains(want), "{want}: {here}");
        }
        story.demo.world.close().await;
    }
}
