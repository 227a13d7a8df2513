//! The closed words of *expect* payloads. An entry never holds a spelling that is not in one of these lists.

use serde::{Deserialize, Serialize};

use crate::base::level::words;

words! {
    /// Yes, no, or nobody has said. Unknown is never read as either.
    Known { Yes = "yes", No = "no", Unknown = "unknown" }
}
words! {
    /// What makes up for a limit of a system (R-21, S5.8a-c).
    Measure { SecondFactor = "second-factor", SeparateNetwork = "separate-network", AllowListing = "allow-listing",
              Escort = "escort", Hours = "hours", PermitNumber = "permit-number", TwoPersons = "two-persons",
              AccountCheckOut = "account-check-out", AdjacentLog = "adjacent-log" }
}
words! {
    /// What lets the gateway into a system that takes no certificate: a password, or a key that was made here.
    SecretKind { Password = "password", Key = "key" }
}
words! {
    /// What a machine's word about a device comes from.
    SightingSource { Nmap = "nmap", Zeek = "zeek", Cyclonedx = "cyclonedx", Sheet = "sheet" }
}
words! {
    /// What a zone is for; a hint for its patterns, which are always stated (`defaults.md` §2.2).
    ZoneKind { Production = "production", Safety = "safety", Operations = "operations", Dmz = "dmz", Lab = "lab",
               Building = "building", Utilities = "utilities" }
}
words! {
    /// What a system is for.
    SystemKind { Control = "control", Safety = "safety", Mes = "mes", Historian = "historian", Network = "network",
                 Lab = "lab", Building = "building", Packaging = "packaging", Utility = "utility", Vision = "vision",
                 Monitoring = "monitoring", Analyser = "analyser", Electrical = "electrical",
                 Logistics = "logistics", Other = "other" }
}
words! {
    /// Validated status of an instance: V, N, G, U and S of an inventory.
    Validated { Validated = "validated", NotGxp = "not-gxp", GxpNotValidated = "gxp-not-validated",
                UnderChange = "under-change", Suspended = "suspended" }
}
words! {
    /// What an instance touches: S, B, R, C, L and H of an inventory.
    Flag { Safety = "safety", BatchRecord = "batch-record", RegulatoryData = "regulatory-data",
           CoreNetwork = "core-network", Legacy = "legacy", HighAvailability = "high-availability" }
}
words! {
    /// How near an instance is to product or patient.
    Gxp { Direct = "direct", Indirect = "indirect", None = "none" }
}
words! {
    /// What work could do to product, batch records and data for an authority, as somebody answered.
    ProductEffect { Direct = "direct", Indirect = "indirect", None = "none", Unknown = "unknown" }
}
words! {
    /// What a provider's contact says of one of its people.
    PeopleSays { Here = "here", Left = "left", Unknown = "unknown" }
}
words! {
    /// What kind of firm a provider is; it may be several at once (G4).
    ProviderKind { Oem = "oem", Vendor = "vendor", Integrator = "integrator", Maintenance = "maintenance",
                   ManagedServices = "managed-services", Contractor = "contractor", Cloud = "cloud",
                   Service = "service", Supplier = "supplier" }
}
words! {
    /// Kind of engagement (G6).
    EngagementKind { Project = "project", Service = "service", RemoteOperations = "remote-operations" }
}
words! {
    /// Phases of work, in order; they order and hint and never exclude a requirement.
    Phase { Tender = "tender", Mobilise = "mobilise", Design = "design", Fat = "FAT", Sat = "SAT",
            Handover = "handover", Operate = "operate", Change = "change", Decommission = "decommission" }
}
words! {
    /// What a provider does for us; obligations follow from it.
    Activity { Integration = "integration", Maintenance = "maintenance", RemoteSupport = "remote-support",
               Patching = "patching", Monitoring = "monitoring", Backup = "backup" }
}
words! {
    /// State of a conduit between two zones.
    ConduitState { Approved = "approved", Unreviewed = "unreviewed", Closed = "closed" }
}
words! {
    /// State of one item of an engagement's scope.
    ScopeState { Proposed = "proposed", Approved = "approved", Ended = "ended" }
}
words! {
    /// A fact that a tier rests on; its message is `tier-because-…`.
    TierFact { Safety = "safety", BatchRecord = "batch-record", RegulatoryData = "regulatory-data",
               CoreNetwork = "core-network", GxpDirect = "gxp-direct", FlagsUnknown = "flags-unknown",
               GxpUnknown = "gxp-unknown", RolesUnknown = "roles-unknown", PatternUnknown = "pattern-unknown",
               Contradicted = "contradicted", LimitedAccess = "limited-access", IndirectImpact = "indirect-impact",
               NoAccess = "no-access" }
}
words! {
    /// Contact of a provider.
    ContactKind { General = "general", Security = "security", Incident = "incident", Contract = "contract" }
}
words! {
    /// Why private values were destroyed.
    ErasureGround { Retention = "retention", Request = "request", Mistake = "mistake" }
}
words! {
    /// What a column of somebody's own sheet is.
    SheetField { Provider = "provider", ProviderReference = "provider-reference", Country = "country",
                 Person = "person", Handle = "handle", Site = "site", System = "system", SystemName = "system-name",
                 Way = "way", Contract = "contract", ContractName = "contract-name", From = "from",
                 Until = "until" }
}
