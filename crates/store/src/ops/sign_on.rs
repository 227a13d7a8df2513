//! Whom an identity provider's subject leads to, by keyed digest: no table names an issuer or a subject. The record
//! knows each by a fingerprint over a salt that stands here only, so a row that was put here by hand signs nobody in,
//! and when a person is forgotten nothing leads from what the record keeps to anybody's account elsewhere. Beside it
//! the answers of identity providers that were used up.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    clock::Wall,
    db::{Db, Tx, V},
    keyring::random,
    stop::Stop,
};

/// Bytes of a salt.
const SALT: usize = 32;

/// Where a subject leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bound {
    pub person: Uuid,
    pub salt: Vec<u8>,
}

/// A subject that is to lead to a person.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// Of the subject, keyed.
    pub digest: &'a [u8],
    pub person: Uuid,
    /// By which the record knows its issuer.
    pub issuer: &'a str,
}

/// Whom a subject leads to.
pub async fn of(tx: &mut Tx, digest: &[u8]) -> Result<Option<Bound>, Stop> {
    let rec = tx.one("select person, salt from sign_on where digest = $1", &[V::Bytes(digest.to_vec())]).await?;
    rec.map(|r| Ok(Bound { person: r.id(0)?, salt: r.bytes(1)? })).transpose()
}

/// Lets a subject lead to a person, in place of a row that the record does not know; where it leads after that. Of two
/// at once the first one stays.
pub async fn bind(db: &Db, new: New<'_>, stale: Option<&Bound>) -> Result<Option<Bound>, Stop> {
    let (digest, mut tx) = (V::Bytes(new.digest.to_vec()), db.write().await?);
    if let Some(stale) = stale {
        let values = [digest.clone(), V::Bytes(stale.salt.clone())];
        tx.run("delete from sign_on where digest = $1 and salt = $2", &values).await?;
    }
    let sql = "insert into sign_on (digest, person, issuer, salt, told_at) values ($1, $2, $3, $4, 0)
        on conflict (digest) do nothing";
    let salt = V::Bytes(random::<SALT>()?.to_vec());
    tx.run(sql, &[digest, V::Id(new.person), V::text(new.issuer), salt]).await?;
    let leads = of(&mut tx, new.digest).await?;
    tx.commit().await?;
    Ok(leads)
}

/// Takes a row away that was put there for a binding which did not come about.
pub async fn drop_row(db: &Db, digest: &[u8], bound: &Bound) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let values = [V::Bytes(digest.to_vec()), V::Bytes(bound.salt.clone())];
    tx.run("delete from sign_on where digest = $1 and salt = $2", &values).await?;
    tx.commit().await
}

/// Accounts of a person at an issuer lead nowhere any more.
pub async fn forget(tx: &mut Tx, person: Uuid, issuer: &str) -> Result<(), Stop> {
    let values = [V::Id(person), V::text(issuer)];
    tx.run("delete from sign_on where person = $1 and issuer = $2", &values).await.map(|_| ())
}

/// The identity provider says just now in which groups somebody is.
pub async fn told(db: &Db, digest: &[u8], now: Wall) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let values = [V::Bytes(digest.to_vec()), V::Int(now.0)];
    tx.run("update sign_on set told_at = $2 where digest = $1", &values).await?;
    tx.commit().await
}

/// When identity providers last said of people in which groups they are, in wall seconds; 0: never.
pub async fn last_told(tx: &mut Tx) -> Result<BTreeMap<Uuid, i64>, Stop> {
    let rows = tx.all("select person, max(told_at) from sign_on group by person", &[]).await?;
    rows.iter().map(|r| Ok((r.id(0)?, r.int(1)?))).collect()
}

/// Holds the row that leads to a person until the end of this turn; `false` when it does not lead there any more.
pub async fn hold(tx: &mut Tx, digest: &[u8], person: Uuid) -> Result<bool, Stop> {
    let sql = "update sign_on set told_at = told_at where digest = $1 and person = $2";
    Ok(tx.run(sql, &[V::Bytes(digest.to_vec()), V::Id(person)]).await? == 1)
}

/// Uses up an answer of an identity provider by the digest of its state; `false` when it was used before. What ran out
/// is swept away.
pub async fn use_up(db: &Db, state: &[u8], until: i64, now: Wall) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    tx.run("delete from sign_on_used where until <= $1", &[V::Int(now.0)]).await?;
    let sql = "insert into sign_on_used (state, until) values ($1, $2) on conflict (state) do nothing";
    let used = tx.run(sql, &[V::Bytes(state.to_vec()), V::Int(until)]).await?;
    tx.commit().await?;
    Ok(used == 1)
}
