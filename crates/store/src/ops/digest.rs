//! The daily mail: which day's a person had last. Whoever takes a day, takes it for all nodes.

use std::collections::BTreeMap;

use plantgate_domain::base::{Instant, Kind, PersonId, Ref};

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

/// Takes a day for a person and puts the mail into the outbox. `false` when it was taken before.
pub async fn begin(db: &Db, person: PersonId, day: i64, now: Instant) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    let sql = "insert into digest (person, day) values ($1, $2)
        on conflict (person) do update set day = excluded.day where digest.day < excluded.day";
    if tx.run(sql, &[V::Id(person.0), V::Int(day)]).await? == 0 {
        return Ok(false);
    }
    let on = Ref { kind: Kind::Person, id: person.0 };
    let job = Job { person: Some(person), ..Job::new(DIGEST, DIGEST, on, day, now)? };
    outbox::put(&mut tx, &[job]).await?;
    tx.commit().await?;
    Ok(true)
}
