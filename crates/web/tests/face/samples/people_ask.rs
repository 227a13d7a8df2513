//! Samples: a contact confirms its people by a mailed link, from both sides.

use plantgate_web::{
    page::people_ask::{AskRow, Asked, ByLink, ByLinkSaid, Mail, PeopleAskMade, PeopleAskOne, PeopleAskPage, SaidOf},
    view::{Choice, Form, Item},
};
use plantgate_wire::words::Lang;

use super::{at, day, html, nobody, ui};

fn provider() -> Item {
    Item::link("P-09 Verdano Building Controls", "/providers/P-09/people")
}

pub fn row(state: &'static str) -> AskRow {
    AskRow {
        href: "/providers/P-09/people-asks/0198c0de-0000-7000-8000-00000000a25a".into(),
        contact: "Inés Campos".into(),
        by: "M. Okafor".into(),
        at: at("2026-11-02T09:12:00Z"),
        state,
        until: at("2026-11-16T09:12:00Z"),
        confirmed: (state == "points").then(|| at("2026-11-04T15:40:00Z")),
    }
}

fn said() -> Vec<SaidOf> {
    let one = |name: &str, says: &'static str, left_on| SaidOf { name: name.into(), says, left_on };
    vec![
        one("Lucía Ortega", "left", Some(day("2026-10-30"))),
        one("Inés Campos", "here", None),
        one("", "unknown", None),
    ]
}

fn ask(lang: Lang, contacts: Vec<Choice>) -> PeopleAskPage {
    PeopleAskPage {
        ui: ui(lang, "providers"),
        provider: provider(),
        reference: "P-09".into(),
        // With nobody to ask there is no form in which something could be wrong.
        form: match contacts.as_slice() {
            [] => Form::default(),
            _ => Form::of([("days", "90")]).wrong("days", "Write a number of days from 1 to 60."),
        },
        replaces: !contacts.is_empty(),
        listed: contacts.len(),
        contacts,
        most_days: 60,
    }
}

fn made(lang: Lang) -> PeopleAskMade {
    let mail = |lang: &'static str| Mail {
        lang,
        subject: "Who of Verdano still needs access?".into(),
        body: "Dear Inés Campos,\n\nhttps://plant.example/attest/AAAA".into(),
        mailto: "mailto:?subject=Who&body=Dear".into(),
    };
    PeopleAskMade {
        ui: ui(lang, "providers"),
        provider: provider(),
        reference: "P-09".into(),
        contact: "Inés Campos".into(),
        link: "https://plant.example/attest/AZiw3gAAcACAAAAAAAAA3q0xv0fE3Yb2m1cVxq2QkZ5yq5mH1u6Jx7n9h1aT0w".into(),
        until: at("2026-11-16T09:12:00Z"),
        mails: vec![mail("en"), mail("de")],
        href: row("open").href,
    }
}

fn one(lang: Lang, state: &'static str) -> PeopleAskOne {
    let ask = row(state);
    PeopleAskOne {
        ui: ui(lang, "providers"),
        provider: provider(),
        reference: "P-09".into(),
        remind_at: at("2026-11-09T09:12:00Z"),
        said: if ask.confirmed.is_some() { said() } else { Vec::new() },
        missing: if ask.confirmed.is_some() { "Somebody new in the night shift".into() } else { String::new() },
        may_close: true,
        may_ask: true,
        close: format!("{}/close", ask.href),
        ask,
    }
}

fn by_link(lang: Lang) -> ByLink {
    let one = |id: &str, name: &str| Asked {
        id: id.into(),
        name: name.into(),
        says: format!("says-{id}"),
        left_on: format!("left_on-{id}"),
    };
    ByLink {
        ui: nobody(lang),
        provider: "Verdano Building Controls".into(),
        contact: "Inés Campos".into(),
        by: "Michael Okafor, Veltrane Life & Chemicals".into(),
        until: at("2026-11-16T09:12:00Z"),
        people: vec![one("1", "Inés Campos"), one("2", "Lucía Ortega")],
        form: Form::of([("says-1", "here"), ("says-2", "left")]).wrong("left_on-2", "Write the last day."),
    }
}

fn gone(lang: Lang, what: &'static str, used: bool) -> ByLinkSaid {
    ByLinkSaid {
        ui: nobody(lang),
        what,
        provider: "Verdano Building Controls".into(),
        by: if what == "wait" { String::new() } else { "Michael Okafor, Veltrane Life & Chemicals".into() },
        at: used.then(|| at("2026-11-04T15:40:00Z")),
        said: if used { said() } else { Vec::new() },
        missing: if used { "Somebody new in the night shift".into() } else { String::new() },
        wait: if what == "wait" { 60 } else { 0 },
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let empty = ByLink { people: Vec::new(), form: Form::default(), ..by_link(lang) };
    vec![
        ("people-ask", html(&ask(lang, vec![Choice::new("1", "Inés Campos, contact")]))),
        ("people-ask-nobody", html(&ask(lang, Vec::new()))),
        ("people-ask-made", html(&made(lang))),
        ("people-ask-open", html(&one(lang, "open"))),
        ("people-ask-answered", html(&one(lang, "points"))),
        ("by-link", html(&by_link(lang))),
        ("by-link-empty", html(&empty)),
        ("by-link-used", html(&gone(lang, "used", true))),
        ("by-link-expired", html(&gone(lang, "expired", false))),
        ("by-link-wait", html(&gone(lang, "wait", false))),
    ]
}
