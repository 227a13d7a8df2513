//! What an act answered, kept: the same request id asked again is answered from here and done no second time.

use std::collections::HashMap;

use plantgate_domain::base::Instant;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::{Tx, V},
    stop::Stop,
};

/// What an act answers, after it is durable.
#[derive(Clone, PartialEq, Debug)]
pub struct Receipt {
    pub request: Uuid,
    /// What the act answered.
    pub reply: Value,
    /// Index of its first entry, and how many it made.
    pub first: u64,
    pub count: u64,
    pub at: Instant,
    /// Whether this answer was given before to the same request.
    pub repeated: bool,
}

/// The receipt of a request, with the digest of what was asked.
pub async fn receipt_of(tx: &mut Tx, request: Uuid) -> Result<Option<(Vec<u8>, Receipt)>, Stop> {
    Ok(receipts_of(tx, &[request]).await?.remove(&request))
}

/// The receipts of those requests that have one.
pub(crate) async fn receipts_of(tx: &mut Tx, requests: &[Uuid]) -> Result<HashMap<Uuid, (Vec<u8>, Receipt)>, Stop> {
    let cells = crate::rows::placeholders(1, requests.len());
    let sql = format!("select request, digest, reply, first, count, at from receipt where request in {cells}");
    let values: Vec<V> = requests.iter().map(|id| V::Id(*id)).collect();
    let recs = tx.all_built(sql, &values).await?;
    recs.iter()
        .map(|rec| {
            let receipt = Receipt {
                request: rec.id(0)?,
                reply: serde_json::from_str(&rec.text(2)?).map_err(Stop::fault)?,
                first: rec.size(3)?,
                count: rec.size(4)?,
                at: Instant::from_micros(rec.int(5)?),
                repeated: true,
            };
            Ok((receipt.request, (rec.bytes(1)?, receipt)))
        })
        .collect()
}
