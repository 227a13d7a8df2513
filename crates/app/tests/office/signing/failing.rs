//! S6 and S8: a signature that fails changes nothing but for the entry that says so, guessing waits, and no act that
//! is signed is done without.

use plantgate_app::{Stop, acts, sign::Typed};
use plantgate_domain::{
    base::{Kind, SignFailure},
    event::{
        Event,
        expect::TrailKind,
        qualify::{PersonEvent, SignatureFailed},
    },
    expect::agreement::Agreement,
};
use plantgate_store::memory::Memory;
use plantgate_testkit::world::request;
use serde_json::json;

use super::{
    super::ground::{Ground, ground},
    draft, id, revise, signatures, signs, size, types, wanted, why,
};

/// Failed signatures of a person, oldest first.
async fn failed(g: &Ground, by: &plantgate_app::Caller) -> Vec<SignatureFailed> {
    let mut look = g.w.app.store().look().await.unwrap();
    let entries = look.entries(id(by).into()).await.unwrap();
    let all = entries.into_iter().filter_map(|(read, _)| match read.event {
        Event::Person(PersonEvent::SignatureFailed(failed)) => Some(failed),
        _ => None,
    });
    all.collect()
}

#[tokio::test]
async fn a_wrong_proof_is_an_entry_and_nothing_else_changes() {
    for g in ground().await {
        let by = &g.adeyemi;
        let body = draft(&g, "MSA-1").await;
        let right = types(&g, by, "sign-agreement", &body).await;
        let before = size(&g).await;
        let wrong = [
            (Typed { password: Some("another password".to_owned()), ..right.clone() }, SignFailure::Password),
            (Typed { code: Some("000000".to_owned()), ..right.clone() }, SignFailure::Code),
        ];
        for (n, (typed, part)) in (1_u64..).zip(wrong) {
            let stop = signs(&g, by, "sign-agreement", &body, &typed).await.unwrap_err();
            // whoever typed it is told the same, whichever part was wrong; the record knows which
            assert_eq!((why(&stop), size(&g).await), ("invalid-signature", before + n), "{}", g.w.engine);
            let told = failed(&g, by).await.pop().unwrap();
            assert_eq!((told.act.as_str(), told.why), ("sign-agreement", part));
            assert_eq!(told.on.unwrap().kind, Kind::Agreement);
        }
        assert!(signatures(&g, Kind::Agreement, "MSA-1").await.is_empty());
        let mut look = g.w.app.store().look().await.unwrap();
        let on = look.named(Kind::Agreement, "MSA-1").await.unwrap().unwrap();
        assert_eq!(look.get::<Agreement>(on).await.unwrap().signed, None);
        // and whoever reviews the audit trail finds each of them
        let waits = plantgate_app::review::trail::open(&mut look).await.unwrap();
        assert_eq!(waits.all.iter().filter(|x| x.kind == TrailKind::Signature).count(), 2);
        drop(look);
        // a wrong password used up no code: the right one signs
        signs(&g, by, "sign-agreement", &body, &right).await.unwrap();
        g.close().await;
    }
}

#[tokio::test]
async fn who_guesses_waits_and_fills_no_record() {
    for g in ground().await {
        let body = draft(&g, "MSA-1").await;
        let right = types(&g, &g.adeyemi, "sign-agreement", &body).await;
        let wrong = Typed { password: Some("another password".to_owned()), ..right.clone() };
        let mut told = Vec::new();
        for _ in 0..12 {
            told.push(why(&signs(&g, &g.adeyemi, "sign-agreement", &body, &wrong).await.unwrap_err()));
        }
        let tried = told.iter().filter(|t| **t == "invalid-signature").count();
        assert!((1..12).contains(&tried) && told[11] == "invalid-signature-wait", "{told:?}");
        assert_eq!(failed(&g, &g.adeyemi).await.len(), tried, "{}", g.w.engine);
        // while it waits not even the right proof is looked at; signing in is another matter
        let stop = signs(&g, &g.adeyemi, "sign-agreement", &body, &right).await.unwrap_err();
        assert_eq!(why(&stop), "invalid-signature-wait");
        assert!(g.w.app.caller(right.session.as_deref().unwrap()).await.unwrap().is_some());
        g.close().await;
    }
}

#[tokio::test]
async fn having_signed_in_signs_nothing() {
    for g in ground().await {
        let body = draft(&g, "MSA-1").await;
        g.w.pocket(id(&g.adeyemi)).await;
        let before = size(&g).await;
        // a session, a request id, a preview: none of them is a signature
        let wanted = wanted(&g, &g.adeyemi, "sign-agreement", &body).await;
        let seen = acts::preview(&g.w.app, &g.adeyemi, "sign-agreement", body.clone()).await.unwrap();
        assert_eq!(seen["signs"]["digest"], json!(wanted.digest));
        let session = Some(g.w.pocket(id(&g.adeyemi)).await.session);
        let bare = Typed { session, digest: wanted.digest, ..Typed::default() };
        let stop = signs(&g, &g.adeyemi, "sign-agreement", &body, &bare).await.unwrap_err();
        assert_eq!((why(&stop), size(&g).await), ("invalid-signature-both", before), "{}", g.w.engine);
        // whoever may not do it is told that first, and asked for nothing
        assert_eq!(why(&g.no(&g.vogt, "sign-agreement", body).await), "stop-no-power");
        g.close().await;
    }
}

#[tokio::test]
async fn what_changed_since_it_was_shown_is_not_signed() {
    for g in ground().await {
        let body = draft(&g, "MSA-1").await;
        let typed = types(&g, &g.adeyemi, "sign-agreement", &body).await;
        // given somebody revises the words after they were shown
        revise(&g, "MSA-1", "Something else.").await;
        let before = size(&g).await;
        let stop = signs(&g, &g.adeyemi, "sign-agreement", &body, &typed).await.unwrap_err();
        assert!(matches!(stop, Stop::Stale(_)), "{stop:?}");
        // a proof that names no version is no proof of what was seen
        let blind = Typed { digest: None, ..typed.clone() };
        let stop = acts::signed(&g.w.app, &g.adeyemi, request(), ("sign-agreement", body.clone()), &blind).await;
        assert!(matches!(stop, Err(Stop::Unsigned(_))), "{stop:?}");
        assert_eq!(size(&g).await, before, "{}", g.w.engine);
        // the code is still good for the version that stands
        let digest = wanted(&g, &g.adeyemi, "sign-agreement", &body).await.digest;
        signs(&g, &g.adeyemi, "sign-agreement", &body, &Typed { digest, ..typed }).await.unwrap();
        g.close().await;
    }
}

/// A leaver's proof is worth nothing, and a password that was replaced signs no more.
#[tokio::test]
async fn who_was_suspended_signs_nothing() {
    for g in ground().await {
        let body = draft(&g, "MSA-1").await;
        let typed = types(&g, &g.adeyemi, "sign-agreement", &body).await;
        g.ok(&g.admin, "suspend-person", json!({ "person": "adeyemi", "reason": "Left." })).await;
        let stop = signs(&g, &g.adeyemi, "sign-agreement", &body, &typed).await.unwrap_err();
        assert_eq!(why(&stop), "stop-no-seat", "{}", g.w.engine);
        assert!(signatures(&g, Kind::Agreement, "MSA-1").await.is_empty());
        g.close().await;
    }
}
