//! Forms of a provider's people: they saw a request, they object, they say that something is done.

use plantgate_domain::base::Kind;

use super::{By, Deed, Of, may, must};

pub const DEEDS: &[Deed] = &[
    Deed::done_to(
        "mark-request-seen",
        "evidence",
        Kind::Request,
        "request",
        &[must("request", Of::Pick(Kind::Request))],
    )
    .by(By::Theirs),
    Deed::done_to(
        "dispute-finding",
        "findings",
        Kind::Finding,
        "finding",
        &[must("finding", Of::Pick(Kind::Finding)), may("note", Of::Text)],
    )
    .by(By::Theirs),
    Deed::done_to(
        "claim-action",
        "findings",
        Kind::Finding,
        "finding",
        &[must("finding", Of::Pick(Kind::Finding)), may("note", Of::Text)],
    )
    .by(By::Theirs),
];
