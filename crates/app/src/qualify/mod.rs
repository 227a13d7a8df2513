//! Acts of *qualify*: people, what they showed, how it was judged. Beside them three reads that pages, command line and
//! API share: [`order`], [`posture`], [`standing`].

pub mod certificate;
pub mod credential;
pub mod derive;
pub mod directory;
pub mod erase;
pub mod evidence;
pub mod file;
pub(crate) mod groups;
pub mod invite;
pub mod notice;
pub mod order;
pub mod paper;
pub(crate) mod passkey;
pub mod people;
pub mod posture;
pub mod proof;
pub mod qualification;
pub(crate) mod recovery;
pub mod request;
pub mod review;
pub mod role;
pub mod roll;
pub mod seat;
pub mod service;
pub mod shown;
pub(crate) mod sign_on;
pub mod ssh;
pub mod standing;
pub mod token;
