//! Where a domain event becomes a ledger entry: the envelope, the leaf, the tree's edge, its tiles and checkpoints.
//! The ledger crate knows no domain, the domain no ledger; they meet here.

use std::fmt::Display;

use plantgate_domain::{
    base::{Actor, At, Factor, Instant, Kind, PersonId, Ref, Signature},
    event::Event,
};
use plantgate_ledger::{
    canon,
    checkpoint::Checkpoint,
    entry::{By, Envelope, On, Signed},
    key::SecretKey,
    tile::{Tile, TileId, TileSet, WIDTH, filled_between},
    tree::{Edge, Hash, leaf_hash},
};
use uuid::Uuid;

use crate::{
    db::{Rec, Tx, V},
    rows::{placeholders, steps},
    signatures,
    stop::Stop,
};

/// The software that wrote an entry.
pub const SOFTWARE: &str = concat!("plantgate/", env!("CARGO_PKG_VERSION"));

/// An entry ready to be stored.
#[derive(Clone, Debug)]
pub struct Written {
    pub on: Ref,
    pub ver: u64,
    pub at: Instant,
    pub name: String,
    pub body: Vec<u8>,
    pub leaf: Hash,
    /// The request of the act that caused it.
    pub request: Uuid,
}

/// Who caused entries, at whose request.
#[derive(Clone, Debug)]
pub struct Cause {
    pub actor: Actor,
    /// Roles the person had, as words.
    pub roles: Vec<String>,
    /// How the person had proven who they are.
    pub auth: Option<String>,
    pub request: Uuid,
    pub rules: u32,
}

/// Makes the entry of an event, with the signature under it where somebody signed.
pub fn write(
    cause: &Cause,
    (on, ver): (Ref, u64),
    at: Instant,
    event: &Event,
    signature: Option<&Signature>,
) -> Result<Written, Stop> {
    let (name, data) = event.to_wire()?;
    let mut by = match cause.actor {
        Actor::Person(id) => By::person(&id.to_string(), cause.roles.clone(), cause.auth.clone()),
        Actor::Genesis => By::system("genesis"),
        Actor::Host => By::system("host"),
        Actor::Watchman => By::system("watchman"),
        // Which one it was is how it had proven itself.
        Actor::IdentityProvider => By { auth: cause.auth.clone(), ..By::system("identity-provider") },
        Actor::Retention => By::system("retention"),
        Actor::Gateway => By { auth: cause.auth.clone(), ..By::system("gateway") },
    };
    by.signed = signature.map(signed);
    let envelope = Envelope {
        v: 1,
        kind: name.clone(),
        data,
        on: On { kind: on.kind.as_str().to_owned(), id: on.id.to_string() },
        ver,
        at: at.to_string(),
        by,
        request: cause.request.to_string(),
        rules: cause.rules,
        sw: SOFTWARE.to_owned(),
    };
    let body = envelope.to_leaf_bytes().map_err(Stop::fault)?;
    let leaf = leaf_hash(&body);
    Ok(Written { on, ver, at, name, body, leaf, request: cause.request })
}

fn signed(s: &Signature) -> Signed {
    Signed {
        digest: s.digest.clone(),
        factors: s.factors.iter().map(ToString::to_string).collect(),
        first: s.first,
        meaning: s.meaning.to_string(),
        version: s.version,
    }
}

/// A signature in the domain's words; what this binary does not know is refused, like an event it does not know.
fn signature(s: Signed) -> Result<Signature, String> {
    let word = |why: plantgate_domain::base::Why| why.to_string();
    let factors = s.factors.iter().map(|f| f.parse::<Factor>().map_err(word)).collect::<Result<_, _>>()?;
    let meaning = s.meaning.parse().map_err(word)?;
    Ok(Signature { meaning, version: s.version, digest: s.digest, factors, first: s.first })
}

/// An entry read back: what it says, in the domain's words.
#[derive(Clone, Debug)]
pub struct Read {
    pub on: Ref,
    pub ver: u64,
    pub at: At,
    pub event: Event,
    pub request: Uuid,
    pub rules: u32,
    /// Roles the person had then, as words.
    pub roles: Vec<String>,
    /// How the person had proven who they are.
    pub auth: Option<String>,
    pub signature: Option<Signature>,
    /// Where somebody signed: the digest of what the entry says, taken of the bytes as they stand.
    pub said: Option<String>,
}

/// Reads stored bytes; refuses whatever this binary does not know.
pub fn read(seq: u64, body: &[u8]) -> Result<Read, Stop> {
    known(seq, body).map_err(Stop::fault)
}

/// Whether this binary knows what stored bytes say; asked of a stranger's bytes, where *no* is no fault of ours.
pub fn reads(seq: u64, body: &[u8]) -> bool {
    known(seq, body).is_ok()
}

fn known(seq: u64, body: &[u8]) -> Result<Read, String> {
    let e = Envelope::from_leaf_bytes(body).map_err(|e| format!("entry {seq}: {e}"))?;
    let odd = |what: &dyn Display| format!("entry {seq}: {what}");
    let kind: Kind = e.on.kind.parse().map_err(|e| odd(&e))?;
    let id: Uuid = e.on.id.parse().map_err(|_| odd(&"no object id"))?;
    let by = match (&e.by.person, e.by.system.as_deref()) {
        (Some(person), None) => Actor::Person(person.parse::<PersonId>().map_err(|e| odd(&e))?),
        (None, Some("genesis")) => Actor::Genesis,
        (None, Some("host")) => Actor::Host,
        (None, Some("watchman")) => Actor::Watchman,
        (None, Some("identity-provider")) => Actor::IdentityProvider,
        (None, Some("gateway")) => Actor::Gateway,
        (None, Some("retention")) => Actor::Retention,
        _ => return Err(odd(&"an actor this binary does not know")),
    };
    let at = At { at: e.at.parse().map_err(|e| odd(&e))?, by, seq };
    let said = e.by.signed.is_some().then(|| canon::to_bytes(&e.data).map(|bytes| signatures::of_data(&bytes)));
    let said = said.transpose().map_err(|e| odd(&e))?;
    let event = Event::from_wire(kind, &e.kind, e.data).map_err(|e| odd(&e))?;
    let request = e.request.parse().map_err(|_| odd(&"no request id"))?;
    let (on, ver, rules) = (Ref { kind, id }, e.ver, e.rules);
    let By { roles, auth, signed, .. } = e.by;
    let signature = signed.map(signature).transpose().map_err(|e| odd(&e))?;
    Ok(Read { on, ver, at, event, request, rules, roles, auth, signature, said })
}

/// The growing end of the log as the edge row keeps it.
#[derive(Clone, Debug)]
pub struct End {
    pub edge: Edge,
    pub last_at: Instant,
    pub generation: i64,
}

/// Reads and, on PostgreSQL, locks the end of the log.
pub async fn end(tx: &mut Tx) -> Result<End, Stop> {
    read_end(tx.lock_edge().await?)
}

/// Reads the end of the log as a snapshot has it.
pub async fn head(tx: &mut Tx) -> Result<End, Stop> {
    read_end(tx.one("select size, nodes, last_at, generation from edge where id = 1", &[]).await?)
}

fn read_end(rec: Option<Rec>) -> Result<End, Stop> {
    let rec = rec.ok_or_else(|| Stop::fault("the edge row is missing"))?;
    let size = rec.size(0)?;
    let edge = Edge::from_bytes(&rec.bytes(1)?).map_err(Stop::fault)?;
    if edge.size() != size {
        return Err(Stop::fault("the edge row's size and hashes do not belong together"));
    }
    Ok(End { edge, last_at: Instant::from_micros(rec.int(2)?), generation: rec.int(3)? })
}

/// Which objects the entries of a stretch are about, with their leaf hashes, in order.
pub async fn since(tx: &mut Tx, from: u64, until: u64) -> Result<Vec<(Ref, Hash)>, Stop> {
    let sql = "select kind, id, leaf from entry where seq >= $1 and seq < $2 order by seq";
    let recs = tx.all(sql, &[V::size(from), V::size(until)]).await?;
    recs.iter()
        .map(|r| {
            let on = Ref { kind: r.text(0)?.parse().map_err(Stop::fault)?, id: r.id(1)? };
            Ok((on, Hash::from_slice(&r.bytes(2)?).map_err(Stop::fault)?))
        })
        .collect()
}

/// Creates the first, empty edge if there is none.
pub async fn begin(tx: &mut Tx) -> Result<(), Stop> {
    let sql = "insert into edge (id, size, nodes, last_at, generation) values (1, 0, $1, 0, 1) on conflict do nothing";
    tx.run(sql, &[V::Bytes(Edge::new().to_bytes())]).await?;
    Ok(())
}

/// Stores entries behind the end, full tiles with them, and moves the edge by compare-and-set: whoever else moved it
/// meanwhile makes this fail instead of fork.
pub async fn append(tx: &mut Tx, end: &mut End, entries: &[Written]) -> Result<(), Stop> {
    let old = end.edge.size();
    let mut seq = old;
    for chunk in steps(entries) {
        let mut values = Vec::with_capacity(chunk.len() * 8);
        for e in chunk {
            values.extend([V::size(seq), V::at(e.at), V::text(e.on.kind.as_str()), V::Id(e.on.id), V::size(e.ver)]);
            values.extend([V::text(&e.name), V::Bytes(e.body.clone()), V::Bytes(e.leaf.0.to_vec())]);
            seq += 1;
        }
        let rows = placeholders(chunk.len(), 8);
        let sql = format!("insert into entry (seq, at, kind, id, ver, name, body, leaf) values {rows}");
        tx.run_built(sql, &values).await?;
    }
    for e in entries {
        end.edge.push(e.leaf);
        end.last_at = e.at;
    }
    tiles(tx, old, end.edge.size()).await?;
    let sql = "update edge set size = $1, nodes = $2, last_at = $3 where id = 1 and size = $4";
    let moved = [V::size(end.edge.size()), V::Bytes(end.edge.to_bytes()), V::at(end.last_at), V::size(old)];
    if tx.run(sql, &moved).await? != 1 {
        return Err(Stop::fault("another writer moved the edge inside our lock"));
    }
    Ok(())
}

async fn tiles(tx: &mut Tx, old: u64, new: u64) -> Result<(), Stop> {
    for id in filled_between(old, new) {
        let hashes = tile_hashes(tx, id).await?;
        let tile = Tile::from_hashes(hashes).map_err(Stop::fault)?;
        let values = [V::Int(i64::from(id.level)), V::size(id.n), V::Bytes(tile.to_bytes())];
        tx.run("insert into tile (level, n, data) values ($1, $2, $3)", &values).await?;
    }
    Ok(())
}

/// Some tiles of the tree as it stands, full or not, for a proof or a root.
pub async fn tile_set(tx: &mut Tx, ids: &[TileId]) -> Result<TileSet, Stop> {
    let mut set = TileSet::default();
    for id in ids {
        let hashes = tile_hashes(tx, *id).await?;
        if !hashes.is_empty() {
            set.insert(*id, Tile::from_hashes(hashes).map_err(Stop::fault)?);
        }
    }
    Ok(set)
}

async fn tile_hashes(tx: &mut Tx, id: TileId) -> Result<Vec<Hash>, Stop> {
    let width = WIDTH as u64;
    let (from, until) = (V::size(id.n * width), V::size((id.n + 1) * width));
    if id.level == 0 {
        let recs = tx.all("select leaf from entry where seq >= $1 and seq < $2 order by seq", &[from, until]).await?;
        return recs.iter().map(|r| Hash::from_slice(&r.bytes(0)?).map_err(Stop::fault)).collect();
    }
    let sql = "select data from tile where level = $1 and n >= $2 and n < $3 order by n";
    let recs = tx.all(sql, &[V::Int(i64::from(id.level) - 1), from, until]).await?;
    recs.iter()
        .map(|r| {
            let tile = Tile::from_bytes(&r.bytes(0)?).map_err(Stop::fault)?;
            tile.root().ok_or_else(|| Stop::fault("a stored tile is not full"))
        })
        .collect()
}

/// Signs the head if it moved since the last checkpoint; the size signed, if any.
pub async fn checkpoint(tx: &mut Tx, key: &SecretKey, now: Instant) -> Result<Option<u64>, Stop> {
    let end = end(tx).await?;
    let origin = key.verifier().name();
    let size = end.edge.size();
    let last = tx.one("select max(size) from checkpoint", &[]).await?;
    let last = last.map(|r| r.maybe_int(0)).transpose()?.flatten().unwrap_or(0);
    if size == 0 || i64::try_from(size).is_ok_and(|s| s <= last) {
        return Ok(None);
    }
    let note = Checkpoint { origin: origin.to_owned(), size, root: end.edge.root() };
    let note = note.sign(&[key]).map_err(Stop::fault)?.to_string();
    let sql = "insert into checkpoint (size, at, note) values ($1, $2, $3)";
    tx.run(sql, &[V::size(size), V::at(now), V::Text(note)]).await?;
    Ok(Some(size))
}
