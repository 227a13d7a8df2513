//! Events of *expect*: what we ask of whom, where. Split by what they are about: places, parties, engagements, words.

mod engagement;
mod import;
mod measures;
mod parties;
mod people_ask;
mod places;
mod trail;
mod words;

pub use engagement::*;
pub use import::*;
pub use measures::*;
pub use parties::*;
pub use people_ask::*;
pub use places::*;
pub use trail::*;
pub use words::*;
