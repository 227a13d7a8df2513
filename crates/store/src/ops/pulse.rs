//! The pulse: the last instant a running node believed its clock. It tells a pause of the machine from a jump of its
//! clock (`crate::pace`). Losing it means that a long pause of a quiet plant is asked about; nothing else. And the
//! doubt: that a node doubts its clock now, and the instant it reckons, so that a process beginning beside it does too.

use plantgate_domain::base::Instant;

use crate::{
    db::{Db, Tx, V},
    stop::Stop,
};

/// Notes an instant; an earlier one never replaces a later one.
pub async fn note(db: &Db, at: Instant) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    if read(&mut tx).await?.is_none_or(|noted| noted < at) {
        let sql = "insert into meta (name, value) values ('pulse', $1)
            on conflict (name) do update set value = excluded.value";
        tx.run(sql, &[V::text(at.micros().to_string())]).await?;
    }
    tx.commit().await
}

/// The last one noted.
pub async fn read(tx: &mut Tx) -> Result<Option<Instant>, Stop> {
    let found = tx.one("select value from meta where name = 'pulse'", &[]).await?;
    Ok(found.map(|r| r.text(0)).transpose()?.and_then(|us| us.parse().ok()).map(Instant::from_micros))
}

/// Notes that the clock is doubted, and what is reckoned instead.
pub async fn doubt(db: &Db, reckoned: Instant) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "insert into meta (name, value) values ('doubt', $1)
        on conflict (name) do update set value = excluded.value";
    tx.run(sql, &[V::text(reckoned.micros().to_string())]).await?;
    tx.commit().await
}

/// Notes that the clock is believed again.
pub async fn believe(db: &Db) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    tx.run("delete from meta where name = 'doubt'", &[]).await?;
    tx.commit().await
}

/// What was reckoned when the clock was last doubted, if it still is.
pub async fn doubted(tx: &mut Tx) -> Result<Option<Instant>, Stop> {
    let found = tx.one("select value from meta where name = 'doubt'", &[]).await?;
    Ok(found.map(|r| r.text(0)).transpose()?.and_then(|us| us.parse().ok()).map(Instant::from_micros))
}
