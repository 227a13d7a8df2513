//! Random histories through acts: lines of the story in any order, by anybody, with fields swapped for others of the
//! same name, left out or spoilt, while the clock moves on and is set back. The same seed makes the same history.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_app::Stop;
use plantgate_domain::base::{Instant, Place};
use serde_json::Value;

use crate::story::{Step, Story, steps};

/// A generator of numbers, good enough to choose by (splitmix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % (n.max(1) as u64)).unwrap()
    }
    /// Whether one of `n` came up.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
    /// One of several.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// One act of a history and what became of it, with everything that is needed to do it once more by hand.
#[derive(Clone, Debug)]
pub struct Happened {
    /// The plant's time it was done at.
    pub at: Instant,
    /// As the history made it.
    pub step: Step,
    /// The body with what earlier lines kept: what the door got.
    pub body: Value,
    /// `done`, `refused`, …
    pub word: &'static str,
    /// Which fields are wrong, or which rule refused: the same on every engine.
    pub why: String,
}

/// What became of the acts of a history, in order.
pub type Outcomes = Vec<Happened>;

/// Where two histories of one seed part, told with the acts that led there; `None` where they never do.
pub fn parting(one: &Outcomes, other: &Outcomes) -> Option<String> {
    let same = |(a, b): (&Happened, &Happened)| {
        (a.at, &a.step.act, &a.step.by, a.word, &a.why) == (b.at, &b.step.act, &b.step.by, b.word, &b.why)
    };
    let lengths = (one.len() != other.len()).then(|| one.len().min(other.len()));
    let n = one.iter().zip(other).position(|pair| !same(pair)).or(lengths)?;
    let before = one.iter().enumerate().take(n).skip(n.saturating_sub(20));
    let before: String = before.map(|(n, h)| format!("{n} {h}\n")).collect();
    let at = |all: &Outcomes| all.get(n).map_or("nothing".to_owned(), ToString::to_string);
    Some(format!("they part at act {n}\n{before}one: {}\nother: {}", at(one), at(other)))
}

impl std::fmt::Display for Happened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Happened { at, step, body, word, why } = self;
        write!(f, "{at} {} by {}: {word} [{why}] as written {} as sent {body}", step.act, step.by, step.body)
    }
}

/// Makes histories.
pub struct Histories {
    dice: Dice,
    steps: Vec<Step>,
    /// Values seen under each name of a field.
    pools: BTreeMap<String, Vec<Value>>,
    people: Vec<String>,
    /// Where the story is being told.
    next: usize,
    now: Instant,
}

impl Histories {
    /// From a seed; begins at an instant.
    pub fn new(seed: u64, now: Instant) -> Histories {
        let steps = steps();
        let (mut pools, mut people) = (BTreeMap::new(), BTreeSet::new());
        for step in &steps {
            seen(&step.body, &mut pools);
            people.insert(step.by.clone());
        }
        for nobody in ["P09-02", "P04-01", "W-auditor-BRU", "W-qa-LIN"] {
            people.insert(nobody.to_owned());
        }
        Histories { dice: Dice::new(seed), steps, pools, people: people.into_iter().collect(), next: 0, now }
    }

    /// Lets so many things happen.
    pub async fn happen(&mut self, story: &mut Story, acts: usize) -> Outcomes {
        let mut outcomes = Vec::new();
        for _ in 0..acts {
            self.time(story);
            let step = self.step();
            let at = story.demo.world.clock.now();
            let body = story.filled(&step.body).await;
            let (word, why) = if story.knows(&step.by).await { came(&step, story.does(&step).await) } else { nobody() };
            outcomes.push(Happened { at, step, body, word, why });
        }
        outcomes
    }

    /// A line of the story with some fields changed, at any depth.
    pub fn spoilt(&mut self) -> Step {
        let mut step = self.dice.of(&self.steps).clone();
        for _ in 0..=self.dice.below(2) {
            let depth = self.dice.below(3);
            self.deeper(&mut step.body, depth);
        }
        step
    }

    fn deeper(&mut self, body: &mut Value, depth: usize) {
        let inner = match body {
            Value::Object(fields) => fields.values_mut().filter(|v| v.is_object() || v.is_array()).collect(),
            Value::Array(all) => all.iter_mut().collect(),
            _ => Vec::new(),
        };
        let at = self.dice.below(inner.len());
        match inner.into_iter().nth(at).filter(|_| depth > 0) {
            Some(value) => self.deeper(value, depth - 1),
            None => self.change(body),
        }
    }

    /// Mostly on, sometimes far, sometimes set back.
    fn time(&mut self, story: &Story) {
        let secs = match self.dice.below(20) {
            0 => -i64::try_from(self.dice.below(30 * 86_400)).unwrap(),
            1 => i64::try_from(self.dice.below(10 * 86_400)).unwrap(),
            2..=8 => i64::try_from(self.dice.below(3_600)).unwrap(),
            _ => return,
        };
        let moved = self.now.plus_secs(secs);
        story.demo.world.clock.set(moved);
        self.now = self.now.max(moved);
    }

    /// The next line of the story, or any other, as it is or changed.
    fn step(&mut self) -> Step {
        let told = !self.dice.one_in(3);
        let at = if told { self.next % self.steps.len() } else { self.dice.below(self.steps.len()) };
        self.next += usize::from(told);
        let mut step = Step { at: None, ..self.steps[at].clone() };
        // Told a second time it needs names of its own.
        if self.next > self.steps.len() && self.dice.one_in(2) {
            step.body.as_object_mut().unwrap().remove("reference");
        }
        if !told || self.dice.one_in(5) {
            for _ in 0..=self.dice.below(2) {
                self.change(&mut step.body);
            }
            if self.dice.one_in(3) {
                step.by = self.dice.of(&self.people).clone();
            }
        }
        step
    }

    fn change(&mut self, body: &mut Value) {
        let Some(fields) = body.as_object_mut().filter(|f| !f.is_empty()) else { return };
        let names: Vec<String> = fields.keys().cloned().collect();
        let name = self.dice.of(&names).clone();
        let spoilt = [Value::Null, Value::from(-1), Value::from(""), Value::from("\u{202e}'; --"), Value::from("x")];
        let value = match self.dice.below(10) {
            0 => None,
            1 => Some(self.dice.of(&spoilt).clone()),
            _ => self.pools.get(&name).map(|pool| self.dice.of(pool).clone()),
        };
        match value {
            Some(value) => fields.insert(name, value),
            None => fields.remove(&name),
        };
    }
}

fn seen(body: &Value, pools: &mut BTreeMap<String, Vec<Value>>) {
    for (name, value) in body.as_object().into_iter().flatten() {
        let pool = pools.entry(name.clone()).or_default();
        if !pool.contains(value) {
            pool.push(value.clone());
        }
        seen(value, pools);
    }
}

/// Somebody whom this history has not invited.
fn nobody() -> (&'static str, String) {
    ("nobody", String::new())
}

/// A place without the id that its field may end with: ids are dice, and each engine throws its own.
fn nameless(place: &Place) -> Place {
    let id = |field: &str| field.len().checked_sub(36).filter(|n| field.get(*n..).is_some_and(is_id));
    let field = place.field.as_ref().map(|f| id(f).and_then(|n| f.get(..n)).unwrap_or(f).to_owned());
    Place { field, ..place.clone() }
}

fn is_id(text: &str) -> bool {
    text.parse::<uuid::Uuid>().is_ok()
}

/// What became of it. A fault is never an outcome: whatever is asked, the answer is one of the error table.
fn came(step: &Step, outcome: Result<Value, Stop>) -> (&'static str, String) {
    match outcome {
        Ok(_) => ("done", String::new()),
        Err(Stop::Invalid(all)) => {
            ("invalid", all.iter().map(|i| format!("{:?}", nameless(&i.place))).collect::<Vec<_>>().join(", "))
        }
        Err(Stop::Refused(refused)) => ("refused", format!("{} {}", refused.rule, refused.say.id)),
        Err(Stop::Unsigned(wanted)) => ("unsigned", wanted.act.to_owned()),
        Err(Stop::Stale(_)) => ("stale", String::new()),
        Err(Stop::NotFound) => ("not found", String::new()),
        Err(stop @ (Stop::StepUp | Stop::Busy | Stop::Away(_) | Stop::OutcomeUnknown | Stop::Fault(_))) => {
            panic!("{} {} by {}: {stop:?}", step.act, step.body, step.by)
        }
    }
}
