//! Webhooks: where events are posted to, with a sealed secret that signs them, shown once to who makes it.

use plantgate_domain::base::{Instant, PersonId};
use uuid::Uuid;

use crate::{
    db::{Db, Rec, Tx, V},
    keyring::{Keyring, hex},
    stop::Stop,
    writer::new_request,
};

/// Webhooks a plant may have.
pub const MOST: u64 = 20;

/// One that stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hook {
    pub id: Uuid,
    pub url: String,
    /// Only what is told at once.
    pub urgent: bool,
    pub made: Instant,
    pub by: PersonId,
    /// Sealed: the keyring opens it.
    pub sealed: String,
}

const COLUMNS: &str = "id, url, urgent, made_at, made_by, secret";

fn read(r: &Rec) -> Result<Hook, Stop> {
    Ok(Hook {
        id: r.id(0)?,
        url: r.text(1)?,
        urgent: r.int(2)? == 1,
        made: Instant::from_micros(r.int(3)?),
        by: PersonId(r.id(4)?),
        sealed: r.text(5)?,
    })
}

/// Makes one; its secret is given out once. `None` when there are as many as may be.
pub async fn make(
    db: &Db,
    keyring: &Keyring,
    (url, urgent): (&str, bool),
    by: PersonId,
    now: Instant,
) -> Result<Option<String>, Stop> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Stop::fault)?;
    let secret = hex(&bytes);
    let sql = "insert into hook (id, url, urgent, made_at, made_by, secret) select $1, $2, $3, $4, $5, $6
        where (select count(*) from hook) < $7";
    let values = [
        V::Id(new_request()?),
        V::text(url),
        V::truth(urgent),
        V::at(now),
        V::Id(by.0),
        V::Text(keyring.seal(secret.as_bytes())?),
        V::size(MOST),
    ];
    let mut tx = db.write().await?;
    let made = tx.run(sql, &values).await?;
    tx.commit().await?;
    Ok((made == 1).then_some(secret))
}

/// All of them, oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Hook>, Stop> {
    let sql = format!("select {COLUMNS} from hook order by made_at, id");
    tx.all_built(sql, &[]).await?.iter().map(read).collect()
}

/// Takes one away, with what still waits for it.
pub async fn end(db: &Db, id: Uuid) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    tx.run("delete from outbox where target = $1", &[V::Id(id)]).await?;
    let gone = tx.run("delete from hook where id = $1", &[V::Id(id)]).await?;
    tx.commit().await?;
    Ok(gone == 1)
}
