//! Tokens of programs by the hash of their secret. What one may do, and until when, stands in the record; a row says
//! whose it is and when it was used, and opens nothing that the record does not know by its fingerprint.

use plantgate_domain::base::PersonId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    clock::Wall,
    db::{Db, Tx, V},
    keyring::{Keyring, hex, random},
    stop::Stop,
};

/// What every secret begins with, so that programs that look for leaked secrets know one.
pub const PREFIX: &str = "pgt_";
/// Seconds between two notes that a token was used, so that reading writes little.
const TOUCH: i64 = 60;

/// A token's row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    pub token: Uuid,
    pub person: Uuid,
    /// Hash of its secret.
    pub hash: Vec<u8>,
    /// Wall seconds; `None` when it never was.
    pub used: Option<i64>,
}

impl Kept {
    /// Keyed, and of all that a row says of who comes in: one that was put here by hand opens nothing.
    pub fn fingerprint(&self, keyring: &Keyring) -> Result<String, Stop> {
        let text = format!("api token {} {} {}", self.token, self.person, hex(&self.hash));
        Ok(hex(&keyring.digest(text.as_bytes())?))
    }
    /// Whether its use is noted again.
    pub fn untouched(&self, now: Wall) -> bool {
        self.used.is_none_or(|at| at < now.0 - TOUCH)
    }
}

/// A token that is about to be made, and its secret: 256 random bits, given out once and kept nowhere.
pub fn new(token: Uuid, person: PersonId) -> Result<(String, Kept), Stop> {
    let secret = format!("{PREFIX}{}", hex(&random::<32>()?));
    let kept = Kept { token, person: person.0, hash: hashed(&secret), used: None };
    Ok((secret, kept))
}

fn hashed(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Keeps a token's row, in the turn that makes it.
pub(crate) async fn keep(tx: &mut Tx, kept: &Kept) -> Result<(), Stop> {
    let sql = "insert into api_token (hash, token, person) values ($1, $2, $3)";
    tx.run(sql, &[V::Bytes(kept.hash.clone()), V::Id(kept.token), V::Id(kept.person)]).await?;
    Ok(())
}

/// The token of a secret.
pub async fn of(tx: &mut Tx, secret: &str) -> Result<Option<Kept>, Stop> {
    let sql = "select token, person, used_at from api_token where hash = $1";
    let hash = hashed(secret);
    let rec = tx.one(sql, &[V::Bytes(hash.clone())]).await?;
    rec.map(|r| Ok(Kept { token: r.id(0)?, person: r.id(1)?, hash, used: r.maybe_int(2)? })).transpose()
}

/// When the tokens of a person that have a row here were used last. One without a row belongs to another copy of this
/// record and opens nothing.
pub async fn used(tx: &mut Tx, person: PersonId) -> Result<Vec<(Uuid, Option<i64>)>, Stop> {
    let sql = "select token, used_at from api_token where person = $1";
    let recs = tx.all(sql, &[V::Id(person.0)]).await?;
    recs.iter().map(|r| Ok((r.id(0)?, r.maybe_int(1)?))).collect()
}

/// Notes that a token was used; for those that are [`Kept::untouched`].
pub async fn touch(db: &Db, kept: &Kept, now: Wall) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "update api_token set used_at = $2 where hash = $1 and (used_at is null or used_at < $3)";
    tx.run(sql, &[V::Bytes(kept.hash.clone()), V::Int(now.0), V::Int(now.0 - TOUCH)]).await?;
    tx.commit().await
}
