//! The kernel's laws on both engines: rows, fold and as-of agree; refusals and previews leave no trace; the same
//! request gets the same receipt; what is edited by hand is named; kills lose nothing.

use std::process::Command;

use plantgate_app::Caller;
use plantgate_domain::{
    base::{Actor, Instant, Kind, ProviderId, Why},
    event::expect::{ProviderEvent, ProviderFacts},
};
use plantgate_store::{
    Away, Stop,
    memory::Memory,
    past::Past,
    verify::{self, Damage},
    witnesses,
    writer::{Ctx, Receipt, Run},
};
use plantgate_testkit::world::{World, at, request};
use serde_json::json;
use uuid::Uuid;

fn register(name: &'static str, refuse: bool) -> Run {
    Box::new(move |desk| {
        Box::pin(async move {
            let reference = desk.next_reference(Kind::Provider).await?;
            let id = ProviderId(desk.new_id());
            desk.append(id, ProviderEvent::Registered(ProviderFacts::new(&reference, name, "DE"))).await?;
            if refuse {
                return Err(Stop::field("name", Why::of("invalid-empty")));
            }
            Ok(json!({ "id": id, "reference": reference }))
        })
    })
}

async fn send(w: &World, request: Uuid, digest: &str, preview: bool, run: Run) -> Result<Receipt, Stop> {
    let ctx = Ctx { actor: Actor::Genesis, request, auth: None };
    w.app.store().act(ctx, digest.as_bytes().to_vec(), preview, run).await
}

async fn verified(w: &World) -> verify::Verified {
    let mut tx = w.app.store().db().read().await.unwrap();
    verify::verify(&mut tx, true).await.unwrap()
}

#[tokio::test]
async fn the_same_request_gets_the_same_receipt_and_another_body_is_refused() {
    for w in World::both().await {
        // given an act that was done
        let id = request();
        let first = send(&w, id, "a", false, register("Acme", false)).await.unwrap();
        // when the same request comes again, then the receipt is the same and nothing is appended
        let again = send(&w, id, "a", false, register("Acme", false)).await.unwrap();
        assert_eq!((again.reply.clone(), again.first, again.count), (first.reply, first.first, 1), "{}", w.engine);
        assert!(again.repeated);
        // when the same request asks for something else, then it is refused
        let other = send(&w, id, "b", false, register("Other", false)).await.unwrap_err();
        assert!(matches!(other, Stop::Refused(r) if r.say.id == "stop-request-reused"));
        assert_eq!(verified(&w).await.size, 1);
        w.close().await;
    }
}

#[tokio::test]
async fn a_refused_and_a_previewed_act_leave_no_trace() {
    for w in World::both().await {
        let refused = send(&w, request(), "r", false, register("Acme", true)).await;
        assert!(matches!(refused, Err(Stop::Invalid(_))));
        let previewed = send(&w, request(), "p", true, register("Acme", false)).await.unwrap();
        assert_eq!(previewed.reply["reference"], "P-0001");
        let v = verified(&w).await;
        assert_eq!((v.size, v.rows, v.damage.len()), (0, 0, 0), "{}", w.engine);
        // and the number that the preview used is given out again
        let real = send(&w, request(), "x", false, register("Acme", false)).await.unwrap();
        assert_eq!(real.reply["reference"], "P-0001");
        w.close().await;
    }
}

#[tokio::test]
async fn many_writers_make_one_gapless_history_with_distinct_instants() {
    for w in World::both().await {
        let other = w.again().await.unwrap();
        let mut tasks = Vec::new();
        for n in 0..64 {
            let store = if n % 2 == 0 { w.app.store().clone() } else { other.store().clone() };
            tasks.push(tokio::spawn(async move {
                let ctx = Ctx { actor: Actor::Genesis, request: request(), auth: None };
                store.act(ctx, vec![n], false, register("Firm", false)).await.unwrap().reply["reference"].clone()
            }));
        }
        let mut references = Vec::new();
        for task in tasks {
            references.push(task.await.unwrap().to_string());
        }
        references.sort();
        references.dedup();
        assert_eq!(references.len(), 64, "a reference was given out twice on {}", w.engine);
        let v = verified(&w).await;
        assert_eq!((v.size, v.damage), (64, vec![]), "{}", w.engine);
        let mut tx = w.app.store().db().read().await.unwrap();
        let distinct = tx.one("select count(distinct at) from entry", &[]).await.unwrap().unwrap();
        assert_eq!(distinct.int(0).unwrap(), 64);
        drop(tx);
        w.close().await;
    }
}

#[tokio::test]
async fn rows_fold_and_as_of_agree_and_the_past_is_what_was_known_then() {
    for w in World::both().await {
        w.set("2026-01-01T00:00:00Z");
        let first = send(&w, request(), "1", false, register("Acme", false)).await.unwrap();
        let id: ProviderId = first.reply["id"].as_str().unwrap().parse().unwrap();
        w.set("2026-02-01T00:00:00Z");
        let rename: Run = Box::new(move |desk| {
            Box::pin(async move {
                desk.append(id, ProviderEvent::Revised(ProviderFacts::new("P-0001", "Acme AG", "CH"))).await?;
                Ok(json!({}))
            })
        });
        send(&w, request(), "2", false, rename).await.unwrap();
        let mut tx = w.app.store().db().read().await.unwrap();
        let mut then = Past::fold(&mut tx, at("2026-01-15T00:00:00Z")).await.unwrap();
        let mut head = Past::fold(&mut tx, Instant::MAX).await.unwrap();
        let mut look = w.app.store().look().await.unwrap();
        let on = id.into();
        assert_eq!(head.kept(on).await.unwrap(), look.kept(on).await.unwrap(), "rows == as-of at head");
        let old: plantgate_domain::expect::provider::Provider = then.get(id).await.unwrap();
        assert_eq!((old.facts.name.as_str(), old.facts.country.as_str()), ("Acme", "DE"));
        drop((tx, look));
        w.close().await;
    }
}

#[tokio::test]
async fn a_row_edited_by_hand_is_named_and_so_is_an_entry() {
    for w in World::both().await {
        send(&w, request(), "1", false, register("Acme", false)).await.unwrap();
        send(&w, request(), "2", false, register("Beta", false)).await.unwrap();
        let sql = "update card set label = 'Forged' where reference = 'P-0002'";
        let mut tx = w.app.store().db().write().await.unwrap();
        tx.run(sql, &[]).await.unwrap();
        tx.commit().await.unwrap();
        let v = verified(&w).await;
        let [Damage::Row { table, column, record, found, .. }] = v.damage.as_slice() else { panic!("{:?}", v.damage) };
        assert_eq!((*table, column.as_str(), record.as_str(), found.as_str()), ("card", "label", "Beta", "Forged"));
        // and when the entry itself is edited, the entry is named
        let mut tx = w.app.store().db().write().await.unwrap();
        let body = verify::entry_bytes(&mut tx, 1).await.unwrap().unwrap();
        let forged = String::from_utf8(body).unwrap().replace("Beta", "Evil").into_bytes();
        let values = [plantgate_store::db::V::Bytes(forged)];
        tx.run("update entry set body = $1 where seq = 1", &values).await.unwrap();
        tx.commit().await.unwrap();
        assert!(verified(&w).await.damage.contains(&Damage::Body { seq: 1 }), "{}", w.engine);
        w.close().await;
    }
}

/// Whatever is changed by hand without touching an entry's bytes is named all the same.
#[tokio::test]
async fn columns_heads_texts_and_the_clock_are_held_against_the_entries() {
    type Named = fn(&Damage) -> bool;
    let edits: [(&str, Named); 5] = [
        ("update entry set at = at - 1000000 where seq = 0", |d| matches!(d, Damage::Column { seq: 0, column: "at" })),
        ("update entry set name = 'expect.provider.revised@1' where seq = 1", |d| {
            matches!(d, Damage::Column { seq: 1, column: "name" })
        }),
        ("update private set value = 'Somebody else'", |d| matches!(d, Damage::Private { seq: 2, .. })),
        ("update edge set last_at = last_at - 1", |d| matches!(d, Damage::Edge { column: "last_at" })),
        ("update checkpoint set note = replace(note, '3', '4')", |d| matches!(d, Damage::Checkpoint { size: 3 })),
    ];
    for (edit, named) in edits {
        for w in World::both().await {
            for n in 0..2_u8 {
                send(&w, request(), &n.to_string(), false, register("Acme", false)).await.unwrap();
            }
            send(&w, request(), "sealed", false, sealed()).await.unwrap();
            assert_eq!(w.app.store().checkpoint().await.unwrap(), Some(3));
            let mut tx = w.app.store().db().write().await.unwrap();
            let keys = witnesses::log_keys(&mut tx, w.app.store().keyring()).await.unwrap();
            let sound = verify::verify_with(&mut tx, true, &keys).await.unwrap();
            assert_eq!(sound.damage, vec![], "{}", w.engine);
            tx.run_built(edit.to_owned(), &[]).await.unwrap();
            let found = verify::verify_with(&mut tx, false, &keys).await.unwrap();
            assert!(found.damage.iter().any(named), "{edit} on {}: {:?}", w.engine, found.damage);
            tx.undo().await.unwrap();
            w.close().await;
        }
    }
}

fn sealed() -> Run {
    use plantgate_domain::event::expect::{Contact, ContactKind};
    Box::new(|desk| {
        Box::pin(async move {
            let id = ProviderId(desk.new_id());
            let mut facts = ProviderFacts::new("P-0900", "Sealed", "DE");
            facts.contacts = vec![Contact { kind: ContactKind::ALL[0], how: desk.seal("Nora, 0301")? }];
            desk.append(id, ProviderEvent::Registered(facts)).await?;
            Ok(json!({}))
        })
    })
}

#[tokio::test]
async fn the_clock_set_back_moves_nothing_back() {
    for w in World::both().await {
        let first = send(&w, request(), "1", false, register("Acme", false)).await.unwrap();
        w.set("2020-01-01T00:00:00Z");
        let second = send(&w, request(), "2", false, register("Beta", false)).await.unwrap();
        assert!(second.at > first.at, "{}", w.engine);
        let look = w.app.store().look().await.unwrap();
        assert!(look.now().0 >= second.at, "a reader lives no earlier than the last entry");
        drop(look);
        w.close().await;
    }
}

/// The long form is `hammer kills DATABASE FOLDER 100`; here the same with fewer kills.
#[tokio::test]
async fn processes_killed_at_random_lose_no_acknowledged_act() {
    for w in World::both().await {
        let kills = Command::new(env!("CARGO_BIN_EXE_hammer"))
            .args(["kills", &w.address, &w.folder.to_string_lossy(), "6"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&kills.stdout).into_owned();
        let went_wrong = String::from_utf8_lossy(&kills.stderr).into_owned();
        assert!(kills.status.success() && said.contains(" 0 lost"), "{}: {said}{went_wrong}", w.engine);
        w.close().await;
    }
}

/// A newer release made its own rows in the same database: an older node writes no rows of the old shape over them.
#[tokio::test]
async fn an_older_node_writes_no_more_once_a_newer_release_took_over() {
    for w in World::both().await {
        let genesis = Caller { actor: Actor::Genesis, auth: None, stale: false };
        let found = json!({ "name": "Veltrane", "demo": true, "language": "en",
            "person": { "handle": "admin", "name": "Ada Admin", "roles": ["administrator"] } });
        let founded = w.named(&genesis, "found-organisation", found).await.unwrap();
        let admin = Caller::person(founded["done"]["person"].as_str().unwrap().parse().unwrap(), "test");
        let site = |name: &str| json!({ "reference": name, "name": name, "zone": "Europe/Berlin", "country": "DE" });
        w.named(&admin, "register-site", site("BRU")).await.unwrap();
        // given the mark that a newer release leaves
        let mut tx = w.app.store().db().write().await.unwrap();
        tx.run("update edge set generation = 1000000 where id = 1", &[]).await.unwrap();
        tx.commit().await.unwrap();
        // when this node is asked to write, then it says why not and who can help, and nothing is written
        let stop = w.named(&admin, "register-site", site("CED")).await.unwrap_err();
        assert!(matches!(stop, Stop::Away(Away::Newer)), "{}: {stop}", w.engine);
        // and it answers no question either: what rows of a newer shape mean it may read wrongly
        let stop = w.app.store().look().await.err().unwrap();
        assert!(matches!(stop, Stop::Away(Away::Newer)), "{}: {stop}", w.engine);
        // and a binary of this release does not start on it
        let stop = w.again().await.err().unwrap();
        assert!(matches!(stop, Stop::Away(Away::Newer)), "{}: {stop}", w.engine);
        w.close().await;
    }
}
