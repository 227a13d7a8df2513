//! What a review finds, and what it does not let anybody hide: an entry renamed in the database, a deed in somebody's
//! name, a session that outlived its grant, exceptions that nobody was shown.

use plantgate_app::{
    Caller,
    review::trail::{Exception, Gone, gone, range},
};
use plantgate_domain::{
    base::{Actor, auth},
    event::expect::{TrailKind, TrailReviewed},
    review::trail::EXCEPTIONS,
};
use plantgate_store::{Stop, db::V};
use serde_json::json;

use super::{
    ground::{Ground, granted},
    trail::{ground, kinds, looks, sign, trail, waits, wrong},
};

/// What was found behind an entry, in order.
async fn since(g: &Ground, entry: u64) -> Vec<(TrailKind, u64)> {
    let found = waits(g).await.all;
    found.iter().filter(|x| x.entry() >= entry).map(|x| (x.kind, x.entry())).collect()
}
async fn size(g: &Ground) -> u64 {
    g.w.app.store().look().await.unwrap().size()
}
async fn sql(g: &Ground, sql: &'static str, values: &[V]) {
    let mut tx = g.w.app.store().db().write().await.unwrap();
    assert_eq!(tx.run(sql, values).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn whoever_writes_in_the_database_hides_no_exception() {
    for g in ground().await {
        let at = g.w.engine;
        // given a grant that was revoked, looked at with all the others
        let grant = granted(&g).await;
        let before = size(&g).await;
        g.ok(&g.vogt, "revoke-grant", json!({ "grant": grant.to_string(), "reason": "Alarm." })).await;
        let shown = waits(&g).await;
        let revoked = shown.all.iter().map(Exception::entry).find(|n| *n >= before).unwrap();
        assert!(looks(&g, &g.lindqvist, shown.until).await);
        looks(&g, &g.okafor, shown.until).await;
        // when its column says that it is something ordinary, then it is found all the same, and nobody signs
        let rename = "update entry set name = $1 where seq = $2";
        sql(&g, rename, &[V::text("permit.grant.reviewed@1"), V::size(revoked)]).await;
        let found = waits(&g).await;
        assert!(found.all.iter().any(|x| x.entry() == revoked && x.kind == TrailKind::Stopped), "{at}");
        assert_eq!((found.altered, found.list, found.whole), (vec![revoked], shown.list.clone(), true), "{at}");
        assert_eq!(wrong(&g.no(&g.lindqvist, "conclude-trail-review", sign(&shown)).await), "refuse-trail-altered");
        sql(&g, rename, &[V::text("permit.grant.revoked@1"), V::size(revoked)]).await;
        // when its time, its object's version or its hash is another one, neither
        let (mut tx, one) = (g.w.app.store().db().read().await.unwrap(), [V::size(revoked)]);
        let rec = tx.one("select at, ver, leaf from entry where seq = $1", &one).await.unwrap().unwrap();
        drop(tx);
        let (time, ver, leaf) = (rec.int(0).unwrap(), rec.int(1).unwrap(), rec.bytes(2).unwrap());
        let changes = [
            ("update entry set at = $1 where seq = $2", V::Int(time + 1), V::Int(time)),
            ("update entry set ver = $1 where seq = $2", V::Int(ver + 100), V::Int(ver)),
            ("update entry set leaf = $1 where seq = $2", V::Bytes(vec![7; 32]), V::Bytes(leaf)),
        ];
        for (set, forged, right) in changes {
            sql(&g, set, &[forged, V::size(revoked)]).await;
            assert_eq!(waits(&g).await.altered, [revoked], "{at}: {set}");
            let stop = g.no(&g.lindqvist, "conclude-trail-review", sign(&shown)).await;
            assert_eq!(wrong(&stop), "refuse-trail-altered", "{at}: {set}");
            sql(&g, set, &[right, V::size(revoked)]).await;
        }
        // as it was, it is signed
        g.ok(&g.lindqvist, "conclude-trail-review", sign(&shown)).await;
        g.close().await;
    }
}

#[tokio::test]
async fn a_range_goes_on_from_the_tree_that_was_signed_last() {
    for g in ground().await {
        // given a signed review, below a full tile and behind it
        let shown = waits(&g).await;
        assert!(looks(&g, &g.lindqvist, shown.until).await);
        looks(&g, &g.okafor, shown.until).await;
        g.ok(&g.lindqvist, "conclude-trail-review", sign(&shown)).await;
        let next = waits(&g).await;
        assert_eq!((next.before.as_str(), next.whole), (shown.root.as_str(), true));
        // when somebody writes another hash where the signed range ended, then nobody signs the next one
        let last = V::size(shown.until - 1);
        let (mut tx, sel) = (g.w.app.store().db().read().await.unwrap(), "select leaf from entry where seq = $1");
        let leaf = tx.one(sel, std::slice::from_ref(&last)).await.unwrap().unwrap().bytes(0).unwrap();
        drop(tx);
        let set = "update entry set leaf = $1 where seq = $2";
        sql(&g, set, &[V::Bytes(vec![7; 32]), last.clone()]).await;
        let forged = waits(&g).await;
        assert_ne!(forged.before, shown.root);
        let stop = g.no(&g.lindqvist, "conclude-trail-review", sign(&forged)).await;
        assert_eq!(wrong(&stop), "refuse-trail-root", "{}", g.w.engine);
        sql(&g, set, &[V::Bytes(leaf), last]).await;
        g.ok(&g.lindqvist, "conclude-trail-review", sign(&next)).await;
        g.close().await;
    }
}

/// The same person by another way in.
fn by(who: &Caller, auth: &str) -> Caller {
    Caller::person(who.actor.person().unwrap(), auth)
}

#[tokio::test]
async fn what_is_done_in_somebodys_name_is_looked_at_and_signs_nothing() {
    for g in ground().await {
        let at = g.w.engine;
        // given an ordinary act that whoever sits at the machine did in the administrator's name, several entries long
        let before = size(&g).await;
        let terminal = by(&g.admin, auth::COMMAND_LINE);
        let rows: Vec<_> = (0..40)
            .map(|n| {
                let reference = format!("BZ{}", 20 + n);
                json!({ "line": n + 2, "cells": { "site": "BRU", "reference": reference, "name": "Z", "kind": "dmz" } })
            })
            .collect();
        let body = json!({ "parts": [{ "kind": "zones", "file": "zones.csv", "rows": rows }] });
        let answer = g.ok(&terminal, "import-rows", body).await;
        let last = answer["entry"].as_u64().unwrap() + answer["entries"].as_u64().unwrap() - 1;
        assert!(last >= before + 39, "{answer}");
        // then it is one exception, its last entry, and says how they had come in
        assert_eq!(since(&g, before).await, [(TrailKind::SignIn, last)], "{at}");
        let shown = waits(&g).await;
        let one = shown.all.last().unwrap();
        assert_eq!(one.what.read.auth.as_deref(), Some("command-line"), "{at}");
        // and the same by somebody who had signed in is none
        let before = size(&g).await;
        let zone = json!({ "site": "BRU", "reference": "BZ90", "name": "Z", "kind": "dmz" });
        g.ok(&g.admin, "register-zone", zone).await;
        assert_eq!(since(&g, before).await, []);
        // nobody looks or signs by a way that does not tell who they are
        for way in [auth::COMMAND_LINE, auth::INVITATION, auth::MAILED_LINK, "demo"] {
            let who = by(&g.lindqvist, way);
            let stop = g.no(&who, "look-at-exceptions", kinds(TrailKind::ALL, &shown)).await;
            assert_eq!(wrong(&stop), "refuse-trail-auth", "{at}: {way}");
        }
        assert!(looks(&g, &g.lindqvist, shown.until).await);
        looks(&g, &g.okafor, shown.until).await;
        let stop = g.no(&by(&g.lindqvist, auth::COMMAND_LINE), "conclude-trail-review", sign(&shown)).await;
        assert_eq!(wrong(&stop), "refuse-trail-auth", "{at}");
        g.ok(&g.lindqvist, "conclude-trail-review", sign(&shown)).await;
        g.close().await;
    }
}

#[tokio::test]
async fn a_password_that_is_set_at_the_machine_is_nobodys_doing_but_the_machines() {
    for g in ground().await {
        let at = g.w.engine;
        let before = size(&g).await;
        let person = g.vogt.actor.person().unwrap();
        let key = |print: &str| json!({ "person": person.to_string(), "kind": "password", "fingerprint": print });
        // when whoever administers the machine sets somebody's password twice, then the entries say that they did
        g.ok(&Caller::host(), "set-credential", key("SHA256:one")).await;
        g.ok(&Caller::host(), "set-credential", key("SHA256:two")).await;
        let shown = waits(&g).await;
        let found: Vec<&Exception> = shown.all.iter().filter(|x| x.entry() >= before).collect();
        assert_eq!(found.len(), 3, "{at}");
        for one in found {
            let read = &one.what.read;
            assert_eq!((one.kind, read.at.by, read.on.id), (TrailKind::Rights, Actor::Host, person.0), "{at}");
            assert!(one.involved().is_empty());
        }
        // and they do nothing else: not for themselves, and in nobody's name
        let invite = json!({ "person": person.to_string(), "role": "qa" });
        assert!(matches!(g.no(&Caller::host(), "give-role", invite).await, Stop::NotFound), "{at}");
        let stop = g.no(&Caller::host(), "look-at-exceptions", kinds(TrailKind::ALL, &shown)).await;
        assert!(matches!(stop, Stop::NotFound), "{at}: {stop:?}");
        g.close().await;
    }
}

#[tokio::test]
async fn a_session_that_outlives_its_grant_is_an_exception_by_what_the_grant_was_then() {
    for g in ground().await {
        let at = g.w.engine;
        // given a session under a grant that ends at 15:00
        let grant = granted(&g).await;
        let before = size(&g).await;
        let start = json!({ "instance": "BMS-B61", "grant": grant.to_string(), "role": "configure" });
        let began = g.ok(&g.vogt, "start-session", start).await;
        assert_eq!(began["done"]["cover"], "covered", "{began}");
        assert_eq!(since(&g, before).await, [], "{at}");
        // and signed so far: what the session was stands before the next range
        let shown = waits(&g).await;
        assert!(looks(&g, &g.lindqvist, shown.until).await);
        looks(&g, &g.okafor, shown.until).await;
        g.ok(&g.lindqvist, "conclude-trail-review", sign(&shown)).await;
        assert!(trail(&g).await.from() > before);
        // when it ends behind the window, then it is an overrun
        g.set("2026-11-16T15:20:00Z");
        let before = size(&g).await;
        g.ok(&g.vogt, "end-session", json!({ "session": "SES-0001", "how": "window" })).await;
        assert_eq!(since(&g, before).await, [(TrailKind::Overrun, before)], "{at}");
        g.close().await;
    }
}

#[tokio::test]
async fn whoever_wrote_a_line_does_not_look_at_its_correction() {
    for g in ground().await {
        let at = g.w.engine;
        g.set("2026-11-16T13:00:00Z");
        // given a line of the logbook that OT security wrote, twenty minutes late, corrected by the shift lead
        let before = size(&g).await;
        let line = json!({ "instance": "BMS-B61", "way": "gateway-attended", "work": "Read alarms.", "person": "ortega",
            "from": "2026-11-16T12:40:00Z", "until": "2026-11-16T12:50:00Z" });
        let wrote = g.ok(&g.okafor, "log-session", line.clone()).await;
        let mut other = line;
        other["corrects"] = wrote["done"]["reference"].clone();
        other["reason"] = json!("It was until one.");
        other["until"] = json!("2026-11-16T13:00:00Z");
        g.ok(&g.vogt, "log-session", other).await;
        let found = since(&g, before).await;
        let (kind, corrected) = *found.last().unwrap();
        assert_eq!(kind, TrailKind::LateEntry, "{at}: {found:?}");
        // then whoever wrote the old line does not look at what became of it
        let shown = waits(&g).await;
        let one = json!({ "until": shown.until, "entries": [corrected], "note": "Fine." });
        assert_eq!(wrong(&g.no(&g.okafor, "look-at-exceptions", one.clone()).await), "refuse-trail-own", "{at}");
        g.ok(&g.okafor2, "look-at-exceptions", one).await;
        g.close().await;
    }
}

#[tokio::test]
async fn by_kind_nobody_looks_at_what_they_were_not_shown() {
    for g in ground().await {
        let at = g.w.engine;
        let shown = waits(&g).await;
        let rights: Vec<u64> = shown.all.iter().filter(|x| x.kind == TrailKind::Rights).map(Exception::entry).collect();
        assert!(rights.len() > 3, "{at}: {rights:?}");
        let tick = |more: serde_json::Value| {
            let mut body = json!({ "until": shown.until, "kinds": ["rights"], "note": "Seen." });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        // when a kind is ticked on a page that showed nothing, then nothing is looked at
        let stop = g.no(&g.lindqvist, "look-at-exceptions", tick(json!({}))).await;
        assert_eq!(wrong(&stop), "invalid-trail-nothing", "{at}");
        // when the page showed two, then these two are, though there are more of the kind
        let two = tick(json!({ "shown": rights[..2] }));
        assert_eq!(g.ok(&g.lindqvist, "look-at-exceptions", two).await["done"], json!(2), "{at}");
        assert_eq!(trail(&g).await.looked.into_keys().collect::<Vec<_>>(), rights[..2], "{at}");
        // a digest of another list shows nothing of this one; that of this list shows all of it
        let stop = g.no(&g.lindqvist, "look-at-exceptions", tick(json!({ "list": "00".repeat(32) }))).await;
        assert_eq!(wrong(&stop), "invalid-trail-list", "{at}");
        let all = g.ok(&g.lindqvist, "look-at-exceptions", tick(json!({ "list": shown.list }))).await;
        assert_eq!(all["done"], json!(rights.len() - 2), "{at}");
        g.close().await;
    }
}

#[tokio::test]
async fn another_list_by_the_same_rules_is_another_record_and_by_other_rules_another_release() {
    let g = ground().await.remove(0);
    let shown = waits(&g).await;
    assert!(looks(&g, &g.lindqvist, shown.until).await);
    looks(&g, &g.okafor, shown.until).await;
    g.ok(&g.lindqvist, "conclude-trail-review", sign(&shown)).await;
    let reviews = trail(&g).await.reviews;
    let held = range(&mut g.w.app.store().look().await.unwrap(), 0, shown.until).await.unwrap();
    let with = |edit: fn(&mut TrailReviewed)| {
        let mut review = reviews[0].clone();
        edit(&mut review.facts);
        gone(&reviews, &review, &held)
    };
    assert_eq!(with(|_| ()), None);
    assert_eq!(with(|f| f.list = "00".repeat(32)), Some(Gone::List));
    let older = |f: &mut TrailReviewed| (f.list, f.exceptions) = ("00".repeat(32), EXCEPTIONS - 1);
    assert_eq!(with(older), Some(Gone::Rules));
    // a list of other rules that is the same list holds
    assert_eq!(with(|f| f.exceptions = EXCEPTIONS - 1), None);
    assert_eq!(with(|f| f.root = "00".repeat(32)), Some(Gone::Root));
    g.close().await;
}
