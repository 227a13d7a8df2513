//! Forms of what was: sessions typed in by hand, accounts that were found; and of what review does with tasks.

use plantgate_domain::{
    base::{Kind, Party, Role},
    event::witness::{AccountKind, Keeping, Removal, Secret},
};

use super::{Deed, Field, Of, may, must, words};

const SESSION: Field = must("session", Of::Pick(Kind::Session));
const ACCOUNT: Field = must("account", Of::Pick(Kind::Account));
const SITE: Field = must("site", Of::Pick(Kind::Site));
const KEEPING: Of = Of::One("keeping", words!(Keeping));
const FINDING: Field = must("finding", Of::Pick(Kind::Finding));

const BEGUN: &[Field] = &[
    must("instance", Of::Pick(Kind::Instance)),
    may("person", Of::Pick(Kind::Person)),
    may("grant", Of::Pick(Kind::Grant)),
    may("role", Of::One("role", words!(Role))),
    may("attendant", Of::Pick(Kind::Person)),
    may("account", Of::Pick(Kind::Account)),
    may("started", Of::Moment),
    may("confirmed_by", Of::Pick(Kind::Person)),
];

const fn session(act: &'static str, fields: &'static [Field]) -> Deed {
    Deed::done_to(act, "access", Kind::Session, "session", fields)
}
const fn account(act: &'static str, fields: &'static [Field]) -> Deed {
    Deed::done_to(act, "systems", Kind::Account, "account", fields)
}
const fn finding(act: &'static str, fields: &'static [Field]) -> Deed {
    Deed::done_to(act, "findings", Kind::Finding, "finding", fields)
}

pub const DEEDS: &[Deed] = &[
    Deed::makes("start-session", "access", Kind::Session, BEGUN).at(Kind::Instance, "instance"),
    session("attend-session", &[SESSION]),
    session(
        "attribute-session",
        &[
            SESSION,
            must("party", Of::One("party", words!(Party))),
            may("provider", Of::Pick(Kind::Provider)),
            may("person", Of::Pick(Kind::Person)),
            must("reason", Of::Text),
        ],
    ),
    session("confirm-safe-end", &[SESSION, may("note", Of::Text)]),
    session("cut-session", &[SESSION, must("reason", Of::Text)]),
    session("view-recording", &[SESSION, may("part", Of::Number), must("purpose", Of::Text)]).opens("session", "part"),
    session("keep-recording", &[SESSION, must("ground", KEEPING), may("until", Of::Moment), must("reason", Of::Text)]),
    session(
        "release-recording",
        &[SESSION, must("ground", KEEPING), must("second", Of::Pick(Kind::Person)), must("reason", Of::Text)],
    ),
    Deed::done_to(
        "set-recording-days",
        "access",
        Kind::Site,
        "site",
        &[
            must("site", Of::Pick(Kind::Site)),
            must("days", Of::Number),
            must("second", Of::Pick(Kind::Person)),
            must("reason", Of::Text),
        ],
    ),
    Deed::done_to(
        "issue-codes",
        "systems",
        Kind::Site,
        "site",
        &[
            SITE,
            must("gateway", Of::Line),
            must("codes", Of::Number),
            must("days", Of::Number),
            must("reason", Of::Text),
            may("engagement", Of::Pick(Kind::Engagement)),
            may("roles", Of::Many("role", words!(Role))),
            may("second", Of::Pick(Kind::Person)),
        ],
    )
    .lists_sheets("site"),
    Deed::done_to(
        "withdraw-codes",
        "systems",
        Kind::Site,
        "site",
        &[SITE, must("sheet", Of::Sheet), must("reason", Of::Text)],
    )
    .lists_sheets("site"),
    session("name-code-reader", &[SESSION, may("person", Of::Pick(Kind::Person)), may("note", Of::Text)]),
    session("note-adjacent-log", &[SESSION, must("source", Of::Line), must("lines", Of::Number)]),
    session("review-session", &[SESSION, may("complete", Of::Yes), may("note", Of::Text)]),
    Deed::makes(
        "record-account",
        "systems",
        Kind::Account,
        &[
            must("instance", Of::Pick(Kind::Instance)),
            must("name", Of::Line),
            must("kind", Of::One("accountkind", words!(AccountKind))),
            may("provider", Of::Pick(Kind::Provider)),
            may("holder", Of::Pick(Kind::Person)),
            may("found_at", Of::Moment),
        ],
    )
    .at(Kind::Instance, "instance"),
    account(
        "assign-account",
        &[
            ACCOUNT,
            must("kind", Of::One("accountkind", words!(AccountKind))),
            may("provider", Of::Pick(Kind::Provider)),
            may("holder", Of::Pick(Kind::Person)),
        ],
    ),
    account(
        "check-out-account",
        &[
            ACCOUNT,
            must("person", Of::Pick(Kind::Person)),
            may("grant", Of::Pick(Kind::Grant)),
            must("until", Of::Moment),
        ],
    ),
    account("check-in-account", &[ACCOUNT, must("secret", Of::One("secret", words!(Secret)))]),
    account(
        "bind-account",
        &[ACCOUNT, must("program", Of::Pick(Kind::Person)), may("systems", Of::Picks(Kind::Instance))],
    ),
    account("unbind-account", &[ACCOUNT]),
    account(
        "remove-account",
        &[
            ACCOUNT,
            must("how", Of::One("removal", words!(Removal))),
            may("at", Of::Moment),
            may("verified_by", Of::Pick(Kind::Person)),
        ],
    ),
    finding("share-finding", &[FINDING, may("note", Of::Text)]),
    Deed::done_to(
        "close-task",
        "findings",
        Kind::Task,
        "task",
        &[must("task", Of::Pick(Kind::Task)), may("done", Of::Yes), may("note", Of::Text)],
    ),
];
