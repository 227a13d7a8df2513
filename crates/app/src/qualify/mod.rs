//! Acts of *qualify*: people, what they showed, how it was judged.

pub mod credential;
pub mod derive;
pub mod invite;
pub mod notice;
pub mod paper;
pub mod role;
pub mod seat;
