//! Feed addresses: made once, shown once, hashed in the database, read-only, dead at once when their person is
//! suspended, and never more than that person's own pages show.

use axum::http::{StatusCode, header};
use plantgate_store::db::V;
use plantgate_testkit::{demo::Demo, door::Door, world::request};
use serde_json::json;

/// Makes an address by the form; its path.
async fn made(door: &Door, kind: &str) -> String {
    let reply = door.form("/messages/feeds", &[("request_id", &request().to_string()), ("kind", kind)]).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.words());
    assert_eq!(reply.headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
    let address = reply.body.split("<code>").nth(1).unwrap().split("</code>").next().unwrap();
    let (_, path) = address.split_once("localhost").unwrap_or_else(|| panic!("{address}"));
    path.to_owned()
}

/// Lines of a calendar, unfolded.
fn lines(file: &str) -> Vec<String> {
    assert!(file.split("\r\n").all(|l| l.len() <= 75), "{file}");
    file.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_feed_shows_what_its_person_may_see_and_dies_with_their_seat() {
    for demo in Demo::both().await {
        let nobody = demo.world.nobody();
        let door = demo.sign_in("m.okafor").await;
        let (calendar, queue) = (made(&door, "calendar").await, made(&door, "queue").await);
        // given an address, then nobody needs to sign in, and it is shown once
        let size = demo.size().await;
        let file = nobody.get(&calendar).await;
        assert_eq!(
            (file.status, file.headers.get(header::CACHE_CONTROL).unwrap().to_str().unwrap()),
            (StatusCode::OK, "no-store")
        );
        assert_eq!(file.headers.get(header::CONTENT_TYPE).unwrap(), "text/calendar; charset=utf-8");
        let atom = nobody.get(&queue).await;
        assert_eq!(atom.headers.get(header::CONTENT_TYPE).unwrap(), "application/atom+xml; charset=utf-8");
        assert_eq!(demo.size().await, size, "a feed wrote something");
        let page = door.get("/messages/feeds").await.body;
        let secret = calendar.split('/').nth(2).unwrap();
        assert!(!page.contains(secret) && page.contains("windows and due dates"), "{page}");
        // what is on Today is in it, and nothing is double
        let today = door.get("/today").await;
        let titles: Vec<&str> = atom.body.split("<title>").skip(2).map(|t| t.split('<').next().unwrap()).collect();
        assert!(!titles.is_empty(), "{}", demo.world.engine);
        for title in &titles {
            assert!(today.body.contains(title), "{title}");
        }
        let all = lines(&file.body);
        let mut uids: Vec<&String> = all.iter().filter(|l| l.starts_with("UID:")).collect();
        let count = uids.len();
        uids.sort();
        uids.dedup();
        assert_eq!(uids.len(), count, "{}", demo.world.engine);
        assert_eq!(
            (all.first().map(String::as_str), all.last().map(String::as_str)),
            (Some("BEGIN:VCALENDAR"), Some("END:VCALENDAR"))
        );
        // one kind's address does not open the other, and a secret is stored hashed
        assert_eq!(nobody.get(&queue.replace("queue.atom", "calendar.ics")).await.status, StatusCode::NOT_FOUND);
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let stored = tx.all("select secret from feed", &[]).await.unwrap();
        for rec in &stored {
            assert_ne!(rec.bytes(0).unwrap(), secret.as_bytes());
        }
        drop(tx);
        // when they are suspended, then the next asking finds nothing, as one that never was
        let suspend = json!({ "person": "N-102", "reason": "On leave" });
        demo.world.named(&demo.caller("n.castellano"), "suspend-person", suspend).await.unwrap();
        let never = nobody.get("/feeds/00ff/calendar.ics").await;
        for path in [&calendar, &queue] {
            let dead = nobody.get(path).await;
            assert_eq!((dead.status, never.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
            let same = |body: &str, path: &str| body.replace(path, "");
            assert_eq!(same(&dead.body, path), same(&never.body, "/feeds/00ff/calendar.ics"), "{path}");
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_firms_feed_holds_its_own_windows_and_dues_and_nothing_of_others() {
    for demo in Demo::both().await {
        let nobody = demo.world.nobody();
        let emergency = json!({ "engagement": "E-025", "person": "P09-02", "instance": "BMS-B61", "environment": "prod",
            "roles": ["configure"], "pattern": "gateway-attended", "attendant": "N-109", "minutes": 120,
            "called_back": true, "reason": "No air." });
        let done = demo.world.named(&demo.caller("d.weber"), "open-emergency", emergency).await.unwrap();
        let grant = done["done"]["reference"].as_str().unwrap().to_owned();
        let door = demo.sign_in("i.campos").await;
        let (calendar, queue) = (made(&door, "calendar").await, made(&door, "queue").await);
        let file = lines(&nobody.get(&calendar).await.body).join("\n");
        for want in [&*format!("SUMMARY:{grant}"), "User list", "DTSTART:20261116T073000Z", "/owe/REQ-0577/upload"] {
            assert!(file.contains(want), "{}: {want}: {file}", demo.world.engine);
        }
        let atom = nobody.get(&queue).await.body;
        assert!(atom.contains("/owe/REQ-0577/upload") && atom.starts_with("<?xml"), "{atom}");
        // given a firm that has nothing here, then its feed holds nothing of theirs
        let other = json!({ "reference": "P-88", "name": "Nobody Works", "country": "DE" });
        demo.world.named(&demo.caller("k.brandt"), "register-provider", other).await.unwrap();
        let one = json!({ "reference": "P88-01", "handle": "p88", "name": "Pia Eighty", "provider": "P-88",
            "provider_roles": ["contact"] });
        demo.world.named(&demo.caller("k.brandt"), "invite-person", one).await.unwrap();
        demo.world.named(&demo.caller("k.brandt"), "activate-person", json!({ "person": "P88-01" })).await.unwrap();
        let mut look = demo.world.app.store().look().await.unwrap();
        let id = plantgate_app::names::find(&mut look, plantgate_domain::base::Kind::Person, "P88-01").await.unwrap();
        drop(look);
        let stranger = demo.world.sign_in(plantgate_domain::base::PersonId(id.unwrap().id), "p88").await;
        let theirs = nobody.get(&made(&stranger, "calendar").await).await.body;
        assert!(!theirs.contains("BEGIN:VEVENT"), "{theirs}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_address_is_taken_back_by_its_person_alone_and_their_number_is_bounded() {
    for demo in Demo::both().await {
        let nobody = demo.world.nobody();
        let (door, other) = (demo.sign_in("m.okafor").await, demo.sign_in("n.castellano").await);
        let path = made(&door, "queue").await;
        let page = door.get("/messages/feeds").await.body;
        let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(other.form("/messages/feeds/end", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(nobody.get(&path).await.status, StatusCode::OK, "{}", demo.world.engine);
        let back = door.form("/messages/feeds/end", &[("id", &id)]).await;
        assert_eq!(back.location(), "/messages/feeds?done=feed-ended");
        assert_eq!(nobody.get(&path).await.status, StatusCode::NOT_FOUND);
        for _ in 0..plantgate_store::ops::feed::MOST {
            made(&door, "queue").await;
        }
        let full = door.form("/messages/feeds", &[("request_id", &request().to_string()), ("kind", "queue")]).await;
        assert_eq!(full.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", demo.world.engine);
        assert!(full.words().contains("You have as many feed addresses"), "{}", full.words());
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let sql = "select count(*) from feed where person = $1";
        let count = tx.one(sql, &[V::Id(demo.person("m.okafor").0)]).await.unwrap().unwrap();
        assert_eq!(count.size(0).unwrap(), plantgate_store::ops::feed::MOST);
        drop(tx);
        demo.world.close().await;
    }
}
