//! Feed addresses: a secret in an address that a calendar or a reader asks again and again. It stands here hashed only,
//! opens one kind of list to read, and ends when its person takes it back or is erased; whether they have a seat is
//! asked of the record each time.

use plantgate_domain::base::{Instant, PersonId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    db::{Db, Tx, V},
    keyring::hex,
    stop::Stop,
    writer::new_request,
};

/// Addresses one person may have at a time.
pub const MOST: u64 = 10;

/// An address that stands, without its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feed {
    pub id: Uuid,
    pub person: PersonId,
    pub kind: String,
    pub made: Instant,
}

fn hashed(secret: &str) -> V {
    V::Bytes(Sha256::digest(secret.as_bytes()).to_vec())
}

/// Makes one; the secret is given out once and stored nowhere. `None` when the person has as many as they may.
pub async fn make(db: &Db, person: PersonId, kind: &str, now: Instant) -> Result<Option<String>, Stop> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Stop::fault)?;
    let secret = hex(&bytes);
    let mut tx = db.write().await?;
    let sql = "insert into feed (id, secret, person, kind, made_at) select $1, $2, $3, $4, $5
        where (select count(*) from feed f where f.person = $3) < $6";
    let values = [V::Id(new_request()?), hashed(&secret), V::Id(person.0), V::text(kind), V::at(now), V::size(MOST)];
    let made = tx.run(sql, &values).await?;
    tx.commit().await?;
    Ok((made == 1).then_some(secret))
}

/// Whose a secret is, and for what.
pub async fn of(tx: &mut Tx, secret: &str) -> Result<Option<Feed>, Stop> {
    let sql = "select id, person, kind, made_at from feed where secret = $1";
    let rec = tx.one(sql, &[hashed(secret)]).await?;
    rec.map(|r| {
        let made = Instant::from_micros(r.int(3)?);
        Ok(Feed { id: r.id(0)?, person: PersonId(r.id(1)?), kind: r.text(2)?, made })
    })
    .transpose()
}

/// A person's addresses, oldest first.
pub async fn all(tx: &mut Tx, person: PersonId) -> Result<Vec<Feed>, Stop> {
    let sql = "select id, person, kind, made_at from feed where person = $1 order by made_at, id";
    let recs = tx.all(sql, &[V::Id(person.0)]).await?;
    recs.iter()
        .map(|r| {
            let made = Instant::from_micros(r.int(3)?);
            Ok(Feed { id: r.id(0)?, person: PersonId(r.id(1)?), kind: r.text(2)?, made })
        })
        .collect()
}

/// Takes one back; `false` when it is not this person's.
pub async fn end(db: &Db, person: PersonId, id: Uuid) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    let gone = tx.run("delete from feed where id = $1 and person = $2", &[V::Id(id), V::Id(person.0)]).await?;
    tx.commit().await?;
    Ok(gone == 1)
}
