//! Every form of a page is sent as people send it: nobody and a stranger move nothing, who may makes the ledger grow.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use plantgate_app::sign_in::Enrolment;
use plantgate_domain::rules::BUILTIN;
use plantgate_store::Clock;
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    forms::{self, Filled},
    story::{Story, steps},
    world::{World, request},
};
use plantgate_web::door::{routes::RouteKind, table};

/// Whoever is not let in is told nothing: the answer for an object of another is the answer for no object.
async fn kept_out(story: &Story, form: &Filled, nobody: &Door, stranger: &Door) {
    let size = story.demo.size().await;
    let out: Reply = form.send(nobody).await;
    assert_eq!((out.status, out.location()), (StatusCode::SEE_OTHER, "/sign-in"), "nobody: {}", form.path());
    let theirs = form.send(stranger).await;
    // A stranger may ask for access and deliver, on what is theirs; never on this.
    assert_eq!(theirs.status, StatusCode::NOT_FOUND, "stranger: {} {}", form.path(), theirs.words());
    let none = form.invented().send(stranger).await;
    assert_eq!((theirs.status, theirs.body), (none.status, none.body), "stranger: {}", form.path());
    assert_eq!(story.demo.size().await, size, "refusals wrote something: {}", form.path());
}

/// Forms that need something before they can be sent: an empty house, an upload, a link, one's own key, a clock that
/// jumped, rules as a file. Below each is walked by itself; a welcome in `tests/forms.rs`.
const APART: &[&str] = &[
    "/first-run",
    "/admin/import/{sha}/apply",
    "/welcome/{token}",
    "/me/keys",
    "/me/keys/remove",
    "/clock",
    "/admin/rules",
];

#[tokio::test]
async fn every_form_grows_the_ledger_and_refusals_write_nothing() {
    for mut story in Story::both().await {
        let mut doors: BTreeMap<String, Door> = BTreeMap::new();
        let (nobody, stranger) = (story.demo.world.nobody(), story.door("W-stranger").await);
        let mut sent = BTreeSet::new();
        for step in steps() {
            story.begins(&step);
            let body = story.filled(&step.body).await;
            let form = forms::of(&step, &body).filter(|f| f.instead || !sent.contains(f.route));
            let mut done = false;
            if let Some(form) = form {
                if !doors.contains_key(&step.by) {
                    doors.insert(step.by.clone(), story.door(&step.by).await);
                }
                kept_out(&story, &form, &nobody, &stranger).await;
                let size = story.demo.size().await;
                let reply = form.send(&doors[&step.by]).await;
                let at = format!("{}: {} by {}", story.demo.world.engine, form.path(), step.by);
                assert_eq!(reply.status, StatusCode::SEE_OTHER, "{at}: {}", reply.words());
                assert!(story.demo.size().await > size, "{at} wrote nothing");
                sent.insert(form.route);
                done = form.instead;
            }
            if done {
                story.keeps(&step).await;
            } else {
                story.does(&step).await.unwrap_or_else(|e| panic!("{} by {}: {e:?}", step.act, step.by));
            }
        }
        let acts = table().into_iter().filter(|r| r.kind == RouteKind::Act && r.under.is_empty()).map(|r| r.path());
        let missing: Vec<String> =
            acts.filter(|p| !sent.contains(p.as_str()) && !APART.contains(&p.as_str())).collect();
        assert!(missing.is_empty(), "no form was sent to {missing:?}");
        story.demo.world.close().await;
    }
}

/// A form by itself: nobody and a stranger move nothing, whoever may makes the ledger grow.
async fn walks(demo: &Demo, who: &Door, path: &str, fields: &[(&str, &str)]) -> Reply {
    let id = request().to_string();
    let fields: Vec<(&str, &str)> = [("request_id", id.as_str())].into_iter().chain(fields.iter().copied()).collect();
    let size = demo.size().await;
    let out = demo.world.nobody().form(path, &fields).await;
    assert_eq!((out.status, out.location()), (StatusCode::SEE_OTHER, "/sign-in"), "nobody: {path}");
    let stranger = demo.sign_in("l.ortega").await;
    let before = demo.size().await;
    assert_eq!(stranger.form(path, &fields).await.status, StatusCode::NOT_FOUND, "stranger: {path}");
    assert_eq!(demo.size().await, before, "refusals wrote something: {path}");
    let reply = who.form(path, &fields).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{} {path}: {}", demo.world.engine, reply.words());
    assert!(demo.size().await > before.max(size), "{path} wrote nothing");
    reply
}

#[tokio::test]
async fn founding_makes_a_plant_once_and_nobody_makes_a_second() {
    for world in World::both().await {
        let nobody = world.nobody();
        let page = nobody.get("/first-run").await;
        let (id, seed) = (page.hidden("request_id"), page.hidden("seed"));
        let code = Enrolment::from_text(&seed).unwrap().code_now().unwrap();
        let fields = [
            ("request_id", id.as_str()),
            ("seed", &seed),
            ("organisation", "Acme Chemicals"),
            ("site", "Hafen"),
            ("zone", "Europe/Berlin"),
            ("name", "Ada Okoro"),
            ("login", "ada.okoro"),
            ("password", "long enough for a plant"),
            ("code", &code),
        ];
        assert_eq!(nobody.form("/first-run", &fields).await.location(), "/sign-in", "{}", world.engine);
        let size = world.app.store().look().await.unwrap().size();
        assert!(size > 0);
        // given a plant, then the same form is nowhere and writes nothing
        assert_eq!(nobody.form("/first-run", &fields).await.status, StatusCode::NOT_FOUND);
        assert_eq!(world.app.store().look().await.unwrap().size(), size, "{}", world.engine);
        world.close().await;
    }
}

#[tokio::test]
async fn an_import_is_applied_by_whoever_may_and_by_nobody_else() {
    for demo in Demo::both().await {
        let admin = demo.sign_in("k.brandt").await;
        let file = ("more.csv", "reference,name,country\nP-80,Kallas,EE\n");
        let at = admin.upload("/admin/import", &[("what", "providers")], file).await;
        let path = format!("{}/apply", at.location().split('?').next().unwrap_or_default());
        walks(&demo, &admin, &path, &[("name", "more.csv"), ("what", "providers")]).await;
        assert!(admin.get("/providers?q=Kallas").await.body.contains("P-80"), "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn rules_are_looked_at_and_adopted_by_a_second_person() {
    for demo in Demo::both().await {
        let manager = demo.sign_in("d.weiss").await;
        let (_, text) = BUILTIN.iter().find(|(name, _)| *name == "standing.toml").unwrap();
        let text = text.replacen("version = 1", "version = 2", 1).replace("T2 = 45", "T2 = 75");
        let id = request().to_string();
        let words = [("request_id", id.as_str()), ("proposed_by", "N-102"), ("reason", "A longer grace.")];
        // when they are looked at, then what they move is named and nothing is saved
        let size = demo.size().await;
        let seen = manager.upload("/admin/rules/preview", &words, ("standing.toml", &text)).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.words());
        assert!(seen.words().contains("Restricted") && seen.words().contains("Adopt version 2"), "{}", seen.words());
        assert_eq!(demo.size().await, size);
        // a file that cannot stand is told with its place
        let wrong = manager.upload("/admin/rules/preview", &words, ("standing.toml", "version = 2\nx = 1\n")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.words());
        assert!(wrong.words().contains("standing.toml"), "{}", wrong.words());
        // when what was looked at is sent, with the line ends of a browser, then it holds
        let sent = text.replace('\n', "\r\n");
        let fields = [("file", "standing.toml"), ("text", &*sent), ("proposed_by", "N-102"), ("reason", "Longer.")];
        walks(&demo, &manager, "/admin/rules", &fields).await;
        let page = manager.get("/admin/rules").await.words();
        assert!(page.contains("adopted by"), "{page}");
        assert_eq!(manager.get("/admin/rules/standing.toml").await.body, text, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn two_people_set_a_clock_going_again_on_its_page() {
    for mut demo in Demo::both().await {
        demo.world.restart(Clock::watched("2026-11-16T07:30:00Z".parse().unwrap())).await;
        let (first, second) = (demo.sign_in("m.okafor").await, demo.sign_in("k.brandt").await);
        assert!(first.get("/clock").await.words().contains("The clock is believed"));
        let shift = demo.sign_in("anna.keller").await;
        // given a clock that jumped by ten years, then every page says so and leads to what can be done
        demo.world.clock.set("2036-11-16T07:30:00Z".parse().unwrap());
        assert!(first.get("/today").await.body.contains("href=\"/clock\""), "{}", demo.world.engine);
        assert!(!shift.get("/clock").await.body.contains("action=\"/clock\""), "who may not has no form");
        let said = |when| [("instant", when), ("reason", "The battery was changed."), ("request_id", "")];
        let id = request().to_string();
        let fields = |when| {
            let mut all = said(when);
            all[2].1 = &id;
            all
        };
        assert_eq!(first.form("/clock", &fields("half past")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // when one person names the time, then another is waited for; the second sets it going
        let named = first.form("/clock", &fields("2036-11-16 08:30")).await;
        assert!(named.location().contains("clock-named"), "{} {}", demo.world.engine, named.words());
        assert!(second.get("/clock").await.words().contains("One more person must name the same time"));
        let id = request().to_string();
        let fields = [("request_id", id.as_str()), ("instant", "2036-11-16 08:30"), ("reason", "By my watch.")];
        let done = second.form("/clock", &fields).await;
        assert!(done.location().contains("clock-confirmed"), "{} {}", demo.world.engine, done.words());
        assert!(!first.get("/today").await.body.contains("href=\"/clock\""), "{}", demo.world.engine);
        // and nobody else moved anything on the way
        let size = demo.size().await;
        assert_eq!(demo.world.nobody().form("/clock", &fields).await.location(), "/sign-in");
        let stranger = demo.world.nobody();
        assert_eq!(stranger.get("/clock").await.location(), "/sign-in");
        assert_eq!(demo.size().await, size);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn somebody_adds_and_takes_away_their_own_keys() {
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa";
    for demo in Demo::both().await {
        for who in ["l.ortega", "m.okafor"] {
            let door = demo.sign_in(who).await;
            let at = format!("{} {who}", demo.world.engine);
            let send = async |path: &str, name: &str, value: &str| {
                let id = request().to_string();
                door.form(path, &[("request_id", &id), (name, value)]).await
            };
            // what is no key is said beside the field, and what was pasted does not come back
            let wrong = send("/me/keys", "public", "-----BEGIN OPENSSH PRIVATE KEY----- secret").await;
            assert!(wrong.words().contains("This is a private key") && !wrong.body.contains("secret"), "{at}");
            let added = send("/me/keys", "public", &format!("{KEY} somebody@laptop")).await;
            assert_eq!(added.status, StatusCode::SEE_OTHER, "{at}: {}", added.words());
            let page = door.get("/me").await;
            let fingerprint = "SHA256:s4N2vpn8OzXW1zguKHgmfwI9yocTQe6DmfXh1HZYz9o";
            assert!(page.words().contains(fingerprint) && !page.body.contains("somebody@laptop"), "{at}");
            let gone = send("/me/keys/remove", "fingerprint", fingerprint).await;
            assert_eq!(gone.status, StatusCode::SEE_OTHER, "{at}: {}", gone.words());
            // their own password stays: without it they could not come back
            let page = door.get("/me").await;
            assert!(!page.words().contains(fingerprint), "{at}");
            let password = page.hidden("fingerprint");
            let kept = send("/me/keys/remove", "fingerprint", &password).await;
            assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY, "{at}: {}", kept.words());
        }
        let size = demo.size().await;
        for path in ["/me/keys", "/me/keys/remove"] {
            assert_eq!(demo.world.nobody().form(path, &[("public", KEY)]).await.location(), "/sign-in");
        }
        assert_eq!(demo.size().await, size, "{}", demo.world.engine);
        demo.world.close().await;
    }
}
