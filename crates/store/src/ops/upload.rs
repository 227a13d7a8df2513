//! Who uploaded what. Bytes are named by their digest, so that knowing a digest must not be a way to somebody else's
//! file; what nobody names is counted against a quota and swept away in the end. Losing this table loses uploads that
//! are on their way, never evidence.

use std::time::Duration;

use plantgate_domain::base::{PersonId, ProviderId, Why};
use tokio::io::AsyncRead;
use uuid::Uuid;

use crate::{
    blobs::{Aside, Stored},
    book,
    clock::Wall,
    db::{Tx, V},
    stop::{Away, Stop},
    writer::Store,
};

/// Whose bytes they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// Put here by whoever may speak for everybody, at the machine itself: anyone may name it.
    House,
    /// A file of ours on its way through an import: nobody names it as evidence, and only who brought it reads it.
    Import(PersonId),
    Provider(ProviderId),
    /// The record of a session, which only the entry of that session names: it is nobody's evidence by its digest.
    Gateway,
    /// The record of a session that somebody brings from elsewhere, on its way to the same.
    Brought(PersonId),
}

impl By {
    fn party(self) -> Uuid {
        match self {
            By::House => Uuid::nil(),
            By::Import(id) => id.0,
            // Beside what the same person imports: neither counts as the other.
            By::Brought(id) => Uuid::from_u128(id.0.as_u128() ^ BROUGHT),
            By::Provider(id) => id.0,
            By::Gateway => GATEWAY,
        }
    }
    /// How it stands until an entry names it.
    fn fresh(self) -> i64 {
        match self {
            By::Import(_) | By::Gateway | By::Brought(_) => PASSING,
            By::House | By::Provider(_) => 0,
        }
    }
}

/// Whose records of sessions are: nobody's.
const GATEWAY: Uuid = Uuid::from_u128(1);
/// Sets what a person brings apart from what they import.
const BROUGHT: u128 = 1 << 127;
/// Seconds of a day.
const DAY: i64 = 86_400;
/// Uploads looked at in one sweep; the rest waits for the next.
const SWEEP: u64 = 200;
/// Marks an upload that nobody may name any more.
const CONDEMNED: i64 = -1;
/// Marks a file that passes through an import: no entry ever names it.
const PASSING: i64 = -2;
/// How long everybody may wait while one piece is removed.
const REMOVE: Duration = Duration::from_secs(5);
/// Seconds after which what lies aside belongs to a process that is no more: no upload takes a day.
const ASIDE: u64 = 86_400;

impl Store {
    /// Takes a file, at most `limit` bytes, and notes whose it is. A provider takes in only so much a day, so that one
    /// of them cannot fill the disk of all.
    pub async fn take_file(&self, from: impl AsyncRead + Unpin, limit: usize, by: By) -> Result<Stored, Stop> {
        if let By::Provider(_) = by {
            let sql = "select cast(sum(size) as bigint) from upload where party = $1 and at > $2";
            let used = self.bytes(sql, &[V::Id(by.party()), V::Int(Wall::now().0 - DAY)]).await?;
            if used >= self.limits().uploads_a_day {
                let mib = self.limits().uploads_a_day / 1_048_576;
                let why = Why::of("invalid-upload-day-full").with("mib", mib);
                return Err(Stop::field("file", why));
            }
        }
        let taken = self.blobs().aside(from, limit).await?;
        self.keep_file(taken, by).await
    }

    /// Whether somebody may bring one more record of a session: what they bring and no session takes fills the disk of
    /// everybody until it is swept away. What a session took is not counted.
    pub async fn may_bring(&self, person: PersonId) -> Result<(), Stop> {
        let sql = "select cast(sum(size) as bigint) from upload where party = $1 and at > $2 and named = $3
            and not exists (select 1 from file where file.sha256 = upload.sha256)";
        let values = [V::Id(By::Brought(person).party()), V::Int(Wall::now().0 - DAY), V::Int(PASSING)];
        let used = self.bytes(sql, &values).await?;
        if used < self.limits().uploads_a_day {
            return Ok(());
        }
        let mib = self.limits().uploads_a_day / 1_048_576;
        Err(Stop::field("file", Why::of("invalid-recording-waiting").with("mib", mib)))
    }

    /// A sum of sizes.
    async fn bytes(&self, sql: &'static str, values: &[V]) -> Result<i64, Stop> {
        let used = self.db().read().await?.one(sql, values).await?;
        Ok(used.map(|r| r.maybe_int(0)).transpose()?.flatten().unwrap_or(0))
    }

    /// The second half of it, for whoever looks at a file before it is kept: dropped instead, nothing of it stays.
    pub async fn keep_file(&self, taken: Aside, by: By) -> Result<Stored, Stop> {
        // Noted before it lies under its name: whatever ends us in between, a sweep finds it.
        self.note_upload(&taken.stored, by).await?;
        let stored = self.blobs().keep(taken).await?;
        let size = i64::try_from(stored.size).unwrap_or(i64::MAX);
        let mut tx = self.db().write().await?;
        let sql = "update upload set size = $3, at = $4 where sha256 = $1 and party = $2";
        tx.run(sql, &[V::text(&stored.sha256), V::Id(by.party()), V::Int(size), V::Int(Wall::now().0)]).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// Nobody can name it yet, and it counts against no quota: its size is noted when it is there. Under the lock of
    /// the record, so that the sweep does not remove for one party what another one is just bringing.
    async fn note_upload(&self, taken: &Stored, by: By) -> Result<(), Stop> {
        let mut tx = self.db().write().await?;
        book::end(&mut tx).await?;
        let sql = "insert into upload (sha256, party, size, at, named) values ($1, $2, 0, $3, $4)
            on conflict (sha256, party) do update set at = excluded.at, named = excluded.named";
        let (at, fresh) = (V::Int(Wall::now().0), V::Int(by.fresh()));
        tx.run(sql, &[V::text(&taken.sha256), V::Id(by.party()), at, fresh]).await?;
        tx.commit().await
    }

    /// The bytes of a file that this person brought in for an import. Somebody else's file, evidence above all, is not
    /// there under its digest.
    pub async fn import_file(&self, sha256: &str, person: PersonId) -> Result<Vec<u8>, Stop> {
        let mut tx = self.db().read().await?;
        let sql = "select size from upload where sha256 = $1 and party = $2 and size > 0 and named = $3";
        let party = By::Import(person).party();
        let found = tx.one(sql, &[V::text(sha256), V::Id(party), V::Int(PASSING)]).await?;
        drop(tx);
        match found {
            Some(_) => self.blobs().read(sha256).await,
            None => Err(Stop::NotFound),
        }
    }

    /// Removes uploads that no entry names and that are older than [`crate::Limits::unnamed_secs`], files of imports
    /// that are older than [`crate::Limits::passing_secs`], because people's names stand in them in clear, and what
    /// processes that ended in the middle left aside; how many. They are condemned first, all under one lock of the
    /// record, so that no act can name what goes; then each goes under a lock of its own, so that nobody waits for more
    /// than one answer of an evidence store. What could not be removed waits for the next sweep.
    pub async fn sweep_uploads(&self, now: Wall) -> Result<u64, Stop> {
        let mut swept = 0;
        for (sha256, party) in self.condemn(now).await? {
            swept += u64::from(self.remove_condemned(&sha256, party).await?);
        }
        self.blobs().sweep_aside(ASIDE).await?;
        Ok(swept)
    }

    async fn condemn(&self, now: Wall) -> Result<Vec<(String, Uuid)>, Stop> {
        let mut tx = self.db().write().await?;
        book::end(&mut tx).await?;
        let sql = "select sha256, party from upload
            where (named in (0, $3) and at < $1) or (named = $4 and at < $2) order by at limit $5";
        let (unnamed, passing) = (now.0 - self.limits().unnamed_secs, now.0 - self.limits().passing_secs);
        let old = [V::Int(unnamed), V::Int(passing), V::Int(CONDEMNED), V::Int(PASSING), V::size(SWEEP)];
        let mut condemned = Vec::new();
        for rec in tx.all(sql, &old).await? {
            let (sha256, party) = (rec.text(0)?, rec.id(1)?);
            let named = is_named(&mut tx, &sha256).await?;
            let sql = "update upload set named = $3 where sha256 = $1 and party = $2";
            tx.run(sql, &[V::text(&sha256), V::Id(party), V::Int(if named { 1 } else { CONDEMNED })]).await?;
            condemned.extend((!named).then_some((sha256, party)));
        }
        tx.commit().await?;
        Ok(condemned)
    }

    /// Whether bytes were removed: somebody may have uploaded the same again meanwhile, or somebody else before.
    async fn remove_condemned(&self, sha256: &str, party: Uuid) -> Result<bool, Stop> {
        let mut tx = self.db().write().await?;
        book::end(&mut tx).await?;
        let sql = "delete from upload where sha256 = $1 and party = $2 and named = $3";
        let gone = tx.run(sql, &[V::text(sha256), V::Id(party), V::Int(CONDEMNED)]).await?;
        let others = tx.one("select count(*) from upload where sha256 = $1", &[V::text(sha256)]).await?;
        let last = gone > 0 && others.is_none_or(|r| r.int(0).is_ok_and(|n| n == 0));
        if last {
            let removed = tokio::time::timeout(REMOVE, self.blobs().remove(sha256)).await;
            removed.unwrap_or(Err(Away::EvidenceSilent.into()))?;
        }
        tx.commit().await?;
        Ok(last)
    }
}

/// An object that named a file does so no longer: the next sweep removes it, unless another one names it, too.
pub(crate) async fn unname(tx: &mut Tx, sha256: &str) -> Result<(), Stop> {
    // A file that a restore brought has no note of who took it in.
    let sql = "insert into upload (sha256, party, size, at, named) values ($1, $2, 0, 0, 0)
        on conflict (sha256, party) do nothing";
    tx.run(sql, &[V::text(sha256), V::Id(By::Gateway.party())]).await?;
    tx.run("update upload set named = 0, at = 0 where sha256 = $1", &[V::text(sha256)]).await.map(|_| ())
}

/// Notes digests whose bytes a restore is about to put here, before any entry names them.
pub(crate) async fn announce(tx: &mut Tx, of: impl Iterator<Item = &str>) -> Result<(), Stop> {
    for sha256 in of {
        let sql = "insert into upload (sha256, party, size, at, named) values ($1, $2, 0, $3, 0)
            on conflict (sha256, party) do update set at = excluded.at";
        tx.run(sql, &[V::text(sha256), V::Id(By::House.party()), V::Int(Wall::now().0)]).await?;
    }
    Ok(())
}

/// Takes those notes back, in the transaction that brings the record which names the bytes.
pub(crate) async fn withdraw(tx: &mut Tx, of: impl Iterator<Item = &str>) -> Result<(), Stop> {
    for sha256 in of {
        let sql = "delete from upload where sha256 = $1 and party = $2 and size = 0";
        tx.run(sql, &[V::text(sha256), V::Id(By::House.party())]).await?;
    }
    Ok(())
}

/// Whether an item of evidence names these bytes.
async fn is_named(tx: &mut Tx, sha256: &str) -> Result<bool, Stop> {
    Ok(tx.one("select 1 from file where sha256 = $1 limit 1", &[V::text(sha256)]).await?.is_some())
}

/// Bytes of a record of a session that this person brought, for the entry of that session to name; `None` when they are
/// gone.
pub async fn brought(tx: &mut Tx, sha256: &str, by: PersonId) -> Result<Option<u64>, Stop> {
    let sql = "select size from upload where sha256 = $1 and party = $2 and size > 0 and named <> $3";
    let values = [V::text(sha256), V::Id(By::Brought(by).party()), V::Int(CONDEMNED)];
    tx.one(sql, &values).await?.map(|r| r.size(0)).transpose()
}

/// Bytes of an upload that a provider may name, because it uploaded them or somebody at the machine did; `None` when
/// it may not, or when they are not there whole.
pub async fn uploaded(tx: &mut Tx, sha256: &str, provider: ProviderId) -> Result<Option<u64>, Stop> {
    let sql = "select size from upload
        where sha256 = $1 and party in ($2, $3) and size > 0 and named >= 0 limit 1";
    let values = [V::text(sha256), V::Id(By::Provider(provider).party()), V::Id(By::House.party())];
    tx.one(sql, &values).await?.map(|r| r.size(0)).transpose()
}
