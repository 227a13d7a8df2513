//! Events of *qualify*: people, what they showed, how it was judged. Split by what they are about.

mod certificate;
mod evidence;
mod people;
mod qualification;
mod words;

pub use certificate::*;
pub use evidence::*;
pub use people::*;
pub use qualification::*;
pub use words::*;
