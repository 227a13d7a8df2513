//! What runs in sessions at gateways elsewhere, as each says with every question whether it may go on. Where one says
//! nothing for a while nothing is known any more, which is not *nothing runs*.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use plantgate_domain::{
    base::SessionId,
    witness::gate::{Runs, Sight},
};

use super::memory::{now, within};

/// What a gateway said last of a session.
struct Said(Mutex<Vec<Runs>>);

impl Said {
    fn all(&self) -> MutexGuard<'_, Vec<Runs>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sight for Said {
    fn runs(&self) -> Vec<Runs> {
        self.all().clone()
    }
}

/// All of them, each with when it was said.
pub struct Sights {
    secs: u64,
    all: Mutex<HashMap<SessionId, (Arc<Said>, i64)>>,
}

impl Sights {
    /// What was said is good for so many seconds.
    pub fn new(secs: u64) -> Sights {
        Sights { secs, all: Mutex::default() }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<SessionId, (Arc<Said>, i64)>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what runs; how to see it from now on, where nobody could before.
    pub fn says(&self, session: SessionId, runs: Option<Vec<Runs>>) -> Option<Weak<dyn Sight>> {
        self.says_at(session, runs, now())
    }

    fn says_at(&self, session: SessionId, runs: Option<Vec<Runs>>, at: i64) -> Option<Weak<dyn Sight>> {
        let mut all = self.locked();
        let Some(runs) = runs else {
            all.remove(&session);
            return None;
        };
        if let Some((said, last)) = all.get_mut(&session) {
            (*said.all(), *last) = (runs, at);
            return None;
        }
        let said = Arc::new(Said(Mutex::new(runs)));
        all.insert(session, (said.clone(), at));
        let sight: Arc<dyn Sight> = said;
        Some(Arc::downgrade(&sight))
    }

    /// Forgets what was said too long ago.
    pub fn sweep(&self) {
        self.sweep_at(now());
    }

    fn sweep_at(&self, at: i64) {
        self.locked().retain(|_, (_, last)| within(*last, at, self.secs));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_runs_is_known_while_it_is_said_and_not_longer() {
        let (sights, of) = (Sights::new(5), |n| SessionId(Uuid::from_u128(n)));
        let sight = sights.says_at(of(1), Some(vec![Runs::Shell]), 0).unwrap();
        let runs = || sight.upgrade().map(|sight| sight.runs());
        assert_eq!(runs(), Some(vec![Runs::Shell]));
        // said again it is new, by the same way; that nothing runs is known, too
        assert!(sights.says_at(of(1), Some(Vec::new()), 4_000_000).is_none());
        sights.sweep_at(8_999_999);
        assert_eq!(runs(), Some(Vec::new()));
        // when nothing was said for five seconds, then nothing is known
        sights.sweep_at(9_000_000);
        assert_eq!(runs(), None);
        // and a gateway that cannot say it all says nothing
        let other = sights.says_at(of(2), Some(vec![Runs::Files]), 0).unwrap();
        assert!(sights.says_at(of(2), None, 1).is_none() && other.upgrade().is_none());
    }
}
