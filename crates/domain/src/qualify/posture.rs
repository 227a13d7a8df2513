//! Posture: what was graded, as provider × functional area. Counts and words of a map, never a score and never a
//! verdict.

use std::collections::BTreeMap;

use crate::{
    base::{EngagementId, Grade, Instant, ProviderId, SiteId},
    event::qualify::Facet,
    expect::catalogue::area_of,
    qualify::{grade::shown, request::Request},
};

/// One graded answer for one requirement, at the instant that is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GradedRequirement {
    pub provider: ProviderId,
    /// Requirement id such as `SP.09.02 BR`.
    pub requirement: String,
    pub facet: Facet,
    pub grade: Grade,
}

/// The requests whose grades stand at an instant: of each obligation of an engagement at a site the newest that has a
/// grade by then, else the newest; what is merely asked hides nothing that was shown.
pub fn current(requests: &[Request], t: Instant) -> Vec<&Request> {
    let mut by: BTreeMap<(EngagementId, SiteId, &str), &Request> = BTreeMap::new();
    for r in requests.iter().filter(|r| r.sent_at <= t && r.cancelled_at.is_none_or(|at| t < at)) {
        let rank = |r: &Request| (r.grade(t) != Grade::Unknown, r.due, r.sent_at);
        let key = (r.facts.engagement, r.facts.site, r.facts.key.as_str());
        let kept = by.entry(key).or_insert(r);
        if rank(r) > rank(kept) {
            *kept = r;
        }
    }
    by.into_values().collect()
}

/// One cell.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cell {
    /// Requirements by shown grade, in the order of [`Grade::ALL`].
    pub counts: [u32; Grade::ALL.len()],
    /// The lowest shown grade; `None` only in an empty cell.
    pub lowest: Option<Grade>,
    /// The lowest *says*; `None` where it was never asked.
    pub says: Option<Grade>,
    /// The lowest *does*; `None` where it was never asked.
    pub does: Option<Grade>,
}

/// Both sides of one requirement.
#[derive(Default)]
struct Sides {
    says: Option<Grade>,
    does: Option<Grade>,
}

/// Both sides by provider and requirement. Several answers to one requirement: the lowest of each side stands.
fn sides<'a>(graded: impl IntoIterator<Item = &'a GradedRequirement>) -> BTreeMap<(ProviderId, &'a str), Sides> {
    let mut all: BTreeMap<(ProviderId, &str), Sides> = BTreeMap::new();
    for g in graded {
        let sides = all.entry((g.provider, g.requirement.as_str())).or_default();
        let side = match g.facet {
            Facet::Says => &mut sides.says,
            Facet::Does => &mut sides.does,
        };
        *side = Some(side.map_or(g.grade, |old| old.min(g.grade)));
    }
    all
}

/// The grade that is shown of each requirement, by provider.
pub fn grades<'a>(graded: impl IntoIterator<Item = &'a GradedRequirement>) -> BTreeMap<(ProviderId, String), Grade> {
    let all = sides(graded).into_iter();
    all.map(|((provider, id), of)| ((provider, id.to_owned()), shown(of.says, of.does))).collect()
}

/// Cells by provider and area, in order.
pub fn posture<'a>(graded: impl IntoIterator<Item = &'a GradedRequirement>) -> BTreeMap<(ProviderId, String), Cell> {
    let mut cells: BTreeMap<(ProviderId, String), Cell> = BTreeMap::new();
    for ((provider, requirement), Sides { says, does }) in sides(graded) {
        let Some(area) = area_of(requirement) else { continue };
        let cell = cells.entry((provider, area.to_owned())).or_default();
        let grade = shown(says, does);
        for (count, _) in cell.counts.iter_mut().zip(Grade::ALL).filter(|(_, g)| **g == grade) {
            *count += 1;
        }
        let lower = |a: Option<Grade>, b: Option<Grade>| a.into_iter().chain(b).min();
        cell.lowest = lower(cell.lowest, Some(grade));
        cell.says = lower(cell.says, says);
        cell.does = lower(cell.does, does);
    }
    cells
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cell_counts_requirements_and_keeps_both_sides() {
        let provider = ProviderId(Uuid::from_u128(9));
        let g = |requirement: &str, facet, grade| GradedRequirement {
            provider,
            requirement: requirement.to_owned(),
            facet,
            grade,
        };
        let graded = [
            g("SP.09.02 BR", Facet::Says, Grade::Strong),
            g("SP.09.02 BR", Facet::Does, Grade::Expired),
            g("SP.09.04 BR", Facet::Does, Grade::Adequate),
            g("SP.09.04 BR", Facet::Does, Grade::Strong),
            g("SP.07.02 BR", Facet::Says, Grade::Adequate),
        ];
        let cells = posture(&graded);
        let accounts = &cells[&(provider, "SP.09".to_owned())];
        assert_eq!(accounts.counts, [0, 1, 0, 0, 1, 0]);
        assert_eq!(accounts.lowest, Some(Grade::Expired));
        assert_eq!((accounts.says, accounts.does), (Some(Grade::Strong), Some(Grade::Expired)));
        let remote = &cells[&(provider, "SP.07".to_owned())];
        assert_eq!((remote.says, remote.does, remote.lowest), (Some(Grade::Adequate), None, Some(Grade::Adequate)));
        assert_eq!(cells.len(), 2);
        // and each requirement shows the lower of its two sides
        let shown = grades(&graded);
        assert_eq!(shown[&(provider, "SP.09.02 BR".to_owned())], Grade::Expired);
        assert_eq!(shown[&(provider, "SP.09.04 BR".to_owned())], Grade::Adequate);
        assert_eq!((shown[&(provider, "SP.07.02 BR".to_owned())], shown.len()), (Grade::Adequate, 3));
    }
}
