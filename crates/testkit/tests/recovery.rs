//! Recovery codes: shown once, good once each in place of the second factor, told, counted, bounded like codes of the
//! app; and nothing in the house can be turned into one.

use axum::http::StatusCode;
use plantgate_app::{
    Caller,
    sign_in::{Begun, Enrolment, Proof, Refused},
};
use plantgate_domain::base::PersonId;
use plantgate_store::{db::V, transfer};
use plantgate_testkit::{demo::Demo, door::Reply, world::request};

const PASSWORD: &str = "a password only for tests";
const WHO: &str = "anna.keller";

async fn with_password(demo: &Demo) -> Enrolment {
    let (person, seed) = (demo.person(WHO), Enrolment::new().unwrap());
    demo.world.app.set_credential(&Caller::person(person, "test"), person, WHO, PASSWORD, &seed).await.unwrap();
    seed
}

/// Ten codes of the person.
async fn made(demo: &Demo) -> Vec<String> {
    let made = demo.world.app.make_recovery_codes(&demo.caller(WHO)).await.unwrap();
    assert_eq!(made.codes.len(), 10);
    made.codes
}

async fn comes(demo: &Demo, code: &str, place: &str) -> Result<Begun, Refused> {
    let proof = Proof {
        handle: WHO.to_owned(),
        password: PASSWORD.to_owned(),
        code: code.to_owned(),
        place: place.to_owned(),
        machine: None,
        seen_as: "firefox windows".to_owned(),
    };
    demo.world.app.sign_in(&proof).await.unwrap()
}

async fn set(demo: &Demo, sql: &'static str, values: &[V]) {
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    tx.run(sql, values).await.unwrap();
    tx.commit().await.unwrap();
}

async fn unused(demo: &Demo, person: PersonId) {
    set(demo, "delete from totp_step where person = $1", &[V::Id(person.0)]).await;
}

/// The codes a page shows.
fn shown(page: &Reply) -> Vec<String> {
    page.body.split("<li>").skip(1).filter_map(|l| l.split("</li>").next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn codes_are_made_on_ones_page_shown_once_and_good_once() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let door = demo.sign_in(WHO).await;
        assert!(door.get("/me").await.words().contains("You have none"), "{engine}");
        // when they are made, then the page shows ten, once
        let reply = door.form("/me/recovery", &[("request_id", &request().to_string())]).await;
        assert_eq!(reply.location(), "/recovery-codes", "{engine}: {}", reply.words());
        let page = door.clone().keeping(&reply).get("/recovery-codes").await;
        let codes = shown(&page);
        assert_eq!(codes.len(), 10, "{engine}: {}", page.words());
        assert_eq!(page.headers["cache-control"], "no-store");
        let again = door.clone().keeping(&page).get("/recovery-codes").await;
        assert_eq!(again.location(), "/me", "{engine}");
        let me = door.get("/me").await;
        assert!(me.words().contains("10 of 10 are left") && !me.body.contains(&codes[0]), "{engine}: {}", me.words());
        // then one of them comes in through the pages in place of the code, however it is typed
        let nobody = demo.world.nobody();
        let step = nobody.form("/sign-in", &[("login", WHO), ("password", PASSWORD)]).await;
        let kept = nobody.clone().keeping(&step);
        assert!(kept.get("/sign-in/code").await.body.contains("/sign-in/recovery"), "{engine}");
        assert!(kept.get("/sign-in/recovery").await.words().contains("Recovery code"), "{engine}");
        let typed = codes[2].to_lowercase().replace('-', " ");
        let entered = kept.form("/sign-in/code", &[("by", "recovery"), ("code", &typed)]).await;
        assert_eq!(entered.location(), "/", "{engine}: {}", entered.words());
        let today = nobody.clone().keeping(&entered).get("/today").await.words();
        assert!(today.contains("You used recovery code 3. 9 are left."), "{engine}: {today}");
        // and once only: the form of recovery codes comes back with what is wrong
        let twice = kept.form("/sign-in/code", &[("by", "recovery"), ("code", &codes[2])]).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(twice.words().contains("Recovery code") && !twice.body.contains(&codes[2]), "{engine}");
        // and the record says which number, how they came in, and no page says the code
        let history = demo.sign_in("k.brandt").await.get("/history/person/N-101").await;
        assert!(history.words().contains("Recovery code used"), "{engine}: {}", history.words());
        assert!(codes.iter().all(|code| !history.body.contains(code)), "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn whoever_signs_in_with_the_app_next_is_told_and_whoever_has_the_paper_is_not_told_in_their_place() {
    for demo in Demo::both().await {
        let (engine, seed) = (demo.world.engine, with_password(&demo).await);
        let codes = made(&demo).await;
        // given a thief with the password and the paper, who comes in twice
        for (n, left) in [(0, 9), (4, 8)] {
            let begun = comes(&demo, &codes[n], "far").await.unwrap();
            let used = begun.recovery.unwrap();
            assert_eq!((used.code, used.left), (u32::try_from(n).unwrap() + 1, left), "{engine}");
            assert_eq!(begun.used_since, 0, "{engine}: the thief was told");
        }
        // then the person is told of both at their next sign-in, and once
        let begun = comes(&demo, &seed.code_now().unwrap(), "home").await.unwrap();
        assert_eq!((begun.used_since, begun.recovery), (2, None), "{engine}");
        unused(&demo, demo.person(WHO)).await;
        assert_eq!(comes(&demo, &seed.code_now().unwrap(), "home").await.unwrap().used_since, 0, "{engine}");
        // in words, on the page they come to
        comes(&demo, &codes[5], "far").await.unwrap();
        unused(&demo, demo.person(WHO)).await;
        let nobody = demo.world.nobody();
        let step = nobody.form("/sign-in", &[("login", WHO), ("password", PASSWORD)]).await;
        let code = seed.code_now().unwrap();
        let entered = nobody.clone().keeping(&step).form("/sign-in/code", &[("code", &code)]).await;
        let today = nobody.keeping(&entered).get("/today").await.words();
        assert!(today.contains("A recovery code was used under your name"), "{engine}: {today}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn new_codes_end_the_old_ones_and_a_new_password_ends_all() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        with_password(&demo).await;
        let (old, new) = (made(&demo).await, made(&demo).await);
        assert!(comes(&demo, &old[0], "home").await.is_err(), "{engine}");
        assert!(comes(&demo, &new[0], "home").await.is_ok(), "{engine}");
        // three sets on, nothing of the first is kept
        made(&demo).await;
        let newest = made(&demo).await;
        let mut look = demo.world.app.store().look().await.unwrap();
        let kept = look.tx().one("select count(*) from recovery_code", &[]).await.unwrap().unwrap().int(0).unwrap();
        assert_eq!(kept, 20, "{engine}");
        drop(look);
        with_password(&demo).await;
        assert!(comes(&demo, &newest[0], "home").await.is_err(), "{engine}");
        // and who has no password makes none; who has one makes none for another
        let nobody = Caller::person(demo.person("j.lindqvist"), "test");
        assert!(demo.world.app.make_recovery_codes(&nobody).await.is_err(), "{engine}");
        let admin = demo.sign_in("k.brandt").await;
        for act in ["make-recovery-codes", "use-recovery-code"] {
            let reply = admin.json(&format!("/api/v1/acts/{act}"), &serde_json::json!({})).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{engine} {act}");
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn of_many_that_bring_one_code_at_once_one_comes_in() {
    for demo in Demo::both().await {
        with_password(&demo).await;
        let codes = made(&demo).await;
        let mut running = tokio::task::JoinSet::new();
        for n in 0..4 {
            let (app, code) = (demo.world.app.clone(), codes[7].clone());
            running.spawn(async move {
                let (handle, password) = (WHO.to_owned(), PASSWORD.to_owned());
                let (place, seen_as) = (format!("far {n}"), String::new());
                let proof = Proof { handle, password, code, place, machine: None, seen_as };
                app.sign_in(&proof).await.unwrap().is_ok()
            });
        }
        let mut came = 0;
        while let Some(one) = running.join_next().await {
            came += usize::from(one.unwrap());
        }
        assert_eq!(came, 1, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn guesses_are_bounded_together_with_those_of_the_app() {
    for demo in Demo::both().await {
        let (engine, seed) = (demo.world.engine, with_password(&demo).await);
        let codes = made(&demo).await;
        for n in 0..3 {
            let guess = comes(&demo, &format!("0000-0000-0000-000{n}"), &format!("far {n}")).await;
            assert_eq!(guess, Err(Refused::Wrong), "{engine}");
        }
        for n in 3..5 {
            assert_eq!(comes(&demo, "12345x", &format!("far {n}")).await, Err(Refused::Wrong), "{engine}");
        }
        // the basket waits: neither a right recovery code nor a right code of the app is looked at, and neither is lost
        assert_eq!(comes(&demo, &codes[0], "far 8").await, Err(Refused::Wrong), "{engine}");
        assert_eq!(comes(&demo, &seed.code_now().unwrap(), "far 9").await, Err(Refused::Wrong), "{engine}");
        set(&demo, "update code_try set last_at = last_at - $1", &[V::Int(3_600)]).await;
        assert!(comes(&demo, &codes[0], "far 10").await.is_ok(), "{engine}");
        demo.world.close().await;
    }
}

/// What somebody with the database but not the key could try.
#[tokio::test]
async fn neither_rows_nor_entries_give_a_code_away_and_a_row_put_there_by_hand_opens_nothing() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        with_password(&demo).await;
        let codes = made(&demo).await;
        comes(&demo, &codes[1], "home").await.unwrap();
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let (mut entries, mut private) = (Vec::new(), Vec::new());
        transfer::export_entries(&mut tx, &mut entries).await.unwrap();
        transfer::export_private(&mut tx, &mut private).await.unwrap();
        let rows = tx.all("select digest from recovery_code order by n", &[]).await.unwrap();
        drop(tx);
        let text = String::from_utf8_lossy(&entries) + String::from_utf8_lossy(&private);
        for code in &codes {
            let plain = code.replace('-', "");
            assert!(!text.contains(code) && !text.contains(&plain), "{engine}");
            for row in &rows {
                let kept = row.bytes(0).unwrap();
                assert!(kept.len() == 32 && !String::from_utf8_lossy(&kept).contains(&plain), "{engine}");
            }
        }
        // when the digest of a used code is put where one of an unused stands, then no code of the set opens any more
        let used = rows[1].bytes(0).unwrap();
        set(&demo, "update recovery_code set digest = $1 where n = 3", &[V::Bytes(used)]).await;
        for n in [1, 2, 3] {
            assert!(comes(&demo, &codes[n], &format!("far {n}")).await.is_err(), "{engine} {n}");
        }
        demo.world.close().await;
    }
}
