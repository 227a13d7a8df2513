//! Connections by certificate: one that is shown more often than a gateway has need of takes no seat of another's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How many connections there are with each certificate, by its fingerprint.
#[derive(Clone)]
pub struct Seats {
    most: usize,
    taken: Arc<Mutex<HashMap<String, usize>>>,
}

/// A connection; its seat is free when it goes.
pub struct Seat {
    seats: Seats,
    fingerprint: String,
}

impl Seats {
    /// So many with one certificate.
    pub fn new(most: usize) -> Seats {
        Seats { most, taken: Arc::default() }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat, where one is free.
    pub fn take(&self, fingerprint: &str) -> Option<Seat> {
        let mut all = self.locked();
        let taken = all.get(fingerprint).copied().unwrap_or_default();
        if taken >= self.most {
            return None;
        }
        all.insert(fingerprint.to_owned(), taken.saturating_add(1));
        Some(Seat { seats: self.clone(), fingerprint: fingerprint.to_owned() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut all = self.seats.locked();
        let left = all.get(&self.fingerprint).copied().unwrap_or_default().saturating_sub(1);
        if left == 0 {
            all.remove(&self.fingerprint);
        } else {
            all.insert(self.fingerprint.clone(), left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_certificate_takes_so_many_seats_and_none_of_another() {
        let seats = Seats::new(2);
        let (one, two) = (seats.take("aa"), seats.take("aa"));
        assert!(one.is_some() && two.is_some() && seats.take("aa").is_none());
        assert!(seats.take("ab").is_some());
        // when one goes, then its seat is free; and nothing is left of them that are all gone
        drop(one);
        assert!(seats.take("aa").is_some());
        drop(two);
        assert!(seats.locked().is_empty());
    }
}
