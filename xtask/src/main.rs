//! The house keeper: tidy, and every command a developer types.
fn main() {}
