//! What leaves the house: words in the reader's language. See ARCHITECTURE.md.

pub mod words;
