//! Law 5, walked: every route and every act, as nobody, as a stranger and as each role.

mod acts;
mod described;
mod forms;
mod house;
mod labels;
mod matrix;
mod mirror;
