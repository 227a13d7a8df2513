//! The whole house from outside, in one test binary: each file is a chapter. One and not thirty, because every test
//! binary links the whole product again, a typesetter among it: thirty of them filled a build machine's disk.
#![cfg(test)]

mod accounts;
mod aside;
mod backup;
mod browser;
mod cosigners;
mod doors;
mod erasure;
mod exports;
mod faults;
mod feeds;
mod find;
mod first_run;
mod forms;
mod golden;
mod histories;
mod inventory;
mod kernel;
mod r#loop;
mod mails;
mod meanwhile;
mod memory;
mod messages;
mod observe;
mod people;
mod questions;
mod recovery;
mod schemathesis;
mod scope;
mod sessions;
mod sheets;
mod sign_in;
mod signatures;
mod statements;
mod step_up;
mod tokens;
mod told;
mod trail;
mod transfer;
mod upgrade;
mod verify;
mod visits;
mod walk;
mod webhooks;
mod wrong;
