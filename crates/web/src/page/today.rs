//! *Today*: what this person is asked to decide, in the order it hurts.

use askama::Template;

use crate::view::{LogLine, Task, Ui};

/// The queue of one person.
#[derive(Template)]
#[template(path = "page/today.html")]
pub struct Today {
    pub ui: Ui,
    /// Past due.
    pub late: Vec<Task>,
    /// Only this person can do it.
    pub mine: Vec<Task>,
    /// Others of the role can do it too.
    pub shared: Vec<Task>,
    /// What happened since the last look.
    pub news: Vec<LogLine>,
    /// Next thing that will come, for an empty queue.
    pub next: String,
}
