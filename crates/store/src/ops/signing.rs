//! Series of signings: when a session last bore a signature. A series lives with its sign-in session and no longer: it
//! is looked up through the session, so whoever signed out, was signed out or sits at another machine has none.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    clock::Wall,
    db::{Db, Tx, V},
    limits::Limits,
    ops::session,
    stop::Stop,
};

fn id(secret: &str) -> V {
    V::Bytes(Sha256::digest(secret.as_bytes()).to_vec())
}

/// When the series of a session goes on for this person: the last signing in it, if that was not too long ago.
pub async fn series(tx: &mut Tx, secret: &str, person: Uuid, limits: &Limits, now: Wall) -> Result<Option<Wall>, Stop> {
    let signed_in = session::of(tx, secret, limits, now).await?;
    if signed_in.is_none_or(|s| s.person != person) {
        return Ok(None);
    }
    let sql = "select at from signing where session = $1 and person = $2";
    let rec = tx.one(sql, &[id(secret), V::Id(person)]).await?;
    let last = rec.map(|r| r.int(0)).transpose()?;
    // A clock that was set back does not make a series longer.
    Ok(last.filter(|at| (0..limits.signing_idle).contains(&(now.0 - at))).map(Wall))
}

/// Notes that a session bore a signature; its series begins, or goes on from here.
pub async fn note(db: &Db, secret: &str, person: Uuid, now: Wall) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "insert into signing (session, person, at) values ($1, $2, $3)
        on conflict (session) do update set person = excluded.person, at = excluded.at";
    tx.run(sql, &[id(secret), V::Id(person), V::Int(now.0)]).await?;
    // Sessions that ended leave their series behind; nobody can take it up again.
    tx.run("delete from signing where session not in (select id from web_session)", &[]).await?;
    tx.commit().await
}
