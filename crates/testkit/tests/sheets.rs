//! A sheet by programs: the bytes are read and kept nowhere, the act comes back to be corrected, sent, and undone.

use axum::http::{Method, StatusCode};
use plantgate_testkit::{demo::Demo, world::World};
use serde_json::json;

const SHEET: &str = "Vendor;Country;Contact\r\nMünzner Pumpen GmbH;DE;Jürgen Groß\r\nHydrolux;DE;Ann Oram\r\n";
const READ: &str = "/api/v1/sheets?name=firms.csv";

async fn size(demo: &Demo) -> u64 {
    demo.world.app.store().look().await.unwrap().size()
}

#[tokio::test]
async fn a_program_reads_a_sheet_previews_it_does_it_and_takes_it_back() {
    for demo in Demo::both().await {
        let admin = demo.sign_in("k.brandt").await;
        let before = size(&demo).await;
        // when the bytes are read
        let read = admin.send(Method::POST, READ, Some("text/csv"), SHEET.as_bytes().to_vec()).await;
        assert_eq!(read.status, StatusCode::OK, "{}", read.words());
        let read = read.json();
        assert_eq!(read["titles"], json!(["Vendor", "Country", "Contact"]));
        let mut act = read["act"].clone();
        assert_eq!(act["columns"], json!(["provider", "country", "person"]), "{act}");
        // then nothing is kept, and a preview keeps nothing either
        let preview = admin.json("/api/v1/acts/import-sheet?preview=true", &act).await;
        assert_eq!(preview.status, StatusCode::OK, "{}", preview.words());
        assert_eq!(size(&demo).await, before);
        // when a row is wrong: its line, its column, and nothing saved
        let good = act["rows"].clone();
        act["rows"][0]["cells"]["country"] = json!("Atlantis");
        let refused = admin.json("/api/v1/acts/import-sheet", &act).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(refused.body.contains("invalid-country") && refused.body.contains("\"line\":2"), "{}", refused.body);
        assert_eq!(size(&demo).await, before);
        // when it is right: done, and gone again
        act["rows"] = good;
        let done = admin.json("/api/v1/acts/import-sheet", &act).await.json();
        let import = &done["done"]["reference"];
        assert!(import.is_string(), "{done}");
        let undo = json!({ "import": import });
        let undone = admin.json("/api/v1/acts/undo-import", &undo).await;
        assert_eq!(undone.status, StatusCode::OK, "{}", undone.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_sheet_is_read_for_those_who_may_import_and_what_is_none_is_told() {
    let demo = Demo::on(World::sqlite().await).await;
    let bytes = || SHEET.as_bytes().to_vec();
    let theirs = demo.sign_in("i.campos").await.send(Method::POST, READ, Some("text/csv"), bytes()).await;
    assert_eq!(theirs.status, StatusCode::FORBIDDEN, "{}", theirs.body);
    let nobody = demo.world.nobody().send(Method::POST, READ, Some("text/csv"), bytes()).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{}", nobody.body);
    let admin = demo.sign_in("k.brandt").await;
    let unnamed = admin.send(Method::POST, "/api/v1/sheets", Some("text/csv"), bytes()).await;
    assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unnamed.body);
    // a workbook that is none, and one that is cut off
    for spoilt in [b"PK\x03\x04rest".to_vec(), vec![0; 10]] {
        let name = "/api/v1/sheets?name=firms.xlsx";
        let told = admin.send(Method::POST, name, Some("application/octet-stream"), spoilt).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.body);
        assert!(told.body.contains("firms.xlsx"), "{}", told.body);
    }
    demo.world.close().await;
}

#[tokio::test]
async fn who_imports_for_one_site_reads_of_no_other() {
    for demo in Demo::both().await {
        // given somebody who brings files in for Cedar Bluff alone
        let here = json!({ "person": demo.person("s.brooks").to_string(), "role": "administrator", "site": "CED" });
        demo.world.named(&demo.caller("k.brandt"), "give-role", here).await.unwrap();
        for (who, brunnfeld) in [("k.brandt", true), ("s.brooks", false)] {
            let door = demo.sign_in(who).await;
            // when a sheet is to be mapped
            let at = door.upload("/admin/import", &[("what", "sheet")], ("firms.csv", SHEET)).await;
            let page = door.get(at.location()).await;
            assert_eq!(page.status, StatusCode::OK, "{who}: {}", page.words());
            // then the sites one may choose are those one imports for
            assert!(page.body.contains("value=\"CED\""), "{who}: {}", page.words());
            assert_eq!(page.body.contains("value=\"BRU\""), brunnfeld, "{who} {}", demo.world.engine);
        }
        demo.world.close().await;
    }
}
