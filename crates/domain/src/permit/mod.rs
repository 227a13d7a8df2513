//! *Permit*: may this happen? Activation, access, grants and the one explained decision.

pub mod access;
pub mod activation;
pub mod acts;
pub mod beforehand;
pub mod calendar;
pub mod called;
pub mod campaign;
pub mod change;
pub mod checks;
pub mod decide;
pub mod emergency;
pub mod facts;
pub mod gates;
pub mod gather;
pub mod grant;
pub mod hold;
pub mod observed;
pub mod repeat;
pub mod sample;
pub mod says;
pub mod scope;
pub mod steps;
pub mod way;

#[cfg(test)]
mod acts_tests;
#[cfg(test)]
mod beforehand_tests;
#[cfg(test)]
mod campaign_tests;
#[cfg(test)]
mod compensation_tests;
#[cfg(test)]
mod decide_tests;
#[cfg(test)]
mod taken_back_tests;
