//! A value for every page, after the demo's stories: what a handler would fill in on Monday 16 November at 08:30.

mod access;
mod accounts;
mod change;
mod codes;
mod desk;
mod entry;
mod file;
mod house;
mod inside;
mod messages;
mod observe;
mod packs;
mod people_ask;
mod plant;
mod portal;
pub mod recording;
mod register;
mod rest;
mod sign;
mod tokens;
mod trail;
mod vault;
mod visits;

use std::{collections::BTreeSet, sync::Mutex};

use askama::Template;
use plantgate_domain::base::{Day, Instant, Window};
use plantgate_web::{
    render,
    view::{Chip, Choice, Density, Find, Item, List, Nav, Pager, Receipt, Side, Theme, Ui},
};
use plantgate_wire::words::{Lang, Reader, Rich};

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}
pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}
pub fn window(from: &str, until: &str) -> Window {
    Window { from: at(from), until: at(until) }
}
pub fn rich(text: &str) -> Rich {
    if text.is_empty() { Rich::default() } else { Rich::from(text) }
}
/// Names of the page structs that a sample was made of, for the law that every template is rendered.
pub static RENDERED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

pub fn html<P: Template>(page: &P) -> String {
    RENDERED.lock().unwrap().insert(std::any::type_name::<P>());
    render::text(page).unwrap()
}

pub fn ui(lang: Lang, current: &'static str) -> Ui {
    Ui {
        doubted: None,
        r: Reader { lang, zone: "Europe/Berlin".parse().unwrap() },
        theme: Theme::System,
        density: Density::Regular,
        own_zone: None,
        org: "Veltrane Life & Chemicals".into(),
        side: Side::Owner,
        person: Some("M. Okafor".into()),
        site: Some("Brunnfeld".into()),
        nav: Nav::owner().mine("today", 7).unread(2).count("now", 3).mine("evidence", 12),
        current,
        demo: true,
        now: at("2026-11-16T07:30:00Z"),
        path: "/".into(),
        receipt: None,
        acts: vec![Item::link("Set a hold", "/do/set-hold?on.provider=P-09")],
        behind: None,
        passkeys: Some("https://plantgate.example".into()),
        witness: None,
        help: Some("OT security, ext. 4410".into()),
        keys: true,
        request_id: "0197f1c2-6a77-7000-8000-00000000a25a".into(),
    }
}
pub fn portal_ui(lang: Lang, current: &'static str, person: &str) -> Ui {
    let nav = Nav::portal().mine("owe", 2).count("my-access", 1);
    Ui { side: Side::Provider("Verdano".into()), person: Some(person.into()), nav, ..ui(lang, current) }
}
pub fn nobody(lang: Lang) -> Ui {
    Ui { side: Side::Nobody, person: None, site: None, nav: Nav::default(), ..ui(lang, "") }
}
pub fn receipt(ui: Ui, text: &str) -> Ui {
    let proof = Some("/record/1842".into());
    Ui { receipt: Some(Receipt { text: text.into(), entry: Some(1842), href: proof }), ..ui }
}

pub fn chip(text: &str, count: u32, on: bool, icon: Option<&'static str>) -> Chip {
    Chip { text: text.into(), count, on, icon, href: format!("?{text}") }
}
pub fn list(path: &str, rows: usize) -> List {
    let rows = u32::try_from(rows).unwrap();
    let pager = Pager { first: 1, last: rows, total: rows, before: None, after: Some("?after=x".into()) };
    List {
        path: path.into(),
        sort: "standing".into(),
        down: true,
        find: Some(finding(rows)),
        chips: vec![vec![chip("All", rows, true, None), chip("Other", 1, false, None)]],
        pager,
        unfiltered: 14,
        ..List::default()
    }
}
/// What stands over a list: a text to look for and one filter, chosen when there is much to look through.
fn finding(rows: u32) -> Find {
    let mut find = Find { kept: vec![("site".into(), "BRU".into()), ("tier".into(), "T1".into())], ..Find::default() };
    find.select("site", "Site", vec![Choice::new("", "every site"), Choice::new("BRU", "Brunnfeld")]);
    Find { q: if rows > 2 { "bri".into() } else { String::new() }, ..find }
}
pub fn nothing(path: &str) -> List {
    List { path: path.into(), ..List::default() }
}

/// Every page of one language.
pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    [
        entry::all(lang),
        file::all(lang),
        desk::all(lang),
        access::all(lang),
        inside::all(lang),
        portal::all(lang),
        register::all(lang),
        rest::all(lang),
        house::all(lang),
        observe::all(lang),
        accounts::all(lang),
        codes::all(lang),
        vault::all(lang),
        packs::all(lang),
        trail::all(lang),
        people_ask::all(lang),
        visits::all(lang),
        sign::all(lang),
        messages::all(lang),
        tokens::all(lang),
        recording::all(lang),
    ]
    .concat()
}
