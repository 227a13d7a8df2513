//! Who brings nothing, what is no recording, and what a program does.

use plantgate_app::qualify::token::TokenWish;
use plantgate_testkit::tokens::wish;

use super::*;

#[tokio::test]
async fn who_may_not_enter_a_session_brings_nothing_and_leaves_nothing_behind() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let reference = entered(&demo, "l.ortega").await;
        let weber = demo.sign_in("d.weber").await;
        let sent = sends(&weber, &format!("session={reference}"), CAST.as_bytes()).await;
        // the person who was inside, their contact, another firm and another site; then ours without the power
        let strangers = ["l.ortega", "i.campos", "c.moreau", "li.na", "t.walker"];
        let ours = ["i.haddad", "j.lindqvist"];
        let mut doors = Vec::new();
        for handle in strangers.into_iter().chain(ours) {
            doors.push((handle, demo.sign_in(handle).await));
        }
        let (size, lay) = (demo.size().await, lies(&demo));
        for (handle, door) in doors {
            let page = brings(&door, &reference, CAST, &[]).await;
            let status = if ours.contains(&handle) { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
            assert_eq!(page.status, status, "{engine}: {handle}: {}", page.words());
            let api = sends(&door, &format!("session={reference}"), CAST.as_bytes()).await;
            assert!(!api.status.is_success(), "{engine}: {handle}: {}", api.body);
            // not even with what somebody else was answered
            let said = no(&demo, handle, "bring-recording", named(&reference, &sent)).await;
            let refused = ["NotFound", "stop-no-power", "invalid-unknown"].contains(&said.as_str());
            assert!(refused, "{engine}: {handle}: {said}");
            let own = door.get(&format!("/register/session/{reference}")).await;
            assert!(!own.body.contains("/bring\""), "{engine}: {handle}");
        }
        let nobody = brings(&demo.world.nobody(), &reference, CAST, &[]).await;
        assert!(nobody.location().starts_with("/sign-in"), "{engine}: {}", nobody.status);
        assert_eq!((demo.size().await, lies(&demo)), (size, lay), "{engine}");
        // one of ours who may, and was inside themselves
        let theirs = entered(&demo, "anna.keller").await;
        let keller = demo.sign_in("anna.keller").await;
        let (size, lay) = (demo.size().await, lies(&demo));
        let page = brings(&keller, &theirs, CAST, &[]).await;
        assert!(page.words().contains("recording of their own session"), "{engine}: {}", page.words());
        let api = sends(&keller, &format!("session={theirs}"), CAST.as_bytes()).await;
        assert!(api.body.contains("refuse-bring-oneself"), "{engine}: {}", api.body);
        assert_eq!((demo.size().await, lies(&demo)), (size, lay), "{engine}");
        // what was answered for one session is good for no other, and words of somebody for none
        assert_eq!(no(&demo, "d.weber", "bring-recording", named(&theirs, &sent)).await, "invalid-recording-ticket");
        let invented = json!({ "session": reference, "recording": "00ff".repeat(60), "source": "x" });
        assert_eq!(no(&demo, "d.weber", "bring-recording", invented).await, "invalid-recording-ticket", "{engine}");
        // two that were sent before either was named: all of a session are under one key, so the second is sent anew
        let other = sends(&weber, &format!("session={reference}"), CAST.replace("first", "other").as_bytes()).await;
        does(&demo, "d.weber", "bring-recording", named(&reference, &sent)).await;
        let late = no(&demo, "d.weber", "bring-recording", named(&reference, &other)).await;
        assert_eq!(late, "invalid-recording-meanwhile", "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_broken_file_is_refused_with_its_line_and_one_with_gaps_says_so_everywhere() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let reference = entered(&demo, "l.ortega").await;
        let door = demo.sign_in("d.weber").await;
        let (size, lay) = (demo.size().await, lies(&demo));
        // given what is none: refused with file, line, and what to do
        let none = brings(&door, &reference, "login,last\nm.one,never\n", &[("gaps", "true")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(none.words().contains("rec.cast:1: This is no asciicast"), "{engine}: {}", none.words());
        let empty = brings(&door, &reference, "", &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {}", empty.words());
        // given one with a bad line and an end that was cut off, in a character and with bytes that steer
        let broken = format!("{CAST}lol\u{1b}[2J\n[5,\"o\",\"whole\"]\n[6,\"o\",\"cut of");
        let refused = brings(&door, &reference, &broken, &[]).await;
        let words = refused.words();
        for said in ["rec.cast:4: This is no JSON", "rec.cast:6: This is no JSON", "2 lines cannot be read"] {
            assert!(words.contains(said), "{engine}: {said}: {words}");
        }
        assert!(!refused.body.contains('\u{1b}') && !refused.body.contains("lol"), "{engine}");
        let api = sends(&door, &format!("session={reference}&name=rec.cast"), broken.as_bytes()).await;
        let errors = api.json()["errors"].clone();
        assert_eq!((&errors[0]["line"], &errors[0]["code"]), (&json!(4), &json!("invalid-recording-json")), "{engine}");
        assert_eq!(errors[2]["code"], "invalid-recording-gaps", "{engine}: {errors}");
        // then nothing of any of it is kept
        assert_eq!((demo.size().await, lies(&demo)), (size, lay), "{engine}");
        // when somebody says that lines may be missing, then it is there, and every page says how many
        let sent = brings(&door, &reference, &broken, &[("gaps", "true")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{engine}: {}", sent.words());
        let session = stands(&demo, &reference).await;
        assert_eq!((session.parts[0].lines, session.parts[0].gaps), (3, 2), "{engine}");
        plays::says(&door, &session, "1", "for the test").await;
        let page = door.get(&format!("{}?part=1&at=99:00", plays::page(&session))).await;
        assert!(page.words().contains("2 lines of the file that was brought"), "{engine}: {}", page.words());
        assert!(page.body.contains("whole"), "{engine}: {}", page.body);
        harmless("gaps", &page);
        let german = demo.sign_in("d.weber").await.in_language("de");
        let page = german.get(&format!("/register/session/{reference}")).await;
        assert!(page.status == StatusCode::OK && !page.body.contains("bring-brought"), "{engine}");
        // a file cut in the middle of a sign is such a file, too
        let mut cut = CAST.as_bytes().to_vec();
        cut.extend_from_slice(b"[7,\"o\",\"\xc3");
        let api = sends(&german, &format!("session={reference}&gaps=true"), &cut).await;
        assert_eq!((&api.json()["events"], &api.json()["gaps"]), (&json!(2), &json!(1)), "{engine}: {}", api.body);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_somebody_typed_comes_only_where_an_agreement_allows_it_and_no_page_shows_it() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let reference = entered(&demo, "l.ortega").await;
        let door = demo.sign_in("d.weber").await;
        let (size, lay) = (demo.size().await, lies(&demo));
        // given what somebody typed, a password among it: refused with its place, and nothing is kept
        let typed = format!("{CAST}[7,\"i\",\"hunter2\"]\n[8,\"i\",\"\\r\"]\n");
        let refused = brings(&door, &reference, &typed, &[("gaps", "true")]).await;
        let words = refused.words();
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        for said in ["rec.cast:4: The file holds 2 entries of what somebody typed", "say that an agreement allows it"] {
            assert!(words.contains(said), "{engine}: {said}: {words}");
        }
        assert!(!refused.body.contains("hunter2"), "{engine}");
        let api = sends(&door, &format!("session={reference}&gaps=true"), typed.as_bytes()).await;
        assert_eq!(api.json()["errors"][0]["code"], "invalid-recording-typed", "{engine}: {}", api.body);
        assert_eq!((demo.size().await, lies(&demo)), (size, lay), "{engine}");
        // when somebody says that an agreement allows it, the record counts it
        let sent = brings(&door, &reference, &typed, &[("typed", "true")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{engine}: {}", sent.words());
        assert_eq!(stands(&demo, &reference).await.brought[0].typed, 2, "{engine}");
        // then whoever opens it is told, and sees nothing of it
        plays::says(&door, &stands(&demo, &reference).await, "1", "for the test").await;
        for at in ["&at=99:00", "&lines=0"] {
            let page = door.get(&format!("{}?part=1{at}", plays::page(&stands(&demo, &reference).await))).await;
            assert!(page.words().contains("2 entries of what somebody typed"), "{engine} {at}: {}", page.words());
            assert!(!page.body.contains("hunter2"), "{engine} {at}: {}", page.words());
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_no_session_takes_fills_nobodys_disk() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let reference = entered(&demo, "l.ortega").await;
        let door = demo.sign_in("d.weber").await;
        // given as much as may wait, brought to no session
        let line = format!("[5,\"o\",\"{}\"]\n", "x".repeat(500_000));
        let large = |n: usize| format!("{CAST}[4,\"o\",\"{n}\"]\n{}", line.repeat(2));
        let first = sends(&door, &format!("session={reference}"), CAST.as_bytes()).await;
        does(&demo, "d.weber", "bring-recording", named(&reference, &first)).await;
        let mut waits = Vec::new();
        for n in 0..3 {
            let sent = sends(&door, &format!("session={reference}"), large(n).as_bytes()).await;
            assert_eq!(sent.status, StatusCode::OK, "{engine}: {}", sent.body);
            waits.push(sent);
        }
        // then one more is refused before any byte is read, to whoever brought them and to nobody else
        let full = sends(&door, &format!("session={reference}"), CAST.as_bytes()).await;
        assert_eq!(full.json()["errors"][0]["code"], "invalid-recording-waiting", "{engine}: {}", full.body);
        let page = brings(&door, &reference, CAST, &[]).await;
        assert!(page.words().contains("brought to no session"), "{engine}: {}", page.words());
        let other = demo.sign_in("anna.keller").await;
        let sent = sends(&other, &format!("session={reference}"), large(9).as_bytes()).await;
        assert_eq!(sent.status, StatusCode::OK, "{engine}: {}", sent.body);
        // when a session takes them, there is room again
        for sent in &waits {
            does(&demo, "d.weber", "bring-recording", named(&reference, sent)).await;
        }
        let sent = sends(&door, &format!("session={reference}"), large(8).as_bytes()).await;
        assert_eq!(sent.status, StatusCode::OK, "{engine}: {}", sent.body);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_machine_brings_what_it_recorded_by_its_token_and_nothing_of_another_site() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let reference = entered(&demo, "l.ortega").await;
        let body = json!({ "reference": "M-JMP", "name": "Jump host of hall 3", "owner": "N-102", "site": "BRU" });
        demo.world.named(&demo.caller("k.brandt"), "make-service", body).await.unwrap();
        let asks = |name: &str, acts: &[&str]| TokenWish { service: Some("M-JMP".into()), ..wish(name, acts, &[]) };
        let by = demo.caller("m.okafor");
        let made = demo.world.token(&by, asks("jump", &["bring-recording"])).await.unwrap();
        let program = demo.world.program(&made.secret);
        let sent = sends(&program, &format!("session={reference}&name=4711.cast"), CAST.as_bytes()).await;
        assert_eq!(sent.status, StatusCode::OK, "{engine}: {}", sent.body);
        let told = sent.json();
        assert_eq!(
            [&told["format"], &told["seconds"], &told["events"], &told["gaps"]],
            [2, 3, 2, 0],
            "{engine}: {told}"
        );
        let done = program.json("/api/v1/acts/bring-recording", &named(&reference, &sent)).await;
        assert_eq!(done.status, StatusCode::OK, "{engine}: {}", done.body);
        let session = stands(&demo, &reference).await;
        assert_eq!(session.brought[0].by.map(|p| p.to_string()), Some(made.done.holder.to_string()), "{engine}");
        // a token for something else takes nothing in
        let other = demo.world.token(&by, asks("list", &["take-account-list"])).await.unwrap();
        let (lay, other) = (lies(&demo), demo.world.program(&other.secret));
        let refused = sends(&other, &format!("session={reference}"), b"x").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{engine}: {}", refused.body);
        // and a machine of another site does not learn that the session is there
        let body = json!({ "reference": "M-LIN", "name": "Jump host", "owner": "N-102", "site": "LIN" });
        demo.world.named(&demo.caller("k.brandt"), "make-service", body).await.unwrap();
        let there = TokenWish { service: Some("M-LIN".into()), ..wish("jump", &["bring-recording"], &[]) };
        let there = demo.world.token(&by, there).await.unwrap();
        let unknown = sends(&demo.world.program(&there.secret), &format!("session={reference}"), b"x").await;
        assert!(unknown.body.contains("invalid-unknown"), "{engine}: {}", unknown.body);
        let nothing = sends(&program, "gaps=perhaps", b"x").await;
        assert!(nothing.body.contains("invalid-query-recording"), "{engine}: {}", nothing.body);
        assert_eq!(lies(&demo), lay, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_session_of_our_own_gateway_takes_no_other_recording() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let session = plays::recorded(&demo).await;
    let reference = &session.facts.reference;
    let door = demo.sign_in("d.weber").await;
    let page = door.get(&format!("/register/session/{reference}")).await;
    assert!(!page.body.contains("/bring\""), "{}", page.words());
    let refused = brings(&door, reference, CAST, &[]).await;
    assert!(refused.words().contains("Our own gateway recorded this session"), "{}", refused.words());
    let api = sends(&door, &format!("session={reference}"), CAST.as_bytes()).await;
    assert!(api.body.contains("refuse-bring-gated"), "{}", api.body);
    assert_eq!(stands(&demo, reference).await.parts.len(), 2);
    demo.world.close().await;
}
