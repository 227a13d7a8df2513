//! Forms of what we ask: places, systems, providers, contracts, engagements, tiers.

use plantgate_domain::{
    base::{Environment, Kind, Pattern, Role, Tier},
    event::expect::{
        Activity, ConduitState, EngagementKind, Flag, Gxp, Known, Measure, Phase, ProviderKind, SecretKind, SystemKind,
        Validated, ZoneKind,
    },
};

use super::{Deed, Field, Of, may, must, words};

const CLAUSE: &[Field] = &[
    may("number", Of::Line),
    may("text", Of::Text),
    may("obligations", Of::Lines),
    may("requirements", Of::Lines),
    may("output", Of::Line),
    may("measure", Of::Line),
    may("testable", Of::Yes),
    may("vague", Of::Yes),
];

const SITE: &[Field] =
    &[must("reference", Of::Line), must("name", Of::Line), must("zone", Of::Line), must("country", Of::Line)];

const ZONE: &[Field] = &[
    must("site", Of::Pick(Kind::Site)),
    must("reference", Of::Line),
    must("name", Of::Line),
    must("kind", Of::One("zonekind", words!(ZoneKind))),
    may("patterns", Of::Many("pattern", words!(Pattern))),
];

const CONDUIT: &[Field] = &[
    must("site", Of::Pick(Kind::Site)),
    must("a", Of::Pick(Kind::Zone)),
    must("b", Of::Pick(Kind::Zone)),
    must("state", Of::One("conduitstate", words!(ConduitState))),
    may("review_due", Of::Day),
];

const SYSTEM: &[Field] = &[
    must("site", Of::Pick(Kind::Site)),
    must("reference", Of::Line),
    must("name", Of::Line),
    must("kind", Of::One("kind", words!(SystemKind))),
    may("owner", Of::Pick(Kind::Person)),
    may("requalification", Of::One("known", words!(Known))),
    may("support_ends", Of::Day),
];

const INSTANCE: &[Field] = &[
    must("site", Of::Pick(Kind::Site)),
    must("reference", Of::Line),
    must("name", Of::Line),
    may("system", Of::Pick(Kind::System)),
    may("kind", Of::One("kind", words!(SystemKind))),
    may("zone", Of::Pick(Kind::Zone)),
    may("environment", Of::One("env", words!(Environment))),
    may("validated", Of::One("validated", words!(Validated))),
    may("gxp", Of::One("gxp", words!(Gxp))),
    may("flags", Of::Stated("flag", words!(Flag))),
    may("roles", Of::Many("role", words!(Role))),
    must("capabilities.named_users", Of::Known),
    must("capabilities.mfa", Of::Known),
    must("capabilities.logs", Of::Known),
    must("capabilities.recording", Of::Known),
    must("capabilities.file_control", Of::Known),
    may("limitations", Of::Lines),
];

const PROVIDER: &[Field] = &[
    must("reference", Of::Line),
    must("name", Of::Line),
    must("country", Of::Line),
    may("kinds", Of::Many("providerkind", words!(ProviderKind))),
    may("languages", Of::Lines),
];

const AGREEMENT: &[Field] = &[
    must("provider", Of::Pick(Kind::Provider)),
    may("reference", Of::Line),
    must("name", Of::Line),
    must("from", Of::Day),
    may("until", Of::Day),
    may("clauses", Of::Rows(CLAUSE)),
];

const ENGAGEMENT: &[Field] = &[
    must("provider", Of::Pick(Kind::Provider)),
    may("agreement", Of::Pick(Kind::Agreement)),
    must("name", Of::Line),
    may("reference", Of::Line),
    must("kind", Of::One("engkind", words!(EngagementKind))),
    may("phases", Of::Many("phase", words!(Phase))),
    may("activities", Of::Many("activity", words!(Activity))),
    must("from", Of::Day),
    must("until", Of::Day),
    may("patterns", Of::Many("pattern", words!(Pattern))),
    may("owner", Of::Pick(Kind::Person)),
    may("in_use_before_programme_until", Of::Day),
];

const REVISED: &[Field] = &[
    must("engagement", Of::Pick(Kind::Engagement)),
    may("agreement", Of::Pick(Kind::Agreement)),
    may("name", Of::Line),
    may("phases", Of::Many("phase", words!(Phase))),
    may("activities", Of::Many("activity", words!(Activity))),
    may("from", Of::Day),
    may("until", Of::Day),
    may("patterns", Of::Many("pattern", words!(Pattern))),
    may("owner", Of::Pick(Kind::Person)),
];

const ENDPOINT: &[Field] = &[
    must("instance", Of::Pick(Kind::Instance)),
    must("host", Of::Line),
    may("port", Of::Number),
    must("login", Of::Line),
    must("host_key", Of::Line),
    may("forwards", Of::Line),
    may("shared_account", Of::Pick(Kind::Account)),
];

const MEASURES: &[Field] = &[
    must("instance", Of::Pick(Kind::Instance)),
    must("measures", Of::Many("measure", words!(Measure))),
    may("hours_from", Of::Line),
    may("hours_until", Of::Line),
    may("sources", Of::Lines),
    must("until", Of::Day),
    must("proposed_by", Of::Pick(Kind::Person)),
    must("reason", Of::Text),
];

const TIER: &[Field] = &[
    must("engagement", Of::Pick(Kind::Engagement)),
    must("site", Of::Pick(Kind::Site)),
    must("tier", Of::One("tier", words!(Tier))),
    must("reason", Of::Text),
    must("second", Of::Pick(Kind::Person)),
];

pub const DEEDS: &[Deed] = &[
    Deed::makes("register-site", "systems", Kind::Site, SITE).again(Kind::Site),
    Deed::makes("register-zone", "systems", Kind::Zone, ZONE).again(Kind::Zone).at(Kind::Site, "site"),
    Deed::makes("register-conduit", "systems", Kind::Conduit, CONDUIT).again(Kind::Conduit).at(Kind::Zone, "a"),
    Deed::makes("register-system", "systems", Kind::System, SYSTEM).again(Kind::System).at(Kind::Site, "site"),
    Deed::makes("register-instance", "systems", Kind::Instance, INSTANCE)
        .again(Kind::Instance)
        .at(Kind::System, "system"),
    Deed::done_to("pin-endpoint", "systems", Kind::Instance, "instance", ENDPOINT),
    Deed::done_to(
        "unpin-endpoint",
        "systems",
        Kind::Instance,
        "instance",
        &[must("instance", Of::Pick(Kind::Instance))],
    ),
    Deed::done_to(
        "put-login-secret",
        "systems",
        Kind::Instance,
        "instance",
        &[
            must("instance", Of::Pick(Kind::Instance)),
            must("kind", Of::One("secretkind", words!(SecretKind))),
            may("password", Of::Secret),
        ],
    )
    .opens_vault("instance"),
    Deed::done_to(
        "show-login-secret",
        "systems",
        Kind::Instance,
        "instance",
        &[must("instance", Of::Pick(Kind::Instance)), must("reason", Of::Text)],
    )
    .opens_vault("instance"),
    Deed::done_to(
        "remove-login-secret",
        "systems",
        Kind::Instance,
        "instance",
        &[must("instance", Of::Pick(Kind::Instance))],
    ),
    Deed::done_to("agree-measures", "systems", Kind::Instance, "instance", MEASURES),
    Deed::done_to(
        "break-measure",
        "systems",
        Kind::Instance,
        "instance",
        &[
            must("instance", Of::Pick(Kind::Instance)),
            must("measure", Of::One("measure", words!(Measure))),
            must("reason", Of::Text),
        ],
    ),
    Deed::makes("register-provider", "providers", Kind::Provider, PROVIDER).again(Kind::Provider),
    Deed::makes("record-agreement", "providers", Kind::Agreement, AGREEMENT)
        .again(Kind::Agreement)
        .at(Kind::Provider, "provider"),
    Deed::done_to(
        "sign-agreement",
        "providers",
        Kind::Agreement,
        "agreement",
        &[must("agreement", Of::Pick(Kind::Agreement)), must("day", Of::Day)],
    ),
    Deed::makes("draft-engagement", "providers", Kind::Engagement, ENGAGEMENT).at(Kind::Provider, "provider"),
    Deed::done_to("revise-engagement", "providers", Kind::Engagement, "engagement", REVISED).again(Kind::Engagement),
    Deed::done_to("override-tier", "providers", Kind::Engagement, "engagement", TIER),
];
