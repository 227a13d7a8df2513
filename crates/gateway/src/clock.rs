//! The gateway's own time: a monotonic one, by which it counts what is left of a window, and the wall's for records. It
//! decides by neither what the core has not said first.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// An instant of the monotonic clock.
pub fn now() -> Instant {
    Instant::now()
}

/// The instant that lies so far ahead.
pub fn ahead(by: Duration) -> Instant {
    now() + by
}

/// Seconds since 1970 by this machine's clock: what a recording says it began at.
#[expect(clippy::disallowed_methods, reason = "the gateway's clock, for records alone; it stands in this file only")]
pub fn wall() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
