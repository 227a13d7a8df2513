//! Passkeys: the public half, what their owner calls them, and the state that changes with each use. The record holds a
//! keyed fingerprint of each row; one that was put here by hand signs nobody in. The private half never leaves its
//! device, so nothing here opens anything either.

use uuid::Uuid;

use crate::{
    clock::Wall,
    db::{Db, Rec, Tx, V},
    keyring::{Keyring, hex},
    stop::Stop,
};

/// A passkey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passkey {
    /// The id that its device gave it; unique in the house (WebAuthn Level 3 §7.1 step 26).
    pub id: Vec<u8>,
    pub person: Uuid,
    /// The public key with what never changes beside it, as `webauthn_rp` encodes it.
    pub public: Vec<u8>,
    /// How the device can be reached, as a set of bits.
    pub transports: u8,
    /// What its owner calls it.
    pub name: String,
}

impl Passkey {
    /// Keyed, and of all that says whose it is and what it proves.
    pub fn fingerprint(&self, keyring: &Keyring) -> Result<String, Stop> {
        let text = format!("passkey {} {} {}", self.person, hex(&self.id), hex(&self.public));
        Ok(hex(&keyring.digest(text.as_bytes())?))
    }
}

/// A passkey's row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    pub passkey: Passkey,
    /// By which the record knows it.
    pub fingerprint: String,
    /// Counter and flags as they were at its last use, as `webauthn_rp` encodes them.
    pub state: Vec<u8>,
    /// Wall seconds.
    pub made_at: i64,
    pub used_at: Option<i64>,
    /// When its counter last did not go on.
    pub doubted_at: Option<i64>,
}

/// Keeps a new passkey; `false` when its id is somebody's already. The same one again stays as it is.
pub async fn keep(db: &Db, passkey: &Passkey, fingerprint: &str, state: &[u8]) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    let sql = "insert into passkey (id, person, fingerprint, name, public, transports, state, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing";
    let values = [
        V::Bytes(passkey.id.clone()),
        V::Id(passkey.person),
        V::text(fingerprint),
        V::text(&passkey.name),
        V::Bytes(passkey.public.clone()),
        V::Int(passkey.transports.into()),
        V::Bytes(state.to_vec()),
        V::Int(Wall::now().0),
    ];
    tx.run(sql, &values).await?;
    let kept = of(&mut tx, &passkey.id).await?;
    tx.commit().await?;
    Ok(kept.is_some_and(|k| k.fingerprint == fingerprint))
}

const COLUMNS: &str = "id, person, public, transports, name, fingerprint, state, made_at, used_at, doubted_at";

fn kept(r: &Rec) -> Result<Kept, Stop> {
    let transports = u8::try_from(r.int(3)?).map_err(Stop::fault)?;
    let passkey = Passkey { id: r.bytes(0)?, person: r.id(1)?, public: r.bytes(2)?, transports, name: r.text(4)? };
    Ok(Kept {
        passkey,
        fingerprint: r.text(5)?,
        state: r.bytes(6)?,
        made_at: r.int(7)?,
        used_at: r.maybe_int(8)?,
        doubted_at: r.maybe_int(9)?,
    })
}

/// The passkey of an id.
pub async fn of(tx: &mut Tx, id: &[u8]) -> Result<Option<Kept>, Stop> {
    let sql = format!("select {COLUMNS} from passkey where id = $1");
    tx.all_built(sql, &[V::Bytes(id.to_vec())]).await?.first().map(kept).transpose()
}

/// A person's passkeys, oldest first.
pub async fn all(tx: &mut Tx, person: Uuid) -> Result<Vec<Kept>, Stop> {
    let sql = format!("select {COLUMNS} from passkey where person = $1 order by made_at, id");
    tx.all_built(sql, &[V::Id(person)]).await?.iter().map(kept).collect()
}

/// One answer to one challenge.
#[derive(Clone, Debug)]
pub struct Use {
    /// Names the ceremony; each is good once.
    pub ceremony: Vec<u8>,
    /// The request that uses it: the same one again is no second use.
    pub request: Uuid,
    /// Until when somebody could bring it again, wall seconds.
    pub until: i64,
}

/// Whether a ceremony was used up.
pub async fn is_spent(tx: &mut Tx, once: &Use) -> Result<bool, Stop> {
    let ceremony = V::Bytes(once.ceremony.clone());
    Ok(tx.one("select request from passkey_used where ceremony = $1", &[ceremony]).await?.is_some())
}

/// Uses a ceremony up; `false` when another request did.
pub async fn use_up(db: &Db, once: &Use) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    let first = spend(&mut tx, once).await?;
    tx.commit().await?;
    Ok(first)
}

async fn spend(tx: &mut Tx, once: &Use) -> Result<bool, Stop> {
    tx.run("delete from passkey_used where until < $1", &[V::Int(Wall::now().0)]).await?;
    let ceremony = V::Bytes(once.ceremony.clone());
    let sql = "insert into passkey_used (ceremony, request, until) values ($1, $2, $3)
        on conflict (ceremony) do nothing";
    tx.run(sql, &[ceremony.clone(), V::Id(once.request), V::Int(once.until)]).await?;
    let rec = tx.one("select request from passkey_used where ceremony = $1", &[ceremony]).await?;
    Ok(rec.map(|r| r.id(0)).transpose()? == Some(once.request))
}

/// Uses a ceremony up by a passkey whose answer was right, and keeps its new state; `false` when the ceremony was used,
/// or when another answer of the same passkey was faster: then its counter was read too early.
pub async fn used(db: &Db, row: &Kept, state: &[u8], once: &Use) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    let sql = "update passkey set state = $3, used_at = $4 where id = $1 and state = $2";
    let values = [
        V::Bytes(row.passkey.id.clone()),
        V::Bytes(row.state.clone()),
        V::Bytes(state.to_vec()),
        V::Int(Wall::now().0),
    ];
    let good = tx.run(sql, &values).await? == 1 && spend(&mut tx, once).await?;
    if good {
        tx.commit().await?;
    }
    Ok(good)
}

/// Notes that a passkey's counter did not go on.
pub async fn doubt(db: &Db, id: &[u8]) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "update passkey set doubted_at = $2 where id = $1";
    tx.run(sql, &[V::Bytes(id.to_vec()), V::Int(Wall::now().0)]).await?;
    tx.commit().await
}

/// Takes a row away that the record never came to know.
pub async fn drop_row(db: &Db, person: Uuid, fingerprint: &str) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    forget(&mut tx, person, fingerprint).await?;
    tx.commit().await
}

/// Takes a person's passkey away.
pub(crate) async fn forget(tx: &mut Tx, person: Uuid, fingerprint: &str) -> Result<(), Stop> {
    let sql = "delete from passkey where person = $1 and fingerprint = $2";
    tx.run(sql, &[V::Id(person), V::text(fingerprint)]).await?;
    Ok(())
}
