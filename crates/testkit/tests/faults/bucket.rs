//! Evidence in a bucket of an S3-compatible store (moto, on loopback), and everything such a store can do wrong.

use std::time::Duration;

use futures_util::future::join_all;
use plantgate_store::{Away, Limits, Stop, audit, clock::Wall, ops::upload::By, verify::Damage};
use plantgate_testkit::{
    bucket::{Bucket, SECRET},
    demo::Demo,
    proxy::Mode,
    world::{World, request},
};

use super::ground::{aside, away, delivery, reads, site, sound, take, told, works};

/// Lines that a store which lies changes.
const TRUE: &str = "ortega;engineer\n";
const LIE: &str = "somebody;admin!\n";
const DENIED: &str = "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\n\
    Connection: close\r\n\r\n\
    <Error><Code>InvalidAccessKeyId</Code><Message>The key is not known here.</Message></Error>";

/// The demo plant with its evidence in a bucket; what came with the plant stays in the folder.
async fn moved(large: bool) -> Vec<(Demo, Bucket)> {
    let mut all = Vec::new();
    for mut demo in Demo::both().await {
        let Some(bucket) = Bucket::create().await else { continue };
        let evidence_bytes = if large { 32 * 1_024 * 1_024 } else { 1_024 * 1_024 };
        let limits = Limits { evidence_bytes, ..Limits::for_testing() };
        let blobs = bucket.blobs(&demo.world).await;
        demo.world.app = demo.world.by(&demo.world.address, limits, blobs).await.unwrap();
        all.push((demo, bucket));
    }
    all
}

fn users(n: usize) -> Vec<u8> {
    TRUE.repeat(n).into_bytes()
}

#[tokio::test]
async fn evidence_goes_into_the_bucket_once_and_comes_back_whole() {
    for (demo, bucket) in moved(true).await {
        let app = &demo.world.app;
        // given a small file and one that goes in parts
        for file in [users(10), users(1_200_000)] {
            // when several people hand it in at once
            let taken = join_all((0..5).map(|_| take(app, &file))).await;
            let sha256 = taken[0].clone().unwrap();
            assert!(taken.iter().all(|t| t.as_ref().is_ok_and(|t| *t == sha256)), "{taken:?}");
            // then it is there once, under its digest, and nothing is left beside
            let of_it = format!("veltrane/evidence/{sha256}");
            let names = bucket.names().await;
            assert_eq!(names.iter().filter(|n| **n == of_it).count(), 1, "{names:?}");
            assert!(!names.iter().any(|n| n.contains("aside")), "{names:?}");
            assert_eq!(aside(&demo), 0, "{}", demo.world.engine);
            // and comes back as it was
            assert!(app.store().blobs().read(&sha256).await.unwrap() == file, "{}", demo.world.engine);
        }
        // and what lay in the folder before is found there
        let mut tx = app.store().db().read().await.unwrap();
        let mut damage = Vec::new();
        assert!(audit::evidence(&mut tx, app.store().blobs(), &mut damage).await.unwrap() > 3);
        assert_eq!(damage, [], "{}", demo.world.engine);
        drop(tx);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_lies_under_a_digest_is_never_written_over() {
    for (demo, bucket) in moved(true).await {
        let app = &demo.world.app;
        // given a small file and one that goes in parts, and somebody who was under their names before us
        for file in [users(11), users(1_200_001)] {
            let sha256 = plantgate_ledger::Hash::of_content(&file).to_string();
            let name = format!("veltrane/evidence/{sha256}");
            let others = LIE.repeat(file.len() / LIE.len());
            bucket.put(&name, &others).await;
            // when the file comes, then it is refused: what is there is not it
            assert_eq!(away(take(app, &file).await), Away::EvidenceOther, "{}", demo.world.engine);
            // and what somebody else put there is as it was
            assert!(bucket.bytes(&name).await == others, "{}: written over", demo.world.engine);
            assert_eq!(aside(&demo), 0, "{}", demo.world.engine);
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_store_that_writes_over_what_is_there_is_found_out_when_it_is_tried() {
    let Some(bucket) = Bucket::create().await else { return };
    let demo = Demo::on(World::sqlite().await).await;
    let blobs = bucket.blobs(&demo.world).await;
    blobs.try_out().await.unwrap();
    // given a store that does not know the condition under which we put
    bucket.line.set(Mode::Blinds("if-none-match", "x-none-match-"));
    assert_eq!(away(blobs.try_out().await), Away::EvidenceOver);
    demo.world.close().await;
}

#[tokio::test]
async fn a_store_that_fails_is_told_in_its_own_words_and_nothing_is_half_saved() {
    let faults = [
        (Mode::Gone, Away::EvidenceSilent),
        (Mode::Silent, Away::EvidenceSilent),
        (Mode::Says(DENIED), Away::EvidenceRefuses),
        (Mode::Lies(TRUE, LIE), Away::EvidenceOther),
        (Mode::Cuts(60_000), Away::EvidenceSilent),
    ];
    for (demo, bucket) in moved(false).await {
        let app = &demo.world.app;
        let begun = app.store().look().await.unwrap().size();
        for (n, (mode, words)) in faults.iter().enumerate() {
            let file = users(20_000 + n);
            // given a store that fails; when a file comes, then it is told how
            bucket.line.set(mode.clone());
            assert_eq!(away(take(app, &file).await), *words, "{mode:?} on {}", demo.world.engine);
            // and nobody can name the file, because it is not known to be there whole
            let sha256 = plantgate_ledger::Hash::of_content(&file).to_string();
            let act = delivery(&sha256, file.len());
            let named = demo.world.named(&demo.caller("i.campos"), "deliver-evidence", act.clone()).await;
            assert!(
                matches!(&named, Err(Stop::Invalid(why)) if why[0].why.id == "invalid-upload-missing"),
                "{named:?}"
            );
            assert_eq!(aside(&demo), 0, "{}", demo.world.engine);
            // while what needs no file is done
            works(&demo, app, &format!("S{n}")).await;
            // when the store is well again, then the same file is taken as if nothing had been
            bucket.line.set(Mode::Through);
            assert_eq!(take(app, &file).await.unwrap(), sha256, "{mode:?} on {}", demo.world.engine);
        }
        // and a slow one is only slow
        bucket.line.set(Mode::Slow(Duration::from_millis(50)));
        take(app, &users(19_000)).await.unwrap();
        assert_eq!(sound(app).await, begun + faults.len() as u64, "each of them only registered its site");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_page_says_what_the_store_does_wrong_and_never_shows_other_bytes() {
    for (demo, bucket) in moved(false).await {
        let app = &demo.world.app;
        // given a delivered list
        let file = users(200);
        let sha256 = take(app, &file).await.unwrap();
        let item = delivery(&sha256, file.len());
        let item = demo.world.named(&demo.caller("i.campos"), "deliver-evidence", item).await.unwrap();
        let item = item["done"]["reference"].as_str().unwrap().to_owned();
        let door = demo.sign_in("m.okafor").await;
        let (page, path) = (format!("/evidence/items/{item}"), format!("/evidence/items/{item}/file"));
        assert_eq!(door.get(&path).await.body.as_bytes(), file, "{}", demo.world.engine);
        // when the store is gone, then the file cannot be shown, and both pages say why
        bucket.line.set(Mode::Gone);
        told(&door.get(&path).await, "The evidence store does not answer");
        told(&door.clone().in_language("de").get(&path).await, "Der Speicher für Nachweise antwortet nicht");
        let judged = door.get(&page).await;
        assert!(judged.status.is_success() && judged.words().contains("The evidence store does not answer"), "{page}");
        reads(&door).await;
        // when it lies, then what it gives is not shown
        bucket.line.set(Mode::Lies(TRUE, LIE));
        let lied = door.get(&path).await;
        told(&lied, "The evidence store gave other bytes than were put there");
        assert!(!lied.body.contains("somebody"));
        // when somebody changed it in the bucket, then the check of all evidence names the entry
        bucket.line.set(Mode::Through);
        bucket.put(&format!("veltrane/evidence/{sha256}"), LIE).await;
        let mut tx = app.store().db().read().await.unwrap();
        let mut damage = Vec::new();
        audit::evidence(&mut tx, app.store().blobs(), &mut damage).await.unwrap();
        let named = |d: &Damage| matches!(d, Damage::Blob { sha256: s, missing: false, .. } if *s == sha256);
        assert!(damage.len() == 1 && damage.iter().all(named), "{damage:?}");
        // and a store that does not answer is no damage: the check says that it could not be made
        bucket.line.set(Mode::Gone);
        assert_eq!(away(audit::evidence(&mut tx, app.store().blobs(), &mut damage).await), Away::EvidenceSilent);
        drop(tx);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_sweep_removes_from_the_bucket_what_nobody_names_and_waits_while_it_is_away() {
    for (demo, bucket) in moved(false).await {
        let app = &demo.world.app;
        let (file, other) = (users(3), users(4));
        let (gone, kept) = (take(app, &file).await.unwrap(), take(app, &other).await.unwrap());
        let act = delivery(&kept, other.len());
        demo.world.named(&demo.caller("i.campos"), "deliver-evidence", act).await.unwrap();
        let later = Wall(Wall::now().0 + 8 * 86_400);
        // given a store that is away; when the sweep comes, then it says so, others go on, and nobody can name the file
        bucket.line.set(Mode::Gone);
        assert_eq!(away(app.store().sweep_uploads(later).await), Away::EvidenceSilent);
        works(&demo, app, "SWEPT").await;
        let act = delivery(&gone, file.len());
        let late = demo.world.named(&demo.caller("i.campos"), "deliver-evidence", act).await;
        assert!(matches!(late, Err(Stop::Invalid(_))), "{late:?}");
        // when it is back, then the file goes, and the one that an entry names stays
        bucket.line.set(Mode::Through);
        assert_eq!(app.store().sweep_uploads(later).await.unwrap(), 1, "{}", demo.world.engine);
        let names = bucket.names().await;
        assert_eq!(names, [format!("veltrane/evidence/{kept}")], "{}", demo.world.engine);
        // and a file that is brought again meanwhile is not taken away
        take(app, &file).await.unwrap();
        assert_eq!(app.store().sweep_uploads(Wall::now()).await.unwrap(), 0);
        assert_eq!(bucket.names().await.len(), 2);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_slow_store_holds_up_nobody_who_needs_no_file() {
    for (demo, bucket) in moved(false).await {
        let app = demo.world.app.clone();
        // given an upload that waits for the store
        bucket.line.set(Mode::Silent);
        let waiting = tokio::spawn(async move { take(&app, &users(50)).await });
        while bucket.line.came() == 0 {
            tokio::task::yield_now().await;
        }
        // when others act, then they are done before it is
        for n in 0..3 {
            site(&demo, &demo.world.app, request(), &format!("Q{n}")).await.unwrap();
        }
        assert!(!waiting.is_finished(), "{}", demo.world.engine);
        assert_eq!(away(waiting.await.unwrap()), Away::EvidenceSilent);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn no_secret_is_printed_with_what_holds_it() {
    let Some(bucket) = Bucket::create().await else { return };
    let world = plantgate_testkit::world::World::sqlite().await;
    let blobs = bucket.blobs(&world).await;
    blobs.try_out().await.unwrap();
    assert!(bucket.names().await.is_empty(), "the trial piece is gone again");
    let printed = format!("{:?} {blobs:?} {}", bucket.at, blobs.place());
    assert!(printed.contains(&bucket.at.bucket) && !printed.contains(SECRET), "{printed}");
    // a store that lets nobody in says so
    bucket.line.set(Mode::Says(DENIED));
    assert_eq!(away(blobs.try_out().await), Away::EvidenceRefuses);
    let by = By::House;
    let app = world.by(&world.address, Limits::for_testing(), blobs).await.unwrap();
    let refused = app.store().take_file("x".as_bytes(), 10, by).await.unwrap_err();
    assert!(!format!("{refused:?}").contains(SECRET));
}
