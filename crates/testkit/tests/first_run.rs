//! An empty directory becomes a plant on one page: organisation, first site, first user; nothing is half-made, and no
//! password exists that nobody chose.

use axum::http::StatusCode;
use plantgate_app::sign_in::{Enrolment, Proof};
use plantgate_testkit::world::World;

const PASSWORD: &str = "long enough for a plant";

#[tokio::test]
async fn an_empty_directory_becomes_a_plant_on_one_page() {
    for w in World::both().await {
        let nobody = w.nobody();
        assert_eq!(nobody.get("/").await.location(), "/first-run");
        let page = nobody.get("/first-run").await;
        let (id, seed) = (page.hidden("request_id"), page.hidden("seed"));
        let code = Enrolment::from_text(&seed).unwrap().code_now().unwrap();
        let send = |password: &'static str, code: String, zone: &'static str| {
            let (nobody, id, seed) = (nobody.clone(), id.clone(), seed.clone());
            async move {
                let fields = [
                    ("request_id", id.as_str()),
                    ("seed", &seed),
                    ("organisation", "Acme Chemicals"),
                    ("site", "Hafen"),
                    ("zone", zone),
                    ("name", "Ada Okoro"),
                    ("login", "ada.okoro"),
                    ("password", password),
                    ("code", &code),
                ];
                nobody.form("/first-run", &fields).await
            }
        };
        // given input that cannot stand, then the page says where and why, and nothing is made
        let wrong = [
            send("short", code.clone(), "Europe/Berlin").await,
            send(PASSWORD, "000000x".to_owned(), "Europe/Berlin").await,
            send(PASSWORD, code.clone(), "Mars/Olympus").await,
        ];
        for (page, words) in wrong.iter().zip(["12 characters", "code of the moment", "IANA zone"]) {
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", w.engine);
            assert!(page.words().contains(words), "{words}: {}", page.words());
            assert!(!page.body.contains(PASSWORD), "a password came back");
        }
        assert_eq!(w.app.store().look().await.unwrap().size(), 0);
        // when it is right, then the plant stands and its first user can sign in
        let made = send(PASSWORD, code.clone(), "Europe/Berlin").await;
        assert_eq!(made.location(), "/recovery-codes");
        // and what stands in for a lost telephone is shown once, before anything else
        let codes = nobody.clone().keeping(&made).get("/recovery-codes").await;
        assert_eq!(codes.body.matches("<li>").count(), 10, "{}", codes.words());
        let recovery = codes.body.split("<li>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert_eq!(nobody.clone().keeping(&codes).get("/recovery-codes").await.location(), "/sign-in");
        let proof = |code: &str| Proof {
            handle: "ada.okoro".to_owned(),
            password: PASSWORD.to_owned(),
            code: code.to_owned(),
            place: "test".to_owned(),
            machine: None,
            seen_as: String::new(),
        };
        assert!(w.app.sign_in(&proof(&code)).await.unwrap().is_ok(), "{}", w.engine);
        // and a code counts once, and the page exists no more
        assert!(w.app.sign_in(&proof(&code)).await.unwrap().is_err());
        assert!(w.app.sign_in(&proof(&recovery)).await.unwrap().is_ok(), "{}", w.engine);
        assert!(w.app.sign_in(&proof(&recovery)).await.unwrap().is_err());
        assert_eq!(nobody.get("/first-run").await.status, StatusCode::NOT_FOUND);
        w.close().await;
    }
}
