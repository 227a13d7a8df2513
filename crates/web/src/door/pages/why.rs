//! *Why*: reasons as sentences, what a standing means now and what brings it back. Rules decided all of it; here it is
//! only said.

use plantgate_app::qualify::standing::Standing;
use plantgate_domain::{
    base::{Instant, Level, Reason as Ground, Ref},
    thing::AnyThing,
};
use plantgate_wire::words::Rich;

use crate::{
    door::names::{Names, page},
    view::{Item, Reason, Ui, WayBack, Why},
};

/// What a reason comes from, in the words people use for it.
pub fn called(ui: &Ui, thing: &AnyThing) -> Item {
    let card = thing.card();
    let reference = card.reference.unwrap_or_default();
    let href = page(thing.kind()).map(|p| format!("{p}/{reference}")).filter(|_| !reference.is_empty());
    let text = match thing {
        AnyThing::Request(r) => format!("{} {}", ui.word("obligation", &r.facts.key), r.facts.period),
        _ if reference.is_empty() => ui.word("kind", thing.kind().as_str()).to_string(),
        _ => reference,
    };
    Item { text, href }
}

/// How late something is now, in words; empty when it is not.
fn late(ui: &Ui, thing: Option<&AnyThing>, since: Option<Instant>) -> String {
    let days = match thing {
        Some(AnyThing::Request(r)) => r.facts.zone.day_of(ui.now).days_since(r.due),
        Some(AnyThing::Finding(f)) => f.overdue_days(ui.now).unwrap_or_default(),
        _ => since.map_or(0, |at| ui.r.zone.day_of(ui.now).days_since(ui.r.zone.day_of(at))),
    };
    if days > 0 { format!(", {}", ui.t("due-late").n("days", days)) } else { String::new() }
}

/// One reason in one sentence.
pub fn sentence(ui: &Ui, reason: &Ground, source: Option<&AnyThing>) -> Rich {
    let rich = Rich::from(ui.word("reason", &reason.key));
    let named = source.map(|thing| called(ui, thing));
    let rich = match &named {
        Some(item) => rich.text(": ").object(item.text.clone(), item.href.as_deref()),
        None => rich,
    };
    let timed = matches!(source, Some(AnyThing::Request(_) | AnyThing::Finding(_)));
    let late = if timed { late(ui, source, None) } else { String::new() };
    rich.text(format!("{late}."))
}

/// Under what it was asked, when it began to weigh, when the provider was told.
fn meta(ui: &Ui, reason: &Ground, source: Option<&AnyThing>, names: &Names) -> Rich {
    let mut rich = Rich::default();
    if let Some((agreement, number)) = &reason.clause {
        let named = names.of(*agreement);
        rich = rich.text(format!("{} ", ui.t("why-under"))).object(named.text, named.href.as_deref());
        rich = rich.text(format!(" §{number}. "));
    }
    let due = match source {
        Some(AnyThing::Request(r)) => Some(r.due),
        Some(AnyThing::Finding(f)) => f.action.as_ref().map(|a| a.due),
        _ => None,
    };
    let mut parts = Vec::new();
    parts.extend(due.map(|day| ui.t("why-due").s("day", ui.day(day)).to_string()));
    parts.push(ui.t("why-told").s("day", ui.day_of(reason.announced_at)).to_string());
    let weighs = reason.steps.iter().rev().find(|s| s.from <= ui.now);
    parts.extend(weighs.map(|s| {
        let word = ui.word("standing", s.weight.as_str());
        ui.t("why-weighs").s("standing", word).s("day", ui.day_of(s.from)).to_string()
    }));
    let next = reason.steps.iter().find(|s| s.from > ui.now);
    parts.extend(next.map(|s| {
        let word = ui.word("standing", s.weight.as_str());
        ui.t("why-will").s("standing", word).s("day", ui.day_of(s.from)).to_string()
    }));
    rich.text(parts.join(" "))
}

/// Everything a *Why* block needs beside the standing: sources by reference, names, who it is about.
pub struct Around<'a> {
    pub sources: &'a [(Ref, AnyThing)],
    pub names: &'a Names,
    pub provider: &'a str,
}

impl Around<'_> {
    fn source(&self, on: Ref) -> Option<&AnyThing> {
        self.sources.iter().find(|(r, _)| *r == on).map(|(_, t)| t)
    }
    fn reason(&self, ui: &Ui, reason: &Ground) -> Reason {
        let source = self.source(reason.source);
        let item = source.map(|thing| {
            let item = called(ui, thing);
            Item { text: thing.card().reference.unwrap_or(item.text), href: item.href }
        });
        Reason {
            what: sentence(ui, reason, source),
            meta: meta(ui, reason, source, self.names),
            rule: reason.rule.clone(),
            source: item,
        }
    }
}

/// The block of a standing.
pub fn block(ui: &Ui, s: &Standing, around: &Around<'_>) -> Why {
    let back = s.counted.iter().map(|reason| {
        let named = around.source(reason.source).map(|thing| called(ui, thing));
        let clears = ui.t(&reason.clears).to_string();
        let what = match named {
            Some(item) => Rich::default().object(item.text, item.href.as_deref()).text(format!(": {clears}")),
            None => Rich::from(clears),
        };
        WayBack { what, who: ui.t("why-who").s("provider", around.provider).to_string(), done: false }
    });
    Why {
        level: s.level,
        since: s.since,
        reasons: s.counted.iter().map(|r| around.reason(ui, r)).collect(),
        beside: s.beside.iter().map(|r| around.reason(ui, r)).collect(),
        coming: s.coming.iter().map(|r| around.reason(ui, r)).collect(),
        uncounted: u32::try_from(s.beside.len()).unwrap_or(u32::MAX),
        computed: ui.now,
        means: means(s.level).iter().map(|id| Rich::from(ui.t(id))).collect(),
        back: back.collect(),
    }
}

/// What a standing means for work, in sentences of the catalogue.
fn means(level: Level) -> &'static [&'static str] {
    match level {
        Level::Good => &[],
        Level::Watch => &["means-watch-access", "means-watch-order"],
        Level::Restricted => &["means-restricted-access", "means-restricted-order"],
        Level::Blocked => &["means-blocked-access", "means-blocked-order"],
    }
}
