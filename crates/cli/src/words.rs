//! The error table and what rules say in words for a terminal: what happened, where, why, what to do.

use std::str::FromStr;

use plantgate_domain::base::{Invalid, Place, Why, ZoneName};
use plantgate_porter::Called;
use plantgate_store::{Away, Stop};
use plantgate_wire::words::{Lang, Reader};

use crate::printer::one_line;

/// The person at a terminal: their language, and UTC, for a terminal stands at no site.
pub fn reader(lang: Lang) -> Reader {
    Reader { lang, zone: ZoneName::utc() }
}

/// An option of the command line as a word of the domain; what it says stands in the usage, which is English.
pub fn parsed<T: FromStr<Err = Why>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|why| reader(Lang::En).why(&why))
}

/// Words for one way of not being done.
pub fn of(stop: &Stop, lang: Lang) -> String {
    let reader = reader(lang);
    match stop {
        Stop::Invalid(many) => {
            let lines: Vec<String> = many.iter().map(|i| invalid(i, &reader)).collect();
            format!("{}\n{}", reader.t("cli-nothing-saved"), lines.join("\n"))
        }
        Stop::Refused(r) => {
            let checks = r.decision.as_ref().map_or(String::new(), |d| format!("\n{d:#}"));
            let why = reader.say(&r.say, &|on| Called::default().named(on));
            format!("{}{checks}", reader.t("cli-refused").s("why", why).s("rule", r.rule))
        }
        Stop::Unsigned(wanted) => {
            let means = reader.word("sign-means", wanted.meaning.as_str());
            reader.t("cli-unsigned").s("means", means).to_string()
        }
        Stop::Stale(s) => reader.t("cli-stale").s("kind", reader.word("kind", s.on.kind.as_str())).to_string(),
        Stop::StepUp => reader.t("trouble-stepup-do").to_string(),
        Stop::NotFound => reader.t("cli-notfound").to_string(),
        Stop::Busy => reader.t("cli-busy").to_string(),
        // A newer release stays: there is nothing to wait for.
        Stop::Away(Away::Newer) => reader.t(Away::Newer.id()).to_string(),
        Stop::Away(away) => format!("{} {}", reader.t(away.id()), reader.t("cli-away")),
        Stop::OutcomeUnknown => reader.t("cli-unknown").to_string(),
        Stop::Fault(reference) => reader.t("cli-fault").s("reference", reference).to_string(),
    }
}

fn invalid(i: &Invalid, reader: &Reader) -> String {
    let (place, why) = (place(&i.place, reader), reader.why(&i.why));
    let said = if place.is_empty() { why } else { format!("{place}: {why}") };
    // What a file or a program said may hold line breaks of its own: one thing that is wrong is one line.
    one_line(&said).into_owned()
}

fn place(p: &Place, reader: &Reader) -> String {
    let file = p.file.clone();
    let sheet = p.sheet.as_ref().map(|s| reader.t("cli-sheet").s("sheet", s).to_string());
    let line = p.line.map(|n| reader.t("cli-line").s("line", n).to_string());
    let field = p.field.as_ref().map(|f| reader.t("cli-field").s("field", f).to_string());
    [file, sheet, line, field].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
