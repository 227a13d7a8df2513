//! Law 6 over random histories on both engines: rows are what the fold makes, now and as of the head; every stored
//! line says at any instant what the rule says; both engines come to the same outcomes.
//!
//! The long form, from another seed, is a command in CONTRIBUTING.md.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::{Instant, Kind},
    qualify::standing::worst,
    thing::AnyThing,
};
use plantgate_store::{db::V, memory::Memory, past::Past, verify};
use plantgate_testkit::{
    histories::{Dice, Happened, Histories, Outcomes, parting},
    story::{Step, Story, steps},
    world::{D0, World, at},
};
use serde_json::json;

/// How many acts a test run tries, and from which seed; the environment may say others.
fn said(name: &str, usual: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "tests are configured by the test command")]
    let said = std::env::var(name).ok();
    said.map_or(usual, |n| n.parse().unwrap_or_else(|e| panic!("{name}: {e}")))
}

/// Rows, fold and as-of at the head are one; returns the fold.
async fn one_record(story: &Story) -> Past {
    let engine = story.demo.world.engine;
    let mut tx = story.demo.world.app.store().db().read().await.unwrap();
    assert_eq!(verify::verify(&mut tx, true).await.unwrap().damage, vec![], "{engine}");
    let mut head = Past::fold(&mut tx, Instant::MAX).await.unwrap();
    drop(tx);
    let mut look = story.demo.world.app.store().look().await.unwrap();
    assert_eq!(head.size, look.size());
    for kind in Kind::ALL {
        let (rows, fold) = (look.every(*kind).await.unwrap(), head.every(*kind).await.unwrap());
        assert_eq!(rows, fold, "{engine}: {kind}");
    }
    for (on, kept) in head.heap.iter() {
        assert_eq!(look.kept(*on).await.unwrap().as_ref(), Some(kept), "{engine}: rows are not the fold at {on:?}");
    }
    assert!(head.heap.len() > 100, "{engine}: too little to compare");
    head
}

/// `line(f).at(t) == rule(f, t)`, where the line is the one that lists are filtered by: the stored spans.
async fn lines_say_what_rules_say(story: &Story, past: &Past, dice: &mut Dice) {
    let engine = story.demo.world.engine;
    let mut tx = story.demo.world.app.store().db().read().await.unwrap();
    let mut turns: Vec<i64> = Vec::new();
    for rec in tx.all("select from_at from span where from_at > $1", &[V::Int(0)]).await.unwrap() {
        turns.push(rec.int(0).unwrap());
    }
    for n in 0..40 {
        // at a turn, a moment before it, or anywhere near
        let turn = *dice.of(&turns);
        let t = Instant::from_micros(turn - [0, 1, 3_600_000_000, -86_400_000_000][n % 4]);
        let sql = "select kind, id, site, name, word from span where from_at <= $1 and until_at > $1";
        let mut stored = BTreeMap::new();
        for rec in tx.all(sql, &[V::at(t)]).await.unwrap() {
            let key = (rec.text(0).unwrap(), rec.id(1).unwrap(), rec.id(2).unwrap(), rec.text(3).unwrap());
            assert!(stored.insert(key, rec.text(4).unwrap()).is_none(), "{engine}: two words at one instant");
        }
        let mut judged = 0;
        for ((kind, id, site, name), word) in &stored {
            let Some(rule) = ruled(past, kind, *id, *site, name, t) else { continue };
            assert_eq!(word, rule, "{engine}: {name} of {kind} {id} at {t}");
            judged += 1;
        }
        assert!(judged > 20, "{engine}: too few lines at {t}: {judged}");
    }
}

/// What the rule says, without a line: standing from the weights of reasons, the others from the object's own facts.
fn ruled(past: &Past, kind: &str, id: uuid::Uuid, site: uuid::Uuid, name: &str, t: Instant) -> Option<&'static str> {
    let on = plantgate_domain::base::Ref { kind: kind.parse().unwrap(), id };
    let rules = past.rules();
    match (&past.heap.get(on)?.thing, name) {
        (AnyThing::Engagement(_), "standing") => {
            let reasons = past.heap.reasons((id.into(), site.into()));
            Some(worst(reasons.iter().flat_map(|(_, all)| all).map(|r| r.weight(t))).as_str())
        }
        (AnyThing::Grant(grant), "state") => Some(grant.word(t)),
        (AnyThing::Request(request), "due") => Some(request.due_word(t, &rules)),
        (AnyThing::Request(request), "grade") => Some(request.grade(t).as_str()),
        _ => None,
    }
}

#[tokio::test]
async fn rows_are_the_fold_and_lines_are_the_rules_in_any_history() {
    let mut first: Option<Outcomes> = None;
    for mut story in Story::both().await {
        let mut histories = Histories::new(said("PLANTGATE_SEED", 2_443), at(D0));
        let acts = usize::try_from(said("PLANTGATE_HISTORY", 400)).unwrap();
        let outcomes = histories.happen(&mut story, acts).await;
        for (what, least) in [("done", 80), ("invalid", 10), ("refused", 10), ("not found", 1)] {
            let came = outcomes.iter().filter(|h| h.word == what).count();
            assert!(came >= least, "the history is too tame: {came} × {what}");
        }
        let past = one_record(&story).await;
        lines_say_what_rules_say(&story, &past, &mut Dice::new(7)).await;
        let first = first.get_or_insert_with(|| outcomes.clone());
        if let Some(told) = parting(first, &outcomes) {
            panic!("SQLite and {}: {told}", story.demo.world.engine);
        }
        story.demo.world.close().await;
    }
}

/// Histories of one seed once parted here, on either engine: ids of tasks are names and sort like dice.
#[tokio::test]
async fn the_newest_task_is_the_one_noticed_last() {
    let mut story = Story::on(World::sqlite().await).await;
    let who = story.person("N-102").await.0;
    let line = |due: usize| -> Step {
        let due = format!("2026-12-{due:02}T08:00:00Z");
        let noticed = json!({ "rule": "R-30", "subject": { "kind": "person", "id": who }, "due": due,
            "party": "owner", "provider": null, "site": null });
        serde_json::from_value(json!({ "by": "watchman", "act": "watch", "body": { "noticed": [noticed] } })).unwrap()
    };
    let mut seen = BTreeSet::new();
    for due in 1..=12 {
        story.does(&line(due)).await.unwrap();
        let newest = story.newest("task").await.unwrap();
        assert!(seen.insert(newest), "an older task passes for the newest");
    }
    story.demo.world.close().await;
}

#[test]
fn histories_that_part_are_told_with_all_that_is_needed() {
    let [step, ..] = &steps()[..] else { panic!("no story") };
    let one = |word| Happened { at: at(D0), step: step.clone(), body: json!({ "n": 1 }), word, why: "R-05".into() };
    assert_eq!(parting(&vec![one("done")], &vec![one("done")]), None);
    let told = parting(&vec![one("done"), one("done")], &vec![one("done"), one("refused")]).unwrap();
    for needed in ["act 1", "one: ", "other: ", ": refused", &step.act, &step.by, "R-05", r#"{"n":1}"#, "2026-11-16"] {
        assert!(told.contains(needed), "{needed} is missing: {told}");
    }
    assert!(parting(&vec![one("done")], &vec![]).unwrap().contains("other: nothing"));
}
