//! The ordered words of the field: standing, grade, tier, party, class. Their spelling here is the spelling everywhere.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name { $(#[serde(rename = $word)] $variant),+ }
        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The word used in URLs, tables, logs and data-attributes.
            pub const fn as_str(self) -> &'static str { match self { $($name::$variant => $word),+ } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = crate::base::Why;
            fn from_str(s: &str) -> Result<Self, crate::base::Why> {
                match s { $($word => Ok($name::$variant),)+
                    _ => {
                        let known = [$($word),+].join(", ");
                        Err(crate::base::Why::of("invalid-none-of").with("given", s).with("known", known))
                    }
                }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Standing of an engagement at a site; the later, the worse.
    Level { Good = "good", Watch = "watch", Restricted = "restricted", Blocked = "blocked" }
}
words! {
    /// Evidence grade, ordered for the lower of *says* and *does* (`defaults.md` §2.5).
    Grade { Missing = "missing", Expired = "expired", Weak = "weak", Unknown = "unknown",
            Adequate = "adequate", Strong = "strong" }
}
words! {
    /// Tier of a provider's engagement at a site; T1 is the highest.
    Tier { T1 = "T1", T2 = "T2", T3 = "T3" }
}
words! {
    /// Whose doing something is. Only confirmed and provider-caused facts move a standing.
    Party { Provider = "provider", Owner = "owner", Both = "both", Unknown = "unknown" }
}
words! {
    /// Class of a reason or check: administrative facts are judged at fixed moments, security facts always.
    Class { Administrative = "administrative", Security = "security" }
}
