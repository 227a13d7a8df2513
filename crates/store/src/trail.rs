//! What a review of the audit trail reads: every entry of a range, byte by byte. What kind an entry is stands in its
//! bytes; the columns beside them are for lists, and whoever writes in the database can change them. So the bytes are
//! hashed, each hash is held against the columns, and all of them must lead from the tree before the range to the tree
//! at its end.

mod stood;

use std::borrow::Cow;

use plantgate_domain::{
    base::{Instant, auth::is_borrowed},
    review::trail::{Stood, names},
};
use plantgate_ledger::tree::{Edge, Hash, Hashes, leaf_hash};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    book,
    db::{Rec, Tx, V},
    stop::Stop,
    watermark::root_at,
};

/// Entries read in one step; bounds memory, not the result.
const STEP: u64 = 2_000;

/// An entry with the name of its event as stored.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub read: book::Read,
    /// The hash of its bytes as they stand, in hexadecimal digits.
    pub leaf: String,
    /// No entry of its request stands behind it in the range.
    pub last: bool,
    /// What it is held against, as it stood before it.
    pub stood: Stood,
    /// It may be an exception by its name, and not only by how somebody had signed in.
    by_name: bool,
}

/// A range of entries.
#[derive(Clone, Debug)]
pub struct Range {
    /// Number of the first one.
    pub from: u64,
    /// Number behind the last one.
    pub until: u64,
    /// Root of the tree before the first one, in hexadecimal digits.
    pub before: String,
    /// Root of the tree over the first `until` entries as the bytes of the range make it, in hexadecimal digits.
    pub root: String,
    /// Those that may be exceptions, in order.
    pub found: Vec<Named>,
    /// Entries that are missing, or that are not what was written once: their bytes, their hash and their columns do
    /// not belong together.
    pub altered: Vec<u64>,
    /// The tree as it is stored has the same root.
    pub whole: bool,
}

/// What is read of every entry, whatever it is about.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(rename = "type", borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    on: On<'a>,
    #[serde(borrow)]
    by: By<'a>,
    request: Uuid,
    ver: u64,
}
#[derive(Deserialize)]
struct On<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    id: Uuid,
}
#[derive(Deserialize)]
struct By<'a> {
    #[serde(borrow, default)]
    auth: Option<Cow<'a, str>>,
}

/// How many entries are stored; those of acts of the same turn are not among them.
pub async fn size(tx: &mut Tx) -> Result<u64, Stop> {
    Ok(book::head(tx).await?.edge.size())
}

/// When an entry was recorded, as its bytes say; `None` where there is none, or none that says so.
pub async fn recorded(tx: &mut Tx, entry: u64) -> Result<Option<Instant>, Stop> {
    let Some(rec) = tx.one("select body from entry where seq = $1", &[V::size(entry)]).await? else { return Ok(None) };
    let body = rec.bytes(0)?;
    let head: Option<Head<'_>> = serde_json::from_slice(&body).ok();
    Ok(head.and_then(|head| head.at.parse().ok()))
}

/// A range that is stored, with the entries that may be exceptions.
pub async fn range(tx: &mut Tx, from: u64, until: u64) -> Result<Range, Stop> {
    let edge = edge_at(tx, from).await?;
    let before = edge.root().to_string();
    let mut walk = Walk { names: names(), edge, found: Vec::new(), altered: Vec::new() };
    let mut next = from;
    while next < until {
        let end = until.min(next + STEP);
        let sql =
            "select seq, body, leaf, name, kind, id, ver, at from entry where seq >= $1 and seq < $2 order by seq";
        let recs = tx.all(sql, &[V::size(next), V::size(end)]).await?;
        let mut stored = recs.iter().peekable();
        for seq in next..end {
            match stored.next_if(|rec| rec.size(0).is_ok_and(|n| n == seq)) {
                Some(rec) => walk.one(rec, seq)?,
                None => walk.altered.push(seq),
            }
        }
        next = end;
    }
    let Walk { edge, mut found, altered, .. } = walk;
    stood::stood(tx, &mut found, until).await?;
    let root = edge.root();
    let whole = root_at(tx, until).await? == root;
    Ok(Range { from, until, before, root: root.to_string(), found, altered, whole })
}

/// What is known on the way through a range.
struct Walk {
    names: Vec<&'static str>,
    edge: Edge,
    found: Vec<Named>,
    altered: Vec<u64>,
}

impl Walk {
    fn one(&mut self, rec: &Rec, seq: u64) -> Result<(), Stop> {
        let body = rec.bytes(1)?;
        let leaf = leaf_hash(&body);
        self.edge.push(leaf);
        let head: Option<Head<'_>> = serde_json::from_slice(&body).ok();
        let sound = match &head {
            Some(head) => beside(rec, leaf, head)?,
            None => false,
        };
        if !sound {
            self.altered.push(seq);
        }
        let Some(head) = head else { return Ok(()) };
        // One request is one doing: what somebody did without a sign-in is told by its last entry.
        if let Some(before) = self.found.last_mut().filter(|n| n.read.request == head.request) {
            before.last = false;
            if !before.by_name {
                self.found.pop();
            }
        }
        let by_name = self.names.iter().any(|name| *name == head.name);
        if !by_name && !is_borrowed(head.by.auth.as_deref()) {
            return Ok(());
        }
        match book::read(seq, &body) {
            Ok(read) => {
                let (name, leaf) = (head.name.into_owned(), leaf.to_string());
                self.found.push(Named { name, read, leaf, last: true, stood: Stood::default(), by_name });
            }
            Err(_) if !sound => {}
            Err(_) => self.altered.push(seq),
        }
        Ok(())
    }
}

/// Whether the columns beside the bytes of an entry say the same.
fn beside(rec: &Rec, leaf: Hash, head: &Head<'_>) -> Result<bool, Stop> {
    let at: Result<Instant, _> = head.at.parse();
    Ok(rec.bytes(2)? == leaf.0
        && rec.text(3)? == head.name
        && rec.text(4)? == head.on.kind
        && rec.id(5)? == head.on.id
        && rec.size(6)? == head.ver
        && at.is_ok_and(|at| rec.int(7).is_ok_and(|stored| stored == at.micros())))
}

/// The edge of the tree of the first entries, out of the stored hashes.
async fn edge_at(tx: &mut Tx, size: u64) -> Result<Edge, Stop> {
    let tiles = book::tile_set(tx, &plantgate_ledger::tile::needed_for_root(size).map_err(Stop::fault)?).await?;
    let (mut nodes, mut start) = (Vec::new(), 0_u64);
    for level in (0..u64::BITS).rev().filter(|level| size >> level & 1 == 1) {
        let node = tiles.hash(level, start >> level);
        nodes.push(node.ok_or_else(|| Stop::fault("a hash of the tree is not stored"))?);
        start += 1 << level;
    }
    Edge::from_parts(size, nodes).map_err(Stop::fault)
}
