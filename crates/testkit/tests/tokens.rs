//! Programs come in by tokens: what one may, where it is let in at all, how it ends, and what stands of it in the
//! record. Split: [`ends`] and the accounts of [`machines`].

#[path = "tokens/ends.rs"]
mod ends;
#[path = "tokens/machines.rs"]
mod machines;
#[path = "tokens/pages.rs"]
mod pages;
#[path = "tokens/sites.rs"]
mod sites;

use axum::http::{Method, StatusCode};
use plantgate_app::{Caller, Stop, acts};
use plantgate_domain::{base::Kind, qualify::person::Person};
use plantgate_store::{db::V, memory::Memory};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    tokens::{Made, wish},
    world::request,
};
use serde_json::{Value, json};

/// A list of accounts as a directory hands it in.
fn accounts() -> Value {
    json!({ "site": "BRU", "kind": "directory", "accounts": [{ "account": "m.one", "last": "2026-11-01" }] })
}

const LIST: &str = "/api/v1/acts/take-account-list";

/// A token of OT security for lists of accounts, and the program that has it.
async fn keeper(demo: &Demo) -> (Made, Door) {
    let wish = wish("directory", &["take-account-list"], &[]);
    let made = demo.world.token(&demo.caller("m.okafor"), wish).await.unwrap();
    let door = demo.world.program(&made.secret);
    (made, door)
}

/// What a refusal says.
fn said(reply: &Reply) -> String {
    reply.json()["say"]["id"].as_str().unwrap_or_default().to_owned()
}

/// Why an act was refused, by the id of its message.
fn why(stop: &Stop) -> String {
    match stop {
        Stop::Refused(refused) => refused.say.id.to_string(),
        Stop::Invalid(many) => many.iter().map(|i| i.why.id.to_string()).collect::<Vec<_>>().join(" "),
        other => format!("{other:?}"),
    }
}

async fn count(demo: &Demo, sql: &str) -> i64 {
    let mut look = demo.world.app.store().look().await.unwrap();
    look.tx().all_built(sql.to_owned(), &[]).await.unwrap()[0].int(0).unwrap()
}

#[tokio::test]
async fn a_program_acts_and_reads_as_its_holder_and_its_entries_say_which_token_it_was() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (made, program) = keeper(&demo).await;
        // given a token for one act, when its program does that act, then it is done, by its holder, by that token
        let reply = program.json(LIST, &accounts()).await;
        assert_eq!(reply.status, StatusCode::OK, "{engine}: {}", reply.body);
        let list = program.get("/api/v1/objects/account-list?sort=newest&limit=1").await.json();
        let id = list["items"][0]["id"].as_str().unwrap().to_owned();
        let history = program.get(&format!("/api/v1/objects/account-list/{id}/history")).await.json();
        let taken = &history["entries"][0];
        assert_eq!(taken["auth"], format!("token:{}", made.done.token), "{engine}: {taken}");
        assert_eq!(taken["by"]["id"], demo.person("m.okafor").to_string(), "{engine}");
        // and it reads what its holder reads, page by page
        let holder = demo.sign_in("m.okafor").await;
        for kind in Kind::ALL {
            let path = format!("/api/v1/objects/{kind}");
            assert_eq!(program.get(&path).await.still(), holder.get(&path).await.still(), "{engine}: {kind}");
        }
        // and its use is noted, to the minute
        let own = program.get("/api/v1/tokens").await.json();
        assert_eq!((&own["tokens"][0]["name"], &own["tokens"][0]["state"]), (&json!("directory"), &json!("open")));
        assert!(own["tokens"][0]["used"].is_string(), "{engine}: {own}");
        assert_eq!(count(&demo, "select count(*) from api_token where used_at is not null").await, 1, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_token_does_what_it_names_and_nothing_that_asks_for_a_person() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (_, program) = keeper(&demo).await;
        let reads = demo.world.token(&demo.caller("m.okafor"), wish("reads", &[], &[])).await.unwrap();
        let reads = demo.world.program(&reads.secret);
        let size = demo.size().await;
        // an act it does not name, done or only shown; a token that only reads
        let noted = json!({ "person": "N-117", "reason": "Laptop lost." });
        for path in ["/api/v1/acts/suspend-person", "/api/v1/acts/suspend-person?preview=true"] {
            let reply = program.json(path, &noted).await;
            assert_eq!((reply.status, said(&reply)), (StatusCode::FORBIDDEN, "stop-token-scope".into()), "{engine}");
        }
        let reply = reads.json(LIST, &accounts()).await;
        assert_eq!((reply.status, said(&reply)), (StatusCode::FORBIDDEN, "stop-token-reads".into()), "{engine}");
        // what asks people for a new proof, or is a yes of theirs, is refused whatever it names, and shown to nobody
        for act in acts::NAMES.iter().filter(|act| !acts::by_token(act)) {
            let named = demo.world.token(&demo.caller("m.okafor"), wish("never", &[act], &[])).await.unwrap_err();
            assert_eq!(why(&named), "invalid-token-act-never", "{engine}: {act}");
        }
        let token = demo.world.app.enter_by_token(program.token()).await.unwrap();
        let plantgate_app::sign_in::Came::In(entered) = token else { panic!("{engine}: not let in") };
        for (act, body) in [
            ("give-role", json!({ "person": "N-117", "role": "qa" })),
            ("lift-hold", json!({ "hold": "HLD-0001", "reason": "x" })),
            ("revoke-token", json!({ "person": "N-102", "token": request() })),
            ("sign-agreement", json!({ "agreement": "MSA-0071", "day": "2026-11-16" })),
            ("approve-access", json!({ "request": "AR-1187" })),
            (
                "open-emergency",
                json!({ "engagement": "E-025", "person": "P09-02", "instance": "BMS-B61",
                "environment": "prod", "roles": ["configure"], "pattern": "gateway-attended", "attendant": "N-109",
                "minutes": 30, "called_back": true, "reason": "No air." }),
            ),
        ] {
            let stop = acts::act(&demo.world.app, &entered.caller, request(), act, body.clone()).await.unwrap_err();
            assert_eq!(why(&stop), "stop-token-never", "{engine}: {act}");
            let stop = acts::preview(&demo.world.app, &entered.caller, act, body).await.unwrap_err();
            assert_eq!(why(&stop), "stop-token-never", "{engine}: {act} shown");
        }
        drop(entered);
        // neither makes it another token, nor a pack, nor does it sign in, out or prove anything
        let more = json!({ "name": "more", "days": 1 });
        let pack = json!({ "providers": ["P-09"], "reason": "x" });
        for (path, body) in [
            ("/api/v1/tokens", &more),
            ("/api/v1/packs", &pack),
            ("/api/v1/sessions/current/proof", &json!({ "code": "123456" })),
        ] {
            let reply = program.json(path, body).await;
            assert_eq!((reply.status, said(&reply)), (StatusCode::FORBIDDEN, "stop-token-never".into()), "{path}");
        }
        let out = program.send(Method::DELETE, "/api/v1/sessions/current", None, Vec::new()).await;
        assert_eq!(said(&out), "stop-token-never", "{engine}");
        // and bytes for evidence, or a sheet, are prepared only by a token for those acts
        let kind = Some("application/octet-stream");
        let up = program.send(Method::POST, "/api/v1/evidence/uploads", kind, b"x".to_vec()).await;
        assert_eq!(said(&up), "stop-token-scope", "{engine}: {}", up.body);
        let sheet = reads.send(Method::POST, "/api/v1/sheets?name=a.csv", kind, b"a;b\n".to_vec()).await;
        assert_eq!(said(&sheet), "stop-token-reads", "{engine}: {}", sheet.body);
        assert_eq!(demo.size().await, size, "{engine}: a refusal wrote something");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_token_opens_the_api_and_no_page_and_a_cookie_opens_pages_and_no_api() {
    for demo in Demo::both().await {
        let (made, program) = keeper(&demo).await;
        let holder = demo.sign_in("m.okafor").await;
        let cookie = |secret: &str| demo.world.nobody().with_cookies(&format!("plantgate={secret}"));
        for page in ["/today", "/me", "/me/tokens", "/providers"] {
            // by the header, as a cookie, and with the secret of a session in the header
            for door in [&program, &cookie(&made.secret), &demo.world.program(holder.token())] {
                assert_eq!(door.get(page).await.location(), "/sign-in", "{page}");
            }
            assert_eq!(cookie(holder.token()).get(page).await.status, StatusCode::OK, "{page}");
        }
        let list = "/api/v1/objects/site";
        assert_eq!(cookie(holder.token()).get(list).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(demo.world.program(holder.token()).get(list).await.status, StatusCode::OK);
        // a form that somebody else's page sends with a program's secret does nothing either
        let form = program.form("/me/sessions/end-others", &[]).await;
        assert_eq!(form.location(), "/sign-in");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_secret_is_given_out_once_and_is_nowhere() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (by, id) = (demo.caller("m.okafor"), request());
        let asked = wish("once", &[], &[]);
        let (secret, first) = demo.world.app.make_token(&by, id, asked.clone()).await.unwrap();
        let secret = secret.unwrap();
        assert!(secret.starts_with("pgt_") && secret.len() == 68, "{engine}");
        // the same request again makes no second one and has no secret; with another wish it is refused
        let (again, second) = demo.world.app.make_token(&by, id, asked.clone()).await.unwrap();
        assert_eq!((again, second.done, second.repeated), (None, first.done.clone(), true), "{engine}");
        let other = plantgate_app::qualify::token::TokenWish { days: 31, ..asked };
        assert_eq!(why(&demo.world.app.make_token(&by, id, other).await.unwrap_err()), "stop-request-reused");
        // neither the secret nor its hash stands in an entry, an answer, a text or a row of an object
        let random = secret.trim_start_matches("pgt_");
        for sql in [
            "select body from entry",
            "select reply from receipt",
            "select value from private where value is not null",
            "select body from thing",
        ] {
            let mut look = demo.world.app.store().look().await.unwrap();
            for rec in look.tx().all_built(sql.to_owned(), &[]).await.unwrap() {
                let text = rec.bytes(0).map(|b| String::from_utf8_lossy(&b).into_owned()).or_else(|_| rec.text(0));
                let text = text.unwrap();
                let hash = plantgate_app::qualify::people::hash(&secret);
                assert!(!text.contains(random) && !text.contains(&hash), "{engine}: {sql}");
            }
        }
        // and a backup has no way in
        let folder = demo.world.folder.join("saved");
        plantgate_store::backup::make(demo.world.app.store(), &folder).await.unwrap();
        let checked = plantgate_store::backup::check(&folder, demo.world.app.store().keyring()).unwrap();
        for world in plantgate_testkit::world::World::both().await {
            let store = world.app.store();
            let keyring = demo.world.app.store().keyring();
            plantgate_store::backup::restore(&checked, store.db(), store.blobs(), keyring).await.unwrap();
            let mut tx = store.db().read().await.unwrap();
            let rows = tx.all_built("select count(*) from api_token".to_owned(), &[]).await.unwrap();
            assert_eq!(rows[0].int(0).unwrap(), 0, "{engine}");
            drop(tx);
            world.close().await;
        }
        demo.world.close().await;
    }
}

/// A row by hand is a way in only if the record says so.
#[tokio::test]
async fn a_row_that_somebody_put_there_opens_nothing() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (made, program) = keeper(&demo).await;
        let mine = demo.world.token(&demo.caller("l.ortega"), wish("mine", &[], &[])).await.unwrap();
        assert_eq!(program.get("/api/v1/objects/site").await.status, StatusCode::OK);
        // given the row of one's own secret, turned to somebody else, or to somebody else's token
        let okafor = demo.person("m.okafor").0;
        for (sql, values) in [
            ("update api_token set person = $1 where token = $2", vec![V::Id(okafor), V::Id(mine.done.token)]),
            (
                "update api_token set person = $1, token = $3 where token = $2",
                vec![V::Id(okafor), V::Id(mine.done.token), V::Id(made.done.token)],
            ),
        ] {
            let mut tx = demo.world.app.store().db().write().await.unwrap();
            tx.run_built(sql.to_owned(), &values).await.unwrap();
            tx.commit().await.unwrap();
            let reply = demo.world.program(&mine.secret).get("/api/v1/objects/site").await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{engine}: {sql}");
        }
        // and a caller who says the id of a token that their holder never had does nothing in a turn
        let caller = Caller::person(demo.person("m.okafor"), &format!("token:{}", request()));
        let stop = demo.world.named(&caller, "take-account-list", accounts()).await.unwrap_err();
        assert_eq!(why(&stop), "stop-token-revoked", "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn who_guesses_waits_and_who_has_a_token_never_does() {
    for demo in Demo::both().await {
        let (engine, (_, program)) = (demo.world.engine, keeper(&demo).await);
        let list = "/api/v1/objects/site";
        let tries = demo.world.app.store().limits().token_tries;
        // given secrets that are none, up to the bound each is refused, and behind it told to wait
        for n in 0..tries {
            let guess = demo.world.program(&format!("pgt_{n:064}")).get(list).await;
            assert_eq!(guess.status, StatusCode::UNAUTHORIZED, "{engine} {n}");
        }
        for n in 0..3 {
            let guess = demo.world.program(&format!("pgt_a{n:063}")).get(list).await;
            assert_eq!(guess.status, StatusCode::TOO_MANY_REQUESTS, "{engine}");
            assert!(guess.headers.contains_key("retry-after"), "{engine}");
        }
        // then whoever has one, and whoever has a session, comes in as before
        assert_eq!(program.get(list).await.status, StatusCode::OK, "{engine}");
        assert_eq!(demo.sign_in("anna.keller").await.get(list).await.status, StatusCode::OK, "{engine}");
        // and what is too long, or no secret of ours, costs no try
        let long = format!("pgt_{}", "a".repeat(4_000));
        assert_eq!(demo.world.program(&long).get(list).await.status, StatusCode::UNAUTHORIZED, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_token_has_a_name_an_end_and_bounds() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let by = demo.caller("m.okafor");
        let no = async |change: &dyn Fn(&mut plantgate_app::qualify::token::TokenWish)| {
            let mut wish = wish("one", &[], &[]);
            change(&mut wish);
            why(&demo.world.token(&by, wish).await.unwrap_err())
        };
        assert_eq!(no(&|w| w.name = "  ".into()).await, "invalid-empty", "{engine}");
        assert_eq!(no(&|w| w.name = "x".repeat(81)).await, "invalid-text-long", "{engine}");
        assert_eq!(no(&|w| w.days = 0).await, "invalid-token-days", "{engine}");
        assert_eq!(no(&|w| w.days = 366).await, "invalid-token-days", "{engine}");
        assert_eq!(no(&|w| w.acts = vec!["no-such-act".into()]).await, "invalid-token-act", "{engine}");
        assert_eq!(no(&|w| w.sites = vec!["NOWHERE".into()]).await, "invalid-unknown", "{engine}");
        // a token for somebody else is made by nobody, and a stranger learns of no machine
        assert_eq!(no(&|w| w.service = Some("N-101".into())).await, "stop-no-power", "{engine}");
        let theirs = plantgate_app::qualify::token::TokenWish { service: Some("N-101".into()), ..wish("x", &[], &[]) };
        let stop = demo.world.token(&demo.caller("k.brandt"), theirs).await.unwrap_err();
        assert_eq!(why(&stop), "invalid-service-unknown", "{engine}");
        for name in ["N-101", "NOBODY"] {
            let theirs = plantgate_app::qualify::token::TokenWish { service: Some(name.into()), ..wish("x", &[], &[]) };
            let stop = demo.world.token(&demo.caller("l.ortega"), theirs).await.unwrap_err();
            assert!(matches!(stop, Stop::NotFound), "{engine}: {stop:?}");
        }
        // as many as may be open, and one more when one of them ended
        let most = demo.world.app.store().limits().tokens_open;
        let mut all = Vec::new();
        for n in 0..most {
            all.push(demo.world.token(&by, wish(&format!("n{n}"), &[], &[])).await.unwrap());
        }
        assert_eq!(no(&|_| {}).await, "invalid-tokens-many", "{engine}");
        let gone = json!({ "person": "N-102", "token": all[0].done.token });
        demo.world.named(&by, "revoke-token", gone).await.unwrap();
        demo.world.token(&by, wish("one more", &[], &[])).await.unwrap();
        // somebody of a provider reads by theirs what they read, and binds it to no sites
        let theirs = demo.caller("l.ortega");
        let bound = demo.world.token(&theirs, wish("sites", &[], &["BRU"])).await.unwrap_err();
        assert_eq!(why(&bound), "invalid-token-sites-theirs", "{engine}");
        let made = demo.world.token(&theirs, wish("reads", &[], &[])).await.unwrap();
        let (program, person) = (demo.world.program(&made.secret), demo.sign_in("l.ortega").await);
        let grants = "/api/v1/objects/grant";
        assert_eq!(program.get(grants).await.still(), person.get(grants).await.still(), "{engine}");
        let mut look = demo.world.app.store().look().await.unwrap();
        let holder: Person = look.get(demo.person("m.okafor")).await.unwrap();
        assert_eq!(holder.tokens.len(), most + 1, "{engine}");
        drop(look);
        demo.world.close().await;
    }
}
