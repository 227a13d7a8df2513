//! Is what is stored still what was recorded? Five modes, each of which can be asked for by itself, all at one snapshot
//! of size N and compared at N, while others go on writing. A report names what ran and what did not: silence about
//! something nobody looked at would be read as *sound*.

mod damage;
mod files;
mod record;
mod table;
mod values;

use plantgate_domain::base::Instant;
use plantgate_ledger::{key::VerifierKey, tree::Hash};
use serde::Serialize;

pub use damage::{Damage, Part, Value};
pub use files::{Gathered, files};

use crate::{
    blobs::Blobs,
    db::{Db, Tx},
    limits::Limits,
    schema,
    stop::Stop,
};

/// What can be looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Edge, tiles and signed heads against the stored leaf hashes.
    Heads,
    /// The bytes and columns of every entry against leaf hashes, tiles, edge and signed heads.
    Leaves,
    /// Names and texts against what entries committed to.
    Commitments,
    /// Evidence against the digests that entries name.
    Blobs,
    /// Every row against a fold of the entries.
    Rebuild,
}

impl Mode {
    /// All, from the cheapest to the dearest.
    pub const ALL: [Mode; 5] = [Mode::Heads, Mode::Leaves, Mode::Commitments, Mode::Blobs, Mode::Rebuild];
}

/// Modes somebody wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// What is affordable beside a running plant.
    Affordable,
    /// These; *rebuild* asks for *leaves* too, because rows compared with entries nobody looked at would prove nothing.
    These(Vec<Mode>),
}

/// Why a mode did not run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Skipped {
    /// Nobody asked for it.
    NotAsked,
    /// So much evidence is hashed only when somebody asks.
    ManyBytes { bytes: u64 },
    /// So many entries are folded only when somebody asks.
    ManyEntries { entries: u64 },
    /// A fold of damaged entries proves nothing about rows.
    EntriesDamaged,
    /// The rows belong to another release.
    OtherRelease { rows: i64, this: i64 },
    /// No key of the log is at hand.
    NoKey,
}

/// A mode with how much it looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Ran {
    pub mode: Mode,
    /// Signed heads, entries, names and texts, files, rows.
    pub count: u64,
}

/// What a verification looked at, what it did not, and what it found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The size all of it was compared at.
    pub size: u64,
    pub root: Hash,
    pub ran: Vec<Ran>,
    pub not_run: Vec<(Mode, Skipped)>,
    pub damage: Vec<Damage>,
}

impl Report {
    /// Whether what somebody asked for could not be looked at, for another reason than damage.
    pub fn fell_short(&self, asked: &Asked) -> bool {
        let Asked::These(modes) = asked else { return false };
        let short = self.not_run.iter().filter(|(_, why)| !matches!(why, Skipped::EntriesDamaged));
        short.map(|(mode, _)| mode).any(|mode| modes.contains(mode))
    }
}

/// The keys that signed heads must be signed by, each with the size from which on; none: heads are not looked at.
pub type Keys = [(u64, VerifierKey)];

/// Verifies a database and its evidence. Blobs never change once an entry names them, so they are hashed after the
/// snapshot has told which ones there are: nothing waits in the database meanwhile.
pub async fn run(db: &Db, blobs: &Blobs, keys: &Keys, asked: &Asked, limits: &Limits) -> Result<Report, Stop> {
    let rows = wants(asked, Mode::Rebuild);
    let mut tx = if rows { db.unhurried_snapshot().await? } else { db.unhurried_read().await? };
    let (mut report, named) = look(&mut tx, keys, asked, limits).await?;
    drop(tx);
    if let Some(named) = named {
        let count = files::check(blobs, &named, &mut report.damage).await?;
        if report.damage.iter().any(|d| matches!(d, Damage::Blob { missing: true, .. })) {
            // A recording whose time was over while this one looked is no damage.
            let still = files::named(&mut db.unhurried_read().await?).await?;
            let gone = |sha256: &str| still.iter().all(|n| n.sha256 != sha256);
            report.damage.retain(|d| !matches!(d, Damage::Blob { missing: true, sha256, .. } if gone(sha256)));
        }
        report.ran.push(Ran { mode: Mode::Blobs, count });
    }
    report.ran.sort_by_key(|ran| ran.mode);
    report.not_run.sort_by_key(|(mode, _)| *mode);
    Ok(report)
}

/// The part of it that a snapshot answers; evidence to hash comes back as a list.
async fn look(
    tx: &mut Tx,
    keys: &Keys,
    asked: &Asked,
    limits: &Limits,
) -> Result<(Report, Option<Vec<files::Named>>), Stop> {
    let mut damage = Vec::new();
    let stored = record::stored(tx, &mut damage).await?;
    let (leaves, commitments) = (wants(asked, Mode::Leaves), wants(asked, Mode::Commitments));
    let mut not_run = Vec::new();
    let looks = record::Looks { heads: wants(asked, Mode::Heads) && !keys.is_empty(), leaves, commitments };
    let found = record::check(tx, &stored, keys, looks, &mut damage).await?;
    let mut ran = found.ran;
    let mut skip = |mode, why| not_run.push((mode, why));
    for (mode, did) in [(Mode::Heads, looks.heads), (Mode::Leaves, leaves), (Mode::Commitments, commitments)] {
        if !did {
            skip(mode, if wants(asked, mode) { Skipped::NoKey } else { Skipped::NotAsked });
        }
    }
    let mut named = None;
    if wants(asked, Mode::Blobs) {
        let all = files::named(tx).await?;
        let bytes = all.iter().map(|n| n.bytes).fold(0, u64::saturating_add);
        if *asked == Asked::Affordable && bytes > limits.verify_bytes {
            skip(Mode::Blobs, Skipped::ManyBytes { bytes });
        } else {
            named = Some(all);
        }
    } else {
        skip(Mode::Blobs, Skipped::NotAsked);
    }
    match rebuild(asked, &stored, limits, &damage) {
        Some(why) => skip(Mode::Rebuild, why),
        None => ran.push(Ran { mode: Mode::Rebuild, count: table::compare(tx, &mut damage).await? }),
    }
    Ok((Report { size: found.size, root: found.root, ran, not_run, damage }, named))
}

/// Why rows are not compared, if they are not.
fn rebuild(asked: &Asked, stored: &record::Stored, limits: &Limits, damage: &[Damage]) -> Option<Skipped> {
    if !wants(asked, Mode::Rebuild) {
        return Some(Skipped::NotAsked);
    }
    if stored.generation != schema::ROWS_VERSION {
        return Some(Skipped::OtherRelease { rows: stored.generation, this: schema::ROWS_VERSION });
    }
    if !damage.iter().all(Damage::leaves_entries_whole) {
        return Some(Skipped::EntriesDamaged);
    }
    let many = *asked == Asked::Affordable && stored.size > limits.verify_entries;
    many.then_some(Skipped::ManyEntries { entries: stored.size })
}

fn wants(asked: &Asked, mode: Mode) -> bool {
    match asked {
        Asked::Affordable => true,
        Asked::These(modes) => {
            modes.contains(&mode)
                || (mode == Mode::Leaves && modes.contains(&Mode::Rebuild))
                || (mode == Mode::Heads && (modes.contains(&Mode::Leaves) || modes.contains(&Mode::Rebuild)))
        }
    }
}

/// Modes over an open transaction, for whoever looks at what it has not committed: everything but evidence.
pub async fn within(tx: &mut Tx, keys: &Keys, asked: &Asked) -> Result<Report, Stop> {
    Ok(look(tx, keys, asked, &Limits::standard()).await?.0)
}

/// Hashes every piece of evidence that an entry of a snapshot named; how many there are.
pub async fn evidence(tx: &mut Tx, blobs: &Blobs, damage: &mut Vec<Damage>) -> Result<u64, Stop> {
    files::check(blobs, &files::named(tx).await?, damage).await
}

/// An instant of a row in words.
fn instant(micros: i64) -> String {
    match Instant::from_micros(micros) {
        Instant::MIN => "the beginning".to_owned(),
        Instant::MAX => "for ever".to_owned(),
        at => at.to_string(),
    }
}
