//! Messages of *witness* and *review* with their English sentences, for who writes catalogues (see `permit::says`).

/// Refusals of acts, alphabetically.
pub const SAYS: &[(&str, &str)] = &[
    ("refuse-account-removed", "The account was removed already."),
    ("refuse-account-time", "Nothing is removed in the future."),
    ("refuse-action-none", "No action was agreed."),
    ("refuse-action-not-claimed", "Nobody has said that the action is done."),
    ("refuse-action-not-theirs", "The action is owed by the other side."),
    ("refuse-action-not-verified", "The action is not verified."),
    ("refuse-action-own", "Whoever said that it is done does not verify or close it."),
    ("refuse-action-verified", "The action is verified already."),
    ("refuse-attendant-oneself", "Nobody attends their own work."),
    ("refuse-device-not-checked", "This device was not checked. Give the reason why it is connected all the same."),
    ("refuse-device-refused", "The check refused this device. It must not be connected; a new check decides anew."),
    ("refuse-device-unchecked", "Nobody has checked this device. Check it first, or say why it is not checked."),
    ("refuse-finding-no-provider", "The finding concerns no provider."),
    ("refuse-finding-not-confirmed", "The finding is not confirmed."),
    ("refuse-finding-not-open", "The finding is not waiting for a decision."),
    ("refuse-finding-not-over", "The finding is neither closed nor dismissed."),
    ("refuse-finding-not-theirs", "The finding is not known to this provider."),
    ("refuse-finding-over", "The finding is closed or dismissed."),
    ("refuse-finding-own", "Whoever proposed a finding does not confirm it."),
    ("refuse-finding-review-time", "The review lies before the confirmation or in the future."),
    ("refuse-finding-shared", "The provider sees the finding already."),
    ("refuse-session-corrected", "Another line stands for this one. Go on with that one."),
    ("refuse-session-end-time", "The session cannot end before it began or in the future."),
    ("refuse-session-ended", "The session has ended already."),
    ("refuse-session-not-running", "Nobody was inside then."),
    ("refuse-session-not-told", "This is no line that a person told. What a source recorded is not corrected by hand."),
    ("refuse-session-own", "Nobody says whose doing it was of a session they took part in."),
    ("refuse-session-provider-missing", "Name the provider whose doing it was."),
    ("refuse-visit-arrived", "They came: a visit is called off only before. Say that they left and close its record."),
    ("refuse-visit-called-off", "This visit was called off. Write down a new one."),
    ("refuse-visit-closed", "The record of this visit is closed. Write a line into the logbook instead."),
    ("refuse-visit-deputy", "The deputy has to be somebody else than the attendant."),
    ("refuse-visit-not-arrived", "Nobody said that they came. Say first when they came."),
    ("refuse-visit-not-here", "They are not on site now."),
    ("refuse-visit-order", "Nobody leaves before they came. Correct the other time first."),
    ("refuse-visit-still-here", "They are still here. Say that they left, then close the record."),
    ("refuse-visit-time", "That lies in the future. Leave the time empty for now."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rules_say_and_what_is_listed_are_the_same() {
        let sources = [
            include_str!("acts.rs"),
            include_str!("../witness/acts.rs"),
            include_str!("../witness/visit_acts.rs"),
            include_str!("../witness/visit/device.rs"),
        ];
        let literals = sources.iter().flat_map(|s| s.split('"'));
        let mut used: Vec<&str> = literals.filter(|s| s.starts_with("refuse-")).collect();
        used.sort_unstable();
        used.dedup();
        assert_eq!(used, SAYS.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    }
}
