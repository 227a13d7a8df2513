//! Whom an identity provider's subject leads to, by keyed digest: no table names an issuer or a subject. The record
//! knows each by a fingerprint over a salt that stands here only, so a row that was put here by hand signs nobody in,
//! and when a person is forgotten nothing leads from what the record keeps to anybody's account elsewhere. Beside it
//! the answers of identity providers that were used up.

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

/// Whom a subject leads to.
pub async fn of(tx: &mut Tx, digest: &[u8]) -> Result<Option<Bound>, Stop> {
    let rec = tx.one("select person, salt from sign_on where digest = $1", &[V::Bytes(digest.to_vec())]).await?;
    rec.map(|r| Ok(Bound { person: r.id(0)?, salt: r.bytes(1)? })).transpose()
}

/// Lets a subject lead to a person, in place of a row that the record does not know; where it leads after that. Of two
/// at once the first one stays.
pub async fn bind(db: &Db, digest: &[u8], person: Uuid, stale: Option<&Bound>) -> Result<Option<Bound>, Stop> {
    let mut tx = db.write().await?;
    if let Some(stale) = stale {
        let values = [V::Bytes(digest.to_vec()), V::Bytes(stale.salt.clone())];
        tx.run("delete from sign_on where digest = $1 and salt = $2", &values).await?;
    }
    let sql = "insert into sign_on (digest, person, salt) values ($1, $2, $3) on conflict (digest) do nothing";
    tx.run(sql, &[V::Bytes(digest.to_vec()), V::Id(person), V::Bytes(random::<SALT>()?.to_vec())]).await?;
    let leads = of(&mut tx, digest).await?;
    tx.commit().await?;
    Ok(leads)
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
