//! The last head that somebody outside vouched for, kept apart from the database: an old copy that is put back under it
//! is found out before anything is written behind it. Why apart: whatever stands in the database goes back with it.
//!
//! Acts are refused then, reads go on, and what protects people or closes something is recorded all the while, as when
//! the clock is doubted. Two things end it: a copy that holds the head, or an entry: this is a restored record.

use std::{fs, path::PathBuf, sync::Mutex};

use plantgate_domain::base::{Arg, Refusal, Say};
use plantgate_ledger::{
    checkpoint::Checkpoint,
    note::Note,
    tree::{Hash, root_of},
};

use crate::{
    book,
    db::Tx,
    keyring::{self, Keyring},
    stop::Stop,
    transfer, witnesses,
};

/// Why this record is not the one somebody outside vouched for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Behind {
    /// It is shorter than the head.
    Shorter { head: Checkpoint, own: u64 },
    /// It is another one from some entry on, at most at the head's size.
    Other { head: Checkpoint, own: u64 },
    /// It was restored from a backup, and no entry says so yet.
    Restored { head: Checkpoint },
    /// The file that keeps the head cannot be read as one of ours.
    Unreadable { file: PathBuf },
}

impl Behind {
    /// The head it is held against, where it can be read.
    pub fn head(&self) -> Option<&Checkpoint> {
        match self {
            Behind::Shorter { head, .. } | Behind::Other { head, .. } | Behind::Restored { head } => Some(head),
            Behind::Unreadable { .. } => None,
        }
    }
    /// What happened and what to do.
    pub fn say(&self) -> Say {
        let int = |n: u64| Arg::Int(i64::try_from(n).unwrap_or(i64::MAX));
        match self {
            Behind::Shorter { head, own } => {
                Say::plain("stop-record-behind").with("cosigned", int(head.size)).with("own", int(*own))
            }
            Behind::Other { head, own } => {
                Say::plain("stop-record-other").with("cosigned", int(head.size)).with("own", int(*own))
            }
            Behind::Restored { head } => Say::plain("stop-record-restored").with("own", int(head.size)),
            Behind::Unreadable { .. } => Say::plain("stop-record-unread"),
        }
    }
}

/// The head and what became of it.
#[derive(Debug)]
pub struct Watermark {
    file: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Clone, Debug, Default)]
struct State {
    kept: Option<Checkpoint>,
    behind: Option<Behind>,
}

impl Watermark {
    /// Reads what is kept beside the keyring and holds the record against it.
    pub async fn open(tx: &mut Tx, keyring: &Keyring) -> Result<Watermark, Stop> {
        let watermark = Watermark { file: keyring.beside(), state: Mutex::default() };
        watermark.reread(tx, keyring).await?;
        Ok(watermark)
    }

    /// The same again: another process may have kept a newer head meanwhile.
    pub async fn reread(&self, tx: &mut Tx, keyring: &Keyring) -> Result<Option<Behind>, Stop> {
        let Some(file) = &self.file else { return self.judge(tx, keyring, self.state().kept).await };
        match fs::read(file) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                // Nothing there: what this process knows stands all the same.
                self.judge(tx, keyring, self.state().kept).await
            }
            Err(e) => Err(Stop::fault(format!("{}: {e}", file.display()))),
            Ok(bytes) => match ours(&bytes, keyring) {
                Some(head) => {
                    let known = self.state().kept.filter(|k| k.origin == head.origin && k.size > head.size);
                    self.judge(tx, keyring, Some(known.unwrap_or(head))).await
                }
                None => {
                    let behind = Some(Behind::Unreadable { file: file.clone() });
                    self.set(State { kept: self.state().kept, behind: behind.clone() });
                    Ok(behind)
                }
            },
        }
    }

    /// Keeps a head that our log signed and somebody outside vouched for, and holds the record against it. The head of
    /// a log this record no longer is says nothing.
    pub async fn keep(
        &self,
        tx: &mut Tx,
        keyring: &Keyring,
        head: &Checkpoint,
        note: &str,
    ) -> Result<Option<Behind>, Stop> {
        // Another process may have kept a newer one.
        self.reread(tx, keyring).await?;
        let kept = self.state().kept;
        let newer = kept.as_ref().is_none_or(|k| k.origin != head.origin || k.size < head.size);
        if !newer {
            return self.judge(tx, keyring, kept).await;
        }
        if let Some(file) = &self.file {
            keyring::put(file, note.as_bytes())?;
        }
        self.judge(tx, keyring, Some(head.clone())).await
    }

    /// What stands in the way, as this process last knew it.
    pub fn behind(&self) -> Option<Behind> {
        self.state().behind
    }

    /// The same, asked again where something stood in the way.
    pub async fn stands(&self, tx: &mut Tx, keyring: &Keyring) -> Result<Option<Behind>, Stop> {
        match self.behind() {
            None => Ok(None),
            Some(_) => self.reread(tx, keyring).await,
        }
    }

    /// Refuses an act while this record is not the one somebody outside vouched for.
    pub async fn allows(&self, tx: &mut Tx, keyring: &Keyring) -> Result<(), Stop> {
        match self.stands(tx, keyring).await? {
            Some(behind) => Err(Refusal { rule: "R-38", say: behind.say() }.into()),
            None => Ok(()),
        }
    }

    async fn judge(&self, tx: &mut Tx, keyring: &Keyring, kept: Option<Checkpoint>) -> Result<Option<Behind>, Stop> {
        let behind = match &kept {
            Some(head) => held_against(tx, keyring, head).await?,
            None => None,
        };
        let behind = match behind {
            Some(behind) => Some(behind),
            None => unsaid(tx, keyring).await?,
        };
        self.set(State { kept, behind: behind.clone() });
        Ok(behind)
    }

    fn state(&self) -> State {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
    fn set(&self, to: State) {
        *self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = to;
    }
}

/// A head that one of our logs signed; anything else in the file is no word of ours.
fn ours(bytes: &[u8], keyring: &Keyring) -> Option<Checkpoint> {
    let said = Checkpoint::parse(Note::parse(bytes).ok()?.text()).ok()?;
    // Heads of keys that have handed over since are ours too.
    let keys = keyring.own_keys(&said.origin).ok()?;
    keys.iter().find_map(|key| Checkpoint::open(bytes, key.verifier(), &[]).ok()).map(|(head, _)| head)
}

/// Whether the record was restored and no entry says so.
async fn unsaid(tx: &mut Tx, keyring: &Keyring) -> Result<Option<Behind>, Stop> {
    let Some(head) = transfer::restored_at(tx).await? else { return Ok(None) };
    let said = witnesses::policy(tx, keyring).await?.left(&head);
    Ok((!said).then_some(Behind::Restored { head }))
}

/// Whether the record holds a head.
async fn held_against(tx: &mut Tx, keyring: &Keyring, head: &Checkpoint) -> Result<Option<Behind>, Stop> {
    let own = book::head(tx).await?.edge.size();
    let policy = witnesses::policy(tx, keyring).await?;
    if policy.origin != head.origin && policy.left(head) {
        return Ok(None);
    }
    if own < head.size {
        return Ok(Some(Behind::Shorter { head: head.clone(), own }));
    }
    let same = root_at(tx, head.size).await? == head.root && policy.origin == head.origin;
    Ok((!same).then(|| Behind::Other { head: head.clone(), own }))
}

/// The root over the first entries of the record.
pub async fn root_at(tx: &mut Tx, size: u64) -> Result<Hash, Stop> {
    let tiles = book::tile_set(tx, &plantgate_ledger::tile::needed_for_root(size).map_err(Stop::fault)?).await?;
    root_of(&tiles, size).map_err(Stop::fault)
}
