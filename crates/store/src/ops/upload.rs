//! Who uploaded what. Bytes are named by their digest, so that knowing a digest must not be a way to somebody else's
//! file; what nobody names is counted against a quota and swept away in the end. Losing this table loses uploads that
//! are on their way, never evidence.

use plantgate_domain::base::{ProviderId, Why};
use tokio::io::AsyncRead;
use uuid::Uuid;

use crate::{
    blobs::Stored,
    book,
    clock::Wall,
    db::{Tx, V},
    stop::Stop,
    writer::Store,
};

/// Whose bytes they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// Put here by whoever may speak for everybody, at the machine itself: anyone may name it.
    House,
    /// A file of ours on its way through an import: nobody names it as evidence.
    Import,
    Provider(ProviderId),
}

impl By {
    fn party(self) -> Uuid {
        match self {
            By::House => Uuid::nil(),
            By::Import => Uuid::max(),
            By::Provider(id) => id.0,
        }
    }
}

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Uploads looked at in one sweep; the rest waits for the next.
const SWEEP: u64 = 200;

impl Store {
    /// Takes a file, at most `limit` bytes, and notes whose it is. A provider takes in only so much a day, so that one
    /// of them cannot fill the disk of all.
    pub async fn take_file(&self, from: impl AsyncRead + Unpin, limit: usize, by: By) -> Result<Stored, Stop> {
        if let By::Provider(_) = by {
            let mut tx = self.db().read().await?;
            let sql = "select cast(sum(size) as bigint) from upload where party = $1 and at > $2";
            let since = Wall::now().0 - DAY;
            let used = tx.one(sql, &[V::Id(by.party()), V::Int(since)]).await?;
            let used = used.map(|r| r.maybe_int(0)).transpose()?.flatten().unwrap_or(0);
            if used >= self.limits().uploads_a_day {
                let mib = self.limits().uploads_a_day / 1_048_576;
                let why = Why::of("invalid-upload-day-full").with("mib", mib);
                return Err(Stop::field("file", why));
            }
        }
        let stored = self.blobs().store(from, limit).await?;
        let size = i64::try_from(stored.size).unwrap_or(i64::MAX);
        let mut tx = self.db().write().await?;
        let sql = "insert into upload (sha256, party, size, at, named) values ($1, $2, $3, $4, 0)
            on conflict (sha256, party) do update set at = excluded.at, named = 0";
        let values = [V::text(&stored.sha256), V::Id(by.party()), V::Int(size), V::Int(Wall::now().0)];
        tx.run(sql, &values).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// Removes uploads that no entry names and that are older than [`crate::Limits::unnamed_secs`]; how many. Works
    /// under the lock of the record, so that no act can name what goes.
    pub async fn sweep_uploads(&self, now: Wall) -> Result<u64, Stop> {
        let mut tx = self.db().write().await?;
        book::end(&mut tx).await?;
        let sql = "select sha256, party from upload where named = 0 and at < $1 order by at limit $2";
        let old = [V::Int(now.0 - self.limits().unnamed_secs), V::size(SWEEP)];
        let mut swept = 0;
        for rec in tx.all(sql, &old).await? {
            let sha256 = rec.text(0)?;
            let of = [V::text(&sha256), V::Id(rec.id(1)?)];
            if is_named(&mut tx, &sha256).await? {
                tx.run("update upload set named = 1 where sha256 = $1 and party = $2", &of).await?;
                continue;
            }
            tx.run("delete from upload where sha256 = $1 and party = $2", &of).await?;
            let others = tx.one("select count(*) from upload where sha256 = $1", &[V::text(&sha256)]).await?;
            if others.is_none_or(|r| r.int(0).is_ok_and(|n| n == 0)) {
                self.blobs().remove(&sha256).await?;
                swept += 1;
            }
        }
        tx.commit().await?;
        Ok(swept)
    }
}

/// Whether an object of the record names these bytes.
async fn is_named(tx: &mut Tx, sha256: &str) -> Result<bool, Stop> {
    Ok(tx.one("select 1 from file where sha256 = $1 limit 1", &[V::text(sha256)]).await?.is_some())
}

/// Whether somebody may name these bytes: they uploaded them, or somebody at the machine did.
pub async fn may_name(tx: &mut Tx, sha256: &str, by: By) -> Result<bool, Stop> {
    let sql = "select 1 from upload where sha256 = $1 and party in ($2, $3) limit 1";
    let values = [V::text(sha256), V::Id(by.party()), V::Id(By::House.party())];
    Ok(tx.one(sql, &values).await?.is_some())
}
