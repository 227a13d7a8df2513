//! S4, S5 and S8: two components at first, one in a series, both again in a new session; nobody signs for another, with
//! a password that another set, or by having signed in; and what proved one signature proves no second.

use plantgate_app::{
    Caller,
    sign::Typed,
    sign_in::{Enrolment, Proof},
};
use plantgate_domain::base::{Actor, Factor, Kind};
use plantgate_store::clock::Wall;
use plantgate_testkit::signer::{PASSWORD, Pocket};

use super::{
    super::{
        clock::watched,
        ground::{Ground, ground},
    },
    draft, id, signatures, signs, size, types, why,
};

/// The same person in another session.
async fn another_session(g: &Ground, by: &Caller, handle: &str, at: i64) -> String {
    let pocket = g.w.pocket(id(by)).await;
    let code = pocket.seed.code_at(Wall(g.w.wall().await.0 + at)).unwrap();
    let (handle, place) = (handle.to_owned(), "elsewhere".to_owned());
    let proof = Proof { handle, password: pocket.password, code, place, machine: None, seen_as: String::new() };
    g.w.app.sign_in(&proof).await.unwrap().unwrap().secret
}

#[tokio::test]
async fn the_first_of_a_series_takes_both_components_and_those_behind_it_one() {
    for g in ground().await {
        let by = &g.adeyemi;
        let first = draft(&g, "MSA-1").await;
        let both = types(&g, by, "sign-agreement", &first).await;
        // given nothing was signed in this session, when one component comes, then it is no attempt and no signature
        for half in [Typed { code: None, ..both.clone() }, Typed { password: None, ..both.clone() }] {
            let before = size(&g).await;
            let stop = signs(&g, by, "sign-agreement", &first, &half).await.unwrap_err();
            assert_eq!((why(&stop), size(&g).await), ("invalid-signature-both", before), "{}", g.w.engine);
        }
        signs(&g, by, "sign-agreement", &first, &both).await.unwrap();
        // when the next one follows in the same session, then the password is enough; nothing at all is not
        let second = draft(&g, "MSA-2").await;
        let more = types(&g, by, "sign-agreement", &second).await;
        assert!(more.code.is_none(), "the series goes on");
        let nothing = Typed { password: None, ..more.clone() };
        assert_eq!(
            why(&signs(&g, by, "sign-agreement", &second, &nothing).await.unwrap_err()),
            "invalid-signature-one"
        );
        // but in no session it is the first one again
        let alone = Typed { session: None, ..more.clone() };
        assert_eq!(why(&signs(&g, by, "sign-agreement", &second, &alone).await.unwrap_err()), "invalid-signature-both");
        signs(&g, by, "sign-agreement", &second, &more).await.unwrap();
        let of = async |name: &str| signatures(&g, Kind::Agreement, name).await.pop().unwrap().signature;
        let (one, two) = (of("MSA-1").await, of("MSA-2").await);
        assert_eq!((one.first, one.factors), (true, vec![Factor::Password, Factor::Totp]));
        assert_eq!((two.first, two.factors), (false, vec![Factor::Password]));
        g.close().await;
    }
}

#[tokio::test]
async fn a_series_ends_with_its_session_and_with_time() {
    for g in watched("2026-11-16T07:30:00Z", false).await {
        let by = &g.adeyemi;
        let first = draft(&g, "MSA-1").await;
        let both = types(&g, by, "sign-agreement", &first).await;
        signs(&g, by, "sign-agreement", &first, &both).await.unwrap();
        let pocket = g.w.pocket(id(by)).await;
        assert!(g.w.app.signing_series(id(by), &pocket.session).await.unwrap());
        // somebody else's session has no part in it, nor has another one of theirs
        assert!(!g.w.app.signing_series(id(&g.okafor), &pocket.session).await.unwrap());
        g.w.clock.pass(90);
        let other = another_session(&g, by, "adeyemi", 0).await;
        assert!(!g.w.app.signing_series(id(by), &other).await.unwrap(), "{}", g.w.engine);
        // ten minutes after the last signing it is over; before that it was not
        g.w.clock.pass(500);
        assert!(g.w.app.signing_series(id(by), &pocket.session).await.unwrap(), "{}", g.w.engine);
        g.w.clock.pass(20);
        assert!(!g.w.app.signing_series(id(by), &pocket.session).await.unwrap(), "{}", g.w.engine);
        // and signing out ends it at once
        let second = draft(&g, "MSA-2").await;
        let both = types(&g, by, "sign-agreement", &second).await;
        assert!(both.code.is_some(), "both again");
        signs(&g, by, "sign-agreement", &second, &both).await.unwrap();
        assert!(g.w.app.signing_series(id(by), &pocket.session).await.unwrap());
        g.w.app.sign_out(&pocket.session).await.unwrap();
        assert!(!g.w.app.signing_series(id(by), &pocket.session).await.unwrap(), "{}", g.w.engine);
        g.close().await;
    }
}

#[tokio::test]
async fn nobody_signs_for_another() {
    for g in ground().await {
        // given what quality types to sign, when OT security sends it as their own, then nothing is signed
        let review = super::record::reviewed(&g).await;
        let theirs = types(&g, &g.lindqvist, "conclude-trail-review", &review).await;
        g.w.pocket(id(&g.okafor)).await;
        let stop = signs(&g, &g.okafor, "conclude-trail-review", &review, &theirs).await.unwrap_err();
        assert_eq!(why(&stop), "invalid-signature", "{}", g.w.engine);
        // nor may a part of the system, or whoever nobody knows by a password
        let watchman = Caller { actor: Actor::Watchman, auth: None, stale: false };
        assert!(signs(&g, &watchman, "conclude-trail-review", &review, &theirs).await.is_err());
        // and a deputy who signs does it by their own name, in their own function
        g.ok(&g.okafor, "conclude-trail-review", review).await;
        let mut look = g.w.app.store().look().await.unwrap();
        let house = plantgate_store::memory::Memory::organisation(&mut look).await.unwrap().unwrap();
        let signed = look.signatures(house.id.into()).await.unwrap().pop().unwrap();
        assert_eq!(signed.by, g.okafor.actor);
        assert_eq!(signed.roles, ["ot-security"]);
        drop(look);
        g.close().await;
    }
}

#[tokio::test]
async fn who_set_a_password_does_not_sign_with_it() {
    for g in ground().await {
        // given an administrator who set procurement's password and second factor
        let seed = Enrolment::new().unwrap();
        let person = id(&g.adeyemi);
        g.w.app.set_credential(&g.admin, person, "adeyemi", PASSWORD, &seed).await.unwrap();
        let code = seed.code_at(g.w.wall().await).unwrap();
        let (handle, place) = ("adeyemi".to_owned(), "test".to_owned());
        let proof = Proof { handle, password: PASSWORD.to_owned(), code, place, machine: None, seen_as: String::new() };
        let session = g.w.app.sign_in(&proof).await.unwrap().unwrap().secret;
        g.w.pockets.keep(person, Pocket { password: PASSWORD.to_owned(), seed, session });
        // when it is used to sign, then it is refused and recorded, though all of it is right
        let body = draft(&g, "MSA-1").await;
        let typed = types(&g, &g.adeyemi, "sign-agreement", &body).await;
        let stop = signs(&g, &g.adeyemi, "sign-agreement", &body, &typed).await.unwrap_err();
        assert_eq!(why(&stop), "invalid-signature-not-own", "{}", g.w.engine);
        assert!(signatures(&g, Kind::Agreement, "MSA-1").await.is_empty());
        // when procurement sets their own, then they sign
        let seed = Enrolment::new().unwrap();
        let own = "my own password for tests";
        g.w.app.set_credential(&g.adeyemi, person, "adeyemi", own, &seed).await.unwrap();
        let code = seed.code_at(g.w.wall().await).unwrap();
        let typed = Typed { password: Some(own.to_owned()), code: Some(code), session: None, ..typed };
        signs(&g, &g.adeyemi, "sign-agreement", &body, &typed).await.unwrap();
        g.close().await;
    }
}

#[tokio::test]
async fn a_password_from_the_command_line_signs_and_the_signature_tells_it() {
    for g in ground().await {
        let (person, seed) = (id(&g.adeyemi), Enrolment::new().unwrap());
        let terminal = Caller::person(person, "command-line");
        g.w.app.set_credential(&terminal, person, "adeyemi", PASSWORD, &seed).await.unwrap();
        let session = another(&g, &seed).await;
        g.w.pockets.keep(person, Pocket { password: PASSWORD.to_owned(), seed, session });
        let body = draft(&g, "MSA-1").await;
        let typed = types(&g, &g.adeyemi, "sign-agreement", &body).await;
        signs(&g, &g.adeyemi, "sign-agreement", &body, &typed).await.unwrap();
        let signed = signatures(&g, Kind::Agreement, "MSA-1").await.pop().unwrap();
        let factors = vec![Factor::Password, Factor::Totp, Factor::OperatorSet];
        assert_eq!(signed.signature.factors, factors, "{}", g.w.engine);
        g.close().await;
    }
}

async fn another(g: &Ground, seed: &Enrolment) -> String {
    let code = seed.code_at(g.w.wall().await).unwrap();
    let (handle, place) = ("adeyemi".to_owned(), "test".to_owned());
    let proof = Proof { handle, password: PASSWORD.to_owned(), code, place, machine: None, seen_as: String::new() };
    g.w.app.sign_in(&proof).await.unwrap().unwrap().secret
}

#[tokio::test]
async fn what_proved_one_signature_proves_no_second() {
    for g in ground().await {
        let by = &g.adeyemi;
        let (first, second) = (draft(&g, "MSA-1").await, draft(&g, "MSA-2").await);
        let typed = types(&g, by, "sign-agreement", &first).await;
        // the same request again gets the same answer and makes nothing new, though the code is used up
        let request = plantgate_testkit::world::request();
        let app = &g.w.app;
        let again = async || {
            plantgate_app::acts::signed(app, by, request, ("sign-agreement", first.clone()), &typed).await.unwrap()
        };
        let (one, before) = (again().await, size(&g).await);
        let two = again().await;
        assert_eq!((one["entry"].clone(), two["repeated"].clone()), (two["entry"].clone(), true.into()));
        assert_eq!(size(&g).await, before, "{}", g.w.engine);
        // the same password and code for another act, in a session of its own: the code is used up
        let digest = super::wanted(&g, by, "sign-agreement", &second).await.digest;
        let replayed = Typed { digest, session: None, ..typed };
        let stop = signs(&g, by, "sign-agreement", &second, &replayed).await.unwrap_err();
        assert_eq!(why(&stop), "invalid-signature", "{}", g.w.engine);
        assert!(signatures(&g, Kind::Agreement, "MSA-2").await.is_empty());
        g.close().await;
    }
}
