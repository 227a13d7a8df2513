//! How a token ends: taken back, by its day, with its holder's seat; each at the next request, whatever goes on.

use plantgate_domain::{base::DAY, event::expect::TrailKind};

use super::*;

/// Whether a program is let in.
async fn stands(program: &Door) -> bool {
    let reply = program.get("/api/v1/objects/site").await;
    assert!([StatusCode::OK, StatusCode::UNAUTHORIZED].contains(&reply.status), "{}", reply.body);
    reply.status == StatusCode::OK
}

#[tokio::test]
async fn a_token_ends_when_it_is_taken_back_when_its_day_comes_and_with_its_holders_seat() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let admin = demo.caller("k.brandt");
        let (made, program) = keeper(&demo).await;
        let second = demo.world.token(&demo.caller("m.okafor"), wish("second", &[], &[])).await.unwrap();
        let second_door = demo.world.program(&second.secret);
        assert!(stands(&program).await && stands(&second_door).await, "{engine}");
        // taken back by its holder: that one, at the next request, and the other not
        let gone = json!({ "person": "N-102", "token": made.done.token });
        demo.world.named(&demo.caller("m.okafor"), "revoke-token", gone.clone()).await.unwrap();
        assert!(!stands(&program).await && stands(&second_door).await, "{engine}");
        let again = demo.world.named(&demo.caller("m.okafor"), "revoke-token", gone).await.unwrap_err();
        assert_eq!(why(&again), "invalid-token-gone", "{engine}");
        // by somebody who manages people there, and by nobody else
        let gone = json!({ "person": "N-102", "token": second.done.token });
        let stop = demo.world.named(&demo.caller("anna.keller"), "revoke-token", gone.clone()).await.unwrap_err();
        assert_eq!(why(&stop), "stop-no-power", "{engine}");
        let stop = demo.world.named(&demo.caller("l.ortega"), "revoke-token", gone.clone()).await.unwrap_err();
        assert!(matches!(stop, Stop::NotFound), "{engine}: {stop:?}");
        demo.world.named(&admin, "revoke-token", gone).await.unwrap();
        assert!(!stands(&second_door).await, "{engine}");
        // with its holder's seat: while they are suspended, and when they left
        let (_, third) = keeper(&demo).await;
        let body = json!({ "person": "N-102", "reason": "Laptop lost." });
        demo.world.named(&admin, "suspend-person", body.clone()).await.unwrap();
        assert!(!stands(&third).await, "{engine}: suspended");
        demo.world.named(&admin, "resume-person", body).await.unwrap();
        assert!(stands(&third).await, "{engine}: back");
        let left = json!({ "person": "N-102", "kind": "leaver", "effective_at": demo.world.clock.now() });
        demo.world.named(&admin, "notice-person", left).await.unwrap();
        assert!(!stands(&third).await, "{engine}: left");
        // and by its day, which a clock that is set back does not take back
        let made = demo.world.token(&demo.caller("anna.keller"), wish("days", &[], &[])).await.unwrap();
        let fourth = demo.world.program(&made.secret);
        let lives = made.done.until.secs_since(demo.world.clock.now());
        assert!((30 * DAY..31 * DAY).contains(&lives), "{engine}: {lives}");
        demo.world.clock.set(made.done.until.plus_secs(-1));
        assert!(stands(&fourth).await, "{engine}: a second before its end");
        demo.world.clock.set(made.done.until);
        assert!(!stands(&fourth).await, "{engine}: expired");
        demo.world.close().await;
    }
}

/// What a program asks all the time: lists, its own tokens, acts, questions.
async fn asks(program: Door, n: usize) -> StatusCode {
    match n % 3 {
        0 => program.get("/api/v1/objects/site").await.status,
        1 => program.get("/api/v1/tokens").await.status,
        _ => program.json(LIST, &accounts()).await.status,
    }
}

#[tokio::test]
async fn of_sixty_requests_that_race_a_revocation_none_passes_behind_its_receipt() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let (made, program) = keeper(&demo).await;
        // given a program that comes in
        let before = [asks(program.clone(), 60).await, asks(program.clone(), 61).await];
        assert!(before.contains(&StatusCode::OK), "{engine}: none came in before, which proves nothing");
        let (receipt, given) = tokio::sync::watch::channel(false);
        let mut running = tokio::task::JoinSet::new();
        for n in 0..60 {
            let (program, given) = (program.clone(), given.clone());
            running.spawn(async move {
                // Whether the receipt was there before this request began: only then it must not pass.
                let late = *given.borrow();
                (late, asks(program, n).await)
            });
            if n == 20 {
                let app = demo.world.app.clone();
                let (by, token, receipt) = (demo.caller("m.okafor"), made.done.token, receipt.clone());
                running.spawn(async move {
                    let gone = json!({ "person": "N-102", "token": token });
                    acts::act(&app, &by, request(), "revoke-token", gone).await.unwrap();
                    receipt.send_replace(true);
                    (false, StatusCode::OK)
                });
            }
            tokio::task::yield_now().await;
        }
        let mut late = 0;
        while let Some(answer) = running.join_next().await {
            let (behind, status) = answer.unwrap();
            assert!(!behind || status == StatusCode::UNAUTHORIZED, "{engine}: {status} behind the receipt");
            let known = [StatusCode::OK, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
            assert!(known.contains(&status), "{engine}: {status}");
            late += usize::from(behind);
        }
        // what begins behind the receipt for sure
        for n in 0..6 {
            assert_eq!(asks(program.clone(), n).await, StatusCode::UNAUTHORIZED, "{engine}: {n}, {late} were late");
        }
        // and no entry by that token stands behind the one that took it back
        let mut look = demo.world.app.store().look().await.unwrap();
        let size = look.size();
        let mut by_token = Vec::new();
        let mut revoked = None;
        for seq in 0..size {
            let body = plantgate_store::verify::entry_bytes(look.tx(), seq).await.unwrap().unwrap();
            let read = plantgate_store::verify::read_entry(seq, &body).unwrap();
            if read.auth == Some(format!("token:{}", made.done.token)) {
                by_token.push(seq);
            }
            if read.event.to_wire().unwrap().0 == "qualify.token.revoked@1" {
                revoked = Some(seq);
            }
        }
        assert!(by_token.iter().all(|seq| *seq < revoked.unwrap()), "{engine}: {by_token:?} {revoked:?}");
        drop(look);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn making_and_taking_back_are_exceptions_that_a_review_looks_at() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let before = demo.size().await;
        let (made, program) = keeper(&demo).await;
        assert_eq!(program.json(LIST, &accounts()).await.status, StatusCode::OK);
        let gone = json!({ "person": "N-102", "token": made.done.token });
        demo.world.named(&demo.caller("m.okafor"), "revoke-token", gone).await.unwrap();
        let mut look = demo.world.app.store().look().await.unwrap();
        let range = plantgate_app::review::trail::open(&mut look).await.unwrap();
        let mine: Vec<_> = range.all.iter().filter(|e| e.what.read.at.seq >= before).collect();
        let names: Vec<&str> = mine.iter().map(|e| e.what.name.as_str()).collect();
        assert_eq!(names, ["qualify.token.made@1", "qualify.token.revoked@1"], "{engine}");
        assert!(mine.iter().all(|e| e.kind == TrailKind::Rights), "{engine}");
        drop(look);
        // a program signs no review, and the page of exceptions says how each came
        let page = demo.sign_in("j.lindqvist").await.get("/review/trail?kind=rights").await.words();
        assert!(page.contains("Token made") && page.contains("Token taken back"), "{engine}: {page}");
        demo.world.close().await;
    }
}
