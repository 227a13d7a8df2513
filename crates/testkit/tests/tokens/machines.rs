//! The accounts of machines: one role, tokens only, somebody of ours who answers for each; no sign-in, no signature, no
//! approval, whoever tries it.

use plantgate_domain::event::qualify::OwnerRole;
use plantgate_testkit::tokens::Made;

use super::*;

/// A directory of one site that M. Okafor answers for, and its token.
async fn directory(demo: &Demo) -> (String, Made, Door) {
    let body = json!({ "reference": "M-DIR", "name": "Directory of Brunnfeld", "owner": "N-102", "site": "BRU" });
    let made = demo.world.named(&demo.caller("k.brandt"), "make-service", body).await.unwrap();
    let wish = plantgate_app::qualify::token::TokenWish {
        service: Some("M-DIR".into()),
        ..wish("nightly", &["take-account-list"], &[])
    };
    let token = demo.world.token(&demo.caller("m.okafor"), wish).await.unwrap();
    let door = demo.world.program(&token.secret);
    (made["done"]["id"].as_str().unwrap().to_owned(), token, door)
}

#[tokio::test]
async fn a_machine_reports_by_its_token_and_does_nothing_else() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let admin = demo.caller("k.brandt");
        let (id, made, program) = directory(&demo).await;
        assert_eq!(made.done.holder.to_string(), id, "{engine}");
        let reply = program.json(LIST, &accounts()).await;
        assert_eq!(reply.status, StatusCode::OK, "{engine}: {}", reply.body);
        // it signs in nowhere, has no other role, proves nothing, and nobody but it has its role
        for (act, body, says) in [
            ("set-credential", json!({ "person": id, "kind": "password", "fingerprint": "x" }), "stop-not-a-machine"),
            ("give-role", json!({ "person": id, "role": "qa" }), "stop-service-role"),
            ("give-role", json!({ "person": "N-117", "role": "service-identity" }), "stop-role-of-service"),
            ("verify-identity", json!({ "person": id, "until": "2027-01-01" }), "stop-not-a-machine"),
            (
                "invite-person",
                json!({ "reference": "M-DIR", "handle": "m", "name": "m", "roles": [{ "role": "qa" }] }),
                "stop-not-a-machine",
            ),
            (
                "invite-person",
                json!({ "reference": "M-X", "handle": "m", "name": "m", "roles": [{ "role": "service-identity" }] }),
                "stop-role-of-service",
            ),
        ] {
            let stop = demo.world.named(&admin, act, body.clone()).await.unwrap_err();
            assert_eq!(why(&stop), says, "{engine}: {act} {body}");
        }
        let page = demo.sign_in("k.brandt").await.form("/admin/users/M-DIR/link", &[("request_id", "x")]).await;
        assert!(!page.body.contains("/welcome/"), "{engine}: a machine was invited");
        // a token of it names no act that machines do not do, and none is made by anybody else
        let asked = |acts: &[&str]| plantgate_app::qualify::token::TokenWish {
            service: Some("M-DIR".into()),
            ..wish("more", acts, &[])
        };
        let stop = demo.world.token(&demo.caller("m.okafor"), asked(&["set-hold"])).await.unwrap_err();
        assert_eq!(why(&stop), "invalid-token-act-machine", "{engine}");
        let stop = demo.world.token(&demo.caller("anna.keller"), asked(&[])).await.unwrap_err();
        assert_eq!(why(&stop), "stop-no-power", "{engine}");
        // whatever somebody says in its name at the machine's terminal, it approves, judges, opens and signs nothing
        let caller = Caller::person(id.parse().unwrap(), "command-line");
        for (act, body) in [
            ("approve-access", json!({ "request": "AR-1187" })),
            ("deny-access", json!({ "request": "AR-1187", "reason": "x" })),
            ("sign-agreement", json!({ "agreement": "MSA-0071", "day": "2026-11-16" })),
            ("suspend-person", json!({ "person": "N-117", "reason": "x" })),
            (
                "set-hold",
                json!({ "on": { "provider": "P-09" }, "effect": "no-new-access", "cause": "security",
                "reason": "x" }),
            ),
        ] {
            let stop = demo.world.named(&caller, act, body).await.unwrap_err();
            assert_eq!(why(&stop), "stop-no-power", "{engine}: {act}");
        }
        // and it is nobody's second person
        let second = json!({ "kind": "request", "object": "REQ-0577", "entry": 1, "ground": "request", "second": id });
        let stop = demo.world.named(&admin, "erase-text", second).await.unwrap_err();
        assert_eq!(why(&stop), "stop-second-has-no-power", "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_machine_stops_when_who_answers_for_it_leaves_and_goes_on_when_it_was_handed_over() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (admin, (id, made, program)) = (demo.caller("k.brandt"), directory(&demo).await);
        let list = "/api/v1/objects/site";
        assert_eq!(program.get(list).await.status, StatusCode::OK, "{engine}");
        // nobody without a seat, of a provider, or that is a machine answers for one
        for (owner, says) in [("P09-02", "stop-service-owner"), (id.as_str(), "stop-not-a-machine")] {
            let body = json!({ "service": "M-DIR", "owner": owner });
            let stop = demo.world.named(&admin, "hand-over-service", body).await.unwrap_err();
            assert_eq!(why(&stop), says, "{engine}: {owner}");
        }
        let same = json!({ "service": "M-DIR", "owner": "N-102" });
        let stop = demo.world.named(&admin, "hand-over-service", same).await.unwrap_err();
        assert_eq!(why(&stop), "invalid-service-owner-same", "{engine}");
        // when its owner leaves, then it is refused at the next request, in reading and in a turn
        let left = json!({ "person": "N-102", "kind": "leaver", "effective_at": demo.world.clock.now() });
        demo.world.named(&admin, "notice-person", left).await.unwrap();
        assert_eq!(program.get(list).await.status, StatusCode::UNAUTHORIZED, "{engine}");
        let caller = Caller::person(id.parse().unwrap(), &format!("token:{}", made.done.token));
        let stop = demo.world.named(&caller, "take-account-list", accounts()).await.unwrap_err();
        assert_eq!(why(&stop), "stop-service-alone", "{engine}");
        let page = demo.sign_in("k.brandt").await.get("/admin/services").await.words();
        assert!(page.contains("it stands still"), "{engine}: {page}");
        // when it is handed over, then the same token works again, and the new owner takes it back
        let body = json!({ "service": "M-DIR", "owner": "N-101" });
        demo.world.named(&admin, "hand-over-service", body).await.unwrap();
        assert_eq!(program.get(list).await.status, StatusCode::OK, "{engine}");
        let gone = json!({ "person": "M-DIR", "token": made.done.token });
        demo.world.named(&demo.caller("anna.keller"), "revoke-token", gone).await.unwrap();
        assert_eq!(program.get(list).await.status, StatusCode::UNAUTHORIZED, "{engine}");
        // a machine that is suspended is refused as everybody is
        demo.world.close().await;
    }
}

#[tokio::test]
async fn machines_stand_in_lists_and_in_the_trail_and_get_no_messages() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let before = demo.size().await;
        let (id, _, program) = directory(&demo).await;
        assert_eq!(program.json(LIST, &accounts()).await.status, StatusCode::OK);
        let admin = demo.sign_in("k.brandt").await;
        for (path, words) in [
            ("/admin/users?q=Directory", "machine"),
            ("/admin/services", "Directory of Brunnfeld"),
            (&*format!("/admin/services/{id}"), "nightly"),
            (&*format!("/admin/users/{id}"), "Its tokens and who answers for it"),
            (&*format!("/history/person/{id}"), "Account of a machine made"),
            ("/admin/tokens", "Directory of Brunnfeld"),
        ] {
            let page = admin.get(path).await;
            assert!(page.words().contains(words), "{engine} {path}: {} {}", page.status, page.words());
            assert!(!page.body.contains('⟦'), "{engine}: {path} lacks a message");
        }
        let user = admin.get(&format!("/admin/users/{id}")).await.body;
        let signs_in = ["/add-key", &format!("/admin/users/{id}/sign-out"), &format!("/admin/users/{id}/link")];
        for form in signs_in {
            assert!(!user.contains(form), "{engine}: a machine signs in: {form}");
        }
        let mut look = demo.world.app.store().look().await.unwrap();
        let range = plantgate_app::review::trail::open(&mut look).await.unwrap();
        let mine = range.all.iter().filter(|e| e.what.read.at.seq >= before);
        let names: Vec<&str> = mine.map(|e| e.what.name.as_str()).collect();
        let said = ["qualify.service.made@1", "qualify.role.given@1", "qualify.token.made@1"];
        // What is behind them is the administrator's own password, for the pages above.
        assert_eq!(names.get(..3), Some(&said[..]), "{engine}");
        let seated = plantgate_app::messages::audience::seated(&mut look, id.parse().unwrap()).await.unwrap();
        assert!(seated.is_none(), "{engine}: a machine is told of something");
        let service: Person = look.get(plantgate_domain::base::PersonId(id.parse().unwrap())).await.unwrap();
        assert_eq!(service.roles.iter().map(|r| r.role).collect::<Vec<_>>(), [OwnerRole::ServiceIdentity]);
        drop(look);
        demo.world.close().await;
    }
}
