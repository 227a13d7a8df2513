//! Sign-in sessions by the hash of their secret, with an idle and an absolute end in wall time, as the store
//! reckons it (`Store::wall`).

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    clock::Wall,
    db::{Db, Tx, V},
    keyring::hex,
    limits::Limits,
    stop::Stop,
};

/// A session that stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedIn {
    pub person: Uuid,
    /// How the person had proven who they are.
    pub auth: String,
    /// When the second factor was last given, wall seconds.
    pub stepped_at: i64,
    /// Whether its use was noted so long ago that it is noted again.
    pub untouched: bool,
}

fn id(secret: &str) -> V {
    V::Bytes(Sha256::digest(secret.as_bytes()).to_vec())
}

/// Begins a session; the secret goes to the browser and is stored nowhere.
pub async fn begin(db: &Db, person: Uuid, auth: &str, now: Wall) -> Result<String, Stop> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Stop::fault)?;
    let secret = hex(&bytes);
    let now = V::Int(now.0);
    let mut tx = db.write().await?;
    let sql = "insert into web_session (id, person, made_at, seen_at, step_at, step) values ($1, $2, $3, $3, $3, $4)";
    tx.run(sql, &[id(&secret), V::Id(person), now, V::text(auth)]).await?;
    tx.commit().await?;
    Ok(secret)
}

/// The session of a secret, if it stands.
pub async fn of(tx: &mut Tx, secret: &str, limits: &Limits, now: Wall) -> Result<Option<SignedIn>, Stop> {
    let sql = "select person, made_at, seen_at, step_at, step from web_session where id = $1";
    let Some(rec) = tx.one(sql, &[id(secret)]).await? else { return Ok(None) };
    let now = now.0;
    let stands = now < rec.int(1)? + limits.session_absolute && now < rec.int(2)? + limits.session_idle;
    if !stands {
        return Ok(None);
    }
    let untouched = rec.int(2)? < now - TOUCH;
    Ok(Some(SignedIn { person: rec.id(0)?, auth: rec.text(4)?, stepped_at: rec.int(3)?, untouched }))
}

/// Seconds between two notes that a session was used, so that reading pages writes little.
const TOUCH: i64 = 60;

/// Notes that a session was used; for those that are [`SignedIn::untouched`].
pub async fn touch(db: &Db, secret: &str, now: Wall) -> Result<(), Stop> {
    let now = now.0;
    let mut tx = db.write().await?;
    let sql = "update web_session set seen_at = $2 where id = $1 and seen_at < $3";
    tx.run(sql, &[id(secret), V::Int(now), V::Int(now - TOUCH)]).await?;
    tx.commit().await
}

/// Ends a session.
pub async fn end(db: &Db, secret: &str) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    tx.run("delete from web_session where id = $1", &[id(secret)]).await?;
    tx.commit().await
}

/// Ends all sessions of a person.
pub async fn end_all(db: &Db, person: Uuid) -> Result<u64, Stop> {
    let mut tx = db.write().await?;
    let ended = tx.run("delete from web_session where person = $1", &[V::Id(person)]).await?;
    tx.commit().await?;
    Ok(ended)
}
