//! Forms of visits and of the logbook. The usual steps stand as buttons on the page of a visit; these are the
//! others, and all of them for whoever works by keyboard.

use plantgate_domain::{
    base::{Kind, Pattern},
    event::witness::{AsOf, CheckResult, DeviceKind},
};

use super::{Deed, Field, Of, may, must, words};

const VISIT: Field = must("visit", Of::Pick(Kind::Visit));
const DEVICE: Field = must("device", Of::Line);
const AT: Field = may("at", Of::Moment);

const fn visit(act: &'static str, fields: &'static [Field]) -> Deed {
    Deed::done_to(act, "access", Kind::Visit, "visit", fields)
}

const ANNOUNCED: &[Field] = &[
    must("site", Of::Pick(Kind::Site)),
    must("provider", Of::Pick(Kind::Provider)),
    may("engagement", Of::Pick(Kind::Engagement)),
    may("instances", Of::Picks(Kind::Instance)),
    may("people", Of::Picks(Kind::Person)),
    may("visitors", Of::Lines),
    may("planned", Of::Window),
    may("attendant", Of::Pick(Kind::Person)),
    may("deputy", Of::Pick(Kind::Person)),
    may("purpose", Of::Text),
    may("arrived", Of::Yes),
];

const LOGGED: &[Field] = &[
    must("instance", Of::Pick(Kind::Instance)),
    must("way", Of::One("pattern", words!(Pattern))),
    must("work", Of::Text),
    may("person", Of::Pick(Kind::Person)),
    may("provider", Of::Pick(Kind::Provider)),
    may("from", Of::Moment),
    may("until", Of::Moment),
    may("attendant", Of::Pick(Kind::Person)),
    may("visit", Of::Pick(Kind::Visit)),
    may("corrects", Of::Pick(Kind::Session)),
    may("reason", Of::Text),
];

pub const DEEDS: &[Deed] = &[
    Deed::makes("announce-visit", "access", Kind::Visit, ANNOUNCED).at(Kind::Provider, "provider"),
    visit("record-arrival", &[VISIT, AT]),
    visit(
        "name-visit-attendant",
        &[VISIT, must("attendant", Of::Pick(Kind::Person)), may("deputy", Of::Pick(Kind::Person))],
    ),
    visit("attend-visit", &[VISIT]),
    visit("name-visitor", &[VISIT, may("person", Of::Pick(Kind::Person)), may("name", Of::Line)]),
    visit("name-visit-systems", &[VISIT, must("instances", Of::Picks(Kind::Instance))]),
    visit(
        "bring-device",
        &[
            VISIT,
            must("kind", Of::One("devicekind", words!(DeviceKind))),
            must("label", Of::Line),
            may("result", Of::One("devicecheck", words!(CheckResult))),
            may("reason", Of::Text),
        ],
    ),
    visit(
        "check-device",
        &[
            VISIT,
            DEVICE,
            must("result", Of::One("devicecheck", words!(CheckResult))),
            may("reason", Of::Text),
            may("checked_by", Of::Pick(Kind::Person)),
            AT,
        ],
    ),
    visit("connect-device", &[VISIT, DEVICE, must("instance", Of::Pick(Kind::Instance)), may("reason", Of::Text)]),
    visit(
        "note-state",
        &[
            VISIT,
            must("instance", Of::Pick(Kind::Instance)),
            must("of", Of::One("asof", words!(AsOf))),
            must("text", Of::Text),
            AT,
        ],
    ),
    visit("record-leaving", &[VISIT, AT]),
    visit("close-visit", &[VISIT, may("reason", Of::Text)]),
    visit("call-off-visit", &[VISIT, may("reason", Of::Text)]),
    Deed::makes("log-session", "access", Kind::Session, LOGGED).at(Kind::Instance, "instance"),
];
