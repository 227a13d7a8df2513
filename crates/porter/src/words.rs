//! Why somebody does not come in, in their words: every check that stands in the way, not the first alone.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_app::{App, Stop, read::Memory};
use plantgate_domain::{
    base::{Mode, Ref},
    event::permit::{CheckDecided, Decided, Given, Outcome, Said},
};
use plantgate_wire::words::{Named, Reader};

/// What objects are called in sentences: their short references.
#[derive(Debug, Default)]
pub struct Called(BTreeMap<Ref, String>);

impl Called {
    /// Looks up every object that a decision speaks of.
    pub async fn learn(memory: &mut impl Memory, decided: &Decided) -> Result<Called, Stop> {
        let mut called = Called::default();
        for on in spoken_of(decided) {
            if let Some(reference) = memory.kept(on).await?.and_then(|k| k.thing.card().reference) {
                called.0.insert(on, reference);
            }
        }
        Ok(called)
    }
    /// An object by what it is called; by its kind where nobody looked it up.
    pub fn named(&self, on: Ref) -> Named {
        let text = self.0.get(&on).cloned().unwrap_or_else(|| on.kind.as_str().to_owned());
        Named { text, href: None }
    }
    /// A kept message in words.
    pub fn said(&self, reader: &Reader, said: &Said) -> String {
        reader.said(said, &|on| self.named(on)).to_string()
    }
}

/// Every object that the sentences of a decision name.
fn spoken_of(decided: &Decided) -> BTreeSet<Ref> {
    let said = decided.checks.iter().flat_map(|c| std::iter::once(&c.say).chain(&c.help));
    said.flat_map(|s| &s.args).filter_map(|a| if let Given::Ref(on) = &a.arg { Some(*on) } else { None }).collect()
}

/// The reasons of a stop for who proved that it is theirs to know.
pub async fn reasons(app: &App, reader: &Reader, stop: &Stop) -> Vec<String> {
    let said = match stop {
        Stop::Refused(refused) => match refused.decision.as_ref().and_then(read) {
            Some(decided) => decided_against(app, reader, &decided).await,
            None => vec![reader.say(&refused.say, &|on| Called::default().named(on)).to_string()],
        },
        Stop::Invalid(many) => many.iter().map(|i| reader.why(&i.why)).collect(),
        Stop::NotFound => vec![reader.t("gateway-not-yours").to_string()],
        other => {
            tracing::warn!(stop = %other, "a session could not begin");
            Vec::new()
        }
    };
    if said.is_empty() { vec![reader.t("gateway-core-away").to_string()] } else { said }
}

fn read(decision: &serde_json::Value) -> Option<Decided> {
    serde_json::from_value(decision.clone()).ok()
}

async fn decided_against(app: &App, reader: &Reader, decided: &Decided) -> Vec<String> {
    let called = match app.store().look().await {
        Ok(mut look) => Called::learn(&mut look, decided).await.unwrap_or_default(),
        Err(_) => Called::default(),
    };
    let mut said = Vec::new();
    let against =
        |c: &&CheckDecided| c.mode == Mode::Enforce && matches!(c.result, Outcome::NotPassed | Outcome::Unknown);
    for check in decided.checks.iter().filter(against) {
        said.push(called.said(reader, &check.say));
        said.extend(check.help.as_ref().map(|help| called.said(reader, help)));
    }
    said
}
