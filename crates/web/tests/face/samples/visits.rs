//! Samples: a visit from the gate to its closing, and the logbook, from our side and from a provider's.

use plantgate_domain::base::ZoneName;
use plantgate_web::{
    page::{
        logbook::{Line, Logbook, NewLine},
        visits::{
            Closing, DeviceRow, NewState, NewVisit, Presence, Said, StateRow, SystemRow, VisitPage, VisitRow, Visits,
            Who,
        },
    },
    view::{Choice, Form, Item},
};
use plantgate_wire::words::Lang;

use super::{at, html, list, nothing, portal_ui, ui, window};

fn zone() -> ZoneName {
    "Europe/Brussels".parse().unwrap()
}
fn verdano() -> Item {
    Item::link("P-09 Verdano Building Controls", "/providers/P-09")
}
fn bms() -> Item {
    Item::link("BMS-B61 Building management", "/systems/BMS-B61")
}

fn row(state: &'static str, presence: &'static str) -> VisitRow {
    VisitRow {
        item: Item::link("VIS-0012", "/visits/VIS-0012"),
        provider: verdano(),
        site: "Brunnfeld".into(),
        state,
        arrived: (state != "announced").then(|| at("2026-11-16T07:30:00Z")),
        left: (state == "left").then(|| at("2026-11-16T11:02:00Z")),
        planned: Some(window("2026-11-16T07:00:00Z", "2026-11-16T12:00:00Z")),
        late: state == "left",
        presence,
        people: 2,
        systems: "BMS-B61, HVAC-B12".into(),
        zone: zone(),
    }
}

fn said(late: bool, stands: bool) -> Said {
    let (at_, recorded) = (at("2026-11-16T07:30:00Z"), at("2026-11-16T09:10:00Z"));
    Said { at: at_, recorded, late, by: "D. Weber".into(), stands }
}

fn device(n: usize, admission: &'static str, says: &str) -> DeviceRow {
    DeviceRow {
        n,
        kind: if n == 2 { "media" } else { "laptop" },
        label: "ThinkPad 9, asset 4711".into(),
        admission,
        says: says.into(),
        before: vec!["D. Weber, 07:41: checked, clean".into()],
        connected: vec!["BMS-B61, 07:55".into()],
    }
}

fn state(text: &str) -> StateRow {
    let file = Some(Item::link("panel.jpg", "/visits/VIS-0012/state/1"));
    StateRow { said: said(false, true), text: text.into(), file }
}

/// One whose people are here, one whose people went, one that is closed, one as a provider reads it.
fn visit(lang: Lang, which: &str) -> VisitPage {
    let (here, gone, theirs) = (which == "here", which == "gone", which == "theirs");
    let open = here || gone;
    VisitPage {
        ui: if theirs { portal_ui(lang, "our-visits", "Lucía Ortega") } else { ui(lang, "access") },
        reference: "VIS-0012".into(),
        state: match which {
            "here" => "on-site",
            "gone" => "left",
            _ => "recorded",
        },
        provider: verdano(),
        site: "Brunnfeld".into(),
        engagement: Some(Item::link("E-025", "/engagements/E-025")),
        planned: Some(window("2026-11-16T07:00:00Z", "2026-11-16T12:00:00Z")),
        purpose: "Trend of the chiller".into(),
        arrived: vec![said(false, false), said(true, true)],
        left: if here { vec![] } else { vec![said(false, true)] },
        people: vec![
            Who { item: Item::link("Lucía Ortega", "/admin/users/P09-02"), note: String::new() },
            Who { item: Item::name("Pat Fitter"), note: "Nobody here knows this person.".into() },
        ],
        attendant: Some("D. Weber".into()),
        deputy: Some("A. Novák".into()),
        presence: here.then(|| Presence {
            word: "deputy",
            says: "A check-in was missed: the deputy is called.".into(),
            due: Some(at("2026-11-16T08:30:00Z")),
        }),
        devices: vec![
            device(1, "clean", "May be connected. D. Weber checked it."),
            device(2, "unchecked", "Must not be connected: nobody has checked it."),
        ],
        systems: vec![SystemRow {
            reference: "BMS-B61".into(),
            item: bms(),
            found: vec![state("Running, two alarms older than a day.")],
            left: if open { vec![] } else { vec![state("Running, alarms acknowledged.")] },
        }],
        missing: if open { vec!["How BMS-B61 was left.".into()] } else { vec![] },
        closing: (!open)
            .then(|| Closing { said: said(false, true), reason: "Nobody noted how HVAC-B12 was left.".into() }),
        lines: vec![Item::link("SES-0031", "/access/sessions/SES-0031")],
        may: open,
        theirs,
        form: if gone { Form::default().wrong("reason", "Say why it stays open.") } else { Form::default() },
    }
}

fn line(late: bool) -> Line {
    Line {
        item: Item::link("SES-0031", "/access/sessions/SES-0031"),
        system: bms(),
        person: "Lucía Ortega".into(),
        provider: Some(verdano()),
        from: at("2026-11-16T07:55:00Z"),
        until: (!late).then(|| at("2026-11-16T10:40:00Z")),
        recorded: at("2026-11-17T06:12:00Z"),
        late,
        way: Some("on-site"),
        attendant: "D. Weber".into(),
        work: "Trend read, <b>nothing</b> changed.".into(),
        source: if late { "told" } else { "gateway" },
        by: "D. Weber".into(),
        second: if late { "nobody" } else { "none" },
        state: if late { "running" } else { "ended" },
        corrected_by: late.then(|| Item::link("SES-0032", "/access/sessions/SES-0032")),
        corrects: None,
        may_correct: late,
        zone: zone(),
    }
}

fn new_visit(lang: Lang, chosen: bool) -> NewVisit {
    let some = |name: &str| if chosen { vec![Choice::new("1", name)] } else { Vec::new() };
    let right = Form::of([("attendant", "1"), ("when", "now")]);
    NewVisit {
        ui: ui(lang, "access"),
        site: "Brunnfeld".into(),
        providers: if chosen { Vec::new() } else { vec![Item::link("P-09 Verdano", "/visits/new?provider=P-09")] },
        provider: chosen.then(verdano),
        reference: if chosen { "P-09".into() } else { String::new() },
        people: some("Lucía Ortega"),
        systems: some("BMS-B61 Building management"),
        engagements: some("E-025 BMS care"),
        attendants: some("D. Weber"),
        form: if chosen { right.wrong("people", "Say who comes.") } else { right },
    }
}

fn new_line(lang: Lang, corrects: bool) -> NewLine {
    NewLine {
        ui: ui(lang, "access"),
        quick: vec![Item::link("Lucía Ortega on BMS-B61", "/logbook/new?instance=BMS-B61")],
        systems: vec![Choice::new("BMS-B61", "BMS-B61 Building management")],
        people: vec![Choice::new("P09-02", "Lucía Ortega")],
        ways: vec![Choice::new("on-site", "on site")],
        attendants: vec![Choice::new("N-109", "D. Weber")],
        corrects: corrects.then(|| line(true)),
        form: Form::of([("instance", "BMS-B61")]).wrong("work", "Say what was done."),
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let rows = vec![row("announced", "present"), row("on-site", "shift-lead"), row("left", "present")];
    let visits = |path: &str, rows: Vec<VisitRow>, theirs: bool| {
        let list = if rows.is_empty() { nothing(path) } else { list(path, rows.len()) };
        let ui = if theirs { portal_ui(lang, "our-visits", "Lucía Ortega") } else { ui(lang, "access") };
        html(&Visits { ui, list, rows, may: !theirs, theirs })
    };
    let logbook = |rows: Vec<Line>, theirs: bool| {
        let list = if rows.is_empty() { nothing("/logbook") } else { list("/logbook", rows.len()) };
        let ui = if theirs { portal_ui(lang, "our-logbook", "Lucía Ortega") } else { ui(lang, "access") };
        html(&Logbook { ui, list, rows, may: !theirs, theirs })
    };
    let systems = vec![Choice::new("BMS-B61", "BMS-B61 Building management")];
    let state = NewState {
        ui: ui(lang, "access"),
        visit: "VIS-0012".into(),
        systems,
        limit: "200 MiB".into(),
        form: Form::default().wrong("text", "Say how it was found."),
    };
    vec![
        ("visits", visits("/visits", rows.clone(), false)),
        ("visits-none", visits("/visits", Vec::new(), false)),
        ("our-visits", visits("/our-visits", rows, true)),
        ("visit", html(&visit(lang, "here"))),
        ("visit-gone", html(&visit(lang, "gone"))),
        ("visit-recorded", html(&visit(lang, "recorded"))),
        ("our-visit", html(&visit(lang, "theirs"))),
        ("visit-new", html(&new_visit(lang, false))),
        ("visit-new-of", html(&new_visit(lang, true))),
        ("visit-state", html(&state)),
        ("logbook", logbook(vec![line(true), line(false)], false)),
        ("logbook-none", logbook(Vec::new(), false)),
        ("our-logbook", logbook(vec![line(false)], true)),
        ("logbook-new", html(&new_line(lang, false))),
        ("logbook-corrects", html(&new_line(lang, true))),
    ]
}
