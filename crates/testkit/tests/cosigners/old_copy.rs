//! An old copy that is put back under a newer head is found out before anything is written behind it, and a record
//! that was restored goes on as a log of its own.

use axum::http::StatusCode;
use plantgate_app::{Caller, expect::witnesses::DeclareRestored};
use plantgate_domain::event::expect::OldHead;
use plantgate_ledger::{Checkpoint, tree::Hash};
use plantgate_store::{
    Stop, Store,
    asking::{self, Asked},
    ops::cosigner::Cosigner,
    transfer,
    watermark::Behind,
    witnesses,
};
use plantgate_testkit::{
    demo::Demo,
    world::{World, request},
};
use serde_json::{Value, json};

use super::{Far, Near, damage, grow, head, named, policy, vouched, why};

/// A copy of the plant as it was at some time, put back on a machine that has the keyring of now.
async fn put_back(demo: &Demo, entries: &[u8], private: &[u8]) -> World {
    let world = if demo.world.engine == "SQLite" { World::sqlite().await } else { World::postgres().await.unwrap() };
    for file in ["keyring", "keyring.key", "keyring.cosigned"] {
        std::fs::copy(demo.world.folder.join(file), world.folder.join(file)).unwrap();
    }
    let db = world.app.store().db();
    let mut tx = db.write().await.unwrap();
    let origin = demo.world.app.store().keyring().origin();
    tx.run_built(format!("update meta set value = '{origin}' where name = 'origin'"), &[]).await.unwrap();
    tx.commit().await.unwrap();
    transfer::import(db, &mut { entries }, &mut { private }).await.unwrap();
    world.reopened().await
}

async fn copy(store: &Store) -> (Vec<u8>, Vec<u8>) {
    let mut tx = store.db().read().await.unwrap();
    let (mut entries, mut private) = (Vec::new(), Vec::new());
    transfer::export_entries(&mut tx, &mut entries).await.unwrap();
    transfer::export_private(&mut tx, &mut private).await.unwrap();
    (entries, private)
}

/// A plant, a copy of it, and what came after the copy, cosigned.
async fn older_copy(demo: &Demo) -> (Cosigner, World, u64) {
    let outside = named(demo).await;
    let old = copy(demo.world.app.store()).await;
    let own = demo.size().await;
    grow(demo, "NEU").await;
    let request = head(demo.world.app.store(), 0).await;
    witnesses::take(demo.world.app.store(), vouched(&outside, &request).await.as_bytes()).await.unwrap();
    (outside, put_back(demo, &old.0, &old.1).await, own)
}

fn site() -> Value {
    json!({ "reference": "ALT", "name": "Altwerk", "zone": "Europe/Berlin", "country": "DE" })
}

fn id(stop: Result<Value, Stop>) -> String {
    match stop {
        Err(Stop::Refused(no)) => no.say.id.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_old_copy_under_a_newer_cosigned_head_writes_nothing_but_what_protects() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (_, old, own) = older_copy(&demo).await;
        let cosigned = demo.size().await;
        // given the older copy, then it knows so at once
        let Some(Behind::Shorter { head, own: is }) = old.app.store().watermark().behind() else {
            panic!("{engine}: {:?}", old.app.store().watermark().behind())
        };
        assert_eq!((head.size, is), (cosigned, own), "{engine}");
        // then acts are refused in words that name both sizes, and nothing is written or signed
        let refused = old.named(&demo.caller("k.brandt"), "register-site", site()).await;
        let Err(Stop::Refused(no)) = &refused else { panic!("{refused:?}") };
        let said = format!("{:?}", no.say);
        assert!(no.say.id == "stop-record-behind" && said.contains(&cosigned.to_string()), "{said}");
        assert!(said.contains(&own.to_string()), "{said}");
        assert_eq!(old.app.store().checkpoint().await.unwrap(), None, "{engine}");
        assert_eq!(old.app.store().look().await.unwrap().size(), own, "{engine}");
        // and what protects people is recorded all the while
        let held = json!({ "person": "N-101", "reason": "Left the site." });
        old.named(&demo.caller("m.okafor"), "suspend-person", held).await.unwrap();
        // and growing as long as the head by such entries makes it no record that was vouched for
        assert_eq!(id(old.named(&demo.caller("k.brandt"), "register-site", site()).await), "stop-record-other");
        let again = old.again().await.unwrap();
        assert!(again.store().watermark().behind().is_some(), "{engine}");
        old.close().await;
        demo.world.close().await;
    }
}

#[tokio::test]
async fn every_page_says_that_this_is_an_older_copy_and_reads_go_on() {
    for demo in Demo::both().await {
        let (store, door) = (demo.world.app.store(), demo.sign_in("k.brandt").await);
        assert!(!door.get("/today").await.words().contains("This is an older copy"));
        // given a head beyond this record beside its key, signed by its log
        let log = store.keyring().log_key(store.keyring().origin(), None).unwrap();
        let head = Checkpoint { origin: store.keyring().origin().to_owned(), size: 99_999, root: Hash::EMPTY_ROOT };
        std::fs::write(store.keyring().beside().unwrap(), head.sign(&[&log]).unwrap().to_string()).unwrap();
        let mut tx = store.db().read().await.unwrap();
        store.watermark().reread(&mut tx, store.keyring()).await.unwrap();
        drop(tx);
        // then pages go on, say it with both sizes, and lead to what can be done
        let page = door.get("/today").await;
        assert_eq!(page.status, StatusCode::OK, "{}", demo.world.engine);
        let said = page.words();
        assert!(said.contains("99,999") && said.contains("This is an older copy"), "{said}");
        assert!(page.body.contains("href=\"/admin/cosigners\"") && door.get("/systems").await.status == StatusCode::OK);
        let german = door.clone().in_language("de").get("/admin/cosigners").await.words();
        assert!(german.contains("Dies ist eine ältere Kopie"), "{german}");
        // and somebody who is not signed in learns nothing of it
        assert!(!demo.world.nobody().get("/sign-in").await.words().contains("older copy"));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_copy_that_holds_the_cosigned_head_goes_on() {
    for demo in Demo::both().await {
        let (outside, old, _) = older_copy(&demo).await;
        old.close().await;
        let whole = copy(demo.world.app.store()).await;
        let new = put_back(&demo, &whole.0, &whole.1).await;
        assert_eq!(new.app.store().watermark().behind(), None, "{}", demo.world.engine);
        new.named(&demo.caller("k.brandt"), "register-site", site()).await.unwrap();
        // and the cosigner vouches for what comes after, though its last word is lost here
        new.app.store().checkpoint().await.unwrap();
        let asked = asking::ask(new.app.store(), outside.key(), &Near(&outside)).await.unwrap();
        assert!(matches!(asked, Asked::Yes(_)), "{}: {asked:?}", demo.world.engine);
        new.close().await;
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_cosigner_remembers_what_the_machine_forgot() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (outside, old, _) = older_copy(&demo).await;
        // given the machine was set up anew: the file beside its key is gone too
        std::fs::remove_file(old.folder.join("keyring.cosigned")).unwrap();
        let old = old.reopened().await;
        assert_eq!(old.app.store().watermark().behind(), None);
        // when nobody is reached, acts go on: nobody waits for a cosigner
        let far = asking::ask(old.app.store(), outside.key(), &Far).await.unwrap();
        assert!(matches!(far, Asked::Nothing | Asked::Silence(_)), "{far:?}");
        old.named(&demo.caller("k.brandt"), "register-site", site()).await.unwrap();
        // when the cosigner is reached, then it says which head it holds, and acts are refused from here on
        assert_eq!(asking::ask(old.app.store(), outside.key(), &Near(&outside)).await.unwrap(), Asked::Behind);
        let refused = id(old.named(&demo.caller("k.brandt"), "register-site", site()).await);
        assert!(["stop-record-behind", "stop-record-other"].contains(&refused.as_str()), "{engine}: {refused}");
        // and that is kept beside the key again
        assert!(old.again().await.unwrap().store().watermark().behind().is_some(), "{engine}");
        // given a file there that is none of ours, then acts are refused rather than the word of it believed
        std::fs::write(old.folder.join("keyring.cosigned"), "nothing").unwrap();
        let old = old.reopened().await;
        let unread = id(old.named(&demo.caller("k.brandt"), "register-site", site()).await);
        assert_eq!(unread, "stop-record-unread", "{engine}");
        old.close().await;
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_restored_record_goes_on_as_a_log_of_its_own() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (outside, old, own) = older_copy(&demo).await;
        let store = old.app.store();
        let head = store.watermark().behind().unwrap().head().unwrap().clone();
        let log = store.keyring().begin_log().unwrap();
        let said = |second: &str| DeclareRestored {
            old: OldHead { origin: head.origin.clone(), size: head.size, root: head.root.to_string() },
            origin: log.verifier().name().to_owned(),
            key: log.verifier().to_string(),
            second: second.to_owned(),
            reason: "The disk died on Sunday; the last copy is of Friday.".to_owned(),
        };
        // given one person says it alone: refused
        let okafor: Caller = demo.caller("m.okafor");
        assert!(matches!(old.act(&okafor, said("N-102")).await, Err(Stop::Refused(_))), "{engine}");
        // when two people say it, then it is an entry, and writing goes on
        let answer = old.app.act(&okafor, request(), said("N-100")).await.unwrap();
        assert_eq!(answer.entry, own, "{engine}");
        old.named(&demo.caller("k.brandt"), "register-site", site()).await.unwrap();
        // then its heads are of the new log, those before of the old one, and the whole is sound
        assert_eq!(store.checkpoint().await.unwrap(), Some(own + 2), "{engine}");
        assert_eq!(policy(store).await.origin, log.verifier().name());
        assert_eq!(damage(store).await, [], "{engine}");
        assert_eq!(old.again().await.unwrap().store().watermark().behind(), None, "{engine}");
        // and a cosigner that was told of the new log vouches for it from its beginning
        let asked = asking::ask(store, outside.key(), &Near(&outside)).await.unwrap();
        assert!(matches!(&asked, Asked::No(why) if why.contains("does not know the log")), "{asked:?}");
        outside.trust(log.verifier()).await.unwrap();
        let asked = asking::ask(store, outside.key(), &Near(&outside)).await.unwrap();
        assert!(matches!(&asked, Asked::Yes(w) if w.size == own + 2), "{engine}: {asked:?}");
        // and the old log's head counts no more for this one
        let latest = outside.latest(&head.origin).await.unwrap().unwrap();
        assert_eq!(why(witnesses::take(store, latest.note.as_bytes()).await), "invalid-cosigned-origin");
        assert_eq!(damage(store).await, [], "{engine}");
        old.close().await;
        demo.world.close().await;
    }
}
