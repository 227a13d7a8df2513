//! The catalogue's files, by language and page; included, so that a build has all its words or does not build.

pub const EN: &[&str] = &[];
pub const DE: &[&str] = &[];
pub const ES: &[&str] = &[];
pub const FR: &[&str] = &[];
pub const ZH: &[&str] = &[];
