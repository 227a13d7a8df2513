//! Passwords and second factors, hashed and sealed. The record holds a keyed fingerprint of each row: a row that was
//! put here by hand signs nobody in.

use uuid::Uuid;

use crate::{
    clock::Wall,
    db::{Db, Tx, V},
    ops::{passkey, session, sign_on, tries},
    stop::Stop,
};

/// What somebody signs in with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credential {
    pub person: Uuid,
    /// PHC string of argon2id.
    pub password: String,
    /// Sealed seed of the second factor.
    pub totp: String,
}

impl Credential {
    /// The bytes the record's fingerprint is taken over.
    pub fn fingerprinted(&self) -> Vec<u8> {
        format!("{}\n{}\n{}", self.person, self.password, self.totp).into_bytes()
    }
}

/// Stores a credential in place of an earlier one.
pub async fn store(db: &Db, c: &Credential) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "insert into credential (person, password, totp, made_at) values ($1, $2, $3, $4)
        on conflict (person) do update set password = excluded.password, totp = excluded.totp,
        made_at = excluded.made_at";
    let values = [V::Id(c.person), V::text(&c.password), V::text(&c.totp), V::Int(Wall::now().0)];
    tx.run(sql, &values).await?;
    // A new seed has used no step yet.
    tx.run("delete from totp_step where person = $1", &[V::Id(c.person)]).await?;
    tries::forget(&mut tx, c.person).await?;
    tx.commit().await
}

/// Lets a sign-in name lead to a person; the digest is keyed, so that the table names nobody. A name that leads to
/// somebody else already goes on leading there; says whether it leads to this person now.
pub async fn name(db: &Db, digest: Vec<u8>, person: Uuid) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    let sql = "insert into handle (digest, person) values ($1, $2) on conflict (digest) do nothing";
    tx.run(sql, &[V::Bytes(digest.clone()), V::Id(person)]).await?;
    let leads = named(&mut tx, digest).await? == Some(person);
    tx.commit().await?;
    Ok(leads)
}

/// What goes of how a person signs in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Gone {
    /// What they signed in with, their name at sign-in, their sessions, every message to them, and
    /// packs they ordered that are not made yet.
    Everything,
    /// Every session; they may sign in again.
    Sessions,
    /// The session of that name.
    Session(String),
    /// The passkey that the record knew by this fingerprint.
    Passkey(String),
    /// Where accounts at this issuer led, which the record knows by this digest.
    SignOn(String),
}

/// Removes it.
pub async fn forget(tx: &mut Tx, person: Uuid, gone: &Gone) -> Result<(), Stop> {
    let tables: &[&str] = match gone {
        Gone::Session(name) => return session::end_named(tx, person, name).await.map(|_| ()),
        Gone::Passkey(fingerprint) => return passkey::forget(tx, person, fingerprint).await,
        Gone::SignOn(issuer) => return sign_on::forget(tx, person, issuer).await,
        Gone::Sessions => &["web_session", "session_machine"],
        Gone::Everything => {
            tries::forget(tx, person).await?;
            let of_codes = ["recovery_code", "recovery_told"];
            let of_sessions = ["web_session", "session_machine"];
            let of_use = ["outbox", "message", "digest", "feed", "pack_order"];
            let of_keys = ["credential", "handle", "totp_step", "api_token", "passkey", "sign_on"];
            &[of_keys.as_slice(), of_codes.as_slice(), of_sessions.as_slice(), of_use.as_slice()].concat()
        }
    };
    for table in tables {
        tx.run_built(format!("delete from {table} where person = $1"), &[V::Id(person)]).await?;
    }
    Ok(())
}

/// Whom a sign-in name leads to.
pub async fn named(tx: &mut Tx, digest: Vec<u8>) -> Result<Option<Uuid>, Stop> {
    let rec = tx.one("select person from handle where digest = $1", &[V::Bytes(digest)]).await?;
    rec.map(|r| r.id(0)).transpose()
}

/// A person's credential.
pub async fn of(tx: &mut Tx, person: Uuid) -> Result<Option<Credential>, Stop> {
    let rec = tx.one("select password, totp from credential where person = $1", &[V::Id(person)]).await?;
    rec.map(|r| Ok(Credential { person, password: r.text(0)?, totp: r.text(1)? })).transpose()
}

/// Uses up a step of the second factor; `false` when this or a later one was used before (RFC 6238 §5.2).
pub async fn use_step(db: &Db, person: Uuid, step: i64) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    let sql = "insert into totp_step (person, step) values ($1, $2)
        on conflict (person) do update set step = excluded.step where totp_step.step < excluded.step";
    let used = tx.run(sql, &[V::Id(person), V::Int(step)]).await?;
    tx.commit().await?;
    Ok(used == 1)
}

/// Counts a failed sign-in of a name from a place; how many there were lately.
pub async fn failed(db: &Db, key: Vec<u8>, forget_after: i64) -> Result<i64, Stop> {
    let now = Wall::now().0;
    let mut tx = db.write().await?;
    let sql = "insert into sign_in_try (name, count, last_at) values ($1, 1, $2)
        on conflict (name) do update set last_at = excluded.last_at,
        count = case when sign_in_try.last_at < $3 then 1 else sign_in_try.count + 1 end returning count";
    let rec = tx.one(sql, &[V::Bytes(key), V::Int(now), V::Int(now - forget_after)]).await?;
    tx.commit().await?;
    rec.map_or(Ok(0), |r| r.int(0))
}

/// Seconds a name has to wait at a place before it may try again.
pub async fn must_wait(tx: &mut Tx, key: Vec<u8>, tries: i64, wait: i64) -> Result<i64, Stop> {
    let rec = tx.one("select count, last_at from sign_in_try where name = $1", &[V::Bytes(key)]).await?;
    let Some(rec) = rec else { return Ok(0) };
    let (count, last) = (rec.int(0)?, rec.int(1)?);
    Ok(if count < tries { 0 } else { (last + wait - Wall::now().0).max(0) })
}

/// Forgets failed tries after a good one.
pub async fn succeeded(db: &Db, key: Vec<u8>) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    tx.run("delete from sign_in_try where name = $1", &[V::Bytes(key)]).await?;
    tx.commit().await
}
