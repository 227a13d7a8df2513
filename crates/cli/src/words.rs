//! The error table and what rules say in words for a terminal: what happened, where, why, what to do.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{Invalid, Place, Ref, ZoneName},
    event::permit::{Decided, Given, Said},
};
use plantgate_store::{Stop, memory::Memory};
use plantgate_wire::words::{Lang, Named, Reader};

/// The person at a terminal: their language, and UTC, for a terminal stands at no site.
pub fn reader(lang: Lang) -> Reader {
    Reader { lang, zone: ZoneName::utc() }
}

/// What objects are called in sentences: their short references.
#[derive(Debug, Default)]
pub struct Called(BTreeMap<Ref, String>);

impl Called {
    /// Looks up every object that a decision speaks of.
    pub async fn learn(memory: &mut impl Memory, decided: &Decided) -> Result<Called, Stop> {
        let mut called = Called::default();
        for say in decided.checks.iter().flat_map(|c| std::iter::once(&c.say).chain(&c.help)) {
            for on in say.args.iter().filter_map(|named| if let Given::Ref(on) = &named.arg { Some(*on) } else { None })
            {
                if let Some(reference) = memory.kept(on).await?.and_then(|k| k.thing.card().reference) {
                    called.0.insert(on, reference);
                }
            }
        }
        Ok(called)
    }
    fn named(&self, on: Ref) -> Named {
        let text = self.0.get(&on).cloned().unwrap_or_else(|| on.kind.as_str().to_owned());
        Named { text, href: None }
    }
    /// A kept message in words.
    pub fn said(&self, reader: &Reader, said: &Said) -> String {
        reader.said(said, &|on| self.named(on)).to_string()
    }
}

/// Words for one way of not being done.
pub fn of(stop: &Stop, lang: Lang) -> String {
    match stop {
        Stop::Invalid(many) => {
            let lines: Vec<String> = many.iter().map(invalid).collect();
            format!("Nothing was saved.\n{}", lines.join("\n"))
        }
        Stop::Refused(r) => {
            let checks = r.decision.as_ref().map_or(String::new(), |d| format!("\n{d:#}"));
            let why = reader(lang).say(&r.say, &|on| Called::default().named(on));
            format!("Not done: {why} (rule {}){checks}", r.rule)
        }
        Stop::Stale(s) => format!("Somebody changed this {} meanwhile. Read it again, then decide.", s.on.kind),
        Stop::NotFound => "There is no such object, or you may not see it. Check the name.".to_owned(),
        Stop::Busy => "Too much is waiting. Nothing was saved; try again in a moment.".to_owned(),
        Stop::OutcomeUnknown => {
            "The database did not say whether it was saved. Ask again with the same request id.".to_owned()
        }
        Stop::Fault(reference) => {
            format!("Something is broken on our side (reference {reference}; the cause is in the log above).")
        }
    }
}

fn invalid(i: &Invalid) -> String {
    let place = place(&i.place);
    if place.is_empty() { i.why.clone() } else { format!("{place}: {}", i.why) }
}

fn place(p: &Place) -> String {
    let file = p.file.clone();
    let sheet = p.sheet.as_ref().map(|s| format!("sheet {s}"));
    let line = p.line.map(|n| format!("line {n}"));
    let field = p.field.as_ref().map(|f| format!("field {f}"));
    [file, sheet, line, field].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
