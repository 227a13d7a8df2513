//! Story A-25: asked unattended, refused with a way out, asked attended, approved, open, over.

use plantgate_domain::{
    base::{Environment, Tier},
    event::permit::{Outcome, Verdict},
};
use plantgate_web::{
    page::{
        access::{ChecksFragment, Decide, Repeat, RequestForm, RequestPage, RequestRow, Requests, Same},
        emergencies::{CauseRow, Emergencies, EmergencyRow},
        grants::{Certificates, GrantPage, GrantRow, Grants, SessionLine, ShiftLine, Shifts},
    },
    view::{Act, Check, Checks, Choice, Form, Item, Judged, LogLine, Ui},
};
use plantgate_wire::words::Lang;

use super::{at, html, list, nothing, portal_ui, rich, ui, window};

pub fn checks(verdict: Judged) -> Checks {
    use Outcome::{DoesNotApply, NotJudgedHere, NotPassed, Passed, Unknown, Warning};
    let refused = verdict == Some(Verdict::AttendedOffered);
    let rows: [(&str, Outcome, &str, &str); 21] = [
        ("named-person", Passed, "L. Ortega.", "R-17"),
        ("no-hold", Passed, "", "R-15"),
        ("engagement-active", Passed, "E-025 BMS care Brunnfeld, to 31 Aug 2027.", "R-05"),
        ("system-in-scope", Passed, "BMS-B61.", "R-05"),
        ("environment-in-scope", Passed, "Production.", "R-05"),
        ("role-in-scope", Passed, "Configure.", "R-05"),
        ("conduits-in-scope", Passed, "BZ5–BZ4–BZ7.", "R-05"),
        (
            "standing-allows",
            if refused { NotPassed } else { Passed },
            "Restricted at Brunnfeld since 16 Nov: user list Q3 is 46 days late. \
             Passes attended with a yes from OT security, or when standing is Good again.",
            "R-24",
        ),
        ("identity-verified", Passed, "Checked, valid to 31 Dec 2026.", "R-17"),
        ("mfa", Passed, "Authenticator app.", "R-17"),
        ("trainings-valid", Warning, "Site rules 2026 end 31 Dec 2026.", "R-15"),
        ("purpose-given", Passed, "Maintain.", "R-15"),
        ("reference", Passed, "MOC-2026-0713, approved, 13:00–17:00 CET.", "R-15"),
        ("pattern-allowed", Passed, "Gateway, allowed in BZ7.", "R-15"),
        ("responsibilities-current", NotJudgedHere, "Observed only at this site.", "R-08"),
        ("window-agreed", Passed, "No freeze.", "R-16"),
        ("compensation-complete", DoesNotApply, "BMS-B61 has no limit.", "R-21"),
        ("length-within-cap", Passed, "2 h of 24 h.", "R-16"),
        ("attendant-named", if refused { Unknown } else { DoesNotApply }, "Nobody is named.", "R-20"),
        ("approver-separate", NotJudgedHere, "Judged at approval.", "R-13"),
        ("approvals-enough", NotJudgedHere, "Judged at approval.", "R-13"),
    ];
    let checks = rows.iter().zip(1..).map(|((key, state, text, rule), number)| Check {
        number,
        key: (*key).into(),
        state: *state,
        text: rich(text),
        rule: (*rule).into(),
    });
    let granted = verdict == Some(Verdict::Granted);
    let beforehand = granted.then(|| "Would be granted at once: approved beforehand by A. Keller.".to_owned());
    Checks { verdict, checks: checks.collect(), beforehand }
}

fn form(lang: Lang, portal: bool, form: Form, verdict: Judged) -> RequestForm {
    let ui = if portal { portal_ui(lang, "my-access", "L. Ortega") } else { ui(lang, "access") };
    RequestForm {
        ui,
        form,
        engagements: vec![Choice::new("E-025", "E-025 BMS care Brunnfeld")],
        people: if portal { vec![] } else { vec![Choice::new("lo", "L. Ortega")] },
        systems: vec![Choice::new("BMS-B61", "BMS-B61 Building management")],
        purposes: vec!["troubleshoot", "upgrade", "collect", "monitor", "maintain"],
        roles: vec!["view", "collect", "configure"],
        patterns: vec!["gateway-unattended", "gateway-attended", "on-site"],
        attendants: if portal { vec![] } else { vec![Choice::new("ak", "A. Keller")] },
        understood: Some("Mon 16 Nov 2026 14:00–16:00 CET (UTC+1), 2 h".into()),
        offers: if portal {
            vec![Item::link("AR-1180: BMS-B61, maintain, 2 h", "/access/new?repeat=AR-1180")]
        } else {
            vec![]
        },
        repeats: (!portal).then(|| Item::link("AR-1180", "/access/requests/AR-1180")),
        lost: if portal { vec![] } else { vec![rich("The rules have changed since: version 1 then, version 2 now.")] },
        checks: checks(verdict),
    }
}

fn same() -> Same {
    Same {
        text: "The same as AR-1180, approved by A. Keller on Mon 2 Nov 08:30 CET, but:".into(),
        differs: vec!["Length: 2 h then, 3 h now".into()],
        earlier: Some(Item::link("AR-1180", "/access/requests/AR-1180")),
    }
}

fn request(ui: Ui, state: &'static str) -> RequestPage {
    let shut = matches!(state, "refused" | "denied");
    RequestPage {
        ui,
        reference: "AR-1187".into(),
        system: Item::link("BMS-B61", "/systems/BMS-B61"),
        system_name: "Building management".into(),
        env: Environment::Prod,
        state,
        person: "L. Ortega".into(),
        provider: Item::link("Verdano", "/providers/P-09"),
        asked: at("2026-11-16T06:52:00Z"),
        window: Some(window("2026-11-16T13:00:00Z", "2026-11-16T15:00:00Z")),
        shifts: (!shut).then(|| "19 shifts, 22:00–06:00, Mon 16 Nov to Fri 4 Dec (Europe/Berlin)".into()),
        purpose: "maintain",
        roles: vec!["configure"],
        pattern: "gateway-unattended",
        change: Some(Item::name("MOC-2026-0713")),
        note: "Update schedules of the air handling.".into(),
        decided: shut.then(|| (at("2026-11-16T06:52:00Z"), "by rule, nobody was asked".into())),
        next: rich("A. Keller and OT security decide."),
        ways_shut: vec![(
            rich("Verdano is Restricted at Brunnfeld: user list Q3 is 46 days late."),
            rich(
                "While Restricted, planned work needs an attendant and a yes from OT security. \
                 This request has neither.",
            ),
            "R-24".into(),
        )],
        attended: shut.then(|| {
            (
                "Same request, two people are asked: A. Keller to attend, M. Okafor to agree.".into(),
                Repeat {
                    action: "/access/requests".into(),
                    fields: vec![("repeat".into(), "AR-1187".into()), ("pattern".into(), "gateway-attended".into())],
                },
            )
        }),
        others: vec![
            Act {
                title: "Remove the cause".into(),
                text: "You or I. Campos can upload the user list.".into(),
                go: Item::link("Upload the list", "/owe/REQ-0577/upload"),
            },
            Act {
                title: "Line down now?".into(),
                text: "Only Brunnfeld can open emergency access: shift lead, ext. 4412.".into(),
                go: Item::name(""),
            },
        ],
        checks: checks(if shut { Some(Verdict::AttendedOffered) } else { Some(Verdict::Granted) }),
        approvals: vec![("A. Keller, control engineer".into(), "passed"), ("OT security".into(), "unknown")],
        signatures: vec![super::sign::stands()],
        grant: None,
        log: vec![LogLine { at: at("2026-11-16T06:52:00Z"), text: rich("Asked by L. Ortega.") }],
        beforehand: (state == "approved").then(|| rich("Approved beforehand, number 1 of E-025: nobody was asked.")),
        repeats: (!shut).then(same),
        repeat: Some((if shut { "request-change" } else { "request-same" }, "/access/new?repeat=AR-1187".into())),
        may_decide: !shut,
        may_withdraw: !shut,
    }
}

fn grant(lang: Lang, state: &'static str, from: &str, until: &str) -> GrantPage {
    let over = state == "ended";
    let session = SessionLine {
        item: Item::link("SES-10488", "/access/sessions/SES-10488"),
        from: at("2026-11-16T07:02:00Z"),
        until: None,
        source: "gateway GW-B41".into(),
    };
    GrantPage {
        ui: ui(lang, "access"),
        reference: "GRA-2301".into(),
        person: "L. Ortega".into(),
        provider: Item::link("P-09 Verdano", "/providers/P-09"),
        system: Item::link("BMS-B61", "/systems/BMS-B61"),
        env: Environment::Prod,
        roles: vec!["view", "configure"],
        pattern: "gateway-attended",
        window: window(from, until),
        shifts: if state == "scheduled" { shifts() } else { Shifts::default() },
        state,
        end_mode: "safe-end",
        attendant: (!over).then(|| "A. Keller".into()),
        by_code: over,
        approved: vec![("A. Keller".into(), at("2026-11-16T06:58:00Z"))],
        beforehand: over.then(|| rich("Approved beforehand, number 1 of E-025.")),
        steps: if over {
            vec![]
        } else {
            vec![
                ("A work permit".into(), Some(rich("D. Weber, 16 Nov 2026 07:58 WP-118"))),
                ("A second person of ours".into(), None),
            ]
        },
        request: Item::link("AR-1188", "/access/requests/AR-1188"),
        change: Some(Item::name("MOC-2026-0713")),
        sessions: if over { vec![] } else { vec![session] },
        next: rich(if over { "" } else { "It ends by itself." }),
        log: vec![LogLine { at: at("2026-11-16T06:58:00Z"), text: rich("Approved by A. Keller.") }],
        may_revoke: !over,
        may_cut: over,
        may_extend: !over,
        review: over.then(|| at("2026-11-17T23:00:00Z")),
        causes: vec![Choice::new("", "Choose …"), Choice::new("equipment", "equipment")],
        attendants: if over { vec![] } else { vec![Choice::new("ak", "A. Keller")] },
        form: Form::default(),
        revoke: vec![
            rich("No new session is possible."),
            rich("The running session goes to its safe end; the area confirms it."),
        ],
        certificates: (!over).then(|| Certificates {
            keys: vec![Choice::new("SHA256:s4N2vpn8OzXW1zguKHgmfwI9yocTQe6DmfXh1HZYz9o", "SHA256:s4N2vpn8OzXW1zguKHg")],
            good: vec![("4503599627370495".into(), at("2026-11-16T07:40:00Z"))],
        }),
    }
}

fn shifts() -> Shifts {
    let states = ["over", "waits", "comes"].into_iter().zip(1..);
    let line = |(state, number)| ShiftLine {
        number,
        window: window("2026-11-16T13:00:00Z", "2026-11-16T15:00:00Z"),
        state,
        by: (state == "over").then(|| "confirmed by A. Keller, control engineer, Mon 16 Nov 13:50 CET".into()),
    };
    let confirm = Some((2, window("2026-11-16T13:00:00Z", "2026-11-16T15:00:00Z")));
    Shifts { lines: states.map(line).collect(), confirm }
}

fn emergencies(lang: Lang, many: bool) -> String {
    let row = |reviewed: bool| EmergencyRow {
        grant: Item::link("GRA-2301", "/access/grants/GRA-2301"),
        person: "L. Ortega".into(),
        provider: Item::link("P-09 Verdano", "/providers/P-09"),
        system: Item::link("BMS-B61", "/systems/BMS-B61"),
        site: "Brunnfeld".into(),
        opened: at("2026-11-16T02:10:00Z"),
        until: at("2026-11-16T04:10:00Z"),
        reviewed: reviewed.then(|| at("2026-11-16T10:00:00Z")),
        due: Some(at("2026-11-17T23:00:00Z")),
        cause: reviewed.then_some("equipment"),
        zone: "Europe/Berlin".parse().unwrap(),
    };
    let rows = if many { vec![row(true), row(false)] } else { Vec::new() };
    let list = if many { list("/access/emergencies", 2) } else { nothing("/access/emergencies") };
    let cause = |text: &str, counts| CauseRow { text: text.into(), counts };
    html(&Emergencies {
        ui: ui(lang, "access"),
        list,
        rows,
        causes: if many { vec![cause("equipment", [1, 3, 7]), cause("not said yet", [1, 1, 1])] } else { Vec::new() },
        crowded: if many { vec![Item::link("Brunnfeld: 4", "/sites/BRU")] } else { Vec::new() },
        periods: [30, 90, 365],
    })
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let filled = || {
        Form::of([
            ("engagement", "E-025"),
            ("system", "BMS-B61"),
            ("purpose", "maintain"),
            ("role", "configure"),
            ("pattern", "gateway-unattended"),
            ("window", "fixed"),
            ("from", "2026-11-16T14:00"),
            ("until", "2026-11-16T16:00"),
            ("reference", "MOC-2026-0713"),
        ])
    };
    let wrong = filled().wrong("until", "The window ends before it begins. End it after 14:00.");
    vec![
        (
            "requests",
            html(&Requests {
                ui: ui(lang, "access"),
                list: list("/access", 4),
                rows: vec![
                    request_row("awaiting-approval"),
                    request_row("refused"),
                    request_row("approved"),
                    request_row("lapsed"),
                ],
                may_request: true,
            }),
        ),
        ("emergencies", emergencies(lang, true)),
        ("emergencies-none", emergencies(lang, false)),
        (
            "requests-none",
            html(&Requests { ui: ui(lang, "access"), list: nothing("/access"), rows: vec![], may_request: true }),
        ),
        ("request-form", html(&form(lang, false, filled(), Some(Verdict::AttendedOffered)))),
        ("request-form-wrong", html(&form(lang, false, wrong, None))),
        ("request-form-portal", html(&form(lang, true, filled(), Some(Verdict::AttendedOffered)))),
        ("checks-fragment", html(&ChecksFragment { ui: ui(lang, "access"), checks: checks(Some(Verdict::Granted)) })),
        ("refusal", html(&request(portal_ui(lang, "my-access", "L. Ortega"), "refused"))),
        ("request-waiting", html(&request(ui(lang, "access"), "awaiting-approval"))),
        ("request-denied", html(&request(ui(lang, "access"), "denied"))),
        ("decide-approve", html(&decide("approve", ui(lang, "access")))),
        ("decide-deny", html(&decide("deny", ui(lang, "access")))),
        (
            "grants",
            html(&Grants {
                ui: ui(lang, "access"),
                list: list("/access/grants", 2),
                rows: vec![grant_row("open", "2026-11-16T07:00:00Z"), grant_row("scheduled", "2026-11-16T13:00:00Z")],
            }),
        ),
        ("grants-none", html(&Grants { ui: ui(lang, "access"), list: nothing("/access/grants"), rows: vec![] })),
        ("grant-open", html(&grant(lang, "open", "2026-11-16T07:00:00Z", "2026-11-16T09:00:00Z"))),
        ("grant-scheduled", html(&grant(lang, "scheduled", "2026-11-16T13:00:00Z", "2026-11-16T15:00:00Z"))),
        ("grant-ended", html(&grant(lang, "ended", "2026-11-16T05:00:00Z", "2026-11-16T07:00:00Z"))),
    ]
}

fn decide(act: &'static str, ui: Ui) -> Decide {
    Decide {
        ui,
        reference: "AR-1188".into(),
        person: "L. Ortega".into(),
        provider: Item::link("P-09 Verdano", "/providers/P-09"),
        system: "BMS-B61".into(),
        env: Environment::Prod,
        tier: Some(Tier::T2),
        window: None,
        shifts: None,
        roles: vec!["configure"],
        change: Some(Item::name("MOC-2026-0713")),
        repeats: Some(same()),
        act,
        consequences: vec![
            rich("L. Ortega may come in 14:00–16:00 CET, attended by A. Keller."),
            rich("It ends by itself at 16:00 CET."),
        ],
        power: rich("You may: control engineer of Brunnfeld, you did not ask."),
        form: Form::default(),
        attendants: vec![Choice::new("ak", "A. Keller")],
        checks: checks(Some(Verdict::Granted)),
    }
}

fn grant_row(state: &'static str, from: &str) -> GrantRow {
    GrantRow {
        item: Item::link("GRA-2301", "/access/grants/GRA-2301"),
        person: "L. Ortega".into(),
        provider: Item::link("P-09 Verdano", "/providers/P-09"),
        system: "BMS-B61".into(),
        env: Environment::Prod,
        role: "configure",
        window: window(from, "2026-11-16T15:00:00Z"),
        state,
    }
}

fn request_row(state: &'static str) -> RequestRow {
    RequestRow {
        item: Item::link("AR-1187", "/access/requests/AR-1187"),
        person: "L. Ortega".into(),
        provider: Item::link("P-09 Verdano", "/providers/P-09"),
        system: "BMS-B61".into(),
        env: Environment::Prod,
        role: "configure",
        purpose: "maintain",
        window: Some(window("2026-11-16T13:00:00Z", "2026-11-16T15:00:00Z")),
        state,
        with: "A. Keller, OT security".into(),
    }
}
