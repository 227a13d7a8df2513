//! A token that is bound to sites: to every list, object, decision and act it is somebody with their roles there alone.

use plantgate_app::qualify::token::TokenWish;
use plantgate_domain::base::{PersonId, Why};

use super::*;

/// Everything a program can read at the API: each list in some views, and each object that anybody could know of.
async fn reads(door: &Door, objects: &[(Kind, String)]) -> Vec<(String, String)> {
    let views = ["", "?sort=newest", "?limit=1", "?site=BRU", "?site=LIN", "?state=active", "?is=standing:restricted"];
    let mut all = Vec::new();
    for kind in Kind::ALL {
        for view in views {
            let path = format!("/api/v1/objects/{kind}{view}");
            all.push((path.clone(), door.get(&path).await.still()));
        }
    }
    for (kind, id) in objects {
        for more in ["", "/history"] {
            let path = format!("/api/v1/objects/{kind}/{id}{more}");
            all.push((path.clone(), door.get(&path).await.still()));
        }
    }
    all
}

/// Every object there is.
async fn objects(demo: &Demo) -> Vec<(Kind, String)> {
    let mut look = demo.world.app.store().look().await.unwrap();
    let mut all = Vec::new();
    for kind in Kind::ALL {
        all.extend(look.every_with_id(*kind).await.unwrap().into_iter().map(|(on, _)| (*kind, on.id.to_string())));
    }
    all
}

#[tokio::test]
async fn it_reads_to_the_byte_what_somebody_of_that_site_alone_reads() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        // given somebody of one site, and somebody with the same role at every site whose token is of that site
        let invite = async |reference: &str, site: Option<&str>| {
            let body = json!({ "reference": reference, "handle": reference, "name": reference,
                "roles": [{ "role": "ot-security", "site": site }] });
            let done = demo.world.named(&demo.caller("k.brandt"), "invite-person", body).await.unwrap();
            demo.world
                .named(&demo.caller("k.brandt"), "activate-person", json!({ "person": reference }))
                .await
                .unwrap();
            done["done"]["id"].as_str().unwrap().parse().unwrap()
        };
        let (local, wide) = (invite("N-920", Some("BRU")).await, invite("N-921", None).await);
        let by = Caller::person(wide, "password+totp");
        let acts = ["take-account-list", "set-hold", "suspend-person"];
        let bound = demo.world.token(&by, wish("bound", &acts, &["BRU"])).await.unwrap();
        let whole = demo.world.token(&by, wish("whole", &acts, &[])).await.unwrap();
        let (bound, whole) = (demo.world.program(&bound.secret), demo.world.program(&whole.secret));
        let here = demo.world.sign_in(local, "N-920").await;
        let objects = objects(&demo).await;
        let theirs = reads(&here, &objects).await;
        let mine = reads(&bound, &objects).await;
        let differ: Vec<&String> =
            theirs.iter().zip(&mine).filter(|(a, b)| a != b).map(|((path, _), _)| path).collect();
        assert!(differ.is_empty(), "{engine}: {differ:?}");
        // which is something, and less than its holder reads by one that is bound to none
        let seen = mine.iter().filter(|(_, text)| text.starts_with("200")).count();
        let all = reads(&whole, &objects).await;
        let more = all.iter().filter(|(_, text)| text.starts_with("200")).count();
        assert!(seen > 100 && more > seen, "{engine}: {seen} of {more}");
        // and finds, by name and by reference, what that person finds
        let found = async |reader: PersonId, narrow: bool| {
            let mut look = demo.world.app.store().look().await.unwrap();
            let person: Person = look.get(reader).await.unwrap();
            if narrow {
                look.narrow(person.tokens.first().unwrap().narrows(&person));
            }
            let called = look.called(reader, &[Kind::Instance], "", 500).await.unwrap();
            (called, look.referenced(reader, "APC-C12").await.unwrap())
        };
        let (theirs, mine, all) = (found(local, false).await, found(wide, true).await, found(wide, false).await);
        assert_eq!(mine, theirs, "{engine}");
        assert!(!mine.0.is_empty() && mine.0.len() < all.0.len() && mine.1.len() < all.1.len(), "{engine}");
        // and it does at another site what that person does there: nothing, in the same words
        for (act, body) in [
            ("take-account-list", json!({ "site": "LIN", "kind": "directory", "accounts": [{ "account": "a" }] })),
            ("take-account-list", accounts()),
            (
                "set-hold",
                json!({ "on": { "instance": "NOWHERE" }, "effect": "no-new-access", "cause": "security",
                "reason": "x" }),
            ),
        ] {
            let path = format!("/api/v1/acts/{act}?preview=true");
            let (me, they) = (bound.json(&path, &body).await, here.json(&path, &body).await);
            let outcome = |reply: &Reply| match reply.status {
                StatusCode::OK => String::new(),
                _ => reply.body.clone(),
            };
            assert_eq!((me.status, outcome(&me)), (they.status, outcome(&they)), "{engine}: {act} {body}");
        }
        let elsewhere = json!({ "site": "LIN", "kind": "directory", "accounts": [{ "account": "a" }] });
        assert_ne!(bound.json(LIST, &elsewhere).await.status, StatusCode::OK, "{engine}");
        assert_eq!(whole.json(LIST, &elsewhere).await.status, StatusCode::OK, "{engine}");
        // a site where the holder has no role is none to bind a token to
        // and is told nothing of it
        let nowhere = demo.world.token(&Caller::person(local, "password+totp"), wish("x", &[], &["LIN"])).await;
        assert_eq!(why(&nowhere.unwrap_err()), "invalid-unknown", "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_site_that_is_not_the_machines_is_named_wherever_it_stands() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        // given a machine of one site, and somebody of all of them
        let body = json!({ "reference": "M-ONE", "name": "One site", "owner": "N-102", "site": "BRU" });
        demo.world.named(&demo.caller("k.brandt"), "make-service", body).await.unwrap();
        // when they bind its token to another site too, then that one is named, in whichever order they stand
        for sites in [["LIN", "BRU"], ["BRU", "LIN"]] {
            let wish = TokenWish { service: Some("M-ONE".into()), ..wish("x", &[], &sites) };
            let stop = demo.world.token(&demo.caller("m.okafor"), wish).await.unwrap_err();
            let Stop::Invalid(all) = &stop else { panic!("{engine}: {stop:?}") };
            let named = Why::of("invalid-token-sites-none").with("site", "LIN");
            assert_eq!(all.iter().map(|i| i.why.clone()).collect::<Vec<_>>(), [named], "{engine}: {sites:?}");
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_role_that_is_taken_is_gone_from_the_token_at_the_next_request() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (_, program) = keeper(&demo).await;
        assert_eq!(program.json(LIST, &accounts()).await.status, StatusCode::OK, "{engine}");
        let mut look = demo.world.app.store().look().await.unwrap();
        let person: Person = look.get(demo.person("m.okafor")).await.unwrap();
        drop(look);
        for role in person.roles {
            let mut body = json!({ "person": "N-102", "role": role.role });
            if let Some(site) = role.site {
                body["site"] = json!(site);
            }
            demo.world.named(&demo.caller("k.brandt"), "take-role", body).await.unwrap();
        }
        let reply = program.json(LIST, &accounts()).await;
        assert_ne!(reply.status, StatusCode::OK, "{engine}: {}", reply.body);
        let list = program.get("/api/v1/objects/site").await.json();
        assert_eq!(list["total"], 0, "{engine}: {list}");
        demo.world.close().await;
    }
}
