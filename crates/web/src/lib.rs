//! The face: pages as structs, components as macros, assets inside the binary. A page struct holds plain values that
//! somebody else decided; nothing here asks the store or judges a rule. See ARCHITECTURE.md.

pub mod assets;
pub mod cosigner;
pub mod door;
pub mod pack;
pub mod page;
pub mod post;
pub mod render;
pub mod sign_on;
mod sprite;
pub mod view;
