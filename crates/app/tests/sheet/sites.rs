//! A sheet and its undoing at several sites: who administers one of them learns nothing of the others and undoes
//! nothing there. And no firm that a row names is lost.

use plantgate_app::{
    Caller,
    import::sheet::{How, ImportSheet, Taken, UndoImport, check, guessed, open},
};
use plantgate_domain::{
    base::Kind,
    expect::{engagement::Engagement, instance::Instance, provider::Provider},
};
use plantgate_store::{Limits, memory::Memory};
use plantgate_testkit::{plant::Plant, said::english, world::World};
use serde_json::json;

mod given {
    use super::{super::given::defaults, *};

    /// Brunnfeld and Cedar Bluff, and an administrator of Brunnfeld alone.
    pub async fn plant(world: World) -> (Plant, Caller) {
        let p = Plant::new(world).await;
        p.verdano().await;
        p.invite(json!({ "reference": "V-20", "handle": "bru", "name": "bru",
            "roles": [{ "role": "administrator", "site": "BRU" }] }))
            .await;
        let bru = p.person("V-20").await;
        (p, bru)
    }

    /// Rows of firm, country, site, system, its name, way and contract.
    pub async fn sheet(p: &Plant, rows: &[&str]) -> ImportSheet {
        let titles = "Firma;Land;Werk;Anlage;Anlagenname;Zugang;Vertragsnummer\r\n";
        let text = format!("{titles}{}\r\n", rows.join("\r\n"));
        let opened = open("sites.csv", text.as_bytes(), &How::default(), &Limits::for_testing()).unwrap();
        let columns = guessed(&mut p.look().await, &opened).await.unwrap().columns;
        opened.act(columns, defaults(), Vec::new(), false).unwrap()
    }

    pub async fn taken(p: &Plant, by: &Caller, rows: &[&str]) -> String {
        let sheet = sheet(p, rows).await;
        p.w.act(by, sheet).await.unwrap().done.reference.unwrap()
    }
}

/// Everything that a preview says of the rows.
async fn told(p: &Plant, by: &Caller, rows: &[&str]) -> Vec<String> {
    let report = check(&p.w.app, by, &given::sheet(p, rows).await).await.unwrap();
    let notes = report.plan.rows.iter().flat_map(|r| r.notes.iter().map(english));
    report.plan.rejected.iter().map(|i| english(&i.why)).chain(notes).collect()
}

#[tokio::test]
async fn what_head_office_made_at_another_site_is_not_undone_from_here() {
    for world in World::both().await {
        let (p, bru) = given::plant(world).await;
        let head = p.person("V-00").await;
        // given an import of head office at Cedar Bluff and one at Brunnfeld
        let there = given::taken(&p, &head, &["Nordwerk;DE;CED;NEW-C1;;vor Ort;"]).await;
        let here = given::taken(&p, &head, &["Südwerk;DE;BRU;NEW-B1;;vor Ort;"]).await;
        // when the administrator of Brunnfeld undoes them, then only what is at Brunnfeld goes
        let undo = |import: &str| json!({ "import": import });
        assert_eq!(p.stopped("V-20", "undo-import", undo(&there)).await, "stop-no-power");
        assert_eq!(p.get::<Instance>("NEW-C1").await.facts.name, "NEW-C1");
        p.w.act(&bru, UndoImport { import: here }).await.unwrap();
        assert!(p.look().await.named(Kind::Instance, "NEW-B1").await.unwrap().is_none());
        // and head office undoes what is anywhere
        p.w.act(&head, UndoImport { import: there }).await.unwrap();
        p.w.close().await;
    }
}

#[tokio::test]
async fn a_preview_says_nothing_of_sites_that_its_reader_does_not_see() {
    let (p, bru) = given::plant(World::sqlite().await).await;
    let site = p.look().await.named(Kind::Site, "CED").await.unwrap().unwrap().id.to_string();
    // given a guess at a system of Cedar Bluff, by the site's name or its number
    for name in ["CED", site.as_str()] {
        let row = |at: &str| format!("Nordwerk;DE;{at};SIS-C02;Guess;vor Ort;");
        let seen = told(&p, &bru, &[&row(name)]).await;
        // then it is told what is told of a site that nobody has
        let nobodys = told(&p, &bru, &[&row("NIX")]).await;
        assert_eq!(seen, [nobodys[0].replace("NIX", name)]);
    }
    // and a reference that is taken there is taken, as registering says, without its name
    let taken = told(&p, &bru, &["Nordwerk;DE;;SIS-C02;Guess;vor Ort;"]).await;
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert!(taken[0].contains("SIS-C02") && !taken[0].contains("Cedar"), "{taken:?}");
    // and head office is told what stands
    let head = p.person("V-00").await;
    let stands = told(&p, &head, &["Nordwerk;DE;CED;SIS-C02;Guess;vor Ort;"]).await;
    assert!(stands.iter().any(|n| n.contains("‘SIS-C02’ stands")), "{stands:?}");
}

#[tokio::test]
async fn an_engagement_of_another_site_is_none_here_and_is_not_named_when_it_stands_in_the_way() {
    let (p, bru) = given::plant(World::sqlite().await).await;
    // given a firm that works at Cedar Bluff only
    let work = |provider: &str, reference: &str| {
        json!({ "reference": reference, "provider": provider, "name": "Care", "kind": "service",
            "from": "2025-09-01", "until": "2029-08-31" })
    };
    p.ok("V-03", "draft-engagement", work("P-09", "E-900")).await;
    let scope = json!({ "engagement": "E-900", "instance": "SIS-C02", "roles": ["view"] });
    p.ok("V-03", "propose-scope", scope).await;
    // when Brunnfeld imports it for a system of its own, then nothing is added there
    let import = given::taken(&p, &bru, &["Verdano Building Systems;;;BMS-B61;;vor Ort;"]).await;
    let there: Engagement = p.get("E-900").await;
    assert_eq!(there.scope.len(), 1);
    p.w.act(&bru, UndoImport { import }).await.unwrap();
    // and what others built at Cedar Bluff on a firm of the import is counted, not named
    let import = given::taken(&p, &bru, &["Nordwerk;DE;;;;;"]).await;
    let firms = p.look().await.every(Kind::Provider).await.unwrap();
    let firms: Vec<Provider> = firms.into_iter().map(|k| k.thing.try_into().unwrap()).collect();
    let firm = &firms.iter().find(|f| f.facts.name == "Nordwerk").unwrap().facts.reference;
    p.ok("V-03", "draft-engagement", work(firm, "E-901")).await;
    let scope = json!({ "engagement": "E-901", "instance": "SIS-C02", "roles": ["view"] });
    p.ok("V-03", "propose-scope", scope).await;
    let stop = p.w.act(&bru, UndoImport { import }).await.unwrap_err();
    let told = super::told(stop);
    assert!(told.iter().all(|t| !t.contains("E-901")), "{told:?}");
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test]
async fn every_firm_that_a_taken_row_names_is_opened() {
    let (p, _) = given::plant(World::sqlite().await).await;
    let head = p.person("V-00").await;
    // given firms whose first row is rejected, and whose second one needs nothing of them
    let rows = [
        "Nordwerk;DE;NIX;NEW-1;;;",
        "Nordwerk;;;NEW-2;;kein Zugang;",
        "Südbau;DE;NIX;NEW-3;;;",
        "Südbau;;;;;;",
        "Ostmann;DE;NIX;NEW-4;;;",
    ];
    let sheet = ImportSheet { without_rejected: true, ..given::sheet(&p, &rows).await };
    let report = check(&p.w.app, &head, &sheet).await.unwrap();
    let taken: Vec<Taken> = report.plan.rows.iter().map(|r| r.taken).collect();
    assert_eq!(taken, [Taken::Rejected, Taken::New, Taken::Rejected, Taken::New, Taken::Rejected]);
    assert!(report.plan.rows[3].opens.contains(&(Kind::Provider, "Südbau".to_owned())));
    // when it is imported without them, then a firm is left out only where all of its rows are
    let done = p.w.act(&head, sheet).await.unwrap().done;
    assert_eq!((done.new, done.unchanged, done.rejected), (2, 0, 3));
    assert_eq!(done.opened, [(Kind::Instance, 1), (Kind::Provider, 2)]);
    // and the rest comes in once it is corrected
    let again: Vec<String> = rows.iter().map(|r| r.replace("NIX", "BRU")).collect();
    let again: Vec<&str> = again.iter().map(String::as_str).collect();
    let done = p.w.act(&head, given::sheet(&p, &again).await).await.unwrap().done;
    assert_eq!((done.new, done.unchanged, done.rejected), (3, 2, 0));
}
