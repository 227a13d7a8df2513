//! The values that components show. Each is what a macro in `templates/parts` draws, and nothing a rule would need.

mod access;
mod form;
mod grade;
mod list;
mod object;
mod ui;

pub use access::{Act, Check, Checks, Choice, IN_ORDER, Judged};
pub use form::{FieldError, Form};
pub use grade::{Bar, Counts, Segment, Steps};
pub use list::{Chip, List, Pager};
pub use object::{Item, LogLine, Reason, Tab, Task, TaskState, WayBack, Why};
pub use ui::{Nav, NavItem, Plain, Receipt, Side, Theme, Ui};
