//! Sign-in sessions by the hash of their secret, with an idle and an absolute end in wall time, as the store
//! reckons it (`Store::wall`).

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    clock::Wall,
    db::{Db, Rec, Tx, V},
    keyring::{hex, random},
    limits::Limits,
    ops::sign_on,
    stop::Stop,
};

/// A session that begins.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    pub person: Uuid,
    /// How the person has proven who they are.
    pub auth: &'a str,
    /// Browser and system in closed words: nothing of a machine is kept that could name it.
    pub machine: &'a str,
}

/// A session as its person is shown it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Names it to who may end it; opens nothing.
    pub name: String,
    /// Wall seconds.
    pub began: i64,
    pub used: i64,
    pub machine: String,
}

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

fn new_secret() -> Result<String, Stop> {
    Ok(hex(&random::<32>()?))
}

/// The name of the session of a secret: a hash of what is kept, so it leads back to no secret.
pub fn name(secret: &str) -> String {
    named(&Sha256::digest(secret.as_bytes()))
}

fn named(id: &[u8]) -> String {
    hex(&Sha256::new().chain_update(b"session ").chain_update(id).finalize()).chars().take(32).collect()
}

/// Begins a session; the secret goes to the browser and is stored nowhere. What ended of the person's is swept away.
pub async fn begin(db: &Db, new: New<'_>, limits: &Limits, now: Wall) -> Result<String, Stop> {
    let mut tx = db.write().await?;
    let secret = insert(&mut tx, new, limits, now, now).await?;
    tx.commit().await?;
    Ok(secret)
}

/// The same for somebody who proved who they are elsewhere, `proven` then: an old proof is not enough for everything.
/// `None` when the account with this digest does not lead to them any more.
pub async fn begin_elsewhere(
    db: &Db,
    new: New<'_>,
    limits: &Limits,
    (now, proven): (Wall, Wall),
    account: &[u8],
) -> Result<Option<String>, Stop> {
    let mut tx = db.write().await?;
    if !sign_on::hold(&mut tx, account, new.person).await? {
        return Ok(None);
    }
    let secret = insert(&mut tx, new, limits, now, proven).await?;
    tx.commit().await?;
    Ok(Some(secret))
}

async fn insert(tx: &mut Tx, new: New<'_>, limits: &Limits, now: Wall, proven: Wall) -> Result<String, Stop> {
    let secret = new_secret()?;
    let (person, now) = (V::Id(new.person), now.0);
    let sql = "delete from web_session where person = $1 and (made_at <= $2 or seen_at <= $3)";
    let ends = [V::Int(now - limits.session_absolute), V::Int(now - limits.session_idle)];
    let [total, idle] = ends;
    tx.run(sql, &[person.clone(), total, idle]).await?;
    let sql = "delete from session_machine where person = $1
        and not exists (select 1 from web_session s where s.id = session_machine.id)";
    tx.run(sql, std::slice::from_ref(&person)).await?;
    let sql = "insert into web_session (id, person, made_at, seen_at, step_at, step) values ($1, $2, $3, $3, $5, $4)";
    let values = [id(&secret), person.clone(), V::Int(now), V::text(new.auth), V::Int(proven.0.min(now))];
    tx.run(sql, &values).await?;
    let sql = "insert into session_machine (id, person, machine) values ($1, $2, $3)";
    tx.run(sql, &[id(&secret), person, V::text(new.machine)]).await?;
    Ok(secret)
}

/// Gives a session another secret after the person has proven anew who they are; `None` when it ended meanwhile. Who
/// had the old secret has nothing.
pub async fn renew(db: &Db, secret: &str, auth: &str, now: Wall) -> Result<Option<String>, Stop> {
    let fresh = new_secret()?;
    let mut tx = db.write().await?;
    let sql = "update web_session set id = $2, step_at = $3, seen_at = $3, step = $4 where id = $1";
    let renewed = tx.run(sql, &[id(secret), id(&fresh), V::Int(now.0), V::text(auth)]).await?;
    tx.run("update session_machine set id = $2 where id = $1", &[id(secret), id(&fresh)]).await?;
    tx.commit().await?;
    Ok((renewed == 1).then_some(fresh))
}

/// The sessions of a person that stand, the one used last first.
pub async fn standing(tx: &mut Tx, person: Uuid, limits: &Limits, now: Wall) -> Result<Vec<Shown>, Stop> {
    let sql = "select s.id, s.made_at, s.seen_at, m.machine from web_session s
        left join session_machine m on m.id = s.id
        where s.person = $1 and s.made_at > $2 and s.seen_at > $3 order by s.seen_at desc, s.made_at desc, s.id";
    let ends = [V::Int(now.0 - limits.session_absolute), V::Int(now.0 - limits.session_idle)];
    let [total, idle] = ends;
    let recs = tx.all(sql, &[V::Id(person), total, idle]).await?;
    let shown = |r: &Rec| {
        let (name, machine) = (named(&r.bytes(0)?), r.maybe_text(3)?.unwrap_or_default());
        Ok(Shown { name, began: r.int(1)?, used: r.int(2)?, machine })
    };
    recs.iter().map(shown).collect()
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

/// What a person's session of that name is kept under.
pub async fn find(tx: &mut Tx, person: Uuid, wanted: &str) -> Result<Option<Vec<u8>>, Stop> {
    for rec in tx.all("select id from web_session where person = $1", &[V::Id(person)]).await? {
        let id = rec.bytes(0)?;
        if named(&id) == wanted {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Ends a person's session by its name; whether there was one.
pub async fn end_named(tx: &mut Tx, person: Uuid, wanted: &str) -> Result<bool, Stop> {
    let Some(id) = find(tx, person, wanted).await? else { return Ok(false) };
    Ok(tx.run("delete from web_session where id = $1", &[V::Bytes(id)]).await? == 1)
}

/// Ends all sessions of a person but the one of a secret; how many.
pub async fn end_others(db: &Db, person: Uuid, secret: &str) -> Result<u64, Stop> {
    let mut tx = db.write().await?;
    let ended = tx.run("delete from web_session where person = $1 and id <> $2", &[V::Id(person), id(secret)]).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Ends all sessions of a person.
pub async fn end_all(db: &Db, person: Uuid) -> Result<u64, Stop> {
    let mut tx = db.write().await?;
    let ended = tx.run("delete from web_session where person = $1", &[V::Id(person)]).await?;
    tx.commit().await?;
    Ok(ended)
}
