//! Periods and due days of evidence (R-22, `defaults.md` §2.4): a period has a label such as `2026-Q3`, its evidence is
//! due so many days after its end, and it holds until its successor is due. Computed from dates, never typed.

use crate::{
    base::{Day, Instant, Invalid, Why, ZoneName},
    event::qualify::{Frequency, Period},
    rules::Rules,
};

/// First and last day of a label: `2026`, `2026-H1`, `2026-Q3` or `2026-09`.
pub fn period(label: &str) -> Result<Period, Invalid> {
    let wrong = || {
        let why = Why::of("invalid-period").with("given", label);
        Invalid::field("period", why)
    };
    let (year, part) = label.split_once('-').map_or((label, None), |(y, p)| (y, Some(p)));
    let year: i16 = year.parse().ok().filter(|y| (2000..=2199).contains(y)).ok_or_else(wrong)?;
    let number = |text: &str, most: i8| text.parse::<i8>().ok().filter(|n| (1..=most).contains(n));
    let (first, months) = match part {
        None => (Some(1), 12),
        Some(p) => match (p.strip_prefix('H'), p.strip_prefix('Q')) {
            (Some(half), _) => (number(half, 2).map(|n| n * 6 - 5), 6),
            (None, Some(quarter)) => (number(quarter, 4).map(|n| n * 3 - 2), 3),
            (None, None) => (number(p, 12).filter(|_| p.len() == 2), 1),
        },
    };
    let from = first.and_then(|month| Day::new(year, month, 1)).ok_or_else(wrong)?;
    Ok(Period { from, until: from.plus_months(months).plus_days(-1) })
}

/// The day evidence of a period is due.
pub fn due(period: &Period, rules: &Rules) -> Day {
    period.until.plus_days(rules.tiers.due_days_after_period)
}

/// Until when accepted evidence holds: the end of the day its successor is due. `None`: it does not expire by itself.
pub fn holds_until(period: &Period, frequency: Frequency, zone: &ZoneName, rules: &Rules) -> Option<Instant> {
    let months = match frequency {
        Frequency::Monthly => 1,
        Frequency::Quarterly => 3,
        Frequency::HalfYearly => 6,
        Frequency::Yearly => 12,
        Frequency::EighteenMonths => 18,
        Frequency::Once | Frequency::AtEvent => return None,
    };
    let next = period.until.plus_days(1).plus_months(months).plus_days(-1);
    Some(zone.end_of(next.plus_days(rules.tiers.due_days_after_period)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_periods() {
        let cases = [
            ("2026", "2026-01-01", "2026-12-31"),
            ("2026-H2", "2026-07-01", "2026-12-31"),
            ("2026-Q3", "2026-07-01", "2026-09-30"),
            ("2024-02", "2024-02-01", "2024-02-29"),
        ];
        for (label, from, until) in cases {
            let p = period(label).unwrap();
            assert_eq!((p.from.to_string(), p.until.to_string()), (from.to_owned(), until.to_owned()));
        }
        for label in ["", "Q3", "2026-Q5", "2026-Q0", "2026-H3", "2026-13", "2026-9", "26-Q1", "2026-Q3-1"] {
            assert!(period(label).unwrap_err().why == Why::of("invalid-period").with("given", label), "{label}");
        }
    }

    #[test]
    fn a_quarter_is_due_on_the_first_of_october_and_holds_until_the_next() {
        let rules = Rules::builtin().unwrap();
        let q3 = period("2026-Q3").unwrap();
        assert_eq!(due(&q3, &rules).to_string(), "2026-10-01");
        let berlin: ZoneName = "Europe/Berlin".parse().unwrap();
        let until = holds_until(&q3, Frequency::Quarterly, &berlin, &rules).unwrap();
        assert_eq!(until.to_string(), "2027-01-01T23:00:00.000000Z");
        assert_eq!(holds_until(&q3, Frequency::Once, &berlin, &rules), None);
    }
}
