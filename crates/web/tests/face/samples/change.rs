//! Scope and tier facts of an engagement, changed.

use plantgate_domain::base::Tier;
use plantgate_web::{
    page::{
        engagement::{Change, Duty, ScopeChange, Stated, TierChange},
        questions::{Progress, QuestionsPage, RoundPage, Station, WouldBe},
    },
    view::{Choice, Form, Item},
};
use plantgate_wire::words::Lang;

use super::{at, html, list, rich, ui};

fn would() -> Change {
    let duty = |title: &str| Duty { title: title.into(), every: "yearly", why: rich("T1") };
    Change {
        site: "Brunnfeld".into(),
        before: Some(Tier::T2),
        after: Some(Tier::T1),
        because: vec![rich("can change a safety system: SIS-B05")],
        added: vec![duty("Security plan"), duty("Patch status")],
        removed: vec![],
        effects: vec![rich("New obligations of this tier do not count before 26 Dec 2026.")],
    }
}

fn tier_change(lang: Lang) -> TierChange {
    let form = [("patterns", "on-site"), ("flags-HIS-B11", "none"), ("gxp-HIS-B11", "indirect")];
    TierChange {
        ui: ui(lang, "providers"),
        reference: "E-021".into(),
        name: "Analytics Brunnfeld".into(),
        site: "Brunnfeld".into(),
        site_reference: "BRU".into(),
        form: Form::of(form).wrong("flags-HIS-B11", "Choose either none or what applies."),
        patterns: vec!["gateway-attended", "on-site", "none"],
        flags: vec!["safety", "batch-record", "none"],
        gxps: vec!["direct", "indirect", "none"],
        systems: vec![Stated {
            system: Item::link("HIS-B11", "/systems/HIS-B11"),
            name: "Historian".into(),
            flags: "flags-HIS-B11".into(),
            gxp: "gxp-HIS-B11".into(),
        }],
        change: Some(would()),
        hidden: vec![("site".into(), "BRU".into()), ("patterns".into(), "on-site".into())],
    }
}

fn scope_change(lang: Lang) -> ScopeChange {
    ScopeChange {
        ui: ui(lang, "providers"),
        reference: "E-025".into(),
        name: "BMS care Brunnfeld".into(),
        deed: "propose",
        system: Some(Item::link("SIS-B05", "/systems/SIS-B05")),
        form: Form::of([("instance", "SIS-B05"), ("roles", "configure")]),
        roles: vec!["view", "collect", "configure"],
        conduits: vec![Choice::new("BZ5|BZ4", "BZ5–BZ4")],
        change: Some(would()),
        hidden: vec![("instance".into(), "SIS-B05".into()), ("roles".into(), "configure".into())],
    }
}

fn questions(lang: Lang, would: Option<WouldBe>) -> QuestionsPage {
    let form = [("site", "BRU"), ("access", "yes"), ("change", "yes"), ("safety", "unknown"), ("product", "none")];
    let form = Form::of(form).wrong("network", "Choose an answer; “don't know” is one.");
    QuestionsPage {
        ui: ui(lang, "providers"),
        reference: "E-025".into(),
        name: "BMS care Brunnfeld".into(),
        provider: Item::link("Verdano Building Controls", "/providers/P-09"),
        sites: vec![Choice::new("BRU", "Brunnfeld"), Choice::new("CED", "Cedar Bluff")],
        progress: Progress { done: 12, all: 40, unknown: 2 },
        last: Some(("M. Okafor".into(), at("2026-11-02T09:12:00Z"))),
        may: would.is_some(),
        hidden: vec![("site".into(), "BRU".into()), ("access".into(), "yes".into())],
        form,
        would,
        skip: Some("/engagements/E-026/questions?site=BRU".into()),
    }
}

fn would_be() -> WouldBe {
    let change =
        Change { because: vec![rich("nobody said what the system touches (answered: don't know)")], ..would() };
    WouldBe { change, provisional: true, open: vec!["safety"], who: "OT security, system owner".into() }
}

fn round(lang: Lang) -> RoundPage {
    let row = |state: &'static str, site: &str, tier| Station {
        href: "/engagements/E-025/questions?site=BRU".into(),
        provider: Item::link("Verdano Building Controls", "/providers/P-09"),
        engagement: Item::link("E-025", "/engagements/E-025"),
        name: "BMS care Brunnfeld".into(),
        site: site.into(),
        state,
        tier,
        provisional: tier.is_some(),
    };
    RoundPage {
        ui: ui(lang, "providers"),
        progress: Progress { done: 1, all: 2, unknown: 0 },
        list: list("/tier-questions", 2),
        rows: vec![row("open", "", None), row("unknown", "Brunnfeld", Some(Tier::T2))],
        next: Some("/engagements/E-025/questions".into()),
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("tier-change", html(&tier_change(lang))),
        ("scope-change", html(&scope_change(lang))),
        ("questions", html(&questions(lang, None))),
        ("questions-would", html(&questions(lang, Some(would_be())))),
        ("round", html(&round(lang))),
    ]
}
