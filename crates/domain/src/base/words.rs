//! The words of access that more than one wing speaks: scope (expect) and grant (permit) must mean the same role,
//! pattern and environment, or containment would compare apples with pears. Values: `defaults.md` §2.2.

use serde::{Deserialize, Serialize};

use super::level::words;

words! {
    /// What a person may do on a system; each is its own right, none contains another.
    Role { View = "view", Collect = "collect", Operate = "operate", Configure = "configure",
           Administer = "administer", TransferIn = "transfer-in" }
}
words! {
    /// Why somebody wants in.
    Purpose { Troubleshoot = "troubleshoot", Upgrade = "upgrade", Collect = "collect", Monitor = "monitor",
              Maintain = "maintain", Emergency = "emergency" }
}
words! {
    /// The way in.
    Pattern { GatewayUnattended = "gateway-unattended", GatewayAttended = "gateway-attended", OnSite = "on-site",
              OnSiteOwnLaptop = "on-site-own-laptop", None = "none" }
}
words! {
    /// Which environment of a system an instance is.
    Environment { Prod = "prod", Test = "test", Dev = "dev" }
}
words! {
    /// How a session of a grant ends: by bounded, confirmed safe end, or at once.
    EndMode { SafeEnd = "safe-end", Hard = "hard" }
}
words! {
    /// How strictly a rule is applied at a site.
    Mode { Off = "off", Observe = "observe", Warn = "warn", Enforce = "enforce" }
}

impl Role {
    /// Whether it can change something (`defaults.md` §2.2: the last four).
    pub const fn can_change(self) -> bool {
        match self {
            Role::View | Role::Collect => false,
            Role::Operate | Role::Configure | Role::Administer | Role::TransferIn => true,
        }
    }
    /// Whether somebody works on the system, with tools of their own too: looking is not that, and whoever may carry
    /// files one way may do so where each file is seen.
    pub const fn works(self) -> bool {
        match self {
            Role::View | Role::Collect | Role::TransferIn => false,
            Role::Operate | Role::Configure | Role::Administer => true,
        }
    }
}

impl Pattern {
    /// Whether somebody of ours is beside the person by the pattern alone.
    pub const fn attended(self) -> bool {
        match self {
            Pattern::GatewayAttended | Pattern::OnSite | Pattern::OnSiteOwnLaptop => true,
            Pattern::GatewayUnattended | Pattern::None => false,
        }
    }
    /// Whether the person stands in the plant.
    pub const fn on_site(self) -> bool {
        match self {
            Pattern::OnSite | Pattern::OnSiteOwnLaptop => true,
            Pattern::GatewayAttended | Pattern::GatewayUnattended | Pattern::None => false,
        }
    }
}
