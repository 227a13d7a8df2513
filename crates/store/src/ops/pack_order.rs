//! Orders of audit packs that are being made: so that another node, and this one after a restart, can say where a pack
//! is, and the person who ordered it can have it made after all. Losing this table loses that and nothing else: what
//! is recorded is made again from its entry. For whom and what for is free text, so an order lies here sealed, for as
//! long as it is worked at and a day at most, and goes with the person.

use uuid::Uuid;

use crate::{
    clock::Wall,
    db::{Db, Rec, Tx, V},
    stop::Stop,
};

/// Seconds for which nobody else takes an order up after its holder was last heard of: several renewals may fail.
pub const LEASE: i64 = 15;
/// Seconds after which an order that nobody works at is removed.
pub const KEPT: i64 = 86_400;

/// An order that begins.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// The request id of its form.
    pub request: Uuid,
    pub person: Uuid,
    /// Who works at it: drawn by chance for each beginning, so that whoever lost an order cannot write to it.
    pub holder: Uuid,
    /// What was ordered, sealed.
    pub sealed: &'a str,
    pub stage: &'a Stage,
}

/// Where the work is, in words of the catalogue.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stage {
    pub step: String,
    /// What is counted in this step; empty while nothing is.
    pub counted: String,
    pub done: u64,
    pub total: u64,
}

/// An order that stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub request: Uuid,
    pub sealed: String,
    pub stage: Stage,
    /// Wall seconds until which somebody works at it; zero when its holder let it go.
    pub lease_until: i64,
    /// Wall seconds at which it was begun last.
    pub begun: i64,
}

impl Standing {
    /// Whether somebody works at it.
    pub fn runs(&self, now: Wall) -> bool {
        self.lease_until >= now.0
    }
}

/// How beginning went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Begun {
    Ours,
    /// Somebody works at this very order.
    Elsewhere,
    /// The request id is another person's.
    Anothers,
}

/// Begins an order, or takes one up whose lease ran out; orders that nobody took up within a day go.
pub async fn begin(db: &Db, new: &New<'_>, now: Wall) -> Result<Begun, Stop> {
    let mut tx = db.write().await?;
    sweep_in(&mut tx, now).await?;
    let sql = "insert into pack_order (request, person, holder, body, step, counted, done, total, lease_until, begun)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (request) do update set holder = excluded.holder, body = excluded.body, step = excluded.step,
        counted = excluded.counted, done = excluded.done, total = excluded.total,
        lease_until = excluded.lease_until, begun = excluded.begun
        where pack_order.person = excluded.person and pack_order.lease_until < excluded.begun";
    let Stage { step, counted, done, total } = new.stage;
    let values = [
        V::Id(new.request),
        V::Id(new.person),
        V::Id(new.holder),
        V::text(new.sealed),
        V::text(step),
        V::text(counted),
        V::size(*done),
        V::size(*total),
        V::Int(now.0 + LEASE),
        V::Int(now.0),
    ];
    let ours = tx.run(sql, &values).await? == 1;
    let whose = tx.one("select person from pack_order where request = $1", &[V::Id(new.request)]).await?;
    let whose = whose.map(|r| r.id(0)).transpose()?;
    tx.commit().await?;
    Ok(match whose {
        _ if ours => Begun::Ours,
        Some(person) if person != new.person => Begun::Anothers,
        Some(_) | None => Begun::Elsewhere,
    })
}

/// Says where an order is and renews its lease; `false` when it is not this holder's any more.
pub async fn goes_on(db: &Db, request: Uuid, holder: Uuid, stage: &Stage, now: Wall) -> Result<bool, Stop> {
    let sql = "update pack_order set step = $3, counted = $4, done = $5, total = $6, lease_until = $7
        where request = $1 and holder = $2";
    let Stage { step, counted, done, total } = stage;
    let values = [
        V::Id(request),
        V::Id(holder),
        V::text(step),
        V::text(counted),
        V::size(*done),
        V::size(*total),
        V::Int(now.0 + LEASE),
    ];
    let mut tx = db.write().await?;
    let held = tx.run(sql, &values).await? == 1;
    tx.commit().await?;
    Ok(held)
}

/// Lets an order go that may be taken up again: what stopped it passes.
pub async fn let_go(db: &Db, request: Uuid, holder: Uuid) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "update pack_order set lease_until = 0 where request = $1 and holder = $2";
    tx.run(sql, &[V::Id(request), V::Id(holder)]).await?;
    tx.commit().await
}

/// Removes an order that ended.
pub async fn end(db: &Db, request: Uuid, holder: Uuid) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    tx.run("delete from pack_order where request = $1 and holder = $2", &[V::Id(request), V::Id(holder)]).await?;
    tx.commit().await
}

/// Removes a person's order, whoever holds it: its holder stops when it finds no row. Whether there was one.
pub async fn discard(db: &Db, request: Uuid, person: Uuid) -> Result<bool, Stop> {
    let mut tx = db.write().await?;
    let sql = "delete from pack_order where request = $1 and person = $2";
    let gone = tx.run(sql, &[V::Id(request), V::Id(person)]).await?;
    tx.commit().await?;
    Ok(gone == 1)
}

/// Removes orders that nobody took up within a day.
pub async fn sweep(db: &Db, now: Wall) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    sweep_in(&mut tx, now).await?;
    tx.commit().await
}

async fn sweep_in(tx: &mut Tx, now: Wall) -> Result<(), Stop> {
    let sql = "delete from pack_order where begun < $1 and lease_until < $2";
    tx.run(sql, &[V::Int(now.0 - KEPT), V::Int(now.0)]).await?;
    Ok(())
}

/// Removes orders whose pack is recorded: their text is a private value of an entry, and one of those is being erased.
pub(crate) async fn forget_recorded(tx: &mut Tx) -> Result<(), Stop> {
    let sql = "delete from pack_order where exists (select 1 from receipt r where r.request = pack_order.request)";
    tx.run(sql, &[]).await?;
    Ok(())
}

/// A person's order.
pub async fn of(tx: &mut Tx, request: Uuid, person: Uuid) -> Result<Option<Standing>, Stop> {
    let sql = "select request, body, step, counted, done, total, lease_until, begun from pack_order
        where request = $1 and person = $2";
    tx.one(sql, &[V::Id(request), V::Id(person)]).await?.as_ref().map(read).transpose()
}

/// All orders of a person, the newest first.
pub async fn all(tx: &mut Tx, person: Uuid) -> Result<Vec<Standing>, Stop> {
    let sql = "select request, body, step, counted, done, total, lease_until, begun from pack_order
        where person = $1 order by begun desc, request";
    tx.all(sql, &[V::Id(person)]).await?.iter().map(read).collect()
}

fn read(r: &Rec) -> Result<Standing, Stop> {
    let stage = Stage { step: r.text(2)?, counted: r.text(3)?, done: r.size(4)?, total: r.size(5)? };
    Ok(Standing { request: r.id(0)?, sealed: r.text(1)?, stage, lease_until: r.int(6)?, begun: r.int(7)? })
}
