//! The office through its acts, on both engines.

mod access;
mod again;
mod beforehand;
mod clock;
mod emergency;
mod findings;
mod ground;
mod hostile;
mod lifting;
mod names;
mod plant;
mod rules;
mod signing;
mod steps;
mod trail;
mod trail_found;
