//! What is told, what could not be delivered, and a mail, which is no page and is only held to have its template.

use plantgate_web::{
    page::messages::{DeadRow, Deliveries, FeedRow, Feeds, HookRow, HooksPage, MessageRow, Messages},
    post::{
        feed::{Entry, Queue},
        letter::{Letter, Line, Section},
    },
    view::Form,
};
use plantgate_wire::words::Lang;

use super::{at, html, list, nothing, portal_ui, ui};

fn row(title: &str, urgent: bool, unread: bool) -> MessageRow {
    MessageRow {
        id: format!("0198c0de-0000-7000-8000-00000000000{}", u8::from(urgent)),
        title: title.into(),
        href: "/visits/VIS-0001".into(),
        names: "Verdano".into(),
        why: "You are called when nobody was seen beside these visitors.".into(),
        at: at("2026-11-16T07:15:00Z"),
        urgent,
        unread,
    }
}

fn messages(lang: Lang, rows: Vec<MessageRow>, theirs: bool) -> Messages {
    let around = if theirs { portal_ui(lang, "messages", "I. Campos") } else { ui(lang, "messages") };
    let list = if rows.is_empty() { nothing("/messages") } else { list("/messages", rows.len()) };
    let unread = rows.iter().filter(|r| r.unread).count() as u64;
    let mail = around.t("messages-no-server").to_string();
    Messages { ui: around, list, rows, unread, mail }
}

fn deliveries(lang: Lang, may: bool, rows: Vec<DeadRow>) -> Deliveries {
    let list = if rows.is_empty() { nothing("/admin/deliveries") } else { list("/admin/deliveries", rows.len()) };
    let (waiting, oldest) = if may { (3, Some(at("2026-11-16T07:00:00Z"))) } else { (0, None) };
    let around = ui(lang, "admin");
    let mail = around.t("deliveries-server").to_string();
    Deliveries { ui: around, list, rows, waiting, oldest, mail, may }
}

fn dead(entry: Option<u64>) -> DeadRow {
    DeadRow {
        id: "0198c0de-0000-7000-8000-00000000dead".into(),
        lane: "mail".into(),
        title: "Emergency access GRA-0007 was opened".into(),
        person: "M. Okafor".into(),
        said: "The mail server refused this mail for good.".into(),
        tries: 1,
        made: at("2026-11-16T07:00:00Z"),
        dead: at("2026-11-16T07:01:00Z"),
        entry,
    }
}

fn letter(lang: Lang) -> Letter {
    let line = |due: &str| Line {
        title: "AR-0012 & more".into(),
        text: "L. Ortega, BMS-B61".into(),
        due: due.into(),
        href: "https://plantgate.example/access/requests/AR-0012/decide".into(),
    };
    let section = |title: &str, more: &str| Section {
        title: title.into(),
        lines: vec![line("due Mon"), line("")],
        more: more.into(),
    };
    Letter {
        lang: lang.tag(),
        subject: "Plantgate Brunnfeld: 3 for you, 1 overdue".into(),
        sections: vec![section("Overdue", "and 2 more"), section("", "")],
        foot: vec!["Why.".into(), "Times are in CET (UTC+1).".into()],
    }
}

fn feeds(lang: Lang, rows: Vec<FeedRow>, made: bool, full: bool) -> Feeds {
    let made = made.then(|| "https://plantgate.example/feeds/00ff/calendar.ics".to_owned());
    Feeds { ui: ui(lang, "messages"), rows, kinds: &["calendar", "queue"], made, full }
}

fn hooks(lang: Lang, rows: Vec<HookRow>, secret: Option<String>, here: bool) -> HooksPage {
    let list = if rows.is_empty() { nothing("/admin/webhooks") } else { list("/admin/webhooks", rows.len()) };
    let form = if here { Form::default().wrong("url", "This is no address for a webhook.") } else { Form::default() };
    HooksPage { ui: ui(lang, "admin"), list, rows, form, secret, here, may: here }
}

fn queue() -> Queue {
    let entry = Entry {
        id: "urn:uuid:0198c0de-0000-7000-8000-00000000dead".into(),
        title: "User list, 2026-Q3 & <more>".into(),
        text: "Verdano".into(),
        href: "https://plantgate.example/owe/REQ-0577/upload".into(),
        updated: "2026-10-01T00:00:00Z".into(),
    };
    Queue {
        lang: "en",
        id: entry.id.clone(),
        title: "Veltrane".into(),
        updated: entry.updated.clone(),
        href: "https://plantgate.example/today".into(),
        entries: vec![entry],
    }
}

/// These pages.
pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let atom = html(&queue());
    assert!(atom.contains("&#38; &#60;more&#62;"), "{atom}");
    let hook = HookRow {
        id: "0198c0de".into(),
        url: "https://hooks.plant.example/plantgate".into(),
        urgent: true,
        by: "K. Brandt".into(),
        made: at("2026-11-16T07:00:00Z"),
    };
    let feed = FeedRow { id: "0198c0de".into(), kind: "calendar".into(), made: at("2026-11-16T07:00:00Z") };
    let mail = html(&letter(lang));
    assert!(mail.contains("AR-0012 &#38; more") && letter(lang).text().contains("* AR-0012 & more\n  L. Ortega"));
    let some = || vec![row("Check-in missed at visit VIS-0001", true, true), row("F-0311 was confirmed", false, false)];
    vec![
        ("messages", html(&messages(lang, some(), false))),
        ("messages-theirs", html(&messages(lang, some(), true))),
        ("messages-none", html(&messages(lang, vec![], false))),
        ("deliveries", html(&deliveries(lang, true, vec![dead(Some(412)), dead(None)]))),
        ("deliveries-none", html(&deliveries(lang, false, vec![]))),
        ("webhooks", html(&hooks(lang, vec![hook], Some("00ff".into()), true))),
        ("webhooks-off", html(&hooks(lang, vec![], None, false))),
        ("feeds", html(&feeds(lang, vec![feed], true, true))),
        ("feeds-none", html(&feeds(lang, vec![], false, false))),
        ("deliveries-may-not", html(&deliveries(lang, false, vec![dead(None)]))),
    ]
}
