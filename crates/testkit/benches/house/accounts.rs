//! Who could come in now, over a list as large as a company's directory: reading it, taking it, holding it against the
//! people, saying something of one account, the page, the file.

use std::time::{Duration, Instant};

use plantgate_app::{
    read::Memory,
    witness::{
        account_list::{SayOfAccount, TakeAccountList},
        listed,
        who::who_could,
    },
};
use plantgate_domain::{
    base::{AccountListId, Kind},
    event::witness::{AccountSays, ListKind},
    witness::account_list::AccountList,
};
use plantgate_store::Limits;
use plantgate_testkit::{demo::Demo, world::World};

use super::{page, spread};

/// Times each is done.
const TIMES: usize = 20;

/// So many accounts, every hundredth of somebody known.
fn list(n: usize) -> String {
    let known = ["l.ortega", "anna.keller", "m.okafor", "liu.yang", "i.campos"];
    let mut text = String::from("sAMAccountName;displayName;lastLogon;enabled\n");
    for i in 0..n {
        match known.get(i / 100) {
            Some(login) if i % 100 == 0 => text.push_str(&format!("{login};;2026-11-10;true\n")),
            Some(_) | None => {
                text.push_str(&format!("user.{i};\"Person, Number {i}\";2026-{:02}-10;true\n", i % 10 + 1));
            }
        }
    }
    text
}

fn told(what: &str, begun: Instant) {
    println!("{what:<58} {:>8.1} ms", begun.elapsed().as_secs_f64() * 1e3);
}

/// So many accounts at the demo plant.
pub async fn accounts(n: usize) {
    let demo = Demo::on(World::sqlite().await).await;
    let (text, limits, keller) = (list(n), Limits::standard(), demo.caller("anna.keller"));
    let begun = Instant::now();
    let read = listed::read("a.csv", text.as_bytes(), &limits).unwrap();
    told(&format!("{n} accounts: the file read, before the turn"), begun);
    let act = TakeAccountList {
        site: "BRU".to_owned(),
        kind: ListKind::Directory,
        system: None,
        source: None,
        exported: None,
        accounts: read.accounts,
    };
    for what in ["taken, durable, one entry", "taken again, nothing changes"] {
        let begun = Instant::now();
        demo.world.act(&keller, act.clone()).await.unwrap();
        told(&format!("{n} accounts: {what}"), begun);
    }
    let mut all = Vec::new();
    for _ in 0..TIMES {
        let mut look = demo.world.app.store().look().await.unwrap();
        let on = look.named(Kind::AccountList, "AL-0001").await.unwrap().unwrap();
        let list: AccountList = look.get(AccountListId(on.id)).await.unwrap();
        let begun = Instant::now();
        assert_eq!(who_could(&mut look, list).await.unwrap().accounts.len(), n);
        all.push(begun.elapsed());
    }
    spread(&format!("{n} accounts: held against people and work"), all);
    spread(&format!("{n} accounts: something said of one"), say(&demo, n).await);
    let door = demo.sign_in("anna.keller").await;
    for query in ["", "?state=unowned", "?q=user.77", "?as=csv"] {
        page(&door, &format!("/accounts/AL-0001{query}"), TIMES).await;
    }
}

async fn say(demo: &Demo, n: usize) -> Vec<Duration> {
    let mut all = Vec::new();
    for i in 0..TIMES {
        let act = SayOfAccount {
            list: "AL-0001".to_owned(),
            account: format!("user.{}", n - 1 - i % 3),
            says: AccountSays::Disable,
            person: None,
            until: None,
            reason: "Nobody answers for it.".to_owned(),
        };
        let begun = Instant::now();
        demo.world.act(&demo.caller("anna.keller"), act).await.unwrap();
        all.push(begun.elapsed());
    }
    all
}
