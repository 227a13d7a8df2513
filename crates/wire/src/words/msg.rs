//! One message being filled in: `ui.t("providers-count").n("count", 14)`. It prints itself, so templates need no call
//! to render it and the page's escaping applies to the whole sentence.

use std::{borrow::Cow, fmt};

use fluent_bundle::FluentArgs;

use super::{Lang, Words};

/// A message with its arguments so far.
pub struct Msg<'a> {
    lang: Lang,
    id: Cow<'a, str>,
    args: FluentArgs<'a>,
}

/// Whole numbers up to what people read (far below 2^53), by value or by reference, as templates hand them over.
pub trait Number {
    /// The number as Fluent counts.
    fn number(&self) -> f64;
}
macro_rules! numbers {
    ($($t:ty),+) => { $(
        impl Number for $t {
            fn number(&self) -> f64 { *self as f64 }
        }
    )+ };
}
numbers!(i16, i32, i64, u16, u32, u64, usize);
impl<T: Number> Number for &T {
    fn number(&self) -> f64 {
        (**self).number()
    }
}

impl<'a> Msg<'a> {
    /// A message of the catalogue without arguments yet.
    pub fn new(lang: Lang, id: impl Into<Cow<'a, str>>) -> Self {
        Msg { lang, id: id.into(), args: FluentArgs::new() }
    }
    /// Its id in the catalogue.
    pub fn id(&self) -> &str {
        &self.id
    }
    /// With a count, for plurals and grouping.
    #[must_use]
    pub fn n(mut self, name: &'a str, count: impl Number) -> Self {
        self.args.set(name, count.number());
        self
    }
    /// With a text: a name, a reference, another message, a time already in words.
    #[must_use]
    pub fn s(mut self, name: &'a str, text: impl fmt::Display) -> Self {
        self.args.set(name, text.to_string());
        self
    }
}

impl fmt::Display for Msg<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Words::get(self.lang, &self.id, &self.args))
    }
}
