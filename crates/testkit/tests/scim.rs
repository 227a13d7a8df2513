//! A directory tells of the owner's people by SCIM 2.0, through the real door, on both engines: joiners come with
//! nothing, leavers lose everything at the next request, and a directory that went mad takes only a few.

use axum::http::{Method, StatusCode};
use plantgate_app::qualify::token::TokenWish;
use plantgate_domain::qualify::person::Person;
use plantgate_store::memory::Memory;
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    tokens::wish,
};
use serde_json::{Value, json};

const USERS: &str = "/api/v1/scim/v2/Users";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const PERSON: &str = "urn:plantgate:scim:1.0:Person";

/// The directory of the house: a machine's token for the one act.
async fn directory(demo: &Demo) -> Door {
    let body = json!({ "reference": "M-SCIM", "name": "Directory", "owner": "N-102" });
    demo.world.named(&demo.caller("k.brandt"), "make-service", body).await.unwrap();
    let wish = TokenWish { service: Some("M-SCIM".into()), ..wish("directory", &["keep-person"], &[]) };
    demo.world.program(&demo.world.token(&demo.caller("m.okafor"), wish).await.unwrap().secret)
}

async fn sends(door: &Door, method: Method, path: &str, body: &Value) -> Reply {
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    door.send(method, path, Some("application/scim+json"), bytes).await
}

/// Somebody new; their id.
async fn comes(door: &Door, name: &str) -> String {
    let body = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": format!("{name}@plant"),
        "externalId": format!("HR-{name}"), "name": { "givenName": name, "familyName": "Neu" },
        "emails": [{ "value": "private@elsewhere" }], "active": true });
    let made = sends(door, Method::POST, USERS, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    made.json()["id"].as_str().unwrap().to_owned()
}

fn operation(path: &str, value: Value) -> Value {
    json!({ "schemas": [PATCH], "Operations": [{ "op": "replace", "path": path, "value": value }] })
}

#[tokio::test]
async fn somebody_comes_with_a_name_and_nothing_else_and_is_found_again() {
    for demo in Demo::both().await {
        let (engine, door) = (demo.world.engine, directory(&demo).await);
        // when a directory makes somebody
        let id = comes(&door, "ada").await;
        let one = format!("{USERS}/{id}");
        // then they are told as it was written, in its media type
        let told = sends(&door, Method::GET, &one, &Value::Null).await;
        assert_eq!(told.headers["content-type"], "application/scim+json", "{engine}");
        let told = told.json();
        assert_eq!(told["userName"], "ada@plant", "{engine}");
        assert_eq!((&told["externalId"], &told["displayName"]), (&json!("HR-ada"), &json!("ada Neu")), "{engine}");
        assert_eq!((&told["active"], &told[PERSON]["invited"]), (&json!(true), &json!(true)), "{engine}");
        // and have no role and no way in, and what nobody needs is nowhere
        let admin = demo.sign_in("k.brandt").await;
        let kept = admin.get(&format!("/api/v1/objects/person/{id}")).await;
        assert!(kept.body.is_empty() || !kept.body.contains("elsewhere"), "{engine}");
        let page = admin.get("/admin/users/HR-ada").await.words();
        assert!(page.contains("ada Neu") && page.contains("Invited"), "{engine}: {page}");
        assert!(!page.contains("elsewhere"), "{engine}");
        // and are found by what directories look for, in any spelling, and nobody else is
        for filter in [
            "userName eq \"ADA@plant\"".to_owned(),
            "externalId eq \"HR-ada\" and active eq true".to_owned(),
            format!("id eq \"{id}\""),
        ] {
            let path = format!("{USERS}?filter={}", filter.replace(' ', "%20").replace('"', "%22"));
            let found = sends(&door, Method::GET, &path, &Value::Null).await.json();
            assert_eq!(found["totalResults"], 1, "{engine}: {filter}: {found}");
            assert_eq!(found["Resources"][0]["id"], json!(id), "{engine}: {filter}");
        }
        let none =
            sends(&door, Method::GET, &format!("{USERS}?filter=userName%20eq%20%22nobody%22"), &Value::Null).await;
        assert_eq!(none.json()["totalResults"], 0, "{engine}");
        // the same name twice, and the same number, is a conflict that directories know
        let twice = json!({ "userName": "Ada@Plant" });
        let number = json!({ "userName": "other@plant", "externalId": "HR-ada" });
        for body in [twice, number] {
            let reply = sends(&door, Method::POST, USERS, &body).await;
            assert_eq!(
                (reply.status, &reply.json()["scimType"]),
                (StatusCode::CONFLICT, &json!("uniqueness")),
                "{engine}"
            );
        }
        // they are renamed, and the entry says which token did it
        let renamed = sends(&door, Method::PATCH, &one, &operation("displayName", json!("Ada Alt"))).await.json();
        assert_eq!(
            (&renamed["displayName"], &renamed["userName"]),
            (&json!("Ada Alt"), &json!("ada@plant")),
            "{engine}"
        );
        let history = admin.get("/history/person/HR-ada").await.words();
        assert!(history.contains("Directory"), "{engine}: {history}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn pages_of_people_hold_everybody_once_and_no_machine_and_nobody_of_a_provider() {
    for demo in Demo::both().await {
        let (engine, door) = (demo.world.engine, directory(&demo).await);
        let whole = sends(&door, Method::GET, USERS, &Value::Null).await.json();
        let total = whole["totalResults"].as_u64().unwrap();
        let names = |page: &Value| -> Vec<String> {
            let all = page["Resources"].as_array().unwrap().iter();
            all.map(|u| u["userName"].as_str().unwrap().to_owned()).collect()
        };
        let all = names(&whole);
        assert_eq!(u64::try_from(all.len()).unwrap(), total, "{engine}");
        assert!(all.contains(&"m.okafor".to_owned()) && !all.contains(&"l.ortega".to_owned()), "{engine}: {all:?}");
        let mut seen = Vec::new();
        for start in (1..=total).step_by(3) {
            let path = format!("{USERS}?startIndex={start}&count=3");
            seen.extend(names(&sends(&door, Method::GET, &path, &Value::Null).await.json()));
        }
        assert_eq!(seen, all, "{engine}");
        let counted = sends(&door, Method::GET, &format!("{USERS}?count=0"), &Value::Null).await.json();
        assert_eq!((counted["totalResults"].as_u64(), names(&counted).len()), (Some(total), 0), "{engine}");
        // a filter that cannot be meant is refused, never taken for an empty list
        let wrong = sends(&door, Method::GET, &format!("{USERS}?filter=emails%20pr"), &Value::Null).await;
        assert_eq!(
            (wrong.status, &wrong.json()["scimType"]),
            (StatusCode::BAD_REQUEST, &json!("invalidFilter")),
            "{engine}"
        );
        // a provider's program finds no such door, and nobody of a provider is anybody here
        let ortega = demo.person("l.ortega");
        let theirs = sends(&door, Method::GET, &format!("{USERS}/{}", ortega.0), &Value::Null).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{engine}");
        let contact = demo.sign_in("i.campos").await;
        assert_eq!(sends(&contact, Method::GET, USERS, &Value::Null).await.status, StatusCode::NOT_FOUND, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_leaver_is_out_at_the_next_request_and_nobody_but_people_lets_them_in_again() {
    for demo in Demo::both().await {
        let (engine, door) = (demo.world.engine, directory(&demo).await);
        let keller = demo.person("anna.keller");
        let session = demo.sign_in("anna.keller").await;
        assert_eq!(session.get("/today").await.status, StatusCode::OK, "{engine}");
        // when the directory switches somebody off
        let one = format!("{USERS}/{}", keller.0);
        let off = sends(&door, Method::PATCH, &one, &operation("active", json!("False"))).await;
        assert_eq!((off.status, &off.json()["active"]), (StatusCode::OK, &json!(false)), "{engine}: {}", off.body);
        // then their next request is nobody's
        assert_eq!(session.get("/today").await.status, StatusCode::SEE_OTHER, "{engine}");
        // and the directory does not let them in again; an administrator does
        let on = sends(&door, Method::PATCH, &one, &operation("active", json!(true))).await;
        assert_eq!(on.status, StatusCode::FORBIDDEN, "{engine}");
        assert!(on.body.contains("an administrator lets them work again"), "{engine}: {}", on.body);
        let body = json!({ "person": keller, "reason": "Back from leave." });
        demo.world.named(&demo.caller("k.brandt"), "resume-person", body).await.unwrap();
        let now = sends(&door, Method::GET, &one, &Value::Null).await.json();
        assert_eq!(now["active"], true, "{engine}");
        // when it says that they leave on a day to come, then that stands, once, however often it is said
        let leaves = operation(&format!("{PERSON}:leavesAt"), json!("2026-12-31T17:00:00Z"));
        let size = demo.size().await;
        for _ in 0..3 {
            let told = sends(&door, Method::PATCH, &one, &leaves).await.json();
            assert_eq!(
                (&told[PERSON]["leavesAt"], &told["active"]),
                (&json!("2026-12-31T17:00:00.000000Z"), &json!(true)),
                "{engine}"
            );
        }
        assert_eq!(demo.size().await, size + 1, "{engine}");
        // and when it takes them out, then they left, and there is nobody of that id
        let gone = sends(&door, Method::DELETE, &one, &Value::Null).await;
        assert_eq!((gone.status, gone.body.as_str()), (StatusCode::NO_CONTENT, ""), "{engine}");
        assert_eq!(sends(&door, Method::DELETE, &one, &Value::Null).await.status, StatusCode::NOT_FOUND, "{engine}");
        let mut look = demo.world.app.store().look().await.unwrap();
        let person: Person = look.get(keller).await.unwrap();
        assert!(!person.seated(look.now().0), "{engine}");
        drop(look);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_directory_that_was_emptied_takes_a_few_and_is_stopped() {
    for demo in Demo::both().await {
        let (engine, door) = (demo.world.engine, directory(&demo).await);
        let all = sends(&door, Method::GET, USERS, &Value::Null).await.json();
        let ids: Vec<String> =
            all["Resources"].as_array().unwrap().iter().map(|u| u["id"].as_str().unwrap().to_owned()).collect();
        // M. Okafor answers for the machine and goes last: without her it would be stopped by that alone.
        let okafor = demo.person("m.okafor").to_string();
        let ids: Vec<String> = ids.iter().filter(|id| **id != okafor).cloned().chain([okafor.clone()]).collect();
        let most = (ids.len() / 4).clamp(3, 25);
        // when everybody is taken out at once
        let (mut gone, mut kept) = (0, 0);
        for id in &ids {
            let reply = sends(&door, Method::DELETE, &format!("{USERS}/{id}"), &Value::Null).await;
            match reply.status {
                StatusCode::NO_CONTENT => gone += 1,
                StatusCode::FORBIDDEN => {
                    let says = ["as many people lost their seat", "the last two administrators"];
                    assert!(says.iter().any(|s| reply.body.contains(s)), "{engine}: {}", reply.body);
                    kept += 1;
                }
                other => panic!("{engine}: {other} {}", reply.body),
            }
        }
        // then a few went, and the plant has its people
        assert_eq!((gone, gone + kept), (most, ids.len()), "{engine}");
        // while people still suspend whom they see
        let admin = sends(&door, Method::GET, USERS, &Value::Null).await.json();
        assert_eq!(admin["totalResults"].as_u64().unwrap(), u64::try_from(kept).unwrap(), "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn no_other_token_and_no_broken_body_changes_anybody() {
    for demo in Demo::both().await {
        let (engine, door) = (demo.world.engine, directory(&demo).await);
        let (keller, size) = (demo.person("anna.keller"), demo.size().await);
        let one = format!("{USERS}/{}", keller.0);
        for (method, path, body, says) in [
            (Method::PATCH, &one, json!({ "Operations": [] }), "schemas"),
            (Method::PATCH, &one, json!([]), "no object"),
            (Method::PUT, &one, json!({ "userName": 7 }), "userName is a text"),
            (Method::PUT, &one, json!({ "active": "maybe" }), "active is true or false"),
            (Method::POST, &USERS.to_owned(), json!({ "externalId": "x" }), "userName is missing"),
            (Method::POST, &USERS.to_owned(), json!({ "userName": "x", "active": false }), "Somebody new is active"),
        ] {
            let reply = sends(&door, method, path, &body).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{engine}: {body}: {}", reply.body);
            assert!(reply.body.contains(says) && reply.body.contains("messages:2.0:Error"), "{engine}: {}", reply.body);
        }
        let broken = door.send(Method::POST, USERS, Some("application/scim+json"), b"{".to_vec()).await;
        assert_eq!(
            (broken.status, &broken.json()["scimType"]),
            (StatusCode::BAD_REQUEST, &json!("invalidSyntax")),
            "{engine}"
        );
        // a token that reads only, and one of somebody who keeps no people
        let reads = demo.world.token(&demo.caller("k.brandt"), wish("reads", &[], &[])).await.unwrap();
        let other = demo.world.token(&demo.caller("anna.keller"), wish("other", &["keep-person"], &[])).await.unwrap();
        for made in [reads, other] {
            let door = demo.world.program(&made.secret);
            let reply = sends(&door, Method::PATCH, &one, &operation("active", json!(false))).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{engine}: {}", reply.body);
        }
        let nobody = sends(&demo.world.nobody(), Method::GET, USERS, &Value::Null).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{engine}");
        // but for the two tokens, nothing was written
        assert_eq!(demo.size().await, size + 2, "{engine}");
        demo.world.close().await;
    }
}
