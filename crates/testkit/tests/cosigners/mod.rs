//! Somebody outside vouches for the record: heads out and cosignatures back, and an old copy that is put back under a
//! newer head is found out before anything is written behind it.

mod keys;
mod old_copy;

use std::{path::Path, sync::Arc};

use plantgate_domain::base::Kind;
use plantgate_ledger::{
    Checkpoint, CosignerKey, Note, SecretKey, Tree,
    tree::{Hash, consistency, leaf_hash, root_of},
    witness::{No, Request},
};
use plantgate_store::{
    Stop, Store,
    asking::{self, Asked, Heard, Outside},
    ops::cosigner::{Cosigner, Said},
    verify::{self, Damage},
    witnesses::{self, Policy},
};
use plantgate_testkit::{demo::Demo, world::World};
use serde_json::json;

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
    // when requests from many sizes come at once; of the other history fewer than a cosigner keeps as evidence
    let mut running = tokio::task::JoinSet::new();
    for old in 0..4 {
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
    // by its checkpoint: which of the requests that carried it came first is for the race to say
    assert!(kept.iter().any(|request| request.contains(&of(other, largest, largest).checkpoint)), "{kept:?}");
    world.close().await;
}

/// A cosigner without a wire.
pub struct Near<'c>(pub &'c Cosigner);

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
pub struct Far;

impl Outside for Far {
    async fn add(&self, _request: &Request) -> Heard {
        Heard::Silence("the cable is cut".to_owned())
    }
    async fn latest(&self, _origin: &str) -> Option<String> {
        None
    }
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
