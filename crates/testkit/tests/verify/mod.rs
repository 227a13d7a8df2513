//! What somebody with the database in hand changes is named by `verify`, whatever it is, on both engines; and while
//! others go on writing, a sound record is called sound at one size.

mod given;
mod modes;
mod named;
