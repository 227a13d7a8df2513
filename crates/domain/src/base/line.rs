//! Time passes without writing: a value that changes only because time passes is a `Line`, its whole future as gapless
//! spans. Law: `line(facts).at(t) == rule(facts, t)` (architecture §2.2).

use serde::{Deserialize, Serialize};

use super::time::Instant;

/// One stretch of a line: from inclusive, until exclusive, `None` means for ever.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Span<T> {
    pub from: Instant,
    pub until: Option<Instant>,
    pub is: T,
}

/// A value over all of time. Never empty, never with a gap, neighbours always differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line<T> {
    first: T,
    steps: Vec<(Instant, T)>,
}

impl<T: Clone + PartialEq> Line<T> {
    /// The same value for ever.
    pub fn flat(value: T) -> Self {
        Line { first: value, steps: Vec::new() }
    }

    /// The line of a rule that can change only at the given instants.
    pub fn of(mut instants: Vec<Instant>, rule: impl Fn(Instant) -> T) -> Self {
        instants.sort_unstable();
        instants.dedup();
        let mut line = Line::flat(rule(Instant::MIN));
        for at in instants.into_iter().filter(|i| *i > Instant::MIN) {
            let value = rule(at);
            if *line.last() != value {
                line.steps.push((at, value));
            }
        }
        line
    }

    /// The value at an instant.
    pub fn at(&self, t: Instant) -> &T {
        let after = self.steps.partition_point(|(from, _)| *from <= t);
        after.checked_sub(1).and_then(|i| self.steps.get(i)).map_or(&self.first, |(_, v)| v)
    }

    /// When the value at `t` began; `None` when it always was.
    pub fn since(&self, t: Instant) -> Option<Instant> {
        let after = self.steps.partition_point(|(from, _)| *from <= t);
        after.checked_sub(1).and_then(|i| self.steps.get(i)).map(|(from, _)| *from)
    }

    /// The next change after `t`, if any.
    pub fn next(&self, t: Instant) -> Option<(Instant, &T)> {
        let after = self.steps.partition_point(|(from, _)| *from <= t);
        self.steps.get(after).map(|(from, v)| (*from, v))
    }

    /// All spans in order, the first from the beginning of time.
    pub fn spans(&self) -> Vec<Span<T>> {
        let mut spans = Vec::with_capacity(self.steps.len() + 1);
        let mut from = Instant::MIN;
        let mut is = &self.first;
        for (at, value) in &self.steps {
            spans.push(Span { from, until: Some(*at), is: is.clone() });
            (from, is) = (*at, value);
        }
        spans.push(Span { from, until: None, is: is.clone() });
        spans
    }

    fn last(&self) -> &T {
        self.steps.last().map_or(&self.first, |(_, v)| v)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn us(n: i64) -> Instant {
        Instant::from_micros(n)
    }

    proptest! {
        // The law of §2.2 for a rule with arbitrary change points, at, beside and between them.
        #[test]
        fn a_line_is_its_rule(points in proptest::collection::vec(-50i64..50, 0..8), t in -60i64..60) {
            let rule = |at: Instant| points.iter().filter(|p| us(**p) <= at).count() / 2;
            let line = Line::of(points.iter().map(|p| us(*p)).collect(), rule);
            prop_assert_eq!(*line.at(us(t)), rule(us(t)));
            let spans = line.spans();
            prop_assert_eq!(spans[0].from, Instant::MIN);
            prop_assert!(spans.last().unwrap().until.is_none());
            for pair in spans.windows(2) {
                prop_assert_eq!(pair[0].until, Some(pair[1].from));
                prop_assert_ne!(pair[0].is, pair[1].is);
            }
        }
    }
}
