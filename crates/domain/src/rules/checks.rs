//! The list of checks before access and how strictly each may be applied.

use serde::Deserialize;

use crate::base::{Class, Mode, Why};

/// Values of `checks.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    pub version: u32,
    /// Of a site where nobody set one.
    pub default_mode: Mode,
    /// In the order people see them.
    pub check: Vec<CheckRow>,
}

/// When a check is judged first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    Request,
    Approval,
}

/// One check.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRow {
    /// Place in the list, from 1.
    pub number: u8,
    pub key: String,
    pub rule: String,
    pub class: Class,
    /// Always enforced, whatever the mode.
    pub floor: bool,
    pub at: Moment,
}

/// Keys of the checks that always decide; no rules file can take one away.
const FLOOR: [&str; 6] =
    ["named-person", "no-hold", "engagement-active", "system-in-scope", "environment-in-scope", "approver-separate"];

impl Default for Checks {
    fn default() -> Self {
        Checks { version: 0, default_mode: Mode::Enforce, check: Vec::new() }
    }
}

impl Checks {
    /// The check of that key.
    pub fn row(&self, key: &str) -> Option<&CheckRow> {
        self.check.iter().find(|c| c.key == key)
    }
    pub(super) fn check(&self) -> Result<(), Why> {
        for (row, number) in self.check.iter().zip(1u8..) {
            if row.number != number {
                return Err(Why::of("invalid-rules-check-number").with("key", &row.key).with("number", number));
            }
            if FLOOR.contains(&row.key.as_str()) != row.floor {
                return Err(Why::of("invalid-rules-floor").with("floor", FLOOR.join(", ")).with("key", &row.key));
            }
        }
        match FLOOR.iter().find(|key| self.row(key).is_none()) {
            Some(key) => Err(Why::of("invalid-rules-check-missing").with("key", key)),
            None => Ok(()),
        }
    }
}
