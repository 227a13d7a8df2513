//! Messages to people in the application: to whom, about which object, since when, read or not. What one says is made
//! from the record when it is read, with the reader's rights of that moment, which are a join here as in every list:
//! whoever moved on sees nothing of it.

use plantgate_domain::base::{Instant, Kind, PersonId, Ref};
use uuid::Uuid;

use crate::{
    db::{Db, Rec, Tx, V},
    list::Cursor,
    stop::Stop,
};

/// One message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    pub id: Uuid,
    pub person: PersonId,
    /// Its word.
    pub what: String,
    pub on: Ref,
    /// What tells it from another about the same object: the entry, or the instant that passed.
    pub mark: i64,
    pub at: Instant,
    /// On the short list of what is told at once.
    pub urgent: bool,
    pub read: Option<Instant>,
}

/// Read ones go after this.
pub const KEPT: i64 = 90 * 86_400;

/// The reader's right to the object of a message `m`; the reader is `$1`.
const SEEN: &str = "m.person = $1 and exists (select 1 from sees v join role_at r on r.party = v.party
    where v.kind = m.kind and v.id = m.on_id and r.kind = 'person' and r.id = $1)";

/// Which messages of a reader.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Only these words; all, when there is none.
    pub what: Option<String>,
    pub read: Option<bool>,
    pub urgent: bool,
}

fn filtered(f: &Filter) -> (String, Vec<V>) {
    let (mut sql, mut values) = (String::new(), Vec::new());
    if let Some(what) = &f.what {
        values.push(V::text(what));
        sql += " and m.what = $2";
    }
    match f.read {
        Some(true) => sql += " and m.read_at is not null",
        Some(false) => sql += " and m.read_at is null",
        None => {}
    }
    if f.urgent {
        sql += " and m.urgent = 1";
    }
    (sql, values)
}

/// Puts a message; `false` when this person has it already.
pub async fn put(tx: &mut Tx, m: &Message) -> Result<bool, Stop> {
    let sql = "insert into message (id, person, what, kind, on_id, mark, at, urgent) values ($1, $2, $3, $4, $5, $6,
        $7, $8) on conflict (person, what, kind, on_id, mark) do nothing";
    let values = [
        V::Id(m.id),
        V::Id(m.person.0),
        V::text(&m.what),
        V::text(m.on.kind.as_str()),
        V::Id(m.on.id),
        V::Int(m.mark),
        V::at(m.at),
        V::truth(m.urgent),
    ];
    Ok(tx.run(sql, &values).await? == 1)
}

/// Who has a message already.
pub async fn told(tx: &mut Tx, what: &str, on: Ref, mark: i64) -> Result<Vec<PersonId>, Stop> {
    let sql = "select person from message where what = $1 and kind = $2 and on_id = $3 and mark = $4";
    let values = [V::text(what), V::text(on.kind.as_str()), V::Id(on.id), V::Int(mark)];
    tx.all(sql, &values).await?.iter().map(|r| r.id(0).map(PersonId)).collect()
}

/// A page of a reader's messages, the newest first, and where the next one begins.
pub async fn page(
    tx: &mut Tx,
    reader: PersonId,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<(Vec<Message>, Option<String>), Stop> {
    let (more, wanted) = filtered(filter);
    let mut values: Vec<V> = [V::Id(reader.0)].into_iter().chain(wanted).collect();
    let mut place = String::new();
    if let Some(after) = after {
        let n = values.len();
        values.extend([after.key.clone(), V::Id(after.id)]);
        place = format!(" and (m.at < ${} or (m.at = ${} and m.id < ${}))", n + 1, n + 1, n + 2);
    }
    values.push(V::size(limit as u64 + 1));
    let sql = format!(
        "select m.id, m.person, m.what, m.kind, m.on_id, m.mark, m.at, m.urgent, m.read_at from message m
        where {SEEN}{more}{place} order by m.at desc, m.id desc limit ${}",
        values.len()
    );
    let mut all = tx.all_built(sql, &values).await?.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let further = all.len() > limit;
    all.truncate(limit);
    let last = all.last().filter(|_| further);
    let next = last.map(|m| Cursor { key: V::at(m.at), id: m.id }.to_text());
    Ok((all, next))
}

fn read(r: &Rec) -> Result<Message, Stop> {
    let kind: Kind = r.text(3)?.parse().map_err(Stop::fault)?;
    Ok(Message {
        id: r.id(0)?,
        person: PersonId(r.id(1)?),
        what: r.text(2)?,
        on: Ref { kind, id: r.id(4)? },
        mark: r.int(5)?,
        at: Instant::from_micros(r.int(6)?),
        urgent: r.int(7)? == 1,
        read: r.maybe_int(8)?.map(Instant::from_micros),
    })
}

/// How many there are.
pub async fn count(tx: &mut Tx, reader: PersonId, filter: &Filter) -> Result<u64, Stop> {
    let (more, wanted) = filtered(filter);
    let values: Vec<V> = [V::Id(reader.0)].into_iter().chain(wanted).collect();
    let sql = format!("select count(*) from message m where {SEEN}{more}");
    tx.all_built(sql, &values).await?.first().map_or(Ok(0), |r| r.size(0))
}

/// Unread ones of a person that no mail told, oldest first: those that wait for the daily mail.
pub async fn unmailed(tx: &mut Tx, reader: PersonId, from: Instant, limit: u64) -> Result<Vec<Message>, Stop> {
    let sql = format!(
        "select m.id, m.person, m.what, m.kind, m.on_id, m.mark, m.at, m.urgent, m.read_at from message m
        where {SEEN} and m.at > $2 and m.read_at is null and m.mailed_at is null and m.urgent = 0
        order by m.at, m.id limit $3"
    );
    tx.all_built(sql, &[V::Id(reader.0), V::at(from), V::size(limit)]).await?.iter().map(read).collect()
}

/// A mail told these.
pub async fn mailed(tx: &mut Tx, told: &[Uuid], now: Instant) -> Result<(), Stop> {
    for id in told {
        tx.run("update message set mailed_at = $2 where id = $1", &[V::Id(*id), V::at(now)]).await?;
    }
    Ok(())
}

/// Marks one of a person's messages as read, or all of them; how many were unread.
pub async fn mark(db: &Db, reader: PersonId, one: Option<Uuid>, now: Instant) -> Result<u64, Stop> {
    let mut tx = db.write().await?;
    let marked = match one {
        Some(id) => {
            let sql = "update message set read_at = $3 where person = $1 and id = $2 and read_at is null";
            tx.run(sql, &[V::Id(reader.0), V::Id(id), V::at(now)]).await?
        }
        None => {
            let sql = "update message set read_at = $2 where person = $1 and read_at is null";
            tx.run(sql, &[V::Id(reader.0), V::at(now)]).await?
        }
    };
    tx.commit().await?;
    Ok(marked)
}

/// Removes what was read long ago.
pub async fn sweep(db: &Db, now: Instant) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    tx.run("delete from message where read_at < $1", &[V::at(now.plus_secs(-KEPT))]).await?;
    tx.commit().await
}
