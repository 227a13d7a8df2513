//! The way in of somebody who was invited, without any password: a passkey made by their link, good for everything that
//! a password and a code are good for, and used up like every link.

use axum::http::StatusCode;
use plantgate_app::{Caller, Stop};
use plantgate_domain::event::qualify::KeyKind;
use plantgate_testkit::{
    demo::Demo,
    door::{Door, ORIGIN, Reply},
    passkey::Device,
    world::request,
};
use serde_json::{Value, json};

use super::passkeys::{NAME, comes, given, refused, session_of, set};

/// Somebody new: their page, and the path of their link.
async fn invited(admin: &Door, login: &str) -> (String, String) {
    let id = request().to_string();
    let new = [("request_id", id.as_str()), ("login", login), ("name", "New One"), ("role", "qa"), ("site", "BRU")];
    let made = admin.form("/admin/users", &new).await;
    let page = made.location().split('?').next().unwrap().to_owned();
    let to = link(admin, &page).await;
    (page, to)
}

/// A link for somebody who has no way in.
async fn link(admin: &Door, page: &str) -> String {
    let link = admin.form(&format!("{page}/link"), &[("request_id", &request().to_string())]).await;
    let rest = link.body.split("/welcome/").nth(1).unwrap_or_else(|| panic!("{}", link.words()));
    format!("/welcome/{}", rest.split('"').next().unwrap())
}

/// Begins by a link with a device.
async fn begins(door: &Door, link: &str, device: &mut Device) -> Reply {
    let asked = door.form(&format!("{link}/passkey/ask"), &[("for", "add")]).await.json();
    let answer = given(&asked, device.makes(&asked["options"]));
    let id = request().to_string();
    let fields = [("request_id", id.as_str()), ("name", NAME), ("passkey", &answer)];
    door.form(&format!("{link}/passkey"), &fields).await
}

#[tokio::test]
async fn an_invited_person_begins_with_a_passkey_and_needs_no_password_for_anything() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let admin = demo.sign_in("k.brandt").await;
        let (page, link) = invited(&admin, "new.one").await;
        let nobody = demo.world.nobody();
        assert!(nobody.get(&link).await.words().contains("Begin with a passkey"), "{engine}");
        let ask = format!("{link}/passkey/ask");
        let answers = async |asked: &Value, device: &mut Device, name: &str| {
            let answer = given(asked, device.makes(&asked["options"]));
            let id = request().to_string();
            let fields = [("request_id", id.as_str()), ("name", name), ("passkey", &answer)];
            nobody.form(&format!("{link}/passkey"), &fields).await
        };
        // an answer to what another link was asked is none, and a passkey has a name
        let (_, other) = invited(&admin, "new.two").await;
        let asked = nobody.form(&format!("{other}/passkey/ask"), &[("for", "add")]).await.json();
        let wrong = answers(&asked, &mut Device::new(ORIGIN), NAME).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {}", wrong.words());
        let asked = nobody.form(&ask, &[("for", "add")]).await.json();
        let wrong = answers(&asked, &mut Device::new(ORIGIN), " ").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {}", wrong.words());
        // when the device answers, the link is used up for every way in
        let mut device = Device::new(ORIGIN);
        let made = begins(&nobody, &link, &mut device).await;
        assert!(made.status == StatusCode::OK && made.words().contains("Your passkey is made"), "{}", made.words());
        assert_eq!(nobody.get(&link).await.status, StatusCode::NOT_FOUND, "{engine}");
        assert_eq!(nobody.form(&ask, &[("for", "add")]).await.status, StatusCode::NOT_FOUND, "{engine}");
        // who was not let begin is not in; then the passkey alone lets them in
        refused(&comes(&demo, &mut device).await, "not let begin");
        let id = request().to_string();
        let begun = admin.form(&format!("{page}/activate"), &[("request_id", &id)]).await;
        assert!(begun.location().contains("done=person-activated"), "{}", begun.words());
        let secret = session_of(&comes(&demo, &mut device).await);
        let inside = demo.world.nobody().with_cookies(&format!("plantgate={secret}"));
        let me = inside.get("/me").await;
        assert!(me.words().contains(NAME) && !me.words().contains("Recovery codes"), "{engine}: {}", me.words());
        // an old proof is renewed by the passkey, and no code is asked that nobody has
        set(&demo, "update web_session set step_at = step_at - 3600", &[]).await;
        let id = request().to_string();
        let asked = inside.form("/me/passkeys", &[("request_id", &id), ("name", "Second"), ("passkey", "")]).await;
        let words = asked.words();
        assert!(
            words.contains("it is the passkey that proves it") && !asked.body.contains("name=\"prove_code\""),
            "{words}"
        );
        // the only way in nobody takes away from themselves
        set(&demo, "update web_session set step_at = step_at + 3600", &[]).await;
        let (_, person) = demo.world.app.caller(&secret).await.unwrap().unwrap();
        assert!(person.keys.len() == 1 && person.keys[0].kind == KeyKind::Passkey);
        let id = request().to_string();
        let fields = [("request_id", id.as_str()), ("fingerprint", &person.keys[0].fingerprint)];
        let own = inside.form("/me/keys/remove", &fields).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {}", own.words());
        let by_program = json!({ "person": person.id, "fingerprint": person.keys[0].fingerprint });
        let own = demo.world.named(&Caller::person(person.id, "passkey"), "remove-credential", by_program).await;
        assert!(matches!(own, Err(Stop::Invalid(_))), "{engine}: {own:?}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn who_lost_the_only_device_comes_back_by_a_new_link() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        // given somebody who has a passkey, and an SSH key for the gateway, and nothing else
        let (admin, nobody) = (demo.sign_in("k.brandt").await, demo.world.nobody());
        let (page, first) = invited(&admin, "new.one").await;
        let begin = admin.form(&format!("{page}/activate"), &[("request_id", &request().to_string())]).await;
        assert!(begin.location().contains("done=person-activated"), "{}", begin.words());
        let mut device = Device::new(ORIGIN);
        assert_eq!(begins(&nobody, &first, &mut device).await.status, StatusCode::OK, "{engine}");
        let secret = session_of(&comes(&demo, &mut device).await);
        let inside = demo.world.nobody().with_cookies(&format!("plantgate={secret}"));
        let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa";
        let id = request().to_string();
        let added = inside.form("/me/keys", &[("request_id", &id), ("public", ssh)]).await;
        assert!(added.location().contains("done=key-added"), "{engine}: {}", added.words());
        // when an administrator takes the lost one away, then no session is left, and the first link stays dead
        let (_, person) = demo.world.app.caller(&secret).await.unwrap().unwrap();
        let lost = person.keys.iter().find(|k| k.kind == KeyKind::Passkey).unwrap();
        let id = request().to_string();
        let fields = [("request_id", id.as_str()), ("fingerprint", &lost.fingerprint)];
        let gone = admin.form(&format!("{page}/remove-key"), &fields).await;
        assert!(gone.location().contains("done=key-removed"), "{engine}: {}", gone.words());
        assert_eq!(inside.get("/me").await.location(), "/sign-in", "{engine}");
        refused(&comes(&demo, &mut device).await, "taken away");
        assert_eq!(nobody.get(&first).await.status, StatusCode::NOT_FOUND, "{engine}");
        // and a new link brings them back
        let link = link(&admin, &page).await;
        let mut second = Device::new(ORIGIN);
        let made = begins(&nobody, &link, &mut second).await;
        assert_eq!(made.status, StatusCode::OK, "{engine}: {}", made.words());
        session_of(&comes(&demo, &mut second).await);
        demo.world.close().await;
    }
}
