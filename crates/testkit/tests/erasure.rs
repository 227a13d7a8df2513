//! What was erased is nowhere: not in rows, indexes, receipts, working state, exports or the files themselves; the fold
//! is the same with and without it, every page says *erased*, and nobody erases or brings back behind the record.

use std::collections::BTreeMap;

use plantgate_app::Stop;
use plantgate_store::{
    db::{Engine, V},
    transfer, verify,
};
use plantgate_testkit::demo::Demo;
use serde_json::{Value, json};

#[cfg(test)]
pub mod given {
    use super::*;

    /// Objects whose entries hold private values: kind, id, entry; and all values there are, by slot.
    pub async fn texts(demo: &Demo) -> (Vec<(String, String, u64)>, BTreeMap<String, String>) {
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let mut found = Vec::new();
        for rec in tx.all("select seq, kind, id, body from entry order by seq", &[]).await.unwrap() {
            let body: Value = serde_json::from_slice(&rec.bytes(3).unwrap()).unwrap();
            let mut slots = Vec::new();
            plantgate_store::private::find(0, "", &body, &mut slots);
            if !slots.is_empty() {
                found.push((rec.text(1).unwrap(), rec.id(2).unwrap().to_string(), rec.size(0).unwrap()));
            }
        }
        let mut values = BTreeMap::new();
        for rec in tx.all("select slot, value from private where value is not null", &[]).await.unwrap() {
            values.insert(rec.id(0).unwrap().to_string(), rec.text(1).unwrap());
        }
        (found, values)
    }

    /// Every byte there is of a plant, in pieces: files of the data directory, the database's tables, its export.
    pub async fn everything(demo: &Demo) -> Vec<(String, String)> {
        let store = demo.world.app.store();
        let mut all = Vec::new();
        let mut tx = store.db().read().await.unwrap();
        let (mut entries, mut private) = (Vec::new(), Vec::new());
        transfer::export_entries(&mut tx, &mut entries).await.unwrap();
        transfer::export_private(&mut tx, &mut private).await.unwrap();
        all.push(("the export's entries".to_owned(), entries));
        all.push(("the export's private values".to_owned(), private));
        if store.db().engine() == Engine::Postgres {
            let tables = "select table_name::text from information_schema.tables where table_schema = 'public'";
            for rec in tx.all(tables, &[]).await.unwrap() {
                let table = rec.text(0).unwrap();
                // A row as text shows bytes as hexadecimal; latin1 shows them as they are.
                let sql = format!("select r::text from {table} r");
                for row in tx.all_built(sql, &[]).await.unwrap() {
                    let text = row.text(0).unwrap();
                    all.push((format!("table {table}"), readable(&text)));
                }
            }
        }
        drop(tx);
        for file in std::fs::read_dir(&demo.world.folder).unwrap().map(|f| f.unwrap().path()) {
            // The evidence itself is not ours to look into: its files are erased as a whole, by retention.
            if file.is_file() {
                all.push((file.display().to_string(), std::fs::read(&file).unwrap()));
            }
        }
        // What is no text is of no concern to a search for text.
        all.into_iter().map(|(place, bytes)| (place, String::from_utf8_lossy(&bytes).into_owned())).collect()
    }

    /// A row's text followed by what its hexadecimal stretches say.
    fn readable(text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        for hex in text.split("\\x").skip(1) {
            let digits: Vec<u8> = hex.bytes().take_while(u8::is_ascii_hexdigit).collect();
            bytes.push(b' ');
            for pair in digits.chunks_exact(2) {
                bytes.push(u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
            }
        }
        bytes
    }
}
use given::{everything, texts};

async fn erase(demo: &Demo, name: &str, mut body: Value) -> Result<u64, Stop> {
    body["ground"] = json!("retention");
    body["second"] = json!("N-102");
    let done = demo.world.named(&demo.caller("k.brandt"), name, body).await?;
    Ok(done["done"]["values"].as_u64().unwrap())
}

#[tokio::test]
async fn a_canary_in_every_private_field_is_nowhere_after_it_was_erased() {
    for demo in Demo::both().await {
        // given the demo's names, comments, clauses and file names, and accounts of which somebody spoke: each is a
        // canary, and it is found before
        crate::accounts::taken(&demo).await;
        let (found, before) = texts(&demo).await;
        let canary = "Rejects at station 4 since the night";
        let ghost = "Nobody Atall";
        assert!(
            before.values().any(|v| v == canary)
                && before.values().any(|v| v.contains(ghost))
                && everything(&demo).await.iter().any(|(_, all)| all.contains(canary))
        );
        let page = "/access/requests/AR-1187";
        let door = demo.sign_in("anna.keller").await;
        assert!(door.get(page).await.body.contains(canary));
        let search = "/find?q=night+rejects";
        assert!(door.get(search).await.body.contains(canary));
        // when everything is erased that may be: texts entry by entry, people of providers after they were suspended
        let mut erased = 0;
        for (kind, id, entry) in found.iter().filter(|(kind, _, _)| kind != "person") {
            let body = json!({ "kind": kind, "object": id, "entry": entry });
            erased += erase(&demo, "erase-text", body).await.unwrap();
        }
        for id in theirs(&demo).await {
            let suspend = json!({ "person": id, "reason": "The contract ended" });
            demo.world.named(&demo.caller("m.okafor"), "suspend-person", suspend).await.unwrap();
            erased += erase(&demo, "erase-person", json!({ "person": id })).await.unwrap();
        }
        // then no value that is gone is anywhere
        let (_, after) = texts(&demo).await;
        let gone: Vec<&String> = before.iter().filter(|(slot, _)| !after.contains_key(*slot)).map(|(_, v)| v).collect();
        assert!(gone.len() as u64 <= erased && gone.len() > 150, "{}: {}", demo.world.engine, gone.len());
        let everything = everything(&demo).await;
        // of a list no single name is left either
        for name in [ghost, "WORKS\\\\anna"] {
            let at = everything.iter().find(|(_, all)| all.contains(name));
            assert!(at.is_none(), "{}: ‘{name}’ is still in {}", demo.world.engine, at.unwrap().0);
        }
        for value in gone.iter().filter(|v| v.len() > 7 && !after.values().any(|left| left.contains(v.as_str()))) {
            let at = everything.iter().find(|(_, all)| all.contains(value.as_str()));
            assert!(at.is_none(), "{}: ‘{value}’ is still in {}", demo.world.engine, at.unwrap().0);
        }
        // and the record is whole, the rows are what it makes, and pages say what happened
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        assert_eq!(verify::verify(&mut tx, true).await.unwrap().damage, vec![], "{}", demo.world.engine);
        drop(tx);
        let shown = door.get(page).await.body;
        assert!(!shown.contains(canary) && shown.contains("erased"), "{shown}");
        let left = door.get(search).await;
        assert!(!left.words().contains("AR-1187"), "what is erased is found no more: {}", left.words());
        demo.world.close().await;
    }
}

/// People of providers, by id.
async fn theirs(demo: &Demo) -> Vec<String> {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    let sql = "select id from card where kind = 'person' and provider is not null order by id";
    tx.all(sql, &[]).await.unwrap().iter().map(|r| r.id(0).unwrap().to_string()).collect()
}

#[tokio::test]
async fn who_signed_is_kept_and_nobody_erases_alone() {
    for demo in Demo::both().await {
        let (w, admin) = (&demo.world, demo.caller("k.brandt"));
        demo.sign_in("l.ortega").await;
        let person = json!({ "person": "P09-02", "ground": "request", "second": "N-102" });
        // somebody who works here is not erased
        let stop = w.named(&admin, "erase-person", person.clone()).await.unwrap_err();
        assert!(matches!(&stop, Stop::Invalid(why) if why[0].place.field.as_deref() == Some("person")), "{stop}");
        let suspend = json!({ "person": "P09-02", "reason": "The contract ended" });
        w.named(&demo.caller("m.okafor"), "suspend-person", suspend).await.unwrap();
        // nobody agrees with themselves, and nobody without the power agrees
        for second in ["N-100", "N-101"] {
            let mut alone = person.clone();
            alone["second"] = json!(second);
            let stop = w.named(&admin, "erase-person", alone).await.unwrap_err();
            assert!(matches!(&stop, Stop::Refused(r) if r.rule == "R-13"), "{stop}");
        }
        // at their wish the name stays where it says who did what; what they signed in with goes
        let done = w.named(&admin, "erase-person", person.clone()).await.unwrap();
        assert_eq!(done["done"]["kept"], json!(["name", "sort"]));
        let mut tx = w.app.store().db().read().await.unwrap();
        let sql = "select count(*) from credential where person = $1";
        let left = tx.one(sql, &[V::Id(demo.person("l.ortega").0)]).await.unwrap().unwrap();
        assert_eq!(left.int(0).unwrap(), 0, "what they signed in with is gone");
        drop(tx);
        let stop = w.named(&admin, "erase-person", person).await.unwrap_err();
        assert!(matches!(stop, Stop::Invalid(_)), "nothing is erased twice: {stop}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn nothing_vanishes_and_nothing_comes_back_behind_the_record() {
    for demo in Demo::both().await {
        let store = demo.world.app.store();
        let (found, _) = texts(&demo).await;
        let (kind, id, entry) = found.iter().find(|(kind, _, _)| kind == "access-request").unwrap();
        let forge = async |sql: &'static str, values: &[V]| {
            let mut tx = store.db().write().await.unwrap();
            assert_eq!(tx.run(sql, values).await.unwrap(), 1, "{sql}");
            tx.commit().await.unwrap();
            let mut tx = store.db().read().await.unwrap();
            verify::verify(&mut tx, false).await.unwrap().damage.len()
        };
        // a value wiped by hand, however tidily, is named
        let mut tx = store.db().read().await.unwrap();
        let body = tx.one("select body from entry where seq = $1", &[V::size(*entry)]).await.unwrap().unwrap();
        drop(tx);
        let mut slots = Vec::new();
        let body = serde_json::from_slice(&body.bytes(0).unwrap()).unwrap();
        plantgate_store::private::find(*entry, "", &body, &mut slots);
        let slot = V::Id(slots[0].slot.0);
        let wipe = "update private set salt = null, value = null, sort = null, erased_at = 7 where slot = $1";
        assert_eq!(forge(wipe, std::slice::from_ref(&slot)).await, 1);
        // and so is one that was erased and came back
        let back = "update private set salt = $2, value = 'Back again', erased_at = null where slot = $1";
        assert_eq!(forge(back, &[slot.clone(), V::Bytes(vec![1; 32])]).await, 1);
        erase(&demo, "erase-text", json!({ "kind": kind, "object": id, "entry": entry })).await.unwrap();
        let mut tx = store.db().read().await.unwrap();
        assert_eq!(verify::verify(&mut tx, false).await.unwrap().damage, vec![]);
        drop(tx);
        assert!(forge(back, &[slot, V::Bytes(vec![1; 32])]).await > 0);
        demo.world.close().await;
    }
}

/// Who sets somebody's password could come in as them: that takes the power at every site where they could work.
#[tokio::test]
async fn an_administrator_of_one_site_takes_over_nobody_of_another() {
    for demo in Demo::both().await {
        let w = &demo.world;
        let there = json!({ "reference": "N-900", "handle": "lin.admin", "name": "Lin Admin",
            "roles": [{ "role": "administrator", "site": "LIN" }] });
        let person = w.named(&demo.caller("k.brandt"), "invite-person", there).await.unwrap();
        let id = person["done"]["id"].as_str().unwrap().parse().unwrap();
        w.named(&demo.caller("k.brandt"), "activate-person", json!({ "person": "N-900" })).await.unwrap();
        let there = plantgate_app::Caller::person(id, "test");
        let key = |person: &str| json!({ "person": person, "kind": "password", "fingerprint": "SHA256:abc" });
        // Anna Keller works at Brunnfeld, Lucía Ortega for a provider that is engaged there
        for person in ["N-101", "P09-02"] {
            let stop = w.named(&there, "set-credential", key(person)).await.unwrap_err();
            assert!(matches!(&stop, Stop::Refused(r) if r.rule == "R-13"), "{}: {person}: {stop}", w.engine);
        }
        w.named(&there, "set-credential", key("N-900")).await.unwrap();
        // nor renames, suspends or strips them of a role that reaches further than their own
        let renamed = json!({ "reference": "N-101", "handle": "anna.keller", "name": "Somebody Else" });
        let roles = json!({ "person": "N-102", "role": "ot-security" });
        for (act, body) in [
            ("invite-person", renamed),
            ("suspend-person", json!({ "person": "N-101", "reason": "Because" })),
            ("take-role", roles),
        ] {
            let stop = w.named(&there, act, body).await.unwrap_err();
            assert!(matches!(&stop, Stop::Refused(r) if r.rule == "R-13"), "{}: {act}: {stop}", w.engine);
        }
        // and the last administrator of all sites stays one
        let last = json!({ "person": "N-100", "role": "administrator" });
        let stop = w.named(&demo.caller("k.brandt"), "take-role", last).await.unwrap_err();
        assert!(matches!(&stop, Stop::Invalid(why) if why[0].place.field.as_deref() == Some("role")), "{stop}");
        w.named(&demo.caller("k.brandt"), "set-credential", key("N-101")).await.unwrap();
        demo.world.close().await;
    }
}
