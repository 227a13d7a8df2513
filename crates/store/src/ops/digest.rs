//! The daily mail: which day's a person had last, and since when the next one tells. Whoever takes a day, takes it for
//! all nodes.

use std::collections::BTreeMap;

use plantgate_domain::base::{DAY, Instant, Kind, PersonId, Ref};

use crate::{
    db::{Db, Tx, V},
    ops::outbox::{self, Job},
    stop::Stop,
};

/// The lane of daily mails.
pub const DIGEST: &str = "digest";

/// The last day each person had one, counted from 1970.
pub async fn had(tx: &mut Tx) -> Result<BTreeMap<PersonId, i64>, Stop> {
    let recs = tx.all("select person, day from digest", &[]).await?;
    recs.iter().map(|r| Ok((PersonId(r.id(0)?), r.int(1)?))).collect()
}

/// Takes a day for a person and puts the mail into the outbox; its mark is the instant it tells from. `false` when it
/// was taken before.
pub async fn begin(db: &Db, person: PersonId, day: i64, now: Instant) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    let before = tx.one("select at from digest where person = $1", &[V::Id(person.0)]).await?;
    let since = before.map(|r| r.int(0)).transpose()?.map_or(now.plus_secs(-DAY), Instant::from_micros);
    let sql = "insert into digest (person, day, at) values ($1, $2, $3)
        on conflict (person) do update set day = excluded.day, at = excluded.at where digest.day < excluded.day";
    if tx.run(sql, &[V::Id(person.0), V::Int(day), V::at(now)]).await? == 0 {
        return Ok(false);
    }
    let on = Ref { kind: Kind::Person, id: person.0 };
    let job = Job { person: Some(person), ..Job::new(DIGEST, DIGEST, on, since.micros(), now)? };
    outbox::put(&mut tx, &[job]).await?;
    tx.commit().await?;
    Ok(true)
}
