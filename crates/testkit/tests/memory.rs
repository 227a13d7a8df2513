//! The memory of a process is never believed over the record: after every act, here or on another node, what it answers
//! is what the rows, the writer's desk and a fold of the record say; nothing waits for a time to pass.

use plantgate_app::{
    App, Caller, Stop,
    permit::ask::{self, RequestAccess},
    qualify::{posture::posture, roll},
    read::Memory,
};
use plantgate_domain::{
    base::{Actor, Grade, Instant, Kind, PersonId, ProviderId, RulebookId},
    event::expect::{RulebookEvent, RulesAdopted},
    expect::rulebook::Rulebook,
    permit::decide::Decision,
};
use plantgate_store::{
    ops::upload::By,
    past::Past,
    writer::{Ctx, Run},
};
use plantgate_testkit::{demo::Demo, world::request};
use serde_json::{Value, json};

/// A generator of its own, so that a failure is told by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[usize::try_from(self.roll(all.len() as u64)).unwrap()]
    }
}

fn wish(more: &Value) -> RequestAccess {
    let mut body = json!({ "engagement": "E-025", "instance": "BMS-B61", "environment": "prod",
        "roles": ["configure"], "purpose": "maintain", "pattern": "gateway-unattended",
        "window": { "is": "fixed", "window": { "from": "2026-11-16T13:00:00.000000Z",
            "until": "2026-11-16T15:00:00.000000Z" } } });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(body).unwrap()
}

/// What people ask in this test.
fn wishes() -> [RequestAccess; 4] {
    [
        wish(&json!({})),
        wish(&json!({ "change": "CHG-0431", "roles": ["view"] })),
        wish(&json!({ "purpose": "emergency", "pattern": "gateway-attended" })),
        wish(&json!({ "instance": "BMS-B62" })),
    ]
}

/// Acts that move what a decision rests on; some are refused, as in life.
fn act(dice: &mut Dice, holds: &[String]) -> (&'static str, &'static str, Value) {
    let why = "because the dice say so";
    match dice.roll(9) {
        0 => {
            let on = dice.of(&["person", "provider", "engagement", "instance"]);
            let name = match on {
                "person" => "P09-02",
                "provider" => "P-09",
                "engagement" => "E-025",
                _ => "BMS-B61",
            };
            let effect = dice.of(&["no-new-access", "attended-only"]);
            ("m.okafor", "set-hold", json!({ "on": { on: name }, "effect": effect, "cause": "security" }))
        }
        1 | 2 => {
            let hold = holds.last().cloned().unwrap_or_default();
            ("m.okafor", "lift-hold", json!({ "hold": hold, "reason": why }))
        }
        3 => ("m.okafor", "suspend-person", json!({ "person": "P09-02", "reason": why })),
        4 | 5 => ("m.okafor", "resume-person", json!({ "person": "P09-02", "reason": why })),
        6 => {
            let day = dice.roll(20) + 10;
            let window = json!({ "from": format!("2026-11-{day:02}T00:00:00.000000Z"),
                "until": format!("2026-11-{:02}T00:00:00.000000Z", day + 1) });
            ("anna.keller", "set-freeze", json!({ "site": "BRU", "window": window }))
        }
        7 => {
            let mode = dice.of(&["observe", "warn", "enforce"]);
            let check = dice.of(&["standing-allows", "reference", "trainings-valid", "window-agreed"]);
            let body = json!({ "site": "BRU", "checks": [check], "mode": mode, "proposed_by": "N-102", "reason": why });
            ("h.vogel", "approve-mode", body)
        }
        _ => ("l.ortega", "request-access", serde_json::to_value(wish(&json!({}))).unwrap()),
    }
}

/// Everything a decision says, or why there is none.
fn told(answer: Result<(Decision, plantgate_domain::permit::facts::Facts), Stop>) -> String {
    match answer {
        Ok((decision, facts)) => format!("{decision:?}\n{facts:?}"),
        Err(stop) => format!("{stop:?}"),
    }
}

/// The record itself, folded.
async fn record(app: &App) -> Past {
    let mut tx = app.store().db().read().await.unwrap();
    Past::fold(&mut tx, Instant::MAX).await.unwrap()
}

async fn agree(app: &App, past: &mut Past, by: PersonId, seed: u64, step: usize) {
    for wish in wishes() {
        let mut look = app.store().look().await.unwrap();
        let now = look.now();
        let remembered = told(ask::decide(&mut look, &wish, by, now).await);
        // A second time in a second snapshot: then it is remembered for certain.
        let mut again = app.store().look().await.unwrap();
        again.at(now.0);
        assert_eq!(told(ask::decide(&mut again, &wish, by, now).await), remembered, "seed {seed}, step {step}");
        assert_eq!(look.size(), past.size);
        assert_eq!(told(ask::decide(past, &wish, by, now).await), remembered, "seed {seed}, step {step}");
        // And the desk decides what the page showed.
        drop((look, again));
        let caller = Caller::person(by, "test");
        if let Ok(previewed) = app.preview(&caller, wish).await {
            let desk: Vec<String> = previewed.done.decision.checks.iter().map(|c| format!("{:?}", c.result)).collect();
            for result in &desk {
                assert!(remembered.contains(&format!("result: {result}")), "seed {seed}, step {step}: {result}");
            }
        }
    }
}

#[tokio::test]
async fn a_remembered_decision_is_the_decision_of_the_record_after_any_act_on_any_node() {
    for (seed, demo) in [20_261_116, 1_187].into_iter().zip(Demo::both().await) {
        let other = demo.world.again().await.unwrap();
        let mut dice = Dice(seed);
        let (mut holds, mut done) = (Vec::new(), 0);
        for step in 0..30 {
            // given an act of somebody, here or on the other node
            let (who, name, body) = act(&mut dice, &holds);
            let app = if dice.roll(2) == 0 { &demo.world.app } else { &other };
            match plantgate_app::acts::act(app, &demo.caller(who), request(), name, body).await {
                Ok(answer) => {
                    done += 1;
                    holds
                        .extend(answer["done"]["reference"].as_str().filter(|_| name == "set-hold").map(str::to_owned));
                }
                Err(Stop::Refused(_) | Stop::Invalid(_) | Stop::NotFound | Stop::Stale(_)) => {}
                Err(stop) => panic!("seed {seed}, step {step}, {name}: {stop:?}"),
            }
            // then both nodes decide as the record does
            let mut past = record(&other).await;
            agree(&demo.world.app, &mut past, demo.person("l.ortega"), seed, step).await;
            agree(&other, &mut past, demo.person("l.ortega"), seed, step).await;
        }
        assert!(done > 12, "only {done} acts of 30 happened on {}", demo.world.engine);
        other.store().db().close().await;
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_suspension_on_another_node_works_on_the_next_request() {
    for demo in Demo::both().await {
        let other = demo.world.again().await.unwrap();
        // given an engineer who is signed in and was just answered
        let door = demo.sign_in("l.ortega").await;
        let body = serde_json::to_value(wish(&json!({}))).unwrap();
        let path = "/api/v1/access/decisions";
        assert_eq!(door.json(path, &body).await.status.as_u16(), 200, "{}", demo.world.engine);
        // when another node suspends them
        let suspend = json!({ "person": "P09-02", "reason": "stolen badge" });
        let by = demo.caller("m.okafor");
        plantgate_app::acts::act(&other, &by, request(), "suspend-person", suspend).await.unwrap();
        // then the very next request is nobody's
        assert_eq!(door.json(path, &body).await.status.as_u16(), 401, "{}", demo.world.engine);
        other.store().db().close().await;
        demo.world.close().await;
    }
}

/// Adopts a file of rules as the record keeps it; whoever may do that is asked elsewhere.
fn adopts(file: RulesAdopted, id: RulebookId) -> Run {
    Box::new(move |desk| {
        let file = file.clone();
        Box::pin(async move {
            desk.append(id, RulebookEvent::Adopted(file)).await?;
            Ok(json!({}))
        })
    })
}

#[tokio::test]
async fn rules_adopted_on_one_node_are_the_rules_of_the_next_look_and_turn_of_all() {
    for demo in Demo::both().await {
        let other = demo.world.again().await.unwrap();
        let mut look = demo.world.app.store().look().await.unwrap();
        let (old, before) = (look.rules(), look.now().0);
        let book = Rulebook::try_from(look.every(Kind::Rulebook).await.unwrap().remove(0).thing).unwrap();
        let file = book.files.iter().find(|f| f.file.starts_with("access")).unwrap().clone();
        drop(look);
        // given new rules, adopted on one node: an emergency may last an hour less
        let hours = old.access.purpose_cap_hours.emergency;
        let text = file.text.replace(&format!("emergency = {hours} }}"), &format!("emergency = {} }}", hours - 1));
        assert_ne!(text, file.text);
        let ctx = Ctx { actor: Actor::Genesis, request: request(), auth: None };
        let adopted = RulesAdopted { text, ..file };
        other.store().act(ctx, b"rules".to_vec(), false, adopts(adopted, book.id)).await.unwrap();
        // when anybody looks, or takes a turn, on any node
        for app in [&demo.world.app, &other] {
            let look = app.store().look().await.unwrap();
            assert_eq!(look.rules().access.purpose_cap_hours.emergency, hours - 1, "{}", demo.world.engine);
            drop(look);
            let run: Run = Box::new(move |desk| {
                Box::pin(async move { Ok(json!(desk.rules().access.purpose_cap_hours.emergency)) })
            });
            let ctx = Ctx { actor: Actor::Genesis, request: request(), auth: None };
            let turn = app.store().act(ctx, b"look".to_vec(), true, run).await.unwrap();
            assert_eq!(turn.reply, json!(hours - 1), "{}", demo.world.engine);
            // then decisions are those of the record, which folds by the same rules
            agree(app, &mut record(app).await, demo.person("l.ortega"), 0, 0).await;
        }
        // and what was decided before keeps the rules of then
        let mut tx = other.store().db().read().await.unwrap();
        let then = Past::fold(&mut tx, Instant::from_micros(before.micros() - 1)).await.unwrap();
        assert_eq!(then.rules().access.purpose_cap_hours.emergency, hours, "{}", demo.world.engine);
        drop(tx);
        other.store().db().close().await;
        demo.world.close().await;
    }
}

/// Cells of all providers at some days from now, as this process remembers them; each held against the rows. Gives the
/// lowest grade of one provider's area now.
async fn cells_agree(app: &App, days: impl IntoIterator<Item = i64>, of: (&str, &str)) -> Option<Grade> {
    let mut look = app.store().look().await.unwrap();
    let provider = ProviderId(look.named(Kind::Provider, of.0).await.unwrap().unwrap().id);
    let now = look.now().0;
    let all: Vec<_> =
        look.every(Kind::Provider).await.unwrap().iter().filter_map(|k| k.thing.card().provider).collect();
    assert!(all.len() > 5);
    for day in days {
        look.at(now.plus_secs(day * 86_400));
        let at = look.now();
        let remembered = roll::areas(&mut look, &all).await.unwrap();
        let fresh = posture(&mut look, None, at).await.unwrap();
        let told: usize = remembered.values().map(|cells| cells.0.len()).sum();
        assert_eq!(told, fresh.len(), "day {day}");
        for ((id, area), cell) in fresh {
            assert_eq!(remembered[&id].0[&area], cell, "day {day}, {area}");
        }
    }
    look.at(now);
    let cells = roll::areas(&mut look, &all).await.unwrap();
    cells[&provider].0.get(of.1).and_then(|c| c.lowest)
}

#[tokio::test]
async fn cells_that_were_worked_out_hold_until_the_clock_or_an_entry_changes_them() {
    let of = ("P-09", "SP.09");
    for demo in Demo::both().await {
        let (here, other) = (&demo.world.app, demo.world.again().await.unwrap());
        // given cells that both nodes worked out, at days that come and go: they are those of the rows
        let before = cells_agree(here, [0, 1, 30, 0, 31].into_iter().chain((0..800).step_by(25)), of).await;
        assert_eq!(before, Some(Grade::Expired), "{}", demo.world.engine);
        assert_eq!(cells_agree(&other, [0], of).await, before);
        // when the list that was missing is delivered here and graded on the other node
        let stored = here.store().take_file("account;person\n".as_bytes(), 1_024, By::House).await.unwrap();
        let file = json!({ "request": "REQ-0577", "file_name": "users.csv", "media": "text/csv",
            "sha256": stored.sha256, "bytes": stored.size });
        let item = demo.world.named(&demo.caller("i.campos"), "deliver-evidence", file).await.unwrap();
        let criteria = here.store().rules().tiers.row("user-list").unwrap().criteria.clone();
        let judged: Vec<Value> = criteria.iter().map(|c| json!({ "criterion": c.key, "outcome": "met" })).collect();
        let review = json!({ "item": item["done"]["reference"], "judged": judged, "grade": "adequate" });
        plantgate_app::acts::act(&other, &demo.caller("m.okafor"), request(), "review-evidence", review).await.unwrap();
        // then the next question on either node is answered anew
        for app in [here, &other] {
            let after = cells_agree(app, [0, 0, 200, 400, 0], of).await;
            assert!(after > before, "{}: {after:?}", demo.world.engine);
        }
        other.store().db().close().await;
        demo.world.close().await;
    }
}
