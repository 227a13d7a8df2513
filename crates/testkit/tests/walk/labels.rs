//! Whatever a history or the page of an object can show of its facts has a label in every complete language.

use std::collections::BTreeSet;

use plantgate_domain::base::Kind;
use plantgate_store::memory::Memory;
use plantgate_testkit::{
    story::{Story, steps},
    world::World,
};
use plantgate_wire::words::{Lang, Words};
use serde_json::Value;

/// Never shown: what a value is kept under, and the key of a name's order.
const INSIDE: &[&str] = &["id", "sort", "slot", "commit"];

fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(all) => {
            for (name, inner) in all.iter().filter(|(name, _)| !INSIDE.contains(&name.as_str())) {
                into.insert(name.replace('_', "-"));
                names(inner, into);
            }
        }
        Value::Array(all) => all.iter().for_each(|one| names(one, into)),
        _ => {}
    }
}

#[tokio::test]
async fn every_fact_of_every_object_has_its_label() {
    let mut story = Story::on(World::sqlite().await).await;
    let mut seen = BTreeSet::new();
    for step in steps() {
        story.does(&step).await.unwrap_or_else(|e| panic!("{} by {}: {e:?}", step.act, step.by));
        // what a later step takes away was shown before
        let mut look = story.demo.world.app.store().look().await.unwrap();
        for kind in Kind::ALL.iter().filter(|k| ![Kind::Rulebook, Kind::Catalogue].contains(k)) {
            for kept in look.every(*kind).await.unwrap() {
                names(&kept.thing.to_body().unwrap(), &mut seen);
            }
        }
    }
    let said = |name: &str, lang| Words::find(lang, &format!("fld-{name}"), &Default::default()).is_some();
    let missing: Vec<_> = seen.iter().filter(|n| **n != "facts" && !(said(n, Lang::En) && said(n, Lang::De))).collect();
    assert!(seen.len() > 100 && missing.is_empty(), "{} names, without a label: {missing:?}", seen.len());
    story.demo.world.close().await;
}
