//! Tokens and machines: none, one that was just made, all states, a machine that stands still.

use plantgate_web::{
    page::tokens::{AllTokens, Offer, Once, ServicePage, ServiceRow, Services, TokenRow, Tokens},
    view::{Choice, Form, Item},
};
use plantgate_wire::words::Lang;

use super::{at, html, list, nothing, ui};

const ID: &str = "0198c0de-0000-7000-8000-00000000dead";

fn row(name: &str, word: &'static str, acts: &[&str]) -> TokenRow {
    TokenRow {
        id: ID.into(),
        holder: "N-102".into(),
        of: None,
        name: name.into(),
        acts: acts.iter().map(|a| (*a).to_owned()).collect(),
        sites: if acts.is_empty() { Vec::new() } else { vec!["Brunnfeld".into()] },
        made: at("2026-11-02T09:00:00Z"),
        by: "M. Okafor".into(),
        until: at("2027-02-02T09:00:00Z"),
        used: (word == "open").then(|| at("2026-11-16T06:12:00Z")),
        word,
    }
}

fn rows() -> Vec<TokenRow> {
    vec![
        row("Nightly inventory & more", "open", &["import-rows", "record-sighting"]),
        row("Reader of the wall display", "expired", &[]),
        row("Old laptop", "revoked", &[]),
        row("Before the restore", "lost", &["log-session"]),
    ]
}

fn offer() -> Offer {
    let sites = vec![Choice::new("BRU", "Brunnfeld"), Choice::new("LIN", "Lindau")];
    Offer { acts: vec!["log-session", "take-account-list"], sites, most: 365 }
}

fn own(lang: Lang, rows: Vec<TokenRow>, once: Option<Once>) -> Tokens {
    let form = Form::default().wrong("days", "A token lives between 1 and 365 days.");
    Tokens { ui: ui(lang, ""), rows, once, offer: offer(), form }
}

fn service(alone: bool) -> ServiceRow {
    ServiceRow {
        at: format!("/admin/services/{ID}"),
        name: "Directory of Brunnfeld".into(),
        reference: "M-DIR".into(),
        owner: Item::link("M. Okafor", "/admin/users/N-102"),
        sites: if alone { vec!["Brunnfeld".into()] } else { Vec::new() },
        state: "active",
        alone,
        open: 2,
    }
}

fn services(lang: Lang, rows: Vec<ServiceRow>, may: bool) -> Services {
    let list = if rows.is_empty() { nothing("/admin/services") } else { list("/admin/services", rows.len()) };
    let owners = vec![Choice::new("N-102", "M. Okafor")];
    let sites = vec![Choice::new("", "at every site"), Choice::new("BRU", "Brunnfeld")];
    Services { ui: ui(lang, "admin"), list, rows, may, owners, sites, form: Form::default() }
}

fn machine(lang: Lang, keeps: bool, alone: bool) -> ServicePage {
    ServicePage {
        ui: ui(lang, "admin"),
        row: service(alone),
        rows: if keeps { rows() } else { Vec::new() },
        once: None,
        keeps,
        may: keeps,
        offer: Offer { sites: Vec::new(), ..offer() },
        owners: vec![Choice::new("N-101", "Anna Keller")],
        form: Form::default(),
    }
}

fn everybodys(lang: Lang, rows: Vec<TokenRow>) -> AllTokens {
    let of = |r: TokenRow| TokenRow { of: Some(Item::link("M. Okafor", "/admin/users/N-102")), ..r };
    let rows: Vec<TokenRow> = rows.into_iter().map(of).collect();
    let list = if rows.is_empty() { nothing("/admin/tokens") } else { list("/admin/tokens", rows.len()) };
    AllTokens { ui: ui(lang, "admin"), list, rows, form: Form::default() }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("tokens", html(&own(lang, rows(), None))),
        ("tokens-none", html(&own(lang, Vec::new(), Some(Once::Shown)))),
        ("tokens-made", html(&own(lang, rows(), Some(Once::Secret("pgt_00ff".into()))))),
        ("all-tokens", html(&everybodys(lang, rows()))),
        ("all-tokens-none", html(&everybodys(lang, Vec::new()))),
        ("services", html(&services(lang, vec![service(false), service(true)], true))),
        ("services-none", html(&services(lang, Vec::new(), false))),
        ("service", html(&machine(lang, true, true))),
        ("service-seen", html(&machine(lang, false, false))),
    ]
}
