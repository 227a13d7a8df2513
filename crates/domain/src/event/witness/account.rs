//! What happens to an account on a system, a VPN or a directory: found, given to somebody, handed out, turned, removed.

use serde::{Deserialize, Serialize};

use crate::base::{GrantId, InstanceId, Instant, PersonId, Private, ProviderId, SessionId, SiteId, Text, level::words};

words! {
    /// What an account is. Shared ones are our limit.
    AccountKind { Named = "named", Shared = "shared", Service = "service" }
}
words! {
    /// What became of the secret of a shared account when it came back.
    Secret { Changed = "changed", Unchanged = "unchanged", Unseen = "unseen", Unknown = "unknown" }
}
words! {
    /// How an account stopped being a way in.
    Removal { Removed = "removed", Neutralised = "neutralised" }
}

/// An account was found on a system or access tool.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountFound {
    pub reference: String,
    pub instance: InstanceId,
    pub site: SiteId,
    pub provider: Option<ProviderId>,
    /// Account names often are people's names.
    pub name: Private<Text>,
    pub kind: AccountKind,
    pub holder: Option<PersonId>,
    pub found_at: Instant,
    /// The provider had said that it needs no access to our systems (story A-09).
    pub contradicts_no_access: bool,
}

/// Who holds it now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountAssigned {
    pub provider: Option<ProviderId>,
    pub holder: Option<PersonId>,
    pub kind: AccountKind,
}

/// A sign of life.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountUsed {
    pub at: Instant,
}

/// It is no longer a way in, and a second person looked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRemoved {
    pub at: Instant,
    pub how: Removal,
    pub verified_by: Option<PersonId>,
}

/// A shared account was handed to one person for a time (R-17, S5.4c).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountCheckedOut {
    pub person: PersonId,
    /// The grant it is for; nothing for one of ours.
    pub grant: Option<GrantId>,
    pub until: Instant,
    /// The session for which a gateway took it; it gives it back itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

/// It came back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountCheckedIn {
    /// Whether whoever had it still knows how to come in.
    pub secret: Secret,
}

/// It is on only while a grant of its person lets them work; a machine turns it on and off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountBound {
    /// The machine, a service of ours.
    pub program: PersonId,
    /// The systems it leads to; empty: all of its site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub systems: Vec<InstanceId>,
}

/// Nothing turns it any more; it stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountUnbound {}

/// The machine says that it turned it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountTurned {
    pub on: bool,
    /// Whether connections that stood were ended with it, because a person had ended the access at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// The grant for which it is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
    /// When, by the machine's word.
    pub at: Instant,
}

/// What happens to an account.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum AccountEvent {
    #[serde(rename = "witness.account.found@1")]
    Found(AccountFound),
    #[serde(rename = "witness.account.assigned@1")]
    Assigned(AccountAssigned),
    #[serde(rename = "witness.account.used@1")]
    Used(AccountUsed),
    #[serde(rename = "witness.account.removed@1")]
    Removed(AccountRemoved),
    #[serde(rename = "witness.account.checked_out@1")]
    CheckedOut(AccountCheckedOut),
    #[serde(rename = "witness.account.checked_in@1")]
    CheckedIn(AccountCheckedIn),
    #[serde(rename = "witness.account.bound@1")]
    Bound(AccountBound),
    #[serde(rename = "witness.account.unbound@1")]
    Unbound(AccountUnbound),
    #[serde(rename = "witness.account.turned@1")]
    Turned(AccountTurned),
}
