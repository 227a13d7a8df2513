//! Small valid facts for tests that do not care which.

use plantgate_domain::event::expect::ProviderFacts;

/// A provider nobody has seen before.
pub fn provider_facts(reference: &str, name: &str) -> ProviderFacts {
    ProviderFacts::new(reference, name, "DE")
}
