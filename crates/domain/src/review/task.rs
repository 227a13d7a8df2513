//! Something the watchman proposes to a person. A condition decides; the record of noticing does not: no rule reads
//! whether a task exists (architecture §2.2).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Instant, Kind, Line, Ref, TaskId, level::words},
    event::review::{TaskEvent, TaskProposed},
    rules::Rules,
    thing::{Card, Thing},
};

words! {
    /// What people did with a task.
    TaskState { Proposed = "proposed", Done = "done", Dismissed = "dismissed" }
}

/// A task as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub id: TaskId,
    pub facts: TaskProposed,
    pub state: TaskState,
    pub at: Instant,
    pub closed: Option<Instant>,
}

/// The name space of task ids, chosen once (random); changing it would propose every open task a second time.
const TASKS: Uuid = Uuid::from_u128(0x5b0d_6a3e_8f53_4c0e_9d5a_7c1f_62b4_4301);

/// The id of the task for one rule, subject and due instant: noticing twice, or on two nodes, proposes once. Version 5
/// (SHA-1) because this names, it proves nothing; the ledger's hashes are another crate's business.
pub fn task_id(rule: &str, subject: Ref, due: Instant) -> TaskId {
    let name = format!("{rule}\n{}\n{}\n{}", subject.kind, subject.id, due.micros());
    TaskId(Uuid::new_v5(&TASKS, name.as_bytes()))
}

impl Thing for Task {
    type Event = TaskEvent;
    const KIND: Kind = Kind::Task;

    fn born(id: Uuid, e: &TaskEvent, at: At) -> Option<Self> {
        let TaskEvent::Proposed(facts) = e else { return None };
        Some(Task { id: TaskId(id), facts: facts.clone(), state: TaskState::Proposed, at: at.at, closed: None })
    }

    fn apply(&mut self, e: &TaskEvent, at: At) {
        match e {
            // Proposed once more by another node: the same task.
            TaskEvent::Proposed(_) => {}
            TaskEvent::Done(_) => (self.state, self.closed) = (TaskState::Done, Some(at.at)),
            TaskEvent::Dismissed(_) => (self.state, self.closed) = (TaskState::Dismissed, Some(at.at)),
        }
    }

    fn card(&self) -> Card {
        Card {
            sites: self.facts.site.into_iter().collect(),
            provider: self.facts.provider,
            links: vec![("subject", self.facts.subject)],
            at: Some(self.facts.due),
            state: Some(self.state.as_str()),
            ..Card::default()
        }
    }

    fn lines(&self, _rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        let rule = |t: Instant| match self.closed {
            Some(closed) if closed <= t => self.state.as_str(),
            Some(_) | None if self.facts.due <= t => "overdue",
            Some(_) | None => "due",
        };
        vec![("state", Line::of([Some(self.facts.due), self.closed].into_iter().flatten().collect(), rule))]
    }
}
