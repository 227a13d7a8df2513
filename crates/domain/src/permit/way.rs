//! The way from outside to a zone: found on the site's map, never taken from who asks. What nobody drew is unknown, and
//! an unknown way passes nothing.

use crate::{
    base::{ConduitId, ZoneId},
    event::expect::{ConduitState, ZoneKind},
    expect::{conduit::Conduit, zone::Zone},
};

/// The conduits from where people come in (a demilitarised zone) to a zone. A way wholly through `agreed` conduits is
/// taken if there is one, else the shortest that exists; `None` when there is none or the zone is not known.
pub fn way(to: Option<ZoneId>, zones: &[Zone], conduits: &[Conduit], agreed: &[ConduitId]) -> Option<Vec<ConduitId>> {
    let to = to?;
    let mut open: Vec<&Conduit> = conduits.iter().filter(|c| c.facts.state != ConduitState::Closed).collect();
    // The same map gives the same way, whatever order it was read in.
    open.sort_by_key(|c| c.id);
    let mine: Vec<&Conduit> = open.iter().filter(|c| agreed.contains(&c.id)).copied().collect();
    shortest(to, zones, &mine).or_else(|| shortest(to, zones, &open))
}

fn shortest(to: ZoneId, zones: &[Zone], conduits: &[&Conduit]) -> Option<Vec<ConduitId>> {
    let entry = |zone: ZoneId| zones.iter().any(|z| z.id == zone && z.facts.kind == ZoneKind::Dmz);
    let mut reached = vec![to];
    let mut ways: Vec<(ZoneId, Vec<ConduitId>)> = vec![(to, Vec::new())];
    while !ways.is_empty() {
        if let Some((_, way)) = ways.iter().find(|(zone, _)| entry(*zone)) {
            return Some(way.iter().rev().copied().collect());
        }
        let mut next = Vec::new();
        for (zone, way) in &ways {
            for c in conduits {
                let (a, b) = (c.facts.a, c.facts.b);
                let over = match () {
                    () if a == *zone => b,
                    () if b == *zone => a,
                    () => continue,
                };
                if !reached.contains(&over) {
                    reached.push(over);
                    next.push((over, [way.as_slice(), &[c.id]].concat()));
                }
            }
        }
        ways = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::SiteId,
        event::expect::{ConduitFacts, ZoneFacts},
    };
    use uuid::Uuid;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }
    fn zone(n: u128, kind: ZoneKind) -> Zone {
        let facts =
            ZoneFacts { site: SiteId(id(1)), reference: n.to_string(), name: n.to_string(), kind, patterns: None };
        Zone { id: ZoneId(id(n)), facts }
    }
    fn conduit(n: u128, a: u128, b: u128, state: ConduitState) -> Conduit {
        let (a, b) = (ZoneId(id(a)), ZoneId(id(b)));
        let facts = ConduitFacts { site: SiteId(id(1)), a, b, state, review_due: None };
        Conduit { id: ConduitId(id(n)), facts }
    }

    #[test]
    fn the_agreed_way_comes_first_and_an_unknown_one_is_none() {
        use ConduitState::{Approved, Closed};
        // given Brunnfeld: DMZ 5, operations 4, building 7, and a short cut from 5 to 7 that nobody agreed to
        let zones = [zone(4, ZoneKind::Operations), zone(5, ZoneKind::Dmz), zone(7, ZoneKind::Building)];
        let map = [conduit(54, 5, 4, Approved), conduit(47, 7, 4, Approved), conduit(57, 5, 7, Approved)];
        let c = |n: u128| ConduitId(id(n));
        let to = |n: u128| Some(ZoneId(id(n)));
        // then what was agreed is the way, else the shortest
        assert_eq!(way(to(7), &zones, &map, &[c(54), c(47)]), Some(vec![c(54), c(47)]));
        assert_eq!(way(to(7), &zones, &map, &[c(54)]), Some(vec![c(57)]));
        assert_eq!(way(to(5), &zones, &map, &[]), Some(vec![]));
        // no zone, no map, closed: unknown
        assert_eq!(way(None, &zones, &map, &[]), None);
        assert_eq!(way(to(7), &zones, &[], &[c(54), c(47)]), None);
        assert_eq!(way(to(7), &zones, &[conduit(57, 5, 7, Closed)], &[c(57)]), None);
        assert_eq!(way(to(7), &zones[2..], &map, &[]), None);
    }
}
