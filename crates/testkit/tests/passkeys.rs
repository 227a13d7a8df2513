//! Passkeys from the first to the last: added by their owner, good for signing in, a new proof and a signature; and
//! everything that is no answer of theirs to this, here, now. The device of these tests is no code of the product.

use axum::http::StatusCode;
use plantgate_app::{Caller, sign_in::Proved};
use plantgate_domain::{
    base::{Factor, Kind, SignFailure},
    event::{
        Event,
        qualify::{KeyKind, PersonEvent},
    },
    qualify::person::Person,
};
use plantgate_store::{
    db::V,
    memory::Memory,
    ops::{
        credential::{self, Gone},
        passkey, session,
    },
};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, ORIGIN, Reply, plain},
    passkey::Device,
    world::request,
};
use serde_json::{Value, json};

const WHO: &str = "m.okafor";
pub const NAME: &str = "Blue key on my ring";

pub async fn set(demo: &Demo, sql: &'static str, values: &[V]) -> u64 {
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    let changed = tx.run(sql, values).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

/// What a session's browser carries back for a wish.
async fn asked(door: &Door, what: &str) -> Value {
    let reply = door.form("/passkey/ask", &[("for", what)]).await;
    assert_eq!(reply.status, StatusCode::OK, "{what}: {}", reply.words());
    reply.json()
}

pub fn given(asked: &Value, credential: Value) -> String {
    json!({ "ticket": asked["ticket"], "credential": credential }).to_string()
}

async fn adding(door: &Door, device: &mut Device, name: &str) -> Reply {
    let asked = asked(door, "add").await;
    let answer = given(&asked, device.makes(&asked["options"]));
    let id = request().to_string();
    door.form("/me/passkeys", &[("request_id", &id), ("name", name), ("passkey", &answer)]).await
}

async fn added(door: &Door) -> Device {
    let mut device = Device::new(ORIGIN);
    let reply = adding(door, &mut device, NAME).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.words());
    assert!(reply.location().starts_with("/me?done=passkey-added"), "{}", reply.location());
    device
}

/// A browser at the sign-in page with its ceremony.
async fn begun(demo: &Demo) -> (Door, Value) {
    set(demo, "delete from sign_in_try", &[]).await;
    let reply = demo.world.nobody().form("/sign-in/passkey/ask", &[("for", "sign-in")]).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.words());
    let cookie = reply.cookies();
    assert!(cookie.starts_with("plantgate-passkey=") && reply.json().get("ticket").is_none(), "{}", reply.body);
    (demo.world.nobody().with_cookies(&cookie), reply.json()["options"].clone())
}

async fn sends(door: &Door, credential: &Value) -> Reply {
    let answer = json!({ "credential": credential }).to_string();
    door.form("/sign-in/passkey", &[("passkey", &answer)]).await
}

pub async fn comes(demo: &Demo, device: &mut Device) -> Reply {
    let (door, options) = begun(demo).await;
    sends(&door, &device.answers(&options)).await
}

/// What somebody reads who is not let in, whatever the reason.
pub fn refused(reply: &Reply, at: &str) {
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{at}: {} {}", reply.status, reply.location());
    assert!(reply.words().contains("This passkey does not let you in here."), "{at}: {}", reply.words());
    assert!(!reply.cookies().contains("plantgate="), "{at}: a session");
}

pub fn session_of(reply: &Reply) -> String {
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/"), "{}", reply.words());
    let cookies = reply.cookies();
    let secret = cookies.split("; ").find_map(|c| c.strip_prefix("plantgate="));
    secret.unwrap_or_else(|| panic!("no session: {cookies}")).to_owned()
}

async fn entries(demo: &Demo, handle: &str) -> Vec<PersonEvent> {
    let mut look = demo.world.app.store().look().await.unwrap();
    let all = look.entries(demo.person(handle).into()).await.unwrap();
    let event = |e: Event| if let Event::Person(event) = e { Some(event) } else { None };
    all.into_iter().filter_map(|(read, _)| event(read.event)).collect()
}

#[tokio::test]
async fn a_passkey_is_added_signs_in_and_is_taken_away() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let door = demo.sign_in(WHO).await;
        let mut device = added(&door).await;
        let page = door.get("/me").await.words();
        assert!(page.contains(NAME) && page.contains("not used yet"), "{engine}: {page}");
        // the record holds a fingerprint: no key, no id of the device, no name
        let last = entries(&demo, WHO).await.pop().unwrap();
        let PersonEvent::KeyAdded(key) = &last else { panic!("{last:?}") };
        assert_eq!((key.kind, key.public.as_str()), (KeyKind::Passkey, ""), "{engine}");
        assert_eq!(key.fingerprint.len(), 64, "{engine}: {}", key.fingerprint);
        // it signs in, and the session says how
        let secret = session_of(&comes(&demo, &mut device).await);
        let (caller, person) = demo.world.app.caller(&secret).await.unwrap().unwrap();
        assert_eq!((caller.auth.as_deref(), person.id), (Some("passkey"), demo.person(WHO)), "{engine}");
        let page = door.get("/me").await.words();
        assert!(page.contains(NAME) && page.contains("last used"), "{engine}: {page}");
        // an administrator sees and takes away; then it opens nothing
        let fingerprint = person.keys.last().unwrap().fingerprint.clone();
        let admin = demo.sign_in("k.brandt").await;
        let reference = person.facts.reference.clone().unwrap();
        let path = format!("/admin/users/{reference}");
        assert!(admin.get(&path).await.words().contains(NAME), "{engine}");
        let id = request().to_string();
        let form = [("request_id", id.as_str()), ("fingerprint", &fingerprint)];
        let gone = admin.form(&format!("{path}/remove-key"), &form).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{engine}: {}", gone.words());
        refused(&comes(&demo, &mut device).await, "taken away");
        let row = set(&demo, "delete from passkey where person = $1", &[V::Id(person.id.0)]).await;
        assert_eq!(row, 0, "{engine}: its row stayed");
        demo.world.close().await;
    }
}

/// What is wrong with a device, and how it becomes so.
type Wrong = (&'static str, fn(&mut Device));

#[tokio::test]
async fn what_is_no_answer_to_this_here_and_now_opens_nothing() {
    for demo in Demo::both().await {
        let door = demo.sign_in(WHO).await;
        let mut device = added(&door).await;
        let size = demo.size().await;
        let wrong: [Wrong; 6] = [
            ("its holder was not checked", |d| d.verifies = false),
            ("another origin", |d| d.origin = "https://plantgate.example.org".to_owned()),
            ("the same name without TLS", |d| d.origin = "http://plantgate.example".to_owned()),
            ("an answer to making one", |d| d.kind = "webauthn.create"),
            ("somebody else's handle", |d| d.user = vec![7; 16]),
            ("a device nobody knows", |d| d.id = vec![7; 32]),
        ];
        for (what, spoil) in wrong {
            let mut spoilt = device.clone();
            spoil(&mut spoilt);
            refused(&comes(&demo, &mut spoilt).await, what);
        }
        // another key under a known id
        let mut forged = Device::new(ORIGIN);
        (forged.id, forged.user, forged.count) = (device.id.clone(), device.user.clone(), 90);
        refused(&comes(&demo, &mut forged).await, "a forged signature");
        // a ceremony of another browser, of a session, and none
        let ((_, options), (other, _)) = (begun(&demo).await, begun(&demo).await);
        refused(&sends(&other, &device.answers(&options)).await, "another browser");
        let inside = asked(&door, "prove").await;
        let ticket = format!("plantgate-passkey={}", inside["ticket"].as_str().unwrap());
        let borrowed = demo.world.nobody().with_cookies(&ticket);
        refused(&sends(&borrowed, &device.answers(&inside["options"])).await, "a ceremony for something else");
        let (_, options) = begun(&demo).await;
        refused(&sends(&demo.world.nobody(), &device.answers(&options)).await, "no ceremony");
        refused(&demo.world.nobody().form("/sign-in/passkey", &[("passkey", "{")]).await, "no answer at all");
        assert_eq!(demo.size().await, size, "what was refused wrote something");
        // whoever goes on is told to wait; the right one comes in all the while, once: brought again it is nothing
        let (browser, options) = begun(&demo).await;
        for _ in 0..6 {
            refused(&sends(&demo.world.nobody(), &json!({})).await, "guessing");
        }
        let waits = sends(&demo.world.nobody(), &json!({})).await.words();
        assert!(waits.contains("Too many answers were wrong. Wait"), "{waits}");
        let answer = device.answers(&options);
        let reply = sends(&browser, &answer).await;
        session_of(&reply);
        assert!(reply.cookies().contains("plantgate-told="), "wrong tries are not told: {}", reply.cookies());
        set(&demo, "delete from sign_in_try", &[]).await;
        refused(&sends(&browser, &answer).await, "the same answer again");
        assert_eq!(demo.size().await, size, "a form that was sent twice was taken for a copy of a device");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused_told_and_recorded() {
    for demo in Demo::both().await {
        let door = demo.sign_in(WHO).await;
        let mut device = added(&door).await;
        let mut copy = device.clone();
        for _ in 0..3 {
            session_of(&comes(&demo, &mut device).await);
        }
        // given a copy from before, when it answers, then its counter tells
        refused(&comes(&demo, &mut copy).await, "a copy");
        let last = entries(&demo, WHO).await.pop().unwrap();
        assert!(matches!(last, PersonEvent::PasskeyDoubted(_)), "{last:?}");
        let page = door.get("/me").await.words();
        assert!(page.contains("its counter did not go on: there may be a copy"), "{page}");
        // the one that went on does so
        session_of(&comes(&demo, &mut device).await);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_row_that_was_put_there_by_hand_opens_nothing() {
    for demo in Demo::both().await {
        let door = demo.sign_in(WHO).await;
        let mut device = added(&door).await;
        let admin = V::Id(demo.person("k.brandt").0);
        set(&demo, "update passkey set person = $1", &[admin]).await;
        device.user = demo.person("k.brandt").0.as_bytes().to_vec();
        refused(&comes(&demo, &mut device).await, "moved to somebody else");
        // whoever is erased leaves no name of a device behind
        let other = demo.sign_in("k.brandt").await;
        added(&other).await;
        let mut tx = demo.world.app.store().db().write().await.unwrap();
        credential::forget(&mut tx, demo.person("k.brandt").0, &Gone::Everything).await.unwrap();
        assert_eq!(passkey::all(&mut tx, demo.person("k.brandt").0).await.unwrap(), Vec::new());
        tx.commit().await.unwrap();
        demo.world.close().await;
    }
}

#[tokio::test]
async fn somebody_who_was_suspended_is_out_at_the_next_request() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let door = demo.sign_in(WHO).await;
        let mut device = added(&door).await;
        let secret = session_of(&comes(&demo, &mut device).await);
        let inside = demo.world.nobody().with_cookies(&format!("plantgate={secret}"));
        assert_eq!(inside.get("/me").await.status, StatusCode::OK, "{engine}");
        let mut look = demo.world.app.store().look().await.unwrap();
        let who: Person = look.get(demo.person(WHO)).await.unwrap();
        drop(look);
        let body = json!({ "person": who.facts.reference.unwrap(), "reason": "Laptop lost." });
        demo.world.named(&demo.caller("k.brandt"), "suspend-person", body).await.unwrap();
        assert_eq!(inside.get("/me").await.location(), "/sign-in", "{engine}");
        refused(&comes(&demo, &mut device).await, "suspended");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_new_proof_is_given_by_ones_own_passkey_alone() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (door, theirs) = (demo.sign_in(WHO).await, demo.sign_in("k.brandt").await);
        let (mut mine, mut other) = (added(&door).await, added(&theirs).await);
        set(&demo, "update web_session set step_at = step_at - 3600", &[]).await;
        // with an old proof none is added, and the page that asks offers the passkey
        let early = door.form("/passkey/ask", &[("for", "add")]).await;
        assert_eq!(early.status, StatusCode::FORBIDDEN, "{engine}: {}", early.words());
        let id = request().to_string();
        let form = [("request_id", id.as_str()), ("name", "Laptop"), ("passkey", "")];
        let page = door.form("/me/passkeys", &form).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{engine}: {}", page.words());
        assert!(
            page.body.contains("name=\"prove_passkey\"") && page.body.contains("data-for=\"prove\""),
            "{}",
            page.body
        );
        let proves = async |device: &mut Device| {
            let asked = asked(&door, "prove").await;
            let answer = given(&asked, device.answers(&asked["options"]));
            let form = [form[0], form[1], form[2], ("prove_code", ""), ("prove_passkey", answer.as_str())];
            door.form("/me/passkeys", &form).await
        };
        let wrong = proves(&mut other).await;
        assert_eq!(wrong.status, StatusCode::FORBIDDEN, "{engine}: {}", wrong.words());
        assert!(wrong.words().contains("This passkey does not let you in here."), "{engine}: {}", wrong.words());
        let right = proves(&mut mine).await;
        assert_eq!(right.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {}", right.words());
        assert!(right.words().contains("Press “Add a passkey” once more."), "{engine}: {}", right.words());
        // the session goes on under another secret, proven by the passkey
        let cookies = right.cookies();
        let secret = cookies.split("; ").find_map(|c| c.strip_prefix("plantgate=")).unwrap();
        let (caller, _) = demo.world.app.caller(secret).await.unwrap().unwrap();
        assert_eq!((caller.auth.as_deref(), caller.stale), (Some("passkey"), false), "{engine}");
        assert_eq!(door.get("/me").await.location(), "/sign-in", "{engine}: the old secret still opens");
        // an answer for one session is none for another
        let asked = asked(&theirs, "prove").await;
        let site = plantgate_app::sign_in::passkey::Site::at(ORIGIN).unwrap();
        let answer = given(&asked, mine.answers(&asked["options"]));
        let answer = plantgate_app::sign_in::passkey::Given::read(&answer).unwrap();
        let proved = demo.world.app.prove_by_passkey(&site, secret, &answer).await.unwrap();
        assert_eq!(proved, Proved::Wrong, "{engine}");
        assert_ne!(session::name(secret), session::name(theirs.token()), "{engine}");
        demo.world.close().await;
    }
}

const SIGNER: &str = "r.adeyemi";

async fn revise(demo: &Demo, text: &str) {
    let clause = json!({ "number": "6.2", "text": text });
    let body = json!({ "reference": "MSA-0071", "provider": "P-09", "name": "Building care", "from": "2025-09-01",
        "clauses": [clause] });
    demo.world.named(&demo.caller(SIGNER), "record-agreement", body).await.unwrap();
}

/// The page that asks for a signature.
async fn second_step(door: &Door) -> Reply {
    let id = request().to_string();
    let form = [("request_id", id.as_str()), ("agreement", "MSA-0071"), ("day", "2026-11-16")];
    let page = door.form("/do/sign-agreement", &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.words());
    page
}

fn signs_what(page: &Reply) -> String {
    let (_, rest) = page.body.split_once("data-for=\"sign:").unwrap_or_else(|| panic!("{}", page.body));
    format!("sign:{}", rest.split('"').next().unwrap())
}

async fn signs(door: &Door, page: &Reply, answer: &str) -> Reply {
    let [id, body, digest] = ["request_id", "body", "digest"].map(|name| plain(&page.hidden(name)));
    let fields = [("request_id", id.as_str()), ("body", &body), ("digest", &digest), ("passkey", answer)];
    door.form("/sign/sign-agreement", &fields).await
}

#[tokio::test]
async fn a_passkey_signs_what_it_was_asked_for_and_nothing_else() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        revise(&demo, "User list within 1 day.").await;
        let (door, theirs) = (demo.sign_in(SIGNER).await, demo.sign_in(WHO).await);
        assert!(!second_step(&door).await.body.contains("data-for=\"sign:"), "{engine}: offered to who has none");
        let (mut mine, mut other) = (added(&door).await, added(&theirs).await);
        let page = second_step(&door).await;
        let size = demo.size().await;
        // for another request, for a new proof, by somebody else's: not signed, and each is an entry
        let elsewhere = second_step(&door).await;
        let wishes = [(signs_what(&elsewhere), false), ("prove".to_owned(), false), (signs_what(&page), true)];
        for (n, (what, others)) in (1..).zip(wishes) {
            let asked = asked(&door, &what).await;
            let device = if others { &mut other } else { &mut mine };
            let wrong = signs(&door, &page, &given(&asked, device.answers(&asked["options"]))).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine} {what}: {}", wrong.words());
            assert!(wrong.words().contains("Not signed: this passkey is not yours"), "{engine}: {}", wrong.words());
            assert_eq!(demo.size().await, size + n, "{engine} {what}");
            let failed = entries(&demo, SIGNER).await.pop().unwrap();
            let PersonEvent::SignatureFailed(failed) = failed else { panic!("{failed:?}") };
            assert_eq!(failed.why, SignFailure::Passkey, "{engine}");
        }
        // what it was asked for is signed, and the record says by what
        let ticket = asked(&door, &signs_what(&page)).await;
        let answer = given(&ticket, mine.answers(&ticket["options"]));
        let done = signs(&door, &page, &answer).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {}", done.words());
        let said = door.get("/register/agreement/MSA-0071").await.words();
        assert!(said.contains("passkey, its holder checked by the device"), "{engine}: {said}");
        let mut look = demo.world.app.store().look().await.unwrap();
        let on = plantgate_app::names::find(&mut look, Kind::Agreement, "MSA-0071").await.unwrap().unwrap();
        let signed = look.signatures(on).await.unwrap().pop().unwrap();
        drop(look);
        assert_eq!((signed.signature.factors, signed.signature.first), (vec![Factor::Passkey], true), "{engine}");
        // the same form again is the same act; the same answer to another version signs nothing
        assert_eq!(signs(&door, &page, &answer).await.location(), done.location(), "{engine}");
        revise(&demo, "User list within 2 days.").await;
        let later = second_step(&door).await;
        let again = signs(&door, &later, &answer).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {}", again.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_new_passkey_is_checked_and_their_number_bounded() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let door = demo.sign_in(WHO).await;
        let spoilt: [fn(&mut Device); 2] = [|d| d.verifies = false, |d| d.origin = "https://evil.example".to_owned()];
        for spoil in spoilt {
            let mut device = Device::new(ORIGIN);
            spoil(&mut device);
            let reply = adding(&door, &mut device, NAME).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {}", reply.words());
            assert!(reply.words().contains("The passkey was not added"), "{engine}: {}", reply.words());
        }
        let first = added(&door).await;
        // one that they have is named to the device, so that it makes no second of it
        let options = asked(&door, "add").await["options"].clone();
        assert_eq!(options["excludeCredentials"].as_array().map(Vec::len), Some(1), "{engine}: {options}");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required", "{engine}: {options}");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required", "{engine}: {options}");
        // an id that is somebody's is nobody else's
        let other = demo.sign_in("k.brandt").await;
        let mut taken = Device::new(ORIGIN);
        taken.id.clone_from(&first.id);
        assert_eq!(adding(&other, &mut taken, NAME).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        // without a name, and one too many
        let nameless = adding(&door, &mut Device::new(ORIGIN), " ").await;
        assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        added(&door).await;
        added(&door).await;
        let many = adding(&door, &mut Device::new(ORIGIN), NAME).await;
        assert!(many.words().contains("There are 3 passkeys already"), "{engine}: {}", many.words());
        // nobody adds one for somebody else, and the list of acts takes none
        let kept = json!({ "person": "N-101", "kind": "passkey", "fingerprint": "00ff", "public": "" });
        let typed = demo.world.named(&Caller::host(), "set-credential", kept).await;
        assert!(typed.is_err(), "{engine}: {typed:?}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn where_no_origin_is_named_nothing_of_passkeys_is_there() {
    for demo in Demo::both().await {
        let door = demo.sign_in("k.brandt").await.at(demo.world.router_at(None));
        let nobody = demo.world.nobody().at(demo.world.router_at(None));
        assert!(!nobody.get("/sign-in").await.body.contains("data-passkey"));
        for path in ["/sign-in/passkey", "/sign-in/passkey/ask"] {
            assert_eq!(nobody.form(path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(door.form("/passkey/ask", &[("for", "add")]).await.status, StatusCode::NOT_FOUND);
        let page = door.get("/me").await;
        assert!(page.words().contains("plantgate.toml names no address"), "{}", page.words());
        let other = demo.sign_in("l.ortega").await.at(demo.world.router_at(None));
        let page = other.get("/me").await;
        assert!(page.words().contains("Passkeys are not offered here.") && !page.body.contains("plantgate.toml"));
        demo.world.close().await;
    }
}
