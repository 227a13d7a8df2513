//! The outbox: what an act may have to tell somebody waits here, written in the act's own transaction, and so does
//! every delivery that follows from it. Rows hold ids and words of ours, never a name or a text somebody typed. A node
//! claims a row with a lease, so that two nodes never work on one; what was done is gone, what cannot be done is *dead*
//! and shown to administrators. Losing it loses a message, not a fact.

use plantgate_domain::base::{Instant, Kind, PersonId, Ref};
use uuid::Uuid;

use crate::{
    book::Written,
    db::{Db, Rec, Tx, V},
    rows::{placeholders, steps},
    stop::Stop,
    writer::new_request,
};

/// Entries by their names that may concern somebody, with the word of the message they are about.
pub const TOLD: &[(&str, &str)] = &[
    ("expect.login_secret.refused@1", "login-secret-refused"),
    ("expect.login_secret.shown@1", "login-secret-shown"),
    ("permit.access.queued@1", "access-waits"),
    ("permit.access.approved@1", "access-answered"),
    ("permit.access.covered@1", "access-answered"),
    ("permit.access.denied@1", "access-answered"),
    ("permit.activation.suspended@1", "incident"),
    ("permit.grant.opened@1", "emergency"),
    ("permit.grant.revoked@1", "grant-revoked"),
    ("permit.hold.set@1", "hold"),
    ("qualify.item.delivered@1", "evidence-came"),
    ("qualify.request.sent@1", "evidence-asked"),
    ("qualify.request.returned@1", "evidence-back"),
    ("review.finding.confirmed@1", "finding-confirmed"),
    ("review.finding.disputed@1", "finding-disputed"),
    ("review.finding.proposed@1", "finding-proposed"),
    ("witness.session.closing@1", "safe-end-wanted"),
    ("witness.session.noticed@1", "session-waits"),
    ("witness.session.other_key_shown@1", "other-key"),
    ("witness.session.cut_off@1", "cut-off"),
    ("witness.session.started@1", "bypass"),
];

/// Works out whom an entry concerns.
pub const TELL: &str = "tell";

/// Seconds from a failed try to the next one; behind the last one a delivery is dead.
pub const PAUSES: &[i64] = &[60, 300, 900, 3_600, 4 * 3_600, 12 * 3_600];
/// Seconds a node may work on a row before another takes it over.
pub const LEASE: i64 = 300;
/// A delivery that waited longer than this is dead: nobody is helped by the mail of the day before yesterday. What an
/// entry has to tell waits as long as it takes, when no node runs: the page shows it at any age.
pub const OLD: i64 = 2 * 86_400;
/// How long a dead row is shown.
pub const SHOWN: i64 = 30 * 86_400;

/// One thing to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    pub id: Uuid,
    /// What is done with it.
    pub lane: String,
    /// Word of the message.
    pub what: String,
    pub on: Ref,
    /// What tells this one from another about the same object: the entry, or the instant that passed.
    pub mark: i64,
    /// To whom; nobody yet in the lane [`TELL`].
    pub person: Option<PersonId>,
    /// To which webhook.
    pub target: Option<Uuid>,
    /// Request of the act that caused it; `None` for what the clock caused.
    pub request: Option<Uuid>,
    pub made: Instant,
    pub due: Instant,
    pub tries: i64,
    /// Under which it was claimed.
    pub lease: Uuid,
    pub dead: Option<Instant>,
    /// Message id that says why the last try failed.
    pub said: Option<String>,
}

const COLUMNS: &str =
    "id, lane, what, kind, on_id, mark, person, request, made_at, due_at, tries, lease, dead_at, said, target";

impl Job {
    /// A new one, due at once.
    pub fn new(lane: &str, what: &str, on: Ref, mark: i64, now: Instant) -> Result<Job, Stop> {
        Ok(Job {
            id: new_request()?,
            lane: lane.to_owned(),
            what: what.to_owned(),
            on,
            mark,
            person: None,
            target: None,
            request: None,
            made: now,
            due: now,
            tries: 0,
            lease: Uuid::nil(),
            dead: None,
            said: None,
        })
    }

    fn read(r: &Rec) -> Result<Job, Stop> {
        let some = |id: Uuid| (!id.is_nil()).then_some(id);
        let kind: Kind = r.text(3)?.parse().map_err(Stop::fault)?;
        Ok(Job {
            id: r.id(0)?,
            lane: r.text(1)?,
            what: r.text(2)?,
            on: Ref { kind, id: r.id(4)? },
            mark: r.int(5)?,
            person: some(r.id(6)?).map(PersonId),
            request: some(r.id(7)?),
            made: Instant::from_micros(r.int(8)?),
            due: Instant::from_micros(r.int(9)?),
            tries: r.int(10)?,
            lease: r.id(11)?,
            dead: r.maybe_int(12)?.map(Instant::from_micros),
            said: r.maybe_text(13)?,
            target: some(r.id(14)?),
        })
    }
}

/// Notes what entries may have to tell; part of the turn that writes them. `first` is the index of the first entry.
pub(crate) async fn note(tx: &mut Tx, first: u64, entries: &[Written]) -> Result<(), Stop> {
    let mut jobs = Vec::new();
    for (n, e) in entries.iter().enumerate() {
        if let Some((_, what)) = TOLD.iter().find(|(name, _)| *name == e.name) {
            let seq = i64::try_from(first + n as u64).map_err(Stop::fault)?;
            jobs.push(Job { request: Some(e.request), ..Job::new(TELL, what, e.on, seq, e.at)? });
        }
    }
    put(tx, &jobs).await.map(|_| ())
}

/// Puts jobs; one that stands already stands once. How many were new.
pub async fn put(tx: &mut Tx, jobs: &[Job]) -> Result<u64, Stop> {
    let mut new = 0;
    for some in steps(jobs) {
        let mut values = Vec::with_capacity(some.len() * 14);
        for j in some {
            values.extend([V::Id(j.id), V::text(&j.lane), V::text(&j.what), V::text(j.on.kind.as_str())]);
            values.extend([V::Id(j.on.id), V::Int(j.mark), V::Id(j.person.map_or(Uuid::nil(), |p| p.0))]);
            values.extend([V::Id(j.request.unwrap_or_default()), V::at(j.made), V::at(j.due)]);
            values.extend([V::Int(j.tries), V::Int(0), V::Id(Uuid::nil()), V::Id(j.target.unwrap_or_default())]);
        }
        let rows = placeholders(some.len(), 14);
        let sql = format!(
            "insert into outbox (id, lane, what, kind, on_id, mark, person, request, made_at, due_at, tries,
            leased_until, lease, target) values {rows}
            on conflict (lane, what, kind, on_id, mark, person, target) do nothing"
        );
        new += tx.run_built(sql, &values).await?;
    }
    Ok(new)
}

/// Claims what is due in a lane, oldest first, at most `limit`. The condition stands twice: where two nodes meet at one
/// row, the second one looks again at what the first made of it, and only at the outer one.
pub async fn claim(db: &Db, lane: &str, now: Instant, limit: u64) -> Result<Vec<Job>, Stop> {
    // A quiet plant takes no lock: most of the time nothing is due.
    let mut tx = db.read().await?;
    let sql = "select count(*) from outbox where lane = $1 and dead_at is null and due_at <= $2 and leased_until <= $2";
    let due = tx.one(sql, &[V::text(lane), V::at(now)]).await?;
    drop(tx);
    if due.map_or(Ok(0), |r| r.int(0))? == 0 {
        return Ok(Vec::new());
    }
    let mut tx = db.write().await?;
    let lease = new_request()?;
    let sql = "update outbox set lease = $1, leased_until = $2, tries = tries + 1
        where dead_at is null and leased_until <= $3 and id in (select o.id from outbox o
            where o.lane = $4 and o.dead_at is null and o.due_at <= $3 and o.leased_until <= $3
            order by o.due_at, o.id limit $5)";
    let until = V::at(now.plus_secs(LEASE));
    let taken = tx.run(sql, &[V::Id(lease), until, V::at(now), V::text(lane), V::size(limit)]).await?;
    if taken == 0 {
        return Ok(Vec::new());
    }
    let sql = format!("select {COLUMNS} from outbox where lease = $1 order by due_at, id");
    let recs = tx.all_built(sql, &[V::Id(lease)]).await?;
    let jobs = recs.iter().map(Job::read).collect::<Result<_, _>>()?;
    tx.commit().await?;
    Ok(jobs)
}

/// It is done: the row goes. `false` when somebody else holds it by now.
pub async fn done(tx: &mut Tx, job: &Job) -> Result<bool, Stop> {
    let sql = "delete from outbox where id = $1 and lease = $2";
    Ok(tx.run(sql, &[V::Id(job.id), V::Id(job.lease)]).await? == 1)
}

/// It failed and may go right later: it waits a while, longer each time, and is dead behind the last pause.
pub async fn failed(db: &Db, job: &Job, now: Instant, said: &str) -> Result<(), Stop> {
    let pause = usize::try_from(job.tries - 1).ok().and_then(|n| PAUSES.get(n));
    let Some(pause) = pause else { return bury(db, job, now, said).await };
    let sql = "update outbox set due_at = $3, leased_until = 0, said = $4 where id = $1 and lease = $2";
    let values = [V::Id(job.id), V::Id(job.lease), V::at(now.plus_secs(*pause)), V::text(said)];
    let mut tx = db.write().await?;
    tx.run(sql, &values).await?;
    tx.commit().await
}

/// It failed for good.
pub async fn bury(db: &Db, job: &Job, now: Instant, said: &str) -> Result<(), Stop> {
    let sql = "update outbox set dead_at = $3, leased_until = 0, said = $4 where id = $1 and lease = $2";
    let values = [V::Id(job.id), V::Id(job.lease), V::at(now), V::text(said)];
    let mut tx = db.write().await?;
    tx.run(sql, &values).await?;
    tx.commit().await
}

/// A person wants a dead one tried once more, from the beginning. `false` when it is not there or not dead.
pub async fn again(db: &Db, id: Uuid, now: Instant) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    let sql = "update outbox set dead_at = null, tries = 0, due_at = $2, made_at = $2, leased_until = 0
        where id = $1 and dead_at is not null";
    let back = tx.run(sql, &[V::Id(id), V::at(now)]).await?;
    tx.commit().await?;
    Ok(back == 1)
}

/// Buries what waited too long and removes what was dead for long: nothing queues up for ever.
pub async fn sweep(db: &Db, now: Instant) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "update outbox set dead_at = $1, said = coalesce(said, 'outbox-too-old')
        where dead_at is null and lane <> 'tell' and made_at < $2 and leased_until <= $1";
    tx.run(sql, &[V::at(now), V::at(now.plus_secs(-OLD))]).await?;
    tx.run("delete from outbox where dead_at < $1", &[V::at(now.plus_secs(-SHOWN))]).await?;
    tx.commit().await
}

/// Empties it: a record that was put back tells nobody what was told before. How many went.
pub async fn empty(db: &Db) -> Result<u64, Stop> {
    let mut tx = db.write().await?;
    let gone = tx.run("delete from outbox", &[]).await?;
    tx.commit().await?;
    Ok(gone)
}

/// Dead ones, the newest first.
pub async fn dead(tx: &mut Tx, limit: u64) -> Result<Vec<Job>, Stop> {
    let sql = format!("select {COLUMNS} from outbox where dead_at is not null order by dead_at desc, id limit $1");
    tx.all_built(sql, &[V::size(limit)]).await?.iter().map(Job::read).collect()
}

/// How many wait, and the oldest of them.
pub async fn waiting(tx: &mut Tx) -> Result<(u64, Option<Instant>), Stop> {
    let rec = tx.one("select count(*), min(made_at) from outbox where dead_at is null", &[]).await?;
    let Some(rec) = rec else { return Ok((0, None)) };
    Ok((rec.size(0)?, rec.maybe_int(1)?.map(Instant::from_micros)))
}
