//! Providers, the provider file, engagements, systems.

use plantgate_domain::base::{Environment, Grade, Level, Tier};
use plantgate_web::{
    page::{
        engagement::{AtSite, Beforehand, Clause, EngagementPage, Gate, InScope, May, Owed},
        provider::{
            Access, EngagementRow, Engagements, EntryRow, Evidence, Expected, Head, History, Observed, OrderStep,
            OurDuty, Overview, People, PersonRow, ProofRow,
        },
        providers::{ProviderRow, Providers},
    },
    view::{Bar, Choice, Counts, Form, Item, LogLine, Reason, Steps, Tab, WayBack, Why},
};
use plantgate_wire::words::{Lang, Rich};

use super::{at, change, chip, day, desk, html, list, nothing, plant, rich, ui};

fn areas() -> Vec<(String, String)> {
    let titles = [
        "Staffing",
        "Assurance",
        "Architecture",
        "Wireless",
        "Safety systems",
        "Configuration",
        "Remote access",
        "Events",
        "Accounts",
        "Malware",
        "Patches",
        "Backup",
    ];
    titles.iter().enumerate().map(|(i, t)| (format!("SP.{:02}", i + 1), (*t).to_owned())).collect()
}

fn bars(seed: u32) -> Vec<Bar> {
    areas()
        .into_iter()
        .zip(0u32..)
        .map(|((area, title), i)| {
            let (a, b) = ((i * 7 + seed * 3) % 5, (i * 5 + seed) % 4);
            let counts = if (3..5).contains(&i) && !seed.is_multiple_of(2) {
                Counts::default()
            } else {
                Counts {
                    strong: a,
                    adequate: b + 1,
                    weak: (i + seed) % 3,
                    missing: u32::from((i + seed).is_multiple_of(4)),
                    expired: u32::from((i + seed) % 9 == 1),
                    unknown: (i * seed) % 3,
                }
            };
            Bar { href: format!("/providers/P-04/evidence?area={area}"), area, title, counts }
        })
        .collect()
}

fn row(n: u32, name: &str, tier: Tier, standings: &[(Level, &str)], reason: &str) -> ProviderRow {
    ProviderRow {
        reference: format!("P-{n:02}"),
        name: name.into(),
        href: format!("/providers/P-{n:02}"),
        tier: Some(tier),
        provisional: n == 14,
        standings: standings.iter().map(|(l, s)| (*l, (*s).to_owned())).collect(),
        exiting: n == 12,
        qualified: (n != 14).then(|| day("2027-04-30")),
        reason: rich(reason),
        next: if n == 4 { "Review 12 Jan".into() } else { String::new() },
        areas: bars(n),
    }
}

fn providers(lang: Lang, numbers: bool) -> Providers {
    use Level::{Blocked, Good, Restricted, Watch};
    let rows = vec![
        row(
            8,
            "Qiaozhi Automation 桥智自动化",
            Tier::T1,
            &[(Blocked, "LIN")],
            "Account alive 9 days after its person left",
        ),
        row(
            4,
            "Brightmere Packaging Machines",
            Tier::T1,
            &[(Restricted, "BRU"), (Good, "LIN")],
            "F-0231 action 6 days late; user list Q3 missing",
        ),
        row(9, "Verdano Building Systems", Tier::T2, &[(Restricted, "BRU")], "User list Q3 missing, 46 days late"),
        row(3, "Halyard Safety Controls", Tier::T1, &[(Watch, "CED, BRU")], "Review 13 months old"),
        row(14, "Ardent Label Supply", Tier::T2, &[(Good, "LIN")], ""),
        row(12, "Pell & Ostrow Water Systems", Tier::T2, &[], "16 of 17 items verified, 1 account alive"),
        row(13, "Mosswick Facility Services", Tier::T3, &[(Good, "BRU")], ""),
    ];
    let mut around = list("/providers", rows.len());
    around.chips = vec![
        vec![
            chip("All", 7, true, None),
            chip("Blocked", 1, false, Some("blocked")),
            chip("Restricted", 2, false, Some("restricted")),
            chip("Watch", 1, false, Some("watch")),
            chip("Good", 3, false, Some("good")),
        ],
        vec![chip("T1", 3, false, None), chip("T2", 3, false, None), chip("T3", 1, false, None)],
    ];
    Providers { ui: ui(lang, "providers"), list: around, rows, numbers, areas: areas(), may_add: true }
}

fn head() -> Head {
    let tab = |key, path: &str, count| Tab { key, href: format!("/providers/P-09{path}"), count };
    Head {
        reference: "P-09".into(),
        name: "Verdano Building Systems".into(),
        site: "Brunnfeld".into(),
        level: Level::Restricted,
        exiting: false,
        elsewhere: vec![(Level::Good, "Linhe".into())],
        tier: Some(Tier::T2),
        tier_why: "limited remote access, one system".into(),
        may_order: "exception",
        qualified: Some(day("2027-08-31")),
        contract: Some(Item::link("MSA-0071", "/agreements/MSA-0071")),
        contract_ends: Some(day("2027-08-31")),
        next: Rich::from("Verdano uploads the Q3 user list, 46 days late. Asked: I. Campos, last seen Thu 12 Nov."),
        tabs: vec![
            tab("overview", "", None),
            tab("people", "/people", Some(5)),
            tab("engagements", "/engagements", Some(1)),
            tab("evidence", "/evidence", Some(38)),
            tab("access", "/access", None),
            tab("history", "/history", None),
        ],
    }
}

fn why() -> Why {
    Why {
        level: Level::Restricted,
        since: Some(at("2026-11-15T23:00:00Z")),
        reasons: vec![Reason {
            what: Rich::from("User list Q3 is missing, 46 days late."),
            meta: Rich::from("Asked under ")
                .object("MSA-0071", Some("/agreements/MSA-0071"))
                .text(" §6.2, due Thu 1 Oct 2026, notice sent 17 Sep. Seen 12 Nov, not started."),
            rule: "R-22".into(),
            source: Some(Item::link("REQ-0577", "/requests/REQ-0577")),
        }],
        beside: vec![],
        coming: vec![],
        uncounted: 1,
        computed: at("2026-11-16T07:30:00Z"),
        means: vec![
            rich("New planned access only attended, with a yes from OT security"),
            rich("No new engagement; renewal needs an exception"),
        ],
        back: vec![WayBack { what: rich("User list Q3 accepted"), who: "Verdano, then M. Okafor".into(), done: false }],
    }
}

fn engagement_row() -> EngagementRow {
    EngagementRow {
        item: Item::link("E-025", "/engagements/E-025"),
        name: "BMS care Brunnfeld".into(),
        level: Level::Restricted,
        tier: Some(Tier::T2),
        site: "Brunnfeld".into(),
        from: day("2025-09-01"),
        until: day("2027-08-31"),
        state: "active",
    }
}

fn overview(lang: Lang) -> Overview {
    Overview {
        ui: ui(lang, "providers"),
        head: head(),
        why: why(),
        expected: Expected { binding: 31, asked: 38, testable: 30, read: Some(day("2025-10-12")) },
        shown: Counts { strong: 9, adequate: 14, weak: 4, missing: 1, expired: 0, unknown: 10 },
        observed: Observed { sessions: Some(22), overruns: 0, referenced: Some(21) },
        areas: bars(9),
        steps: Steps::of(&[(Level::Good, 0.0, 0.45), (Level::Watch, 0.45, 0.96), (Level::Restricted, 0.96, 1.0)]),
        turns: vec![
            LogLine { at: at("2026-11-15T23:00:00Z"), text: rich("Restricted. Grace for the user list ended.") },
            LogLine { at: at("2026-10-01T22:00:00Z"), text: rich("Watch. User list Q3 due, not received.") },
        ],
        ours: vec![OurDuty {
            text: rich("Gateway recording is off in zone BZ7 since 29 Oct."),
            owner: "IT, P. Lindner".into(),
        }],
        people: (5, 4, 1),
        contacts: vec!["I. Campos".into()],
        engagements: vec![engagement_row()],
        order: vec![OrderStep {
            text: "Clear the standing".into(),
            who: "Verdano".into(),
            due: Some(day("2026-12-01")),
            refuses: true,
        }],
    }
}

fn tabs(lang: Lang) -> Vec<(&'static str, String)> {
    let person = person();
    let campos = campos(&person);
    let proof = proof();
    let restore = restore(&proof);
    let entry = entry();
    vec![
        (
            "provider-people",
            html(&People {
                ui: ui(lang, "providers"),
                head: head(),
                list: list("/providers/P-09/people", 2),
                asks: vec![super::people_ask::row("open")],
                may_ask: true,
                rows: vec![person, campos],
            }),
        ),
        (
            "provider-engagements",
            html(&Engagements { ui: ui(lang, "providers"), head: head(), rows: vec![engagement_row()] }),
        ),
        ("provider-engagements-none", html(&Engagements { ui: ui(lang, "providers"), head: head(), rows: vec![] })),
        (
            "provider-evidence",
            html(&Evidence {
                ui: ui(lang, "providers"),
                head: head(),
                list: list("/providers/P-09/evidence", 2),
                rows: vec![proof, restore],
            }),
        ),
        (
            "provider-access",
            html(&Access {
                ui: ui(lang, "providers"),
                head: head(),
                list: list("/providers/P-09/access", 1),
                rows: vec![entry],
            }),
        ),
        (
            "provider-access-none",
            html(&Access {
                ui: ui(lang, "providers"),
                head: head(),
                list: nothing("/providers/P-09/access"),
                rows: vec![],
            }),
        ),
        (
            "provider-history",
            html(&History {
                ui: ui(lang, "providers"),
                head: head(),
                list: list("/providers/P-09/history", 2),
                rows: desk::changes(),
            }),
        ),
    ]
}

fn campos(person: &PersonRow) -> PersonRow {
    PersonRow {
        name: "I. Campos".into(),
        work: "account contact".into(),
        contact: true,
        mfa: false,
        identity: None,
        last_used: None,
        training: None,
        ..person.clone()
    }
}

fn restore(proof: &ProofRow) -> ProofRow {
    ProofRow {
        requirement: "SP.12.03".into(),
        title: "restore test on BMS-B61".into(),
        grade: Grade::Unknown,
        late: 12,
        voluntary: true,
        does: None,
        item: Some(Item::link("EV-0611", "/evidence/items/EV-0611")),
        until: Some(day("2027-07-02")),
        ..proof.clone()
    }
}

fn entry() -> EntryRow {
    EntryRow {
        item: Item::link("AR-1187", "/access/requests/AR-1187"),
        person: "L. Ortega".into(),
        system: "BMS-B61".into(),
        role: "configure",
        at: at("2026-11-16T06:52:00Z"),
        family: "request",
        state: "refused",
    }
}

fn proof() -> ProofRow {
    ProofRow {
        requirement: "SP.09.04".into(),
        title: "accounts removed when no longer needed".into(),
        says: Some(Grade::Adequate),
        does: Some(Grade::Missing),
        grade: Grade::Missing,
        item: None,
        due: Some(day("2026-10-01")),
        until: None,
        late: 46,
        voluntary: false,
    }
}

fn person() -> PersonRow {
    PersonRow {
        name: "L. Ortega".into(),
        work: "service engineer".into(),
        state: "active",
        identity: Some(day("2026-12-31")),
        mfa: true,
        training: Some(day("2026-12-31")),
        last_used: Some(day("2026-11-12")),
        contact: false,
    }
}

fn owed(title: &str, grade: Grade) -> Owed {
    Owed {
        reference: "OB-0101".into(),
        title: title.into(),
        every: "quarterly",
        why: rich("T2: somebody holds an account"),
        grade,
        due: Some(day("2026-10-01")),
    }
}

fn clauses() -> Vec<Clause> {
    vec![
        Clause {
            number: "MSA-0071 §6.2".into(),
            text: "User list within 1 day of quarter end.".into(),
            testable: true,
            binding: true,
        },
        Clause {
            number: "MSA-0071 §6.7".into(),
            text: "Appropriate care for backups.".into(),
            testable: false,
            binding: false,
        },
    ]
}

fn approved_beforehand() -> Beforehand {
    Beforehand {
        number: 1,
        system: Item::link("BMS-B61", "/systems/BMS-B61"),
        what: "view, configure; through the gateway, unattended; at most 2 h".into(),
        when: "Mon, Tue 06:00–18:00 (Europe/Berlin), to Thu 31 Dec 2026".into(),
        state: "waits",
        waits: rich("1 of 2 functions have agreed; OT security has not."),
        by: vec!["A. Keller, control engineer, Mon 16 Nov 08:30 CET".into()],
        may_agree: true,
        may_withdraw: true,
    }
}

fn engagement(lang: Lang) -> EngagementPage {
    let gate = |key: &str, state, text: &str| Gate { key: key.into(), state, text: rich(text), rule: "R-01".into() };
    let scoped = |state, by: &str| InScope {
        system: Item::link("BMS-B61", "/systems/BMS-B61"),
        name: "Building management".into(),
        env: Some(Environment::Prod),
        zone: "BZ7".into(),
        site: "Brunnfeld".into(),
        roles: vec!["view", "collect", "configure"],
        conduits: vec!["BZ5–BZ4".into(), "BZ4–BZ7".into()],
        days: (None, Some(day("2026-12-31"))),
        state,
        by: by.into(),
        may_approve: state == "proposed",
        may_end: state == "approved",
    };
    EngagementPage {
        ui: ui(lang, "providers"),
        reference: "E-025".into(),
        version: 7,
        name: "BMS care Brunnfeld".into(),
        provider: Item::link("P-09 Verdano", "/providers/P-09"),
        agreement: Some(Item::name("MSA-0071")),
        owner: Some("B. Stahl".into()),
        state: "waiting",
        from: day("2025-09-01"),
        until: day("2027-08-31"),
        in_use: Some(at("2027-01-31T23:00:00Z")),
        kind: "service",
        phases: vec!["operate"],
        activities: vec!["maintenance", "remote-support"],
        places: vec![AtSite {
            site: "Brunnfeld".into(),
            reference: "BRU".into(),
            level: Level::Restricted,
            tier: Some(Tier::T2),
            provisional: true,
            because: vec![rich("limited access"), rich("nobody said which way in is used")],
            since: Some(at("2025-08-28T09:00:00Z")),
            transition: Some(at("2026-11-28T09:00:00Z")),
            overridden: true,
            may_state: true,
        }],
        next: rich("Verdano uploads the Q3 user list."),
        scope: vec![scoped("proposed", "R. Adeyemi"), scoped("approved", "")],
        patterns: Some(vec!["gateway-unattended", "gateway-attended"]),
        methods: vec!["gateway-attended"],
        owed: vec![owed("User list", Grade::Missing), owed("Incident contact test", Grade::Adequate)],
        gates: vec![
            gate("qualification", "passed", "T2 until 31 Aug 2027"),
            gate("responsibilities", "passed", "attested 28 Aug 2025"),
            gate("information", "unknown", "no document named"),
        ],
        clauses: clauses(),
        beforehand: vec![approved_beforehand()],
        may: May { attest: true, activate: true, keep: true, propose: true, send: true, approve: true },
        seconds: vec![Choice::new("V-03", "R. Adeyemi, procurement")],
        attestations: vec![Choice::new("responsibilities", "Responsibilities")],
        ways: vec!["gateway-attended", "on-site"],
        form: Form::default(),
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let good = Overview {
        head: Head { level: Level::Good, next: rich(""), ..head() },
        why: Why {
            level: Level::Good,
            since: None,
            reasons: vec![],
            means: vec![],
            back: vec![],
            beside: vec![],
            coming: vec![],
            uncounted: 0,
            ..why()
        },
        ours: vec![],
        observed: Observed::default(),
        ..overview(lang)
    };
    let none = Providers { rows: vec![], list: nothing("/providers"), ..providers(lang, false) };
    let unmatched = Providers { rows: vec![], ..providers(lang, false) };
    [
        vec![
            ("providers", html(&providers(lang, false))),
            ("providers-numbers", html(&providers(lang, true))),
            ("providers-none", html(&none)),
            ("providers-no-match", html(&unmatched)),
            ("provider", html(&overview(lang))),
            ("provider-good", html(&good)),
            ("engagement", html(&engagement(lang))),
        ],
        tabs(lang),
        change::all(lang),
        plant::systems(lang),
    ]
    .concat()
}
