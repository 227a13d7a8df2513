//! The error table in words for a terminal: what happened, where, why, what to do.

use plantgate_domain::base::{Invalid, Place, Ref, Say, ZoneName};
use plantgate_store::Stop;
use plantgate_wire::words::{Lang, Named, Reader};

/// Words for one way of not being done.
pub fn of(stop: &Stop) -> String {
    match stop {
        Stop::Invalid(many) => {
            let lines: Vec<String> = many.iter().map(invalid).collect();
            format!("Nothing was saved.\n{}", lines.join("\n"))
        }
        Stop::Refused(r) => {
            let checks = r.decision.as_ref().map_or(String::new(), |d| format!("\n{d:#}"));
            format!("Not done: rule {} says no. {}{checks}", r.rule, said(&r.say))
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

/// A rule's own sentence, where it has one; its id always, for those who search.
fn said(say: &Say) -> String {
    let reader = Reader { lang: Lang::En, zone: ZoneName::utc() };
    let object = |on: Ref| Named { text: on.id.to_string(), href: None };
    format!("{} ({})", reader.say(say, &object), say.id)
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
