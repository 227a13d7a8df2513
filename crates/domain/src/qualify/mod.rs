//! *Qualify*: who can meet what we expect? Evidence, grades, certificates, standing.

pub mod standing;
