//! Dangerous acts ask for the second factor again when the last proof is old: the page that asks carries the very form
//! and goes on with it; a program is told by a code that stays. Everything else goes on without being asked, above all
//! an emergency.

use axum::http::StatusCode;
use plantgate_app::{
    Caller, Stop, acts,
    sign_in::{Enrolment, Proof, Proved},
};
use plantgate_domain::base::{Kind, Slot};
use plantgate_store::{db::V, memory::Memory};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    story::{Story, steps},
    world::request,
};
use serde_json::json;

const PASSWORD: &str = "a password only for tests";

/// Somebody signed in, with the seed of their codes.
struct Somebody {
    door: Door,
    seed: Enrolment,
    secret: String,
}

async fn set(demo: &Demo, sql: &'static str, values: &[V]) {
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    tx.run(sql, values).await.unwrap();
    tx.commit().await.unwrap();
}

async fn comes(demo: &Demo, handle: &str) -> Somebody {
    let (person, seed) = (demo.person(handle), Enrolment::new().unwrap());
    demo.world.app.set_credential(&Caller::person(person, "test"), person, handle, PASSWORD, &seed).await.unwrap();
    let secret = again(demo, handle, &seed).await;
    Somebody { door: demo.world.nobody().with_cookies(&format!("plantgate={secret}")), seed, secret }
}

async fn again(demo: &Demo, handle: &str, seed: &Enrolment) -> String {
    set(demo, "delete from totp_step where person = $1", &[V::Id(demo.person(handle).0)]).await;
    let proof = Proof {
        handle: handle.to_owned(),
        password: PASSWORD.to_owned(),
        code: seed.code_now().unwrap(),
        place: "test".to_owned(),
        machine: None,
        seen_as: String::new(),
    };
    demo.world.app.sign_in(&proof).await.unwrap().unwrap().secret
}

/// Lets every proof of a person grow old by so many seconds, and their app show another code.
async fn ages(demo: &Demo, handle: &str, secs: i64) {
    let person = V::Id(demo.person(handle).0);
    set(demo, "update web_session set step_at = step_at - $2 where person = $1", &[person.clone(), V::Int(secs)]).await;
    set(demo, "delete from totp_step where person = $1", &[person]).await;
}

/// The form that a page carries on, with what its reader types into it.
fn carried(page: &Reply, code: &str) -> Vec<(String, String)> {
    let plain = |text: &str| {
        let known = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
        known.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    let form = page.body.split("<form class=\"panel").nth(1).unwrap().split("</form>").next().unwrap();
    let mut fields = Vec::new();
    for tag in form.split("<input").skip(1).filter(|tag| tag.contains("type=\"hidden\"")) {
        let of = |name: &str| plain(tag.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap());
        fields.push((of("name"), of("value")));
    }
    fields.push(("prove_code".to_owned(), code.to_owned()));
    fields
}

async fn sends(door: &Door, path: &str, fields: &[(String, String)]) -> Reply {
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    door.form(path, &pairs).await
}

/// Somebody is suspended, so that they can be let work again.
async fn lost(demo: &Demo) {
    let body = json!({ "person": "N-117", "reason": "Laptop lost." });
    demo.world.named(&demo.caller("m.okafor"), "suspend-person", body).await.unwrap();
}

fn asks(page: &Reply) -> bool {
    page.status == StatusCode::FORBIDDEN && page.body.contains("name=\"prove_code\"")
}

#[tokio::test]
async fn a_form_goes_on_behind_a_new_proof_with_all_that_was_typed() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let admin = comes(&demo, "k.brandt").await;
        let who = comes(&demo, "m.okafor").await;
        let reason = "Found: the \"red\" one.\r\nSerial <7> & charger's bag";
        let path = "/admin/users/N-117/resume";
        // given a proof almost ten minutes old, then nothing is asked
        ages(&demo, "m.okafor", 595).await;
        lost(&demo).await;
        let done = who.door.form(path, &[("request_id", &request().to_string()), ("reason", "Found.")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {}", done.words());
        // given an older one, a code is asked for, and nothing is saved
        ages(&demo, "m.okafor", 10).await;
        lost(&demo).await;
        let size = demo.size().await;
        let page = who.door.form(path, &[("request_id", &request().to_string()), ("reason", reason)]).await;
        assert!(asks(&page), "{engine}: {} {}", page.status, page.words());
        assert!(page.body.contains("action=\"/admin/users/N-117/resume\""), "{engine}: {}", page.body);
        assert_eq!(demo.size().await, size, "{engine}");
        // when the code is wrong, then the same is asked with the same form, and nothing is saved
        let wrong = sends(&who.door, path, &carried(&page, "12345x")).await;
        assert!(asks(&wrong) && wrong.words().contains("This code is not right"), "{engine}: {}", wrong.words());
        assert!(!wrong.body.contains("12345x"), "{engine}: a code came back");
        assert_eq!(demo.size().await, size, "{engine}");
        // when it is right, then the very form goes through: what was typed stands in the record to the letter
        let done = sends(&who.door, path, &carried(&wrong, &who.seed.code_now().unwrap())).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {}", done.words());
        assert_eq!(demo.size().await, size + 1, "{engine}");
        let mut look = demo.world.app.store().look().await.unwrap();
        let on = look.named(Kind::Person, "N-117").await.unwrap().unwrap();
        let (entry, _) = look.entries(on).await.unwrap().pop().unwrap();
        let told = entry.event.to_wire().unwrap().1["reason"]["slot"].as_str().unwrap().parse().unwrap();
        let kept = look.open_slot(Slot(told)).await.unwrap().unwrap();
        drop(look);
        assert_eq!(kept.replace("\r\n", "\n"), reason.replace("\r\n", "\n"), "{engine}");
        // and the session goes on under another secret; the one before opens nothing
        let cookie = done.cookies();
        assert!(cookie.starts_with("plantgate=") && !cookie.contains(&who.secret), "{engine}: {cookie}");
        let after = demo.world.nobody().with_cookies(&cookie);
        assert_eq!(who.door.get("/me").await.location(), "/sign-in", "{engine}");
        assert_eq!(after.get("/me").await.status, StatusCode::OK, "{engine}");
        // the next act of this kind is not asked for again; the administrator's proof was never old
        lost(&demo).await;
        let next = after.form(path, &[("request_id", &request().to_string()), ("reason", "Found.")]).await;
        assert_eq!(next.status, StatusCode::SEE_OTHER, "{engine}: {}", next.words());
        assert!(!asks(&admin.door.form("/admin/users/N-117/link", &[("request_id", "x")]).await), "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn keys_links_packs_and_codes_ask_and_a_pack_goes_on_with_its_own_request() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (admin, who) = (comes(&demo, "k.brandt").await, comes(&demo, "m.okafor").await);
        ages(&demo, "k.brandt", 700).await;
        ages(&demo, "m.okafor", 700).await;
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa";
        let id = request().to_string();
        for (door, path, name, value) in [
            (&who.door, "/me/keys", "public", key),
            (&who.door, "/me/recovery", "x", ""),
            (&admin.door, "/admin/users/N-900/link", "x", ""),
            (&admin.door, "/admin/users/N-117/give", "role", "qa"),
        ] {
            if path.ends_with("/link") {
                let body = json!({ "reference": "N-900", "handle": "v.new", "name": "V. New",
                    "roles": [{ "role": "auditor" }] });
                demo.world.named(&demo.caller("k.brandt"), "invite-person", body).await.unwrap();
            }
            let before = demo.size().await;
            let page = door.form(path, &[("request_id", &id), (name, value)]).await;
            assert!(asks(&page), "{engine} {path}: {} {}", page.status, page.words());
            assert!(!page.body.contains("href=\"/welcome/"), "{engine} {path}");
            assert_eq!(demo.size().await, before, "{engine} {path}");
        }
        // given a pack that was asked for, when its very form comes with a proof, then it is made
        let size = demo.size().await;
        let wish = [("request_id", id.as_str()), ("provider", "P-09"), ("reason", "inspection")];
        let page = who.door.form("/packs", &wish).await;
        assert!(asks(&page), "{engine}: {}", page.words());
        let made = sends(&who.door, "/packs", &carried(&page, &who.seed.code_now().unwrap())).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{engine}: {}", made.words());
        let after = demo.world.nobody().with_cookies(&made.cookies());
        let mut at = made.location().to_owned();
        while at.contains("/making/") {
            let page = after.get(&at).await;
            assert!(page.body.contains("under way") || page.status == StatusCode::SEE_OTHER, "{}", page.words());
            if page.status == StatusCode::SEE_OTHER {
                at = page.location().to_owned();
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(demo.size().await, size + 1, "{engine}: the pack is not recorded");
        // a session that ended meanwhile leads to signing in, whatever code comes with the form
        demo.world.app.end_other_sessions(demo.person("k.brandt"), "none").await.unwrap();
        let gone = admin.door.form("/admin/users/N-117/give", &[("prove_code", "123456")]).await;
        assert_eq!(gone.location(), "/sign-in", "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_program_is_told_by_a_code_that_stays_and_goes_on_with_another_token() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let door = demo.sign_in("k.brandt").await;
        ages(&demo, "k.brandt", 700).await;
        let body = json!({ "person": "N-117", "role": "qa", "site": "BRU" });
        // looking at what it would do needs no proof
        let seen = door.json("/api/v1/acts/give-role?preview=true", &body).await;
        assert_eq!(seen.status, StatusCode::OK, "{engine}: {}", seen.body);
        let size = demo.size().await;
        let reply = door.json("/api/v1/acts/give-role", &body).await;
        let (kind, code) = (reply.json()["type"].clone(), reply.json()["code"].clone());
        assert_eq!((reply.status, kind), (StatusCode::FORBIDDEN, json!("urn:plantgate:problem:step-up")), "{engine}");
        assert_eq!(code, "step-up", "{engine}");
        assert_eq!(demo.size().await, size, "{engine}");
        let wrong = door.json("/api/v1/sessions/current/proof", &json!({ "code": "12345x" })).await;
        assert_eq!(wrong.json()["errors"][0]["code"], "prove-wrong", "{engine}: {}", wrong.body);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        // a recovery code proves as well
        let code = demo.world.app.make_recovery_codes(&demo.caller("k.brandt")).await.unwrap().codes.remove(0);
        let proved = door.json("/api/v1/sessions/current/proof", &json!({ "code": code })).await;
        assert_eq!((proved.status, &proved.json()["recovery_left"]), (StatusCode::OK, &json!(9)), "{engine}");
        let token = proved.json()["token"].as_str().unwrap().to_owned();
        assert_eq!(door.json("/api/v1/acts/give-role", &body).await.status, StatusCode::UNAUTHORIZED, "{engine}");
        let (caller, _) = demo.world.app.caller(&token).await.unwrap().unwrap();
        assert!(!caller.stale && caller.auth.as_deref() == Some("password+recovery"), "{engine}");
        let done = acts::act(&demo.world.app, &caller, request(), "give-role", body).await;
        assert!(done.is_ok(), "{engine}: {done:?}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn wrong_proofs_are_bounded_in_their_session_and_make_nobody_wait_elsewhere() {
    for demo in Demo::both().await {
        let (engine, app) = (demo.world.engine, demo.world.app.clone());
        let who = comes(&demo, "m.okafor").await;
        ages(&demo, "m.okafor", 700).await;
        for _ in 0..5 {
            assert_eq!(app.prove(&who.secret, "12345x").await.unwrap(), Proved::Wrong, "{engine}");
        }
        // the right one is not looked at any more in this session, and it is not used up
        let code = who.seed.code_now().unwrap();
        assert_eq!(app.prove(&who.secret, &code).await.unwrap(), Proved::Wrong, "{engine}");
        // somebody who signs in on a machine nobody knows does not wait because of it, and is told
        let proof = Proof {
            handle: "m.okafor".to_owned(),
            password: PASSWORD.to_owned(),
            code,
            place: "test".to_owned(),
            machine: None,
            seen_as: String::new(),
        };
        assert_eq!(app.sign_in(&proof).await.unwrap().unwrap().failed, 6, "{engine}");
        demo.world.close().await;
    }
}

/// Every act with a caller whose proof is old: those that say so ask, write nothing and go on behind a proof; all
/// others never ask.
#[tokio::test]
async fn acts_ask_exactly_when_they_say_so() {
    for mut story in Story::both().await {
        let (mut asked, mut others) = (0, 0);
        for step in steps() {
            story.begins(&step);
            let (body, caller) = (story.filled(&step.body).await, story.caller(&step.by).await);
            let stale = Caller { stale: true, ..caller };
            let size = story.demo.size().await;
            if acts::steps_up(&step.act) {
                let answer = acts::act(&story.demo.world.app, &stale, request(), &step.act, body).await;
                assert!(matches!(answer, Err(Stop::StepUp)), "{} {}: {answer:?}", story.demo.world.engine, step.act);
                assert_eq!(story.demo.size().await, size, "{}", step.act);
                asked += 1;
            } else {
                let answer = acts::preview(&story.demo.world.app, &stale, &step.act, body).await;
                assert!(answer.is_ok(), "{} {}: {answer:?}", story.demo.world.engine, step.act);
                others += 1;
            }
            story.does(&step).await.unwrap();
        }
        assert!(asked >= 12 && others > 80, "{asked} {others}");
        story.demo.world.close().await;
    }
}

/// An emergency never waits for a telephone.
#[tokio::test]
async fn an_emergency_never_waits_for_a_proof() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let lead = comes(&demo, "d.weber").await;
        ages(&demo, "d.weber", 700).await;
        let (caller, _) = demo.world.app.caller(&lead.secret).await.unwrap().unwrap();
        assert!(caller.stale, "{engine}");
        let open = json!({ "engagement": "E-025", "person": "P09-02", "instance": "BMS-B61", "environment": "prod",
            "roles": ["configure"], "pattern": "gateway-attended", "attendant": "N-109", "minutes": 120,
            "called_back": true, "reason": "No air." });
        let opened = acts::act(&demo.world.app, &caller, request(), "open-emergency", open).await;
        assert!(opened.is_ok(), "{engine}: {opened:?}");
        demo.world.close().await;
    }
}
