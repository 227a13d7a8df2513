//! S11.1: five questions in plain words for each engagement, *don't know* allowed. The tier they give is shown with why
//! before anything is saved, what nobody knows becomes a task, and answers never lower what is stated.

use axum::http::StatusCode;
use plantgate_domain::{base::Kind, base::Tier, expect::engagement::Engagement};
use plantgate_store::memory::Memory;
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
};
use serde_json::{Value, json};

const PAGE: &str = "/engagements/E-990/questions";
const NAMES: [&str; 5] = ["access", "change", "safety", "product", "network"];

async fn act(demo: &Demo, who: &str, name: &str, body: Value) -> Value {
    let done = demo.world.named(&demo.caller(who), name, body).await;
    done.unwrap_or_else(|stop| panic!("{} {who} {name}: {stop:?}", demo.world.engine))["done"].clone()
}

/// As a sheet leaves it: a firm, a contract's days, nothing said of systems or ways in.
async fn bare(demo: &Demo) {
    let body = json!({ "reference": "E-990", "provider": "P-09", "name": "Boiler care", "kind": "service",
        "from": "2026-01-01", "until": "2027-12-31" });
    act(demo, "r.adeyemi", "draft-engagement", body).await;
}

async fn engagement(demo: &Demo) -> Engagement {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Engagement, "E-990").await.unwrap().unwrap();
    look.get(on).await.unwrap()
}

/// What the form sends for five answers, as its page would fill it.
fn filled<'a>(site: &'a str, answers: [&'a str; 5]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("site", site)];
    fields.extend(NAMES.into_iter().zip(answers).filter(|(_, a)| !a.is_empty()));
    fields
}

async fn looks(door: &Door, answers: [&str; 5]) -> Reply {
    let pairs: Vec<String> = filled("BRU", answers).iter().map(|(n, v)| format!("{n}={v}")).collect();
    door.get(&format!("{PAGE}?preview=yes&{}", pairs.join("&"))).await
}

async fn saves(door: &Door, answers: [&str; 5]) -> Reply {
    let shown = looks(door, answers).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.words());
    // The form that saves carries what was shown, and nothing else.
    let id = shown.hidden("request_id");
    let mut fields = vec![("request_id", id.as_str())];
    let kept: Vec<(&str, String)> = NAMES.iter().map(|n| (*n, shown.hidden(n))).collect();
    assert_eq!(kept.iter().map(|(_, v)| v.as_str()).collect::<Vec<_>>(), answers);
    let site = shown.hidden("site");
    fields.push(("site", site.as_str()));
    fields.extend(kept.iter().map(|(n, v)| (*n, v.as_str())));
    door.form(PAGE, &fields).await
}

#[tokio::test]
async fn dont_know_gates_as_t1_and_becomes_a_task_until_somebody_knows() {
    for demo in Demo::both().await {
        bare(&demo).await;
        let okafor = demo.sign_in("m.okafor").await;
        // given a round that nobody began with this one
        let round = okafor.get("/tier-questions").await;
        assert!(round.words().contains("E-990 Boiler care no site yet"), "{}", round.words());
        let empty = okafor.get(PAGE).await;
        assert!(!empty.body.contains(" checked"), "nothing is chosen for somebody who said nothing");
        assert_eq!(empty.body.matches("type=\"radio\"").count(), 16);
        // when a question has no answer, it is told beside it, and don't know is offered
        let size = demo.size().await;
        let open = looks(&okafor, ["yes", "yes", "", "none", "no"]).await;
        assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(open.body.contains("id=\"e-safety\"") && !open.body.contains("id=\"e-access\""), "{}", open.words());
        // when somebody does not know, the page shows a provisional tier, why, and who could know
        let shown = looks(&okafor, ["yes", "yes", "unknown", "none", "no"]).await;
        for said in ["T2 medium , provisional", "judged as T1", "One question is open", "answered: don&#39;t know"] {
            assert!(shown.words().contains(said), "no {said}: {}", shown.words());
        }
        // and looking saved nothing
        assert_eq!(demo.size().await, size);
        let saved = saves(&okafor, ["yes", "yes", "unknown", "none", "no"]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.words());
        let e = engagement(&demo).await;
        assert_eq!((e.tiers[0].tier, e.tiers[0].provisional, e.tiers[0].gate()), (Tier::T2, true, Tier::T1));
        assert_eq!(e.answers[0].by, demo.caller("m.okafor").actor);
        // then it is a task for others who may know, and starts no due dates
        let stahl = demo.sign_in("b.stahl").await;
        let today = stahl.get("/today").await;
        assert!(today.words().contains("Somebody has to know: E-990"), "{}", today.words());
        assert!(today.body.contains("href=\"/engagements/E-990/questions\""));
        let owed = okafor.get("/engagements/E-990").await;
        assert!(!owed.body.contains("data-due"), "{}", owed.words());
        // the same answers again are no entry
        let size = demo.size().await;
        assert_eq!(saves(&okafor, ["yes", "yes", "unknown", "none", "no"]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(demo.size().await, size);
        // when somebody knows, that is a new entry, the tier is settled and the task is gone
        let saved = saves(&stahl, ["yes", "yes", "yes", "none", "no"]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.words());
        let e = engagement(&demo).await;
        assert_eq!((e.tiers[0].tier, e.tiers[0].provisional), (Tier::T1, false));
        assert!(!stahl.get("/today").await.words().contains("E-990"));
        let history = okafor.get("/history/engagement/E-990").await;
        assert_eq!(history.words().matches("Five tier questions answered").count(), 2, "{}", history.words());
        // and a lower tier stays for people to decide, never for answers
        let lower = looks(&okafor, ["yes", "no", "no", "none", "no"]).await;
        assert!(lower.words().contains("lowered by people only"), "{}", lower.words());
        saves(&okafor, ["yes", "no", "no", "none", "no"]).await;
        assert_eq!(engagement(&demo).await.tiers[0].tier, Tier::T1);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn the_round_leads_to_the_next_and_counts() {
    for demo in Demo::both().await {
        let okafor = demo.sign_in("m.okafor").await;
        let counts = async || {
            let words = okafor.get("/tier-questions").await.words();
            let at = words.split(" answered").next().unwrap_or_default();
            let mut last: Vec<&str> = at.split(' ').rev().take(3).collect();
            last.reverse();
            (last[0].parse::<usize>().unwrap(), last[2].parse::<usize>().unwrap())
        };
        let before = counts().await;
        bare(&demo).await;
        // given one more that nobody answered
        assert_eq!(counts().await, (before.0, before.1 + 1));
        let next = okafor.get("/tier-questions").await;
        assert!(next.body.contains("Next without answers"));
        // when it is answered, the way leads on: to another one, or back to the round
        let saved = saves(&okafor, ["no", "no", "no", "none", "no"]).await;
        assert!(saved.location().contains("done=questions-answered"), "{}", saved.location());
        assert!(!saved.location().starts_with(PAGE), "{}", saved.location());
        assert_eq!(counts().await, (before.0 + 1, before.1 + 1));
        assert_eq!(engagement(&demo).await.tiers[0].tier, Tier::T3);
        // and who follows it finds the receipt there
        let there = okafor.get(saved.location()).await;
        assert_eq!(there.status, StatusCode::OK);
        assert!(there.words().contains("The answers are saved."), "{}", there.words());
        demo.world.close().await;
    }
}

#[tokio::test]
async fn only_who_may_answers_and_nonsense_is_refused_in_words() {
    for demo in Demo::both().await {
        bare(&demo).await;
        let okafor = demo.sign_in("m.okafor").await;
        let (adeyemi, ortega) = (demo.sign_in("r.adeyemi").await, demo.sign_in("l.ortega").await);
        let size = demo.size().await;
        // somebody who cannot get in changes nothing
        let no = looks(&okafor, ["no", "yes", "no", "none", "no"]).await;
        assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(no.words().contains("one of the two is not so"), "{}", no.words());
        // a word that is no answer is told, not taken
        let no = looks(&okafor, ["perhaps", "yes", "no", "none", "no"]).await;
        assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", no.words());
        let id = plantgate_testkit::world::request().to_string();
        let mut fields = vec![("request_id", id.as_str())];
        fields.extend(filled("BRU", ["yes", "yes", "no", "none", "no"]));
        // who may not state facts reads the page and is told; the form is refused
        let page = adeyemi.get(PAGE).await;
        assert!(page.words().contains("Only people who may state tier facts"), "{}", page.words());
        assert_eq!(adeyemi.form(PAGE, &fields).await.status, StatusCode::FORBIDDEN);
        // the provider itself learns nothing
        for path in [PAGE, "/tier-questions"] {
            assert_eq!(ortega.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(ortega.form(PAGE, &fields).await.status, StatusCode::NOT_FOUND);
        assert_eq!(demo.size().await, size);
        demo.world.close().await;
    }
}
