//! *Qualify*: who can meet what we expect? People, evidence, grades, certificates, standing.

pub mod certificate;
pub mod derive;
pub mod directory;
pub mod due;
pub mod grade;
pub mod groups;
pub mod item;
pub mod obligation;
pub mod order;
pub mod person;
pub mod posture;
pub mod qualification;
pub mod request;
pub mod send;
pub mod sign;
pub mod standing;
pub mod token;
