//! The nouns all wings share: time, ids, lines, private values, words, and the four border nouns that carry facts from
//! right wings back to left ones.

pub mod actor;
pub mod auth;
pub mod id;
pub mod level;
pub mod line;
pub mod nouns;
pub mod private;
pub mod refusal;
pub mod say;
pub mod sign;
pub mod time;
pub mod why;
pub mod words;

pub use actor::{Actor, At};
pub use id::*;
pub use level::{Class, Grade, Level, Party, Tier};
pub use line::{Line, Span};
pub use nouns::{Cause, Duty, Effect, Emits, Held, Hold, Proof, ProofKind, Reason, Step};
pub use private::{Commit, Private, Slot, Text};
pub use refusal::{Invalid, Place, Refusal};
pub use say::{Arg, Say};
pub use sign::{Factor, SignFailure, SignMeaning, Signature};
pub use time::{DAY, Day, HOUR, Instant, Now, Window, ZoneName};
pub use why::{Told, Why};
pub use words::{EndMode, Environment, Mode, Pattern, Purpose, Role};
