//! The values that components show. Each is what a macro in `templates/parts` draws, and nothing a rule would need.

mod access;
mod form;
mod grade;
mod list;
mod object;
mod qr;
pub mod rooms;
mod ui;

pub use access::{Act, Check, Checks, Choice, IN_ORDER, Judged};
pub use form::{FieldError, Form};
pub use grade::{Bar, Counts, Segment, Steps};
pub use list::{Chip, Find, List, Pager, Select};
pub use object::{Item, LogLine, Reason, Tab, Task, TaskState, WayBack, Why};
pub use qr::Qr;
pub use rooms::{Room, entry_of};
pub use ui::{Density, Nav, NavItem, Plain, Receipt, Side, Theme, Ui};
