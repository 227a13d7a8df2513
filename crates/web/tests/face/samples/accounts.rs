//! Samples: lists of accounts, and who could come in by one.

use plantgate_web::{
    page::accounts::{AccountLists, AccountRow, ListRow, WhoCouldPage},
    view::{Choice, Form, Item, List},
};
use plantgate_wire::words::Lang;

use super::{at, day, html, list, nothing, ui};

fn head() -> ListRow {
    ListRow {
        item: Item::link("AL-0003", "/accounts/AL-0003"),
        site: "Brunnfeld".into(),
        kind: "local",
        system: Some(Item::link("JMP-B42", "/systems/JMP-B42")),
        source: Some("Gateway of line 3".into()),
        age: 3,
        accounts: 2,
        taken: day("2026-11-13"),
        recorded: at("2026-11-13T09:00:00Z"),
    }
}

fn account(n: usize, comes: &'static str, why: &str, person: Option<Item>) -> AccountRow {
    AccountRow {
        account: format!("WORKS\\\\account.{n}"),
        name: Some("Lucía Ortega".into()),
        comes,
        why: why.into(),
        next: "Ask whose it is.".into(),
        basis: person.as_ref().map(|_| "name"),
        person,
        last: "never".into(),
        said: (n == 1).then(|| "It shall be disabled: nobody answers for it".into()),
        task: (n == 1).then(|| Item::link("TSK-7", "/register/task/TSK-7")),
        fresh: n == 0,
        mark: format!("00000000000{n}"),
    }
}

fn one(lang: Lang, rows: Vec<AccountRow>) -> WhoCouldPage {
    WhoCouldPage {
        ui: ui(lang, "systems"),
        reference: "AL-0003".into(),
        head: head(),
        aged: rows.is_empty(),
        list: if rows.is_empty() { nothing("/accounts/AL-0003") } else { list("/accounts/AL-0003", rows.len()) },
        compared: !rows.is_empty(),
        erased: u64::from(rows.is_empty()) * 2,
        doubt: if rows.is_empty() { vec![] } else { vec!["contradicting", "unowned", "shared", "dormant"] },
        helps: "control engineer, OT security".into(),
        record: Some("/do/record-account?instance=JMP-B42".into()),
        rows,
        gone: vec!["old.one".into()],
        gone_all: 1,
        fresh: 1,
        may: true,
        form: Form::default(),
        chosen: None,
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let lists = |rows: Vec<ListRow>| AccountLists {
        ui: ui(lang, "systems"),
        list: if rows.is_empty() { nothing("/accounts") } else { list("/accounts", rows.len()) },
        rows,
        sites: vec![Choice::new("BRU", "Brunnfeld")],
        kinds: vec!["directory", "vpn", "local"],
        form: Form::of([("kind", "local")]),
    };
    let person = Some(Item::link("Lucía Ortega", "/register/person/P09-02"));
    let rows = vec![
        account(0, "contradicting", "The person has left.", person),
        account(1, "unowned", "Nobody known here is called or signs in so.", None),
    ];
    let unmatched = WhoCouldPage {
        rows: vec![],
        list: List { unfiltered: 2, ..nothing("/accounts/AL-0003") },
        ..one(lang, rows.clone())
    };
    let chosen = WhoCouldPage { chosen: Some("account.1".into()), ..one(lang, rows.clone()) };
    vec![
        ("accounts", html(&lists(vec![head()]))),
        ("accounts-none", html(&lists(vec![]))),
        ("account-list", html(&one(lang, rows))),
        ("account-list-chosen", html(&chosen)),
        ("account-list-no-match", html(&unmatched)),
        ("account-list-erased", html(&one(lang, vec![]))),
    ]
}
