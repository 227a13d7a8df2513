//! Scope and tier facts of an engagement, changed.

use plantgate_domain::base::Tier;
use plantgate_web::{
    page::engagement::{Change, Duty, ScopeChange, Stated, TierChange},
    view::{Choice, Form, Item},
};
use plantgate_wire::words::Lang;

use super::{html, rich, ui};

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

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    vec![("tier-change", html(&tier_change(lang))), ("scope-change", html(&scope_change(lang)))]
}
