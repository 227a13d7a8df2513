//! The signature of an act, in the writer's turn and nowhere else. What would be signed is found out here, the entry
//! that bears the signature gets it here, and an event that is never recorded without one is noticed here, whichever
//! door or import it came through.

use plantgate_domain::{
    base::{Factor, Kind, Ref, SignMeaning, Signature},
    event::Event,
    review::signed::{always, bears},
};
use plantgate_ledger::canon;

use super::Desk;
use crate::{
    db::V,
    memory::Memory,
    signatures::{self, Line},
    stop::{Stop, Unsigned},
};

/// What an act wants signed.
#[derive(Clone, Debug)]
pub enum Under {
    /// An object as it stands before the act.
    Stands(Ref),
    /// The object that the act makes.
    Made(Kind),
    /// What the event itself names by digest and size, on an object.
    Named { on: Ref, version: u64, digest: String },
}

/// A signature that waits for the entry that bears it.
#[derive(Clone, Debug)]
struct Waiting {
    meaning: SignMeaning,
    version: u64,
    digest: Option<String>,
    factors: Vec<Factor>,
    first: bool,
}

/// Where the signature of this act stands.
#[derive(Debug, Default)]
pub(super) struct Signing {
    wanted: Option<Unsigned>,
    waiting: Option<Waiting>,
    placed: bool,
    /// An event that is never recorded without a signature came without one.
    bare: bool,
}

impl Desk {
    /// What an act wants signed, as it stands at this moment.
    pub async fn wants(&mut self, act: &'static str, meaning: SignMeaning, under: Under) -> Result<Unsigned, Stop> {
        let (kind, on, version, digest) = match under {
            Under::Stands(on) => {
                let version = self.kept(on).await?.ok_or(Stop::NotFound)?.version;
                (on.kind, Some(on), version, Some(signatures::digest(&self.lines(on).await?)))
            }
            Under::Made(kind) => (kind, None, 1, None),
            Under::Named { on, version, digest } => (on.kind, Some(on), version, Some(digest)),
        };
        let wanted = Unsigned { act, meaning, kind, on, version, digest };
        self.signing.wanted = Some(wanted.clone());
        Ok(wanted)
    }

    /// What this act wants signed, if anything.
    pub fn wanted(&self) -> Option<&Unsigned> {
        self.signing.wanted.as_ref()
    }

    /// Somebody proved that they sign it: the entry that bears it gets the signature.
    pub fn sign(&mut self, wanted: &Unsigned, factors: Vec<Factor>, first: bool) {
        let Unsigned { meaning, version, digest, .. } = wanted.clone();
        self.signing.waiting = Some(Waiting { meaning, version, digest, factors, first });
    }

    /// After an act: whether all it recorded is signed as it must be. An act that recorded nothing signed nothing.
    pub fn signed(&self) -> Result<(), Stop> {
        let signing = &self.signing;
        match &signing.wanted {
            Some(wanted) if self.entries() > 0 && !signing.placed => match &signing.waiting {
                None => Err(Stop::Unsigned(Box::new(wanted.clone()))),
                Some(_) => Err(Stop::fault(format!("{} was signed and no entry bears it", wanted.act))),
            },
            Some(_) | None if signing.bare => {
                Err(Stop::fault("an event that is always signed came without a signature"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The signature that an entry gets.
    pub(super) fn signature(&mut self, event: &Event) -> Result<Option<Signature>, Stop> {
        let fits = |w: &&Waiting| bears(event, w.meaning);
        let Some(w) = self.signing.waiting.as_ref().filter(fits).filter(|_| !self.signing.placed) else {
            let wanted = self.signing.wanted.as_ref().filter(|_| !self.signing.placed);
            let wanted = wanted.is_some_and(|w| bears(event, w.meaning));
            self.signing.bare |= always(event) && !wanted;
            return Ok(None);
        };
        let digest = match &w.digest {
            Some(digest) => digest.clone(),
            None => signatures::of_data(&canon::to_bytes(&event.to_wire()?.1).map_err(Stop::fault)?),
        };
        let (meaning, version, factors, first) = (w.meaning, w.version, w.factors.clone(), w.first);
        self.signing.placed = true;
        Ok(Some(Signature { meaning, version, digest, factors, first }))
    }

    /// The entries of an object so far: stored ones, and those that wait in this turn.
    async fn lines(&mut self, on: Ref) -> Result<Vec<Line>, Stop> {
        let sql = "select ver, leaf from entry where kind = $1 and id = $2 order by ver";
        let recs = self.turn.tx.all(sql, &[V::text(on.kind.as_str()), V::Id(on.id)]).await?;
        let mut lines = recs.iter().map(|r| Ok((r.size(0)?, r.bytes(1)?))).collect::<Result<Vec<Line>, Stop>>()?;
        lines.extend(self.turn.lines.get(&on).into_iter().flatten().cloned());
        lines.extend(self.left.entries.iter().filter(|e| e.on == on).map(|e| (e.ver, e.leaf.0.to_vec())));
        Ok(lines)
    }
}
