//! Somebody outside vouches for the record: heads out and cosignatures back, and an old copy that is put back under a
//! newer head is found out before anything is written behind it.

use std::{path::Path, sync::Arc};

use axum::http::StatusCode;
use plantgate_app::{
    Caller,
    expect::witnesses::{DeclareRestored, RotateKey},
    review::pack::{self, Wish},
};
use plantgate_domain::{base::Kind, event::expect::OldHead};
use plantgate_ledger::{
    Checkpoint, CosignerKey, Note, SecretKey, Tree,
    pack::check,
    rotation::Rotation,
    tree::{Hash, consistency, leaf_hash, root_of},
    witness::{No, Request},
};
use plantgate_store::{
    Stop, Store,
    asking::{self, Asked, Heard, Outside},
    ops::cosigner::{Cosigner, Said},
    transfer,
    verify::{self, Damage},
    watermark::Behind,
    witnesses::{self, Policy},
};
use plantgate_testkit::{
    demo::Demo,
    world::{World, request},
};
use serde_json::{Value, json};

/// A cosigner in a folder of the world, which goes away with it.
async fn cosigner(folder: &Path) -> Cosigner {
    Cosigner::open(&folder.join("cosigner"), Some("headquarters.example/cosigner")).await.unwrap()
}

async fn policy(store: &Store) -> Policy {
    witnesses::policy(&mut store.db().read().await.unwrap(), store.keyring()).await.unwrap()
}

/// The newest head, signed, with the proof that it continues a size.
async fn head(store: &Store, old: u64) -> Request {
    store.checkpoint().await.unwrap();
    witnesses::request(&mut store.db().read().await.unwrap(), old).await.unwrap().unwrap()
}

async fn vouched(cosigner: &Cosigner, request: &Request) -> String {
    match cosigner.answer(request).await.unwrap() {
        Said::Yes(line) => format!("{}{line}", request.checkpoint),
        Said::No(no) => panic!("{no}"),
    }
}

/// The demo plant with a cosigner that knows its log and that its record names.
async fn named(demo: &Demo) -> Cosigner {
    let (store, cosigner) = (demo.world.app.store(), cosigner(&demo.world.folder).await);
    let log = policy(store).await.key(store.keyring()).unwrap();
    cosigner.trust(log.verifier()).await.unwrap();
    let body = json!({ "keys": [cosigner.key().to_string()], "quorum": 1, "reason": "Headquarters keeps our heads." });
    demo.world.named(&demo.caller("m.okafor"), "name-cosigners", body).await.unwrap();
    cosigner
}

async fn grow(demo: &Demo, reference: &str) {
    let site = json!({ "reference": reference, "name": "Neuwerk", "zone": "Europe/Berlin", "country": "DE" });
    demo.world.named(&demo.caller("k.brandt"), "register-site", site).await.unwrap();
}

async fn damage(store: &Store) -> Vec<Damage> {
    let mut tx = store.db().read().await.unwrap();
    let keys = witnesses::log_keys(&mut tx, store.keyring()).await.unwrap();
    verify::verify_with(&mut tx, true, &keys).await.unwrap().damage
}

/// Why a file that came back is not taken.
fn why(taken: Result<witnesses::Witnessed, Stop>) -> String {
    match taken {
        Err(Stop::Invalid(why)) => why[0].why.id.to_string(),
        Err(Stop::Refused(no)) => no.say.id.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn heads_go_out_on_a_stick_and_cosignatures_come_back() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (store, outside) = (demo.world.app.store(), cosigner(&demo.world.folder).await);
        // given a cosigner that was not told of this log: it vouches for nothing
        let first = head(store, 0).await;
        let no = outside.answer(&first).await.unwrap();
        assert!(matches!(no, Said::No(No::Unknown(_))), "{engine}: {no:?}");
        // given it was told, but the record does not name it: its word counts for nothing
        let log = store.keyring().log_key(store.keyring().origin(), None).unwrap();
        outside.trust(log.verifier()).await.unwrap();
        let back = vouched(&outside, &first).await;
        assert_eq!(why(witnesses::take(store, back.as_bytes()).await), "invalid-cosigned-nobody", "{engine}");
        // when the record names it, then its word is taken, and every page says so
        let outside = named(&demo).await;
        let taken = witnesses::take(store, back.as_bytes()).await.unwrap();
        assert_eq!((taken.size, &taken.by[..]), (first.size().unwrap(), &[outside.key().name().to_owned()][..]));
        let door = demo.sign_in("m.okafor").await;
        let page = door.get("/admin/cosigners").await.words();
        assert!(page.contains("witnessed by headquarters.example/cosigner"), "{engine}: {page}");
        // and the next head continues it
        grow(&demo, "NEU").await;
        let next = head(store, first.size().unwrap()).await;
        assert!(next.size().unwrap() > first.size().unwrap() && !next.proof.is_empty());
        let later = vouched(&outside, &next).await;
        assert_eq!(witnesses::take(store, later.as_bytes()).await.unwrap().size, next.size().unwrap());
        let newest = witnesses::newest(&mut store.db().read().await.unwrap(), &policy(store).await).await.unwrap();
        assert_eq!(newest.unwrap().size, next.size().unwrap());
        // and the same file once more changes nothing
        witnesses::take(store, later.as_bytes()).await.unwrap();
        refused(store, &outside, &back, &later).await;
        assert_eq!(damage(store).await, [], "{engine}");
        // and a cosignature that was put in or changed by hand is named
        let mut tx = store.db().write().await.unwrap();
        let size = i64::try_from(next.size().unwrap()).unwrap();
        tx.run_built(format!("update cosignature set size = {size} + 1 where size = {size}"), &[]).await.unwrap();
        tx.commit().await.unwrap();
        let found = damage(store).await;
        assert!(matches!(&found[..], [Damage::Cosignature { .. }]), "{engine}: {found:?}");
        demo.world.close().await;
    }
}

/// What else may come back on a stick.
async fn refused(store: &Store, outside: &Cosigner, older: &str, newest: &str) {
    let take = |text: String| async move { why(witnesses::take(store, text.as_bytes()).await) };
    assert_eq!(take(older.to_owned()).await, "invalid-cosigned-older");
    assert_eq!(take("a letter".to_owned()).await, "invalid-cosigned-form");
    // given the head of another log, or of ours by another key
    let head = Checkpoint::parse(Note::parse(newest.as_bytes()).unwrap().text()).unwrap();
    let other = SecretKey::from_seed("other.example/log", &[3; 32]).unwrap();
    let theirs = Checkpoint { origin: "other.example/log".to_owned(), ..head.clone() };
    assert_eq!(take(theirs.sign(&[&other]).unwrap().to_string()).await, "invalid-cosigned-origin");
    let forged = SecretKey::from_seed(&head.origin, &[3; 32]).unwrap();
    assert_eq!(take(head.sign(&[&forged]).unwrap().to_string()).await, "invalid-cosigned-log");
    // given a cosigner the record does not name, or a line that was damaged on the way
    let log = store.keyring().log_key(&head.origin, None).unwrap();
    let plain = head.sign(&[&log]).unwrap();
    let stranger = CosignerKey::from_seed("stranger.example", &[4; 32]).unwrap();
    assert_eq!(take(format!("{plain}{}", plain.cosigned(&stranger, 1))).await, "invalid-cosigned-nobody");
    let mut line = Note::parse(newest.as_bytes()).unwrap().signatures().last().unwrap().clone();
    assert_eq!(line.name, outside.key().name());
    line.signature[40] ^= 1;
    assert_eq!(take(format!("{plain}{line}")).await, "invalid-cosigned-bad");
    assert!(store.watermark().behind().is_none());
}

#[tokio::test]
async fn names_of_cosigners_are_keys_of_cosigners_and_count_once() {
    for demo in Demo::both().await {
        let key = |name: &str, seed: u8| CosignerKey::from_seed(name, &[seed; 32]).unwrap().verifier().to_string();
        let log = SecretKey::from_seed("plant.example/log", &[1; 32]).unwrap().verifier().to_string();
        let say = |keys: Vec<String>, quorum: u32| json!({ "keys": keys, "quorum": quorum, "reason": "As agreed." });
        let cases = [
            (say(vec![log], 1), "invalid-cosigner-kind"),
            (say(vec!["no key".to_owned()], 1), "invalid-cosigner-key"),
            (say(vec![key("a.example", 1), key("b.example", 1)], 1), "invalid-cosigner-twice"),
            (say(vec![key("a.example", 1), key("a.example", 2)], 1), "invalid-cosigner-twice"),
            (say(vec![key("a.example", 1)], 2), "invalid-cosigner-quorum"),
            (say(vec![key("a.example", 1)], 0), "invalid-cosigner-quorum"),
            (say(Vec::new(), 1), "invalid-cosigner-quorum"),
            (say((0..17).map(|n| key(&format!("{n}.example"), n)).collect(), 1), "invalid-cosigner-many"),
        ];
        for (body, id) in cases {
            let no = demo.world.named(&demo.caller("m.okafor"), "name-cosigners", body.clone()).await;
            let Err(Stop::Invalid(found)) = no else { panic!("{body}: {no:?}") };
            assert_eq!(found[0].why.id, id, "{body}");
        }
        // and an administrator, who could control the machine, does not choose who vouches for it
        let body = say(vec![key("a.example", 1)], 1);
        let no = demo.world.named(&demo.caller("k.brandt"), "name-cosigners", body).await;
        assert!(matches!(no, Err(Stop::Refused(_))), "{no:?}");
        demo.world.close().await;
    }
}

/// A request out of a log of a test.
fn of(tree: &Tree, old: u64, size: u64) -> Request {
    let key = SecretKey::from_seed("plant.example/log", &[9; 32]).unwrap();
    let head = Checkpoint { origin: "plant.example/log".to_owned(), size, root: root_of(tree, size).unwrap() };
    Request { old, proof: consistency(tree, old, size).unwrap(), checkpoint: head.sign(&[&key]).unwrap().to_string() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_that_race_never_roll_a_cosigner_back_and_never_get_two_histories() {
    let world = World::sqlite().await;
    // given a cosigner opened twice, as by two processes, and the holder of a log's key with two histories
    let both = [Arc::new(cosigner(&world.folder).await), Arc::new(cosigner(&world.folder).await)];
    let log = SecretKey::from_seed("plant.example/log", &[9; 32]).unwrap();
    both[0].trust(log.verifier()).await.unwrap();
    let tree = |word: &str| -> Tree { (0..24_u64).map(|n| leaf_hash(format!("{word} {n}").as_bytes())).collect() };
    let trees = [tree("a"), tree("b")];
    // when every request there could be comes at once
    let mut running = tokio::task::JoinSet::new();
    for old in 0..8 {
        for size in old..24 {
            for tree in &trees {
                let (outside, asked) = (both[usize::try_from(size % 2).unwrap()].clone(), of(tree, old, size.max(1)));
                running.spawn(async move {
                    let said = outside.answer(&asked).await.unwrap();
                    let head = Checkpoint::parse(Note::parse(asked.checkpoint.as_bytes()).unwrap().text()).unwrap();
                    (said, head)
                });
            }
        }
    }
    let mut vouched: Vec<(u64, Hash)> = Vec::new();
    let mut moved = 0;
    while let Some(done) = running.join_next().await {
        match done.unwrap() {
            (Said::Yes(line), head) => {
                let note = head.sign(&[&log]).unwrap().to_string() + &line.to_string();
                let known = [both[0].key().clone()];
                let (_, by) = Checkpoint::open(note.as_bytes(), log.verifier(), &known).unwrap();
                assert_eq!(by, [both[0].key()]);
                vouched.push((head.size, head.root));
            }
            (Said::No(No::Moved(_)), _) => moved += 1,
            (Said::No(_), _) => {}
        }
    }
    // then every head it vouched for is of one history, and it stands at the largest
    let largest = vouched.iter().map(|(size, _)| *size).max().unwrap();
    let one = trees.iter().find(|t| root_of(*t, largest) == Ok(vouched.iter().find(|v| v.0 == largest).unwrap().1));
    let one = one.unwrap();
    for (size, root) in &vouched {
        assert_eq!(root_of(one, *size), Ok(*root), "two histories, one of them at {size}");
    }
    for outside in &both {
        assert_eq!(outside.latest("plant.example/log").await.unwrap().unwrap().size, largest);
    }
    assert!(moved > 0 && !vouched.is_empty());
    // and the other history, signed by the log itself, is kept as evidence
    let other = trees.iter().find(|t| !std::ptr::eq(*t, one)).unwrap();
    let no = both[0].answer(&of(other, largest, largest)).await.unwrap();
    assert_eq!(no, Said::No(No::Split(largest)));
    let kept = both[1].splits("plant.example/log").await.unwrap();
    assert!(kept.contains(&of(other, largest, largest).text()));
    world.close().await;
}

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

/// A cosigner without a wire.
struct Near<'c>(&'c Cosigner);

impl Outside for Near<'_> {
    async fn add(&self, request: &Request) -> Heard {
        match self.0.answer(request).await.unwrap() {
            Said::Yes(line) => Heard::Lines(line.to_string()),
            Said::No(No::Moved(size)) => Heard::At(size),
            Said::No(no) => Heard::No(no.to_string()),
        }
    }
    async fn latest(&self, origin: &str) -> Option<String> {
        self.0.latest(origin).await.unwrap().map(|seen| seen.note)
    }
}

/// One that nobody reaches.
struct Far;

impl Outside for Far {
    async fn add(&self, _request: &Request) -> Heard {
        Heard::Silence("the cable is cut".to_owned())
    }
    async fn latest(&self, _origin: &str) -> Option<String> {
        None
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
        // then heads behind its entry are the new key's, the whole is sound, and a second handover needs a new statement
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
        assert!(outside.hand_over(note.as_bytes()).await.is_err(), "a key hands over once");
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
    drawn.seal("what".to_owned(), "<html>".to_owned()).unwrap().bytes
}

#[tokio::test]
async fn every_new_head_is_asked_for_and_a_lost_answer_is_made_good() {
    for demo in Demo::both().await {
        let outside = named(&demo).await;
        let store = demo.world.app.store();
        let size = head(store, 0).await.size().unwrap();
        let near = Near(&outside);
        let ask = || asking::ask(store, outside.key(), &near);
        assert!(matches!(ask().await.unwrap(), Asked::Yes(w) if w.size == size));
        assert_eq!(ask().await.unwrap(), Asked::Nothing);
        // given the cosigner vouched for a later head and its answer was lost on the way
        grow(&demo, "NEU").await;
        let lost = head(store, size).await;
        vouched(&outside, &lost).await;
        grow(&demo, "NEU2").await;
        let last = head(store, 0).await.size().unwrap();
        // when it is asked again, then it names the size it stands at and vouches from there
        assert!(matches!(ask().await.unwrap(), Asked::Yes(w) if w.size == last));
        // and where nobody is reached, the record says so and goes on
        grow(&demo, "NEU3").await;
        store.checkpoint().await.unwrap();
        assert!(matches!(asking::ask(store, outside.key(), &Far).await.unwrap(), Asked::Silence(_)));
        grow(&demo, "NEU4").await;
        let sites = store.look().await.unwrap().every_with_id(Kind::Site).await.unwrap();
        assert!(sites.len() > 4);
        demo.world.close().await;
    }
}
