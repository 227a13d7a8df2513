//! Forms of who can meet it: qualifications, certificates, what is known of people, evidence that is put aside.

use plantgate_domain::{
    base::{Kind, Party, Tier},
    event::{
        expect::{Activity, ErasureGround, Known},
        qualify::{NoticeKind, Scheme},
    },
};

use super::{By, Deed, Field, Leads, Of, inside, may, must, words};

const CONDITION: &[Field] = &[may("key", Of::Line), may("text", Of::Line), may("due", Of::Day)];

const QUALIFICATION: &[Field] = &[
    must("provider", Of::Pick(Kind::Provider)),
    must("sites", Of::Picks(Kind::Site)),
    must("depth", Of::One("tier", words!(Tier))),
    must("valid_until", Of::Day),
    may("signed_with", Of::Picks(Kind::Person)),
    may("conditions", Of::Rows(CONDITION)),
    may("reference", Of::Line),
];

const CERTIFICATE: &[Field] = &[
    must("provider", Of::Pick(Kind::Provider)),
    must("scheme", Of::One("scheme", words!(Scheme))),
    must("issuer", Of::Line),
    must("entity", Of::Line),
    may("services", Of::Many("activity", words!(Activity))),
    must("edition", Of::Line),
    may("requirements", Of::Lines),
    may("excluded", Of::Lines),
    may("countries", Of::Lines),
    may("sites", Of::Picks(Kind::Site)),
    must("from", Of::Day),
    must("valid_until", Of::Day),
    must("scope_text", Of::Text),
    may("reference", Of::Line),
];

const QUALIFIED: Field = must("qualification", Of::Pick(Kind::Qualification));
const PERSON: Field = must("person", Of::Pick(Kind::Person));

const GROUND: Of = Of::One("erasureground", words!(ErasureGround));

/// Kinds whose histories hold texts; a person is erased as a whole.
fn told() -> Vec<&'static str> {
    Kind::ALL.iter().filter(|k| **k != Kind::Person).map(|k| k.as_str()).collect()
}

const fn qualified(act: &'static str, fields: &'static [Field]) -> Deed {
    Deed::done_to(act, "providers", Kind::Qualification, "qualification", fields)
}
const fn person(act: &'static str, fields: &'static [Field]) -> Deed {
    Deed::done_to(act, "providers", Kind::Person, "person", fields)
}

pub const DEEDS: &[Deed] = &[
    Deed::makes("decide-qualification", "providers", Kind::Qualification, QUALIFICATION).at(Kind::Provider, "provider"),
    qualified(
        "attach-qualification",
        &[QUALIFIED, must("engagement", Of::Pick(Kind::Engagement)), must("site", Of::Pick(Kind::Site))],
    ),
    qualified("meet-condition", &[QUALIFIED, must("key", Of::Line)]),
    qualified("explain-lapse", &[QUALIFIED, must("cause", Of::One("party", words!(Party))), must("reason", Of::Text)]),
    qualified("withdraw-qualification", &[QUALIFIED, must("reason", Of::Text)]),
    Deed::makes("record-certificate", "providers", Kind::Certificate, CERTIFICATE).at(Kind::Provider, "provider"),
    Deed::done_to(
        "verify-certificate",
        "providers",
        Kind::Certificate,
        "certificate",
        &[
            must("certificate", Of::Pick(Kind::Certificate)),
            must("confirmed", Of::One("known", words!(Known))),
            must("how", Of::Line),
        ],
    ),
    person(
        "notice-person",
        &[
            PERSON,
            must("kind", Of::One("noticekind", words!(NoticeKind))),
            must("effective_at", Of::Moment),
            inside("notified_at", Of::Moment),
            inside("second", Of::Pick(Kind::Person)),
        ],
    )
    .by(By::Both),
    person(
        "withdraw-notice",
        &[
            PERSON,
            must("kind", Of::One("noticekind", words!(NoticeKind))),
            must("effective_at", Of::Moment),
            must("reason", Of::Text),
        ],
    ),
    person("erase-person", &[PERSON, must("ground", GROUND), must("second", Of::Pick(Kind::Person))]),
    Deed {
        leads: Leads::Told("kind", "object"),
        ..Deed::makes(
            "erase-text",
            "admin",
            Kind::Task,
            &[
                must("kind", Of::One("kind", told)),
                must("object", Of::Line),
                must("entry", Of::Number),
                must("ground", GROUND),
                must("second", Of::Pick(Kind::Person)),
            ],
        )
    },
    person(
        "clear-notice",
        &[PERSON, must("engagement", Of::Pick(Kind::Engagement)), must("site", Of::Pick(Kind::Site))],
    ),
    person("verify-identity", &[PERSON, must("until", Of::Day)]),
    person("set-mfa", &[PERSON, must("on_path", Of::Known), must("on_person", Of::Known)]),
    person(
        "record-training",
        &[PERSON, must("key", Of::Line), may("site", Of::Pick(Kind::Site)), must("valid_until", Of::Day)],
    ),
    Deed::done_to(
        "quarantine-item",
        "evidence",
        Kind::Item,
        "item",
        &[must("item", Of::Pick(Kind::Item)), must("reason", Of::Text), must("second", Of::Pick(Kind::Person))],
    ),
];
