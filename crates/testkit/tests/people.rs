//! a provider's contact says by a mailed link who of its people still needs access. The link opens once, lists
//! that provider's people and nothing else, and what it says closes access the way every leaver notice does.

use axum::http::StatusCode;
use plantgate_app::{Stop, qualify::people::hash};
use plantgate_domain::{
    base::{Kind, Level, Party},
    event::{Event, expect::ProviderEvent},
    expect::{people_ask::AskState, provider::Provider},
    qualify::person::Person,
};
use plantgate_store::{db::V, memory::Memory};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::request,
};
use serde_json::{Value, json};

const ASK: &str = "/providers/P-09/ask-people";

async fn provider(demo: &Demo) -> Provider {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Provider, "P-09").await.unwrap().unwrap();
    look.get(on).await.unwrap()
}

async fn person(demo: &Demo, handle: &str) -> Person {
    let mut look = demo.world.app.store().look().await.unwrap();
    look.get(demo.person(handle)).await.unwrap()
}

/// People of Verdano who have not left, by the id the form's fields carry.
async fn theirs(demo: &Demo) -> Vec<String> {
    let mut look = demo.world.app.store().look().await.unwrap();
    let id = look.named(Kind::Provider, "P-09").await.unwrap().unwrap();
    let all: Vec<Person> = look.of("employer", id).await.unwrap();
    let now = look.now().0;
    let here = all.into_iter().filter(|p| p.leaves_at().is_none_or(|at| now < at));
    here.map(|p| p.id.to_string()).collect()
}

/// Okafor asks the contact; the page that shows the link, and the path behind it.
async fn asked(demo: &Demo, okafor: &Door, days: &str) -> (Reply, String) {
    let form = okafor.get(ASK).await;
    let id = form.hidden("request_id");
    let contact = demo.person("i.campos").to_string();
    let made = okafor.form(ASK, &[("request_id", &id), ("contact", &contact), ("days", days)]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.words());
    let rest = made.body.split("/attest/").nth(1).unwrap();
    let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    (made, format!("/attest/{token}"))
}

async fn confirms(nobody: &Door, path: &str, says: &[(String, String)]) -> Reply {
    let page = nobody.get(path).await;
    let id = if page.body.contains("request_id") { page.hidden("request_id") } else { request().to_string() };
    let mut fields = vec![("request_id", id.as_str())];
    fields.extend(says.iter().map(|(n, v)| (n.as_str(), v.as_str())));
    nobody.form(path, &fields).await
}

fn all_say(ids: &[String], word: &str) -> Vec<(String, String)> {
    ids.iter().map(|id| (format!("says-{id}"), word.to_owned())).collect()
}

#[tokio::test]
async fn a_contact_confirms_its_people_by_a_link_that_works_once() {
    for demo in Demo::both().await {
        let (okafor, nobody) = (demo.sign_in("m.okafor").await, demo.world.nobody());
        let (made, path) = asked(&demo, &okafor, "14").await;
        // the mail is prepared in both languages, and nothing is sent
        for said in ["Mail in English", "Mail in German", "Plantgate sends no mail", "This link is shown once"] {
            assert!(made.words().contains(said), "no {said}: {}", made.words());
        }
        assert!(made.body.contains("href=\"mailto:") && made.body.contains("%2Fattest%2F"), "{}", made.body);
        // the page opens without an account and names exactly the provider's people
        let page = nobody.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.words());
        let ids = theirs(&demo).await;
        assert_eq!(page.body.matches("<fieldset").count(), ids.len());
        assert!(page.words().contains("Lucía Ortega"), "{}", page.words());
        for other in ["Brightmere", "BMS-B61", "E-025", "P-09", "l.ortega", "configure"] {
            assert!(!page.body.contains(other), "{other} is nobody's business here: {}", page.words());
        }
        let german = demo.world.nobody().in_language("de").get(&path).await;
        assert!(german.words().contains("braucht noch Zugang?"), "{}", german.words());
        // somebody without an answer, or who left on no day: told beside them, nothing kept
        let size = demo.size().await;
        let mut some = all_say(&ids[1..], "here");
        let open = confirms(&nobody, &path, &some).await;
        assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(open.body.contains(&format!("id=\"e-{}\"", ids[0])), "{}", open.words());
        some.push((format!("says-{}", ids[0]), "left".to_owned()));
        let open = confirms(&nobody, &path, &some).await;
        assert!(open.words().contains("Write the last day."), "{}", open.words());
        assert_eq!(demo.size().await, size);
        // when everybody has an answer, it is the contact's, by the link
        let mut says = all_say(&ids, "here");
        says.push(("missing".to_owned(), "Somebody new in the night shift".to_owned()));
        let sent = confirms(&nobody, &path, &says).await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, path.as_str()), "{}", sent.words());
        let ask = provider(&demo).await.asks[0].clone();
        assert_eq!((ask.people.len(), ask.missing.is_some()), (ids.len(), true));
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let sql = "select body from entry where name = $1";
        let rec = tx.one(sql, &[V::text("expect.people.confirmed@1")]).await.unwrap().unwrap();
        let body: Value = serde_json::from_slice(&rec.bytes(0).unwrap()).unwrap();
        let by = body["by"].to_string();
        assert!(by.contains(&demo.person("i.campos").to_string()) && by.contains("mailed-link"), "{body}");
        drop(tx);
        // the same link again shows what was said and takes nothing more
        let size = demo.size().await;
        let again = nobody.get(&path).await;
        assert_eq!(again.status, StatusCode::OK);
        assert!(
            again.words().contains("Thank you") && !again.body.contains("<form method=\"post\">"),
            "{}",
            again.words()
        );
        assert_eq!(confirms(&nobody, &path, &says).await.status, StatusCode::SEE_OTHER);
        assert_eq!(demo.size().await, size);
        // we see who answered, how strong that is, and what is left to us
        let row = okafor.get("/providers/P-09/people").await;
        assert!(row.words().contains("answered, points are open"), "{}", row.words());
        let href = format!("/providers/P-09/people-asks/{}", ask.facts.ask);
        let one = okafor.get(&href).await;
        for said in ["a weak proof", "Somebody new in the night shift", "Inés Campos"] {
            assert!(one.words().contains(said), "no {said}: {}", one.words());
        }
        let id = one.hidden("request_id");
        let closed = okafor.form(&format!("{href}/close"), &[("request_id", &id)]).await;
        assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.words());
        assert_eq!(provider(&demo).await.asks[0].state(demo.world.clock.now()), AskState::Answered);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn who_left_goes_the_way_of_every_leaver_and_a_weak_proof_counts_against_nobody() {
    for demo in Demo::both().await {
        let (okafor, nobody) = (demo.sign_in("m.okafor").await, demo.world.nobody());
        let (_, path) = asked(&demo, &okafor, "14").await;
        let ids = theirs(&demo).await;
        let ortega = demo.person("l.ortega").to_string();
        let mut says = all_say(&ids, "here");
        says.retain(|(n, _)| *n != format!("says-{ortega}"));
        says.push((format!("says-{ortega}"), "left".to_owned()));
        says.push((format!("left_on-{ortega}"), "2026-10-20".to_owned()));
        assert_eq!(confirms(&nobody, &path, &says).await.status, StatusCode::SEE_OTHER);
        // then new access is held from the end of the last day, by the same rule as for every leaver
        let p = person(&demo, "l.ortega").await;
        assert_eq!(p.notices.len(), 1);
        assert_eq!(p.leaves_at().unwrap().to_string()[..16], *"2026-10-20T22:00");
        let rules = plantgate_domain::rules::Rules::builtin().unwrap();
        let emits = plantgate_domain::thing::AnyThing::Person(p.clone()).emits(&rules);
        assert!(emits.holds.iter().any(|h| h.rule == "R-27"));
        // the lateness is kept, and counts against nobody on the word of a link
        assert_eq!(p.notices[0].notice.party, Party::Unknown);
        assert!(emits.reasons.iter().all(|r| !r.counts), "{:?}", emits.reasons);
        let standing = plantgate_domain::qualify::standing::standing(&emits.reasons);
        assert_eq!(*standing.at("2027-03-01T00:00:00Z".parse().unwrap()), Level::Good);
        // who left is not asked about again
        let (_, next) = asked(&demo, &okafor, "14").await;
        assert!(!nobody.get(&next).await.body.contains("Lucía Ortega"));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_link_that_is_not_open_says_what_happened_and_guesses_learn_nothing() {
    for demo in Demo::both().await {
        let (okafor, nobody) = (demo.sign_in("m.okafor").await, demo.world.nobody());
        let (_, old) = asked(&demo, &okafor, "14").await;
        let (_, path) = asked(&demo, &okafor, "14").await;
        let ids = theirs(&demo).await;
        let size = demo.size().await;
        // a later link took its place
        let replaced = nobody.get(&old).await;
        assert_eq!(replaced.status, StatusCode::GONE);
        assert!(replaced.words().contains("There is a newer link") && replaced.words().contains("Michael Okafor"));
        // what is no link: the same answer for every kind of none, whatever its length, and no name in it
        let token = path.rsplit('/').next().unwrap().to_owned();
        let mut other = token.clone();
        other.replace_range(60..61, if &token[60..61] == "A" { "B" } else { "A" });
        let tries = [other, token[..40].to_owned(), format!("{token}A"), "A".repeat(64), "%00".to_owned()];
        let mut answers = Vec::new();
        for (n, t) in tries.iter().enumerate() {
            let reply = nobody.get(&format!("/attest/{t}")).await;
            let expected = if n < 5 { StatusCode::NOT_FOUND } else { StatusCode::TOO_MANY_REQUESTS };
            assert_eq!(reply.status, expected, "{t}: {}", reply.words());
            assert!(!reply.body.contains("Verdano") && !reply.body.contains("Okafor"));
            answers.push(reply.words());
        }
        assert!(answers.iter().all(|a| *a == answers[0]));
        // who goes on guessing waits, also with a form; who has the link does not
        let slow = nobody.get(&format!("/attest/{}", "B".repeat(64))).await;
        assert_eq!(slow.status, StatusCode::TOO_MANY_REQUESTS, "{}", slow.words());
        let slow = confirms(&nobody, "/attest/AAAA", &all_say(&ids, "here")).await;
        assert_eq!(slow.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(nobody.get(&path).await.status, StatusCode::OK);
        assert_eq!(demo.size().await, size);
        // it is taken back: it says so, and takes nothing
        let ask = provider(&demo).await.asks[1].facts.ask;
        let href = format!("/providers/P-09/people-asks/{ask}");
        let id = okafor.get(&href).await.hidden("request_id");
        okafor.form(&format!("{href}/close"), &[("request_id", &id)]).await;
        let size = demo.size().await;
        assert_eq!(confirms(&nobody, &path, &all_say(&ids, "here")).await.location(), path);
        let revoked = nobody.get(&path).await;
        assert_eq!((revoked.status, revoked.words().contains("taken back")), (StatusCode::GONE, true));
        assert_eq!(demo.size().await, size);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_link_ends_by_itself_and_no_answer_becomes_a_task() {
    for demo in Demo::both().await {
        let (okafor, nobody) = (demo.sign_in("m.okafor").await, demo.world.nobody());
        let (_, path) = asked(&demo, &okafor, "10").await;
        // within its 7 days of patience it stands ahead, not late
        let caller = demo.caller("m.okafor");
        demo.world.set("2026-11-24T09:00:00Z");
        plantgate_app::review::watch::round(&demo.world.app).await.unwrap();
        let store = demo.world.app.store();
        let mut look = store.look().await.unwrap();
        let me: Person = look.get(caller.actor.person().unwrap()).await.unwrap();
        let todo = plantgate_app::today::today(&mut look, &me).await.unwrap();
        let on = look.named(Kind::Provider, "P-09").await.unwrap().unwrap();
        let due = todo.iter().find(|t| t.on == on).and_then(|t| t.due).unwrap();
        assert!(due < look.now().0, "it is late by now");
        drop(look);
        // and after ten days the link opens nothing, in words
        demo.world.set("2026-11-27T09:00:00Z");
        let gone = nobody.get(&path).await;
        assert_eq!((gone.status, gone.words().contains("too old")), (StatusCode::GONE, true), "{}", gone.words());
        let ids = theirs(&demo).await;
        let size = demo.size().await;
        assert_eq!(confirms(&nobody, &path, &all_say(&ids, "here")).await.location(), path);
        assert_eq!(demo.size().await, size);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn only_the_contact_answers_and_only_ours_ask() {
    for demo in Demo::both().await {
        let world = &demo.world;
        let contact = demo.person("i.campos").to_string();
        let body = |by: &str| json!({ "provider": "P-09", "contact": by, "secret_sha256": hash("s") });
        // a contact of another firm, a hash that is none, a link for ever
        let stopped = async |body: Value| match world.named(&demo.caller("m.okafor"), "ask-people", body).await {
            Err(Stop::Invalid(all)) => all[0].place.field.clone().unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(stopped(body(&demo.person("chen.wei").to_string())).await, "contact");
        assert_eq!(
            stopped(json!({ "provider": "P-09", "contact": contact, "secret_sha256": "s" })).await,
            "secret_sha256"
        );
        let mut long = body(&contact);
        long["days"] = json!(61);
        assert_eq!(stopped(long).await, "days");
        world.named(&demo.caller("m.okafor"), "ask-people", body(&contact)).await.unwrap();
        // who knows the secret and is somebody else does not answer for the contact, neither theirs nor ours
        let says = json!({ "provider": "P-09", "secret": "s", "people": [] });
        for who in ["l.ortega", "chen.wei"] {
            let no = world.named(&demo.caller(who), "attest-people", says.clone()).await;
            assert!(matches!(no, Err(Stop::NotFound)), "{who}: {no:?}");
        }
        let ours = world.named(&demo.caller("m.okafor"), "attest-people", says.clone()).await;
        assert!(matches!(&ours, Err(Stop::Refused(r)) if r.say.id == "stop-link-not-theirs"), "{ours:?}");
        // a wrong secret is no link, for the contact too
        let wrong = json!({ "provider": "P-09", "secret": "t", "people": [] });
        let no = world.named(&demo.caller("i.campos"), "attest-people", wrong).await;
        assert!(matches!(no, Err(Stop::NotFound)), "{no:?}");
        // a provider's people see no page of ours, and nobody without an account sees any
        let campos = demo.sign_in("i.campos").await;
        assert_eq!(campos.get(ASK).await.status, StatusCode::NOT_FOUND);
        assert_eq!(campos.form(ASK, &[("contact", &contact)]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(world.nobody().get(ASK).await.location(), "/sign-in");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_secret_is_nowhere_and_what_was_typed_can_be_erased() {
    for demo in Demo::both().await {
        let (okafor, nobody) = (demo.sign_in("m.okafor").await, demo.world.nobody());
        let (_, path) = asked(&demo, &okafor, "14").await;
        let ids = theirs(&demo).await;
        let mut says = all_say(&ids, "here");
        says.push(("missing".to_owned(), "canary-of-the-night-shift".to_owned()));
        assert_eq!(confirms(&nobody, &path, &says).await.status, StatusCode::SEE_OTHER);
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let mut bodies = String::new();
        for rec in tx.all("select body from entry", &[]).await.unwrap() {
            bodies += &String::from_utf8_lossy(&rec.bytes(0).unwrap());
        }
        for rec in tx.all("select body from thing", &[]).await.unwrap() {
            bodies += &rec.text(0).unwrap();
        }
        for rec in tx.all("select reply from receipt", &[]).await.unwrap() {
            bodies += &rec.text(0).unwrap();
        }
        drop(tx);
        // neither link nor secret, only the hash; and what was typed is in no entry and no row
        let token = path.rsplit('/').next().unwrap();
        assert!(!bodies.contains(token) && !bodies.contains(&token[22..]), "the link is kept");
        assert!(bodies.contains(&provider(&demo).await.asks[0].facts.secret_sha256));
        assert!(!bodies.contains("canary-of-the-night-shift"));
        // when it is erased, the page of the link and ours do without it
        let entry = {
            let mut look = demo.world.app.store().look().await.unwrap();
            let on = look.named(Kind::Provider, "P-09").await.unwrap().unwrap();
            let entries = look.entries(on).await.unwrap();
            let said = |e: &Event| matches!(e, Event::Provider(ProviderEvent::PeopleConfirmed(_)));
            entries.iter().rfind(|(read, _)| said(&read.event)).unwrap().0.at.seq
        };
        let erase =
            json!({ "kind": "provider", "object": "P-09", "entry": entry, "ground": "request", "second": "N-102" });
        demo.world.named(&demo.caller("k.brandt"), "erase-text", erase).await.unwrap();
        let ask = provider(&demo).await.asks[0].facts.ask;
        for page in [nobody.get(&path).await, okafor.get(&format!("/providers/P-09/people-asks/{ask}")).await] {
            assert_eq!(page.status, StatusCode::OK);
            assert!(!page.body.contains("canary-of-the-night-shift"), "{}", page.words());
        }
        demo.world.close().await;
    }
}
