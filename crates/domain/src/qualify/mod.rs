//! *Qualify*: who can meet what we expect? People, evidence, grades, certificates, standing.

pub mod certificate;
pub mod item;
pub mod obligation;
pub mod person;
pub mod qualification;
pub mod request;
pub mod standing;
