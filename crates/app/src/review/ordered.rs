//! Orders of packs while they are worked at: noted beside the record, so that any node can say where a pack is, and
//! that one whose node went away is not lost.
//!
//! An order that was interrupted is taken up by the person who gave it and never by itself. A pack lets a part of the
//! record out of the house: whoever makes one is asked at that moment whether they still may, and for a second factor
//! that is not old. A node that began such work by itself would do it with the rights of yesterday, and somebody whose
//! rights were taken would get a pack because a machine restarted. Nothing is lost by waiting: the drawing begins
//! again from the record, and the request id stays the same, so that a pack is recorded once however often it is
//! begun.

use plantgate_domain::base::{Instant, PersonId, Refusal, Why};
use plantgate_store::{
    Stop, Store,
    keyring::Keyring,
    look::Look,
    ops::pack_order::{self, Begun, New},
    writer::new_request,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    pack::Wish,
    packed::recorded,
    progress::{Count, Counted},
};

/// What a pack is made of and for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The request id of the form: a form sent twice is one pack.
    pub request: Uuid,
    pub wish: Wish,
    /// Tag of the language of its reports.
    pub language: String,
    pub reason: String,
    /// The recorded digest, when one is made again.
    pub again: Option<String>,
}

/// An order as it lies sealed: with whose it is, so that a row put under another name opens nothing.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    person: PersonId,
    order: Order,
}

/// Where the work is: the step's word, and what is counted in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stage {
    pub step: String,
    pub count: Option<Count>,
}

impl Stage {
    fn noted(&self) -> pack_order::Stage {
        let (counted, done, total) = self.count.map_or(("", 0, 0), |c| (c.of.as_str(), c.done, c.total));
        pack_order::Stage { step: self.step.clone(), counted: counted.to_owned(), done, total }
    }
    fn read(noted: pack_order::Stage) -> Stage {
        let pack_order::Stage { step, counted, done, total } = noted;
        Stage { step, count: Counted::of(&counted).map(|of| Count { of, done, total }) }
    }
}

/// An order that stands: somebody works at it, or it was interrupted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub request: Uuid,
    pub stage: Stage,
    /// Whether somebody works at it.
    pub runs: bool,
    pub begun: Instant,
    sealed: String,
}

impl Standing {
    fn read(store: &Store, look: &Look, row: pack_order::Standing) -> Standing {
        Standing {
            request: row.request,
            runs: row.runs(store.wall(look)),
            stage: Stage::read(row.stage),
            begun: Instant::from_micros(row.begun.saturating_mul(1_000_000)),
            sealed: row.sealed,
        }
    }

    /// What was ordered, to be begun again by `me`.
    ///
    /// # Errors
    /// That it cannot be read: it was changed, or another release of the software wrote it.
    pub fn order(&self, store: &Store, me: PersonId) -> Result<Order, Stop> {
        let sealed = opened(store.keyring(), &self.sealed);
        let ours = sealed.filter(|s| s.person == me && s.order.request == self.request);
        Ok(ours.ok_or_else(|| Stop::field("pack", Why::of("invalid-pack-order")))?.order)
    }
}

/// An order as it is worked at. Where its request recorded a pack already, it is that one which is made: at the same
/// head, and with the same digest or not at all.
pub async fn as_recorded(store: &Store, me: PersonId, mut order: Order) -> Result<Order, Stop> {
    let mut look = store.look().await?;
    if let Some(packed) = recorded(&mut look, me, order.request).await? {
        order.wish.size = Some(packed.made.size);
        order.again = Some(packed.made.sha256);
    }
    Ok(order)
}

fn opened(keyring: &Keyring, sealed: &str) -> Option<Sealed> {
    serde_json::from_slice(&keyring.unseal_brought(sealed)?).ok()
}

/// An order that is worked at here.
#[derive(Clone)]
pub struct Held {
    store: Store,
    request: Uuid,
    holder: Uuid,
}

/// Notes that work at an order begins; `None` when somebody else works at it.
///
/// # Errors
/// That the request id is another person's, or that the database is away.
pub async fn begin(store: &Store, me: PersonId, order: &Order, stage: &Stage) -> Result<Option<Held>, Stop> {
    let plain = serde_json::to_vec(&Sealed { person: me, order: order.clone() }).map_err(Stop::fault)?;
    let (sealed, holder) = (store.keyring().seal(&plain)?, new_request()?);
    let now = store.wall(&store.look().await?);
    let stage = stage.noted();
    let new = New { request: order.request, person: me.0, holder, sealed: &sealed, stage: &stage };
    match pack_order::begin(store.db(), &new, now).await? {
        Begun::Ours => Ok(Some(Held { store: store.clone(), request: order.request, holder })),
        Begun::Elsewhere => Ok(None),
        Begun::Anothers => Err(Refusal::new("R-38", "stop-request-reused").into()),
    }
}

impl Held {
    /// Notes where it is; `false` when it is not ours any more: somebody took it up, or threw it away.
    pub async fn goes_on(&self, stage: &Stage) -> Result<bool, Stop> {
        let now = self.store.wall(&self.store.look().await?);
        pack_order::goes_on(self.store.db(), self.request, self.holder, &stage.noted(), now).await
    }
    /// It ended.
    pub async fn end(&self) -> Result<(), Stop> {
        pack_order::end(self.store.db(), self.request, self.holder).await
    }
    /// What stopped it passes: its person may have it made after all.
    pub async fn let_go(&self) -> Result<(), Stop> {
        pack_order::let_go(self.store.db(), self.request, self.holder).await
    }
}

/// An order of this person; another's is none.
pub async fn standing(store: &Store, look: &mut Look, me: PersonId, request: Uuid) -> Result<Option<Standing>, Stop> {
    let row = pack_order::of(look.tx(), request, me.0).await?;
    Ok(row.map(|row| Standing::read(store, look, row)))
}

/// All orders of this person that stand, the newest first.
pub async fn all(store: &Store, look: &mut Look, me: PersonId) -> Result<Vec<Standing>, Stop> {
    let rows = pack_order::all(look.tx(), me.0).await?;
    Ok(rows.into_iter().map(|row| Standing::read(store, look, row)).collect())
}

/// Removes orders that nobody took up within a day.
pub async fn sweep(store: &Store) -> Result<(), Stop> {
    let now = store.wall(&store.look().await?);
    pack_order::sweep(store.db(), now).await
}

/// Throws an order of this person away; whoever works at it stops at the next step. Whether there was one.
pub async fn discard(store: &Store, me: PersonId, request: Uuid) -> Result<bool, Stop> {
    pack_order::discard(store.db(), request, me.0).await
}
