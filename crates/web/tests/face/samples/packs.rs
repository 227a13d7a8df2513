//! Audit packs, as they are made, listed and taken away; one site on one page.

use plantgate_web::{
    page::{
        packs::{
            Counting, Interrupted, Makers, OrderLine, Outline, PackLine, PackMadePage, PackMaking, PackNew, Packs,
        },
        site_report::{Block, Count, Sheet, SiteReportPage},
    },
    view::{Choice, Form, Item},
};
use plantgate_wire::words::Lang;

use super::{at, html, ui};

const ORDER: &str = "0198c0de-0000-7000-8000-00000000a25a";
const SHA: &str = "9f2c4b7ad01e5836c4f7b29a0d3e61f85c7a924be0d1638f5a7c2e4b9d06f183";

fn makers(may: bool) -> Makers {
    Makers { may, roles: "OT security".into(), people: vec!["M. Okafor".into(), "R. Adeyemi".into()] }
}

fn line(entry: u64, about: &str) -> PackLine {
    PackLine {
        entry,
        at: at("2026-11-13T09:12:00Z"),
        who: "M. Okafor".into(),
        about: vec![about.into()],
        covers: "these objects, at 1,842 entries".into(),
        counts: "214 entries, 12 private values disclosed, 3 evidence files".into(),
        sha256: SHA.into(),
        short: SHA[..12].into(),
        reason: "Inspection of 18 November".into(),
    }
}

fn list(lang: Lang, rows: Vec<PackLine>, more: usize, may: bool) -> Packs {
    Packs { ui: ui(lang, "packs"), orders: vec![], rows, more, makers: makers(may) }
}

/// The list of somebody who ordered two more: one is under way, one was interrupted.
fn ordered(lang: Lang) -> Packs {
    let order = |state, count: Option<&str>| OrderLine {
        href: format!("/packs/making/{ORDER}"),
        begun: at("2026-11-16T07:12:00Z"),
        state,
        step: "taking",
        count: count.map(Into::into),
    };
    let orders = vec![order("running", Some("Taking 12 of 40 files")), order("interrupted", None)];
    Packs { orders, ..list(lang, vec![line(1843, "provider P-09")], 0, true) }
}

fn new(lang: Lang, form: Form, outline: Option<Outline>, may: bool) -> PackNew {
    PackNew {
        ui: ui(lang, "packs"),
        form,
        outline,
        makers: makers(may),
        providers: vec![Choice::new("P-09", "P-09 Verdano")],
        engagements: vec![Choice::new("E-025", "E-025 BMS care Brunnfeld")],
        sites: vec![Choice::new("BRU", "Brunnfeld")],
        disclose: vec![Choice::new("nothing", "Nothing"), Choice::new("names", "Names of people")],
        languages: vec![Choice::new("en", "English"), Choice::new("de", "Deutsch")],
    }
}

fn outline() -> Outline {
    Outline {
        inside: vec!["214 entries of P-09, each with its proof".into()],
        outside: vec!["12 private values: their commitments are inside, not the values.".into()],
        filled: vec![("provider".into(), "P-09".into()), ("reason".into(), "Inspection".into())],
    }
}

fn made(lang: Lang, file: Option<&str>, again: bool) -> PackMadePage {
    PackMadePage {
        ui: ui(lang, "packs"),
        row: line(1843, "provider P-09"),
        form: Form::default(),
        makers: makers(true),
        file: file.map(Into::into),
        again,
        history: "/history/organisation/VLC".into(),
    }
}

fn making(lang: Lang, running: bool, stopped: Option<&str>) -> PackMaking {
    let is = if running { ["done", "now", "open", "open"] } else { ["open"; 4] };
    let steps = ["taking", "setting", "sealing", "recording"].into_iter().zip(is).collect();
    PackMaking {
        ui: ui(lang, "packs"),
        id: ORDER.to_owned(),
        steps,
        running,
        elsewhere: false,
        count: None,
        stopped: stopped.map(Into::into),
        cancelled: !running && stopped.is_none(),
        interrupted: None,
    }
}

/// One that another server is at, with what it counts.
fn counted(lang: Lang) -> PackMaking {
    let words = ui(lang, "packs").word("packs-counting", "files").n("done", 12_u64).n("total", 40_u64).to_string();
    PackMaking {
        elsewhere: true,
        count: Some(Counting { words, done: 12, total: 40 }),
        steps: vec![("taking", "now"), ("setting", "open"), ("sealing", "open"), ("recording", "open")],
        ..making(lang, true, None)
    }
}

/// One that nobody is at any more.
fn interrupted(lang: Lang, stopped: Option<&str>, recorded: Option<u64>) -> PackMaking {
    let interrupted = Some(Interrupted { begun: at("2026-11-16T07:12:00Z"), step: "recording", recorded });
    PackMaking { interrupted, cancelled: false, ..making(lang, false, stopped) }
}

fn site(lang: Lang) -> SiteReportPage {
    let row = |name: &str, href: &str, word: &str| vec![Item::link(name, href), Item::name(word)];
    let providers = Block {
        id: "providers",
        title: "Providers".into(),
        head: vec!["Engagement".into(), "Standing".into()],
        rows: vec![row("E-025", "/engagements/E-025", "watch"), row("E-077", "/engagements/E-077", "good")],
        rest: "and 3 more".into(),
    };
    let none = Block { id: "findings", title: "Findings".into(), head: vec![], rows: vec![], rest: "None.".into() };
    SiteReportPage {
        ui: ui(lang, "systems"),
        reference: "BRU".into(),
        name: "Brunnfeld".into(),
        sheet: Sheet {
            title: "Brunnfeld on one page".into(),
            as_of: "Mon 16 Nov 2026 08:30 CET".into(),
            counts: vec![Count { number: 2, what: "sessions now".into() }],
            approval: "Median time from request to approval in 30 days: 42 min (7 requests).".into(),
            blocks: vec![providers, none],
            head: "The record at 1,842 entries".into(),
            limits: "It says what is in the record and nothing else.".into(),
        },
    }
}

/// These pages.
pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let rows = vec![line(1843, "provider P-09"), line(1790, "site BRU")];
    let wrong = Form::of([("provider", "P-99")]).wrong("provider", "P-99 is no provider here.");
    vec![
        ("packs", html(&list(lang, rows, 4, true))),
        ("packs-none", html(&list(lang, vec![], 0, false))),
        ("pack-new", html(&new(lang, Form::default(), None, true))),
        ("pack-new-outline", html(&new(lang, Form::of([("provider", "P-09")]), Some(outline()), true))),
        ("pack-new-wrong", html(&new(lang, wrong, None, true))),
        ("pack-new-not", html(&new(lang, Form::default(), None, false))),
        ("pack-made", html(&made(lang, Some("/packs/making/0198c0de-0000-7000-8000-00000000a25a/file"), true))),
        ("pack-made-gone", html(&made(lang, None, false))),
        ("pack-making", html(&making(lang, true, None))),
        ("packs-ordered", html(&ordered(lang))),
        ("pack-making-counted", html(&counted(lang))),
        ("pack-making-interrupted", html(&interrupted(lang, None, None))),
        ("pack-making-away", html(&interrupted(lang, Some("The disk of the database is full."), None))),
        ("pack-making-recorded", html(&interrupted(lang, None, Some(1843)))),
        ("pack-making-cancelled", html(&making(lang, false, None))),
        ("pack-making-stopped", html(&making(lang, false, Some("A value was erased meanwhile.")))),
        ("site-report", html(&site(lang))),
    ]
}
