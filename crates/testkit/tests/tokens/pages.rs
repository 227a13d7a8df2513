//! The pages of tokens: one makes one's own and sees the secret this once; whoever manages people sees those they
//! could take back, filters, exports and takes back; everybody else is kept out.

use super::*;

/// The fields of a form.
fn fields<'a>(id: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("request_id", id)].into_iter().chain(more.iter().copied()).collect()
}

/// The secret on a page, if one is there.
fn shown(page: &Reply) -> Option<String> {
    let rest = page.body.split("pgt_").nth(1)?;
    Some(format!("pgt_{}", rest.chars().take_while(char::is_ascii_hexdigit).collect::<String>()))
}

#[tokio::test]
async fn one_makes_ones_own_sees_it_once_and_takes_it_back() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let okafor = demo.sign_in("m.okafor").await;
        let page = okafor.get("/me/tokens").await;
        assert!(
            page.words().contains("There is none.") && page.body.contains("value=\"take-account-list\""),
            "{engine}"
        );
        assert!(!page.body.contains("value=\"approve-access\"") && !page.body.contains("value=\"import-rows\""));
        // given what is wrong, then each is told at its field and nothing is made
        let size = demo.size().await;
        let id = request().to_string();
        let wrong = okafor.form("/me/tokens", &fields(&id, &[("name", "nightly"), ("days", "many")])).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(wrong.words().contains("lives between 1 and 365 days"), "{engine}: {}", wrong.words());
        assert!(wrong.body.contains("value=\"nightly\""), "{engine}: what was typed is gone");
        assert_eq!(demo.size().await, size, "{engine}");
        // when it is right, then the secret is on this page and on no other, and nothing keeps the page
        let typed = [("name", "nightly"), ("days", "90"), ("acts", "take-account-list"), ("sites", "BRU")];
        let made = okafor.form("/me/tokens", &fields(&id, &typed)).await;
        assert_eq!(made.status, StatusCode::OK, "{engine}: {}", made.words());
        assert_eq!(made.headers["cache-control"], "no-store", "{engine}");
        let secret = shown(&made).expect("the page shows the secret");
        assert_eq!(demo.world.program(&secret).json(LIST, &accounts()).await.status, StatusCode::OK, "{engine}");
        let again = okafor.form("/me/tokens", &fields(&id, &typed)).await;
        assert!(shown(&again).is_none() && again.words().contains("its secret was shown then"), "{}", again.words());
        let page = okafor.get("/me/tokens").await;
        assert!(shown(&page).is_none() && page.words().contains("take-account-list"), "{engine}: {}", page.words());
        assert!(page.words().contains("Brunnfeld") && page.words().contains("open"), "{engine}");
        // nobody and strangers move nothing; the holder takes it back
        let token = page.body.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let holder = demo.person("m.okafor").to_string();
        let gone = [("holder", holder.as_str()), ("token", token.as_str())];
        let stranger = demo.sign_in("l.ortega").await;
        let size = demo.size().await;
        let id = request().to_string();
        for path in ["/me/tokens/revoke", "/me/tokens"] {
            assert_eq!(demo.world.nobody().form(path, &fields(&id, &gone)).await.location(), "/sign-in", "{engine}");
        }
        let stranger = stranger.form("/me/tokens/revoke", &fields(&id, &gone)).await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND, "{engine}: {}", stranger.words());
        assert_eq!(demo.size().await, size, "{engine}");
        let done = okafor.form("/me/tokens/revoke", &fields(&id, &gone)).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {}", done.words());
        assert_eq!(demo.world.program(&secret).get("/api/v1/tokens").await.status, StatusCode::UNAUTHORIZED);
        let page = okafor.get(done.location()).await.words();
        assert!(page.contains("taken back") && page.contains("Its program is refused"), "{engine}: {page}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_old_proof_is_proven_anew_before_a_token_is_made_or_taken_back() {
    for demo in Demo::both().await {
        let okafor = demo.sign_in("m.okafor").await;
        let mut tx = demo.world.app.store().db().write().await.unwrap();
        tx.run("update web_session set step_at = step_at - 601", &[]).await.unwrap();
        tx.commit().await.unwrap();
        let (size, id) = (demo.size().await, request().to_string());
        let asked = okafor.form("/me/tokens", &fields(&id, &[("name", "nightly"), ("days", "90")])).await;
        assert!(asked.status == StatusCode::FORBIDDEN && asked.body.contains("prove_code"), "{}", asked.words());
        let token = request().to_string();
        let gone = [("holder", "N-102"), ("token", token.as_str())];
        let asked = okafor.form("/me/tokens/revoke", &fields(&id, &gone)).await;
        assert!(asked.status == StatusCode::FORBIDDEN && asked.body.contains("prove_code"), "{}", asked.words());
        let program = okafor.json("/api/v1/tokens", &json!({ "name": "nightly", "days": 90 })).await;
        assert_eq!(program.json()["code"], "step-up", "{}", program.body);
        assert_eq!(demo.size().await, size, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn who_manages_people_sees_filters_exports_and_takes_back_and_a_local_one_their_own_site() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (made, program) = keeper(&demo).await;
        let other = demo.world.token(&demo.caller("m.okafor"), wish("other", &[], &[])).await.unwrap();
        let gone = json!({ "person": "N-102", "token": other.done.token });
        demo.world.named(&demo.caller("m.okafor"), "revoke-token", gone).await.unwrap();
        let admin = demo.sign_in("k.brandt").await;
        let has = async |path: &str| {
            let page = admin.get(path).await.words();
            (page.contains(&made.done.token.to_string()), page.contains(&other.done.token.to_string()))
        };
        assert_eq!(has("/admin/tokens").await, (true, true), "{engine}");
        assert_eq!(has("/admin/tokens?state=open").await, (true, false), "{engine}");
        assert_eq!(has("/admin/tokens?state=revoked").await, (false, true), "{engine}");
        assert_eq!(has("/admin/tokens?state=expired").await, (false, false), "{engine}");
        assert_eq!(has("/admin/tokens?q=okafor").await, (true, true), "{engine}");
        assert_eq!(has("/admin/tokens?q=nobody-is-called-so").await, (false, false), "{engine}");
        let file = admin.get("/admin/tokens?as=csv&state=open").await.body;
        assert_eq!(file.lines().count(), 2, "{engine}: {file}");
        assert!(file.contains("take-account-list") && !file.contains(&made.secret), "{engine}: {file}");
        for form in ["xlsx", "json"] {
            assert_eq!(admin.get(&format!("/admin/tokens?as={form}")).await.status, StatusCode::OK, "{engine}");
        }
        // who manages no people, or only elsewhere, sees none of it and takes nothing back
        let keller = demo.sign_in("anna.keller").await;
        assert_eq!(keller.get("/admin/tokens").await.status, StatusCode::FORBIDDEN, "{engine}");
        assert_eq!(demo.sign_in("l.ortega").await.get("/admin/tokens").await.status, StatusCode::NOT_FOUND);
        let body = json!({ "reference": "N-910", "handle": "n-910", "name": "N-910",
            "roles": [{ "role": "administrator", "site": "LIN" }] });
        let local = demo.world.named(&demo.caller("k.brandt"), "invite-person", body).await.unwrap();
        demo.world.named(&demo.caller("k.brandt"), "activate-person", json!({ "person": "N-910" })).await.unwrap();
        let local = demo.world.sign_in(local["done"]["id"].as_str().unwrap().parse().unwrap(), "n-910").await;
        let page = local.get("/admin/tokens").await;
        assert!(!page.words().contains("directory"), "{engine}: {}", page.words());
        let (id, token) = (request().to_string(), made.done.token.to_string());
        let gone = [("holder", "N-102"), ("token", token.as_str())];
        for door in [&local, &keller] {
            let refused = door.form("/admin/tokens/revoke", &fields(&id, &gone)).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{engine}: {}", refused.words());
        }
        assert_eq!(program.get("/api/v1/tokens").await.status, StatusCode::OK, "{engine}");
        let done = admin.form("/admin/tokens/revoke", &fields(&id, &gone)).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {}", done.words());
        assert_eq!(program.get("/api/v1/tokens").await.status, StatusCode::UNAUTHORIZED, "{engine}");
        // one that is gone is told at its field
        let id = request().to_string();
        let twice = admin.form("/admin/tokens/revoke", &fields(&id, &gone)).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(twice.words().contains("was taken back already"), "{engine}: {}", twice.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_machine_is_made_gets_a_token_and_is_handed_over_by_its_pages_in_both_languages() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let admin = demo.sign_in("k.brandt").await;
        let id = request().to_string();
        let owner = demo.person("m.okafor").to_string();
        let typed = [("name", "Gateway"), ("owner", owner.as_str()), ("site", "BRU")];
        let made = admin.form("/admin/services", &fields(&id, &typed)).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{engine}: {}", made.words());
        let at = made.location().split('?').next().unwrap().to_owned();
        for (language, words) in [("en", "Hand over"), ("de", "Übergeben")] {
            let page = admin.clone().in_language(language).get(&at).await;
            assert!(page.words().contains(words) && !page.body.contains('⟦'), "{engine}: {}", page.words());
        }
        // who answers for it makes its token; others see the machine and none of its tokens
        let okafor = demo.sign_in("m.okafor").await;
        let id = request().to_string();
        let typed = [("name", "lines"), ("days", "30"), ("acts", "log-session")];
        let token = okafor.form(&format!("{at}/token"), &fields(&id, &typed)).await;
        let secret = shown(&token).unwrap_or_else(|| panic!("{engine}: {} {}", token.status, token.words()));
        assert_eq!(demo.world.program(&secret).get("/api/v1/tokens").await.status, StatusCode::OK, "{engine}");
        let keller = demo.sign_in("anna.keller").await;
        let page = keller.get(&at).await;
        assert!(page.words().contains("Gateway") && !page.body.contains("name=\"token\""), "{}", page.words());
        let id = request().to_string();
        let refused = keller.form(&format!("{at}/token"), &fields(&id, &typed)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{engine}: {}", refused.words());
        let keller_id = demo.person("anna.keller").to_string();
        let id = request().to_string();
        let handed = admin.form(&format!("{at}/hand-over"), &fields(&id, &[("owner", &keller_id)])).await;
        assert_eq!(handed.status, StatusCode::SEE_OTHER, "{engine}: {}", handed.words());
        let page = keller.get(&at).await;
        assert!(page.body.contains("name=\"token\"") && shown(&page).is_none(), "{engine}: {}", page.words());
        demo.world.close().await;
    }
}
