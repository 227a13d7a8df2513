//! Who could come in now, through the pages on both engines: every account comes to one thing with its reason, whoever
//! may says whose one is, a list taken again shows what changed, and nobody else reads it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use axum::http::StatusCode;
use plantgate_domain::base::Kind;
use plantgate_store::memory::Memory;
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::request,
};
use serde_json::{Value, json};

/// A directory of Brunnfeld with an account of each sort.
const LIST: &str = "login;displayName;lastLogon;enabled;type\n\
    l.ortega;;2026-11-10;true;\n\
    WORKS\\anna.keller;;2026-11-10;true;\n\
    mo;Okafor, Michael;2026-05-01;true;\n\
    liu.yang;;2026-11-10;true;\n\
    i.campos;;2026-11-10;true;\n\
    ghost;Nobody Atall;2026-11-10;true;\n\
    operator;;2026-11-10;true;shared\n\
    old;;;false;\n";

/// The directory of Brunnfeld, taken by its control engineer, who said something of one account; where one is chosen.
pub async fn taken(demo: &Demo) -> String {
    let keller = demo.sign_in("anna.keller").await;
    takes(&keller, ("ad.csv", LIST), &[]).await;
    says(&keller, "liu.yang", &[("says", "disable"), ("reason", "No work here.")]).await;
    marked(&keller.get("/accounts/AL-0001").await, "ghost")
}

/// Where an account on a page is chosen.
pub fn marked(page: &Reply, account: &str) -> String {
    let before = page.body.split(&format!(">{account}</a>")).next().unwrap();
    let href = before.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    href.split('#').next().unwrap().to_owned()
}

async fn takes(door: &Door, file: (&str, &str), more: &[(&str, &str)]) -> Reply {
    let id = request().to_string();
    let mut fields = vec![("request_id", id.as_str())];
    let usual = [("site", "BRU"), ("kind", "directory")];
    fields.extend(usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name)));
    fields.extend(more);
    door.upload("/accounts", &fields, file).await
}

/// State, reason and how its person was found of each account, out of the export.
async fn comes(door: &Door, query: &str) -> Vec<[String; 4]> {
    let reply = door.get(&format!("/accounts/AL-0001?as=json{query}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.words());
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let rows = reply.json();
    rows.as_array().unwrap().iter().map(|r| ["account", "state", "why", "found"].map(|n| text(r, n))).collect()
}

async fn says(door: &Door, account: &str, fields: &[(&str, &str)]) -> Reply {
    let id = request().to_string();
    let fixed = [("request_id", id.as_str()), ("account", account)];
    let fields: Vec<(&str, &str)> = fixed.into_iter().chain(fields.iter().copied()).collect();
    door.form("/accounts/AL-0001/say", &fields).await
}

fn one<'a>(all: &'a [[String; 4]], account: &str) -> &'a [String; 4] {
    all.iter().find(|row| row[0] == account).unwrap_or_else(|| panic!("no {account} in {all:?}"))
}

#[tokio::test]
async fn every_account_comes_to_one_thing_with_its_reason() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let keller = demo.sign_in("anna.keller").await;
        let none = keller.get("/accounts").await;
        assert!(none.body.contains("data-empty=\"nothing\""), "{at}: {}", none.words());
        // given somebody of Verdano whom Brunnfeld suspended
        let body = json!({ "person": "P09-01", "reason": "Asked for it." });
        demo.world.named(&demo.caller("m.okafor"), "suspend-person", body).await.unwrap();
        let size = demo.size().await;
        let taken = takes(&keller, ("ad.csv", LIST), &[]).await;
        assert!(taken.location().starts_with("/accounts/AL-0001?done=accounts-taken"), "{at}: {}", taken.words());
        assert_eq!(demo.size().await, size + 1, "{at}: one entry");
        let all = comes(&keller, "").await;
        let wants = [
            ("l.ortega", "known", "by the name they sign in with"),
            ("WORKS\\anna.keller", "known", "by the name they sign in with"),
            ("mo", "dormant", "by name only: make sure that it is they"),
            ("liu.yang", "contradicting", "by the name they sign in with"),
            ("i.campos", "contradicting", "by the name they sign in with"),
            ("ghost", "unowned", ""),
            ("operator", "shared", ""),
            ("old", "off", ""),
        ];
        for (account, state, found) in wants {
            let [_, is, _, by] = one(&all, account);
            assert_eq!((is.as_str(), by.as_str()), (state, found), "{at} {account}: {all:?}");
        }
        // the most urgent first; a filter of the page and its file are the same; doubt says what it is and who can help
        assert_eq!(all[0][1], "contradicting");
        assert_eq!(comes(&keller, "&state=unowned").await.len(), 1);
        let page = keller.get("/accounts/AL-0001?state=contradicting").await;
        for said in [
            "No engagement of their provider is in use at this site",
            "The person is suspended",
            "A question, not a finding",
            "it counts against nobody",
            "Who can help: the person; for somebody of a provider, its contact",
        ] {
            assert!(page.words().contains(said), "{at} {said}: {}", page.words());
        }
        assert!(!page.words().contains("ghost"), "{at}");
        let nothing = keller.get("/accounts/AL-0001?state=accepted").await;
        assert!(nothing.body.contains("data-empty=\"no-match\""), "{at}: {}", nothing.words());
        // no address holds the name of an account
        assert!(!page.body.contains("=liu.yang"), "{at}");
        let one = keller.get(&marked(&page, "liu.yang")).await;
        assert!(one.words().contains("Say of liu.yang") && !one.words().contains("i.campos"), "{at}: {}", one.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_contradicts_is_a_fact_of_the_record_and_counts_only_when_somebody_records_it() {
    for demo in Demo::both().await {
        let (at, w) = (demo.world.engine, &demo.world);
        let li = demo.sign_in("li.na").await;
        let before = demo.size().await;
        // given P-14 stated that it needs no access at Linhe, and an account of its contact there
        let list = "user,full name\nhuang.min,\nb.arnold,Somebody Else\n";
        let fields = [("site", "LIN"), ("kind", "vpn")];
        takes(&li, ("vpn.csv", list), &fields).await;
        let all = comes(&li, "").await;
        let [_, state, why, _] = one(&all, "huang.min");
        assert_eq!(
            (state.as_str(), why.as_str()),
            ("contradicting", "Their engagement states that no access is needed here."),
            "{at}"
        );
        assert_eq!(demo.size().await, before + 1, "{at}: no tier, finding or standing moved by it");
        let page = li.get("/accounts/AL-0001").await;
        assert!(page.words().contains("Only then does it count against what the provider stated"), "{}", page.words());
        // given an account that is recorded as removed at a host of Brunnfeld, and one that is recorded as somebody's
        let okafor = demo.caller("m.okafor");
        for (name, holder) in [("svc.lab", None), ("lo2", Some("P09-02"))] {
            let body = json!({ "instance": "BMS-B61", "name": name, "kind": "named", "holder": holder });
            let done = w.named(&okafor, "record-account", body).await.unwrap();
            if holder.is_none() {
                let gone = json!({ "account": done["done"]["reference"], "how": "removed", "verified_by": "N-101" });
                w.named(&okafor, "remove-account", gone).await.unwrap();
            }
        }
        let keller = demo.sign_in("anna.keller").await;
        let local = [("kind", "local"), ("system", "BMS-B61")];
        let taken = takes(&keller, ("b61.csv", "login\nSVC.lab\nlo2\n"), &local).await;
        let path = taken.location().split('?').next().unwrap().to_owned();
        let rows = keller.get(&format!("{path}?as=json")).await.json();
        let row = |n: usize, name: &str| rows[n][name].as_str().unwrap().to_owned();
        assert_eq!((row(0, "account"), row(0, "state")), ("SVC.lab".to_owned(), "contradicting".to_owned()), "{at}");
        assert!(row(0, "why").contains("recorded as removed"), "{at}: {rows}");
        assert_eq!((row(1, "state"), row(1, "found")), ("known".to_owned(), "recorded at the host".to_owned()), "{at}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn somebody_says_whose_it_is_and_the_last_word_counts() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let keller = demo.sign_in("anna.keller").await;
        takes(&keller, ("ad.csv", LIST), &[]).await;
        // whose one is, that one may stay, that one shall go
        let assigned = [("says", "assigned"), ("person", "N-101"), ("reason", "A test account of hers.")];
        let stays = [("says", "accepted"), ("until", "2027-03-31"), ("reason", "The panel knows no other.")];
        let goes = [("says", "disable"), ("reason", "No work here.")];
        for (account, fields) in [("ghost", &assigned[..]), ("operator", &stays), ("liu.yang", &goes)] {
            let reply = says(&keller, account, fields).await;
            assert!(reply.location().contains("account-said"), "{at} {account}: {}", reply.words());
        }
        let all = comes(&keller, "").await;
        assert_eq!((&*one(&all, "ghost")[1], &*one(&all, "ghost")[3]), ("known", "somebody said so"), "{at}");
        assert_eq!(one(&all, "operator")[1], "accepted", "{at}");
        let page = keller.get("/accounts/AL-0001?q=liu.yang").await;
        assert!(page.body.contains("/register/task/") && page.words().contains("No work here."), "{}", page.words());
        // said again it is one word and one task
        says(&keller, "LIU.YANG", &[("says", "disable"), ("reason", "Still no work here.")]).await;
        let page = keller.get("/accounts/AL-0001?q=liu.yang").await;
        assert!(page.words().contains("Still no work here."), "{at}: {}", page.words());
        let tasks = demo.world.app.store().look().await.unwrap().every(Kind::Task).await.unwrap();
        let on = |k: &&plantgate_store::memory::Kept| {
            k.thing.card().links.iter().any(|(_, on)| on.kind == Kind::AccountList)
        };
        assert_eq!(tasks.iter().filter(on).count(), 1, "{at}");
        // what lacks something is said beside its field, and nothing is recorded
        let size = demo.size().await;
        let wrong = [
            ("ghost", vec![("says", "assigned"), ("reason", "x")], "Say whose it is"),
            ("ghost", vec![("says", "accepted"), ("reason", "x")], "Say until when"),
            ("ghost", vec![("says", "accepted"), ("until", "2029-01-01"), ("reason", "x")], "for a year at most"),
            ("nobody-there", vec![("says", "disable"), ("reason", "x")], "No account"),
            ("ghost", vec![("reason", "x")], "Say of ghost"),
        ];
        for (account, fields, said) in wrong {
            let reply = says(&keller, account, &fields).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{at} {said}");
            assert!(reply.words().contains(said), "{at} {said}: {}", reply.words());
        }
        assert_eq!(demo.size().await, size, "{at}");
        // of so many accounts something may be said, and the bound is named
        says(&keller, "mo", &[("says", "disable"), ("reason", "Unused.")]).await;
        let full = says(&keller, "i.campos", &[("says", "disable"), ("reason", "One too many.")]).await;
        assert!(full.words().contains("Of 4 accounts of this list something was said"), "{at}: {}", full.words());
        let again = says(&keller, "mo", &[("says", "assigned"), ("person", "N-102"), ("reason", "His.")]).await;
        assert!(again.location().contains("account-said"), "{at}: {}", again.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_same_list_again_changes_nothing_and_another_shows_what_changed() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let keller = demo.sign_in("anna.keller").await;
        takes(&keller, ("ad.csv", LIST), &[]).await;
        let stays = [("says", "accepted"), ("until", "2027-03-31"), ("reason", "The panel knows no other.")];
        says(&keller, "operator", &stays).await;
        // given the same accounts in another order, with commas, under another name
        let size = demo.size().await;
        let (head, rows) = LIST.split_once('\n').unwrap();
        let mut rows: Vec<&str> = rows.lines().filter(|r| !r.contains(',')).collect();
        rows.reverse();
        let turned = format!("{head}\n{}\nmo;Okafor, Michael;2026-05-01;true;\n", rows.join("\n"));
        for (name, text) in [("again.csv", LIST.to_owned()), ("turned.csv", turned)] {
            let same = takes(&keller, (name, &text), &[]).await;
            assert!(same.location().contains("accounts-same"), "{at} {name}: {} {}", same.location(), same.words());
        }
        assert_eq!(demo.size().await, size, "{at}");
        // one that cannot be read, of no day, of a day to come or an older one is refused, with place and reason
        let bad = "login;lastLogon\na;2026-11-10\nA;2026-11-10\nb;soon\n";
        let later = "login;lastLogon\na;2026-12-10\n";
        for (text, more, said) in [
            (bad, vec![], "bad.csv:3 login: This account stands already in line 2."),
            (bad, vec![], "bad.csv:4 lastLogon: ‘soon’ is no day"),
            (LIST, vec![("exported", "2027-01-01")], "Exported"),
            ("login\na\n", vec![("exported", "2026-11-01")], "stands already; this one is older"),
            (later, vec![], "was used later than this list was exported"),
            (LIST, vec![("kind", "local")], "Say which host"),
            (LIST, vec![("system", "BMS-B61")], "belong to no single host"),
            ("", vec![], "empty"),
        ] {
            let reply = takes(&keller, ("bad.csv", text), &more).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{at} {said}");
            assert!(reply.words().contains(said), "{at} {said}: {}", reply.words());
        }
        assert_eq!(demo.size().await, size, "{at}");
        // taken again without one and with another, what was said stays said
        let next = LIST.replace("old;;;false;\n", "new.one;;2026-11-15;true;\n");
        takes(&keller, ("next.csv", &next), &[]).await;
        let page = keller.get("/accounts/AL-0001").await;
        assert!(page.words().contains("Since the list before: 1 new, 1 gone"), "{at}: {}", page.words());
        let fresh = comes(&keller, "&new=yes").await;
        assert_eq!((fresh.len(), fresh[0][0].as_str()), (1, "new.one"), "{at}");
        assert_eq!(one(&comes(&keller, "").await, "operator")[1], "accepted", "{at}");
        // the history tells that it was taken, and none of its rows
        let history = keller.get("/history/account-list/AL-0001").await;
        assert!(history.words().contains("List of accounts taken") && !history.body.contains("new.one"), "{at}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_name_that_says_nothing_makes_nobody_known() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let keller = demo.sign_in("anna.keller").await;
        // given an account systems are delivered with, and one of another domain whose list says another name
        let list = "login;displayName;enabled\nPANEL7\\Administrator;;true\nOTHER\\l.ortega;Somebody Else;true\n\
            m.okafor;Okafor, Michael;gesperrt\n";
        takes(&keller, ("ad.csv", list), &[]).await;
        let all = comes(&keller, "").await;
        // then neither is anybody's, and each says why
        let [_, state, why, found] = one(&all, "PANEL7\\Administrator");
        assert_eq!((state.as_str(), found.as_str()), ("shared", ""), "{at}");
        assert!(why.contains("Systems are delivered with an account of this name"), "{at}: {why}");
        let [_, state, why, found] = one(&all, "OTHER\\l.ortega");
        assert_eq!((state.as_str(), found.as_str()), ("unowned", ""), "{at}");
        assert!(why.contains("the list says another name"), "{at}: {why}");
        // and what wrong passwords locked is not off: it may unlock by itself
        assert_eq!(one(&all, "m.okafor")[1], "known", "{at}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn two_directories_of_a_site_are_two_lists() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let keller = demo.sign_in("anna.keller").await;
        let plant = [("source", "PLANT domain")];
        takes(&keller, ("plant.csv", "login\na.plant\n"), &plant).await;
        // when the other domain is taken, by an export of an earlier day
        let corp = [("source", "CORP"), ("exported", "2026-11-10")];
        let taken = takes(&keller, ("corp.csv", "login\na.corp\n"), &corp).await;
        assert!(taken.location().starts_with("/accounts/AL-0002?done=accounts-taken"), "{at}: {}", taken.words());
        // then nothing of the first is gone, and each says which it is
        let first = keller.get("/accounts/AL-0001").await;
        assert!(first.words().contains("a.plant") && first.words().contains("PLANT domain"), "{at}: {}", first.words());
        assert!(!first.words().contains("gone"), "{at}: {}", first.words());
        // and the same domain, however it is spelled, is the same list
        takes(&keller, ("plant.csv", "login\nb.plant\n"), &[("source", "plant DOMAIN")]).await;
        let first = keller.get("/accounts/AL-0001").await;
        assert!(first.words().contains("1 new, 1 gone"), "{at}: {}", first.words());
        let lists = keller.get("/accounts").await;
        assert!(lists.words().contains("CORP") && !lists.body.contains("AL-0003"), "{at}: {}", lists.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_old_list_says_so_and_nobody_accepts_their_own_account() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let keller = demo.sign_in("anna.keller").await;
        takes(&keller, ("ad.csv", LIST), &[("exported", "2026-11-10")]).await;
        assert!(!keller.get("/accounts/AL-0001").await.words().contains("take a new one"), "{at}");
        let size = demo.size().await;
        let stays = [("says", "accepted"), ("until", "2027-03-31"), ("reason", "I need it.")];
        let own = says(&keller, "WORKS\\anna.keller", &stays).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "{at}: {}", own.words());
        assert!(own.words().contains("You cannot accept your own account"), "{at}: {}", own.words());
        assert_eq!(demo.size().await, size, "{at}");
        // ninety days later what it says of now is a guess
        demo.world.set("2027-02-10T08:00:00Z");
        let keller = demo.sign_in("anna.keller").await;
        let old = keller.get("/accounts/AL-0001").await;
        assert!(old.words().contains("This list is 92 days old"), "{at}: {}", old.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn nobody_else_reads_who_could_come_in() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let keller = demo.sign_in("anna.keller").await;
        takes(&keller, ("ad.csv", LIST), &[]).await;
        // a provider's people find no page, nor does one of ours without that work; somebody of another site no list
        let names = ["l.ortega", "liu.yang", "r.adeyemi", "h.vogel", "li.na", "s.brooks"];
        for (name, paths) in names.iter().flat_map(|n| [(n, "/accounts"), (n, "/accounts/AL-0001")]) {
            let reply = demo.sign_in(name).await.get(paths).await;
            let own = *name == "li.na" && paths == "/accounts";
            assert_eq!(reply.status, if own { StatusCode::OK } else { StatusCode::NOT_FOUND }, "{at} {name} {paths}");
            assert!(!reply.body.contains("AL-0001</a>"), "{at} {name}");
        }
        let stranger = demo.sign_in("l.ortega").await;
        let absent = stranger.get("/accounts/AL-0002").await;
        let there = stranger.get("/accounts/AL-0001").await;
        assert_eq!(absent.still().replace("AL-0002", "AL-0001"), there.still(), "{at}");
        let systems = demo.sign_in("r.adeyemi").await.get("/systems").await;
        assert!(!systems.body.contains("\"/accounts\"") && keller.get("/systems").await.body.contains("\"/accounts\""));
        // an auditor reads it and says nothing of it
        let haddad = demo.sign_in("i.haddad").await;
        let page = haddad.get("/accounts/AL-0001").await;
        assert!(page.words().contains("ghost") && !page.body.contains("?account="), "{at}: {}", page.words());
        let li = demo.sign_in("li.na").await;
        let size = demo.size().await;
        let refused = says(&haddad, "ghost", &[("says", "disable"), ("reason", "x")]).await;
        let other = takes(&haddad, ("ad.csv", "login\na\n"), &[]).await;
        assert_eq!((refused.status, other.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN), "{at}");
        let elsewhere = takes(&li, ("ad.csv", "login\na\n"), &[]).await;
        assert_ne!(elsewhere.status, StatusCode::SEE_OTHER, "{at}: {}", elsewhere.words());
        assert_eq!(demo.size().await, size, "{at}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_long_list_has_pages_and_its_file_has_all() {
    let demo = Demo::both().await.remove(0);
    let keller = demo.sign_in("anna.keller").await;
    let rows: String = (0..12_000).map(|n| format!("=user.{n}\n")).collect();
    takes(&keller, ("long.csv", &format!("login\n{rows}")), &[]).await;
    let mut seen = BTreeSet::new();
    let mut path = "/accounts/AL-0001?q=user.11".to_owned();
    for _ in 0..40 {
        let page = keller.get(&path).await;
        let links = page.body.split("?account=").skip(1).map(|l| l.split('#').next().unwrap().to_owned());
        seen.extend(links);
        let next = page.body.split("rel=\"next\"").next().filter(|_| page.body.contains("rel=\"next\""));
        let Some(before) = next else { break };
        path = before
            .rsplit("href=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .replace("&amp;", "&")
            .replace("&#38;", "&");
    }
    let wanted = (0..12_000).filter(|n| format!("user.{n}").contains("user.11")).count();
    assert_eq!(seen.len(), wanted);
    // more than other lists export, and no cell that a spreadsheet would run
    let file = keller.get("/accounts/AL-0001?as=csv").await.body;
    assert_eq!(file.lines().count(), 12_001);
    assert!(file.contains("'=user.0") && !file.contains("\n=user"));
    demo.world.close().await;
}

/// Every file of a data directory, the evidence too.
fn files(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    all.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_list_that_was_erased_says_so_and_is_nowhere() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let keller = demo.sign_in("anna.keller").await;
        takes(&keller, ("ad.csv", LIST), &[]).await;
        let entry = demo.size().await - 1;
        let brandt = demo.sign_in("k.brandt").await;
        let history = brandt.get("/history/account-list/AL-0001").await;
        assert!(history.body.contains("/do/erase-text?kind=account-list"), "{at}: the history offers it");
        let body = json!({ "kind": "account-list", "object": "AL-0001", "entry": entry, "ground": "retention",
            "second": "N-102" });
        demo.world.named(&demo.caller("k.brandt"), "erase-text", body).await.unwrap();
        let page = keller.get("/accounts/AL-0001").await;
        assert!(page.words().contains("8 accounts of this list were erased"), "{at}: {}", page.words());
        assert!(page.body.contains("data-empty=\"unknown\"") && !page.body.contains("ghost"), "{at}");
        let left = files(&demo.world.folder).into_iter().find(|file| {
            let bytes = std::fs::read(file).unwrap();
            bytes.windows(12).any(|w| w == b"Nobody Atall")
        });
        assert_eq!(left, None, "{at}: neither a file of it nor a row");
        let none = says(&keller, "ghost", &[("says", "disable"), ("reason", "x")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "{at}");
        // taken again it is there again, and nothing is said about what is not known any more
        takes(&keller, ("ad.csv", LIST), &[]).await;
        let page = keller.get("/accounts/AL-0001").await;
        assert!(page.words().contains("ghost") && !page.words().contains("Since the list before"), "{at}");
        demo.world.close().await;
    }
}
