//! What the statements of the ways in do: sessions, recovery codes, passkeys.

use plantgate_domain::base::PersonId;
use plantgate_store::{clock::Wall, ops};

/// Sessions that end by name and but for one, that go on under another secret; recovery codes.
pub async fn signed_in(store: &plantgate_store::Store, person: PersonId) {
    let (db, limits, now) = (store.db(), store.limits(), Wall::now());
    let new = ops::session::New { person: person.0, auth: "password+totp", machine: "firefox linux" };
    let (one, two) = (
        ops::session::begin(db, new, limits, now).await.unwrap(),
        ops::session::begin(db, new, limits, now).await.unwrap(),
    );
    let two = ops::session::renew(db, &two, "password+totp", now).await.unwrap().unwrap();
    let mut tx = db.write().await.unwrap();
    assert_eq!(ops::session::standing(&mut tx, person.0, limits, now).await.unwrap().len(), 2);
    assert!(ops::session::end_named(&mut tx, person.0, &ops::session::name(&one)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(ops::session::end_others(db, person.0, &two).await.unwrap(), 0);
    ops::recovery::keep(db, person.0, "made", "stands", &[vec![1], vec![2]]).await.unwrap();
    let kept = ops::recovery::of(&mut db.read().await.unwrap(), person.0, "made").await.unwrap();
    assert_eq!(kept, [vec![1], vec![2]]);
    ops::recovery::used(db, person.0, 1).await.unwrap();
    assert_eq!(ops::recovery::told(db, person.0).await.unwrap(), 1);
    crate::oidc::statements(db, person.0, now).await;
}

/// A passkey that is kept, used once by each ceremony, doubted and taken away.
pub async fn passkeys(store: &plantgate_store::Store, person: PersonId) {
    let (db, request) = (store.db(), plantgate_testkit::world::request());
    let passkey = ops::passkey::Passkey {
        id: vec![1; 16],
        person: person.0,
        public: vec![2],
        transports: 0,
        name: "Laptop".to_owned(),
    };
    let fingerprint = passkey.fingerprint(store.keyring()).unwrap();
    assert!(ops::passkey::keep(db, &passkey, &fingerprint, &[0]).await.unwrap());
    assert!(!ops::passkey::keep(db, &passkey, "another", &[0]).await.unwrap());
    let row = ops::passkey::of(&mut db.read().await.unwrap(), &passkey.id).await.unwrap().unwrap();
    let once = |n: u8| ops::passkey::Use { ceremony: vec![n], request, until: Wall::now().0 + 60 };
    assert!(ops::passkey::used(db, &row, &[1], &once(1)).await.unwrap());
    // given what was read before that, then another answer was faster
    assert!(!ops::passkey::used(db, &row, &[2], &once(2)).await.unwrap());
    let spent = async |n| ops::passkey::is_spent(&mut db.read().await.unwrap(), &once(n)).await.unwrap();
    assert_eq!((spent(1).await, spent(2).await), (true, false));
    assert!(ops::passkey::use_up(db, &once(1)).await.unwrap(), "the same request once more");
    let other = ops::passkey::Use { request: plantgate_testkit::world::request(), ..once(1) };
    assert!(!ops::passkey::use_up(db, &other).await.unwrap());
    ops::passkey::doubt(db, &passkey.id).await.unwrap();
    let all = ops::passkey::all(&mut db.read().await.unwrap(), person.0).await.unwrap();
    assert!(all.len() == 1 && all[0].used_at.is_some() && all[0].doubted_at.is_some() && all[0].state == [1]);
    ops::passkey::drop_row(db, person.0, &fingerprint).await.unwrap();
    assert!(ops::passkey::all(&mut db.read().await.unwrap(), person.0).await.unwrap().is_empty());
}
