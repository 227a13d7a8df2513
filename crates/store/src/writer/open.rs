//! How a store begins: by a server, which may make rows anew, or by a command beside it, which moves nothing.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::{Inner, Store, turns};
use crate::{
    blobs::Blobs,
    book,
    clock::Clock,
    db::Db,
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
        // The edge is locked before anything else, always: a node that starts never waits in the wrong order.
        let edge = book::end(&mut tx).await?.edge;
        let size = edge.size();
        verify::claim(&mut tx, &keyring).await?;
        let rules = verify::bring_up_to_date(&mut tx, older, limits.rows).await?;
        let watermark = Watermark::open(&mut tx, &keyring).await?;
        let (pulse, doubt) = (pulse::read(&mut tx).await?, pulse::doubted(&mut tx).await?);
        tx.commit().await?;
        let pace = Pace::new(clock.clone(), &limits, pulse, doubt);
        let (queue, jobs) = mpsc::channel(limits.queue);
        let inner = Inner {
            db,
            blobs,
            keyring: Arc::new(keyring),
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
