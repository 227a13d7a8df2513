//! Who may do what (`defaults.md` §2.7). What a power means in code is a type of the floor above; who has it is data.

use crate::base::Why;
use serde::Deserialize;

use crate::event::qualify::{OwnerRole, ProviderRole};

/// Values of `powers.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Powers {
    pub version: u32,
    pub power: Vec<Power>,
}

/// One power.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    pub key: String,
    #[serde(default)]
    pub owner: Vec<OwnerRole>,
    #[serde(default)]
    pub provider: Vec<ProviderRole>,
    /// Another person besides the author is needed.
    #[serde(default)]
    pub second: bool,
}

/// All that rules may give to the account of a machine: what gateways, directories and inventories report.
/// Nothing here approves, judges, gives a right or lifts anything.
const OF_MACHINES: &[&str] = &["enter-session", "import", "keep-accounts", "keep-people"];

/// Whether rules may give a power to the account of a machine.
pub fn of_machines(key: &str) -> bool {
    OF_MACHINES.contains(&key)
}

impl Powers {
    /// The power of that key.
    pub fn row(&self, key: &str) -> Option<&Power> {
        self.power.iter().find(|p| p.key == key)
    }
    /// Whether a role of ours has it. An unknown power is nobody's.
    pub fn owner(&self, key: &str, role: OwnerRole) -> bool {
        self.row(key).is_some_and(|p| p.owner.contains(&role))
    }
    /// Whether a role of the provider's has it.
    pub fn provider(&self, key: &str, role: ProviderRole) -> bool {
        self.row(key).is_some_and(|p| p.provider.contains(&role))
    }
    pub(super) fn check(&self) -> Result<(), Why> {
        for p in &self.power {
            if p.key.contains("approve") && !p.provider.is_empty() {
                return Err(Why::of("invalid-rules-provider-approves").with("key", &p.key));
            }
            if p.key.contains("approve") && p.owner.contains(&OwnerRole::Administrator) {
                return Err(Why::of("invalid-rules-administrator-approves").with("key", &p.key));
            }
            if p.owner.contains(&OwnerRole::Auditor) && p.key != "read-all" {
                return Err(Why::of("invalid-rules-auditor-writes").with("key", &p.key));
            }
            if p.owner.contains(&OwnerRole::ServiceIdentity) && !of_machines(&p.key) {
                return Err(Why::of("invalid-rules-machine").with("key", &p.key));
            }
            if p.owner.is_empty() && p.provider.is_empty() {
                return Err(Why::of("invalid-rules-power-nobody").with("key", &p.key));
            }
            if self.power.iter().filter(|other| other.key == p.key).count() > 1 {
                return Err(Why::of("invalid-rules-twice").with("key", &p.key));
            }
        }
        Ok(())
    }
}
