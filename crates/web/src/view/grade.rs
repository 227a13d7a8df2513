//! Grades as drawings: the square, the bar of shares, the steps of a standing. Geometry in per cent, so that one SVG
//! fits any column; gaps first and never too thin to see.

use plantgate_domain::base::{Grade, Level};

/// How many requirements carry each grade.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    pub strong: u32,
    pub adequate: u32,
    pub weak: u32,
    pub missing: u32,
    pub expired: u32,
    pub unknown: u32,
}

/// A stretch of a bar, in per cent of its width.
#[derive(Clone, PartialEq, Debug)]
pub struct Segment {
    pub grade: Grade,
    pub x: String,
    pub width: String,
}

/// The least share a gap is drawn with.
const GAP: f64 = 0.16;

impl Counts {
    /// How many of one grade.
    pub const fn of(&self, grade: Grade) -> u32 {
        match grade {
            Grade::Strong => self.strong,
            Grade::Adequate => self.adequate,
            Grade::Weak => self.weak,
            Grade::Missing => self.missing,
            Grade::Expired => self.expired,
            Grade::Unknown => self.unknown,
        }
    }
    /// All of them.
    pub const fn total(&self) -> u32 {
        self.strong + self.adequate + self.weak + self.missing + self.expired + self.unknown
    }
    /// The grades that occur, from the best, with their numbers.
    pub fn present(&self) -> Vec<(Grade, u32)> {
        let order = [Grade::Strong, Grade::Adequate, Grade::Weak, Grade::Missing, Grade::Expired, Grade::Unknown];
        order.into_iter().map(|g| (g, self.of(g))).filter(|(_, n)| *n > 0).collect()
    }
    /// The grade to look at first: gaps, then weak, then what is not known.
    pub fn lowest(&self) -> Option<(Grade, u32)> {
        Grade::ALL.iter().map(|g| (*g, self.of(*g))).find(|(_, n)| *n > 0)
    }
    /// The bar: gaps on the left, then weak, unknown, adequate, strong.
    pub fn segments(&self) -> Vec<Segment> {
        let total = f64::from(self.total().max(1));
        let shares: Vec<(Grade, f64)> = Grade::ALL
            .iter()
            .map(|g| (*g, f64::from(self.of(*g)) / total))
            .filter(|(_, share)| *share > 0.0)
            .map(|(g, share)| (g, if matches!(g, Grade::Missing | Grade::Expired) { share.max(GAP) } else { share }))
            .collect();
        let whole: f64 = shares.iter().map(|(_, share)| share).sum();
        let mut x = 0.0;
        let mut segments = Vec::with_capacity(shares.len());
        for (grade, share) in shares {
            let width = share / whole * 100.0;
            segments.push(Segment { grade, x: format!("{x:.2}%"), width: format!("{width:.2}%") });
            x += width;
        }
        segments
    }
}

/// One functional area of a provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    /// `SP.09`.
    pub area: String,
    /// Our own words for it.
    pub title: String,
    pub counts: Counts,
    pub href: String,
}
impl Bar {
    /// `09`, the head of its column.
    pub fn number(&self) -> &str {
        self.area.rsplit('.').next().unwrap_or_default()
    }
}

/// A standing over time as steps: where each span starts and ends in per cent of the width.
#[derive(Clone, PartialEq, Debug)]
pub struct Steps {
    spans: Vec<(Level, f64, f64)>,
}

impl Steps {
    /// From spans as shares of the time shown, 0 to 1, in order.
    pub fn of(spans: &[(Level, f64, f64)]) -> Self {
        Steps { spans: spans.iter().map(|(l, a, b)| (*l, a.clamp(0.0, 1.0), b.clamp(0.0, 1.0))).collect() }
    }
    /// The level it ends with.
    pub fn now(&self) -> Level {
        self.spans.last().map_or(Level::Good, |(level, _, _)| *level)
    }
    /// Flat stretches: x from, x to, y, and whether it is bad enough for the thick line.
    pub fn flats(&self) -> Vec<(String, String, &'static str, bool)> {
        self.spans.iter().map(|(l, a, b)| (percent(*a), percent(*b), height(*l), *l >= Level::Restricted)).collect()
    }
    /// Turns: x, y before, y after.
    pub fn turns(&self) -> Vec<(String, &'static str, &'static str)> {
        let pairs = self.spans.iter().zip(self.spans.iter().skip(1));
        pairs.map(|((before, _, _), (after, from, _))| (percent(*from), height(*before), height(*after))).collect()
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}
const fn height(level: Level) -> &'static str {
    match level {
        Level::Good => "12.5%",
        Level::Watch => "37.5%",
        Level::Restricted => "62.5%",
        Level::Blocked => "87.5%",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_gap_among_many_is_never_thin() {
        let counts = Counts { missing: 1, strong: 99, ..Counts::default() };
        let first = counts.segments().remove(0);
        assert_eq!((first.grade, first.x.as_str(), first.width.as_str()), (Grade::Missing, "0.00%", "13.91%"));
        assert_eq!(counts.lowest(), Some((Grade::Missing, 1)));
    }
}
