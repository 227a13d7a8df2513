//! The closed words of *qualify* payloads.

use serde::{Deserialize, Serialize};

use crate::base::level::words;

words! {
    /// What a person of ours may do (`defaults.md` §2.7); powers follow from it in the rules.
    OwnerRole { ControlEngineer = "control-engineer", ShiftLead = "shift-lead", SystemOwner = "system-owner",
                OtSecurity = "ot-security", Qa = "qa", SiteManager = "site-manager", Procurement = "procurement",
                Administrator = "administrator", Auditor = "auditor",
                ServiceIdentity = "service-identity" }
}

impl OwnerRole {
    /// Roles of people: the account of a machine has the one that is left, and only that.
    pub fn of_people() -> impl Iterator<Item = OwnerRole> + Clone {
        OwnerRole::ALL.iter().copied().filter(|role| *role != OwnerRole::ServiceIdentity)
    }
}

words! {
    /// What a person of a provider may do.
    ProviderRole { Engineer = "engineer", Contact = "contact" }
}
words! {
    /// Kind of personnel notice.
    NoticeKind { Joiner = "joiner", Mover = "mover", Leaver = "leaver" }
}
words! {
    /// Kind of a person's credential; of a password only a fingerprint ever stands in an entry.
    KeyKind { Ssh = "ssh", Passkey = "passkey", Password = "password", SignOn = "sign-on" }
}
words! {
    /// *Says*: a process exists. *Does*: it was done on our systems. Graded apart.
    Facet { Says = "says", Does = "does" }
}
words! {
    /// Weight of a criterion.
    Weighs { Need = "need", Want = "want" }
}
words! {
    /// How one criterion came out (`defaults.md` §2.5).
    Outcome { Met = "met", Part = "part", NotMet = "not-met", CannotJudge = "cannot-judge",
              OursMissing = "ours-missing", NotApplicable = "not-applicable" }
}
words! {
    /// How often an obligation falls due.
    Frequency { Monthly = "monthly", Quarterly = "quarterly", HalfYearly = "half-yearly", Yearly = "yearly",
                EighteenMonths = "18-months", Once = "once", AtEvent = "at-event" }
}
words! {
    /// What a certificate is of; only one scheme speaks to how a service is delivered (R-06, G7b).
    Scheme { Services = "iec-62443-2-4", ProductProcess = "iec-62443-4-1", Product = "iec-62443-4-2",
             Management = "iso-27001", Other = "other" }
}
