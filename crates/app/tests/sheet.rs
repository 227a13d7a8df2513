//! One flat sheet in: whole or not at all, never twice, two spellings by decision only, undone while nothing stands
//! on it.

mod scope;
mod sites;

use plantgate_app::{
    App, Caller, Outcome, Stop,
    expect::{
        agreement::RecordAgreement,
        found::{FirstPerson, FoundOrganisation},
        provider::RegisterProvider,
        scope::ProposeScope,
        site::RegisterSite,
    },
    import::sheet::{self, ImportSheet, SheetDefaults, SheetDone, Spelling, UndoImport, check, guessed, open},
};
use plantgate_domain::{
    base::{Actor, Kind, Pattern},
    event::qualify::OwnerRole,
    expect::{engagement::Engagement, import::Import, provider::Provider},
};
use plantgate_interchange::{csv::Encoding, sheet::How};
use plantgate_store::{Limits, memory::Memory, verify};
use plantgate_testkit::{
    said::english,
    world::{World, request},
};

const HEAD: &str = "Fremdfirmen Brunnfeld;;;;;;;\r\n\
    Firma;Land;Ansprechpartner;E-Mail;Anlage;Zugang;Vertragsnummer;gültig bis\r\n";
const ROWS: &str = "\
    Müller Anlagenbau GmbH;Deutschland;Jürgen Groß;j.gross@mueller.example;KKZ-4711;vor Ort;RV-12;31.12.2027\r\n\
    Müller Anlagenbau GmbH;;Eva Blau;e.blau@mueller.example;KKZ-4712;Fernwartung;RV-12;31.12.2027\r\n\
    Mueller Anlagenbau;;Jürgen Groß;n/a;;;;n/a\r\n\
    Noord-Meet B.V.;NL;;;PH-METER;on site;;n/a\r\n\
    Hydrolux;;Ann Oram;ann@hydrolux.example;;;;31.02.2026\r\n";

mod given {
    use super::*;

    /// A plant with an administrator and a site.
    pub async fn plant(world: &World) -> Caller {
        let found = FoundOrganisation {
            name: "Veltrane".to_owned(),
            demo: true,
            language: "de".to_owned(),
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
        let admin = Caller::person(founded.done.person, "password");
        let site = RegisterSite {
            reference: "BRU".to_owned(),
            name: "Brunnfeld".to_owned(),
            zone: "Europe/Berlin".parse().unwrap(),
            country: "DE".to_owned(),
        };
        world.act(&admin, site).await.unwrap();
        admin
    }

    pub fn defaults() -> SheetDefaults {
        SheetDefaults {
            site: Some("BRU".to_owned()),
            country: None,
            from: Some("2026-01-01".parse().unwrap()),
            until: Some("2026-12-31".parse().unwrap()),
        }
    }

    pub async fn mapped(app: &App, text: &str) -> ImportSheet {
        let bytes = Encoding::Windows1252.encode(text);
        let opened = open("firmen.csv", &bytes, &How::default(), &Limits::for_testing()).unwrap();
        let guessed = guessed(&mut app.store().look().await.unwrap(), &opened).await.unwrap();
        opened.act(guessed.columns, defaults(), Vec::new(), false).unwrap()
    }
    pub fn same(name: &str, is: Option<&str>) -> Spelling {
        Spelling { name: name.to_owned(), is: is.map(str::to_owned) }
    }
    pub async fn size(app: &App) -> u64 {
        app.store().look().await.unwrap().size()
    }
    pub async fn named(app: &App, kind: Kind, reference: &str) -> bool {
        app.store().look().await.unwrap().named(kind, reference).await.unwrap().is_some()
    }
    /// Takes it without the rejected rows.
    pub async fn taken(world: &World, by: &Caller, sheet: &ImportSheet) -> SheetDone {
        let wish = ImportSheet { without_rejected: true, ..sheet.clone() };
        world.act(by, wish).await.unwrap().done
    }
    /// The rows are what the fold makes of the record.
    pub async fn rebuilt(world: &World) {
        let mut tx = world.app.store().db().read().await.unwrap();
        let verified = verify::verify(&mut tx, true).await.unwrap();
        assert!(verified.damage.is_empty(), "{:?}", verified.damage);
    }
    pub fn counts(done: &SheetDone) -> (usize, usize, usize) {
        (done.new, done.unchanged, done.rejected)
    }
    pub fn told(stop: Stop) -> Vec<String> {
        let Stop::Invalid(all) = stop else { panic!("{stop}") };
        all.iter().map(|i| format!("{:?} {:?} {}", i.place.line, i.place.field, english(&i.why))).collect()
    }
}
use given::{counts, mapped, named, plant, same, size, taken, told};

#[tokio::test]
async fn nothing_is_saved_with_a_wrong_row_and_each_is_told_with_its_place() {
    for world in World::both().await {
        let admin = plant(&world).await;
        let sheet = mapped(&world.app, &format!("{HEAD}{ROWS}")).await;
        let before = size(&world.app).await;
        let told = told(world.act(&admin, sheet.clone()).await.unwrap_err());
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].starts_with("Some(5) Some(\"provider\") ‘Mueller Anlagenbau’ is likely the same firm as: Müller"),
            "{told:?}"
        );
        assert_eq!(told[1], "Some(7) Some(\"until\") ‘31.02.2026’ is no day. Write it as 2026-12-31.");
        // the preview is the act itself, dropped
        let report = check(&world.app, &admin, &sheet).await.unwrap();
        assert_eq!(counts(&report.done), (3, 0, 2));
        assert!(report.entries > 8, "{}", report.entries);
        assert_eq!(size(&world.app).await, before);
        world.close().await;
    }
}

#[tokio::test]
async fn two_spellings_are_one_firm_only_because_somebody_said_so_and_the_next_sheet_knows() {
    for world in World::both().await {
        let admin = plant(&world).await;
        let mut sheet = mapped(&world.app, &format!("{HEAD}{ROWS}")).await;
        sheet.spellings = vec![same("Mueller Anlagenbau", Some("Müller Anlagenbau GmbH"))];
        let done = taken(&world, &admin, &sheet).await;
        assert_eq!(counts(&done), (3, 1, 1), "the person of the third row is one of the first");
        let of = |kind| done.opened.iter().find(|(k, _)| *k == kind).map_or(0, |(_, n)| *n);
        let opened = [Kind::Provider, Kind::Person, Kind::Instance, Kind::Agreement, Kind::Engagement].map(of);
        assert_eq!(opened, [2, 2, 3, 1, 2]);
        let mut look = world.app.store().look().await.unwrap();
        let firms = look.every(Kind::Provider).await.unwrap();
        let firms: Vec<Provider> = firms.into_iter().map(|k| k.thing.try_into().unwrap()).collect();
        let muller = firms.iter().find(|p| p.facts.name.starts_with('M')).unwrap();
        assert_eq!(
            (muller.aliases.as_slice(), muller.facts.country.as_str()),
            (&["Mueller Anlagenbau".to_owned()][..], "DE")
        );
        let work: Vec<Engagement> = look.of("provider", muller.id).await.unwrap();
        assert_eq!(work.len(), 1);
        assert_eq!((work[0].facts.patterns.clone(), work[0].scope.len()), (None, 2), "one way is not known: none is");
        let noord = firms.iter().find(|p| p.facts.name.starts_with('N')).unwrap();
        let work: Vec<Engagement> = look.of("provider", noord.id).await.unwrap();
        assert_eq!(work[0].facts.patterns, Some(vec![Pattern::OnSite]));
        drop(look);

        // the same file, nothing decided: the alias is known, nothing is new, nothing is written
        let before = size(&world.app).await;
        let again = mapped(&world.app, &format!("{HEAD}{ROWS}")).await;
        let done = taken(&world, &admin, &again).await;
        assert_eq!((counts(&done), done.import), ((0, 4, 1), None));
        assert_eq!(size(&world.app).await, before);
        // corrected: only what was missing comes in
        let corrected = mapped(
            &world.app,
            &format!("{HEAD}{}", ROWS.replace("Hydrolux;;", "Hydrolux;BE;").replace("31.02.", "28.02.")),
        )
        .await;
        let done = world.act(&admin, corrected).await.unwrap().done;
        assert_eq!(counts(&done), (1, 4, 0));
        given::rebuilt(&world).await;
        world.close().await;
    }
}

#[tokio::test]
async fn what_stands_is_never_revised_and_a_decision_may_be_a_firm_of_its_own() {
    let world = World::sqlite().await;
    let admin = plant(&world).await;
    let standing = |reference: &str, name: &str| RegisterProvider {
        reference: reference.to_owned(),
        name: name.to_owned(),
        country: "AT".to_owned(),
        kinds: Vec::new(),
        languages: Vec::new(),
    };
    world.act(&admin, standing("P-09", "Hydrolux")).await.unwrap();
    let contract = RecordAgreement {
        reference: Some("RV-7".to_owned()),
        provider: "P-09".to_owned(),
        name: "Frame".to_owned(),
        from: "2025-01-01".parse().unwrap(),
        until: None,
        clauses: Vec::new(),
    };
    assert_eq!(world.act(&admin, contract).await.unwrap().done.outcome, Outcome::New);
    let text = format!("{HEAD}Hydrolux;BE;;;;;RV-7;31.12.2027\r\nHydrolux AG;CH;;;;;;\r\n");
    let mut sheet = mapped(&world.app, &text).await;
    let report = check(&world.app, &admin, &sheet).await.unwrap();
    assert_eq!(report.plan.asks[0].like, [(Some("P-09".to_owned()), "Hydrolux".to_owned())]);
    let notes: Vec<String> = report.plan.rows[0].notes.iter().map(english).collect();
    assert!(notes[0].contains("‘AT’ stands, the sheet says ‘BE’") && notes[1].contains("2027-12-31"), "{notes:?}");
    sheet.spellings = vec![same("Hydrolux AG", None)];
    let done = world.act(&admin, sheet).await.unwrap().done;
    assert_eq!((counts(&done), done.opened), ((1, 1, 0), vec![(Kind::Provider, 1)]));
    let mut look = world.app.store().look().await.unwrap();
    let on = look.named(Kind::Provider, "P-09").await.unwrap().unwrap();
    let provider: Provider = look.get(on).await.unwrap();
    assert_eq!((provider.facts.country.as_str(), provider.aliases.len()), ("AT", 0));
}

#[tokio::test]
async fn columns_are_remembered_by_their_titles_as_a_person_had_them() {
    let world = World::sqlite().await;
    let admin = plant(&world).await;
    let text = "Firma;Spalte X;Kennung\r\nVerdano;BE;v.1\r\n";
    let opened = open("a.csv", text.as_bytes(), &How::default(), &Limits::for_testing()).unwrap();
    let first = guessed(&mut world.app.store().look().await.unwrap(), &opened).await.unwrap();
    assert!(!first.remembered && first.columns[1].is_none());
    let mut columns = first.columns;
    columns[1] = Some("country".parse().unwrap());
    let act = opened.act(columns.clone(), given::defaults(), Vec::new(), false).unwrap();
    world.act(&admin, act).await.unwrap();
    let next =
        open("b.csv", text.replace("FIRMA", "firma").as_bytes(), &How::default(), &Limits::for_testing()).unwrap();
    let then = guessed(&mut world.app.store().look().await.unwrap(), &next).await.unwrap();
    assert!(then.remembered);
    assert_eq!(then.columns, columns);
    let twice = vec![Some("provider".parse().unwrap()), Some("provider".parse().unwrap()), None];
    assert!(
        told(opened.act(twice, given::defaults(), Vec::new(), false).unwrap_err())[0].contains("Choose one of them")
    );
}

#[tokio::test]
async fn an_import_is_undone_for_a_day_while_nothing_stands_on_it() {
    for world in World::both().await {
        let admin = plant(&world).await;
        let sheet = mapped(&world.app, &format!("{HEAD}{ROWS}")).await;
        let done = taken(&world, &admin, &sheet).await;
        let undo = UndoImport { import: done.reference.clone().unwrap() };
        assert!(named(&world.app, Kind::Instance, "KKZ-4711").await);
        let before = size(&world.app).await;
        let undone = world.act(&admin, undo.clone()).await.unwrap().done;
        assert!(undone.withdrawn > 8, "{}", undone.withdrawn);
        assert!(size(&world.app).await > before, "nothing is taken out of the record");
        for (kind, name) in [(Kind::Instance, "KKZ-4711"), (Kind::Agreement, "RV-12"), (Kind::System, "PH-METER")] {
            assert!(!named(&world.app, kind, name).await, "{name}");
        }
        let stop = world.act(&admin, undo).await.unwrap_err();
        assert!(matches!(stop, Stop::Refused(no) if no.say.id == "stop-import-undone"));
        // the names are free again: the same sheet comes in anew
        let done = taken(&world, &admin, &sheet).await;
        assert_eq!(counts(&done), (3, 0, 2));
        given::rebuilt(&world).await;
        // a day later it is too late
        let import = done.reference.unwrap();
        let mut look = world.app.store().look().await.unwrap();
        let on = look.named(Kind::Import, &import).await.unwrap().unwrap();
        let late = look.get::<Import>(on).await.unwrap().undo_until();
        drop(look);
        world.set(&late.to_string());
        let stop = world.act(&admin, UndoImport { import }).await.unwrap_err();
        assert!(matches!(stop, Stop::Refused(no) if no.say.id == "stop-import-late"));
        world.close().await;
    }
}

#[tokio::test]
async fn what_was_built_on_an_import_stands_in_the_way_by_name() {
    for world in World::both().await {
        let admin = plant(&world).await;
        let sheet = mapped(&world.app, &format!("{HEAD}{ROWS}")).await;
        let done = taken(&world, &admin, &sheet).await;
        let undo = UndoImport { import: done.reference.unwrap() };
        let mut look = world.app.store().look().await.unwrap();
        let work = look.every(Kind::Engagement).await.unwrap();
        let work: Vec<Engagement> = work.into_iter().map(|k| k.thing.try_into().unwrap()).collect();
        drop(look);
        let reference = &work.iter().find(|e| e.facts.agreement.is_some()).unwrap().facts.reference;
        let own = RegisterProvider {
            reference: "P-50".to_owned(),
            name: "Other".to_owned(),
            country: "DE".to_owned(),
            kinds: Vec::new(),
            languages: Vec::new(),
        };
        world.act(&admin, own).await.unwrap();
        let scope = ProposeScope {
            engagement: reference.clone(),
            instance: "PH-METER".to_owned(),
            roles: Vec::new(),
            conduits: Vec::new(),
            from: None,
            until: None,
        };
        world.act(&admin, scope).await.unwrap();
        let told = told(world.act(&admin, undo).await.unwrap_err());
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains(&format!("{reference} was changed since")), "{told:?}");
        assert!(named(&world.app, Kind::Instance, "KKZ-4711").await, "nothing was withdrawn");
        world.close().await;
    }
}

#[tokio::test]
async fn four_hundred_rows_come_in_as_one_act() {
    let world = World::sqlite().await;
    let admin = plant(&world).await;
    let limits = Limits { import_rows: 400 + HEAD.lines().count(), ..Limits::standard() };
    let rows: String = (0..400)
        .map(|n| {
            format!("Firma {};DE;Person {n};p{n}@firma.example;SYS-{n:04};vor Ort;V-{};31.12.2027\r\n", n % 40, n % 40)
        })
        .collect();
    let text = format!("{HEAD}{rows}");
    let opened = open("groß.csv", text.as_bytes(), &How::default(), &limits).unwrap();
    let columns = guessed(&mut world.app.store().look().await.unwrap(), &opened).await.unwrap().columns;
    let mut sheet = opened.act(columns, given::defaults(), Vec::new(), false).unwrap();
    // ‘Firma 1’ and ‘Firma 2’ are a slip of the pen apart: each is one of its own by decision
    sheet.spellings = (0..40).map(|n| same(&format!("Firma {n}"), None)).collect();
    let before = size(&world.app).await;
    let answer = world.app.act(&admin, request(), sheet).await.unwrap();
    assert_eq!(counts(&answer.done), (400, 0, 0));
    assert_eq!(size(&world.app).await, before + answer.entries, "one act, one turn");
}

#[tokio::test]
async fn rejected_rows_say_why_in_the_readers_language() {
    let world = World::sqlite().await;
    let admin = plant(&world).await;
    let bytes = Encoding::Windows1252.encode(&format!("{HEAD}{ROWS}"));
    let opened = open("firmen.csv", &bytes, &How::default(), &Limits::for_testing()).unwrap();
    let act = mapped(&world.app, &format!("{HEAD}{ROWS}")).await;
    let report = check(&world.app, &admin, &act).await.unwrap();
    let file = sheet::rejected(&opened.sheet, "Grund", &sheet::complaints(&report.plan.rejected, &|i| english(&i.why)))
        .unwrap();
    let back = open("zurück.csv", &file, &How::default(), &Limits::for_testing()).unwrap();
    assert_eq!((back.sheet.rows.len(), back.shape == opened.shape), (2, true), "the mapping is found again");
    assert!(back.sheet.rows[1].cell(8).contains("is no day"));
}
