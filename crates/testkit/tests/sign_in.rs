//! Somebody who has a person's password guesses codes; two come by the same link in. The guesser is slowed down, the
//! person is told and comes in from their own machine all the same; of the two one wins.

use axum::http::StatusCode;
use plantgate_app::{
    Caller,
    sign_in::{Enrolment, Proof, Refused},
};
use plantgate_domain::{base::Kind, qualify::person::Person};
use plantgate_store::memory::Memory;
use plantgate_testkit::demo::Demo;
use serde_json::json;

const PASSWORD: &str = "a password only for tests";

/// Somebody of the demo with a password and a seed that the test knows.
async fn with_password(demo: &Demo, handle: &str) -> Enrolment {
    let (person, seed) = (demo.person(handle), Enrolment::new().unwrap());
    demo.world.app.set_credential(&Caller::person(person, "test"), person, handle, PASSWORD, &seed).await.unwrap();
    seed
}

fn proof(code: &str, place: &str, machine: Option<&String>) -> Proof {
    let (handle, password) = ("anna.keller".to_owned(), PASSWORD.to_owned());
    Proof {
        handle,
        password,
        code: code.to_owned(),
        place: place.to_owned(),
        machine: machine.cloned(),
        seen_as: "firefox windows".to_owned(),
    }
}

/// Starts anew with another seed of which no step is used; what was tried stays tried.
async fn later(demo: &Demo, person: plantgate_domain::base::PersonId) {
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    let sql = "delete from totp_step where person = $1";
    tx.run(sql, &[plantgate_store::db::V::Id(person.0)]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn codes_behind_a_right_password_are_bounded_by_the_person_not_by_the_place() {
    for demo in Demo::both().await {
        let (app, engine) = (demo.world.app.clone(), demo.world.engine);
        let person = demo.person("anna.keller");
        let seed = with_password(&demo, "anna.keller").await;
        let begun = app.sign_in(&proof(&seed.code_now().unwrap(), "home", None)).await.unwrap().unwrap();
        assert_eq!(begun.failed, 0);
        later(&demo, person).await;
        // given somebody who has the password and guesses, each time from another place
        for n in 0..5 {
            let guess = app.sign_in(&proof("12345x", &format!("far {n}"), None)).await.unwrap();
            assert_eq!(guess, Err(Refused::Wrong), "{engine}");
        }
        // when they hit upon the right code at last, then it is not even looked at, and nothing tells them
        let code = seed.code_now().unwrap();
        let late = app.sign_in(&proof(&code, "far 9", None)).await.unwrap();
        assert_eq!(late, Err(Refused::Wrong), "{engine}");
        // and the person comes in from the machine of every night, at once, and is told
        let back = app.sign_in(&proof(&code, "home", Some(&begun.machine))).await.unwrap().unwrap();
        assert_eq!(back.failed, 6, "{engine}");
        later(&demo, person).await;
        let again = app.sign_in(&proof(&seed.code_now().unwrap(), "home", Some(&back.machine))).await.unwrap().unwrap();
        assert_eq!(again.failed, 0, "told once");
        // and another's machine is nobody's
        later(&demo, person).await;
        let other = with_password(&demo, "m.okafor").await;
        let okafor = Proof { handle: "m.okafor".into(), ..proof(&other.code_now().unwrap(), "far", None) };
        let theirs = app.sign_in(&okafor).await.unwrap().unwrap().machine;
        let code = seed.code_now().unwrap();
        assert!(app.sign_in(&proof(&code, "far", Some(&theirs))).await.unwrap().is_err(), "{engine}");
        // and a new password, which the guesser does not have, ends the waiting
        let seed = with_password(&demo, "anna.keller").await;
        assert!(app.sign_in(&proof(&seed.code_now().unwrap(), "far", None)).await.unwrap().is_ok(), "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn many_guesses_at_once_are_counted_one_by_one() {
    for demo in Demo::both().await {
        let seed = with_password(&demo, "anna.keller").await;
        let guesses = (0..12).map(|n| {
            let app = demo.world.app.clone();
            async move { app.sign_in(&proof("12345x", &format!("far {n}"), None)).await.unwrap() }
        });
        let mut running = tokio::task::JoinSet::new();
        guesses.for_each(|guess| drop(running.spawn(guess)));
        while let Some(guess) = running.join_next().await {
            assert!(guess.unwrap().is_err());
        }
        let mut look = demo.world.app.store().look().await.unwrap();
        let counted = look.tx().one("select count from code_try", &[]).await.unwrap().unwrap().int(0).unwrap();
        assert_eq!(counted, 5, "{}: the basket waits behind the fifth", demo.world.engine);
        drop(look);
        let right = proof(&seed.code_now().unwrap(), "far", None);
        assert!(demo.world.app.sign_in(&right).await.unwrap().is_err());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_next_pages_tell_of_wrong_tries() {
    for demo in Demo::both().await {
        let seed = with_password(&demo, "anna.keller").await;
        assert!(demo.world.app.sign_in(&proof("12345x", "far", None)).await.unwrap().is_err());
        let nobody = demo.world.nobody();
        let step = nobody.form("/sign-in", &[("login", "anna.keller"), ("password", PASSWORD)]).await;
        let code = seed.code_now().unwrap();
        let entered = nobody.clone().keeping(&step).form("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
        let page = nobody.keeping(&entered).get("/today").await;
        assert!(page.words().contains("one try under your name was wrong"), "{}", page.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn of_two_that_come_by_one_link_at_once_one_wins() {
    for demo in Demo::both().await {
        let body =
            json!({ "reference": "N-900", "handle": "v.new", "name": "V. New", "roles": [{ "role": "auditor" }] });
        demo.world.named(&demo.caller("k.brandt"), "invite-person", body).await.unwrap();
        let made = demo.sign_in("k.brandt").await.form("/admin/users/N-900/link", &[("request_id", "x")]).await;
        let token = made.body.split("href=\"/welcome/").nth(1).expect(&made.body).split('"').next().unwrap();
        let path = format!("/welcome/{token}");
        let seeds: Vec<Enrolment> = (0..4).map(|_| Enrolment::new().unwrap()).collect();
        let tries = seeds.iter().enumerate().map(|(n, seed)| {
            let (door, path, code, text) = (demo.world.nobody(), path.clone(), seed.code_now().unwrap(), seed.text());
            async move {
                let form = [("request_id", "x"), ("seed", &text), ("password", PASSWORD), ("code", &code)];
                (n, door.form(&path, &form).await.status)
            }
        });
        let mut running = tokio::task::JoinSet::new();
        tries.for_each(|one| drop(running.spawn(one)));
        let mut won = Vec::new();
        while let Some(answer) = running.join_next().await {
            let (n, status) = answer.unwrap();
            let late = [StatusCode::NOT_FOUND, StatusCode::SEE_OTHER].contains(&status);
            assert!(late, "{}: {status}", demo.world.engine);
            won.extend((status == StatusCode::SEE_OTHER).then_some(n));
        }
        assert_eq!(won.len(), 1, "{}", demo.world.engine);
        // and who won is who signs in, with an entry that says how they came
        let activate = json!({ "person": "N-900" });
        demo.world.named(&demo.caller("k.brandt"), "activate-person", activate).await.unwrap();
        let code = seeds[won[0]].code_now().unwrap();
        let proof = Proof { handle: "v.new".into(), ..proof(&code, "far", None) };
        assert!(demo.world.app.sign_in(&proof).await.unwrap().is_ok(), "{}", demo.world.engine);
        let mut look = demo.world.app.store().look().await.unwrap();
        let on = look.named(Kind::Person, "N-900").await.unwrap().unwrap();
        let person: Person = look.get(on).await.unwrap();
        assert_eq!(person.keys.len(), 1);
        drop(look);
        demo.world.close().await;
    }
}

/// Whoever has a link in could come in as the person: one site's administrator makes none for who works at all sites.
#[tokio::test]
async fn a_link_in_is_made_by_who_manages_people_wherever_that_person_could_work() {
    for demo in Demo::both().await {
        let admin = demo.caller("k.brandt");
        let invite = async |reference: &str, role: serde_json::Value| {
            let body = json!({ "reference": reference, "handle": reference, "name": reference, "roles": [role] });
            demo.world.named(&admin, "invite-person", body).await.unwrap()["done"]["id"].clone()
        };
        let local = invite("N-910", json!({ "role": "administrator", "site": "BRU" })).await;
        invite("N-911", json!({ "role": "auditor" })).await;
        invite("N-912", json!({ "role": "auditor", "site": "BRU" })).await;
        demo.world.named(&admin, "activate-person", json!({ "person": "N-910" })).await.unwrap();
        let door = demo.world.sign_in(local.as_str().unwrap().parse().unwrap(), "n-910").await;
        let link = async |person: &str| {
            let made = door.form(&format!("/admin/users/{person}/link"), &[("request_id", "x")]).await;
            (made.status, made.body.contains("href=\"/welcome/"))
        };
        assert_eq!(link("N-911").await, (StatusCode::FORBIDDEN, false), "{}", demo.world.engine);
        assert_eq!(link("N-912").await, (StatusCode::OK, true), "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn somebody_changes_their_password_by_the_old_one_and_a_code() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (person, door, new) =
            (demo.person("anna.keller"), demo.sign_in("anna.keller").await, "four words nobody strings");
        let (old, seed) = (door.pocket().password.clone(), door.pocket().seed.clone());
        // given a session of hers elsewhere too
        let tries = |password: &str, place: &str| {
            let password = password.to_owned();
            Proof { password, ..proof(&seed.code_now().unwrap(), place, None) }
        };
        later(&demo, person).await;
        let elsewhere = demo.world.app.sign_in(&tries(&old, "home")).await.unwrap().unwrap().secret;
        let sends = async |old: &str, code: &str, new: &str, again: &str| {
            later(&demo, person).await;
            let form = [("old", old), ("code", code), ("password", new), ("again", again)];
            door.form("/me/password", &form).await
        };
        let page = door.get("/me/password").await;
        assert_eq!(page.status, StatusCode::OK, "{engine}");
        assert!(page.words().contains("Every session of yours ends"), "{engine}");
        // given what is not right, each told at its field, when it is sent, then nothing changes
        let size = demo.size().await;
        let code = seed.code_now().unwrap();
        for (typed, code, new, again, field, says) in [
            ("not this one at all", code.as_str(), new, new, "f-old", "Password or code are not right"),
            (&*old, "12345x", new, new, "f-old", "Password or code are not right"),
            (&*old, code.as_str(), new, "four words nobody sings", "f-again", "The two are not the same"),
            (&*old, code.as_str(), "short", "short", "f-password", "fewer than 12 characters"),
            (&*old, code.as_str(), &*old, &*old, "f-password", "the password you have"),
        ] {
            let reply = sends(typed, code, new, again).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {says}");
            assert!(reply.body.contains(&format!("id=\"{field}-e\"")), "{engine}: {field}");
            assert!(reply.words().contains(says), "{engine}: {}", reply.words());
            assert!(!reply.body.contains(&format!("value=\"{old}")), "{engine}: a password was sent back");
        }
        assert_eq!(demo.size().await, size, "{engine}");
        // when all of it is right, then it is changed, new recovery codes are on their way, and every session is over
        let reply = sends(&old, &seed.code_now().unwrap(), new, new).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/recovery-codes"), "{engine}");
        let codes = demo.world.nobody().keeping(&reply).get("/recovery-codes").await;
        assert!(codes.body.contains("recovery-codes") && codes.body.contains("<li>"), "{engine}: {}", codes.words());
        assert_eq!(door.get("/today").await.status, StatusCode::SEE_OTHER, "{engine}");
        assert!(demo.world.app.caller(&elsewhere).await.unwrap().is_none(), "{engine}");
        // and the old one opens nothing, the new one with the same app does
        later(&demo, person).await;
        assert_eq!(demo.world.app.sign_in(&tries(&old, "b")).await.unwrap(), Err(Refused::Wrong), "{engine}");
        assert!(demo.world.app.sign_in(&tries(new, "c")).await.unwrap().is_ok(), "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn whoever_sits_at_an_unlocked_console_guesses_a_few_passwords_and_no_more() {
    for demo in Demo::both().await {
        let (engine, door) = (demo.world.engine, demo.sign_in("anna.keller").await);
        let (right, seed) = (door.pocket().password.clone(), door.pocket().seed.clone());
        let sends = async |old: &str, code: &str| {
            later(&demo, demo.person("anna.keller")).await;
            let new = "four words nobody strings";
            door.form("/me/password", &[("old", old), ("code", code), ("password", new), ("again", new)]).await
        };
        for n in 0..8 {
            sends(&format!("guess number {n} of many"), "123456").await;
        }
        // when they hit upon it at last, then it is not even looked at
        let late = sends(&right, &seed.code_now().unwrap()).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        // while the person comes in elsewhere
        let elsewhere = Proof { password: right, ..proof(&seed.code_now().unwrap(), "home", None) };
        let begun = demo.world.app.sign_in(&elsewhere).await.unwrap();
        assert!(begun.is_ok(), "{engine}");
        demo.world.close().await;
    }
}
