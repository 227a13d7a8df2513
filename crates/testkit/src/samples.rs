//! Small valid facts for tests that do not care which.

use plantgate_domain::event::expect::ProviderFacts;
use serde_json::{Value, json};

/// A provider nobody has seen before.
pub fn provider_facts(reference: &str, name: &str) -> ProviderFacts {
    ProviderFacts::new(reference, name, "DE")
}

/// Every criterion of a list of users, met, as a review says it.
pub fn user_list_met() -> Value {
    let criteria = [
        "right-period",
        "names-systems",
        "one-person-per-account",
        "signed-by-contact",
        "matches-our-export",
        "roles-fit-work",
    ];
    criteria.map(|key| json!({ "criterion": key, "outcome": "met" })).to_vec().into()
}
