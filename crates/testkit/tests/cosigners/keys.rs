//! A new log key takes over: heads, packs and cosigners follow, and the old key signs nothing behind it.

use plantgate_app::{
    expect::witnesses::RotateKey,
    review::pack::{self, Wish},
};
use plantgate_ledger::{
    Checkpoint, Note, SecretKey,
    pack::check,
    rotation::Rotation,
    tree::Hash,
    witness::{No, Request},
};
use plantgate_store::{Stop, ops::cosigner::Said, verify::Damage, witnesses};
use plantgate_testkit::demo::Demo;

use super::{damage, head, named, policy, vouched};

#[tokio::test]
async fn a_new_key_takes_over_and_the_old_one_signs_nothing_behind_it() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (outside, store) = (named(&demo).await, demo.world.app.store());
        let first = head(store, 0).await;
        witnesses::take(store, vouched(&outside, &first).await.as_bytes()).await.unwrap();
        let old = policy(store).await.key(store.keyring()).unwrap();
        let before = packed(&demo, None).await;
        let said = |keys: usize, new: &SecretKey, note: &str, second: &str| RotateKey {
            keys,
            key: new.verifier().to_string(),
            note: note.to_owned(),
            second: second.to_owned(),
            reason: "The key is five years old.".to_owned(),
        };
        // when two people let a new key take over
        let (new, note) = witnesses::handover(&mut store.db().read().await.unwrap(), store.keyring()).await.unwrap();
        let okafor = demo.caller("m.okafor");
        let alone = demo.world.act(&okafor, said(1, &new, &note, "N-102")).await;
        assert!(matches!(alone, Err(Stop::Refused(_))), "{engine}: {alone:?}");
        let answer = demo.world.act(&okafor, said(1, &new, &note, "N-100")).await.unwrap();
        // then heads behind its entry are the new key's, the whole is sound, and a statement counts once
        store.checkpoint().await.unwrap();
        assert_eq!(policy(store).await.key(store.keyring()).unwrap().verifier(), new.verifier());
        assert_eq!(damage(store).await, [], "{engine}");
        let again = demo.world.act(&okafor, said(1, &new, &note, "N-100")).await;
        assert!(matches!(again, Err(Stop::Invalid(_))), "{engine}: {again:?}");
        // and a pack that spans it verifies by either key, one of before by the old one only
        let pack = packed(&demo, Some((0, answer.entry + 1))).await;
        for (key, handed) in [(&old, true), (&new, false)] {
            let read = check(&pack, &[key.verifier().clone()], &[]).unwrap();
            assert!(read.trusted && read.handed == handed, "{engine}");
        }
        assert!(check(&before, &[old.verifier().clone()], &[]).unwrap().trusted);
        assert!(check(&before, &[new.verifier().clone()], &[]).is_err());
        // and the cosigner follows by the statement of both: the old key's head behind it counts no more
        outside.hand_over(note.as_bytes()).await.unwrap();
        // the same statement again gets the same answer, another one by a key that handed over gets none
        assert_eq!(outside.hand_over(note.as_bytes()).await.unwrap(), *new.verifier());
        let thief = SecretKey::from_seed(old.verifier().name(), &[66; 32]).unwrap();
        let last = Rotation::open(note.as_bytes()).unwrap();
        let last = Checkpoint { origin: old.verifier().name().to_owned(), size: last.size, root: last.root };
        let stolen = Rotation::sign(&old, &thief, &last).unwrap().to_string();
        assert!(outside.hand_over(stolen.as_bytes()).await.is_err(), "a key hands over once");
        let size = first.size().unwrap();
        let asked = head(store, size).await;
        let said_head = Checkpoint::parse(Note::parse(asked.checkpoint.as_bytes()).unwrap().text()).unwrap();
        let stolen = Request { checkpoint: said_head.sign(&[&old]).unwrap().to_string(), ..asked.clone() };
        assert!(matches!(outside.answer(&stolen).await.unwrap(), Said::No(No::Unsigned(_))), "{engine}");
        witnesses::take(store, vouched(&outside, &asked).await.as_bytes()).await.unwrap();
        // and one that was put in among the signed heads is named
        let mut tx = store.db().write().await.unwrap();
        let sql = format!("update checkpoint set note = '{}' where size = {}", stolen.checkpoint, said_head.size);
        tx.run_built(sql, &[]).await.unwrap();
        tx.commit().await.unwrap();
        let found = damage(store).await;
        assert!(found.contains(&Damage::Checkpoint { size: said_head.size }), "{engine}: {found:?}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_handover_that_the_old_key_did_not_sign_is_named() {
    for demo in Demo::both().await {
        let store = demo.world.app.store();
        head(store, 0).await;
        // given an entry whose statement is signed by a key that never signed here
        let thief = SecretKey::from_seed(store.keyring().origin(), &[66; 32]).unwrap();
        let new = store.keyring().begin_key(store.keyring().origin()).unwrap();
        let last = Checkpoint { origin: store.keyring().origin().to_owned(), size: 1, root: Hash::EMPTY_ROOT };
        let note = Rotation::sign(&thief, &new, &last).unwrap().to_string();
        let key = new.verifier().to_string();
        let said = RotateKey { keys: 1, key, note, second: "N-100".to_owned(), reason: "Mine now.".to_owned() };
        let entry = demo.world.act(&demo.caller("m.okafor"), said).await.unwrap().entry;
        // then the record is not sound, and the entry is named
        assert_eq!(damage(store).await, [Damage::Rotation { seq: entry }], "{}", demo.world.engine);
        demo.world.close().await;
    }
}

/// A pack of everything OT security sees, or of a range.
async fn packed(demo: &Demo, range: Option<(u64, u64)>) -> Vec<u8> {
    let wish = Wish {
        providers: if range.is_none() { vec!["P-09".to_owned()] } else { Vec::new() },
        range,
        ..Wish::default()
    };
    let drawn = pack::draw(demo.world.app.store(), demo.person("m.okafor"), &wish, "en").await.unwrap();
    drawn.seal("what".to_owned(), "<html>".to_owned(), b"%PDF-1.7\n".to_vec()).unwrap().bytes
}
