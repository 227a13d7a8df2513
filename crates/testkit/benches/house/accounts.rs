//! Who could come in now, over a list as large as a company's directory: reading it, holding it against the people, the
//! page, the file.

use std::time::Instant;

use plantgate_app::{
    read::{By, Memory},
    witness::{
        account_list::TakeAccountList,
        who::{bounds, who_could},
    },
};
use plantgate_domain::event::witness::ListKind;
use plantgate_domain::{base::AccountListId, base::Kind, witness::account_list::AccountList};
use plantgate_interchange::accounts as lists;
use plantgate_store::Limits;
use plantgate_testkit::{demo::Demo, world::World};

use super::page;

/// So many accounts, every tenth of somebody known.
pub async fn accounts(n: usize) {
    let demo = Demo::on(World::sqlite().await).await;
    let known = ["l.ortega", "anna.keller", "m.okafor", "liu.yang", "i.campos"];
    let mut text = String::from("sAMAccountName;displayName;lastLogon;enabled\n");
    for i in 0..n {
        let name = format!("Person, Number {i}");
        let row = match known.get(i / 10) {
            Some(login) if i % 10 == 0 => format!("{login};;2026-11-10;true\n"),
            Some(_) | None => format!("user.{i};\"{name}\";2026-{:02}-10;true\n", i % 10 + 1),
        };
        text.push_str(&row);
    }
    let start = Instant::now();
    let read = lists::read("a.csv", text.as_bytes(), &bounds(&Limits::standard())).unwrap();
    println!("accounts: {} read in {:.0} ms", read.accounts.len(), start.elapsed().as_secs_f64() * 1e3);
    let store = demo.world.app.store();
    let stored = store.take_file(text.as_bytes(), text.len(), By::Import).await.unwrap();
    let act = TakeAccountList {
        site: "BRU".to_owned(),
        kind: ListKind::Directory,
        system: None,
        sha256: stored.sha256,
        bytes: stored.size,
        taken: None,
    };
    let start = Instant::now();
    demo.world.act(&demo.caller("anna.keller"), act).await.unwrap();
    println!("accounts: taken, with its entry, in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    let mut look = store.look().await.unwrap();
    let on = look.named(Kind::AccountList, "ACL-0001").await.unwrap().unwrap();
    let list: AccountList = look.get(AccountListId(on.id)).await.unwrap();
    let start = Instant::now();
    let who = who_could(&mut look, store.blobs(), &Limits::standard(), list).await.unwrap();
    println!(
        "accounts: {} held against the people in {:.0} ms",
        who.accounts.len(),
        start.elapsed().as_secs_f64() * 1e3
    );
    drop(look);
    let door = demo.sign_in("anna.keller").await;
    for path in ["/accounts/ACL-0001", "/accounts/ACL-0001?state=unowned", "/accounts/ACL-0001?q=user.77"] {
        page(&door, path, 10).await;
    }
}
