//! what a tier obliges to, trimmed by activities, and what would change before anybody saves.

use crate::{
    base::{Party, Tier},
    event::{
        expect::{Activity, Phase},
        qualify::{Facet, Frequency},
    },
    rules::{ObligationRow, Rules},
};

/// Why an obligation is in the set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Why {
    /// The lowest tier that asks for it.
    pub tier: Tier,
    /// The activity that asks for it, where it is not asked always.
    pub activity: Option<Activity>,
}

/// One obligation of an engagement at a site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObligationSpec {
    pub key: String,
    pub facet: Facet,
    pub frequency: Frequency,
    pub party: Party,
    pub mandatory: bool,
    pub requirements: Vec<String>,
    pub why: Why,
}

/// What changes between two sets, by key; what stays is not named.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Change {
    pub added: Vec<ObligationSpec>,
    pub removed: Vec<ObligationSpec>,
    /// Same key, other frequency or duty; as it would be.
    pub altered: Vec<ObligationSpec>,
}

/// The set of a tier: its own and every lower tier's, without what no activity asks for. Phases order and hint, they
/// never exclude, so they do not trim.
pub fn obligations(tier: Tier, activities: &[Activity], _phases: &[Phase], rules: &Rules) -> Vec<ObligationSpec> {
    let asked = rules.tiers.obligation.iter().filter(|o| tier <= o.tier);
    asked.filter_map(|o| spec(o, activities)).collect()
}

/// Before saving: what would be added and removed (S2.5a).
pub fn preview(before: &[ObligationSpec], after: &[ObligationSpec]) -> Change {
    let lacks = |set: &[ObligationSpec], o: &ObligationSpec| !set.iter().any(|x| x.key == o.key);
    let alters =
        |o: &&ObligationSpec| before.iter().any(|b| b.key == o.key && (b.frequency, b.party) != (o.frequency, o.party));
    Change {
        added: after.iter().filter(|o| lacks(before, o)).cloned().collect(),
        removed: before.iter().filter(|o| lacks(after, o)).cloned().collect(),
        altered: after.iter().filter(alters).cloned().collect(),
    }
}

fn spec(o: &ObligationRow, activities: &[Activity]) -> Option<ObligationSpec> {
    let activity = o.activities.iter().find(|a| activities.contains(a)).copied();
    if !o.activities.is_empty() && activity.is_none() {
        return None;
    }
    Some(ObligationSpec {
        key: o.key.clone(),
        facet: o.facet,
        frequency: o.frequency,
        party: o.party,
        mandatory: o.mandatory,
        requirements: o.requirements.clone(),
        why: Why { tier: o.tier, activity },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(tier: Tier, activities: &[Activity]) -> Vec<ObligationSpec> {
        obligations(tier, activities, &[], &Rules::builtin().unwrap())
    }
    const ALL: [Activity; 2] = [Activity::Maintenance, Activity::Backup];

    #[test]
    fn a_tier_obliges_to_its_own_and_every_lower_set() {
        assert_eq!([Tier::T3, Tier::T2, Tier::T1].map(|t| set(t, &ALL).len()), [1, 9, 23]);
        // P-06 rises from T2 to T1: 14 new
        let change = preview(&set(Tier::T2, &ALL), &set(Tier::T1, &ALL));
        assert_eq!((change.added.len(), change.removed.len(), change.altered.len()), (14, 0, 0));
        let ours: Vec<String> =
            set(Tier::T1, &ALL).into_iter().filter(|o| o.party == Party::Owner).map(|o| o.key).collect();
        assert_eq!(ours, ["spot-check", "yearly-review", "access-review"]);
    }

    #[test]
    fn no_backup_no_restore_test() {
        // G4: monitoring only; then backup is added
        let monitoring = set(Tier::T1, &[Activity::Monitoring]);
        let with_backup = set(Tier::T1, &[Activity::Monitoring, Activity::Backup]);
        let added = preview(&monitoring, &with_backup).added;
        let keys: Vec<&str> = added.iter().map(|o| o.key.as_str()).collect();
        assert_eq!(keys, ["backup-plan", "restore-test"]);
        assert_eq!(added[1].why, Why { tier: Tier::T1, activity: Some(Activity::Backup) });
    }
}
