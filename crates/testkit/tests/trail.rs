//! Audit-trail review through the door: looked at, signed, taken away as a file, held against the record ever after;
//! and nothing of it for whoever may not.

use axum::http::StatusCode;
use plantgate_domain::event::expect::TrailKind;
use plantgate_ledger::tree::{Edge, leaf_hash};
use plantgate_store::{db::V, verify::entry_bytes};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::request,
};
use serde_json::Value;

const PATH: &str = "/review/trail";

/// Sends the page's form for looking, everything ticked by kind: that is what the page shows.
async fn look(door: &Door) -> Reply {
    let page = door.get(PATH).await;
    let (id, until, shown) = (page.hidden("request_id"), page.hidden("until"), page.hidden("shown"));
    let mut fields =
        vec![("request_id", &*id), ("until", &*until), ("shown", &*shown), ("note", "Explained by the shift book.")];
    fields.extend(TrailKind::ALL.iter().map(|kind| ("kinds", kind.as_str())));
    door.form("/review/trail/look", &fields).await
}

/// What the page would sign, as the fields of its form.
fn shown(page: &Reply) -> Vec<(&'static str, String)> {
    let behind = page.body.split("action=\"/review/trail/conclude\"").nth(1).expect("nothing to sign on the page");
    let form = Reply { status: page.status, headers: page.headers.clone(), body: behind.to_owned(), bytes: Vec::new() };
    let mut fields: Vec<(&str, String)> = ["from", "until", "root", "list"].map(|n| (n, form.hidden(n))).to_vec();
    fields.push(("note", "Nothing stays open.".to_owned()));
    fields
}

async fn sign(door: &Door, fields: &[(&'static str, String)]) -> Reply {
    let id = request().to_string();
    let mut all = vec![("request_id", &*id)];
    all.extend(fields.iter().map(|(n, v)| (*n, v.as_str())));
    let asked = door.form("/review/trail/conclude", &all).await;
    door.signs(asked).await
}

/// A demo whose whole record was looked at by quality and by OT security; the door of quality.
async fn looked_at(demo: &Demo) -> Door {
    let (quality, security) = (demo.sign_in("j.lindqvist").await, demo.sign_in("m.okafor").await);
    for door in [&quality, &security] {
        // A page shows some; what it has no room for comes next. What one did oneself is left to the other.
        let mut reply = look(door).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}: {}", demo.world.engine, reply.words());
        while reply.status == StatusCode::SEE_OTHER {
            reply = look(door).await;
        }
        let (none, own) = ("nobody looked at yet", "Nobody looks at what they did");
        let ended = reply.body.contains(none) || reply.body.contains(own);
        assert!(ended, "{}: {}", demo.world.engine, reply.words());
    }
    quality
}

#[tokio::test]
async fn a_review_is_signed_on_its_page_and_the_record_answers_for_it() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        // given everything looked at, when quality signs what the page shows
        let quality = looked_at(&demo).await;
        let fields = shown(&quality.get(PATH).await);
        let reply = sign(&quality, &fields).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{at}: {}", reply.words());
        let entry: u64 = reply.location().rsplit("entry=").next().unwrap().parse().unwrap();
        // then the root is that of the entries as they are stored, hashed one by one
        let until: u64 = fields[1].1.parse().unwrap();
        let (mut edge, mut tx) = (Edge::new(), demo.world.app.store().db().read().await.unwrap());
        for seq in 0..until {
            edge.push(leaf_hash(&entry_bytes(&mut tx, seq).await.unwrap().unwrap()));
        }
        drop(tx);
        assert_eq!(fields[2].1, edge.root().to_string(), "{at}");
        // and the review has a page: who, what it means, root, list, and that the record still holds it
        let page = quality.get(&format!("{PATH}/{entry}")).await;
        let words = page.words();
        let root_and_list = [&*fields[2].1, &*fields[3].1];
        for part in ["Lindqvist", "with password and code", "was looked at by somebody", "still holds"]
            .iter()
            .chain(&root_and_list)
        {
            assert!(words.contains(part), "{at}: {part}: {words}");
        }
        // the file has every exception of the list, each with who looked
        let rows: Value = quality.get(&format!("{PATH}/{entry}?as=json")).await.json();
        let rows = rows.as_array().unwrap();
        let csv = quality.get(&format!("{PATH}/{entry}?as=csv")).await;
        assert_eq!(csv.status, StatusCode::OK);
        assert_eq!(csv.body.matches("Explained by the shift book.").count(), rows.len(), "{at}");
        assert!(rows.len() > 20 && rows.iter().all(|r| r["looked_by"].as_str().is_some_and(|by| !by.is_empty())));
        // with why it was done, what it changed, how who did it and who looked had come in, and the list it belongs to
        let says = |column: &str, part: &str| rows.iter().any(|r| r[column].as_str().is_some_and(|c| c.contains(part)));
        assert!(rows.iter().all(|r| r["looked_auth"] == "with password and code" && r["list"] == *fields[3].1), "{at}");
        assert!(rows.iter().any(|r| r["why"].as_str().is_some_and(|why| !why.is_empty())), "{at}");
        assert!(says("changes", " → ") && says("auth", "demo"), "{at}: {:?}", rows.last());
        let book = quality.get(&format!("{PATH}/{entry}?as=xlsx")).await;
        let media = book.headers["content-type"].to_str().unwrap();
        assert!(book.status == StatusCode::OK && media.contains("spreadsheetml"), "{at}: {media}");
        let reviews: Value = quality.get(&format!("{PATH}?what=reviews&as=json")).await.json();
        assert_eq!((reviews.as_array().unwrap().len(), &reviews[0]["root"]), (1, &Value::from(fields[2].1.clone())));
        // the same page sent once more signs nothing: somebody has signed meanwhile
        let size = demo.size().await;
        assert_eq!(sign(&quality, &fields).await.status, StatusCode::CONFLICT, "{at}");
        assert_eq!(demo.size().await, size);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_signature_says_when_the_record_no_longer_holds_what_it_names() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let quality = looked_at(&demo).await;
        let fields = shown(&quality.get(PATH).await);
        assert_eq!(sign(&quality, &fields).await.status, StatusCode::SEE_OTHER);
        let entry = demo.size().await - 1;
        let page = format!("{PATH}/{entry}");
        let rows: Value = quality.get(&format!("{page}?as=json")).await.json();
        let (until, first): (u64, u64) = (fields[1].1.parse().unwrap(), number(&rows[0]["entry"]));
        assert!(until % 256 > 2, "the demo ends with a full tile: move this test");
        let words = async || quality.get(&page).await.words();
        assert!(words().await.contains("still holds"), "{at}");
        // given somebody who writes in the database changes an exception below a full tile: that entry is named
        let entry_row = async |set: &'static str, value: V, seq: u64| {
            let mut tx = demo.world.app.store().db().write().await.unwrap();
            assert_eq!(tx.run(set, &[value, V::size(seq)]).await.unwrap(), 1);
            tx.commit().await.unwrap();
        };
        let (bytes, hash) = ("update entry set body = $1 where seq = $2", "update entry set leaf = $1 where seq = $2");
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let body = entry_bytes(&mut tx, first).await.unwrap().unwrap();
        drop(tx);
        let forged = String::from_utf8(body.clone()).unwrap().replace("\"plantgate/", "\"plantgate/9").into_bytes();
        assert_ne!(forged, body, "nothing was forged");
        entry_row(bytes, V::Bytes(forged.clone()), first).await;
        let says = words().await;
        assert!(says.contains(&format!("stored as entry {first} is not")) && !says.contains("release"), "{at}: {says}");
        // when its hash is made to fit, then the tree is another one
        entry_row(hash, V::Bytes(leaf_hash(&forged).0.to_vec()), first).await;
        assert!(words().await.contains("another root"), "{at}");
        entry_row(bytes, V::Bytes(body.clone()), first).await;
        entry_row(hash, V::Bytes(leaf_hash(&body).0.to_vec()), first).await;
        assert!(words().await.contains("still holds"), "{at}");
        // when it is called something ordinary, then it is on the list all the same, and named as changed
        let name = "update entry set name = $1 where seq = $2";
        entry_row(name, V::text("expect.organisation.renamed@1"), first).await;
        assert!(words().await.contains(&format!("stored as entry {first} is not")), "{at}");
        let again: Value = quality.get(&format!("{page}?as=json")).await.json();
        assert_eq!(again, rows, "{at}");
        let said: Value = serde_json::from_slice(&body).unwrap();
        entry_row(name, V::text(said["type"].as_str().unwrap()), first).await;
        assert!(words().await.contains("still holds"), "{at}");
        // and a hash where the signed range ends is found out too
        entry_row(hash, V::Bytes(vec![7; 32]), until - 1).await;
        assert!(words().await.contains(&format!("stored as entry {} is not", until - 1)), "{at}");
        demo.world.close().await;
    }
}

fn number(cell: &Value) -> u64 {
    cell.as_u64().or_else(|| cell.as_str().and_then(|n| n.parse().ok())).unwrap()
}

#[tokio::test]
async fn a_provider_learns_nothing_of_a_review_and_a_shift_lead_only_how_far_it_came() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let quality = looked_at(&demo).await;
        let fields = shown(&quality.get(PATH).await);
        // when a provider's people ask, then nothing is there, and nothing is written
        let provider = demo.sign_in("l.ortega").await;
        let size = demo.size().await;
        let nothing = provider.get("/review/nothing").await;
        for path in [PATH, "/review/trail/0", "/review/trail?as=csv", "/review/trail?what=reviews&as=csv"] {
            let reply = provider.get(path).await;
            assert_eq!((reply.status, nothing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{at}: {path}");
            assert!(!reply.body.contains("trail"), "{at}: {path}");
        }
        assert_eq!(sign(&provider, &fields).await.status, StatusCode::NOT_FOUND);
        let ticks = [("request_id", &*request().to_string()), ("until", "5"), ("kinds", "rights"), ("note", "x")];
        assert_eq!(provider.form("/review/trail/look", &ticks).await.status, StatusCode::NOT_FOUND);
        assert_eq!(demo.size().await, size);
        // one of ours without the power sees the range and who may review, no exception and no form, and signs nothing
        let lead = demo.sign_in("d.weber").await;
        let size = demo.size().await;
        let page = lead.get(PATH).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.words().contains("Lindqvist") && !page.body.contains("<form method=\"post\" action=\"/review"));
        assert!(!page.body.contains("name=\"entries\"") && !page.body.contains("/history/person/"), "{at}");
        assert_eq!(lead.get("/review/trail?as=csv").await.status, StatusCode::FORBIDDEN);
        assert_eq!(sign(&lead, &fields).await.status, StatusCode::FORBIDDEN);
        assert_eq!(demo.size().await, size);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_is_missing_is_said_at_the_field_and_own_doings_are_refused() {
    let demo = Demo::both().await.remove(0);
    let quality = demo.sign_in("j.lindqvist").await;
    let page = quality.get(PATH).await;
    let (id, until) = (page.hidden("request_id"), page.hidden("until"));
    let none = quality.form("/review/trail/look", &[("request_id", &id), ("until", &until), ("note", "Seen.")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("href=\"#f-entries\"") && none.body.contains("id=\"f-entries\""));
    // an entry of another number than the page has is no exception; one that is no number is nothing at all
    for (entries, status) in [("0", StatusCode::UNPROCESSABLE_ENTITY), ("x", StatusCode::NOT_FOUND)] {
        let fields =
            [("request_id", &*request().to_string()), ("until", &*until), ("entries", entries), ("note", "S.")];
        assert_eq!(quality.form("/review/trail/look", &fields).await.status, status, "{entries}");
    }
    demo.world.close().await;
}
