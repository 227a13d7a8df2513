//! What a sheet proposes and what its undoing leaves: scope that was approved stands, each system has its own days, and
//! the order of rows says nothing.

use plantgate_app::import::sheet::{How, ImportSheet, Taken, UndoImport, check, guessed, open};
use plantgate_domain::{
    base::{Kind, ProviderId},
    expect::{engagement::Engagement, instance::Instance},
};
use plantgate_store::{Limits, memory::Memory};
use plantgate_testkit::{plant::Plant, said::english, world::World};
use serde_json::json;

const FIRM: &str = "Verdano Building Systems";

mod given {
    use super::{super::given::defaults, *};

    pub async fn plant(world: World) -> Plant {
        let p = Plant::new(world).await;
        p.verdano().await;
        p.scoped().await;
        p
    }

    /// Rows of system, way, contract, first and last day, all of one firm that stands.
    pub async fn sheet(p: &Plant, rows: &[&str]) -> ImportSheet {
        let titles = "Firma;Anlage;Zugang;Vertragsnummer;gültig von;gültig bis\r\n";
        let rows: String = rows.iter().map(|row| format!("{FIRM};{row}\r\n")).collect();
        let opened =
            open("work.csv", format!("{titles}{rows}").as_bytes(), &How::default(), &Limits::for_testing()).unwrap();
        let columns = guessed(&mut p.look().await, &opened).await.unwrap().columns;
        opened.act(columns, defaults(), Vec::new(), false).unwrap()
    }
}

/// What the firm has to do: days and ways of each engagement, and its scope with days of its own.
async fn work(p: &Plant) -> Vec<String> {
    let mut look = p.look().await;
    let firm = look.named(Kind::Provider, "P-09").await.unwrap().unwrap();
    let all: Vec<Engagement> = look.of("provider", ProviderId(firm.id)).await.unwrap();
    let mut told = Vec::new();
    for e in all {
        let mut scope = Vec::new();
        for s in &e.scope {
            let on: Instance = look.get(s.item.instance).await.unwrap();
            let day = |d: Option<plantgate_domain::base::Day>| d.map_or_else(String::new, |d| d.to_string());
            let roles: Vec<String> = s.item.roles.iter().map(ToString::to_string).collect();
            let (from, until) = (day(s.item.from), day(s.item.until));
            scope.push(format!("{} {} [{}] {from}..{until}", on.facts.reference, s.state, roles.join(" ")));
        }
        scope.sort();
        let (f, kept) = (&e.facts, e.facts.agreement.is_some());
        told.push(format!("{}..{} {:?} {kept}: {}", f.from, f.until, f.patterns, scope.join(", ")));
    }
    told.sort();
    told
}

/// Notes of the rows, by line.
async fn notes(p: &Plant, sheet: &ImportSheet) -> Vec<Vec<String>> {
    let report = check(&p.w.app, &p.person("V-00").await, sheet).await.unwrap();
    report.plan.rows.iter().map(|r| r.notes.iter().map(english).collect()).collect()
}

#[tokio::test]
async fn undoing_an_import_leaves_scope_that_was_approved_before_it() {
    for world in World::both().await {
        // given an engagement to August 2027 in which BMS-B61 is approved
        let p = given::plant(world).await;
        let (admin, before) = (p.person("V-00").await, work(&p).await);
        let tiers = p.get::<Engagement>("E-025").await.tiers;
        // when a row fits it and the next one names the approved system for longer, in either order
        let (near, far) = ("SIS-B05;;MSA-0071;;31.12.2026", "BMS-B61;;MSA-0071;;31.12.2028");
        let mut imported = Vec::new();
        for rows in [[near, far], [far, near]] {
            let done = p.w.act(&admin, given::sheet(&p, &rows).await).await.unwrap().done;
            imported.push(work(&p).await);
            p.w.act(&admin, UndoImport { import: done.reference.unwrap() }).await.unwrap();
            // then nothing is left of it and nothing else is gone
            assert_eq!(work(&p).await, before, "{}", p.w.engine);
            assert_eq!(p.get::<Engagement>("E-025").await.tiers, tiers);
        }
        // and what lasts longer than the engagement is proposed in one of its own, beside what was approved
        assert_eq!(imported[0], imported[1]);
        assert_eq!(imported[0].len(), 2, "{imported:?}");
        assert!(imported[0][0].contains("BMS-B61 approved [view collect configure] .., SIS-B05 proposed"));
        assert!(imported[0][1].ends_with("None true: BMS-B61 proposed [] 2026-01-01..2028-12-31"), "{imported:?}");
        // and a row that the engagement lasts long enough for proposes nothing over what is approved
        let within = given::sheet(&p, &["BMS-B61;;MSA-0071;;30.06.2027"]).await;
        let said = notes(&p, &within).await;
        assert!(said[0].iter().any(|n| n.contains("31 Aug 2027") && n.contains("30 Jun 2027")), "{said:?}");
        let done = p.w.act(&admin, within).await.unwrap().done;
        assert_eq!((done.new, done.unchanged, done.import), (0, 1, None));
        p.w.close().await;
    }
}

#[tokio::test]
async fn each_system_has_its_own_days_and_ways_that_contradict_are_unknown() {
    let p = given::plant(World::sqlite().await).await;
    // given two systems of one firm, one with the days that a person set for all, one with its own and another way
    let rows = ["SIS-B05;begleitet;;;", "BMS-B61;unbegleitet;;01.01.2027;31.12.2030"];
    let sheet = given::sheet(&p, &rows).await;
    for said in notes(&p, &sheet).await {
        assert!(said.iter().any(|n| n.contains("different ways in")), "{said:?}");
    }
    p.w.act(&p.person("V-00").await, sheet).await.unwrap();
    let (start, end) = ("2026-01-01..2030-12-31 None false: ", "BMS-B61 proposed [] 2027-01-01..2030-12-31");
    let found = work(&p).await;
    assert!(found.contains(&format!("{start}{end}, SIS-B05 proposed [] 2026-01-01..2026-12-31")), "{found:?}");
}

#[tokio::test]
async fn one_system_twice_is_told_and_days_that_leave_a_gap_are_nobodys() {
    let p = given::plant(World::sqlite().await).await;
    let admin = p.person("V-00").await;
    // two people of a firm on one system: from the first day of the one to the last of the other, and it is said
    let sheet = given::sheet(&p, &["SIS-B05;vor Ort;;;", "SIS-B05;vor Ort;;01.12.2026;31.05.2027"]).await;
    for said in notes(&p, &sheet).await {
        assert!(said.iter().any(|n| n.contains("1 Jan 2026") && n.contains("31 May 2027")), "{said:?}");
    }
    // days with a gap between them would open what no row says
    let apart = given::sheet(&p, &["SIS-B05;vor Ort;;;", "SIS-B05;vor Ort;;01.12.2027;31.05.2028"]).await;
    let report = check(&p.w.app, &admin, &apart).await.unwrap();
    assert!(report.plan.rows.iter().all(|r| r.taken == Taken::Rejected), "{:?}", report.plan.rows);
    assert!(english(&report.plan.rejected[0].why).contains("Line 3"), "{:?}", report.plan.rejected);
}

#[tokio::test]
async fn an_engagement_that_begins_later_is_not_the_one_a_row_means() {
    let p = given::plant(World::sqlite().await).await;
    // given one that begins when the row has ended, and one that begins within its days
    for (reference, from, until) in [("E-800", "2029-01-01", "2030-12-31"), ("E-801", "2026-06-01", "2027-12-31")] {
        let draft = json!({ "reference": reference, "provider": "P-09", "name": "Care", "kind": "service",
            "from": from, "until": until });
        p.ok("V-03", "draft-engagement", draft).await;
    }
    let sheet = given::sheet(&p, &["SIS-B05;vor Ort;;;"]).await;
    let said = notes(&p, &sheet).await;
    assert!(said[0].iter().any(|n| n.contains("1 Jun 2026") && n.contains("1 Jan 2026")), "{said:?}");
    p.w.act(&p.person("V-00").await, sheet).await.unwrap();
    let reached = [p.get::<Engagement>("E-800").await.scope.len(), p.get::<Engagement>("E-801").await.scope.len()];
    assert_eq!(reached, [0, 1]);
}

/// What a preview would make of a sheet, whatever numbers new objects get.
async fn would(p: &Plant, sheet: &ImportSheet) -> Vec<String> {
    let wish = ImportSheet { without_rejected: true, ..sheet.clone() };
    let previewed = p.w.app.preview(&p.person("V-00").await, wish).await.unwrap();
    let mut all = Vec::new();
    for effect in previewed.effects.iter().filter(|e| e.on.kind == Kind::Engagement) {
        let body = &effect.after;
        let mut scope: Vec<String> = body["scope"].as_array().unwrap().iter().map(ToString::to_string).collect();
        scope.sort();
        let facts = &body["facts"];
        let named = facts["agreement"].as_str().is_some();
        all.push(format!(
            "{} {} {} {} {named} {scope:?}",
            facts["name"], facts["from"], facts["until"], facts["patterns"]
        ));
    }
    all.sort();
    all
}

#[tokio::test]
async fn the_order_of_rows_says_nothing() {
    let p = given::plant(World::sqlite().await).await;
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..60_u64 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        // given some rows about systems, ways, contracts and days that stand or do not
        let mut rows: Vec<String> = (0..2 + next(4))
            .map(|_| {
                let system = ["SIS-B05", "BMS-B61"][next(2)];
                let way = ["", "begleitet", "unbegleitet", "vor Ort", "Brieftaube", "kein Zugang"][next(6)];
                let contract = ["", "MSA-0071", "NEW-7"][next(3)];
                let from = ["", "01.01.2025", "01.06.2026", "01.01.2028"][next(4)];
                let until = ["", "31.12.2026", "30.06.2027", "31.12.2028", "31.12.2029"][next(5)];
                // of a contract that is new every row must say the same days
                let days = if contract == "NEW-7" { ";31.12.2027".to_owned() } else { format!("{from};{until}") };
                format!("{system};{way};{contract};{days}")
            })
            .collect();
        let as_written: Vec<&str> = rows.iter().map(String::as_str).collect();
        let first = would(&p, &given::sheet(&p, &as_written).await).await;
        // when they are shuffled
        for at in (1..rows.len()).rev() {
            rows.swap(at, next(at + 1));
        }
        let shuffled: Vec<&str> = rows.iter().map(String::as_str).collect();
        // then they come to the same
        assert_eq!(would(&p, &given::sheet(&p, &shuffled).await).await, first, "{rows:?}");
        seen.insert(first);
    }
    assert!(seen.len() > 30, "the rows differ: {}", seen.len());
}
