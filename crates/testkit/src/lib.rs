//! What tests share: the `World` (engine × movable clock), scratch databases, samples. Beside the house: it may know
//! every floor, no floor knows it.

pub mod afar;
pub mod browser;
pub mod bucket;
pub mod cluster;
pub mod copies;
pub mod demo;
pub mod door;
pub mod forms;
pub mod gate;
pub mod golden;
pub mod histories;
pub mod left_out;
pub mod mailbox;
pub mod passkey;
pub mod plant;
pub mod postgres;
pub mod proxy;
pub mod said;
pub mod samples;
pub mod schema;
pub mod signer;
pub mod spoil;
pub mod sshd;
pub mod story;
pub mod template;
pub mod tokens;
pub mod volume;
pub mod walk;
pub mod world;
