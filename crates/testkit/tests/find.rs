//! *Find* on both sides of the gate: objects by name, acts and pages by theirs; nothing is offered that does not open.

use axum::http::StatusCode;
use plantgate_testkit::{demo::Demo, door::Reply};

/// The links of what was found, with their texts.
fn found(page: &Reply) -> Vec<(String, String)> {
    let rows = page.body.split("data-hit").skip(1);
    rows.filter_map(|row| {
        let (_, link) = row.split_once("href=\"")?;
        let (href, rest) = link.split_once('"')?;
        let text = rest.split_once('>')?.1.split_once('<')?.0.trim();
        Some((href.to_owned(), text.to_owned()))
    })
    .collect()
}

fn leads(page: &Reply, href: &str) -> bool {
    found(page).iter().any(|(to, _)| to == href)
}

#[tokio::test]
async fn whatever_is_offered_opens() {
    // given people of every kind, when they look for nothing in particular, then each act and page they are offered
    // opens for them, and none is there that they may not do
    for demo in Demo::both().await {
        for who in ["m.okafor", "n.castellano", "l.ortega", "i.campos"] {
            let door = demo.sign_in(who).await;
            let page = door.get("/find").await;
            assert_eq!(page.status, StatusCode::OK, "{who}: {}", page.words());
            let ways = found(&page);
            assert!(ways.len() > 5, "{who}: {ways:?}");
            for (href, text) in ways {
                let opened = door.get(&href).await;
                let open = opened.status == StatusCode::OK || opened.status == StatusCode::SEE_OTHER;
                assert!(open, "{} {who}: {text} at {href} answers {}", demo.world.engine, opened.status);
            }
        }
    }
}

#[tokio::test]
async fn acts_are_found_by_their_words_and_only_by_who_may() {
    for demo in Demo::both().await {
        // given somebody who registers providers, when they type the beginnings of its words, then the act is there
        let (ours, theirs) = (demo.sign_in("m.okafor").await, demo.sign_in("i.campos").await);
        let page = ours.get("/find?q=who+refused").await;
        assert!(!leads(&page, "/admin/would-refuse"), "every word counts: {:?}", found(&page));
        let page = ours.get("/find?q=find").await;
        assert!(leads(&page, "/findings"), "{:?}", found(&page));
        // in German it has German words
        let german = demo.sign_in("m.okafor").await.in_language("de");
        let page = german.get("/find?q=syst").await;
        assert!(leads(&page, "/systems"), "{:?}", found(&page));
        // a provider's contact is told of no page and no act of ours, in any words
        let page = theirs.get("/find").await;
        for href in ["/admin/users", "/providers", "/systems", "/findings/new", "/do/register-provider", "/emergency"] {
            assert!(!leads(&page, href), "{href}");
        }
        assert!(leads(&page, "/our-findings"), "{:?}", found(&page));
    }
}

#[tokio::test]
async fn a_provider_finds_its_own_and_nobody_elses() {
    for demo in Demo::both().await {
        // given a finding of a firm, when its contact types the beginning, then it is there and opens in the portal
        let theirs = demo.sign_in("c.hale").await;
        let page = theirs.get("/find?q=F-0231").await;
        assert_eq!(page.location(), "/our-findings/F-0231", "{}", page.words());
        // the palette leads nowhere by itself
        let page = theirs.get("/find?q=F-0231&as=list").await;
        assert!(leads(&page, "/our-findings/F-0231"), "{:?}", found(&page));
        // another firm's contact finds nothing of that name, as if there were none
        let other = demo.sign_in("i.campos").await;
        for q in ["F-0231", "F-02319"] {
            let page = other.get(&format!("/find?q={q}")).await;
            assert_eq!((page.status, found(&page).len()), (StatusCode::OK, 0), "{q}: {:?}", found(&page));
        }
    }
}

#[tokio::test]
async fn what_was_written_is_found_by_any_of_its_words_with_the_rights_of_the_reader() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        // given what was written of a fault, and of a finding; when words of it are typed in another order and
        // spelling, then the object is there with the words around them
        let ours = demo.sign_in("anna.keller").await;
        for (q, href, around) in [
            ("rejects+STATION", "/access/requests/AR-1187", "Rejects at station 4 since the night"),
            ("comparison+program", "/findings/F-0231", "Restore the released program and show the comparison."),
            ("f-0231+differs", "/findings/F-0231", "As-left of PLC-B16 differs"),
        ] {
            let page = ours.get(&format!("/find?q={q}")).await;
            assert!(leads(&page, href), "{engine} {q}: {:?}", found(&page));
            assert!(page.words().contains(around), "{engine} {q}: {}", page.words());
            // every place it leads to opens
            for (href, _) in found(&page) {
                assert_eq!(ours.get(&href).await.status, StatusCode::OK, "{engine} {q}: {href}");
            }
        }
        // the palette asks while somebody types: it looks at names, and says that it does
        let list = ours.get("/find?q=rejects+station&as=list").await;
        assert!(found(&list).is_empty() && !list.words().contains("in what was written"), "{engine}: {}", list.words());
        // every word counts, no letter is a pattern, and two letters are no word
        for q in ["rejects+comparison", "Rej%25station", "Rejects_at", "Re"] {
            let page = ours.get(&format!("/find?q={q}")).await;
            assert!(!leads(&page, "/access/requests/AR-1187"), "{engine} {q}: {:?}", found(&page));
        }
        // who sees the object by another site only, or as the firm it is about, does not learn what was written of it
        for who in ["t.walker", "c.hale", "i.campos"] {
            let page = demo.sign_in(who).await.get("/find?q=rejects+station").await;
            assert_eq!((page.status, found(&page).len()), (StatusCode::OK, 0), "{engine} {who}: {:?}", found(&page));
        }
    }
}
