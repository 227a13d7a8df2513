//! Mail as it arrives: at a real mail server on loopback. At once only for the short list, the rest once a day; written
//! when it leaves, by the rights of that moment; each once, whatever nodes there are; and a plant without a mail server
//! misses nothing.

use axum::http::StatusCode;
use plantgate_app::messages::{
    Job, outbox,
    tell::{self, Ways},
};
use plantgate_domain::base::Kind;
use plantgate_testkit::{
    demo::Demo,
    mailbox::{Mail, Mailbox},
};
use plantgate_web::post::{
    deliver,
    smtp::{MailAt, Mailer},
};
use serde_json::{Value, json};

const MAIL: Ways = Ways { mail: true, hooks: false };

async fn round(demo: &Demo, mailer: &Mailer) -> u64 {
    tell::round(demo.world.app.store(), MAIL).await.unwrap();
    deliver::round(&demo.world.app, mailer).await.unwrap()
}

async fn does(demo: &Demo, who: &str, act: &str, body: Value) -> Value {
    let answer = demo.world.named(&demo.caller(who), act, body).await;
    answer.unwrap_or_else(|e| panic!("{} {act}: {e:?}", demo.world.engine))["done"].clone()
}

async fn emergency(demo: &Demo) -> (String, Value) {
    let body = json!({ "engagement": "E-025", "person": "P09-02", "instance": "BMS-B61", "environment": "prod",
        "roles": ["configure"], "pattern": "gateway-attended", "attendant": "N-109", "minutes": 120,
        "called_back": true, "reason": "No air." });
    let done = does(demo, "d.weber", "open-emergency", body).await;
    (done["reference"].as_str().unwrap().to_owned(), done)
}

async fn dead(demo: &Demo) -> Vec<Job> {
    let mut look = demo.world.app.store().look().await.unwrap();
    outbox::dead(look.tx(), 100).await.unwrap()
}

async fn waiting(demo: &Demo) -> u64 {
    let mut look = demo.world.app.store().look().await.unwrap();
    outbox::waiting(look.tx()).await.unwrap().0
}

fn urgent(mails: &[Mail]) -> Vec<&Mail> {
    mails.iter().filter(|m| !m.header("Subject").starts_with("Plantgate ")).collect()
}

/// No picture, no script, no address but ours, no link that acts.
fn is_plain(mail: &Mail, domain: &str) {
    let (text, html) = (mail.text(), mail.html());
    let kinds: Vec<String> = mail.parts().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["text/plain", "text/html"], "{}", mail.raw);
    for bad in ["<img", "<script", "<link", "<form", "url(", "cid:", "mailto:"] {
        assert!(!html.contains(bad), "{bad}: {html}");
    }
    let ours = format!("https://plantgate.{domain}/");
    for body in [&text, &html] {
        assert!(body.contains(&ours), "{body}");
        let links = body.split("http").skip(1).map(|l| format!("http{l}"));
        assert!(links.into_iter().all(|l| l.starts_with(&ours)), "{body}");
        assert!(!body.contains("token") && !body.contains('?'), "a link holds nothing but a page: {body}");
    }
}

#[tokio::test]
async fn emergency_access_is_mailed_at_once_to_whom_it_concerns_and_once_by_two_nodes() {
    let Some(box_) = Mailbox::new() else { return };
    for demo in Demo::both().await {
        let mailer = box_.mailer();
        round(&demo, &mailer).await;
        let before = box_.mails().len();
        let (reference, _) = emergency(&demo).await;
        tell::round(demo.world.app.store(), MAIL).await.unwrap();
        // given the jobs as they wait, when two nodes send at the same time
        let sql = "select id from outbox where lane = 'mail' order by id";
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let ids = tx.all(sql, &[]).await.unwrap();
        let ids: Vec<String> = ids.iter().map(|r| r.id(0).unwrap().to_string()).collect();
        drop(tx);
        let other = demo.world.again().await.unwrap();
        let (here, there) = tokio::join!(deliver::round(&demo.world.app, &mailer), deliver::round(&other, &mailer));
        assert_eq!(here.unwrap() + there.unwrap(), ids.len() as u64, "{}", demo.world.engine);
        // then each reviewer has one, its Message-ID is the job's, and nobody else has any
        let all = box_.mails().split_off(before);
        let new = urgent(&all);
        let mut to: Vec<&str> = new.iter().map(|m| m.to.split('@').next().unwrap()).collect();
        to.sort_unstable();
        assert_eq!(to, ["h.vogel", "m.okafor", "n.castellano"], "{}", demo.world.engine);
        for mail in &new {
            let subject = mail.header("Subject");
            assert!(subject.starts_with(&format!("Emergency access {reference} was opened (")), "{subject}");
            let id = mail.header("Message-ID");
            assert!(ids.iter().any(|job| id == format!("<{job}@{}>", box_.domain)), "{id}");
            assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
            is_plain(mail, &box_.domain);
            let text = mail.text();
            for want in ["You can review emergency access at this site.", "BMS-B61", "CET (UTC+1)", "No link does"] {
                assert!(text.contains(want), "{want}: {text}");
            }
            // and its link opens a page that asks; opening it does nothing
            let path = text.split("https://plantgate.").nth(1).unwrap();
            let path = format!("/{}", path.split_once('/').unwrap().1.split_whitespace().next().unwrap());
            let size = demo.size().await;
            let door = demo.sign_in("m.okafor").await;
            let signed = demo.size().await;
            assert_eq!(door.get(&path).await.status, StatusCode::OK, "{path}");
            assert_eq!(demo.world.nobody().get(&path).await.location(), "/sign-in");
            assert_eq!(demo.size().await, signed.max(size), "a link acted");
        }
        assert_eq!(round(&demo, &mailer).await, 0, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_is_settled_and_who_is_gone_get_no_mail() {
    let Some(box_) = Mailbox::new() else { return };
    for demo in Demo::both().await {
        let mailer = box_.mailer();
        round(&demo, &mailer).await;
        let before = box_.mails().len();
        let (_, done) = emergency(&demo).await;
        tell::round(demo.world.app.store(), MAIL).await.unwrap();
        // given a reviewer who is suspended before the mail leaves
        does(&demo, "n.castellano", "suspend-person", json!({ "person": "N-102", "reason": "On leave" })).await;
        deliver::round(&demo.world.app, &mailer).await.unwrap();
        let all = box_.mails().split_off(before);
        let mut to: Vec<&str> = urgent(&all).iter().map(|m| m.to.split('@').next().unwrap()).collect();
        to.sort_unstable();
        assert_eq!(to, ["h.vogel", "n.castellano"], "{}", demo.world.engine);
        // and one whose object was settled: an emergency that was reviewed before the mail left
        let other = box_.mails().len();
        let (_, second) = emergency(&demo).await;
        tell::round(demo.world.app.store(), MAIL).await.unwrap();
        let review = json!({ "grant": second["grant"], "cause": "environment", "finding": "Air is back." });
        does(&demo, "n.castellano", "review-emergency", review).await;
        deliver::round(&demo.world.app, &mailer).await.unwrap();
        let new = box_.mails().split_off(other);
        let late = urgent(&new);
        assert!(late.is_empty(), "{}: {late:?} {done}", demo.world.engine);
        assert_eq!((waiting(&demo).await, dead(&demo).await), (0, vec![]));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for_and_a_refusal_is_dead_with_its_reason() {
    let Some(box_) = Mailbox::new() else { return };
    for demo in Demo::both().await {
        let mailer = box_.mailer();
        round(&demo, &mailer).await;
        let before = box_.mails().len();
        // given a server that is not there
        let away = Mailer::new(MailAt { port: 1, ..box_.at() }).unwrap();
        emergency(&demo).await;
        assert_eq!(round(&demo, &away).await, 0);
        assert_eq!((waiting(&demo).await, dead(&demo).await), (3, vec![]), "{}", demo.world.engine);
        // when it is back, then nothing is sent before the pause is over, and everything behind it
        let now = demo.world.app.store().look().await.unwrap().now().0;
        assert_eq!(round(&demo, &mailer).await, 0);
        demo.world.clock.set(now.plus_secs(60));
        assert!(round(&demo, &mailer).await >= 3, "{}", demo.world.engine);
        assert_eq!(urgent(&box_.mails().split_off(before)).len(), 3);
        // given one whose address the server refuses, and one it takes later
        for (reference, handle) in [("N-801", "refused.one"), ("N-802", "later.one")] {
            let body = json!({ "reference": reference, "handle": handle, "name": handle,
                "roles": [{ "role": "ot-security", "site": "BRU" }] });
            does(&demo, "k.brandt", "invite-person", body).await;
            does(&demo, "k.brandt", "activate-person", json!({ "person": reference })).await;
        }
        // A daily mail goes to them too, when there is one: only what goes at once is looked at here.
        emergency(&demo).await;
        round(&demo, &mailer).await;
        let gone: Vec<_> = dead(&demo).await.into_iter().filter(|j| j.lane == "mail").collect();
        assert_eq!(gone.len(), 1, "{}: {gone:?}", demo.world.engine);
        assert_eq!(gone[0].said.as_deref(), Some("outbox-mail-refused"));
        let words = demo.sign_in("k.brandt").await.get("/admin/deliveries").await.words();
        for want in ["The mail server refused this mail for good.", "refused.one", "Emergency access"] {
            assert!(words.contains(want), "{want}: {words}");
        }
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let sql = "select said from outbox where lane = 'mail' and dead_at is null";
        let later = tx.one(sql, &[]).await.unwrap().unwrap();
        assert_eq!(later.text(0).unwrap(), "outbox-mail-later");
        drop(tx);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn without_a_mail_server_nothing_waits_and_the_page_says_so() {
    for mut demo in Demo::both().await {
        let store = demo.world.app.store();
        tell::round(store, Ways::default()).await.unwrap();
        emergency(&demo).await;
        tell::round(store, Ways::default()).await.unwrap();
        assert_eq!(waiting(&demo).await, 0, "{}", demo.world.engine);
        let page = demo.sign_in("m.okafor").await.get("/messages").await.words();
        assert!(page.contains("No mail server is configured here") && page.contains("Emergency access"), "{page}");
        // with one, each reader is told whether and where mail reaches them
        demo.world.way =
            plantgate_web::post::Way { mail: true, hooks: false, domain: Some("plant.example".to_owned()) };
        let page = demo.sign_in("m.okafor").await.get("/messages").await.words();
        assert!(page.contains("Mail reaches you at m.okafor@plant.example"), "{page}");
        let page = demo.sign_in("l.ortega").await.get("/messages").await.words();
        assert!(page.contains("No mail reaches you: the name you sign in with is no mail address"), "{page}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_daily_mail_comes_on_weekday_mornings_of_the_site_once_and_only_with_something_in_it() {
    let Some(box_) = Mailbox::new() else { return };
    for demo in Demo::both().await {
        let mailer = box_.mailer();
        let daily = |name: &str| {
            let all = box_.of(name);
            all.into_iter().filter(|m| m.header("Subject").starts_with("Plantgate ")).collect::<Vec<_>>()
        };
        // given Monday, 08:30 at Brunnfeld and half past one in the night at Cedar Bluff; when two nodes look
        tell::round(demo.world.app.store(), MAIL).await.unwrap();
        let start = box_.mails().len();
        let other = demo.world.again().await.unwrap();
        let (here, there) = tokio::join!(deliver::round(&demo.world.app, &mailer), deliver::round(&other, &mailer));
        assert!(here.unwrap() + there.unwrap() > 0, "{}", demo.world.engine);
        let monday = box_.mails().split_off(start);
        let names: std::collections::BTreeSet<&str> = monday.iter().map(|m| &*m.to).collect();
        assert_eq!(names.len(), monday.len(), "{}: each once", demo.world.engine);
        for night in ["t.walker", "p.nguyen", "s.brooks", "f.ibarra"] {
            assert!(!monday.iter().any(|m| m.to.starts_with(night)), "{night}");
        }
        let seen = daily("m.okafor").len();
        assert!(seen >= 1, "{}", demo.world.engine);
        let mail = daily("m.okafor").pop().unwrap();
        is_plain(&mail, &box_.domain);
        let subject = mail.header("Subject");
        assert!(subject.starts_with("Plantgate Brunnfeld: ") && subject.contains(" overdue"), "{subject}");
        let text = mail.text();
        for want in ["You get this on weekdays at 07:30", "Times are in CET (UTC+1)."] {
            assert!(text.contains(want), "{want}: {text}");
        }
        assert!(["Overdue", "Only you can do", "Changed since yesterday"].iter().any(|s| text.contains(s)), "{text}");
        // the same morning none comes twice, nor one second too early the next day
        assert_eq!(round(&demo, &mailer).await, 0, "{}", demo.world.engine);
        let finding = json!({ "kind": "general", "reference": "F-0990", "engagement": "E-025", "severity": "low",
            "text": "A word is missing." });
        does(&demo, "n.castellano", "propose-finding", finding).await;
        demo.world.set("2026-11-17T06:29:59Z");
        assert_eq!(round(&demo, &mailer).await, 0, "{}", demo.world.engine);
        demo.world.set("2026-11-17T06:30:00Z");
        assert!(round(&demo, &mailer).await > 0, "{}", demo.world.engine);
        let tuesday = daily("m.okafor");
        assert_eq!(tuesday.len(), seen + 1);
        let text = tuesday.last().unwrap().text();
        assert!(text.contains("Changed since yesterday") && text.contains("Finding F-0990 is proposed"), "{text}");
        // who sends it is not told of their own act, and what was told is not told again
        let own = daily("n.castellano").pop().unwrap().text();
        assert!(!own.contains("Changed since yesterday") || !own.contains("F-0990 is proposed"), "{own}");
        demo.world.set("2026-11-18T06:30:00Z");
        round(&demo, &mailer).await;
        assert!(!daily("m.okafor").pop().unwrap().text().contains("F-0990 is proposed; nothing"));
        // on Saturday there is none
        demo.world.set("2026-11-21T07:00:00Z");
        assert_eq!(round(&demo, &mailer).await, 0, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_firm_gets_one_mail_a_day_with_what_it_owes_and_no_blame() {
    let Some(box_) = Mailbox::new() else { return };
    for demo in Demo::both().await {
        let mailer = box_.mailer();
        // given a contact whose sign-in name is an address
        let handle = format!("contact@{}", box_.domain);
        let body = json!({ "reference": "P09-90", "handle": handle, "name": "Carmen Contacto", "provider": "P-09",
            "provider_roles": ["contact"] });
        does(&demo, "k.brandt", "invite-person", body).await;
        does(&demo, "k.brandt", "activate-person", json!({ "person": "P09-90" })).await;
        let finding = json!({ "kind": "general", "reference": "F-0991", "engagement": "E-025", "severity": "low",
            "text": "A word is missing.", "shared": true });
        does(&demo, "n.castellano", "propose-finding", finding).await;
        round(&demo, &mailer).await;
        let mails = box_.of("contact");
        assert_eq!(mails.len(), usize::from(demo.world.engine != "SQLite") + 1, "{}", demo.world.engine);
        let mail = mails.last().unwrap();
        is_plain(mail, &box_.domain);
        let text = mail.text();
        for want in ["Overdue", "User list", "46 days late", "/owe/REQ-0577/upload"] {
            assert!(text.contains(want), "{want}: {text}");
        }
        // what is only proposed is told to nobody of theirs
        assert!(!text.contains("F-0991"), "{text}");
        // nor is anything of another firm in it
        assert!(!text.contains("P-04") && !text.contains("Brightmere"), "{text}");
        let mut look = demo.world.app.store().look().await.unwrap();
        assert!(plantgate_app::names::find(&mut look, Kind::Finding, "F-0991").await.unwrap().is_some());
        drop(look);
        demo.world.close().await;
    }
}
