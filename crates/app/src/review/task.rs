//! A person closes a task that the watchman proposed. No rule reads whether they did.

use plantgate_domain::{
    base::{Kind, Refusal, TaskId},
    event::review::{TaskClosed, TaskEvent},
    review::task::{Task, TaskState},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    permit::hand::said,
    power::{self, May, Place},
};

/// Closes a task: done, or not needed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseTask {
    pub task: String,
    /// `true`: it was done; `false`: nothing had to be done.
    pub done: bool,
    #[serde(default)]
    pub note: Option<String>,
}

impl CloseTask {
    async fn task(&self, desk: &mut Desk) -> Result<Task, Stop> {
        let id: TaskId = names::resolve(desk, Kind::Task, &self.task, "task").await?;
        desk.get(id).await
    }
}

impl Act for CloseTask {
    const NAME: &'static str = "close-task";
    type Power = power::CloseTask;
    type Done = TaskId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(self.task(desk).await?.facts.site.into_iter().collect()))
    }

    async fn run(self, may: May<power::CloseTask>, desk: &mut Desk) -> Result<TaskId, Stop> {
        let task = self.task(desk).await?;
        if task.state != TaskState::Proposed {
            return Err(Refusal::new("R-30", "stop-task-closed").into());
        }
        let closed = TaskClosed { by: Some(may.id()?), note: said(desk, "note", self.note.as_ref()).await? };
        let event = if self.done { TaskEvent::Done(closed) } else { TaskEvent::Dismissed(closed) };
        desk.append(task.id, event).await?;
        Ok(task.id)
    }
}
