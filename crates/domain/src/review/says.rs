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
    ("refuse-finding-no-provider", "The finding concerns no provider."),
    ("refuse-finding-not-confirmed", "The finding is not confirmed."),
    ("refuse-finding-not-open", "The finding is not waiting for a decision."),
    ("refuse-finding-not-over", "The finding is neither closed nor dismissed."),
    ("refuse-finding-not-theirs", "The finding is not known to this provider."),
    ("refuse-finding-over", "The finding is closed or dismissed."),
    ("refuse-finding-own", "Whoever proposed a finding does not confirm it."),
    ("refuse-finding-review-time", "The review lies before the confirmation or in the future."),
    ("refuse-finding-shared", "The provider sees the finding already."),
    ("refuse-session-end-time", "The session cannot end before it began or in the future."),
    ("refuse-session-ended", "The session has ended already."),
    ("refuse-session-not-running", "Nobody was inside then."),
    ("refuse-session-own", "Nobody says whose doing it was of a session they took part in."),
    ("refuse-session-provider-missing", "Name the provider whose doing it was."),
    ("refuse-trail-list", "The list of exceptions is not the one that was shown."),
    ("refuse-trail-not-looked", "Who signs has looked at some of the exceptions themselves."),
    ("refuse-trail-own", "Nobody looks at what they did, proposed or agreed to themselves."),
    ("refuse-trail-root", "The record up to this entry is not the one that was shown."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rules_say_and_what_is_listed_are_the_same() {
        let sources = [include_str!("acts.rs"), include_str!("trail.rs"), include_str!("../witness/acts.rs")];
        let literals = sources.iter().flat_map(|s| s.split('"'));
        let mut used: Vec<&str> = literals.filter(|s| s.starts_with("refuse-")).collect();
        used.sort_unstable();
        used.dedup();
        assert_eq!(used, SAYS.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    }
}
