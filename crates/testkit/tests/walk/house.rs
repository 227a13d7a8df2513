//! The forms that need something before they can be sent, each walked by itself: nobody and a stranger move nothing,
//! whoever may makes the ledger grow.

use axum::http::StatusCode;
use plantgate_app::{Caller, sign_in::Enrolment};
use plantgate_domain::{base::Kind, qualify::person::Person, rules::BUILTIN};
use plantgate_store::{Clock, memory::Memory};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::{World, request},
};
use serde_json::json;

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
    // Long work goes on behind a page of its own, on a busy machine even what is short.
    finished(who, &reply).await;
    assert!(demo.size().await > before.max(size), "{path} wrote nothing");
    reply
}

/// Founds a plant by its first page; the fields that did it.
async fn founded(world: &World) -> Vec<(&'static str, String)> {
    let nobody = world.nobody();
    let page = nobody.get("/first-run").await;
    let seed = page.hidden("seed");
    let code = Enrolment::from_text(&seed).unwrap().code_now().unwrap();
    let plain = |text: &str| text.to_owned();
    let fields = vec![
        ("request_id", page.hidden("request_id")),
        ("seed", seed),
        ("organisation", plain("Acme Chemicals")),
        ("site", plain("Hafen")),
        ("zone", plain("Europe/Berlin")),
        ("name", plain("Ada Okoro")),
        ("login", plain("ada.okoro")),
        ("password", plain("long enough for a plant")),
        ("code", code),
    ];
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(nobody.form("/first-run", &pairs).await.location(), "/recovery-codes", "{}", world.engine);
    fields
}

#[tokio::test]
async fn founding_makes_a_plant_once_and_nobody_makes_a_second() {
    for world in World::both().await {
        let fields = founded(&world).await;
        let size = world.app.store().look().await.unwrap().size();
        assert!(size > 0);
        // given a plant, then the same form is nowhere and writes nothing
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(world.nobody().form("/first-run", &pairs).await.status, StatusCode::NOT_FOUND);
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
async fn an_import_does_what_was_shown_or_nothing() {
    for demo in Demo::both().await {
        let admin = demo.sign_in("k.brandt").await;
        // given the effects of a file and of a sheet, as somebody looks at them
        let file = ("more.csv", "reference,name,country\nP-80,Kallas,EE\n");
        let at = admin.upload("/admin/import", &[("what", "providers")], file).await;
        let rows = admin.get(at.location()).await;
        let at_rows = format!("{}/apply", at.location().split('?').next().unwrap_or_default());
        let sheet = ("firms.csv", "provider;country\nKvistgaard;DK\n");
        let at = admin.upload("/admin/import", &[("what", "sheet")], sheet).await;
        let path = at.location().split('?').next().unwrap_or_default().to_owned();
        let said = [("name", "firms.csv"), ("map", "1"), ("c0", "provider"), ("c1", "country")];
        let query: Vec<String> = said.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let firms = admin.get(&format!("{path}?{}", query.join("&"))).await;
        let (seen_rows, seen_firms) = (rows.hidden("seen"), firms.hidden("seen"));
        // when somebody else registers those very firms meanwhile
        for (reference, name, country) in [("P-80", "Kallas", "EE"), ("P-81", "Kvistgaard", "DK")] {
            let body = json!({ "reference": reference, "name": name, "country": country });
            demo.world.named(&demo.caller("k.brandt"), "register-provider", body).await.unwrap();
        }
        // then neither does something else than was shown
        let size = demo.size().await;
        let (one, two) = (request().to_string(), request().to_string());
        let fields =
            [("request_id", one.as_str()), ("name", "more.csv"), ("what", "providers"), ("seen", seen_rows.as_str())];
        let moved = admin.form(&at_rows, &fields).await;
        assert_eq!(moved.status, StatusCode::UNPROCESSABLE_ENTITY, "{}: {}", demo.world.engine, moved.words());
        assert!(moved.words().contains("Nothing was imported"), "{}", moved.words());
        let own = [("request_id", two.as_str()), ("seen", seen_firms.as_str())];
        let fields: Vec<(&str, &str)> = said.into_iter().chain(own).collect();
        let moved = admin.form(&format!("{path}/apply"), &fields).await;
        assert_eq!(moved.status, StatusCode::UNPROCESSABLE_ENTITY, "{}: {}", demo.world.engine, moved.words());
        assert!(moved.words().contains("Look at the effects again"), "{}", moved.words());
        assert_eq!(demo.size().await, size, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_sheet_is_mapped_looked_at_applied_and_undone_by_whoever_may() {
    for demo in Demo::both().await {
        let admin = demo.sign_in("k.brandt").await;
        let text =
            "Firma;Land;E-Mail;Anlage;bis\nKvistgaard;DK;o.kvist@kvist.example;KV-1;n/a\nPlauer;DE;;;31.02.2027\n";
        let at = admin.upload("/admin/import", &[("what", "sheet")], ("firmen.csv", text)).await;
        let path = at.location().split('?').next().unwrap_or_default().to_owned();
        assert!(path.starts_with("/admin/sheets/"), "{path}");
        // given what the columns are and what the sheet does not say
        let said = [
            ("name", "firmen.csv"),
            ("map", "1"),
            ("c0", "provider"),
            ("c1", "country"),
            ("c2", "handle"),
            ("c3", "system"),
            ("c4", "until"),
            ("site", "BRU"),
            ("from", "2026-01-01"),
            ("until", "2027-12-31"),
        ];
        let query: Vec<String> = said.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let query = query.join("&");
        let size = demo.size().await;
        // when it is looked at, then each row says what it would do and nothing is saved
        let seen = admin.get(&format!("{path}?{query}")).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.words());
        for words in ["Kvistgaard", "KV-1", "is no day", "Import 1 row"] {
            assert!(seen.words().contains(words), "{words}: {}", seen.words());
        }
        let back = admin.get(&format!("{path}/rejected?{query}")).await;
        assert!(back.body.contains("Firma;Land;E-Mail;Anlage;bis;reason"), "{}", back.body);
        assert!(back.body.contains("Plauer;DE;;;31.02.2027;") && !back.body.contains("Kvistgaard"), "{}", back.body);
        assert_eq!(demo.size().await, size);
        // a column named twice comes back with what is wrong
        let twice = admin.get(&format!("{path}?{query}").replace("c1=country", "c1=provider")).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.words().contains("Choose one of them"), "{}", twice.words());
        walks(&demo, &admin, &format!("{path}/apply"), &said).await;
        assert!(admin.get("/providers?q=Kvistgaard").await.body.contains("Kvistgaard"), "{}", demo.world.engine);
        assert!(admin.get("/admin/import").await.body.contains("/admin/imports/IMP-0001"));
        // the same address again: nothing new, no button
        let again = admin.get(&format!("{path}?{query}")).await;
        assert!(!again.words().contains("Import 1 row"), "{}", again.words());
        let taken = admin.get("/admin/imports/IMP-0001").await;
        assert!(
            taken.words().contains("Undo this import") && taken.words().contains("firmen.csv"),
            "{}",
            taken.words()
        );
        walks(&demo, &admin, "/admin/imports/IMP-0001/undo", &[]).await;
        assert!(!admin.get("/providers?q=Kvistgaard&sort=name").await.body.contains("Kvistgaard<"));
        assert!(admin.get("/admin/imports/IMP-0001").await.words().contains("Undone"));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn rules_are_looked_at_and_adopted_by_a_second_person() {
    for demo in Demo::both().await {
        // given somebody who answers for every site
        let everywhere = json!({ "person": "N-110", "role": "site-manager" });
        demo.world.named(&demo.caller("k.brandt"), "give-role", everywhere).await.unwrap();
        let manager = demo.sign_in("h.vogel").await;
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

/// A real plant with a watched clock, and two administrators who are signed in.
async fn watched(mut world: World) -> (World, [Door; 2]) {
    founded(&world).await;
    let mut look = world.app.store().look().await.unwrap();
    let kept = look.every(Kind::Person).await.unwrap().into_iter().next().unwrap();
    drop(look);
    let ada = Person::try_from(kept.thing).unwrap().id;
    let caller = Caller::person(ada, "test");
    let body =
        json!({ "reference": "N-2", "handle": "b.two", "name": "Bo Two", "roles": [{ "role": "administrator" }] });
    let done = world.named(&caller, "invite-person", body).await.unwrap();
    world.named(&caller, "activate-person", json!({ "person": "N-2" })).await.unwrap();
    let bo = done["done"]["id"].as_str().unwrap().parse().unwrap();
    world.restart(Clock::watched("2026-11-16T07:30:00Z".parse().unwrap())).await;
    let doors = [world.sign_in(ada, "ada.okoro").await, world.sign_in(bo, "b.two").await];
    (world, doors)
}

#[tokio::test]
async fn two_people_set_a_clock_going_again_on_its_page() {
    for world in World::both().await {
        let (world, [first, second]) = watched(world).await;
        let names = async |door: &Door, when: &str| {
            let id = request().to_string();
            let fields = [("request_id", id.as_str()), ("instant", when), ("reason", "The battery was changed.")];
            door.form("/clock", &fields).await
        };
        assert!(first.get("/clock").await.words().contains("The clock is believed"));
        // given a clock that jumped by ten years, then every page says so and leads to what can be done
        world.set("2036-11-16T07:30:00Z");
        assert!(first.get("/today").await.body.contains("href=\"/clock\""), "{}", world.engine);
        let unread = names(&first, "half past").await;
        assert_eq!(unread.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unread.words());
        // when one person names the time, then another is waited for; the second sets it going
        let named = names(&first, "2036-11-16 08:30").await;
        assert!(named.location().contains("clock-named"), "{} {}", world.engine, named.words());
        assert!(second.get("/clock").await.words().contains("One more person must name the same time"));
        let done = names(&second, "2036-11-16 08:30").await;
        assert!(done.location().contains("clock-confirmed"), "{} {}", world.engine, done.words());
        assert!(!first.get("/today").await.body.contains("href=\"/clock\""), "{}", world.engine);
        // and nobody moves anything
        let size = world.app.store().look().await.unwrap().size();
        assert_eq!(names(&world.nobody(), "2036-11-16 08:30").await.location(), "/sign-in");
        assert_eq!(world.app.store().look().await.unwrap().size(), size);
        world.close().await;
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

#[tokio::test]
async fn a_pack_is_made_by_whoever_may_taken_once_and_made_again_with_the_same_bytes() {
    for demo in Demo::both().await {
        let security = demo.sign_in("m.okafor").await;
        // given the form, then what would be inside and what stays out is shown, and nothing is recorded
        let wish = [("provider", "P-09"), ("disclose", "names"), ("language", "de"), ("reason", "inspection")];
        let size = demo.size().await;
        let shown = security.form("/packs/preview", &wish).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.words());
        assert!(shown.body.contains("private values: their commitments"), "{}", shown.words());
        assert!(shown.body.contains("evidence file"), "{}", shown.words());
        let wrong = security.form("/packs/preview", &[("provider", "P-99"), ("reason", "inspection")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("P-99"), "{}", wrong.words());
        assert_eq!(demo.size().await, size);
        // when it is made, then its file waits once for who made it, and for nobody else
        let reply = walks(&demo, &security, "/packs", &wish).await;
        let at = finished(&security, &reply).await;
        let page = security.get(&at).await;
        let place = page.body.find("/packs/making/").map(|i| &page.body[i..]).unwrap();
        let file = place.split('"').next().unwrap().to_owned();
        let admin = demo.sign_in("k.brandt").await;
        assert_eq!(admin.get(&file).await.status, StatusCode::NOT_FOUND);
        let first = security.get(&file).await;
        assert!(first.status == StatusCode::OK && first.body.starts_with("PK"), "{}", demo.world.engine);
        assert_eq!(security.get(&file).await.status, StatusCode::NOT_FOUND);
        // when it is made again from its entry, after more was recorded, then it has the same bytes
        let again = walks(&demo, &security, &format!("{at}/again"), &[("reason", "a second copy")]).await;
        let at = finished(&security, &again).await;
        let page = security.get(&at).await;
        let place = page.body.find("/packs/making/").map(|i| &page.body[i..]).unwrap();
        let second = security.get(place.split('"').next().unwrap()).await;
        assert!(first.body == second.body, "{}", demo.world.engine);
        // and both stand in the list, with why; and who may not make one sees who can
        let list = security.get("/packs").await;
        assert!(list.body.contains("inspection") && list.body.contains("a second copy"));
        let page = admin.get("/packs/new").await;
        assert!(page.body.contains("You cannot make packs") && page.body.contains("Okafor"), "{}", page.words());
        let id = request().to_string();
        let refused = admin.form("/packs", &[("request_id", &id), ("provider", "P-09"), ("reason", "x")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        // and a program gets the file at once, once, with its entry; a provider's program learns nothing
        let body = json!({ "providers": ["P-09"], "language": "en", "reason": "by a program" });
        let file = security.json("/api/v1/packs", &body).await;
        assert!(file.status == StatusCode::OK && file.body.starts_with("PK"), "{}", file.words());
        assert!(file.headers.contains_key("plantgate-entry"));
        let packs = security.get("/api/v1/packs").await.json();
        assert_eq!(packs["packs"][0]["reason"], "by a program");
        let stranger = demo.sign_in("l.ortega").await;
        assert_eq!(stranger.get("/api/v1/packs").await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.json("/api/v1/packs", &body).await.status, StatusCode::NOT_FOUND);
        assert_eq!(admin.json("/api/v1/packs", &body).await.status, StatusCode::FORBIDDEN);
        demo.world.close().await;
    }
}

/// Where a pack stands once it is made: the page that says what it is at is asked until it is.
async fn finished(who: &Door, reply: &Reply) -> String {
    let mut at = reply.location().to_owned();
    while at.contains("/making/") {
        let page = who.get(&at).await;
        assert!(page.body.contains("under way") || page.status == StatusCode::SEE_OTHER, "{}", page.words());
        if page.status == StatusCode::SEE_OTHER {
            at = page.location().to_owned();
        }
        tokio::task::yield_now().await;
    }
    at.split('?').next().unwrap_or_default().to_owned()
}
