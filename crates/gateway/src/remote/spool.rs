//! What the core does not have yet, on the gateway's own disk, beginnings and ends each in a folder of theirs: a file
//! each, in the order in which they came, whole or not there. One goes only when the core has it, so a link that is cut
//! and a process that is killed lose none.

use std::{
    collections::HashMap,
    fs, io,
    marker::PhantomData,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use plantgate_domain::{
    base::SessionId,
    event::witness::{Ending, Part},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::time::Instant;

use super::whole;
use crate::clock;

/// An end that waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// Its place in the order; the core sees it nowhere.
    pub sequence: u64,
    pub session: SessionId,
    pub how: Ending,
    /// Seconds since 1970, when it occurred: after a restart there is no other way to know how long ago that is. Until
    /// then a clock that nobody sets counts ([`Spool::ago`]).
    pub at: i64,
    pub parts: Vec<Recorded>,
}

/// A part of it in the folder of recordings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    pub file: String,
    pub part: Part,
}

/// Something that waits.
pub trait Waits: Serialize + DeserializeOwned {
    /// Its place in the order.
    fn sequence(&self) -> u64;
    /// Seconds since 1970, when it occurred.
    fn at(&self) -> i64;
}

impl Waits for Waiting {
    fn sequence(&self) -> u64 {
        self.sequence
    }
    fn at(&self) -> i64 {
        self.at
    }
}

/// The folder.
pub struct Spool<W> {
    folder: PathBuf,
    next: Mutex<u64>,
    /// When those of this process occurred, by the monotonic clock.
    ours: Mutex<HashMap<u64, Instant>>,
    of: PhantomData<fn() -> W>,
}

impl<W: Waits> Spool<W> {
    /// Opens it, with what an earlier process left.
    pub fn open(folder: PathBuf) -> io::Result<Spool<W>> {
        fs::create_dir_all(&folder)?;
        let spool = Spool { folder, next: Mutex::new(0), ours: Mutex::default(), of: PhantomData };
        let waiting = spool.files()?.last().and_then(|file| sequence(file));
        // Told ones leave no file: the last number is kept beside them, so that each is given once.
        let given = fs::read_to_string(spool.last()).ok().and_then(|text| text.trim().parse().ok());
        *spool.locked() = waiting.max(given).map_or(1, |last: u64| last.saturating_add(1));
        Ok(spool)
    }

    fn locked(&self) -> MutexGuard<'_, u64> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ours(&self) -> MutexGuard<'_, HashMap<u64, Instant>> {
        self.ours.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long ago an end occurred. One of this process is counted by the monotonic clock, so that somebody who sets
    /// the machine's clock moves none; of what a former process left the machine's clock is all there is.
    pub fn ago(&self, waiting: &W) -> Duration {
        let ours = self.ours().get(&waiting.sequence()).map(|at| clock::now().saturating_duration_since(*at));
        let secs = || u64::try_from(clock::wall().saturating_sub(waiting.at())).unwrap_or_default();
        ours.unwrap_or_else(|| Duration::from_secs(secs()))
    }

    /// Puts one in, made for its place in the order; it lies on the disk when this comes back.
    pub fn put(&self, since: Instant, of: impl FnOnce(u64) -> W) -> io::Result<W> {
        let mut next = self.locked();
        let waiting = of(*next);
        whole::put(&self.last(), next.to_string().as_bytes())?;
        whole::put(&self.file(waiting.sequence()), &serde_json::to_vec(&waiting).map_err(io::Error::other)?)?;
        self.ours().insert(*next, since);
        *next = next.saturating_add(1);
        Ok(waiting)
    }

    fn last(&self) -> PathBuf {
        self.folder.join("last")
    }

    /// All that wait, oldest first. What cannot be read is said and stays: somebody has to look at it.
    pub fn all(&self) -> io::Result<Vec<W>> {
        let mut all = Vec::new();
        for file in self.files()? {
            let read = fs::read(&file).and_then(|bytes| serde_json::from_slice(&bytes).map_err(io::Error::other));
            match read {
                Ok(waiting) => all.push(waiting),
                Err(said) => tracing::error!(file = %file.display(), %said, "what waits cannot be read"),
            }
        }
        Ok(all)
    }

    /// The core has it.
    pub fn done(&self, waiting: &W) -> io::Result<()> {
        self.ours().remove(&waiting.sequence());
        match fs::remove_file(self.file(waiting.sequence())) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _gone => Ok(()),
        }
    }

    fn file(&self, sequence: u64) -> PathBuf {
        self.folder.join(format!("{sequence:020}.json"))
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut all = Vec::new();
        for file in fs::read_dir(&self.folder)? {
            all.extend(Some(file?.path()).filter(|file| sequence(file).is_some()));
        }
        all.sort();
        Ok(all)
    }
}

fn sequence(file: &Path) -> Option<u64> {
    file.file_name()?.to_str()?.strip_suffix(".json")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn folder() -> PathBuf {
        let mut name = [0; 8];
        getrandom::fill(&mut name).unwrap();
        std::env::temp_dir().join(format!("plantgate-spool-{:016x}", u64::from_be_bytes(name)))
    }

    fn put(spool: &Spool<Waiting>, session: SessionId, (at, since): (i64, Instant), how: Ending) -> Waiting {
        let of = |sequence| Waiting { sequence, session, how, at, parts: Vec::new() };
        spool.put(since, of).unwrap()
    }

    fn then(at: i64) -> (i64, Instant) {
        (at, clock::now())
    }

    #[test]
    fn a_clock_that_is_set_moves_no_end_of_this_process() {
        let folder = folder();
        let spool = Spool::<Waiting>::open(folder.clone()).unwrap();
        // given an end whose wall time is hours off by now, as after somebody set the clock
        let at = clock::wall() + 7_200;
        let since = clock::now().checked_sub(Duration::from_secs(9)).unwrap();
        let one = put(&spool, of(1), (at, since), Ending::User);
        assert!((9..15).contains(&spool.ago(&one).as_secs()));
        // of one that a former process left the wall's clock is all there is: never before it was
        let again = Spool::<Waiting>::open(folder.clone()).unwrap();
        assert_eq!(again.ago(&one), Duration::ZERO);
        let old = Waiting { at: clock::wall() - 50, ..one.clone() };
        assert!((50..55).contains(&again.ago(&old).as_secs()));
        // told, it is forgotten
        spool.done(&one).unwrap();
        assert!(spool.ours().is_empty());
        fs::remove_dir_all(folder).unwrap();
    }

    fn of(n: u128) -> SessionId {
        SessionId(Uuid::from_u128(n))
    }

    #[test]
    fn what_waits_is_there_after_a_restart_in_the_order_in_which_it_came() {
        let folder = folder();
        let spool = Spool::<Waiting>::open(folder.clone()).unwrap();
        let all: Vec<_> = (0..12).map(|n| put(&spool, of(n), then(7), Ending::User)).collect();
        spool.done(&all[0]).unwrap();
        // when the process begins anew, then what waited waits, and what comes is behind it
        let spool = Spool::<Waiting>::open(folder.clone()).unwrap();
        assert_eq!(spool.all().unwrap(), all[1..]);
        let next = put(&spool, of(99), then(8), Ending::Loss);
        assert_eq!(next.sequence, 13);
        // and one that is done twice is done
        spool.done(&next).unwrap();
        spool.done(&next).unwrap();
        assert_eq!(spool.all().unwrap(), all[1..]);
        // a number is given once, also where everything was told before the process began
        all.iter().for_each(|one| spool.done(one).unwrap());
        let spool = Spool::<Waiting>::open(folder.clone()).unwrap();
        assert_eq!(put(&spool, of(100), then(9), Ending::User).sequence, 14);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_a_kill_left_half_written_is_none_and_what_cannot_be_read_stays() {
        let folder = folder();
        let spool = Spool::<Waiting>::open(folder.clone()).unwrap();
        let one = put(&spool, of(1), then(7), Ending::User);
        fs::write(folder.join("00000000000000000002.next"), b"{\"sequence\":2,").unwrap();
        let odd = folder.join("00000000000000000005.json");
        fs::write(&odd, b"{\"sequence\":5,").unwrap();
        let spool = Spool::<Waiting>::open(folder.clone()).unwrap();
        assert_eq!(spool.all().unwrap(), [one]);
        // it takes nobody's place, and is not overwritten
        assert_eq!(put(&spool, of(2), then(8), Ending::User).sequence, 6);
        assert!(odd.exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
