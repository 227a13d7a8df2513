//! Files come in whole or not at all, the second time changes nothing, and what is wrong is told with its place.

use std::path::PathBuf;

use plantgate_app::{
    App, Caller, Stop,
    expect::found::{FirstPerson, FoundOrganisation},
    import::{Defaults, ImportKind, ImportRows, check, file, run},
};
use plantgate_domain::{
    base::{Actor, Kind},
    event::qualify::OwnerRole,
    expect::instance::Instance,
};
use plantgate_store::{Limits, memory::Memory};
use plantgate_testkit::{
    said::english,
    world::{World, request},
};

#[cfg(test)]
mod given {
    use super::*;

    /// A plant with an administrator.
    pub async fn plant() -> (World, Caller) {
        let world = World::sqlite().await;
        let found = FoundOrganisation {
            name: "Veltrane".to_owned(),
            demo: true,
            language: "en".to_owned(),
            site: None,
            person: FirstPerson {
                reference: Some("N-100".to_owned()),
                handle: "k.brandt".to_owned(),
                name: "Katja Brandt".to_owned(),
                roles: vec![OwnerRole::Administrator],
            },
        };
        let genesis = Caller { actor: Actor::Genesis, auth: None, stale: false };
        let founded = world.act(&genesis, found).await.unwrap();
        (world, Caller::person(founded.done.person, "password"))
    }
    pub fn csv(kind: ImportKind, text: &str) -> ImportRows {
        file::read(kind, "f.csv", text.as_bytes(), &Limits::for_testing()).unwrap().import
    }
    pub async fn size(app: &App) -> u64 {
        app.store().look().await.unwrap().size()
    }
    /// Counts of new, changed, unchanged.
    pub async fn counts(world: &World, by: &Caller, rows: ImportRows) -> (usize, usize, usize) {
        let (done, rejected) = run(&world.app, by, request(), rows, false).await.unwrap();
        assert!(rejected.is_empty());
        (done.done.new, done.done.changed, done.done.unchanged)
    }
}
use given::{counts, csv, plant, size};

const SITES: &str = "reference,name,zone,country\nBRU,Brunnfeld,Europe/Berlin,DE\nCED,Cedar Bluff,America/Chicago,US\n";

#[tokio::test]
async fn the_second_import_changes_nothing() {
    let (world, admin) = plant().await;
    assert_eq!(counts(&world, &admin, csv(ImportKind::Sites, SITES)).await, (2, 0, 0));
    let before = size(&world.app).await;
    assert_eq!(counts(&world, &admin, csv(ImportKind::Sites, SITES)).await, (0, 0, 2));
    assert_eq!(size(&world.app).await, before);
    let renamed = SITES.replace("Cedar Bluff", "Cedar Bluff II");
    assert_eq!(counts(&world, &admin, csv(ImportKind::Sites, &renamed)).await, (0, 1, 1));
}

#[tokio::test]
async fn a_rejected_row_saves_nothing_unless_it_is_left_out() {
    let (world, admin) = plant().await;
    counts(&world, &admin, csv(ImportKind::Sites, SITES)).await;
    let zones = "site,reference,name,kind\nBRU,BZ1,Up,production\nXXX,XZ1,Nowhere,lab\nBRU,BZ2,Fill,cellar\n";
    let rows = csv(ImportKind::Zones, zones);
    let before = size(&world.app).await;
    let stop = run(&world.app, &admin, request(), rows.clone(), false).await.unwrap_err();
    let Stop::Invalid(wrong) = stop else { panic!("{stop}") };
    let told: Vec<String> = wrong
        .iter()
        .map(|i| format!("{:?} {:?} {}", i.place.line.unwrap(), i.place.field.clone().unwrap(), english(&i.why)))
        .collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0], "3 \"site\" There is no site ‘XXX’. Check the name.");
    assert!(told[1].starts_with("4 \"kind\" ‘cellar’ is none of: production, safety"), "{}", told[1]);
    assert_eq!(size(&world.app).await, before, "nothing was saved");

    // the same told before saving, then the good row alone
    let report = check(&world.app, &admin, &rows).await.unwrap();
    assert_eq!((report.taken.new, report.rejected.len(), report.effects.len()), (1, 2, 1));
    assert_eq!(size(&world.app).await, before, "a preview leaves no trace");
    let csv_again = String::from_utf8(file::rejected(&rows.parts[0], &report.rejected, &english)).unwrap();
    let line = "XXX,XZ1,Nowhere,lab,There is no site ‘XXX’. Check the name.\r\n";
    assert!(csv_again.contains("site,reference,name,kind,reason\r\n") && csv_again.contains(line), "{csv_again}");
    assert!(file::read(ImportKind::Zones, "again.csv", csv_again.as_bytes(), &Limits::for_testing()).is_ok());
    let (done, rejected) = run(&world.app, &admin, request(), rows, true).await.unwrap();
    assert_eq!((done.done.new, rejected.len()), (1, 2));
}

#[tokio::test]
async fn what_a_file_does_not_say_stays_unknown_and_what_stands_is_kept() {
    let (world, admin) = plant().await;
    counts(&world, &admin, csv(ImportKind::Sites, SITES)).await;
    let full = "site,reference,name,kind,flags,mfa\nBRU,BMS-B61,Building,building,legacy|high-availability,no\n";
    assert_eq!(counts(&world, &admin, csv(ImportKind::Systems, full)).await, (1, 0, 0));
    let less = "site,reference,name\nBRU,BMS-B61,Building\n";
    assert_eq!(counts(&world, &admin, csv(ImportKind::Systems, less)).await, (0, 0, 1));
    let mut look = world.app.store().look().await.unwrap();
    let on = look.named(Kind::Instance, "BMS-B61").await.unwrap().unwrap();
    let instance: Instance = look.get(on).await.unwrap();
    assert_eq!(instance.facts.flags.unwrap().len(), 2);
    assert_eq!((instance.facts.zone, instance.facts.environment, instance.facts.validated), (None, None, None));
}

#[tokio::test]
async fn people_come_with_their_roles_and_nobody_but_the_administrator_imports() {
    let (world, admin) = plant().await;
    counts(&world, &admin, csv(ImportKind::Sites, SITES)).await;
    let people = "reference,handle,name,roles,active\nN-101,anna.keller,Anna Keller,control-engineer@BRU,yes\n";
    assert_eq!(counts(&world, &admin, csv(ImportKind::People, people)).await, (1, 0, 0));
    assert_eq!(counts(&world, &admin, csv(ImportKind::People, people)).await, (0, 0, 1));
    let mut look = world.app.store().look().await.unwrap();
    let anna = look.named(Kind::Person, "N-101").await.unwrap().unwrap();
    let anna = Caller::person(anna.id.into(), "password");
    let stop = run(&world.app, &anna, request(), csv(ImportKind::Sites, SITES), false).await.unwrap_err();
    assert!(matches!(stop, Stop::Refused(_)), "{stop}");
}

/// The public NetBox demo export, where it is at hand: it comes in with the counts known by other means.
#[tokio::test]
async fn netbox_comes_in_and_the_second_time_changes_nothing() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/real/inventory");
    let name = "netbox-demo-v2.11.json.gz";
    let Ok(bytes) = std::fs::read(path.join("netbox").join(name)) else {
        plantgate_testkit::left_out::left_out("not run: the public NetBox export is not beside the repository");
        return;
    };
    let (world, admin) = plant().await;
    let limits = Limits::standard();
    let stop = file::read_netbox(name, &bytes, &Defaults::default(), &limits).unwrap_err();
    let Stop::Invalid(asked) = stop else { panic!("{stop}") };
    assert_eq!(english(&asked[0].why), "24 of 24 sites have no zone of time. Name the one they are in.");
    let defaults = Defaults { zone: "America/New_York".parse().ok(), country: Some("US".to_owned()) };
    let upload = file::read_netbox(name, &bytes, &defaults, &limits).unwrap();
    assert_eq!(upload.notes.zones_asked, 24);
    assert_eq!(upload.notes.not_imported[0], ("tenants".to_owned(), 11));
    assert_eq!(counts(&world, &admin, upload.import.clone()).await, (24 + 63, 0, 0));
    let before = size(&world.app).await;
    assert_eq!(counts(&world, &admin, upload.import).await, (0, 0, 24 + 63));
    assert_eq!(size(&world.app).await, before);
}

#[tokio::test]
async fn an_agreement_has_a_row_for_each_clause_and_rows_never_contradict_each_other() {
    let (world, admin) = plant().await;
    counts(&world, &admin, csv(ImportKind::Sites, SITES)).await;
    let firms = "reference,name,country\nP-09,Verdano,ES\nP-09,Verdano again,ES\n";
    let stop = run(&world.app, &admin, request(), csv(ImportKind::Providers, firms), false).await.unwrap_err();
    let Stop::Invalid(wrong) = stop else { panic!("{stop}") };
    assert_eq!((wrong[0].place.line, english(&wrong[0].why).starts_with("Line 2 is about the same.")), (Some(3), true));
    counts(&world, &admin, csv(ImportKind::Providers, "reference,name,country\nP-09,Verdano,ES\n")).await;

    let head = "reference,provider,name,from,clause,text,obligations,output,testable\n";
    let rows = "MSA-0071,P-09,Frame,2025-09-01,6.1,Enter by the gateway,,procedure,yes\n\
                MSA-0071,P-09,Frame,2025-09-01,6.2,User list,user-list,list,yes\n";
    let whole = csv(ImportKind::Agreements, &format!("{head}{rows}"));
    assert_eq!(counts(&world, &admin, whole.clone()).await, (2, 0, 0));
    assert_eq!(counts(&world, &admin, whole).await, (0, 0, 2));
    // one wrong clause takes the whole agreement out, never half of it
    let other = rows.replace("MSA-0071", "MSA-0072").replace("user-list", "user-lists");
    let report = check(&world.app, &admin, &csv(ImportKind::Agreements, &format!("{head}{other}"))).await.unwrap();
    assert_eq!((report.taken.rows.len(), report.rejected.len(), report.rest.parts[0].rows.len()), (0, 1, 0));
    assert!(english(&report.rejected[0].why).contains("‘user-lists’ is no obligation"));
    let torn = other.replacen("Frame", "Frames", 1).replace("user-lists", "user-list");
    let report = check(&world.app, &admin, &csv(ImportKind::Agreements, &format!("{head}{torn}"))).await.unwrap();
    assert_eq!(report.rejected[0].place.field.as_deref(), Some("name"));
}
