//! The one place that asks what time it is. `PlantNow` can be moved only on data whose genesis says *demo* (and in
//! tests); sign-in sessions and leases use wall time, another type.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Instant as Monotonic, SystemTime, UNIX_EPOCH},
};

use plantgate_domain::base::Instant;

/// Wall time for working state: sign-in sessions, leases, rate limits. Never a plant's time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Wall(pub i64);

impl Wall {
    /// Seconds since 1970 by the machine's clock.
    pub fn now() -> Wall {
        Wall(machine().micros().div_euclid(1_000_000))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that may ask")]
fn machine() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[expect(clippy::disallowed_methods, reason = "the one place that may ask")]
fn monotonic() -> Monotonic {
    Monotonic::now()
}

/// Where the plant's time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    Machine,
    /// Demo data: a start instant plus the time that passed since; can be moved forward.
    Demo { start: Instant, since: Monotonic, moved_us: Arc<AtomicI64> },
    /// Tests: stands still until moved.
    Still(Arc<AtomicI64>),
    /// Tests of the guard: stands still until moved, wall and monotonic reading apart.
    Watched { wall_us: Arc<AtomicI64>, steady_us: Arc<AtomicI64> },
}

impl Clock {
    /// A demo clock that shows `start` now and runs on from there.
    pub fn demo(start: Instant) -> Clock {
        Clock::Demo { start, since: monotonic(), moved_us: Arc::default() }
    }
    /// A clock for tests that shows `at` until it is moved.
    pub fn still(at: Instant) -> Clock {
        Clock::Still(Arc::new(AtomicI64::new(at.micros())))
    }
    /// The same with the guard on.
    pub fn watched(at: Instant) -> Clock {
        Clock::Watched { wall_us: Arc::new(AtomicI64::new(at.micros())), steady_us: Arc::default() }
    }
    /// Lets time pass on a watched clock: both readings move on, as in a machine that is well.
    pub fn pass(&self, secs: i64) {
        if let Clock::Watched { wall_us, steady_us } = self {
            wall_us.fetch_add(secs * 1_000_000, Ordering::Relaxed);
            steady_us.fetch_add(secs * 1_000_000, Ordering::Relaxed);
        }
    }
    /// Microseconds of a clock that nobody sets; only differences mean something, within one process.
    pub fn steady_us(&self) -> i64 {
        static BEGAN: OnceLock<Monotonic> = OnceLock::new();
        match self {
            Clock::Watched { steady_us, .. } => steady_us.load(Ordering::Relaxed),
            Clock::Machine | Clock::Demo { .. } | Clock::Still(_) => {
                let passed = BEGAN.get_or_init(monotonic).elapsed();
                i64::try_from(passed.as_micros()).unwrap_or(i64::MAX)
            }
        }
    }
    /// What the clock shows. The writer takes the later of this and the last entry.
    pub fn now(&self) -> Instant {
        match self {
            Clock::Machine => machine(),
            Clock::Demo { start, since, moved_us } => {
                let passed = i64::try_from(since.elapsed().as_micros()).unwrap_or(i64::MAX);
                let moved = moved_us.load(Ordering::Relaxed);
                Instant::from_micros(start.micros().saturating_add(passed).saturating_add(moved))
            }
            Clock::Still(us) | Clock::Watched { wall_us: us, .. } => Instant::from_micros(us.load(Ordering::Relaxed)),
        }
    }
    /// Sets a demo or test clock; the machine's clock stays what it is. Says whether it moved.
    pub fn set(&self, to: Instant) -> bool {
        match self {
            Clock::Machine => false,
            Clock::Demo { moved_us, .. } => {
                let by = to.micros().saturating_sub(self.now().micros());
                moved_us.fetch_add(by, Ordering::Relaxed);
                true
            }
            Clock::Still(us) | Clock::Watched { wall_us: us, .. } => {
                us.store(to.micros(), Ordering::Relaxed);
                true
            }
        }
    }
    /// Whether the forward-jump guard applies: to the machine's clock, and where a test asks for it.
    pub fn guarded(&self) -> bool {
        matches!(self, Clock::Machine | Clock::Watched { .. })
    }
}
