//! An account elsewhere is bound by its owner alone, who proves there that it is theirs; what comes in by it adds
//! nothing that signs, and what it gave goes with it.

use axum::http::StatusCode;
use plantgate_app::{
    Caller, Stop,
    sign_in::{Mapped, Side, Vouched},
};
use plantgate_domain::{
    base::{Actor, auth},
    event::qualify::{KeyKind, OwnerRole, RoleAt},
    qualify::person::Person,
};
use plantgate_store::{db::V, memory::Memory};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, ORIGIN, Reply},
    passkey::Device,
    world::request,
};
use plantgate_web::sign_on::Setting;
use serde_json::json;

use super::{Browser, Issuer, begins, binds, group, is_in, is_out, session, signs_on, trusts};

const NO_ACCOUNT: &str = "no account here opens by that now";

async fn person(demo: &Demo, handle: &str) -> Person {
    let mut look = demo.world.app.store().look().await.unwrap();
    look.get(demo.person(handle)).await.unwrap()
}

async fn asks(door: &Door, issuer: &Issuer) -> Reply {
    let id = request().to_string();
    door.form("/me/sign-on", &[("request_id", id.as_str()), ("provider", &issuer.id)]).await
}

/// Where the page sends somebody who binds an account of theirs.
fn way(reply: &Reply) -> String {
    let rest = reply.body.split("href=\"http").find(|rest| rest.contains("code_challenge")).unwrap();
    format!("http{}", rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
}

#[tokio::test]
async fn somebody_binds_an_account_of_theirs_in_a_session_of_theirs() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        let keller = demo.sign_in("anna.keller").await;
        assert!(keller.get("/me").await.words().contains("Bind an account of mine"));
        // when they go the way that the page shows, they sign in there anew and come back bound
        let asked = asks(&keller, &issuer).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.words());
        let to = way(&asked);
        assert!(to.contains("prompt=login") && to.contains("max_age=0"), "{to}");
        let (path, typed) = Browser::new().goes(&to, &[("sub", "keller-own")]).await;
        let begun = keller.clone().keeping(&asked);
        // in another session it is nobody's
        let other = demo.sign_in("m.okafor").await.keeping(&asked);
        assert_eq!(other.get(&path).await.location(), "/sign-in", "{}", demo.world.engine);
        assert!(typed && person(&demo, "anna.keller").await.keys.iter().all(|k| k.kind != KeyKind::SignOn));
        let asked = asks(&keller, &issuer).await;
        let (path, _) = Browser::new().goes(&way(&asked), &[("sub", "keller-own")]).await;
        let bound = begun.keeping(&asked).get(&path).await;
        assert!(bound.location().contains("done=sign-on-bound"), "{} {}", bound.location(), bound.words());
        assert!(is_in(&signs_on(&demo, &issuer, "keller-own").await.0));
        // the page names whose account it is and never the subject; no entry names it either
        let page = keller.get("/me").await;
        assert!(page.words().contains("Plant directory") && !page.body.contains("keller-own"));
        assert!(!page.words().contains("Bind an account of mine"), "there is one already");
        let mut look = demo.world.app.store().look().await.unwrap();
        let bodies = look.tx().all("select body from entry", &[]).await.unwrap();
        let texts = bodies.iter().map(|r| String::from_utf8_lossy(&r.bytes(0).unwrap()).into_owned());
        assert!(texts.into_iter().all(|t| !t.contains("keller-own") && !t.contains(&issuer.issuer())));
        drop(look);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn nobody_binds_an_account_for_somebody_nor_by_typing_it() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        let id = request().to_string();
        let fields = [("request_id", id.as_str()), ("provider", &issuer.id), ("subject", "okafor")];
        // given an administrator: no form takes a subject, for somebody else or for themselves
        let brandt = demo.sign_in("k.brandt").await;
        for who in ["N-101", "N-100"] {
            let tried = brandt.form(&format!("/admin/users/{who}/bind-sign-on"), &fields).await;
            assert_eq!(tried.status, StatusCode::NOT_FOUND, "{who}");
        }
        // and no program: neither by the act that adds credentials, nor by the one of single sign-on
        let body = json!({ "person": "N-101", "kind": "sign-on", "fingerprint": "0123456789abcdef.00" });
        for who in ["anna.keller", "k.brandt"] {
            let set = demo.world.named(&demo.caller(who), "set-credential", body.clone()).await;
            assert!(
                matches!(&set, Err(Stop::Invalid(why)) if why[0].place.field.as_deref() == Some("public"))
                    || matches!(set, Err(Stop::NotFound)),
                "{who}: {set:?}"
            );
            let bind = json!({ "person": demo.person("anna.keller"), "fingerprint": "0123456789abcdef.00" });
            let bound = demo.world.named(&demo.caller(who), "bind-sign-on", bind).await;
            assert!(matches!(bound, Err(Stop::NotFound)), "{who}: {bound:?}");
        }
        // whoever is in nobody's name binds nothing
        let app = &demo.world.app;
        let said = issuer.says(Side::Owner, "okafor");
        assert!(matches!(app.bind_sign_on(&Caller::host(), &said).await, Err(Stop::NotFound)));
        let old = Caller { stale: true, ..demo.caller("anna.keller") };
        assert!(matches!(app.bind_sign_on(&old, &said).await, Err(Stop::StepUp)));
        // a link in binds nobody who has a way in already
        demo.sign_in("anna.keller").await;
        let by_link = Caller::person(demo.person("anna.keller"), auth::INVITATION);
        assert!(matches!(app.bind_sign_on(&by_link, &said).await, Err(Stop::NotFound)));
        // and nothing of all that left a row
        let mut tx = app.store().db().read().await.unwrap();
        let rows = tx.one("select count(*) from sign_on", &[]).await.unwrap().unwrap();
        assert_eq!(rows.int(0).unwrap(), 0);
        drop(tx);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn who_is_here_by_an_account_elsewhere_adds_nothing_that_signs_and_no_way_in_that_outlives_it() {
    for mut demo in Demo::both().await {
        let engine = demo.world.engine;
        let (Some(issuer), Some(second)) = (Issuer::new().await, Issuer::new().await) else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner), second.setting(Side::Owner)]);
        // given somebody with a password, and an account elsewhere by which they are here
        let by_password = demo.sign_in("m.okafor").await;
        binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
        let (reply, inside) = signs_on(&demo, &issuer, "okafor").await;
        assert!(is_in(&reply));
        // with a proof that is not old
        let mut tx = demo.world.app.store().db().write().await.unwrap();
        tx.run("update web_session set step_at = made_at", &[]).await.unwrap();
        tx.commit().await.unwrap();
        let page = inside.get("/me").await.words();
        assert!(page.contains("is added only by who proved themselves here"), "{page}");
        assert!(!page.contains("Bind an account of mine") && !page.contains("Add a passkey"), "{page}");
        // no other account
        let asked = asks(&inside, &second).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.words());
        let here = Caller::person(demo.person("m.okafor"), &auth::by_sign_on(&issuer.id, None, &[]));
        let bound = demo.world.app.bind_sign_on(&here, &second.says(Side::Owner, "okafor")).await;
        assert!(matches!(bound, Err(Stop::NotFound)), "{bound:?}");
        // no passkey, though a device answers what this very session was asked
        let id = request().to_string();
        let form = |path: &'static str, fields: &[(&str, &str)]| {
            let all: Vec<(String, String)> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            let (inside, id) = (inside.clone(), request().to_string());
            async move {
                let mut fields: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                fields.push(("request_id", &id));
                inside.form(path, &fields).await
            }
        };
        let asked = inside.form("/passkey/ask", &[("for", "add"), ("request_id", &id)]).await.json();
        let made = Device::new(ORIGIN).makes(&asked["options"]);
        let answer = json!({ "ticket": asked["ticket"], "credential": made }).to_string();
        let refused = "only by who proved themselves here";
        let added = form("/me/passkeys", &[("name", "Key"), ("passkey", &answer)]).await;
        assert!(added.words().contains(refused), "{engine}: {} {}", added.status, added.words());
        // no recovery codes, which would make a password's session of this one, nor a code of the app in place of it
        let codes = form("/me/recovery", &[]).await;
        assert!(codes.words().contains(refused), "{engine}: {} {}", codes.status, codes.words());
        let code = by_password.pocket().seed.code_now().unwrap();
        let secret = reply.cookies();
        let secret = secret.split("; ").find_map(|c| c.strip_prefix("plantgate=")).unwrap();
        let proved = demo.world.app.prove(secret, &code).await.unwrap();
        assert_eq!(proved, plantgate_app::sign_in::Proved::Wrong, "{engine}");
        // no token
        let token = form("/me/tokens", &[("name", "nightly"), ("days", "30")]).await;
        assert!(token.words().contains(refused), "{engine}: {} {}", token.status, token.words());
        // no password
        let body = json!({ "person": demo.person("m.okafor"), "kind": "password", "fingerprint": "00ff" });
        let set = demo.world.named(&here, "set-credential", body).await;
        assert!(
            matches!(&set, Err(Stop::Invalid(why)) if why[0].place.field.as_deref() == Some("password")),
            "{set:?}"
        );
        let keys = person(&demo, "m.okafor").await.keys;
        assert_eq!(keys.iter().filter(|k| k.kind != KeyKind::Ssh).count(), 2, "{engine}: {keys:?}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn taken_away_it_opens_nothing_ends_every_session_and_takes_what_its_groups_gave() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        let groups = vec![group("plant-qa", OwnerRole::Qa, Some("BRU"))];
        trusts(&mut demo, vec![Setting { groups, ..issuer.setting(Side::Owner) }]);
        binds(&demo, "anna.keller", &issuer.says(Side::Owner, "keller")).await;
        issuer.control(json!({ "groups": { "keller": ["plant-qa"] } })).await;
        let (reply, inside) = signs_on(&demo, &issuer, "keller").await;
        assert!(is_in(&reply) && inside.get("/me").await.status == StatusCode::OK);
        let (reply, other) = signs_on(&demo, &issuer, "keller").await;
        assert!(is_in(&reply));
        let before = person(&demo, "anna.keller").await;
        assert_eq!(before.from_groups.len(), 1);
        // their own way in nobody takes away from themselves
        let key = before.keys.iter().find(|k| k.kind == KeyKind::SignOn).unwrap().fingerprint.clone();
        let id = request().to_string();
        let fields = [("request_id", id.as_str()), ("fingerprint", key.as_str())];
        let own = inside.form("/me/keys/remove", &fields).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", own.words());
        // when an administrator does
        let admin = demo.sign_in("k.brandt").await;
        let gone = admin.form("/admin/users/N-101/remove-key", &fields).await;
        assert!(gone.location().contains("done=key-removed"), "{}", gone.words());
        for session in [inside, other] {
            assert_eq!(session.get("/me").await.location(), "/sign-in", "{}", demo.world.engine);
        }
        is_out(&signs_on(&demo, &issuer, "keller").await.0, NO_ACCOUNT);
        let after = person(&demo, "anna.keller").await;
        assert!(after.from_groups.is_empty() && after.barred.is_empty() && after.roles == before.roles[..1]);
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let rows = tx.one("select count(*) from sign_on", &[]).await.unwrap().unwrap();
        assert_eq!(rows.int(0).unwrap(), 0, "where it led is told by nothing");
        drop(tx);
        // a new link brings them back, and the one by which they once began does not
        let link = admin.form("/admin/users/N-101/link", &[("request_id", &request().to_string())]).await;
        let path = format!("/welcome/{}", link.body.split("/welcome/").nth(1).unwrap().split('"').next().unwrap());
        let welcome = demo.world.nobody().get(&path).await;
        assert_eq!(welcome.status, StatusCode::OK, "{}", welcome.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn of_sign_ons_that_race_the_end_of_a_binding_none_leaves_a_session_or_a_role() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        let role = Mapped { role: OwnerRole::Qa, site: Some("BRU".to_owned()) };
        let said = Vouched { roles: Some(vec![role]), ..issuer.says(Side::Owner, "keller") };
        binds(&demo, "anna.keller", &said).await;
        let key = person(&demo, "anna.keller").await.keys.pop().unwrap().fingerprint;
        // when eight of them are on their way while an administrator takes the binding away
        let app = &demo.world.app;
        let all = futures_util::future::join_all((0..8).map(|_| app.sign_on(&said, "a browser")));
        let remove = json!({ "person": "N-101", "fingerprint": key });
        let admin = demo.caller("k.brandt");
        let (ins, gone) = tokio::join!(all, demo.world.named(&admin, "remove-credential", remove));
        gone.unwrap();
        // then whatever each of them was told, no secret opens anything, and nothing of the group's is left
        for on in ins {
            if let Some(on) = on.unwrap() {
                assert!(app.caller(&on.secret).await.unwrap().is_none(), "{}", demo.world.engine);
            }
        }
        let after = person(&demo, "anna.keller").await;
        assert!(after.from_groups.is_empty() && after.keys.iter().all(|k| k.kind != KeyKind::SignOn), "{after:?}");
        assert!(app.sign_on(&said, "a browser").await.unwrap().is_none());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_people_took_comes_back_by_no_group_and_what_people_gave_goes_with_none() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        let groups = vec![group("plant-qa", OwnerRole::Qa, Some("BRU"))];
        trusts(&mut demo, vec![Setting { groups, ..issuer.setting(Side::Owner) }]);
        binds(&demo, "anna.keller", &issuer.says(Side::Owner, "keller")).await;
        issuer.control(json!({ "groups": { "keller": ["plant-qa"] } })).await;
        let qa = async |demo: &Demo| person(demo, "anna.keller").await.roles.iter().any(|r| r.role == OwnerRole::Qa);
        assert!(is_in(&signs_on(&demo, &issuer, "keller").await.0) && qa(&demo).await);
        let role = json!({ "person": "N-101", "role": "qa", "site": "BRU" });
        let admin = demo.caller("k.brandt");
        // when people take it, no sign-on brings it back
        demo.world.named(&admin, "take-role", role.clone()).await.unwrap();
        assert!(is_in(&signs_on(&demo, &issuer, "keller").await.0) && !qa(&demo).await, "{}", demo.world.engine);
        // when they give it, the group gone does not take it
        demo.world.named(&admin, "give-role", role.clone()).await.unwrap();
        issuer.control(json!({ "groups": { "keller": [] } })).await;
        assert!(is_in(&signs_on(&demo, &issuer, "keller").await.0) && qa(&demo).await);
        // when they take that too, no group brings it back
        demo.world.named(&admin, "take-role", role.clone()).await.unwrap();
        issuer.control(json!({ "groups": { "keller": ["plant-qa"] } })).await;
        assert!(is_in(&signs_on(&demo, &issuer, "keller").await.0) && !qa(&demo).await, "{}", demo.world.engine);
        demo.world.named(&admin, "give-role", role.clone()).await.unwrap();
        // and one that a group gave becomes theirs who give it: that is an entry
        demo.world.named(&admin, "take-role", role.clone()).await.unwrap();
        demo.world.named(&admin, "give-role", role.clone()).await.unwrap();
        let size = demo.size().await;
        demo.world.named(&admin, "give-role", role).await.unwrap();
        assert_eq!(demo.size().await, size, "given by people already");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_role_of_a_group_goes_when_the_provider_is_silent_for_a_week() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        let groups = vec![
            group("plant-qa", OwnerRole::Qa, Some("BRU")),
            group("plant-shift", OwnerRole::ShiftLead, Some("BRU")),
        ];
        trusts(&mut demo, vec![Setting { groups, ..issuer.setting(Side::Owner) }]);
        binds(&demo, "anna.keller", &issuer.says(Side::Owner, "keller")).await;
        issuer.control(json!({ "groups": { "keller": ["plant-qa", "plant-shift"] } })).await;
        assert!(is_in(&signs_on(&demo, &issuer, "keller").await.0));
        let given: Vec<RoleAt> = person(&demo, "anna.keller").await.from_groups;
        assert_eq!((given.len(), demo.world.app.lapse_groups().await.unwrap()), (2, 0));
        // a token that says nothing of groups is no word of them: nothing is taken
        issuer.control(json!({ "forge": { "claims": { "groups": null } } })).await;
        assert!(is_in(&signs_on(&demo, &issuer, "keller").await.0));
        assert_eq!(person(&demo, "anna.keller").await.from_groups, given);
        issuer.control(json!({ "forge": null })).await;
        // given that it said nothing of them since; they come in by their password all the while
        let days = demo.world.app.store().limits().group_days;
        let age = async |days: i64| {
            let mut tx = demo.world.app.store().db().write().await.unwrap();
            tx.run("update sign_on set told_at = told_at - $1", &[V::Int(days * 86_400)]).await.unwrap();
            tx.commit().await.unwrap();
        };
        age(days - 1).await;
        assert_eq!(demo.world.app.lapse_groups().await.unwrap(), 0);
        age(2).await;
        assert_eq!(demo.world.app.lapse_groups().await.unwrap(), 1, "{}", demo.world.engine);
        let after = person(&demo, "anna.keller").await;
        assert!(!after.roles.contains(&given[0]) && after.barred.is_empty());
        // who may open an emergency or end a session keeps that: the control room goes on
        assert_eq!(after.from_groups, [given[1]]);
        let mut look = demo.world.app.store().look().await.unwrap();
        let last = look.entries(demo.person("anna.keller").into()).await.unwrap().pop().unwrap().0;
        assert_eq!((last.at.by, last.auth.as_deref()), (Actor::IdentityProvider, Some(auth::SILENCE)));
        drop(look);
        assert_eq!(demo.world.app.lapse_groups().await.unwrap(), 0, "once");
        // a word of it gives the role again
        assert!(is_in(&signs_on(&demo, &issuer, "keller").await.0));
        assert_eq!(person(&demo, "anna.keller").await.from_groups.len(), 2);
        // and without a row that says when, they go too
        let mut tx = demo.world.app.store().db().write().await.unwrap();
        tx.run("delete from sign_on", &[]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(demo.world.app.lapse_groups().await.unwrap(), 1, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_another_site_begins_is_not_begun() {
    let mut demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let Some(issuer) = Issuer::new().await else { return };
    trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
    binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor")).await;
    let (reply, inside) = signs_on(&demo, &issuer, "okafor").await;
    assert!(is_in(&reply));
    let way = format!("/sign-in/prove/{}", issuer.id);
    for (site, begun) in [("cross-site", false), ("same-site", false), ("same-origin", true), ("none", true)] {
        let asked = inside.clone().sent_from(site).get(&way).await;
        assert_eq!(asked.status == StatusCode::SEE_OTHER, begun, "{site}: {}", asked.words());
        assert_eq!(asked.cookies().contains("plantgate-sign-on"), begun, "{site}");
        // to come in, a page of ours asks first: nothing is asked of the provider, and no session ends
        let asked = inside.clone().sent_from(site).get(&issuer.way()).await;
        assert_eq!(asked.status == StatusCode::SEE_OTHER, begun, "{site}: {}", asked.words());
        assert_eq!(asked.cookies().contains("plantgate"), begun, "{site}");
        assert!(begun || asked.body.contains(&format!("href=\"{}\"", issuer.way())), "{site}: {}", asked.body);
    }
    // a proof that one session began is none for another
    let asked = inside.get(&way).await;
    let (path, _) = Browser::new().goes(asked.location(), &[("sub", "okafor")]).await;
    let (reply, _) = signs_on(&demo, &issuer, "okafor").await;
    let both = format!("{}; {}", session(&reply), asked.cookies());
    assert_eq!(demo.world.nobody().with_cookies(&both).get(&path).await.location(), "/sign-in");
    // an invited person's link neither
    let admin = demo.sign_in("k.brandt").await;
    let id = request().to_string();
    let new = [("request_id", id.as_str()), ("login", "new.one"), ("name", "N"), ("role", "qa"), ("site", "BRU")];
    let made = admin.form("/admin/users", &new).await;
    let to = format!("{}/link", made.location().split('?').next().unwrap());
    let link = admin.form(&to, &[("request_id", &request().to_string())]).await;
    let token = link.body.split("/welcome/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let way = format!("/welcome/{token}/with/{}", issuer.id);
    let asked = demo.world.nobody().sent_from("cross-site").get(&way).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN, "{}", asked.words());
    assert_eq!(demo.world.nobody().sent_from("same-origin").get(&way).await.status, StatusCode::SEE_OTHER);
    // a made-up code, sent while the provider is away, makes nobody else believe that it is
    let (door, to) = begins(&demo.world.nobody(), &issuer.way()).await;
    issuer.control(json!({ "away": true })).await;
    let state = to.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let back = format!("{}/back?state={state}&code=junk&iss={}", issuer.way(), issuer.issuer());
    is_out(&door.get(&back).await, "does not answer now");
    assert!(!demo.world.nobody().get("/sign-in").await.words().contains("did not answer a moment ago"));
    demo.world.close().await;
}
