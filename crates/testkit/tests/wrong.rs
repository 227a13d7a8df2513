//! What is wrong with input is said in the reader's language at every door: a form, an import with its rejected rows,
//! the API. A German page has no English sentence in it.

use axum::http::StatusCode;
use plantgate_app::import::{ImportKind, check, file};
use plantgate_store::Limits;
use plantgate_testkit::{demo::Demo, said::german, world::request};
use serde_json::{Value, json};

#[tokio::test]
async fn a_wrong_form_on_a_german_page_is_answered_in_german() {
    for demo in Demo::both().await {
        let id = request().to_string();
        // given an administrator who reads German, and a form with a word that is none and a day that is none
        let german = demo.sign_in("k.brandt").await.in_language("de");
        let modes = [("request_id", id.as_str()), ("site", "BRU"), ("checks", "window-agreed"), ("mode", "loud")];
        // when it is sent
        let reply = german.form("/admin/modes", &modes).await;
        // then the sentence is German, and the English one is not there
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", demo.world.engine);
        assert!(reply.words().contains("„loud“ ist keines von: off, observe, warn, enforce."), "{}", reply.words());
        assert!(!reply.words().contains("is none of"), "{}", reply.words());

        // and what the act finds wrong is said beside its field too
        let site = [("request_id", id.as_str()), ("reference", "NEU"), ("name", "Neuwerk"), ("country", "Germany")];
        let site = [site.as_slice(), &[("zone", "Europe/Berlin")]].concat();
        let reply = german.form("/do/register-site", &site).await;
        assert!(reply.words().contains("Ein Land sind zwei Buchstaben, etwa DE."), "{}", reply.words());
        assert!(!reply.words().contains("A country is two letters"), "{}", reply.words());

        // and the same person reading English gets the English sentence
        let reply = german.in_language("en").form("/admin/modes", &modes).await;
        assert!(reply.words().contains("‘loud’ is none of: off, observe, warn, enforce."), "{}", reply.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn rejected_rows_say_why_in_german() {
    for demo in Demo::both().await {
        // given a file of zones: one of a site that is not there, one of a kind that is none
        let zones = "site,reference,name,kind\nXXX,XZ1,Nowhere,lab\nBRU,BZ-99,Fill,cellar\n";
        let (nowhere, cellar) =
            ("Standort „XXX“ gibt es hier nicht. Prüfen Sie den Namen.", "„cellar“ ist keines von: production");
        // when a German administrator uploads it
        let door = demo.sign_in("k.brandt").await.in_language("de");
        let taken = door.upload("/admin/import", &[("what", "zones")], ("zones.csv", zones)).await;
        let preview = door.get(taken.location()).await;
        // then the preview and the file of rejected rows say why in German
        let (path, query) = taken.location().split_once('?').unwrap();
        let rows = door.get(&format!("{path}/rejected.csv?{query}")).await;
        for page in [preview.words(), rows.body] {
            assert!(page.contains(nowhere) && page.contains(cellar), "{page}");
            assert!(!page.contains("There is no site") && !page.contains("is none of"), "{page}");
        }
        // and the file is the one that is read again when it is corrected
        let limits = Limits::for_testing();
        let upload = file::read(ImportKind::Zones, "zones.csv", zones.as_bytes(), &limits).unwrap();
        let report = check(&demo.world.app, &demo.caller("k.brandt"), &upload.import).await.unwrap();
        let again = file::rejected(&upload.import.parts[0], &report.rejected, &german);
        assert!(file::read(ImportKind::Zones, "again.csv", &again, &limits).is_ok());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_api_speaks_the_callers_language_and_its_codes_stay() {
    for demo in Demo::both().await {
        let body = json!({ "reference": "NEU", "name": "Neuwerk", "zone": "Europe/Berlin", "country": "Germany" });
        let path = "/api/v1/acts/register-site";
        let told = |reply: Value| {
            let error = reply["errors"][0].clone();
            (reply["type"].clone(), error["field"].clone(), error["code"].clone(), error["why"].clone())
        };
        let door = demo.sign_in("k.brandt").await;
        let (english, german) = (told(door.json(path, &body).await.json()), {
            let reply = door.in_language("de-AT,en;q=0.5").json(path, &body).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(reply.headers["content-type"], "application/problem+json");
            told(reply.json())
        });
        let same = ("urn:plantgate:problem:invalid", "country", "invalid-country");
        assert_eq!((english.0, english.1, english.2), (same.0.into(), same.1.into(), same.2.into()));
        assert_eq!((german.0, german.1, german.2), (same.0.into(), same.1.into(), same.2.into()));
        assert_eq!(english.3, "A country is two letters, such as DE.");
        assert_eq!(german.3, "Ein Land sind zwei Buchstaben, etwa DE.");
        demo.world.close().await;
    }
}
