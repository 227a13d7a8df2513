//! Which modes run, what a report says about those that did not, evidence, and a plant that goes on working.

use plantgate_store::{
    Db, Limits,
    audit::{self, Asked, Damage, Mode, Report, Skipped},
    blobs::Blobs,
    db::V,
};

use super::given::{Given, both, finding};

fn ran(report: &Report) -> Vec<Mode> {
    report.ran.iter().map(|r| r.mode).collect()
}

#[tokio::test]
async fn every_mode_runs_by_itself_and_the_others_are_said_not_to_have_run() {
    let cases: [(&[Mode], &[Mode]); 5] = [
        (&[Mode::Heads], &[Mode::Heads]),
        (&[Mode::Leaves], &[Mode::Heads, Mode::Leaves]),
        (&[Mode::Commitments], &[Mode::Commitments]),
        (&[Mode::Blobs], &[Mode::Blobs]),
        (&[Mode::Rebuild], &[Mode::Heads, Mode::Leaves, Mode::Rebuild]),
    ];
    for g in both().await {
        for (asked, runs) in cases {
            let report = g.ask(&Asked::These(asked.to_vec())).await;
            assert_eq!((ran(&report), &report.damage), (runs.to_vec(), &vec![]), "{}", g.engine());
            let left: Vec<Mode> = Mode::ALL.into_iter().filter(|m| !runs.contains(m)).collect();
            let said: Vec<Mode> = report.not_run.iter().map(|(m, _)| *m).collect();
            assert_eq!(said, left);
            assert!(report.ran.iter().all(|r| r.count > 0), "{report:?}");
        }
        // a small plant affords all of it; a large one is told what was left out and how much that is
        assert_eq!(ran(&g.ask(&Asked::Affordable).await), Mode::ALL);
        let store = g.demo.world.app.store();
        let small = Limits { verify_bytes: 1, verify_entries: 1, ..*store.limits() };
        let report = audit::run(store.db(), store.blobs(), &g.keys, &Asked::Affordable, &small).await.unwrap();
        let [(Mode::Blobs, Skipped::ManyBytes { bytes }), (Mode::Rebuild, Skipped::ManyEntries { entries })] =
            report.not_run[..]
        else {
            panic!("{report:?}")
        };
        assert!(bytes > 1 && entries == g.size && !report.fell_short(&Asked::Affordable));
        // without a key of the log nobody says that heads were compared
        let heads = Asked::These(vec![Mode::Heads]);
        let report = audit::run(store.db(), store.blobs(), &[], &heads, &small).await.unwrap();
        assert!(report.not_run.contains(&(Mode::Heads, Skipped::NoKey)) && report.fell_short(&heads));
        g.close().await;
    }
}

#[tokio::test]
async fn heads_alone_name_tile_edge_and_head_but_no_bytes() {
    for g in both().await {
        let heads = Asked::These(vec![Mode::Heads]);
        let (body, _) = g.forged(10).await;
        let edit = vec![("update entry set body = $1 where seq = 10".to_owned(), vec![V::Bytes(body)])];
        assert_eq!(g.after(&edit, &heads).await.damage, vec![]);
        let edit = vec![("update entry set leaf = $1 where seq = 10".to_owned(), vec![V::Bytes(vec![1; 32])])];
        assert!(!g.after(&edit, &heads).await.damage.is_empty());
        let edit = vec![("delete from tile where level = 0 and n = 0".to_owned(), vec![])];
        let tile = Damage::Tile { level: 0, n: 0, missing: true };
        assert_eq!(g.after(&edit, &heads).await.damage, vec![tile]);
        g.close().await;
    }
}

#[tokio::test]
async fn rows_of_damaged_entries_or_of_another_release_are_not_called_damaged() {
    for g in both().await {
        let asked = Asked::These(vec![Mode::Rebuild]);
        let (body, _) = g.forged(10).await;
        let edit = vec![
            ("update entry set body = $1 where seq = 10".to_owned(), vec![V::Bytes(body)]),
            ("delete from span".to_owned(), vec![]),
        ];
        let report = g.after(&edit, &asked).await;
        assert_eq!(report.damage, vec![Damage::Body { seq: 10 }], "{}", g.engine());
        assert!(report.not_run.contains(&(Mode::Rebuild, Skipped::EntriesDamaged)));
        let edit = vec![("update edge set generation = 1".to_owned(), vec![])];
        let report = g.after(&edit, &asked).await;
        assert!(matches!(report.not_run[..], [.., (Mode::Rebuild, Skipped::OtherRelease { rows: 1, .. })]));
        assert!(report.fell_short(&asked) && report.damage.is_empty());
        g.close().await;
    }
}

#[tokio::test]
async fn evidence_that_was_changed_or_is_gone_is_named_with_its_entry() {
    for g in both().await {
        let blobs = g.demo.world.folder.join("blobs");
        let file = some_file(&g).await;
        let place = blobs.join(&file[..2]).join(&file);
        let was = std::fs::read(&place).unwrap();
        let named = async |missing| {
            let found = g.all().await.damage;
            let [Damage::Blob { sha256, missing: m, .. }] = &found[..] else { panic!("{found:?}") };
            assert_eq!((sha256, *m), (&file, missing), "{}", g.engine());
        };
        // one byte is enough, the length stays
        let mut bytes = was.clone();
        bytes[0] ^= 1;
        std::fs::write(&place, &bytes).unwrap();
        named(false).await;
        std::fs::remove_file(&place).unwrap();
        named(true).await;
        std::fs::write(&place, &was).unwrap();
        assert_eq!(g.all().await.damage, vec![]);
        g.close().await;
    }
}

async fn some_file(g: &Given) -> String {
    let mut tx = g.read().await;
    tx.one("select sha256 from file order by sha256 limit 1", &[]).await.unwrap().unwrap().text(0).unwrap()
}

/// Through connections of its own, as the command does it beside `serve`.
#[tokio::test]
async fn beside_writers_a_sound_record_is_called_sound_at_the_size_of_one_snapshot() {
    for g in both().await {
        let (world, before) = (&g.demo.world, g.size);
        let db = Db::open(&world.address, &Limits::for_testing()).await.unwrap();
        let blobs = Blobs::open(&world.folder.join("blobs")).await.unwrap();
        let who = g.demo.caller("m.okafor");
        let go_on = std::sync::atomic::AtomicBool::new(true);
        let writer = async |name: u32| {
            let mut done = 0;
            while go_on.load(std::sync::atomic::Ordering::Relaxed) {
                world.named(&who, "propose-finding", finding(&format!("F-{}", name + done))).await.unwrap();
                world.app.store().checkpoint().await.unwrap();
                done += 1;
            }
            done
        };
        let verifier = async || {
            let mut sizes = Vec::new();
            for _ in 0..6 {
                let asked = Asked::These(Mode::ALL.to_vec());
                let report = audit::run(&db, &blobs, &g.keys, &asked, &Limits::standard()).await.unwrap();
                assert_eq!((ran(&report), report.damage), (Mode::ALL.to_vec(), vec![]), "{}", g.engine());
                let leaves = report.ran.iter().find(|r| r.mode == Mode::Leaves).unwrap();
                assert_eq!(leaves.count, report.size);
                sizes.push(report.size);
            }
            go_on.store(false, std::sync::atomic::Ordering::Relaxed);
            sizes
        };
        let (sizes, one, two) = tokio::join!(verifier(), writer(10_000), writer(50_000));
        assert!(one > 0 && two > 0 && sizes.last() > sizes.first(), "{sizes:?} after {before}, {one} and {two}");
        db.close().await;
        g.close().await;
    }
}
