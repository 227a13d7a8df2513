//! The other side: a cosigner's own small state, on another machine and of another house. It holds no record, only the
//! last head it vouched for of each log it was told of. What is compared and what is kept is one transaction that lets
//! nobody in between, and the answer leaves only after it is durable: so two requests that race never roll it back, and
//! a process killed before its answer has vouched for nothing it does not remember.

use std::path::Path;

use plantgate_domain::base::{Instant, Why};
use plantgate_ledger::{
    CosignerKey, VerifierKey,
    key::Signs,
    note::{Note, SignatureLine},
    rotation::Rotation,
    tree::Hash,
    witness::{No, Request},
};

use crate::{
    clock::{Clock, Wall},
    db::{Db, Rec, Tx, V},
    keyring,
    limits::Limits,
    stop::Stop,
};

/// Its tables. Only ever added to.
const STATE: &str = "
create table if not exists witnessed_log (origin text not null, key text primary key, until bigint);
create table if not exists witnessed_head (origin text primary key, size bigint not null, root bytea not null,
    note text not null, at bigint not null);
create table if not exists witnessed_split (origin text not null, digest text not null, at bigint not null,
    size bigint not null, request text not null, primary key (origin, digest));
";
/// Most requests kept as evidence for one log: one is proof, and whoever has the log's key could fill the disk.
const SPLITS: i64 = 100;

/// A cosigner with its key and what it remembers.
#[derive(Debug)]
pub struct Cosigner {
    db: Db,
    key: CosignerKey,
}

/// A head it vouched for last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
    /// The head with the cosignature.
    pub note: String,
    pub at: Instant,
}

/// What it says to a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// Its line under the head, durable before it is given.
    Yes(SignatureLine),
    No(No),
}

impl Cosigner {
    /// Opens the folder of a cosigner. The first time it takes a name and makes its key; the name never changes.
    pub async fn open(folder: &Path, name: Option<&str>) -> Result<Cosigner, Stop> {
        std::fs::create_dir_all(folder).map_err(|e| {
            let shown = folder.display().to_string();
            Stop::field("--state", Why::of("invalid-folder").with("folder", shown).with("said", e.to_string()))
        })?;
        let key = key(&folder.join("cosigner.key"), name)?;
        let db = Db::sqlite(&folder.join("cosigner.sqlite"), &Limits::standard()).await?;
        let mut tx = db.write().await?;
        tx.script(STATE.to_owned()).await?;
        tx.commit().await?;
        Ok(Cosigner { db, key })
    }

    /// The key that others hold its answers against.
    pub fn key(&self) -> &VerifierKey {
        self.key.verifier()
    }
    /// Its database, for tests that look into it.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Tells it of a log: from here on heads signed by this key are looked at. Whoever runs the cosigner has the key
    /// from the log's owner by another way.
    pub async fn trust(&self, log: &VerifierKey) -> Result<(), Stop> {
        if log.signs() != Signs::Text {
            return Err(Stop::field("key", Why::of("invalid-log-kind")));
        }
        let mut tx = self.db.write().await?;
        known(&mut tx, log).await?;
        tx.commit().await
    }

    /// Takes the statement by which a log's key hands over: from its last head on the old key signs nothing more here.
    /// Closing the old key and knowing the new one is one transaction, for between the two nobody could sign
    /// for the log.
    /// The same statement once more, as after an answer that never came, gets the same answer.
    pub async fn hand_over(&self, note: &[u8]) -> Result<VerifierKey, Stop> {
        let bad = |said: String| Stop::field("file", Why::of("invalid-handover").with("said", said));
        let handover = Rotation::open(note).map_err(|e| bad(e.to_string()))?;
        let mut tx = self.db.write().await?;
        let sql = "update witnessed_log set until = $1 where key = $2 and until is null";
        let old = handover.old.to_string();
        if tx.run(sql, &[V::size(handover.size), V::text(old)]).await? == 1 {
            known(&mut tx, &handover.new).await?;
            tx.commit().await?;
            return Ok(handover.new);
        }
        if done(&mut tx, &handover).await? {
            return Ok(handover.new);
        }
        Err(Stop::field("file", Why::of("invalid-handover-unknown")))
    }

    /// Looks at a request and vouches for its head, or says why not.
    pub async fn answer(&self, request: &Request) -> Result<Said, Stop> {
        let origin = match request.origin() {
            Ok(origin) => origin,
            Err(no) => return Ok(Said::No(no)),
        };
        let now = Clock::Machine.now();
        // BEGIN IMMEDIATE: who else asks, in this process or another one, waits until this one is durable.
        let mut tx = self.db.write().await?;
        let size = request.size().unwrap_or(u64::MAX);
        let (known, last) = (logs(&mut tx, &origin, size).await?, seen(&mut tx, &origin).await?);
        let (note, head) = match request.head(&known) {
            Ok(found) => found,
            Err(no) => return Ok(Said::No(no)),
        };
        if let Err(no) = request.continues(&head, last.as_ref().map(|s| (s.size, s.root))) {
            if matches!(no, No::Split(_) | No::Proof(_)) {
                split(&mut tx, &origin, head.size, now, request).await?;
                tx.commit().await?;
            }
            return Ok(Said::No(no));
        }
        let line = note.cosigned(&self.key, u64::try_from(Wall::now().0).map_err(Stop::fault)?);
        let kept = Note::parse(request.checkpoint.as_bytes()).map_err(Stop::fault)?.to_string() + &line.to_string();
        let sql = "insert into witnessed_head (origin, size, root, note, at) values ($1, $2, $3, $4, $5)
            on conflict (origin) do update set size = excluded.size, root = excluded.root, note = excluded.note,
                at = excluded.at";
        let row = [V::text(origin), V::size(head.size), V::Bytes(head.root.0.to_vec()), V::Text(kept), V::at(now)];
        tx.run(sql, &row).await?;
        tx.commit().await?;
        Ok(Said::Yes(line))
    }

    /// The last head it vouched for of a log.
    pub async fn latest(&self, origin: &str) -> Result<Option<Seen>, Stop> {
        seen(&mut self.db.read().await?, origin).await
    }

    /// All of them, and how many requests of each log are kept as evidence of another history.
    pub async fn all(&self) -> Result<Vec<(Seen, u64)>, Stop> {
        let mut tx = self.db.read().await?;
        let sql = "select origin, size, root, note, at from witnessed_head order by origin";
        let mut found = Vec::new();
        for rec in tx.all(sql, &[]).await? {
            let seen = read(&rec)?;
            let sql = "select count(*) from witnessed_split where origin = $1";
            let count = tx.one(sql, &[V::text(seen.origin.clone())]).await?.map_or(Ok(0), |r| r.size(0))?;
            found.push((seen, count));
        }
        Ok(found)
    }

    /// The requests kept as evidence of another history of a log, oldest first: each is signed by the log itself.
    pub async fn splits(&self, origin: &str) -> Result<Vec<String>, Stop> {
        let mut tx = self.db.read().await?;
        let sql = "select request from witnessed_split where origin = $1 order by at, digest";
        tx.all(sql, &[V::text(origin)]).await?.iter().map(|r| r.text(0)).collect()
    }
}

/// Notes that heads of a log may be signed by this key from here on.
async fn known(tx: &mut Tx, log: &VerifierKey) -> Result<(), Stop> {
    let sql = "insert into witnessed_log (origin, key, until) values ($1, $2, null) on conflict do nothing";
    tx.run(sql, &[V::text(log.name()), V::text(log.to_string())]).await?;
    Ok(())
}

/// Whether this handover was taken before: its old key ended where it says, and its new one is known.
async fn done(tx: &mut Tx, handover: &Rotation) -> Result<bool, Stop> {
    let sql = "select 1 from witnessed_log old join witnessed_log new on new.origin = old.origin
        where old.key = $1 and old.until = $2 and new.key = $3";
    let keys = [V::text(handover.old.to_string()), V::size(handover.size), V::text(handover.new.to_string())];
    Ok(tx.one(sql, &keys).await?.is_some())
}

/// The keys that may sign a head of this size.
async fn logs(tx: &mut Tx, origin: &str, size: u64) -> Result<Vec<VerifierKey>, Stop> {
    let sql = "select key from witnessed_log where origin = $1 and (until is null or until >= $2) order by key";
    let recs = tx.all(sql, &[V::text(origin), V::size(size)]).await?;
    recs.iter().map(|r| r.text(0)?.parse().map_err(Stop::fault)).collect()
}

async fn seen(tx: &mut Tx, origin: &str) -> Result<Option<Seen>, Stop> {
    let sql = "select origin, size, root, note, at from witnessed_head where origin = $1";
    tx.one(sql, &[V::text(origin)]).await?.as_ref().map(read).transpose()
}

fn read(rec: &Rec) -> Result<Seen, Stop> {
    Ok(Seen {
        origin: rec.text(0)?,
        size: rec.size(1)?,
        root: Hash::from_slice(&rec.bytes(2)?).map_err(Stop::fault)?,
        note: rec.text(3)?,
        at: Instant::from_micros(rec.int(4)?),
    })
}

/// Keeps a request that its log signed and that does not continue what was vouched for: it may be proof of two
/// histories. The same one is kept once.
async fn split(tx: &mut Tx, origin: &str, size: u64, now: Instant, request: &Request) -> Result<(), Stop> {
    let text = request.text();
    let digest = Hash::of_content(request.checkpoint.as_bytes()).to_string();
    let sql = "insert into witnessed_split (origin, digest, at, size, request)
        select $1, $2, $3, $4, $5 where (select count(*) from witnessed_split where origin = $1) < $6
        on conflict do nothing";
    let row = [V::text(origin), V::text(digest), V::at(now), V::size(size), V::Text(text), V::Int(SPLITS)];
    tx.run(sql, &row).await?;
    Ok(())
}

/// The key in its file, `name` and seed on a line each; made the first time.
fn key(file: &Path, name: Option<&str>) -> Result<CosignerKey, Stop> {
    if let Ok(text) = std::fs::read_to_string(file) {
        let text = zeroize::Zeroizing::new(text);
        let broken = || Stop::fault(format!("{} holds no cosigner's key", file.display()));
        let (is, seed) = text.trim_end().split_once('\n').ok_or_else(broken)?;
        let seed = keyring::unhex_any(seed).and_then(|s| <[u8; 32]>::try_from(s).ok()).ok_or_else(broken)?;
        if name.is_some_and(|name| name != is) {
            return Err(Stop::field("--name", Why::of("invalid-cosigner-name").with("name", is)));
        }
        return CosignerKey::from_seed(is, &seed).map_err(Stop::fault);
    }
    let name = name.ok_or_else(|| Stop::field("--name", Why::of("invalid-cosigner-unnamed")))?;
    let mut seed = zeroize::Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut()).map_err(Stop::fault)?;
    let key = CosignerKey::from_seed(name, &seed)
        .map_err(|e| Stop::field("--name", Why::of("invalid-cosigner-key").with("said", e.to_string())))?;
    keyring::secret_file(file, format!("{name}\n{}\n", keyring::hex(seed.as_ref())).as_bytes())?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use plantgate_ledger::{
        Checkpoint, SecretKey, Tree,
        tree::{consistency, leaf_hash},
    };

    use super::*;

    #[tokio::test]
    async fn a_handover_that_ends_in_the_middle_leaves_the_old_key_and_is_taken_when_it_comes_again() {
        let folder = std::env::temp_dir().join(format!("plantgate-handover-{}", std::process::id()));
        let outside = Cosigner::open(&folder, Some("a.example/cosigner")).await.unwrap();
        let of = |seed: u8| SecretKey::from_seed("log.example/log", &[seed; 32]).unwrap();
        let head = |size: u64| {
            let tree: Tree = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
            Checkpoint { origin: "log.example/log".to_owned(), size, root: tree.root() }
        };
        let asked = |key: &SecretKey, old: u64, size: u64| {
            let tree: Tree = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
            let proof = if old == 0 { Vec::new() } else { consistency(&tree, old, size).unwrap() };
            Request { old, proof, checkpoint: head(size).sign(&[key]).unwrap().to_string() }
        };
        let script = async |sql: &str| {
            let mut tx = outside.db().write().await.unwrap();
            tx.script(sql.to_owned()).await.unwrap();
            tx.commit().await.unwrap();
        };
        outside.trust(of(1).verifier()).await.unwrap();
        assert!(matches!(outside.answer(&asked(&of(1), 0, 3)).await.unwrap(), Said::Yes(_)));
        let note = Rotation::sign(&of(1), &of(2), &head(3)).unwrap().to_string();
        // given the process cannot go on behind the first half
        script("create trigger cut before insert on witnessed_log begin select raise(abort, 'cut'); end").await;
        assert!(outside.hand_over(note.as_bytes()).await.is_err());
        script("drop trigger cut").await;
        // then nothing of it happened: the log still has a key here
        assert!(matches!(outside.answer(&asked(&of(1), 3, 5)).await.unwrap(), Said::Yes(_)));
        // and it is taken when it comes again, by a head that the old key signed last
        let note_5 = Rotation::sign(&of(1), &of(2), &head(5)).unwrap().to_string();
        for _ in 0..2 {
            assert_eq!(outside.hand_over(note_5.as_bytes()).await.unwrap(), *of(2).verifier());
        }
        assert!(outside.hand_over(note.as_bytes()).await.is_err(), "another last head is another statement");
        assert!(matches!(outside.answer(&asked(&of(2), 5, 8)).await.unwrap(), Said::Yes(_)));
        outside.db().close().await;
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
