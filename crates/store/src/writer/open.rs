//! How a store begins: by a server, which may make rows anew, or by a command beside it, which moves nothing.

use std::sync::Arc;

use plantgate_domain::{base::Instant, rules::Rules};
use plantgate_ledger::tree::Edge;
use tokio::sync::{mpsc, watch};

use super::{Inner, Store, turns};
use crate::{
    blobs::Blobs,
    book,
    clock::Clock,
    db::{Db, Tx},
    keyring::Keyring,
    limits::Limits,
    ops::pulse,
    pace::Pace,
    recall::Recall,
    schema,
    stop::Stop,
    verify::{self, Older},
    watermark::Watermark,
};

impl Store {
    /// Opens an archive: makes what is missing, refuses what this binary does not know, brings rows up to date.
    pub async fn open(db: Db, blobs: Blobs, keyring: Keyring, clock: Clock, limits: Limits) -> Result<Store, Stop> {
        Store::begun(db, blobs, keyring, clock, limits, Older::Renewed).await
    }

    /// The same for a command beside a server: rows that another release made are left as they are and refused.
    pub async fn open_as_is(
        db: Db,
        blobs: Blobs,
        keyring: Keyring,
        clock: Clock,
        limits: Limits,
    ) -> Result<Store, Stop> {
        Store::begun(db, blobs, keyring, clock, limits, Older::Left).await
    }

    async fn begun(
        db: Db,
        blobs: Blobs,
        keyring: Keyring,
        clock: Clock,
        limits: Limits,
        older: Older,
    ) -> Result<Store, Stop> {
        schema::ensure(&db).await?;
        let mut tx = db.write().await?;
        let found = match take_stock(&mut tx, &keyring, older, limits.rows).await {
            Ok(found) => found,
            // A transaction that is only forgotten keeps its locks until the driver comes to it, and the node that
            // serves would tell its readers meanwhile that rows are being made.
            Err(stop) => {
                if let Err(error) = tx.undo().await {
                    tracing::debug!(%error, "what a start left half done could not be taken back at once");
                }
                return Err(stop);
            }
        };
        tx.commit().await?;
        let Found { edge, rules, watermark, pulse, doubt } = found;
        let size = edge.size();
        let pace = Pace::new(clock.clone(), &limits, pulse, doubt);
        let (queue, jobs) = mpsc::channel(limits.queue);
        let inner = Inner {
            db,
            blobs,
            keyring,
            clock,
            pace,
            limits,
            watermark,
            recall: Arc::new(Recall::new(edge, rules, limits.remembered)),
            queue,
            size: watch::Sender::new(size),
        };
        let store = Store { inner: Arc::new(inner) };
        tokio::spawn(turns(store.clone_weak(), jobs));
        Ok(store)
    }
}

/// What a start finds, or makes, before anybody is answered.
struct Found {
    edge: Edge,
    rules: Rules,
    watermark: Watermark,
    pulse: Option<Instant>,
    doubt: Option<Instant>,
}

async fn take_stock(tx: &mut Tx, keyring: &Keyring, older: Older, rows: i64) -> Result<Found, Stop> {
    // The edge is locked before anything else, always: a node that starts never waits in the wrong order.
    let edge = book::end(tx).await?.edge;
    verify::claim(tx, keyring).await?;
    let rules = verify::bring_up_to_date(tx, older, rows).await?;
    let watermark = Watermark::open(tx, keyring).await?;
    let (pulse, doubt) = (pulse::read(tx).await?, pulse::doubted(tx).await?);
    Ok(Found { edge, rules, watermark, pulse, doubt })
}
