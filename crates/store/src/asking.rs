//! Asking a cosigner for its word on the newest signed head, and believing only what is signed. By whatever way it is
//! reached: this module knows no network. Nobody waits for it: acts go on while it asks.

use crate::{
    stop::Stop,
    witnesses::{self, Request, VerifierKey, Witnessed},
    writer::Store,
};

/// What was heard from outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
    /// Signature lines under the head that was sent.
    Lines(String),
    /// It vouched for this size last.
    At(u64),
    /// It refused, in its words.
    No(String),
    /// No answer came.
    Silence(String),
}

/// A cosigner as it is reached.
pub trait Outside: Sync {
    /// Sends a request to vouch.
    fn add(&self, request: &Request) -> impl Future<Output = Heard> + Send;
    /// The last head of a log it vouched for, with its cosignature; `None` where it does not say.
    fn latest(&self, origin: &str) -> impl Future<Output = Option<String>> + Send;
}

/// What asking came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// It vouched.
    Yes(Witnessed),
    /// It has vouched for the newest head already, or nothing is signed yet.
    Nothing,
    /// It holds a head that this record does not: acts are refused from here on.
    Behind,
    /// It did not, and why.
    No(String),
    /// It was not reached, and why.
    Silence(String),
}

/// How often one asks again with the size a cosigner names.
const AGAIN: usize = 3;

/// First what it holds, so that a record that was put back is found out before anything is written; then its word.
pub async fn ask(store: &Store, key: &VerifierKey, outside: &impl Outside) -> Result<Asked, Stop> {
    let mut tx = store.db().read().await?;
    let policy = witnesses::policy(&mut tx, store.keyring()).await?;
    let (behind, mut old) =
        (store.watermark().reread(&mut tx, store.keyring()).await?, witnesses::last(&mut tx, key).await?);
    drop(tx);
    if behind.is_some() {
        return Ok(Asked::Behind);
    }
    if let Some(note) = outside.latest(&policy.origin).await
        && let Some(asked) = heard(store, note.as_bytes()).await?
    {
        return Ok(asked);
    }
    for _ in 0..AGAIN {
        let mut tx = store.db().read().await?;
        let Ok(Some(request)) = witnesses::request(&mut tx, old).await else { return Ok(Asked::Nothing) };
        let stands = witnesses::last(&mut tx, key).await?;
        drop(tx);
        let size = request.size().map_err(Stop::fault)?;
        if size == old && stands == old {
            return Ok(Asked::Nothing);
        }
        match outside.add(&request).await {
            Heard::Lines(lines) => {
                let cosigned = witnesses::take(store, (request.checkpoint + &lines).as_bytes()).await;
                return match cosigned {
                    Ok(witnessed) => Ok(Asked::Yes(witnessed)),
                    Err(Stop::Invalid(why)) => Ok(Asked::No(words(&why))),
                    Err(stop) => Err(stop),
                };
            }
            Heard::At(at) if at != old && at <= size => old = at,
            Heard::At(at) => {
                return Ok(Asked::No(format!("it has vouched for size {at}, the newest head here is {size}")));
            }
            Heard::No(why) => return Ok(Asked::No(why)),
            Heard::Silence(why) => return Ok(Asked::Silence(why)),
        }
    }
    Ok(Asked::No("it names another size each time".to_owned()))
}

/// Only what it holds, from a cosigner that the record does not name (yet, or any more).
pub async fn hear(store: &Store, origin: &str, outside: &impl Outside) -> Result<Asked, Stop> {
    match outside.latest(origin).await {
        Some(note) => Ok(heard(store, note.as_bytes()).await?.unwrap_or(Asked::Nothing)),
        None => Ok(Asked::Nothing),
    }
}

/// A head it says it vouched for: taken if it is ours, and if this record does not hold it, that is known now.
async fn heard(store: &Store, note: &[u8]) -> Result<Option<Asked>, Stop> {
    match witnesses::take(store, note).await {
        Ok(_) => Ok(None),
        Err(Stop::Refused(_)) => Ok(Some(Asked::Behind)),
        // An older one, or one of nobody the record names: it says nothing about this record.
        Err(Stop::Invalid(_)) => Ok(None),
        Err(stop) => Err(stop),
    }
}

fn words(why: &[plantgate_domain::base::Invalid]) -> String {
    why.first().map_or_else(String::new, |i| i.why.id.to_string())
}
