//! The board and the two acts that cannot wait.

use plantgate_domain::base::Environment;
use plantgate_web::{
    page::{
        end_access::{EndAccess, Ended, Goes, Width},
        now::{Emergency, Inside, Lane, Lanes, Look, NotRight, Now, Piece, Soon, Tally},
    },
    view::{Choice, Form, Item},
};
use plantgate_wire::words::{Lang, Rich};

use super::{at, html, rich, ui};

/// Who is inside, one of them not as they should be.
fn inside() -> Vec<Inside> {
    let inside = |person: &str, provider: &str, system: &str, name: &str, until: &str| Inside {
        item: Item::link("SES-10488", "/access/sessions/SES-10488"),
        person: person.into(),
        provider: Item::link(provider, "/providers/P-01"),
        system: Item::link(system, format!("/systems/{system}")),
        system_name: name.into(),
        env: Environment::Prod,
        role: "configure",
        since: at("2026-11-16T06:24:00Z"),
        until: at(until),
        reason: Some(Item::name("CHG-0409")),
        attendant: None,
        source: "gateway GW-B41".into(),
        emergency: false,
        may_end: true,
        states: vec![],
        record: "running",
    };
    let voss = Inside {
        attendant: Some("A. Keller".into()),
        emergency: true,
        source: "typed in by A. Keller".into(),
        reason: None,
        states: vec!["Nobody beside them: the check-in is missed, and nothing new begins".into()],
        record: "none",
        ..inside("H. Voss", "P-07 Nordlicht", "PLC-B14", "Lyophiliser 1 (1999)", "2026-11-16T08:30:00Z")
    };
    vec![
        inside("K. Brandt", "P-01 Kestrel", "DCS-B01", "Bioreactor DCS", "2026-11-16T09:00:00Z"),
        voss,
        inside("T. Reyes", "P-04 Brightmere", "HMI-B11", "Filling line 1 HMI", "2026-11-16T07:45:00Z"),
    ]
}

fn now(lang: Lang) -> Now {
    Now {
        ui: ui(lang, "now"),
        not_right: vec![NotRight {
            title: "Traffic without a session".into(),
            text: Rich::from("P-04 Brightmere → ")
                .object("PLC-B16", Some("/systems/PLC-B16"))
                .text(", 02:10–02:31 CET. No grant covers it"),
            rule: "R-18".into(),
            go: Item::link("Open F-0244", "/findings/F-0244"),
        }],
        inside: inside(),
        soon: vec![Soon {
            item: Item::link("GRA-2291", "/access/grants/GRA-2291"),
            person: "D. Byrne".into(),
            provider: Item::link("P-06 Sentrava", "/providers/P-06"),
            system: Item::name("EMS-B23"),
            env: Environment::Prod,
            role: "collect",
            from: at("2026-11-16T08:00:00Z"),
            until: at("2026-11-16T08:45:00Z"),
        }],
        sources: vec![("GW-B41".into(), at("2026-11-16T07:29:58Z")), ("FW-B43".into(), at("2026-11-16T07:28:00Z"))],
        blind: vec!["BZ6".into()],
        next: "Next window: Sat 21 Nov 06:00 CET, GRA-2310.".into(),
        may_emergency: true,
        tally: Tally { connected: 2, held: 1, soon: 1, standing: 0 },
        lanes: None,
        views: [("table", "/now", true), ("lanes", "/now?view=lanes", false)].map(look).into(),
        spans: [("near", "/now?span=near", false), ("shift", "/now", true), ("day", "/now?span=day", false)]
            .map(look)
            .into(),
        wall: false,
        names: true,
        more: false,
        events: "/now/events".into(),
        mark: "0123456789abcdef".into(),
        here: "/now".into(),
    }
}

fn look((word, href, chosen): (&'static str, &str, bool)) -> Look {
    Look { word, href: href.into(), chosen }
}

fn lanes() -> Lanes {
    let piece = |kind, x: &str, width: &str| Piece { kind, x: x.into(), width: width.into() };
    let lane = |system: &str, label: &str, pieces| Lane {
        system: Item::link(system, format!("/systems/{system}")),
        system_name: "Bioreactor DCS".into(),
        env: Environment::Prod,
        label: label.into(),
        pieces,
        item: Item::link("SES-10488", "/access/sessions/SES-10488"),
        person: "K. Brandt".into(),
        provider: Item::link("P-01 Kestrel", "/providers/P-01"),
        role: "configure",
        reason: Some(Item::name("CHG-0409")),
        left: "1 h 30 min left".into(),
        window: "Mon 16 Nov 07:00–10:00 CET".into(),
        states: vec!["none needed".into(), "recorded".into()],
        end: Some("/access/sessions/SES-10488/end".into()),
    };
    Lanes {
        hours: vec![("12.50%".into(), "07:00".into()), ("25.00%".into(), String::new())],
        now: "25.00%".into(),
        clock: "08:30".into(),
        stretch: "06:30 CET to 14:30 CET".into(),
        rows: vec![
            lane(
                "DCS-B01",
                "Window 07:00 to 10:00. Session from 07:24, running",
                vec![piece("window", "6.25%", "37.50%"), piece("session", "11.25%", "13.75%")],
            ),
            Lane {
                states: vec!["A. Keller".into(), "Held: waits for the attendant".into()],
                end: None,
                ..lane(
                    "PLC-B14",
                    "Window 08:00 to 09:00. Session from 08:20",
                    vec![
                        piece("window", "18.75%", "6.00%"),
                        piece("gone", "24.75%", "6.00%"),
                        piece("held", "20.00%", "4.00%"),
                        piece("beyond", "24.00%", "1.00%"),
                    ],
                )
            },
        ],
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let quiet = Now { inside: vec![], not_right: vec![], soon: vec![], ..now(lang) };
    let blind = Now { inside: vec![], not_right: vec![], soon: vec![], sources: vec![], blind: vec![], ..now(lang) };
    let drawn = Now { lanes: Some(lanes()), ..now(lang) };
    let wall = Now { wall: true, names: false, more: true, lanes: Some(lanes()), ..now(lang) };
    let emergency = Emergency {
        ui: ui(lang, "now"),
        form: Form::of([("minutes", "30"), ("called-back", "yes")]),
        systems: vec![Choice::new("PLC-B14", "PLC-B14 Lyophiliser 1")],
        people: vec![Choice::new("hv", "H. Voss, P-07 Nordlicht")],
        attendants: vec![Choice::new("ak", "A. Keller")],
        consequences: vec![
            rich("H. Voss may come in at once, for 30 min, attended by you."),
            rich("OT security and the site manager are told at once."),
            rich("Somebody looks at it within one business day."),
        ],
    };
    vec![
        ("now", html(&now(lang))),
        ("now-quiet", html(&quiet)),
        ("now-blind", html(&blind)),
        ("now-lanes", html(&drawn)),
        ("now-wall", html(&wall)),
        ("emergency", html(&emergency)),
    ]
    .into_iter()
    .chain(ends(lang))
    .collect()
}

/// A session that ends.
fn ended() -> Ended {
    Ended {
        item: Item::link("SES-10488", "/access/sessions/SES-10488"),
        person: "T. Reyes".into(),
        provider: Item::link("P-04 Brightmere", "/providers/P-04"),
        system: Item::link("HMI-B11", "/systems/HMI-B11"),
        env: Environment::Prod,
        site: None,
        since: "Mon 16 Nov 07:41 CET".into(),
        grant: Some(Item::link("GRA-2288", "/access/grants/GRA-2288")),
        notes: vec![],
        runs: vec!["file /opt/plc/line3.bin, 61 % done".into(), "a command: tail -f /var/log/bms".into()],
    }
}

/// A width of what ends, as a choice.
fn width(scope: &'static str, chosen: bool) -> Width {
    Width { scope, href: format!("/access/sessions/SES-10488/end?scope={scope}"), chosen }
}

/// A grant that goes without a session.
fn goes() -> Goes {
    Goes {
        item: Item::link("GRA-2291", "/access/grants/GRA-2291"),
        person: "D. Byrne".into(),
        system: Item::name("EMS-B23"),
        site: Some("Lorch".into()),
        state: "scheduled".into(),
        window: "Mon 16 Nov 09:00–09:45 CET".into(),
        note: "nobody is inside under it; it is taken away".into(),
    }
}

/// The end of one session.
fn end(lang: Lang) -> EndAccess {
    EndAccess {
        ui: ui(lang, "now"),
        reference: "SES-10488".into(),
        who: "T. Reyes, HMI-B11".into(),
        widths: vec![
            width("session", true),
            width("person", false),
            width("provider", false),
            width("everywhere", false),
        ],
        scope: "session",
        sessions: vec![ended()],
        grants: vec![],
        consequences: vec![rich("What runs goes on until the area says that its end is safe.")],
        beyond: vec![],
        cuts: true,
        hurry: true,
        blind: false,
        safe: true,
        confirms: false,
        form: Form::default().wrong("reason", "Say why in a few words."),
    }
}

/// Access that ends: of one session, everywhere, and nothing of it.
fn ends(lang: Lang) -> Vec<(&'static str, String)> {
    let (ended, end) = (ended(), end(lang));
    let typed = Ended {
        item: Item::name("SES-10490"),
        notes: vec!["Typed in: its end is entered.".into()],
        runs: vec![],
        grant: None,
        site: Some("Brunnfeld".into()),
        ..ended.clone()
    };
    let unseen = Ended { runs: vec!["What runs cannot be determined from here.".into()], ..ended };
    let goes = goes();
    let over = Goes {
        item: Item::link("GRA-2290", "/access/grants/GRA-2290"),
        state: "revoked".into(),
        note: "over already; somebody may still be inside by a certificate".into(),
        ..goes.clone()
    };
    let everywhere = EndAccess {
        who: "P-04 Brightmere".into(),
        widths: vec![width("session", false), width("everywhere", true)],
        scope: "everywhere",
        sessions: vec![unseen, typed],
        grants: vec![goes, over.clone()],
        beyond: vec![rich("Path LTE-3: call IT duty, ext. 4455.")],
        blind: true,
        form: Form::default(),
        ..end.clone()
    };
    let lingers = EndAccess {
        sessions: vec![],
        grants: vec![over],
        cuts: false,
        blind: true,
        safe: false,
        form: Form::default(),
        ..end.clone()
    };
    let nothing = EndAccess { sessions: vec![], grants: vec![], form: Form::default(), ..end.clone() };
    vec![
        ("end-session", html(&end)),
        ("end-everywhere", html(&everywhere)),
        ("end-lingers", html(&lingers)),
        ("end-nothing", html(&nothing)),
    ]
}
