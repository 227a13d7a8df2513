//! Acts of *expect*.

pub mod provider;
