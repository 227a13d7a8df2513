//! Where somebody is signed in: they see it, end it, and it ends by itself; an administrator of theirs ends it for
//! them; nobody else learns of it. A session's secret changes at every sign-in.

use axum::http::StatusCode;
use plantgate_app::{
    Caller,
    sign_in::{Enrolment, Proof},
};
use plantgate_domain::base::PersonId;
use plantgate_store::db::V;
use plantgate_testkit::{demo::Demo, door::Door};
use serde_json::json;

const PASSWORD: &str = "a password only for tests";

/// Somebody with a password and a seed that the test knows, signed in on two machines.
struct Somebody {
    person: PersonId,
    seed: Enrolment,
    handle: &'static str,
}

impl Somebody {
    async fn of(demo: &Demo, handle: &'static str) -> Somebody {
        let (person, seed) = (demo.person(handle), Enrolment::new().unwrap());
        demo.world.app.set_credential(&Caller::person(person, "test"), person, handle, PASSWORD, &seed).await.unwrap();
        Somebody { person, seed, handle }
    }
    /// Signs in with a browser on a system; the session's secret.
    async fn comes(&self, demo: &Demo, seen_as: &str) -> String {
        let db = demo.world.app.store().db();
        let mut tx = db.write().await.unwrap();
        tx.run("delete from totp_step where person = $1", &[V::Id(self.person.0)]).await.unwrap();
        tx.commit().await.unwrap();
        let proof = Proof {
            handle: self.handle.to_owned(),
            password: PASSWORD.to_owned(),
            code: self.seed.code_now().unwrap(),
            place: "test".to_owned(),
            machine: None,
            seen_as: seen_as.to_owned(),
        };
        demo.world.app.sign_in(&proof).await.unwrap().unwrap().secret
    }
}

fn door(demo: &Demo, secret: &str) -> Door {
    demo.world.nobody().with_cookies(&format!("plantgate={secret}"))
}

/// Whether a session still opens a page.
async fn stands(demo: &Demo, secret: &str) -> bool {
    let reply = door(demo, secret).get("/me").await;
    let out = reply.status == StatusCode::SEE_OTHER && reply.location() == "/sign-in";
    assert!(out || reply.status == StatusCode::OK, "{}", reply.words());
    !out
}

/// The name of a session, by which it may be ended.
async fn name(demo: &Demo, person: PersonId, secret: &str) -> String {
    let mut look = demo.world.app.store().look().await.unwrap();
    let all = demo.world.app.sessions(&mut look, person, secret).await.unwrap();
    all.into_iter().find(|s| s.this).unwrap().name
}

/// The names of the sessions on a page, those that may be ended there first.
fn names(body: &str) -> Vec<String> {
    let pieces = body.split("name=\"session\" value=\"").skip(1);
    pieces.map(|p| p.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_it_there() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (okafor, keller) = (Somebody::of(&demo, "m.okafor").await, Somebody::of(&demo, "anna.keller").await);
        // given three sessions of one and one of another
        let here = okafor.comes(&demo, "firefox windows").await;
        let phone = okafor.comes(&demo, "safari ios").await;
        let program = okafor.comes(&demo, "program linux").await;
        let other = keller.comes(&demo, "edge windows").await;
        // then one reads three in words, one of them this one, and nothing of the other
        let page = door(&demo, &here).get("/me").await;
        for words in ["Firefox on Windows", "Safari on iPhone or iPad", "a program on Linux", "this one"] {
            assert!(page.words().contains(words), "{engine} {words}: {}", page.words());
        }
        assert!(!page.words().contains("Edge"), "{engine}: {}", page.words());
        let all = names(&page.body);
        assert_eq!(all.len(), 3, "{engine}");
        for secret in [&here, &phone, &program] {
            assert!(!page.body.contains(secret.as_str()), "{engine}: a secret stands on the page");
        }
        // when the telephone's is ended, then it opens nothing at its next request, and the others do
        let phones = name(&demo, okafor.person, &phone).await;
        let ended = door(&demo, &here).form("/me/sessions/end", &[("session", &phones)]).await;
        assert_eq!(ended.location(), "/me?done=session-over", "{engine}");
        assert!(
            !stands(&demo, &phone).await && stands(&demo, &program).await && stands(&demo, &here).await,
            "{engine}"
        );
        // ended once more it is said to have ended
        let again = door(&demo, &here).form("/me/sessions/end", &[("session", &phones)]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(again.words().contains("has ended already"), "{}", again.words());
        // nobody ends another's by its name
        let kellers = names(&door(&demo, &other).get("/me").await.body);
        let foreign = door(&demo, &here).form("/me/sessions/end", &[("session", &kellers[0])]).await;
        assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(stands(&demo, &other).await, "{engine}");
        // when all others are ended, then this one stands alone, and another's still
        let ended = door(&demo, &here).form("/me/sessions/end-others", &[]).await;
        assert_eq!(ended.location(), "/me?done=sessions-over", "{engine}");
        assert!(
            !stands(&demo, &program).await && stands(&demo, &here).await && stands(&demo, &other).await,
            "{engine}"
        );
        assert_eq!(names(&door(&demo, &here).get("/me").await.body).len(), 1, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn who_manages_people_wherever_a_person_works_ends_their_sessions_and_it_stands_in_the_record() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let okafor = Somebody::of(&demo, "m.okafor").await;
        let (first, second) =
            (okafor.comes(&demo, "firefox windows").await, okafor.comes(&demo, "chrome android").await);
        let admin = demo.sign_in("k.brandt").await;
        let page = admin.get("/admin/users/N-102").await;
        assert!(page.words().contains("Chrome on Android"), "{engine}: {}", page.words());
        assert!(!page.words().contains("this one"), "{engine}");
        // given one site's administrator, then neither what is nor that it is can be read, and nothing ends
        let body = json!({ "reference": "N-910", "handle": "n-910", "name": "N-910",
            "roles": [{ "role": "administrator", "site": "BRU" }] });
        let local = demo.world.named(&demo.caller("k.brandt"), "invite-person", body).await.unwrap();
        demo.world.named(&demo.caller("k.brandt"), "activate-person", json!({ "person": "N-910" })).await.unwrap();
        let local = local["done"]["id"].as_str().unwrap().parse().unwrap();
        let local = demo.world.sign_in(local, "n-910").await;
        assert!(!local.get("/admin/users/N-102").await.words().contains("Chrome on Android"), "{engine}");
        let id = plantgate_testkit::world::request().to_string();
        let refused = local.form("/admin/users/N-102/sign-out", &[("request_id", &id)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{engine}: {}", refused.words());
        assert!(stands(&demo, &first).await && stands(&demo, &second).await, "{engine}");
        // when the one who may ends one of them, then that one is over and the record says by whom
        let size = demo.size().await;
        let phone = name(&demo, okafor.person, &second).await;
        let id = plantgate_testkit::world::request().to_string();
        let one = admin.form("/admin/users/N-102/sign-out", &[("request_id", &id), ("session", &phone)]).await;
        assert_eq!(one.status, StatusCode::SEE_OTHER, "{engine}: {}", one.words());
        assert!(stands(&demo, &first).await && !stands(&demo, &second).await, "{engine}");
        let id = plantgate_testkit::world::request().to_string();
        let gone = admin.form("/admin/users/N-102/sign-out", &[("request_id", &id), ("session", &phone)]).await;
        assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {}", gone.words());
        // and when all are ended, all are over
        let id = plantgate_testkit::world::request().to_string();
        let all = admin.form("/admin/users/N-102/sign-out", &[("request_id", &id)]).await;
        assert_eq!(all.status, StatusCode::SEE_OTHER, "{engine}: {}", all.words());
        assert!(!stands(&demo, &first).await, "{engine}");
        assert_eq!(demo.size().await, size + 2, "{engine}");
        let history = admin.get("/history/person/N-102").await.words();
        assert_eq!(history.matches("Signed out by somebody else").count(), 2, "{engine}: {history}");
        // and the person signs in again: they were signed out, not suspended
        let again = okafor.comes(&demo, "firefox windows").await;
        assert!(stands(&demo, &again).await, "{engine}");
        demo.world.close().await;
    }
}

/// Sets back when the sessions of a person began and were used last, as if so many seconds had passed.
async fn passed(demo: &Demo, person: PersonId, since_began: i64, since_used: i64) {
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    let sql = "update web_session set made_at = made_at - $2, seen_at = seen_at - $3 where person = $1";
    tx.run(sql, &[V::Id(person.0), V::Int(since_began), V::Int(since_used)]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_use_and_after_twelve_hours_in_any_case() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let okafor = Somebody::of(&demo, "m.okafor").await;
        let limits = *demo.world.app.store().limits();
        let (idle, most) = (limits.session_idle, limits.session_absolute);
        assert_eq!((idle, most), (30 * 60, 12 * 3_600));
        // given one that was used almost half an hour ago, then it stands, and that use begins the half hour anew
        let one = okafor.comes(&demo, "firefox windows").await;
        passed(&demo, okafor.person, idle - 60, idle - 60).await;
        assert!(stands(&demo, &one).await, "{engine}");
        passed(&demo, okafor.person, idle - 60, idle - 60).await;
        assert!(stands(&demo, &one).await, "{engine}: its use was not noted");
        // one that nobody used for half an hour is over, and in no list
        passed(&demo, okafor.person, idle, idle).await;
        assert!(!stands(&demo, &one).await, "{engine}");
        let two = okafor.comes(&demo, "edge windows").await;
        let page = door(&demo, &two).get("/me").await.words();
        assert!(page.contains("Edge on Windows") && !page.contains("Firefox"), "{engine}: {page}");
        // what ended was swept away at the next sign-in
        let mut look = demo.world.app.store().look().await.unwrap();
        for sql in [
            "select count(*) from web_session where person = $1",
            "select count(*) from session_machine where person = $1",
        ] {
            let kept = look.tx().all_built(sql.to_owned(), &[V::Id(okafor.person.0)]).await.unwrap()[0].int(0).unwrap();
            assert_eq!(kept, 1, "{engine}: {sql}");
        }
        drop(look);
        // one in use all the time is over after twelve hours
        passed(&demo, okafor.person, most - 60, 0).await;
        assert!(stands(&demo, &two).await, "{engine}");
        passed(&demo, okafor.person, 60, 0).await;
        assert!(!stands(&demo, &two).await, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn signing_in_once_more_in_a_browser_leaves_no_session_behind() {
    for demo in Demo::both().await {
        let okafor = Somebody::of(&demo, "m.okafor").await;
        let (old, elsewhere) = (okafor.comes(&demo, "firefox windows").await, okafor.comes(&demo, "safari ios").await);
        let mut tx = demo.world.app.store().db().write().await.unwrap();
        tx.run("delete from totp_step where person = $1", &[V::Id(okafor.person.0)]).await.unwrap();
        tx.commit().await.unwrap();
        // given a browser with a session, when somebody signs in with it
        let nobody = demo.world.nobody();
        let step = nobody.form("/sign-in", &[("login", "m.okafor"), ("password", PASSWORD)]).await;
        let both = format!("plantgate={old}; {}", step.cookies());
        let code = okafor.seed.code_now().unwrap();
        let entered = nobody.clone().with_cookies(&both).form("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(entered.location(), "/", "{}", entered.words());
        // then another secret opens, the old one nothing, and the telephone's goes on
        let new = entered.cookies();
        assert!(!new.contains(&old), "{}", demo.world.engine);
        assert_eq!(nobody.with_cookies(&new).get("/me").await.status, StatusCode::OK);
        assert!(!stands(&demo, &old).await && stands(&demo, &elsewhere).await, "{}", demo.world.engine);
        demo.world.close().await;
    }
}
