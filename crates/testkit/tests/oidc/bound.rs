//! Whose account opens: a subject that is bound, of a provider that may speak for that person, who has a seat. All else
//! looks the same from outside.

use axum::http::StatusCode;
use plantgate_app::{Caller, Stop, sign_in::Side};
use plantgate_store::db::V;
use plantgate_testkit::{demo::Demo, world::request};
use serde_json::json;

use super::{Issuer, begins, binds, is_in, is_out, signs_on, trusts};

const NO_ACCOUNT: &str = "no account here opens by that now";

#[tokio::test]
async fn our_people_and_a_providers_sign_on_by_their_own_and_nobody_else_does() {
    for mut demo in Demo::both().await {
        let (Some(ours), Some(theirs)) = (Issuer::new().await, Issuer::new().await) else { return };
        let verdano = Side::Provider("P-09".to_owned());
        let acr = vec!["urn:plant:mfa".to_owned()];
        let owners = plantgate_web::sign_on::Setting { acr, ..ours.setting(Side::Owner) };
        trusts(&mut demo, vec![owners, theirs.setting(verdano.clone())]);
        binds(&demo, "m.okafor", &ours.says(Side::Owner, "okafor-1")).await;
        binds(&demo, "i.campos", &theirs.says(verdano.clone(), "campos-1")).await;
        // one of ours comes in, and what they do says how they had proven who they are
        let (reply, okafor) = signs_on(&demo, &ours, "okafor-1").await;
        assert!(is_in(&reply), "{}", reply.words());
        assert_eq!(okafor.get("/today").await.status, StatusCode::OK);
        let suspend = json!({ "person": "N-101", "reason": "for the test" });
        let cookies = reply.cookies();
        let secret = cookies.split("; ").find_map(|c| c.strip_prefix("plantgate=")).unwrap();
        let done = demo.world.program(secret).json("/api/v1/acts/suspend-person", &suspend).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let mut look = demo.world.app.store().look().await.unwrap();
        let entries = look.entries(demo.person("anna.keller").into()).await.unwrap();
        let auth = entries.last().unwrap().0.auth.clone().unwrap();
        let said = format!("oidc:{};acr=urn:plant:mfa", ours.id);
        assert!(auth.starts_with(&said), "{}: {auth}", demo.world.engine);
        drop(look);
        // a provider's person comes in by their own, to what is theirs
        let (reply, campos) = signs_on(&demo, &theirs, "campos-1").await;
        assert!(is_in(&reply), "{}", reply.words());
        assert_eq!(campos.get("/owe").await.status, StatusCode::OK);
        assert_eq!(campos.get("/admin/users").await.status, StatusCode::NOT_FOUND);
        // the same subject at the other issuer is somebody else, and a subject nobody bound is nobody
        for (issuer, subject) in [(&theirs, "okafor-1"), (&ours, "campos-1"), (&ours, "nobody")] {
            is_out(&signs_on(&demo, issuer, subject).await.0, NO_ACCOUNT);
        }
        // nobody is bound at the wrong side, nor twice
        let (okafor, brandt) = (demo.person("m.okafor"), demo.person("k.brandt"));
        let app = &demo.world.app;
        let crossed = app.bind_sign_on(&Caller::person(okafor, "test"), &theirs.says(verdano, "x")).await;
        assert!(matches!(crossed, Err(Stop::Invalid(_))), "{crossed:?}");
        let again = ours.says(Side::Owner, "okafor-1");
        let taken = app.bind_sign_on(&Caller::person(brandt, "test"), &again).await;
        assert!(matches!(taken, Err(Stop::Invalid(_))), "{taken:?}");
        assert!(is_in(&signs_on(&demo, &ours, "okafor-1").await.0));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_row_that_somebody_put_there_lets_nobody_in_and_a_provider_speaks_for_no_other_side() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        binds(&demo, "m.okafor", &issuer.says(Side::Owner, "okafor-2")).await;
        assert!(is_in(&signs_on(&demo, &issuer, "okafor-2").await.0));
        // given the same account, when the configuration says that this issuer speaks for a provider's people only
        trusts(&mut demo, vec![issuer.setting(Side::Provider("P-09".to_owned()))]);
        is_out(&signs_on(&demo, &issuer, "okafor-2").await.0, NO_ACCOUNT);
        // and when the row is turned to an administrator by hand
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        let mut tx = demo.world.app.store().db().write().await.unwrap();
        let values = [V::Id(demo.person("k.brandt").0)];
        assert_eq!(tx.run("update sign_on set person = $1", &values).await.unwrap(), 1);
        tx.commit().await.unwrap();
        is_out(&signs_on(&demo, &issuer, "okafor-2").await.0, NO_ACCOUNT);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn who_was_suspended_is_refused_in_the_words_for_somebody_unknown() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        binds(&demo, "anna.keller", &issuer.says(Side::Owner, "keller-1")).await;
        let (reply, keller) = signs_on(&demo, &issuer, "keller-1").await;
        assert!(is_in(&reply) && keller.get("/me").await.status == StatusCode::OK);
        let suspend = json!({ "person": "N-101", "reason": "for the test" });
        demo.world.named(&demo.caller("m.okafor"), "suspend-person", suspend).await.unwrap();
        // the next request is refused, and so is the next sign-on: as for a subject that nobody ever bound
        assert_eq!(keller.get("/me").await.location(), "/sign-in");
        let (suspended, _) = signs_on(&demo, &issuer, "keller-1").await;
        let (unknown, _) = signs_on(&demo, &issuer, "nobody").await;
        is_out(&suspended, NO_ACCOUNT);
        let still = |r: &plantgate_testkit::door::Reply| r.words();
        assert_eq!((suspended.status, still(&suspended)), (unknown.status, still(&unknown)));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_invited_person_begins_with_their_account_and_the_link_is_used_up() {
    for mut demo in Demo::both().await {
        let Some(issuer) = Issuer::new().await else { return };
        trusts(&mut demo, vec![issuer.setting(Side::Owner)]);
        let admin = demo.sign_in("k.brandt").await;
        let fields = [
            ("request_id", &*request().to_string()),
            ("login", "new.one"),
            ("name", "New One"),
            ("role", "qa"),
            ("site", "BRU"),
        ];
        let invited = admin.form("/admin/users", &fields).await;
        let page = invited.location().split('?').next().unwrap().to_owned();
        let link = admin.form(&format!("{page}/link"), &[("request_id", &request().to_string())]).await;
        let rest = link.body.split("/welcome/").nth(1).unwrap();
        let path = format!("/welcome/{}", rest.split('"').next().unwrap());
        // the page offers the account beside a password
        let welcome = demo.world.nobody().get(&path).await;
        assert!(welcome.words().contains("Sign in with Plant directory"), "{}", welcome.words());
        let way = format!("{path}/with/{}", issuer.id);
        let (door, to) = begins(&demo.world.nobody(), &way).await;
        let (answer, _) = super::Browser::new().goes(&to, &[("sub", "new-1")]).await;
        let bound = door.get(&answer).await;
        assert!(bound.status == StatusCode::OK && bound.words().contains("Your account is bound"), "{}", bound.words());
        assert_eq!(demo.world.nobody().get(&path).await.status, StatusCode::NOT_FOUND, "the link works twice");
        assert_eq!(demo.world.nobody().get(&way).await.status, StatusCode::NOT_FOUND, "the way works twice");
        // who was not let begin is not in yet
        is_out(&signs_on(&demo, &issuer, "new-1").await.0, NO_ACCOUNT);
        let begin = admin.form(&format!("{page}/activate"), &[("request_id", &request().to_string())]).await;
        assert!(begin.location().contains("done=person-activated"), "{}", begin.words());
        assert!(is_in(&signs_on(&demo, &issuer, "new-1").await.0));
        demo.world.close().await;
    }
}
